//! Takes the hub's answers to deposits: receipts are verified and stored, refusals acted upon.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::receipt::{HubReceipt, Refused};
use wiez_proto::refusal::{Reason, Refusal, Retry};
use wiez_proto::wire::{required, v1};

use super::heads::save;
use crate::Node;
use crate::casework::{self, News};
use crate::gate;
use crate::mirror::Alarm;
use crate::outbox::{Channel, Fate};
use crate::store::{Tx, outbox as table};

/// How often something that a fresh seal should cure may fail before a person hears of it.
const PATIENCE: u32 = 5;

/// The channels that a batch of answers touches: as they were and as they are.
type Touched = BTreeMap<InstitutionId, (Channel, Channel)>;

/// Applies answers in their order, in one transaction.
///
/// # Errors
/// `UNVERIFIABLE` for a receipt that proves nothing: the connection is given up and the same
/// bytes are offered again. `DISK_FULL`, `INTERNAL`.
pub(super) async fn apply(node: &Node, answers: &[v1::DepositResponse]) -> Result<(), Refusal> {
    let now = node.env().now_ms();
    let mut touched = Touched::new();
    let mut tx = node.store().begin("outbox.answers").await?;
    for answer in answers {
        let hash = Hash::parse(&answer.envelope_hash)?;
        let Some(item) = table::by_hash(&mut tx, &hash).await? else {
            // Its bytes were given up meanwhile.
            continue;
        };
        let channel = load(&mut tx, &mut touched, item.recipient).await?;
        match required("outcome", answer.outcome.as_ref())? {
            v1::deposit_response::Outcome::Accepted(receipt) => {
                if !accepted(node, &mut tx, channel, hash, receipt).await? {
                    tx.commit().await?;
                    return Err(Refusal::new(Reason::Unverifiable));
                }
            }
            v1::deposit_response::Outcome::Refused(refused) => {
                self::refused(node, &mut tx, channel, hash, refused).await?
            }
        }
    }
    for (before, after) in touched.values() {
        save(&mut tx, before, after, now).await?;
    }
    tx.commit().await
}

async fn load<'a>(tx: &mut Tx, touched: &'a mut Touched, recipient: InstitutionId) -> Result<&'a mut Channel, Refusal> {
    match touched.entry(recipient) {
        Entry::Occupied(known) => Ok(&mut known.into_mut().1),
        Entry::Vacant(new) => {
            let epochs = table::epochs_max(tx).await?;
            let channel = table::channel(tx, new.key(), epochs).await?;
            Ok(&mut new.insert((channel.clone(), channel)).1)
        }
    }
}

/// False when the receipt does not prove acceptance; an alarm is raised then.
async fn accepted(
    node: &Node,
    tx: &mut Tx,
    channel: &mut Channel,
    hash: Hash,
    raw: &v1::HubReceipt,
) -> Result<bool, Refusal> {
    let proved =
        HubReceipt::parse(raw).and_then(|receipt| receipt.verify(&hash, &node.region_keys().log).map(|_| receipt));
    let Ok(receipt) = proved else {
        let subject = hash.to_string();
        Alarm::now(node.env(), Reason::Unverifiable, &subject, "the hub's receipt proves nothing").raise(tx).await?;
        return Ok(false);
    };
    if let Some(item) = channel.accepted(hash) {
        let message_id = item.message_id;
        table::put_hub_receipt(tx, message_id, raw).await?;
        casework::told(node, tx, &News::Accepted { message_id, at_ms: receipt.accepted_ms }).await?;
    }
    Ok(true)
}

async fn refused(
    node: &Node,
    tx: &mut Tx,
    channel: &mut Channel,
    hash: Hash,
    raw: &v1::DepositRefusal,
) -> Result<(), Refusal> {
    let reason = Reason::parse(&raw.reason).unwrap_or(Reason::Internal);
    let mut refusal =
        raw.details.iter().take(16).fold(Refusal::new(reason), |told, (key, value)| told.with(key, value));
    refusal.retry_after_ms = u64::try_from(raw.retry_after_ms).ok().filter(|ms| *ms > 0);
    let attested = raw.r#final.as_ref().is_some_and(|signed| {
        let opened = Refused::open(signed, &node.region_keys().mail_key, node.region());
        opened.is_ok_and(|refused| refused.envelope_hash == hash && refused.reason == reason)
    });
    tracing::info!(%reason, recipient = %channel.recipient, attested, "the hub refused an envelope");
    if matches!(reason, Reason::KeyUnknown | Reason::RecipientUnknown | Reason::RecipientRevoked) {
        node.mirror_wake.notify_one();
    }
    let at_ms = node.env().now_ms();
    let Some((item, fate)) = channel.refused(hash, &refusal, attested, node.env()) else { return Ok(()) };
    let (message_id, lawful, attempts) = (item.message_id, gate::lawful(item.class), item.attempts);
    match fate {
        Fate::Ended => casework::told(node, tx, &News::Refused { message_id, refusal, at_ms }).await,
        // Somebody may have to reach for the telephone meanwhile, also where the hub says no again and again.
        Fate::Again if lawful && (reason.retry() == Retry::Later || attempts >= PATIENCE) => {
            casework::told(node, tx, &News::Waits { message_id, refusal, at_ms }).await
        }
        Fate::Again => Ok(()),
    }
}
