//! A signed consent between two institutions, and the one rule that says what it covers.

mod withdrawal;

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;
use prost::Message;

pub use self::withdrawal::{Withdrawal, object_hash};
use crate::calendar;
use crate::envelope::{Object, Region, SigningKey, VerifyingKey, sha256};
use crate::id::{GrantId, Handle, Hash, InstitutionId};
use crate::limits;
use crate::refusal::{Reason, Refusal};
use crate::vocab::{Category, Purpose};
use crate::wire::{invalid, strict, v1};

/// One direction of a grant: who may send which categories to whom, for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// All that the hub knows of it.
    pub handle: Handle,
    /// Sender.
    pub from: InstitutionId,
    /// Recipient.
    pub to: InstitutionId,
    /// What may pass.
    pub categories: BTreeSet<Category>,
    /// Those special categories (art. 9 RODO) to which the person agreed explicitly.
    pub explicit: BTreeSet<Category>,
    /// What it may be used for.
    pub purposes: BTreeSet<Purpose>,
}

/// A consent between two institutions. It names no person: the issuer keeps the paper and
/// knows whose it is, the salted commitment fixes which paper.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "every field is told at Grant in consent.proto")]
pub struct Grant {
    pub id: GrantId,
    pub issuer: InstitutionId,
    pub counterparty: InstitutionId,
    pub edges: Vec<Edge>,
    pub valid_from: Date,
    pub valid_to: Date,
    pub evidence_commitment: [u8; 32],
    pub worker: String,
    pub issued_ms: i64,
}

/// What somebody wants to pass under a grant.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// Sender.
    pub from: &'a InstitutionId,
    /// Recipient.
    pub to: &'a InstitutionId,
    /// The edge that the envelope names.
    pub handle: Handle,
    /// Categories carried from `from` to `to`.
    pub carried: &'a BTreeSet<Category>,
    /// Categories asked for, which would come back from `to` to `from`.
    pub asked: &'a BTreeSet<Category>,
    /// What for.
    pub purpose: Purpose,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// The heart: whether a grant covers what somebody wants to pass.
///
/// What is carried must lie in the `from → to` edge, what is asked for in the `to → from`
/// edge; special categories only where they were agreed explicitly; the purpose must be
/// named; the day must lie in the validity, whose last day counts to its end in Warsaw.
/// Whether the grant was withdrawn is the log's business, not the grant's.
///
/// # Errors
/// `CONSENT_RECIPIENT`, `CONSENT_NOT_YET_VALID`, `CONSENT_EXPIRED`, `CONSENT_PURPOSE`,
/// `CONSENT_SCOPE` or `CONSENT_NOT_EXPLICIT` with the categories that are too many.
pub fn covers<'a>(grant: &'a Grant, ask: &Ask<'_>) -> Result<&'a Edge, Refusal> {
    let there = grant.edge(ask.from, ask.to).filter(|edge| edge.handle == ask.handle);
    let there = there.ok_or_else(|| Refusal::new(Reason::ConsentRecipient).with("institution", ask.to))?;
    let day = calendar::day_of(ask.at_ms);
    if day < grant.valid_from {
        return Err(Refusal::new(Reason::ConsentNotYetValid).with("date", grant.valid_from));
    }
    if day > grant.valid_to {
        return Err(Refusal::new(Reason::ConsentExpired).with("date", grant.valid_to));
    }
    within(there, ask.carried, ask.purpose)?;
    if !ask.asked.is_empty() {
        let back = grant.edge(ask.to, ask.from).ok_or_else(|| scope(ask.asked.iter()))?;
        within(back, ask.asked, ask.purpose)?;
    }
    Ok(there)
}

fn within(edge: &Edge, wanted: &BTreeSet<Category>, purpose: Purpose) -> Result<(), Refusal> {
    if !edge.purposes.contains(&purpose) {
        return Err(Refusal::new(Reason::ConsentPurpose).with("purpose", purpose.code()));
    }
    // NONE is the absence of personal data; it needs no consent.
    let mut missing = wanted.difference(&edge.categories).filter(|category| **category != Category::None).peekable();
    if missing.peek().is_some() {
        return Err(scope(missing));
    }
    let mut silent = wanted.iter().filter(|c| c.special() && !edge.explicit.contains(c)).peekable();
    if silent.peek().is_some() {
        return Err(Refusal::new(Reason::ConsentNotExplicit).with_codes("categories", silent.map(|c| c.code())));
    }
    Ok(())
}

fn scope<'a>(categories: impl Iterator<Item = &'a Category>) -> Refusal {
    Refusal::new(Reason::ConsentScope).with_codes("categories", categories.map(|c| c.code()))
}

impl Grant {
    /// The edge in one direction.
    #[must_use]
    pub fn edge(&self, from: &InstitutionId, to: &InstitutionId) -> Option<&Edge> {
        self.edges.iter().find(|edge| edge.from == *from && edge.to == *to)
    }

    /// The handles of both edges, ascending.
    #[must_use]
    pub fn handles(&self) -> BTreeSet<Handle> {
        self.edges.iter().map(|edge| edge.handle).collect()
    }

    /// SHA-256 of the canonical bytes: what the hub's log holds of a grant.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::new(sha256(&[&self.to_bytes()]))
    }

    /// Signs a grant that keeps its own rules.
    ///
    /// # Errors
    /// As [`Grant::parse`].
    pub fn sign(&self, key: &SigningKey, region: &Region) -> Result<v1::Signed, Refusal> {
        let bytes = self.to_bytes();
        Self::parse(&bytes)?;
        Ok(key.signed(Object::Grant, region, bytes))
    }

    /// Takes a grant from inside a seal, checking the issuer's signature.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, else as [`Grant::parse`].
    pub fn open(signed: &v1::Signed, issuer: &VerifyingKey, region: &Region) -> Result<Self, Refusal> {
        Self::parse(issuer.open(Object::Grant, region, signed)?)
    }

    /// Parses canonical bytes and checks every rule of a grant.
    ///
    /// # Errors
    /// `MALFORMED`, `UNSUPPORTED_VERSION`, or `FIELD_INVALID` naming the field.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let raw: v1::Grant = strict(bytes)?;
        if raw.version != 1 {
            return Err(Refusal::new(Reason::UnsupportedVersion));
        }
        let grant = Self {
            id: GrantId::parse(&raw.grant_id)?,
            issuer: raw.issuer.parse().map_err(|_| invalid("issuer"))?,
            counterparty: raw.counterparty.parse().map_err(|_| invalid("counterparty"))?,
            edges: raw.edges.into_iter().map(parse_edge).collect::<Result<_, _>>()?,
            valid_from: raw.valid_from.parse().map_err(|_| invalid("valid_from"))?,
            valid_to: raw.valid_to.parse().map_err(|_| invalid("valid_to"))?,
            evidence_commitment: raw
                .evidence_commitment
                .as_ref()
                .try_into()
                .map_err(|_| invalid("evidence_commitment"))?,
            worker: raw.worker,
            issued_ms: raw.issued_ms,
        };
        grant.check()?;
        // Dates have more than one spelling; only the canonical one was signed.
        if grant.to_bytes() == bytes { Ok(grant) } else { Err(Refusal::new(Reason::Malformed)) }
    }

    fn check(&self) -> Result<(), Refusal> {
        let longest = self.valid_from.saturating_add(Span::new().days(limits::CONSENT_MAX_DAYS));
        if !(self.valid_from..=longest).contains(&self.valid_to) {
            return Err(invalid("valid_to"));
        }
        if self.issuer == self.counterparty {
            return Err(invalid("counterparty"));
        }
        if self.evidence_commitment == [0; 32] {
            return Err(invalid("evidence_commitment"));
        }
        if self.worker.is_empty() || self.worker.chars().count() > limits::MAX_NAME_CHARS {
            return Err(invalid("worker"));
        }
        let pair = BTreeSet::from([&self.issuer, &self.counterparty]);
        let directions: BTreeSet<_> = self.edges.iter().map(|edge| &edge.from).collect();
        let between = self.edges.iter().all(|edge| BTreeSet::from([&edge.from, &edge.to]) == pair);
        let distinct = directions.len() == self.edges.len() && self.handles().len() == self.edges.len();
        if self.edges.is_empty() || !between || !distinct {
            return Err(invalid("edges"));
        }
        self.edges.iter().try_for_each(check_edge)
    }

    fn to_bytes(&self) -> Vec<u8> {
        v1::Grant {
            version: 1,
            grant_id: self.id.wire(),
            issuer: self.issuer.to_string(),
            counterparty: self.counterparty.to_string(),
            edges: self.edges.iter().map(edge_wire).collect(),
            valid_from: self.valid_from.to_string(),
            valid_to: self.valid_to.to_string(),
            evidence_commitment: self.evidence_commitment.to_vec().into(),
            worker: self.worker.clone(),
            issued_ms: self.issued_ms,
        }
        .encode_to_vec()
    }
}

fn check_edge(edge: &Edge) -> Result<(), Refusal> {
    let consentable = edge.categories.iter().all(|category| category.consentable());
    if edge.categories.is_empty() || !consentable {
        return Err(invalid("categories"));
    }
    if !edge.explicit.is_subset(&edge.categories) || !edge.explicit.iter().all(|category| category.special()) {
        return Err(invalid("explicit_categories"));
    }
    if edge.purposes.is_empty() { Err(invalid("purposes")) } else { Ok(()) }
}

fn parse_edge(raw: v1::Edge) -> Result<Edge, Refusal> {
    Ok(Edge {
        handle: Handle::parse(&raw.handle)?,
        from: raw.from.parse().map_err(|_| invalid("from"))?,
        to: raw.to.parse().map_err(|_| invalid("to"))?,
        categories: codes(&raw.categories, Category::parse).ok_or_else(|| invalid("categories"))?,
        explicit: codes(&raw.explicit_categories, Category::parse).ok_or_else(|| invalid("explicit_categories"))?,
        purposes: codes(&raw.purposes, Purpose::parse).ok_or_else(|| invalid("purposes"))?,
    })
}

fn edge_wire(edge: &Edge) -> v1::Edge {
    v1::Edge {
        handle: edge.handle.wire(),
        from: edge.from.to_string(),
        to: edge.to.to_string(),
        categories: spell(&edge.categories, Category::code),
        explicit_categories: spell(&edge.explicit, Category::code),
        purposes: spell(&edge.purposes, Purpose::code),
    }
}

/// Reads a list of codes that is ascending (by code) and unique.
pub fn codes<T: Ord, E>(list: &[String], parse: impl Fn(&str) -> Result<T, E>) -> Option<BTreeSet<T>> {
    if !list.windows(2).all(|pair| pair.first() < pair.last()) {
        return None;
    }
    list.iter().map(|code| parse(code).ok()).collect()
}

/// Writes a set as an ascending list of codes.
pub fn spell<T: Copy>(set: &BTreeSet<T>, code: impl Fn(T) -> &'static str) -> Vec<String> {
    let sorted: BTreeSet<&str> = set.iter().map(|item| code(*item)).collect();
    sorted.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
