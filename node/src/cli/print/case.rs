//! Shows cases: one line each, or everything of one with its messages, dates and history.

use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{
    AckCode, BasisCode, Category, DeclineReason, FeedbackCode, FormalChannel, HelpCode, KeptOrDeleted, Lang,
    MediationOutcome, MessageKind, NoticeScope, Outcome, Owed, ReferralStatus, SecrecyRelease, ServiceCode,
    SignalReason, Urgency, WorkerRole,
};

use super::duty::{flagged, obligation};
use crate::casework::{CaseLine, CaseView, Field, Happened, MessageView};
use crate::cli::talk::Talk;
use crate::referral::Side;
use crate::store::casework::Direction;

pub(super) fn case_line(talk: &mut Talk<'_>, case: &CaseLine) {
    let due = talk.texts.moment(case.due_ms);
    let turn = talk.texts.fill(if case.ours { "turn-ours" } else { "turn-theirs" }, &[("due", &due)]);
    let late = if case.overdue { format!(" {}", talk.texts.say("late")) } else { String::new() };
    let arrow = if case.side == Side::Referrer { "→" } else { "←" };
    let status = case.status.label(talk.lang());
    let kind = talk.texts.say(&format!("case-{}", case.kind.code()));
    let apart = if case.apart { format!("  {}", talk.texts.say("apart")) } else { String::new() };
    talk.line(&format!(
        "{}  {arrow} {}  {}  {kind}: {status}  {turn}{late}{apart}",
        case.number, case.peer_name, case.subject_ref
    ));
}

pub(super) fn case(talk: &mut Talk<'_>, view: &CaseView) {
    case_line(talk, &view.line);
    let place = talk.texts.fill(&view.place(), &[("peer", &view.line.peer_name)]);
    talk.line(&place);
    if let Some(phone) = &view.phone {
        let text = talk.texts.fill("phone", &[("phone", phone)]);
        talk.line(&text);
    }
    if view.working_copy {
        let key = if view.line.side == Side::Referrer { "working-copy" } else { "working-copy-theirs" };
        let text = talk.texts.fill(key, &[("number", &view.line.number)]);
        talk.line(&text);
    }
    if let Some(letter) = &view.formal {
        let channel = letter.channel.label(talk.lang());
        let (number, date) = (letter.number.as_str(), letter.date.to_string());
        let text = talk.texts.fill("formal", &[("channel", channel), ("number", number), ("date", &date)]);
        talk.line(&text);
    }
    if let Some(about) = &view.about {
        let text = talk.texts.fill("about", &[("number", about)]);
        talk.line(&text);
    }
    if let Some(problem) = &view.problem {
        refusal(talk, problem);
    }
    for message in &view.messages {
        one_message(talk, message);
    }
    if !view.obligations.is_empty() {
        let title = talk.texts.say("obligations");
        talk.line(&title);
        for line in &view.obligations {
            obligation(talk, line);
        }
    }
    let title = talk.texts.say("history");
    talk.line(&title);
    for event in &view.history {
        happened(talk, event);
    }
    if !view.allowed.is_empty() {
        let names: Vec<&str> = view.allowed.iter().map(|status| status.label(talk.lang())).collect();
        talk.hint("next-allowed", &[("states", &names.join(", "))]);
    }
}

pub(super) fn refusal(talk: &mut Talk<'_>, refusal: &Refusal) {
    let text = refusal.explain(talk.lang());
    talk.line(&format!("  {} {}", text.code, text.what));
}

fn one_message(talk: &mut Talk<'_>, message: &MessageView) {
    let lang = talk.lang();
    let kind =
        MessageKind::parse(&message.kind).map_or_else(|_| message.kind.clone(), |kind| kind.label(lang).to_owned());
    let arrow = if message.direction == Direction::Out { "→" } else { "←" };
    let moment = talk.texts.moment(message.at_ms);
    let state = talk.texts.find(&format!("state-{}", message.state)).unwrap_or_default();
    talk.line(&format!("{arrow} {moment}  {kind}, {}  {state}", message.worker));
    if !message.flags.is_empty() {
        let text = flagged(talk, &message.flags);
        talk.line(&format!("  ! {text}"));
    }
    if let Some(id) = &message.review {
        let text = talk.texts.fill("reviewed-as", &[("id", id)]);
        talk.line(&format!("  {text}"));
    }
    for banner in &message.banners {
        let code =
            serde_json::to_value(banner).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        let text = talk.texts.say(&format!("banner-{code}"));
        talk.line(&format!("  ! {text}"));
    }
    if let Some(closed) = &message.closed {
        refusal(talk, closed);
    }
    for field in message.statement.iter().chain(&message.fields) {
        one_field(talk, field);
    }
}

pub(super) fn one_field(talk: &mut Talk<'_>, field: &Field) {
    let lang = talk.lang();
    let name = match Category::parse(&field.name) {
        Ok(category) => category.label(lang).to_owned(),
        Err(_) => talk.texts.find(&format!("field-{}", field.name)).unwrap_or_else(|| field.name.clone()),
    };
    let name = match field.role {
        Some(role) => format!("{} ({}), {name}", role.label(lang), field.person),
        None => name,
    };
    let heading = if field.label.is_empty() { name } else { format!("{name} – {}", field.label) };
    let text = match (field.name.as_str(), field.text.as_str()) {
        ("partial" | "family_knows" | "for_gdp", "YES") => talk.texts.say("yes"),
        ("partial" | "family_knows" | "for_gdp", "NO") => talk.texts.say("no"),
        ("phoned_at_ms", ms) => instant(talk, ms),
        // The channel stands first in it, then the letter's own number and date.
        ("formal_ref", letter) => match letter.split_once(' ') {
            Some((channel, rest)) => format!("{} {rest}", named(lang, "channel", channel)),
            None => letter.to_owned(),
        },
        (name, text) => named(lang, name, text),
    };
    let mut lines = text.split('\n');
    talk.line(&format!("    {heading}: {}", lines.next().unwrap_or_default()));
    for line in lines {
        talk.line(&format!("      {line}"));
    }
}

/// The names of the codes in a field that holds codes; every other text as it is.
fn named(lang: Lang, field: &str, text: &str) -> String {
    let one = |code: &str| -> Option<&'static str> {
        match field {
            "status" => ReferralStatus::parse(code).ok().map(|code| code.label(lang)),
            "reason" | "why" | "dispute" => {
                let declined = DeclineReason::parse(code).ok().map(|code| code.label(lang));
                declined.or_else(|| SignalReason::parse(code).ok().map(|code| code.label(lang)))
            }
            "outcome" => {
                let ended = Outcome::parse(code).ok().map(|code| code.label(lang));
                ended.or_else(|| MediationOutcome::parse(code).ok().map(|code| code.label(lang)))
            }
            "service" => ServiceCode::parse(code).ok().map(|code| code.label(lang)),
            "urgency" => Urgency::parse(code).ok().map(|code| code.label(lang)),
            "asked" => Category::parse(code).ok().map(|code| code.label(lang)),
            "what_would_help" => HelpCode::parse(code).ok().map(|code| code.label(lang)),
            "code" => {
                let told = FeedbackCode::parse(code).ok().map(|code| code.label(lang));
                told.or_else(|| AckCode::parse(code).ok().map(|code| code.label(lang)))
            }
            "signal_reason" => SignalReason::parse(code).ok().map(|code| code.label(lang)),
            "ack" => AckCode::parse(code).ok().map(|code| code.label(lang)),
            "mediation" => MediationOutcome::parse(code).ok().map(|code| code.label(lang)),
            "channel" => FormalChannel::parse(code).ok().map(|code| code.label(lang)),
            "scope" => NoticeScope::parse(code).ok().map(|code| code.label(lang)),
            "answer" => KeptOrDeleted::parse(code).ok().map(|code| code.label(lang)),
            "basis" => BasisCode::parse(code).ok().map(|code| code.label(lang)),
            _ => None,
        }
    };
    let names: Option<Vec<&str>> = text.split(", ").map(one).collect();
    names.map_or_else(|| text.to_owned(), |names| names.join(", "))
}

pub(super) fn happened(talk: &mut Talk<'_>, event: &Happened) {
    let code =
        serde_json::to_value(event.what).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let moment = talk.texts.moment(event.at_ms);
    let until = event.details.get("until_ms").map(|ms| instant(talk, ms)).unwrap_or_default();
    let what = talk.texts.fill(&format!("what-{code}"), &[("who", &event.who), ("until", &until)]);
    let in_sentence = |key: &str| matches!(key, "until_ms" | "phone");
    let details = event.details.iter().filter(|(key, _)| !in_sentence(key));
    let details: Vec<String> = details.map(|(key, value)| detail(talk, key, value)).collect();
    let details = if details.is_empty() { String::new() } else { format!("  [{}]", details.join(", ")) };
    let phone = event.details.get("phone").map(|phone| talk.texts.fill("phone", &[("phone", phone)]));
    let phone = phone.map(|text| format!("  {text}")).unwrap_or_default();
    talk.line(&format!("  {moment}  {what}{details}{phone}"));
}

/// The name of a code of the history. Reasons of refusals keep theirs: the whole text stands above the messages.
fn detail(talk: &Talk<'_>, key: &str, code: &str) -> String {
    let lang = talk.lang();
    let said = |name: &str| talk.texts.find(&format!("{name}-{code}"));
    let name = match key {
        "kind" => MessageKind::parse(code).ok().map(|code| code.label(lang).to_owned()),
        "release" => SecrecyRelease::parse(code).ok().map(|code| code.label(lang).to_owned()),
        "owed" => Owed::parse(code).ok().map(|code| code.label(lang).to_owned()),
        "feedback" => FeedbackCode::parse(code).ok().map(|code| code.label(lang).to_owned()),
        "owner" => said("owner").or_else(|| WorkerRole::parse(code).ok().map(|code| code.label(lang).to_owned())),
        "outage" => said("cause"),
        _ => Some(named(lang, key, code)),
    };
    name.unwrap_or_else(|| code.to_owned())
}

/// A moment that stands as milliseconds since 1970 in a text.
fn instant(talk: &Talk<'_>, ms: &str) -> String {
    ms.parse().map_or_else(|_| ms.to_owned(), |ms| talk.texts.moment(ms))
}

#[cfg(test)]
mod tests;
