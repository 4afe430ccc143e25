//! The mailbox as use cases: deposit, acknowledge, channels; collecting has a file of its own.

mod collect;
pub(crate) mod evidence;
pub mod judge;
pub(crate) mod line;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use prost::bytes::Bytes;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;
use wiez_proto::envelope::{Envelope, Parts};
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::limits;
use wiez_proto::receipt::{Receipt, Refused};
use wiez_proto::refusal::{Reason, Refusal, Retry};
use wiez_proto::wire::{invalid, v1};

pub use self::collect::Collecting;
use crate::caller::Caller;
use crate::region::{Hub, QUEUE_RETRY_MS, Shared};
use crate::store;
use crate::writer::work::{AcknowledgeWork, DepositWork, Work};

/// The name under which the hub signs refusals.
const PARTY: &str = "hub";

/// What became of a deposit.
#[derive(Clone, Debug)]
pub struct DepositOutcome {
    /// Hash of the envelope; empty when its parts are too malformed to have one.
    pub envelope_hash: Bytes,
    /// The receipt, or why there is none.
    pub result: Result<Arc<v1::HubReceipt>, DepositRefused>,
}

/// Why an envelope was not taken; nothing was stored.
#[derive(Clone, Debug)]
pub struct DepositRefused {
    /// Why.
    pub refusal: Refusal,
    /// The hub's signature over it when it is final: these bytes will never be accepted.
    pub signed: Option<v1::Signed>,
}

impl DepositRefused {
    /// The refusal as a message.
    #[must_use]
    pub fn to_wire(&self) -> v1::DepositRefusal {
        let later = self.refusal.retry_after_ms.and_then(|ms| i64::try_from(ms).ok()).unwrap_or(0);
        v1::DepositRefusal {
            reason: self.refusal.reason.as_str().to_owned(),
            r#final: self.signed.clone(),
            retry_after_ms: later,
            details: self.refusal.details.clone().into_iter().collect(),
        }
    }
}

/// An envelope whose form and signature hold, ready for the writer.
pub struct Prepared(Box<PreparedParts>);

impl Prepared {
    /// To whom it goes.
    #[must_use]
    pub fn recipient(&self) -> &InstitutionId {
        &self.0.verified.envelope().header().recipient
    }

    /// Whether a consent handle bounds how many of its kind there can be.
    #[must_use]
    pub fn has_handle(&self) -> bool {
        self.0.verified.envelope().header().handle.is_some()
    }

    /// Its hash.
    #[must_use]
    pub const fn envelope_hash(&self) -> Hash {
        self.0.hash
    }
}

struct PreparedParts {
    caller: Caller,
    verified: wiez_proto::envelope::Verified,
    hash: Hash,
}

/// The answer to a submitted envelope: comes after the commit, or as a refusal.
pub struct Submitted {
    state: SubmittedState,
    hash: Hash,
    shared: Arc<Shared>,
}

enum SubmittedState {
    Waiting(oneshot::Receiver<DepositOutcome>),
    Refused(Option<Refusal>),
}

impl Future for Submitted {
    type Output = DepositOutcome;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<DepositOutcome> {
        let lost = self.shared.lost();
        let refusal = match &mut self.state {
            SubmittedState::Waiting(answer) => match Pin::new(answer).poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(outcome)) => return Poll::Ready(outcome),
                Poll::Ready(Err(_)) => lost,
            },
            SubmittedState::Refused(refusal) => refusal.take().unwrap_or(lost),
        };
        Poll::Ready(refuse(&self.shared, Some(self.hash), refusal))
    }
}

/// Makes a refusal into an outcome, signed when no later try with the same bytes can succeed.
pub(crate) fn refuse(shared: &Shared, hash: Option<Hash>, refusal: Refusal) -> DepositOutcome {
    let last = refusal.reason.retry() != Retry::Later;
    let signed = hash.filter(|_| last).map(|envelope_hash| {
        let at_ms = shared.env.now_ms();
        Refused { envelope_hash, reason: refusal.reason, party: PARTY.to_owned(), at_ms }
            .sign(&shared.keys.mail, &shared.region)
    });
    let envelope_hash = hash.map(|hash| hash.wire()).unwrap_or_default();
    DepositOutcome { envelope_hash, result: Err(DepositRefused { refusal, signed }) }
}

/// The hash of parts that are no envelope, so that their sender can tell which one is meant.
fn hash_of(raw: &v1::Envelope) -> Option<Hash> {
    let hash = |bytes: &[u8]| Hash::new(wiez_proto::envelope::sha256(&[bytes]));
    let parts = Parts {
        header: raw.header.clone(),
        wrap_hash: hash(&raw.wrap),
        ciphertext_hash: hash(&raw.ciphertext),
        blob_root: Hash::parse(&raw.blob_root).ok()?,
        signature: Bytes::new(),
    };
    Some(parts.envelope_hash())
}

impl Hub {
    /// Checks form and signature on the caller's own task: about 60 µs of work for 4 KiB.
    ///
    /// # Errors
    /// The finished outcome of a refused envelope.
    #[expect(clippy::result_large_err, reason = "the error is the answer itself, as large as a success is")]
    pub fn prepare(&self, caller: &Caller, raw: v1::Envelope) -> Result<Prepared, DepositOutcome> {
        // Cheap copies: the parts are shared buffers.
        let parts = raw.clone();
        let envelope = Envelope::parse(raw).map_err(|refusal| refuse(&self.shared, hash_of(&parts), refusal))?;
        let hash = envelope.hash();
        self.verify(caller, envelope)
            .map(|verified| Prepared(Box::new(PreparedParts { caller: caller.clone(), verified, hash })))
            .map_err(|refusal| refuse(&self.shared, Some(hash), refusal))
    }

    fn verify(&self, caller: &Caller, envelope: Envelope) -> Result<wiez_proto::envelope::Verified, Refusal> {
        let members = self.members();
        caller.still(&members)?;
        if envelope.header().sender != *caller.institution() {
            return Err(Reason::SenderMismatch.into());
        }
        let sender = members.get(caller.institution()).ok_or(Reason::NotAMember)?;
        if envelope.header().sender_key != sender.entry.signing_key.id() {
            return Err(Reason::KeyUnknown.into());
        }
        Ok(envelope.verify(&sender.entry.signing_key, &self.shared.region)?)
    }

    /// Hands an envelope to the writer. Called in the order of a stream, it keeps that order.
    #[must_use]
    pub fn submit(&self, prepared: Prepared) -> Submitted {
        let PreparedParts { caller, verified, hash } = *prepared.0;
        let (answer, answered) = oneshot::channel();
        let work = DepositWork { caller: caller.institution().clone(), verified, answer };
        let state = match self.queue.try_send(Work::Deposit(Box::new(work))) {
            Ok(()) => SubmittedState::Waiting(answered),
            Err(TrySendError::Full(_)) => {
                SubmittedState::Refused(Some(Refusal::new(Reason::QueueFull).retry_after(QUEUE_RETRY_MS)))
            }
            Err(TrySendError::Closed(_)) => SubmittedState::Refused(Some(Reason::ShuttingDown.into())),
        };
        Submitted { state, hash, shared: Arc::clone(&self.shared) }
    }

    /// Deposits a single envelope. The receipt comes only after it is on disk and in the log.
    pub async fn deposit(&self, caller: &Caller, envelope: v1::Envelope) -> DepositOutcome {
        match self.prepare(caller, envelope) {
            Ok(prepared) => self.submit(prepared).await,
            Err(outcome) => outcome,
        }
    }

    /// Takes signed receipts and refusals of a recipient: all of them or none. Idempotent.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, `MALFORMED`, `FIELD_INVALID` also for more than 64 at once,
    /// `SENDER_MISMATCH` for somebody else's receipt, `NOT_FOUND` for hashes that were never
    /// handed to the caller by that sender.
    pub async fn acknowledge(
        &self,
        caller: &Caller,
        receipts: Vec<v1::Signed>,
        refusals: Vec<v1::Signed>,
    ) -> Result<(), Refusal> {
        let members = self.members();
        caller.still(&members)?;
        // One call counts once in the quota, so it must not carry the work of thousands.
        if receipts.len() + refusals.len() > limits::RECEIPT_MAX_HASHES {
            return Err(invalid("receipts"));
        }
        let recipient = caller.institution().clone();
        let key = &members.get(&recipient).ok_or(Reason::NotAMember)?.entry.signing_key;
        let mut work = (Vec::new(), Vec::new());
        for signed in receipts {
            let receipt = Receipt::open(&signed, key, &self.shared.region)?;
            if receipt.recipient != recipient {
                return Err(Reason::SenderMismatch.into());
            }
            work.0.push((signed, receipt));
        }
        for signed in refusals {
            let refused = Refused::open(&signed, key, &self.shared.region)?;
            if refused.party != recipient.as_str() {
                return Err(Reason::SenderMismatch.into());
            }
            if refused.reason != Reason::Unverifiable {
                return Err(invalid("reason"));
            }
            work.1.push((signed, refused.envelope_hash));
        }
        let (receipts, refusals) = work;
        self.ask(|answer| Work::Acknowledge(AcknowledgeWork { recipient, receipts, refusals, answer })).await
    }

    /// Shows the last accepted envelope of each channel on which the caller sends.
    ///
    /// # Errors
    /// Why the caller may not call, or `INTERNAL`.
    pub async fn channels(&self, caller: &Caller) -> Result<v1::ChannelsResponse, Refusal> {
        caller.still(&self.members())?;
        let mut conn = self.shared.store.reader().await?;
        let rows = store::mailbox::channel_heads(&mut conn, caller.institution().as_str()).await?;
        let channels = rows.into_iter().map(|(header, wrap_hash, ciphertext_hash, signature)| v1::ChannelHead {
            header: header.into(),
            wrap_hash: wrap_hash.into(),
            ciphertext_hash: ciphertext_hash.into(),
            blob_root: Hash::ZERO.wire(),
            signature: signature.into(),
        });
        Ok(v1::ChannelsResponse { channels: channels.collect() })
    }
}
