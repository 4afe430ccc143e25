//! The region mediates about a declined referral, by codes: steps 1, 2 and 5 of the fifth scenario with the note between.

use anyhow::{Context, Result};
use wiez_node::casework::CaseKind;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Category as C, DeclineReason, MediationOutcome as M, Owed, ReferralStatus as S};
use wiez_tests::acts::{declined, field, message, named, reason, refusal};

use crate::given::adult;
use crate::table::mediation::{CUS, PTU, ROPS, ZENON, declined_referral};

const OTHER: &str = "n-ptu2-czar";

#[tokio::test(flavor = "multi_thread")]
async fn the_region_hears_codes_proposes_another_clinic_and_the_consent_has_to_name_it() -> Result<()> {
    // 1: declined for want of room, with the earliest date.
    let (world, c5, ours) = declined_referral(411).await?;
    assert_eq!(field(&world.show(CUS, &ours).await?, "earliest_date"), Some("2027-02-01"));

    // 2: the region is asked; it has the dispute, the service and the municipality.
    let asked = world.mediate(CUS, &ours, ROPS).await?;
    let at_rops = world.arrives(ROPS, CaseKind::Mediation, &[]).await?;
    let shown = world.show(ROPS, &at_rops).await?;
    let told = serde_json::to_string(&shown)?;
    assert!(!told.contains("Zenon") && !told.contains("ADDICTION"), "{told}");
    assert_eq!(message(&shown, "MEDIATION_REQUEST")?.fields.len(), 4, "{shown:?}");
    assert_eq!(world.due_on(ROPS, &at_rops, Owed::Answer).await?, jiff::civil::date(2026, 5, 13));
    // It cannot be given more: neither the referral nor a question about a person goes to it.
    let before = world.before(ROPS).await?;
    let refused = refusal(world.refer(CUS, ROPS, &c5, ZENON).await)?;
    assert_eq!(refused.reason, Reason::Pair);
    world.held(CUS, &refused, &before).await?;
    assert_eq!(reason(world.inquire(CUS, ROPS, &c5, &[C::Addiction], ZENON).await)?, Reason::Pair);

    // Between: the region asks the clinic, and proposes another one.
    world.mediation_ask(ROPS, &at_rops, PTU).await?;
    let at_ptu = world.arrives(PTU, CaseKind::Mediation, &[]).await?;
    world.show(PTU, &at_ptu).await?;
    world.mediation_note(PTU, &at_ptu, M::NotResolved, None).await?;
    assert_eq!(
        reason(world.mediation_note(ROPS, &at_rops, M::ProposedProvider, None).await)?,
        Reason::FieldInvalid,
        "a proposal names whom"
    );
    world.mediation_note(ROPS, &at_rops, M::ProposedProvider, Some(OTHER)).await?;
    world.until_case(CUS, &asked.number, S::RedirectProposed).await?;
    assert_eq!(field(&world.show(CUS, &asked.number).await?, "proposed"), Some(OTHER));
    let referral = world.case(CUS, &ours).await?;
    assert!(referral.ours && referral.status != S::InMediation, "the worker has it again: {referral:?}");

    // 5: the consent names the first clinic only, until there is one that names the other.
    let before = world.before(OTHER).await?;
    let refused = refusal(world.refer(CUS, OTHER, &c5, ZENON).await)?;
    assert_eq!(refused.reason, Reason::ConsentRecipient);
    world.held(CUS, &refused, &before).await?;
    let c5b = world.consent_of(CUS, adult(), &[named(OTHER).give(&[C::IdName, C::Addiction, C::PlanTasks])]).await?;
    world.refer(CUS, OTHER, &c5b, ZENON).await?;
    let there = world.arrives(OTHER, CaseKind::Referral, &[]).await?;
    assert_eq!(field(&world.show(OTHER, &there).await?, "ADDICTION"), Some("alkohol od 20 lat"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_refusal_that_can_be_disputed_is_mediated() -> Result<()> {
    let (world, c5, ours) = declined_referral(412).await?;
    // What was not declined, and what was declined for another reason, is no dispute.
    let open = world.refer(CUS, PTU, &c5, ZENON).await?;
    world.settle().await?;
    assert_eq!(reason(world.mediate(CUS, &open, ROPS).await)?, Reason::CaseState);
    let theirs = world.came(PTU, CaseKind::Referral).await?;
    let theirs = theirs.iter().find(|case| case.status == S::Delivered).context("the second referral")?;
    world.show(PTU, &theirs.number).await?;
    world.decide(PTU, &theirs.number, declined(DeclineReason::NotCompetent)).await?;
    world.until_case(CUS, &open, S::Declined).await?;
    assert_eq!(reason(world.mediate(CUS, &open, ROPS).await)?, Reason::CaseState);
    assert!(world.came(ROPS, CaseKind::Mediation).await?.is_empty());
    // Nobody but the region mediates.
    let refused = refusal(world.mediate(CUS, &ours, PTU).await)?;
    assert_eq!(refused.reason, Reason::Pair);
    assert_eq!(world.case(CUS, &ours).await?.status, S::Declined, "the referral stays as it was");
    Ok(())
}
