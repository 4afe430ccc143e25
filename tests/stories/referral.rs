//! The life of a referral between two institutions: accepted, refused, questioned, forwarded, expired.

use std::time::Duration;

use anyhow::Result;
use wiez_node::casework::{CaseKind, CaseLine};
use wiez_node::referral::{Owner, Report};
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Category, DeclineReason, Outcome, ReferralStatus as S, Urgency};
use wiez_tests::acts::{bare, declined, ended, field, message, named, reason};

use crate::given::{CHILD, GIVE, region_with_consent};

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_is_accepted_and_the_referrer_sees_the_loop_close() -> Result<()> {
    let (world, consent) = region_with_consent(1).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.until_case("ops", &ours, S::Delivered).await?;

    let seen = world.show("sp3", &theirs).await?;
    assert_eq!(field(&seen, "ID_NAME"), Some("Zofia Wrona"));
    assert_eq!(field(&seen, "EDU_PROGRESS"), Some("frekwencja 61%"));
    world.until_case("ops", &ours, S::Opened).await?;

    world.accept("sp3", &theirs).await?;
    world.until_case("ops", &ours, S::Accepted).await?;

    let unfinished = world.decide("sp3", &theirs, bare(S::Completed)).await;
    assert_eq!(reason(unfinished)?, Reason::OutcomeMissing, "nothing closes without an outcome");
    world.decide("sp3", &theirs, ended(S::Completed, Outcome::Reached)).await?;
    world.until_case("ops", &ours, S::Completed).await?;
    assert!(world.node("ops")?.alarms().await?.is_empty() && world.node("sp3")?.alarms().await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_needs_a_reason_that_helps_and_the_referral_comes_back() -> Result<()> {
    let (world, consent) = region_with_consent(2).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;

    let silent = world.decide("sp3", &theirs, bare(S::Declined)).await;
    assert_eq!(reason(silent)?, Reason::DeclineReasonMissing);
    let short = Report { note: "bo tak".to_owned(), ..declined(DeclineReason::Other) };
    assert_eq!(reason(world.decide("sp3", &theirs, short).await)?, Reason::DeclineReasonMissing);
    let full = world.decide("sp3", &theirs, declined(DeclineReason::NoCapacity)).await;
    assert_eq!(reason(full)?, Reason::EarliestDateMissing);
    assert_eq!(world.case("sp3", &theirs).await?.status, S::Delivered, "nothing changed");

    let full = Report { earliest: Some("2026-09-01".parse()?), ..declined(DeclineReason::NoCapacity) };
    world.decide("sp3", &theirs, full).await?;
    world.until_case("ops", &ours, S::Declined).await?;
    let case = world.show("ops", &ours).await?;
    assert_eq!(field(&case, "reason"), Some("R_NO_CAPACITY"));
    assert_eq!(field(&case, "earliest_date"), Some("2026-09-01"));
    assert!(case.line.ours, "a declined referral belongs to the referrer again");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_goes_back_and_forth_in_the_same_case() -> Result<()> {
    let (world, consent) = region_with_consent(3).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    let question = Report { note: "Prosimy o numer klasy.".to_owned(), ..bare(S::NeedInfo) };
    world.decide("sp3", &theirs, question).await?;
    world.until_case("ops", &ours, S::NeedInfo).await?;
    assert_eq!(field(&world.show("ops", &ours).await?, "note"), Some("Prosimy o numer klasy."));

    world.supplement("ops", &ours, &[(Category::PlanTasks, "klasa 3b")]).await?;
    world.until_case("sp3", &theirs, S::Delivered).await?;
    let case = world.show("sp3", &theirs).await?;
    assert_eq!(field(&case, "PLAN_TASKS"), Some("klasa 3b"));
    world.accept("sp3", &theirs).await?;
    world.until_case("ops", &ours, S::Accepted).await?;
    assert_eq!(world.incoming("sp3", CaseKind::Referral).await?.len(), 1, "it stayed one case");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_that_came_to_the_wrong_place_goes_on_only_under_a_consent_that_names_the_new_one() -> Result<()> {
    let (world, consent) = region_with_consent(4).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.show("sp3", &theirs).await?;

    let alone = world.forward("sp3", &theirs, "pcpr", "", CHILD).await;
    assert_eq!(reason(alone)?, Reason::ConsentMissing, "the OPS's consent is not the school's");

    let own = world.consent("sp3", &[named("pcpr").give(GIVE)]).await?;
    world.forward("sp3", &theirs, "pcpr", &own, CHILD).await?;
    world.until_case("ops", &ours, S::Forwarded).await?;
    let third = world.arrived("pcpr", CaseKind::Referral, &[]).await?;
    let seen = world.show("pcpr", &third).await?;
    assert_eq!(field(&seen, "original_sender"), Some("ops"));
    assert_eq!(field(&seen, "ID_NAME"), Some("Zofia Wrona"));
    let original = message(&seen, "REFERRAL_FORWARD")?;
    assert!(original.fields.iter().any(|field| field.name == "original_envelope_hash" && field.text.len() == 64));

    world.accept("pcpr", &third).await?;
    let to_pcpr = |case: &CaseLine| case.peer.as_str() == "pcpr" && case.status != S::Held;
    let forwarded = world.cases("sp3", CaseKind::Referral).await?.into_iter().find(to_pcpr);
    world.until_case("sp3", &forwarded.unwrap().number, S::Accepted).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_that_nobody_answers_comes_back_to_its_author_and_is_never_lost() -> Result<()> {
    let (world, consent) = region_with_consent(5).await?;
    let ours = world.refer_when("ops", "sp3", &consent, Urgency::U1H24, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.until_case("ops", &ours, S::Delivered).await?;
    assert_eq!(world.case("ops", &ours).await?.owner, Owner::Provider);

    world.pass(Duration::from_secs(25 * 3600)).await;
    world.until_case("ops", &ours, S::Expired).await?;
    let line = world.case("ops", &ours).await?;
    assert!(line.ours && line.owner == Owner::Referrer && line.due_ms > world.now_ms(), "{line:?}");
    // The provider still has it; its manager is asked now, and a late answer still counts.
    world
        .until("the provider's manager owns it", async || {
            Ok(world.case("sp3", &theirs).await?.owner == Owner::ProviderManager)
        })
        .await?;
    world.accept("sp3", &theirs).await?;
    world.until_case("ops", &ours, S::Accepted).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_senders_gate_refuses_never_leaves_and_is_kept_for_a_second_try() -> Result<()> {
    let (world, consent) = region_with_consent(6).await?;
    let too_much = [CHILD, &[(Category::Health, "astma")]].concat();
    let refused = wiez_tests::acts::refusal(world.refer("ops", "pcpr", &consent, &too_much).await)?;
    assert_eq!(refused.reason, Reason::ConsentScope);
    assert_eq!(refused.details.get("categories").map(String::as_str), Some("HEALTH"));
    let held = refused.details.get("case").unwrap();
    assert_eq!(world.case("ops", held).await?.status, S::Held);
    world.settle().await?;
    assert_eq!(world.hub()?.status().await?.mail_acknowledged, 0, "nothing left the node");

    world.resend("ops", held, &[Category::Health], None).await?;
    let theirs = world.arrived("pcpr", CaseKind::Referral, &[]).await?;
    let seen = world.show("pcpr", &theirs).await?;
    assert_eq!((field(&seen, "ID_NAME"), field(&seen, "HEALTH")), (Some("Zofia Wrona"), None));
    Ok(())
}
