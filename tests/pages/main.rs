//! The pages in a real browser: a small region plays, scripts use its pages as workers do and count, check and print.
//!
//! `cargo test -p wiez-tests --test pages` is the part that runs always; `-- matrix` is every check on every screen and
//! state, `-- shots` writes pictures of them, `-- play` lets somebody look around until Enter. Names of parts
//! (`tasks`, `typed`, `screens`, `prints`, `refusals`, `hostile`) run those alone.
#![expect(clippy::print_stdout, reason = "tells what happens")]

mod fixture;
mod packages;
mod people;
mod region;
mod talk;
mod wishes;

use std::process::ExitCode;

use anyhow::Result;
use wiez_tests::tasks::Stopwatch;

use crate::packages::Packages;
use crate::region::Region;

/// What runs when nothing is said.
const ALWAYS: &[&str] = &["tasks", "typed", "screens", "prints", "refusals", "hostile"];
/// What runs only when it is asked for.
const ASKED: &[&str] = &["matrix", "shots"];

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let known = |part: &&str| words.iter().any(|word| word == part);
    let strange = |word: &&String| !ALWAYS.iter().chain(ASKED).chain(&["play"]).any(|part| part == word);
    if let Some(word) = words.iter().find(strange) {
        println!("no part of the pages is called {word}; there are {ALWAYS:?}, {ASKED:?} and play");
        // `cargo test NAME` asks every program for NAME, and those that have none of it hold. Beside a part's name it is
        // a misspelt one.
        return if words.len() == 1 { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let parts: Vec<&str> = if words.is_empty() {
        ALWAYS.to_vec()
    } else {
        ALWAYS.iter().chain(ASKED).copied().filter(|part| known(part)).collect()
    };
    let play = words.iter().any(|word| word == "play");
    match run(&parts, play).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("the pages could not be tried: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs parts one after another in one region; says whether all held.
async fn run(parts: &[&str], play: bool) -> Result<bool> {
    let packages = match Packages::ready() {
        Ok(packages) => packages,
        Err(missing) => {
            println!("SKIPPED: the pages need {missing}");
            return Ok(true);
        }
    };
    let watch = Stopwatch::start();
    let mut region = Box::pin(Region::open()).await?;
    println!("the region stands after {:.1} s", watch.elapsed().as_secs_f64());
    if play {
        talk::play(&region).await?;
    }
    let mut held = true;
    for part in parts {
        let watch = Stopwatch::start();
        let good = Box::pin(talk::run(&packages, &mut region, part)).await?;
        let word = if good { "ok" } else { "FAILED" };
        println!("pages: {part} {word} ({:.1} s)", watch.elapsed().as_secs_f64());
        held &= good;
    }
    region.close().await?;
    Ok(held)
}
