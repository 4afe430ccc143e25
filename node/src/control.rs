//! What is said to the hub outside envelopes: edges to register, withdrawals.

use prost::Message as _;
use wiez_proto::calendar::end_of_month;
use wiez_proto::grant::{Grant, Withdrawal};
use wiez_proto::refusal::Refusal;
use wiez_proto::wire::v1;

use crate::Node;
use crate::casework::stream;
use crate::outbox::{self, Stopped};
use crate::store::{Tx, control as table};

/// What an item asks of the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Register one edge.
    Edge,
    /// End the edges of a grant.
    Withdraw,
}

impl Kind {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Withdraw => "withdraw",
        }
    }

    /// Reads the name in the database.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Edge, Self::Withdraw].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One item that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub id: i64,
    /// What it asks.
    pub kind: Kind,
    /// `RegisterEdgeRequest` or the signed withdrawal.
    pub body: Vec<u8>,
    /// How often it failed.
    pub attempts: u32,
}

/// Queues both edges of a grant that this institution issued.
///
/// They are registered as soon as a message waits under them, otherwise at a random time
/// within the configured spread, so that the hub cannot tell by the time which grants came
/// from one form.
///
/// # Errors
/// `INTERNAL` or `DISK_FULL`.
pub async fn register_edges(node: &Node, tx: &mut Tx, grant: &Grant) -> Result<(), Refusal> {
    table::know(tx, grant).await?;
    let now = node.env().now_ms();
    let spread = u64::from(node.settings().edge_spread_s).saturating_mul(1000);
    let own = stream(node, "edges", &[&grant.id.to_string()]);
    let at = now.saturating_add(i64::try_from(own.below(spread)).unwrap_or(0));
    for edge in &grant.edges {
        let request = v1::RegisterEdgeRequest {
            handle: edge.handle.wire(),
            from: edge.from.to_string(),
            to: edge.to.to_string(),
            valid_until_ms: end_of_month(grant.valid_to),
            grant_hash: grant.hash().wire(),
        };
        table::put(tx, Kind::Edge, &grant.hash(), &request.encode_to_vec(), at, now).await?;
    }
    wake(node, tx);
    Ok(())
}

/// Remembers the handles of a grant that came in a seal, so that a withdrawal of it is noticed.
///
/// # Errors
/// `INTERNAL` or `DISK_FULL`.
pub async fn know_grant(tx: &mut Tx, grant: &Grant) -> Result<(), Refusal> {
    table::know(tx, grant).await
}

/// Queues a withdrawal or block, which goes before every payload, and stops what waits under
/// its handles: once the caller's transaction is committed, no byte under them is written.
///
/// # Errors
/// `MALFORMED` when it is no withdrawal, `INTERNAL` or `DISK_FULL`.
pub async fn withdraw(node: &Node, tx: &mut Tx, signed: &v1::Signed) -> Result<Vec<Stopped>, Refusal> {
    let withdrawal = Withdrawal::parse(&signed.content)?;
    let now = node.env().now_ms();
    table::put(tx, Kind::Withdraw, &withdrawal.grant_hash, &signed.encode_to_vec(), now, now).await?;
    let handles: Vec<_> = withdrawal.handles.into_iter().collect();
    let stopped = outbox::stop(tx, &handles, now).await?;
    wake(node, tx);
    Ok(stopped)
}

fn wake(node: &Node, tx: &mut Tx) {
    let push = node.push_wake();
    tx.after(move || push.notify_one());
}
