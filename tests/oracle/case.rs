//! One generated case: a message and everything that the rules look at, in plain words.

use std::collections::BTreeSet;
use std::fmt;

use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisCode, InstitutionKind, MessageKind, PersonRole, SecrecyRelease};

use crate::table::Categories;

/// A message before the gate.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) seed: u64,
    pub(crate) kind: MessageKind,
    pub(crate) from: InstitutionKind,
    /// What the sender acts as besides.
    pub(crate) also_from: Option<InstitutionKind>,
    pub(crate) to: InstitutionKind,
    pub(crate) also_to: Option<InstitutionKind>,
    pub(crate) basis: BasisCode,
    /// What it carries about nobody in particular.
    pub(crate) plain: Categories,
    /// Facts by role of the person; without a role: of the event.
    pub(crate) people: Vec<(Option<PersonRole>, Categories)>,
    pub(crate) asked: Categories,
    /// Fields of the statement that are filled in.
    pub(crate) fields: BTreeSet<&'static str>,
    /// Whether a sufficient reason is given for naming the reporter.
    pub(crate) reason_to_name_reporter: bool,
    pub(crate) consent: Option<Consent>,
    pub(crate) address: Address,
    /// Whether a PESEL stands in the sender's case number.
    pub(crate) hides_pesel: bool,
    /// Whether a data-protection officer verified the row.
    pub(crate) verified: bool,
    pub(crate) release: Option<SecrecyRelease>,
    /// Statutory messages of this worker in the last 24 hours.
    pub(crate) used: u32,
    /// For a reply: the question of the recipient; `None` when nothing was asked.
    pub(crate) question: Option<Question>,
    pub(crate) arrival: Arrival,
}

/// A consent that is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Consent {
    /// Whether the recipient recorded it, else the sender.
    pub(crate) of_recipient: bool,
    /// Whether it names [`crate::table::NARROW`] only, else everything that a consent can carry.
    pub(crate) narrow: bool,
    pub(crate) withdrawn: bool,
}

/// The recipient in the sender's directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Known,
    Suspended,
    Unknown,
    Oneself,
    OtherKeys,
    Revoked,
}

/// What had been asked.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) asked: Categories,
    /// On which statute; none under a consent.
    pub(crate) basis: Option<BasisCode>,
    /// Whether somebody else had asked.
    pub(crate) of_another: bool,
}

/// What can be wrong with it on arrival only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// The sender's row has another text than ours.
    pub(crate) other_row: bool,
    /// The mark "acting for the group" is the opposite of what the row says.
    pub(crate) wrong_mark: bool,
    /// The declared categories are not those of the content.
    pub(crate) false_list: bool,
    /// No worker signed it.
    pub(crate) unsigned: bool,
    /// The recipient had begun the conversation.
    pub(crate) own_thread: bool,
    /// The log knows the consent's edge.
    pub(crate) registered: bool,
    /// Who wants to read is named for the team and declared confidentiality.
    pub(crate) declared: bool,
    /// The reader's node knows the newest state of consents.
    pub(crate) fresh: bool,
}

impl Case {
    /// Everything that leaves the institution.
    pub(crate) fn carried(&self) -> Categories {
        let of_people = self.people.iter().flat_map(|(_, facts)| facts);
        self.plain.iter().chain(of_people).copied().collect()
    }

    /// All that the sender is.
    pub(crate) fn senders(&self) -> Vec<InstitutionKind> {
        [Some(self.from), self.also_from].into_iter().flatten().collect()
    }

    /// All that the recipient is.
    pub(crate) fn recipients(&self) -> Vec<InstitutionKind> {
        [Some(self.to), self.also_to].into_iter().flatten().collect()
    }
}

/// Why not, and about what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct No {
    pub(crate) reason: Reason,
    /// Codes of categories or fields that offend; empty where the reason says it all.
    pub(crate) about: BTreeSet<String>,
}

impl No {
    pub(crate) fn because(reason: Reason) -> Self {
        Self { reason, about: BTreeSet::new() }
    }

    pub(crate) fn about(reason: Reason, codes: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        Self { reason, about: codes.into_iter().map(|code| code.to_string()).collect() }
    }
}
