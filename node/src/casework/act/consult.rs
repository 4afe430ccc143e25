//! Acts without personal data: a question to colleagues, its answer, feedback to a reporter.

use serde::{Deserialize, Serialize};
use wiez_proto::id::InstitutionId;
use wiez_proto::payload::{Body, Payload};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, FeedbackCode, Purpose, ReferralStatus, Urgency};

use super::open::{First, Sent, begin};
use super::say::{Move, bare, say};
use crate::Node;
use crate::account::Reader;
use crate::casework::apart::opening;
use crate::casework::compose::Draft;
use crate::casework::file::{CaseKind, What, happened, load};
use crate::referral::Side;

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
pub async fn ask(node: &Node, worker: &Reader, to: &InstitutionId, question: Question) -> Result<Sent, Refusal> {
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
    worker: &Reader,
    to: &InstitutionId,
    subject_ref: &str,
    code: FeedbackCode,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    first(node, worker, to, subject_ref, Body::FeedbackMin { code }).await
}

async fn first(
    node: &Node,
    worker: &Reader,
    to: &InstitutionId,
    subject_ref: &str,
    body: Body,
) -> Result<Sent, Refusal> {
    let payload = Payload::new(subject_ref, vec![], body)?;
    let mut tx = node.store().begin_as("consult.ask", worker).await?;
    let opening = opening(node, &mut tx, payload.kind(), subject_ref, to).await?;
    let draft = Draft {
        message_id: opening.message_id,
        to: to.clone(),
        payload,
        class: BasisClass::NoPersonalData,
        purpose: Purpose::Admin,
        urgency: Urgency::U3Normal,
        thread: opening.thread,
        in_reply_to: None,
        grant: None,
        statement: None,
        release: None,
        confirmed: None,
        worker: worker.name.clone(),
        signer: Some(worker.clone()),
    };
    begin(node, tx, First::new(CaseKind::Consult, &opening.number, &draft)).await
}

/// Answers such a question.
///
/// # Errors
/// `CASE_STATE` when it was answered, `PERSONAL_DATA_FOUND`, and what else the gate says; the
/// answer is kept in the case then.
pub async fn reply(node: &Node, worker: &Reader, number: &str, text: String) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("consult.reply", worker).await?;
    let mut case = load(&mut tx, number).await?;
    let open = !case.file.closed() && case.file.stand.side == Side::Provider && case.kind == CaseKind::Consult;
    if !open {
        return Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()));
    }
    let body = Body::ReplyAnon { text };
    let draft = Draft { urgency: Urgency::U3Normal, ..bare(node, &mut tx, &case, worker, body).await? };
    let line = happened(node.env().now_ms(), &worker.name, What::Answered);
    let then = Move { line, to: Some(ReferralStatus::Completed), settles: vec![] };
    let (tx, sent) = say(node, tx, &mut case, &draft, then).await?;
    tx.commit().await?;
    Ok(sent)
}
