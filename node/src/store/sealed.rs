//! Values encrypted at rest: the only thing that a content column can hold.

use std::marker::PhantomData;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Encode, Sqlite, Type};
use wiez_proto::env::Env;
use wiez_proto::envelope::keys::hmac_sha256;
use wiez_proto::envelope::{SealingKey, SealingPublic};
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::Zeroizing;

/// First byte of a value under a symmetric key: nonce and AES-256-GCM ciphertext follow.
const SYMMETRIC: u8 = 1;
/// First byte of a value for the holder of a private key: what HPKE made follows.
const TO_KEY: u8 = 2;
/// What HPKE's `info` says about such a value.
const INFO: &[u8] = b"wiez/node/at-rest/v1";

/// A symmetric key of content columns: the node's own, which is itself wrapped (see `keys.rs`), or one that follows
/// from a private key, for values that its holder reads often.
pub struct ContentKey {
    key: LessSafeKey,
    mark: Zeroizing<[u8; 32]>,
    env: Env,
}

impl ContentKey {
    /// Takes 32 secret bytes; nonces are drawn from `env`.
    ///
    /// # Errors
    /// `INTERNAL` when the library refuses the key; it accepts every one.
    pub fn new(env: &Env, bytes: &[u8; 32]) -> Result<Self, Refusal> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| Refusal::new(Reason::Internal))?;
        let mark = Zeroizing::new(hmac_sha256(bytes, &[b"wiez/node/at-rest/mark/v1"]));
        Ok(Self { key: LessSafeKey::new(key), mark, env: env.clone() })
    }

    /// The symmetric key of whoever holds a private key.
    ///
    /// # Errors
    /// As [`ContentKey::new`].
    pub fn of(env: &Env, key: &SealingKey) -> Result<Self, Refusal> {
        Self::of_seed(env, key.seed())
    }

    /// As [`ContentKey::of`], from the seed of the private key alone.
    ///
    /// # Errors
    /// As [`ContentKey::new`].
    pub fn of_seed(env: &Env, seed: &[u8; 32]) -> Result<Self, Refusal> {
        Self::new(env, &Zeroizing::new(hmac_sha256(seed, &[b"wiez/node/at-rest/symmetric/v1"])))
    }

    /// A text by which a row is found and from which it cannot be read without this key; who has the key can try texts.
    pub(super) fn mark(&self, text: &str) -> [u8; 32] {
        hmac_sha256(self.mark.as_slice(), &[text.as_bytes()])
    }

    pub(super) const fn env(&self) -> &Env {
        &self.env
    }
}

impl std::fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContentKey")
    }
}

/// The column that a value belongs to; with the row's key it is authenticated, so that a
/// value moved to another place does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Table.
    pub table: &'static str,
    /// Column, named `sealed_…`.
    pub column: &'static str,
}

impl Place {
    fn aad(&self, row: &[u8]) -> Vec<u8> {
        [b"wiez/node/sealed\0", self.table.as_bytes(), b"\0", self.column.as_bytes(), b"\0", row].concat()
    }
}

/// An encrypted value of type `T`, as JSON: under a symmetric key (12-byte random nonce, AES-256-GCM with a 16-byte
/// tag), or for the holder of a private key (HPKE), who need not be there when it is sealed.
pub struct Sealed<T> {
    bytes: Vec<u8>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), of: PhantomData }
    }
}

impl<T> std::fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.bytes.len())
    }
}

impl<T: Serialize + DeserializeOwned> Sealed<T> {
    /// Encrypts a value for one place and row.
    ///
    /// # Errors
    /// `INTERNAL` when the value cannot be written as JSON.
    pub fn seal(content: &ContentKey, place: Place, row: &[u8], value: &T) -> Result<Self, Refusal> {
        let internal = || Refusal::new(Reason::Internal);
        let plain = Zeroizing::new(serde_json::to_vec(value).map_err(|_| internal())?);
        let nonce: [u8; NONCE_LEN] = content.env.random();
        let mut body = Vec::with_capacity(1 + NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        body.extend_from_slice(&plain);
        let aad = Aad::from(place.aad(row));
        content
            .key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut body)
            .map_err(|_| internal())?;
        let bytes = [&[SYMMETRIC], nonce.as_slice(), &body].concat();
        Ok(Self { bytes, of: PhantomData })
    }

    /// Encrypts a value for one place and row, for the holder of a private key.
    ///
    /// # Errors
    /// `INTERNAL` when the value cannot be written as JSON.
    pub fn seal_to(env: &Env, public: &SealingPublic, place: Place, row: &[u8], value: &T) -> Result<Self, Refusal> {
        let plain = Zeroizing::new(serde_json::to_vec(value).map_err(|_| Refusal::new(Reason::Internal))?);
        let sealed = public.seal(env, INFO, &place.aad(row), &plain)?;
        Ok(Self { bytes: [&[TO_KEY], sealed.as_slice()].concat(), of: PhantomData })
    }

    /// Whether only the holder of a private key opens it.
    #[must_use]
    pub fn is_to_key(&self) -> bool {
        self.bytes.first() == Some(&TO_KEY)
    }

    /// Opens a value of either form with the private key that it, or its symmetric key, belongs to.
    ///
    /// # Errors
    /// As [`Sealed::open`].
    pub fn open_with(&self, env: &Env, key: &SealingKey, place: Place, row: &[u8]) -> Result<T, Refusal> {
        if !self.is_to_key() {
            return self.open(&ContentKey::of(env, key)?, place, row);
        }
        let sealed = self.bytes.get(1..).unwrap_or_default();
        let plain = key.open(INFO, &place.aad(row), sealed).ok();
        plain.and_then(|plain| serde_json::from_slice(&plain).ok()).ok_or_else(|| no_opening(place))
    }

    /// Decrypts the value of a place and row.
    ///
    /// # Errors
    /// `INTERNAL` when it was changed, moved from another place, or sealed under another key.
    pub fn open(&self, content: &ContentKey, place: Place, row: &[u8]) -> Result<T, Refusal> {
        self.decrypt(content, place, row).ok_or_else(|| no_opening(place))
    }

    fn decrypt(&self, content: &ContentKey, place: Place, row: &[u8]) -> Option<T> {
        let (version, rest) = self.bytes.split_first()?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>()?;
        if *version != SYMMETRIC {
            return None;
        }
        let mut buffer = Zeroizing::new(body.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = content.key.open_in_place(nonce, Aad::from(place.aad(row)), &mut buffer).ok()?;
        serde_json::from_slice(plain).ok()
    }
}

fn no_opening(place: Place) -> Refusal {
    tracing::error!(table = place.table, column = place.column, "a sealed value does not open");
    Refusal::new(Reason::Internal)
}

impl<T> Type<Sqlite> for Sealed<T> {
    fn type_info() -> SqliteTypeInfo {
        <Vec<u8> as Type<Sqlite>>::type_info()
    }

    fn compatible(info: &SqliteTypeInfo) -> bool {
        <Vec<u8> as Type<Sqlite>>::compatible(info)
    }
}

impl<T> Encode<'_, Sqlite> for Sealed<T> {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <Vec<u8> as Encode<'_, Sqlite>>::encode_by_ref(&self.bytes, buffer)
    }
}

impl<'r, T> Decode<'r, Sqlite> for Sealed<T> {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        let bytes = <Vec<u8> as Decode<'r, Sqlite>>::decode(value)?;
        Ok(Self { bytes, of: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::*;

    const HERE: Place = Place { table: "note", column: "sealed_text" };

    #[test]
    fn a_value_opens_only_in_its_place_and_never_twice_the_same() {
        let env = Env::stepped(0, 1);
        let key = ContentKey::new(&env, &[7; 32]).unwrap();
        let text = "PESEL 44051401359".to_owned();
        let one = Sealed::seal(&key, HERE, b"1", &text).unwrap();
        let two = Sealed::seal(&key, HERE, b"1", &text).unwrap();
        assert_ne!(one.bytes, two.bytes);
        assert!(!one.bytes.windows(5).any(|window| window == b"44051"));
        assert_eq!(one.open(&key, HERE, b"1").unwrap(), text);
        assert!(one.open(&key, HERE, b"2").is_err());
        assert!(one.open(&key, Place { column: "sealed_other", ..HERE }, b"1").is_err());
        assert!(one.open(&ContentKey::new(&env, &[8; 32]).unwrap(), HERE, b"1").is_err());
        for at in 0..one.bytes.len() {
            let mut changed = one.clone();
            changed.bytes[at] ^= 1;
            assert!(changed.open(&key, HERE, b"1").is_err(), "byte {at}");
        }
        assert!(!format!("{one:?} {key:?}").contains("440"));
    }

    #[test]
    fn a_value_for_a_key_opens_for_its_holder_in_its_place_only() {
        let env = Env::stepped(0, 1);
        let (anna, jan) = (SealingKey::generate(&env).unwrap(), SealingKey::generate(&env).unwrap());
        let text = "PESEL 44051401359".to_owned();
        let one = Sealed::seal_to(&env, anna.public(), HERE, b"1", &text).unwrap();
        assert!(one.is_to_key() && !one.bytes.windows(5).any(|window| window == b"44051"));
        assert_eq!(one.open_with(&env, &anna, HERE, b"1").unwrap(), text);
        assert!(one.open_with(&env, &jan, HERE, b"1").is_err());
        assert!(one.open_with(&env, &anna, HERE, b"2").is_err());
        assert!(one.open(&ContentKey::of(&env, &anna).unwrap(), HERE, b"1").is_err());
        // The holder's symmetric key is nobody else's.
        let two = Sealed::seal(&ContentKey::of(&env, &anna).unwrap(), HERE, b"1", &text).unwrap();
        assert_eq!(two.open_with(&env, &anna, HERE, b"1").unwrap(), text);
        assert!(two.open_with(&env, &jan, HERE, b"1").is_err());
        for at in 0..one.bytes.len() {
            let mut changed = one.clone();
            changed.bytes[at] ^= 1;
            assert!(changed.open_with(&env, &anna, HERE, b"1").is_err(), "byte {at}");
        }
    }
}
