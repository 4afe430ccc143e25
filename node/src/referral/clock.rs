//! Says until when each state may last.

use serde::{Deserialize, Serialize};
use wiez_proto::calendar::Week;
use wiez_proto::policy::Due as Rule;
use wiez_proto::vocab::{ReferralStatus, Urgency};

/// A deadline and the rule that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Last moment, milliseconds since 1970.
    pub at_ms: i64,
    /// The rule, such as `WORKING_DAYS 5 MON-FRI PL-HOLIDAYS Europe/Warsaw`.
    pub rule: String,
}

impl Due {
    /// The deadline of a rule that starts now, in the working days of a week.
    #[must_use]
    pub fn of(rule: Rule, urgency: Urgency, from_ms: i64, week: Week) -> Self {
        let deadline = rule.deadline(from_ms, urgency, week);
        Self { at_ms: deadline.due_ms, rule: deadline.rule }
    }
}

/// What the deadlines of a case depend on besides its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// The rule of the case's policy row; without one the urgency decides.
    pub row: Option<Rule>,
    /// The working days of this institution.
    pub week: Week,
    /// From when the row's rule counts where a statute says so, milliseconds since 1970; none:
    /// from when the state begins.
    pub from_ms: Option<i64>,
    /// Whether a statute, or a life in danger, is the basis: the row's rule then counts from the sending on, and no
    /// date by urgency stands in its place meanwhile.
    pub lawful: bool,
}

impl Timing {
    /// A rule of a policy row, in the working days of a week.
    #[must_use]
    pub const fn new(row: Option<Rule>, week: Week) -> Self {
        Self { row, week, from_ms: None, lawful: false }
    }
}

/// The grace after a missed deadline, before the next person is reminded.
pub(super) const REMIND: Rule = Rule::WorkingDays(2);

/// Until when a state may last. The answer follows the policy row of the referral.
pub(super) fn due(status: ReferralStatus, urgency: Urgency, now_ms: i64, timing: Timing) -> Due {
    use ReferralStatus as S;
    let waits = matches!(status, S::Queued | S::Sent | S::Delivered | S::Opened);
    // A clock that a statute started runs on whether the message is on its way or not.
    let from_ms = timing.from_ms.or_else(|| timing.lawful.then_some(now_ms));
    if let (true, Some(from_ms), Some(rule)) = (waits, from_ms, timing.row) {
        return Due::of(rule, urgency, from_ms, timing.week);
    }
    let rule = match status {
        S::Delivered | S::Opened => timing.row.unwrap_or(Rule::ByUrgency),
        S::Queued | S::Sent | S::NeedInfo => urgency.ack(),
        S::Draft | S::CancelledConsent | S::InMediation => Rule::WorkingDays(5),
        S::Held | S::Declined | S::Forwarded | S::RedirectProposed | S::Expired => Rule::WorkingDays(2),
        S::Accepted => Rule::WorkingDays(14),
        // Progress is reported and places are looked for at least monthly.
        S::Waitlisted | S::InProgress => Rule::CalendarDays(30),
        // The follow-up conversation after the end.
        S::Completed | S::Interrupted | S::ClosedNoContact | S::Recalled | S::CancelledBySender => {
            Rule::CalendarDays(90)
        }
    };
    Due::of(rule, urgency, now_ms, timing.week)
}
