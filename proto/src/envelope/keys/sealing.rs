//! X-Wing keys: whoever holds the private half opens what was sealed for the public one.

use curve25519_dalek::montgomery::MontgomeryPoint;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use super::{Unverifiable, key_id};
use crate::env::{Env, EnvRng};
use crate::id::KeyId;
use crate::refusal::{Reason, Refusal};

/// Length of an X-Wing public key in bytes: ML-KEM-768 (1184), then X25519 (32).
pub const SEALING_PUBLIC_LEN: usize = 1216;
/// Length of an X-Wing encapsulation in bytes: ML-KEM-768 (1088), then X25519 (32).
const ENCAPSULATION_LEN: usize = 1120;

/// A recipient's X-Wing private key; its 32-byte seed is all there is to keep.
pub struct SealingKey {
    private: <XWing as Kem>::PrivateKey,
    public: SealingPublic,
    seed: Zeroizing<[u8; 32]>,
}

impl SealingKey {
    /// Draws a new key.
    ///
    /// # Errors
    /// `KEY_WEAK` when the key drawn is not fit; practically never.
    pub fn generate(env: &Env) -> Result<Self, Refusal> {
        Self::from_seed(&Zeroizing::new(env.random()))
    }

    /// Restores a key from its seed.
    ///
    /// # Errors
    /// `KEY_WEAK` when the library refuses it.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, Refusal> {
        let private = <XWing as Kem>::PrivateKey::from_bytes(seed).map_err(|_| Refusal::new(Reason::KeyWeak))?;
        let public = SealingPublic::vet(&XWing::sk_to_pk(&private).to_bytes())?;
        Ok(Self { private, public, seed: Zeroizing::new(*seed) })
    }

    /// The seed, to be wrapped and stored.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &SealingPublic {
        &self.public
    }

    /// Opens what [`SealingPublic::seal`] made for this key, with the same `info` and `aad`.
    ///
    /// An encapsulation whose X25519 part is not canonical or of small order is refused first.
    ///
    /// # Errors
    /// [`Unverifiable`], whatever the cause.
    pub fn open(&self, info: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unverifiable> {
        let (encapsulated, body) = sealed.split_at_checked(ENCAPSULATION_LEN).ok_or(Unverifiable)?;
        vet_x25519(encapsulated.get(ENCAPSULATION_LEN - 32..).ok_or(Unverifiable)?)?;
        let encapsulated = <XWing as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| Unverifiable)?;
        let mut context = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &self.private,
            &encapsulated,
            info,
        )
        .map_err(|_| Unverifiable)?;
        context.open(body, aad).map(Zeroizing::new).map_err(|_| Unverifiable)
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealingKey({})", self.public.id)
    }
}

/// A vetted X-Wing public key.
#[derive(Clone)]
pub struct SealingPublic {
    key: <XWing as Kem>::PublicKey,
    bytes: Vec<u8>,
    id: KeyId,
}

impl SealingPublic {
    /// Takes a key into trust.
    ///
    /// # Errors
    /// `KEY_WEAK` for a wrong length, an ML-KEM part that fails the modulus check (FIPS 203,
    /// 7.2), or an X25519 part that is non-canonical or of small order.
    pub fn vet(bytes: &[u8]) -> Result<Self, Refusal> {
        let weak = || Refusal::new(Reason::KeyWeak);
        if bytes.len() != SEALING_PUBLIC_LEN {
            return Err(weak());
        }
        vet_x25519(bytes.get(SEALING_PUBLIC_LEN - 32..).unwrap_or_default()).map_err(|_| weak())?;
        let key = <XWing as Kem>::PublicKey::from_bytes(bytes).map_err(|_| weak())?;
        Ok(Self { key, bytes: bytes.to_vec(), id: key_id(bytes) })
    }

    /// The key's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The key's id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Seals for the holder of the private half: HPKE base mode with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305
    /// (RFC 9180); the encapsulation of 1,120 bytes comes first.
    ///
    /// # Errors
    /// `KEY_WEAK` when the library refuses the key; a vetted one it accepts.
    pub fn seal(&self, env: &Env, info: &[u8], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Refusal> {
        let failed = |_| Refusal::new(Reason::KeyWeak);
        let (encapsulated, mut context) = hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            &self.key,
            info,
            &mut EnvRng(env),
        )
        .map_err(failed)?;
        let mut out = encapsulated.to_bytes().to_vec();
        out.extend(context.seal(plain, aad).map_err(failed)?);
        Ok(out)
    }
}

impl std::fmt::Debug for SealingPublic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealingPublic({})", self.id)
    }
}

impl PartialEq for SealingPublic {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

/// Refuses X25519 points that are not canonical or of small order (RFC 7748, section 7);
/// neither ring nor the X-Wing library does.
fn vet_x25519(bytes: &[u8]) -> Result<(), Unverifiable> {
    // 2^255 - 19, little-endian.
    const P: [u8; 32] = {
        let mut p = [0xff; 32];
        p[0] = 0xed;
        p[31] = 0x7f;
        p
    };
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| Unverifiable)?;
    let canonical = bytes.iter().rev().lt(P.iter().rev());
    // A clamped scalar is a multiple of 8, so only points of small order go to zero.
    let reached = MontgomeryPoint(bytes).mul_clamped([0x55; 32]);
    if canonical && reached.to_bytes() != [0; 32] { Ok(()) } else { Err(Unverifiable) }
}
