//! What every command on a statute shares: to whom, on which basis, the persons of a form, the letter, the call.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, ToSpan};
use wiez_proto::calendar::warsaw;
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::{FormalRef, Phoned, Statement};
use wiez_proto::vocab::{BasisCode, FormalChannel, PersonRole, SecrecyRelease, Urgency};
use wiez_proto::wire::invalid;

use super::local::{MAX_SCAN_BYTES, Part, read, text};
use crate::casework::act::{Fact, Lawful, NkText, Person};
use crate::consent::Form;

/// What stands beside the content where no consent is needed.
#[derive(Debug, Args)]
pub(super) struct Filing {
    /// Id of the institution
    #[arg(long)]
    to: InstitutionId,
    /// This institution's own case number, never a name
    #[arg(long)]
    subject: String,
    /// Code of the urgency [default: U0_LIFE for an alert that saves life or health, else U3_NORMAL]
    #[arg(long)]
    urgency: Option<Urgency>,
    /// Code of the legal basis, where the kind has several
    #[arg(long)]
    basis: Option<BasisCode>,
    /// Day on which the clock of the statute started [default: today]
    #[arg(long, value_name = "DATE")]
    started: Option<Date>,
    /// Why it has to go, at least 30 characters; needed to save life or health
    #[arg(long, default_value = "")]
    justification: String,
    /// The formal letter, CHANNEL:NUMBER:DATE with ADE, EPUAP or PAPER; may follow later (wiez-node formal)
    #[arg(long, value_name = "LETTER")]
    formal: Option<Letter>,
    /// Why the reporter is named, at least 20 characters
    #[arg(long, default_value = "", value_name = "WHY")]
    override_reason: String,
    /// Whom somebody here called, and when: "dyżurny 112, 14:05" or "…, 2026-11-22 14:05"
    #[arg(long, value_name = "WHO, WHEN")]
    phoned: Option<String>,
    /// What releases from professional secrecy: PATIENT, STATUTE or COURT
    #[arg(long)]
    released: Option<SecrecyRelease>,
    /// A consent, which no such message may carry; the gate says so
    #[arg(long)]
    consent: Option<String>,
}

impl Filing {
    /// As typed, on a basis unless another one was named.
    pub(super) fn lawful(self, basis: BasisCode, now_ms: i64) -> Result<Lawful, Refusal> {
        let basis = self.basis.unwrap_or(basis);
        let usual = if basis == BasisCode::Vital { Urgency::U0Life } else { Urgency::U3Normal };
        let statement = Statement {
            justification: self.justification,
            formal_ref: self.formal.map(|letter| letter.0),
            override_reason: self.override_reason,
            started_on: self.started,
            phoned: self.phoned.map(|call| phoned(&call, now_ms)).transpose()?,
            ..Statement::of(basis)
        };
        Ok(Lawful {
            to: self.to,
            subject_ref: self.subject,
            urgency: self.urgency.unwrap_or(usual),
            statement,
            release: self.released,
            consent: self.consent,
        })
    }
}

/// `CHANNEL:NUMBER:DATE`; the number may hold colons.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Letter(FormalRef);

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({})", self.0.channel)
    }
}

impl FromStr for Letter {
    type Err = Refusal;

    fn from_str(given: &str) -> Result<Self, Refusal> {
        let bad = || invalid("formal");
        let (channel, rest) = given.split_once(':').ok_or_else(bad)?;
        let (number, date) = rest.rsplit_once(':').ok_or_else(bad)?;
        let channel = FormalChannel::parse(channel).map_err(|_| bad())?;
        let date = date.parse().map_err(|_| bad())?;
        if number.trim().is_empty() {
            Err(bad())
        } else {
            Ok(Self(FormalRef { channel, number: number.to_owned(), date }))
        }
    }
}

/// Reads "who, when"; without a time it is now. A time of day that has not come was yesterday's.
/// The node puts in who called.
fn phoned(given: &str, now_ms: i64) -> Result<Phoned, Refusal> {
    let bad = || invalid("phoned");
    let (who, when) = given.rsplit_once(',').unwrap_or((given, ""));
    let (who, when) = (who.trim(), when.trim());
    let now = Timestamp::from_millisecond(now_ms).map_err(|_| bad())?.to_zoned(warsaw());
    let at = if when.is_empty() {
        now.clone()
    } else if let Ok(time) = Time::strptime("%H:%M", when) {
        let day = if time > now.time() { now.date().checked_sub(1.day()).map_err(|_| bad())? } else { now.date() };
        day.to_datetime(time).to_zoned(warsaw()).map_err(|_| bad())?
    } else {
        let moment = DateTime::strptime("%Y-%m-%d %H:%M", when).map_err(|_| bad())?;
        moment.to_zoned(warsaw()).map_err(|_| bad())?
    };
    // A call is told when it was made.
    if who.is_empty() || at > now {
        return Err(bad());
    }
    Ok(Phoned { who: who.to_owned(), at_ms: at.timestamp().as_millisecond(), by: String::new() })
}

/// `ROLE[.N]:CATEGORY[:heading]=text`, the role also `EVENT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct About {
    role: Option<PersonRole>,
    number: u8,
    part: Part,
}

impl FromStr for About {
    type Err = Refusal;

    fn from_str(given: &str) -> Result<Self, Refusal> {
        let bad = || invalid("person");
        let (head, rest) = given.split_once(':').ok_or_else(bad)?;
        let (role, number) = head.split_once('.').unwrap_or((head, "1"));
        let number = number.parse().ok().filter(|number| *number > 0).ok_or_else(bad)?;
        let role = if role == "EVENT" { None } else { Some(PersonRole::parse(role).map_err(|_| bad())?) };
        Ok(Self { role, number, part: rest.parse()? })
    }
}

/// Sorts facts to the persons whom they are about, in the order of first mention, and to the event.
pub(super) fn persons(facts: Vec<About>) -> Result<(Vec<Person>, Vec<Fact>), Refusal> {
    let (mut people, mut event): (Vec<(u8, Person)>, Vec<Fact>) = (vec![], vec![]);
    for About { role, number, part } in facts {
        let fact = Fact { category: part.category, text: part.text()?, label: part.label };
        let Some(role) = role else {
            event.push(fact);
            continue;
        };
        match people.iter_mut().find(|(n, person)| *n == number && person.role == role) {
            Some((_, person)) => person.facts.push(fact),
            None => people.push((number, Person { role, facts: vec![fact] })),
        }
    }
    Ok((people.into_iter().map(|(_, person)| person).collect(), event))
}

/// The form "Niebieska Karta – A" as typed.
#[derive(Debug, Args)]
pub(super) struct Formed {
    /// Fact about a person: SUFFERING, HOUSEHOLD or USING, ".2" for a second one, ":CATEGORY=text"; EVENT:… is about nobody
    #[arg(long, value_name = "ROLE:CATEGORY=TEXT")]
    person: Vec<About>,
    /// What happened, injuries included
    #[arg(long, default_value = "")]
    incident: String,
    /// Version of the statutory form
    #[arg(long, default_value = "2023")]
    form_version: String,
    /// Signed form on paper as a file; its SHA-256 is fixed, the file stays where it is
    #[arg(long, value_name = "FILE")]
    form_file: Option<PathBuf>,
}

impl Formed {
    /// The form; none when nothing of it was typed.
    pub(super) fn form(self) -> Result<Option<NkText>, Refusal> {
        if self.person.is_empty() && self.incident.is_empty() && self.form_file.is_none() {
            return Ok(None);
        }
        let (persons, event) = persons(self.person)?;
        let file_hash = match &self.form_file {
            Some(file) => Some(Hash::new(Form::hash_of(&read(file, MAX_SCAN_BYTES)?))),
            None => None,
        };
        Ok(Some(NkText { form_version: self.form_version, persons, event, incident: text(&self.incident)?, file_hash }))
    }

    /// The form, which has to be there.
    pub(super) fn needed(self) -> Result<NkText, Refusal> {
        self.form()?.ok_or_else(|| Refusal::new(Reason::FieldMissing).with("field", "person"))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::*;
    use wiez_proto::vocab::Category;

    #[test]
    fn facts_are_sorted_to_persons_and_the_event() {
        let typed = [
            "SUFFERING:ID_NAME=Kacper",
            "SUFFERING.2:ID_NAME=Anna",
            "SUFFERING:HEALTH:opinia=siniaki = liczne",
            "EVENT:REPORTER=sąsiadka",
            "USING:ID_NAME=Marek",
        ];
        let facts: Vec<About> = typed.iter().map(|text| text.parse().unwrap()).collect();
        let (persons, event) = persons(facts).unwrap();
        let roles: Vec<PersonRole> = persons.iter().map(|person| person.role).collect();
        assert_eq!(roles, [PersonRole::Suffering, PersonRole::Suffering, PersonRole::Using]);
        assert_eq!((persons[0].facts.len(), persons[1].facts[0].text.as_str()), (2, "Anna"));
        assert_eq!((persons[0].facts[1].label.as_str(), persons[0].facts[1].category), ("opinia", Category::Health));
        assert_eq!((event.len(), event[0].category), (1, Category::Reporter));
        for bad in ["VICTIM:ID_NAME=x", "SUFFERING.0:ID_NAME=x", "SUFFERING", "SUFFERING:NO_SUCH=x", "USING:ID_NAME"] {
            assert!(bad.parse::<About>().is_err(), "{bad}");
        }
        for number in ["256", "4294967295", "18446744073709551616", "-1", "1.1", "", "１"] {
            let refusal = format!("SUFFERING.{number}:ID_NAME=x").parse::<About>().unwrap_err();
            assert_eq!(refusal.details.get("field").map(String::as_str), Some("person"), "{number}");
        }
    }

    #[test]
    fn letters_name_channel_number_and_date() {
        let letter = "EPUAP:DW:12/2026:2026-11-20".parse::<Letter>().unwrap().0;
        assert_eq!((letter.channel, letter.number.as_str()), (FormalChannel::Epuap, "DW:12/2026"));
        for bad in ["EPUAP:12", "MAIL:12:2026-11-20", "ADE::2026-11-20", "ADE:1:20.11.2026", "ADE:1:99999-01-01"] {
            assert!(bad.parse::<Letter>().is_err(), "{bad}");
        }
    }

    #[test]
    fn calls_are_told_by_whom_and_when_in_the_time_of_warsaw() {
        // 2026-11-22 04:00 in Warsaw.
        let now_ms = 1_795_316_400_000;
        let at = |text: &str| {
            let call = phoned(text, now_ms).unwrap();
            (call.who, (now_ms - call.at_ms) / 60_000)
        };
        assert_eq!(at("dyżurny 112"), ("dyżurny 112".to_owned(), 0));
        assert_eq!(at("dyżurny, KPP, 03:30"), ("dyżurny, KPP".to_owned(), 30));
        assert_eq!(at("112, 23:30"), ("112".to_owned(), 270), "yesterday");
        assert_eq!(at("112, 2026-11-21 04:00").1, 24 * 60);
        for bad in [", 03:30", "112, wieczorem", "112, 25:00", "112, 2026-11-22 04:01", "112, 9999-12-31 23:59"] {
            assert!(phoned(bad, now_ms).is_err(), "{bad}");
        }
    }
}
