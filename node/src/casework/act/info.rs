//! Acts on requests for information: ask, reply, refuse.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::payload::{Answer, Body, InfoReply, InfoRequest, Payload, Section};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Category, DeclineReason, HelpCode, ReferralStatus};

use super::open::Sent;
use super::referral::{Addressed, first_message, start};
use crate::Node;
use crate::casework::compose::{Draft, class_of, clear, send};
use crate::casework::file::{CaseKind, What, happened, keep, load};
use crate::people::Worker;
use crate::referral::Side;
use crate::store::casework::Direction;

/// What an asker wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// One question each.
    pub questions: Vec<String>,
    /// Categories asked for.
    pub asked: BTreeSet<Category>,
    /// Why.
    pub why_needed: String,
}

/// One fact of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Index of the question, from 0.
    pub question: u32,
    /// Which kind of fact.
    pub category: Category,
    /// The fact.
    pub text: String,
}

/// Asks an institution for information about a person.
///
/// # Errors
/// What the gate says; the draft is kept then.
pub async fn ask(
    node: &Node,
    worker: &Worker,
    to: &Addressed,
    sections: Vec<Section>,
    wanted: Wanted,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    let Wanted { questions, asked, why_needed } = wanted;
    let body = Body::InfoRequest(InfoRequest { questions, asked, why_needed });
    let payload = Payload::new(to.subject_ref.as_str(), sections, body)?;
    start(node, worker, CaseKind::Info, to, payload).await
}

/// Answers a request within what was asked and what the consent covers.
///
/// # Errors
/// `CASE_STATE`, `REPLY_SCOPE`, and what the gate says; the request stays open then.
pub async fn reply(
    node: &Node,
    worker: &Worker,
    number: &str,
    answers: Vec<Reply>,
    partial: bool,
) -> Result<Sent, Refusal> {
    let answers = answers.into_iter().map(|reply| Answer {
        question: reply.question,
        category: reply.category,
        text: reply.text,
    });
    let body = Body::InfoReply(InfoReply { answers: answers.collect(), partial });
    close(node, worker, number, body, ReferralStatus::Completed).await
}

/// Declines a request with a reason, without personal data.
///
/// # Errors
/// `CASE_STATE`, and what the gate says.
pub async fn refuse(
    node: &Node,
    worker: &Worker,
    number: &str,
    reason: DeclineReason,
    what_would_help: BTreeSet<HelpCode>,
) -> Result<Sent, Refusal> {
    close(node, worker, number, Body::InfoRefusal { reason, what_would_help }, ReferralStatus::Declined).await
}

async fn close(
    node: &Node,
    worker: &Worker,
    number: &str,
    body: Body,
    status: ReferralStatus,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin("info.close").await?;
    let mut case = load(&mut tx, number).await?;
    let open = matches!(
        case.file.stand.status,
        ReferralStatus::Delivered | ReferralStatus::Opened | ReferralStatus::Expired | ReferralStatus::CancelledConsent
    );
    // A partial reply may be followed by a refusal of the rest.
    let rest = status == ReferralStatus::Declined && case.file.stand.status == ReferralStatus::Completed;
    if case.kind != CaseKind::Info || case.file.stand.side != Side::Provider || !(open || rest) {
        return Err(Refusal::new(Reason::CaseState)
            .with("from", case.file.stand.status.code())
            .with("to", status.code()));
    }
    let rows = crate::store::casework::messages(&mut tx, &case.number).await?;
    let asked = rows.iter().find(|row| row.direction == Direction::In).map(|row| row.message_id);
    let payload = Payload::new(case.file.subject_ref.as_str(), vec![], body)?;
    let class = class_of(&payload);
    let purpose = first_message(&mut tx, &case, Direction::In).await.map(|(_, message)| message.purpose);
    let draft = Draft {
        to: case.peer.clone(),
        class,
        payload,
        purpose: purpose.unwrap_or(wiez_proto::vocab::Purpose::Assist),
        urgency: case.file.stand.urgency,
        thread: case.thread,
        in_reply_to: asked,
        grant: case.grant.filter(|_| class == BasisClass::Consent),
        worker: worker.name.clone(),
    };
    let cleared = clear(node, &mut tx, &draft).await?;
    let now_ms = node.env().now_ms();
    case.file.stand = case.file.stand.settled(status, now_ms, node.settings().week);
    keep(&mut tx, node.env(), &mut case, happened(now_ms, &worker.name, What::Answered).status(status)).await?;
    send(node, &mut tx, &case.number, &cleared, draft.grant).await?;
    tx.commit().await?;
    Ok(Sent {
        number: case.number,
        message_id: cleared.message().message_id.to_string(),
        due_ms: case.file.stand.due.at_ms,
    })
}
