//! Puts a message before a second person.

use std::collections::BTreeSet;

use wiez_proto::limits;
use wiez_proto::policy::Due;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Flag, Owed};

use super::{About, Stage, Then};
use crate::Node;
use crate::alarm::is_duty;
use crate::casework::new_number;
use crate::gate::{Admitted, Cleared};
use crate::message::Message;
use crate::obligation;
use crate::store::casework::{CaseRow, Direction};
use crate::store::review::ReviewRow;
use crate::store::{self, Tx};

/// Whether a gate's no means that a second person can still say yes.
#[must_use]
pub(crate) const fn waits(refusal: &Refusal) -> bool {
    matches!(refusal.reason, Reason::BasisUnverified | Reason::ReviewRequired)
}

/// Asks for a second person about a draft that was just kept, in the transaction that keeps it.
/// Nothing happens for any other no. Returns the number of the review.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn before(
    node: &Node,
    tx: &mut Tx,
    case: &CaseRow,
    message: &Message,
    refusal: &Refusal,
    then: Then,
) -> Result<Option<String>, Refusal> {
    if !waits(refusal) {
        return Ok(None);
    }
    let about = About { reason: Some(refusal.clone()), then, ..about(message, &BTreeSet::new()) };
    let at_ms = node.env().now_ms();
    open(
        node,
        tx,
        Opened { number: &case.number, stage: Stage::Before, direction: Direction::Out },
        message,
        about,
        at_ms,
    )
    .await
    .map(Some)
}

/// Has a duty, or what protects a life, looked at within a day after it went or came. Other messages are
/// not looked at. A message that is under review already stays as it is.
async fn after(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    direction: Direction,
    message: &Message,
    flags: &BTreeSet<Flag>,
    at_ms: i64,
) -> Result<(), Refusal> {
    if !is_duty(message.kind, message.class) {
        return Ok(());
    }
    let about = about(message, flags);
    open(node, tx, Opened { number, stage: Stage::After, direction }, message, about, at_ms).await.map(drop)
}

/// Everything that the second half of the gate wants of a message that was just put into the outbox: what
/// is owed from now on, in the case `owed_in`, and the review of a duty, in the message's own case.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn sent(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    owed_in: &str,
    cleared: &Cleared,
    at_ms: i64,
) -> Result<(), Refusal> {
    let message = cleared.message();
    if let Some(row) = cleared.row() {
        obligation::begin(node, tx, owed_in, row, obligation::Side::Sender, message, at_ms).await?;
    }
    after(node, tx, number, Direction::Out, message, cleared.flags(), at_ms).await
}

/// As [`sent`], for a message that was just taken in.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn received(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    admitted: &Admitted,
    at_ms: i64,
) -> Result<(), Refusal> {
    let message = admitted.message();
    if let Some(row) = admitted.row() {
        obligation::begin(node, tx, number, row, obligation::Side::Recipient, message, at_ms).await?;
    }
    after(node, tx, number, Direction::In, message, admitted.flags(), at_ms).await
}

fn about(message: &Message, flags: &BTreeSet<Flag>) -> About {
    let basis = message.statement.as_ref().map_or_else(|| message.class.code(), |statement| statement.basis.code());
    About {
        kind: message.kind.code().to_owned(),
        basis: basis.to_owned(),
        categories: message.payload.categories(),
        asked: message.payload.asked(),
        flags: flags.clone(),
        reason: None,
        asker: message.worker.clone(),
        then: Then::default(),
        by: None,
        why: None,
        overtaken: None,
    }
}

/// Where a review stands.
struct Opened<'a> {
    number: &'a str,
    stage: Stage,
    direction: Direction,
}

async fn open(
    node: &Node,
    tx: &mut Tx,
    at: Opened<'_>,
    message: &Message,
    about: About,
    now_ms: i64,
) -> Result<String, Refusal> {
    let peer = match at.direction {
        Direction::In => &message.sender,
        Direction::Out => &message.recipient,
    };
    if let Some(known) = store::review::of_message(tx, at.direction, peer, &message.message_id).await? {
        return Ok(known);
    }
    let everybody = store::people::list(tx).await?;
    let asking = everybody.iter().filter(|worker| at.direction == Direction::Out && worker.name == about.asker);
    let asker_uids = asking.map(|worker| worker.uid).collect();
    let minutes = u32::try_from(limits::REVIEW_WITHIN_MS / 60_000).unwrap_or(u32::MAX);
    let due = obligation::Start { what: Owed::Review, due: Due::Minutes(minutes), from_ms: now_ms };
    let deadline = due.due.deadline(now_ms, message.urgency, node.settings().week);
    let row = ReviewRow {
        id: free_number(node, tx, message).await?,
        number: at.number.to_owned(),
        stage: at.stage,
        direction: at.direction,
        peer: peer.clone(),
        message_id: message.message_id,
        asker_uids,
        created_ms: now_ms,
        due_ms: deadline.due_ms,
        decided: None,
        about,
    };
    store::review::put(tx, &row).await?;
    if row.stage == Stage::Before {
        store::review::put_draft(tx, &row.id, message).await?;
    }
    obligation::start(node, tx, at.number, message, &due).await?;
    Ok(row.id)
}

/// A number such as `R-4K7Q2X`, drawn from a random stream of the message's own: that something was
/// reviewed changes no other number.
async fn free_number(node: &Node, tx: &mut Tx, message: &Message) -> Result<String, Refusal> {
    let env = node.env().stream("review", message.message_id.bytes());
    loop {
        let id = new_number(&env, 'R');
        if store::review::get(tx, &id).await?.is_none() {
            return Ok(id);
        }
    }
}
