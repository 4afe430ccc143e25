//! Reads the texts of refusals from `refusal.toml` and fills their placeholders.

use super::{Reason, Refusal};
use crate::vocab::{
    BasisClass, BasisCode, Category, Finding, InstitutionKind, Lang, MessageKind, PersonRole, Purpose, ReferralStatus,
    SecrecyRegime,
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
    /// By placeholder, by code.
    name: BTreeMap<String, BTreeMap<String, Shared>>,
}

/// One sentence or name in three languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    pl: String,
    en: String,
    uk: String,
}

/// One reason: what, why, what to do, in three languages; which shared sentence says what is still safe; and sentences
/// that stand in when the refusal has a detail of that name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    unchanged: String,
    pl: [String; 3],
    en: [String; 3],
    uk: [String; 3],
    #[serde(default)]
    when: BTreeMap<String, Sentences>,
}

/// What, why, what to do, in three languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentences {
    pl: [String; 3],
    en: [String; 3],
    uk: [String; 3],
}

impl Row {
    /// The sentences for a refusal: Polish, English, Ukrainian.
    fn sentences(&self, refusal: &Refusal) -> [&[String; 3]; 3] {
        let told = |detail: &str| refusal.details.get(detail).is_some_and(|value| !value.is_empty());
        match self.when.iter().find(|(detail, _)| told(detail.as_str())) {
            Some((_, other)) => [&other.pl, &other.en, &other.uk],
            None => [&self.pl, &self.en, &self.uk],
        }
    }
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
    let [what, why, todo] = lang.pick(row.sentences(refusal));
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
        "regime" => SecrecyRegime::parse(code).map(|c| c.label(lang)),
        "role" => return role(code, lang),
        "missing" => return requirement(code, lang),
        _ => return named(placeholder, code, lang),
    };
    label.unwrap_or(code)
}

/// The name that `refusal.toml` has for a code, such as of a field.
fn named<'a>(placeholder: &str, code: &'a str, lang: Lang) -> &'a str {
    let found = file().and_then(|file| file.name.get(placeholder)).and_then(|names| names.get(code));
    found.map_or(code, |name| lang.pick([name.pl.as_str(), &name.en, &name.uk]))
}

/// The role of a person in a matrix row, beside which an event stands; or of an account.
fn role(code: &str, lang: Lang) -> &str {
    match code {
        "EVENT" => lang.pick(["zdarzenie", "event", "подія"]),
        _ => PersonRole::parse(code).map_or_else(|_| named("role", code, lang), |role| role.label(lang)),
    }
}

/// A field that a policy row requires.
fn requirement(code: &str, lang: Lang) -> &str {
    match code {
        "CASE_REF" => lang.pick(["sygnatura sprawy", "case reference", "номер справи"]),
        "OFFICER" => lang.pick(["numer funkcjonariusza", "officer's number", "номер посадовця"]),
        "ORDER_REF" => {
            lang.pick(["sygnatura orzeczenia lub żądania", "reference of the order", "номер рішення або вимоги"])
        }
        "FORMAL_REF" => lang.pick(["pismo formalne", "formal letter", "офіційний лист"]),
        "JUSTIFICATION" => lang.pick([
            "uzasadnienie (co najmniej 30 znaków)",
            "justification (at least 30 characters)",
            "обґрунтування (щонайменше 30 знаків)",
        ]),
        _ => code,
    }
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

    fn complete(reason: Reason, [pl, en, uk]: [&[String; 3]; 3]) {
        for part in [pl, en, uk].into_iter().flatten() {
            assert!(part.trim() == part && part.ends_with('.'), "{reason}: {part}");
            assert!(!part.contains('!'), "{reason}: {part}");
        }
        assert_eq!(placeholders(pl), placeholders(en), "{reason} en");
        assert_eq!(placeholders(pl), placeholders(uk), "{reason} uk");
        assert!(uk.iter().all(|t| t.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c))), "{reason} uk");
    }

    #[test]
    fn every_reason_has_complete_texts_in_three_languages() {
        let file = parse().unwrap();
        for &reason in Reason::ALL {
            let row = file.reason.get(&reason).unwrap_or_else(|| panic!("{reason} has no text"));
            assert!(file.unchanged.contains_key(&row.unchanged), "{reason}: {}", row.unchanged);
            complete(reason, [&row.pl, &row.en, &row.uk]);
            for (detail, other) in &row.when {
                complete(reason, [&other.pl, &other.en, &other.uk]);
                assert!(placeholders(&other.pl).contains(detail), "{reason} when {detail}");
            }
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
    fn fields_and_roles_appear_under_their_names() {
        let told = |reason, detail, code| Refusal::new(reason).with(detail, code).explain(Lang::Pl);
        assert!(told(Reason::FieldMissing, "field", "subject").what.contains("numer sprawy"));
        assert!(told(Reason::FieldMissing, "field", "Rola w Więzi").what.contains("Rola w Więzi"), "words stay");
        assert!(told(Reason::WorkerRole, "role", "ADMINISTRATOR").why.contains("administrator."));
        assert!(!Refusal::new(Reason::NotFound).explain(Lang::Pl).why.contains('…'));
        for names in parse().unwrap().name.values() {
            for (code, name) in names {
                assert!(![&name.pl, &name.en, &name.uk].iter().any(|text| text.trim().is_empty()), "{code}");
            }
        }
    }

    #[test]
    fn waiting_time_is_told_in_seconds() {
        let text = Refusal::new(Reason::Quota).retry_after(1001).explain(Lang::Pl);
        assert!(text.todo.contains('2'), "{}", text.todo);
    }

    #[test]
    fn a_detail_can_choose_other_sentences() {
        let bare = Refusal::new(Reason::Basis).with("kind", "POLICE_QUERY").with("basis", "POL_REQ");
        let missing = bare.clone().with_codes("missing", ["OFFICER", "CASE_REF"]).explain(Lang::Pl);
        assert!(missing.what.contains("sygnatura sprawy, numer funkcjonariusza"), "{}", missing.what);
        assert_ne!(bare.explain(Lang::Pl).what, missing.what);
        let role = |code: &str| Refusal::new(Reason::Category).with("role", code).with("categories", "MARITAL");
        let text = role("HOUSEHOLD").explain(Lang::En);
        assert_eq!(
            text.what,
            "About this person (other person of the household) the following may not be passed on: marital status."
        );
        assert!(role("EVENT").explain(Lang::Pl).what.contains("(zdarzenie)"));
        let text = Refusal::new(Reason::Secrecy).with("regime", "MEDICAL").explain(Lang::Pl);
        assert!(text.what.contains("tajemnica medyczna"), "{}", text.what);
        let waits = Refusal::new(Reason::ReviewRequired);
        for refusal in [waits.clone(), waits.clone().with("categories", "HEALTH_MENTAL"), waits.with("limit", 20)] {
            let text = refusal.explain(Lang::Pl);
            assert!(text.todo.contains("wiez-node review list") && !text.why.contains('…'), "{text:?}");
        }
    }
}
