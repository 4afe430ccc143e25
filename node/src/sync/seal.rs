//! Seals what may be sent next and stores the bytes before anything leaves.

use std::collections::BTreeSet;

use wiez_proto::directory::Standing;
use wiez_proto::envelope::{Draft, Envelope, Position, seal};
use wiez_proto::id::{Hash, InstitutionId, MessageId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::BasisClass;
use wiez_proto::wire::v1;

use super::heads::save;
use crate::Node;
use crate::casework::{self, News};
use crate::gate;
use crate::outbox::{Action, Channel, Item};
use crate::store::{Tx, outbox as table};

/// Envelopes sealed in one transaction.
const SEALS_PER_TURN: usize = 64;

/// What is to be written now.
pub(super) struct Due {
    /// Bytes that are on disk, in the order in which they are written.
    pub(super) writes: Vec<(Hash, v1::Envelope)>,
    /// A channel's place is unknown: the hub must be asked first.
    pub(super) ask: bool,
    /// More can be sealed at once.
    pub(super) more: bool,
}

/// Seals up to 64 messages in one transaction and returns everything that is to be written,
/// except what is `in_flight`.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(super) async fn due(node: &Node, in_flight: &BTreeSet<Hash>) -> Result<Due, Refusal> {
    let now = node.env().now_ms();
    let mut due = Due { writes: Vec::new(), ask: false, more: false };
    stuck(node, now).await?;
    let recipients = table::due(&mut *node.store().view("outbox.due").await?, now).await?;
    if recipients.is_empty() {
        return Ok(due);
    }
    let mut tx = node.store().begin("outbox.seal").await?;
    let mut sealed = 0;
    for recipient in &recipients {
        let epochs = table::epochs_max(&mut tx).await?;
        let mut channel = table::channel(&mut tx, recipient, epochs).await?;
        let before = channel.clone();
        for message_id in channel.expire(now) {
            casework::told(node, &mut tx, &News::Expired { message_id, at_ms: now }).await?;
        }
        sealed += seal_all(node, &mut tx, &mut channel, in_flight, SEALS_PER_TURN.saturating_sub(sealed)).await?;
        for action in channel.turn(now, in_flight) {
            match action {
                Action::Write(id, hash) => {
                    let bytes = table::envelope(&mut tx, id).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
                    due.writes.push((hash, bytes));
                }
                Action::AskHead => due.ask = true,
                Action::Seal(..) => due.more = true,
            }
        }
        save(&mut tx, &before, &channel, now).await?;
    }
    tx.commit().await?;
    Ok(due)
}

/// Tells once of what may not wait and lies in a channel that stands still until a person has looked.
async fn stuck(node: &Node, now: i64) -> Result<(), Refusal> {
    if table::stuck(&mut *node.store().view("outbox.stuck").await?).await?.is_empty() {
        return Ok(());
    }
    let mut tx = node.store().begin("outbox.stuck").await?;
    for (mut item, stopped) in table::stuck(&mut tx).await? {
        item.reason = Some(stopped);
        table::save(&mut tx, &item, now).await?;
        let refusal = Refusal::new(stopped).with("institution", &item.recipient);
        casework::told(node, &mut tx, &News::Waits { message_id: item.message_id, refusal, at_ms: now }).await?;
    }
    tx.commit().await
}

/// Seals one message after another while the channel asks for it.
async fn seal_all(
    node: &Node,
    tx: &mut Tx,
    channel: &mut Channel,
    in_flight: &BTreeSet<Hash>,
    room: usize,
) -> Result<usize, Refusal> {
    let now = node.env().now_ms();
    let mut sealed = 0;
    while sealed < room {
        let next = channel.turn(now, in_flight).into_iter().find_map(|action| match action {
            Action::Seal(id, at) => Some((id, at)),
            Action::Write(..) | Action::AskHead => None,
        });
        let Some((id, at)) = next else { break };
        match seal_one(node, tx, channel, id, at).await? {
            Ok(envelope) => {
                table::put_envelope(tx, id, &envelope.to_wire()).await?;
                channel.sealed(id, at, envelope.hash());
                sealed += 1;
            }
            Err(refusal) => {
                let lawful = channel.items.iter().any(|item| item.message_id == id && gate::lawful(item.class));
                if channel.withheld(id, refusal.reason, node.env()) {
                    casework::told(node, tx, &News::Refused { message_id: id, refusal, at_ms: now }).await?;
                } else if lawful {
                    casework::told(node, tx, &News::Waits { message_id: id, refusal, at_ms: now }).await?;
                }
            }
        }
    }
    Ok(sealed)
}

/// Seals for the recipient's pinned key. The inner result tells why it may not be sealed now.
async fn seal_one(
    node: &Node,
    tx: &mut Tx,
    channel: &Channel,
    id: MessageId,
    position: Position,
) -> Result<Result<Envelope, Refusal>, Refusal> {
    let Some(item) = channel.items.iter().find(|item| item.message_id == id) else {
        return Err(Refusal::new(Reason::Internal));
    };
    if let Err(refusal) = may_seal(node, &channel.recipient, item) {
        return Ok(Err(refusal));
    }
    if let Some(handle) = &item.handle
        && let Err(refusal) = casework::still_consented(node, tx, handle).await?
    {
        return Ok(Err(refusal));
    }
    let directory = node.directory();
    let Some(peer) = directory.get(&channel.recipient) else {
        return Ok(Err(Refusal::new(Reason::RecipientUnknown)));
    };
    let draft = Draft {
        message_id: id,
        sender: node.id().clone(),
        recipient: channel.recipient.clone(),
        position,
        class: item.class,
        handle: item.handle,
        created_ms: node.env().now_ms(),
        expires_ms: item.expires_ms,
    };
    // One message that cannot be read must not stop all others.
    let mut content = match table::content(tx, id).await {
        Ok(content) => content,
        Err(refusal) => return Ok(Err(refusal)),
    };
    content.checkpoint = node.log_view().checkpoint().to_owned();
    Ok(seal(node.env(), node.region(), node.signing(), &peer.entry.sealing_key, &draft, content))
}

/// What has changed since the gate cleared it and forbids sealing.
fn may_seal(node: &Node, recipient: &InstitutionId, item: &Item) -> Result<(), Refusal> {
    let no = |reason| Err(Refusal::new(reason).with("institution", recipient));
    let directory = node.directory();
    let Some(peer) = directory.get(recipient) else { return no(Reason::RecipientUnknown) };
    if peer.key_alarm {
        return no(Reason::KeyChanged);
    }
    if peer.standing == Standing::Revoked {
        return no(Reason::RecipientRevoked);
    }
    if item.class == BasisClass::Consent && node.log_view().alarmed() {
        return no(Reason::LogInconsistent);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
