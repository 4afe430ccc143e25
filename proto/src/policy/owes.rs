//! What the parties of a message owe besides an answer, and by when.

use super::Due;
use crate::vocab::Owed;
use serde::Deserialize;
use std::fmt;

/// One of the two parties of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Party2 {
    /// Who sent it; the clock runs from sending.
    Sender,
    /// Who got it; the clock runs from receipt.
    Recipient,
}

impl Party2 {
    /// The code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sender => "SENDER",
            Self::Recipient => "RECIPIENT",
        }
    }
}

/// One thing that is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owes {
    /// Who owes it.
    pub by: Party2,
    /// What.
    pub what: Owed,
    /// By when.
    pub due: Due,
}

impl fmt::Display for Owes {
    /// As in the canonical text, such as `RECIPIENT:DISPATCH:WORKING_DAYS 3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.by.code(), self.what, self.due)
    }
}

/// An entry of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOwes {
    by: Party2,
    what: Owed,
    due: String,
}

/// What a reporter is owed: that the message arrived within a working day, and what became of it after 14 days.
const FEEDBACK: [Owes; 2] = [
    Owes { by: Party2::Recipient, what: Owed::FeedbackReceipt, due: Due::WorkingDays(1) },
    Owes { by: Party2::Recipient, what: Owed::Feedback14, due: Due::CalendarDays(14) },
];

/// Reads the entries of a row and adds the feedback.
pub(super) fn read(raw: &[RawOwes], feedback: bool) -> Result<Vec<Owes>, String> {
    let mut owes: Vec<Owes> = Vec::new();
    for entry in raw {
        if !matches!(entry.what, Owed::FormalRef | Owed::Dispatch | Owed::Sitting) {
            return Err(format!("owes {}, which follows from other fields", entry.what));
        }
        if owes.iter().any(|other| other.what == entry.what) {
            return Err(format!("owes {} twice", entry.what));
        }
        let due = Due::parse(&entry.due).filter(|due| *due != Due::ByUrgency);
        let due = due.ok_or_else(|| format!("owes {} by {}", entry.what, entry.due))?;
        owes.push(Owes { by: entry.by, what: entry.what, due });
    }
    if feedback {
        owes.extend(FEEDBACK);
    }
    Ok(owes)
}
