//! Shows answers to people, or as JSON to programs.

mod case;
mod consent;
mod duty;
mod export;
mod rows;

use wiez_proto::vocab::InstitutionKind;

use self::case::{case, case_line};
use self::consent::{consent, consent_line, paper};
use self::duty::{alarm, decided, dispatched, owed, review, sent};
use self::export::export;
use self::rows::{row, whole_row};
use super::talk::Talk;
use crate::api::{Answer, EntryView, PersonView, Request};
use crate::status::{Mark, Status};

/// Shows an answer and says what to do next.
pub(super) fn answer(talk: &mut Talk<'_>, request: &Request, answer: &Answer) {
    if talk.json {
        talk.value(answer);
        return;
    }
    match answer {
        Answer::Nothing => talk.told("done", &[]),
        // What is asked about accounts is shown by cli/account.
        Answer::Account(what) => talk.value(what),
        Answer::Status(value) => status(talk, value),
        Answer::Alarms(alarms) => list(talk, alarms, alarm),
        Answer::Log(log) => {
            let as_of = log.time_s.and_then(|time| i64::try_from(time).ok()).unwrap_or_default().saturating_mul(1000);
            let line = talk.texts.fill(
                "log-good",
                &[("size", &log.size.to_string()), ("root", &log.root), ("at", &talk.texts.moment(as_of))],
            );
            talk.line(&line);
        }
        Answer::People(people) => {
            list(talk, people, person);
            talk.hint("next-people", &[]);
        }
        Answer::Cases(cases) => list(talk, cases, case_line),
        Answer::Case(view) => case(talk, view),
        Answer::Sent(what) => sent(talk, what, show_command(request)),
        Answer::Dispatched(members) => {
            list(talk, members, dispatched);
            counted(talk, "dispatched", members.iter().filter(|member| member.sent.is_some()).count());
        }
        Answer::Owed(lines) => {
            list(talk, lines, owed);
            counted(talk, "owed-open", lines.len());
        }
        Answer::Reviews(lines) => {
            list(talk, lines, review);
            counted(talk, "reviews-open", lines.iter().filter(|line| line.decided.is_none()).count());
        }
        Answer::Decided(done) => decided(talk, done),
        Answer::Export(what) => export(talk, what),
        Answer::Consents(lines) => list(talk, lines, consent_line),
        Answer::Consent(view) => consent(talk, view),
        Answer::Withdrawn(done) => {
            consent(talk, &done.consent);
            let text = talk.texts.count("stopped", done.stopped.len());
            talk.line(&text);
            for number in &done.resend {
                talk.hint("next-resend", &[("number", number)]);
            }
        }
        Answer::Paper(checked) => paper(talk, checked),
        Answer::Directory(entries) => list(talk, entries, entry),
        // What was asked for or verified by name is shown whole.
        Answer::Rows(rows) => match rows.as_slice() {
            [only] => whole_row(talk, only),
            rows => list(talk, rows, row),
        },
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

/// Ends a list with how many there are.
fn counted(talk: &mut Talk<'_>, key: &str, n: usize) {
    let text = talk.texts.count(key, n);
    talk.line(&text);
}

/// The command that shows what was just sent.
fn show_command(request: &Request) -> &'static str {
    if matches!(request, Request::Ask { .. } | Request::Reply { .. } | Request::Refuse { .. }) {
        "next-info"
    } else if matches!(request, Request::Consult { .. } | Request::ConsultReply { .. } | Request::Feedback { .. }) {
        "next-consult"
    } else if matches!(
        request,
        Request::Refer { .. }
            | Request::Decide { .. }
            | Request::UndoAccept { .. }
            | Request::Answer { .. }
            | Request::Forward { .. }
    ) {
        "next-referral"
    } else {
        "next-case"
    }
}

fn person(talk: &mut Talk<'_>, person: &PersonView) {
    let role = person.worker.role.label(talk.lang());
    let declared = person.declared_on.map(|on| talk.texts.fill("declared", &[("on", &on.to_string())]));
    let declared = declared.map(|text| format!("  {text}")).unwrap_or_default();
    talk.line(&format!("{:>6}  {}  ({role}){declared}", person.worker.uid, person.worker.name));
}

fn status(talk: &mut Talk<'_>, status: &Status) {
    let get = |key: &str| status.transport.get(key).cloned().unwrap_or_default();
    talk.line(&format!("{} ({}) · {} · {}", status.name, status.institution, status.region, status.version));
    let hub = match get("connected_since_ms").as_i64() {
        Some(since) => talk.texts.fill("hub-since", &[("since", &talk.texts.moment(since))]),
        None => talk.texts.fill("hub-away", &[("why", get("trouble").as_str().unwrap_or("-"))]),
    };
    talk.line(&hub);
    let states = ["queued", "sealed", "accepted"];
    let count = |outbox: &serde_json::Value| states.iter().filter_map(|state| outbox.get(state)?.as_u64()).sum::<u64>();
    let waiting = status.transport.get("outbox").map(count).map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    // What is not counted for who asks has no line.
    let counts = [
        ("outbox-waiting", waiting),
        ("cases-open", status.ours),
        ("cases-late", status.overdue),
        ("consents-live", status.consents),
    ];
    for (key, n) in counts.into_iter().filter_map(|(key, n)| Some((key, n?))) {
        talk.line(&talk.texts.count(key, n));
    }
    talk.line(&talk.texts.fill("log-size", &[("size", &get("log_size").to_string())]));
    for check in status.checks.iter().filter(|check| check.mark != Mark::Good) {
        let t = &talk.texts;
        let text = format!("{} – {}: {}. {}", check.word(t), check.name(t), check.found(t), check.todo(t));
        talk.line(&text);
    }
    if get("log_alarmed").as_bool() == Some(true) || get("alarms").as_u64().is_some_and(|count| count > 0) {
        talk.told("alarmed", &[]);
        talk.hint("next-alarms", &[]);
    }
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
