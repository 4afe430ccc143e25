//! Tests of statements: one wire form, limits, what a row finds missing, and no content in a debug print.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use super::*;
use crate::policy::Policy;
use prost::Message;

fn full() -> Statement {
    Statement {
        case_ref: "KP-112/26".to_owned(),
        officer: "974512".to_owned(),
        order_ref: "III Nsm 44/26".to_owned(),
        justification: "Dziecko zostaje samo,\nbez opieki do rana.".to_owned(),
        formal_ref: Some(FormalRef {
            channel: FormalChannel::Ade,
            number: "AE:PL-1".to_owned(),
            date: Date::constant(2026, 11, 2),
        }),
        override_reason: "Odbiorca musi pilnie dopytać świadka.".to_owned(),
        for_gdp: true,
        started_on: Some(Date::constant(2026, 10, 30)),
        phoned: Some(Phoned { who: "dyżurny".to_owned(), at_ms: 1_788_249_600_000, by: "A. Nowak".to_owned() }),
        ..Statement::of(BasisCode::Uppd9d)
    }
}

#[test]
fn statements_come_back_from_the_wire_and_from_json() {
    for statement in [full(), Statement::of(BasisCode::Vital)] {
        let bytes = statement.to_wire().encode_to_vec();
        let raw = crate::wire::strict::<v1::Statement>(&bytes).unwrap();
        assert_eq!(Statement::parse(raw).unwrap(), statement);
        let json = serde_json::to_string(&statement).unwrap();
        assert_eq!(serde_json::from_str::<Statement>(&json).unwrap(), statement);
    }
    assert_eq!(serde_json::from_str::<Statement>(r#"{"basis":"KPK_304"}"#).unwrap(), Statement::of(BasisCode::Kpk304));
}

#[test]
fn bad_fields_are_named_and_never_repeated() {
    let bad = |change: fn(&mut v1::Statement)| {
        let mut raw = full().to_wire();
        change(&mut raw);
        let refusal = Statement::parse(raw).unwrap_err();
        (refusal.reason, refusal.details.get("field").unwrap().clone())
    };
    type Case = (fn(&mut v1::Statement), &'static str);
    let cases: [Case; 12] = [
        (|s| s.basis = "C6A".to_owned(), "basis"),
        (|s| s.basis = "NO_PD".to_owned(), "basis"),
        (|s| s.basis = "uppd_9d".to_owned(), "basis"),
        (|s| s.case_ref = "KP\n112".to_owned(), "case_ref"),
        (|s| s.officer = "\u{202e}974".to_owned(), "officer"),
        (|s| s.justification = "a\u{7}".to_owned(), "justification"),
        (|s| s.started_on = "20261030".to_owned(), "started_on"),
        (|s| s.started_on = "0026-10-30".to_owned(), "started_on"),
        (|s| s.formal_ref.as_mut().unwrap().channel = "FAX".to_owned(), "formal_ref.channel"),
        (|s| s.formal_ref.as_mut().unwrap().number = " ".to_owned(), "formal_ref.number"),
        (|s| s.phoned.as_mut().unwrap().who.clear(), "phoned.who"),
        (|s| s.phoned.as_mut().unwrap().at_ms = 0, "phoned.at_ms"),
    ];
    for (change, field) in cases {
        assert_eq!(bad(change), (Reason::FieldInvalid, format!("statement.{field}")));
    }
    let long: [Case; 3] = [
        (|s| s.order_ref = "ż".repeat(MAX_NAME_CHARS + 1), "order_ref"),
        (|s| s.justification = "ż".repeat(MAX_STATEMENT_CHARS + 1), "justification"),
        (|s| s.override_reason = "ż".repeat(MAX_STATEMENT_CHARS + 1), "override_reason"),
    ];
    for (change, field) in long {
        assert_eq!(bad(change), (Reason::TooLarge, format!("statement.{field}")));
    }
    let mut most = full().to_wire();
    most.justification = "ż".repeat(MAX_STATEMENT_CHARS);
    assert!(Statement::parse(most).is_ok());
}

#[test]
fn a_row_says_what_is_missing_and_a_letter_may_follow() {
    let mut row = Policy::shipped().rows().first().unwrap().clone();
    assert!(Statement::of(BasisCode::PolReq).missing(&row).is_empty());
    row.requires = [Requirement::CaseRef, Requirement::Officer, Requirement::OrderRef].into();
    let empty = Statement::of(BasisCode::PolReq);
    assert_eq!(empty.missing(&row), [Requirement::CaseRef, Requirement::Officer, Requirement::OrderRef]);
    let blank = Statement { officer: " \t".to_owned(), ..full() };
    assert_eq!(blank.missing(&row), [Requirement::Officer]);
    assert!(full().missing(&row).is_empty());
    assert!(!empty.working_copy(&row));

    row.requires = [Requirement::Justification, Requirement::FormalRef].into();
    let why = |chars: usize| Statement { justification: "ż".repeat(chars), ..Statement::of(BasisCode::Vital) };
    assert_eq!(why(29).missing(&row), [Requirement::Justification]);
    assert!(why(30).missing(&row).is_empty());
    assert!(why(30).working_copy(&row));
    assert!(!full().working_copy(&row));
}

/// What arrives is any bytes: it is refused, or says exactly what it would say when written again.
#[test]
fn a_changed_statement_is_refused_or_comes_back_as_it_was() {
    let env = crate::env::Env::stepped(0, 32);
    let valid = full().to_wire().encode_to_vec();
    let mut taken = 0;
    for _ in 0..60_000 {
        let mut bytes = valid.clone();
        for _ in 0..=env.below(3) {
            let at = usize::try_from(env.below(bytes.len() as u64)).unwrap();
            match env.below(4) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes.insert(at, env.random::<1>()[0]),
                _ => bytes[at] = env.random::<1>()[0],
            }
        }
        let Ok(raw) = v1::Statement::decode(bytes.as_slice()) else { continue };
        let Ok(statement) = Statement::parse(raw.clone()) else { continue };
        taken += 1;
        assert_eq!(statement.to_wire(), raw, "reading changes nothing");
        for row in Policy::shipped().rows() {
            let _ = (statement.missing(row), statement.working_copy(row));
        }
    }
    assert!(taken > 100, "only {taken} were read");
    for at in 0..valid.len() {
        for bad in ["\u{1b}", "\u{85}", "\u{202e}", "\u{e0041}"] {
            let mut bytes = valid.clone();
            bytes.splice(at..(at + bad.len()).min(valid.len()), bad.bytes());
            let Ok(raw) = v1::Statement::decode(bytes.as_slice()) else { continue };
            let Ok(statement) = Statement::parse(raw) else { continue };
            // Only the number of the moment of a call is not text.
            let texts = Statement { phoned: None, ..statement }.to_wire().encode_to_vec();
            assert!(!texts.windows(bad.len()).any(|part| part == bad.as_bytes()), "{bad:?} at {at}");
        }
    }
}

#[test]
fn debug_prints_show_the_basis_only() {
    let statement = full();
    assert_eq!(format!("{statement:?}"), "Statement(UPPD_9D)");
    let wire = v1::Content { statement: Some(statement.to_wire()), ..Default::default() };
    let print = format!("{wire:?} {:?} {:?}", statement.formal_ref, statement.phoned);
    for secret in ["KP-112", "974512", "Nsm", "Dziecko", "AE:PL", "dopytać", "dyżurny", "Nowak"] {
        assert!(!print.contains(secret), "{print}");
    }
}
