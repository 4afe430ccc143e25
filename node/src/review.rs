//! The second person: what waits for one, what one looks at afterwards, and what was decided.
//!
//! Messages that need a second person are kept as drafts until somebody other than the asker
//! confirms exactly that draft ([`Stage::Before`]). Duties and vital interest never wait; they go,
//! and are looked at within a day ([`Stage::After`]). A second person decides from kind, basis and
//! categories, never from content, so that a data-protection officer can do it.

mod ask;
mod confirmed;
mod decide;
mod list;
mod person;

pub(crate) use self::ask::{before, received, sent, waits};
pub use self::confirmed::Confirmed;
pub(crate) use self::decide::replaced;
pub use self::decide::{Decided, confirm, reject};
pub use self::list::{ReviewLine, list};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::id::GrantId;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{Category, Flag, Owed, ReferralStatus, SecrecyRelease};

/// When the second person looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Stage {
    /// Before it leaves; it waits.
    Before,
    /// Within a day after it went or came.
    After,
}

impl Stage {
    /// The code in the database.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Before => "BEFORE",
            Self::After => "AFTER",
        }
    }
}

/// How a review ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Decision {
    /// A second person agreed; what waited was sent.
    Confirmed,
    /// A second person did not agree; what waited stays here.
    Rejected,
    /// Nothing is left to decide: meanwhile something else forbids it, such as a withdrawn consent, or it
    /// was sent anew.
    Overtaken,
}

impl Decision {
    /// The code in the database and in histories.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Rejected => "REJECTED",
            Self::Overtaken => "OVERTAKEN",
        }
    }

    /// Reads the code.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        [Self::Confirmed, Self::Rejected, Self::Overtaken].into_iter().find(|decision| decision.code() == code)
    }
}

/// What a confirmed draft does to the cases here when it leaves. The default is that it opens its case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Then {
    /// The state into which a reply brings the received case; none where the draft opens its case.
    pub(crate) closes: Option<ReferralStatus>,
    /// Sending changes nothing about where the case stands, such as a note in an open case.
    pub(crate) stays: bool,
    /// The case in which what is owed stands, when it is another one than the draft's own.
    pub(crate) owed_in: Option<String>,
    /// What is done in that case by sending.
    pub(crate) settles: Vec<Owed>,
    /// The release from professional secrecy that was recorded with the draft.
    pub(crate) release: Option<SecrecyRelease>,
    /// The consent under which the draft goes; none: that of its case.
    #[serde(default)]
    pub(crate) grant: Option<GrantId>,
}

/// What a second person is told about a message, and what became of it. Sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    /// Code of the kind.
    pub(crate) kind: String,
    /// Code of the legal basis, else of the class.
    pub(crate) basis: String,
    /// What it carries.
    pub(crate) categories: BTreeSet<Category>,
    /// What it asks for.
    pub(crate) asked: BTreeSet<Category>,
    /// Why it is looked at.
    pub(crate) flags: BTreeSet<Flag>,
    /// Why it waits.
    pub(crate) reason: Option<Refusal>,
    /// Who wants to send it, or wrote it at the other institution.
    pub(crate) asker: String,
    pub(crate) then: Then,
    /// Who decided.
    pub(crate) by: Option<String>,
    /// The reviewer's reason, as an older program kept it here; opening the store moves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
    /// What overtook it.
    pub(crate) overtaken: Option<Refusal>,
}

#[cfg(test)]
mod tests;
