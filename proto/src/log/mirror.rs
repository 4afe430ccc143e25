//! Keeps what a node knows of the log and raises an alarm when the hub contradicts itself.
//!
//! The node asks for all leaves by range, recomputes the root and compares it with the signed
//! head. What it keeps is small: the frontier, the newest verified head, the heads that peers
//! showed and that it has not reached yet, and the latest time it knows. The complete nodes of
//! the tree are given to the caller, who stores them.
//!
//! Heads must grow: of two heads of one origin, the one with more leaves must not be the one
//! with the earlier time. Two signed heads that break this, or that show two roots for one
//! size, are proof against the hub and are handed out as [`Evidence`].

use std::collections::BTreeMap;

use super::Digest;
use super::checkpoint::{Checkpoint, CheckpointError, LogKeys};
use super::leaf::{Leaf, LeafError};
use super::tree::{Frontier, Node, leaf_hash, root_at};
use crate::limits::CLOCK_SKEW_MS;

mod bytes;

pub use bytes::MirrorBytes;

/// How many heads of peers are kept until the mirror reaches them; the smallest make room.
const PEERS_MAX: usize = 64;

/// A verified head with the text that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of leaves.
    pub size: u64,
    /// Root of these leaves.
    pub root: Digest,
    /// Signed time in seconds since 1970.
    pub time_s: u64,
    /// The whole signed note.
    pub text: String,
}

impl Head {
    fn new(head: &Checkpoint, text: &str) -> Self {
        Self { size: head.size, root: head.root, time_s: head.time_s, text: text.to_owned() }
    }

    fn time_ms(&self) -> i64 {
        i64::try_from(self.time_s.saturating_mul(1000)).unwrap_or(i64::MAX)
    }
}

/// Two signed heads that one honest hub cannot both have signed, or of which the second does
/// not follow from the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The head that this node verified earlier; empty when it had none.
    pub ours: String,
    /// The head that was refused.
    pub theirs: String,
}

/// Why a head was refused. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MirrorAlarm {
    /// Not a head of this log.
    #[error("{0}")]
    NotVerified(#[from] CheckpointError),
    /// A head of the same log with fewer leaves and no later time: old, or a roll-back.
    #[error("the log was shown smaller than it was")]
    Smaller(Evidence),
    /// Fewer leaves with a later time, or more with an earlier one: proof against the hub.
    #[error("the log shrank while its time grew")]
    Shrank(Evidence),
    /// Two roots for one size: proof against the hub.
    #[error("the log has two roots for one size")]
    Forked(Evidence),
    /// The leaves that were handed out do not lead to the signed root.
    #[error("the leaves of the log do not lead to its signed root")]
    WrongLeaves(Evidence),
    /// The signed time is more than [`CLOCK_SKEW_MS`] ahead of the node's.
    #[error("the signed time of the log lies in the future")]
    FutureTime(Evidence),
    /// More or fewer leaves than lie between the two heads. The hub or the caller erred.
    #[error("{got} leaves where {wanted} are missing")]
    LeafCount {
        /// How many leaves lie between the mirror and the head.
        wanted: u64,
        /// How many were given.
        got: usize,
    },
    /// A leaf that is no entry of the log.
    #[error("leaf {index}: {error}")]
    Leaf {
        /// Its index in the log.
        index: u64,
        /// What is wrong with it.
        error: LeafError,
    },
    /// The caller has lost a node that it must keep.
    #[error("a stored node of the log is missing")]
    NodesMissing,
}

/// What an advance brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advanced {
    /// Index of the first new leaf.
    pub first: u64,
    /// The new leaves in order.
    pub leaves: Vec<Leaf>,
    /// The complete nodes to be stored.
    pub nodes: Vec<Node>,
}

/// What a peer's head turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is a head of the log that this node mirrors.
    Consistent,
    /// It is ahead of this node, which must reach and check it before it releases content.
    Ahead,
}

/// A node's knowledge of one log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mirror {
    frontier: Frontier,
    newest: Option<Head>,
    /// By size: heads that peers showed, larger than the mirror.
    peers: BTreeMap<u64, Head>,
    /// Latest time this node has known, in milliseconds since 1970.
    latest_ms: i64,
}

impl Mirror {
    /// A mirror that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of leaves mirrored.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The newest verified head.
    #[must_use]
    pub fn head(&self) -> Option<&Head> {
        self.newest.as_ref()
    }

    /// Whether the leaf at `index` is mirrored.
    #[must_use]
    pub fn covers(&self, index: u64) -> bool {
        index < self.size()
    }

    /// Whether every head that a peer showed has been reached and found consistent.
    #[must_use]
    pub fn covers_peers(&self) -> bool {
        self.peers.is_empty()
    }

    /// The node's time in milliseconds: the latest of its clock, the time it stored and the
    /// newest verified cosignature. It never runs backwards.
    #[must_use]
    pub fn node_time(&self, clock_ms: i64) -> i64 {
        let signed = self.newest.iter().chain(self.peers.values()).map(Head::time_ms).max();
        clock_ms.max(self.latest_ms).max(signed.unwrap_or(i64::MIN))
    }

    /// Whether the newest head is at most `max_age_ms` old by the node's time.
    #[must_use]
    pub fn fresh(&self, clock_ms: i64, max_age_ms: i64) -> bool {
        let age = self.newest.as_ref().map(|head| self.node_time(clock_ms).saturating_sub(head.time_ms()));
        age.is_some_and(|age| age <= max_age_ms)
    }

    /// Remembers the clock, so that setting it back later does not make old heads fresh.
    pub fn see_clock(&mut self, clock_ms: i64) {
        self.latest_ms = self.node_time(clock_ms);
    }

    /// Takes the leaves from [`Self::size`] to the head in `checkpoint` and makes that head the
    /// newest. The same head again, also with a newer time and no leaves, is welcome.
    ///
    /// # Errors
    /// [`MirrorAlarm`]; the mirror is unchanged then.
    pub fn advance(
        &mut self,
        leaves: &[Vec<u8>],
        checkpoint: &str,
        keys: &LogKeys,
        clock_ms: i64,
    ) -> Result<Advanced, MirrorAlarm> {
        let head = self.judge(checkpoint, keys, clock_ms)?;
        let wanted = match head.size.checked_sub(self.size()) {
            Some(wanted) => wanted,
            None => return Err(MirrorAlarm::Smaller(self.evidence(&head))),
        };
        if u64::try_from(leaves.len()) != Ok(wanted) {
            return Err(MirrorAlarm::LeafCount { wanted, got: leaves.len() });
        }
        let first = self.size();
        let (frontier, leaves, nodes) = self.grow(leaves)?;
        if frontier.root() != head.root {
            return Err(MirrorAlarm::WrongLeaves(self.evidence(&head)));
        }
        self.latest_ms = self.node_time(clock_ms);
        self.peers = self.peers.split_off(&head.size.saturating_add(1));
        self.frontier = frontier;
        if self.newest.as_ref().is_none_or(|newest| newest.time_s <= head.time_s) {
            self.newest = Some(head);
        }
        Ok(Advanced { first, leaves, nodes })
    }

    /// Records a head that came in a peer's envelope.
    ///
    /// `get` answers for the stored complete nodes. A head that is not ahead of the mirror is
    /// compared with the root which the mirror had at that size; the mirror's own head with a
    /// newer time becomes the newest.
    ///
    /// # Errors
    /// [`MirrorAlarm`]; the mirror is unchanged then.
    pub fn see_peer_checkpoint(
        &mut self,
        checkpoint: &str,
        keys: &LogKeys,
        clock_ms: i64,
        get: impl FnMut(u8, u64) -> Option<Digest>,
    ) -> Result<Seen, MirrorAlarm> {
        let head = self.judge(checkpoint, keys, clock_ms)?;
        let latest_ms = self.node_time(clock_ms);
        if head.size <= self.size() {
            if root_at(head.size, get).ok_or(MirrorAlarm::NodesMissing)? != head.root {
                return Err(MirrorAlarm::Forked(self.evidence(&head)));
            }
            self.latest_ms = latest_ms;
            if head.size == self.size() && self.newest.as_ref().is_none_or(|newest| newest.time_s < head.time_s) {
                self.newest = Some(head);
            }
            return Ok(Seen::Consistent);
        }
        let known = self.peers.entry(head.size).or_insert_with(|| head.clone());
        if known.time_s < head.time_s {
            *known = head;
        }
        if self.peers.len() > PEERS_MAX {
            self.peers.pop_first();
        }
        self.latest_ms = latest_ms;
        Ok(Seen::Ahead)
    }

    /// Verifies a head and compares it with every head known.
    fn judge(&self, checkpoint: &str, keys: &LogKeys, clock_ms: i64) -> Result<Head, MirrorAlarm> {
        let head = Head::new(&keys.verify(checkpoint)?, checkpoint);
        for known in self.newest.iter().chain(self.peers.values()) {
            contradiction(known, &head)?;
        }
        if head.time_ms() > self.node_time(clock_ms).saturating_add(CLOCK_SKEW_MS) {
            return Err(MirrorAlarm::FutureTime(self.evidence(&head)));
        }
        Ok(head)
    }

    /// Appends leaves to a copy of the frontier and checks the heads of peers on the way.
    fn grow(&self, leaves: &[Vec<u8>]) -> Result<(Frontier, Vec<Leaf>, Vec<Node>), MirrorAlarm> {
        let mut frontier = self.frontier.clone();
        let (mut decoded, mut nodes) = (Vec::with_capacity(leaves.len()), Vec::new());
        for bytes in leaves {
            let index = frontier.size();
            decoded.push(Leaf::decode(bytes).map_err(|error| MirrorAlarm::Leaf { index, error })?);
            nodes.extend(frontier.push(leaf_hash(bytes)));
            if let Some(peer) = self.peers.get(&frontier.size())
                && peer.root != frontier.root()
            {
                return Err(MirrorAlarm::Forked(self.evidence(peer)));
            }
        }
        Ok((frontier, decoded, nodes))
    }

    fn evidence(&self, theirs: &Head) -> Evidence {
        let ours = self.newest.as_ref().map(|newest| newest.text.clone()).unwrap_or_default();
        Evidence { ours, theirs: theirs.text.clone() }
    }
}

/// Refuses a head that one honest hub cannot have signed beside a known one.
fn contradiction(known: &Head, head: &Head) -> Result<(), MirrorAlarm> {
    let evidence = || Evidence { ours: known.text.clone(), theirs: head.text.clone() };
    let shrank = (head.size < known.size && head.time_s > known.time_s)
        || (head.size > known.size && head.time_s < known.time_s);
    if shrank {
        return Err(MirrorAlarm::Shrank(evidence()));
    }
    if head.size == known.size && head.root != known.root {
        return Err(MirrorAlarm::Forked(evidence()));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
