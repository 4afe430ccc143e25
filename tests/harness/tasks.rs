//! Starts tasks and waits in real time: the one file of the harness that does either.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

/// Starts a task.
#[expect(clippy::disallowed_methods, reason = "the one place of the harness that starts tasks")]
pub fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(future)
}

/// Lets real time pass, for sockets and disks that no stepped clock moves.
#[expect(clippy::disallowed_methods, reason = "sockets and disks need real time")]
pub async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Waits at most so long in real time; `None` when that was not enough.
#[expect(clippy::disallowed_methods, reason = "a test that hangs has to end")]
pub async fn within<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(time, future).await.ok()
}

/// Measures real time.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the harness limits and measures real time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Real time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Shows diagnostic lines of everybody when the variable `WIEZ_TRACE` holds a filter, such as
/// `info` or `wiez_hub=debug`; for somebody who looks for the cause of a failing story.
#[expect(clippy::disallowed_methods, reason = "a switch for people, read by no product code")]
pub fn trace() {
    let Ok(filter) = std::env::var("WIEZ_TRACE") else { return };
    // Fails only when another test of this binary was first.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
}

/// A number that whoever runs the tests may choose, such as `WIEZ_SEEDS=1000`.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a switch for people, read by no product code")]
pub fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}
