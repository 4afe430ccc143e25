//! Says what a message makes this institution owe, and by when.

use wiez_proto::calendar::{Week, day_of, start_of_day};
use wiez_proto::policy::{Due, Row};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{BasisClass, MessageKind, Owed};

use super::Holder;
use crate::Node;
use crate::message::Message;
use crate::store::obligation::ObligationRow;
use crate::store::{self, Tx};

pub(crate) use wiez_proto::policy::Party2 as Side;

/// One thing that begins to be owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) what: Owed,
    pub(crate) due: Due,
    /// From when it is counted, milliseconds since 1970.
    pub(crate) from_ms: i64,
}

/// Begins everything that a message makes this institution owe, on its side of it: what the row says,
/// and at the recipient the expected answer. `number` is the case in which it is to be seen. What is
/// owed already stays as it was.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn begin(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    row: &Row,
    side: Side,
    message: &Message,
    at_ms: i64,
) -> Result<(), Refusal> {
    for owed in owed(row, side, message, at_ms, node.settings().week) {
        start(node, tx, number, message, &owed).await?;
    }
    Ok(())
}

/// Begins one obligation. What is of the group's work is owed once in a case, by the first date.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn start(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    message: &Message,
    owed: &Start,
) -> Result<(), Refusal> {
    let once = matches!(owed.what, Owed::Dispatch | Owed::Sitting);
    if once && !store::obligation::open_of(tx, number, owed.what).await?.is_empty() {
        return Ok(());
    }
    let week = node.settings().week;
    let deadline = owed.due.deadline(owed.from_ms, message.urgency, week);
    let row = ObligationRow {
        id: 0,
        number: number.to_owned(),
        message_id: message.message_id,
        what: owed.what,
        rule: deadline.rule,
        from_ms: owed.from_ms,
        due_ms: deadline.due_ms,
        remind_ms: remind_at(owed.due, owed.from_ms, deadline.due_ms, week),
        owner: Holder::Worker,
        reminded_ms: None,
        missed_ms: None,
        done_ms: None,
        outage: None,
    };
    store::obligation::put(tx, &row).await
}

/// From when a row counts: the day on which the procedure was started, where it says so. A day that has
/// not come, on a duty that is taken in all the same, gives nobody more time.
fn counted_from(row: &Row, message: &Message, from_ms: i64) -> i64 {
    let started = message.statement.as_ref().and_then(|statement| statement.started_on);
    started.filter(|_| row.clock_from_started).map_or(from_ms, |day| start_of_day(day).min(from_ms))
}

/// What is owed, in the order of the row.
pub(super) fn owed(row: &Row, side: Side, message: &Message, at_ms: i64, week: Week) -> Vec<Start> {
    let given = message.statement.as_ref().is_some_and(|statement| statement.formal_ref.is_some());
    let mut all: Vec<Start> = row
        .owes
        .iter()
        .filter(|owes| owes.by == side && !(owes.what == Owed::FormalRef && given))
        .map(|owes| Start { what: owes.what, due: owes.due, from_ms: at_ms })
        .collect();
    if side == Side::Recipient {
        all.extend(answer(row, message, at_ms, week));
    }
    all
}

/// The answer that a recipient owes. Other answers are owed by the clock of their case.
fn answer(row: &Row, message: &Message, at_ms: i64, week: Week) -> Option<Start> {
    let lawful = matches!(row.class, BasisClass::Statutory | BasisClass::VitalInterest);
    if !lawful && row.kind != MessageKind::MediationRequest {
        return None;
    }
    let due = row.due?;
    let answers = |kind: &MessageKind| {
        matches!(kind, MessageKind::InfoReply | MessageKind::InfoRefusal | MessageKind::MediationNote)
    };
    let what = if row.expects.contains(&MessageKind::AckHuman) {
        Owed::Ack
    } else if row.expects.iter().any(answers) {
        Owed::Answer
    } else {
        // Feedback has its own dates.
        return None;
    };
    let from_ms = counted_from(row, message, at_ms);
    // What comes after its own date gives its recipient the same time again, so that nobody's late
    // filing makes somebody else late.
    let late = due.deadline(from_ms, message.urgency, week).due_ms < at_ms;
    Some(Start { what, due, from_ms: if late { at_ms } else { from_ms } })
}

/// When to remind: as the last working day begins. Nothing where that is no later than the start, nor
/// of dates that are counted in minutes.
pub(super) fn remind_at(due: Due, from_ms: i64, due_ms: i64, week: Week) -> Option<i64> {
    if matches!(due, Due::Minutes(_)) {
        return None;
    }
    let mut day = day_of(due_ms);
    while !week.is_working(day) {
        day = day.yesterday().ok()?;
    }
    Some(start_of_day(day)).filter(|moment| *moment > from_ms)
}
