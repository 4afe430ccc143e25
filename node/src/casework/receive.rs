//! What an admitted message does to the cases here.

use wiez_proto::grant::Grant;
use wiez_proto::id::Hash;
use wiez_proto::payload::{Body, StatusReport};
use wiez_proto::policy::Row;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{FeedbackCode, MediationOutcome, ReferralStatus};

use super::file::{CaseKind, File, Happened, What, happened, keep};
use super::place::{found, place};
use super::told::refused_by_gate;
use super::{act, apart};
use crate::Node;
use crate::gate::{self, Admitted};
use crate::message::Message;
use crate::referral::{Effect, Event, Referral, Report, Side, Timing, is_over, step};
use crate::store::casework::{CaseRow, Direction, MessageRow};
use crate::store::{self, Tx};
use crate::{consent, review};

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
    review::received(node, tx, &case.number, admitted, arrival.received_ms).await?;
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

/// The case that a message belongs to; a new one where the kind opens one.
async fn case_of(node: &Node, tx: &mut Tx, admitted: &Admitted, arrival: &Arrival) -> Result<Option<CaseRow>, Refusal> {
    let message = admitted.message();
    let Some(place) = place(message.payload.body()) else { return Ok(None) };
    let row = admitted.row();
    let clock_ms = row.and_then(|row| running(row, message, arrival.received_ms, node));
    let timing = Timing { from_ms: clock_ms, ..Timing::new(row.and_then(|row| row.due), node.settings().week) };
    let stand = Referral::arrived(message.urgency, arrival.received_ms, timing);
    if let Some(mut case) = found(tx, message, &place).await? {
        if case.file.closed() && gate::duty(message.kind) {
            // A new report in a conversation that is over must not lie among what is done.
            case.file = File { stand, clock_ms, ..case.file };
        }
        return Ok(Some(case));
    }
    // The gate asked for the thread of an answer already.
    let kind = place.opens.ok_or_else(|| Refusal::new(Reason::NotFound).with("what", "thread"))?;
    let case = CaseRow {
        number: apart::arrived(node, tx, message).await?,
        thread: message.thread,
        peer: message.sender.clone(),
        kind,
        hidden: apart::hidden(message, row),
        grant: admitted.grant().map(|grant| grant.id),
        created_ms: arrival.received_ms,
        version: 1,
        file: File {
            subject_ref: message.payload.subject_ref().to_owned(),
            stand,
            record: None,
            row: row.map_or(message.policy_row, |row| Hash::new(row.digest())),
            problem: None,
            about: None,
            replaced: None,
            clock_ms,
            formal: message.statement.as_ref().and_then(|statement| statement.formal_ref.clone()),
        },
    };
    store::casework::put(tx, &case).await?;
    Ok(Some(case))
}

/// From when a statutory clock counts here. One that ran out before the message came begins anew
/// with it: nobody is late because somebody else was. A day that has not come gives nobody more time.
fn running(row: &Row, message: &Message, received_ms: i64, node: &Node) -> Option<i64> {
    let due = row.due?;
    let from_ms = act::clock(row, message)?.min(received_ms);
    let deadline = due.deadline(from_ms, message.urgency, node.settings().week);
    (deadline.due_ms >= received_ms).then_some(from_ms)
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
        Body::FeedbackMin { code } => fed_back(node, case, *code, line),
        Body::AckHuman { code } => {
            if waits(case.file.stand.status) {
                case.file.stand = case.file.stand.settled(ReferralStatus::Accepted, at_ms, week);
            }
            line(What::Acknowledged).with("ack", code.code()).status(case.file.stand.status)
        }
        Body::MediationNote(note) => {
            return mediation_note(node, tx, case, note.outcome, line(What::Mediated)).await;
        }
        Body::ConsentWithdrawn { .. } => line(What::NoticeArrived),
        Body::NkNote(_) => line(What::Noted),
        Body::NkBRecord { .. } => line(What::HandedB),
        Body::Referral(_)
        | Body::ReferralForward(_)
        | Body::InfoRequest(_)
        | Body::ConsultAnon { .. }
        | Body::GateRefusal { .. }
        | Body::Signal(_)
        | Body::Alert(_)
        | Body::NkA(_)
        | Body::NkADispatch(_)
        | Body::NkMove(_)
        | Body::CrimeNotice(_)
        | Body::CourtNotice(_)
        | Body::PoliceQuery(_)
        | Body::KuratorQuery(_)
        | Body::TransferCase(_)
        | Body::MediationRequest(_) => line(What::Arrived),
    };
    keep(tx, node.env(), case, line).await
}

/// A word to the reporter: in the case of its report, or in one of its own that ends with it.
fn fed_back(node: &Node, case: &mut CaseRow, code: FeedbackCode, line: impl Fn(What) -> Happened) -> Happened {
    let (what, to) = if case.kind == CaseKind::Consult {
        (What::Arrived, Some(ReferralStatus::Completed))
    } else {
        (What::FeedbackArrived, told_back(case.file.stand.status, code))
    };
    let line = line(what).with("feedback", code.code());
    if let Some(to) = to {
        case.file.stand = case.file.stand.settled(to, line.at_ms, node.settings().week);
    }
    line.status(case.file.stand.status)
}

/// Whether nobody has answered yet.
const fn waits(status: ReferralStatus) -> bool {
    use ReferralStatus as S;
    matches!(status, S::Queued | S::Sent | S::Delivered | S::Opened | S::Expired)
}

/// The state into which a word to the reporter brings a report; none when it stays.
pub(super) const fn told_back(now: ReferralStatus, code: FeedbackCode) -> Option<ReferralStatus> {
    if is_over(now) {
        return None;
    }
    match code {
        FeedbackCode::Received if waits(now) => Some(ReferralStatus::Opened),
        FeedbackCode::Received => None,
        FeedbackCode::InProgress => Some(ReferralStatus::InProgress),
        FeedbackCode::NotCompetent => Some(ReferralStatus::Declined),
        FeedbackCode::Closed => Some(ReferralStatus::Completed),
    }
}

/// The state of a mediation after a note.
pub(super) const fn mediated(outcome: MediationOutcome) -> ReferralStatus {
    match outcome {
        MediationOutcome::AskingPartner => ReferralStatus::InProgress,
        MediationOutcome::ProposedProvider => ReferralStatus::RedirectProposed,
        MediationOutcome::ResolvedOtherProvider
        | MediationOutcome::ResolvedSameProvider
        | MediationOutcome::NotResolved => ReferralStatus::Completed,
    }
}

/// A note of a mediation moves its case, and gives the referral in mediation back to its worker.
async fn mediation_note(
    node: &Node,
    tx: &mut Tx,
    case: &mut CaseRow,
    outcome: MediationOutcome,
    line: Happened,
) -> Result<(), Refusal> {
    let (at_ms, line) = (line.at_ms, line.with("mediation", outcome.code()));
    let to = mediated(outcome);
    // A partner that is asked has to answer; only the end of the mediation ends that.
    let moves = case.file.stand.side == Side::Referrer || to == ReferralStatus::Completed;
    if moves && !case.file.closed() {
        case.file.stand = case.file.stand.settled(to, at_ms, node.settings().week);
    }
    keep(tx, node.env(), case, line.clone().status(case.file.stand.status)).await?;
    let about = case.file.about.clone().filter(|_| outcome != MediationOutcome::AskingPartner);
    let Some(about) = about else { return Ok(()) };
    let Some(mut referral) = store::casework::get(tx, &about).await? else { return Ok(()) };
    if referral.kind != CaseKind::Referral {
        return Ok(());
    }
    stepped(node, &mut referral, &Event::Mediated, at_ms)?;
    let line = line.status(referral.file.stand.status);
    keep(tx, node.env(), &mut referral, line).await
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
        | Body::ConsentWithdrawnAnswer { .. }
        | Body::Signal(_)
        | Body::Alert(_)
        | Body::NkA(_)
        | Body::NkADispatch(_)
        | Body::NkBRecord { .. }
        | Body::NkNote(_)
        | Body::NkMove(_)
        | Body::CrimeNotice(_)
        | Body::CourtNotice(_)
        | Body::PoliceQuery(_)
        | Body::KuratorQuery(_)
        | Body::TransferCase(_)
        | Body::MediationRequest(_)
        | Body::MediationNote(_)
        | Body::AckHuman { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_moves_by_what_its_reporter_is_told_and_never_after_its_end() {
        use FeedbackCode as F;
        use ReferralStatus as S;
        assert_eq!(told_back(S::Delivered, F::Received), Some(S::Opened));
        assert_eq!(told_back(S::Accepted, F::Received), None, "a late word takes nothing back");
        assert_eq!(told_back(S::Accepted, F::InProgress), Some(S::InProgress));
        assert_eq!(told_back(S::Expired, F::NotCompetent), Some(S::Declined));
        assert_eq!(told_back(S::InProgress, F::Closed), Some(S::Completed));
        for code in F::ALL {
            assert_eq!(told_back(S::Completed, *code), None);
        }
    }

    #[test]
    fn only_the_end_of_a_mediation_ends_it() {
        for outcome in MediationOutcome::ALL {
            let open = matches!(outcome, MediationOutcome::AskingPartner | MediationOutcome::ProposedProvider);
            assert_eq!(is_over(mediated(*outcome)), !open, "{outcome}");
        }
    }
}
