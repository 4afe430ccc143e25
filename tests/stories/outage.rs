//! The hub is away for a day, for a month, or just for the moment in which everybody writes.

use std::time::Duration;

use anyhow::Result;
use wiez_node::casework::{CaseKind, What};
use wiez_proto::log::leaf::Leaf;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Outcome, ReferralStatus as S};
use wiez_proto::wire::v1;
use wiez_tests::World;
use wiez_tests::acts::{bare, ended, field, message, named};

use crate::given::{CHILD, GIVE, region_with_consent};

async fn leaves(world: &World, from: u64) -> Result<Vec<Leaf>> {
    let page = world.hub()?.leaves(v1::LeavesRequest { first: from, count: 1000 }).await?;
    Ok(page.leaves.iter().map(|leaf| Leaf::decode(leaf)).collect::<Result<_, _>>()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_without_hub_withdrawals_go_first_and_everything_arrives_once_and_in_order() -> Result<()> {
    let (mut world, consent) = region_with_consent(70).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.until_case("ops", &ours, S::Delivered).await?;
    let withdrawn_later = world.consent("ops", &[named("sp3").give(GIVE)]).await?;
    world.settle().await?;
    let size = world.node("ops")?.log_view().size();

    world.stop_hub().await?;
    let nine = world.refer("ops", "sp3", &withdrawn_later, CHILD).await?;
    world.pass(Duration::from_secs(3600)).await;
    world.withdraw("ops", &withdrawn_later).await?;
    let mut to_pcpr = vec![];
    for _ in 0..8 {
        to_pcpr.push(world.refer("ops", "pcpr", &consent, CHILD).await?);
    }
    for report in [bare(S::Accepted), bare(S::InProgress), ended(S::Completed, Outcome::Partly)] {
        world.decide("sp3", &theirs, report).await?;
    }
    world.pass(Duration::from_secs(23 * 3600)).await;
    assert_eq!(world.case("ops", &to_pcpr[0]).await?.status, S::Queued);

    world.start_hub().await?;
    world.until_case("ops", &ours, S::Completed).await?;
    for case in &to_pcpr {
        world.until_case("ops", case, S::Delivered).await?;
    }
    world.settle().await?;

    // 09:00 written, 10:00 withdrawn: it never left.
    assert_eq!(world.case("ops", &nine).await?.status, S::CancelledConsent);
    // Sealed or not when the hub went away, the hub never took it.
    let state = message(&world.show("ops", &nine).await?, "REFERRAL")?.state.clone();
    assert!(["STOPPED", "BLOCKED"].contains(&state.as_str()), "{state}");
    assert_eq!(world.hub()?.status().await?.mail_ended, 0);
    assert_eq!(world.incoming("sp3", CaseKind::Referral).await?.len(), 1);
    // Before the first envelope of the OPS the hub had heard of the withdrawal.
    let after = leaves(&world, size).await?;
    let place = |wanted: fn(&Leaf) -> bool| after.iter().position(wanted);
    let withdrawal = place(|leaf| matches!(leaf, Leaf::Withdrawal { .. }));
    assert!(withdrawal.is_some(), "{after:?}");
    // Exactly once, and one conversation in its order.
    assert_eq!(world.incoming("pcpr", CaseKind::Referral).await?.len(), to_pcpr.len());
    let history = world.show("ops", &ours).await?.history;
    let reported: Vec<&str> = history
        .iter()
        .filter(|line| line.what == What::Reported)
        .filter_map(|line| line.details.get("status").map(String::as_str))
        .filter(|status| *status != "OPENED")
        .collect();
    assert_eq!(reported, ["ACCEPTED", "IN_PROGRESS", "COMPLETED"]);
    for id in ["ops", "sp3", "pcpr"] {
        assert!(world.node(id)?.alarms().await?.is_empty(), "{id}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_hub_never_took_in_its_whole_life_expires_and_the_sender_is_told() -> Result<()> {
    let (mut world, consent) = region_with_consent(71).await?;
    world.settle().await?;
    world.stop_hub().await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.pass(Duration::from_secs(31 * 24 * 3600)).await;
    world.start_hub().await?;
    world.until_case("ops", &ours, S::Expired).await?;
    let told = world.show("ops", &ours).await?;
    assert_eq!(told.problem.map(|problem| problem.reason), Some(Reason::Expired));
    assert!(told.line.ours);
    world.settle().await?;
    assert!(world.incoming("sp3", CaseKind::Referral).await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_collects_in_its_whole_life_expires_at_the_hub_and_the_sender_is_told() -> Result<()> {
    let (mut world, consent) = region_with_consent(72).await?;
    world.settle().await?;
    world.take_down("sp3").await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &ours, S::Sent).await?;
    world.pass(Duration::from_secs(31 * 24 * 3600)).await;
    world.until_case("ops", &ours, S::Expired).await?;
    assert_eq!(world.hub()?.status().await?.mail_stored, 0);
    world.bring_up("sp3").await?;
    world.sync("sp3").await?;
    assert!(world.incoming("sp3", CaseKind::Referral).await?.is_empty());
    assert!(world.node("sp3")?.alarms().await?.is_empty(), "the tombstone explains the gap");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_people_go_on_composing_recording_and_reading() -> Result<()> {
    let (world, consent) = region_with_consent(73).await?;
    world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.show("sp3", &theirs).await?;
    world.cut("ops")?;
    world.cut("sp3")?;
    let new = world.consent("ops", &[named("pcpr").give(GIVE)]).await?;
    let queued = world.refer("ops", "pcpr", &new, CHILD).await?;
    assert_eq!(world.case("ops", &queued).await?.status, S::Queued);
    world.accept("sp3", &theirs).await?;
    assert_eq!(field(&world.show("sp3", &theirs).await?, "ID_NAME"), Some("Zofia Wrona"));
    world.heal("ops")?;
    world.heal("sp3")?;
    world.until_case("ops", &queued, S::Delivered).await
}
