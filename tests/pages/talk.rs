//! The talk with a script: it runs in Node, wishes for things on its standard output, and is answered line by line.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;
use wiez_tests::tasks::{Stopwatch, pause};

use crate::packages::Packages;
use crate::region::Region;
use crate::wishes::{Wish, fulfil};

/// How often the region's clock moves while a script works; it keeps the pace of real time.
const TICK: Duration = Duration::from_millis(4);
/// Longest time that one part may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// Runs one part; says whether it held.
pub(crate) async fn run(packages: &Packages, region: &mut Region, part: &str) -> Result<bool> {
    let mut command = Command::new("node");
    command.arg(packages.scripts.join("main.mjs")).arg(part);
    command.env("WIEZ_PAGES_NODE", &packages.node).env("WIEZ_PAGES_OUT", &packages.out);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut script = command.spawn().context("node")?;
    let mut answers = script.stdin.take().context("no way to answer")?;
    let mut lines = BufReader::new(script.stdout.take().context("no way to listen")?).lines();
    let watch = Stopwatch::start();
    let mut shown = watch.elapsed();
    loop {
        tokio::select! {
            line = lines.next_line() => {
                let Some(line) = line? else { break };
                let Some(wish) = line.strip_prefix('@') else {
                    println!("{line}");
                    continue;
                };
                let answer = match serde_json::from_str::<Wish>(wish) {
                    Ok(wish) => fulfil(region, wish).await.map_or_else(|error| json!({"error": format!("{error:#}")}), |ok| json!({"ok": ok})),
                    Err(error) => json!({"error": format!("{wish}: {error}")}),
                };
                // A script that has gone needs no answer.
                let _ = answers.write_all(format!("{answer}\n").as_bytes()).await;
                shown = watch.elapsed();
            }
            () = pause(TICK) => {
                let now = watch.elapsed();
                region.world.jump(now.saturating_sub(shown));
                shown = now;
                if now > PATIENCE {
                    println!("{part} does not end");
                    break;
                }
            }
        }
    }
    drop(answers);
    if watch.elapsed() > PATIENCE {
        script.start_kill()?;
    }
    Ok(script.wait().await?.success())
}

/// Tells where the pages are and lets time pass until somebody interrupts.
pub(crate) async fn play(region: &Region) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(&region.places())?);
    let watch = Stopwatch::start();
    let mut shown = watch.elapsed();
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            done = &mut interrupted => return Ok(done?),
            () = pause(TICK) => {
                let now = watch.elapsed();
                region.world.jump(now.saturating_sub(shown));
                shown = now;
            }
        }
    }
}
