//! One step of a referral: event in, next value and effects out.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::calendar;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{DeclineReason, Outcome, ReferralStatus};

use super::clock::{Due, REMIND, Timing};
use super::{Owner, Referral, Side, is_over};

/// Fewest characters of the text that explains the reason "other".
const OTHER_CHARS: usize = 20;

/// What one side tells the other about a referral: codes and dates, and perhaps a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The new state.
    pub status: ReferralStatus,
    /// Why, with `DECLINED`.
    pub reason: Option<DeclineReason>,
    /// First possible day, with `R_NO_CAPACITY` and `WAITLISTED`.
    pub earliest: Option<Date>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Free text; it travels only under a consent.
    pub note: String,
}

impl Report {
    /// A bare state.
    #[must_use]
    pub const fn bare(status: ReferralStatus) -> Self {
        Self { status, reason: None, earliest: None, outcome: None, note: String::new() }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The referrer's worker sends the draft.
    Submit,
    /// The gate said no; the draft is kept.
    Held,
    /// The hub has it on disk.
    Accepted,
    /// The provider's node has it.
    Received,
    /// The hub or the provider's gate refused it for good.
    Refused,
    /// Its time to live ended on the way.
    TimedOut,
    /// The consent under it ended.
    ConsentEnded,
    /// A worker of the provider saw it for the first time.
    Opened,
    /// The provider's worker decides.
    Decide(Report),
    /// The provider's worker takes an acceptance back.
    UndoAccept,
    /// The referrer's worker answered the provider's question.
    Answer,
    /// The provider got the answer to its question.
    Answered,
    /// The referrer's worker takes the referral back.
    Cancel,
    /// The referrer's worker asks the region to mediate about a refusal.
    Mediate,
    /// The mediation proposed something or ended: the referrer can act again.
    Mediated,
    /// The other side reports a state.
    Reported(Report),
    /// The clock moved.
    Tick,
}

/// What to do after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Tell the other side.
    Report(Report),
    /// Tell somebody here that a deadline passed.
    Remind(Owner),
    /// The other side reported what does not fit; nothing changed.
    Ignored,
}

/// Takes one step.
///
/// `timing` says by what deadlines are counted. What workers here ask for is
/// refused when it does not fit; what comes from outside never is, it is ignored and noted.
///
/// # Errors
/// `CASE_STATE` with what is allowed, `DECLINE_REASON_MISSING`, `EARLIEST_DATE_MISSING`,
/// `OUTCOME_MISSING`, or `FIELD_INVALID` for a report that contradicts itself.
pub fn step(now: &Referral, event: &Event, at_ms: i64, timing: Timing) -> Result<(Referral, Vec<Effect>), Refusal> {
    use ReferralStatus as S;
    let enter = |status| Referral::enter(now.side, status, now.urgency, at_ms, timing);
    let same = |effects| Ok((now.clone(), effects));
    match event {
        Event::Tick => Ok(tick(now, at_ms, timing)),
        Event::Decide(report) => decide(now, report, at_ms, timing),
        Event::Submit => local(now, Side::Referrer, &[S::Draft, S::Held], S::Queued, enter, None),
        Event::Held => local(now, Side::Referrer, &[S::Draft, S::Held, S::Queued], S::Held, enter, None),
        Event::Cancel => local(now, Side::Referrer, CANCELLABLE, S::CancelledBySender, enter, None),
        Event::Answer => local(now, Side::Referrer, &[S::NeedInfo], S::Delivered, enter, None),
        Event::Mediate => local(now, Side::Referrer, &[S::Declined], S::InMediation, enter, None),
        Event::Mediated if now.status == S::InMediation => Ok((enter(S::Declined), vec![])),
        Event::UndoAccept => {
            local(now, Side::Provider, &[S::Accepted], S::Opened, enter, Some(Report::bare(S::Opened)))
        }
        Event::Opened if now.side == Side::Provider && now.status == S::Delivered => {
            // The deadline of the answer runs from the delivery, not from the opening.
            let opened = Referral { status: S::Opened, since_ms: at_ms, ..now.clone() };
            Ok((opened, vec![Effect::Report(Report::bare(S::Opened))]))
        }
        Event::Opened => same(vec![]),
        Event::Answered if now.side == Side::Provider && now.status == S::NeedInfo => Ok((enter(S::Delivered), vec![])),
        Event::Answered => same(vec![Effect::Ignored]),
        Event::Accepted if now.status == S::Queued => Ok((enter(S::Sent), vec![])),
        Event::Received if matches!(now.status, S::Queued | S::Sent) => Ok((enter(S::Delivered), vec![])),
        Event::Refused if matches!(now.status, S::Queued | S::Sent | S::Delivered) => Ok((enter(S::Held), vec![])),
        Event::TimedOut if matches!(now.status, S::Queued | S::Sent) => Ok((enter(S::Expired), vec![])),
        Event::ConsentEnded if !is_over(now.status) && now.status != S::Draft => {
            Ok((enter(S::CancelledConsent), vec![]))
        }
        Event::Accepted
        | Event::Received
        | Event::Refused
        | Event::TimedOut
        | Event::ConsentEnded
        | Event::Mediated => same(vec![]),
        Event::Reported(report) => Ok(reported(now, report, at_ms, timing)),
    }
}

const CANCELLABLE: &[ReferralStatus] = {
    use ReferralStatus as S;
    &[
        S::Draft,
        S::Held,
        S::Queued,
        S::Sent,
        S::Delivered,
        S::Opened,
        S::NeedInfo,
        S::Declined,
        S::Expired,
        S::Waitlisted,
    ]
};

fn local(
    now: &Referral,
    side: Side,
    from: &[ReferralStatus],
    to: ReferralStatus,
    enter: impl Fn(ReferralStatus) -> Referral,
    report: Option<Report>,
) -> Result<(Referral, Vec<Effect>), Refusal> {
    if now.side != side || !from.contains(&now.status) {
        return Err(wrong(now, to));
    }
    Ok((enter(to), report.map(Effect::Report).into_iter().collect()))
}

fn wrong(now: &Referral, to: ReferralStatus) -> Refusal {
    Refusal::new(Reason::CaseState)
        .with("from", now.status.code())
        .with("to", to.code())
        .with_codes("allowed", allowed(now).iter().map(|status| status.code()))
}

/// The states to which a worker of this side can bring a referral now.
#[must_use]
pub fn allowed(now: &Referral) -> Vec<ReferralStatus> {
    use ReferralStatus as S;
    match now.side {
        Side::Referrer => {
            let mut to = vec![];
            if matches!(now.status, S::Draft | S::Held) {
                to.push(S::Queued);
            }
            if now.status == S::NeedInfo {
                to.push(S::Delivered);
            }
            if now.status == S::Declined {
                to.push(S::InMediation);
            }
            if CANCELLABLE.contains(&now.status) {
                to.push(S::CancelledBySender);
            }
            to
        }
        Side::Provider => decisions(now.status).to_vec(),
    }
}

/// What the provider can decide in each state.
const fn decisions(status: ReferralStatus) -> &'static [ReferralStatus] {
    use ReferralStatus as S;
    match status {
        S::Delivered | S::Opened | S::NeedInfo => &[
            S::NeedInfo,
            S::Accepted,
            S::Declined,
            S::Forwarded,
            S::RedirectProposed,
            S::Waitlisted,
            S::InProgress,
            S::ClosedNoContact,
        ],
        S::Waitlisted => {
            &[S::Accepted, S::Declined, S::InProgress, S::ClosedNoContact, S::Forwarded, S::RedirectProposed]
        }
        // A case that turns out to belong elsewhere goes on also after it was accepted.
        S::Accepted | S::InProgress => {
            &[S::InProgress, S::Completed, S::Interrupted, S::ClosedNoContact, S::Forwarded, S::RedirectProposed]
        }
        S::Draft
        | S::Held
        | S::Queued
        | S::Sent
        | S::Declined
        | S::Forwarded
        | S::RedirectProposed
        | S::Completed
        | S::Interrupted
        | S::ClosedNoContact
        | S::Recalled
        | S::Expired
        | S::CancelledConsent
        | S::CancelledBySender
        | S::InMediation => &[],
    }
}

fn decide(now: &Referral, report: &Report, at_ms: i64, timing: Timing) -> Result<(Referral, Vec<Effect>), Refusal> {
    if now.side != Side::Provider || !decisions(now.status).contains(&report.status) {
        return Err(wrong(now, report.status));
    }
    complete(report)?;
    Ok((enter_reported(now, report, at_ms, timing), vec![Effect::Report(report.clone())]))
}

/// Whether a report says everything that its state demands, and nothing that contradicts it.
fn complete(report: &Report) -> Result<(), Refusal> {
    use ReferralStatus as S;
    let missing = |reason| Err(Refusal::new(reason));
    if (report.status == S::Declined) != report.reason.is_some() {
        return missing(Reason::DeclineReasonMissing);
    }
    if report.reason == Some(DeclineReason::Other) && report.note.trim().chars().count() < OTHER_CHARS {
        return Err(Refusal::new(Reason::DeclineReasonMissing).with("field", "note"));
    }
    if report.earliest.is_none() && (report.reason == Some(DeclineReason::NoCapacity) || report.status == S::Waitlisted)
    {
        return missing(Reason::EarliestDateMissing);
    }
    if report.status.needs_outcome() != report.outcome.is_some() {
        return missing(Reason::OutcomeMissing);
    }
    Ok(())
}

fn enter_reported(now: &Referral, report: &Report, at_ms: i64, timing: Timing) -> Referral {
    let mut next = Referral::enter(now.side, report.status, now.urgency, at_ms, timing);
    if let (ReferralStatus::Waitlisted, Some(day)) = (report.status, report.earliest) {
        let promised = calendar::end_of_day(day).max(at_ms);
        next.due = Due { at_ms: promised, rule: format!("EARLIEST_DATE {day}") };
    }
    next
}

/// What the provider says, at the referrer. It may overtake the provider's own receipt.
fn reported(now: &Referral, report: &Report, at_ms: i64, timing: Timing) -> (Referral, Vec<Effect>) {
    use ReferralStatus as S;
    let listens = now.side == Side::Referrer
        && !is_over(now.status)
        && !matches!(now.status, S::Draft | S::Held | S::Declined | S::Forwarded | S::InMediation);
    if !listens || !report.status.reportable() {
        return (now.clone(), vec![Effect::Ignored]);
    }
    if report.status == S::Opened && matches!(now.status, S::Queued | S::Sent | S::Delivered) {
        // Reading does not prolong the deadline of the answer.
        let base = if now.status == S::Delivered {
            now.clone()
        } else {
            Referral::enter(now.side, S::Delivered, now.urgency, at_ms, timing)
        };
        return (Referral { status: S::Opened, since_ms: at_ms, ..base }, vec![]);
    }
    (enter_reported(now, report, at_ms, timing), vec![])
}

/// A passed deadline moves the ownership; an unanswered referral returns to the referrer.
fn tick(now: &Referral, at_ms: i64, timing: Timing) -> (Referral, Vec<Effect>) {
    use ReferralStatus as S;
    if at_ms <= now.due.at_ms {
        return (now.clone(), vec![]);
    }
    if now.side == Side::Referrer && matches!(now.status, S::Delivered | S::Opened) {
        let expired = Referral::enter(now.side, S::Expired, now.urgency, at_ms, timing);
        let owner = expired.owner;
        return (expired, vec![Effect::Remind(owner)]);
    }
    let owner = now.owner.above();
    let due = Due::of(REMIND, now.urgency, at_ms, timing.week);
    (Referral { owner, due, missed_ms: Some(now.promised_ms()), ..now.clone() }, vec![Effect::Remind(owner)])
}
