//! Readable case content: sections by data category and one body by kind of message.
//!
//! Only nodes compile this module; a hub cannot name a payload. A [`Payload`] exists only within its limits: it is made by
//! [`Payload::new`] or [`Payload::from_bytes`], which check the same rules.

mod check;
pub mod linter;
mod wire;

use crate::id::{GrantId, Handle, Hash, InstitutionId, MessageId};
use crate::refusal::{Reason, Refusal};
use crate::vocab::{
    BasisCode, Category, DeclineReason, FeedbackCode, HelpCode, KeptOrDeleted, MessageKind, NoticeScope, Outcome,
    ReferralStatus, ServiceCode, Urgency,
};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fmt;

/// Content of one message. Its `Debug` form shows kind and sizes only.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    subject_ref: String,
    sections: Vec<Section>,
    body: Body,
}

/// Text of one data category.
#[derive(Clone, PartialEq, Eq)]
pub struct Section {
    /// Which kind of fact; never [`Category::None`].
    pub category: Category,
    /// Heading, at most 120 characters; may be empty.
    pub label: String,
    /// The text, at most 16 KiB.
    pub text: String,
}

/// What a kind of message says besides its sections.
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
}

/// Body of an `INFO_REQUEST`. Its texts are carried as [`Category::Logistics`].
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

impl Payload {
    /// Makes content for a message.
    ///
    /// # Errors
    /// `FIELD_MISSING`, `FIELD_INVALID` or `TOO_LARGE` with the name of the field and never its value;
    /// `DECLINE_REASON_MISSING`, `EARLIEST_DATE_MISSING`, `OUTCOME_MISSING` for incomplete statuses.
    pub fn new(subject_ref: impl Into<String>, sections: Vec<Section>, body: Body) -> Result<Self, Refusal> {
        let payload = Self { subject_ref: subject_ref.into(), sections, body };
        check::payload(&payload)?;
        Ok(payload)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// `MALFORMED` for bytes that are not the canonical form; otherwise as [`Payload::new`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let payload = wire::decode(bytes)?;
        check::payload(&payload)?;
        Ok(payload)
    }

    /// Writes the canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// The sender's own case number.
    #[must_use]
    pub fn subject_ref(&self) -> &str {
        &self.subject_ref
    }

    /// The sections, in the sender's order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// The kind of message that carries it.
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        self.body.kind()
    }

    /// Every category that the content carries, from sections and body; empty when it carries no personal data.
    #[must_use]
    pub fn categories(&self) -> BTreeSet<Category> {
        let mut out: BTreeSet<Category> = self.sections.iter().map(|section| section.category).collect();
        match &self.body {
            Body::InfoRequest(_) => {
                out.insert(Category::Logistics);
            }
            Body::InfoReply(reply) => out.extend(reply.answers.iter().map(|answer| answer.category)),
            Body::Referral(referral) => out.extend(referral.categories()),
            Body::ReferralForward(forward) => out.extend(forward.referral.categories()),
            Body::ReferralStatus(report) => {
                if !report.note.is_empty() {
                    out.insert(Category::Logistics);
                }
            }
            Body::ConsultAnon { .. }
            | Body::ReplyAnon { .. }
            | Body::InfoRefusal { .. }
            | Body::FeedbackMin { .. }
            | Body::ConsentWithdrawn { .. }
            | Body::ConsentWithdrawnAnswer { .. }
            | Body::GateRefusal { .. } => {}
        }
        out
    }

    /// The categories asked for; empty for everything but an `INFO_REQUEST`.
    #[must_use]
    pub fn asked(&self) -> BTreeSet<Category> {
        match &self.body {
            Body::InfoRequest(request) => request.asked.clone(),
            Body::ConsultAnon { .. }
            | Body::ReplyAnon { .. }
            | Body::InfoReply(_)
            | Body::InfoRefusal { .. }
            | Body::Referral(_)
            | Body::ReferralStatus(_)
            | Body::ReferralForward(_)
            | Body::FeedbackMin { .. }
            | Body::ConsentWithdrawn { .. }
            | Body::ConsentWithdrawnAnswer { .. }
            | Body::GateRefusal { .. } => BTreeSet::new(),
        }
    }

    /// What may still be shown when only these categories are allowed: sections, answers and free texts of other categories
    /// are gone; codes of the body stay. For display; it may lack fields that a message to be sent must have.
    #[must_use]
    pub fn project(&self, allowed: &BTreeSet<Category>) -> Self {
        let mut out = self.clone();
        out.sections.retain(|section| allowed.contains(&section.category));
        let logistics = allowed.contains(&Category::Logistics);
        match &mut out.body {
            Body::InfoRequest(request) if !logistics => {
                request.questions.clear();
                request.why_needed.clear();
            }
            Body::InfoReply(reply) => reply.answers.retain(|answer| allowed.contains(&answer.category)),
            Body::Referral(referral) => referral.project(allowed),
            Body::ReferralForward(forward) => forward.referral.project(allowed),
            Body::ReferralStatus(report) if !logistics => report.note.clear(),
            Body::InfoRequest(_)
            | Body::ReferralStatus(_)
            | Body::ConsultAnon { .. }
            | Body::ReplyAnon { .. }
            | Body::InfoRefusal { .. }
            | Body::FeedbackMin { .. }
            | Body::ConsentWithdrawn { .. }
            | Body::ConsentWithdrawnAnswer { .. }
            | Body::GateRefusal { .. } => {}
        }
        out
    }

    /// Searches the kinds that may hold no personal data for some; other kinds pass. `surnames` are those of the node's own
    /// open cases; they never leave it.
    ///
    /// # Errors
    /// `PERSONAL_DATA_FOUND` with `finding`, `field` and `offset` (characters from 0), never the text.
    pub fn lint(&self, surnames: &[String]) -> Result<(), Refusal> {
        let fields: Vec<(&str, &str)> = match &self.body {
            Body::ConsultAnon { topic, text } => {
                vec![("topic", topic), ("text", text), ("subject_ref", &self.subject_ref)]
            }
            Body::ReplyAnon { text } => vec![("text", text), ("subject_ref", &self.subject_ref)],
            Body::InfoRequest(_)
            | Body::InfoReply(_)
            | Body::InfoRefusal { .. }
            | Body::Referral(_)
            | Body::ReferralStatus(_)
            | Body::ReferralForward(_)
            | Body::FeedbackMin { .. }
            | Body::ConsentWithdrawn { .. }
            | Body::ConsentWithdrawnAnswer { .. }
            | Body::GateRefusal { .. } => return Ok(()),
        };
        for (field, text) in fields {
            if let Some((finding, offset)) = linter::find(text, surnames) {
                return Err(Refusal::new(Reason::PersonalDataFound)
                    .with("finding", finding)
                    .with("field", field)
                    .with("offset", offset));
            }
        }
        Ok(())
    }
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
        }
    }

    /// Whether sections about a person can accompany it.
    const fn takes_sections(&self) -> bool {
        matches!(
            self,
            Self::InfoRequest(_)
                | Self::InfoReply(_)
                | Self::Referral(_)
                | Self::ReferralStatus(_)
                | Self::ReferralForward(_)
        )
    }
}

impl Referral {
    fn categories(&self) -> impl Iterator<Item = Category> {
        [
            Some(Category::PlanTasks),
            (!self.language.is_empty()).then_some(Category::Lang),
            (!self.accessibility.is_empty()).then_some(Category::Disability),
        ]
        .into_iter()
        .flatten()
    }

    fn project(&mut self, allowed: &BTreeSet<Category>) {
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

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({}, {} sections, {} bytes)", self.kind(), self.sections.len(), self.to_bytes().len())
    }
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({}, {} bytes)", self.category, self.text.len())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({})", self.kind())
    }
}

#[cfg(test)]
mod tests;
