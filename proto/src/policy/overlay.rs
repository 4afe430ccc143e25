//! Which rows an institution's data-protection officer has verified: a local file, never supplied by the hub.

use super::Row;
use crate::id::{hex, unhex};
use crate::limits::MAX_NAME_CHARS;
use crate::refusal::{Reason, Refusal, unsafe_char};
use crate::vocab::BasisClass;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who verified a row, when, and which text of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// Name of the data-protection officer.
    pub by: String,
    /// The day.
    pub on: Date,
    /// Digest of the row at that time, hexadecimal.
    pub digest: String,
}

/// The verified rows of one institution. Shipped empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// A remark such as "demo, not legal advice"; shown wherever the overlay is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default)]
    verified: BTreeMap<String, Verified>,
}

impl Overlay {
    /// Nothing is verified.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads the local file.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when it is not such a file; nothing counts as verified then.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let wrong = || {
            Refusal::new(Reason::ConfigInvalid)
                .with("key", "verified")
                .with("expected", "[verified.\"ROW\"] by, on, digest")
        };
        let overlay: Self = toml::from_str(text).map_err(|_| wrong())?;
        if overlay.verified.values().any(|v| v.by.trim().is_empty() || unhex::<32>(&v.digest).is_none()) {
            return Err(wrong());
        }
        Ok(overlay)
    }

    /// Writes the local file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Records that a data-protection officer verified exactly this text of the row.
    ///
    /// # Errors
    /// `FIELD_INVALID` (field `by`) when the name is empty, too long or holds control characters.
    pub fn verify(&mut self, row: &Row, by: &str, on: Date) -> Result<(), Refusal> {
        let by = by.trim();
        if by.is_empty() || by.chars().count() > MAX_NAME_CHARS || by.chars().any(unsafe_char) {
            return Err(Refusal::new(Reason::FieldInvalid).with("field", "by"));
        }
        self.verified.insert(row.id.clone(), Verified { by: by.to_owned(), on, digest: hex(&row.digest()) });
        Ok(())
    }

    /// Who verified the row of this name, whether or not the row has changed since.
    #[must_use]
    pub fn entry(&self, row_id: &str) -> Option<&Verified> {
        self.verified.get(row_id)
    }

    /// Whether the row counts: it carries no personal data, or exactly this text of it was verified.
    #[must_use]
    pub fn is_verified(&self, row: &Row) -> bool {
        row.class == BasisClass::NoPersonalData
            || self.verified.get(&row.id).is_some_and(|v| unhex::<32>(&v.digest) == Some(row.digest()))
    }

    /// The same as a judgement.
    ///
    /// # Errors
    /// `BASIS_UNVERIFIED`, with the row's name as detail `row`.
    pub fn judge(&self, row: &Row) -> Result<(), Refusal> {
        if self.is_verified(row) {
            return Ok(());
        }
        Err(Refusal::new(Reason::BasisUnverified).with("row", &row.id))
    }
}
