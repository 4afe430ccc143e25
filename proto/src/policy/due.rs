//! By when an answer is owed: working days, calendar days or minutes, in the time of Warsaw.

use crate::calendar::{Week, day_of, end_of_day};
use crate::vocab::Urgency;
use jiff::civil::Date;
use std::fmt;

/// A rule for a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// So many minutes after the start.
    Minutes(u32),
    /// The end of the n-th working day after the day of the start, see [`Week::is_working`].
    WorkingDays(u16),
    /// The end of the n-th day after the day of the start.
    CalendarDays(u16),
    /// What the sender's urgency says, see [`Urgency::answer`].
    ByUrgency,
}

/// A date by which something is owed, with the rule that produced it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Last moment, milliseconds since 1970.
    pub due_ms: i64,
    /// The rule, such as `WORKING_DAYS 5 MON-FRI PL-HOLIDAYS Europe/Warsaw`, stored beside the date.
    pub rule: String,
}

impl Due {
    /// Computes the deadline. Days end at 23:59:59.999 in Warsaw also when the clocks change that day; the day of the start
    /// does not count. Only working days are counted by `week`. A start outside the years that the calendar knows is due at once.
    #[must_use]
    pub fn deadline(self, from_ms: i64, urgency: Urgency, week: Week) -> Deadline {
        let rule = self.fixed(urgency);
        let due_ms = match rule {
            Self::Minutes(n) => from_ms.saturating_add(i64::from(n) * 60_000),
            Self::WorkingDays(n) => end_after(from_ms, n, |day| week.is_working(day)),
            Self::CalendarDays(n) => end_after(from_ms, n, |_| true),
            Self::ByUrgency => from_ms,
        };
        let rule = match rule {
            Self::WorkingDays(_) => format!("{rule} {week} PL-HOLIDAYS Europe/Warsaw"),
            Self::CalendarDays(_) => format!("{rule} Europe/Warsaw"),
            Self::Minutes(_) | Self::ByUrgency => rule.to_string(),
        };
        Deadline { due_ms, rule }
    }

    /// Replaces [`Due::ByUrgency`] by the rule of the urgency.
    const fn fixed(self, urgency: Urgency) -> Self {
        match self {
            Self::ByUrgency => urgency.answer(),
            Self::Minutes(_) | Self::WorkingDays(_) | Self::CalendarDays(_) => self,
        }
    }

    /// Reads `MINUTES n`, `WORKING_DAYS n`, `CALENDAR_DAYS n` or `BY_URGENCY`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            None if text == "BY_URGENCY" => Some(Self::ByUrgency),
            Some(("MINUTES", n)) => n.parse().ok().map(Self::Minutes),
            Some(("WORKING_DAYS", n)) => n.parse().ok().map(Self::WorkingDays),
            Some(("CALENDAR_DAYS", n)) => n.parse().ok().map(Self::CalendarDays),
            _ => None,
        }
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minutes(n) => write!(f, "MINUTES {n}"),
            Self::WorkingDays(n) => write!(f, "WORKING_DAYS {n}"),
            Self::CalendarDays(n) => write!(f, "CALENDAR_DAYS {n}"),
            Self::ByUrgency => f.write_str("BY_URGENCY"),
        }
    }
}

/// The end of the n-th counting day after the day of a moment.
fn end_after(from_ms: i64, n: u16, counts: impl Fn(Date) -> bool) -> i64 {
    let mut day = day_of(from_ms);
    let mut left = n;
    while left > 0 {
        let Ok(next) = day.tomorrow() else { return from_ms };
        day = next;
        if counts(day) {
            left -= 1;
        }
    }
    end_of_day(day)
}

impl Urgency {
    /// By when a person has to acknowledge.
    #[must_use]
    pub const fn ack(self) -> Due {
        match self {
            Self::U0Life => Due::Minutes(15),
            Self::U1H24 => Due::Minutes(4 * 60),
            Self::U2Urgent => Due::WorkingDays(1),
            Self::U3Normal => Due::WorkingDays(2),
            Self::U4Planned => Due::WorkingDays(5),
        }
    }

    /// By when a person has to answer. Danger to life is answered by telephone at once; its written answer is owed within
    /// 24 hours like the next urgency, so that no case is without a deadline.
    #[must_use]
    pub const fn answer(self) -> Due {
        match self {
            Self::U0Life | Self::U1H24 => Due::Minutes(24 * 60),
            Self::U2Urgent => Due::WorkingDays(2),
            Self::U3Normal => Due::CalendarDays(7),
            Self::U4Planned => Due::WorkingDays(14),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    fn ms(zoned: &str) -> i64 {
        zoned.parse::<jiff::Zoned>().unwrap().timestamp().as_millisecond()
    }

    #[test]
    fn days_are_counted_in_warsaw() {
        for (from, due, end) in [
            // A Wednesday; the start's own day does not count.
            ("2026-05-06T08:00[Europe/Warsaw]", Due::WorkingDays(1), "2026-05-07T23:59:59.999[Europe/Warsaw]"),
            // Over a weekend.
            ("2026-05-08T23:59[Europe/Warsaw]", Due::WorkingDays(1), "2026-05-11T23:59:59.999[Europe/Warsaw]"),
            ("2026-05-09T10:00[Europe/Warsaw]", Due::WorkingDays(5), "2026-05-15T23:59:59.999[Europe/Warsaw]"),
            // Half past midnight in Warsaw is still the day before in UTC.
            ("2026-05-06T00:30[Europe/Warsaw]", Due::WorkingDays(1), "2026-05-07T23:59:59.999[Europe/Warsaw]"),
            // Clocks go back on 2026-10-25 and forward on 2027-03-28, both Sundays; the Monday after the latter is Easter's.
            ("2026-10-18T12:00[Europe/Warsaw]", Due::CalendarDays(7), "2026-10-25T23:59:59.999[Europe/Warsaw]"),
            ("2026-10-23T12:00[Europe/Warsaw]", Due::WorkingDays(2), "2026-10-27T23:59:59.999[Europe/Warsaw]"),
            ("2027-03-21T12:00[Europe/Warsaw]", Due::CalendarDays(7), "2027-03-28T23:59:59.999[Europe/Warsaw]"),
            ("2027-03-26T12:00[Europe/Warsaw]", Due::WorkingDays(1), "2027-03-30T23:59:59.999[Europe/Warsaw]"),
            // Into another year.
            ("2026-12-31T12:00[Europe/Warsaw]", Due::CalendarDays(1), "2027-01-01T23:59:59.999[Europe/Warsaw]"),
        ] {
            let found = due.deadline(ms(from), Urgency::U3Normal, Week::MON_FRI);
            assert_eq!(found.due_ms, ms(end), "{from} {due}");
        }
    }

    #[test]
    fn holidays_and_free_saturdays_do_not_count() {
        for (from, n, week, end) in [
            // A Niebieska Karta to the team within 5 working days: 11 November lies outside, then inside.
            ("2026-11-02T09:00[Europe/Warsaw]", 5, Week::MON_FRI, "2026-11-09"),
            ("2026-11-04T09:00[Europe/Warsaw]", 5, Week::MON_FRI, "2026-11-12"),
            ("2026-11-02T09:00[Europe/Warsaw]", 5, Week::MON_SAT, "2026-11-07"),
            ("2026-11-04T09:00[Europe/Warsaw]", 5, Week::MON_SAT, "2026-11-10"),
            // 24 December was a working day in 2024 and is none since 2025.
            ("2024-12-23T12:00[Europe/Warsaw]", 1, Week::MON_FRI, "2024-12-24"),
            ("2025-12-23T12:00[Europe/Warsaw]", 1, Week::MON_FRI, "2025-12-29"),
            ("2025-12-23T12:00[Europe/Warsaw]", 1, Week::MON_SAT, "2025-12-27"),
            // Easter, on the weekend on which the clocks go forward.
            ("2024-03-29T12:00[Europe/Warsaw]", 1, Week::MON_FRI, "2024-04-02"),
            ("2024-03-29T12:00[Europe/Warsaw]", 1, Week::MON_SAT, "2024-03-30"),
            // The clocks go back on Sunday 25 October 2026; then All Saints' Day on a Sunday.
            ("2026-10-23T12:00[Europe/Warsaw]", 6, Week::MON_FRI, "2026-11-02"),
            // A start on a holiday, and Corpus Christi with the bridge day that does count.
            ("2026-11-11T12:00[Europe/Warsaw]", 1, Week::MON_FRI, "2026-11-12"),
            ("2026-06-03T23:59[Europe/Warsaw]", 1, Week::MON_FRI, "2026-06-05"),
            ("2026-12-30T12:00[Europe/Warsaw]", 4, Week::MON_FRI, "2027-01-07"),
        ] {
            let found = Due::WorkingDays(n).deadline(ms(from), Urgency::U3Normal, week);
            assert_eq!(found.due_ms, ms(&format!("{end}T23:59:59.999[Europe/Warsaw]")), "{from} {n} {week}");
            assert_eq!(found.rule, format!("WORKING_DAYS {n} {week} PL-HOLIDAYS Europe/Warsaw"));
        }
    }

    #[test]
    fn urgency_chooses_the_rule_and_the_rule_is_kept() {
        let from = ms("2026-05-06T08:00[Europe/Warsaw]");
        let urgent = Due::ByUrgency.deadline(from, Urgency::U1H24, Week::MON_FRI);
        assert_eq!((urgent.due_ms - from, urgent.rule.as_str()), (86_400_000, "MINUTES 1440"));
        let planned = Due::ByUrgency.deadline(from, Urgency::U4Planned, Week::MON_FRI);
        assert_eq!(planned.due_ms, ms("2026-05-26T23:59:59.999[Europe/Warsaw]"));
        assert_eq!(planned.rule, "WORKING_DAYS 14 MON-FRI PL-HOLIDAYS Europe/Warsaw");
        for &urgency in Urgency::ALL {
            let due_ms = |rule: Due| rule.deadline(from, urgency, Week::MON_FRI).due_ms;
            assert!(due_ms(urgency.ack()) <= due_ms(urgency.answer()));
            assert!(due_ms(Due::ByUrgency) > from, "{urgency}");
        }
    }

    #[test]
    fn absurd_starts_do_not_panic() {
        for from in [i64::MIN, i64::MAX, 0] {
            for due in [Due::Minutes(u32::MAX), Due::WorkingDays(u16::MAX), Due::CalendarDays(u16::MAX), Due::ByUrgency]
            {
                let _ = due.deadline(from, Urgency::U2Urgent, Week::MON_FRI);
                let _ = due.deadline(from, Urgency::U2Urgent, Week::MON_SAT);
            }
        }
    }

    #[test]
    fn rules_are_read_as_written() {
        for due in [Due::Minutes(15), Due::WorkingDays(5), Due::CalendarDays(7), Due::ByUrgency] {
            assert_eq!(Due::parse(&due.to_string()), Some(due));
        }
        for wrong in ["", "WORKING_DAYS", "WORKING_DAYS -1", "BY_URGENCY 3", "WEEKS 2", "MINUTES  3"] {
            assert_eq!(Due::parse(wrong), None, "{wrong}");
        }
    }
}
