//! Starts every task of the hub, so that all of them can be waited for.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

/// How far a stop has come; only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Serving.
    Open,
    /// Takes nothing new, ends streams, finishes calls in progress.
    Draining,
    /// Drops what is left.
    Closed,
}

/// Waits until a stop has come that far; also returns when nobody can stop it any more.
pub async fn reached(phase: &mut watch::Receiver<Phase>, wanted: Phase) {
    let _ = phase.wait_for(|now| *now >= wanted).await;
}

/// Tasks in progress. Clones count together.
#[derive(Clone)]
pub struct Tasks(Arc<watch::Sender<usize>>);

impl Default for Tasks {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Tasks {
    /// Starts a task.
    #[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.0.send_modify(|count| *count += 1);
        let done = Done(Arc::clone(&self.0));
        tokio::spawn(async move {
            // Dropped also when the task panics or is cancelled.
            let _done = done;
            future.await;
        });
    }

    /// How many are in progress.
    #[must_use]
    pub fn count(&self) -> usize {
        *self.0.borrow()
    }

    /// Waits until none is in progress.
    pub async fn idle(&self) {
        // The sender lives in `self`, so waiting ends only when the count is zero.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Tasks {
    fn execute(&self, future: F) {
        self.spawn(future);
    }
}

struct Done(Arc<watch::Sender<usize>>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// Runs work that would hold up other tasks on a thread of its own; `None` when it panicked
/// or the program is ending.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn idle_waits_for_every_task_even_one_that_panics() {
        let tasks = Tasks::default();
        let (release, wait) = tokio::sync::oneshot::channel::<()>();
        tasks.spawn(async move {
            let _ = wait.await;
        });
        assert_eq!(tasks.count(), 1);
        drop(release);
        tasks.idle().await;
        assert_eq!(tasks.count(), 0);
        assert_eq!(blocking(|| 7).await, Some(7));
    }
}
