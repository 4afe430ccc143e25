//! Envelopes that the recipient's gate did not take: counted as taken, kept sealed, capped.

use serde::{Deserialize, Serialize};
use wiez_proto::envelope::Envelope;
use wiez_proto::id::{Hash, InstitutionId, MessageId};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};

use crate::Node;
use crate::inbox::Arrived;
use crate::store::{Tx, quarantine as table};

/// One envelope in quarantine, as an administrator sees it. It shows no content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its hash.
    pub envelope_hash: Hash,
    /// Its message id.
    pub message_id: MessageId,
    /// Who had sent it.
    pub sender: InstitutionId,
    /// Why it was not taken.
    pub reason: Reason,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// When its sealed bytes are erased, milliseconds since 1970.
    pub expires_ms: i64,
}

/// Sets an envelope aside, in the caller's transaction. Above the limit for its sender only
/// hash and signature are kept, so that a hostile sender cannot fill the disk.
///
/// # Errors
/// `INTERNAL` or `DISK_FULL`.
pub(crate) async fn keep(
    tx: &mut Tx,
    arrived: &Arrived,
    envelope: &Envelope,
    reason: Reason,
    now_ms: i64,
) -> Result<(), Refusal> {
    let full = table::count(tx, &arrived.sender).await? >= limits::QUARANTINE_PER_SENDER;
    let bytes = (!full).then(|| envelope.to_wire());
    table::put(tx, arrived, reason, bytes.as_ref(), &envelope.parts().signature, now_ms).await
}

/// Everything that is set aside, newest first, at most 1000.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(node: &Node) -> Result<Vec<Held>, Refusal> {
    table::list(&mut *node.store().view("quarantine.list").await?).await
}
