//! Every way to say no: one reason, its details, and a text that tells a person what to do.

mod reason;
mod text;

pub use reason::{Reason, Retry};
pub use text::Text;

use crate::limits::MAX_DETAIL_CHARS;
use crate::vocab::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One "no": a stable reason for programs, details that fill the text, and when to try again.
///
/// It never names a person and never repeats content; see [`Refusal::with`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// Facts about the refusal, by name, such as `categories` or `field`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
    /// Milliseconds after which the same try can succeed; `None` where time alone does not help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Refusal {
    /// A refusal without details.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self { reason, details: BTreeMap::new(), retry_after_ms: None }
    }

    /// Adds a fact. Control characters and direction overrides are removed and the value is cut to
    /// [`MAX_DETAIL_CHARS`], because it may come from an attacker. Never pass content of a case.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.details.insert(clean(key, 40), clean(&value.to_string(), MAX_DETAIL_CHARS));
        self
    }

    /// Adds a list of our own codes, complete, ascending and separated by `, `.
    #[must_use]
    pub fn with_codes(mut self, key: &str, codes: impl IntoIterator<Item = &'static str>) -> Self {
        let mut codes: Vec<&str> = codes.into_iter().collect();
        codes.sort_unstable();
        codes.dedup();
        self.details.insert(clean(key, 40), codes.join(", "));
        self
    }

    /// Says when the same try can succeed.
    #[must_use]
    pub const fn retry_after(mut self, ms: u64) -> Self {
        self.retry_after_ms = Some(ms);
        self
    }

    /// The four-part text for a person, placeholders filled. Codes of categories, kinds, bases and states appear as
    /// names; a placeholder without a detail appears as `…`.
    #[must_use]
    pub fn explain(&self, lang: Lang) -> Text {
        text::explain(self, lang)
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.as_str())?;
        for (key, value) in &self.details {
            write!(f, " {key}={value:?}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// Whether a character must not reach a terminal or a page: control characters, Unicode line separators, and the
/// marks that turn the direction of text around or hide in it.
#[must_use]
pub fn unsafe_char(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn clean(text: &str, most: usize) -> String {
    text.chars().filter(|c| !unsafe_char(*c)).take(most).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn details_are_cleaned_and_cut() {
        let long = "x".repeat(500);
        let refusal =
            Refusal::new(Reason::FieldInvalid).with("field", "na\u{202e}me\u{1b}[31m\n\0").with("value", long);
        assert_eq!(refusal.details.get("field").unwrap(), "name[31m");
        assert_eq!(refusal.details.get("value").unwrap().len(), MAX_DETAIL_CHARS);
    }

    #[test]
    fn json_carries_the_stable_reason() {
        let refusal = Refusal::new(Reason::Quota).retry_after(1500);
        let json = serde_json::to_string(&refusal).unwrap();
        assert_eq!(json, r#"{"reason":"QUOTA","retry_after_ms":1500}"#);
        assert_eq!(serde_json::from_str::<Refusal>(&json).unwrap(), refusal);
        assert!(serde_json::from_str::<Refusal>(r#"{"reason":"WHATEVER"}"#).is_err());
    }

    #[test]
    fn codes_are_shown_as_names() {
        let refusal = Refusal::new(Reason::ConsentScope).with_codes("categories", ["HEALTH", "EDU_OPINION", "HEALTH"]);
        let text = refusal.explain(Lang::Pl);
        assert_eq!(text.code, "WZ-ZGO-002");
        assert!(text.what.contains("opinia lub orzeczenie poradni, stan zdrowia somatycznego"), "{}", text.what);
        assert!(refusal.explain(Lang::Uk).what.contains("стан фізичного здоров’я"));
        assert_eq!(refusal.to_string(), r#"CONSENT_SCOPE categories="EDU_OPINION, HEALTH""#);
    }

    #[test]
    fn a_filled_value_is_not_filled_again() {
        let refusal = Refusal::new(Reason::FieldInvalid).with("field", "{field}{why}");
        assert!(refusal.explain(Lang::En).what.contains("{field}{why}"));
    }
}
