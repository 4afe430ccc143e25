//! What the content itself may hold: the row's ceiling, the matrix of roles, no person where none belongs, no more than was asked.

use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, MessageKind};

use super::basis::{Fit, Request};
use crate::message::Message;

/// Judges what is carried and what is asked for by the row, and facts about persons by their
/// roles. What is asked for would come back, so it is judged as if it went to the sender.
///
/// # Errors
/// `CATEGORY` with the codes, and with the role where one is outside the matrix.
pub(super) fn ceiling(policy: &Policy, fit: &Fit<'_>, message: &Message) -> Result<(), Refusal> {
    fit.row.judge_ceiling(fit.recipient, &message.categories)?;
    fit.row.judge_ceiling(fit.sender, &message.asked)?;
    if fit.row.role_matrix.is_some() {
        let plain = message.payload.sections().iter().map(|section| section.category).collect();
        fit.row.judge_plain(&plain)?;
    }
    fit.row.judge_roles(policy, &message.payload.roles())
}

/// Judges the text: body and kind agree, kinds without personal data hold none, a reply stays
/// within its request.
///
/// # Errors
/// `KIND`, `PERSONAL_DATA_FOUND`, `REPLY_SCOPE`, or `BASIS` for an answer on another basis than the question's.
pub(super) fn text(message: &Message, request: Option<&Request>, surnames: &[String]) -> Result<(), Refusal> {
    if message.payload.kind() != message.kind {
        return Err(Refusal::new(Reason::Kind).with("kind", message.kind.code()));
    }
    message.payload.lint(surnames)?;
    if message.kind == MessageKind::InfoReply {
        reply(message, request)?;
    }
    Ok(())
}

/// A reply stays within what was asked, on the basis on which it was asked. Appointments and the
/// absence of data are no facts about a person, so they may always stand in it.
fn reply(message: &Message, request: Option<&Request>) -> Result<(), Refusal> {
    let scope = || Refusal::new(Reason::ReplyScope);
    let request = request.filter(|request| request.asker == message.recipient).ok_or_else(scope)?;
    let basis = message.statement.as_ref().map(|statement| statement.basis);
    if basis != request.basis {
        let named = basis.map_or(message.class.code(), |basis| basis.code());
        return Err(Refusal::new(Reason::Basis).with("kind", message.kind).with("basis", named));
    }
    let free = [Category::Logistics, Category::None];
    let extra: Vec<&'static str> = message
        .categories
        .difference(&request.asked)
        .filter(|category| !free.contains(category))
        .map(|category| category.code())
        .collect();
    if extra.is_empty() { Ok(()) } else { Err(scope().with_codes("categories", extra)) }
}
