//! What waits for a second person, and what may have changed by the time one looks.

use std::time::Duration;

use anyhow::{Context, Result};
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::TransferText;
use wiez_node::consent::Giver;
use wiez_node::review::{Decision, Stage};
use wiez_proto::directory::Standing;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Authority, BasisCode as B, Category as C, GiverRole, Owed, ReferralStatus as S, WorkerRole};
use wiez_tests::World;
use wiez_tests::acts::{field, named, reason, refusal};
use wiez_tests::lawful::lawful;

use crate::given::adult;

const OPS: &str = "n-ops-wier";
const CLINIC: &str = "n-poz-zdr";
const SCHOOL: &str = "n-sp3-wier";
const DEPRESSION: &[(C, &str)] = &[(C::IdName, "Anna Zawilska"), (C::HealthMental, "epizod depresji")];

/// A referral with mental health, under a consent that covers it: held until somebody else agrees.
async fn held_referral(seed: u64) -> Result<(World, String, String, String)> {
    let world = World::cast(seed, &[OPS, CLINIC]).await?;
    let give = [C::IdName, C::PlanTasks, C::HealthMental];
    let consent = world.consent_of(OPS, adult(), &[named(CLINIC).give(&give)]).await?;
    world.settle().await?;
    let before = world.before(CLINIC).await?;
    let refused = refusal(world.refer(OPS, CLINIC, &consent, DEPRESSION).await)?;
    assert_eq!(refused.reason, Reason::ReviewRequired);
    assert_eq!(refused.details.get("categories").map(String::as_str), Some("HEALTH_MENTAL"));
    let held = world.held(OPS, &refused, &before).await?.line.number;
    let review = world.review(OPS, &held, Stage::Before).await?;
    assert_eq!(review.categories, [C::IdName, C::HealthMental, C::PlanTasks].into());
    assert!(!serde_json::to_string(&review)?.contains("depresji"));
    Ok((world, consent, held, review.id))
}

#[tokio::test(flavor = "multi_thread")]
async fn mental_health_under_a_consent_leaves_exactly_as_it_was_kept() -> Result<()> {
    let (world, _, held, review) = held_referral(541).await?;
    let head = world.second(OPS, WorkerRole::Kierownik).await?;
    assert_eq!(reason(world.confirm_as(OPS, &head, "R-ZZZZZZ").await)?, Reason::NotFound);
    world.confirm_as(OPS, &head, &review).await?;
    world.until_case(OPS, &held, S::Delivered).await?;
    let theirs = world.arrives(CLINIC, CaseKind::Referral, &[]).await?;
    assert_eq!(field(&world.show(CLINIC, &theirs).await?, "HEALTH_MENTAL"), Some("epizod depresji"));
    assert!(!world.case(CLINIC, &theirs).await?.apart);
    assert_eq!(reason(world.confirm_as(OPS, &head, &review).await)?, Reason::CaseState, "once");
    assert_eq!(world.came(CLINIC, CaseKind::Referral).await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_yes_after_the_withdrawal_lets_nothing_out() -> Result<()> {
    let (world, consent, held, review) = held_referral(542).await?;
    world.withdraw(OPS, &consent).await?;
    world
        .until("the withdrawal stands in the log", async || {
            Ok(world.consent_shown(OPS, &consent).await?.pairs.iter().all(|pair| pair.logged))
        })
        .await?;
    let before = world.before(CLINIC).await?;
    let head = world.second(OPS, WorkerRole::Kierownik).await?;
    assert_eq!(reason(world.confirm_as(OPS, &head, &review).await)?, Reason::ConsentWithdrawn);
    let why = world.show(OPS, &held).await?.problem.map(|problem| problem.reason);
    assert_eq!(why, Some(Reason::ConsentWithdrawn));
    world.nothing_left(&before).await?;
    let kept = world.reviews(OPS).await?.into_iter().find(|line| line.id == review).context("on record")?;
    assert_eq!(kept.decided.map(|outcome| outcome.decision), Some(Decision::Overtaken));
    assert_eq!(world.case(OPS, &held).await?.status, S::CancelledConsent);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_yes_to_a_recipient_who_was_revoked_meanwhile_lets_nothing_out() -> Result<()> {
    let (world, _, held, review) = held_referral(543).await?;
    world.set_standing(CLINIC, Standing::Revoked).await?;
    world
        .until("the centre knows it from the directory", async || {
            let directory = world.node(OPS)?.directory();
            Ok(directory.get(&CLINIC.parse()?).is_some_and(|peer| peer.standing == Standing::Revoked))
        })
        .await?;
    let head = world.second(OPS, WorkerRole::Iod).await?;
    assert_eq!(reason(world.confirm_as(OPS, &head, &review).await)?, Reason::RecipientRevoked);
    assert_eq!(world.case(OPS, &held).await?.status, S::Held);
    assert_eq!(world.hub()?.status().await?.mail_stored, 0);
    Ok(())
}

/// The asking side recorded the consent; what is sensitive in the answer needs a second person at who answers.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_under_the_askers_consent_waits_and_a_second_answer_overtakes_it() -> Result<()> {
    let world = World::cast(544, &[CLINIC, SCHOOL]).await?;
    let mother = Giver {
        role: GiverRole::Parent,
        born: Some(jiff::civil::date(2012, 3, 1)),
        own_statement: true,
        authority: Authority::Full,
        conflict: false,
    };
    let pair = named(SCHOOL).give(&[C::IdName]).receive(&[C::EduProgress, C::EduOpinion]);
    let consent = world.consent_of(CLINIC, mother, &[pair]).await?;
    let asked = [C::EduProgress, C::EduOpinion];
    let ours = world.inquire(CLINIC, SCHOOL, &consent, &asked, &[(C::IdName, "Nadia Perlicka")]).await?;
    let theirs = world.arrives(SCHOOL, CaseKind::Info, &[]).await?;
    world.show(SCHOOL, &theirs).await?;
    let before = world.before(CLINIC).await?;
    let opinion = [(C::EduProgress, "frekwencja 74%"), (C::EduOpinion, "opinia poradni")];
    let refused = refusal(world.answer_on(SCHOOL, &theirs, &opinion, None).await)?;
    assert_eq!(refused.reason, Reason::ReviewRequired);
    assert_eq!(refused.details.get("categories").map(String::as_str), Some("EDU_OPINION"));
    world.kept(SCHOOL, &refused, &before).await?;
    let review = world.review(SCHOOL, &theirs, Stage::Before).await?;
    // Meanwhile she answers without it: the request is over, and a late yes sends nothing twice.
    world.answer_on(SCHOOL, &theirs, &opinion[..1], None).await?;
    world.until_case(CLINIC, &ours, S::Completed).await?;
    let before = world.before(CLINIC).await?;
    let head = world.second(SCHOOL, WorkerRole::Dyrektor).await?;
    assert_eq!(reason(world.confirm_as(SCHOOL, &head, &review.id).await)?, Reason::CaseState);
    world.nothing_left(&before).await?;
    let heard = world.show(CLINIC, &ours).await?;
    assert_eq!((field(&heard, "EDU_PROGRESS"), field(&heard, "EDU_OPINION")), (Some("frekwencja 74%"), None));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_waits_survives_a_crash_and_is_still_the_same() -> Result<()> {
    let mut world = World::cast_unverified(545, &["n-gops-strad", "n-mgops-bor"]).await?;
    let text = TransferText { new_teryt: "0450013".to_owned(), open_items: "Usługi opiekuńcze".to_owned() };
    let irena = [(C::IdName, "Irena Sowula")];
    let refused = refusal(world.transfer("n-gops-strad", &lawful("n-mgops-bor", B::Ups101), &irena, text).await)?;
    assert_eq!(refused.reason, Reason::BasisUnverified);
    let held = refused.details.get("case").context("kept")?.clone();
    world.crash("n-gops-strad").await?;
    let review = world.review("n-gops-strad", &held, Stage::Before).await?;
    world.pass(Duration::from_secs(30 * 3600)).await;
    let late = world.review("n-gops-strad", &held, Stage::Before).await?;
    assert!(late.late, "nobody looked for a day: {late:?}");
    let owed = world.obligation("n-gops-strad", &held, Owed::Review).await?;
    assert!(owed.missed_ms.is_some(), "{owed:?}");
    let iod = world.second("n-gops-strad", WorkerRole::Iod).await?;
    world.confirm_as("n-gops-strad", &iod, &review.id).await?;
    let theirs = world.arrives("n-mgops-bor", CaseKind::Transfer, &[]).await?;
    assert_eq!(field(&world.show("n-mgops-bor", &theirs).await?, "ID_NAME"), Some("Irena Sowula"));
    // Until somebody there takes it over, the old centre stays responsible.
    world.until_case("n-gops-strad", &held, S::Delivered).await?;
    world.ack("n-mgops-bor", &theirs, wiez_proto::vocab::AckCode::TakenOver).await?;
    world.until_case("n-gops-strad", &held, S::Accepted).await
}

/// Whoever keeps the register, or only the machine, is no second person; neither is somebody unknown.
#[tokio::test(flavor = "multi_thread")]
async fn only_who_works_with_content_or_the_officer_is_a_second_person() -> Result<()> {
    let (world, _, held, review) = held_referral(546).await?;
    let clerk = world.second(OPS, WorkerRole::Kancelaria).await?;
    assert_eq!(reason(world.confirm_as(OPS, &clerk, &review).await)?, Reason::WorkerRole);
    assert_eq!(reason(world.reject_as(OPS, &clerk, &review, "nie").await)?, Reason::WorkerRole);
    // The asker under another name, at the same user of the machine, is still the asker.
    world.party(OPS)?.employ("Barbara Kos", WorkerRole::Kierownik).await?;
    assert_eq!(reason(world.confirm(OPS, &review).await)?, Reason::SecondPerson);
    assert_eq!(world.case(OPS, &held).await?.status, S::Held);
    Ok(())
}
