//! Professional secrecy: what a clinic, a school or the police may pass on only with a recorded release.

use wiez_proto::refusal::{Reason, Refusal};

use super::basis::Party;
use super::send::SendFacts;
use crate::message::Message;

/// The refusal that secrecy asks for, or nothing when the basis opens what is carried or a release is recorded.
///
/// Each role in which the sender acts counts: its secrets do not become less secret because
/// another of its roles found the row. A gate of the sender alone; the recipient cannot know.
pub(super) fn closed(facts: &SendFacts<'_>, message: &Message) -> Option<Refusal> {
    if facts.release.is_some() {
        return None;
    }
    let Party { kinds, .. } = facts.me;
    let basis = message.statement.as_ref().map(|statement| statement.basis);
    let (regime, categories) =
        kinds.iter().find_map(|kind| facts.policy.secrecy(*kind, message.class, basis, &message.categories))?;
    let codes = categories.into_iter().map(|category| category.code());
    Some(Refusal::new(Reason::Secrecy).with("regime", regime).with_codes("categories", codes))
}
