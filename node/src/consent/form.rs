//! A paper form as data, and the grants that it becomes.

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::calendar;
use wiez_proto::env::Env;
use wiez_proto::envelope::keys::{hmac_sha256, sha256};
use wiez_proto::grant::{Edge, Grant};
use wiez_proto::id::{GrantId, Handle, InstitutionId};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, EvidenceKind, Purpose};
use wiez_proto::wire::invalid;

use super::giver::Giver;

/// Where a consent stands. `Withdrawn` is final; a new consent is a new record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Counts.
    Active,
    /// Counts, for less than was signed.
    Narrowed,
    /// Ended by the person, or by a block of the other institution.
    Withdrawn,
    /// Its last day is over.
    Expired,
    /// Does not count while the parents are in conflict.
    Suspended,
    /// Printed; nobody signed it yet, so that nothing is granted.
    Prepared,
    /// The person said no; it never becomes a grant, and says that nobody need ask again.
    Refused,
}

impl State {
    /// The code in JSON, in texts and, but for expiry, in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Narrowed => "NARROWED",
            Self::Withdrawn => "WITHDRAWN",
            Self::Expired => "EXPIRED",
            Self::Suspended => "SUSPENDED",
            Self::Prepared => "PREPARED",
            Self::Refused => "REFUSED",
        }
    }
}

/// One institution named on the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Which.
    pub institution: InstitutionId,
    /// What may go to it.
    pub give: BTreeSet<Category>,
    /// What may come from it; organisational matters always may.
    pub receive: BTreeSet<Category>,
    /// Special categories to which the person agreed explicitly, in either direction.
    pub explicit: BTreeSet<Category>,
}

/// What stands on the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// This institution's own case number, never a name.
    pub subject_ref: String,
    /// Who signed.
    pub giver: Giver,
    /// What proves it.
    pub evidence: EvidenceKind,
    /// SHA-256 of the scanned paper, or of the sentence that says where the paper lies.
    pub evidence_hash: [u8; 32],
    /// Where the paper lies.
    pub evidence_place: String,
    /// Institutions, one pair each.
    pub pairs: Vec<Pair>,
    /// What for.
    pub purposes: BTreeSet<Purpose>,
    /// First day.
    pub valid_from: Date,
    /// Last day, at most a year later ([`limits::CONSENT_MAX_DAYS`]).
    pub valid_to: Date,
    /// The worker who took it.
    pub worker: String,
}

impl Form {
    /// Checks what can be checked before anything is signed.
    ///
    /// # Errors
    /// `FIELD_MISSING`, `FIELD_INVALID`, `GIVER`, `PARENTS_IN_CONFLICT`, or `CATEGORY` for what
    /// no consent can carry.
    pub fn check(&self, now_ms: i64) -> Result<(), Refusal> {
        let missing = |field: &str| Err(Refusal::new(Reason::FieldMissing).with("field", field));
        if self.subject_ref.trim().is_empty() {
            return missing("subject");
        }
        if self.evidence_place.trim().is_empty() {
            return missing("paper");
        }
        if self.pairs.is_empty() {
            return missing("to");
        }
        if self.purposes.is_empty() {
            return missing("purpose");
        }
        let institutions: BTreeSet<_> = self.pairs.iter().map(|pair| &pair.institution).collect();
        if institutions.len() != self.pairs.len() {
            return Err(invalid("to"));
        }
        let latest =
            self.valid_from.checked_add(Span::new().days(limits::CONSENT_MAX_DAYS)).map_err(|_| invalid("valid_to"))?;
        let today = calendar::day_of(now_ms);
        if self.valid_to < self.valid_from || self.valid_to > latest || self.valid_to < today {
            return Err(invalid("valid_to"));
        }
        self.giver.may_consent(now_ms)?;
        self.pairs.iter().try_for_each(Pair::check)
    }

    /// Makes one pair's grant, with fresh handles and a fresh salt.
    ///
    /// The salt is drawn for each grant, so that two institutions cannot find out by
    /// comparing their grants that they stand on one paper.
    #[must_use]
    pub fn grant(&self, me: &InstitutionId, pair: &Pair, now_ms: i64, env: &Env) -> (Grant, [u8; 32]) {
        let salt: [u8; 32] = env.random();
        let edge = |from: &InstitutionId, to: &InstitutionId, categories: BTreeSet<Category>| Edge {
            handle: Handle::random(env),
            from: from.clone(),
            to: to.clone(),
            explicit: categories
                .iter()
                .filter(|category| category.special())
                .copied()
                .filter(|c| pair.explicit.contains(c))
                .collect(),
            categories,
            purposes: self.purposes.clone(),
        };
        let mut back = pair.receive.clone();
        back.insert(Category::Logistics);
        let mut there = pair.give.clone();
        there.insert(Category::Logistics);
        let grant = Grant {
            id: GrantId::random(env),
            issuer: me.clone(),
            counterparty: pair.institution.clone(),
            edges: vec![edge(me, &pair.institution, there), edge(&pair.institution, me, back)],
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            evidence_commitment: hmac_sha256(&salt, &[&self.evidence_hash]),
            worker: self.worker.clone(),
            issued_ms: now_ms,
        };
        (grant, salt)
    }

    /// SHA-256 of the paper's bytes.
    #[must_use]
    pub fn hash_of(paper: &[u8]) -> [u8; 32] {
        sha256(&[paper])
    }
}

impl Pair {
    fn check(&self) -> Result<(), Refusal> {
        let all = self.give.union(&self.receive);
        let never: Vec<&'static str> = all.clone().filter(|c| !c.consentable()).map(|c| c.code()).collect();
        if !never.is_empty() {
            return Err(Refusal::new(Reason::Category).with_codes("categories", never));
        }
        let silent: Vec<&'static str> =
            all.filter(|c| c.special() && !self.explicit.contains(c)).map(|c| c.code()).collect();
        if silent.is_empty() {
            Ok(())
        } else {
            Err(Refusal::new(Reason::ConsentNotExplicit).with_codes("categories", silent))
        }
    }

    /// The same pair without some categories; none when nothing would be left to give or receive.
    #[must_use]
    pub fn without(&self, categories: &BTreeSet<Category>) -> Option<Self> {
        let rest = |set: &BTreeSet<Category>| set.difference(categories).copied().collect::<BTreeSet<_>>();
        let narrower = Self {
            institution: self.institution.clone(),
            give: rest(&self.give),
            receive: rest(&self.receive),
            explicit: rest(&self.explicit),
        };
        let empty = narrower.give.iter().chain(&narrower.receive).all(|category| *category == Category::Logistics);
        if empty { None } else { Some(narrower) }
    }
}

#[cfg(test)]
mod tests;
