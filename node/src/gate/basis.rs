//! The row of the policy that applies to a message, found by the roles of both institutions and the basis it names.

use std::collections::BTreeSet;

use wiez_proto::directory::Entry;
use wiez_proto::id::InstitutionId;
use wiez_proto::policy::{Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind};

use crate::message::Message;

/// An institution as the policy sees it.
#[derive(Debug, Clone)]
pub struct Party {
    /// Its id.
    pub id: InstitutionId,
    /// What it is, and what it also acts as.
    pub kinds: Vec<InstitutionKind>,
}

impl From<&Entry> for Party {
    fn from(entry: &Entry) -> Self {
        let kinds = std::iter::once(entry.kind).chain(entry.also_acts_as.iter().copied()).collect();
        Self { id: entry.institution.clone(), kinds }
    }
}

/// The request that a reply answers, as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asked.
    pub asker: InstitutionId,
    /// What was asked for.
    pub asked: BTreeSet<Category>,
    /// The legal basis that it named; none under a consent.
    pub basis: Option<BasisCode>,
}

/// The row of a message, and the roles in which the two institutions meet in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit<'a> {
    pub(super) row: &'a Row,
    pub(super) sender: InstitutionKind,
    pub(super) recipient: InstitutionKind,
}

impl Fit<'_> {
    /// Whether nothing that a person still has to look at may stop it: a duty, or a life in danger.
    pub(super) fn never_waits(&self) -> bool {
        self.row.duty || self.row.class == BasisClass::VitalInterest
    }
}

/// Whether messages of this class rest on a statute or on a life in danger, and so name their legal basis.
pub(crate) fn lawful(class: BasisClass) -> bool {
    matches!(class, BasisClass::Statutory | BasisClass::VitalInterest)
}

/// The kinds that report violence, a crime or a danger. Their rows are duties: never blocked, always reviewed.
#[must_use]
pub const fn duty(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::NkA
            | MessageKind::Signal
            | MessageKind::Alert
            | MessageKind::CrimeNotice
            | MessageKind::CourtNotice
    )
}

/// The row that applies to a message between two institutions.
///
/// # Errors
/// `KIND`, `POLICE_CONSENT`, `PAIR` or `BASIS`.
pub fn row<'a>(policy: &'a Policy, message: &Message, from: &Party, to: &Party) -> Result<&'a Row, Refusal> {
    fit(policy, message, from, to).map(|fit| fit.row)
}

/// Finds the row among all roles in which the two institutions act, first match first: by the
/// legal basis where the message names one, else by its class.
pub(super) fn fit<'a>(policy: &'a Policy, message: &Message, from: &Party, to: &Party) -> Result<Fit<'a>, Refusal> {
    let basis = message.statement.as_ref().map(|statement| statement.basis);
    let mut first = None;
    for sender in &from.kinds {
        for recipient in &to.kinds {
            let found = match basis {
                Some(basis) => policy.find_basis(message.kind, *sender, *recipient, basis),
                None => policy.find(message.kind, *sender, *recipient, message.class),
            };
            match found {
                Ok(row) => return named(message, basis).map(|()| Fit { row, sender: *sender, recipient: *recipient }),
                Err(refusal) => first = first.or(Some(refusal)),
            }
        }
    }
    Err(first.unwrap_or_else(|| Refusal::new(Reason::Pair)))
}

/// A legal basis stands in a message exactly with the classes that need one, and is of that class.
fn named(message: &Message, basis: Option<BasisCode>) -> Result<(), Refusal> {
    let fits = basis.map_or(!lawful(message.class), |basis| basis.class() == message.class && lawful(message.class));
    if fits {
        return Ok(());
    }
    Err(Refusal::new(Reason::Basis).with("kind", message.kind).with("basis", message.class))
}
