//! Rows 2a to 2d: the Blue Card form needs no consent and takes none.

use anyhow::{Context, Result};
use jiff::civil::date;
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::NoteText;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisCode as B, Category as C, Flag, Owed, PersonRole, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{field, message, named, refusal};
use wiez_tests::desk::speaks_polish;
use wiez_tests::lawful::{kacper, kacper_with, lawful, nk_a, with_consent};

use super::audited;
use crate::given::adult;

const SCHOOL: &str = "n-sp3-wier";
const TEAM: &str = "n-zi-wier";

#[tokio::test(flavor = "multi_thread")]
async fn row_2a_a_school_files_the_form_at_once_and_it_is_looked_at_afterwards() -> Result<()> {
    let world = World::cast_unverified(311, &[SCHOOL, TEAM]).await?;
    let sent = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    assert_eq!(sent.flags, [Flag::Unverified].into());
    assert!(sent.working_copy, "the formal letter follows");
    assert_eq!(sent.phone.as_deref(), Some("77 400 00 00"));
    let theirs = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    let shown = world.show(TEAM, &theirs).await?;
    assert_eq!(message(&shown, "NK_A")?.closed, None, "no declaration is needed to take a form");
    assert_eq!(field(&shown, "ID_PESEL"), Some("84631422020"));
    assert!(shown.working_copy && world.show(SCHOOL, &sent.number).await?.working_copy);
    audited(&world, SCHOOL, &sent.number, "NK_A", &[Flag::Unverified]).await?;
    audited(&world, TEAM, &theirs, "NK_A", &[Flag::Unverified]).await?;
    // Wednesday, 6 May 2026. One working day, three, five; fourteen days.
    assert_eq!(world.due_on(SCHOOL, &sent.number, Owed::FormalRef).await?, date(2026, 5, 13));
    assert_eq!(world.due_on(TEAM, &theirs, Owed::Ack).await?, date(2026, 5, 13));
    assert_eq!(world.due_on(TEAM, &theirs, Owed::Dispatch).await?, date(2026, 5, 11));
    assert_eq!(world.due_on(TEAM, &theirs, Owed::FeedbackReceipt).await?, date(2026, 5, 7));
    assert_eq!(world.due_on(TEAM, &theirs, Owed::Feedback14).await?, date(2026, 5, 20));
    world.until_case(SCHOOL, &sent.number, S::Delivered).await
}

#[tokio::test(flavor = "multi_thread")]
async fn row_2b_an_attached_consent_is_not_applicable_and_without_it_the_form_goes() -> Result<()> {
    let world = World::cast(312, &[SCHOOL, TEAM, "n-ops-wier"]).await?;
    let real = world.consent_of(SCHOOL, adult(), &[named("n-ops-wier").give(&[C::IdName])]).await?;
    let withdrawn = world.consent_of(SCHOOL, adult(), &[named("n-ops-wier").give(&[C::IdName])]).await?;
    world.withdraw(SCHOOL, &withdrawn).await?;
    world.settle().await?;
    let mut told = vec![];
    for consent in [real.as_str(), withdrawn.as_str(), "Z-ZZZZZZ"] {
        let before = world.before(TEAM).await?;
        let to = with_consent(lawful(TEAM, B::Uppd9d), consent);
        let mut refused = refusal(world.report(SCHOOL, &to, &[], nk_a(kacper())).await)?;
        assert_eq!(refused.reason, Reason::ConsentNotApplicable);
        world.held(SCHOOL, &refused, &before).await?;
        refused.details.remove("case");
        told.push(refused);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "whether there is a consent, and how it stands, changes no word: {told:?}");
    world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_2c_health_of_another_person_of_the_household_is_category() -> Result<()> {
    let world = World::cast(313, &[SCHOOL, TEAM]).await?;
    let before = world.before(TEAM).await?;
    let form = kacper_with(PersonRole::Household, (C::Health, "po udarze"));
    let refused = refusal(world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(form)).await)?;
    assert_eq!(refused.reason, Reason::Category);
    let detail = |key| refused.details.get(key).map(String::as_str);
    assert_eq!((detail("role"), detail("categories")), (Some("HOUSEHOLD"), Some("HEALTH")));
    assert_eq!(detail("phone"), Some("77 400 00 00"), "meanwhile somebody calls");
    let kept = world.held(SCHOOL, &refused, &before).await?;
    assert_eq!(kept.phone.as_deref(), Some("77 400 00 00"));
    let typed = message(&kept, "NK_A")?.fields.iter().any(|field| field.text == "po udarze");
    assert!(typed, "nothing of what was typed is lost");
    // The same word about the child who suffers violence goes.
    let form = kacper_with(PersonRole::Suffering, (C::Disability, "orzeczenie"));
    world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(form)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_2d_a_house_of_culture_gets_no_note_of_the_procedure() -> Result<()> {
    let world = World::cast(314, &[TEAM, "n-mdk-wier"]).await?;
    let before = world.before("n-mdk-wier").await?;
    let note =
        NoteText { persons: vec![], text: "Kacper chodzi na zajęcia w czwartki.".to_owned(), tasks: String::new() };
    let refused = refusal(world.nk_note_first(TEAM, &lawful("n-mdk-wier", B::Uppd9c), note).await)?;
    assert_eq!(refused.reason, Reason::Pair);
    world.held(TEAM, &refused, &before).await?;
    // Neither does the form itself, from whoever has it.
    let form = world.report(TEAM, &lawful("n-mdk-wier", B::Uppd9d), &[], nk_a(kacper())).await;
    let refused = refusal(form)?;
    assert_eq!(refused.reason, Reason::Pair);
    speaks_polish(&refused)?;
    let case = refused.details.get("case").context("kept")?;
    assert_eq!(world.case(TEAM, case).await?.status, S::Held);
    world.nothing_left(&before).await
}
