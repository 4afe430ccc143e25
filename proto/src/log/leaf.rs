//! Defines the entries of the log and their exact bytes.
//!
//! | entry | bytes |
//! | --- | --- |
//! | edge registered | `'E'`, SHA-256 of the handle, SHA-256 of the grant's canonical bytes: 65 bytes |
//! | withdrawal or block | `'W'`, SHA-256 of the handle, object hash of the signed withdrawal: 65 bytes |
//! | directory entry | `'D'`, SHA-256 of the entry's canonical bytes: 33 bytes |
//! | membership change | `'M'`, object hash of the signed membership: 33 bytes |
//! | mail of a batch | `'B'`, number of items as u32 big endian, root over the items: 37 bytes |
//! | origin | `'O'`, the last checkpoint of the log before this one as text: at most 4097 bytes |
//!
//! The object hash is [`crate::grant::object_hash`]. Nothing else is an entry; trailing bytes are refused.

use super::Digest;

mod pad;

pub use pad::{Padded, pad};

/// Largest entry in bytes: an origin with a checkpoint of 4 KiB.
pub const MAX_LEAF_BYTES: usize = 1 + super::checkpoint::MAX_CHECKPOINT_BYTES;

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// A directed edge of a grant was registered.
    Edge {
        /// SHA-256 of the edge's handle.
        handle_hash: Digest,
        /// SHA-256 of the grant's canonical bytes.
        grant_hash: Digest,
    },
    /// An edge was withdrawn by the issuer or blocked by the other party.
    Withdrawal {
        /// SHA-256 of the edge's handle.
        handle_hash: Digest,
        /// Object hash of the signed withdrawal.
        object_hash: Digest,
    },
    /// A directory entry was published.
    Directory {
        /// SHA-256 of the entry's canonical bytes.
        entry_hash: Digest,
    },
    /// An institution joined, was suspended, restored or revoked.
    Membership {
        /// Object hash of the signed membership.
        object_hash: Digest,
    },
    /// The envelope and receipt hashes of one batch; the last entry of the batch.
    Mail {
        /// Number of items, at least one.
        count: u32,
        /// Root of the RFC 6962 tree over the items in order.
        root: Digest,
    },
    /// First entry of a log that continues another one.
    Origin {
        /// The last checkpoint of the log before this one.
        checkpoint: String,
    },
}

/// Why bytes are not an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// No bytes, or a first byte that names no entry.
    #[error("unknown kind of log entry")]
    Kind,
    /// Too short or too long for its kind.
    #[error("log entry of the wrong length")]
    Length,
    /// A mail entry without items, or an origin that is not text.
    #[error("log entry with an impossible value")]
    Value,
}

impl Leaf {
    /// The exact bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Edge { handle_hash, grant_hash } => [b"E".as_slice(), handle_hash, grant_hash].concat(),
            Self::Withdrawal { handle_hash, object_hash } => [b"W".as_slice(), handle_hash, object_hash].concat(),
            Self::Directory { entry_hash } => [b"D".as_slice(), entry_hash].concat(),
            Self::Membership { object_hash } => [b"M".as_slice(), object_hash].concat(),
            Self::Mail { count, root } => [b"B".as_slice(), &count.to_be_bytes(), root].concat(),
            Self::Origin { checkpoint } => [b"O", checkpoint.as_bytes()].concat(),
        }
    }

    /// Reads exact bytes.
    ///
    /// # Errors
    /// [`LeafError`] for anything that [`Self::encode`] would not have written.
    pub fn decode(bytes: &[u8]) -> Result<Self, LeafError> {
        let (kind, rest) = bytes.split_first().ok_or(LeafError::Kind)?;
        match kind {
            b'E' => two(rest).map(|(handle_hash, grant_hash)| Self::Edge { handle_hash, grant_hash }),
            b'W' => two(rest).map(|(handle_hash, object_hash)| Self::Withdrawal { handle_hash, object_hash }),
            b'D' => one(rest).map(|entry_hash| Self::Directory { entry_hash }),
            b'M' => one(rest).map(|object_hash| Self::Membership { object_hash }),
            b'B' => mail(rest),
            b'O' => origin(rest),
            _ => Err(LeafError::Kind),
        }
    }

    /// Hash of the entry in the tree: [`super::tree::leaf_hash`] of its bytes.
    #[must_use]
    pub fn hash(&self) -> Digest {
        super::tree::leaf_hash(&self.encode())
    }
}

fn one(bytes: &[u8]) -> Result<Digest, LeafError> {
    bytes.try_into().map_err(|_| LeafError::Length)
}

fn two(bytes: &[u8]) -> Result<(Digest, Digest), LeafError> {
    let (first, second) = bytes.split_first_chunk::<32>().ok_or(LeafError::Length)?;
    Ok((*first, one(second)?))
}

fn mail(bytes: &[u8]) -> Result<Leaf, LeafError> {
    let (count, root) = bytes.split_first_chunk::<4>().ok_or(LeafError::Length)?;
    let (count, root) = (u32::from_be_bytes(*count), one(root)?);
    if count == 0 { Err(LeafError::Value) } else { Ok(Leaf::Mail { count, root }) }
}

fn origin(bytes: &[u8]) -> Result<Leaf, LeafError> {
    if bytes.is_empty() || bytes.len() >= MAX_LEAF_BYTES {
        return Err(LeafError::Length);
    }
    let checkpoint = std::str::from_utf8(bytes).map_err(|_| LeafError::Value)?.to_owned();
    Ok(Leaf::Origin { checkpoint })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use proptest::prelude::*;

    use super::*;

    fn all() -> Vec<Leaf> {
        vec![
            Leaf::Edge { handle_hash: [1; 32], grant_hash: [2; 32] },
            Leaf::Withdrawal { handle_hash: [3; 32], object_hash: [4; 32] },
            Leaf::Directory { entry_hash: [5; 32] },
            Leaf::Membership { object_hash: [6; 32] },
            Leaf::Mail { count: 258, root: [7; 32] },
            Leaf::Origin { checkpoint: "wiez/x\n1\n".to_owned() },
        ]
    }

    #[test]
    fn bytes_come_back_and_trailing_or_missing_bytes_are_refused() {
        for leaf in all() {
            let bytes = leaf.encode();
            assert_eq!(Leaf::decode(&bytes), Ok(leaf.clone()));
            if matches!(leaf, Leaf::Origin { .. }) {
                continue;
            }
            let longer = [bytes.as_slice(), &[0]].concat();
            assert_eq!(Leaf::decode(&longer), Err(LeafError::Length));
            let (_, shorter) = bytes.split_last().unwrap();
            assert_eq!(Leaf::decode(shorter), Err(LeafError::Length));
        }
    }

    #[test]
    fn impossible_entries_are_refused() {
        assert_eq!(Leaf::decode(&[]), Err(LeafError::Kind));
        assert_eq!(Leaf::decode(b"X"), Err(LeafError::Kind));
        assert_eq!(Leaf::decode(&Leaf::Mail { count: 0, root: [7; 32] }.encode()), Err(LeafError::Value));
        assert_eq!(Leaf::decode(b"O\xff"), Err(LeafError::Value));
        assert_eq!(Leaf::decode(b"O"), Err(LeafError::Length));
        assert_eq!(Leaf::decode(&[b'O'; MAX_LEAF_BYTES + 1]), Err(LeafError::Length));
        assert!(Leaf::decode(&[b'O'; MAX_LEAF_BYTES]).is_ok());
    }

    proptest! {
        #[test]
        fn whatever_decodes_encodes_to_the_same_bytes(bytes in prop::collection::vec(any::<u8>(), 0..70)) {
            if let Ok(leaf) = Leaf::decode(&bytes) {
                prop_assert_eq!(leaf.encode(), bytes);
            }
        }
    }
}
