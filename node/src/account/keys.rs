//! A worker's keys: the pair that content is wrapped to, its private half wrapped under the password, and the key that signs.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf;
use wiez_proto::env::Env;
use wiez_proto::envelope::{SealingKey, SealingPublic, SigningKey};
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::Zeroizing;

use super::AccountId;
use super::secret::Kek;

/// Both halves, in memory while a worker is signed in and the session is not locked.
pub struct WorkerKeys {
    sealing: SealingKey,
    signing: SigningKey,
}

/// What is stored of a key pair.
#[derive(Debug, Clone, PartialEq)]
pub struct WrappedKeys {
    /// The public half (X-Wing).
    pub public: SealingPublic,
    /// 12-byte nonce, then the 32-byte seed under AES-256-GCM (NIST SP 800-38D) with a 16-byte tag.
    pub wrapped: Vec<u8>,
}

impl WorkerKeys {
    /// Draws a pair.
    ///
    /// # Errors
    /// `KEY_WEAK`; practically never.
    pub fn generate(env: &Env) -> Result<Self, Refusal> {
        Self::of(SealingKey::generate(env)?)
    }

    /// Both keys of a seed. The signing key is derived, so that one wrapped secret brings back both.
    fn of(sealing: SealingKey) -> Result<Self, Refusal> {
        let mut seed = Zeroizing::new([0; 32]);
        let filled = hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
            .extract(sealing.seed())
            .expand(&[b"wiez/worker-signing/v1"], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut *seed));
        // 32 bytes are within HKDF's limit (RFC 5869).
        filled.map_err(|_| Refusal::new(Reason::Internal))?;
        let signing = SigningKey::from_seed(&seed)?;
        Ok(Self { sealing, signing })
    }

    /// The key that opens what was wrapped to this worker.
    #[must_use]
    pub const fn sealing(&self) -> &SealingKey {
        &self.sealing
    }

    /// The key that signs what this worker sends.
    #[must_use]
    pub const fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// Wraps the private half for an account. What was wrapped for one account opens for no other.
    ///
    /// # Errors
    /// `INTERNAL` when the library refuses the key; it never does.
    pub fn wrap(&self, env: &Env, kek: &Kek, account: &AccountId) -> Result<WrappedKeys, Refusal> {
        let internal = |_| Refusal::new(Reason::Internal);
        let nonce: [u8; NONCE_LEN] = env.random();
        // Reserved, so that no copy of the seed stays behind when the tag is appended.
        let mut body = Zeroizing::new(Vec::with_capacity(32 + AES_256_GCM.tag_len()));
        body.extend_from_slice(self.sealing.seed());
        let key = UnboundKey::new(&AES_256_GCM, kek.bytes()).map(LessSafeKey::new).map_err(internal)?;
        let aad = Aad::from(associated(account, self.sealing.public()));
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut *body).map_err(internal)?;
        let wrapped = [nonce.as_slice(), &body].concat();
        Ok(WrappedKeys { public: self.sealing.public().clone(), wrapped })
    }
}

impl std::fmt::Debug for WorkerKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WorkerKeys({})", self.sealing.public().id())
    }
}

impl WrappedKeys {
    /// Opens the pair of an account.
    ///
    /// # Errors
    /// `INTERNAL` when it was changed, moved from another account, or wrapped under another password.
    pub fn open(&self, kek: &Kek, account: &AccountId) -> Result<WorkerKeys, Refusal> {
        let sealing = self.decrypt(kek, account).filter(|sealing| *sealing.public() == self.public);
        let sealing = sealing.ok_or_else(|| {
            tracing::error!("the keys of an account do not open");
            Refusal::new(Reason::Internal)
        })?;
        WorkerKeys::of(sealing)
    }

    fn decrypt(&self, kek: &Kek, account: &AccountId) -> Option<SealingKey> {
        let (nonce, body) = self.wrapped.split_first_chunk::<NONCE_LEN>()?;
        let mut buffer = Zeroizing::new(body.to_vec());
        let key = UnboundKey::new(&AES_256_GCM, kek.bytes()).map(LessSafeKey::new).ok()?;
        let aad = Aad::from(associated(account, &self.public));
        let plain = key.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut buffer).ok()?;
        SealingKey::from_seed(<&[u8; 32]>::try_from(&*plain).ok()?).ok()
    }
}

fn associated(account: &AccountId, public: &SealingPublic) -> Vec<u8> {
    [b"wiez/worker-key/v1\0".as_slice(), account.bytes(), public.bytes()].concat()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::*;
    use crate::account::secret::{Password, Secret};

    #[test]
    fn account_keys_open_for_their_password_and_account_only() {
        let env = Env::stepped(0, 3);
        let (_, kek) = Secret::create(&env, &Password::new("zielony parasol w maju")).unwrap();
        let (_, other) = Secret::create(&env, &Password::new("czerwony parasol w maju")).unwrap();
        let (anna, jan) = (AccountId::new([1; 16]), AccountId::new([2; 16]));
        let keys = WorkerKeys::generate(&env).unwrap();
        let wrapped = keys.wrap(&env, &kek, &anna).unwrap();
        assert_eq!(wrapped.wrapped.len(), 60);
        assert!(!wrapped.wrapped.windows(8).any(|window| window == &keys.sealing().seed()[..8]));
        let opened = wrapped.open(&kek, &anna).unwrap();
        assert_eq!(opened.sealing().seed(), keys.sealing().seed());
        assert_eq!(opened.signing().public(), keys.signing().public());
        assert_ne!(opened.signing().seed(), keys.sealing().seed());
        assert!(wrapped.open(&other, &anna).is_err() && wrapped.open(&kek, &jan).is_err());
        for at in 0..wrapped.wrapped.len() {
            let mut changed = wrapped.clone();
            changed.wrapped[at] ^= 1;
            assert!(changed.open(&kek, &anna).is_err(), "byte {at}");
        }
        // A stranger's public half beside somebody's own private one is found.
        let stranger = WorkerKeys::generate(&env).unwrap().sealing().public().clone();
        assert!(WrappedKeys { public: stranger, ..wrapped }.open(&kek, &anna).is_err());
        assert!(!format!("{keys:?}").contains(&format!("{:?}", keys.sealing().seed())));
    }
}
