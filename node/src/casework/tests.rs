//! Checks what arrives and what is done about it at one institution, where the story of two would hide the step.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may fail loudly")]

use std::collections::BTreeSet;
use std::pin::pin;

use futures_util::future::{Either, select};
use wiez_proto::directory::Standing;
use wiez_proto::id::{Hash, MessageId, ThreadId};
use wiez_proto::payload::{self, Body, InfoReply, MediationRequest, NkDispatch, NkForm, NkPerson, Payload, Section};
use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{
    AckCode, BasisCode, Category, DeclineReason, FeedbackCode, InstitutionKind, MediationOutcome, Owed, PersonRole,
    Purpose, ReferralStatus, ServiceCode, Urgency, WorkerRole,
};

use super::*;
use crate::account::Reader;
use crate::alarm::{self, DutyRefused};
use crate::casework::act::{Dispatching, Lawful, Matter, Wanted};
use crate::message::Message;
use crate::node::tests::Offline;
use crate::obligation;
use crate::people;
use crate::referral::Side;
use crate::store;
use crate::store::casework::CaseRow;

const CANARY: &str = "Kanarek Zofia";

fn section(category: Category, text: &str) -> Section {
    Section { category, label: String::new(), text: text.to_owned() }
}

fn form() -> NkForm {
    NkForm {
        form_version: "2023".into(),
        persons: vec![NkPerson { role: PersonRole::Suffering, facts: vec![section(Category::IdName, CANARY)] }],
        incident: CANARY.into(),
        event: vec![],
        file_hash: None,
    }
}

/// What another institution says, on the row of that name.
fn said(here: &Offline, from: &str, id: u8, row: &str, statement: Option<Statement>, body: Body) -> Message {
    let row = Policy::shipped().row(row).unwrap();
    let payload = Payload::new("X/1", vec![], body).unwrap();
    Message {
        message_id: MessageId::new([id; 16]),
        sender: from.parse().unwrap(),
        recipient: here.node.id().clone(),
        class: row.class,
        handle: None,
        expires_ms: here.env.now_ms() + 86_400_000,
        kind: row.kind,
        categories: payload.categories(),
        asked: payload.asked(),
        purpose: Purpose::Violence,
        thread: ThreadId::new([1; 16]),
        in_reply_to: None,
        policy_row: Hash::new(row.digest()),
        grant: None,
        statement,
        checkpoint: String::new(),
        worker: "Anna Nowak".to_owned(),
        urgency: Urgency::U2Urgent,
        signature: None,
        payload,
    }
}

/// Takes it in as the transport does; the case in which it lies.
async fn arrives(here: &Offline, mut message: Message) -> Result<CaseRow, Refusal> {
    here.signs(&mut message);
    let (thread, peer) = (message.thread, message.sender.clone());
    let mut tx = here.node.store().begin("test.arrival").await.unwrap();
    let admitted = admit(&here.node, &mut tx, message, here.env.now_ms()).await?;
    let arrival = Arrival { envelope_hash: Hash::new([1; 32]), received_ms: here.env.now_ms(), leaf_index: 0 };
    receive(&here.node, &mut tx, &admitted, &arrival).await.unwrap();
    let mut case = store::casework::by_thread(&mut tx, &thread, &peer, Side::Provider).await.unwrap();
    if case.is_none() {
        case = store::casework::by_thread(&mut tx, &thread, &peer, Side::Referrer).await.unwrap();
    }
    tx.commit().await.unwrap();
    Ok(case.unwrap())
}

async fn owed(here: &Offline, number: &str) -> Vec<Owed> {
    let mut view = here.node.store().view("test.owed").await.unwrap();
    let all = obligation::of_case(&mut view, number).await.unwrap();
    all.into_iter().filter(|line| line.done_ms.is_none()).map(|line| line.what).collect()
}

async fn stands(here: &Offline, number: &str) -> ReferralStatus {
    load(&mut here.node.store().view("test.stands").await.unwrap(), number).await.unwrap().file.stand.status
}

/// A team to which a school files a form.
async fn team() -> (Offline, Reader) {
    let mut here = Offline::new(InstitutionKind::Zi, "2026-11-02T09:00").await;
    here.meets("szkola-x", InstitutionKind::Szkola);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::PrzewodniczacyZi).await;
    (here, anna)
}

fn filed(here: &Offline, id: u8, started_on: &str) -> Message {
    let statement = Statement { started_on: Some(started_on.parse().unwrap()), ..Statement::of(BasisCode::Uppd9d) };
    said(here, "szkola-x", id, "NK_A", Some(statement), Body::NkA(form()))
}

#[tokio::test]
async fn whoever_declared_nothing_does_not_read_a_form_by_passing_it_on() {
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("zi-wier", InstitutionKind::Zi);
    here.meets("ops-wier", InstitutionKind::Ops);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let statement = Statement { for_gdp: true, ..Statement::of(BasisCode::Uppd9c) };
    let body = Body::NkADispatch(NkDispatch { form: form(), meeting_on: None, place: String::new() });
    let case = arrives(&here, said(&here, "zi-wier", 1, "NK_A_DISPATCH", Some(statement), body)).await.unwrap();
    let on = Dispatching {
        case: Some(case.number.clone()),
        subject_ref: String::new(),
        members: vec!["ops-wier".parse().unwrap()],
        meeting_on: None,
        place: String::new(),
        form: None,
        urgency: Urgency::U2Urgent,
    };
    let refused = act::dispatch(&here.node, &anna, on.clone()).await.unwrap_err();
    assert_eq!(refused.reason, Reason::DeclarationMissing);
    let to = Lawful {
        to: "zi-wier".parse().unwrap(),
        subject_ref: "SP3/7".to_owned(),
        urgency: Urgency::U2Urgent,
        statement: Statement::of(BasisCode::Uppd9c),
        release: None,
        consent: None,
    };
    let moving = act::Moving { case: Some(case.number.clone()), to, new_teryt: "0450013".into(), form: None };
    let refused = act::nk_move(&here.node, &anna, moving).await.unwrap_err();
    assert_eq!(refused.reason, Reason::DeclarationMissing);
    // Nothing was kept that would show it.
    assert_eq!(list(&here.node, &anna, CaseKind::ALL, true).await.unwrap().len(), 1);
    people::declare(&here.node, 1001, "2026-11-02".parse().unwrap()).await.unwrap();
    let sent = act::dispatch(&here.node, &anna, on).await.unwrap();
    assert_eq!(sent[0].refusal.as_ref().map(|no| no.reason), Some(Reason::Pair), "a school has no group");
}

#[tokio::test]
async fn what_is_owed_to_a_reporter_can_be_told_after_the_end() {
    let (mut here, anna) = team().await;
    let case = arrives(&here, filed(&here, 1, "2026-11-02")).await.unwrap();
    here.stands("szkola-x", Standing::Revoked);
    assert_eq!(act::close(&here.node, &anna, &case.number).await.unwrap(), None);
    let left = owed(&here, &case.number).await;
    assert!(left.contains(&Owed::FeedbackClosing) && left.contains(&Owed::Ack), "{left:?}");
    here.stands("szkola-x", Standing::Active);
    act::case_feedback(&here.node, &anna, &case.number, FeedbackCode::Closed).await.unwrap();
    act::ack(&here.node, &anna, &case.number, AckCode::TakenOver).await.unwrap();
    let left = owed(&here, &case.number).await;
    assert_eq!(left, [Owed::Review, Owed::Dispatch], "only what telling does not end");
    assert_eq!(stands(&here, &case.number).await, ReferralStatus::Completed, "and it stays over");
    let again = act::ack(&here.node, &anna, &case.number, AckCode::TakenOver).await.unwrap_err();
    assert_eq!(again.reason, Reason::CaseState);
}

#[tokio::test]
async fn a_new_form_in_a_conversation_that_is_over_opens_it_again() {
    let (here, anna) = team().await;
    let case = arrives(&here, filed(&here, 1, "2026-11-02")).await.unwrap();
    act::close(&here.node, &anna, &case.number).await.unwrap();
    let again = arrives(&here, filed(&here, 2, "2026-11-02")).await.unwrap();
    assert_eq!((again.number.as_str(), again.file.closed()), (case.number.as_str(), false));
    let first = list(&here.node, &anna, CaseKind::ALL, true).await.unwrap().remove(0);
    assert_eq!((first.status, first.ours), (ReferralStatus::Delivered, true));
    act::ack(&here.node, &anna, &case.number, AckCode::TakenOver).await.unwrap();
}

#[tokio::test]
async fn a_duty_is_shown_while_the_hub_keeps_the_log_waiting() {
    let (here, anna) = team().await;
    let case = arrives(&here, filed(&here, 1, "2026-11-02")).await.unwrap();
    // A hub that does not answer: whoever asks for the log waits behind this.
    let _asking = here.node.refreshing.lock().await;
    let turns = async {
        for _ in 0..1000 {
            drop(here.node.store().view("test.turn").await.unwrap());
        }
    };
    let shown = match select(pin!(show(&here.node, &anna, &case.number)), pin!(turns)).await {
        Either::Left((shown, _)) => shown.unwrap(),
        Either::Right(_) => panic!("it waits for the hub"),
    };
    assert!(shown.messages[0].fields.iter().any(|field| field.text == CANARY), "{shown:?}");
}

#[tokio::test]
async fn a_day_that_has_not_come_gives_nobody_more_time() {
    let (here, _) = team().await;
    let case = arrives(&here, filed(&here, 1, "2199-12-31")).await.unwrap();
    let week = here.env.now_ms() + 8 * 86_400_000;
    assert!(case.file.stand.due.at_ms < week, "{:?}", case.file.stand.due);
    let mut view = here.node.store().view("test.dates").await.unwrap();
    for line in obligation::of_case(&mut view, &case.number).await.unwrap() {
        assert!(line.due_ms < week + 7 * 86_400_000, "{line:?}");
    }
}

#[tokio::test]
async fn a_note_is_the_answer_that_a_mediation_owes() {
    let mut here = Offline::new(InstitutionKind::Rops, "2026-11-02T09:00").await;
    here.meets("ops-wier", InstitutionKind::Ops);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Kierownik).await;
    let request = MediationRequest {
        dispute: DeclineReason::NoCapacity,
        referral: MessageId::new([9; 16]),
        service: ServiceCode::ALL[0],
        teryt: "1601".into(),
    };
    let mut message = said(&here, "ops-wier", 1, "MEDIATION_REQUEST", None, Body::MediationRequest(request.clone()));
    message.payload = Payload::new("", vec![], Body::MediationRequest(request)).unwrap();
    let case = arrives(&here, message).await.unwrap();
    assert_eq!(owed(&here, &case.number).await, [Owed::Answer]);
    act::mediation_note(&here.node, &anna, &case.number, MediationOutcome::NotResolved, None).await.unwrap();
    assert_eq!(owed(&here, &case.number).await, []);
}

/// Asks an office for something on a statute; the conversation and the question.
async fn asks(here: &Offline, anna: &Reader, asked: Category) -> (ThreadId, MessageId) {
    let to = Lawful {
        to: "pup-x".parse().unwrap(),
        subject_ref: format!("OPS/{asked}"),
        urgency: Urgency::U3Normal,
        statement: Statement::of(BasisCode::Ups105),
        release: None,
        consent: None,
    };
    let wanted =
        Wanted { questions: vec!["Co wiadomo?".into()], asked: BTreeSet::from([asked]), why_needed: "zasiłek".into() };
    let sections = vec![section(Category::IdName, CANARY)];
    let sent = act::query(&here.node, anna, &to, sections, wanted).await.unwrap();
    let mut view = here.node.store().view("test.asked").await.unwrap();
    let row = store::casework::messages(&mut view, &sent.number).await.unwrap().remove(0);
    (load(&mut view, &sent.number).await.unwrap().thread, row.message_id)
}

#[tokio::test]
async fn what_was_asked_in_one_case_is_not_answered_in_another() {
    let mut here = Offline::new(InstitutionKind::Ops, "2026-11-02T09:00").await;
    here.meets("pup-x", InstitutionKind::Pup);
    here.verifies("INFO_REQUEST.UPS_105").await;
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::PracownikSocjalny).await;
    let (own, question) = asks(&here, &anna, Category::Benefits).await;
    let (other, _) = asks(&here, &anna, Category::Employment).await;
    let answer = payload::Answer { question: 0, category: Category::Benefits, text: CANARY.into() };
    let body = Body::InfoReply(InfoReply { answers: vec![answer], partial: false });
    let reply = |thread| Message {
        thread,
        in_reply_to: Some(question),
        ..said(&here, "pup-x", 7, "INFO_REPLY.UPS_105", Some(Statement::of(BasisCode::Ups105)), body.clone())
    };
    assert_eq!(arrives(&here, reply(other)).await.unwrap_err().reason, Reason::ReplyScope);
    assert_eq!(arrives(&here, reply(own)).await.unwrap().file.stand.status, ReferralStatus::Completed);
}

/// A school signals something.
async fn school_signals(here: &Offline, anna: &Reader) -> (String, MessageId) {
    let to = Lawful {
        to: "ops-wier".parse().unwrap(),
        subject_ref: "SP3/7".to_owned(),
        urgency: Urgency::U2Urgent,
        statement: Statement::of(BasisCode::Kamilka),
        release: None,
        consent: None,
    };
    let matter = Matter::Signal {
        reason: wiez_proto::vocab::SignalReason::ChildNeglected,
        family_knows: false,
        what: CANARY.to_owned(),
    };
    let number = act::report(&here.node, anna, &to, vec![], matter).await.unwrap().number;
    let mut view = here.node.store().view("test.filed").await.unwrap();
    let row = store::casework::messages(&mut view, &number).await.unwrap().remove(0);
    (number, row.message_id)
}

#[tokio::test]
async fn a_duty_that_waits_for_more_than_time_rings_once_and_is_quiet_when_it_went() {
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("ops-wier", InstitutionKind::Ops);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let (number, message_id) = school_signals(&here, &anna).await;
    let now = here.env.now_ms();
    let waits = |reason| News::Waits { message_id, refusal: Refusal::new(reason), at_ms: now };
    let mut tx = here.node.store().begin("test.waits").await.unwrap();
    told(&here.node, &mut tx, &waits(Reason::Quota)).await.unwrap();
    assert_eq!(store::alarm::all(&mut tx).await.unwrap(), [], "time alone cures it");
    for _ in 0..3 {
        told(&here.node, &mut tx, &waits(Reason::KeyChanged)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let rung = alarm::list(&here.node, None).await.unwrap();
    assert_eq!(rung.len(), 1);
    let bell = DutyRefused::of(&rung[0]).unwrap();
    assert_eq!(
        (bell.number, bell.refusal.reason, bell.phone.as_str()),
        (Some(number.clone()), Reason::KeyChanged, "+48 77 400 00 00")
    );
    let shown = show(&here.node, &anna, &number).await.unwrap();
    assert_eq!((shown.line.status, shown.phone.is_some()), (ReferralStatus::Queued, true));
    let mut tx = here.node.store().begin("test.went").await.unwrap();
    told(&here.node, &mut tx, &News::Accepted { message_id, at_ms: now }).await.unwrap();
    tx.commit().await.unwrap();
    let shown = show(&here.node, &anna, &number).await.unwrap();
    assert_eq!((shown.line.status, shown.problem), (ReferralStatus::Sent, None));
}
