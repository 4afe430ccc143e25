//! Says which days are public holidays in Poland, the days that move with Easter included.

use crate::vocab::Holiday;
use jiff::civil::Date;

/// The first year in which 6 January is a public holiday again (Act of 24 September 2010).
const EPIPHANY_SINCE: i16 = 2011;
/// The first year in which 24 December is a public holiday (Act of 6 December 2024, Dz.U. 2024 poz. 1965).
const CHRISTMAS_EVE_SINCE: i16 = 2025;

/// The public holiday that falls on a day, by the Act of 18 January 1951 on days free from work.
///
/// Exact from 2011 on, but for the single 12 November 2018 (Act of 7 November 2018), which no deadline here can meet.
/// Earlier years are answered by the same list without 6 January, whatever the law then was. An ordinary Sunday is no
/// holiday here; [`crate::calendar::Week`] leaves it out by its weekday. No two of these days ever fall together.
#[must_use]
pub fn holiday(day: Date) -> Option<Holiday> {
    fixed(day).or_else(|| movable(day))
}

fn fixed(day: Date) -> Option<Holiday> {
    match (day.month(), day.day()) {
        (1, 1) => Some(Holiday::NewYear),
        (1, 6) if day.year() >= EPIPHANY_SINCE => Some(Holiday::Epiphany),
        (5, 1) => Some(Holiday::May1),
        (5, 3) => Some(Holiday::May3),
        (8, 15) => Some(Holiday::Assumption),
        (11, 1) => Some(Holiday::AllSaints),
        (11, 11) => Some(Holiday::Independence),
        (12, 24) if day.year() >= CHRISTMAS_EVE_SINCE => Some(Holiday::ChristmasEve),
        (12, 25) => Some(Holiday::ChristmasDay),
        (12, 26) => Some(Holiday::SecondChristmasDay),
        _ => None,
    }
}

/// All of these lie in the year of their Easter.
fn movable(day: Date) -> Option<Holiday> {
    let easter = easter(day.year())?;
    match day.day_of_year() - easter.day_of_year() {
        0 => Some(Holiday::EasterSunday),
        1 => Some(Holiday::EasterMonday),
        49 => Some(Holiday::Pentecost),
        60 => Some(Holiday::CorpusChristi),
        _ => None,
    }
}

/// Easter Sunday of a year, always between 22 March and 25 April.
///
/// The Gregorian computus without exceptions ("Butcher's"), Jean Meeus, *Astronomical Algorithms*, 2nd edition, chapter 8,
/// letters as there. Remainders are never negative, so that years before the first are answered too.
fn easter(year: i16) -> Option<Date> {
    let full = i32::from(year);
    let a = full.rem_euclid(19);
    let (b, c) = (full.div_euclid(100), full.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let f = (b + 8).div_euclid(25);
    let g = (b - f + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c.div_euclid(4), c.rem_euclid(4));
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l).div_euclid(451);
    let n = h + l - 7 * m + 114;
    let (month, day) = (n.div_euclid(31), n.rem_euclid(31) + 1);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use jiff::civil::Weekday;
    use std::collections::BTreeSet;

    fn on(day: &str) -> Option<Holiday> {
        holiday(day.parse().unwrap())
    }

    #[test]
    fn the_holidays_of_2026_by_hand() {
        for (day, expected) in [
            ("2026-01-01", Holiday::NewYear),
            ("2026-01-06", Holiday::Epiphany),
            ("2026-04-05", Holiday::EasterSunday),
            ("2026-04-06", Holiday::EasterMonday),
            ("2026-05-01", Holiday::May1),
            ("2026-05-03", Holiday::May3),
            ("2026-05-24", Holiday::Pentecost),
            ("2026-06-04", Holiday::CorpusChristi),
            ("2026-08-15", Holiday::Assumption),
            ("2026-11-01", Holiday::AllSaints),
            ("2026-11-11", Holiday::Independence),
            ("2026-12-24", Holiday::ChristmasEve),
            ("2026-12-25", Holiday::ChristmasDay),
            ("2026-12-26", Holiday::SecondChristmasDay),
        ] {
            assert_eq!(on(day), Some(expected), "{day}");
        }
        let year = Date::constant(2026, 1, 1).series(jiff::Span::new().days(1)).take(365);
        assert_eq!(year.filter(|day| holiday(*day).is_some()).count(), 14);
    }

    #[test]
    fn days_are_holidays_since_their_year() {
        assert_eq!((on("2010-01-06"), on("2011-01-06")), (None, Some(Holiday::Epiphany)));
        assert_eq!((on("2024-12-24"), on("2025-12-24")), (None, Some(Holiday::ChristmasEve)));
    }

    /// The dates are those that Meeus gives as examples, and the earliest and latest possible ones.
    #[test]
    fn easter_falls_where_the_tables_say() {
        for day in ["1818-03-22", "1886-04-25", "1943-04-25", "1954-04-18", "1991-03-31", "2000-04-23", "2008-03-23"] {
            assert_eq!(on(day), Some(Holiday::EasterSunday), "{day}");
        }
        for day in ["2038-04-25", "2285-03-22"] {
            assert_eq!(on(day), Some(Holiday::EasterSunday), "{day}");
        }
    }

    #[test]
    fn every_year_that_the_calendar_knows_has_all_its_days() {
        for year in Date::MIN.year()..=Date::MAX.year() {
            let sunday = easter(year).unwrap();
            assert_eq!(sunday.weekday(), Weekday::Sunday, "{sunday}");
            assert!((3, 22) <= (sunday.month(), sunday.day()) && (sunday.month(), sunday.day()) <= (4, 25), "{sunday}");
        }
        for year in [Date::MIN.year(), 0, 1, 2026, Date::MAX.year()] {
            let days = (1..=12).flat_map(|month| (1..=31).filter_map(move |day| Date::new(year, month, day).ok()));
            let found: Vec<Holiday> = days.filter_map(holiday).collect();
            let missing = 2 - usize::from(year >= 2011) - usize::from(year >= 2025);
            assert_eq!(found.len(), Holiday::ALL.len() - missing, "{year}");
            assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "{year}");
        }
    }
}
