//! Disks that are full and disks that fail: no "accepted" is ever a lie.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result};
use wiez_proto::id::Hash;
use wiez_proto::limits;
use wiez_proto::log::verify::verify_export;
use wiez_proto::vocab::{Category as C, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::named;
use wiez_tests::tasks::within;

use crate::hub_process::Region;
use crate::kill::{Pile, collect_all};

const GIVE: &[C] = &[C::IdName, C::PlanTasks];
const CHILD: &[(C, &str)] = &[(C::IdName, "Zofia Wrona")];

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_deposits_wait_while_withdrawals_and_receipts_still_pass() -> Result<()> {
    let mut world = World::small(200).await?;
    let consent = world.consent("ops", &[named("sp3").give(GIVE)]).await?;
    let other = world.consent("ops", &[named("pcpr").give(GIVE)]).await?;
    let earlier = world.refer("ops", "pcpr", &other, CHILD).await?;
    world.until_case("ops", &earlier, S::Delivered).await?;
    world.settle().await?;

    // Nothing on this machine has so much free space.
    world.hub_config.disk.reserve_bytes = u64::MAX;
    world.restart_hub().await?;
    let waiting = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.withdraw("ops", &other).await?;
    world
        .until("the withdrawal is in the log although the disk is full", async || {
            Ok(world.consent_shown("ops", &other).await?.pairs.iter().all(|pair| pair.logged))
        })
        .await?;
    assert_eq!(world.case("ops", &waiting).await?.status, S::Queued, "kept at the sender, not refused for good");

    world.hub_config.disk.reserve_bytes = limits::DISK_RESERVE_BYTES;
    world.restart_hub().await?;
    world.until_case("ops", &waiting, S::Delivered).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_ends_the_hub_and_nothing_that_it_said_was_false() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut region = Region::new(folder.path()).await?;
    let (mut ops, mut poz) = (region.join("ops", "OPS").await?, region.join("poz", "POZ").await?);
    let session = ops.connect().await?;
    let mut pile = Pile::sealed(&ops, &poz, &session, 1_200).await?;
    region.kill()?;
    // From here on no file may grow beyond this: the write fails in the middle of a batch.
    region.start(Some(region.largest_file()? + 600 * 1024)).await?;
    ops.place.dial = region.address;
    let session = ops.connect().await?;
    within(Duration::from_secs(60), pile.deposit(&session)).await.context("the stream goes on")??;
    assert!(!pile.complete(), "the limit was too high to test anything");
    let status = region.end().await?;
    assert_eq!(status.code(), Some(70), "it ends by itself, for good, and says so");

    region.start(None).await?;
    (ops.place.dial, poz.place.dial) = (region.address, region.address);
    let said: BTreeSet<Hash> = pile.receipts.keys().copied().collect();
    assert!(!said.is_empty(), "the limit was too low to test anything");
    let session = ops.connect().await?;
    pile.verify(&region)?;
    let handed = collect_all(&poz, &ops, &poz.connect().await?).await?;
    assert!(said.iter().all(|hash| handed.get(hash) == Some(&1)), "something accepted is missing");
    // The same bytes again: old receipts for what was there, new ones for the rest.
    pile.finish(&session).await?;
    pile.verify(&region)?;
    region.kill()?;
    verify_export(region.export().await?.as_slice(), Some(&region.keys()?.region_keys.log))?;
    Ok(())
}
