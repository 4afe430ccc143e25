//! Says what is done, and what is owed to the reporter at the end.

use wiez_proto::id::MessageId;
use wiez_proto::policy::Due;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{FeedbackCode, Owed, Urgency};

use super::begin::remind_at;
use super::tick::miss;
use super::{Holder, outage};
use crate::Node;
use crate::store::obligation::ObligationRow;
use crate::store::{self, Tx};

/// What is owed to a reporter, by when.
const FEEDBACK: &[Owed] = &[Owed::FeedbackReceipt, Owed::Feedback14, Owed::FeedbackClosing];

/// Time for the last word to the reporter once a case is closed. No act sets it; it is as short as the
/// first.
const CLOSING: Due = Due::WorkingDays(1);

/// Notes that something owed in a case is done. True when it was open; a date that had passed stays
/// missed.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn done(node: &Node, tx: &mut Tx, number: &str, what: Owed, at_ms: i64) -> Result<bool, Refusal> {
    let open = store::obligation::open_of(tx, number, what).await?;
    finish(node, tx, &open, at_ms).await
}

/// As [`done`], for what is owed because of one message.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn done_for(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    what: Owed,
    message: &MessageId,
    at_ms: i64,
) -> Result<bool, Refusal> {
    let mut open = store::obligation::open_of(tx, number, what).await?;
    open.retain(|row| row.message_id == *message);
    finish(node, tx, &open, at_ms).await
}

async fn finish(node: &Node, tx: &mut Tx, open: &[ObligationRow], at_ms: i64) -> Result<bool, Refusal> {
    for row in open {
        if at_ms > row.due_ms && row.missed_ms.is_none() {
            // Done before the clock looked: late all the same, and the outage into which it fell is noted first.
            outage::look(tx, node.env().now_ms(), node.progress.connected_since()).await?;
            miss(tx, node.env(), node.id(), row, at_ms).await?;
        }
        store::obligation::set_done(tx, row.id, at_ms).await?;
    }
    Ok(!open.is_empty())
}

/// Notes what was told to the reporter. The word of the end leaves nothing owed.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn told(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    code: FeedbackCode,
    at_ms: i64,
) -> Result<(), Refusal> {
    let given: &[Owed] = match code {
        FeedbackCode::Received => &[Owed::FeedbackReceipt],
        FeedbackCode::InProgress => &[Owed::FeedbackReceipt, Owed::Feedback14],
        FeedbackCode::NotCompetent | FeedbackCode::Closed => {
            // Noted as done, so that closing the case afterwards does not ask for it again.
            end(node, tx, number, at_ms).await?;
            FEEDBACK
        }
    };
    for what in given {
        done(node, tx, number, *what, at_ms).await?;
    }
    Ok(())
}

/// Begins what is owed to the reporter when a case ends; it takes the place of the word after 14 days.
/// Nothing where no feedback is owed in the case, or where the last word was given.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn closing(node: &Node, tx: &mut Tx, number: &str, at_ms: i64) -> Result<(), Refusal> {
    if end(node, tx, number, at_ms).await? {
        done(node, tx, number, Owed::Feedback14, at_ms).await?;
    }
    Ok(())
}

/// Begins the word of the end, once. False where no feedback is owed or it was begun before.
async fn end(node: &Node, tx: &mut Tx, number: &str, at_ms: i64) -> Result<bool, Refusal> {
    let all = store::obligation::of_case(tx, number).await?;
    let feedback: Vec<&ObligationRow> =
        all.iter().map(|(row, _)| row).filter(|row| FEEDBACK.contains(&row.what)).collect();
    let Some(first) = feedback.first() else { return Ok(false) };
    if feedback.iter().any(|row| row.what == Owed::FeedbackClosing) {
        return Ok(false);
    }
    let week = node.settings().week;
    // The rule does not look at the urgency.
    let deadline = CLOSING.deadline(at_ms, Urgency::U3Normal, week);
    let row = ObligationRow {
        id: 0,
        number: number.to_owned(),
        message_id: first.message_id,
        what: Owed::FeedbackClosing,
        rule: deadline.rule,
        from_ms: at_ms,
        due_ms: deadline.due_ms,
        remind_ms: remind_at(CLOSING, at_ms, deadline.due_ms, week),
        owner: Holder::Worker,
        reminded_ms: None,
        missed_ms: None,
        done_ms: None,
        outage: None,
    };
    store::obligation::put(tx, &row).await?;
    Ok(true)
}
