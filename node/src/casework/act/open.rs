//! Opens a case with its first message: sent when the gate says yes, kept as held when it says no.

use serde::{Deserialize, Serialize};
use wiez_proto::refusal::{Reason, Refusal};

use crate::Node;
use crate::casework::compose::{Draft, clear, keep_draft, send};
use crate::casework::file::{CaseKind, File, What, happened, keep, open_case};
use crate::casework::receive::stepped;
use crate::referral::{Event, Referral};
use crate::store::Tx;
use crate::store::casework::CaseRow;

/// What became of a message: it waits in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The case.
    pub number: String,
    /// The message, lower-case hexadecimal.
    pub message_id: String,
    /// Until when an answer is owed, milliseconds since 1970.
    pub due_ms: i64,
}

/// Sends the first message of a new case.
///
/// When the gate says no, what was typed is kept as a held case and its number is among the
/// details of the refusal; nothing leaves. `no_grant` says why no consent was found, for the
/// case that the gate misses one.
///
/// # Errors
/// What the gate says.
pub(super) async fn begin(
    node: &Node,
    tx: Tx,
    kind: CaseKind,
    draft: &Draft,
    record: Option<String>,
    no_grant: Option<Refusal>,
) -> Result<Sent, Refusal> {
    let (tx, sent) = prepare(node, tx, kind, draft, record, no_grant).await?;
    tx.commit().await?;
    Ok(sent)
}

/// As [`begin`], but what is sent is not committed yet, so that more can belong to it.
pub(super) async fn prepare(
    node: &Node,
    mut tx: Tx,
    kind: CaseKind,
    draft: &Draft,
    record: Option<String>,
    no_grant: Option<Refusal>,
) -> Result<(Tx, Sent), Refusal> {
    let now_ms = node.env().now_ms();
    let cleared = match (clear(node, &mut tx, draft).await, no_grant) {
        (Err(refusal), Some(why)) if refusal.reason == Reason::ConsentMissing => Err(why),
        (judged, _) => judged,
    };
    let mut message = draft.message(node);
    if let Ok(cleared) = &cleared {
        message = cleared.message().clone();
    }
    let case = CaseRow {
        number: String::new(),
        thread: draft.thread,
        peer: draft.to.clone(),
        kind,
        grant: draft.grant,
        created_ms: now_ms,
        version: 1,
        file: File {
            subject_ref: draft.payload.subject_ref().to_owned(),
            stand: Referral::draft(draft.urgency, now_ms, node.settings().week),
            record,
            row: message.policy_row,
            problem: None,
        },
    };
    let mut case = open_case(&mut tx, node.env(), case).await?;
    match cleared {
        Ok(cleared) => {
            stepped(node, &mut case, &Event::Submit, now_ms)?;
            keep(&mut tx, node.env(), &mut case, happened(now_ms, &draft.worker, What::Queued)).await?;
            send(node, &mut tx, &case.number, &cleared, draft.grant).await?;
            let sent = Sent {
                number: case.number,
                message_id: message.message_id.to_string(),
                due_ms: case.file.stand.due.at_ms,
            };
            Ok((tx, sent))
        }
        Err(refusal) => {
            stepped(node, &mut case, &Event::Held, now_ms)?;
            case.file.problem = Some(refusal.clone());
            let line = happened(now_ms, &draft.worker, What::Held).with("refusal", refusal.reason.as_str());
            keep(&mut tx, node.env(), &mut case, line).await?;
            keep_draft(node, &mut tx, &case.number, &message).await?;
            tx.commit().await?;
            Err(refusal.with("case", &case.number))
        }
    }
}
