//! Takes a batch of deliveries: verified and opened first, then one transaction for content,
//! inbox and signed receipts.

use std::collections::{BTreeMap, BTreeSet};

use wiez_proto::envelope::{Envelope, Header, open};
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::limits;
use wiez_proto::receipt::{HubReceipt, Receipt, Refused, Tombstone};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::{events, tombstone};
use crate::Node;
use crate::alarm::{Bell, duty_refused};
use crate::casework::{self, Arrival};
use crate::inbox::{Arrived, Known, Outcome, Verdict, judge};
use crate::message::Message;
use crate::mirror::{self, Alarm, see_checkpoint};
use crate::quarantine;
use crate::store::casework::Direction;
use crate::store::{Tx, inbox as table};

/// What a batch led to.
pub(super) struct Done {
    /// To be said to the hub, now that everything is on disk.
    pub(super) say: Vec<v1::collect_request::Message>,
    /// Everything that waited has been handed out.
    pub(super) caught_up: bool,
}

/// One message of the hub after verification.
enum Ready {
    Envelope(Box<Opened>),
    Tombstone(Box<Tombstone>),
    Event(Box<v1::Event>),
}

/// An envelope whose signature and seal hold.
struct Opened {
    envelope: Envelope,
    content: v1::Content,
    /// The checkpoint of the hub's receipt, and the mail leaf.
    checkpoint: String,
    leaf_index: u64,
}

/// Takes a batch.
///
/// # Errors
/// Why it could not be taken at all; nothing is acknowledged then and the hub hands it out again.
pub(super) async fn take(node: &Node, batch: Vec<v1::CollectResponse>) -> Result<Done, Refusal> {
    let mut done = Done { say: Vec::new(), caught_up: false };
    let mut ready = Vec::new();
    for response in batch {
        match response.message {
            Some(v1::collect_response::Message::Delivery(delivery)) => match verify(node, delivery).await? {
                Ok(opened) => ready.push(Ready::Envelope(Box::new(opened))),
                Err(refused) => done.say.extend(refused.map(v1::collect_request::Message::Refusal)),
            },
            Some(v1::collect_response::Message::Tombstone(signed)) => {
                let opened = Tombstone::open(&signed, &node.region_keys().mail_key, node.region());
                ready.extend(opened.ok().map(|stone| Ready::Tombstone(Box::new(stone))));
            }
            Some(v1::collect_response::Message::Event(event)) => ready.push(Ready::Event(Box::new(event))),
            Some(v1::collect_response::Message::CaughtUp(_)) => done.caught_up = true,
            None => {}
        }
    }
    if !ready.is_empty() {
        catch_up(node, &ready).await?;
        done.say.extend(commit(node, ready).await?);
    }
    Ok(done)
}

/// Checks signature, seal and receipt. The inner error is the signed refusal for the hub, or
/// nothing when the hub itself is at fault.
async fn verify(node: &Node, delivery: v1::Delivery) -> Result<Result<Opened, Option<v1::Signed>>, Refusal> {
    let Some(envelope) = delivery.envelope.and_then(|raw| Envelope::parse(raw).ok()) else {
        return Ok(Err(None));
    };
    let hash = envelope.hash();
    let proof = delivery.receipt.as_ref().map(HubReceipt::parse).and_then(Result::ok);
    let Some(proof) = proof.filter(|proof| proof.verify(&hash, &node.region_keys().log).is_ok()) else {
        alarm(node, &hash, "an envelope was handed out without proof that the log has it").await?;
        return Ok(Err(None));
    };
    let Ok(key) = signer(node, envelope.header()).await? else {
        return Ok(Err(Some(unverifiable(node, hash))));
    };
    let ours = envelope.header().recipient == *node.id();
    let Some(verified) = envelope.verify(&key, node.region()).ok().filter(|_| ours) else {
        return Ok(Err(Some(unverifiable(node, hash))));
    };
    let Ok(content) = open(&verified, node.keys().sealing()) else {
        unreadable(node, verified.envelope().header()).await?;
        return Ok(Err(Some(unverifiable(node, hash))));
    };
    let envelope = verified.envelope().clone();
    Ok(Ok(Opened { envelope, content, checkpoint: proof.proof.checkpoint, leaf_index: proof.proof.leaf_index }))
}

/// The sender's pinned key. A key not known yet may be in a part of the directory that this
/// node has not seen: it looks before it refuses.
pub(super) async fn signer(
    node: &Node,
    header: &Header,
) -> Result<Result<wiez_proto::envelope::VerifyingKey, ()>, Refusal> {
    if let Some(key) = node.directory().signer(&header.sender, &header.sender_key) {
        return Ok(Ok(*key));
    }
    node.refresh_log().await?;
    Ok(node.directory().signer(&header.sender, &header.sender_key).copied().ok_or(()))
}

fn unverifiable(node: &Node, hash: Hash) -> v1::Signed {
    let refused = Refused {
        envelope_hash: hash,
        reason: Reason::Unverifiable,
        party: node.id().to_string(),
        at_ms: node.env().now_ms(),
    };
    refused.sign(node.signing(), node.region())
}

/// What is signed and cannot be opened rings by its class: it may be a duty.
async fn unreadable(node: &Node, header: &Header) -> Result<(), Refusal> {
    let bell = Bell {
        direction: Direction::In,
        peer: &header.sender,
        kind: None,
        class: Some(header.class),
        message_id: header.message_id,
        number: None,
    };
    let mut tx = node.store().begin("inbox.unreadable").await?;
    duty_refused(node, &mut tx, bell, &Refusal::new(Reason::Unverifiable), node.env().now_ms()).await?;
    tx.commit().await
}

async fn alarm(node: &Node, hash: &Hash, detail: &str) -> Result<(), Refusal> {
    let mut tx = node.store().begin("inbox.alarm").await?;
    Alarm::now(node.env(), Reason::Unverifiable, &hash.to_string(), detail).raise(&mut tx).await?;
    tx.commit().await
}

/// Mirrors the log first when a consent's edge or a tombstone's proof is not in the part that
/// this node has verified.
async fn catch_up(node: &Node, ready: &[Ready]) -> Result<(), Refusal> {
    let mut view = node.store().view("inbox.edges").await?;
    let log = node.log_view();
    let mut behind = false;
    for item in ready {
        behind |= match item {
            Ready::Envelope(opened) => match opened.envelope.header().handle {
                Some(handle) => mirror::edge(&mut view, &handle).await?.is_none() && !log.covers(opened.leaf_index),
                None => false,
            },
            Ready::Tombstone(stone) => {
                let header = Header::parse(&stone.parts.header);
                stone.proof.as_ref().is_some_and(|(_, leaf)| !log.covers(*leaf))
                    || header.is_ok_and(|told| node.directory().signer(&told.sender, &told.sender_key).is_none())
            }
            Ready::Event(_) => false,
        };
    }
    drop(view);
    if behind { node.refresh_log().await } else { Ok(()) }
}

/// What one transaction has seen so far, beside the database.
#[derive(Default)]
struct Batch {
    fresh: BTreeMap<InstitutionId, Vec<New>>,
    again: BTreeSet<i64>,
}

/// An arrival of this batch that still needs its receipt.
struct New {
    arrived: Arrived,
    outcome: Outcome,
    unknown_prev: bool,
    forked_prev: bool,
}

async fn commit(node: &Node, ready: Vec<Ready>) -> Result<Vec<v1::collect_request::Message>, Refusal> {
    let mut tx = node.store().begin("inbox.take").await?;
    let mut batch = Batch::default();
    let mut shown: BTreeSet<String> = BTreeSet::new();
    for item in ready {
        match item {
            Ready::Envelope(opened) => {
                shown.insert(opened.checkpoint.clone());
                shown.insert(opened.content.checkpoint.clone());
                envelope(node, &mut tx, &mut batch, *opened).await?;
            }
            Ready::Tombstone(stone) => stone_arrived(node, &mut tx, &mut batch, &stone).await?,
            Ready::Event(event) => events::apply(node, &mut tx, &event).await?,
        }
    }
    let mut view = None;
    for text in shown.iter().filter(|text| !text.is_empty()) {
        if let Some(newer) = see_checkpoint(&mut tx, node.env(), &node.region_keys().log, text).await? {
            view = Some(newer);
        }
    }
    let receipts = sign(node, &mut tx, batch).await?;
    tx.commit().await?;
    if let Some(view) = view {
        node.set_log(view);
    }
    Ok(receipts.into_iter().map(v1::collect_request::Message::Receipt).collect())
}

/// Asks the inbox, counting what came earlier in this batch.
async fn judged(
    node: &Node,
    tx: &mut Tx,
    batch: &Batch,
    arrived: &Arrived,
    tombstone: bool,
) -> Result<Option<Verdict>, Refusal> {
    let mut known: Known = table::known(tx, arrived).await?;
    for earlier in batch.fresh.get(&arrived.sender).into_iter().flatten().map(|new| &new.arrived) {
        if earlier.hash == arrived.hash {
            return Ok(None);
        }
        known.same_id |= earlier.message_id == arrived.message_id;
        known.prev_seen |= earlier.hash == arrived.prev;
        known.same_prev |= earlier.prev == arrived.prev;
    }
    Ok(Some(judge(arrived, &known, tombstone, node.log_view().node_time(node.env().now_ms()))))
}

async fn envelope(node: &Node, tx: &mut Tx, batch: &mut Batch, opened: Opened) -> Result<(), Refusal> {
    let header = opened.envelope.header();
    let arrived = Arrived::of(header, opened.envelope.hash());
    let (unknown_prev, forked_prev, reused_id) = match judged(node, tx, batch, &arrived, false).await? {
        Some(Verdict::New { unknown_prev, forked_prev, reused_id }) => (unknown_prev, forked_prev, reused_id),
        Some(Verdict::Repeated(receipt)) => {
            batch.again.insert(receipt);
            return Ok(());
        }
        Some(Verdict::Late) => {
            tracing::warn!(sender = %arrived.sender, "an envelope came after its time and is left to the hub");
            return Ok(());
        }
        None => return Ok(()),
    };
    let outcome = admit(node, tx, &opened, &arrived, reused_id).await?;
    let new = New { arrived, outcome, unknown_prev, forked_prev };
    batch.fresh.entry(new.arrived.sender.clone()).or_default().push(new);
    Ok(())
}

/// The recipient's gate, first step: into the casework or into quarantine.
async fn admit(
    node: &Node,
    tx: &mut Tx,
    opened: &Opened,
    arrived: &Arrived,
    reused_id: bool,
) -> Result<Outcome, Refusal> {
    let now = node.env().now_ms();
    let header = opened.envelope.header();
    let parsed = Message::parse(header, opened.content.clone());
    let judged = match &parsed {
        _ if reused_id => Err(Refusal::new(Reason::IdReused)),
        Ok(message) => casework::admit(node, tx, message.clone(), header.created_ms).await,
        Err(refusal) => Err(refusal.clone()),
    };
    let refusal = match judged {
        Ok(admitted) => {
            let arrival = Arrival { envelope_hash: arrived.hash, received_ms: now, leaf_index: opened.leaf_index };
            casework::receive(node, tx, &admitted, &arrival).await?;
            return Ok(Outcome::Taken);
        }
        Err(refusal) => refusal,
    };
    if matches!(refusal.reason, Reason::Internal | Reason::DiskFull) {
        // This node's own trouble is no reason to turn a message away.
        return Err(refusal);
    }
    tracing::info!(reason = %refusal.reason, sender = %arrived.sender, "the gate did not take an envelope");
    quarantine::keep(tx, arrived, &opened.envelope, refusal.reason, now).await?;
    let bell = Bell {
        direction: Direction::In,
        peer: &header.sender,
        kind: parsed.as_ref().ok().map(|message| message.kind),
        class: Some(header.class),
        message_id: header.message_id,
        number: None,
    };
    duty_refused(node, tx, bell, &refusal, now).await?;
    let answer = casework::gate_refusal(node, tx, header, parsed.as_ref().ok(), arrived.hash, &refusal).await?;
    if let Some(cleared) = answer {
        crate::outbox::enqueue(node, tx, &cleared).await?;
    }
    Ok(Outcome::Quarantined)
}

async fn stone_arrived(node: &Node, tx: &mut Tx, batch: &mut Batch, stone: &Tombstone) -> Result<(), Refusal> {
    let Some(arrived) = tombstone::check(node, tx, stone).await? else { return Ok(()) };
    match judged(node, tx, batch, &arrived, true).await? {
        Some(Verdict::New { unknown_prev, forked_prev, .. }) => {
            let new = New { arrived, outcome: Outcome::Tombstone, unknown_prev, forked_prev };
            batch.fresh.entry(new.arrived.sender.clone()).or_default().push(new);
        }
        Some(Verdict::Repeated(receipt)) => {
            batch.again.insert(receipt);
        }
        Some(Verdict::Late) | None => {}
    }
    Ok(())
}

/// Signs one receipt for each sender and 64 envelopes, in the transaction that stored them.
async fn sign(node: &Node, tx: &mut Tx, batch: Batch) -> Result<Vec<v1::Signed>, Refusal> {
    let now = node.env().now_ms();
    let log = node.log_view();
    let mut receipts = Vec::new();
    for id in batch.again {
        receipts.push(table::receipt(tx, id).await?);
    }
    for (sender, fresh) in batch.fresh {
        for chunk in fresh.chunks(limits::RECEIPT_MAX_HASHES) {
            let prevs = |of: fn(&New) -> bool| chunk.iter().filter(|new| of(new)).map(|new| new.arrived.prev).collect();
            let hashes = |stones: bool| {
                let which = chunk.iter().filter(|new| (new.outcome == Outcome::Tombstone) == stones);
                which.map(|new| new.arrived.hash).collect()
            };
            let receipt = Receipt {
                recipient: node.id().clone(),
                sender: sender.clone(),
                envelope_hashes: hashes(false),
                tombstone_hashes: hashes(true),
                unknown_prevs: prevs(|new| new.unknown_prev),
                forked_prevs: prevs(|new| new.forked_prev),
                log_size: log.size(),
                log_root: log.root(),
                at_ms: now,
            };
            let signed = receipt.sign(node.signing(), node.region());
            let id = table::put_receipt(tx, &sender, &signed, now).await?;
            for new in chunk {
                table::put(tx, &new.arrived, new.outcome, id, now).await?;
            }
            receipts.push(signed);
        }
    }
    Ok(receipts)
}
