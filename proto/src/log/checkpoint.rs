//! Signs and verifies the head of the log as a C2SP checkpoint in a signed note.
//!
//! The text of a checkpoint is three lines: origin, number of leaves in decimal, root in
//! base64 (C2SP tlog-checkpoint). After an empty line stand signature lines (C2SP signed-note):
//! an em dash, a space, the key's name, a space, and base64 of a four-byte key hash and the
//! signature. Two lines are always there and both must verify:
//!
//! - the log's own: name = origin, Ed25519 (type 0x01) over the text;
//! - the clock's: name = origin + `/time`, `cosignature/v1` (type 0x04, C2SP tlog-cosignature):
//!   eight bytes of seconds since 1970, big endian, then Ed25519 over
//!   `cosignature/v1`, newline, `time `, the seconds, newline, and the text.
//!
//! Other signature lines are ignored, as the specification asks. The hub must never sign a
//! larger size with an earlier time, or every node that saw both has the proof of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest;
use ring::signature::{ED25519, UnparsedPublicKey};

use super::Digest;

mod signer;

pub use signer::{LogSigner, SignerError};

/// Largest checkpoint with all its signature lines, in bytes.
pub const MAX_CHECKPOINT_BYTES: usize = 4096;

const KIND_LOG: u8 = 0x01;
const KIND_TIME: u8 = 0x04;

/// A verified head of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root of the tree of these leaves.
    pub root: Digest,
    /// When the hub's clock key signed it, in seconds since 1970; never 0.
    pub time_s: u64,
}

/// The name and the two public keys by which a log is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogKeys {
    /// Name of the log: visible ASCII without `+`, at most 200 characters.
    pub origin: String,
    /// Ed25519 key that signs the text.
    pub log_pub: [u8; 32],
    /// Ed25519 key that signs the text with a time; another key than `log_pub`.
    pub cosign_pub: [u8; 32],
}

/// Why a text is not a checkpoint of this log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Larger than [`MAX_CHECKPOINT_BYTES`].
    #[error("checkpoint too large")]
    TooLarge,
    /// Not the exact form of a signed note around three lines.
    #[error("checkpoint malformed")]
    Malformed,
    /// Another log's name.
    #[error("checkpoint of another log")]
    Origin,
    /// The log's signature is missing, doubled or wrong.
    #[error("checkpoint without a good signature of the log")]
    LogSignature,
    /// The timestamped cosignature is missing, doubled or wrong.
    #[error("checkpoint without a good timestamped cosignature")]
    TimeSignature,
}

/// Whether a text can be the name of a log.
#[must_use]
pub fn origin_is_good(origin: &str) -> bool {
    (1..=200).contains(&origin.len()) && origin.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+')
}

/// Name of the clock key of the log with this origin.
fn time_name(origin: &str) -> String {
    format!("{origin}/time")
}

/// The three lines that are signed.
fn body(origin: &str, size: u64, root: &Digest) -> String {
    format!("{origin}\n{size}\n{}\n", STANDARD.encode(root))
}

/// What the clock key signs.
fn time_message(body: &str, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{body}")
}

/// The first four bytes of `SHA-256(name ‖ 0x0A ‖ kind ‖ public key)` (C2SP signed-note).
fn key_hash(name: &str, kind: u8, public: &[u8; 32]) -> [u8; 4] {
    let bytes = [name.as_bytes(), b"\n", &[kind], public].concat();
    digest::digest(&digest::SHA256, &bytes).as_ref().first_chunk().copied().unwrap_or_default()
}

fn verifies(public: &[u8; 32], message: &str, signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(message.as_bytes(), signature).is_ok()
}

impl LogKeys {
    /// Verifies both signatures and returns the head.
    ///
    /// # Errors
    /// [`CheckpointError`]; nothing in the text may be believed then.
    pub fn verify(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        if note.len() > MAX_CHECKPOINT_BYTES {
            return Err(CheckpointError::TooLarge);
        }
        let empty_line = note.find("\n\n").ok_or(CheckpointError::Malformed)?;
        let (body, rest) = note.split_at(empty_line + 1);
        let (origin, size, root) = parse_body(body)?;
        if origin != self.origin {
            return Err(CheckpointError::Origin);
        }
        let lines = parse_signatures(rest)?;
        let log = one_of(&lines, &self.origin, key_hash(&self.origin, KIND_LOG, &self.log_pub))
            .ok_or(CheckpointError::LogSignature)?;
        if !verifies(&self.log_pub, body, log) {
            return Err(CheckpointError::LogSignature);
        }
        let name = time_name(&self.origin);
        let time_s = one_of(&lines, &name, key_hash(&name, KIND_TIME, &self.cosign_pub))
            .and_then(|signature| self.signed_time(body, signature))
            .ok_or(CheckpointError::TimeSignature)?;
        Ok(Checkpoint { origin: origin.to_owned(), size, root, time_s })
    }

    /// The time in a cosignature, if the signature is good and the time is not 0.
    fn signed_time(&self, body: &str, stamped: &[u8]) -> Option<u64> {
        let (time, signature) = stamped.split_first_chunk::<8>()?;
        let time_s = u64::from_be_bytes(*time);
        (time_s != 0 && verifies(&self.cosign_pub, &time_message(body, time_s), signature)).then_some(time_s)
    }
}

/// Reads exactly three canonical lines.
fn parse_body(body: &str) -> Result<(&str, u64, Digest), CheckpointError> {
    let mut lines = body.split_terminator('\n');
    let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next()) else {
        return Err(CheckpointError::Malformed);
    };
    let number: u64 = size.parse().map_err(|_| CheckpointError::Malformed)?;
    if number.to_string() != size || !origin_is_good(origin) {
        return Err(CheckpointError::Malformed);
    }
    Ok((origin, number, unbase64(root).and_then(|bytes| bytes.try_into().ok()).ok_or(CheckpointError::Malformed)?))
}

struct SignatureLine<'a> {
    name: &'a str,
    key_hash: [u8; 4],
    signature: Vec<u8>,
}

/// Reads the empty line and the signature lines after the text; there is at least one.
fn parse_signatures(rest: &str) -> Result<Vec<SignatureLine<'_>>, CheckpointError> {
    let lines = rest.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
    lines.ok_or(CheckpointError::Malformed)?.split('\n').map(parse_signature).collect()
}

fn parse_signature(line: &str) -> Result<SignatureLine<'_>, CheckpointError> {
    let parse = || {
        let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let bytes = unbase64(signature)?;
        let (key_hash, signature) = bytes.split_first_chunk::<4>()?;
        let good = !name.is_empty() && !name.contains(|c: char| c == '+' || c.is_whitespace()) && !signature.is_empty();
        good.then(|| SignatureLine { name, key_hash: *key_hash, signature: signature.to_vec() })
    };
    parse().ok_or(CheckpointError::Malformed)
}

/// The signature of this key, if there is exactly one.
fn one_of<'a>(lines: &'a [SignatureLine<'_>], name: &str, key_hash: [u8; 4]) -> Option<&'a [u8]> {
    let mut ours = lines.iter().filter(|line| line.name == name && line.key_hash == key_hash);
    match (ours.next(), ours.next()) {
        (Some(line), None) => Some(&line.signature),
        _ => None,
    }
}

/// Canonical base64 with padding; a text that encodes to something else is none.
fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok().filter(|bytes| STANDARD.encode(bytes) == text)
}

#[cfg(test)]
mod tests;
