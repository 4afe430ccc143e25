//! Compares the holidays and working days of Poland with an independent list, day by day from 2020 to 2040.

use std::process::Command;

use jiff::civil::Date;
use wiez_proto::calendar::{Holiday, Week, holiday};

use super::{interpreter, root, show};

/// The release of the PyPI package `holidays` that `requirements.txt` pins.
const RELEASE: &str = "0.109";
const YEARS: (i16, i16) = (2020, 2040);

/// Its Polish names, which are not always those of the statute.
fn meant(name: &str) -> Option<Holiday> {
    Some(match name {
        "" => return None,
        "Nowy Rok" => Holiday::NewYear,
        "Święto Trzech Króli" => Holiday::Epiphany,
        "Niedziela Wielkanocna" => Holiday::EasterSunday,
        "Poniedziałek Wielkanocny" => Holiday::EasterMonday,
        "Święto Państwowe" => Holiday::May1,
        "Święto Narodowe Trzeciego Maja" => Holiday::May3,
        "Zielone Świątki" => Holiday::Pentecost,
        "Dzień Bożego Ciała" => Holiday::CorpusChristi,
        "Wniebowzięcie Najświętszej Marii Panny" => Holiday::Assumption,
        "Uroczystość Wszystkich Świętych" => Holiday::AllSaints,
        "Narodowe Święto Niepodległości" => Holiday::Independence,
        "Wigilia Bożego Narodzenia" => Holiday::ChristmasEve,
        "Boże Narodzenie (pierwszy dzień)" => Holiday::ChristmasDay,
        "Boże Narodzenie (drugi dzień)" => Holiday::SecondChristmasDay,
        other => panic!("a holiday that the statute does not have: {other}"),
    })
}

/// Compared for every single day: which public holiday it is (the package's category `public`), and whether it is a
/// working day of a week of Monday to Friday. Both lists mean the statute: Easter Sunday and Pentecost are named in both,
/// an ordinary Sunday is a holiday in neither, and on ordinary Sundays only the working days are compared. Nothing is left
/// out and no difference is excused: the two agree on all days of these years. The single 12 November 2018, which the
/// package has and `holiday` has not, lies before them.
#[test]
fn every_day_from_2020_to_2040_agrees_with_the_python_package() {
    let Some(python) = interpreter() else { return };
    let (first, last) = YEARS;
    let program = root().join("tests/python/holiday_list.py");
    let output =
        Command::new(python).arg("-B").arg(program).args([first, last].map(|year| year.to_string())).output().unwrap();
    assert!(output.status.success(), "{}", show(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(RELEASE));
    let mut day = Date::new(first, 1, 1).unwrap();
    while day.year() <= last {
        let columns: Vec<&str> = lines.next().unwrap().split('\t').collect();
        let [theirs, works, name] = columns.as_slice() else { panic!("{columns:?}") };
        assert_eq!(*theirs, day.to_string());
        assert_eq!(holiday(day), meant(name), "{day}");
        assert_eq!(Week::MON_FRI.is_working(day), *works == "WORKING", "{day}");
        day = day.tomorrow().unwrap();
    }
    assert_eq!(lines.next(), None);
}
