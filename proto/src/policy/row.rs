//! One row of the policy table, and what it judges: ceiling, second person, categories by role of the person.

use super::{Due, Owes, Policy};
use crate::refusal::{Reason, Refusal};
use crate::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind, PersonRole};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Whether a message of a row carries a consent. There is no third way: where another basis carries the message, consent
/// is the wrong one (RODO art. 7, the person would be misled about what her refusal changes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ConsentRule {
    /// Nothing goes without one.
    Required,
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

/// Whether a thread that a row opens appears in anything that the person concerned may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectSees {
    /// It is shown.
    Yes,
    /// Never: not in a list, a count, a search or a cross-link. A perpetrator may be reading.
    Never,
}

impl ConsentRule {
    /// The code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Required => "REQUIRED",
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

impl SubjectSees {
    /// The code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Never => "never",
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
    /// Whether [`Row::due`] counts from the day that the sender names as the start, instead of from receipt.
    pub clock_from_started: bool,
    /// Kinds that answer it.
    pub expects: Vec<MessageKind>,
    /// Whether the recipient owes the reporter `FEEDBACK_MIN` at receipt, after 14 days and at closing. The first two are
    /// in [`Row::owes`]; closing has no date.
    pub feedback: bool,
    /// What else the parties owe, and by when: those of the file in its order, then the feedback.
    pub owes: Vec<Owes>,
    /// Further fields that it must have.
    pub requires: BTreeSet<Requirement>,
    /// Name of a closed list of data by role of the person, see [`Policy::matrix`].
    pub role_matrix: Option<String>,
    /// Whether it is sent for a diagnostic-and-help group, whose members read it only by name.
    pub for_gdp: bool,
    /// A duty is never blocked: it goes, is flagged, and is reviewed.
    pub duty: bool,
    /// Whether the person concerned may see that it was sent. It counts for the thread that the row opens; answers follow
    /// their thread.
    pub subject_sees: SubjectSees,
    /// The provision.
    pub act: String,
    /// Where deadline and ceiling come from.
    pub source: String,
    pub(super) digest: [u8; 32],
}

impl Row {
    /// SHA-256 of the row's canonical text, which the file `policy/digest.rs` and the protocol's README describe.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Whether nothing that reaches the family may reveal it.
    #[must_use]
    pub const fn hidden(&self) -> bool {
        matches!(self.subject_sees, SubjectSees::Never)
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
        match self.outside(categories.iter().filter(|category| outside(category))) {
            Some(refusal) => Err(refusal.with("recipient_kind", recipient)),
            None => Ok(()),
        }
    }

    /// Judges whether a second person has to agree to the message as a whole.
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

    /// Judges facts by the role of the person they are about; without a role they belong to the event. What a role may have
    /// is the row's closed list cut down to its ceiling. A row without such a list knows no roles of persons; its facts of
    /// the event are judged by the ceiling alone. Nothing passes when the list is not in `policy`.
    ///
    /// # Errors
    /// `CATEGORY` for the first role that has too much, with details `role` (or `EVENT`) and `categories`.
    pub fn judge_roles(
        &self,
        policy: &Policy,
        roles: &[(Option<PersonRole>, BTreeSet<Category>)],
    ) -> Result<(), Refusal> {
        let matrix = self.role_matrix.as_ref().map(|name| policy.matrix(name));
        for (role, facts) in roles {
            let listed = |category: &Category| match matrix {
                Some(matrix) => matrix.and_then(|m| m.allowed(*role)).is_some_and(|list| list.contains(category)),
                None => role.is_none(),
            };
            let outside = |category: &&Category| !self.ceiling.contains(*category) || !listed(category);
            if let Some(refusal) = self.outside(facts.iter().filter(outside)) {
                return Err(refusal.with("role", role.map_or("EVENT", PersonRole::code)));
            }
        }
        Ok(())
    }

    /// Judges categories that stand in plain sections. A row with a closed list by role has none, because nobody could say
    /// about whom they are.
    ///
    /// # Errors
    /// `CATEGORY`, with the offending codes as detail `categories`.
    pub fn judge_plain(&self, sections: &BTreeSet<Category>) -> Result<(), Refusal> {
        let refusal = self.role_matrix.as_ref().and_then(|_| self.outside(sections));
        refusal.map_or(Ok(()), Err)
    }

    /// Facts for which a second person has to agree because of the role of the person they are about.
    #[must_use]
    pub fn review_roles(
        &self,
        policy: &Policy,
        roles: &[(Option<PersonRole>, BTreeSet<Category>)],
    ) -> BTreeSet<Category> {
        let Some(matrix) = self.role_matrix.as_ref().and_then(|name| policy.matrix(name)) else {
            return BTreeSet::new();
        };
        let concerned = |(role, facts): &(Option<PersonRole>, BTreeSet<Category>)| -> Vec<Category> {
            matrix.review(*role).map(|review| review.intersection(facts).copied().collect()).unwrap_or_default()
        };
        roles.iter().flat_map(concerned).collect()
    }

    /// `CATEGORY` when anything but [`Category::None`] is offending.
    fn outside<'a>(&self, offending: impl IntoIterator<Item = &'a Category>) -> Option<Refusal> {
        let codes: Vec<&str> = offending.into_iter().filter(|c| **c != Category::None).map(|c| c.code()).collect();
        if codes.is_empty() {
            return None;
        }
        Some(Refusal::new(Reason::Category).with_codes("categories", codes).with("kind", self.kind))
    }
}
