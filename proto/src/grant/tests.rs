//! What a grant covers, row by row, and what is no grant.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use super::*;
use crate::env::Env;

/// A field and the damage done to it.
type Break = (&'static str, fn(&mut Grant));

fn id(text: &str) -> InstitutionId {
    text.parse().unwrap()
}

fn region() -> Region {
    Region { id: "opolskie".parse().unwrap(), fingerprint: [9; 32] }
}

/// OPS → clinic: name, contact, health (explicitly); clinic → OPS: logistics.
fn sample() -> Grant {
    let edge = |handle: u8, from: &str, to: &str, categories: &[Category], explicit: &[Category]| Edge {
        handle: Handle::new([handle; 16]),
        from: id(from),
        to: id(to),
        categories: categories.iter().copied().collect(),
        explicit: explicit.iter().copied().collect(),
        purposes: [Purpose::Service].into(),
    };
    use Category::{Contact, Disability, Health, IdName, Logistics};
    Grant {
        id: GrantId::new([1; 16]),
        issuer: id("ops"),
        counterparty: id("poz"),
        edges: vec![
            edge(1, "ops", "poz", &[IdName, Contact, Health, Disability], &[Health]),
            edge(2, "poz", "ops", &[Logistics], &[]),
        ],
        valid_from: Date::constant(2026, 11, 2),
        valid_to: Date::constant(2027, 10, 31),
        evidence_commitment: [5; 32],
        worker: "a.nowak".into(),
        issued_ms: 1_793_000_000_000,
    }
}

fn noon(day: Date) -> i64 {
    calendar::start_of_day(day) + 12 * 3_600_000
}

fn ask(carried: &[Category], asked: &[Category], purpose: Purpose, at_ms: i64) -> Result<Handle, Reason> {
    let (from, to) = (id("ops"), id("poz"));
    let (carried, asked) = (carried.iter().copied().collect(), asked.iter().copied().collect());
    let handle = Handle::new([1; 16]);
    covers(&sample(), &Ask { from: &from, to: &to, handle, carried: &carried, asked: &asked, purpose, at_ms })
        .map(|edge| edge.handle)
        .map_err(|refusal| refusal.reason)
}

#[test]
fn it_covers_what_it_names_and_nothing_else() {
    use Category::{Contact, Disability, EduOpinion, Health, IdName, Logistics};
    let day = noon(Date::constant(2026, 12, 1));
    let service = Purpose::Service;
    assert!(ask(&[IdName, Contact, Health], &[], service, day).is_ok());
    assert!(ask(&[IdName], &[Logistics], service, day).is_ok());
    assert!(ask(&[Category::None], &[], service, day).is_ok());
    assert_eq!(ask(&[IdName, EduOpinion], &[], service, day), Err(Reason::ConsentScope));
    assert_eq!(ask(&[Disability], &[], service, day), Err(Reason::ConsentNotExplicit));
    assert_eq!(ask(&[IdName], &[Health], service, day), Err(Reason::ConsentScope));
    assert_eq!(ask(&[IdName], &[], Purpose::Diag, day), Err(Reason::ConsentPurpose));
}

#[test]
fn its_days_begin_and_end_at_midnight_in_warsaw() {
    let service = Purpose::Service;
    let (first, last) = (Date::constant(2026, 11, 2), Date::constant(2027, 10, 31));
    let at = |ms| ask(&[Category::IdName], &[], service, ms);
    assert_eq!(at(calendar::start_of_day(first) - 1), Err(Reason::ConsentNotYetValid));
    assert!(at(calendar::start_of_day(first)).is_ok());
    // 31 October 2027 is the night of the change to winter time.
    assert!(at(calendar::end_of_day(last)).is_ok());
    assert_eq!(at(calendar::end_of_day(last) + 1), Err(Reason::ConsentExpired));
}

#[test]
fn another_handle_or_direction_is_another_recipient() {
    let (ops, poz, other) = (id("ops"), id("poz"), id("mdk"));
    let none = BTreeSet::new();
    for (from, to, handle) in [(&ops, &poz, 2), (&poz, &ops, 1), (&ops, &other, 1)] {
        let handle = Handle::new([handle; 16]);
        let at_ms = noon(Date::constant(2026, 12, 1));
        let ask = Ask { from, to, handle, carried: &none, asked: &none, purpose: Purpose::Service, at_ms };
        assert_eq!(covers(&sample(), &ask).unwrap_err().reason, Reason::ConsentRecipient);
    }
}

#[test]
fn it_survives_the_wire_and_only_its_issuer_can_sign_it() {
    let env = Env::stepped(0, 1);
    let (key, stranger) = (SigningKey::generate(&env).unwrap(), SigningKey::generate(&env).unwrap());
    let signed = sample().sign(&key, &region()).unwrap();
    assert_eq!(Grant::open(&signed, &key.public(), &region()).unwrap(), sample());
    assert!(Grant::open(&signed, &stranger.public(), &region()).is_err());
    let mut bytes = signed.content.to_vec();
    bytes[20] ^= 1;
    let changed = v1::Signed { content: bytes.into(), ..signed };
    assert!(Grant::open(&changed, &key.public(), &region()).is_err());
}

#[test]
fn what_is_no_grant_is_refused_with_the_field() {
    let breaks: [Break; 11] = [
        ("valid_to", |g| g.valid_to = Date::constant(2026, 11, 1)),
        ("valid_to", |g| g.valid_to = Date::constant(2056, 11, 1)),
        ("counterparty", |g| g.counterparty = g.issuer.clone()),
        ("evidence_commitment", |g| g.evidence_commitment = [0; 32]),
        ("worker", |g| g.worker = String::new()),
        ("edges", |g| g.edges.clear()),
        ("edges", |g| g.edges[1].from = id("mdk")),
        ("edges", |g| g.edges[1].handle = g.edges[0].handle),
        ("categories", |g| {
            g.edges[0].categories.insert(Category::Criminal);
        }),
        ("explicit_categories", |g| {
            g.edges[0].explicit.insert(Category::HealthMental);
        }),
        ("purposes", |g| g.edges[0].purposes.clear()),
    ];
    let key = SigningKey::generate(&Env::stepped(0, 1)).unwrap();
    for (field, damage) in breaks {
        let mut grant = sample();
        damage(&mut grant);
        let refusal = grant.sign(&key, &region()).unwrap_err();
        assert_eq!(refusal.details.get("field").map(String::as_str), Some(field));
    }
}

#[test]
fn a_withdrawal_survives_the_wire_and_needs_its_partys_signature() {
    let key = SigningKey::generate(&Env::stepped(0, 1)).unwrap();
    let withdrawal =
        Withdrawal { handles: sample().handles(), grant_hash: sample().hash(), party: id("ops"), at_ms: 1 };
    let signed = withdrawal.sign(&key, &region());
    assert_eq!(Withdrawal::open(&signed, &key.public(), &region()).unwrap(), withdrawal);
    let other = SigningKey::generate(&Env::stepped(0, 2)).unwrap();
    assert!(Withdrawal::open(&signed, &other.public(), &region()).is_err());
    assert_ne!(object_hash(&signed), object_hash(&withdrawal.sign(&other, &region())));
}
