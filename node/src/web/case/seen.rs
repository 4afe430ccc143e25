//! Two workers on one case: a form says what its writer had seen, and who was faster is named before anything is done.

use wiez_proto::refusal::{Reason, Refusal};

use super::super::ask::Ask;
use crate::casework::{self, Happened, What};

/// Name of the field.
const FIELD: &str = "widziano";

/// How many acts the history holds: what a form carries as seen.
pub(in crate::web) fn acts(history: &[Happened]) -> usize {
    history.iter().filter(|event| turns(event.what)).count()
}

/// The newest act of a history.
pub(in crate::web) fn last(history: &[Happened]) -> Option<&Happened> {
    history.iter().rev().find(|event| turns(event.what))
}

/// Stops a form whose writer had not seen the newest act. A form without the field is let through: the rules of the
/// case still decide.
///
/// # Errors
/// `CASE_CHANGED`, `NOT_FOUND`.
pub(in crate::web) async fn check(ask: &Ask) -> Result<(), Refusal> {
    let Ok(seen) = ask.fields().get(FIELD).parse::<usize>() else { return Ok(()) };
    let (status, history) = casework::changes(ask.node(), &ask.worker()?, ask.param("number")).await?;
    if acts(&history) == seen { Ok(()) } else { Err(Refusal::new(Reason::CaseChanged).with("from", status.code())) }
}

/// Whether somebody decided something, here or there; what machines and clocks say changes nobody's mind.
const fn turns(what: What) -> bool {
    match what {
        What::Decided
        | What::Reported
        | What::Answered
        | What::Forwarded
        | What::Cancelled
        | What::ConsentEnded
        | What::NoticeAnswered
        | What::Acknowledged
        | What::FeedbackSent
        | What::FeedbackArrived
        | What::FormalEntered
        | What::Dispatched
        | What::Noted
        | What::HandedB
        | What::Sitting
        | What::MediationAsked
        | What::Mediated
        | What::Closed
        | What::Reviewed
        | What::ReviewRejected => true,
        What::Held
        | What::Queued
        | What::HubAccepted
        | What::Received
        | What::Refused
        | What::Blocked
        | What::Uncertain
        | What::Expired
        | What::Stopped
        | What::Arrived
        | What::Opened
        | What::Ignored
        | What::NoticeSent
        | What::NoticeArrived
        | What::Deleted
        | What::DeadlineMissed
        | What::Waiting
        | What::Stuck
        | What::Reminded
        | What::Missed
        | What::MissedOutage => false,
    }
}
