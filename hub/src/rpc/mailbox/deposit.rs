//! Takes a stream of envelopes and answers each in order, many on their way to disk at once.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, BoxStream, FuturesOrdered, StreamExt};
use prost::bytes::Bytes;
use tokio::sync::watch;
use tonic::{Status, Streaming};
use wiez_proto::envelope::Envelope;
use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::{deposit_one_response, deposit_response};

use super::super::{Context, refuse};
use crate::caller::Caller;
use crate::directory::Members;
use crate::mailbox::{DepositOutcome, DepositRefused, Prepared};
use crate::quota::{Class, Quotas};
use crate::tasks::Phase;

/// Answers of one stream that may wait for the disk; more wait in the network.
const MOST_WAITING: usize = 512;
/// Milliseconds after which a channel has certainly answered something.
const CHANNEL_RETRY_MS: u64 = 100;

type Answer = BoxFuture<'static, (Option<InstitutionId>, DepositOutcome)>;

/// The stream of answers. It ends when the sender ends, when the hub stops, and with a status
/// when the caller may not call any more; what was handed to the writer is answered before that.
pub(super) fn answers(
    context: Arc<Context>,
    caller: Caller,
    inbound: Streaming<v1::DepositRequest>,
) -> BoxStream<'static, Result<v1::DepositResponse, Status>> {
    let state = Depositing {
        members: context.hub.watch_members(),
        phase: context.phase.clone(),
        context,
        caller,
        inbound,
        waiting: FuturesOrdered::new(),
        unanswered: BTreeMap::new(),
        end: None,
    };
    stream::unfold(state, |mut state| async move { state.next().await.map(|item| (item, state)) }).boxed()
}

struct Depositing {
    context: Arc<Context>,
    caller: Caller,
    inbound: Streaming<v1::DepositRequest>,
    members: watch::Receiver<Arc<Members>>,
    phase: watch::Receiver<Phase>,
    waiting: FuturesOrdered<Answer>,
    unanswered: BTreeMap<InstitutionId, usize>,
    /// Set when nothing more is read: how the stream ends after the last answer.
    end: Option<Result<(), Status>>,
}

impl Depositing {
    async fn next(&mut self) -> Option<Result<v1::DepositResponse, Status>> {
        loop {
            // Verifying is work without waiting: other tasks get their turn in between.
            tokio::task::coop::consume_budget().await;
            if self.waiting.is_empty()
                && let Some(end) = self.end.take()
            {
                self.end = Some(Ok(()));
                return end.err().map(Err);
            }
            let reading = self.end.is_none();
            tokio::select! {
                biased;
                Some((recipient, outcome)) = self.waiting.next() => return Some(Ok(self.answered(recipient, outcome))),
                () = stopping(&mut self.phase), if reading => self.stop(Refusal::new(Reason::ShuttingDown)),
                changed = self.members.changed(), if reading => {
                    if changed.is_err() {
                        self.stop(Refusal::new(Reason::ShuttingDown));
                    }
                    self.prove();
                }
                item = self.inbound.message(), if reading && self.waiting.len() < MOST_WAITING => self.read(item),
            }
        }
    }

    fn read(&mut self, item: Result<Option<v1::DepositRequest>, Status>) {
        match item {
            Ok(Some(request)) => {
                self.prove();
                if self.end.is_none() {
                    let answer = self.take(request);
                    self.waiting.push_back(answer);
                }
            }
            Ok(None) => self.end = Some(Ok(())),
            Err(status) => {
                self.end = Some(Err(refuse::broken("Deposit", self.caller.institution().as_str(), status)));
            }
        }
    }

    /// Proves the caller again, for every item and whenever the directory changed.
    fn prove(&mut self) {
        let proved = self.caller.still(&self.members.borrow_and_update());
        if let Err(refusal) = proved {
            self.stop(refusal);
        }
    }

    fn stop(&mut self, refusal: Refusal) {
        if self.end.is_none() {
            refuse::told("Deposit", self.caller.institution().as_str(), &refusal);
            self.end = Some(Err(refuse::status(&refusal)));
        }
    }

    fn take(&mut self, request: v1::DepositRequest) -> Answer {
        let Some(envelope) = request.envelope else {
            return refused(Bytes::new(), Refusal::new(Reason::FieldMissing).with("field", "envelope"));
        };
        if let Err(refusal) = self.context.quotas.take(self.caller.institution(), Class::Deposits) {
            let hash = Envelope::parse(envelope).map(|envelope| envelope.hash().wire());
            return refused(hash.unwrap_or_default(), refusal);
        }
        let prepared = match self.context.hub.prepare(&self.caller, envelope) {
            Ok(prepared) => prepared,
            Err(outcome) => return ready((None, outcome)).boxed(),
        };
        if let Err(refusal) = handle_free(&self.context.quotas, &self.caller, &prepared) {
            return refused(prepared.envelope_hash().wire(), refusal);
        }
        let recipient = prepared.recipient().clone();
        let on_the_way = self.unanswered.entry(recipient.clone()).or_default();
        if *on_the_way >= limits::MAX_UNANSWERED_PER_CHANNEL {
            let refusal = Refusal::new(Reason::QueueFull).retry_after(CHANNEL_RETRY_MS);
            return refused(prepared.envelope_hash().wire(), refusal);
        }
        *on_the_way += 1;
        let submitted = self.context.hub.submit(prepared);
        async move { (Some(recipient), submitted.await) }.boxed()
    }

    fn answered(&mut self, recipient: Option<InstitutionId>, outcome: DepositOutcome) -> v1::DepositResponse {
        if let Some(recipient) = recipient
            && let Some(count) = self.unanswered.get_mut(&recipient)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.unanswered.remove(&recipient);
            }
        }
        if let Err(refused) = &outcome.result {
            refuse::told("Deposit", self.caller.institution().as_str(), &refused.refusal);
        }
        let DepositOutcome { envelope_hash, result } = outcome;
        let outcome = Some(match result {
            Ok(receipt) => deposit_response::Outcome::Accepted(Arc::unwrap_or_clone(receipt)),
            Err(refused) => deposit_response::Outcome::Refused(refused.to_wire()),
        });
        v1::DepositResponse { envelope_hash, outcome }
    }
}

/// Counts an envelope that no consent handle bounds, and takes one envelope by itself.
///
/// # Errors
/// `QUOTA` with the time after which the same envelope passes.
fn handle_free(quotas: &Quotas, caller: &Caller, prepared: &Prepared) -> Result<(), Refusal> {
    if prepared.has_handle() { Ok(()) } else { quotas.take(caller.institution(), Class::HandleFree) }
}

/// Takes one envelope outside a stream.
///
/// # Errors
/// `QUOTA`; every other refusal is part of the answer.
pub(super) async fn alone(
    context: &Context,
    caller: &Caller,
    envelope: v1::Envelope,
) -> Result<DepositOutcome, Refusal> {
    match context.hub.prepare(caller, envelope) {
        Ok(prepared) => {
            handle_free(&context.quotas, caller, &prepared)?;
            Ok(context.hub.submit(prepared).await)
        }
        Err(outcome) => Ok(outcome),
    }
}

async fn stopping(phase: &mut watch::Receiver<Phase>) {
    crate::tasks::reached(phase, Phase::Draining).await;
}

/// An answer that needed no writer. It is transient, so it is not signed.
fn refused(envelope_hash: Bytes, refusal: Refusal) -> Answer {
    let result = Err(DepositRefused { refusal, signed: None });
    ready((None, DepositOutcome { envelope_hash, result })).boxed()
}

/// The answer to a single deposit.
pub(super) fn one(caller: &Caller, outcome: DepositOutcome) -> v1::DepositOneResponse {
    if let Err(refused) = &outcome.result {
        refuse::told("DepositOne", caller.institution().as_str(), &refused.refusal);
    }
    let DepositOutcome { envelope_hash, result } = outcome;
    let outcome = Some(match result {
        Ok(receipt) => deposit_one_response::Outcome::Accepted(Arc::unwrap_or_clone(receipt)),
        Err(refused) => deposit_one_response::Outcome::Refused(refused.to_wire()),
    });
    v1::DepositOneResponse { envelope_hash, outcome }
}
