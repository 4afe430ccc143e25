//! Cables that break at every byte, hold everything, or let it through drop by drop.

use anyhow::Result;
use wiez_node::casework::CaseKind;
use wiez_proto::vocab::ReferralStatus as S;
use wiez_tests::acts::field;
use wiez_tests::network::Flow;

use crate::given::{CHILD, region_with_consent};

#[tokio::test(flavor = "multi_thread")]
async fn wherever_the_cable_breaks_every_referral_arrives_exactly_once() -> Result<()> {
    let (world, consent) = region_with_consent(80).await?;
    world.settle().await?;
    let mut sent = vec![];
    for (round, bytes) in [0, 1, 60, 700, 1_500, 4_000, 6_000, 9_000, 14_000].into_iter().enumerate() {
        // Odd rounds break the recipient's cable, on which the receipts travel.
        let broken = if round % 2 == 0 { "ops" } else { "sp3" };
        world.party(broken)?.wire.cut_after(bytes);
        if round % 3 == 0 {
            world.party(broken)?.wire.blink();
        }
        sent.push(world.refer("ops", "sp3", &consent, CHILD).await?);
        world.pass(std::time::Duration::from_secs(5)).await;
        world.heal(broken)?;
    }
    for case in &sent {
        world.until_case("ops", case, S::Delivered).await?;
    }
    world.settle().await?;
    assert_eq!(world.incoming("sp3", CaseKind::Referral).await?.len(), sent.len());
    assert!(world.node("ops")?.alarms().await?.is_empty() && world.node("sp3")?.alarms().await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cable_that_carries_nothing_and_says_nothing_is_noticed_and_recovered_from() -> Result<()> {
    let (world, consent) = region_with_consent(81).await?;
    world.settle().await?;
    // The socket stays open; only the pings of HTTP/2 can tell.
    world.party("ops")?.wire.up(Flow::Held);
    world.party("ops")?.wire.down(Flow::Held);
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.pass(std::time::Duration::from_secs(600)).await;
    assert_eq!(world.case("ops", &ours).await?.status, S::Queued);
    world.heal("ops")?;
    world.until_case("ops", &ours, S::Delivered).await?;
    assert_eq!(world.incoming("sp3", CaseKind::Referral).await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_very_slow_cable_still_delivers() -> Result<()> {
    let (world, consent) = region_with_consent(82).await?;
    world.settle().await?;
    world.party("ops")?.wire.up(Flow::Trickle(64));
    world.party("sp3")?.wire.down(Flow::Trickle(64));
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &ours, S::Delivered).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    assert_eq!(field(&world.show("sp3", &theirs).await?, "ID_NAME"), Some("Zofia Wrona"));
    Ok(())
}
