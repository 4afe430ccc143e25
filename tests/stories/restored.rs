//! A node comes back from an old copy of its folder: it signs no number twice and nothing is delivered twice.

use anyhow::Result;
use wiez_node::casework::CaseKind;
use wiez_proto::vocab::ReferralStatus as S;

use crate::given::{CHILD, region_with_consent};

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_node_begins_a_new_epoch_above_everything_that_the_hub_shows() -> Result<()> {
    let (mut world, consent) = region_with_consent(100).await?;
    let first = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &first, S::Delivered).await?;
    world.settle().await?;
    world.take_down("ops").await?;
    let copy = world.party("ops")?.backup()?;
    world.bring_up("ops").await?;
    let forgotten = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &forgotten, S::Delivered).await?;

    world.take_down("ops").await?;
    world.party("ops")?.restore(&copy)?;
    world.bring_up("ops").await?;
    let third = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &third, S::Delivered).await?;
    world.settle().await?;
    assert_eq!(world.incoming("sp3", CaseKind::Referral).await?.len(), 3);
    world.stop_hub().await?;
    let mut operator = world.operator().await?;
    let (epoch, seq) = operator.channel("ops", "sp3").await?;
    assert!(epoch == 2 && seq >= 1, "epoch {epoch}, seq {seq}");
    operator.leave().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_restored_from_a_copy_takes_again_what_it_had_not_acknowledged_and_nothing_else() -> Result<()> {
    let (mut world, consent) = region_with_consent(101).await?;
    let first = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &first, S::Delivered).await?;
    world.settle().await?;
    world.take_down("sp3").await?;
    let copy = world.party("sp3")?.backup()?;
    let second = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &second, S::Sent).await?;
    world.party("sp3")?.restore(&copy)?;
    world.bring_up("sp3").await?;
    world.until_case("ops", &second, S::Delivered).await?;
    assert_eq!(world.incoming("sp3", CaseKind::Referral).await?.len(), 2);
    Ok(())
}
