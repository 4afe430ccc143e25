//! The rules that sender's and recipient's gate share: policy row, reply, grant, anonymous text.

use std::collections::BTreeSet;

use wiez_proto::directory::Entry;
use wiez_proto::grant::{Ask, Grant, covers};
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::policy::{Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, InstitutionKind, MessageKind};

use crate::message::Message;

/// An institution as the policy sees it.
#[derive(Debug, Clone)]
pub struct Party {
    /// Its id.
    pub id: InstitutionId,
    /// What it is, and what it also acts as.
    pub kinds: Vec<InstitutionKind>,
}

impl From<&Entry> for Party {
    fn from(entry: &Entry) -> Self {
        let kinds = std::iter::once(entry.kind).chain(entry.also_acts_as.iter().copied()).collect();
        Self { id: entry.institution.clone(), kinds }
    }
}

/// The request that a reply answers, as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asked.
    pub asker: InstitutionId,
    /// What was asked for.
    pub asked: BTreeSet<Category>,
}

/// What the mirrored log says about a consent edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Hash of the grant that the edge leaf names; none while there is no such leaf.
    pub registered: Option<Hash>,
    /// Whether a withdrawal or block of it is in the log, or was made here.
    pub withdrawn: bool,
}

/// Finds the policy row among all roles in which the two institutions act, first match first,
/// and judges what is carried and what is asked for by it. What is asked for would come back,
/// so it is judged as if it went to the sender.
pub(super) fn row<'a>(policy: &'a Policy, message: &Message, from: &Party, to: &Party) -> Result<&'a Row, Refusal> {
    let (row, sender, recipient) = find(policy, message, from, to)?;
    row.judge_ceiling(recipient, &message.payload.categories())?;
    row.judge_ceiling(sender, &message.payload.asked())?;
    Ok(row)
}

fn find<'a>(
    policy: &'a Policy,
    message: &Message,
    from: &Party,
    to: &Party,
) -> Result<(&'a Row, InstitutionKind, InstitutionKind), Refusal> {
    let mut first = None;
    for sender in &from.kinds {
        for recipient in &to.kinds {
            match policy.find(message.kind, *sender, *recipient, message.class) {
                Ok(row) => return Ok((row, *sender, *recipient)),
                Err(refusal) => first = first.or(Some(refusal)),
            }
        }
    }
    Err(first.unwrap_or_else(|| Refusal::new(Reason::Pair)))
}

/// What both gates ask of the text itself: body and kind agree, questions without personal
/// data hold none, a reply holds nothing that was not asked.
pub(super) fn content(message: &Message, request: Option<&Request>, surnames: &[String]) -> Result<(), Refusal> {
    if message.payload.kind() != message.kind {
        return Err(Refusal::new(Reason::Kind).with("kind", message.kind.code()));
    }
    message.payload.lint(surnames)?;
    if message.kind == MessageKind::InfoReply {
        reply(message, request)?;
    }
    Ok(())
}

/// A reply stays within what was asked. Appointments and the absence of data are no facts
/// about a person, so they may always stand in it.
fn reply(message: &Message, request: Option<&Request>) -> Result<(), Refusal> {
    let scope = || Refusal::new(Reason::ReplyScope);
    let request = request.filter(|request| request.asker == message.recipient).ok_or_else(scope)?;
    let free = [Category::Logistics, Category::None];
    let extra: Vec<&'static str> = message
        .payload
        .categories()
        .difference(&request.asked)
        .filter(|category| !free.contains(category))
        .map(|category| category.code())
        .collect();
    if extra.is_empty() { Ok(()) } else { Err(scope().with_codes("categories", extra)) }
}

/// Whether the grant lets the message pass now, on the edge that the log knows.
pub(super) fn consent(grant: &Grant, edge: &Edge, message: &Message, now_ms: i64) -> Result<(), Refusal> {
    if edge.withdrawn {
        return Err(Refusal::new(Reason::ConsentWithdrawn));
    }
    let handle = message.handle.ok_or_else(|| Refusal::new(Reason::HandleMissing))?;
    let ask = Ask {
        from: &message.sender,
        to: &message.recipient,
        handle,
        carried: &message.payload.categories(),
        asked: &message.asked,
        purpose: message.purpose,
        at_ms: now_ms,
    };
    covers(grant, &ask).map(|_| ())
}
