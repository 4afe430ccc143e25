//! Says something in a case that exists; what the gate does not let out is kept there as a draft.

use wiez_proto::id::MessageId;
use wiez_proto::payload::{Body, Payload};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Owed, Purpose, ReferralStatus};

use super::open::{Sent, kept, leave, released};
use crate::Node;
use crate::account::Reader;
use crate::casework::apart::next_message;
use crate::casework::compose::{Draft, clear, keep_draft};
use crate::casework::file::{Happened, What, happened, keep};
use crate::review::Then;
use crate::store::casework::{CaseRow, Direction};
use crate::store::{self, Conn, Tx};
use crate::{obligation, review};

/// What saying something does to its case.
pub(super) struct Move {
    /// The line of history.
    pub(super) line: Happened,
    /// The state that the case enters; none when it stays as it is.
    pub(super) to: Option<ReferralStatus>,
    /// What is owed no more.
    pub(super) settles: Vec<Owed>,
}

/// Sends a draft in a case, not committed yet.
///
/// # Errors
/// What the gate says; the draft is kept in the case then, which stays as it was.
pub(super) async fn say(
    node: &Node,
    mut tx: Tx,
    case: &mut CaseRow,
    draft: &Draft,
    then: Move,
) -> Result<(Tx, Sent), Refusal> {
    let now_ms = node.env().now_ms();
    let cleared = match clear(node, &mut tx, draft).await {
        Ok(cleared) => cleared,
        Err(refusal) if matches!(refusal.reason, Reason::DiskFull | Reason::Internal) => return Err(refusal),
        Err(refusal) => return Err(unsaid(node, tx, case, draft, then, refusal).await?),
    };
    if let Some(to) = then.to {
        case.file.stand = case.file.stand.settled(to, now_ms, node.settings().week);
    }
    keep(&mut tx, node.env(), case, released(then.line, draft)).await?;
    leave(node, &mut tx, &case.number, &case.number, &cleared, draft.grant).await?;
    for owed in then.settles {
        obligation::done(node, &mut tx, &case.number, owed, now_ms).await?;
    }
    let sent = Sent::of(node, case, Some(&cleared));
    Ok((tx, sent))
}

async fn unsaid(
    node: &Node,
    mut tx: Tx,
    case: &mut CaseRow,
    draft: &Draft,
    then: Move,
    refusal: Refusal,
) -> Result<Refusal, Refusal> {
    let message = draft.kept(node, &mut tx, &refusal).await?;
    let line = happened(node.env().now_ms(), &draft.worker, What::Held).with("refusal", refusal.reason.as_str());
    let line = released(line.with("kind", message.kind.code()), draft);
    keep(&mut tx, node.env(), case, line).await?;
    keep_draft(node, &mut tx, &case.number, &message).await?;
    let then = Then {
        closes: then.to,
        stays: then.to.is_none(),
        settles: then.settles,
        release: draft.release,
        grant: draft.grant,
        ..Then::default()
    };
    let asked = review::before(node, &mut tx, case, &message, &refusal, then).await?;
    tx.commit().await?;
    Ok(kept(node, refusal, &case.number, &message, asked))
}

/// A draft without personal data in a case; it names its conversation and nobody.
///
/// # Errors
/// `INTERNAL`, and what [`Payload::new`] says.
pub(super) async fn bare(
    node: &Node,
    conn: &mut Conn,
    case: &CaseRow,
    worker: &Reader,
    body: Body,
) -> Result<Draft, Refusal> {
    Ok(Draft {
        message_id: next_message(node, conn, &case.number).await?,
        to: case.peer.clone(),
        payload: Payload::new("", vec![], body)?,
        class: BasisClass::NoPersonalData,
        purpose: Purpose::Admin,
        urgency: case.file.stand.urgency,
        thread: case.thread,
        in_reply_to: first_in(conn, case).await?,
        grant: None,
        statement: None,
        release: None,
        confirmed: None,
        worker: worker.name.clone(),
        signer: Some(worker.clone()),
    })
}

/// The message that began a case which another institution opened.
///
/// # Errors
/// `INTERNAL`.
pub(super) async fn first_in(conn: &mut Conn, case: &CaseRow) -> Result<Option<MessageId>, Refusal> {
    let rows = store::casework::messages(conn, &case.number).await?;
    Ok(rows.iter().find(|row| row.direction == Direction::In).map(|row| row.message_id))
}

/// What goes back to another institution about its own case number. A number that looks like
/// personal data is left out where none may travel; the conversation names the case too.
///
/// # Errors
/// What [`Payload::new`] says.
pub(super) fn told(their_ref: &str, body: Body) -> Result<Payload, Refusal> {
    let payload = Payload::new(their_ref, vec![], body.clone())?;
    let bare = payload.categories().is_empty() && payload.asked().is_empty();
    if bare && payload.lint(&[]).is_err() { Payload::new("", vec![], body) } else { Ok(payload) }
}
