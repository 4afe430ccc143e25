//! A duty is never blocked by software: it goes, is flagged, and is looked at; what stops it elsewhere rings at once.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::civil::date;
use wiez_node::alarm::{DUTY_REJECTED, DutyRefused};
use wiez_node::casework::CaseKind;
use wiez_node::message::Message;
use wiez_node::obligation::Holder;
use wiez_node::review::Stage;
use wiez_node::store::casework::Direction;
use wiez_proto::id::Hash;
use wiez_proto::limits;
use wiez_proto::payload::{Body, Payload};
use wiez_proto::refusal::Reason;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{
    AckCode, BasisCode as B, Category as C, FeedbackCode as F, Flag, InstitutionKind, Owed, PersonRole,
    ReferralStatus as S, WorkerRole,
};
use wiez_tests::World;
use wiez_tests::acts::{field, message, reason, refusal};
use wiez_tests::canary::{Canaries, Found};
use wiez_tests::desk::speaks_polish;
use wiez_tests::lawful::{kacper, kacper_with, lawful, nk_a, signal};

use crate::hostile_sender::Bare;
use crate::table::audited;

const SCHOOL: &str = "n-sp3-wier";
const TEAM: &str = "n-zi-wier";
const OPS: &str = "n-ops-wier";
const POLICE: &str = "n-kpp-nad";
const PHONE: &str = "77 400 00 00";
const HOUR: Duration = Duration::from_secs(3600);

/// What a member without a node sends: the form, as somebody typed it.
pub(crate) fn form(from: &Bare, form: wiez_node::casework::act::NkText) -> Result<Message> {
    let payload = Payload::new("SP/2026/9", vec![], Body::NkA(form.into()))?;
    let mut message = from.message(None, "NK_A", payload)?;
    message.purpose = wiez_proto::vocab::Purpose::Violence;
    message.statement = Some(Statement::of(B::Uppd9d));
    Ok(message)
}

/// The shipped overlay is empty, the institutions employ one person each, and the sender's table is another one.
#[tokio::test(flavor = "multi_thread")]
async fn unverified_alone_and_under_another_table_the_form_arrives_shows_is_flagged_and_reviewed() -> Result<()> {
    let world = World::cast_unverified(501, &[SCHOOL, TEAM]).await?;
    let sent = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    let first = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    assert_eq!(field(&world.show(TEAM, &first).await?, "ID_NAME"), Some("Kacper Zawilski"), "it shows at once");

    // The same from a newer or older program, whose row has another digest.
    let mut other = Bare::join(&world, "n-sp9-wier", InstitutionKind::Szkola, TEAM).await?;
    let mut newer = form(&other, kacper())?;
    newer.policy_row = Hash::new([9; 32]);
    other.send_lawful(newer).await?;
    let second = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[&first]).await?;
    let shown = world.show(TEAM, &second).await?;
    assert_eq!(field(&shown, "ID_NAME"), Some("Kacper Zawilski"));
    assert_eq!(message(&shown, "NK_A")?.flags, [Flag::Unverified, Flag::PolicyDiffers].into());
    assert_eq!(world.due_on(TEAM, &second, Owed::Dispatch).await?, date(2026, 5, 11), "by the table that applies here");

    // Whoever is alone looks at it alone, and the record says so.
    audited(&world, SCHOOL, &sent.number, "NK_A", &[Flag::Unverified]).await?;
    let own = world.review(SCHOOL, &sent.number, Stage::After).await?;
    assert!(world.confirm(SCHOOL, &own.id).await?.alone);
    assert!(world.obligation(SCHOOL, &sent.number, Owed::Review).await?.done_ms.is_some());
    let there = world.review(TEAM, &second, Stage::After).await?;
    assert!(!world.confirm(TEAM, &there.id).await?.alone, "what came was written by somebody else");
    let kept = world.reviews(SCHOOL).await?.into_iter().find(|line| line.id == own.id).context("on record")?;
    assert!(kept.decided.is_some_and(|outcome| outcome.alone && outcome.by == "Anna Nowak"));
    // Once somebody else is employed, nobody looks at her own.
    let sent = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    world.second(SCHOOL, WorkerRole::Kierownik).await?;
    let own = world.review(SCHOOL, &sent.number, Stage::After).await?;
    assert_eq!(reason(world.confirm(SCHOOL, &own.id).await)?, Reason::SecondPerson);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_that_says_no_takes_nothing_back_and_rings_for_the_manager() -> Result<()> {
    let world = World::cast_unverified(502, &[SCHOOL, TEAM]).await?;
    let sent = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    let theirs = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    let head = world.second(SCHOOL, WorkerRole::Kierownik).await?;
    let review = world.review(SCHOOL, &sent.number, Stage::After).await?;
    assert_eq!(reason(world.reject_as(SCHOOL, &head, &review.id, " ").await)?, Reason::FieldInvalid, "why is kept");
    world.reject_as(SCHOOL, &head, &review.id, "Siniaki z meczu").await?;
    let rung = world.alarms_at(SCHOOL).await?;
    assert!(rung.iter().any(|alarm| alarm.kind == DUTY_REJECTED && alarm.subject == sent.number), "{rung:?}");
    assert!(field(&world.show(TEAM, &theirs).await?, "ID_NAME").is_some());
    // Nobody looked at the other end for a day: that is on the manager's desk.
    world.pass(25 * HOUR).await;
    let owed = world.obligation(TEAM, &theirs, Owed::Review).await?;
    assert!(owed.missed_ms.is_some() && owed.owner == Holder::Manager, "{owed:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_hub_asks_to_wait_the_node_tries_again_alone_and_shows_whom_to_call() -> Result<()> {
    let mut world = World::cast_unverified(503, &[SCHOOL, TEAM]).await?;
    world.hub_config.quota.handle_free_per_minute = 2;
    world.restart_hub().await?;
    world.settle().await?;
    let mut sent = vec![];
    for _ in 0..5 {
        sent.push(world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?.number);
    }
    world.until("the first have left", async || Ok(world.hub()?.status().await?.mail_acknowledged >= 2)).await?;
    let mut waits = vec![];
    for number in &sent {
        let case = world.show(SCHOOL, number).await?;
        if case.line.status == S::Queued {
            assert_eq!(case.phone.as_deref(), Some(PHONE), "meanwhile somebody calls: {case:?}");
            waits.push(number);
        }
    }
    assert!(!waits.is_empty(), "the hub asked nobody to wait");
    // Nobody does anything; the time that the hub named passes.
    world.pass(5 * Duration::from_secs(60)).await;
    for number in &sent {
        world.until_case(SCHOOL, number, S::Delivered).await?;
    }
    assert_eq!(world.came(TEAM, CaseKind::NiebieskaKarta).await?.len(), sent.len());
    assert_eq!(world.show(SCHOOL, &sent[0]).await?.phone, None, "it has arrived");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workers_quota_flags_duties_and_holds_everything_else_for_a_second_person() -> Result<()> {
    let world = World::cast(504, &[POLICE, OPS]).await?;
    for _ in 0..limits::STATUTORY_PER_WORKER_DAY {
        let sent = world.report(POLICE, &lawful(OPS, B::Ups100), &[], signal("Dziecko samo w domu.")).await?;
        assert!(sent.flags.is_empty());
    }
    let sent = world.report(POLICE, &lawful(OPS, B::Ups100), &[], signal("I jeszcze jedno.")).await?;
    assert_eq!(sent.flags, [Flag::Quota].into(), "the twenty-first goes, and somebody looks at it");
    world.until_case(POLICE, &sent.number, S::Delivered).await?;
    let before = world.before(OPS).await?;
    let refused = refusal(world.query(POLICE, &crate::table::crime::referenced(), &[C::Contact], &[]).await)?;
    assert_eq!(refused.reason, Reason::ReviewRequired);
    assert_eq!(refused.details.get("limit").map(String::as_str), Some("20"));
    let held = world.held(POLICE, &refused, &before).await?;
    let head = world.second(POLICE, WorkerRole::Kierownik).await?;
    let review = world.review(POLICE, &held.line.number, Stage::Before).await?;
    world.confirm_as(POLICE, &head, &review.id).await?;
    world.arrives(OPS, CaseKind::Query, &[]).await?;
    // A day later nobody is over anything.
    world.pass(25 * HOUR).await;
    let sent = world.report(POLICE, &lawful(OPS, B::Ups100), &[], signal("Nazajutrz.")).await?;
    assert!(sent.flags.is_empty(), "{:?}", sent.flags);
    Ok(())
}

/// Both ends of one refusal. No node of ours sends what another of ours refuses, so at each end somebody without a node
/// stands at the other.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_recipients_gate_refuses_of_a_duty_rings_where_it_was_refused() -> Result<()> {
    let world = World::cast_unverified(505, &[TEAM]).await?;
    let mut school = Bare::join(&world, "n-sp9-wier", InstitutionKind::Szkola, TEAM).await?;
    let wrong = form(&school, kacper_with(PersonRole::Household, (C::Health, "po udarze")))?;
    school.send_lawful(wrong).await?;
    let rung = world.duty_alarm(TEAM).await?;
    assert_eq!((rung.direction, rung.peer.as_str(), rung.phone.as_str()), (Direction::In, "n-sp9-wier", PHONE));
    assert_eq!((rung.kind.as_deref(), rung.refusal.reason), (Some("NK_A"), Reason::Category));
    assert_eq!(rung.refusal.details.get("role").map(String::as_str), Some("HOUSEHOLD"), "what to fix");
    speaks_polish(&rung.refusal)?;
    assert!(world.came(TEAM, CaseKind::NiebieskaKarta).await?.is_empty());
    // The sender is told the same, sealed.
    let told = school.refused(&world).await?;
    assert_eq!((told.reason, told.details.get("role")), (Reason::Category, rung.refusal.details.get("role")));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn and_it_rings_where_it_was_sent_with_reason_and_telephone() -> Result<()> {
    let world = World::cast_unverified(506, &[SCHOOL]).await?;
    let mut team = Bare::join(&world, "n-zi-obok", InstitutionKind::Zi, SCHOOL).await?;
    world.settle().await?;
    world
        .until("the school knows the new team", async || {
            Ok(world.node(SCHOOL)?.directory().get(&"n-zi-obok".parse()?).is_some())
        })
        .await?;
    let sent = world.report(SCHOOL, &lawful("n-zi-obok", B::Uppd9d), &[], nk_a(kacper())).await?;
    let refusal =
        wiez_proto::refusal::Refusal::new(Reason::Category).with("role", "HOUSEHOLD").with("categories", "KINSHIP");
    team.refuse_next(&world, refusal).await?;
    let rung = world.duty_alarm(SCHOOL).await?;
    assert_eq!((rung.direction, rung.peer.as_str(), rung.phone.as_str()), (Direction::Out, "n-zi-obok", PHONE));
    assert_eq!((rung.refusal.reason, rung.number.as_deref()), (Reason::Category, Some(sent.number.as_str())));
    let case = world.show(SCHOOL, &sent.number).await?;
    assert_eq!((case.line.status, case.phone.as_deref()), (S::Held, Some(PHONE)));
    assert_eq!(case.problem.map(|problem| problem.reason), Some(Reason::Category));
    let rings = world.alarms_at(SCHOOL).await?;
    assert_eq!(rings.iter().filter(|alarm| DutyRefused::of(alarm).is_some()).count(), 1, "once for one message");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_holds_no_word_of_any_of_it() -> Result<()> {
    let mut world = World::cast_unverified(510, &[SCHOOL, TEAM, OPS, POLICE]).await?;
    world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    let form = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    world.show(TEAM, &form).await?;
    world.ack(TEAM, &form, AckCode::TakenOver).await?;
    world.report(SCHOOL, &lawful(OPS, B::Kamilka), &[], signal("Dziecko samo w domu.")).await?;
    world.report(OPS, &lawful(POLICE, B::Kpk304), &[(C::IdName, "Halina Wrzos")], wiez_tests::lawful::crime()).await?;
    world.arrives(POLICE, CaseKind::Crime, &[]).await?;
    let theirs = world.arrives(OPS, CaseKind::Signal, &[]).await?;
    world.feed_back(OPS, &theirs, F::Received).await?;
    // One that still waits at the hub.
    world.take_down(TEAM).await?;
    let waiting = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    world.until_case(SCHOOL, &waiting.number, S::Sent).await?;

    let mut canaries = Canaries::default();
    for word in [
        "NK_A_DISPATCH",
        "CRIME_NOTICE",
        "FEEDBACK_MIN",
        "ACK_HUMAN",
        "UPPD_9D\"",
        "SUFFERING",
        "HOUSEHOLD",
        "FORMAL_REF",
        "WORKING_DAYS",
        "Niebieska",
        "NIEBIESKA",
        "Zawilski",
        "Halina Wrzos",
        "siniaki na ramionach",
        "Dziecko samo",
    ] {
        canaries.plant(word);
    }
    canaries.plant_number("84631422020");
    let status = serde_json::to_string(&world.hub()?.status().await?)?;
    for word in ["NK", "SIGNAL", "ALERT", "CRIME", "statut", "duty", "vital"] {
        assert!(!status.contains(word), "the hub counts {word}: {status}");
    }
    world.stop_hub().await?;
    let mut found = Found::new();
    let read = canaries.search_folder(&world.hub_dir(), &mut found)?;
    canaries.search("status", status.as_bytes(), &mut found);
    assert!(read > 20_000, "nothing was searched");
    assert!(found.is_empty(), "{found:?}");
    Ok(())
}
