//! What is left out, what is kept, and which command a refusal names.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, InstitutionKind, SecrecyRelease, Urgency, WorkerRole};

use super::*;
use crate::account::Reader;
use crate::casework::act::{self, Fact, Lawful, Matter, NkText, Person, Question, Wanted};
use crate::node::tests::{Offline, watches};
use crate::review;
use crate::store;
use crate::store::casework::Direction;

fn fact(category: Category, text: &str) -> Fact {
    Fact { category, label: String::new(), text: text.to_owned() }
}

fn person(role: PersonRole, categories: &[Category]) -> Person {
    Person { role, facts: categories.iter().map(|category| fact(*category, "tekst")).collect() }
}

fn to(institution: &str, statement: Statement) -> Lawful {
    Lawful {
        to: institution.parse().unwrap(),
        subject_ref: "SP3/7".to_owned(),
        urgency: Urgency::U3Normal,
        statement,
        release: None,
        consent: None,
    }
}

/// The first message of a case, as it is kept.
async fn kept(here: &Offline, reader: &Reader, number: &str) -> Payload {
    let mut view = here.node.store().view_as("test.kept", reader).await.unwrap();
    let rows = store::casework::messages(&mut view, number).await.unwrap();
    let row = rows.into_iter().find(|row| row.direction == Direction::Out).unwrap();
    store::casework::open_content(&mut view, &row).await.unwrap().unwrap().payload
}

#[test]
fn what_is_left_out_survives_the_command_line_and_the_socket() {
    for text in ["HEALTH", "HOUSEHOLD:HEALTH", "EVENT:REPORTER"] {
        let one: LeftOut = text.parse().unwrap();
        assert_eq!(one.to_string(), text);
        assert_eq!(serde_json::to_value(one).unwrap(), text);
        assert_eq!(serde_json::from_value::<LeftOut>(text.into()).unwrap(), one);
    }
    for bad in ["", "HEALTH:", ":HEALTH", "household:HEALTH", "HOUSEHOLD:HEALTH:AGE", "NOBODY:AGE"] {
        assert!(bad.parse::<LeftOut>().is_err(), "{bad}");
    }
}

#[tokio::test]
async fn a_form_a_loses_a_fact_only_under_the_role_that_may_not_have_it() {
    use Category as C;
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("zi-wier", InstitutionKind::Zi);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let persons = vec![
        person(PersonRole::Suffering, &[C::IdName, C::Health]),
        person(PersonRole::Household, &[C::IdName, C::Health]),
        person(PersonRole::Using, &[C::IdName, C::Health]),
    ];
    let form = NkText {
        form_version: "2023".to_owned(),
        persons,
        event: vec![],
        incident: "opis".to_owned(),
        file_hash: None,
    };
    let to = to("zi-wier", Statement::of(BasisCode::Uppd9d));
    let matter = Matter::NkA { form };
    let refused = act::report(&here.node, &anna, &to, vec![], matter.clone()).await.unwrap_err();
    assert_eq!(refused.reason, Reason::Category, "{refused}");
    assert_eq!(refused.details["without"], "HOUSEHOLD:HEALTH");
    let without = [refused.details["without"].parse::<LeftOut>().unwrap()].into_iter().collect();
    let sent = act::resend(&here.node, &anna, &refused.details["case"], &without, None).await.unwrap();
    let roles = kept(&here, &anna, &sent.number).await.roles();
    let (whole, rest) = (BTreeSet::from([C::IdName, C::Health]), BTreeSet::from([C::IdName]));
    let expected = [(PersonRole::Suffering, &whole), (PersonRole::Household, &rest), (PersonRole::Using, &whole)];
    for (role, facts) in expected {
        assert!(roles.iter().any(|(of, held)| *of == Some(role) && held == facts), "{role}: {roles:?}");
    }
    // What went in its place went: nothing goes twice.
    let everywhere = [C::Health].into_iter().collect();
    let twice = act::resend(&here.node, &anna, &refused.details["case"], &everywhere, None).await.unwrap_err();
    assert_eq!(twice.reason, Reason::CaseState, "{twice}");
    // Without a role it goes everywhere, as before.
    let refused = act::report(&here.node, &anna, &to, vec![], matter).await.unwrap_err();
    let sent = act::resend(&here.node, &anna, &refused.details["case"], &everywhere, None).await.unwrap();
    assert!(!kept(&here, &anna, &sent.number).await.categories().contains(&C::Health));
}

/// A police officer asks under a police secrecy.
async fn asks(here: &Offline, anna: &Reader, release: Option<SecrecyRelease>) -> Refusal {
    let statement =
        Statement { case_ref: "Ds. 1".to_owned(), officer: "12".to_owned(), ..Statement::of(BasisCode::PolReq) };
    let to = Lawful { release, ..to("poz-zdr", statement) };
    let section = |category| Section { category, label: String::new(), text: "tekst".to_owned() };
    let wanted = Wanted {
        questions: vec!["Stan zdrowia?".to_owned()],
        asked: BTreeSet::from([Category::Health]),
        why_needed: "postępowanie".to_owned(),
    };
    let sections = vec![section(Category::IdName), section(Category::Criminal)];
    act::query(&here.node, anna, &to, sections, wanted).await.unwrap_err()
}

#[tokio::test]
async fn a_recorded_release_goes_on_with_what_is_sent_again() {
    let mut here = Offline::new(InstitutionKind::Policja, "2026-11-02T09:00").await;
    here.meets("poz-zdr", InstitutionKind::Poz);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Dzielnicowy).await;
    here.verifies("POLICE_QUERY").await;
    let jan = here.employs(1002, "Jan Kos", WorkerRole::Kierownik).await;
    let nothing = Without::default();
    let mut waits = asks(&here, &anna, Some(SecrecyRelease::Statute)).await;
    // Sent again, and again, it still waits for the second person; her yes lets it out.
    for _ in 0..2 {
        waits = act::resend(&here.node, &anna, &waits.details["case"], &nothing, None).await.unwrap_err();
        assert_eq!(waits.reason, Reason::ReviewRequired, "{waits}");
    }
    review::confirm(&here.node, &watches(&jan), &waits.details["review"]).await.unwrap();
    // What had none gets none by being sent again.
    let closed = asks(&here, &anna, None).await;
    let closed = act::resend(&here.node, &anna, &closed.details["case"], &nothing, None).await.unwrap_err();
    let closed = review::confirm(&here.node, &watches(&jan), &closed.details["review"]).await.unwrap_err();
    assert_eq!(closed.reason, Reason::Secrecy, "{closed}");
}

#[tokio::test]
async fn a_refusal_names_a_command_only_where_one_helps() {
    let mut here = Offline::new(InstitutionKind::Ops, "2026-11-02T09:00").await;
    here.meets("ops-grod", InstitutionKind::Ops);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::PracownikSocjalny).await;
    let question = Question { topic: "pytanie".to_owned(), text: "Numer 44051401359, co robić?".to_owned() };
    let hidden = act::consult(&here.node, &anna, &"ops-grod".parse().unwrap(), question).await.unwrap_err();
    assert_eq!(hidden.reason, Reason::PersonalDataFound, "{hidden}");
    let text = act::TransferText { new_teryt: "1601022".to_owned(), open_items: String::new() };
    let own = Lawful { to: here.node.id().clone(), ..to("ops-grod", Statement::of(BasisCode::Ups101)) };
    let section = Section { category: Category::IdName, label: String::new(), text: "tekst".to_owned() };
    let oneself = act::transfer(&here.node, &anna, &own, vec![section], text).await.unwrap_err();
    assert_eq!(oneself.reason, Reason::RecipientSelf, "{oneself}");
    for refusal in [hidden, oneself] {
        assert!(refusal.details.contains_key("case"), "kept: {refusal}");
        assert!(!refusal.details.contains_key("without") && !refusal.details.contains_key("resend"), "{refusal}");
    }
}

#[test]
fn nothing_is_named_that_cannot_be_left_out() {
    let section = |category| Section { category, label: String::new(), text: "tekst".to_owned() };
    let body = Body::Signal(wiez_proto::payload::Signal {
        reason: wiez_proto::vocab::SignalReason::SupportNeeded,
        family_knows: false,
        what: "opis".to_owned(),
    });
    let payload = Payload::new("SP3/7", vec![section(Category::Health)], body).unwrap();
    let refusal = |codes: &[&'static str]| Refusal::new(Reason::Category).with_codes("categories", codes.to_vec());
    assert_eq!(helps(&refusal(&["HEALTH"]), &payload).unwrap().to_string(), "HEALTH");
    // What happened is the body itself.
    assert_eq!(helps(&refusal(&["INCIDENT"]), &payload), None);
    assert_eq!(helps(&refusal(&["HEALTH"]).with("role", "NOBODY"), &payload), None);
    assert_eq!(helps(&Refusal::new(Reason::Pair).with("categories", "HEALTH"), &payload), None);
}
