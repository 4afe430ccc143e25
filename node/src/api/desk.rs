//! Which desk answers a request: what kind of right it takes to ask it.

use super::request::Request;

/// Where a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Desk {
    /// Signing in, accounts and the trail; each act asks for its own right.
    Door,
    /// Administration: who works here, which rows are verified, which alarms are settled.
    Office,
    /// What every worker and administrator may see.
    Board,
    /// Consents; for who reads content.
    Consent,
    /// Cases and referrals; for who reads content.
    Case,
    /// Questions, with and without personal data; for who reads content.
    Question,
    /// What leaves on a statute; for who reads content.
    Statute,
    /// What settles something that is owed; for who reads content.
    Duty,
    /// What a second person or the data-protection officer looks at.
    Review,
}

impl Request {
    /// The desk of this request.
    pub(super) const fn desk(&self) -> Desk {
        match self {
            Self::Account { .. } => Desk::Door,
            Self::PeopleAdd { .. }
            | Self::PeopleDeclare { .. }
            | Self::PolicyVerify { .. }
            | Self::AlarmSettle { .. } => Desk::Office,
            Self::Status
            | Self::Alarms
            | Self::LogVerify
            | Self::PeopleList
            | Self::DirectoryList
            | Self::DirectorySearch { .. }
            | Self::ConsentCheck { .. }
            | Self::PolicyList => Desk::Board,
            Self::ConsentNew { .. }
            | Self::ConsentList
            | Self::ConsentShow { .. }
            | Self::ConsentWithdraw { .. }
            | Self::ConsentConflict { .. }
            | Self::ConsentBlock { .. }
            | Self::ConsentAnswer { .. } => Desk::Consent,
            Self::CaseList { .. }
            | Self::CaseShow { .. }
            | Self::Refer { .. }
            | Self::Resend { .. }
            | Self::Decide { .. }
            | Self::UndoAccept { .. }
            | Self::Answer { .. }
            | Self::Forward { .. }
            | Self::Cancel { .. } => Desk::Case,
            Self::Ask { .. }
            | Self::Reply { .. }
            | Self::Refuse { .. }
            | Self::Consult { .. }
            | Self::ConsultReply { .. }
            | Self::Feedback { .. } => Desk::Question,
            Self::Report { .. }
            | Self::Dispatch { .. }
            | Self::Note { .. }
            | Self::NoteFirst { .. }
            | Self::Move { .. }
            | Self::HandedB { .. }
            | Self::Query { .. }
            | Self::Transfer { .. }
            | Self::Mediate { .. }
            | Self::MediationAsk { .. }
            | Self::MediationNote { .. } => Desk::Statute,
            Self::Ack { .. }
            | Self::CaseFeedback { .. }
            | Self::FormalRef { .. }
            | Self::Sitting { .. }
            | Self::Close { .. } => Desk::Duty,
            Self::Owed { .. }
            | Self::SubjectExport { .. }
            | Self::ReviewList
            | Self::ReviewConfirm { .. }
            | Self::ReviewReject { .. } => Desk::Review,
        }
    }
}
