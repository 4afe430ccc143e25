//! What a kind of message says besides its sections: one body for each kind.

use super::nk::{NkDispatch, NkForm, NkMove, NkNote};
use super::statutory::{Alert, MediationNote, MediationRequest, Notice, Signal, TransferCase};
use crate::id::{GrantId, Handle, Hash, InstitutionId, MessageId};
use crate::refusal::Refusal;
use crate::vocab::{
    AckCode, BasisCode, Category, DeclineReason, FeedbackCode, HelpCode, KeptOrDeleted, MessageKind, NoticeScope,
    Outcome, ReferralStatus, ServiceCode, Urgency,
};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fmt;

/// What a kind of message says besides its sections. Its `Debug` form shows the kind only.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// A question without personal data.
    ConsultAnon {
        /// What it is about, at most 120 characters.
        topic: String,
        /// The question.
        text: String,
    },
    /// The answer to such a question.
    ReplyAnon {
        /// The answer.
        text: String,
    },
    /// Asks for facts about a person whom a section identifies.
    InfoRequest(InfoRequest),
    /// Answers an [`InfoRequest`].
    InfoReply(InfoReply),
    /// Declines an [`InfoRequest`].
    InfoRefusal {
        /// Why.
        reason: DeclineReason,
        /// What would help.
        what_would_help: BTreeSet<HelpCode>,
    },
    /// Asks an institution to do something for a person.
    Referral(Referral),
    /// What became of a referral.
    ReferralStatus(StatusReport),
    /// A referral composed anew for the institution that is competent.
    ReferralForward(Forward),
    /// Tells a reporter that something happens.
    FeedbackMin {
        /// Where it stands.
        code: FeedbackCode,
    },
    /// Tells the other party that edges have ended.
    ConsentWithdrawn {
        /// One or two handles.
        handles: BTreeSet<Handle>,
        /// The narrower grant that follows, exactly with [`NoticeScope::Categories`].
        successor: Option<GrantId>,
        /// How much ended.
        scope: NoticeScope,
    },
    /// Answers that notice.
    ConsentWithdrawnAnswer {
        /// The same handles.
        handles: BTreeSet<Handle>,
        /// Kept or deleted.
        answer: KeptOrDeleted,
        /// On which basis, exactly when kept; never a consent.
        basis: Option<BasisCode>,
    },
    /// The recipient's gate did not take an envelope.
    GateRefusal {
        /// Its message id.
        message_id: MessageId,
        /// Its hash.
        envelope_hash: Hash,
        /// Why; without a waiting time.
        refusal: Refusal,
    },
    /// Tells an institution of social assistance that somebody may need help.
    Signal(Signal),
    /// Asks for help at once.
    Alert(Alert),
    /// The form "Niebieska Karta – A".
    NkA(NkForm),
    /// The form passed on to one member institution of the group.
    NkADispatch(NkDispatch),
    /// Form B was handed to the person suffering violence.
    NkBRecord {
        /// On which day; carried as [`Category::Logistics`].
        given_on: Date,
    },
    /// Working note of the group.
    NkNote(NkNote),
    /// The procedure follows persons who moved.
    NkMove(NkMove),
    /// Notice of a possible crime.
    CrimeNotice(Notice),
    /// Notice to the guardianship court.
    CourtNotice(Notice),
    /// The police ask.
    PoliceQuery(InfoRequest),
    /// A probation officer asks.
    KuratorQuery(InfoRequest),
    /// Passes a case of social assistance to the centre of the new municipality.
    TransferCase(TransferCase),
    /// Asks the region to mediate.
    MediationRequest(MediationRequest),
    /// Step or end of a mediation.
    MediationNote(MediationNote),
    /// A person has seen a message and answers.
    AckHuman {
        /// What the person does.
        code: AckCode,
    },
}

/// Body of an `INFO_REQUEST`, a `POLICE_QUERY` or a `KURATOR_QUERY`. Its texts are carried as [`Category::Logistics`].
#[derive(Clone, PartialEq, Eq)]
pub struct InfoRequest {
    /// One question each, 1 to 64.
    pub questions: Vec<String>,
    /// Categories asked for, at least one.
    pub asked: BTreeSet<Category>,
    /// Why the asker needs to know.
    pub why_needed: String,
}

/// Body of an `INFO_REPLY`.
#[derive(Clone, PartialEq, Eq)]
pub struct InfoReply {
    /// The answers.
    pub answers: Vec<Answer>,
    /// Whether something asked for is missing.
    pub partial: bool,
}

/// One fact that was asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// Index of the question, from 0, below 64.
    pub question: u32,
    /// Which kind of fact.
    pub category: Category,
    /// The fact.
    pub text: String,
}

/// Body of a `REFERRAL`. It is carried as [`Category::PlanTasks`], a language also as [`Category::Lang`], accessibility
/// needs also as [`Category::Disability`].
#[derive(Clone, PartialEq, Eq)]
pub struct Referral {
    /// The service.
    pub service: ServiceCode,
    /// What is to be reached.
    pub goal: String,
    /// How urgent.
    pub urgency: Urgency,
    /// Wished last day.
    pub wished_by: Option<Date>,
    /// BCP 47 tag of the language to speak; empty for Polish.
    pub language: String,
    /// What the person needs in order to take part; empty when nothing.
    pub accessibility: String,
}

/// Body of a `REFERRAL_STATUS`. Without a note it carries no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// The state; one that a provider can report.
    pub status: ReferralStatus,
    /// Why, exactly with [`ReferralStatus::Declined`].
    pub decline_reason: Option<DeclineReason>,
    /// First possible day; required with [`DeclineReason::NoCapacity`].
    pub earliest_date: Option<Date>,
    /// How it ended, exactly with the states that close.
    pub outcome: Option<Outcome>,
    /// Free note, carried as [`Category::Logistics`]; at least 20 characters with [`DeclineReason::Other`].
    pub note: String,
}

/// Body of a `REFERRAL_FORWARD`.
#[derive(Clone, PartialEq, Eq)]
pub struct Forward {
    /// Author of the original.
    pub original_sender: InstitutionId,
    /// Message id of the original.
    pub original_message_id: MessageId,
    /// Envelope hash of the original.
    pub original_envelope_hash: Hash,
    /// Why it is forwarded.
    pub why: DeclineReason,
    /// The referral.
    pub referral: Referral,
}

impl Body {
    /// The kind of message that carries it.
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        match self {
            Self::ConsultAnon { .. } => MessageKind::ConsultAnon,
            Self::ReplyAnon { .. } => MessageKind::ReplyAnon,
            Self::InfoRequest(_) => MessageKind::InfoRequest,
            Self::InfoReply(_) => MessageKind::InfoReply,
            Self::InfoRefusal { .. } => MessageKind::InfoRefusal,
            Self::Referral(_) => MessageKind::Referral,
            Self::ReferralStatus(_) => MessageKind::ReferralStatus,
            Self::ReferralForward(_) => MessageKind::ReferralForward,
            Self::FeedbackMin { .. } => MessageKind::FeedbackMin,
            Self::ConsentWithdrawn { .. } => MessageKind::ConsentWithdrawn,
            Self::ConsentWithdrawnAnswer { .. } => MessageKind::ConsentWithdrawnAnswer,
            Self::GateRefusal { .. } => MessageKind::GateRefusal,
            Self::Signal(_) => MessageKind::Signal,
            Self::Alert(_) => MessageKind::Alert,
            Self::NkA(_) => MessageKind::NkA,
            Self::NkADispatch(_) => MessageKind::NkADispatch,
            Self::NkBRecord { .. } => MessageKind::NkBRecord,
            Self::NkNote(_) => MessageKind::NkNote,
            Self::NkMove(_) => MessageKind::NkMove,
            Self::CrimeNotice(_) => MessageKind::CrimeNotice,
            Self::CourtNotice(_) => MessageKind::CourtNotice,
            Self::PoliceQuery(_) => MessageKind::PoliceQuery,
            Self::KuratorQuery(_) => MessageKind::KuratorQuery,
            Self::TransferCase(_) => MessageKind::TransferCase,
            Self::MediationRequest(_) => MessageKind::MediationRequest,
            Self::MediationNote(_) => MessageKind::MediationNote,
            Self::AckHuman { .. } => MessageKind::AckHuman,
        }
    }

    /// The question, for the three kinds that ask.
    #[must_use]
    pub const fn request(&self) -> Option<&InfoRequest> {
        match self {
            Self::InfoRequest(request) | Self::PoliceQuery(request) | Self::KuratorQuery(request) => Some(request),
            Self::ConsultAnon { .. }
            | Self::ReplyAnon { .. }
            | Self::InfoReply(_)
            | Self::InfoRefusal { .. }
            | Self::Referral(_)
            | Self::ReferralStatus(_)
            | Self::ReferralForward(_)
            | Self::FeedbackMin { .. }
            | Self::ConsentWithdrawn { .. }
            | Self::ConsentWithdrawnAnswer { .. }
            | Self::GateRefusal { .. }
            | Self::Signal(_)
            | Self::Alert(_)
            | Self::NkA(_)
            | Self::NkADispatch(_)
            | Self::NkBRecord { .. }
            | Self::NkNote(_)
            | Self::NkMove(_)
            | Self::CrimeNotice(_)
            | Self::CourtNotice(_)
            | Self::TransferCase(_)
            | Self::MediationRequest(_)
            | Self::MediationNote(_)
            | Self::AckHuman { .. } => None,
        }
    }

    /// Whether sections about a person can accompany it. The forms of the Blue Card procedure take them so that the
    /// gate can say which category has no place there.
    pub(super) const fn takes_sections(&self) -> bool {
        match self {
            Self::InfoRequest(_)
            | Self::InfoReply(_)
            | Self::Referral(_)
            | Self::ReferralStatus(_)
            | Self::ReferralForward(_)
            | Self::Signal(_)
            | Self::Alert(_)
            | Self::NkA(_)
            | Self::NkADispatch(_)
            | Self::NkBRecord { .. }
            | Self::NkNote(_)
            | Self::NkMove(_)
            | Self::CrimeNotice(_)
            | Self::CourtNotice(_)
            | Self::PoliceQuery(_)
            | Self::KuratorQuery(_)
            | Self::TransferCase(_) => true,
            Self::ConsultAnon { .. }
            | Self::ReplyAnon { .. }
            | Self::InfoRefusal { .. }
            | Self::FeedbackMin { .. }
            | Self::ConsentWithdrawn { .. }
            | Self::ConsentWithdrawnAnswer { .. }
            | Self::GateRefusal { .. }
            | Self::MediationRequest(_)
            | Self::MediationNote(_)
            | Self::AckHuman { .. } => false,
        }
    }
}

impl Referral {
    pub(super) fn categories(&self) -> impl Iterator<Item = Category> {
        [
            Some(Category::PlanTasks),
            (!self.language.is_empty()).then_some(Category::Lang),
            (!self.accessibility.is_empty()).then_some(Category::Disability),
        ]
        .into_iter()
        .flatten()
    }

    pub(super) fn project(&mut self, allowed: &BTreeSet<Category>) {
        if !allowed.contains(&Category::PlanTasks) {
            self.goal.clear();
            self.wished_by = None;
        }
        if !allowed.contains(&Category::Lang) {
            self.language.clear();
        }
        if !allowed.contains(&Category::Disability) {
            self.accessibility.clear();
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({})", self.kind())
    }
}
