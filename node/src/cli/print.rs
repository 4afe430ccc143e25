//! Shows answers to people, or as JSON to programs.

use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{
    BasisCode, Category, DeclineReason, FeedbackCode, HelpCode, InstitutionKind, KeptOrDeleted, Lang, MessageKind,
    NoticeScope, Outcome, ReferralStatus, ServiceCode, Urgency,
};

use super::talk::Talk;
use crate::api::{Answer, EntryView, Request, RowView};
use crate::casework::{CaseLine, CaseView, Field, Happened, MessageView};
use crate::consent::{ConsentView, PairView, State};
use crate::referral::Side;
use crate::status::Status;
use crate::store::casework::Direction;

/// Shows an answer and says what to do next.
pub(super) fn answer(talk: &mut Talk<'_>, request: &Request, answer: &Answer) {
    if talk.json {
        talk.value(answer);
        return;
    }
    match answer {
        Answer::Nothing => talk.told("done", &[]),
        Answer::Status(value) => status(talk, value),
        Answer::Alarms(alarms) => list(talk, alarms, |talk, alarm| talk.line(&alarm.to_string())),
        Answer::Log(log) => {
            let as_of = log.time_s.and_then(|time| i64::try_from(time).ok()).unwrap_or_default().saturating_mul(1000);
            let line = talk.texts.fill(
                "log-good",
                &[("size", &log.size.to_string()), ("root", &log.root), ("at", &talk.texts.moment(as_of))],
            );
            talk.line(&line);
        }
        Answer::People(people) => {
            list(talk, people, |talk, worker| {
                let role = worker.role.label(talk.lang());
                talk.line(&format!("{:>6}  {}  ({role})", worker.uid, worker.name));
            });
            talk.hint("next-people", &[]);
        }
        Answer::Cases(cases) => list(talk, cases, case_line),
        Answer::Case(view) => case(talk, view),
        Answer::Sent(sent) => {
            let due = talk.texts.moment(sent.due_ms);
            talk.told("sent", &[("number", &sent.number), ("due", &due)]);
            talk.hint(show_command(request), &[("number", &sent.number)]);
        }
        Answer::Consents(lines) => list(talk, lines, |talk, line| {
            let state = talk.texts.say(&format!("consent-{}", line.state.code()));
            let named: Vec<&str> = line.institutions.iter().map(|id| id.as_str()).collect();
            talk.line(&format!(
                "{}  {}  {state}, {}  {}",
                line.number,
                line.subject_ref,
                line.valid_to,
                named.join(", ")
            ));
        }),
        Answer::Consent(view) => consent(talk, view),
        Answer::Withdrawn(done) => {
            consent(talk, &done.consent);
            let text = talk.texts.count("stopped", done.stopped.len());
            talk.line(&text);
            for number in &done.resend {
                talk.hint("next-resend", &[("number", number)]);
            }
        }
        Answer::Directory(entries) => list(talk, entries, entry),
        Answer::Rows(rows) => list(talk, rows, row),
    }
}

fn list<T>(talk: &mut Talk<'_>, items: &[T], each: impl Fn(&mut Talk<'_>, &T)) {
    if items.is_empty() {
        talk.told("nothing", &[]);
    }
    for item in items {
        each(talk, item);
    }
}

/// The command that shows what was just sent.
fn show_command(request: &Request) -> &'static str {
    if matches!(request, Request::Ask { .. } | Request::Reply { .. } | Request::Refuse { .. }) {
        "next-info"
    } else if matches!(request, Request::Consult { .. } | Request::ConsultReply { .. } | Request::Feedback { .. }) {
        "next-consult"
    } else {
        "next-referral"
    }
}

fn status(talk: &mut Talk<'_>, status: &Status) {
    let get = |key: &str| status.transport.get(key).cloned().unwrap_or_default();
    talk.line(&format!("{} ({}) · {} · {}", status.name, status.institution, status.region, status.version));
    let hub = match get("connected_since_ms").as_i64() {
        Some(since) => talk.texts.fill("hub-since", &[("since", &talk.texts.moment(since))]),
        None => talk.texts.fill("hub-away", &[("why", get("trouble").as_str().unwrap_or("-"))]),
    };
    talk.line(&hub);
    let outbox = get("outbox");
    let waiting: u64 = ["queued", "sealed", "accepted"].iter().filter_map(|state| outbox.get(state)?.as_u64()).sum();
    let lines = [
        talk.texts.count("outbox-waiting", usize::try_from(waiting).unwrap_or(usize::MAX)),
        talk.texts.count("cases-open", status.ours),
        talk.texts.count("cases-late", status.overdue),
        talk.texts.count("consents-live", status.consents),
        talk.texts.fill("log-size", &[("size", &get("log_size").to_string())]),
    ];
    for line in lines {
        talk.line(&line);
    }
    if get("log_alarmed").as_bool() == Some(true) || get("alarms").as_u64().is_some_and(|count| count > 0) {
        talk.told("alarmed", &[]);
        talk.hint("next-alarms", &[]);
    }
}

fn case_line(talk: &mut Talk<'_>, case: &CaseLine) {
    let due = talk.texts.moment(case.due_ms);
    let turn = talk.texts.fill(if case.ours { "turn-ours" } else { "turn-theirs" }, &[("due", &due)]);
    let late = if case.overdue { format!(" {}", talk.texts.say("late")) } else { String::new() };
    let arrow = if case.side == Side::Referrer { "→" } else { "←" };
    let status = case.status.label(talk.lang());
    talk.line(&format!("{}  {arrow} {}  {}  {status}  {turn}{late}", case.number, case.peer_name, case.subject_ref));
}

fn case(talk: &mut Talk<'_>, view: &CaseView) {
    case_line(talk, &view.line);
    let place = talk.texts.fill(&format!("where-{}", view.line.status), &[("peer", &view.line.peer_name)]);
    talk.line(&place);
    if let Some(problem) = &view.problem {
        refusal(talk, problem);
    }
    for message in &view.messages {
        one_message(talk, message);
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

fn refusal(talk: &mut Talk<'_>, refusal: &Refusal) {
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
    for banner in &message.banners {
        let code =
            serde_json::to_value(banner).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        let text = talk.texts.say(&format!("banner-{code}"));
        talk.line(&format!("  ! {text}"));
    }
    if let Some(closed) = &message.closed {
        refusal(talk, closed);
    }
    for field in &message.fields {
        one_field(talk, field);
    }
}

fn one_field(talk: &mut Talk<'_>, field: &Field) {
    let lang = talk.lang();
    let name = match Category::parse(&field.name) {
        Ok(category) => category.label(lang).to_owned(),
        Err(_) => talk.texts.find(&format!("field-{}", field.name)).unwrap_or_else(|| field.name.clone()),
    };
    let heading = if field.label.is_empty() { name } else { format!("{name} – {}", field.label) };
    let text = named(talk.lang(), &field.name, &field.text);
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
            "reason" | "why" => DeclineReason::parse(code).ok().map(|code| code.label(lang)),
            "outcome" => Outcome::parse(code).ok().map(|code| code.label(lang)),
            "service" => ServiceCode::parse(code).ok().map(|code| code.label(lang)),
            "urgency" => Urgency::parse(code).ok().map(|code| code.label(lang)),
            "asked" => Category::parse(code).ok().map(|code| code.label(lang)),
            "what_would_help" => HelpCode::parse(code).ok().map(|code| code.label(lang)),
            "code" => FeedbackCode::parse(code).ok().map(|code| code.label(lang)),
            "scope" => NoticeScope::parse(code).ok().map(|code| code.label(lang)),
            "answer" => KeptOrDeleted::parse(code).ok().map(|code| code.label(lang)),
            "basis" => BasisCode::parse(code).ok().map(|code| code.label(lang)),
            _ => None,
        }
    };
    let names: Option<Vec<&str>> = text.split(", ").map(one).collect();
    names.map_or_else(|| text.to_owned(), |names| names.join(", "))
}

fn happened(talk: &mut Talk<'_>, event: &Happened) {
    let code =
        serde_json::to_value(event.what).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let moment = talk.texts.moment(event.at_ms);
    let what = talk.texts.fill(&format!("what-{code}"), &[("who", &event.who)]);
    let details: Vec<&str> = event.details.values().map(String::as_str).collect();
    let details = if details.is_empty() { String::new() } else { format!("  [{}]", details.join(", ")) };
    talk.line(&format!("  {moment}  {what}{details}"));
}

fn consent(talk: &mut Talk<'_>, view: &ConsentView) {
    let line = &view.line;
    let state = talk.texts.say(&format!("consent-{}", line.state.code()));
    talk.line(&format!("{}  {}  {state}", line.number, line.subject_ref));
    let giver = view.form.giver.role.label(talk.lang());
    let dates = format!("{} – {}", view.form.valid_from, view.form.valid_to);
    talk.line(&format!("  {giver}, {dates}, {}", view.form.evidence_place));
    for pair in &view.pairs {
        one_pair(talk, pair);
    }
    if matches!(line.state, State::Active | State::Narrowed) {
        talk.hint("next-consent", &[("number", &line.number), ("subject", &line.subject_ref)]);
    }
}

fn one_pair(talk: &mut Talk<'_>, pair: &PairView) {
    let lang = talk.lang();
    let names = |set: &std::collections::BTreeSet<Category>| {
        set.iter().map(|category| category.label(lang)).collect::<Vec<_>>().join(", ")
    };
    let state = match (pair.ended_ms, pair.logged) {
        (None, _) => talk.texts.say("pair-live"),
        (Some(ms), true) => talk.texts.fill("pair-ended", &[("at", &talk.texts.moment(ms))]),
        (Some(ms), false) => talk.texts.fill("pair-ending", &[("at", &talk.texts.moment(ms))]),
    };
    talk.line(&format!("  {}: {state}", pair.institution));
    talk.line(&format!("    → {}", names(&pair.give)));
    talk.line(&format!("    ← {}", names(&pair.receive)));
}

fn entry(talk: &mut Talk<'_>, entry: &EntryView) {
    let lang = talk.lang();
    let kind =
        |code: &String| InstitutionKind::parse(code).map_or_else(|_| code.clone(), |kind| kind.label(lang).to_owned());
    let kinds: Vec<String> = entry.kinds.iter().map(kind).collect();
    let standing = talk.texts.say(&format!("standing-{}", entry.standing));
    talk.line(&format!(
        "{}  {}  {}  {}  {}  {standing}",
        entry.institution,
        entry.name,
        kinds.join(", "),
        entry.teryt,
        entry.phone
    ));
    talk.line(&format!("    {}", entry.signing_key));
    if entry.key_alarm {
        talk.told("key-alarm", &[("institution", &entry.institution)]);
    }
}

fn row(talk: &mut Talk<'_>, row: &RowView) {
    let state = talk.texts.say(if row.usable { "row-usable" } else { "row-closed" });
    talk.line(&format!("{}  {}  {state}  {}", row.id, row.class, row.verified.join("; ")));
    talk.line(&format!("    {} | {} | {}", row.act, row.source, row.due.as_deref().unwrap_or("-")));
    talk.line(&format!("    {} → {}", row.senders.join(" "), row.recipients.join(" ")));
    talk.line(&format!("    {}", row.categories.join(" ")));
    talk.line(&format!("    sha256 {}", row.digest));
}
