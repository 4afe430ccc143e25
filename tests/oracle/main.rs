//! The policy table against an oracle that holds its own: typed from summaries of the statutes, sharing only the codes.
//!
//! `WIEZ_CASES=5000000` runs more generated cases. A disagreement prints its seed and the whole case.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::print_stderr,
    reason = "tests may fail loudly, and what was generated is told"
)]

mod bodies;
mod case;
mod chance;
mod draw;
mod gate;
mod judge;
mod law;
mod mutate;
mod order;
mod rows;
mod statement;
mod table;

use std::collections::BTreeMap;
use std::thread;

use wiez_proto::policy::Policy;
use wiez_tests::tasks::number;

use crate::case::Case;
use crate::gate::Scene;
use crate::mutate::Mutant;

/// Generated cases of an ordinary run, for the table and again for the gate.
const CASES: u64 = 100_000;

/// Threads that share them.
const HANDS: u64 = 2;

/// Runs a judgement over all cases and says, of each that disagrees, why.
fn every<J: Fn(Case) -> Option<String>>(judge: impl Fn() -> J + Sync) -> Vec<String> {
    let cases = number("WIEZ_CASES", CASES);
    let share = |hand: u64| {
        let judge = judge();
        (hand..cases).step_by(HANDS as usize).filter_map(|seed| judge(draw::case(seed))).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let share = &share;
        let hands: Vec<_> = (0..HANDS).map(|hand| scope.spawn(move || share(hand))).collect();
        hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
    })
}

fn agree(found: &[String]) {
    let first: Vec<&str> = found.iter().take(5).map(String::as_str).collect();
    assert!(found.is_empty(), "{} cases disagree, such as\n{}\n", found.len(), first.join("\n"));
}

#[test]
fn both_tables_say_the_same_row_by_row() {
    let found = rows::differences(Policy::shipped());
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_table_judges_generated_cases_like_the_oracle() {
    agree(&every(|| |case: Case| law::disagreement(Policy::shipped(), &case)));
}

#[test]
fn the_gate_judges_generated_cases_like_the_oracle() {
    agree(&every(|| {
        let scene = Scene::new(Policy::shipped());
        move |case| scene.disagreement(case)
    }));
}

/// Cases that no row knows would agree without proving anything.
#[test]
fn a_third_of_the_cases_comes_near_a_valid_row_and_every_answer_occurs() {
    let (mut known, mut answers) = (0, BTreeMap::<String, u32>::new());
    for seed in 0..20_000 {
        let case = bodies::fitted(draw::case(seed));
        known += u32::from(order::knows_row(&case));
        for (gate, said) in [
            ("sends", order::sends(&case).map(|(_, _, flags)| flags)),
            ("takes", order::takes(&case)),
            ("shows", order::shows(&case)),
        ] {
            let names = match said {
                Ok(flags) if flags.is_empty() => vec!["goes".to_owned()],
                Ok(flags) => flags.into_iter().map(|flag| format!("goes with {flag}")).collect(),
                Err(no) => vec![no.reason.as_str().to_owned()],
            };
            for name in names {
                *answers.entry(format!("{gate}: {name}")).or_default() += 1;
            }
        }
    }
    eprintln!("{known} of 20000 known to a row; {answers:#?}");
    assert!(known > 20_000 / 3, "only {known} of 20000 cases come to a row");
    for answer in EXPECTED.split_whitespace() {
        let (gate, name) = answer.split_once(':').unwrap();
        let count = answers.get(&format!("{gate}: {}", name.replace('+', "goes with "))).copied().unwrap_or_default();
        assert!(count >= 5, "{answer} was generated {count} times only");
    }
}

/// Every answer that the rules can give. No duty holds anything that its own basis does not open, so none goes with SECRECY.
const EXPECTED: &str = "sends:goes sends:+UNVERIFIED sends:+SPECIAL sends:+QUOTA sends:+OVERRIDE sends:+VITAL \
    sends:RECIPIENT_UNKNOWN sends:RECIPIENT_SELF sends:KEY_CHANGED sends:RECIPIENT_REVOKED sends:KIND sends:POLICE_CONSENT \
    sends:PAIR sends:BASIS sends:CONSENT_NOT_APPLICABLE sends:CATEGORY sends:PERSONAL_DATA_FOUND sends:REPLY_SCOPE \
    sends:REPORTER_LEAK sends:CONSENT_MISSING sends:CONSENT_WITHDRAWN sends:CONSENT_SCOPE sends:BASIS_UNVERIFIED \
    sends:REVIEW_REQUIRED sends:SECRECY takes:goes takes:+POLICY_DIFFERS takes:+FIELDS_MISSING takes:+WORKER_SIGNATURE takes:WORKER_SIGNATURE takes:+UNVERIFIED \
    takes:+SPECIAL takes:+OVERRIDE takes:+VITAL takes:BASIS takes:FIELD_INVALID takes:CATEGORY takes:NOT_FOUND \
    takes:EDGE_UNKNOWN takes:CONSENT_WITHDRAWN takes:CONSENT_SCOPE takes:CONSENT_MISSING takes:CONSENT_NOT_APPLICABLE \
    shows:goes shows:DECLARATION_MISSING shows:STALE_CONSENT_STATE";

#[test]
fn every_mutated_row_is_noticed() {
    let mutants = mutate::mutants(2);
    assert!(mutants.len() >= 40);
    for Mutant { what, policy, judged } in mutants {
        let told = rows::differences(&policy);
        assert!(!told.is_empty(), "{what}: not seen row by row");
        let seen = |seed: &u64| law::disagreement(&policy, &draw::case(*seed)).is_some();
        let case =
            judged.then(|| (0..5 * CASES).find(seen).unwrap_or_else(|| panic!("{what}: not seen by a generated case")));
        eprintln!("{what}: case {case:?}; {}", told[0]);
    }
}
