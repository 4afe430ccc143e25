//! What can be asked of the writer; each item carries the channel on which it is answered.

use tokio::sync::oneshot;
use wiez_proto::directory::{Entry, Standing};
use wiez_proto::envelope::Verified;
use wiez_proto::grant::Withdrawal;
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::receipt::Receipt;
use wiez_proto::refusal::Refusal;
use wiez_proto::wire::v1;

use crate::mailbox::DepositOutcome;
use crate::store::consent::EdgeRow;
use crate::store::enrolment::InvitationRow;

/// Where an answer goes. Dropped without one, the asker learns that nothing was written.
pub(crate) type Answer<T> = oneshot::Sender<Result<T, Refusal>>;

/// One item of work.
pub(crate) enum Work {
    /// Store an invitation.
    Invite(InviteWork),
    /// Use an invitation up.
    Redeem(Box<RedeemWork>),
    /// Change a standing.
    Standing(StandingWork),
    /// Register an edge.
    Edge(EdgeWork),
    /// End edges.
    Withdraw(WithdrawWork),
    /// Take receipts and refusals of a recipient.
    Acknowledge(AcknowledgeWork),
    /// Store an envelope.
    Deposit(Box<DepositWork>),
    /// Note that envelopes may leave.
    Offer(OfferWork),
}

/// A new invitation.
pub(crate) struct InviteWork {
    /// The row.
    pub(crate) row: InvitationRow,
    /// Done.
    pub(crate) answer: Answer<()>,
}

/// A checked request to join.
pub(crate) struct RedeemWork {
    /// SHA-256 of the request.
    pub(crate) request_hash: [u8; 32],
    /// The entry to be published.
    pub(crate) entry: Entry,
    /// Signed by the directory key.
    pub(crate) signed: v1::Signed,
    /// What the institution gets, also when it asks again.
    pub(crate) response: v1::RedeemResponse,
    /// Done.
    pub(crate) answer: Answer<v1::RedeemResponse>,
}

/// A change of standing.
pub(crate) struct StandingWork {
    /// Whose.
    pub(crate) institution: InstitutionId,
    /// The new one.
    pub(crate) standing: Standing,
    /// Done.
    pub(crate) answer: Answer<()>,
}

/// An edge to be registered.
pub(crate) struct EdgeWork {
    /// The edge; its leaf is not known yet.
    pub(crate) edge: EdgeRow,
    /// Done.
    pub(crate) answer: Answer<v1::RegisterEdgeResponse>,
}

/// Edges to be ended.
pub(crate) struct WithdrawWork {
    /// What was signed.
    pub(crate) withdrawal: Withdrawal,
    /// With its signature, checked.
    pub(crate) signed: v1::Signed,
    /// Done.
    pub(crate) answer: Answer<v1::WithdrawResponse>,
}

/// Receipts and refusals of one recipient, signatures checked.
pub(crate) struct AcknowledgeWork {
    /// Who says so.
    pub(crate) recipient: InstitutionId,
    /// Receipts.
    pub(crate) receipts: Vec<(v1::Signed, Receipt)>,
    /// Refusals and what they refuse.
    pub(crate) refusals: Vec<(v1::Signed, Hash)>,
    /// Done.
    pub(crate) answer: Answer<()>,
}

/// An envelope whose signature holds.
pub(crate) struct DepositWork {
    /// Who deposits it.
    pub(crate) caller: InstitutionId,
    /// The envelope.
    pub(crate) verified: Verified,
    /// Done.
    pub(crate) answer: oneshot::Sender<DepositOutcome>,
}

/// Envelopes that are about to be handed out.
pub(crate) struct OfferWork {
    /// To whom.
    pub(crate) recipient: InstitutionId,
    /// Their numbers.
    pub(crate) ids: Vec<i64>,
    /// Those that may be handed out.
    pub(crate) answer: Answer<Vec<i64>>,
}

impl Work {
    /// Bytes of envelopes in it, for the limit of a batch.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Deposit(deposit) => deposit.verified.envelope().ciphertext().len(),
            Self::Invite(_)
            | Self::Redeem(_)
            | Self::Standing(_)
            | Self::Edge(_)
            | Self::Withdraw(_)
            | Self::Acknowledge(_)
            | Self::Offer(_) => 0,
        }
    }
}
