//! Checks that a late yes sends nothing twice and under no other consent, and that a release is written down.

use wiez_proto::id::{Hash, MessageId, ThreadId};
use wiez_proto::payload::{Body, InfoRequest, Payload};
use wiez_proto::policy::Policy;
use wiez_proto::vocab::{BasisClass, MessageKind, SecrecyRelease};

use super::*;
use crate::message::Message;
use crate::referral::{Referral, Timing};
use crate::store::casework::{CaseRow, MessageRow};

#[tokio::test]
async fn what_is_sent_anew_or_taken_back_cannot_be_let_out_by_a_late_yes() {
    let place = place(InstitutionKind::Policja).await;
    place.here.verifies("POLICE_QUERY").await;
    let number = police_asks(&place).await;
    let old = place.open().await.remove(0).id;
    let anew = act::resend(place.node(), &place.anna, &number, &act::Without::default(), None).await.unwrap_err();
    assert!(waits(&anew), "{anew}");
    let open = place.open().await;
    assert_eq!((open.len(), open[0].number.as_str()), (1, anew.details["case"].as_str()));
    assert_eq!(confirm(place.node(), &watches(&place.jan), &old).await.unwrap_err().reason, Reason::CaseState);
    confirm(place.node(), &watches(&place.jan), &open[0].id).await.unwrap();
    assert_eq!(confirm(place.node(), &watches(&place.iod), &old).await.unwrap_err().reason, Reason::CaseState);
    assert_eq!((place.waiting().await, place.status(&number).await.as_str()), (1, "CANCELLED_BY_SENDER -"));
    assert_eq!(obligation::list(place.node(), &officer(), true).await.unwrap(), []);

    let number = police_asks(&place).await;
    let old = place.open().await.remove(0).id;
    act::cancel(place.node(), &place.anna, &number).await.unwrap();
    assert_eq!((place.open().await, obligation::list(place.node(), &officer(), true).await.unwrap()), (vec![], vec![]));
    assert_eq!(confirm(place.node(), &watches(&place.jan), &old).await.unwrap_err().reason, Reason::CaseState);
    assert_eq!(place.waiting().await, 1);
}

/// A clinic asked this school something under a consent of which nothing is left; the case names none.
async fn clinic_asked(place: &Place) -> String {
    let asked = BTreeSet::from([Category::EduProgress]);
    let request = InfoRequest { questions: vec!["Frekwencja?".into()], asked, why_needed: "plan".into() };
    let payload = Payload::new("P/1", vec![], Body::InfoRequest(request)).unwrap();
    let message = Message {
        message_id: MessageId::new([5; 16]),
        sender: "poz-zdr".parse().unwrap(),
        recipient: place.node().id().clone(),
        class: BasisClass::Consent,
        handle: None,
        expires_ms: place.here.env.now_ms() + 86_400_000,
        kind: MessageKind::InfoRequest,
        categories: payload.categories(),
        asked: payload.asked(),
        purpose: Purpose::Service,
        thread: ThreadId::new([6; 16]),
        in_reply_to: None,
        policy_row: Hash::new(Policy::shipped().row("INFO_REQUEST.CONSENT").unwrap().digest()),
        grant: None,
        statement: None,
        checkpoint: String::new(),
        worker: "B. Lis".to_owned(),
        urgency: Urgency::U3Normal,
        signature: None,
        payload,
    };
    let now_ms = place.here.env.now_ms();
    let case = CaseRow {
        number: "W-AAAAAA".into(),
        thread: message.thread,
        peer: message.sender.clone(),
        kind: CaseKind::Info,
        hidden: false,
        grant: None,
        created_ms: now_ms,
        version: 1,
        file: serde_json::from_value(serde_json::json!({
            "subject_ref": "P/1", "record": null, "row": "00".repeat(32), "problem": null,
            "stand": Referral::arrived(Urgency::U3Normal, now_ms, Timing::default()),
        }))
        .unwrap(),
    };
    let row = MessageRow {
        direction: Direction::In,
        peer: message.sender.clone(),
        message_id: message.message_id,
        number: case.number.clone(),
        kind: message.kind.code().to_owned(),
        handle: None,
        grant: None,
        state: "RECEIVED".to_owned(),
        at_ms: now_ms,
        expires_ms: message.expires_ms,
        opened_ms: None,
        answer: None,
        envelope_hash: None,
        leaf_index: None,
        deleted: false,
    };
    let mut tx = place.node().store().begin("test.asked").await.unwrap();
    store::casework::put(&mut tx, &case).await.unwrap();
    store::casework::put_message(&mut tx, &row, &message).await.unwrap();
    tx.commit().await.unwrap();
    case.number
}

#[tokio::test]
async fn an_answer_under_a_named_consent_leaves_under_that_one() {
    let place = place(InstitutionKind::Szkola).await;
    let pair = Pair {
        institution: "poz-zdr".parse().unwrap(),
        give: BTreeSet::from([Category::EduProgress]),
        receive: BTreeSet::new(),
        explicit: BTreeSet::new(),
    };
    let form = Form { subject_ref: "SP3/7".to_owned(), worker: "Anna Nowak".to_owned(), pairs: vec![pair], ..form() };
    let consent = consent::record(place.node(), &place.anna, &form).await.unwrap().line.number;
    let number = clinic_asked(&place).await;
    let answers = vec![act::Reply { question: 0, category: Category::EduProgress, text: "74 %".into() }];
    let answering = act::Answering { answers, partial: false, release: None, consent: Some(consent) };
    let held = act::reply_with(place.node(), &place.anna, &number, answering).await.unwrap_err();
    assert!(waits(&held), "{held}");
    let line = place.open().await.into_iter().find(|line| line.number == number).unwrap();
    let done = confirm(place.node(), &watches(&place.jan), &line.id).await.unwrap();
    assert_eq!((done.decision, place.waiting().await), (Decision::Confirmed, 1));
    assert_eq!(place.status(&number).await, "COMPLETED -");
}

#[tokio::test]
async fn a_release_from_secrecy_is_written_down_with_who_claimed_it() {
    let mut place = place(InstitutionKind::Poz).await;
    place.here.meets("kpp-nad", InstitutionKind::Policja);
    let number = clinic_is_asked(&place).await;
    let answers = vec![act::Reply { question: 0, category: Category::Health, text: CANARY.to_owned() }];
    let answering = |release| act::Answering { answers: answers.clone(), partial: false, release, consent: None };
    act::reply_with(place.node(), &place.anna, &number, answering(Some(SecrecyRelease::Court))).await.unwrap_err();
    let mut view = place.node().store().view("test.released").await.unwrap();
    let line = store::casework::events(&mut view, &number).await.unwrap().pop().unwrap();
    assert_eq!((line.who.as_str(), line.details["release"].as_str()), ("Anna Nowak", SecrecyRelease::Court.code()));
}
