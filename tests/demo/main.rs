//! The demo: a small region on this computer plays ten steps, then waits for commands.
//!
//! The same program is the command line of its nodes (`demo node …`) and of its hub (`demo hub …`).

mod cast;
mod commands;
mod pages;
mod story;
mod telling;
mod witness;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use tokio::signal::unix::{Signal, SignalKind, signal};
use wiez_tests::World;

use crate::pages::{Served, Shown};
use crate::story::{STEPS, Story};
use crate::telling::{Page, Teller};

/// Exit code when somebody interrupted the story.
const INTERRUPTED: u8 = 130;
/// Exit code when a step did not hold.
const FAILED: u8 = 1;
/// Longest time for what is left to end.
const LEAVING: Duration = Duration::from_secs(5);

/// Plays a referral from one end to the other, and what needs no consent, between a hub and seven institutions here.
///
/// Every person and every fact in it is invented. Everything lies in one temporary folder, which
/// is gone afterwards. `demo node …` and `demo hub …` are the command lines of its nodes and hub.
#[derive(Debug, Parser)]
#[command(name = "demo", version, max_term_width = 100)]
struct Cli {
    /// Ends after the ten steps; exit code 0 only when all held
    #[arg(long)]
    once: bool,
    /// Tells the results as one JSON object
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let tool = |name: &str| std::iter::once(OsString::from(name)).chain(args.iter().skip(2).cloned());
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    match args.get(1).and_then(|arg| arg.to_str()) {
        Some("node") => {
            let around = wiez_node::config::Surroundings::of_process();
            ExitCode::from(wiez_node::cli::run(tool("wiez-node"), &around, &mut out, &mut err))
        }
        Some("hub") => {
            let around = wiez_hub::config::Surroundings::of_process();
            ExitCode::from(wiez_hub::cli::run(tool("wiez-hub"), &around, &mut out, &mut err))
        }
        _ => demo(&Cli::parse()),
    }
}

/// Plays; whatever happens, the folder is gone at the end.
fn demo(cli: &Cli) -> ExitCode {
    let mut teller = Teller::new(wiez_node::config::Surroundings::of_process().lang(), cli.json);
    teller.hello();
    let prepared =
        tempfile::Builder::new().prefix("wiez-demo-").tempdir().map_err(anyhow::Error::from).and_then(|home| {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            Ok((home, runtime))
        });
    let (home, runtime) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            teller.trouble(&error);
            return ExitCode::from(FAILED);
        }
    };
    let code = runtime.block_on(on_stage(cli, &mut teller, home.path()));
    // Nothing may write into the folder any more when it goes.
    runtime.shutdown_timeout(LEAVING);
    if let Err(error) = home.close() {
        teller.trouble(&error.into());
        return ExitCode::from(FAILED);
    }
    ExitCode::from(code)
}

/// Plays until the end or a signal, then sends everybody home.
async fn on_stage(cli: &Cli, teller: &mut Teller, home: &Path) -> u8 {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return FAILED;
    };
    let mut stage = Stage::default();
    let code = tokio::select! {
        biased;
        () = asked(&mut interrupt, &mut terminate) => INTERRUPTED,
        held = whole(cli, teller, home, &mut stage) => match held {
            Ok(true) => 0,
            Ok(false) => FAILED,
            Err(error) => {
                teller.trouble(&error);
                FAILED
            }
        },
    };
    if code == 0 && !cli.once {
        asked(&mut interrupt, &mut terminate).await;
    }
    if let Some(world) = stage.world {
        if !cli.once {
            teller.leaving();
        }
        if let Err(error) = leave(world, stage.pages).await {
            teller.trouble(&error);
            return FAILED;
        }
    }
    code
}

/// Who stands on the stage.
#[derive(Default)]
struct Stage {
    world: Option<World>,
    pages: Vec<Served>,
}

/// Closes the pages, then sends everybody home.
async fn leave(mut world: World, pages: Vec<Served>) -> Result<()> {
    pages::close(pages).await?;
    cast::dismiss(&mut world).await
}

async fn asked(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Gathers everybody and plays the ten steps; says whether all held.
async fn whole(cli: &Cli, teller: &mut Teller, home: &Path, stage: &mut Stage) -> Result<bool> {
    let world = cast::gather(teller, home, &mut stage.world).await?;
    if !cli.once {
        stage.pages = pages::open(world).await?;
        teller.watch(&pages::doors(&stage.pages, teller.lang())?);
    }
    let mut story = Story::new(world);
    for step in STEPS {
        let mut page = Page::new(teller.lang(), step);
        teller.title(&page);
        let played = story.play(step.number, &mut page).await;
        let held = played.is_ok();
        page.end(played);
        teller.page(page);
        // What follows stands on what came before.
        if !held {
            break;
        }
    }
    teller.end();
    if teller.all_held() && !cli.once {
        let lang = teller.lang();
        let consent = commands::consent(story.world).await?;
        let held = commands::held(story.world, lang).await?;
        teller.left(&pages::links(&stage.pages, lang, &Shown { accepted: story.accepted(), held: &held })?);
        teller.commands(&commands::prepare(&consent, home, lang)?);
    }
    Ok(teller.all_held())
}
