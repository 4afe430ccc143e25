//! Institutions that the region suspends or expels.

use anyhow::Result;
use wiez_node::casework::CaseKind;
use wiez_proto::directory::Standing;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{DeclineReason, ReferralStatus as S};
use wiez_tests::acts::{declined, field, reason};

use crate::given::{CHILD, region_with_consent};

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_institution_is_cut_off_in_mid_stream_and_its_mail_is_held() -> Result<()> {
    let (world, consent) = region_with_consent(40).await?;
    world.set_standing("sp3", Standing::Suspended).await?;
    world
        .until("the school's streams have ended", async || {
            Ok(world.node("sp3")?.transport_status().await?.trouble == Some(Reason::Suspended))
        })
        .await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &ours, S::Sent).await?;
    assert_eq!(world.hub()?.status().await?.mail_stored, 1, "held, not lost");
    assert!(world.incoming("sp3", CaseKind::Referral).await?.is_empty());

    world.set_standing("sp3", Standing::Active).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    assert_eq!(field(&world.show("sp3", &theirs).await?, "ID_NAME"), Some("Zofia Wrona"));
    world.until_case("ops", &ours, S::Opened).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_institution_gets_nothing_more_and_senders_are_told() -> Result<()> {
    let (mut world, consent) = region_with_consent(41).await?;
    world.take_down("sp3").await?;
    let waiting = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &waiting, S::Sent).await?;

    world.set_standing("sp3", Standing::Revoked).await?;
    world
        .until("the sender hears that it ended", async || {
            let problem = world.show("ops", &waiting).await?.problem;
            Ok(problem.is_some_and(|problem| problem.reason == Reason::RecipientRevoked))
        })
        .await?;
    assert_eq!(world.hub()?.status().await?.mail_stored, 0);
    world
        .until("the OPS knows it from the directory", async || {
            let directory = world.node("ops")?.directory();
            Ok(directory.get(&"sp3".parse()?).is_some_and(|peer| peer.standing == Standing::Revoked))
        })
        .await?;
    assert_eq!(reason(world.refer("ops", "sp3", &consent, CHILD).await)?, Reason::RecipientRevoked);
    world.bring_up("sp3").await?;
    world
        .until("the revoked node is refused", async || {
            Ok(world.node("sp3")?.transport_status().await?.trouble == Some(Reason::Revoked))
        })
        .await?;
    assert!(world.incoming("sp3", CaseKind::Referral).await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_on_when_its_referrer_is_revoked() -> Result<()> {
    let (world, consent) = region_with_consent(42).await?;
    world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.show("sp3", &theirs).await?;
    world.set_standing("ops", Standing::Revoked).await?;
    world
        .until("the school knows it from the directory", async || {
            let directory = world.node("sp3")?.directory();
            Ok(directory.get(&"ops".parse()?).is_some_and(|peer| peer.standing == Standing::Revoked))
        })
        .await?;
    world.decide("sp3", &theirs, declined(DeclineReason::NotCompetent)).await?;
    assert_eq!(world.case("sp3", &theirs).await?.status, S::Declined);
    Ok(())
}
