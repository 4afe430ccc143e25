//! The policy table: which message may go from whom to whom, on which basis, with which categories, answered by when.
//!
//! The same pure code judges at the sender's node and at the recipient's. The hub knows neither kind nor categories;
//! its part is [`class_allowed`].

mod consistent;
mod digest;
mod due;
mod matrix;
mod overlay;
mod owes;
mod row;
mod secrecy;
mod table;

pub use due::{Deadline, Due};
pub use matrix::Matrix;
pub use overlay::{Overlay, Verified};
pub use owes::{Owes, Party2};
pub use row::{ConsentRule, Never, Requirement, Row, SubjectSees};
pub use secrecy::Secrecy;
pub use table::PolicyError;

use crate::refusal::{Reason, Refusal};
use crate::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind, SecrecyRegime};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The whole table.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    rows: Vec<Row>,
    matrices: BTreeMap<String, Matrix>,
    secrecy: Vec<Secrecy>,
    /// Positions of the rows of each kind, in the order of the file.
    of_kind: BTreeMap<MessageKind, Vec<usize>>,
    of_digest: BTreeMap<[u8; 32], usize>,
}

impl Policy {
    /// The compiled-in table. A test proves that it parses; should it ever not, the table is empty and refuses everything.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Policy> = OnceLock::new();
        SHIPPED.get_or_init(|| Self::parse(include_str!("../policy.toml")).unwrap_or_default())
    }

    /// Every row, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row of this name.
    #[must_use]
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// The row whose digest a seal names.
    #[must_use]
    pub fn by_digest(&self, digest: &[u8; 32]) -> Option<&Row> {
        self.rows.get(*self.of_digest.get(digest)?)
    }

    /// The canonical text of a row of this table, with the lists and rules that it refers to: everything that
    /// [`Row::digest`] covers, and nothing else. The digest is the SHA-256 of it.
    #[must_use]
    pub fn canonical(&self, row: &Row) -> String {
        digest::canonical(row, row.role_matrix.as_ref().and_then(|name| self.matrix(name)), &self.secrecy)
    }

    /// The closed list by role of this name.
    #[must_use]
    pub fn matrix(&self, name: &str) -> Option<&Matrix> {
        self.matrices.get(name)
    }

    /// Every rule of professional secrecy, in the order of the file.
    #[must_use]
    pub fn secrecy_rules(&self) -> &[Secrecy] {
        &self.secrecy
    }

    /// What of `categories` stays closed by the sender's professional secrecy unless a release is recorded, and which
    /// secrecy it is; nothing where no personal data goes and where life or health is at stake. The basis is not looked at
    /// in the class `CONSENT`. A duty goes all the same; that is for the gate to know.
    #[must_use]
    pub fn secrecy(
        &self,
        sender: InstitutionKind,
        class: BasisClass,
        basis: Option<BasisCode>,
        categories: &BTreeSet<Category>,
    ) -> Option<(SecrecyRegime, BTreeSet<Category>)> {
        secrecy::closed(&self.secrecy, sender, class, basis, categories)
    }

    /// The row for a message. Where several rows of the class differ by legal basis, it is the first in the table; use
    /// [`Policy::find_basis`] for those.
    ///
    /// # Errors
    /// In this order: `KIND` when no row knows the kind, `POLICE_CONSENT` for consent towards police, prosecutor or family
    /// court, `PAIR` when the kind does not go between these institutions, `BASIS` when it does not go on this class.
    pub fn find(
        &self,
        kind: MessageKind,
        sender: InstitutionKind,
        recipient: InstitutionKind,
        class: BasisClass,
    ) -> Result<&Row, Refusal> {
        self.search(kind, sender, recipient, class, |row| row.class == class).map_err(|r| r.with("basis", class))
    }

    /// The row for a message on one legal basis; no two rows share one.
    ///
    /// # Errors
    /// As [`Policy::find`].
    pub fn find_basis(
        &self,
        kind: MessageKind,
        sender: InstitutionKind,
        recipient: InstitutionKind,
        basis: BasisCode,
    ) -> Result<&Row, Refusal> {
        self.search(kind, sender, recipient, basis.class(), |row| row.bases.contains(&basis))
            .map_err(|r| r.with("basis", basis))
    }

    fn search(
        &self,
        kind: MessageKind,
        sender: InstitutionKind,
        recipient: InstitutionKind,
        class: BasisClass,
        fits: impl Fn(&Row) -> bool,
    ) -> Result<&Row, Refusal> {
        let places = self.of_kind.get(&kind);
        let of_kind = || places.into_iter().flatten().filter_map(|place| self.rows.get(*place));
        let of_pair =
            || of_kind().filter(move |row| row.senders.contains(&sender) && row.recipients.contains(&recipient));
        let reason = if places.is_none() {
            Reason::Kind
        } else if class == BasisClass::Consent && recipient.refuses_consent() {
            Reason::PoliceConsent
        } else if of_pair().next().is_none() {
            Reason::Pair
        } else if let Some(row) = of_pair().find(|row| fits(row)) {
            return Ok(row);
        } else {
            Reason::Basis
        };
        Err(Refusal::new(reason).with("kind", kind).with("sender_kind", sender).with("recipient_kind", recipient))
    }
}

/// The hub's own rule, on institution kinds and class alone: consent is never a basis towards police, prosecutor or family
/// court; a ROPS takes part without case data; nobody sends to or as a GDP, which is not enrolled; vital interest goes to
/// those who can rescue. The recipient's node judges everything else.
///
/// # Errors
/// `POLICE_CONSENT` or `CLASS_FORBIDDEN`.
pub fn class_allowed(class: BasisClass, sender: InstitutionKind, recipient: InstitutionKind) -> Result<(), Refusal> {
    use InstitutionKind as K;
    let refuse = |reason| {
        Err(Refusal::new(reason).with("basis", class).with("sender_kind", sender).with("recipient_kind", recipient))
    };
    if class == BasisClass::NoPersonalData {
        return Ok(());
    }
    if class == BasisClass::Consent && recipient.refuses_consent() {
        return refuse(Reason::PoliceConsent);
    }
    if [sender, recipient].iter().any(|kind| matches!(kind, K::Rops | K::Gdp)) {
        return refuse(Reason::ClassForbidden);
    }
    let rescues = matches!(recipient, K::Policja | K::Szpital | K::Ops | K::Cus | K::Oik | K::Sow | K::Zi);
    if class == BasisClass::VitalInterest && !rescues {
        return refuse(Reason::ClassForbidden);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
