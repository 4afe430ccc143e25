//! The policy table: which message may go from whom to whom, on which basis, with which categories, answered by when.
//!
//! The same pure code judges at the sender's node and at the recipient's. The hub knows neither kind nor categories;
//! its part is [`class_allowed`].

mod digest;
mod due;
mod overlay;
mod table;

pub use due::{Deadline, Due};
pub use overlay::{Overlay, Verified};
pub use table::PolicyError;

use crate::refusal::{Reason, Refusal};
use crate::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Whether a message of a row carries a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ConsentRule {
    /// Nothing goes without one.
    Required,
    /// It may be named, but another basis carries the message.
    Optional,
    /// None may be attached.
    Forbidden,
}

/// A field that a message of a row must have besides its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Requirement {
    /// Reference of the asker's case.
    CaseRef,
    /// Number of the asking officer.
    Officer,
    /// Reference of the court's or prosecutor's order.
    OrderRef,
    /// Reference of the formal letter; it may follow later.
    FormalRef,
    /// One sentence of justification.
    Justification,
}

impl ConsentRule {
    /// The code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Required => "REQUIRED",
            Self::Optional => "OPTIONAL",
            Self::Forbidden => "FORBIDDEN",
        }
    }
}

impl Requirement {
    /// The code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CaseRef => "CASE_REF",
            Self::Officer => "OFFICER",
            Self::OrderRef => "ORDER_REF",
            Self::FormalRef => "FORMAL_REF",
            Self::Justification => "JUSTIFICATION",
        }
    }
}

/// Categories that some kinds of recipients never get, although the ceiling holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Never {
    /// The recipients.
    pub to: BTreeSet<InstitutionKind>,
    /// The categories.
    pub categories: BTreeSet<Category>,
}

/// One row of the table. Rows are made only by reading `policy.toml`, so that the digest always fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Stable name.
    pub id: String,
    /// Kind of message.
    pub kind: MessageKind,
    /// Kinds of institutions that may send it.
    pub senders: BTreeSet<InstitutionKind>,
    /// Kinds of institutions that may get it.
    pub recipients: BTreeSet<InstitutionKind>,
    /// Class of basis.
    pub class: BasisClass,
    /// Legal bases, all of that class.
    pub bases: Vec<BasisCode>,
    /// Whether a consent is attached.
    pub consent: ConsentRule,
    /// Most that may be carried or asked for.
    pub ceiling: BTreeSet<Category>,
    /// What some recipients never get.
    pub never: Vec<Never>,
    /// Categories for which a second person has to agree.
    pub review: BTreeSet<Category>,
    /// By when an answer is owed.
    pub due: Option<Due>,
    /// Kinds that answer it.
    pub expects: Vec<MessageKind>,
    /// Further fields that it must have.
    pub requires: BTreeSet<Requirement>,
    /// Name of a closed list of data by role of the person.
    pub role_matrix: Option<String>,
    /// A duty is never blocked: it goes, is flagged, and is reviewed.
    pub duty: bool,
    /// Whether the person concerned may see in outputs that it was sent.
    pub subject_sees: bool,
    /// The provision.
    pub act: String,
    /// Where deadline and ceiling come from.
    pub source: String,
    digest: [u8; 32],
}

/// The whole table.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    rows: Vec<Row>,
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
        self.rows.iter().find(|row| row.digest == *digest)
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
        let of_kind = || self.rows.iter().filter(move |row| row.kind == kind);
        let of_pair =
            || of_kind().filter(move |row| row.senders.contains(&sender) && row.recipients.contains(&recipient));
        let reason = if of_kind().next().is_none() {
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

impl Row {
    /// SHA-256 of the row's canonical text, which the file `policy/digest.rs` and the protocol's README describe.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Judges carried or asked categories: the ceiling first, then whether a second person has to agree.
    ///
    /// # Errors
    /// `CATEGORY` or `REVIEW_REQUIRED`, with the offending codes as detail `categories`.
    pub fn judge_categories(&self, recipient: InstitutionKind, categories: &BTreeSet<Category>) -> Result<(), Refusal> {
        self.judge_ceiling(recipient, categories)?;
        self.judge_review(categories)
    }

    /// Judges the ceiling alone. [`Category::None`] is always within it.
    ///
    /// # Errors
    /// `CATEGORY`, with the offending codes as detail `categories`.
    pub fn judge_ceiling(&self, recipient: InstitutionKind, categories: &BTreeSet<Category>) -> Result<(), Refusal> {
        let outside = |category: &Category| {
            !self.ceiling.contains(category)
                || self.never.iter().any(|never| never.to.contains(&recipient) && never.categories.contains(category))
        };
        let offending: Vec<&str> =
            categories.iter().filter(|c| **c != Category::None && outside(c)).map(|c| c.code()).collect();
        if offending.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(Reason::Category)
            .with_codes("categories", offending)
            .with("kind", self.kind)
            .with("recipient_kind", recipient))
    }

    /// Judges whether a second person has to agree.
    ///
    /// # Errors
    /// `REVIEW_REQUIRED`, with the codes concerned as detail `categories`.
    pub fn judge_review(&self, categories: &BTreeSet<Category>) -> Result<(), Refusal> {
        let mut concerned = categories.intersection(&self.review).peekable();
        if concerned.peek().is_none() {
            return Ok(());
        }
        Err(Refusal::new(Reason::ReviewRequired).with_codes("categories", concerned.map(|c| c.code())))
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
