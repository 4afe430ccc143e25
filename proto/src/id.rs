//! Identifiers as types of their own, so that a handle is never taken for a message id.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::env::Env;
use crate::refusal::Refusal;
use crate::wire::invalid;

/// Writes bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads lower- or upper-case hexadecimal of exactly `N` bytes.
#[must_use]
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    let mut out = [0; N];
    for (slot, at) in out.iter_mut().zip((0..).step_by(2)) {
        *slot = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(out)
}

macro_rules! fixed {
    ($(#[$doc:meta])* $name:ident, $size:literal, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $size]);

        impl $name {
            /// Wraps bytes that are known to be good.
            #[must_use]
            pub const fn new(bytes: [u8; $size]) -> Self {
                Self(bytes)
            }

            /// Takes bytes from the wire.
            ///
            /// # Errors
            /// `FIELD_INVALID` when the length is wrong.
            pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
                bytes.try_into().map(Self).map_err(|_| invalid($field))
            }

            /// The bytes.
            #[must_use]
            pub const fn bytes(&self) -> &[u8; $size] {
                &self.0
            }

            /// The bytes as a field of a message.
            #[must_use]
            pub fn wire(&self) -> prost::bytes::Bytes {
                prost::bytes::Bytes::copy_from_slice(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = Refusal;
            fn from_str(text: &str) -> Result<Self, Refusal> {
                unhex(text).map(Self).ok_or_else(|| invalid($field))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

macro_rules! random {
    ($name:ident) => {
        impl $name {
            /// Draws a new one; 128 random bits, never all zero.
            #[must_use]
            pub fn random(env: &Env) -> Self {
                loop {
                    let bytes = env.random();
                    if bytes != [0; 16] {
                        return Self(bytes);
                    }
                }
            }
        }
    };
}

fixed!(
    /// 16 random bytes that name a message for as long as its content is unchanged.
    MessageId, 16, "message_id"
);
fixed!(
    /// 16 random bytes shared by the messages of one conversation.
    ThreadId, 16, "thread"
);
fixed!(
    /// 16 random bytes that name one edge of a grant; all that the hub knows of a consent.
    Handle, 16, "handle"
);
fixed!(
    /// 16 random bytes that name a grant between two institutions.
    GrantId, 16, "grant_id"
);
fixed!(
    /// First 16 bytes of the SHA-256 of a public key.
    KeyId, 16, "key_id"
);
fixed!(
    /// A SHA-256 value.
    Hash, 32, "hash"
);
random!(MessageId);
random!(ThreadId);
random!(Handle);
random!(GrantId);

impl MessageId {
    /// Takes a message id from the wire; all zero is not one.
    ///
    /// # Errors
    /// `FIELD_INVALID`.
    pub fn parse_nonzero(bytes: &[u8]) -> Result<Self, Refusal> {
        let id = Self::parse(bytes)?;
        if id.0 == [0; 16] { Err(invalid("message_id")) } else { Ok(id) }
    }
}

impl Hash {
    /// `prev` of the first envelope of a channel, and the attachments' root when there are none.
    pub const ZERO: Self = Self([0; 32]);
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Refusal;
            fn from_str(text: &str) -> Result<Self, Refusal> {
                let good = (2..=40).contains(&text.len())
                    && text.starts_with(|c: char| c.is_ascii_lowercase())
                    && !text.ends_with('-')
                    && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                if good { Ok(Self(text.to_owned())) } else { Err(invalid($field)) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = Refusal;
            fn try_from(text: String) -> Result<Self, Refusal> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// An institution: 2 to 40 of `a-z`, `0-9` and `-`, a letter first, no `-` last.
    InstitutionId, "institution"
);
name!(
    /// A region, in the same form as an institution.
    RegionId, "region"
);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn names_accept_one_form_only() {
        for good in ["ops-brzeg", "sp3", "a1"] {
            assert_eq!(good.parse::<InstitutionId>().unwrap().as_str(), good);
        }
        for bad in ["", "a", "3sp", "Ops", "ops-", "ops.", "ops/x", "żłobek", "a\0b", "ops%2d", &"a".repeat(41)] {
            assert!(bad.parse::<InstitutionId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn fixed_sizes_are_exact_and_survive_text() {
        let id = MessageId::new([0xab; 16]);
        assert_eq!(id.to_string().parse::<MessageId>().unwrap(), id);
        for size in [0, 15, 17] {
            assert!(MessageId::parse(&vec![1; size]).is_err());
        }
        assert!(MessageId::parse_nonzero(&[0; 16]).is_err());
        assert!("zz".repeat(16).parse::<MessageId>().is_err());
    }
}
