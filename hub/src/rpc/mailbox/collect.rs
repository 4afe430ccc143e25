//! Hands out mail on a stream and takes the receipts that come up the same stream.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, BoxStream, FuturesUnordered, StreamExt};
use tokio::sync::watch;
use tonic::{Status, Streaming};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::collect_request::Message;
use wiez_proto::wire::{invalid, required};

use super::super::{Context, refuse};
use crate::caller::Caller;
use crate::directory::Members;
use crate::mailbox::Collecting;
use crate::quota::Class;
use crate::tasks::{Phase, reached};

/// Receipts of one stream on their way to disk; more wait in the network.
const MOST_WAITING: usize = 16;

/// The stream of mail. It ends when the client leaves, when the hub stops, with `FENCED` when the
/// same institution opens another one, and when the caller may not call any more.
pub(super) fn hand_out(
    context: Arc<Context>,
    caller: Caller,
    collecting: Collecting,
    inbound: Streaming<v1::CollectRequest>,
) -> BoxStream<'static, Result<v1::CollectResponse, Status>> {
    let mail =
        stream::unfold(
            collecting,
            |mut collecting| async move { collecting.next().await.map(|item| (item, collecting)) },
        );
    let state = Handing {
        members: context.hub.watch_members(),
        phase: context.phase.clone(),
        context,
        caller,
        mail: mail.boxed(),
        inbound: Some(inbound),
        receipts: FuturesUnordered::new(),
        ended: false,
    };
    stream::unfold(state, |mut state| async move { state.next().await.map(|item| (item, state)) }).boxed()
}

struct Handing {
    context: Arc<Context>,
    caller: Caller,
    mail: BoxStream<'static, Result<v1::CollectResponse, Refusal>>,
    /// None after the client said that it sends no more; it still receives.
    inbound: Option<Streaming<v1::CollectRequest>>,
    members: watch::Receiver<Arc<Members>>,
    phase: watch::Receiver<Phase>,
    receipts: FuturesUnordered<BoxFuture<'static, Result<(), Refusal>>>,
    ended: bool,
}

impl Handing {
    async fn next(&mut self) -> Option<Result<v1::CollectResponse, Status>> {
        if self.ended {
            return None;
        }
        loop {
            let listening = self.receipts.len() < MOST_WAITING;
            let step = tokio::select! {
                biased;
                () = reached(&mut self.phase, Phase::Draining) => Err(Refusal::new(Reason::ShuttingDown)),
                changed = self.members.changed() => match changed {
                    Ok(()) => self.caller.still(&self.members.borrow_and_update()),
                    Err(_) => Err(Refusal::new(Reason::ShuttingDown)),
                },
                Some(done) = self.receipts.next() => done,
                item = message(self.inbound.as_mut()), if listening => match item {
                    Ok(Some(request)) => self.heard(request),
                    Ok(None) => {
                        self.inbound = None;
                        Ok(())
                    }
                    Err(status) => {
                        self.ended = true;
                        return Some(Err(refuse::broken("Collect", self.caller.institution().as_str(), status)));
                    }
                },
                item = self.mail.next() => match item {
                    Some(Ok(response)) => match self.caller.still(&self.members.borrow()) {
                        Ok(()) => return Some(Ok(response)),
                        Err(refusal) => Err(refusal),
                    },
                    Some(Err(refusal)) => Err(refusal),
                    None => Err(Refusal::new(Reason::ShuttingDown)),
                },
            };
            if let Err(refusal) = step {
                self.ended = true;
                refuse::told("Collect", self.caller.institution().as_str(), &refusal);
                return Some(Err(refuse::status(&refusal)));
            }
        }
    }

    /// Sends a receipt on its way. Above the quota it waits for its turn instead of being
    /// refused, and with it everything that the client sends after it.
    fn heard(&mut self, request: v1::CollectRequest) -> Result<(), Refusal> {
        self.caller.still(&self.members.borrow())?;
        let (receipts, refusals) = match required("message", request.message)? {
            Message::Start(_) => return Err(invalid("message")),
            Message::Receipt(receipt) => (vec![receipt], Vec::new()),
            Message::Refusal(refusal) => (Vec::new(), vec![refusal]),
        };
        let (context, caller) = (Arc::clone(&self.context), self.caller.clone());
        let wait = context.quotas.reserve(caller.institution(), Class::Control);
        let work = async move {
            if wait > 0 {
                context.env.sleep(Duration::from_millis(wait)).await;
            }
            context.hub.acknowledge(&caller, receipts, refusals).await
        };
        self.receipts.push(work.boxed());
        Ok(())
    }
}

async fn message(inbound: Option<&mut Streaming<v1::CollectRequest>>) -> Result<Option<v1::CollectRequest>, Status> {
    match inbound {
        Some(inbound) => inbound.message().await,
        None => std::future::pending().await,
    }
}
