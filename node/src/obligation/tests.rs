//! Checks what is owed, by when, and what the clock does, on a clock that the test moves.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may fail loudly")]

use std::collections::BTreeSet;

use jiff::civil::Date;
use wiez_proto::calendar::Week;
use wiez_proto::id::{Hash, MessageId, ThreadId};
use wiez_proto::payload::{Body, Payload};
use wiez_proto::policy::{Due, Policy, Row};
use wiez_proto::statement::{FormalRef, Statement};
use wiez_proto::vocab::{
    BasisClass, BasisCode, FeedbackCode, FormalChannel, InstitutionKind, MessageKind, Owed, Purpose, Urgency,
};

use super::begin::{owed, remind_at};
use super::tick::tick_at;
use super::*;
use crate::casework::{CaseKind, What};
use crate::message::Message;
use crate::node::tests::{Offline, officer};
use crate::referral::{Referral, Timing};
use crate::store;
use crate::store::casework::CaseRow;

fn ms(at: &str) -> i64 {
    at.parse::<jiff::Zoned>()
        .unwrap_or_else(|_| format!("{at}[Europe/Warsaw]").parse().unwrap())
        .timestamp()
        .as_millisecond()
}

fn row(id: &str) -> &'static Row {
    Policy::shipped().row(id).unwrap_or_else(|| panic!("{id}"))
}

fn message(kind: MessageKind, statement: Option<Statement>) -> Message {
    Message {
        message_id: MessageId::new([7; 16]),
        sender: "sp3-wier".parse().unwrap(),
        recipient: "zi-wier".parse().unwrap(),
        class: if statement.is_some() { BasisClass::Statutory } else { BasisClass::NoPersonalData },
        handle: None,
        expires_ms: 0,
        kind,
        categories: BTreeSet::new(),
        asked: BTreeSet::new(),
        purpose: Purpose::Violence,
        thread: ThreadId::new([1; 16]),
        in_reply_to: None,
        policy_row: Hash::ZERO,
        grant: None,
        statement,
        checkpoint: String::new(),
        worker: "Anna Nowak".into(),
        urgency: Urgency::U2Urgent,
        signature: None,
        payload: Payload::new("", vec![], Body::ReplyAnon { text: "x".into() }).unwrap(),
    }
}

fn started(on: &str) -> Statement {
    Statement { started_on: Some(on.parse().unwrap()), ..Statement::of(BasisCode::Uppd9d) }
}

/// What is owed and by which day, of a message that went or came at a moment in Warsaw.
fn dates(id: &str, side: Side, message: &Message, at: &str, week: Week) -> Vec<(Owed, Date)> {
    let all = owed(row(id), side, message, ms(at), week);
    let day = |start: &Start| start.due.deadline(start.from_ms, message.urgency, week).due_ms;
    all.iter().map(|start| (start.what, wiez_proto::calendar::day_of(day(start)))).collect()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn a_form_owes_its_letter_and_is_answered_within_its_own_clock() {
    let form = message(MessageKind::NkA, Some(started("2026-11-02")));
    let sender = |at| dates("NK_A", Side::Sender, &form, at, Week::MON_FRI);
    assert_eq!(sender("2026-11-02T09:00"), [(Owed::FormalRef, day("2026-11-09"))]);
    // 11 November is a holiday; the days of the letter count from the sending.
    assert_eq!(sender("2026-11-04T09:00"), [(Owed::FormalRef, day("2026-11-12"))]);
    let mut lettered = form.clone();
    lettered.statement.as_mut().unwrap().formal_ref =
        Some(FormalRef { channel: FormalChannel::Paper, number: "12/2026".into(), date: day("2026-11-02") });
    assert_eq!(dates("NK_A", Side::Sender, &lettered, "2026-11-02T09:00", Week::MON_FRI), []);
    // The answer counts from the day on which the procedure was started, not from the receipt.
    let of = |what, found: Vec<(Owed, Date)>| found.into_iter().find(|(owed, _)| *owed == what).map(|(_, day)| day);
    for (start, at, due) in [
        ("2026-11-02", "2026-11-05T09:00", "2026-11-09"),
        ("2026-11-04", "2026-11-05T09:00", "2026-11-12"),
        // What came after its own date gives the same time again.
        ("2026-10-19", "2026-11-02T09:00", "2026-11-09"),
    ] {
        let form = message(MessageKind::NkA, Some(started(start)));
        let found = dates("NK_A", Side::Recipient, &form, at, Week::MON_FRI);
        assert_eq!(of(Owed::Ack, found.clone()), Some(day(due)), "{start} {at}");
        assert!(of(Owed::Dispatch, found.clone()).is_some() && of(Owed::FormalRef, found).is_none());
    }
    let saturday = dates("NK_A", Side::Recipient, &form, "2026-11-02T10:00", Week::MON_SAT);
    assert_eq!(of(Owed::Ack, saturday.clone()), Some(day("2026-11-07")));
    assert_eq!(of(Owed::Dispatch, saturday), Some(day("2026-11-05")));
}

#[test]
fn a_signal_owes_feedback_and_a_question_its_answer() {
    let signal = message(MessageKind::Signal, Some(Statement::of(BasisCode::Ups100)));
    assert_eq!(
        dates("SIGNAL", Side::Recipient, &signal, "2026-12-23T12:00", Week::MON_FRI),
        // 24 December is free since 2025, 25 and 26 always; 14 days are counted through.
        [(Owed::FeedbackReceipt, day("2026-12-28")), (Owed::Feedback14, day("2027-01-06"))]
    );
    assert_eq!(dates("SIGNAL", Side::Sender, &signal, "2026-12-23T12:00", Week::MON_FRI), []);
    let asked = message(MessageKind::InfoRequest, Some(Statement::of(BasisCode::Uwr16)));
    assert_eq!(
        dates("INFO_REQUEST.UWR_16", Side::Recipient, &asked, "2026-11-04T09:00", Week::MON_FRI),
        [(Owed::Answer, day("2026-11-12"))]
    );
    // Ordinary requests have the clock of their case.
    assert_eq!(dates("INFO_REQUEST.CONSENT", Side::Recipient, &asked, "2026-11-04T09:00", Week::MON_FRI), []);
}

#[test]
fn one_reminds_as_the_last_working_day_begins() {
    let at = |due: Due, from: &str| {
        let deadline = due.deadline(ms(from), Urgency::U3Normal, Week::MON_FRI);
        remind_at(due, ms(from), deadline.due_ms, Week::MON_FRI)
    };
    // Over a holiday; over a weekend at the end of calendar days; on the morning after the clocks went back.
    assert_eq!(at(Due::WorkingDays(5), "2026-11-04T09:00"), Some(ms("2026-11-12T00:00")));
    assert_eq!(at(Due::CalendarDays(7), "2026-11-08T09:00"), Some(ms("2026-11-13T00:00")));
    assert_eq!(at(Due::WorkingDays(1), "2026-10-23T09:00"), Some(ms("2026-10-26T00:00")));
    assert_eq!(at(Due::WorkingDays(1), "2026-10-23T09:00").map(|ms| ms % 86_400_000), Some(23 * 3_600_000));
    // Nothing before the start, nor of minutes.
    assert_eq!(at(Due::CalendarDays(1), "2026-11-06T09:00"), None);
    assert_eq!(at(Due::Minutes(1440), "2026-11-06T09:00"), None);
}

/// An institution with one case that stands apart.
async fn with_case(at: &str) -> (Offline, &'static str) {
    let place = Offline::new(InstitutionKind::Ops, at).await;
    let now_ms = place.env.now_ms();
    let case = CaseRow {
        number: "W-AAAAAA".into(),
        thread: ThreadId::new([1; 16]),
        peer: "sp3-wier".parse().unwrap(),
        kind: CaseKind::Signal,
        hidden: true,
        grant: None,
        created_ms: now_ms,
        version: 1,
        file: serde_json::from_value(serde_json::json!({
            "subject_ref": "", "record": null, "row": "00".repeat(32), "problem": null,
            "stand": Referral::arrived(Urgency::U3Normal, now_ms, Timing::default()),
        }))
        .unwrap(),
    };
    let mut tx = place.node.store().begin("test.case").await.unwrap();
    store::casework::put(&mut tx, &case).await.unwrap();
    tx.commit().await.unwrap();
    (place, "W-AAAAAA")
}

async fn signalled(place: &Offline, number: &str) {
    let signal = message(MessageKind::Signal, Some(Statement::of(BasisCode::Ups100)));
    let mut tx = place.node.store().begin("test.signal").await.unwrap();
    begin(&place.node, &mut tx, number, row("SIGNAL"), Side::Recipient, &signal, place.env.now_ms()).await.unwrap();
    // A message that is told twice is owed once.
    begin(&place.node, &mut tx, number, row("SIGNAL"), Side::Recipient, &signal, place.env.now_ms() + 5).await.unwrap();
    tx.commit().await.unwrap();
}

async fn ticked(place: &Offline, connected_since: Option<i64>) {
    let mut tx = place.node.store().begin("test.tick").await.unwrap();
    tick_at(&mut tx, &place.env, place.node.id(), connected_since).await.unwrap();
    tx.commit().await.unwrap();
}

async fn history(place: &Offline, number: &str) -> Vec<What> {
    let mut view = place.node.store().view("test.history").await.unwrap();
    store::casework::events(&mut view, number).await.unwrap().into_iter().map(|event| event.what).collect()
}

#[tokio::test]
async fn a_missed_date_is_said_once_moves_to_the_manager_and_is_never_reset() {
    let (place, number) = with_case("2026-11-09T09:00").await;
    let since = Some(place.env.now_ms());
    signalled(&place, number).await;
    ticked(&place, since).await;
    assert_eq!(history(&place, number).await, []);
    // One working day from Monday: Tuesday, reminded as it begins.
    place.until("2026-11-10T00:00");
    ticked(&place, since).await;
    ticked(&place, since).await;
    assert_eq!(history(&place, number).await, [What::Reminded]);
    place.until("2026-11-10T23:59");
    ticked(&place, since).await;
    assert!(list(&place.node, &officer(), true).await.unwrap().iter().all(|line| line.missed_ms.is_none()));
    place.until("2026-11-11T00:00");
    ticked(&place, since).await;
    ticked(&place, since).await;
    assert_eq!(history(&place, number).await, [What::Reminded, What::Missed]);
    let receipt = list(&place.node, &officer(), true).await.unwrap().remove(0);
    assert_eq!((receipt.what, receipt.owner, receipt.outage), (Owed::FeedbackReceipt, Holder::Manager, None));
    assert_eq!(receipt.rule, "WORKING_DAYS 1 MON-FRI PL-HOLIDAYS Europe/Warsaw");
    let missed = receipt.missed_ms.unwrap();
    // Done late stays missed, and the restart changes nothing.
    let place = place.restarts().await;
    place.until("2026-11-12T10:00");
    let mut tx = place.node.store().begin("test.done").await.unwrap();
    told(&place.node, &mut tx, number, FeedbackCode::Received, place.env.now_ms()).await.unwrap();
    let all = of_case(&mut tx, number).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((all[0].missed_ms, all[0].done_ms), (Some(missed), Some(place.env.now_ms())));
    assert_eq!(list(&place.node, &officer(), true).await.unwrap().len(), 1);
    // In ordinary lists it was never seen.
    assert_eq!(list(&place.node, &officer(), false).await.unwrap(), []);
}

#[tokio::test]
async fn done_before_the_clock_looked_is_late_all_the_same() {
    let (place, number) = with_case("2026-11-09T09:00").await;
    signalled(&place, number).await;
    place.until("2026-11-12T10:00");
    let mut tx = place.node.store().begin("test.done").await.unwrap();
    assert!(done(&place.node, &mut tx, number, Owed::FeedbackReceipt, place.env.now_ms()).await.unwrap());
    assert!(!done(&place.node, &mut tx, number, Owed::FeedbackReceipt, place.env.now_ms()).await.unwrap());
    let all = of_case(&mut tx, number).await.unwrap();
    tx.commit().await.unwrap();
    assert!(all[0].missed_ms.is_some() && all[0].done_ms.is_some());
    assert_eq!(history(&place, number).await, [What::Missed]);
}

#[tokio::test]
async fn a_date_that_fell_into_an_outage_says_so_and_stays_missed() {
    let (place, number) = with_case("2026-11-09T09:00").await;
    signalled(&place, number).await;
    ticked(&place, Some(place.env.now_ms())).await;
    // The hub is gone from the evening until after the date.
    place.until("2026-11-10T20:00");
    let lost = place.env.now_ms();
    ticked(&place, None).await;
    place.until("2026-11-11T08:00");
    ticked(&place, None).await;
    let receipt = list(&place.node, &officer(), true).await.unwrap().remove(0);
    let outage = receipt.outage.unwrap();
    assert_eq!((outage.kind, outage.from_ms, outage.to_ms), (OutageKind::NoHub, lost, None));
    assert_eq!(history(&place, number).await, [What::Reminded, What::MissedOutage]);
    // Its end is shown when it has one; the date and the mark stay.
    place.until("2026-11-11T09:00");
    ticked(&place, Some(ms("2026-11-11T08:30"))).await;
    let later = list(&place.node, &officer(), true).await.unwrap().remove(0);
    assert_eq!(later.outage.unwrap().to_ms, Some(ms("2026-11-11T08:30")));
    assert_eq!((later.due_ms, later.missed_ms, later.owner), (receipt.due_ms, receipt.missed_ms, Holder::Manager));
    assert_eq!(history(&place, number).await.len(), 2);
    // The word after 14 days is due in no outage.
    place.until("2026-11-24T09:00");
    ticked(&place, Some(ms("2026-11-11T08:30"))).await;
    assert_eq!(list(&place.node, &officer(), true).await.unwrap()[1].outage, None);
    assert_eq!(history(&place, number).await[2], What::Missed);
}

#[tokio::test]
async fn a_node_that_did_not_run_over_a_date_says_so() {
    let (place, number) = with_case("2026-11-09T09:00").await;
    signalled(&place, number).await;
    let stopped = place.env.now_ms();
    ticked(&place, Some(stopped)).await;
    let place = place.restarts().await;
    place.until("2026-11-12T08:00");
    ticked(&place, Some(place.env.now_ms())).await;
    let outage = list(&place.node, &officer(), true).await.unwrap()[0].outage.unwrap();
    let span = (outage.kind, outage.from_ms, outage.to_ms);
    assert_eq!(span, (OutageKind::NotRunning, stopped, Some(place.env.now_ms())));
    assert_eq!(history(&place, number).await, [What::MissedOutage]);
}

#[tokio::test]
async fn whoever_is_faster_than_the_clock_after_a_restart_still_finds_the_outage() {
    let (place, number) = with_case("2026-11-09T09:00").await;
    signalled(&place, number).await;
    let stopped = place.env.now_ms();
    ticked(&place, Some(stopped)).await;
    let place = place.restarts().await;
    place.until("2026-11-12T08:00");
    let mut tx = place.node.store().begin("test.done").await.unwrap();
    assert!(done(&place.node, &mut tx, number, Owed::FeedbackReceipt, place.env.now_ms()).await.unwrap());
    let all = of_case(&mut tx, number).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(all[0].outage.map(|outage| outage.kind), Some(OutageKind::NotRunning));
    ticked(&place, None).await;
    assert_eq!(history(&place, number).await, [What::MissedOutage]);
}

#[tokio::test]
async fn the_last_word_to_the_reporter_is_owed_once() {
    let (place, number) = with_case("2026-11-09T09:00").await;
    signalled(&place, number).await;
    let now_ms = place.env.now_ms();
    let mut tx = place.node.store().begin("test.closing").await.unwrap();
    closing(&place.node, &mut tx, number, now_ms).await.unwrap();
    closing(&place.node, &mut tx, number, now_ms).await.unwrap();
    let open = |all: Vec<ObligationLine>| -> Vec<Owed> {
        all.into_iter().filter(|line| line.done_ms.is_none()).map(|line| line.what).collect()
    };
    assert_eq!(open(of_case(&mut tx, number).await.unwrap()), [Owed::FeedbackReceipt, Owed::FeedbackClosing]);
    told(&place.node, &mut tx, number, FeedbackCode::Closed, now_ms).await.unwrap();
    assert_eq!(open(of_case(&mut tx, number).await.unwrap()), []);
    drop(tx);
    // The other way round: said first, closed afterwards.
    let mut tx = place.node.store().begin("test.closed").await.unwrap();
    told(&place.node, &mut tx, number, FeedbackCode::NotCompetent, now_ms).await.unwrap();
    closing(&place.node, &mut tx, number, now_ms).await.unwrap();
    assert_eq!(open(of_case(&mut tx, number).await.unwrap()), []);
    // A case that owes no feedback owes none at its end.
    closing(&place.node, &mut tx, "W-NONE", now_ms).await.unwrap();
    assert_eq!(of_case(&mut tx, "W-NONE").await.unwrap(), []);
}
