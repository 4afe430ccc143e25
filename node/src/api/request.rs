//! What can be asked of a running node.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::id::InstitutionId;
use wiez_proto::payload;
use wiez_proto::statement::FormalRef;
use wiez_proto::vocab::{
    AckCode, BasisCode, Category, DeclineReason, FeedbackCode, HelpCode, KeptOrDeleted, MediationOutcome, ServiceCode,
    Urgency, WorkerRole,
};

use super::account::AccountAct;
use crate::casework::CaseKind;
use crate::casework::act::{
    Addressed, Answering, Dispatching, Forwarding, Lawful, Matter, Moving, NoteText, Question, TransferText, Wanted,
    Without,
};
use crate::consent::{Form, Scope};
use crate::referral::Report;

/// Text of one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionText {
    /// Which kind of fact.
    pub category: Category,
    /// Heading.
    #[serde(default)]
    pub label: String,
    /// The text.
    pub text: String,
}

impl From<SectionText> for payload::Section {
    fn from(section: SectionText) -> Self {
        Self { category: section.category, label: section.label, text: section.text }
    }
}

/// Body of a referral; its urgency stands in the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralText {
    /// The service.
    pub service: ServiceCode,
    /// What is to be reached.
    pub goal: String,
    /// Wished last day.
    #[serde(default)]
    pub wished_by: Option<Date>,
    /// BCP 47 tag of the language to speak; empty for Polish.
    #[serde(default)]
    pub language: String,
    /// What the person needs in order to take part.
    #[serde(default)]
    pub accessibility: String,
}

impl ReferralText {
    /// The body of a message of this urgency.
    #[must_use]
    pub fn body(self, urgency: Urgency) -> payload::Referral {
        payload::Referral {
            service: self.service,
            goal: self.goal,
            urgency,
            wished_by: self.wished_by,
            language: self.language,
            accessibility: self.accessibility,
        }
    }
}

/// One request. The field `do` chooses it.
///
/// A list with `apart` holds the cases that are kept apart from the family's others, and no others. The
/// basis of a `query` chooses between a police query, a probation officer's, and a request for information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each is the function of the same name in casework, consent, review, people or policy")]
pub enum Request {
    Account { what: Box<AccountAct> },
    Status,
    Alarms,
    LogVerify,
    PeopleList,
    PeopleAdd { uid: u32, name: String, role: WorkerRole },
    PeopleDeclare { uid: u32, on: Date },
    AlarmSettle { id: i64 },
    CaseList { kinds: Vec<CaseKind>, apart: bool },
    CaseShow { number: String },
    Refer { to: Addressed, sections: Vec<SectionText>, referral: ReferralText },
    Resend { number: String, without: Without, consent: Option<String> },
    Decide { number: String, report: Report },
    UndoAccept { number: String },
    Answer { number: String, sections: Vec<SectionText> },
    Forward { number: String, on: Forwarding, sections: Vec<SectionText>, referral: ReferralText },
    Cancel { number: String },
    Ask { to: Addressed, sections: Vec<SectionText>, wanted: Wanted },
    Reply { number: String, answering: Answering },
    Refuse { number: String, reason: DeclineReason, help: BTreeSet<HelpCode> },
    Consult { to: InstitutionId, question: Question },
    ConsultReply { number: String, text: String },
    Feedback { to: InstitutionId, subject_ref: String, code: FeedbackCode },
    Report { to: Lawful, sections: Vec<SectionText>, matter: Matter },
    Dispatch { on: Dispatching },
    Note { number: String, note: NoteText },
    NoteFirst { to: Lawful, note: NoteText },
    Move { on: Moving },
    HandedB { number: String, given_on: Date },
    Sitting { number: String, held_on: Date },
    Query { to: Lawful, sections: Vec<SectionText>, wanted: Wanted },
    Transfer { to: Lawful, sections: Vec<SectionText>, text: TransferText },
    Mediate { number: String, rops: InstitutionId },
    MediationAsk { number: String, partner: InstitutionId },
    MediationNote { number: String, outcome: MediationOutcome, proposed: Option<InstitutionId> },
    Ack { number: String, code: AckCode },
    CaseFeedback { number: String, code: FeedbackCode },
    FormalRef { number: String, letter: FormalRef },
    Close { number: String },
    Owed { apart: bool },
    ReviewList,
    ReviewConfirm { id: String },
    ReviewReject { id: String, why: String },
    SubjectExport { subject_ref: String },
    ConsentNew { form: Box<Form> },
    ConsentList,
    ConsentShow { number: String },
    ConsentWithdraw { number: String, scope: Scope },
    ConsentConflict { number: String, conflict: bool },
    ConsentBlock { case: String },
    ConsentAnswer { case: String, answer: KeptOrDeleted, basis: Option<BasisCode> },
    ConsentCheck { text: String },
    DirectoryList,
    DirectorySearch { text: String },
    PolicyList,
    PolicyVerify { row: String, by: String },
}
