//! The pull loop: takes what the hub hands out, commits it, and only then says so.

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::take::take;
use super::{events, pause, stopping};
use crate::Node;
use crate::link::Deliveries;

/// Receipts handed to the connection and not yet written.
const SAID_AHEAD: usize = 256;

/// Collects until `stop` turns true, over as many connections as it takes.
pub async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut failures = 0;
    loop {
        let mut worked = false;
        let ended = session(&node, &mut stop, &mut worked).await;
        node.progress.caught_up(false);
        let Err(refusal) = ended else { return };
        failures = if worked { 0 } else { failures + 1 };
        tracing::info!(%refusal, failures, "collecting pauses");
        node.progress.failed(&refusal);
        if !pause(node.env(), failures, &node.progress.retry_pull, &mut stop).await {
            return;
        }
    }
}

/// One stream. Returns `Ok` only when `stop` turned true.
async fn session(node: &Node, stop: &mut watch::Receiver<bool>, worked: &mut bool) -> Result<(), Refusal> {
    let (said, waiting) = mpsc::channel(SAID_AHEAD);
    let after_event = events::cursor(node).await?;
    say(&said, v1::collect_request::Message::Start(v1::CollectStart { after_event })).await?;
    let mut deliveries = node.link().collect(waiting).await?;
    node.progress.online(node.env().now_ms());
    loop {
        let first = tokio::select! {
            biased;
            () = stopping(stop) => return Ok(()),
            next = deliveries.next() => next?,
        };
        let Some(first) = first else { return Err(Refusal::new(Reason::ShuttingDown)) };
        let (batch, ended) = gather(first, &mut deliveries)?;
        let done = take(node, batch).await?;
        // Only now: what cannot be taken comes first again, and must not be asked for every second.
        *worked = true;
        for message in done.say {
            say(&said, message).await?;
        }
        if done.caught_up {
            node.progress.caught_up(true);
        }
        if ended {
            return Err(Refusal::new(Reason::ShuttingDown));
        }
    }
}

/// What is already here, up to the size of one receipt; true when the stream ended behind it.
fn gather(
    first: v1::CollectResponse,
    deliveries: &mut Deliveries,
) -> Result<(Vec<v1::CollectResponse>, bool), Refusal> {
    let mut batch = vec![first];
    while batch.len() < limits::RECEIPT_MAX_HASHES
        && let Some(next) = deliveries.next().now_or_never()
    {
        match next? {
            Some(message) => batch.push(message),
            None => return Ok((batch, true)),
        }
    }
    Ok((batch, false))
}

async fn say(said: &mpsc::Sender<v1::CollectRequest>, message: v1::collect_request::Message) -> Result<(), Refusal> {
    let request = v1::CollectRequest { message: Some(message) };
    said.send(request).await.map_err(|_| Refusal::new(Reason::HubUnreachable))
}
