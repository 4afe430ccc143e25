//! Checks the second person through the acts of one institution, on a clock that the test moves.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use std::collections::BTreeSet;

use wiez_proto::directory::Standing;
use wiez_proto::payload::Section;
use wiez_proto::refusal::Reason;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{Authority, BasisCode, EvidenceKind, GiverRole, InstitutionKind, Purpose, Urgency, WorkerRole};

use super::*;
use crate::account::Reader;
use crate::alarm::{self, DUTY_REJECTED};
use crate::casework::act::{self, Addressed, Fact, Lawful, Matter, NkText, Person, Wanted};
use crate::casework::{self, CaseKind, What};
use crate::consent::{self, Form, Pair, Scope};
use crate::node::tests::{Offline, officer, watches};
use crate::store;
use crate::store::casework::Direction;
use crate::vault::hand::{self, Why};
use crate::{Node, obligation};

mod anew;

const CANARY: &str = "Kanarek Zofia";

/// An institution with a worker, a colleague and a data-protection officer.
struct Place {
    here: Offline,
    anna: Reader,
    jan: Reader,
    iod: Reader,
}

impl Place {
    fn node(&self) -> &Node {
        &self.here.node
    }

    async fn open(&self) -> Vec<ReviewLine> {
        let all = list(self.node(), &watches(&self.iod)).await.unwrap();
        all.into_iter().filter(|line| line.decided.is_none()).collect()
    }

    async fn status(&self, number: &str) -> String {
        let mut view = self.node().store().view("test.status").await.unwrap();
        let case = casework::load(&mut view, number).await.unwrap();
        format!("{} {}", case.file.stand.status.code(), case.file.problem.map_or("-", |why| why.reason.as_str()))
    }

    async fn messages(&self, number: &str) -> Vec<String> {
        let mut view = self.node().store().view("test.messages").await.unwrap();
        store::casework::messages(&mut view, number).await.unwrap().into_iter().map(|row| row.state).collect()
    }

    async fn waiting(&self) -> u64 {
        self.node().transport_status().await.unwrap().outbox.get("queued").copied().unwrap_or(0)
    }

    async fn restarts(self) -> Self {
        Self { here: self.here.restarts().await, ..self }
    }
}

async fn place(kind: InstitutionKind) -> Place {
    let mut here = Offline::new(kind, "2026-11-02T09:00").await;
    here.meets("ops-wier", InstitutionKind::Ops);
    here.meets("zi-wier", InstitutionKind::Zi);
    here.meets("poz-zdr", InstitutionKind::Poz);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let jan = here.employs(1002, "Jan Kos", WorkerRole::Kierownik).await;
    let iod = here.employs(1003, "Ewa Lis", WorkerRole::Iod).await;
    Place { here, anna, jan, iod }
}

fn section(category: Category, text: &str) -> Section {
    Section { category, label: String::new(), text: text.to_owned() }
}

/// A police officer asks a clinic for something that needs a second person.
async fn police_asks(place: &Place) -> String {
    let to = Lawful {
        to: "poz-zdr".parse().unwrap(),
        subject_ref: "KP/12/2026".to_owned(),
        urgency: Urgency::U3Normal,
        statement: Statement {
            case_ref: "Ds. 12.2026".to_owned(),
            officer: "123456".to_owned(),
            ..Statement::of(BasisCode::PolReq)
        },
        release: None,
        consent: None,
    };
    let wanted = Wanted {
        questions: vec![format!("Stan zdrowia: {CANARY}?")],
        asked: BTreeSet::from([Category::Health]),
        why_needed: CANARY.to_owned(),
    };
    let held = act::query(place.node(), &place.anna, &to, vec![section(Category::IdName, CANARY)], wanted).await;
    let held = held.unwrap_err();
    assert!(waits(&held), "{held}");
    held.details["case"].clone()
}

/// A school files a form A.
async fn school_files(place: &Place, worker: &Reader) -> String {
    let to = Lawful {
        to: "zi-wier".parse().unwrap(),
        subject_ref: "SP3/7".to_owned(),
        urgency: Urgency::U2Urgent,
        statement: Statement::of(BasisCode::Uppd9d),
        release: None,
        consent: None,
    };
    let fact = Fact { category: Category::IdName, label: String::new(), text: CANARY.to_owned() };
    let form = NkText {
        form_version: "2023".to_owned(),
        persons: vec![Person { role: wiez_proto::vocab::PersonRole::Suffering, facts: vec![fact] }],
        event: vec![],
        incident: CANARY.to_owned(),
        file_hash: None,
    };
    act::report(place.node(), worker, &to, vec![], Matter::NkA { form }).await.unwrap().number
}

#[tokio::test]
async fn somebody_else_sends_exactly_the_kept_draft_from_kind_and_categories() {
    let place = place(InstitutionKind::Policja).await;
    place.here.verifies("POLICE_QUERY").await;
    let number = police_asks(&place).await;
    assert_eq!(place.status(&number).await, "HELD REVIEW_REQUIRED");
    assert_eq!((place.messages(&number).await, place.waiting().await), (vec!["DRAFT".to_owned()], 0));
    let line = place.open().await.remove(0);
    assert_eq!((line.stage, line.direction, line.number.as_str()), (Stage::Before, Direction::Out, number.as_str()));
    assert_eq!(
        (line.kind.as_str(), line.basis.as_str(), line.asker.as_str()),
        ("POLICE_QUERY", "POL_REQ", "Anna Nowak")
    );
    assert_eq!((line.asked.clone(), line.apart), (BTreeSet::from([Category::Health]), true));
    assert_eq!(line.due_ms - line.created_ms, 86_400_000);
    // The asker does not, nor does a role that has nothing to do with cases.
    assert_eq!(confirm(place.node(), &watches(&place.anna), &line.id).await.unwrap_err().reason, Reason::SecondPerson);
    let clerk = place.here.employs(1004, "B. Wójt", WorkerRole::Kancelaria).await;
    assert_eq!(confirm(place.node(), &watches(&clerk), &line.id).await.unwrap_err().reason, Reason::WorkerRole);
    assert_eq!(list(place.node(), &watches(&clerk)).await.unwrap_err().reason, Reason::WorkerRole);
    assert_eq!(confirm(place.node(), &watches(&place.jan), "R-000000").await.unwrap_err().reason, Reason::NotFound);
    assert_eq!(place.waiting().await, 0);
    // The data-protection officer does, after a restart, and once.
    let place = place.restarts().await;
    let done = confirm(place.node(), &watches(&place.iod), &line.id.to_lowercase()).await.unwrap();
    assert_eq!((done.decision, done.number.as_str(), done.alone), (Decision::Confirmed, number.as_str(), false));
    assert_eq!(place.status(&number).await, "QUEUED -");
    assert_eq!((place.messages(&number).await, place.waiting().await), (vec!["QUEUED".to_owned()], 1));
    assert_eq!(confirm(place.node(), &watches(&place.jan), &line.id).await.unwrap_err().reason, Reason::CaseState);
    assert_eq!(
        reject(place.node(), &watches(&place.jan), &line.id, "nie").await.unwrap_err().reason,
        Reason::CaseState
    );
    assert_eq!(place.waiting().await, 1);
    let ended = list(place.node(), &watches(&place.jan)).await.unwrap().remove(0).decided.unwrap();
    assert_eq!((ended.by.as_str(), ended.decision), ("Ewa Lis", Decision::Confirmed));
}

#[tokio::test]
async fn who_is_excluded_from_a_case_finds_no_review_of_it_and_the_trail_names_who_decided() {
    let place = place(InstitutionKind::Policja).await;
    place.here.verifies("POLICE_QUERY").await;
    let number = police_asks(&place).await;
    let (node, line) = (place.node(), place.open().await.remove(0));
    hand::exclude(node, &place.anna, &number, place.jan.account(), Why::Close).await.unwrap();
    let jan = watches(&place.jan);
    assert_eq!(list(node, &jan).await.unwrap(), []);
    let gone = |refusal: Refusal| assert_eq!(refusal.reason, Reason::NotFound, "{refusal}");
    gone(confirm(node, &jan, &line.id).await.unwrap_err());
    gone(reject(node, &jan, &line.id, "nie").await.unwrap_err());
    assert_eq!((place.waiting().await, place.open().await.len()), (0, 1));
    confirm(node, &watches(&place.iod), &line.id).await.unwrap();
    // One that was decided is not there either.
    gone(confirm(node, &jan, &line.id).await.unwrap_err());
    let mut view = node.store().view("test.trail").await.unwrap();
    let about = format!("{} CONFIRMED", line.id);
    let entry = store::trail::last(&mut view, crate::trail::Act::Reviewed, &about).await.unwrap().unwrap();
    assert_eq!((entry.worker.as_str(), entry.number), ("Ewa Lis", number));
}

#[tokio::test]
async fn the_list_never_shows_content_nor_the_case_number_of_the_paper() {
    let place = place(InstitutionKind::Policja).await;
    police_asks(&place).await;
    let shown = serde_json::to_string(&list(place.node(), &watches(&place.iod)).await.unwrap()).unwrap();
    assert!(shown.contains("POLICE_QUERY") && shown.contains("HEALTH"));
    for canary in ["Kanarek", "KP/12", "Ds. 12", "123456"] {
        assert!(!shown.contains(canary), "{canary} in {shown}");
    }
}

#[tokio::test]
async fn a_no_keeps_the_draft_with_the_reason() {
    let place = place(InstitutionKind::Policja).await;
    let number = police_asks(&place).await;
    let id = place.open().await.remove(0).id;
    for wrong in ["", "  ", "a\u{1b}[31m"] {
        assert_eq!(
            reject(place.node(), &watches(&place.jan), &id, wrong).await.unwrap_err().reason,
            Reason::FieldInvalid
        );
    }
    assert_eq!(reject(place.node(), &watches(&place.anna), &id, "nie").await.unwrap_err().reason, Reason::SecondPerson);
    reject(place.node(), &watches(&place.jan), &id, "Za szeroko.").await.unwrap();
    let shown = casework::show(place.node(), &place.anna, &number).await.unwrap();
    let problem = shown.problem.unwrap();
    assert_eq!((problem.details["why"].as_str(), problem.details["rejected_by"].as_str()), ("Za szeroko.", "Jan Kos"));
    assert_eq!(shown.history.last().unwrap().what, What::ReviewRejected);
    // The words are for who sees the case; the data-protection officer sees that it was decided.
    for (who, why) in [(&place.jan, Some("Za szeroko.")), (&place.iod, None)] {
        let ended = list(place.node(), &watches(who)).await.unwrap().remove(0).decided.unwrap();
        assert_eq!((ended.decision, ended.why.as_deref()), (Decision::Rejected, why));
    }
    assert_eq!((place.messages(&number).await, place.waiting().await), (vec!["DRAFT".to_owned()], 0));
    assert_eq!(confirm(place.node(), &watches(&place.iod), &id).await.unwrap_err().reason, Reason::CaseState);
    assert_eq!(place.open().await, []);
    assert_eq!(obligation::list(place.node(), &officer(), true).await.unwrap(), []);
}

#[tokio::test]
async fn a_reason_that_an_older_program_kept_with_the_review_goes_under_the_cases_key() {
    let place = place(InstitutionKind::Policja).await;
    let number = police_asks(&place).await;
    let id = place.open().await.remove(0).id;
    let mut tx = place.node().store().begin("test.older").await.unwrap();
    let mut row = store::review::get(&mut tx, &id).await.unwrap().unwrap();
    row.about.why = Some("Za szeroko.".to_owned());
    let decided = store::review::DecidedRow { at_ms: 1, uid: 1002, decision: Decision::Rejected, alone: false };
    store::review::decide(&mut tx, &row, &decided).await.unwrap();
    let mut case = casework::load(&mut tx, &number).await.unwrap();
    let problem = Refusal::new(Reason::ReviewRequired).with("rejected_by", "Jan Kos").with("why", "Za szeroko.");
    case.file.problem = Some(problem.clone());
    store::casework::set(&mut tx, &case).await.unwrap();
    tx.commit().await.unwrap();
    let place = place.restarts().await;
    let mut view = place.node().store().view("test.newer").await.unwrap();
    assert_eq!(store::review::get(&mut view, &id).await.unwrap().unwrap().about.why, None);
    let kept = casework::load(&mut view, &number).await.unwrap().file.problem.unwrap();
    assert!(kept.details.contains_key("rejected_by") && !kept.details.contains_key("why"));
    drop(view);
    assert_eq!(casework::show(place.node(), &place.anna, &number).await.unwrap().problem, Some(problem));
}

/// A school asks a clinic under a consent, on a row that nobody verified.
async fn asked_under_consent(place: &Place) -> (String, String) {
    let give = |list: &[Category]| list.iter().copied().collect::<BTreeSet<_>>();
    let pair = Pair {
        institution: "poz-zdr".parse().unwrap(),
        give: give(&[Category::IdName]),
        receive: give(&[Category::EduProgress, Category::IdName]),
        explicit: BTreeSet::new(),
    };
    let form = Form { subject_ref: "SP3/7".to_owned(), worker: "Anna Nowak".to_owned(), pairs: vec![pair], ..form() };
    let consent = consent::record(place.node(), &place.anna, &form).await.unwrap().line.number;
    let to = Addressed {
        to: "poz-zdr".parse().unwrap(),
        subject_ref: "SP3/7".to_owned(),
        consent: Some(consent.clone()),
        purpose: Purpose::Service,
        urgency: Urgency::U3Normal,
    };
    let wanted = Wanted {
        questions: vec!["Frekwencja?".to_owned()],
        asked: give(&[Category::EduProgress]),
        why_needed: "plan".to_owned(),
    };
    let held = act::ask(place.node(), &place.anna, &to, vec![section(Category::IdName, CANARY)], wanted).await;
    let held = held.unwrap_err();
    assert_eq!(held.reason, Reason::BasisUnverified, "{held}");
    (held.details["case"].clone(), consent)
}

#[tokio::test]
async fn a_consent_that_ended_meanwhile_overtakes_the_yes() {
    let place = place(InstitutionKind::Szkola).await;
    let (number, consent) = asked_under_consent(&place).await;
    let line = place.open().await.remove(0);
    assert_eq!((line.basis.as_str(), line.apart), ("CONSENT", false));
    consent::withdraw(place.node(), &place.anna, &consent, &Scope::default()).await.unwrap();
    let refused = confirm(place.node(), &watches(&place.iod), &line.id).await.unwrap_err();
    assert!(matches!(refused.reason, Reason::ConsentWithdrawn | Reason::CaseState), "{refused}");
    assert_eq!(place.waiting().await, 0);
    assert_eq!(place.messages(&number).await, ["DRAFT"]);
    let ended = list(place.node(), &watches(&place.iod)).await.unwrap().remove(0).decided.unwrap();
    assert_eq!((ended.decision, ended.by.as_str()), (Decision::Overtaken, "Ewa Lis"));
    assert_eq!(confirm(place.node(), &watches(&place.jan), &line.id).await.unwrap_err().reason, Reason::CaseState);
    assert_eq!(obligation::list(place.node(), &officer(), false).await.unwrap(), []);
}

#[tokio::test]
async fn a_living_consent_goes_and_a_recipient_that_left_does_not() {
    let mut place = place(InstitutionKind::Szkola).await;
    let (number, _) = asked_under_consent(&place).await;
    let (other, _) = asked_under_consent(&place).await;
    let ids: Vec<String> = place.open().await.into_iter().map(|line| line.id).collect();
    confirm(place.node(), &watches(&place.iod), &ids[0]).await.unwrap();
    assert_eq!(place.waiting().await, 1);
    place.here.stands("poz-zdr", Standing::Revoked);
    let refused = confirm(place.node(), &watches(&place.iod), &ids[1]).await.unwrap_err();
    assert_eq!(refused.reason, Reason::RecipientRevoked);
    let mut states = [place.status(&number).await, place.status(&other).await];
    states.sort();
    assert_eq!(states, ["HELD RECIPIENT_REVOKED", "QUEUED -"]);
    assert_eq!(place.waiting().await, 1);
}

#[tokio::test]
async fn a_duty_goes_at_once_and_is_looked_at_afterwards_by_somebody_else() {
    let place = place(InstitutionKind::Szkola).await;
    let number = school_files(&place, &place.anna).await;
    assert_eq!((place.status(&number).await.as_str(), place.waiting().await), ("QUEUED -", 1));
    let line = place.open().await.remove(0);
    assert_eq!((line.stage, line.apart, line.late), (Stage::After, true, false));
    assert!(line.flags.contains(&Flag::Unverified), "{:?}", line.flags);
    let owed: Vec<Owed> =
        obligation::list(place.node(), &officer(), true).await.unwrap().into_iter().map(|o| o.what).collect();
    assert_eq!(owed, [Owed::Review, Owed::FormalRef]);
    assert_eq!(obligation::list(place.node(), &officer(), false).await.unwrap(), []);
    assert_eq!(confirm(place.node(), &watches(&place.anna), &line.id).await.unwrap_err().reason, Reason::SecondPerson);
    place.here.until("2026-11-03T09:01");
    assert!(place.open().await[0].late);
    // A no takes nothing back: it rings for the manager.
    reject(place.node(), &watches(&place.jan), &line.id, "Nie było podstaw.").await.unwrap();
    assert_eq!((place.status(&number).await.as_str(), place.waiting().await), ("QUEUED -", 1));
    let alarms = alarm::list(place.node(), None).await.unwrap();
    assert_eq!((alarms[0].kind.as_str(), alarms[0].subject.as_str()), (DUTY_REJECTED, number.as_str()));
    assert!(!alarms[0].detail.contains("podstaw"));
    let owed: Vec<Owed> =
        obligation::list(place.node(), &officer(), true).await.unwrap().into_iter().map(|o| o.what).collect();
    assert_eq!(owed, [Owed::FormalRef]);
}

#[tokio::test]
async fn whoever_is_alone_looks_again_and_it_is_written_down() {
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("zi-wier", InstitutionKind::Zi);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let place = Place { jan: anna.clone(), iod: anna.clone(), anna, here };
    let number = school_files(&place, &place.anna).await;
    let id = place.open().await.remove(0).id;
    let done = confirm(place.node(), &watches(&place.anna), &id).await.unwrap();
    assert!(done.alone && done.number == number && done.message_id.is_none());
    assert!(list(place.node(), &watches(&place.anna)).await.unwrap()[0].decided.as_ref().unwrap().alone);
}

#[tokio::test]
async fn a_yes_is_to_one_message_only() {
    let place = place(InstitutionKind::Policja).await;
    let number = police_asks(&place).await;
    let mut view = place.node().store().view_as("test.draft", &place.anna).await.unwrap();
    let row = store::casework::messages(&mut view, &number).await.unwrap().remove(0);
    let message = store::casework::open_content(&mut view, &row).await.unwrap().unwrap();
    let yes = Confirmed::new(&message, "Ewa Lis", 5);
    assert!(yes.covers(&message) && (yes.by(), yes.at_ms()) == ("Ewa Lis", 5));
    let same = crate::message::Message { expires_ms: 9, checkpoint: "x".into(), ..message.clone() };
    assert!(yes.covers(&same));
    let mut others = vec![message.clone(); 6];
    others[0].recipient = "ops-wier".parse().unwrap();
    others[1].urgency = Urgency::U4Planned;
    others[2].statement = Some(Statement::of(BasisCode::PolReq));
    others[3].message_id = wiez_proto::id::MessageId::new([9; 16]);
    others[4].payload =
        wiez_proto::payload::Payload::new("KP/12/2026", vec![], message.payload.body().clone()).unwrap();
    others[5].worker = "Jan Kos".into();
    for other in others {
        assert!(!yes.covers(&other));
    }
}

#[tokio::test]
async fn what_needs_nobody_is_looked_at_by_nobody() {
    let place = place(InstitutionKind::Szkola).await;
    let question = act::Question { topic: "Czas".to_owned(), text: "Jak długo czeka się na miejsce?".to_owned() };
    act::consult(place.node(), &place.anna, &"ops-wier".parse().unwrap(), question).await.ok();
    let all = casework::list(place.node(), &place.anna, CaseKind::ALL, false).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(place.open().await, []);
}

fn form() -> Form {
    Form {
        subject_ref: String::new(),
        giver: consent::Giver {
            role: GiverRole::SelfGiver,
            born: None,
            own_statement: false,
            authority: Authority::Unknown,
            conflict: false,
        },
        pairs: vec![],
        purposes: BTreeSet::from([Purpose::Service]),
        valid_from: "2026-11-02".parse().unwrap(),
        valid_to: "2027-05-31".parse().unwrap(),
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: [1; 32],
        evidence_place: "segregator 4".to_owned(),
        worker: String::new(),
    }
}

/// A clinic gets a question of the police under a number of theirs.
async fn clinic_is_asked(place: &Place) -> String {
    let body = wiez_proto::payload::Body::PoliceQuery(wiez_proto::payload::InfoRequest {
        questions: vec!["Stan zdrowia?".to_owned()],
        asked: BTreeSet::from([Category::Health, Category::Address]),
        why_needed: "postępowanie".to_owned(),
    });
    let payload = wiez_proto::payload::Payload::new("KP/12", vec![section(Category::IdName, CANARY)], body).unwrap();
    let mut message = crate::message::Message {
        message_id: wiez_proto::id::MessageId::new([5; 16]),
        sender: "kpp-nad".parse().unwrap(),
        recipient: place.node().id().clone(),
        class: wiez_proto::vocab::BasisClass::Statutory,
        handle: None,
        expires_ms: place.here.env.now_ms() + 86_400_000,
        kind: wiez_proto::vocab::MessageKind::PoliceQuery,
        categories: payload.categories(),
        asked: payload.asked(),
        purpose: Purpose::Crime,
        thread: wiez_proto::id::ThreadId::new([6; 16]),
        in_reply_to: None,
        policy_row: wiez_proto::id::Hash::new(
            wiez_proto::policy::Policy::shipped().row("POLICE_QUERY").unwrap().digest(),
        ),
        grant: None,
        statement: Some(Statement {
            case_ref: "Ds. 1".to_owned(),
            officer: "1".to_owned(),
            ..Statement::of(BasisCode::PolReq)
        }),
        checkpoint: String::new(),
        worker: "Anna Nowak".to_owned(),
        urgency: Urgency::U3Normal,
        signature: None,
        payload,
    };
    place.here.signs(&mut message);
    let mut tx = place.node().store().begin("test.arrival").await.unwrap();
    let admitted = casework::admit(place.node(), &mut tx, message, place.here.env.now_ms()).await.unwrap();
    let arrival = casework::Arrival {
        envelope_hash: wiez_proto::id::Hash::new([1; 32]),
        received_ms: place.here.env.now_ms(),
        leaf_index: 0,
    };
    casework::receive(place.node(), &mut tx, &admitted, &arrival).await.unwrap();
    tx.commit().await.unwrap();
    casework::list(place.node(), &place.anna, CaseKind::ALL, true).await.unwrap().remove(0).number
}

#[tokio::test]
async fn an_answer_that_waits_leaves_the_question_open_until_somebody_agrees() {
    let mut place = place(InstitutionKind::Pup).await;
    place.here.meets("kpp-nad", InstitutionKind::Policja);
    let number = clinic_is_asked(&place).await;
    let owed: Vec<Owed> =
        obligation::list(place.node(), &officer(), true).await.unwrap().into_iter().map(|o| o.what).collect();
    assert_eq!(owed, [Owed::Answer]);
    let answers = vec![act::Reply { question: 0, category: Category::Address, text: CANARY.to_owned() }];
    let held = act::reply(place.node(), &place.anna, &number, answers, true).await.unwrap_err();
    assert_eq!(held.reason, Reason::BasisUnverified, "{held}");
    assert!(place.status(&number).await.starts_with("DELIVERED"));
    let line = place.open().await.remove(0);
    assert_eq!((line.number.as_str(), line.kind.as_str()), (number.as_str(), "INFO_REPLY"));
    confirm(place.node(), &watches(&place.jan), &line.id).await.unwrap();
    assert_eq!(place.status(&number).await, "COMPLETED -");
    assert_eq!(place.messages(&number).await, ["RECEIVED", "QUEUED"]);
    assert_eq!(obligation::list(place.node(), &officer(), true).await.unwrap(), []);
}

#[tokio::test]
async fn a_duty_that_did_not_arrive_rings_where_it_was_sent() {
    let place = place(InstitutionKind::Szkola).await;
    let number = school_files(&place, &place.anna).await;
    let mut tx = place.node().store().begin("test.told").await.unwrap();
    let row = store::casework::messages(&mut tx, &number).await.unwrap().remove(0);
    let refusal = Refusal::new(Reason::Unverifiable);
    let news = casework::News::Refused { message_id: row.message_id, refusal: refusal.clone(), at_ms: 9 };
    casework::told(place.node(), &mut tx, &news).await.unwrap();
    tx.commit().await.unwrap();
    let alarm = alarm::list(place.node(), None).await.unwrap().remove(0);
    let bell = alarm::DutyRefused::of(&alarm).unwrap();
    assert_eq!((bell.direction, bell.number, bell.refusal), (Direction::Out, Some(number), refusal));
    assert_eq!(bell.phone, "+48 77 400 00 00");
}
