//! What the institution says about the accessibility of its pages: the variable parts of the official declaration.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::refusal::{Reason, Refusal};

/// The variable parts of the declaration of accessibility (act of 4 April 2019, art. 10; structure 2.0 of 31 July
/// 2024). What is empty is said to be unknown; nothing is ever claimed that nobody wrote here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Declaration {
    pub published: String,
    pub changed: String,
    pub status: String,
    pub unmet: String,
    pub made: String,
    pub reviewed: String,
    pub assessed_by: String,
    pub person: String,
    pub email: String,
    pub phone: String,
    pub building: String,
}

/// How far the pages meet the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conformity {
    /// Nobody looked yet.
    Unknown,
    /// They do.
    Full,
    /// They do in part.
    Partial,
    /// They do not.
    None,
}

impl Declaration {
    /// Checks what was written.
    ///
    /// # Errors
    /// `CONFIG_INVALID` for a date that is none, or an unknown status.
    pub fn check(&self) -> Result<(), Refusal> {
        let dates = [
            ("web.declaration.published", &self.published),
            ("web.declaration.changed", &self.changed),
            ("web.declaration.made", &self.made),
            ("web.declaration.reviewed", &self.reviewed),
        ];
        for (key, text) in dates {
            if !text.is_empty() && text.parse::<Date>().is_err() {
                return Err(invalid(key, "2026-03-31"));
            }
        }
        let known = ["", "zgodna", "czesciowo zgodna", "niezgodna"].contains(&self.status.as_str());
        if known { Ok(()) } else { Err(invalid("web.declaration.status", "zgodna, czesciowo zgodna, niezgodna")) }
    }

    /// How far the pages meet the act.
    #[must_use]
    pub fn conformity(&self) -> Conformity {
        match self.status.as_str() {
            "zgodna" => Conformity::Full,
            "czesciowo zgodna" => Conformity::Partial,
            "niezgodna" => Conformity::None,
            _ => Conformity::Unknown,
        }
    }

    /// The day on which somebody last looked at it, or drew it up.
    #[must_use]
    pub fn looked_at(&self) -> Option<Date> {
        let day = |text: &str| text.parse::<Date>().ok();
        day(&self.reviewed).into_iter().chain(day(&self.made)).max()
    }
}

fn invalid(key: &str, expected: &str) -> Refusal {
    Refusal::new(Reason::ConfigInvalid).with("key", key).with("expected", expected)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn nothing_is_claimed_that_nobody_wrote_and_dates_are_dates() {
        let silent = Declaration::default();
        silent.check().unwrap();
        assert_eq!((silent.conformity(), silent.looked_at()), (Conformity::Unknown, None));
        let said = Declaration {
            status: "czesciowo zgodna".to_owned(),
            made: "2025-03-01".to_owned(),
            reviewed: "2026-03-20".to_owned(),
            ..Declaration::default()
        };
        said.check().unwrap();
        assert_eq!(said.conformity(), Conformity::Partial);
        assert_eq!(said.looked_at(), Some(jiff::civil::date(2026, 3, 20)));
        let wrong = Declaration { reviewed: "20.03.2026".to_owned(), ..Declaration::default() };
        assert_eq!(wrong.check().unwrap_err().details.get("key").unwrap(), "web.declaration.reviewed");
        let wrong = Declaration { status: "super".to_owned(), ..Declaration::default() };
        assert_eq!(wrong.check().unwrap_err().details.get("key").unwrap(), "web.declaration.status");
    }
}
