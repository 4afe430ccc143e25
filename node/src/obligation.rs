//! What this institution owes after a message, to whom and by when, each date with its rule.
//!
//! The date is computed once, when the obligation begins, in the working days of the institution, and
//! is never moved: one that passed stays missed, with who took over, and with the outage into which it
//! fell. Everything here stays in the node; the hub hears of none of it.

mod begin;
mod done;
mod list;
mod outage;
mod tick;

pub(crate) use self::begin::{Side, Start, begin, start};
pub(crate) use self::done::{closing, done, done_for, told};
pub(crate) use self::list::of_case;
pub use self::list::{ObligationLine, list};
pub use self::outage::{Outage, OutageKind};
pub use self::tick::tick;

use serde::{Deserialize, Serialize};

/// Who has to see to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Holder {
    /// Who works on the case.
    Worker,
    /// The manager, since the date was missed.
    Manager,
}

impl Holder {
    /// The code in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Worker => "WORKER",
            Self::Manager => "MANAGER",
        }
    }

    /// Reads the code.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        [Self::Worker, Self::Manager].into_iter().find(|holder| holder.code() == code)
    }
}

#[cfg(test)]
mod tests;
