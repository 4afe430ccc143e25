//! What every signature covers, the hashes under it, and the keys that make and check it.

mod sealing;
mod signing;

pub use self::sealing::{SEALING_PUBLIC_LEN, SealingKey, SealingPublic};
pub use self::signing::{SigningKey, VerifyingKey};
use crate::id::{KeyId, RegionId};
use crate::refusal::{Reason, Refusal};

/// The one answer to every cryptographic failure.
///
/// It says nothing about which step failed, so that it is no oracle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unverifiable")]
pub struct Unverifiable;

impl From<Unverifiable> for Refusal {
    fn from(_: Unverifiable) -> Self {
        Self::new(Reason::Unverifiable)
    }
}

/// SHA-256.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        hash.update(part);
    }
    let mut out = [0; 32];
    for (slot, byte) in out.iter_mut().zip(hash.finish().as_ref()) {
        *slot = *byte;
    }
    out
}

/// HMAC-SHA256, for commitments to a paper form.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key);
    let mut context = ring::hmac::Context::with_key(&key);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    for (slot, byte) in out.iter_mut().zip(context.sign().as_ref()) {
        *slot = *byte;
    }
    out
}

/// First 16 bytes of the SHA-256 of a public key.
#[must_use]
pub fn key_id(public: &[u8]) -> KeyId {
    let mut id = [0; 16];
    for (slot, byte) in id.iter_mut().zip(sha256(&[public])) {
        *slot = byte;
    }
    KeyId::new(id)
}

/// The region that a signature belongs to: its id and its first directory key's SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The region's id.
    pub id: RegionId,
    /// SHA-256 of the region's first directory key.
    pub fingerprint: [u8; 32],
}

impl Region {
    fn bytes(&self) -> Vec<u8> {
        let mut out = self.id.as_str().as_bytes().to_vec();
        out.push(0);
        out.extend_from_slice(&self.fingerprint);
        out
    }
}

/// What a signature is about; a signature over one kind of object is none over another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the object of the same name in the .proto files")]
pub enum Object {
    Envelope,
    Grant,
    Withdrawal,
    Recall,
    Receipt,
    Refusal,
    Status,
    Tombstone,
    Entry,
    Membership,
    Region,
    Redeem,
    Delegation,
    Content,
    Paper,
}

impl Object {
    const fn tag(self) -> &'static str {
        match self {
            Self::Envelope => "wiez/v1/envelope",
            Self::Grant => "wiez/v1/grant",
            Self::Withdrawal => "wiez/v1/withdrawal",
            Self::Recall => "wiez/v1/recall",
            Self::Receipt => "wiez/v1/receipt",
            Self::Refusal => "wiez/v1/refusal",
            Self::Status => "wiez/v1/status",
            Self::Tombstone => "wiez/v1/tombstone",
            Self::Entry => "wiez/v1/entry",
            Self::Membership => "wiez/v1/membership",
            Self::Region => "wiez/v1/region",
            Self::Redeem => "wiez/v1/redeem",
            Self::Delegation => "wiez/v1/delegation",
            Self::Content => "wiez/v1/content",
            Self::Paper => "wiez/v1/paper",
        }
    }
}

/// The bytes under a signature: tag, one zero byte, region, content; all but the zero byte
/// with a 32-bit big-endian length before them.
fn signed_bytes(object: Object, region: &Region, content: &[u8]) -> Vec<u8> {
    let region = region.bytes();
    let tag = object.tag().as_bytes();
    let mut out = Vec::with_capacity(13 + tag.len() + region.len() + content.len());
    let mut put = |part: &[u8], zero: bool| {
        out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(part);
        if zero {
            out.push(0);
        }
    };
    put(tag, true);
    put(&region, false);
    put(content, false);
    out
}

#[cfg(test)]
mod tests;
