//! The only source of time, sleep and randomness, real or stepped by a test.
//!
//! Two draws happen outside: rustls and ring take their own randomness for handshakes and
//! ephemeral keys, and rcgen for certificate serial numbers and keys.

use std::convert::Infallible;
use std::future::Future;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ring::rand::SecureRandom;
use tokio::sync::watch;

/// Time, sleep and randomness. Cheap to clone; clones share one clock and one stream of randomness.
#[derive(Clone)]
pub struct Env {
    clock: Arc<Clock>,
    random: Arc<Random>,
}

enum Clock {
    System { started: Instant },
    Stepped { now_ms: AtomicI64, ticks: watch::Sender<i64> },
}

enum Random {
    System(ring::rand::SystemRandom),
    Seeded { seed: [u8; 32], counter: AtomicU64 },
}

impl Env {
    /// The machine's clock and the system's randomness.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place where time and randomness enter")]
    pub fn system() -> Self {
        Self {
            clock: Arc::new(Clock::System { started: Instant::now() }),
            random: Arc::new(Random::System(ring::rand::SystemRandom::new())),
        }
    }

    /// A clock that moves only when told, and randomness that a seed decides.
    #[must_use]
    pub fn stepped(now_ms: i64, seed: u64) -> Self {
        let mut full = [0; 32];
        for (slot, byte) in full.iter_mut().zip(seed.to_be_bytes()) {
            *slot = byte;
        }
        let clock = Clock::Stepped { now_ms: AtomicI64::new(now_ms), ticks: watch::Sender::new(now_ms) };
        Self { clock: Arc::new(clock), random: Arc::new(Random::seeded(full)) }
    }

    /// A stream of randomness for one object, with the same clock.
    ///
    /// Where a seed decides, the stream depends on that seed, the label and the key alone and not on what anything else
    /// drew: the numbers of one object tell nothing about how many others there are. The same label and key begin the
    /// same stream again, so a key names its object for good. On the system's randomness it is the system's randomness.
    #[must_use]
    pub fn stream(&self, label: &str, key: &[u8]) -> Self {
        let random = match &*self.random {
            Random::System(_) => Arc::clone(&self.random),
            Random::Seeded { seed, .. } => {
                let length = u64::try_from(label.len()).unwrap_or(u64::MAX).to_be_bytes();
                Arc::new(Random::seeded(digest(&[b"stream", seed, &length, label.as_bytes(), key])))
            }
        };
        Self { clock: Arc::clone(&self.clock), random }
    }

    /// Milliseconds since 1970-01-01T00:00Z.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place where time enters")]
    pub fn now_ms(&self) -> i64 {
        match &*self.clock {
            Clock::System { .. } => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            Clock::Stepped { now_ms, .. } => now_ms.load(Ordering::SeqCst),
        }
    }

    /// Time that never goes backwards, for measuring durations only.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        match &*self.clock {
            Clock::System { started } => started.elapsed(),
            Clock::Stepped { now_ms, .. } => {
                Duration::from_millis(u64::try_from(now_ms.load(Ordering::SeqCst)).unwrap_or(0))
            }
        }
    }

    /// Moves a stepped clock and wakes who sleeps on it; a real clock stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Clock::Stepped { now_ms, ticks } = &*self.clock {
            let step = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            let now = now_ms.fetch_add(step, Ordering::SeqCst).saturating_add(step);
            ticks.send_replace(now);
        }
    }

    /// Waits. On a stepped clock it waits until the clock was moved far enough.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that waits on the machine's clock")]
    pub async fn sleep(&self, time: Duration) {
        match &*self.clock {
            Clock::System { .. } => tokio::time::sleep(time).await,
            Clock::Stepped { now_ms, ticks } => {
                let step = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
                let until = now_ms.load(Ordering::SeqCst).saturating_add(step);
                let mut seen = ticks.subscribe();
                // The sender lives in `self`, so waiting cannot fail before the time has come.
                let _ = seen.wait_for(|now| *now >= until).await;
            }
        }
    }

    /// Runs a future for at most `time`; `None` when the time ran out first.
    pub async fn timeout<F: Future>(&self, time: Duration, future: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            out = future => Some(out),
            () = self.sleep(time) => None,
        }
    }

    /// Fills a buffer with random bytes.
    ///
    /// A system that has no randomness can keep no secret: the process ends then.
    pub fn fill(&self, out: &mut [u8]) {
        match &*self.random {
            Random::System(random) => {
                if random.fill(out).is_err() {
                    tracing::error!("the system gave no randomness; stopping");
                    std::process::abort();
                }
            }
            Random::Seeded { seed, counter } => {
                for chunk in out.chunks_mut(32) {
                    let hash = digest(&[seed, &counter.fetch_add(1, Ordering::SeqCst).to_be_bytes()]);
                    for (slot, byte) in chunk.iter_mut().zip(hash) {
                        *slot = byte;
                    }
                }
            }
        }
    }

    /// Draws `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// Draws a number from `0` to `limit - 1`; 0 when the limit is 0. For jitter, not for keys.
    #[must_use]
    pub fn below(&self, limit: u64) -> u64 {
        u64::from_be_bytes(self.random()).checked_rem(limit).unwrap_or(0)
    }
}

impl Random {
    const fn seeded(seed: [u8; 32]) -> Self {
        Self::Seeded { seed, counter: AtomicU64::new(0) }
    }
}

/// SHA-256 of the parts one after another.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
    parts.iter().for_each(|part| hash.update(part));
    let mut out = [0; 32];
    for (slot, byte) in out.iter_mut().zip(hash.finish().as_ref()) {
        *slot = *byte;
    }
    out
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Env")
    }
}

/// Lets the HPKE library draw from an [`Env`].
pub(crate) struct EnvRng<'a>(pub(crate) &'a Env);

impl hpke::rand_core::TryRng for EnvRng<'_> {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_be_bytes(self.0.random()))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_be_bytes(self.0.random()))
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(out);
        Ok(())
    }
}

impl hpke::rand_core::TryCryptoRng for EnvRng<'_> {}

/// A place for a value that tests replace: what to do when a write to disk failed.
///
/// By default the process ends, so that nothing is acknowledged after a failed write or
/// sync; a test puts a hook here to see that it would have ended.
#[derive(Clone, Default)]
pub struct LastResort(Arc<Mutex<Option<Hook>>>);

type Hook = Box<dyn Fn(&str) + Send>;

impl LastResort {
    /// Replaces ending the process.
    pub fn replace(&self, hook: impl Fn(&str) + Send + 'static) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(hook));
    }

    /// Ends the process, or calls the hook of a test.
    pub fn end(&self, why: &str) {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(hook) => hook(why),
            None => {
                tracing::error!(why, "a write to disk failed; the process ends and must be restarted");
                std::process::exit(70);
            }
        }
    }
}

impl std::fmt::Debug for LastResort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LastResort")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_everything_and_seeds_differ() {
        let draw = |seed| Env::stepped(0, seed).random::<64>();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let env = Env::stepped(0, 1);
        assert_ne!(env.random::<32>(), env.random::<32>());
    }

    #[test]
    fn a_stream_does_not_depend_on_what_others_drew() {
        let draw = |env: &Env| env.random::<64>();
        let (quiet, busy) = (Env::stepped(0, 1), Env::stepped(0, 1));
        for _ in 0..5 {
            let _ = draw(&busy);
            let _ = draw(&busy.stream("case", b"other"));
        }
        let one = draw(&quiet.stream("case", b"one"));
        assert_eq!(one, draw(&busy.stream("case", b"one")));
        let others = [
            quiet.stream("case", b"two"),
            quiet.stream("consent", b"one"),
            quiet.stream("cas", b"eone"),
            Env::stepped(0, 2).stream("case", b"one"),
            quiet.stream("case", b"one").stream("case", b"one"),
        ];
        assert!(others.iter().all(|other| draw(other) != one));
        let stream = quiet.stream("case", b"one");
        quiet.advance(Duration::from_secs(5));
        assert_eq!(stream.now_ms(), 5_000);
        let system = Env::system();
        assert_ne!(draw(&system.stream("case", b"one")), draw(&system.stream("case", b"one")));
    }

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "the test needs a second task that sleeps")]
    async fn a_stepped_sleep_ends_when_the_clock_has_moved() {
        let env = Env::stepped(1_000, 1);
        let sleeper = env.clone();
        let task = tokio::spawn(async move { sleeper.sleep(Duration::from_secs(5)).await });
        tokio::task::yield_now().await;
        env.advance(Duration::from_secs(4));
        tokio::task::yield_now().await;
        assert!(!task.is_finished());
        env.advance(Duration::from_secs(1));
        assert!(task.await.is_ok());
        assert_eq!(env.now_ms(), 6_000);
    }
}
