//! The worker's own signature inside the seal, and the institution's word for the key that made it.

use prost::Message;
use prost::bytes::Bytes;

use super::keys::{Object, Region, SigningKey, VerifyingKey};
use crate::id::InstitutionId;
use crate::limits;
use crate::refusal::{Reason, Refusal, unsafe_char};
use crate::wire::{invalid, strict, v1};

/// An institution's word that a key is one worker's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "every field is told at Delegation in envelope.proto")]
pub struct Delegation {
    pub institution: InstitutionId,
    pub worker: String,
    pub key: VerifyingKey,
    pub valid_from_ms: i64,
    pub valid_to_ms: i64,
}

impl Delegation {
    /// Signs it with the institution's key.
    #[must_use]
    pub fn sign(&self, institution: &SigningKey, region: &Region) -> v1::Signed {
        let bytes = v1::Delegation {
            institution: self.institution.to_string(),
            worker: self.worker.clone(),
            public_key: self.key.bytes().to_vec().into(),
            valid_from_ms: self.valid_from_ms,
            valid_to_ms: self.valid_to_ms,
        }
        .encode_to_vec();
        institution.signed(Object::Delegation, region, bytes)
    }

    /// Reads it without believing it; [`Delegation::open`] also checks the signature.
    ///
    /// # Errors
    /// `MALFORMED`, `KEY_WEAK`, or `FIELD_INVALID` naming the field.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let raw: v1::Delegation = strict(bytes)?;
        let length = raw.worker.chars().count();
        if length == 0 || length > limits::MAX_NAME_CHARS || raw.worker.chars().any(unsafe_char) {
            return Err(invalid("worker"));
        }
        let lasts = raw.valid_to_ms.checked_sub(raw.valid_from_ms).unwrap_or(i64::MAX);
        if raw.valid_from_ms <= 0 || !(1..=limits::DELEGATION_MAX_MS).contains(&lasts) {
            return Err(invalid("valid_to_ms"));
        }
        Ok(Self {
            institution: raw.institution.parse().map_err(|_| invalid("institution"))?,
            worker: raw.worker,
            key: VerifyingKey::vet(&raw.public_key)?,
            valid_from_ms: raw.valid_from_ms,
            valid_to_ms: raw.valid_to_ms,
        })
    }

    /// Takes a delegation signed by `institution`.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, else as [`Delegation::parse`].
    pub fn open(signed: &v1::Signed, institution: &VerifyingKey, region: &Region) -> Result<Self, Refusal> {
        Self::parse(institution.open(Object::Delegation, region, signed)?)
    }
}

/// What the worker signs: the content without what sealing fills in or renews.
fn signed_part(content: &v1::Content) -> Vec<u8> {
    v1::Content {
        epoch: 0,
        seq: 0,
        prev: Bytes::new(),
        checkpoint: String::new(),
        worker_signature: None,
        ..content.clone()
    }
    .encode_to_vec()
}

/// Signs content in a worker's name. Sender, recipient, message id, class and handle must stand in it already.
#[must_use]
pub fn sign_content(
    worker: &SigningKey,
    region: &Region,
    delegation: v1::Signed,
    content: &v1::Content,
) -> v1::WorkerSignature {
    let signature = worker.sign(Object::Content, region, &signed_part(content));
    v1::WorkerSignature { delegation: Some(delegation), signature: signature.to_vec().into() }
}

/// Checks the worker's signature: a delegation of exactly the sender, for exactly the worker whom the content names,
/// valid when the envelope was sealed, and that key's signature.
///
/// # Errors
/// `WORKER_SIGNATURE` with `what`: `missing`, `delegation`, `institution`, `worker`, `time` or `signature`.
pub fn verify_content(
    content: &v1::Content,
    sender: &VerifyingKey,
    region: &Region,
    created_ms: i64,
) -> Result<(), Refusal> {
    let no = |what: &str| Refusal::new(Reason::WorkerSignature).with("what", what);
    let given = content.worker_signature.as_ref().ok_or_else(|| no("missing"))?;
    let signed = given.delegation.as_ref().ok_or_else(|| no("delegation"))?;
    let delegation = Delegation::open(signed, sender, region).map_err(|_| no("delegation"))?;
    if delegation.institution.as_str() != content.sender {
        return Err(no("institution"));
    }
    if delegation.worker != content.worker {
        return Err(no("worker"));
    }
    if !(delegation.valid_from_ms..delegation.valid_to_ms).contains(&created_ms) {
        return Err(no("time"));
    }
    let part = signed_part(content);
    delegation.key.verify(Object::Content, region, &part, &given.signature).map_err(|_| no("signature"))
}

#[cfg(test)]
mod tests;
