//! Ed25519 keys: they sign objects of a region and are vetted before they are trusted.

use curve25519_dalek::edwards::CompressedEdwardsY;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use super::{Object, Region, Unverifiable, key_id, signed_bytes};
use crate::env::Env;
use crate::id::KeyId;
use crate::refusal::{Reason, Refusal};
use crate::wire::v1;

/// An Ed25519 key pair (RFC 8032).
pub struct SigningKey {
    pair: Ed25519KeyPair,
    seed: Zeroizing<[u8; 32]>,
}

impl SigningKey {
    /// Draws a new key.
    ///
    /// # Errors
    /// `KEY_WEAK` when the library refuses the seed; it accepts every one.
    pub fn generate(env: &Env) -> Result<Self, Refusal> {
        Self::from_seed(&Zeroizing::new(env.random()))
    }

    /// Restores a key from its 32-byte seed.
    ///
    /// # Errors
    /// `KEY_WEAK` when the library refuses the seed; it accepts every one.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, Refusal> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| Refusal::new(Reason::KeyWeak))?;
        Ok(Self { pair, seed: Zeroizing::new(*seed) })
    }

    /// The seed, to be wrapped and stored.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> VerifyingKey {
        let mut bytes = [0; 32];
        for (slot, byte) in bytes.iter_mut().zip(self.pair.public_key().as_ref()) {
            *slot = *byte;
        }
        VerifyingKey { bytes, id: key_id(&bytes) }
    }

    /// Signs an object's content for a region.
    #[must_use]
    pub fn sign(&self, object: Object, region: &Region, content: &[u8]) -> [u8; 64] {
        let signature = self.pair.sign(&signed_bytes(object, region, content));
        let mut out = [0; 64];
        for (slot, byte) in out.iter_mut().zip(signature.as_ref()) {
            *slot = *byte;
        }
        out
    }

    /// Signs an object and packs it for the wire.
    #[must_use]
    pub fn signed(&self, object: Object, region: &Region, content: Vec<u8>) -> v1::Signed {
        let signature = self.sign(object, region, &content);
        v1::Signed { key_id: self.public().id().wire(), signature: signature.to_vec().into(), content: content.into() }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.public().id())
    }
}

/// A vetted Ed25519 public key: canonical, on the curve, not of small order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey {
    bytes: [u8; 32],
    id: KeyId,
}

impl VerifyingKey {
    /// Takes a key into trust. ring verifies under weak keys too, so they are refused here.
    ///
    /// # Errors
    /// `KEY_WEAK` for a wrong length, a non-canonical encoding, a point off the curve or
    /// of small order.
    pub fn vet(bytes: &[u8]) -> Result<Self, Refusal> {
        let weak = || Refusal::new(Reason::KeyWeak);
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| weak())?;
        let point = CompressedEdwardsY(bytes).decompress().ok_or_else(weak)?;
        if point.is_small_order() || point.compress().to_bytes() != bytes {
            return Err(weak());
        }
        Ok(Self { bytes, id: key_id(&bytes) })
    }

    /// The key's bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The key's id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Checks a signature over an object's content.
    ///
    /// ring refuses `S` not below the group order and a non-canonical `R`.
    ///
    /// # Errors
    /// [`Unverifiable`].
    pub fn verify(
        &self,
        object: Object,
        region: &Region,
        content: &[u8],
        signature: &[u8],
    ) -> Result<(), Unverifiable> {
        UnparsedPublicKey::new(&ED25519, &self.bytes)
            .verify(&signed_bytes(object, region, content), signature)
            .map_err(|_| Unverifiable)
    }

    /// Checks a signed object and hands out its content.
    ///
    /// # Errors
    /// [`Unverifiable`] for another key's id or a wrong signature.
    pub fn open<'a>(&self, object: Object, region: &Region, signed: &'a v1::Signed) -> Result<&'a [u8], Unverifiable> {
        if signed.key_id != self.id.bytes().as_slice() {
            return Err(Unverifiable);
        }
        self.verify(object, region, &signed.content, &signed.signature)?;
        Ok(&signed.content)
    }
}
