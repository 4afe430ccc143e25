//! Writes a mirror as bytes for the node's store and reads it back strictly.
//!
//! Form: version 1, latest time (i64), frontier, number of heads (u32), heads. Every number is
//! big endian; frontier and head are length-prefixed (u32). A head is size (u64), root (32
//! bytes), time (u64), text. The first head is the newest; the others are those of peers in
//! ascending order of size.

use super::super::tree::Frontier;
use super::{Head, Mirror};

const VERSION: u8 = 1;

/// The stored bytes are not those of a mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the bytes of a log mirror")]
pub struct MirrorBytes;

impl Mirror {
    /// The mirror as bytes; they hold no secret.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        out.extend_from_slice(&self.latest_ms.to_be_bytes());
        put(&mut out, &self.frontier.to_bytes());
        let heads: Vec<&Head> = self.newest.iter().chain(self.peers.values()).collect();
        out.extend_from_slice(&u32::try_from(heads.len()).unwrap_or(u32::MAX).to_be_bytes());
        for head in heads {
            let fixed = [head.size.to_be_bytes().as_slice(), &head.root, &head.time_s.to_be_bytes()].concat();
            put(&mut out, &[fixed.as_slice(), head.text.as_bytes()].concat());
        }
        out
    }

    /// Reads what [`Self::to_bytes`] wrote. Signatures are not verified again.
    ///
    /// # Errors
    /// [`MirrorBytes`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MirrorBytes> {
        Self::read(bytes).filter(|mirror| mirror.to_bytes() == bytes).ok_or(MirrorBytes)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (version, mut rest) = bytes.split_first()?;
        if *version != VERSION {
            return None;
        }
        let latest_ms = i64::from_be_bytes(take(&mut rest)?);
        let frontier = Frontier::from_bytes(part(&mut rest)?).ok()?;
        let count = u32::from_be_bytes(take(&mut rest)?);
        let mut mirror = Self { frontier, newest: None, peers: Default::default(), latest_ms };
        for at in 0..count {
            let found = head(part(&mut rest)?)?;
            // Without a newest head the mirror is empty and every head is a peer's.
            if at == 0 && found.size == mirror.size() {
                mirror.newest = Some(found);
            } else {
                mirror.peers.insert(found.size, found);
            }
        }
        rest.is_empty().then_some(mirror)
    }
}

fn put(out: &mut Vec<u8>, part: &[u8]) {
    out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(part);
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (value, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*value)
}

fn part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(u32::from_be_bytes(take(rest)?)).ok()?;
    let (part, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(part)
}

fn head(mut bytes: &[u8]) -> Option<Head> {
    let size = u64::from_be_bytes(take(&mut bytes)?);
    let root = take(&mut bytes)?;
    let time_s = u64::from_be_bytes(take(&mut bytes)?);
    Some(Head { size, root, time_s, text: std::str::from_utf8(bytes).ok()?.to_owned() })
}
