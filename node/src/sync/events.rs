//! Takes news about what this node sent: receipts, statuses, refusals; each verified first.

use wiez_proto::envelope::VerifyingKey;
use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::log::tree::root_at;
use wiez_proto::receipt::{Receipt, Refused, Status};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use crate::Node;
use crate::casework::{self, News};
use crate::mirror::Alarm;
use crate::outbox::{Item, State};
use crate::store::{Tx, meta, mirror, outbox as table};

const CURSOR: &str = "events.cursor";

/// The last event that was stored.
///
/// # Errors
/// `INTERNAL`.
pub(super) async fn cursor(node: &Node) -> Result<u64, Refusal> {
    meta::number(&mut *node.store().view("events.cursor").await?, CURSOR).await
}

/// Applies one event and moves the cursor, in the caller's transaction. What cannot be
/// verified raises an alarm and changes nothing else.
///
/// # Errors
/// `INTERNAL` or `DISK_FULL`.
pub(super) async fn apply(node: &Node, tx: &mut Tx, event: &v1::Event) -> Result<(), Refusal> {
    if event.cursor <= meta::number(tx, CURSOR).await? {
        return Ok(());
    }
    let good = match &event.news {
        Some(v1::event::News::Receipt(signed)) => receipt(node, tx, signed).await?,
        Some(v1::event::News::Status(signed)) => status(node, tx, signed).await?,
        Some(v1::event::News::Refusal(signed)) => refusal(node, tx, signed).await?,
        None => false,
    };
    if !good {
        let subject = format!("event {}", event.cursor);
        Alarm::now(node.env(), Reason::Unverifiable, &subject, "news about a message that nobody signed")
            .raise(tx)
            .await?;
    }
    meta::put_number(tx, CURSOR, event.cursor).await
}

fn key(node: &Node, id: &InstitutionId) -> Option<VerifyingKey> {
    node.directory().get(id).map(|peer| peer.entry.signing_key)
}

async fn receipt(node: &Node, tx: &mut Tx, signed: &v1::Signed) -> Result<bool, Refusal> {
    let claimed = Receipt::parse(&signed.content).ok();
    let key = claimed.and_then(|claimed| key(node, &claimed.recipient));
    let Some(receipt) = key.and_then(|key| Receipt::open(signed, &key, node.region()).ok()) else { return Ok(false) };
    if receipt.sender != *node.id() {
        return Ok(false);
    }
    for hash in &receipt.envelope_hashes {
        let Some(mut item) = table::by_hash(tx, hash).await?.filter(|item| item.recipient == receipt.recipient) else {
            continue;
        };
        let before = item.state;
        if !item.received() {
            continue;
        }
        save(node, tx, &item, before).await?;
        table::put_receipt(tx, item.message_id, signed).await?;
        let news = News::Received { message_id: item.message_id, envelope_hash: *hash, at_ms: receipt.at_ms };
        casework::told(node, tx, &news).await?;
    }
    omissions(node, tx, &receipt).await?;
    same_log(node, tx, &receipt).await?;
    Ok(true)
}

/// The recipient misses something, or saw two envelopes where one can be.
async fn omissions(node: &Node, tx: &mut Tx, receipt: &Receipt) -> Result<(), Refusal> {
    let mut missing = Vec::new();
    for hash in &receipt.unknown_prevs {
        // What came too late or ended is told by its own tombstone and status, behind what follows it.
        let item = table::by_hash(tx, hash).await?;
        let over = node.env().now_ms().saturating_add(limits::CLOCK_SKEW_MS);
        if !item.is_some_and(|item| item.state != State::Accepted || item.expires_ms <= over) {
            missing.push((hash, "the recipient never saw an envelope that the hub had accepted"));
        }
    }
    let forked = receipt.forked_prevs.iter().map(|hash| (hash, "the recipient saw two envelopes after the same one"));
    for (hash, detail) in missing.into_iter().chain(forked) {
        Alarm::now(node.env(), Reason::Equivocation, &hash.to_string(), detail).raise(tx).await?;
    }
    Ok(())
}

/// A receipt names the log that its signer saw: it must be the one that this node sees.
async fn same_log(node: &Node, tx: &mut Tx, receipt: &Receipt) -> Result<(), Refusal> {
    if receipt.log_size == 0 || receipt.log_size > node.log_view().size() {
        return Ok(());
    }
    let nodes = mirror::nodes_of(tx, receipt.log_size).await?;
    let get = |level, index| nodes.iter().find(|node| (node.0, node.1) == (level, index)).map(|node| node.2);
    if root_at(receipt.log_size, get) == Some(receipt.log_root) {
        return Ok(());
    }
    let subject = format!("log seen by {}", receipt.recipient);
    Alarm::now(
        node.env(),
        Reason::LogInconsistent,
        &subject,
        "a recipient's receipt names another log of the same size",
    )
    .raise(tx)
    .await
}

async fn status(node: &Node, tx: &mut Tx, signed: &v1::Signed) -> Result<bool, Refusal> {
    let opened = Status::open(signed, &node.region_keys().mail_key, node.region());
    let Some(status) = opened.ok().filter(|status| status.sender == *node.id()) else { return Ok(false) };
    let Some(mut item) = table::by_hash(tx, &status.envelope_hash).await? else { return Ok(true) };
    let before = item.state;
    if item.ended_by_hub(status.uncertain, status.cause) {
        save(node, tx, &item, before).await?;
        let news = News::Ended {
            message_id: item.message_id,
            cause: status.cause,
            uncertain: status.uncertain,
            at_ms: status.at_ms,
        };
        casework::told(node, tx, &news).await?;
    }
    Ok(true)
}

async fn refusal(node: &Node, tx: &mut Tx, signed: &v1::Signed) -> Result<bool, Refusal> {
    let Ok(claimed) = Refused::parse(&signed.content) else { return Ok(false) };
    let Some(mut item) = table::by_hash(tx, &claimed.envelope_hash).await? else { return Ok(true) };
    let key = key(node, &item.recipient);
    let opened = key.and_then(|key| Refused::open(signed, &key, node.region()).ok());
    let holds = opened.is_some_and(|said| said.party == item.recipient.as_str() && said.reason == Reason::Unverifiable);
    if !holds {
        return Ok(false);
    }
    let before = item.state;
    if item.refused_by_recipient() {
        save(node, tx, &item, before).await?;
        let refusal = Refusal::new(Reason::Unverifiable).with("institution", &item.recipient);
        casework::told(node, tx, &News::Refused { message_id: item.message_id, refusal, at_ms: claimed.at_ms }).await?;
    }
    Ok(true)
}

/// News about an envelope whose hub receipt never arrived also says that the hub had taken it.
async fn save(node: &Node, tx: &mut Tx, item: &Item, before: State) -> Result<(), Refusal> {
    if before == State::Sealed {
        table::mark_unsure(tx, &item.recipient).await?;
        let push = node.push_wake();
        tx.after(move || push.notify_one());
    }
    table::save(tx, item, node.env().now_ms()).await
}
