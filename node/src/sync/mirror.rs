//! Mirrors log and directory and notices withdrawals: every ten seconds and on demand.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use wiez_proto::envelope::sha256;
use wiez_proto::grant::{Withdrawal, object_hash};
use wiez_proto::id::{Handle, Hash, InstitutionId};
use wiez_proto::limits;
use wiez_proto::log::mirror::MirrorAlarm;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::{required, v1};

use super::stopping;
use crate::Node;
use crate::casework::{self, News};
use crate::directory::{Directory, take};
use crate::mirror::{Alarm, LogView, raise};
use crate::outbox;
use crate::store::{alarm, control, directory, inbox, meta, mirror as table, outbox as outbox_table, quarantine};

const REVISION: &str = "directory.revision";
/// How often what has expired is erased.
const SWEEP_MS: i64 = 3_600_000;
/// Kept a day longer, because clocks differ.
const SWEEP_GRACE_MS: i64 = 24 * 3_600_000;

/// Mirrors until `stop` turns true. A failure is tried again at the next turn.
pub async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut swept_ms = i64::MIN;
    loop {
        if let Err(refusal) = refresh(&node).await {
            tracing::warn!(%refusal, "log and directory could not be mirrored");
        }
        let now = node.env().now_ms();
        if now.saturating_sub(swept_ms) >= SWEEP_MS {
            swept_ms = now;
            if let Err(refusal) = sweep(&node, now).await {
                tracing::warn!(%refusal, "what has expired could not be erased");
            }
        }
        tokio::select! {
            biased;
            () = stopping(&mut stop) => return,
            () = node.mirror_wake.notified() => {}
            () = node.env().sleep(Duration::from_millis(limits::LEAF_POLL_MS)) => {}
        }
    }
}

/// Fetches and verifies what is new. One refresh runs at a time; whoever waits for it gets a
/// fresh one of their own.
///
/// # Errors
/// `HUB_UNREACHABLE` and its kind, `LOG_INCONSISTENT`, `DISK_FULL`, `INTERNAL`.
pub async fn refresh(node: &Node) -> Result<(), Refusal> {
    let _turn = node.refreshing.lock().await;
    log(node).await?;
    mirror_directory(node).await?;
    withdrawals(node).await?;
    node.set_mirrored();
    Ok(())
}

async fn log(node: &Node) -> Result<(), Refusal> {
    let checkpoint = node.link().log_head().await?;
    let view = node.log_view();
    if checkpoint == view.checkpoint() && view.settled() {
        return Ok(());
    }
    let keys = &node.region_keys().log;
    let wanted = match keys.verify(&checkpoint) {
        Ok(head) => head.size.saturating_sub(view.size()),
        Err(error) => return broken(node, &error.into()).await,
    };
    let raw = leaves(node, view.size(), wanted).await?;
    let mut tx = node.store().begin("log.mirror").await?;
    let (mut mirror, _) = table::load(&mut tx).await?;
    match mirror.advance(&raw, &checkpoint, keys, node.env().now_ms()) {
        Ok(advanced) => {
            table::add(&mut tx, &advanced, &raw).await?;
            let version = table::save(&mut tx, &mirror).await?;
            let view = LogView::new(mirror, version, alarm::log_broken(&mut tx).await?);
            tx.commit().await?;
            node.set_log(view);
            Ok(())
        }
        Err(alarm) => {
            drop(tx);
            broken(node, &alarm).await
        }
    }
}

async fn leaves(node: &Node, first: u64, wanted: u64) -> Result<Vec<Vec<u8>>, Refusal> {
    let mut raw: Vec<Vec<u8>> = Vec::new();
    let page = u64::try_from(limits::LEAVES_PER_PAGE).unwrap_or(u64::MAX);
    let mut missing = wanted;
    while missing > 0 {
        let count = u32::try_from(missing.min(page)).unwrap_or(u32::MAX);
        let got = node.link().log_leaves(first + (wanted - missing), count).await?.leaves;
        let new = u64::try_from(got.len()).unwrap_or(u64::MAX);
        if new == 0 || new > missing {
            // The hub signed a head and does not hand out what is under it.
            return Err(Refusal::new(Reason::Range));
        }
        missing -= new;
        raw.extend(got.iter().map(|leaf| leaf.to_vec()));
    }
    Ok(raw)
}

async fn broken(node: &Node, found: &MirrorAlarm) -> Result<(), Refusal> {
    let mut tx = node.store().begin("log.alarm").await?;
    raise(&mut tx, node.env(), found).await?;
    let (mirror, _) = table::load(&mut tx).await?;
    let version = table::save(&mut tx, &mirror).await?;
    let view = LogView::new(mirror, version, alarm::log_broken(&mut tx).await?);
    tx.commit().await?;
    node.set_log(view);
    Err(Refusal::new(Reason::LogInconsistent))
}

async fn mirror_directory(node: &Node) -> Result<(), Refusal> {
    let mut after = meta::number(&mut *node.store().view("directory.revision").await?, REVISION).await?;
    loop {
        let page = node.link().directory(after).await?;
        let region = required("region", page.region.as_ref())?;
        let keys = wiez_proto::directory::RegionKeys::open(region, &node.region().fingerprint)?;
        if keys.log != node.region_keys().log || keys.mail_key != node.region_keys().mail_key {
            return Err(Refusal::new(Reason::HubIdentity));
        }
        let Some(last) = page.items.last() else { return Ok(()) };
        let (revision, leaf) = (last.revision, page.items.iter().map(|item| item.leaf_index).max().unwrap_or(0));
        if revision <= after {
            return Err(Refusal::new(Reason::Malformed));
        }
        if !node.log_view().covers(leaf) {
            // Younger than the head fetched before it.
            log(node).await?;
        }
        if !node.log_view().covers(leaf) {
            return Err(Refusal::new(Reason::LogInconsistent).with("institution", "directory"));
        }
        let mut tx = node.store().begin("directory.mirror").await?;
        for item in &page.items {
            take(&mut tx, node.env(), node.region_keys(), item).await?;
        }
        meta::put_number(&mut tx, REVISION, revision).await?;
        let known = Directory::of(directory::all(&mut tx).await?);
        tx.commit().await?;
        node.set_directory(known);
        node.wake_push();
        after = revision;
        if page.complete {
            return Ok(());
        }
    }
}

/// A withdrawal whose object was asked for.
struct Found {
    handle: Handle,
    handle_hash: [u8; 32],
    good: Option<(v1::Signed, InstitutionId, i64)>,
}

async fn withdrawals(node: &Node) -> Result<(), Refusal> {
    let untold = table::untold(&mut *node.store().view("mirror.untold").await?).await?;
    for (handle, leaf) in untold {
        let fetched = node.link().fetch_withdrawal(v1::FetchWithdrawalRequest { handle: handle.wire() }).await;
        let signed = match fetched {
            Ok(response) => response.withdrawal,
            Err(refusal) if refusal.reason == Reason::NotFound => None,
            // The leaf closes the edge already; the object is asked for again.
            Err(refusal) => return Err(refusal),
        };
        let good = match signed {
            Some(signed) => verify(node, &handle, &leaf, &signed).await?.map(|(party, at_ms)| (signed, party, at_ms)),
            None => None,
        };
        close(node, &Found { handle, handle_hash: sha256(&[handle.bytes()]), good }).await?;
    }
    Ok(())
}

/// Whether the object is what the leaf names and one of the two parties signed it for this grant.
async fn verify(
    node: &Node,
    handle: &Handle,
    leaf: &Hash,
    signed: &v1::Signed,
) -> Result<Option<(InstitutionId, i64)>, Refusal> {
    let mut view = node.store().view("mirror.verify").await?;
    let Some((grant_hash, parties)) = control::parties(&mut view, &sha256(&[handle.bytes()])).await? else {
        return Ok(None);
    };
    let Ok(claimed) = Withdrawal::parse(&signed.content) else { return Ok(None) };
    let directory = node.directory();
    let ours = node.signing().public();
    let key = if claimed.party == *node.id() {
        Some(&ours)
    } else {
        directory.get(&claimed.party).map(|peer| &peer.entry.signing_key)
    };
    let holds = key.is_some_and(|key| Withdrawal::open(signed, key, node.region()).is_ok())
        && object_hash(signed) == *leaf
        && parties.contains(&claimed.party)
        && claimed.handles.contains(handle)
        && claimed.grant_hash == grant_hash;
    Ok(holds.then_some((claimed.party, claimed.at_ms)))
}

/// Closes an edge here: what waits under it is stopped, the casework hears of it.
async fn close(node: &Node, found: &Found) -> Result<(), Refusal> {
    let now = node.env().now_ms();
    let mut tx = node.store().begin("mirror.withdrawal").await?;
    let good = found.good.as_ref().map(|(signed, party, at_ms)| (signed, party, *at_ms));
    table::told(&mut tx, &found.handle_hash, good).await?;
    if good.is_none() {
        let subject = wiez_proto::id::hex(&found.handle_hash);
        Alarm::now(node.env(), Reason::Unverifiable, &subject, "withdrawal leaf without a valid signed object")
            .raise(&mut tx)
            .await?;
    }
    let waiting = outbox::stop(&mut tx, &[found.handle], now).await?;
    casework::stopped(node, &mut tx, &waiting, now).await?;
    let at_ms = good.map_or(now, |(_, _, at_ms)| at_ms);
    casework::told(node, &mut tx, &News::WithdrawalSeen { handle: found.handle, at_ms }).await?;
    tx.commit().await
}

async fn sweep(node: &Node, now_ms: i64) -> Result<(), Refusal> {
    let mut tx = node.store().begin("node.sweep").await?;
    inbox::sweep(&mut tx, now_ms.saturating_sub(SWEEP_GRACE_MS)).await?;
    quarantine::sweep(&mut tx, now_ms).await?;
    // Also while the hub is away: whoever waits for an answer must hear that none will come.
    for mut item in outbox_table::queued_until(&mut tx, now_ms.saturating_add(limits::TTL_MIN_MS)).await? {
        if item.expire(now_ms) {
            outbox_table::save(&mut tx, &item, now_ms).await?;
            let news = News::Expired { message_id: item.message_id, at_ms: now_ms };
            casework::told(node, &mut tx, &news).await?;
        }
    }
    tx.commit().await?;
    node.store().truncate_wal().await
}
