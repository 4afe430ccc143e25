//! Rows 7a to 7c: a case and a procedure that follow people to another municipality, on rows that nobody has verified yet.

use anyhow::{Context, Result};
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::{Moving, TransferText};
use wiez_node::review::{Decision, Stage};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisCode as B, Category as C, Owed, ReferralStatus as S, WorkerRole};
use wiez_tests::World;
use wiez_tests::acts::{field, message, reason, refusal};
use wiez_tests::lawful::{kacper, lawful};

const OLD: &str = "n-gops-strad";
const NEW: &str = "n-mgops-bor";
const IRENA: &[(C, &str)] = &[(C::IdName, "Irena Sowula"), (C::Address, "Borowin, ul. Leśna 3")];

fn plan() -> TransferText {
    TransferText { new_teryt: "0450013".to_owned(), open_items: "Usługi opiekuńcze trzy razy w tygodniu".to_owned() }
}

/// The second person: not the asker, sees kinds and categories and never content, and what was held arrives.
async fn let_out_by_another(world: &World, at: &str, refused: &Refusal, secrets: &[&str]) -> Result<()> {
    let case = refused.details.get("case").context("kept")?;
    let line = world.review(at, case, Stage::Before).await?;
    assert_eq!(refused.details.get("review"), Some(&line.id), "the refusal names the review");
    let told = serde_json::to_string(&world.reviews(at).await?)?;
    for secret in secrets {
        assert!(!told.contains(secret), "the list of reviews tells {secret}");
    }
    assert_eq!(reason(world.confirm(at, &line.id).await)?, Reason::SecondPerson, "nobody confirms what she asked for");
    assert_eq!(world.case(at, case).await?.status, S::Held);
    let iod = world.second(at, WorkerRole::Iod).await?;
    let done = world.confirm_as(at, &iod, &line.id).await?;
    assert_eq!((done.decision, done.alone), (Decision::Confirmed, false));
    let kept = world.reviews(at).await?.into_iter().find(|kept| kept.id == line.id).context("it stays on record")?;
    let outcome = kept.decided.context("who, and when")?;
    assert_eq!((outcome.by.as_str(), outcome.decision), (iod.name.as_str(), Decision::Confirmed));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_7a_a_transfer_waits_for_a_second_person_and_then_arrives() -> Result<()> {
    let world = World::cast_unverified(341, &[OLD, NEW]).await?;
    let before = world.before(NEW).await?;
    let refused = refusal(world.transfer(OLD, &lawful(NEW, B::Ups101), IRENA, plan()).await)?;
    assert_eq!(refused.reason, Reason::BasisUnverified);
    world.held(OLD, &refused, &before).await?;
    let_out_by_another(&world, OLD, &refused, &["Sowula", "Leśna", "opiekuńcze"]).await?;
    let theirs = world.arrives(NEW, CaseKind::Transfer, &[]).await?;
    let shown = world.show(NEW, &theirs).await?;
    assert_eq!(field(&shown, "ID_NAME"), Some("Irena Sowula"));
    assert!(!shown.line.apart, "Irena may see that her case moves");
    assert_eq!(world.due_on(NEW, &theirs, Owed::Ack).await?, jiff::civil::date(2026, 5, 13));
    let ours = refused.details.get("case").context("kept")?;
    world.until_case(OLD, ours, S::Delivered).await
}

#[tokio::test(flavor = "multi_thread")]
async fn row_7b_a_transfer_takes_no_diagnosis_and_no_health_along() -> Result<()> {
    let world = World::cast_unverified(342, &[OLD, NEW]).await?;
    let before = world.before(NEW).await?;
    let more = [&IRENA[..1], &[(C::Assessment, "historia diagnozy"), (C::Health, "nadciśnienie")]].concat();
    let refused = refusal(world.transfer(OLD, &lawful(NEW, B::Ups101), &more, plan()).await)?;
    assert_eq!(refused.reason, Reason::Category);
    let told = refused.details.get("categories").context("which")?;
    assert!(told.contains("HEALTH") && told.contains("ASSESSMENT"), "{told}");
    let held = world.held(OLD, &refused, &before).await?;
    assert!(world.review(OLD, &held.line.number, Stage::Before).await.is_err(), "no second person can allow it");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_7c_a_procedure_moves_after_a_second_person_until_the_paragraph_is_confirmed() -> Result<()> {
    let world = World::cast_unverified(343, &["n-zi-strad", "n-zi-wier"]).await?;
    let moving = || Moving {
        case: None,
        to: lawful("n-zi-wier", B::Uppd9c),
        new_teryt: "1640011".to_owned(),
        form: Some(kacper()),
    };
    let before = world.before("n-zi-wier").await?;
    let refused = refusal(world.nk_move("n-zi-strad", moving()).await)?;
    assert_eq!(refused.reason, Reason::BasisUnverified);
    let held = world.held("n-zi-strad", &refused, &before).await?;
    assert!(held.line.apart && held.working_copy);
    let_out_by_another(&world, "n-zi-strad", &refused, &["Zawilski", "siniaki", "pasem"]).await?;
    let theirs = world.arrives("n-zi-wier", CaseKind::NiebieskaKarta, &[]).await?;
    let shown = world.show("n-zi-wier", &theirs).await?;
    // Read as a member of the team only by somebody who signed the declaration.
    assert_eq!(message(&shown, "NK_MOVE")?.closed.as_ref().map(|why| why.reason), Some(Reason::DeclarationMissing));
    world.declare("n-zi-wier", jiff::civil::date(2026, 1, 2)).await?;
    assert_eq!(field(&world.show("n-zi-wier", &theirs).await?, "ID_PESEL"), Some("84631422020"));
    assert_eq!(world.due_on("n-zi-wier", &theirs, Owed::Ack).await?, jiff::civil::date(2026, 5, 13));
    Ok(())
}
