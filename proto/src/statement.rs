//! On which statute a message rests: what stands beside its content where no consent is needed.
//!
//! Only the two parties see it; the hub learns the class and nothing more.

use crate::limits::{JUSTIFICATION_CHARS, MAX_NAME_CHARS, MAX_STATEMENT_CHARS};
use crate::policy::{Requirement, Row};
use crate::refusal::{Reason, Refusal, unsafe_char};
use crate::vocab::{BasisClass, BasisCode, FormalChannel};
use crate::wire::{invalid, v1};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The basis of one message of class statutory or vital interest. Its `Debug` form shows the basis only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The legal basis.
    pub basis: BasisCode,
    /// Reference of the asker's case, at most 200 characters.
    #[serde(default)]
    pub case_ref: String,
    /// Number of the asking officer, at most 200 characters.
    #[serde(default)]
    pub officer: String,
    /// Reference of the court's or prosecutor's order, at most 200 characters.
    #[serde(default)]
    pub order_ref: String,
    /// Why it has to go, at most 500 characters.
    #[serde(default)]
    pub justification: String,
    /// The formal letter; `None` while it has not gone.
    #[serde(default)]
    pub formal_ref: Option<FormalRef>,
    /// Why the reporter is named, at most 500 characters.
    #[serde(default)]
    pub override_reason: String,
    /// Whether an interdisciplinary team acts for its group.
    #[serde(default)]
    pub for_gdp: bool,
    /// Day on which the clock starts; `None`: the day of sealing. That it is not in the future is judged by the node.
    #[serde(default)]
    pub started_on: Option<Date>,
    /// The telephone call before it; `None` when nobody was called.
    #[serde(default)]
    pub phoned: Option<Phoned>,
}

/// A formal letter that accompanies a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormalRef {
    /// How it went.
    pub channel: FormalChannel,
    /// Its number, 1 to 200 characters.
    pub number: String,
    /// Its date.
    pub date: Date,
}

/// A telephone call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phoned {
    /// Who was reached, 1 to 200 characters.
    pub who: String,
    /// When, milliseconds since 1970-01-01T00:00Z.
    pub at_ms: i64,
    /// Who called, 1 to 200 characters.
    pub by: String,
}

impl Statement {
    /// A statement of a basis and nothing else.
    #[must_use]
    pub const fn of(basis: BasisCode) -> Self {
        Self {
            basis,
            case_ref: String::new(),
            officer: String::new(),
            order_ref: String::new(),
            justification: String::new(),
            formal_ref: None,
            override_reason: String::new(),
            for_gdp: false,
            started_on: None,
            phoned: None,
        }
    }

    /// Takes a statement from the wire.
    ///
    /// # Errors
    /// As [`Self::check`]; `FIELD_INVALID` also for unknown codes and for dates in another form than `2026-11-02`.
    pub fn parse(raw: v1::Statement) -> Result<Self, Refusal> {
        let formal_ref = raw.formal_ref.map(read_formal).transpose()?;
        let started_on = if raw.started_on.is_empty() { None } else { Some(date("started_on", &raw.started_on)?) };
        let statement = Self {
            basis: BasisCode::parse(&raw.basis).map_err(|_| bad("basis"))?,
            case_ref: raw.case_ref,
            officer: raw.officer,
            order_ref: raw.order_ref,
            justification: raw.justification,
            formal_ref,
            override_reason: raw.override_reason,
            for_gdp: raw.for_gdp,
            started_on,
            phoned: raw.phoned.map(|call| Phoned { who: call.who, at_ms: call.at_ms, by: call.by }),
        };
        statement.check()?;
        Ok(statement)
    }

    /// Checks what a person typed.
    ///
    /// # Errors
    /// `FIELD_INVALID` or `TOO_LARGE` with the name of the field, such as `statement.case_ref`, and never its value.
    pub fn check(&self) -> Result<(), Refusal> {
        let class = self.basis.class();
        ensure(matches!(class, BasisClass::Statutory | BasisClass::VitalInterest), "basis")?;
        for (field, value) in [("case_ref", &self.case_ref), ("officer", &self.officer), ("order_ref", &self.order_ref)]
        {
            line(field, value)?;
        }
        text("justification", &self.justification)?;
        text("override_reason", &self.override_reason)?;
        if let Some(letter) = &self.formal_ref {
            filled("formal_ref.number", &letter.number)?;
            ensure(plausible(letter.date), "formal_ref.date")?;
        }
        ensure(self.started_on.is_none_or(plausible), "started_on")?;
        if let Some(call) = &self.phoned {
            filled("phoned.who", &call.who)?;
            filled("phoned.by", &call.by)?;
            ensure(call.at_ms > 0, "phoned.at_ms")?;
        }
        Ok(())
    }

    /// The statement as a field of a message.
    #[must_use]
    pub fn to_wire(&self) -> v1::Statement {
        v1::Statement {
            basis: self.basis.code().to_owned(),
            case_ref: self.case_ref.clone(),
            officer: self.officer.clone(),
            order_ref: self.order_ref.clone(),
            justification: self.justification.clone(),
            formal_ref: self.formal_ref.as_ref().map(|letter| v1::statement::FormalRef {
                channel: letter.channel.code().to_owned(),
                number: letter.number.clone(),
                date: letter.date.to_string(),
            }),
            override_reason: self.override_reason.clone(),
            for_gdp: self.for_gdp,
            started_on: self.started_on.map(|day| day.to_string()).unwrap_or_default(),
            phoned: self.phoned.as_ref().map(|call| v1::statement::Phoned {
                who: call.who.clone(),
                at_ms: call.at_ms,
                by: call.by.clone(),
            }),
        }
    }

    /// What the row requires and the statement lacks, ascending. A formal letter may follow and is never missing; a
    /// justification counts from 30 characters.
    #[must_use]
    pub fn missing(&self, row: &Row) -> Vec<Requirement> {
        let blank = |text: &str| text.trim().is_empty();
        let lacks = |requirement: &Requirement| match requirement {
            Requirement::CaseRef => blank(&self.case_ref),
            Requirement::Officer => blank(&self.officer),
            Requirement::OrderRef => blank(&self.order_ref),
            Requirement::Justification => self.justification.trim().chars().count() < JUSTIFICATION_CHARS,
            Requirement::FormalRef => false,
        };
        row.requires.iter().copied().filter(lacks).collect()
    }

    /// Whether the message is a working copy ("kopia robocza") of a formal letter that has not gone yet.
    #[must_use]
    pub fn working_copy(&self, row: &Row) -> bool {
        row.requires.contains(&Requirement::FormalRef) && self.formal_ref.is_none()
    }
}

fn read_formal(raw: v1::statement::FormalRef) -> Result<FormalRef, Refusal> {
    Ok(FormalRef {
        channel: FormalChannel::parse(&raw.channel).map_err(|_| bad("formal_ref.channel"))?,
        number: raw.number,
        date: date("formal_ref.date", &raw.date)?,
    })
}

fn bad(field: &str) -> Refusal {
    invalid(&format!("statement.{field}"))
}

fn ensure(holds: bool, field: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(bad(field)) }
}

/// A date exactly in the form `2026-11-02`.
fn date(field: &str, text: &str) -> Result<Date, Refusal> {
    let date: Date = text.parse().map_err(|_| bad(field))?;
    if date.to_string() == text { Ok(date) } else { Err(bad(field)) }
}

/// Dates in four-digit years, so that the text form is always ten characters.
fn plausible(date: Date) -> bool {
    (1900..=2199).contains(&date.year())
}

fn within(field: &str, value: &str, most: usize) -> Result<(), Refusal> {
    if value.chars().count() > most {
        let name = format!("statement.{field}");
        return Err(Refusal::new(Reason::TooLarge).with("field", name).with("limit", most));
    }
    Ok(())
}

/// Text of one line.
fn line(field: &str, value: &str) -> Result<(), Refusal> {
    within(field, value, MAX_NAME_CHARS)?;
    ensure(!value.chars().any(unsafe_char), field)
}

/// Text of one line that says something.
fn filled(field: &str, value: &str) -> Result<(), Refusal> {
    line(field, value)?;
    ensure(!value.trim().is_empty(), field)
}

/// Text of several lines.
fn text(field: &str, value: &str) -> Result<(), Refusal> {
    within(field, value, MAX_STATEMENT_CHARS)?;
    ensure(!value.chars().any(|c| unsafe_char(c) && c != '\n' && c != '\t'), field)
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statement({})", self.basis)
    }
}

impl fmt::Debug for FormalRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FormalRef({})", self.channel)
    }
}

impl fmt::Debug for Phoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phoned")
    }
}

#[cfg(test)]
mod tests;
