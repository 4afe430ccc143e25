//! The second question: may what arrived be taken in?

use wiez_proto::envelope::{Region, VerifyingKey};
use wiez_proto::grant::Grant;
use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, MessageKind};

use super::basis::{self, Edge, Party, Request};
use crate::message::Message;

/// What the recipient's gate looks at on arrival.
#[derive(Debug, Clone)]
pub struct AdmitFacts<'a> {
    /// Milliseconds since 1970.
    pub now_ms: i64,
    /// The sender, as the directory pins it.
    pub sender: &'a Party,
    /// The sender's signing key.
    pub sender_key: &'a VerifyingKey,
    /// This institution.
    pub me: &'a Party,
    /// This institution's signing key.
    pub my_key: &'a VerifyingKey,
    /// What signatures are bound to.
    pub region: &'a Region,
    /// The table of kinds.
    pub policy: &'a Policy,
    /// What the log says about the handle in the header.
    pub edge: Edge,
    /// The request of this institution that the message says to answer.
    pub request: Option<&'a Request>,
    /// Whether this institution opened a conversation with this sender under the message's thread.
    pub own_thread: bool,
}

/// A message that may be stored. Whether a person may see it is asked again at each display.
#[derive(Debug)]
pub struct Admitted {
    message: Message,
    grant: Option<Grant>,
}

impl Admitted {
    /// The message.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.message
    }

    /// The grant under which it came.
    #[must_use]
    pub const fn grant(&self) -> Option<&Grant> {
        self.grant.as_ref()
    }
}

/// Decides whether an opened message may be taken in. It trusts neither hub nor sender.
///
/// # Errors
/// As [`super::may_send`]; also `EDGE_UNKNOWN` when the log has no edge leaf with exactly this
/// grant, `UNVERIFIABLE` for a grant not signed by its issuer, `CONSENT_RECIPIENT` for a
/// grant of others, `NOT_FOUND` for an answer to what this institution never asked.
pub fn admit(facts: &AdmitFacts<'_>, message: Message) -> Result<Admitted, Refusal> {
    if message.sender != facts.sender.id || message.recipient != facts.me.id {
        return Err(Refusal::new(Reason::SenderMismatch));
    }
    // The row that the sender used must be the row that applies here.
    let row = basis::row(facts.policy, &message, facts.sender, facts.me)?;
    if row.digest() != *message.policy_row.bytes() {
        return Err(Refusal::new(Reason::Basis).with("row", &row.id));
    }
    if message.payload.categories() != message.categories || message.payload.asked() != message.asked {
        return Err(Refusal::new(Reason::Category));
    }
    basis::content(&message, facts.request, &[])?;
    if answers(message.kind) && !facts.own_thread {
        return Err(Refusal::new(Reason::NotFound));
    }
    let grant = match message.class {
        BasisClass::Consent => Some(consented(facts, &message)?),
        BasisClass::NoPersonalData => None,
        // No kind of these classes exists yet; a sender that claims one is newer than this node.
        BasisClass::Statutory | BasisClass::VitalInterest => return Err(Refusal::new(Reason::ReviewRequired)),
    };
    Ok(Admitted { message, grant })
}

/// Kinds that make sense only as an answer.
fn answers(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::ReferralStatus
            | MessageKind::InfoReply
            | MessageKind::InfoRefusal
            | MessageKind::ReplyAnon
            | MessageKind::ConsentWithdrawnAnswer
    )
}

fn consented(facts: &AdmitFacts<'_>, message: &Message) -> Result<Grant, Refusal> {
    let signed = message.grant.as_ref().ok_or_else(|| Refusal::new(Reason::ConsentMissing))?;
    let issuer = Grant::parse(&signed.content)?.issuer;
    let key = if issuer == facts.sender.id {
        facts.sender_key
    } else if issuer == facts.me.id {
        facts.my_key
    } else {
        return Err(Refusal::new(Reason::ConsentRecipient).with("institution", facts.me.id.as_str()));
    };
    let grant = Grant::open(signed, key, facts.region)?;
    if facts.edge.registered != Some(grant.hash()) {
        return Err(Refusal::new(Reason::EdgeUnknown));
    }
    basis::consent(&grant, &facts.edge, message, facts.now_ms)?;
    Ok(grant)
}
