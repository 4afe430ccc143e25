//! What a paper form may say, and what its grants do not tell.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::vocab::{Authority, GiverRole};

use super::*;

fn form() -> Form {
    let pair = |name: &str, give: &[Category]| Pair {
        institution: name.parse().unwrap(),
        give: give.iter().copied().collect(),
        receive: BTreeSet::new(),
        explicit: BTreeSet::from([Category::Health]),
    };
    Form {
        subject_ref: "OPS/2026/114".into(),
        giver: Giver {
            role: GiverRole::SelfGiver,
            born: None,
            own_statement: false,
            authority: Authority::Unknown,
            conflict: false,
        },
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(b"scan"),
        evidence_place: "segregator 4, karta 17".into(),
        pairs: vec![
            pair("mdk", &[Category::IdName, Category::PlanTasks]),
            pair("poz", &[Category::IdName, Category::Health]),
        ],
        purposes: BTreeSet::from([Purpose::Service]),
        valid_from: Date::constant(2026, 9, 1),
        valid_to: Date::constant(2027, 8, 31),
        worker: "A. Nowak".into(),
    }
}

fn now() -> i64 {
    calendar::start_of_day(Date::constant(2026, 9, 1))
}

fn reason(form: &Form) -> Option<Reason> {
    form.check(now()).err().map(|refusal| refusal.reason)
}

#[test]
fn a_complete_form_passes_and_each_gap_is_named() {
    assert_eq!(reason(&form()), None);
    assert_eq!(reason(&Form { subject_ref: " ".into(), ..form() }), Some(Reason::FieldMissing));
    assert_eq!(reason(&Form { evidence_place: String::new(), ..form() }), Some(Reason::FieldMissing));
    assert_eq!(reason(&Form { pairs: vec![], ..form() }), Some(Reason::FieldMissing));
    assert_eq!(reason(&Form { purposes: BTreeSet::new(), ..form() }), Some(Reason::FieldMissing));
    assert_eq!(reason(&Form { valid_to: Date::constant(2027, 9, 3), ..form() }), Some(Reason::FieldInvalid));
    let mut doubled = form();
    doubled.pairs[1].institution = "mdk".parse().unwrap();
    assert_eq!(reason(&doubled), Some(Reason::FieldInvalid));
}

#[test]
fn what_consent_cannot_carry_and_what_must_be_ticked_alone() {
    let mut criminal = form();
    criminal.pairs[0].give.insert(Category::Criminal);
    assert_eq!(reason(&criminal), Some(Reason::Category));
    let mut silent = form();
    silent.pairs[1].explicit.clear();
    assert_eq!(reason(&silent), Some(Reason::ConsentNotExplicit));
}

#[test]
fn grants_of_one_paper_cannot_be_told_to_belong_together() {
    let (form, env) = (form(), Env::stepped(now(), 7));
    let me = "ops".parse().unwrap();
    let (one, salt) = form.grant(&me, &form.pairs[0], now(), &env);
    let (two, _) = form.grant(&me, &form.pairs[1], now(), &env);
    assert_ne!(one.evidence_commitment, two.evidence_commitment);
    assert!(one.handles().is_disjoint(&two.handles()) && one.id != two.id);
    assert!(two.edges.iter().all(|edge| edge.to.as_str() != "mdk" && edge.from.as_str() != "mdk"));
    assert_eq!(one.evidence_commitment, hmac_sha256(&salt, &[&Form::hash_of(b"scan")]));
    assert!(one.edges[1].categories.contains(&Category::Logistics));
}

#[test]
fn narrowing_takes_away_and_ends_when_nothing_is_left() {
    let pair = form().pairs[1].clone();
    let narrower = pair.without(&BTreeSet::from([Category::Health])).unwrap();
    assert_eq!(narrower.give, BTreeSet::from([Category::IdName]));
    assert!(narrower.explicit.is_empty());
    assert_eq!(pair.without(&BTreeSet::from([Category::Health, Category::IdName])), None);
}
