//! A family takes back a part: one institution, one category; or objects at the institution that received.

use anyhow::Result;
use wiez_node::casework::CaseKind;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Category as C, KeptOrDeleted, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{field, message, named, reason};

use crate::given::{CHILD, GIVE, region_with_consent};

async fn logged(world: &World, at: &str, consent: &str) -> Result<()> {
    world
        .until("every ended pair stands in the log", async || {
            let pairs = world.consent_shown(at, consent).await?.pairs;
            Ok(pairs.iter().all(|pair| pair.ended_ms.is_none() || pair.logged))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_for_one_institution_leaves_the_others_alone() -> Result<()> {
    let (world, consent) = region_with_consent(20).await?;
    world.withdraw_part("ops", &consent, Some("sp3"), &[]).await?;
    logged(&world, "ops", &consent).await?;
    assert_eq!(reason(world.refer("ops", "sp3", &consent, CHILD).await)?, Reason::ConsentWithdrawn);
    let ours = world.refer("ops", "pcpr", &consent, CHILD).await?;
    world.until_case("ops", &ours, S::Delivered).await?;
    assert!(world.incoming("sp3", CaseKind::Notice).await?.is_empty(), "the school never heard of this consent");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_category_closes_its_sections_and_the_rest_stays_readable() -> Result<()> {
    let (world, consent) = region_with_consent(21).await?;
    world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    assert_eq!(field(&world.show("sp3", &theirs).await?, "EDU_PROGRESS"), Some("frekwencja 61%"));
    world.sync("ops").await?;

    world.withdraw_part("ops", &consent, Some("sp3"), &[C::EduProgress]).await?;
    logged(&world, "ops", &consent).await?;
    assert_eq!(reason(world.refer("ops", "sp3", &consent, CHILD).await)?, Reason::ConsentScope);
    // The narrower consent reaches the school with the next message under it.
    let narrower = world.refer("ops", "sp3", &consent, &[(C::IdName, "Zofia Wrona")]).await?;
    world.until_case("ops", &narrower, S::Delivered).await?;
    world.sync("sp3").await?;
    let shown = world.show("sp3", &theirs).await?;
    let message = message(&shown, "REFERRAL")?;
    assert_eq!(field(&shown, "EDU_PROGRESS"), None, "{message:?}");
    assert_eq!(field(&shown, "ID_NAME"), Some("Zofia Wrona"), "{message:?}");
    assert!(!message.banners.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_under_a_narrowed_consent_is_stopped_and_offered_again() -> Result<()> {
    let (mut world, consent) = region_with_consent(22).await?;
    world.stop_hub().await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let done = world.withdraw_part("ops", &consent, Some("sp3"), &[C::EduProgress]).await?;
    assert_eq!(done.resend, vec![ours.clone()]);
    world.start_hub().await?;
    world.sync("ops").await?;
    assert!(world.incoming("sp3", CaseKind::Referral).await?.is_empty());
    world.resend("ops", &ours, &[C::EduProgress], None).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    let shown = world.show("sp3", &theirs).await?;
    assert_eq!((field(&shown, "ID_NAME"), field(&shown, "EDU_PROGRESS")), (Some("Zofia Wrona"), None));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_family_can_object_at_the_institution_that_received() -> Result<()> {
    let (world, consent) = region_with_consent(23).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.show("sp3", &theirs).await?;
    world.block("sp3", &theirs).await?;

    world.until_case("ops", &ours, S::CancelledConsent).await?;
    assert_eq!(reason(world.refer("ops", "sp3", &consent, CHILD).await)?, Reason::ConsentWithdrawn);
    let pair =
        world.consent_shown("ops", &consent).await?.pairs.into_iter().find(|pair| pair.institution.as_str() == "sp3");
    assert_eq!(pair.and_then(|pair| pair.ended_by).as_deref(), Some("sp3"));
    let note = wiez_node::referral::Report {
        note: "Zofia przychodzi w poniedziałki.".to_owned(),
        ..wiez_tests::acts::bare(S::InProgress)
    };
    let noted = reason(world.decide("sp3", &theirs, note).await)?;
    assert!(matches!(noted, Reason::ConsentWithdrawn | Reason::CaseState), "{noted:?}");
    world.refer("ops", "pcpr", &consent, CHILD).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_means_that_the_content_is_gone() -> Result<()> {
    let (world, consent) = region_with_consent(24).await?;
    world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.show("sp3", &theirs).await?;
    world.withdraw("ops", &consent).await?;
    let notice = world.arrived("sp3", CaseKind::Notice, &[]).await?;
    world.answer_notice("sp3", &notice, KeptOrDeleted::Deleted, None).await?;
    let shown = world.show("sp3", &theirs).await?;
    assert!(message(&shown, "REFERRAL")?.fields.is_empty());
    let again = world.answer_notice("sp3", &notice, KeptOrDeleted::Deleted, None).await;
    assert_eq!(reason(again)?, Reason::CaseState);
    let ours = world.cases("ops", CaseKind::Notice).await?;
    world.until_case("ops", &ours[0].number, S::Completed).await?;
    assert_eq!(field(&world.show("ops", &ours[0].number).await?, "answer"), Some("DELETED"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_consent_after_a_withdrawal_is_a_new_beginning() -> Result<()> {
    let (world, consent) = region_with_consent(25).await?;
    world.withdraw("ops", &consent).await?;
    logged(&world, "ops", &consent).await?;
    let new = world.consent("ops", &[named("sp3").give(GIVE)]).await?;
    assert_eq!(reason(world.refer("ops", "sp3", &consent, CHILD).await)?, Reason::ConsentWithdrawn);
    let ours = world.refer("ops", "sp3", &new, CHILD).await?;
    world.until_case("ops", &ours, S::Delivered).await
}
