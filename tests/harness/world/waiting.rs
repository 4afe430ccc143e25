//! How time passes in a world: in steps, with room for everybody, until something holds.

use std::future::Future;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Result, bail};

use super::World;
use crate::tasks::{Stopwatch, pause};

/// Longest real time that anything in a world may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Real time between two looks.
const LOOK: Duration = Duration::from_millis(2);
/// Looks without a byte on any wire after which the world counts as idle: time then runs faster.
const IDLE_LOOKS: u32 = 60;

impl World {
    /// Moves the clock at once, whatever is in progress.
    pub fn jump(&self, by: Duration) {
        self.env.advance(by);
    }

    /// Lets time pass in steps of at most a minute, with room for everybody to act in between. At its end every office
    /// has looked at its deadlines, however busy the machine is.
    pub async fn pass(&self, time: Duration) {
        let mut left = time;
        while !left.is_zero() {
            let step = left.min(Duration::from_secs(60).max(time / 400));
            self.env.advance(step);
            left = left.saturating_sub(step);
            pause(LOOK).await;
        }
        for party in self.parties.values().filter(|party| party.is_up()) {
            if let Ok(node) = party.node() {
                // A node that cannot look, such as one with a full disk, is what some stories are about.
                let _ = wiez_node::casework::tick(node).await;
                let _ = wiez_node::obligation::tick(node).await;
            }
        }
    }

    /// Waits for a condition while the clock moves in small steps, faster when no wire carries anything.
    ///
    /// # Errors
    /// With the name of the condition, when it does not hold after 30 seconds of real time; what the condition says.
    pub async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
        let watch = Stopwatch::start();
        let mut pace = Pace::default();
        let from = self.env.now_ms();
        while !holds().await? {
            if watch.elapsed() > PATIENCE {
                let passed = (self.env.now_ms() - from) / 1000;
                bail!("it never came true that {what} (waited 30 s, {passed} s by the stepped clock)");
            }
            self.look(&mut pace).await;
        }
        Ok(())
    }

    /// Lets something happen that may need the clock to move.
    ///
    /// # Errors
    /// With its name, when it has not ended after 30 seconds of real time.
    pub async fn meanwhile<T>(&self, what: &str, doing: impl Future<Output = T>) -> Result<T> {
        let watch = Stopwatch::start();
        let mut doing = std::pin::pin!(doing);
        let mut pace = Pace::default();
        while watch.elapsed() <= PATIENCE {
            tokio::select! {
                biased;
                done = &mut doing => return Ok(done),
                () = self.look(&mut pace) => {}
            }
        }
        bail!("this does not end: {what}")
    }

    /// One look: real time passes, and time in this world too.
    async fn look(&self, pace: &mut Pace) {
        pause(LOOK).await;
        let moved = self.moved.load(Ordering::SeqCst);
        pace.idle = if moved == pace.moved { pace.idle.saturating_add(1) } else { 0 };
        pace.moved = moved;
        let step = if pace.idle > IDLE_LOOKS { 200 } else { 10 };
        self.env.advance(Duration::from_millis(step));
    }

    /// Waits until every node that is up and connected has said and heard everything.
    ///
    /// # Errors
    /// When one never gets there.
    pub async fn settle(&self) -> Result<()> {
        self.settle_except("").await
    }

    /// As [`World::settle`], without somebody whose cable is cut.
    ///
    /// # Errors
    /// When one never gets there.
    pub async fn settle_except(&self, cut: &str) -> Result<()> {
        for (id, party) in &self.parties {
            if party.is_up() && id != cut {
                self.sync(id).await?;
            }
        }
        Ok(())
    }

    /// Waits until one node has said and heard everything; failures on the way are tried again.
    ///
    /// # Errors
    /// When it never gets there.
    pub async fn sync(&self, id: &str) -> Result<()> {
        let node = self.node(id)?;
        let watch = Stopwatch::start();
        loop {
            match self.meanwhile(&format!("{id} synchronises"), node.sync_now()).await? {
                Ok(()) => return Ok(()),
                Err(refusal) if watch.elapsed() > PATIENCE => bail!("{id} cannot synchronise: {refusal}"),
                Err(_) => pause(LOOK).await,
            }
        }
    }
}

/// How the clock moved so far while waiting.
#[derive(Default)]
struct Pace {
    moved: u64,
    idle: u32,
}
