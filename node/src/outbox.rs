//! What waits to be sent and what became of it: the rules of a channel as pure, stepped values.
//!
//! An item is `Queued`, then `Sealed` (bytes and position on disk before the first byte leaves),
//! then `Accepted` by the hub, then `Received` by its recipient. A refusal kills the sealed
//! bytes; the content gets a higher number, a fresh seal and keeps its message id. The loops in
//! `sync` only carry out what [`Channel::turn`] asks for.

mod channel;
mod item;

use prost::Message as _;
use wiez_proto::id::{Handle, MessageId};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::Urgency;

pub use self::channel::{Action, Channel, Fate, Head, Shown, backoff_ms};
pub use self::item::{Item, State};
use crate::Node;
use crate::gate::Cleared;
use crate::store::{Tx, outbox as table};

/// An item that a local withdrawal stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Which message.
    pub message_id: MessageId,
    /// True when no byte of it can have left; otherwise the hub's answer may still come.
    pub certain: bool,
}

/// Puts a message that the sender's gate cleared into the outbox, in the caller's transaction.
///
/// Once that is committed the push loop wakes up. The message leaves when its recipient's
/// channel has room, the most urgent first, and both edges of its grant are registered.
///
/// # Errors
/// `INTERNAL` for a message id that is already there, `DISK_FULL`.
pub async fn enqueue(node: &Node, tx: &mut Tx, cleared: &Cleared) -> Result<MessageId, Refusal> {
    let message = cleared.message();
    let now = node.env().now_ms();
    let item = Item {
        message_id: message.message_id,
        recipient: message.recipient.clone(),
        class: message.class,
        handle: message.handle,
        thread: message.thread,
        urgency: rank(message.urgency),
        order: table::next_order(tx).await?,
        expires_ms: message.expires_ms,
        state: State::Queued,
        at: None,
        hash: None,
        attempts: 0,
        next_try_ms: now,
        reason: None,
        held: false,
    };
    table::insert(tx, &item, &message.to_content().encode_to_vec(), now).await?;
    let push = node.push_wake();
    tx.after(move || push.notify_one());
    Ok(item.message_id)
}

/// Most urgent first.
fn rank(urgency: Urgency) -> u8 {
    Urgency::ALL.iter().position(|known| *known == urgency).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

/// Takes one message back. True when it was only queued: no byte of it has left.
///
/// # Errors
/// `INTERNAL` or `DISK_FULL`.
pub(crate) async fn take_back(tx: &mut Tx, id: MessageId, now_ms: i64) -> Result<bool, Refusal> {
    let queued = table::by_id(tx, id).await?.filter(|item| item.state == State::Queued);
    let Some(mut item) = queued else { return Ok(false) };
    item.state = State::Blocked;
    table::save(tx, &item, now_ms).await?;
    Ok(true)
}

/// Stops everything under these handles: not one byte under them is written any more.
///
/// What was only queued is blocked for certain. Sealed bytes may have left before; they are
/// erased here and the hub's word decides, see [`Item::ended_by_hub`].
///
/// # Errors
/// `INTERNAL` or `DISK_FULL`.
pub(crate) async fn stop(tx: &mut Tx, handles: &[Handle], now_ms: i64) -> Result<Vec<Stopped>, Refusal> {
    let mut stopped = Vec::new();
    for handle in handles {
        for mut item in table::waiting_under(tx, handle).await? {
            let certain = item.stop();
            if !certain {
                // The hub may hold it, so what it accepted last is no longer known.
                table::mark_unsure(tx, &item.recipient).await?;
            }
            table::save(tx, &item, now_ms).await?;
            stopped.push(Stopped { message_id: item.message_id, certain });
        }
    }
    Ok(stopped)
}
