//! Acts without personal data: a question to colleagues, its answer, feedback to a reporter.

use serde::{Deserialize, Serialize};
use wiez_proto::id::{InstitutionId, ThreadId};
use wiez_proto::payload::{Body, Payload};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, FeedbackCode, Purpose, ReferralStatus, Urgency};

use super::open::{Sent, begin};
use crate::Node;
use crate::casework::compose::{Draft, clear, send};
use crate::casework::file::{CaseKind, What, happened, keep, load};
use crate::people::Worker;
use crate::referral::Side;
use crate::store::casework::Direction;

/// A question that names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What it is about.
    pub topic: String,
    /// The question.
    pub text: String,
}

/// Asks colleagues at an institution without naming anybody.
///
/// # Errors
/// `PERSONAL_DATA_FOUND` with what was found and where, and what else the gate says.
pub async fn ask(node: &Node, worker: &Worker, to: &InstitutionId, question: Question) -> Result<Sent, Refusal> {
    worker.reads()?;
    let body = Body::ConsultAnon { topic: question.topic, text: question.text };
    first(node, worker, to, "", body).await
}

/// Tells a reporter that something happens, and never what.
///
/// # Errors
/// What the gate says.
pub async fn feedback(
    node: &Node,
    worker: &Worker,
    to: &InstitutionId,
    subject_ref: &str,
    code: FeedbackCode,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    first(node, worker, to, subject_ref, Body::FeedbackMin { code }).await
}

async fn first(
    node: &Node,
    worker: &Worker,
    to: &InstitutionId,
    subject_ref: &str,
    body: Body,
) -> Result<Sent, Refusal> {
    let draft = draft(to, Payload::new(subject_ref, vec![], body)?, ThreadId::random(node.env()), worker);
    let tx = node.store().begin("consult.ask").await?;
    begin(node, tx, CaseKind::Consult, &draft, None, None).await
}

/// Answers such a question.
///
/// # Errors
/// `CASE_STATE` when it was answered, `PERSONAL_DATA_FOUND`, and what else the gate says.
pub async fn reply(node: &Node, worker: &Worker, number: &str, text: String) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin("consult.reply").await?;
    let mut case = load(&mut tx, number).await?;
    let open = !case.file.closed() && case.file.stand.side == Side::Provider && case.kind == CaseKind::Consult;
    if !open {
        return Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()));
    }
    let rows = crate::store::casework::messages(&mut tx, &case.number).await?;
    let asked = rows.iter().find(|row| row.direction == Direction::In).map(|row| row.message_id);
    let payload = Payload::new("", vec![], Body::ReplyAnon { text })?;
    let draft = Draft { in_reply_to: asked, ..draft(&case.peer, payload, case.thread, worker) };
    let cleared = clear(node, &mut tx, &draft).await?;
    let now_ms = node.env().now_ms();
    case.file.stand = case.file.stand.settled(ReferralStatus::Completed, now_ms, node.settings().week);
    keep(&mut tx, node.env(), &mut case, happened(now_ms, &worker.name, What::Answered)).await?;
    send(node, &mut tx, &case.number, &cleared, None).await?;
    tx.commit().await?;
    Ok(Sent {
        number: case.number,
        message_id: cleared.message().message_id.to_string(),
        due_ms: case.file.stand.due.at_ms,
    })
}

fn draft(to: &InstitutionId, payload: Payload, thread: ThreadId, worker: &Worker) -> Draft {
    Draft {
        to: to.clone(),
        payload,
        class: BasisClass::NoPersonalData,
        purpose: Purpose::Admin,
        urgency: Urgency::U3Normal,
        thread,
        in_reply_to: None,
        grant: None,
        worker: worker.name.clone(),
    }
}
