//! A consent is withdrawn while a message waits, while it is handed out, and while it is being acknowledged.

use anyhow::Result;
use wiez_node::casework::CaseKind;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisCode, Category as C, InstitutionKind, KeptOrDeleted, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{field, message, named, reason};
use wiez_tests::network::Flow;

use crate::given::adult;

const HEALTH: &[(C, &str)] = &[(C::IdName, "Anna Lis"), (C::Contact, "600 100 200"), (C::Health, "cukrzyca")];
const SPORT: &[(C, &str)] = &[(C::IdName, "Anna Lis"), (C::Contact, "600 100 200")];

async fn anna(seed: u64) -> Result<(World, String)> {
    let mut world = World::new(seed).await?;
    world.join("ops", InstitutionKind::Ops, "OPS w Wierzbinie").await?;
    world.join("poz", InstitutionKind::Poz, "Przychodnia Zdrowie").await?;
    world.join("mdk", InstitutionKind::Kultura, "Młodzieżowy Dom Kultury").await?;
    world.settle().await?;
    let names = [
        named("mdk").give(&[C::IdName, C::Contact, C::PlanTasks]),
        named("poz").give(&[C::IdName, C::Contact, C::PlanTasks, C::Health]),
    ];
    let consent = world.consent_of("ops", adult(), &names).await?;
    Ok((world, consent))
}

/// Waits until the withdrawal stands in the verified log for everybody who was named.
async fn withdrawn_everywhere(world: &World, consent: &str) -> Result<()> {
    world
        .until("the withdrawal stands in the log", async || {
            Ok(world.consent_shown("ops", consent).await?.pairs.iter().all(|pair| pair.logged))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_waits_is_never_delivered_after_the_withdrawal_and_everybody_is_told() -> Result<()> {
    let (mut world, consent) = anna(10).await?;
    world.take_down("poz").await?;
    let waiting = world.refer("ops", "poz", &consent, HEALTH).await?;
    world.until_case("ops", &waiting, S::Sent).await?;
    let delivered = world.refer("ops", "mdk", &consent, SPORT).await?;
    let at_mdk = world.arrived("mdk", CaseKind::Referral, &[]).await?;
    assert_eq!(field(&world.show("mdk", &at_mdk).await?, "ID_NAME"), Some("Anna Lis"));
    world.until_case("ops", &delivered, S::Opened).await?;

    world.withdraw("ops", &consent).await?;
    withdrawn_everywhere(&world, &consent).await?;
    world.until_case("ops", &waiting, S::CancelledConsent).await?;
    let told = world.show("ops", &waiting).await?;
    assert_eq!(told.problem.map(|problem| problem.reason), Some(Reason::ConsentWithdrawn));
    world
        .until("the sender knows that it never left the hub", async || {
            Ok(message(&world.show("ops", &waiting).await?, "REFERRAL")?.state == "BLOCKED")
        })
        .await?;

    world.bring_up("poz").await?;
    world.sync("poz").await?;
    world.sync("ops").await?;
    assert!(world.incoming("poz", CaseKind::Referral).await?.is_empty(), "the clinic never saw it");
    assert!(world.node("poz")?.alarms().await?.is_empty(), "the tombstone explains the gap");
    world.settle().await?;
    world
        .until("the hub holds no bytes of anything", async || {
            let status = world.hub()?.status().await?;
            Ok((status.mail_stored, status.mail_offered) == (0, 0))
        })
        .await?;

    // What was opened while it was lawful is closed until the institution says what it did.
    let notice = world.arrived("mdk", CaseKind::Notice, &[]).await?;
    let shown = world.show("mdk", &at_mdk).await?;
    let closed = message(&shown, "REFERRAL")?;
    assert!(closed.fields.is_empty());
    assert_eq!(closed.closed.as_ref().map(|refusal| refusal.reason), Some(Reason::ConsentWithdrawn));
    let consent_again = world.answer_notice("mdk", &notice, KeptOrDeleted::Kept, Some(BasisCode::C6a)).await;
    assert_eq!(reason(consent_again)?, Reason::Justification, "a consent is no other basis");
    world.answer_notice("mdk", &notice, KeptOrDeleted::Kept, Some(BasisCode::Ups100)).await?;
    let shown = world.show("mdk", &at_mdk).await?;
    assert_eq!(field(&shown, "ID_NAME"), Some("Anna Lis"), "kept on another basis, with a banner");
    assert!(!message(&shown, "REFERRAL")?.banners.is_empty());

    let again = world.refer("ops", "mdk", &consent, SPORT).await;
    assert_eq!(reason(again)?, Reason::ConsentWithdrawn);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_between_hand_out_and_acknowledgement_it_is_never_opened() -> Result<()> {
    let (world, consent) = anna(11).await?;
    world.sync("poz").await?;
    // From here on the clinic hears, but nobody hears the clinic.
    world.party("poz")?.wire.up(Flow::Held);
    let ours = world.refer("ops", "poz", &consent, HEALTH).await?;
    world.until_case("ops", &ours, S::Sent).await?;
    world.until("it may have left the hub", async || Ok(world.hub()?.status().await?.mail_offered == 1)).await?;
    world.withdraw("ops", &consent).await?;
    withdrawn_everywhere(&world, &consent).await?;
    world
        .until("the hub says that it is uncertain", async || {
            Ok(message(&world.show("ops", &ours).await?, "REFERRAL")?.state == "UNCERTAIN")
        })
        .await?;
    world.until_case("ops", &ours, S::CancelledConsent).await?;

    world.heal("poz")?;
    world.party("poz")?.wire.blink();
    world.sync("poz").await?;
    for case in world.incoming("poz", CaseKind::Referral).await? {
        let shown = world.show("poz", &case.number).await?;
        let message = message(&shown, "REFERRAL")?;
        assert!(message.fields.is_empty(), "opened after the withdrawal: {shown:?}");
        assert_eq!(message.closed.as_ref().map(|refusal| refusal.reason), Some(Reason::ConsentWithdrawn));
    }
    world.sync("ops").await?;
    assert_eq!(world.case("ops", &ours).await?.status, S::CancelledConsent);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_were_on_the_wire_when_the_withdrawal_came_are_never_opened() -> Result<()> {
    let (world, consent) = anna(12).await?;
    world.sync("poz").await?;
    world.party("poz")?.wire.down(Flow::Held);
    let ours = world.refer("ops", "poz", &consent, HEALTH).await?;
    world.until("it may have left the hub", async || Ok(world.hub()?.status().await?.mail_offered == 1)).await?;
    world.withdraw("ops", &consent).await?;
    withdrawn_everywhere(&world, &consent).await?;
    // The delivery was in the cable all the time and comes out of it now.
    world.heal("poz")?;
    world.sync("poz").await?;
    for case in world.incoming("poz", CaseKind::Referral).await? {
        assert!(message(&world.show("poz", &case.number).await?, "REFERRAL")?.fields.is_empty());
    }
    world.until_case("ops", &ours, S::CancelledConsent).await
}

#[tokio::test(flavor = "multi_thread")]
async fn delivered_but_unopened_content_is_destroyed_by_the_notice() -> Result<()> {
    let (world, consent) = anna(13).await?;
    world.refer("ops", "poz", &consent, HEALTH).await?;
    let at_poz = world.arrived("poz", CaseKind::Referral, &[]).await?;
    world.withdraw("ops", &consent).await?;
    withdrawn_everywhere(&world, &consent).await?;
    let notices = world.cases("ops", CaseKind::Notice).await?;
    let notice = notices.iter().find(|case| case.peer.as_str() == "poz").unwrap();
    world.until_case("ops", &notice.number, S::Completed).await?;
    let answer = world.show("ops", &notice.number).await?;
    assert_eq!(field(&answer, "answer"), Some("DELETED"), "nobody had seen it, so the node answers by itself");
    assert!(message(&world.show("poz", &at_poz).await?, "REFERRAL")?.fields.is_empty());
    assert_eq!(world.case("poz", &at_poz).await?.status, S::CancelledConsent);
    Ok(())
}
