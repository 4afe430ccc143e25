//! Evidence: the hub's receipt, the recipient's receipt, tombstones, statuses and refusals.

use prost::Message;
use prost::bytes::Bytes;

use crate::envelope::{Header, Object, Parts, Region, SigningKey, VerifyingKey};
use crate::id::{Hash, InstitutionId, MessageId};
use crate::limits;
use crate::log::checkpoint::{Checkpoint, LogKeys};
use crate::log::proof::LogProof;
use crate::refusal::{Reason, Refusal};
use crate::wire::{invalid, required, strict, v1};

/// "This envelope is on disk, at this place in the log": R0 of the three levels of proof.
#[derive(Debug, Clone, PartialEq)]
pub struct HubReceipt {
    /// What was accepted.
    pub envelope_hash: Hash,
    /// When, by the hub's clock.
    pub accepted_ms: i64,
    /// Where the log has it.
    pub proof: LogProof,
}

impl HubReceipt {
    /// Reads a receipt without believing it.
    ///
    /// # Errors
    /// `FIELD_MISSING` or `FIELD_INVALID`.
    pub fn parse(raw: &v1::HubReceipt) -> Result<Self, Refusal> {
        let proof = required("proof", raw.proof.as_ref())?;
        Ok(Self {
            envelope_hash: Hash::parse(&raw.envelope_hash).map_err(|_| invalid("envelope_hash"))?,
            accepted_ms: raw.accepted_ms,
            proof: LogProof {
                batch_index: u32::try_from(proof.batch_index).map_err(|_| invalid("batch_index"))?,
                batch_size: u32::try_from(proof.batch_size).map_err(|_| invalid("batch_size"))?,
                batch_path: path(&proof.batch_path)?,
                leaf_index: proof.leaf_index,
                leaf_path: path(&proof.leaf_path)?,
                checkpoint: proof.checkpoint.clone(),
            },
        })
    }

    /// The receipt as a message.
    #[must_use]
    pub fn to_wire(&self) -> v1::HubReceipt {
        let bytes = |path: &[[u8; 32]]| path.iter().map(|hash| Bytes::copy_from_slice(hash)).collect();
        v1::HubReceipt {
            envelope_hash: self.envelope_hash.wire(),
            accepted_ms: self.accepted_ms,
            proof: Some(v1::LogProof {
                batch_index: u64::from(self.proof.batch_index),
                batch_size: u64::from(self.proof.batch_size),
                batch_path: bytes(&self.proof.batch_path),
                leaf_index: self.proof.leaf_index,
                leaf_path: bytes(&self.proof.leaf_path),
                checkpoint: self.proof.checkpoint.clone(),
            }),
        }
    }

    /// Checks that the log has the envelope; needs only public keys, also years later.
    ///
    /// # Errors
    /// `UNVERIFIABLE`.
    pub fn verify(&self, envelope_hash: &Hash, keys: &LogKeys) -> Result<Checkpoint, Refusal> {
        if self.envelope_hash != *envelope_hash {
            return Err(Refusal::new(Reason::Unverifiable));
        }
        self.proof.verify(envelope_hash.bytes(), keys).map_err(|_| Refusal::new(Reason::Unverifiable))
    }
}

fn path(raw: &[Bytes]) -> Result<Vec<[u8; 32]>, Refusal> {
    raw.iter().map(|hash| hash.as_ref().try_into().map_err(|_| invalid("path"))).collect()
}

/// "I hold these", signed by the recipient in the transaction that stored them: R1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "every field is told at Receipt in mailbox.proto")]
pub struct Receipt {
    pub recipient: InstitutionId,
    pub sender: InstitutionId,
    pub envelope_hashes: Vec<Hash>,
    pub tombstone_hashes: Vec<Hash>,
    pub unknown_prevs: Vec<Hash>,
    pub forked_prevs: Vec<Hash>,
    pub log_size: u64,
    pub log_root: [u8; 32],
    pub at_ms: i64,
}

impl Receipt {
    /// Signs it.
    #[must_use]
    pub fn sign(&self, key: &SigningKey, region: &Region) -> v1::Signed {
        let wire = |hashes: &[Hash]| hashes.iter().map(Hash::wire).collect();
        let raw = v1::Receipt {
            recipient: self.recipient.to_string(),
            sender: self.sender.to_string(),
            envelope_hashes: wire(&self.envelope_hashes),
            tombstone_hashes: wire(&self.tombstone_hashes),
            unknown_prevs: wire(&self.unknown_prevs),
            forked_prevs: wire(&self.forked_prevs),
            log_size: self.log_size,
            log_root: self.log_root.to_vec().into(),
            at_ms: self.at_ms,
        };
        key.signed(Object::Receipt, region, raw.encode_to_vec())
    }

    /// Reads a receipt without believing it.
    ///
    /// # Errors
    /// `MALFORMED` or `FIELD_INVALID`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let raw: v1::Receipt = strict(bytes)?;
        let hashes = |list: &[Bytes], field: &str| {
            if list.len() > limits::RECEIPT_MAX_HASHES {
                return Err(invalid(field));
            }
            list.iter().map(|hash| Hash::parse(hash)).collect::<Result<Vec<_>, _>>()
        };
        if !(1..=limits::RECEIPT_MAX_HASHES).contains(&(raw.envelope_hashes.len() + raw.tombstone_hashes.len())) {
            return Err(invalid("envelope_hashes"));
        }
        Ok(Self {
            recipient: raw.recipient.parse().map_err(|_| invalid("recipient"))?,
            sender: raw.sender.parse().map_err(|_| invalid("sender"))?,
            envelope_hashes: hashes(&raw.envelope_hashes, "envelope_hashes")?,
            tombstone_hashes: hashes(&raw.tombstone_hashes, "tombstone_hashes")?,
            unknown_prevs: hashes(&raw.unknown_prevs, "unknown_prevs")?,
            forked_prevs: hashes(&raw.forked_prevs, "forked_prevs")?,
            log_size: raw.log_size,
            log_root: raw.log_root.as_ref().try_into().map_err(|_| invalid("log_root"))?,
            at_ms: raw.at_ms,
        })
    }

    /// Takes a receipt signed by its recipient.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, else as [`Receipt::parse`].
    pub fn open(signed: &v1::Signed, recipient: &VerifyingKey, region: &Region) -> Result<Self, Refusal> {
        Self::parse(recipient.open(Object::Receipt, region, signed)?)
    }
}

/// "This cannot pass", signed by the hub (any final reason) or a recipient (`UNVERIFIABLE`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is refused.
    pub envelope_hash: Hash,
    /// Why.
    pub reason: Reason,
    /// An institution id, or `hub`.
    pub party: String,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

impl Refused {
    /// Signs it.
    #[must_use]
    pub fn sign(&self, key: &SigningKey, region: &Region) -> v1::Signed {
        let raw = v1::Refusal {
            envelope_hash: self.envelope_hash.wire(),
            reason: self.reason.as_str().to_owned(),
            party: self.party.clone(),
            at_ms: self.at_ms,
        };
        key.signed(Object::Refusal, region, raw.encode_to_vec())
    }

    /// Reads a refusal without believing it.
    ///
    /// # Errors
    /// `MALFORMED` or `FIELD_INVALID`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let raw: v1::Refusal = strict(bytes)?;
        Ok(Self {
            envelope_hash: Hash::parse(&raw.envelope_hash).map_err(|_| invalid("envelope_hash"))?,
            reason: Reason::parse(&raw.reason).ok_or_else(|| invalid("reason"))?,
            party: raw.party,
            at_ms: raw.at_ms,
        })
    }

    /// Takes a refusal signed by the holder of `key`.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, else as [`Refused::parse`].
    pub fn open(signed: &v1::Signed, key: &VerifyingKey, region: &Region) -> Result<Self, Refusal> {
        Self::parse(key.open(Object::Refusal, region, signed)?)
    }
}

/// Why an accepted envelope is not delivered any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndCause {
    /// The consent was withdrawn or blocked.
    Withdrawn,
    /// The time to live ran out.
    Expired,
    /// Sender or recipient was revoked.
    Revoked,
}

impl EndCause {
    const fn wire(self) -> v1::EndCause {
        match self {
            Self::Withdrawn => v1::EndCause::Withdrawn,
            Self::Expired => v1::EndCause::Expired,
            Self::Revoked => v1::EndCause::Revoked,
        }
    }

    fn parse(raw: v1::EndCause) -> Result<Self, Refusal> {
        match raw {
            v1::EndCause::Withdrawn => Ok(Self::Withdrawn),
            v1::EndCause::Expired => Ok(Self::Expired),
            v1::EndCause::Revoked => Ok(Self::Revoked),
            v1::EndCause::Unspecified => Err(invalid("cause")),
        }
    }
}

/// Tells a sender that an accepted envelope ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Who had sent it.
    pub sender: InstitutionId,
    /// Message id of its header.
    pub message_id: MessageId,
    /// Its hash.
    pub envelope_hash: Hash,
    /// True when it may have left the hub: `UNCERTAIN`; a receipt that still arrives wins.
    pub uncertain: bool,
    /// Why.
    pub cause: EndCause,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

impl Status {
    /// Signs it with the hub's mail key.
    #[must_use]
    pub fn sign(&self, mail: &SigningKey, region: &Region) -> v1::Signed {
        let state = if self.uncertain { v1::EndState::Uncertain } else { v1::EndState::Blocked };
        let raw = v1::Status {
            sender: self.sender.to_string(),
            message_id: self.message_id.wire(),
            envelope_hash: self.envelope_hash.wire(),
            state: state.into(),
            cause: self.cause.wire().into(),
            at_ms: self.at_ms,
        };
        mail.signed(Object::Status, region, raw.encode_to_vec())
    }

    /// Takes a status signed by the hub.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, `MALFORMED` or `FIELD_INVALID`.
    pub fn open(signed: &v1::Signed, mail: &VerifyingKey, region: &Region) -> Result<Self, Refusal> {
        let raw: v1::Status = strict(mail.open(Object::Status, region, signed)?)?;
        Ok(Self {
            sender: raw.sender.parse().map_err(|_| invalid("sender"))?,
            message_id: MessageId::parse_nonzero(&raw.message_id)?,
            envelope_hash: Hash::parse(&raw.envelope_hash).map_err(|_| invalid("envelope_hash"))?,
            uncertain: match raw.state() {
                v1::EndState::Blocked => false,
                v1::EndState::Uncertain => true,
                v1::EndState::Unspecified => return Err(invalid("state")),
            },
            cause: EndCause::parse(raw.cause())?,
            at_ms: raw.at_ms,
        })
    }
}

/// Stands in the place of an envelope that ended, with what proves that it had to.
#[derive(Debug, Clone, PartialEq)]
pub struct Tombstone {
    /// Header, component hashes and the sender's signature.
    pub parts: Parts,
    /// Why.
    pub cause: EndCause,
    /// The signed withdrawal or membership, and the index of its leaf; none when expired.
    pub proof: Option<(v1::Signed, u64)>,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

impl Tombstone {
    /// Signs it with the hub's mail key.
    #[must_use]
    pub fn sign(&self, mail: &SigningKey, region: &Region) -> v1::Signed {
        let (proof, leaf_index) = self.proof.clone().map_or((None, 0), |(signed, index)| (Some(signed), index));
        let raw = v1::Tombstone {
            header: self.parts.header.clone(),
            wrap_hash: self.parts.wrap_hash.wire(),
            ciphertext_hash: self.parts.ciphertext_hash.wire(),
            blob_root: self.parts.blob_root.wire(),
            sender_signature: self.parts.signature.clone(),
            cause: self.cause.wire().into(),
            proof,
            leaf_index,
            at_ms: self.at_ms,
        };
        mail.signed(Object::Tombstone, region, raw.encode_to_vec())
    }

    /// Takes a tombstone signed by the hub. The sender's signature and the proof are still
    /// to be checked: by [`Parts::verify`] and against the mirrored log.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, `MALFORMED`, `FIELD_INVALID`, or `FIELD_MISSING` for an absent proof.
    pub fn open(signed: &v1::Signed, mail: &VerifyingKey, region: &Region) -> Result<Self, Refusal> {
        let raw: v1::Tombstone = strict(mail.open(Object::Tombstone, region, signed)?)?;
        let cause = EndCause::parse(raw.cause())?;
        let proof = match cause {
            EndCause::Expired => None,
            EndCause::Withdrawn | EndCause::Revoked => Some((required("proof", raw.proof)?, raw.leaf_index)),
        };
        let parts = Parts {
            header: raw.header,
            wrap_hash: Hash::parse(&raw.wrap_hash).map_err(|_| invalid("wrap_hash"))?,
            ciphertext_hash: Hash::parse(&raw.ciphertext_hash).map_err(|_| invalid("ciphertext_hash"))?,
            blob_root: Hash::parse(&raw.blob_root).map_err(|_| invalid("blob_root"))?,
            signature: raw.sender_signature,
        };
        let header = Header::parse(&parts.header)?;
        if cause == EndCause::Expired && raw.at_ms <= header.expires_ms {
            return Err(invalid("at_ms"));
        }
        Ok(Self { parts, cause, proof, at_ms: raw.at_ms })
    }
}
