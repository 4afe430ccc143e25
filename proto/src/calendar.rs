//! Days as people in Poland mean them: Europe/Warsaw, summer time and public holidays included.

mod holiday;
mod week;

pub use crate::vocab::Holiday;
pub use holiday::holiday;
pub use week::Week;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The time zone of every date in Więź.
///
/// The zone's rules are compiled in, so it exists on every machine.
#[must_use]
pub fn warsaw() -> TimeZone {
    TimeZone::get("Europe/Warsaw").unwrap_or(TimeZone::UTC)
}

/// The day on which a moment falls.
#[must_use]
pub fn day_of(ms: i64) -> Date {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(warsaw()).date()
}

/// The last millisecond of a day.
#[must_use]
pub fn end_of_day(day: Date) -> i64 {
    day.checked_add(Span::new().days(1))
        .and_then(|next| next.to_zoned(warsaw()))
        .map_or(i64::MAX, |next| next.timestamp().as_millisecond().saturating_sub(1))
}

/// The first millisecond of a day.
#[must_use]
pub fn start_of_day(day: Date) -> i64 {
    day.to_zoned(warsaw()).map_or(i64::MIN, |zoned| zoned.timestamp().as_millisecond())
}

/// The last millisecond of the month of a day: all that the hub learns of a consent's end.
#[must_use]
pub fn end_of_month(day: Date) -> i64 {
    end_of_day(day.last_of_month())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_end_at_local_midnight_also_when_the_clocks_change() {
        let autumn = Date::constant(2026, 10, 25);
        assert_eq!(end_of_day(autumn) - start_of_day(autumn) + 1, 25 * 3_600_000);
        let spring = Date::constant(2027, 3, 28);
        assert_eq!(end_of_day(spring) - start_of_day(spring) + 1, 23 * 3_600_000);
        assert_eq!(day_of(end_of_day(autumn)), autumn);
        assert_eq!(day_of(end_of_day(autumn) + 1), Date::constant(2026, 10, 26));
        assert_eq!(day_of(end_of_month(autumn)), Date::constant(2026, 10, 31));
    }
}
