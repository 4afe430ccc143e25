//! A region whose clock stands while anything happens, so that every moment it shows is one of a fixed list; and its
//! command lines.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use wiez_node::cli::run_async;
use wiez_node::config::Surroundings;
use wiez_tests::World;
use wiez_tests::staff::{ANNA, PASSWORD};
use wiez_tests::tasks::{Stopwatch, pause, within};
use wiez_tests::world::MORNING_MS;

/// Longest real time that one command, or coming to rest, may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Looks in a row at which nothing may have changed before everything counts as at rest.
const QUIET_LOOKS: u32 = 3;
/// When the story begins; joining takes less than that.
const BEGIN_MS: i64 = MORNING_MS + 2 * HOUR_MS;
/// Time from one turn to the next. Longer than any pause of a loop, so that each acts once in a turn.
const TURN_MS: i64 = 11 * 60_000;
pub(super) const HOUR_MS: i64 = 3_600_000;

/// What a command ended with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) code: u8,
    pub(super) out: String,
    pub(super) err: String,
}

/// One thing that a family may come to see: where and how it was asked for, and every byte of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) asked: String,
    pub(super) ended: Ended,
}

/// A region, what it said so far, and who hears nothing just now.
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) said: Vec<Said>,
    now_ms: i64,
    cut: Option<String>,
}

impl Stage {
    /// Everybody has joined and the story is about to begin.
    pub(super) async fn open(seed: u64, ids: &[&str]) -> Result<Self> {
        let world = World::cast(seed, ids).await?;
        std::fs::write(world.home().join("node.toml"), "")?;
        let mut stage = Self { world, said: vec![], now_ms: BEGIN_MS, cut: None };
        stage.align().await?;
        Ok(stage)
    }

    /// Everything that happens by itself happens; then it is a little later, and what time brings happens too.
    pub(super) async fn turn(&mut self) -> Result<()> {
        self.pass(TURN_MS).await
    }

    pub(super) async fn pass(&mut self, by_ms: i64) -> Result<()> {
        self.rest().await?;
        self.now_ms += by_ms;
        self.align().await
    }

    async fn align(&mut self) -> Result<()> {
        let ahead = u64::try_from(self.now_ms - self.world.now_ms()).context("the turn has passed already")?;
        self.world.jump(Duration::from_millis(ahead));
        self.rest().await
    }

    /// Takes a node down until [`Stage::bring_up`].
    pub(super) async fn take_down(&mut self, id: &str) -> Result<()> {
        self.rest().await?;
        self.world.take_down(id).await?;
        // Stopping let the clock run a little.
        self.turn().await
    }

    pub(super) async fn bring_up(&mut self, id: &str) -> Result<()> {
        self.world.bring_up(id).await?;
        self.turn().await
    }

    /// Cuts a node's cable until [`Stage::heal`]; its people go on.
    pub(super) async fn cut(&mut self, id: &str) -> Result<()> {
        self.rest().await?;
        self.world.cut(id)?;
        self.cut = Some(id.to_owned());
        Ok(())
    }

    pub(super) async fn heal(&mut self) -> Result<()> {
        if let Some(id) = self.cut.take() {
            self.world.heal(&id)?;
        }
        self.rest().await
    }

    /// Waits in real time until nobody has anything to do any more, while the clock stands.
    pub(super) async fn rest(&self) -> Result<()> {
        let watch = Stopwatch::start();
        let (mut last, mut quiet) = (String::new(), 0);
        while quiet < QUIET_LOOKS {
            ensure!(watch.elapsed() < PATIENCE, "it never comes to rest: {last}");
            for id in self.connected() {
                // A broken line is tried again at the next look.
                let _ = within(Duration::from_secs(5), self.world.node(&id)?.sync_now()).await;
            }
            let seen = self.seen().await?;
            quiet = if seen == last { quiet + 1 } else { 0 };
            last = seen;
            pause(Duration::from_millis(4)).await;
        }
        Ok(())
    }

    fn connected(&self) -> Vec<String> {
        let up = |id: &String| self.world.party(id).is_ok_and(wiez_tests::Party::is_up);
        self.world.ids().into_iter().filter(|id| up(id) && self.cut.as_ref() != Some(id)).collect()
    }

    /// All that changes while anything is on its way.
    async fn seen(&self) -> Result<String> {
        let hub = self.world.hub()?.status().await?;
        let mail = (hub.mail_stored, hub.mail_offered, hub.mail_acknowledged, hub.mail_ended);
        let mut seen = format!("{} {} {} {mail:?}", hub.log_size, hub.edges, hub.edges_live);
        for id in self.connected() {
            let node = self.world.node(&id)?.transport_status().await?;
            let log = (node.log_size == hub.log_size, node.log_time_s);
            seen.push_str(&format!(" {id} {:?} {} {log:?} {}", node.outbox, node.control_waiting, node.alarms));
        }
        Ok(seen)
    }

    // ---- command lines

    /// The folder with the token of an open session for the commands of an institution's worker. Hours pass in a moment
    /// here, so its file, which the first login made, gets the token of the session that is open now.
    async fn signed_in(&self, at: &str) -> Result<PathBuf> {
        let (home, party) = (self.world.home(), self.world.party(at)?);
        let runtime = home.join(format!("runtime-{at}"));
        let folder = runtime.join("wiez-node");
        if !folder.is_dir() {
            let (config, secrets) = (home.join("node.toml"), home.join("secrets"));
            std::fs::write(&secrets, format!("{PASSWORD}\n"))?;
            std::fs::set_permissions(&secrets, PermissionsExt::from_mode(0o600))?;
            let args: [OsString; 8] = [
                "wiez-node".into(),
                "--config".into(),
                config.into(),
                "--data-dir".into(),
                party.data_dir().into(),
                "login".into(),
                ANNA.login.into(),
                format!("--secrets={}", secrets.display()).into(),
            ];
            let around = Surroundings::of(&[("XDG_RUNTIME_DIR", &runtime.display().to_string())]);
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let ran = within(PATIENCE, Box::pin(run_async(args.to_vec(), &around, &mut out, &mut err))).await;
            ensure!(ran == Some(0), "{at}: nobody can sign in: {}", String::from_utf8_lossy(&err));
        }
        for file in std::fs::read_dir(folder)? {
            std::fs::write(file?.path(), party.token().await?)?;
        }
        Ok(runtime)
    }

    /// Types a command at a node; nothing moves the clock.
    pub(super) async fn typed(&self, at: &str, words: &[&str]) -> Result<Ended> {
        let folder = self.world.party(at)?.data_dir().display().to_string();
        let config = self.world.home().join("node.toml").display().to_string();
        let fixed = ["wiez-node", "--config", &config, "--data-dir", &folder];
        let args: Vec<_> = fixed.iter().chain(words).map(|word| (*word).into()).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let runtime = self.signed_in(at).await?;
        let around = Surroundings::of(&[("XDG_RUNTIME_DIR", &runtime.display().to_string())]);
        // On the heap: the future of the whole command line is large, and a test's thread has little stack.
        let run = Box::pin(run_async(args, &around, &mut out, &mut err));
        let ran = within(PATIENCE, run).await;
        let code = ran.with_context(|| format!("{at} does not answer {words:?}"))?;
        Ok(Ended { code, out: String::from_utf8(out)?, err: String::from_utf8(err)? })
    }

    /// Types a command that has to succeed; its answer for programs.
    pub(super) async fn done(&self, at: &str, words: &[&str]) -> Result<Value> {
        let ended = self.typed(at, &[words, &["--json"]].concat()).await?;
        ensure!(matches!(ended.code, 0 | 7), "{at} {words:?}: {ended:?}");
        Ok(serde_json::from_str(&ended.out)?)
    }

    /// Types a command that has to be refused for a reason; its details.
    pub(super) async fn refused(&self, at: &str, words: &[&str], reason: &str) -> Result<Value> {
        let ended = self.typed(at, &[words, &["--json"]].concat()).await?;
        let told: Value = serde_json::from_str(&ended.out).with_context(|| format!("{ended:?}"))?;
        ensure!(told["refused"]["reason"] == reason, "{at} {words:?}: {ended:?}");
        Ok(told["refused"]["details"].clone())
    }

    /// Numbers of cases of a kind that came to a node, ordinary ones or those that stand apart.
    pub(super) async fn came(&self, at: &str, kind: &str, apart: bool) -> Result<Vec<String>> {
        let mut words = vec!["case", "list", "--kind", kind];
        words.extend(apart.then_some("--apart"));
        let cases = self.done(at, &words).await?;
        let mut found: Vec<&Value> = cases["cases"].as_array().context("cases")?.iter().collect();
        found.retain(|case| case["side"] == "PROVIDER");
        Ok(found.iter().filter_map(|case| case["number"].as_str().map(str::to_owned)).collect())
    }

    // ---- what is compared

    /// Keeps what a command says once, in one language or as JSON.
    pub(super) async fn keep(&mut self, at: &str, words: &[&str], how: &[&str]) -> Result<Ended> {
        let ended = self.typed(at, &[words, how].concat()).await?;
        self.said.push(Said { asked: format!("{at}: {} {}", words.join(" "), how.join(" ")), ended: ended.clone() });
        Ok(ended)
    }

    /// Keeps what a command says to people in each language, and to programs.
    pub(super) async fn keep_all(&mut self, at: &str, words: &[&str]) -> Result<()> {
        for how in [["--lang", "pl"].as_slice(), &["--lang", "en"], &["--lang", "uk"], &["--json"]] {
            self.keep(at, words, how).await?;
        }
        Ok(())
    }
}
