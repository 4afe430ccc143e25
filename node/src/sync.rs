//! The loops that join store, link and clock, and what they tell each other about their progress.

mod answers;
mod control;
mod events;
mod heads;
pub mod mirror;
pub mod pull;
pub mod push;
mod seal;
mod take;
mod tombstone;

use std::time::Duration;

use tokio::sync::{Notify, watch};
use wiez_proto::env::Env;
use wiez_proto::refusal::{Reason, Refusal};

use crate::outbox::backoff_ms;

/// Where the two streams stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct State {
    /// Rounds asked for.
    wanted: u64,
    /// Newest round after which nothing was left to push.
    pushed: u64,
    /// The collect stream is open and what waited has been taken.
    caught_up: bool,
    /// Since when the hub answers.
    since_ms: Option<i64>,
    /// The newest failure and how many there were.
    trouble: Option<Refusal>,
    failures: u64,
}

/// What the loops have done so far, and the bell that cuts their pauses short.
#[derive(Debug)]
pub(crate) struct Progress {
    state: watch::Sender<State>,
    retry_push: Notify,
    retry_pull: Notify,
}

impl Default for Progress {
    fn default() -> Self {
        Self { state: watch::Sender::new(State::default()), retry_push: Notify::new(), retry_pull: Notify::new() }
    }
}

impl Progress {
    /// Asks for a round and waits for its end.
    pub(crate) async fn round(&self, wake: impl Fn()) -> Result<(), Refusal> {
        let mut seen = self.state.subscribe();
        let (mut ticket, mut failures) = (0, 0);
        self.state.send_modify(|state| {
            state.wanted += 1;
            ticket = state.wanted;
            failures = state.failures;
        });
        wake();
        self.retry_push.notify_one();
        self.retry_pull.notify_one();
        let end = seen.wait_for(|state| state.failures > failures || (state.pushed >= ticket && state.caught_up)).await;
        let state = end.map_err(|_| Refusal::new(Reason::ShuttingDown))?.clone();
        match state.trouble {
            Some(refusal) if state.failures > failures => Err(refusal),
            _ => Ok(()),
        }
    }

    fn wanted(&self) -> u64 {
        self.state.borrow().wanted
    }

    /// Nothing is left to push of what was there when `ticket` was read.
    fn pushed(&self, ticket: u64) {
        self.state.send_if_modified(|state| {
            let news = state.pushed < ticket;
            state.pushed = state.pushed.max(ticket);
            news
        });
    }

    fn caught_up(&self, yes: bool) {
        self.state.send_if_modified(|state| {
            let news = state.caught_up != yes;
            state.caught_up = yes;
            news
        });
    }

    pub(crate) fn online(&self, now_ms: i64) {
        self.state.send_if_modified(|state| {
            let news = state.since_ms.is_none();
            state.since_ms = state.since_ms.or(Some(now_ms));
            state.trouble = None;
            news
        });
    }

    fn failed(&self, refusal: &Refusal) {
        self.state.send_modify(|state| {
            state.failures += 1;
            state.trouble = Some(refusal.clone());
            state.since_ms = None;
        });
    }

    /// Since when the hub answers.
    pub(crate) fn connected_since(&self) -> Option<i64> {
        self.state.borrow().since_ms
    }

    /// Why it does not.
    pub(crate) fn trouble(&self) -> Option<Reason> {
        self.state.borrow().trouble.as_ref().map(|refusal| refusal.reason)
    }
}

/// Waits until the node is to stop, also when nobody is left who could say so.
async fn stopping(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Waits before the next connection: full jitter, cut short by `retry`. False when stopping.
async fn pause(env: &Env, attempts: u32, retry: &Notify, stop: &mut watch::Receiver<bool>) -> bool {
    let time = Duration::from_millis(backoff_ms(env, attempts));
    tokio::select! {
        biased;
        () = stopping(stop) => false,
        () = retry.notified() => true,
        () = env.sleep(time) => true,
    }
}
