//! The measured processes: a hub, or a trivial echo, in a child process with CPU and memory of its own.

use std::io::{BufRead, BufReader, Read, Write, stdin, stdout};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use wiez_proto::enrolment::Invitation;
use wiez_proto::env::Env;
use wiez_tests::region::Region;

/// A child process that said where it listens and ends when its standard input closes.
pub(crate) struct Measured {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Measured {
    /// Starts this program again in another role.
    pub(crate) fn start(arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the measured process")?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("no output")?);
        let mut started = Self { child, input, output, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        started.address = started.line()?.parse()?;
        Ok(started)
    }

    /// The next line that it says.
    pub(crate) fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            bail!("the measured process ended: {:?}", self.child.wait()?);
        }
        Ok(line.trim_end().to_owned())
    }

    /// Seconds of CPU that it has used.
    pub(crate) fn cpu(&self) -> Result<f64> {
        cpu(&self.child.id().to_string())
    }

    /// Resident memory in KiB.
    pub(crate) fn resident(&self) -> Result<u64> {
        resident(&self.child.id().to_string())
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        drop(self.input.take());
        // It ends by itself when its input closes; what it answers does not matter any more.
        let _ = self.child.wait();
    }
}

/// Seconds of CPU of this process.
pub(crate) fn own_cpu() -> Result<f64> {
    cpu("self")
}

fn cpu(process: &str) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in brackets may contain anything; the numbers follow its last bracket.
    let numbers: Vec<&str> = text.rsplit(") ").next().unwrap_or_default().split_ascii_whitespace().collect();
    let ticks = |at: usize| numbers.get(at).and_then(|text| text.parse::<f64>().ok()).context("/proc/stat");
    // User and system time, in hundredths of a second on every Linux.
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}

fn resident(process: &str) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    Ok(line.split_ascii_whitespace().next().context("VmRSS")?.parse()?)
}

/// The role of the hub: invites as many institutions as asked, then serves until its input closes.
pub(crate) async fn serve(dir: &Path, members: usize) -> Result<()> {
    let region = Region::start(&Env::system(), dir, |config| {
        config.listen.preauth_connections = 4096;
        config.listen.preauth_per_source = 4096;
        config.quota.deposits_per_minute = 100_000_000;
        config.quota.handle_free_per_minute = 100_000_000;
        config.quota.control_per_minute = 100_000_000;
        config.quota.edges_per_minute = 100_000_000;
        config.quota.queries_per_minute = 100_000_000;
        config.quota.redeem_per_minute = 100_000_000;
    })
    .await?;
    say(&region.address().to_string())?;
    for number in 0..members {
        let kind = if number % 2 == 0 { "OPS" } else { "SZKOLA" };
        say(&region.invite(&format!("m-{number}"), kind).await?.to_text())?;
    }
    until_closed().await?;
    region.running.stop().await;
    Ok(())
}

/// One line for the parent.
pub(crate) fn say(line: &str) -> Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// Waits until the parent closes our input.
pub(crate) async fn until_closed() -> Result<()> {
    let read = tokio::task::spawn_blocking(|| stdin().lock().read_to_end(&mut Vec::new()));
    read.await??;
    Ok(())
}

/// A hub in a child process and the invitations that it made.
pub(crate) fn hub(dir: &Path, members: usize) -> Result<(Measured, Vec<Invitation>)> {
    let dir = dir.to_str().context("the folder's name is not UTF-8")?;
    let mut hub = Measured::start(&["--as-hub", dir, "--members", &members.to_string()])?;
    let lines = (0..members).map(|_| Ok(Invitation::from_text(&hub.line()?)?)).collect::<Result<_>>()?;
    Ok((hub, lines))
}
