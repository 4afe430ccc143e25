//! What an admitted message does to the cases here.

use wiez_proto::grant::Grant;
use wiez_proto::id::Hash;
use wiez_proto::payload::{Body, StatusReport};
use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::ReferralStatus;

use super::file::{CaseKind, File, Happened, What, happened, keep, open_case};
use super::told::refused_by_gate;
use crate::Node;
use crate::consent;
use crate::gate::Admitted;
use crate::message::Message;
use crate::referral::{Effect, Event, Referral, Report, Side, Timing, step};
use crate::store::casework::{CaseRow, Direction, MessageRow};
use crate::store::{self, Tx};

/// How an envelope came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Its hash.
    pub envelope_hash: Hash,
    /// When it was taken in here.
    pub received_ms: i64,
    /// Index of the mail leaf that its hub receipt proves.
    pub leaf_index: u64,
}

/// Stores an admitted message and moves its case, inside the transaction that acknowledges it.
///
/// A message id that is already there changes nothing: the effect is exactly once.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn receive(node: &Node, tx: &mut Tx, admitted: &Admitted, arrival: &Arrival) -> Result<(), Refusal> {
    let message = admitted.message();
    if store::casework::message(tx, Direction::In, Some(&message.sender), &message.message_id).await?.is_some() {
        return Ok(());
    }
    if let (Some(grant), Some(signed)) = (admitted.grant(), message.grant.as_ref()) {
        consent::held(node, tx, grant, signed).await?;
    }
    let Some(mut case) = case_of(node, tx, admitted, arrival).await? else {
        return side_effects(node, tx, message, arrival).await;
    };
    let row = in_row(&case, message, admitted.grant(), arrival);
    store::casework::put_message(tx, &row, message).await?;
    moved(node, tx, &mut case, message, arrival).await?;
    side_effects(node, tx, message, arrival).await
}

fn in_row(case: &CaseRow, message: &Message, grant: Option<&Grant>, arrival: &Arrival) -> MessageRow {
    MessageRow {
        direction: Direction::In,
        peer: message.sender.clone(),
        message_id: message.message_id,
        number: case.number.clone(),
        kind: message.kind.code().to_owned(),
        handle: message.handle,
        grant: grant.map(|grant| grant.id),
        state: "RECEIVED".to_owned(),
        at_ms: arrival.received_ms,
        expires_ms: message.expires_ms,
        opened_ms: None,
        answer: None,
        envelope_hash: Some(arrival.envelope_hash),
        leaf_index: i64::try_from(arrival.leaf_index).ok(),
        deleted: false,
    }
}

/// What kind of case a message belongs to, and on which side this institution stands in it;
/// none for a refusal, which belongs to whatever it refuses.
pub(super) const fn place(body: &Body) -> Option<(CaseKind, Side)> {
    match body {
        Body::Referral(_) | Body::ReferralForward(_) => Some((CaseKind::Referral, Side::Provider)),
        Body::InfoRequest(_) => Some((CaseKind::Info, Side::Provider)),
        Body::ConsultAnon { .. } | Body::FeedbackMin { .. } => Some((CaseKind::Consult, Side::Provider)),
        Body::ConsentWithdrawn { .. } => Some((CaseKind::Notice, Side::Provider)),
        Body::ReferralStatus(_) => Some((CaseKind::Referral, Side::Referrer)),
        Body::InfoReply(_) | Body::InfoRefusal { .. } => Some((CaseKind::Info, Side::Referrer)),
        Body::ReplyAnon { .. } => Some((CaseKind::Consult, Side::Referrer)),
        Body::ConsentWithdrawnAnswer { .. } => Some((CaseKind::Notice, Side::Referrer)),
        Body::GateRefusal { .. } => None,
    }
}

/// The case that a message belongs to; a new one where the kind opens one.
async fn case_of(node: &Node, tx: &mut Tx, admitted: &Admitted, arrival: &Arrival) -> Result<Option<CaseRow>, Refusal> {
    let message = admitted.message();
    let Some((kind, side)) = place(message.payload.body()) else { return Ok(None) };
    let found = store::casework::by_thread(tx, &message.thread, &message.sender, side).await?;
    if found.is_some() {
        return Ok(found.filter(|case| case.kind == kind));
    }
    if side == Side::Referrer {
        // The gate asked for the thread already; a case of another kind is no answer's place.
        return Err(Refusal::new(Reason::NotFound));
    }
    let rule = Policy::shipped().by_digest(message.policy_row.bytes()).and_then(|row| row.due);
    let case = CaseRow {
        number: String::new(),
        thread: message.thread,
        peer: message.sender.clone(),
        kind,
        grant: admitted.grant().map(|grant| grant.id),
        created_ms: arrival.received_ms,
        version: 1,
        file: File {
            subject_ref: message.payload.subject_ref().to_owned(),
            stand: Referral::arrived(message.urgency, arrival.received_ms, Timing::new(rule, node.settings().week)),
            record: None,
            row: message.policy_row,
            problem: None,
        },
    };
    open_case(tx, node.env(), case).await.map(Some)
}

/// Moves the case by what the message says.
async fn moved(
    node: &Node,
    tx: &mut Tx,
    case: &mut CaseRow,
    message: &Message,
    arrival: &Arrival,
) -> Result<(), Refusal> {
    let (at_ms, week) = (arrival.received_ms, node.settings().week);
    let line = |what| happened(at_ms, message.sender.as_str(), what).with("kind", message.kind.code());
    let line: Happened = match message.payload.body() {
        Body::Referral(_) | Body::ReferralForward(_) if message.in_reply_to.is_some() => {
            stepped(node, case, &Event::Answered, at_ms)?;
            line(What::Answered)
        }
        Body::ReferralStatus(report) => {
            let effects = stepped(node, case, &Event::Reported(report_of(report)), at_ms)?;
            let what = if effects.contains(&Effect::Ignored) { What::Ignored } else { What::Reported };
            status_line(line(what).status(report.status), report)
        }
        Body::InfoReply(_) | Body::ReplyAnon { .. } => {
            case.file.stand = case.file.stand.settled(ReferralStatus::Completed, at_ms, week);
            line(What::Answered).status(ReferralStatus::Completed)
        }
        Body::ConsentWithdrawnAnswer { answer, .. } => {
            case.file.stand = case.file.stand.settled(ReferralStatus::Completed, at_ms, week);
            line(What::NoticeAnswered).with("answer", answer.code())
        }
        Body::InfoRefusal { reason, .. } => {
            case.file.stand = case.file.stand.settled(ReferralStatus::Declined, at_ms, week);
            line(What::Reported).status(ReferralStatus::Declined).with("reason", reason.code())
        }
        Body::FeedbackMin { code } => {
            case.file.stand = case.file.stand.settled(ReferralStatus::Completed, at_ms, week);
            line(What::Arrived).with("feedback", code.code())
        }
        Body::ConsentWithdrawn { .. } => line(What::NoticeArrived),
        Body::Referral(_)
        | Body::ReferralForward(_)
        | Body::InfoRequest(_)
        | Body::ConsultAnon { .. }
        | Body::GateRefusal { .. } => line(What::Arrived),
    };
    keep(tx, node.env(), case, line).await
}

/// Takes a step that comes from outside; such a step is never refused.
pub(crate) fn stepped(node: &Node, case: &mut CaseRow, event: &Event, at_ms: i64) -> Result<Vec<Effect>, Refusal> {
    let (next, effects) = step(&case.file.stand, event, at_ms, case.file.timing(node.settings().week))?;
    case.file.stand = next;
    Ok(effects)
}

fn report_of(report: &StatusReport) -> Report {
    Report {
        status: report.status,
        reason: report.decline_reason,
        earliest: report.earliest_date,
        outcome: report.outcome,
        // The note is content: it stays in the message, where the gate watches over it.
        note: String::new(),
    }
}

fn status_line(line: Happened, report: &StatusReport) -> Happened {
    let mut line = line;
    if let Some(reason) = report.decline_reason {
        line = line.with("reason", reason.code());
    }
    if let Some(day) = report.earliest_date {
        line = line.with("earliest", &day.to_string());
    }
    if let Some(outcome) = report.outcome {
        line = line.with("outcome", outcome.code());
    }
    line
}

/// What a message does beyond its own case.
async fn side_effects(node: &Node, tx: &mut Tx, message: &Message, arrival: &Arrival) -> Result<(), Refusal> {
    match message.payload.body() {
        Body::ConsentWithdrawn { handles, successor, .. } => {
            consent::noticed(node, tx, message, handles, *successor, arrival.received_ms).await
        }
        Body::GateRefusal { message_id, refusal, .. } => {
            refused_by_gate(node, tx, &message.sender, message_id, refusal, arrival.received_ms).await
        }
        Body::ConsultAnon { .. }
        | Body::ReplyAnon { .. }
        | Body::InfoRequest(_)
        | Body::InfoReply(_)
        | Body::InfoRefusal { .. }
        | Body::Referral(_)
        | Body::ReferralStatus(_)
        | Body::ReferralForward(_)
        | Body::FeedbackMin { .. }
        | Body::ConsentWithdrawnAnswer { .. } => Ok(()),
    }
}
