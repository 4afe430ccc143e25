//! What can be asked of a running node.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::id::InstitutionId;
use wiez_proto::payload;
use wiez_proto::vocab::{
    BasisCode, Category, DeclineReason, FeedbackCode, HelpCode, KeptOrDeleted, ServiceCode, Urgency, WorkerRole,
};

use crate::casework::CaseKind;
use crate::casework::act::{Addressed, Forwarding, Question, Reply, Wanted};
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each is the function of the same name in casework, consent, people or policy")]
pub enum Request {
    Status,
    Alarms,
    LogVerify,
    PeopleList,
    PeopleAdd { uid: u32, name: String, role: WorkerRole },
    CaseList { kinds: Vec<CaseKind> },
    CaseShow { number: String },
    Refer { to: Addressed, sections: Vec<SectionText>, referral: ReferralText },
    Resend { number: String, without: BTreeSet<Category>, consent: Option<String> },
    Decide { number: String, report: Report },
    UndoAccept { number: String },
    Answer { number: String, sections: Vec<SectionText> },
    Forward { number: String, on: Forwarding, sections: Vec<SectionText>, referral: ReferralText },
    Cancel { number: String },
    Ask { to: Addressed, sections: Vec<SectionText>, wanted: Wanted },
    Reply { number: String, answers: Vec<Reply>, partial: bool },
    Refuse { number: String, reason: DeclineReason, help: BTreeSet<HelpCode> },
    Consult { to: InstitutionId, question: Question },
    ConsultReply { number: String, text: String },
    Feedback { to: InstitutionId, subject_ref: String, code: FeedbackCode },
    ConsentNew { form: Box<Form> },
    ConsentList,
    ConsentShow { number: String },
    ConsentWithdraw { number: String, scope: Scope },
    ConsentConflict { number: String, conflict: bool },
    ConsentBlock { case: String },
    ConsentAnswer { case: String, answer: KeptOrDeleted, basis: Option<BasisCode> },
    DirectoryList,
    DirectorySearch { text: String },
    PolicyList,
    PolicyVerify { row: String, by: String },
}
