//! Says which days count as working days: by the weekday, and never on a public holiday.

use super::holiday;
use jiff::civil::{Date, Weekday};
use std::fmt;

/// The days of the week on which people work. Polish acts differ about Saturday, so an institution chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Week {
    saturday: bool,
}

impl Week {
    /// Monday to Friday, the default.
    pub const MON_FRI: Self = Self { saturday: false };
    /// Monday to Saturday.
    pub const MON_SAT: Self = Self { saturday: true };

    /// The code in stored rules: `MON-FRI` or `MON-SAT`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        if self.saturday { "MON-SAT" } else { "MON-FRI" }
    }

    /// Whether a day counts: its weekday does, and it is no [public holiday](holiday).
    #[must_use]
    pub fn is_working(self, day: Date) -> bool {
        let weekday = match day.weekday() {
            Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday | Weekday::Friday => true,
            Weekday::Saturday => self.saturday,
            Weekday::Sunday => false,
        };
        weekday && holiday(day).is_none()
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saturday_counts_where_it_is_chosen_and_holidays_nowhere() {
        let (saturday, sunday) = (Date::constant(2026, 11, 7), Date::constant(2026, 11, 8));
        let (holiday, saturday_feast) = (Date::constant(2026, 11, 11), Date::constant(2026, 8, 15));
        for (day, fri, sat) in [
            (Date::constant(2026, 11, 10), true, true),
            (saturday, false, true),
            (sunday, false, false),
            (holiday, false, false),
            (saturday_feast, false, false),
        ] {
            assert_eq!((Week::MON_FRI.is_working(day), Week::MON_SAT.is_working(day)), (fri, sat), "{day}");
        }
        assert_eq!(
            (Week::default(), Week::MON_FRI.code(), Week::MON_SAT.code()),
            (Week::MON_FRI, "MON-FRI", "MON-SAT")
        );
    }
}
