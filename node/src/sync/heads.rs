//! Compares this node's channels with what the hub shows of them, after each connection.

use std::collections::BTreeMap;

use wiez_proto::envelope::{Header, Parts};
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::receipt::EndCause;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use crate::Node;
use crate::casework::{self, News};
use crate::mirror::Alarm;
use crate::outbox::{Channel, Shown};
use crate::store::{Tx, outbox as table};

/// Asks the hub for its channels and brings ours into line.
///
/// A head without this node's own good signature stops that channel for a person to look at.
/// A good one that is not remembered means that this node was restored: a new epoch begins.
///
/// # Errors
/// Why the hub could not be asked, `DISK_FULL`, `INTERNAL`.
pub(super) async fn reconcile(node: &Node) -> Result<(), Refusal> {
    let shown = node.link().channels().await?;
    let mut tx = node.store().begin("outbox.reconcile").await?;
    let mut by_recipient: BTreeMap<InstitutionId, Option<Shown>> = BTreeMap::new();
    for head in &shown {
        match read(node, &mut tx, head).await? {
            Ok((recipient, shown)) => {
                by_recipient.insert(recipient, Some(shown));
            }
            Err(recipient) => stop(node, &mut tx, recipient).await?,
        }
    }
    let ours = table::heads(&mut tx).await?;
    for (recipient, head) in &ours {
        if head.stopped.is_none() {
            by_recipient.entry(recipient.clone()).or_insert(None);
        }
    }
    for (recipient, shown) in by_recipient {
        if ours.get(&recipient).is_none_or(|head| head.stopped.is_none()) {
            place(node, &mut tx, &recipient, shown).await?;
        }
    }
    tx.commit().await
}

/// The recipient and what was shown; `Err` with the recipient, if it can be told, when it is
/// not this node's own envelope.
async fn read(
    node: &Node,
    tx: &mut Tx,
    head: &v1::ChannelHead,
) -> Result<Result<(InstitutionId, Shown), Option<InstitutionId>>, Refusal> {
    let Ok(header) = Header::parse(&head.header) else { return Ok(Err(None)) };
    let recipient = header.recipient.clone();
    let (Ok(wrap_hash), Ok(ciphertext_hash), Ok(blob_root)) =
        (Hash::parse(&head.wrap_hash), Hash::parse(&head.ciphertext_hash), Hash::parse(&head.blob_root))
    else {
        return Ok(Err(Some(recipient)));
    };
    let parts =
        Parts { header: head.header.clone(), wrap_hash, ciphertext_hash, blob_root, signature: head.signature.clone() };
    let own = header.sender == *node.id() && parts.verify(&node.signing().public(), node.region()).is_ok();
    if !own {
        return Ok(Err(Some(recipient)));
    }
    let hash = parts.envelope_hash();
    let known = table::by_hash(tx, &hash).await?.is_some_and(|item| item.recipient == recipient);
    Ok(Ok((recipient, Shown { epoch: header.position.epoch, seq: header.position.seq, hash, known })))
}

async fn stop(node: &Node, tx: &mut Tx, recipient: Option<InstitutionId>) -> Result<(), Refusal> {
    let subject = recipient.as_ref().map_or("channels", InstitutionId::as_str);
    Alarm::now(node.env(), Reason::Unverifiable, subject, "the hub shows an envelope of ours that we did not sign")
        .raise(tx)
        .await?;
    let Some(recipient) = recipient else { return Ok(()) };
    let epochs = table::epochs_max(tx).await?;
    let mut channel = table::channel(tx, &recipient, epochs).await?;
    channel.head.stopped = Some(Reason::Unverifiable);
    table::save_head(tx, &recipient, &channel.head).await
}

async fn place(node: &Node, tx: &mut Tx, recipient: &InstitutionId, shown: Option<Shown>) -> Result<(), Refusal> {
    let now = node.env().now_ms();
    let epochs = table::epochs_max(tx).await?;
    let mut channel = table::channel(tx, recipient, epochs).await?;
    let before = channel.clone();
    if let Err(refusal) = channel.shown(shown, epochs) {
        Alarm::now(node.env(), refusal.reason, recipient.as_str(), "the hub has lost envelopes that it had accepted")
            .raise(tx)
            .await?;
    }
    settle_stopped(node, tx, &channel, shown, now).await?;
    save(tx, &before, &channel, now).await
}

/// What a local withdrawal stopped and the hub never accepted did not leave: now that is certain.
async fn settle_stopped(
    node: &Node,
    tx: &mut Tx,
    channel: &Channel,
    shown: Option<Shown>,
    now: i64,
) -> Result<(), Refusal> {
    let last = shown.map_or((channel.head.epoch, 0), |shown| (shown.epoch, shown.seq));
    for mut item in table::never_accepted(tx, &channel.recipient, last).await? {
        if item.ended_by_hub(false, EndCause::Withdrawn) {
            table::save(tx, &item, now).await?;
            let news =
                News::Ended { message_id: item.message_id, cause: EndCause::Withdrawn, uncertain: false, at_ms: now };
            casework::told(node, tx, &news).await?;
        }
    }
    Ok(())
}

/// Writes back what changed between two moments of a channel.
pub(super) async fn save(tx: &mut Tx, before: &Channel, after: &Channel, now: i64) -> Result<(), Refusal> {
    if before.head != after.head {
        table::save_head(tx, &after.recipient, &after.head).await?;
    }
    for item in &after.items {
        if !before.items.contains(item) {
            table::save(tx, item, now).await?;
        }
    }
    Ok(())
}
