//! What keeps a report alive: acknowledgement, feedback, the formal letter entered later, the end.

use wiez_proto::payload::Body;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::{FormalRef, Statement};
use wiez_proto::vocab::{AckCode, BasisCode, FeedbackCode, Owed, ReferralStatus};

use super::open::Sent;
use super::say::{Move, bare, say};
use crate::Node;
use crate::account::Reader;
use crate::casework::admit::answerable;
use crate::casework::compose::clear;
use crate::casework::file::{CaseKind, What, happened, keep, load};
use crate::casework::receive::told_back;
use crate::obligation;
use crate::referral::Side;
use crate::store::casework::CaseRow;
use crate::store::{Conn, Tx};

/// What is owed to the reporter, also after the case is over.
const FEEDBACK: &[Owed] = &[Owed::FeedbackReceipt, Owed::Feedback14, Owed::FeedbackClosing];

/// A case that somebody reported or passed on to this institution, and that is not over; or one that is
/// over while one of these is still owed in it, because the end was not told.
async fn received(conn: &mut Conn, number: &str, owing: &[Owed]) -> Result<CaseRow, Refusal> {
    let case = load(conn, number).await?;
    let kind = case.kind.reports() || case.kind == CaseKind::Transfer;
    if kind && case.file.stand.side == Side::Provider {
        let owed = obligation::of_case(conn, &case.number).await?;
        if !case.file.closed() || owed.iter().any(|line| line.done_ms.is_none() && owing.contains(&line.what)) {
            return Ok(case);
        }
    }
    Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()))
}

/// Acknowledges a report as a person: it is taken over, or somebody will come to the sitting or not.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE` for what nobody reported or what is over and owes no word, and what the gate says.
pub async fn ack(node: &Node, worker: &Reader, number: &str, code: AckCode) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("report.ack", worker).await?;
    let mut case = received(&mut tx, number, &[Owed::Ack]).await?;
    let draft = bare(node, &mut tx, &case, worker, Body::AckHuman { code }).await?;
    let line = happened(node.env().now_ms(), &worker.name, What::Acknowledged).with("ack", code.code());
    let to = (!case.file.closed()).then_some(ReferralStatus::Accepted);
    let then = Move { line, to, settles: vec![Owed::Ack] };
    let (tx, sent) = say(node, tx, &mut case, &draft, then).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Tells the reporter in the case of a report that something happens, and never what.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE`, and what the gate says.
pub async fn case_feedback(node: &Node, worker: &Reader, number: &str, code: FeedbackCode) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("report.feedback", worker).await?;
    let mut case = received(&mut tx, number, FEEDBACK).await?;
    let draft = bare(node, &mut tx, &case, worker, Body::FeedbackMin { code }).await?;
    let now_ms = node.env().now_ms();
    let line = happened(now_ms, &worker.name, What::FeedbackSent).with("feedback", code.code());
    let to = told_back(case.file.stand.status, code);
    let (mut tx, sent) = say(node, tx, &mut case, &draft, Move { line, to, settles: vec![] }).await?;
    obligation::told(node, &mut tx, &case.number, code, now_ms).await?;
    if code == FeedbackCode::Closed {
        obligation::closing(node, &mut tx, &case.number, now_ms).await?;
    }
    tx.commit().await?;
    Ok(sent)
}

/// Enters the formal letter that followed a message, at the institution that sent or received it.
/// It ends the letter's clock here; nothing is sent.
///
/// # Errors
/// `NOT_FOUND`, `FIELD_INVALID` for a letter without a number, `CASE_STATE` for a case that needs none.
pub async fn formal_ref(node: &Node, worker: &Reader, number: &str, letter: FormalRef) -> Result<(), Refusal> {
    worker.reads()?;
    Statement { formal_ref: Some(letter.clone()), ..Statement::of(BasisCode::Kpk304) }.check()?;
    let mut tx = node.store().begin_as("report.formal", worker).await?;
    let mut case = load(&mut tx, number).await?;
    if !case.kind.reports() {
        return Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()));
    }
    let now_ms = node.env().now_ms();
    let line = happened(now_ms, &worker.name, What::FormalEntered).with("channel", letter.channel.code());
    case.file.formal = Some(letter);
    keep(&mut tx, node.env(), &mut case, line).await?;
    obligation::done(node, &mut tx, &case.number, Owed::FormalRef, now_ms).await?;
    tx.commit().await
}

/// Closes a report, a transfer or a mediation at one of its two institutions.
///
/// Where the reporter is owed feedback, the recipient's end tells it `CLOSED`. That the reporter
/// cannot be told – it left, its key changed – keeps nothing open but the debt itself.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE` for another kind of case or one that is over.
pub async fn close(node: &Node, worker: &Reader, number: &str) -> Result<Option<Sent>, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("report.close", worker).await?;
    let mut case = load(&mut tx, number).await?;
    let kind = case.kind.reports() || matches!(case.kind, CaseKind::Transfer | CaseKind::Mediation);
    if !kind || case.file.closed() {
        return Err(Refusal::new(Reason::CaseState)
            .with("from", case.file.stand.status.code())
            .with("to", ReferralStatus::Completed.code()));
    }
    let sent = if owes_feedback(&case) { tell_closed(node, &mut tx, &mut case, worker).await? } else { None };
    let now_ms = node.env().now_ms();
    case.file.stand = case.file.stand.settled(ReferralStatus::Completed, now_ms, node.settings().week);
    let line = happened(now_ms, &worker.name, What::Closed).status(ReferralStatus::Completed);
    keep(&mut tx, node.env(), &mut case, line).await?;
    if case.file.stand.side == Side::Provider {
        obligation::closing(node, &mut tx, &case.number, now_ms).await?;
    }
    tx.commit().await?;
    Ok(sent)
}

/// Whether the row of the report says that its reporter hears back.
fn owes_feedback(case: &CaseRow) -> bool {
    let row = wiez_proto::policy::Policy::shipped().by_digest(case.file.row.bytes());
    case.file.stand.side == Side::Provider && row.is_some_and(|row| row.feedback)
}

async fn tell_closed(node: &Node, tx: &mut Tx, case: &mut CaseRow, worker: &Reader) -> Result<Option<Sent>, Refusal> {
    let draft = bare(node, tx, case, worker, Body::FeedbackMin { code: FeedbackCode::Closed }).await?;
    let Some(cleared) = answerable(clear(node, tx, &draft).await)? else { return Ok(None) };
    let now_ms = node.env().now_ms();
    super::open::leave(node, tx, &case.number, &case.number, &cleared, None).await?;
    obligation::told(node, tx, &case.number, FeedbackCode::Closed, now_ms).await?;
    let line = happened(now_ms, &worker.name, What::FeedbackSent).with("feedback", FeedbackCode::Closed.code());
    keep(tx, node.env(), case, line).await?;
    Ok(Some(Sent::of(node, case, Some(&cleared))))
}
