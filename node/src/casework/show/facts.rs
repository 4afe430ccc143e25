//! Loads what the gate looks at before received content is shown to a person.

use wiez_proto::calendar;
use wiez_proto::limits;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::BasisClass;

use crate::Node;
use crate::account::Reader;
use crate::casework::compose::withdrawn;
use crate::gate::ReleaseFacts;
use crate::message::Message;
use crate::store::casework::MessageRow;
use crate::store::{self, Conn};

/// Facts that own what [`ReleaseFacts`] borrows.
pub(in crate::casework) struct Loaded {
    facts: ReleaseFacts<'static>,
    successor: Option<std::collections::BTreeSet<wiez_proto::vocab::Category>>,
}

impl Loaded {
    pub(in crate::casework) fn as_ref(&self) -> ReleaseFacts<'_> {
        ReleaseFacts { successor: self.successor.as_ref(), ..self.facts.clone() }
    }
}

/// What is known now about a received message and who wants to read it.
///
/// # Errors
/// `INTERNAL`.
pub(in crate::casework) async fn facts(
    node: &Node,
    conn: &mut Conn,
    worker: &Reader,
    row: &MessageRow,
    message: &Message,
) -> Result<Loaded, Refusal> {
    let log = node.log_view();
    let now_ms = log.node_time(node.env().now_ms());
    let mut loaded = Loaded {
        facts: ReleaseFacts {
            now_ms,
            opened_ms: row.opened_ms,
            fresh: log.fresh(now_ms, limits::FRESHNESS_MS),
            covered: log.settled() && covers(&log, row, message),
            log_alarm: log.alarmed(),
            withdrawn: false,
            valid_until_ms: None,
            successor: None,
            answer: row.answer,
            declared: declared(node, conn, worker).await?,
        },
        successor: None,
    };
    if message.class != BasisClass::Consent {
        return Ok(loaded);
    }
    // Without its grant it could not be told whether the consent lives, so it counts as withdrawn.
    loaded.facts.withdrawn = true;
    let Some(id) = &row.grant else { return Ok(loaded) };
    let Some(grant) = store::consent::grant(conn, id).await? else { return Ok(loaded) };
    loaded.facts.withdrawn = withdrawn(conn, &grant).await?;
    loaded.facts.valid_until_ms = Some(grant.valid_to_ms);
    if let Some(next) = &grant.successor
        && let Some(next) = store::consent::grant(conn, next).await?
        && !withdrawn(conn, &next).await?
        && now_ms <= next.valid_to_ms
    {
        let next = wiez_proto::grant::Grant::parse(&next.signed.content)?;
        loaded.successor = next.edge(&message.sender, &message.recipient).map(|edge| edge.categories.clone());
    }
    Ok(loaded)
}

/// Whether the reader is bound by the confidentiality declaration of the team today.
async fn declared(node: &Node, conn: &mut Conn, worker: &Reader) -> Result<bool, Refusal> {
    let today = calendar::day_of(node.env().now_ms());
    Ok(store::people::declared(conn, worker.uid).await?.is_some_and(|on| on <= today))
}

/// Whether the verified head covers the envelope's own leaf and the checkpoint inside its seal.
fn covers(log: &crate::mirror::LogView, row: &MessageRow, message: &Message) -> bool {
    let leaf = row.leaf_index.and_then(|index| u64::try_from(index).ok());
    // Second line of a checkpoint: the number of leaves (C2SP tlog-checkpoint).
    let inside = message.checkpoint.lines().nth(1).and_then(|size| size.parse::<u64>().ok());
    let inside = if message.checkpoint.is_empty() { Some(0) } else { inside };
    leaf.is_some_and(|leaf| log.covers(leaf)) && inside.is_some_and(|size| size <= log.size())
}
