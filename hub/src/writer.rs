//! The one writer: gathers work, commits it in batches, and only then answers anybody.
//!
//! It is one future. Everything that changes the region goes through it, in one order, which is
//! the order of the log. A batch is one transaction and one sync for many items.

mod batch;
mod control;
mod deposit;
mod ending;
mod sealed;
pub(crate) mod work;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use wiez_proto::limits;
use wiez_proto::refusal::Reason;

pub(crate) use self::batch::Batch;
pub(crate) use self::ending::Ending;
use self::work::Work;
use crate::region::Shared;
use crate::store::StoreError;

/// How often the writer looks at the clock: time over the head, expiry, retention.
const TICK: Duration = Duration::from_secs(1);
/// How often the write-ahead log is emptied, so that erased bytes leave the disk's files.
const TRUNCATE_MS: i64 = 10 * 60 * 1000;

/// The writer before it runs.
pub struct Driver {
    shared: Arc<Shared>,
    incoming: mpsc::Receiver<Work>,
    truncated_ms: i64,
}

/// Whether the writer goes on after a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    End,
}

impl Driver {
    pub(crate) fn new(shared: Arc<Shared>, incoming: mpsc::Receiver<Work>) -> Self {
        let truncated_ms = shared.env.now_ms();
        Self { shared, incoming, truncated_ms }
    }

    /// Writes until it is told to stop: then it takes nothing new, finishes what waits, ends
    /// the streams and closes the database. It also ends after a failed write, which the hook
    /// of last resort has been told by then, with nobody answered.
    pub async fn run(mut self, mut shutdown: watch::Receiver<bool>) {
        let (mut works, mut stopping) = (Vec::new(), false);
        let env = self.shared.env.clone();
        let mut tick = Box::pin(env.sleep(TICK));
        // What waited while no hub ran is looked at first.
        let mut then = self.tick().await;
        while then == Then::GoOn {
            tokio::select! {
                biased;
                () = told(&mut shutdown), if !stopping => {
                    stopping = true;
                    self.incoming.close();
                }
                count = self.incoming.recv_many(&mut works, limits::BATCH_MAX_ITEMS) => {
                    if count == 0 {
                        break;
                    }
                    then = self.write(std::mem::take(&mut works)).await;
                }
                () = &mut tick => {
                    tick = Box::pin(env.sleep(TICK));
                    then = self.tick().await;
                }
            }
        }
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.incoming.close();
        while self.incoming.try_recv().is_ok() {}
        self.shared.lines.close_all(Reason::ShuttingDown);
        if then == Then::GoOn {
            let _ = self.shared.store.truncate_wal().await;
        }
        self.shared.store.close().await;
    }

    /// Writes what came, in batches of bounded size.
    async fn write(&mut self, works: Vec<Work>) -> Then {
        let mut waiting: VecDeque<Work> = works.into();
        while !waiting.is_empty() {
            let (mut bytes, mut some) = (0_usize, Vec::new());
            while let Some(next) = waiting.pop_front() {
                bytes = bytes.saturating_add(next.bytes());
                some.push(next);
                if bytes >= limits::BATCH_MAX_BYTES {
                    break;
                }
            }
            if self.commit(some).await == Then::End {
                return Then::End;
            }
        }
        Then::GoOn
    }

    /// One batch. A full disk refuses it and the writer goes on; any other failure ends it,
    /// because after a failed write or sync nobody knows what is on the disk.
    async fn commit(&self, works: Vec<Work>) -> Then {
        match Batch::run(&self.shared, works).await {
            Ok(()) => Then::GoOn,
            Err(StoreError::Full) => {
                tracing::warn!(
                    reason = Reason::DiskFull.as_str(),
                    "the disk is full; a batch was rolled back and refused"
                );
                Then::GoOn
            }
            Err(StoreError::Failed(why)) => {
                // Before the hook, so that a lost answer is never taken for a full disk.
                self.shared.stopped.store(true, Ordering::SeqCst);
                self.shared.last_resort.end(&why);
                Then::End
            }
        }
    }

    async fn tick(&mut self) -> Then {
        let then = self.commit(Vec::new()).await;
        let now_ms = self.shared.env.now_ms();
        if then == Then::GoOn && now_ms.saturating_sub(self.truncated_ms) >= TRUNCATE_MS {
            self.truncated_ms = now_ms;
            if let Err(error) = self.shared.store.truncate_wal().await {
                tracing::warn!(why = %error, "the write-ahead log could not be emptied; it is tried again");
            }
        }
        then
    }
}

/// Waits until the writer is told to stop.
async fn told(shutdown: &mut watch::Receiver<bool>) {
    while !*shutdown.borrow_and_update() {
        // An error means that nobody is left who could stop it.
        if shutdown.changed().await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
