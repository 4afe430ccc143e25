//! Tests of the kinds that need no consent: what they carry, by role, what they require, and what is linted.
#![expect(clippy::indexing_slicing, reason = "tests may fail loudly")]

use super::super::*;
use super::{reason, section};
use crate::id::{Hash, MessageId};
use crate::limits::{MAX_PERSONS, MAX_SECTION_BYTES, MAX_SECTIONS};
use crate::refusal::Reason;
use crate::vocab::{AckCode, DeclineReason, MediationOutcome, PersonRole, ServiceCode, SignalReason};
use crate::wire::v1;
use jiff::civil::Date;
use proptest::prelude::*;
use prost::Message;
use std::collections::BTreeSet;

pub(super) fn person(role: PersonRole, categories: &[Category]) -> NkPerson {
    NkPerson { role, facts: categories.iter().map(|category| section(*category, "Anna")).collect() }
}

pub(super) fn form() -> NkForm {
    NkForm {
        form_version: "2023".to_owned(),
        persons: vec![
            person(PersonRole::Suffering, &[Category::IdName, Category::LocationSafe]),
            person(PersonRole::Using, &[Category::Marital]),
            person(PersonRole::Household, &[]),
        ],
        incident: "krzyki w nocy".to_owned(),
        event: vec![section(Category::Reporter, "sąsiadka Anna")],
        file_hash: Some(Hash::new([7; 32])),
    }
}

fn request() -> InfoRequest {
    InfoRequest {
        questions: vec!["Czy uczęszcza do szkoły?".to_owned()],
        asked: BTreeSet::from([Category::EduPlace]),
        why_needed: "sygnatura w oświadczeniu".to_owned(),
    }
}

fn notice() -> Notice {
    Notice { what: "krzyki".to_owned() }
}

/// One body of every kind of this file.
pub(super) fn bodies() -> Vec<Body> {
    vec![
        Body::Signal(Signal {
            reason: SignalReason::ViolenceSuspected,
            family_knows: true,
            what: "krzyki za ścianą".to_owned(),
        }),
        Body::Alert(Alert {
            what: "krzyki".to_owned(),
            place: "ul. Kwiatowa 3".to_owned(),
            in_danger: "Anna".to_owned(),
        }),
        Body::NkA(form()),
        Body::NkADispatch(NkDispatch {
            form: form(),
            meeting_on: Some(Date::constant(2026, 11, 9)),
            place: "sala szkoły".to_owned(),
        }),
        Body::NkBRecord { given_on: Date::constant(2026, 11, 2) },
        Body::NkNote(NkNote {
            persons: vec![person(PersonRole::Using, &[Category::Addiction])],
            text: "rozmowa, krzyki".to_owned(),
            tasks: "dzielnicowy odwiedzi".to_owned(),
        }),
        Body::NkMove(NkMove { form: form(), new_teryt: "1601011".to_owned() }),
        Body::CrimeNotice(notice()),
        Body::CourtNotice(notice()),
        Body::PoliceQuery(request()),
        Body::KuratorQuery(request()),
        Body::TransferCase(TransferCase {
            new_teryt: "1601011".to_owned(), open_items: "zasiłek do końca".to_owned()
        }),
        Body::MediationRequest(MediationRequest {
            dispute: DeclineReason::NoCapacity,
            referral: MessageId::new([3; 16]),
            service: ServiceCode::PppDiagnoza,
            teryt: "1601".to_owned(),
        }),
        Body::MediationNote(MediationNote {
            outcome: MediationOutcome::ProposedProvider,
            proposed: Some("ppp-nysa".parse().unwrap()),
        }),
        Body::AckHuman { code: AckCode::WillAttend },
    ]
}

fn codes(categories: &BTreeSet<Category>) -> Vec<&'static str> {
    categories.iter().map(|category| category.code()).collect()
}

#[test]
fn every_body_says_what_it_carries() {
    for body in bodies() {
        let expected: &[&str] = match body.kind().code() {
            "SIGNAL" | "CRIME_NOTICE" | "COURT_NOTICE" => &["INCIDENT"],
            "ALERT" => &["ADDRESS", "ID_NAME", "INCIDENT"],
            "NK_A" | "NK_MOVE" => &["ID_NAME", "LOCATION_SAFE", "MARITAL", "REPORTER", "VIOLENCE"],
            "NK_A_DISPATCH" => &["ID_NAME", "LOCATION_SAFE", "LOGISTICS", "MARITAL", "REPORTER", "VIOLENCE"],
            "NK_NOTE" => &["ADDICTION", "PLAN_TASKS", "VIOLENCE"],
            "NK_B_RECORD" | "POLICE_QUERY" | "KURATOR_QUERY" => &["LOGISTICS"],
            "TRANSFER_CASE" => &["PLAN_TASKS"],
            _ => &[],
        };
        let payload = Payload::new("", vec![], body).unwrap();
        assert_eq!(codes(&payload.categories()), expected, "{}", payload.kind());
        let asks = matches!(payload.kind(), MessageKind::PoliceQuery | MessageKind::KuratorQuery);
        assert_eq!(codes(&payload.asked()), if asks { vec!["EDU_PLACE"] } else { vec![] });
    }
    let quiet = Alert { what: "krzyki".to_owned(), place: String::new(), in_danger: String::new() };
    assert_eq!(codes(&Payload::new("", vec![], Body::Alert(quiet)).unwrap().categories()), ["INCIDENT"]);
}

#[test]
fn facts_stand_with_the_role_of_their_person() {
    let of = |body: Body| Payload::new("", vec![section(Category::Health, "astma")], body).unwrap().roles();
    let set = |list: &[Category]| list.iter().copied().collect::<BTreeSet<_>>();
    let persons = [
        (Some(PersonRole::Suffering), set(&[Category::IdName, Category::LocationSafe])),
        (Some(PersonRole::Using), set(&[Category::Marital])),
        (Some(PersonRole::Household), set(&[])),
    ];
    let with = |event: &[Category]| persons.iter().cloned().chain([(None, set(event))]).collect::<Roles>();
    let event = with(&[Category::Reporter, Category::Violence]);
    assert_eq!(of(Body::NkA(form())), event);
    assert_eq!(of(Body::NkMove(NkMove { form: form(), new_teryt: "1601011".to_owned() })), event);
    let dispatch =
        |meeting_on, place: &str| Body::NkADispatch(NkDispatch { form: form(), meeting_on, place: place.to_owned() });
    let logistics = with(&[Category::Logistics, Category::Reporter, Category::Violence]);
    assert_eq!(of(dispatch(None, "")), event);
    assert_eq!(of(dispatch(None, "sala")), logistics);
    assert_eq!(of(dispatch(Some(Date::constant(2026, 11, 9)), "")), logistics);
    let note = NkNote { persons: vec![], text: "rozmowa".to_owned(), tasks: String::new() };
    assert_eq!(of(Body::NkNote(note)), [(None, set(&[Category::Violence]))]);
    for body in bodies() {
        let nk = matches!(body, Body::NkA(_) | Body::NkADispatch(_) | Body::NkNote(_) | Body::NkMove(_));
        assert_eq!(Payload::new("", vec![], body).unwrap().roles().is_empty(), !nk);
    }
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let form_with = |change: fn(&mut NkForm)| {
        let mut form = form();
        change(&mut form);
        let refusal = Payload::new("", vec![], Body::NkA(form)).unwrap_err();
        (refusal.reason, refusal.details.get("field").unwrap().clone())
    };
    type Case = (fn(&mut NkForm), Reason, &'static str);
    let cases: [Case; 11] = [
        (|f| f.form_version.clear(), Reason::FieldMissing, "form_version"),
        (|f| f.form_version = "2023 a".to_owned(), Reason::FieldInvalid, "form_version"),
        (|f| f.form_version = "2".repeat(21), Reason::FieldInvalid, "form_version"),
        (|f| f.persons.clear(), Reason::FieldMissing, "persons"),
        (|f| f.persons = vec![person(PersonRole::Using, &[]); MAX_PERSONS + 1], Reason::TooLarge, "persons"),
        (|f| f.incident = " \n".to_owned(), Reason::FieldMissing, "incident"),
        (|f| f.incident = "a\u{202e}b".to_owned(), Reason::FieldInvalid, "incident"),
        (|f| f.event = vec![section(Category::None, "x")], Reason::FieldInvalid, "event.category"),
        (|f| f.event = vec![section(Category::Incident, "x"); MAX_SECTIONS + 1], Reason::TooLarge, "event"),
        (
            |f| f.persons = vec![person(PersonRole::Using, &[Category::None])],
            Reason::FieldInvalid,
            "persons.facts.category",
        ),
        (
            |f| f.persons = vec![person(PersonRole::Using, &[Category::Age; MAX_SECTIONS + 1])],
            Reason::TooLarge,
            "persons.facts",
        ),
    ];
    for (change, why, field) in cases {
        assert_eq!(form_with(change), (why, field.to_owned()));
    }
    let mut most = form();
    most.persons = vec![person(PersonRole::Using, &[]); MAX_PERSONS];
    assert!(Payload::new("", vec![], Body::NkA(most)).is_ok());
    let teryt = |code: &str| Body::NkMove(NkMove { form: form(), new_teryt: code.to_owned() });
    assert_eq!(reason(vec![], teryt("")), Reason::FieldMissing);
    for bad in ["160101", "16010110", "16o1011"] {
        assert_eq!(reason(vec![], teryt(bad)), Reason::FieldInvalid, "{bad}");
        let transfer = TransferCase { new_teryt: bad.to_owned(), open_items: String::new() };
        assert_eq!(reason(vec![], Body::TransferCase(transfer)), Reason::FieldInvalid, "{bad}");
    }
    let too_long = Notice { what: "x".repeat(MAX_SECTION_BYTES + 1) };
    assert_eq!(reason(vec![], Body::CrimeNotice(too_long)), Reason::TooLarge);
    assert_eq!(reason(vec![], Body::CourtNotice(Notice { what: String::new() })), Reason::FieldMissing);
    assert_eq!(reason(vec![], Body::NkBRecord { given_on: Date::constant(26, 11, 2) }), Reason::FieldInvalid);
}

#[test]
fn mediation_is_codes_only() {
    let note = |outcome, proposed: Option<&str>| {
        Body::MediationNote(MediationNote { outcome, proposed: proposed.map(|id| id.parse().unwrap()) })
    };
    assert!(Payload::new("", vec![], note(MediationOutcome::ResolvedOtherProvider, None)).is_ok());
    assert!(Payload::new("", vec![], note(MediationOutcome::ResolvedOtherProvider, Some("ppp-nysa"))).is_ok());
    assert_eq!(reason(vec![], note(MediationOutcome::ProposedProvider, None)), Reason::FieldInvalid);
    for outcome in
        [MediationOutcome::NotResolved, MediationOutcome::ResolvedSameProvider, MediationOutcome::AskingPartner]
    {
        assert!(Payload::new("", vec![], note(outcome, None)).is_ok());
        assert_eq!(reason(vec![], note(outcome, Some("ppp-nysa"))), Reason::FieldInvalid);
    }
    let name = || vec![section(Category::IdName, "Anna")];
    assert_eq!(reason(name(), note(MediationOutcome::NotResolved, None)), Reason::FieldInvalid);
    assert_eq!(reason(name(), Body::AckHuman { code: AckCode::TakenOver }), Reason::FieldInvalid);
    let asked = |referral, teryt: &str| {
        Body::MediationRequest(MediationRequest {
            dispute: DeclineReason::NoCapacity,
            referral,
            service: ServiceCode::PppDiagnoza,
            teryt: teryt.to_owned(),
        })
    };
    assert_eq!(reason(vec![], asked(MessageId::new([0; 16]), "16")), Reason::FieldInvalid);
    for bad in ["", "1", "16010110", "ul. 3"] {
        assert_eq!(reason(vec![], asked(MessageId::new([1; 16]), bad)), Reason::FieldInvalid, "{bad}");
    }
}

#[test]
fn the_case_number_of_what_carries_nothing_is_linted() {
    let surnames = ["Zawilska".to_owned()];
    for body in super::bodies() {
        let payload = Payload::new("sprawa Zawilskiej", vec![], body).unwrap();
        let found = payload.lint(&surnames);
        if payload.categories().is_empty() {
            let refusal = found.unwrap_err();
            assert_eq!(refusal.reason, Reason::PersonalDataFound, "{}", payload.kind());
            assert_eq!(refusal.details.get("field").unwrap(), "subject_ref", "{}", payload.kind());
        } else {
            assert_eq!(found, Ok(()), "{}", payload.kind());
        }
        let clean = Payload::new("SP3/2026/17", vec![], payload.body().clone()).unwrap();
        assert_eq!(clean.lint(&surnames), Ok(()), "{}", payload.kind());
    }
}

#[test]
fn second_forms_of_statutory_bodies_are_refused() {
    use v1::payload as raw;
    let read = |body: raw::Body| {
        let bytes = v1::Payload { subject_ref: String::new(), sections: vec![], body: Some(body) }.encode_to_vec();
        Payload::from_bytes(&bytes).map_err(|refusal| (refusal.reason, refusal.details.get("field").cloned()))
    };
    let wrong = |field: &str| Err((Reason::FieldInvalid, Some(field.to_owned())));
    let nk = |change: fn(&mut raw::NkForm)| {
        let mut wire = form().write();
        change(&mut wire);
        read(raw::Body::NkA(wire))
    };
    assert!(nk(|_| {}).is_ok());
    assert_eq!(nk(|f| f.persons[0].role = "VICTIM".to_owned()), wrong("persons.role"));
    assert_eq!(nk(|f| f.persons[0].facts[0].category = "health".to_owned()), wrong("persons.facts.category"));
    assert_eq!(nk(|f| f.event[0].category = "SECRET".to_owned()), wrong("event.category"));
    assert_eq!(nk(|f| f.file_hash = vec![1; 31].into()), wrong("file_hash"));
    assert_eq!(read(raw::Body::AckHuman(raw::AckHuman { code: "OK".to_owned() })), wrong("code"));
    for day in ["", "2026-11-2", "20261102"] {
        let record = raw::NkBRecord { given_on: day.to_owned() };
        assert_eq!(read(raw::Body::NkBRecord(record)), wrong("given_on"), "{day}");
    }
    let bare = raw::NkDispatch { form: None, ..Default::default() };
    let missing = Err((Reason::FieldMissing, Some("form".to_owned())));
    assert_eq!(read(raw::Body::NkADispatch(bare)), missing);
    let signal = raw::Signal { reason: "R_OTHER".to_owned(), family_knows: false, what: "x".to_owned() };
    assert_eq!(read(raw::Body::Signal(signal)), wrong("reason"));
}

fn any_categories() -> impl Strategy<Value = BTreeSet<Category>> {
    let all: Vec<Category> = Category::ALL.iter().copied().filter(|c| *c != Category::None).collect();
    proptest::collection::btree_set(proptest::sample::select(all), 0..20)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every body shows nothing outside what is allowed; what has no date of its own shows everything inside.
    #[test]
    fn a_projection_of_statutory_content_shows_what_is_allowed(
        suffering in any_categories(),
        event in any_categories(),
        allowed in any_categories(),
    ) {
        let mut form = form();
        form.persons.push(person(PersonRole::Suffering, &suffering.into_iter().collect::<Vec<_>>()));
        form.event = event.into_iter().map(|category| section(category, "x")).collect();
        for body in bodies().into_iter().chain([Body::NkA(form)]) {
            // The day of form B and the request to answer are codes that stay.
            if matches!(body, Body::NkBRecord { .. } | Body::PoliceQuery(_) | Body::KuratorQuery(_)) {
                continue;
            }
            let payload = Payload::new("", vec![], body).unwrap();
            let shown = payload.project(&allowed);
            let expected: BTreeSet<Category> = payload.categories().intersection(&allowed).copied().collect();
            prop_assert_eq!(shown.categories(), expected);
            prop_assert_eq!(shown.kind(), payload.kind());
        }
    }
}
