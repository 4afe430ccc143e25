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
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::Zeroizing;

/// First byte of every sealed value: the form told here.
const VERSION: u8 = 1;

/// The key under which content columns are encrypted. It is itself wrapped, see `keys.rs`.
pub struct ContentKey {
    key: LessSafeKey,
    env: Env,
}

impl ContentKey {
    /// Takes 32 secret bytes; nonces are drawn from `env`.
    ///
    /// # Errors
    /// `INTERNAL` when the library refuses the key; it accepts every one.
    pub fn new(env: &Env, bytes: &[u8; 32]) -> Result<Self, Refusal> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| Refusal::new(Reason::Internal))?;
        Ok(Self { key: LessSafeKey::new(key), env: env.clone() })
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

/// An encrypted value of type `T`: version, 12-byte random nonce, AES-256-GCM ciphertext of
/// its JSON with a 16-byte tag.
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
        let bytes = [&[VERSION], nonce.as_slice(), &body].concat();
        Ok(Self { bytes, of: PhantomData })
    }

    /// Decrypts the value of a place and row.
    ///
    /// # Errors
    /// `INTERNAL` when it was changed, moved from another place, or sealed under another key.
    pub fn open(&self, content: &ContentKey, place: Place, row: &[u8]) -> Result<T, Refusal> {
        self.decrypt(content, place, row).ok_or_else(|| {
            tracing::error!(table = place.table, column = place.column, "a sealed value does not open");
            Refusal::new(Reason::Internal)
        })
    }

    fn decrypt(&self, content: &ContentKey, place: Place, row: &[u8]) -> Option<T> {
        let (version, rest) = self.bytes.split_first()?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>()?;
        if *version != VERSION {
            return None;
        }
        let mut buffer = Zeroizing::new(body.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = content.key.open_in_place(nonce, Aad::from(place.aad(row)), &mut buffer).ok()?;
        serde_json::from_slice(plain).ok()
    }
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
}
