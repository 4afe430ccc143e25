//! Codes and moments in the words that a worker reads.

use wiez_proto::calendar::warsaw;
use wiez_proto::vocab::{
    AckCode, BasisCode, Category, DeclineReason, FeedbackCode, FormalChannel, HelpCode, KeptOrDeleted, Lang,
    MediationOutcome, MessageKind, NoticeScope, Outcome, ReferralStatus, ServiceCode, SignalReason, Urgency,
};

use crate::casework::Field;
pub(super) use crate::names::folded;
use crate::text::Texts;

/// As the moment of reading: far from every other, so that nothing on paper is said to be today or tomorrow.
pub(super) const PAPER: i64 = 0;

/// A heading and a text under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) heading: String,
    pub(super) text: String,
}

/// Whether a folded text holds every word of what somebody looks for.
pub(super) fn holds(text: &str, wanted: &str) -> bool {
    folded(wanted).split_whitespace().all(|word| text.contains(word))
}

fn day(ms: i64) -> jiff::civil::Date {
    jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(warsaw()).date()
}

/// A date as people here write it.
pub(super) fn date(ms: i64) -> String {
    day(ms).strftime("%d.%m.%Y").to_string()
}

/// A moment of today as the time alone, any other with its date.
pub(super) fn moment(t: &Texts, now_ms: i64, ms: i64) -> String {
    if day(now_ms) != day(ms) {
        return t.moment(ms);
    }
    let time =
        jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(warsaw()).strftime("%H:%M").to_string();
    t.fill("w-today", &[("time", &time)])
}

/// As [`moment`], to the second: for what may be proof.
pub(super) fn stamp(t: &Texts, now_ms: i64, ms: i64) -> String {
    let zoned = jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(warsaw());
    if day(now_ms) != day(ms) {
        return zoned.strftime("%d.%m.%Y, %H:%M:%S").to_string();
    }
    t.fill("w-today", &[("time", &zoned.strftime("%H:%M:%S").to_string())])
}

/// A deadline as somebody would say it: `jutro`, `2 dni po terminie`.
pub(super) fn due(t: &Texts, now_ms: i64, due_ms: i64) -> String {
    let days = (day(due_ms) - day(now_ms)).get_days();
    let count = |days: i32| usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX);
    match days {
        0 if due_ms < now_ms => t.fill("w-due-past-today", &[("time", &moment(t, now_ms, due_ms))]),
        0 => moment(t, now_ms, due_ms),
        1 => t.say("w-due-tomorrow"),
        2..=14 => t.count("w-due-in", count(days)),
        i32::MIN..=-1 => t.count("w-due-late", count(days)),
        _ => date(due_ms),
    }
}

/// The name of a kind of message.
pub(super) fn kind(lang: Lang, code: &str) -> String {
    MessageKind::parse(code).map_or_else(|_| code.to_owned(), |kind| kind.label(lang).to_owned())
}

/// The code of a value as it stands in JSON, which is also the end of its key in the texts.
pub(super) fn code(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A field of a message: its name for people, and its value with codes as names.
pub(super) fn field(t: &Texts, field: &Field) -> Fact {
    let lang = t.lang();
    let name = match Category::parse(&field.name) {
        Ok(category) => category.label(lang).to_owned(),
        Err(_) => t.find(&format!("field-{}", field.name)).unwrap_or_else(|| field.name.clone()),
    };
    let name = match field.role {
        Some(role) => format!("{} ({}), {name}", role.label(lang), field.person),
        None => name,
    };
    let heading = if field.label.is_empty() { name } else { format!("{name} – {}", field.label) };
    let text = match (field.name.as_str(), field.text.as_str()) {
        ("partial" | "family_knows" | "for_gdp", "YES") => t.say("yes"),
        ("partial" | "family_knows" | "for_gdp", "NO") => t.say("no"),
        ("phoned_at_ms", ms) => ms.parse().map_or_else(|_| ms.to_owned(), |ms| t.moment(ms)),
        // The channel stands first in it, then the letter's own number and date.
        ("formal_ref", letter) => match letter.split_once(' ') {
            Some((channel, rest)) => format!("{} {rest}", known(lang, "channel", channel).unwrap_or(channel)),
            None => letter.to_owned(),
        },
        (name, text) => {
            let names: Option<Vec<&str>> = text.split(", ").map(|code| known(lang, name, code)).collect();
            names.map_or_else(|| text.to_owned(), |names| names.join(", "))
        }
    };
    Fact { heading, text }
}

/// The name of a code in a field that holds codes; none for every other field and text.
pub(super) fn known(lang: Lang, field: &str, code: &str) -> Option<&'static str> {
    match field {
        "status" => ReferralStatus::parse(code).ok().map(|code| code.label(lang)),
        "reason" | "why" | "dispute" | "signal_reason" => {
            let declined = DeclineReason::parse(code).ok().map(|code| code.label(lang));
            declined.or_else(|| SignalReason::parse(code).ok().map(|code| code.label(lang)))
        }
        "outcome" => {
            let ended = Outcome::parse(code).ok().map(|code| code.label(lang));
            ended.or_else(|| MediationOutcome::parse(code).ok().map(|code| code.label(lang)))
        }
        "service" => ServiceCode::parse(code).ok().map(|code| code.label(lang)),
        "urgency" => Urgency::parse(code).ok().map(|code| code.label(lang)),
        "asked" | "without" => Category::parse(code).ok().map(|code| code.label(lang)),
        "what_would_help" => HelpCode::parse(code).ok().map(|code| code.label(lang)),
        "code" | "ack" => {
            let told = FeedbackCode::parse(code).ok().map(|code| code.label(lang));
            told.or_else(|| AckCode::parse(code).ok().map(|code| code.label(lang)))
        }
        "channel" => FormalChannel::parse(code).ok().map(|code| code.label(lang)),
        "scope" => NoticeScope::parse(code).ok().map(|code| code.label(lang)),
        "answer" => KeptOrDeleted::parse(code).ok().map(|code| code.label(lang)),
        "basis" => BasisCode::parse(code).ok().map(|code| code.label(lang)),
        _ => None,
    }
}

/// A code and its name, for a list to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// Makes a list to choose from; the code typed before stays chosen.
pub(super) fn choices<'a>(all: impl IntoIterator<Item = (&'a str, String)>, typed: &str) -> Vec<Choice> {
    all.into_iter().map(|(code, name)| Choice { code: code.to_owned(), name, chosen: code == typed }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_needs_no_polish_letters() {
        let text = folded("Skierowanie do ŻŁOBKA, Łąka");
        assert!(holds(&text, "zlobka skierowanie") && holds(&text, "ŁĄKA") && holds(&text, "  "));
        assert!(!holds(&text, "zlobek"));
    }

    #[test]
    fn deadlines_are_said_in_days_of_warsaw() {
        let t = Texts::pages(Lang::Pl);
        let at = |text: &str| -> i64 {
            format!("{text}[Europe/Warsaw]")
                .parse::<jiff::Zoned>()
                .map_or(0, |zoned| zoned.timestamp().as_millisecond())
        };
        let now = at("2026-05-06T23:30");
        assert_eq!(due(&t, now, at("2026-05-06T23:59")), "dziś, 23:59");
        assert_eq!(due(&t, now, at("2026-05-06T08:00")), "minął dziś, 08:00");
        assert_eq!(due(&t, now, at("2026-05-07T00:10")), "jutro");
        assert_eq!(due(&t, now, at("2026-05-08T12:00")), "za 2 dni");
        assert_eq!(due(&t, now, at("2026-05-05T23:00")), "1 dzień po terminie");
        assert_eq!(due(&t, now, at("2026-04-14T23:00")), "22 dni po terminie");
        assert_eq!(due(&t, now, at("2026-07-01T12:00")), "01.07.2026");
    }
}
