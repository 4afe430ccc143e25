//! Holds the log's two private keys and signs heads with both.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::super::Digest;
use super::{KIND_LOG, KIND_TIME, LogKeys, body, key_hash, origin_is_good, time_message, time_name};

/// The log key and the clock key of a hub. Its keys are never shown.
pub struct LogSigner {
    keys: LogKeys,
    log: Ed25519KeyPair,
    cosign: Ed25519KeyPair,
}

/// Why a signer cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// Not the name of a log.
    #[error("not the name of a log")]
    Origin,
    /// Not an Ed25519 private key.
    #[error("not an Ed25519 private key")]
    Key,
    /// Log key and clock key are the same.
    #[error("the log key and the clock key must differ")]
    SameKey,
}

impl LogSigner {
    /// Reads both keys from PKCS#8 (version 2, as ring writes it).
    ///
    /// # Errors
    /// [`SignerError`].
    pub fn from_pkcs8(origin: &str, log: &[u8], cosign: &[u8]) -> Result<Self, SignerError> {
        let read = |bytes| Ed25519KeyPair::from_pkcs8(bytes).map_err(|_| SignerError::Key);
        Self::new(origin, read(log)?, read(cosign)?)
    }

    /// Takes both keys as their 32 secret bytes (RFC 8032 seeds).
    ///
    /// # Errors
    /// [`SignerError`].
    pub fn from_seeds(origin: &str, log: &[u8; 32], cosign: &[u8; 32]) -> Result<Self, SignerError> {
        let read = |seed: &[u8; 32]| Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| SignerError::Key);
        Self::new(origin, read(log)?, read(cosign)?)
    }

    fn new(origin: &str, log: Ed25519KeyPair, cosign: Ed25519KeyPair) -> Result<Self, SignerError> {
        if !origin_is_good(origin) {
            return Err(SignerError::Origin);
        }
        let public = |pair: &Ed25519KeyPair| pair.public_key().as_ref().try_into().map_err(|_| SignerError::Key);
        let (log_pub, cosign_pub) = (public(&log)?, public(&cosign)?);
        if log_pub == cosign_pub {
            return Err(SignerError::SameKey);
        }
        Ok(Self { keys: LogKeys { origin: origin.to_owned(), log_pub, cosign_pub }, log, cosign })
    }

    /// What others need to verify.
    #[must_use]
    pub fn keys(&self) -> &LogKeys {
        &self.keys
    }

    /// Signs a head with both keys. `time_ms` is cut to seconds and must be at least 1000,
    /// because a head of second 0 is refused everywhere.
    #[must_use]
    pub fn sign(&self, size: u64, root: &Digest, time_ms: i64) -> String {
        let origin = &self.keys.origin;
        let body = body(origin, size, root);
        let time_s = u64::try_from(time_ms / 1000).unwrap_or(0);
        let log = self.log.sign(body.as_bytes());
        let log = [&key_hash(origin, KIND_LOG, &self.keys.log_pub), log.as_ref()].concat();
        let name = time_name(origin);
        let stamp = self.cosign.sign(time_message(&body, time_s).as_bytes());
        let hash = key_hash(&name, KIND_TIME, &self.keys.cosign_pub);
        let stamp = [hash.as_slice(), &time_s.to_be_bytes(), stamp.as_ref()].concat();
        let (log, stamp) = (STANDARD.encode(log), STANDARD.encode(stamp));
        format!("{body}\n\u{2014} {origin} {log}\n\u{2014} {name} {stamp}\n")
    }
}

impl std::fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogSigner").field("keys", &self.keys).finish_non_exhaustive()
    }
}
