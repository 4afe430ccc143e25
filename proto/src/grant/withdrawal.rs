//! The signed end of a grant: withdrawal by its issuer, or block by the other party.

use std::collections::BTreeSet;

use prost::Message;

use crate::envelope::{Object, Region, SigningKey, VerifyingKey, sha256};
use crate::id::{Handle, Hash, InstitutionId};
use crate::refusal::Refusal;
use crate::wire::{invalid, strict, v1};

/// Ends the edges of one grant for good. A new consent has new handles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Handles that end, one or two.
    pub handles: BTreeSet<Handle>,
    /// The grant's [`super::Grant::hash`].
    pub grant_hash: Hash,
    /// Who says so: a party of the grant.
    pub party: InstitutionId,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

impl Withdrawal {
    /// Signs it.
    #[must_use]
    pub fn sign(&self, key: &SigningKey, region: &Region) -> v1::Signed {
        let bytes = v1::Withdrawal {
            handles: self.handles.iter().map(Handle::wire).collect(),
            grant_hash: self.grant_hash.wire(),
            party: self.party.to_string(),
            at_ms: self.at_ms,
        }
        .encode_to_vec();
        key.signed(Object::Withdrawal, region, bytes)
    }

    /// Reads it without believing it; [`Withdrawal::open`] also checks the signature.
    ///
    /// # Errors
    /// `MALFORMED` or `FIELD_INVALID`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let raw: v1::Withdrawal = strict(bytes)?;
        let ascending = raw.handles.windows(2).all(|pair| pair.first() < pair.last());
        if !ascending || !(1..=2).contains(&raw.handles.len()) {
            return Err(invalid("handles"));
        }
        if raw.at_ms <= 0 {
            return Err(invalid("at_ms"));
        }
        Ok(Self {
            handles: raw.handles.iter().map(|handle| Handle::parse(handle)).collect::<Result<_, _>>()?,
            grant_hash: Hash::parse(&raw.grant_hash).map_err(|_| invalid("grant_hash"))?,
            party: raw.party.parse().map_err(|_| invalid("party"))?,
            at_ms: raw.at_ms,
        })
    }

    /// Takes a withdrawal signed by `party`.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, else as [`Withdrawal::parse`].
    pub fn open(signed: &v1::Signed, party: &VerifyingKey, region: &Region) -> Result<Self, Refusal> {
        Self::parse(party.open(Object::Withdrawal, region, signed)?)
    }
}

/// SHA-256 of a signed object as the log names it: over content, key id and signature.
#[must_use]
pub fn object_hash(signed: &v1::Signed) -> Hash {
    Hash::new(sha256(&[b"wiez/v1/object-hash", &signed.encode_to_vec()]))
}
