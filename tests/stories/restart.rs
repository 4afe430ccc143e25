//! Every party is restarted, or loses power, at every step of a referral; nothing is lost, nothing is doubled.

use anyhow::{Result, bail};
use wiez_node::casework::{CaseKind, What};
use wiez_proto::vocab::{Outcome, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{bare, ended, field};

use crate::given::{CHILD, region_with_consent};

/// Ends somebody and starts them again.
async fn strike(world: &mut World, whom: &str) -> Result<()> {
    match whom.split_once(' ') {
        Some(("restart", "hub")) => world.restart_hub().await,
        Some(("kill", "hub")) => {
            world.kill_hub().await?;
            world.start_hub().await
        }
        Some(("restart", id)) => world.restart(id).await,
        Some(("kill", id)) => world.crash(id).await,
        _ => bail!("strike whom?"),
    }
}

async fn a_referral_while(strikes: &str, seed: u64) -> Result<()> {
    let (mut world, consent) = region_with_consent(seed).await?;
    strike(&mut world, strikes).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    // Once while the message is on its way, and once after it arrived; so at every step.
    strike(&mut world, strikes).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    strike(&mut world, strikes).await?;
    assert_eq!(field(&world.show("sp3", &theirs).await?, "ID_NAME"), Some("Zofia Wrona"));
    strike(&mut world, strikes).await?;
    world.until_case("ops", &ours, S::Opened).await?;
    for report in [bare(S::Accepted), bare(S::InProgress), ended(S::Completed, Outcome::Reached)] {
        let status = report.status;
        world.decide("sp3", &theirs, report).await?;
        strike(&mut world, strikes).await?;
        world.until_case("ops", &ours, status).await?;
    }
    strike(&mut world, strikes).await?;
    world.withdraw("ops", &consent).await?;
    strike(&mut world, strikes).await?;
    let notice = world.arrived("sp3", CaseKind::Notice, &[]).await?;
    world
        .until("the withdrawal stands in the log", async || {
            Ok(world.consent_shown("ops", &consent).await?.pairs.iter().all(|pair| pair.logged))
        })
        .await?;

    world.settle().await?;
    assert_eq!(world.incoming("sp3", CaseKind::Referral).await?.len(), 1);
    assert_eq!(world.incoming("sp3", CaseKind::Notice).await?.len(), 1, "{notice}");
    let history = world.show("ops", &ours).await?.history;
    let reported = history.iter().filter(|line| line.what == What::Reported).count();
    assert_eq!(reported, 4, "opened, accepted, in progress, completed: each once: {history:?}");
    for id in world.ids() {
        let alarms = world.node(&id)?.alarms().await?;
        assert!(alarms.is_empty(), "{id}: {alarms:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_restarts_at_every_step() -> Result<()> {
    a_referral_while("restart hub", 90).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_drops_everybody_at_every_step() -> Result<()> {
    a_referral_while("kill hub", 91).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_referrers_node_restarts_at_every_step() -> Result<()> {
    a_referral_while("restart ops", 92).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_referrers_node_loses_power_at_every_step() -> Result<()> {
    a_referral_while("kill ops", 93).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_providers_node_restarts_at_every_step() -> Result<()> {
    a_referral_while("restart sp3", 94).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_providers_node_loses_power_at_every_step() -> Result<()> {
    a_referral_while("kill sp3", 95).await
}
