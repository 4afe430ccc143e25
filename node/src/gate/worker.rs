//! The signature of the worker who sent a message: which messages need one, and whether it holds.

use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::MessageKind;

use super::AdmitFacts;
use crate::message::Message;

/// Whether a worker has to have signed it: whatever carries or asks for personal data, and the questions without any,
/// whose text somebody typed. What a node writes by itself is codes and ids only.
#[must_use]
pub fn needs_signature(message: &Message) -> bool {
    let typed = matches!(message.kind, MessageKind::ConsultAnon | MessageKind::ReplyAnon);
    typed || !message.categories.is_empty() || !message.asked.is_empty()
}

/// Judges the signature where one is needed, and wherever one stands.
///
/// # Errors
/// `WORKER_SIGNATURE`.
pub(super) fn signed(facts: &AdmitFacts<'_>, message: &Message) -> Result<(), Refusal> {
    if message.signature.is_none() && !needs_signature(message) {
        return Ok(());
    }
    message.signed(facts.sender_key, facts.region, facts.created_ms)
}
