//! The sealed message from one institution to exactly one other: its header, hash and signature.

pub mod keys;
mod open;
pub mod padding;
mod seal;
mod worker;

use prost::Message;
use prost::bytes::Bytes;

pub use self::keys::{Object, Region, SealingKey, SealingPublic, SigningKey, Unverifiable, VerifyingKey, sha256};
pub use self::open::open;
pub use self::seal::{Draft, seal};
pub use self::worker::{Delegation, sign_content, verify_content};
use crate::id::{Handle, Hash, InstitutionId, KeyId, MessageId};
use crate::limits;
use crate::refusal::{Reason, Refusal};
use crate::vocab::BasisClass;
use crate::wire::{invalid, strict, v1};

/// The only version there is.
pub const VERSION: u32 = 1;
/// X-Wing, HKDF-SHA256, ChaCha20-Poly1305; AES-256-GCM; Ed25519; SHA-256.
pub const SUITE: u32 = 1;
/// Bytes of the HPKE encapsulation plus the sealed content key.
pub const WRAP_LEN: usize = 1120 + 48;
/// Bytes of an authentication tag.
pub const TAG_LEN: u64 = 16;

/// A place in the channel between an ordered pair of institutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Generation of the channel, from 1; grows when the sender was restored.
    pub epoch: u64,
    /// Number inside the epoch, from 1; may skip, is never signed twice.
    pub seq: u64,
    /// Hash of the last accepted envelope of the channel, [`Hash::ZERO`] before the first.
    pub prev: Hash,
}

/// The routing part of an envelope, parsed from the bytes that were signed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "every field is told at Header in envelope.proto")]
pub struct Header {
    pub message_id: MessageId,
    pub sender: InstitutionId,
    pub sender_key: KeyId,
    pub recipient: InstitutionId,
    pub recipient_key: KeyId,
    pub position: Position,
    pub class: BasisClass,
    pub handle: Option<Handle>,
    pub created_ms: i64,
    pub expires_ms: i64,
    pub padded_size: u64,
    pub commitment: [u8; 32],
}

impl Header {
    /// Parses canonical header bytes.
    ///
    /// # Errors
    /// `MALFORMED`, `UNSUPPORTED_VERSION`, `SUITE`, `FIELD_INVALID`, `RECIPIENT_SELF`,
    /// `HANDLE_MISSING`, `HANDLE_FORBIDDEN`, `TTL`, `BAD_BUCKET` or `TOO_LARGE`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let raw: v1::Header = strict(bytes)?;
        if raw.version != VERSION {
            return Err(Refusal::new(Reason::UnsupportedVersion));
        }
        if raw.suite != SUITE {
            return Err(Refusal::new(Reason::Suite));
        }
        let header = Self {
            message_id: MessageId::parse_nonzero(&raw.message_id)?,
            sender: raw.sender.parse().map_err(|_| invalid("sender"))?,
            sender_key: KeyId::parse(&raw.sender_key_id).map_err(|_| invalid("sender_key_id"))?,
            recipient: raw.recipient.parse().map_err(|_| invalid("recipient"))?,
            recipient_key: KeyId::parse(&raw.recipient_key_id).map_err(|_| invalid("recipient_key_id"))?,
            position: Position {
                epoch: raw.epoch,
                seq: raw.seq,
                prev: Hash::parse(&raw.prev).map_err(|_| invalid("prev"))?,
            },
            class: BasisClass::from_wire(raw.basis_class).ok_or_else(|| invalid("basis_class"))?,
            handle: if raw.handle.is_empty() { None } else { Some(Handle::parse(&raw.handle)?) },
            created_ms: raw.created_ms,
            expires_ms: raw.expires_ms,
            padded_size: raw.padded_size,
            commitment: raw.commitment.as_ref().try_into().map_err(|_| invalid("commitment"))?,
        };
        header.check()?;
        Ok(header)
    }

    fn check(&self) -> Result<(), Refusal> {
        let no = |reason| Err(Refusal::new(reason));
        if self.position.epoch == 0 || self.position.seq == 0 {
            return Err(invalid("seq"));
        }
        if self.sender == self.recipient {
            return no(Reason::RecipientSelf);
        }
        match (self.class == BasisClass::Consent, self.handle) {
            (true, None) => return no(Reason::HandleMissing),
            (false, Some(_)) => return no(Reason::HandleForbidden),
            (true, Some(_)) | (false, None) => {}
        }
        let life = self.expires_ms.checked_sub(self.created_ms).unwrap_or(i64::MAX);
        if self.created_ms <= 0 || !(limits::TTL_MIN_MS..=limits::TTL_MAX_MS).contains(&life) {
            return no(Reason::Ttl);
        }
        if !padding::is_bucket(self.padded_size) {
            return no(Reason::BadBucket);
        }
        if self.padded_size > limits::MAX_PADDED_BYTES as u64 {
            return no(Reason::TooLarge);
        }
        Ok(())
    }

    /// The canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        v1::Header {
            version: VERSION,
            suite: SUITE,
            message_id: self.message_id.wire(),
            sender: self.sender.to_string(),
            sender_key_id: self.sender_key.wire(),
            recipient: self.recipient.to_string(),
            recipient_key_id: self.recipient_key.wire(),
            epoch: self.position.epoch,
            seq: self.position.seq,
            prev: self.position.prev.wire(),
            basis_class: self.class.wire(),
            handle: self.handle.map(|handle| handle.wire()).unwrap_or_default(),
            created_ms: self.created_ms,
            expires_ms: self.expires_ms,
            padded_size: self.padded_size,
            commitment: self.commitment.to_vec().into(),
        }
        .encode_to_vec()
    }
}

/// The hashes of an envelope's parts; they outlive the erased ciphertext as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Canonical header bytes.
    pub header: Bytes,
    /// SHA-256 of the wrap.
    pub wrap_hash: Hash,
    /// SHA-256 of the ciphertext.
    pub ciphertext_hash: Hash,
    /// Root of the attachments, [`Hash::ZERO`] while there are none.
    pub blob_root: Hash,
    /// The sender's signature over the envelope hash.
    pub signature: Bytes,
}

impl Parts {
    /// The envelope hash.
    #[must_use]
    pub fn envelope_hash(&self) -> Hash {
        Hash::new(sha256(&[
            b"wiez/v1/envelope-hash",
            &sha256(&[&self.header]),
            self.wrap_hash.bytes(),
            self.ciphertext_hash.bytes(),
            self.blob_root.bytes(),
        ]))
    }

    /// Checks the sender's signature.
    ///
    /// # Errors
    /// [`Unverifiable`].
    pub fn verify(&self, key: &VerifyingKey, region: &Region) -> Result<(), Unverifiable> {
        key.verify(Object::Envelope, region, self.envelope_hash().bytes(), &self.signature)
    }
}

/// A well-formed envelope; nothing is known yet about its signature.
#[derive(Clone)]
pub struct Envelope {
    header: Header,
    parts: Parts,
    wrap: Bytes,
    ciphertext: Bytes,
    hash: Hash,
}

impl Envelope {
    /// Takes an envelope from the wire.
    ///
    /// # Errors
    /// As [`Header::parse`]; `BAD_BUCKET` when the ciphertext is not of the size that the
    /// header says; `FIELD_INVALID` for wrap, attachments' root or signature.
    pub fn parse(raw: v1::Envelope) -> Result<Self, Refusal> {
        if raw.header.len() > limits::MAX_HEADER_BYTES {
            return Err(Refusal::new(Reason::TooLarge));
        }
        let header = Header::parse(&raw.header)?;
        if raw.ciphertext.len() as u64 != header.padded_size + TAG_LEN {
            return Err(Refusal::new(Reason::BadBucket));
        }
        if raw.wrap.len() != WRAP_LEN {
            return Err(invalid("wrap"));
        }
        if raw.signature.len() != 64 {
            return Err(invalid("signature"));
        }
        let blob_root = Hash::parse(&raw.blob_root).map_err(|_| invalid("blob_root"))?;
        if blob_root != Hash::ZERO {
            return Err(invalid("blob_root"));
        }
        Ok(Self::assemble(header, raw.header, raw.wrap, raw.ciphertext, raw.signature))
    }

    fn assemble(header: Header, bytes: Bytes, wrap: Bytes, ciphertext: Bytes, signature: Bytes) -> Self {
        let parts = Parts {
            header: bytes,
            wrap_hash: Hash::new(sha256(&[&wrap])),
            ciphertext_hash: Hash::new(sha256(&[&ciphertext])),
            blob_root: Hash::ZERO,
            signature,
        };
        let hash = parts.envelope_hash();
        Self { header, parts, wrap, ciphertext, hash }
    }

    /// The parsed header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The envelope hash: the one name of these bytes in receipts, log and `prev`.
    #[must_use]
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// The evidence that remains when the bodies are erased.
    #[must_use]
    pub const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// HPKE encapsulation and sealed content key.
    #[must_use]
    pub const fn wrap(&self) -> &Bytes {
        &self.wrap
    }

    /// The sealed content.
    #[must_use]
    pub const fn ciphertext(&self) -> &Bytes {
        &self.ciphertext
    }

    /// Checks the sender's signature over header, wrap and ciphertext.
    ///
    /// # Errors
    /// [`Unverifiable`].
    pub fn verify(self, key: &VerifyingKey, region: &Region) -> Result<Verified, Unverifiable> {
        key.verify(Object::Envelope, region, self.hash.bytes(), &self.parts.signature)?;
        Ok(Verified(self))
    }

    /// The envelope as a message.
    #[must_use]
    pub fn to_wire(&self) -> v1::Envelope {
        v1::Envelope {
            header: self.parts.header.clone(),
            wrap: self.wrap.clone(),
            ciphertext: self.ciphertext.clone(),
            blob_root: self.parts.blob_root.wire(),
            signature: self.parts.signature.clone(),
        }
    }
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Envelope({}, {} -> {})", self.hash, self.header.sender, self.header.recipient)
    }
}

/// An envelope whose signature holds under the key that was asked for.
#[derive(Debug, Clone)]
pub struct Verified(Envelope);

impl Verified {
    /// The envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.0
    }
}
