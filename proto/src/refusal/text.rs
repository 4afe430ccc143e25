//! Reads the texts of refusals from `refusal.toml` and fills their placeholders.

use super::{Reason, Refusal};
use crate::vocab::{
    BasisClass, BasisCode, Category, Finding, InstitutionKind, Lang, MessageKind, Purpose, ReferralStatus,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What a person reads, in four parts that always come in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Stable code such as `WZ-ZGO-002`, for a telephone call.
    pub code: &'static str,
    /// What happened.
    pub what: String,
    /// Why.
    pub why: String,
    /// What is still safe.
    pub unchanged: String,
    /// What to do.
    pub todo: String,
}

/// `refusal.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    unchanged: BTreeMap<String, Shared>,
    reason: BTreeMap<Reason, Row>,
}

/// One sentence in three languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    pl: String,
    en: String,
    uk: String,
}

/// One reason: what, why, what to do, in three languages; and which shared sentence says what is still safe.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    unchanged: String,
    pl: [String; 3],
    en: [String; 3],
    uk: [String; 3],
}

fn parse() -> Result<File, toml::de::Error> {
    toml::from_str(include_str!("../../refusal.toml"))
}

/// The compiled-in texts. A test proves that they parse; should they not, a person still gets the reason and the code.
fn file() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    FILE.get_or_init(|| parse().ok()).as_ref()
}

pub(super) fn explain(refusal: &Refusal, lang: Lang) -> Text {
    let reason = refusal.reason;
    let bare = || Text {
        code: reason.code(),
        what: reason.as_str().to_owned(),
        why: String::new(),
        unchanged: String::new(),
        todo: String::new(),
    };
    let Some((file, row)) = file().and_then(|f| f.reason.get(&reason).map(|row| (f, row))) else {
        return bare();
    };
    let [what, why, todo] = lang.pick([&row.pl, &row.en, &row.uk]);
    let unchanged = file.unchanged.get(&row.unchanged).map_or("", |s| lang.pick([&s.pl, &s.en, &s.uk]).as_str());
    Text {
        code: reason.code(),
        what: fill(what, refusal, lang),
        why: fill(why, refusal, lang),
        unchanged: unchanged.to_owned(),
        todo: fill(todo, refusal, lang),
    }
}

/// Replaces each `{name}` by its detail in one pass, so that a detail is never read as a template.
fn fill(template: &str, refusal: &Refusal, lang: Lang) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = tail.split_once('}') else {
            return out;
        };
        out.push_str(&value(name, refusal, lang));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn value(name: &str, refusal: &Refusal, lang: Lang) -> String {
    if name == "seconds"
        && let Some(ms) = refusal.retry_after_ms
    {
        return ms.div_ceil(1000).to_string();
    }
    match refusal.details.get(name) {
        None => "…".to_owned(),
        Some(value) => value.split(", ").map(|item| name_of(name, item, lang)).collect::<Vec<_>>().join(", "),
    }
}

/// The name behind a code, for placeholders that hold codes; other values stay as they are.
fn name_of<'a>(placeholder: &str, code: &'a str, lang: Lang) -> &'a str {
    let label = match placeholder {
        "categories" => Category::parse(code).map(|c| c.label(lang)),
        "finding" => Finding::parse(code).map(|c| c.label(lang)),
        "kind" => MessageKind::parse(code).map(|c| c.label(lang)),
        "recipient_kind" | "sender_kind" => InstitutionKind::parse(code).map(|c| c.label(lang)),
        "basis" => {
            BasisClass::parse(code).map(|c| c.label(lang)).or_else(|_| BasisCode::parse(code).map(|c| c.label(lang)))
        }
        "purpose" => Purpose::parse(code).map(|c| c.label(lang)),
        "from" | "to" | "allowed" => ReferralStatus::parse(code).map(|c| c.label(lang)),
        _ => return code,
    };
    label.unwrap_or(code)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]
    use super::*;
    use std::collections::BTreeSet;

    fn placeholders(parts: &[String; 3]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for part in parts {
            let mut rest = part.as_str();
            while let Some((_, tail)) = rest.split_once('{') {
                let (name, after) = tail.split_once('}').unwrap();
                assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
                found.insert(name.to_owned());
                rest = after;
            }
        }
        found
    }

    #[test]
    fn every_reason_has_complete_texts_in_three_languages() {
        let file = parse().unwrap();
        for &reason in Reason::ALL {
            let row = file.reason.get(&reason).unwrap_or_else(|| panic!("{reason} has no text"));
            assert!(file.unchanged.contains_key(&row.unchanged), "{reason}: {}", row.unchanged);
            for texts in [&row.pl, &row.en, &row.uk] {
                for part in texts {
                    assert!(part.trim() == part && part.ends_with('.'), "{reason}: {part}");
                    assert!(!part.contains('!'), "{reason}: {part}");
                }
            }
            assert_eq!(placeholders(&row.pl), placeholders(&row.en), "{reason} en");
            assert_eq!(placeholders(&row.pl), placeholders(&row.uk), "{reason} uk");
            assert!(row.uk.iter().all(|t| t.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c))), "{reason} uk");
        }
        assert_eq!(file.reason.len(), Reason::ALL.len());
    }

    #[test]
    fn no_text_shows_a_brace_or_an_empty_part() {
        for &reason in Reason::ALL {
            for &lang in Lang::ALL {
                let text = Refusal::new(reason).explain(lang);
                for part in [&text.what, &text.why, &text.unchanged, &text.todo] {
                    assert!(!part.is_empty() && !part.contains(['{', '}']), "{reason} {lang:?}: {part}");
                }
            }
        }
    }

    #[test]
    fn waiting_time_is_told_in_seconds() {
        let text = Refusal::new(Reason::Quota).retry_after(1001).explain(Lang::Pl);
        assert!(text.todo.contains('2'), "{}", text.todo);
    }
}
