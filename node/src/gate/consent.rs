//! Whether a consent carries a message: at the sender who holds the paper, and at the recipient who holds the log.

use wiez_proto::calendar;
use wiez_proto::grant::{Ask, Grant, covers};
use wiez_proto::id::Hash;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::send::SendFacts;
use crate::consent::Giver;
use crate::message::Message;

/// What the mirrored log says about a consent edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Hash of the grant that the edge leaf names; none while there is no such leaf.
    pub registered: Option<Hash>,
    /// Whether a withdrawal or block of it is in the log, or was made here.
    pub withdrawn: bool,
}

/// What is known about the consent that a message names.
#[derive(Debug, Clone)]
pub struct ConsentFacts<'a> {
    /// The grant.
    pub grant: &'a Grant,
    /// Its signed bytes, which travel inside the seal.
    pub signed: &'a v1::Signed,
    /// What the log and this node's own acts say.
    pub edge: Edge,
    /// Who gave it; known only where the paper lies.
    pub giver: Option<&'a Giver>,
}

/// Completes a message with the consent that it names, and asks whether that lets it leave.
pub(super) fn carries(facts: &SendFacts<'_>, message: &mut Message) -> Result<(), Refusal> {
    if facts.log_alarm {
        return Err(Refusal::new(Reason::LogInconsistent));
    }
    let missing = || Refusal::new(Reason::ConsentMissing).with("institution", message.recipient.as_str());
    let consent = facts.consent.as_ref().ok_or_else(missing)?;
    if let Some(giver) = consent.giver {
        giver.may_consent(facts.now_ms)?;
    }
    let there = consent.grant.edge(&message.sender, &message.recipient);
    let recipient = || Refusal::new(Reason::ConsentRecipient).with("institution", message.recipient.as_str());
    message.handle = Some(there.ok_or_else(recipient)?.handle);
    message.grant = Some(consent.signed.clone());
    lets_pass(consent.grant, &consent.edge, message, facts.now_ms)?;
    // What cannot be opened any more once the consent is over need not wait longer than it lasts.
    message.expires_ms = message.expires_ms.min(calendar::end_of_day(consent.grant.valid_to));
    Ok(())
}

/// Whether the grant lets the message pass now, on the edge that the log knows.
pub(super) fn lets_pass(grant: &Grant, edge: &Edge, message: &Message, now_ms: i64) -> Result<(), Refusal> {
    if edge.withdrawn {
        return Err(Refusal::new(Reason::ConsentWithdrawn));
    }
    let handle = message.handle.ok_or_else(|| Refusal::new(Reason::HandleMissing))?;
    let ask = Ask {
        from: &message.sender,
        to: &message.recipient,
        handle,
        carried: &message.categories,
        asked: &message.asked,
        purpose: message.purpose,
        at_ms: now_ms,
    };
    covers(grant, &ask).map(|_| ())
}
