//! Measures the hub under load and at rest, beside what the machine can do at most, the gate's decision and the pages.
//!
//! `cargo run --release -p wiez-tests --bin bench -- [--quick] [--only gate|pages]`

mod browser;
mod figures;
mod floor;
mod gate;
mod hub;
mod idle;
mod letters;
mod load;
mod pages;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use wiez_proto::enrolment::Invitation;
use wiez_proto::env::Env;
use wiez_tests::member::Member;

use crate::figures::{Report, Run};
use crate::load::{Mode, Pair};

/// Measures the hub under load and at rest, the gate's decision and the pages.
#[derive(Parser)]
struct Arguments {
    /// A fifth of the messages, of the idle nodes and of the consents, a tenth of the cases.
    #[arg(long)]
    quick: bool,
    /// Folder for the hub's data; a new one below the system's temporary folder by default.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// File for the report as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Only this part.
    #[arg(long)]
    only: Option<Part>,
    #[arg(long, hide = true)]
    as_hub: Option<PathBuf>,
    #[arg(long, hide = true)]
    as_echo: bool,
    #[arg(long, hide = true, default_value_t = 0)]
    members: usize,
}

/// A part of the measurement.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Messages.
    Load,
    /// The machine.
    Floor,
    /// Nodes that do nothing.
    Idle,
    /// The gate's decision.
    Gate,
    /// The pages of a node.
    Pages,
}

const PAIRS: usize = 8;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    wiez_proto::tls::install();
    if let Some(dir) = &arguments.as_hub {
        return hub::serve(dir, arguments.members).await;
    }
    if arguments.as_echo {
        return floor::serve().await;
    }
    let folder = match &arguments.dir {
        Some(dir) => tempfile::tempdir_in(dir)?,
        None => tempfile::tempdir()?,
    };
    let env = Env::system();
    let wanted = |part| arguments.only.is_none_or(|only| only == part);
    let mut report = Report { quick: arguments.quick, machine: machine(), commit: commit(), ..Report::default() };
    if wanted(Part::Load) || wanted(Part::Floor) {
        let dir = folder.path().join("load");
        std::fs::create_dir(&dir)?;
        let (hub, invitations) = hub::hub(&dir, 2 * PAIRS)?;
        let members = join(&env, &hub, &invitations).await?;
        if wanted(Part::Load) {
            report.runs = load(&env, &hub, &members, arguments.quick).await?;
        }
        drop(hub);
        if wanted(Part::Floor) {
            let each = Duration::from_millis(if arguments.quick { 500 } else { 2000 });
            let two = [members.first().context("nobody")?, members.get(1).context("nobody")?];
            report.floors = floor::measure(&env, folder.path(), two, each).await?;
        }
    }
    if wanted(Part::Idle) {
        let dir = folder.path().join("idle");
        std::fs::create_dir(&dir)?;
        wiez_hub::listen::connections_allowed(&wiez_tests::region::listen_defaults()?)?;
        let (hub, invitations) = hub::hub(&dir, if arguments.quick { 200 } else { 1000 })?;
        report.idle = Some(idle::measure(&env, &hub, &invitations).await?);
    }
    if wanted(Part::Gate) {
        let dir = folder.path().join("gate");
        std::fs::create_dir(&dir)?;
        report.grants = gate::grants(arguments.quick);
        report.gate = gate::measure(&dir, arguments.quick).await?;
    }
    if wanted(Part::Pages) {
        for cases in pages::sizes(arguments.quick) {
            let dir = folder.path().join(format!("pages-{cases}"));
            std::fs::create_dir(&dir)?;
            report.pages.extend(pages::measure(&dir, *cases).await?);
        }
    }
    hub::say(&report.table())?;
    if let Some(path) = &arguments.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}

async fn join(env: &Env, hub: &hub::Measured, invitations: &[Invitation]) -> Result<Vec<Arc<Member>>> {
    let joining = stream::iter(invitations).map(|invitation| Member::join(env, invitation, hub.address));
    joining.buffered(4).map_ok(Arc::new).try_collect().await
}

async fn load(env: &Env, hub: &hub::Measured, members: &[Arc<Member>], quick: bool) -> Result<Vec<Run>> {
    let more = if quick { 100 } else { 1_250 };
    let mut pairs = Vec::new();
    for two in members.chunks_exact(2) {
        if let [sender, recipient] = two {
            pairs.push(Pair::new(sender, recipient, more).await?);
        }
    }
    let scale = if quick { 1 } else { 5 };
    let every = |pairs: u64| Mode::Every(Duration::from_micros(5_000 * pairs));
    let mut runs = Vec::new();
    let (first, _) = pairs.split_at_mut(1);
    // The first run is thrown away: caches and the database file are cold.
    load::run("warm-up", env, hub, first, 500, Mode::Sealed).await?;
    runs.push(load::run("hub, sealed beforehand", env, hub, first, 5_000 * scale, Mode::Sealed).await?);
    runs.push(load::run("full path", env, hub, first, 2_000 * scale, Mode::Full).await?);
    runs.push(load::run("200/s", env, hub, first, 200 * scale, every(1)).await?);
    runs.push(load::run("hub, sealed beforehand", env, hub, &mut pairs, 1_500 * scale, Mode::Sealed).await?);
    runs.push(load::run("full path", env, hub, &mut pairs, 500 * scale, Mode::Full).await?);
    runs.push(load::run("200/s", env, hub, &mut pairs, 25 * scale, every(8)).await?);
    Ok(runs)
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches([' ', '\t', ':']));
    format!("{cores} cores, {}", name.unwrap_or("unknown processor"))
}

fn commit() -> String {
    let asked = std::process::Command::new("git").args(["rev-parse", "--short", "HEAD"]).output();
    let told = asked.ok().filter(|out| out.status.success()).and_then(|out| String::from_utf8(out.stdout).ok());
    told.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}
