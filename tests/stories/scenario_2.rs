//! A school files a Blue Card form without any consent: steps 1 to 6 of the second scenario, and what it refuses.
//!
//! Forms C and D, the region's view of a missed clock and e-mail do not belong to these messages.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::civil::{Date, date};
use wiez_node::casework::act::NoteText;
use wiez_node::casework::{CaseKind, CaseView, What};
use wiez_node::obligation::Holder;
use wiez_node::review::Stage;
use wiez_proto::calendar::{day_of, start_of_day};
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{
    AckCode, BasisCode as B, Category as C, Flag, Owed, PersonRole, ReferralStatus as S, WorkerRole,
};
use wiez_tests::World;
use wiez_tests::acts::{field, message, named, reason, refusal};
use wiez_tests::lawful::{facts, kacper, kacper_with, lawful, nk_a, person, stating, with_consent};

use crate::given::adult;

const SCHOOL: &str = "n-sp3-wier";
const TEAM: &str = "n-zi-wier";
const OPS: &str = "n-ops-wier";
const POLICE: &str = "n-kpp-nad";
const CLINIC: &str = "n-poz-zdr";
const HOUR: Duration = Duration::from_secs(3600);

/// Monday, 2 November 2026, eight in the morning in Warsaw.
fn monday() -> i64 {
    start_of_day(date(2026, 11, 2)) + 8 * 3_600_000
}

/// The team and four members of the group; the team's officer has verified the table, the others' have not.
async fn group(seed: u64) -> Result<World> {
    let mut world = World::new_on(seed, monday()).await?;
    world.join(TEAM, wiez_proto::vocab::InstitutionKind::Zi, "Zespół Interdyscyplinarny").await?;
    for id in [SCHOOL, OPS, POLICE, CLINIC] {
        world.join_unverified(id).await?;
    }
    world.settle().await?;
    Ok(world)
}

/// The form is filed and has come; the case here and there.
async fn filed(world: &World) -> Result<(String, String)> {
    let sent = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    let theirs = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    Ok((sent.number, theirs))
}

fn role_of(case: &CaseView, name: &str, text: &str) -> Result<Option<PersonRole>> {
    let mut fields = case.messages.iter().flat_map(|message| &message.fields);
    let found = fields.find(|field| field.name == name && field.text == text);
    Ok(found.with_context(|| format!("no {name} {text}"))?.role)
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_1_to_3_the_form_goes_by_roles_and_no_consent_is_looked_at() -> Result<()> {
    let world = group(401).await?;
    // Marek withdrew what he had once signed for school and centre.
    let old = world.consent_of(SCHOOL, adult(), &[named(OPS).give(&[C::IdName, C::PlanTasks])]).await?;
    world.withdraw(SCHOOL, &old).await?;
    world.settle().await?;

    // 2: whoever tries to attach it is told that none belongs here.
    let before = world.before(TEAM).await?;
    let attached = with_consent(lawful(TEAM, B::Uppd9d), &old);
    let refused = refusal(world.report(SCHOOL, &attached, &[], nk_a(kacper())).await)?;
    assert_eq!(refused.reason, Reason::ConsentNotApplicable);
    world.held(SCHOOL, &refused, &before).await?;
    // 3: the grandmother only lives there; her health is nobody's business.
    let form = kacper_with(PersonRole::Household, (C::Health, "po udarze"));
    let refused = refusal(world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(form)).await)?;
    assert_eq!(refused.reason, Reason::Category);
    world.held(SCHOOL, &refused, &before).await?;

    // 1: the form itself.
    let (ours, theirs) = filed(&world).await?;
    let shown = world.show(TEAM, &theirs).await?;
    assert_eq!(role_of(&shown, "ID_NAME", "Kacper Zawilski")?, Some(PersonRole::Suffering));
    assert_eq!(role_of(&shown, "ID_NAME", "Irena Sowula")?, Some(PersonRole::Household));
    assert_eq!(role_of(&shown, "ID_NAME", "Marek Zawilski")?, Some(PersonRole::Using));
    assert_eq!(field(&shown, "incident"), Some("Uderzał syna pasem po powrocie do domu."));
    world.until_case(SCHOOL, &ours, S::Delivered).await
}

/// A class belongs to the list of other members of the household, yet the child is often the one who suffers: on the
/// form it goes at once, marked for the second person.
#[tokio::test(flavor = "multi_thread")]
async fn the_class_of_a_child_who_suffers_goes_and_is_marked() -> Result<()> {
    let world = group(402).await?;
    let form = kacper_with(PersonRole::Suffering, (C::EduPlace, "SP 3, klasa 3b"));
    let sent = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(form)).await?;
    assert_eq!(sent.flags, [Flag::Unverified, Flag::Special].into());
    let theirs = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    assert_eq!(world.review(TEAM, &theirs, Stage::After).await?.flags, [Flag::Special].into(), "verified there");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_4_five_working_days_count_from_the_day_the_procedure_began() -> Result<()> {
    let world = group(403).await?;
    let begun = |day: Date| stating(TEAM, B::Uppd9d, |statement| statement.started_on = Some(day));
    world.report(SCHOOL, &begun(date(2026, 11, 2)), &[], nk_a(kacper())).await?;
    let first = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    world.pass(48 * HOUR).await;
    world.report(SCHOOL, &begun(date(2026, 11, 4)), &[], nk_a(kacper())).await?;
    let second = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[&first]).await?;
    // 3, 4, 5, 6, 9 November; and 5, 6, 9, 10, 12 November around the holiday of the 11th.
    for (case, due) in [(&first, date(2026, 11, 9)), (&second, date(2026, 11, 12))] {
        assert_eq!(world.due_on(TEAM, case, Owed::Ack).await?, due);
        let line = world.case(TEAM, case).await?;
        assert_eq!(day_of(line.due_ms), due, "{line:?}");
        assert!(line.due_rule.contains("WORKING_DAYS 5"), "the rule stands beside the date: {}", line.due_rule);
        let owed = world.obligation(TEAM, case, Owed::Ack).await?;
        assert!(owed.rule.contains("WORKING_DAYS 5"), "{}", owed.rule);
    }
    // Filed three days late, the procedure is no younger for it; its own date has not passed yet.
    world.pass(24 * HOUR).await;
    world.report(SCHOOL, &begun(date(2026, 11, 2)), &[], nk_a(kacper())).await?;
    let late = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[&first, &second]).await?;
    assert_eq!(world.due_on(TEAM, &late, Owed::Ack).await?, date(2026, 11, 9));
    assert_eq!(day_of(world.case(TEAM, &late).await?.due_ms), date(2026, 11, 9));
    // What has to be passed on is counted from when it came.
    assert_eq!(world.due_on(TEAM, &late, Owed::Dispatch).await?, date(2026, 11, 10));
    // A day that has not come is no beginning.
    let refused = refusal(world.report(SCHOOL, &begun(date(2026, 11, 6)), &[], nk_a(kacper())).await)?;
    assert_eq!(refused.reason, Reason::FieldInvalid);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_5_each_member_of_the_group_gets_an_envelope_and_reads_it_only_after_declaring() -> Result<()> {
    let world = group(404).await?;
    let (_, form) = filed(&world).await?;
    world.show(TEAM, &form).await?;
    let before = world.before(CLINIC).await?;
    let mail = world.hub()?.status().await?.mail_acknowledged;
    let members = [OPS, POLICE, SCHOOL, CLINIC];
    let sent = world.dispatch(TEAM, &form, &members, "Ratusz, pokój 12, wtorek 10:00").await?;
    let cases: std::collections::BTreeSet<&str> =
        sent.iter().filter_map(|one| one.sent.as_ref()).map(|sent| sent.number.as_str()).collect();
    assert_eq!(cases.len(), 4, "one case for each: {sent:?}");
    let mut there = vec![];
    for member in members {
        there.push((member, world.arrives(member, CaseKind::NiebieskaKarta, &[]).await?));
    }
    world.settle().await?;
    assert_eq!(world.hub()?.status().await?.mail_acknowledged, mail + 4, "one envelope for each");
    assert!(world.nothing_left(&before).await.is_err(), "the proof that nothing leaves is one that can fail");

    for (member, case) in &there {
        let closed = world.show(member, case).await?;
        let dispatch = message(&closed, "NK_A_DISPATCH")?;
        assert_eq!(dispatch.closed.as_ref().map(|why| why.reason), Some(Reason::DeclarationMissing), "{member}");
        assert!(dispatch.fields.is_empty() && dispatch.statement.is_empty());
    }
    let (_, at_police) = &there[1];
    world.declare(POLICE, date(2026, 9, 1)).await?;
    let shown = world.show(POLICE, at_police).await?;
    assert_eq!(field(&shown, "place"), Some("Ratusz, pokój 12, wtorek 10:00"));
    assert_eq!(field(&shown, "ADDICTION"), Some("alkohol"));
    let statement = &message(&shown, "NK_A_DISPATCH")?.statement;
    assert!(statement.iter().any(|field| field.name == "for_gdp"), "sent for the group: {statement:?}");
    // The declaration is that of a person: whoever else sits there has none.
    world.party(POLICE)?.employ("Jan Zych", WorkerRole::Dzielnicowy).await?;
    let closed = world.show(POLICE, at_police).await?;
    assert_eq!(
        message(&closed, "NK_A_DISPATCH")?.closed.as_ref().map(|why| why.reason),
        Some(Reason::DeclarationMissing)
    );

    // Passing it on was done in time, and the sitting is owed now; a member says that it comes.
    assert!(world.obligation(TEAM, &form, Owed::Dispatch).await?.done_ms.is_some());
    assert_eq!(world.due_on(TEAM, &form, Owed::Sitting).await?, date(2026, 11, 9));
    let (_, at_ops) = &there[0];
    assert_eq!(world.due_on(OPS, at_ops, Owed::Ack).await?, date(2026, 11, 5));
    world.ack(OPS, at_ops, AckCode::WillAttend).await?;
    assert!(world.obligation(OPS, at_ops, Owed::Ack).await?.done_ms.is_some());
    let to_ops = sent[0].sent.as_ref().context("sent")?.number.clone();
    world.until_case(TEAM, &to_ops, S::Accepted).await?;
    world.sitting(TEAM, &to_ops, date(2026, 11, 2)).await?;
    assert!(world.obligation(TEAM, &form, Owed::Sitting).await?.done_ms.is_some());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_5_a_clock_that_ran_out_moves_to_the_manager_and_stays_on_record() -> Result<()> {
    let world = group(405).await?;
    let (_, form) = filed(&world).await?;
    let dispatch = world.obligation(TEAM, &form, Owed::Dispatch).await?;
    assert_eq!((day_of(dispatch.due_ms), dispatch.owner), (date(2026, 11, 5), Holder::Worker));
    world.pass(3 * 24 * HOUR).await;
    let history = world.show(TEAM, &form).await?.history;
    let said = |what: What| {
        let mut lines = history.iter().filter(move |line| line.what == what);
        lines.any(|line| line.details.get("owed").map(String::as_str) == Some("DISPATCH"))
    };
    assert!(said(What::Reminded) && !said(What::Missed), "{history:?}");
    world.pass(24 * HOUR).await;
    world
        .until("the date is marked as missed", async || {
            Ok(world.obligation(TEAM, &form, Owed::Dispatch).await?.missed_ms.is_some())
        })
        .await?;
    let missed = world.obligation(TEAM, &form, Owed::Dispatch).await?;
    assert_eq!((missed.owner, missed.due_ms, missed.outage), (Holder::Manager, dispatch.due_ms, None));
    assert!(world.owed(TEAM, true).await?.iter().any(|line| line.number == form && line.what == Owed::Dispatch));
    assert!(world.owed(TEAM, false).await?.is_empty(), "nothing of it stands among the family's cases");
    // Done late is done, and late.
    world.dispatch(TEAM, &form, &[OPS], "").await?;
    let late = world.obligation(TEAM, &form, Owed::Dispatch).await?;
    assert!(late.done_ms.is_some() && late.missed_ms == missed.missed_ms);
    // Neither the hub nor anybody else hears of a clock.
    let status = serde_json::to_string(&world.hub()?.status().await?)?;
    assert!(!status.contains("miss") && !status.contains("NK"), "{status}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn until_somebody_verified_the_row_a_second_person_lets_each_dispatch_out() -> Result<()> {
    let mut world = World::new_on(406, monday()).await?;
    for id in [SCHOOL, TEAM, OPS, POLICE] {
        world.join_unverified(id).await?;
    }
    world.settle().await?;
    let (_, form) = filed(&world).await?;
    world.show(TEAM, &form).await?;
    let before = world.before(OPS).await?;
    let held = world.dispatch(TEAM, &form, &[OPS, POLICE], "Ratusz").await?;
    let head = world.second(TEAM, WorkerRole::Kierownik).await?;
    for one in &held {
        let refused = one.refusal.as_ref().context("held")?;
        assert_eq!(refused.reason, Reason::BasisUnverified);
        world.held(TEAM, refused, &before).await?;
    }
    assert_eq!(world.obligation(TEAM, &form, Owed::Dispatch).await?.done_ms, None, "nothing was passed on yet");
    let id = held[0].refusal.as_ref().and_then(|refused| refused.details.get("review")).context("asked")?;
    world.confirm_as(TEAM, &head, id).await?;
    world.arrives(OPS, CaseKind::NiebieskaKarta, &[]).await?;
    assert!(world.obligation(TEAM, &form, Owed::Dispatch).await?.done_ms.is_some());
    // The other one is rejected with a reason: it stays where it is.
    let id = held[1].refusal.as_ref().and_then(|refused| refused.details.get("review")).context("asked")?;
    world.reject_as(TEAM, &head, id, "Policja nie wchodzi w skład tej grupy").await?;
    world.settle().await?;
    assert!(world.came(POLICE, CaseKind::NiebieskaKarta).await?.is_empty());
    let number = held[1].refusal.as_ref().and_then(|refused| refused.details.get("case")).context("kept")?;
    let kept = world.show(TEAM, number).await?;
    let why = kept.problem.context("why")?;
    assert_eq!(why.details.get("why").map(String::as_str), Some("Policja nie wchodzi w skład tej grupy"));
    assert_eq!(
        (kept.line.status, message(&world.show(TEAM, number).await?, "NK_A_DISPATCH")?.state.as_str()),
        (S::Held, "DRAFT")
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_6_culture_is_no_member_and_one_refusal_stops_nobody_else() -> Result<()> {
    let mut world = group(407).await?;
    world.join_unverified("n-mdk-wier").await?;
    world.settle().await?;
    let (_, form) = filed(&world).await?;
    world.show(TEAM, &form).await?;
    let before = world.before("n-mdk-wier").await?;
    let done = world.dispatch(TEAM, &form, &["n-mdk-wier", OPS], "").await?;
    let refused = done[0].refusal.as_ref().context("refused")?;
    assert_eq!(refused.reason, Reason::Pair);
    let number = refused.details.get("case").context("kept")?;
    assert_eq!(world.case(TEAM, number).await?.status, S::Held);
    assert!(done[1].sent.is_some(), "{done:?}");
    let at_ops = world.arrives(OPS, CaseKind::NiebieskaKarta, &[]).await?;
    let note = NoteText {
        persons: vec![person(PersonRole::Suffering, &[(C::IdName, "Kacper Zawilski")])],
        text: "Chodzi na zajęcia w czwartki.".to_owned(),
        tasks: String::new(),
    };
    let refused = refusal(world.nk_note_first(TEAM, &lawful("n-mdk-wier", B::Uppd9c), note.clone()).await)?;
    assert_eq!(refused.reason, Reason::Pair);
    world.settle().await?;
    assert!(world.came("n-mdk-wier", CaseKind::NiebieskaKarta).await?.is_empty());
    assert!(world.nothing_left(&before).await.is_err(), "only the centre got something");

    // A member answers with a note; without a verified row that waits for a second person there.
    world.declare(OPS, date(2026, 9, 1)).await?;
    world.show(OPS, &at_ops).await?;
    let refused = refusal(world.nk_note(OPS, &at_ops, note).await)?;
    assert_eq!(refused.reason, Reason::BasisUnverified);
    let head = world.second(OPS, WorkerRole::Kierownik).await?;
    let review = world.review(OPS, &at_ops, Stage::Before).await?;
    assert_eq!(reason(world.confirm(OPS, &review.id).await)?, Reason::SecondPerson);
    world.confirm_as(OPS, &head, &review.id).await?;
    let to_ops = done[1].sent.as_ref().context("sent")?.number.clone();
    world
        .until("the note is in the team's case", async || {
            Ok(message(&world.show(TEAM, &to_ops).await?, "NK_NOTE").is_ok())
        })
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn then_no_withdrawal_changes_anything_about_it() -> Result<()> {
    let mut world = group(408).await?;
    let consent = world.consent_of(SCHOOL, adult(), &[named(OPS).give(&[C::IdName, C::PlanTasks])]).await?;
    world.settle().await?;
    world.take_down(TEAM).await?;
    let mut form = kacper();
    form.event = facts(&[(C::Incident, "Pobicie w kuchni.")]);
    let ours = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(form)).await?.number;
    world.until_case(SCHOOL, &ours, S::Sent).await?;
    world.withdraw(SCHOOL, &consent).await?;
    world
        .until("the withdrawal stands in the log", async || {
            Ok(world.consent_shown(SCHOOL, &consent).await?.pairs.iter().all(|pair| pair.logged))
        })
        .await?;
    world.bring_up(TEAM).await?;
    let theirs = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    assert_eq!(field(&world.show(TEAM, &theirs).await?, "INCIDENT"), Some("Pobicie w kuchni."));
    world.until_case(SCHOOL, &ours, S::Delivered).await
}
