//! The push loop: withdrawals and edges first, then sealed envelopes, then what the hub answered.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use wiez_proto::id::Hash;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::{answers, control, heads, pause, seal, stopping};
use crate::Node;
use crate::link::Answers;
use crate::store::{control as control_table, outbox as table};

/// Envelopes handed to the connection and not yet written; the rest waits in the outbox.
const WRITE_AHEAD: usize = 256;

/// Pushes until `stop` turns true, over as many connections as it takes.
pub async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut failures = 0;
    loop {
        let mut session = Session { node: &node, stream: None, in_flight: BTreeSet::new(), worked: false };
        let Err(refusal) = session.run(&mut stop).await else { return };
        failures = if session.worked { 0 } else { failures + 1 };
        tracing::info!(%refusal, failures, "pushing pauses");
        node.progress.failed(&refusal);
        if !pause(node.env(), failures, &node.progress.retry_push, &mut stop).await {
            return;
        }
    }
}

/// One connection's worth of pushing.
struct Session<'a> {
    node: &'a Node,
    stream: Option<(mpsc::Sender<v1::DepositRequest>, Answers)>,
    /// Written on this stream and not yet answered.
    in_flight: BTreeSet<Hash>,
    /// The hub has answered on this connection.
    worked: bool,
}

/// Why a waiting session wakes up.
enum Woken {
    Stop,
    Answer(Box<Option<v1::DepositResponse>>),
    Look,
}

impl Session<'_> {
    /// Returns `Ok` only when `stop` turned true.
    async fn run(&mut self, stop: &mut watch::Receiver<bool>) -> Result<(), Refusal> {
        heads::reconcile(self.node).await?;
        self.worked = true;
        self.node.progress.online(self.node.env().now_ms());
        loop {
            let ticket = self.node.progress.wanted();
            let busy = self.push().await?;
            if *stop.borrow() {
                return Ok(());
            }
            if busy {
                continue;
            }
            if self.in_flight.is_empty() {
                self.node.progress.pushed(ticket);
            }
            match self.wait(stop).await? {
                Woken::Stop => return Ok(()),
                Woken::Look => {}
                Woken::Answer(first) => self.answered(*first).await?,
            }
        }
    }

    /// Does what is due. True when there may be more.
    async fn push(&mut self) -> Result<bool, Refusal> {
        if control::send_due(self.node).await? {
            self.node.mirror_wake.notify_one();
            return Ok(true);
        }
        let due = seal::due(self.node, &self.in_flight).await?;
        if due.ask && self.in_flight.is_empty() {
            heads::reconcile(self.node).await?;
            return Ok(true);
        }
        let Some((requests, _)) = &self.stream else {
            if due.writes.is_empty() {
                return Ok(false);
            }
            let (requests, waiting) = mpsc::channel(WRITE_AHEAD);
            self.stream = Some((requests, self.node.link().deposit(waiting).await?));
            // Opening took its time: a withdrawal may have stopped some of it meanwhile.
            return Ok(true);
        };
        let wrote = !due.writes.is_empty();
        // Nothing is awaited between the transaction that said what may be written and here.
        for (hash, envelope) in due.writes {
            match requests.try_send(v1::DepositRequest { envelope: Some(envelope) }) {
                Ok(()) => self.in_flight.insert(hash),
                Err(mpsc::error::TrySendError::Full(_)) => break,
                Err(mpsc::error::TrySendError::Closed(_)) => return Err(Refusal::new(Reason::HubUnreachable)),
            };
        }
        Ok(wrote && due.more)
    }

    async fn wait(&mut self, stop: &mut watch::Receiver<bool>) -> Result<Woken, Refusal> {
        let node = self.node;
        let nap = next_due(node).await?;
        let wake = node.push_wake();
        let answer = async {
            match &mut self.stream {
                Some((_, answers)) => answers.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = stopping(stop) => Ok(Woken::Stop),
            answer = answer => Ok(Woken::Answer(Box::new(answer?))),
            () = wake.notified() => Ok(Woken::Look),
            () = node.env().sleep(nap) => Ok(Woken::Look),
        }
    }

    /// Takes an answer and those that are already here, in one transaction.
    async fn answered(&mut self, first: Option<v1::DepositResponse>) -> Result<(), Refusal> {
        let Some(first) = first else { return self.ended() };
        let mut batch = vec![first];
        let mut ended = false;
        if let Some((_, answers)) = &mut self.stream {
            while batch.len() < limits::RECEIPT_MAX_HASHES
                && let Some(next) = answers.next().now_or_never()
            {
                match next? {
                    Some(answer) => batch.push(answer),
                    None => {
                        ended = true;
                        break;
                    }
                }
            }
        }
        for answer in &batch {
            if let Ok(hash) = Hash::parse(&answer.envelope_hash) {
                self.in_flight.remove(&hash);
            }
        }
        answers::apply(self.node, &batch).await?;
        if ended { self.ended() } else { Ok(()) }
    }

    /// The hub closed the stream; what is unanswered is written again on the next one.
    fn ended(&mut self) -> Result<(), Refusal> {
        self.stream = None;
        if self.in_flight.is_empty() { Ok(()) } else { Err(Refusal::new(Reason::ShuttingDown)) }
    }
}

/// How long nothing is due; at most ten minutes.
async fn next_due(node: &Node) -> Result<Duration, Refusal> {
    let now = node.env().now_ms();
    let mut view = node.store().view("push.next_due").await?;
    let outbox = table::next_due(&mut view, now).await?;
    let control = control_table::next_due(&mut view, now).await?;
    let next = outbox.into_iter().chain(control).min().unwrap_or(i64::MAX);
    let pause = next.saturating_sub(now).clamp(1, 600_000);
    Ok(Duration::from_millis(u64::try_from(pause).unwrap_or(1)))
}
