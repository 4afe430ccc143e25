//! The life of a referral as a pure value: every state has an owner and a deadline.
//!
//! Both institutions keep a [`Referral`] of their own. What workers do, what the other side
//! reports, what the transport tells and what the clock does are [`Event`]s; [`step`] answers
//! with the next value and what to do about it. Nothing is ever deleted here: a deadline that
//! passes moves the ownership to somebody who can still act.

mod clock;
mod owner;
mod step;

pub use self::clock::{Due, Timing};
pub use self::owner::{Owner, owner};
pub use self::step::{Effect, Event, Report, allowed, step};

use serde::{Deserialize, Serialize};
use wiez_proto::calendar::Week;
use wiez_proto::vocab::{ReferralStatus, Urgency};

/// Which of the two institutions keeps this value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Side {
    /// Who referred.
    Referrer,
    /// Who is asked to help.
    Provider,
}

/// Where a referral stands, as one side knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Whose view this is.
    pub side: Side,
    /// The state.
    pub status: ReferralStatus,
    /// Who has to act.
    pub owner: Owner,
    /// Until when.
    pub due: Due,
    /// The first date of this state that passed, milliseconds since 1970; `due` is then the grace of who took over.
    #[serde(default)]
    pub missed_ms: Option<i64>,
    /// How urgent the referrer called it.
    pub urgency: Urgency,
    /// When the state began, milliseconds since 1970.
    pub since_ms: i64,
}

impl Referral {
    /// A new referral at the referrer: a draft.
    #[must_use]
    pub fn draft(urgency: Urgency, now_ms: i64, week: Week) -> Self {
        Self::enter(Side::Referrer, ReferralStatus::Draft, urgency, now_ms, Timing::new(None, week))
    }

    /// A referral that arrived at the provider.
    #[must_use]
    pub fn arrived(urgency: Urgency, now_ms: i64, timing: Timing) -> Self {
        Self::enter(Side::Provider, ReferralStatus::Delivered, urgency, now_ms, timing)
    }

    /// The same conversation in another state, when no rule of referrals decides it.
    #[must_use]
    pub fn settled(&self, status: ReferralStatus, now_ms: i64, week: Week) -> Self {
        Self::enter(self.side, status, self.urgency, now_ms, Timing::new(None, week))
    }

    /// The date that people are told, milliseconds since 1970: one that passed stays until the state changes, so that a
    /// late case is seen to be late whoever has it by now.
    #[must_use]
    pub fn promised_ms(&self) -> i64 {
        self.missed_ms.unwrap_or(self.due.at_ms)
    }

    fn enter(side: Side, status: ReferralStatus, urgency: Urgency, now_ms: i64, timing: Timing) -> Self {
        Self {
            side,
            status,
            owner: owner(side, status),
            due: clock::due(status, urgency, now_ms, timing),
            missed_ms: None,
            urgency,
            since_ms: now_ms,
        }
    }
}

/// Whether a referral in this state is over; it can still be late to tell the family.
#[must_use]
pub const fn is_over(status: ReferralStatus) -> bool {
    use ReferralStatus as S;
    match status {
        S::Completed
        | S::Interrupted
        | S::ClosedNoContact
        | S::Recalled
        | S::CancelledConsent
        | S::CancelledBySender => true,
        S::Draft
        | S::Held
        | S::Queued
        | S::Sent
        | S::Delivered
        | S::Opened
        | S::NeedInfo
        | S::Accepted
        | S::Declined
        | S::Forwarded
        | S::RedirectProposed
        | S::Waitlisted
        | S::InProgress
        | S::Expired
        | S::InMediation => false,
    }
}

#[cfg(test)]
mod tests;
