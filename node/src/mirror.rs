//! What this node knows of the log: the verified head, edges, and withdrawals.

use std::collections::BTreeMap;

use wiez_proto::env::Env;
use wiez_proto::envelope::sha256;
use wiez_proto::id::{Handle, Hash, InstitutionId};
use wiez_proto::log::checkpoint::LogKeys;
use wiez_proto::log::export::{Header, Line};
use wiez_proto::log::mirror::{Evidence, Mirror, MirrorAlarm};
use wiez_proto::log::verify::{Checked, verify_export};
use wiez_proto::refusal::{Reason, Refusal};

use crate::Node;
pub use crate::alarm::Alarm;
use crate::store::{Conn, Tx, alarm, mirror as table};

/// The verified log as it stood at one moment.
#[derive(Debug, Clone, Default)]
pub struct LogView {
    mirror: Mirror,
    version: u64,
    broken: bool,
}

impl LogView {
    pub(crate) fn new(mirror: Mirror, version: u64, broken: bool) -> Self {
        Self { mirror, version, broken }
    }

    /// Grows each time the view changes.
    pub(crate) const fn version(&self) -> u64 {
        self.version
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.mirror.size()
    }

    /// Root of these leaves; of the empty tree before the first head.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.mirror.head().map_or_else(wiez_proto::log::tree::empty_root, |head| head.root)
    }

    /// Signed time of the newest head in seconds since 1970, if there is one.
    #[must_use]
    pub fn time_s(&self) -> Option<u64> {
        self.mirror.head().map(|head| head.time_s)
    }

    /// The newest verified checkpoint; empty before the first.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        self.mirror.head().map_or("", |head| &head.text)
    }

    /// Whether the leaf at `index` is verified.
    #[must_use]
    pub fn covers(&self, index: u64) -> bool {
        self.mirror.covers(index)
    }

    /// Whether every checkpoint that a peer or the hub's receipts showed is reached and agrees.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.mirror.covers_peers()
    }

    /// Whether the newest signed time is at most `max_age_ms` old by the node's time.
    #[must_use]
    pub fn fresh(&self, clock_ms: i64, max_age_ms: i64) -> bool {
        self.mirror.fresh(clock_ms, max_age_ms)
    }

    /// The node's time: the latest of clock, stored time and signed time.
    #[must_use]
    pub fn node_time(&self, clock_ms: i64) -> i64 {
        self.mirror.node_time(clock_ms)
    }

    /// Whether the hub contradicted itself. Consent-based sending and release stop then.
    #[must_use]
    pub const fn alarmed(&self) -> bool {
        self.broken
    }
}

/// An edge as the log has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EdgeLeaf {
    /// Hash of the grant under which it was registered.
    pub grant_hash: Hash,
    /// Index of its leaf.
    pub leaf_index: u64,
}

/// A withdrawal as the log has it. That there is one closes the edge, whoever said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalLeaf {
    /// Index of its leaf.
    pub leaf_index: u64,
    /// Hash of the signed object behind it.
    pub object_hash: Hash,
    /// Who signed it and when, once the object was fetched and found good.
    pub proof: Option<(InstitutionId, i64)>,
    /// The object was missing or not good: closed all the same, and an alarm raised.
    pub alarmed: bool,
}

/// The edge leaf of a handle in the verified log.
///
/// # Errors
/// `INTERNAL`.
pub async fn edge(conn: &mut Conn, handle: &Handle) -> Result<Option<EdgeLeaf>, Refusal> {
    table::edge(conn, &sha256(&[handle.bytes()])).await
}

/// The withdrawal leaf of a handle in the verified log.
///
/// # Errors
/// `INTERNAL`.
pub async fn withdrawal(conn: &mut Conn, handle: &Handle) -> Result<Option<WithdrawalLeaf>, Refusal> {
    table::withdrawal(conn, &sha256(&[handle.bytes()])).await
}

/// Recomputes the whole stored log from its leaves and checks it against the newest head and
/// the keys pinned at joining, without asking the hub. One changed byte is found.
///
/// # Errors
/// `LOG_INCONSISTENT` with the first thing that is wrong, `NOT_FOUND` before the first head,
/// `INTERNAL`.
pub async fn verify_stored(node: &Node) -> Result<Checked, Refusal> {
    let mut view = node.store().view("mirror.verify_stored").await?;
    let (mirror, _) = table::load(&mut view).await?;
    let head = mirror.head().ok_or_else(|| Refusal::new(Reason::NotFound).with("what", "log"))?;
    let keys = node.region_keys();
    let header =
        Header { keys: keys.log.clone(), region: keys.region.to_string(), directory_key: *keys.directory_key.bytes() };
    let mut export = Line::Header(header).write();
    for leaf in table::leaves(&mut view).await? {
        export.push_str(&Line::Leaf(leaf).write());
    }
    export.push_str(&Line::Checkpoint(head.text.clone()).write());
    verify_export(export.as_bytes(), Some(&keys.log))
        .map(|(_, checked)| checked)
        .map_err(|error| Refusal::new(Reason::LogInconsistent).with("what", error))
}

/// Judges a checkpoint that came from a peer or in a receipt and remembers it.
///
/// A text that is no signed head of this log is none of the hub's doing and changes nothing.
///
/// # Errors
/// `LOG_INCONSISTENT` when it proves that the hub showed two histories; the alarm and its
/// evidence are in the transaction then, which the caller still commits.
pub(crate) async fn see_checkpoint(
    tx: &mut Tx,
    env: &Env,
    keys: &LogKeys,
    text: &str,
) -> Result<Option<LogView>, Refusal> {
    let Ok(head) = keys.verify(text) else {
        return Ok(None);
    };
    let (mut mirror, _) = table::load(tx).await?;
    let stored = if head.size <= mirror.size() { table::nodes_of(tx, head.size).await? } else { Vec::new() };
    let nodes: BTreeMap<_, _> = stored.into_iter().map(|(level, index, hash)| ((level, index), hash)).collect();
    let before = mirror.clone();
    let seen = mirror.see_peer_checkpoint(text, keys, env.now_ms(), |level, index| nodes.get(&(level, index)).copied());
    if let Err(alarm) = seen {
        raise(tx, env, &alarm).await?;
    } else if mirror == before {
        return Ok(None);
    }
    let version = table::save(tx, &mirror).await?;
    Ok(Some(LogView::new(mirror, version, alarm::log_broken(tx).await?)))
}

/// Raises the alarm that a mirror's refusal of a head amounts to.
pub(crate) async fn raise(tx: &mut Tx, env: &Env, alarm: &MirrorAlarm) -> Result<(), Refusal> {
    let (reason, detail) = match alarm {
        MirrorAlarm::Smaller(evidence)
        | MirrorAlarm::Shrank(evidence)
        | MirrorAlarm::Forked(evidence)
        | MirrorAlarm::WrongLeaves(evidence) => (Reason::LogInconsistent, both(evidence)),
        MirrorAlarm::FutureTime(evidence) => (Reason::ClockSkew, both(evidence)),
        MirrorAlarm::NotVerified(_) | MirrorAlarm::Leaf { .. } => (Reason::LogInconsistent, alarm.to_string()),
        MirrorAlarm::LeafCount { .. } | MirrorAlarm::NodesMissing => {
            tracing::error!(%alarm, "the mirror of the log could not advance");
            return Ok(());
        }
    };
    Alarm::now(env, reason, "log", &format!("{alarm}\n{detail}")).raise(tx).await
}

fn both(evidence: &Evidence) -> String {
    format!("--- ours\n{}\n--- shown\n{}", evidence.ours, evidence.theirs)
}

#[cfg(test)]
mod tests;
