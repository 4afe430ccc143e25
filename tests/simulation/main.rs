//! Seeded simulation of a region: real rules, no disk, no sockets, and the same run for the same seed.
//!
//! A run is a hub and four nodes that keep their state in memory and decide by the production
//! code of outbox, inbox, gate, referral, hub gate and seal. A seed draws a few hundred steps –
//! sending, withdrawing, opening, deciding, cutting connections, crashing, restoring old copies,
//! moving clocks – and then everything is repaired and judged. `promises` says what a failure is.
//!
//! `WIEZ_SEEDS=5000` runs more seeds, `WIEZ_SEED=17` replays one and prints every step.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test fails loudly, and seeds come from the environment"
)]

mod cast;
mod chance;
mod hub;
mod judgement;
mod letters;
mod member;
mod promises;
mod repair;
mod wire;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::promises::{Broken, Flaw, Promise};
use crate::world::World;

/// Seeds of an ordinary test run.
const SEEDS: u64 = 100;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs one seed; a panic of the production code is reported with its seed like a broken promise.
fn run(seed: u64, flaw: Flaw) -> (World, Result<(), Broken>) {
    let mut world = World::new(seed, flaw);
    let result = catch_unwind(AssertUnwindSafe(|| world.run()));
    let result = result.unwrap_or_else(|_| panic!("seed {seed} panicked; {}", replay(seed)));
    (world, result)
}

fn replay(seed: u64) -> String {
    format!("replay it with: WIEZ_SEED={seed} cargo test -p wiez-tests --test simulation")
}

fn last_steps(trace: &str, most: usize) -> String {
    let lines: Vec<&str> = trace.lines().collect();
    lines[lines.len().saturating_sub(most)..].join("\n")
}

#[test]
fn a_region_keeps_its_promises_whatever_happens() {
    let one = number("WIEZ_SEED");
    let seeds = match one {
        Some(seed) => seed..seed + 1,
        None => 0..number("WIEZ_SEEDS").unwrap_or(SEEDS),
    };
    for seed in seeds {
        let (world, result) = run(seed, Flaw::None);
        if let Err(Broken(promise, what)) = result {
            let steps = if one.is_some() { usize::MAX } else { 40 };
            panic!("seed {seed} broke {promise:?}: {what}\n{}\n{}", last_steps(&world.trace, steps), replay(seed));
        }
    }
}

#[test]
fn the_same_seed_is_the_same_run_to_the_last_bit() {
    for seed in [1, 2, 3] {
        assert_eq!(run(seed, Flaw::None).0.digest(), run(seed, Flaw::None).0.digest(), "seed {seed}");
    }
    assert_ne!(run(1, Flaw::None).0.digest(), run(2, Flaw::None).0.digest());
}

#[test]
fn the_runs_do_everything_that_they_are_meant_to_try() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..20 {
        for (what, count) in run(seed, Flaw::None).0.promises.counts {
            *counts.entry(what).or_default() += count;
        }
    }
    let least =
        [("sealed", 300), ("accepted", 200), ("handed out", 200), ("taken", 150), ("opened", 10), ("withdrawn", 10)];
    for (what, least) in least.into_iter().chain([("stopped", 10), ("restored", 3)]) {
        assert!(counts.get(what).is_some_and(|count| *count >= least), "{what} happened too rarely: {counts:?}");
    }
    eprintln!("{counts:?}");
}

#[test]
fn a_broken_rule_is_noticed_as_the_promise_that_it_breaks() {
    for (flaw, promises) in [
        (Flaw::HandsOutWithdrawn, [Promise::NothingAfterWithdrawal].as_slice()),
        (Flaw::HubForgetsMail, &[Promise::NothingVanishes, Promise::SenderKnowsTheTruth, Promise::EverythingSettles]),
        (Flaw::TakesTwice, &[Promise::ExactlyOnce]),
        (Flaw::ForgetsNumbers, &[Promise::NoNumberTwice]),
        (Flaw::WritesStopped, &[Promise::NothingAfterWithdrawal]),
        (Flaw::OpensWithdrawn, &[Promise::NothingAfterWithdrawal]),
        (Flaw::ConfirmsTombstones, &[Promise::SenderKnowsTheTruth, Promise::EverythingSettles]),
        (Flaw::IgnoresDeadlines, &[Promise::OwnerAndDeadline]),
    ] {
        let found = (0..60).find_map(|seed| run(seed, flaw).1.err());
        let Some(Broken(promise, what)) = found else { panic!("{flaw:?} was never noticed") };
        assert!(promises.contains(&promise), "{flaw:?} was noticed as {promise:?}: {what}");
        eprintln!("{flaw:?}: {promise:?}: {what}");
    }
}
