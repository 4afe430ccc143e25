//! The tamper-evident log of a region: what the hub commits to and everybody can check.
//!
//! The tree is that of RFC 6962 with SHA-256. The parts build on each other:
//! [`tree`] hashes and paths, [`leaf`] the exact bytes of an entry, [`checkpoint`] the signed
//! head, [`proof`] "this hash is in the log", [`mirror`] what a node keeps of the log and the
//! alarms it raises, [`export`] the file in which a whole log travels, [`verify`] the check of
//! such a file with public keys only.
//!
//! Everything here is pure: no clock, no randomness and no storage but what the caller hands in.

pub mod checkpoint;
pub mod export;
pub mod leaf;
pub mod mirror;
pub mod proof;
pub mod tree;
pub mod verify;

/// A SHA-256 hash as the log uses it: of a leaf, of an inner node, of an item in a leaf.
pub type Digest = [u8; 32];
