//! Rows 5a to 5c: the region mediates by codes, gets no referral, and another provider needs another consent.

use anyhow::Result;
use wiez_node::casework::CaseKind;
use wiez_node::referral::Report;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Category as C, DeclineReason, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{declined, field, named, refusal};

use crate::given::adult;

pub(crate) const CUS: &str = "n-cus-czar";
pub(crate) const PTU: &str = "n-ptu-czar";
pub(crate) const ROPS: &str = "n-rops-24";
pub(crate) const ZENON: &[(C, &str)] = &[(C::IdName, "Zenon Kaliszuk"), (C::Addiction, "alkohol od 20 lat")];

/// The centre referred Zenon under `c5`, and the clinic declined for want of room.
pub(crate) async fn declined_referral(seed: u64) -> Result<(World, String, String)> {
    let world = World::cast(seed, &[CUS, PTU, "n-ptu2-czar", ROPS]).await?;
    let c5 = world.consent_of(CUS, adult(), &[named(PTU).give(&[C::IdName, C::Addiction, C::PlanTasks])]).await?;
    let ours = world.refer(CUS, PTU, &c5, ZENON).await?;
    let theirs = world.arrives(PTU, CaseKind::Referral, &[]).await?;
    world.show(PTU, &theirs).await?;
    let no = Report { earliest: Some(jiff::civil::date(2027, 2, 1)), ..declined(DeclineReason::NoCapacity) };
    world.decide(PTU, &theirs, no).await?;
    world.until_case(CUS, &ours, S::Declined).await?;
    Ok((world, c5, ours))
}

#[tokio::test(flavor = "multi_thread")]
async fn row_5a_mediation_is_asked_for_without_personal_data() -> Result<()> {
    let (world, _, ours) = declined_referral(331).await?;
    world.mediate(CUS, &ours, ROPS).await?;
    assert_eq!(world.case(CUS, &ours).await?.status, S::InMediation);
    let theirs = world.arrives(ROPS, CaseKind::Mediation, &[]).await?;
    let shown = world.show(ROPS, &theirs).await?;
    assert_eq!(field(&shown, "dispute"), Some("R_NO_CAPACITY"));
    assert_eq!(field(&shown, "teryt"), Some("2450011"));
    let told = serde_json::to_string(&shown)?;
    for word in ["Zenon", "Kaliszuk", "alkohol", "ADDICTION", "OPS/2026/114"] {
        assert!(!told.contains(word), "the region learned {word}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_5b_the_region_gets_no_referral() -> Result<()> {
    let (world, c5, _) = declined_referral(332).await?;
    let before = world.before(ROPS).await?;
    let refused = refusal(world.refer(CUS, ROPS, &c5, ZENON).await)?;
    assert_eq!(refused.reason, Reason::Pair);
    world.held(CUS, &refused, &before).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_5c_another_provider_needs_a_consent_that_names_it() -> Result<()> {
    let (world, c5, _) = declined_referral(333).await?;
    let before = world.before("n-ptu2-czar").await?;
    let refused = refusal(world.refer(CUS, "n-ptu2-czar", &c5, ZENON).await)?;
    assert_eq!(refused.reason, Reason::ConsentRecipient);
    world.held(CUS, &refused, &before).await?;
    Ok(())
}
