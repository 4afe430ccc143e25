//! One case: what can be done, where the message is in words, the content as released, and what happened when.

use askama::Template;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{Category, ReferralStatus};

use super::ask::{Answer, Ask, go, page};
use super::fault::Told;
use super::frame::Frame;
use super::words::{Fact, code, due, field, happened, kind, moment};
use crate::casework::act::Sent;
use crate::casework::{self, CaseKind, CaseView, MessageView};
use crate::obligation::ObligationLine;
use crate::referral::{Side, is_over};
use crate::store::casework::Direction;
use crate::text::Texts;

/// What a worker can do in a case now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button that is there or not")]
pub(super) struct Acts {
    pub(super) accept: bool,
    pub(super) undo: bool,
    pub(super) begin: bool,
    pub(super) question: bool,
    pub(super) decline: bool,
    pub(super) waitlist: bool,
    pub(super) finish: bool,
    pub(super) forward: bool,
    pub(super) supplement: bool,
    pub(super) cancel: bool,
    pub(super) reply: bool,
    pub(super) refuse: bool,
    pub(super) acknowledge: bool,
}

impl Acts {
    pub(super) fn of(view: &CaseView) -> Self {
        use ReferralStatus as S;
        let line = &view.line;
        let provider = line.side == Side::Provider;
        let referral = line.kind == CaseKind::Referral;
        let can = |status: S| view.allowed.contains(&status);
        let waits = matches!(line.status, S::Delivered | S::Opened | S::Expired | S::CancelledConsent);
        let request = provider && waits && matches!(line.kind, CaseKind::Info | CaseKind::Query);
        Self {
            accept: provider && can(S::Accepted),
            undo: referral && provider && line.status == S::Accepted,
            begin: provider && can(S::InProgress) && line.status != S::InProgress,
            question: provider && can(S::NeedInfo),
            decline: provider && can(S::Declined),
            waitlist: provider && can(S::Waitlisted),
            finish: provider && can(S::Completed),
            forward: provider && can(S::Forwarded),
            supplement: referral && !provider && line.status == S::NeedInfo,
            cancel: can(S::CancelledBySender),
            reply: request || (provider && waits && line.kind == CaseKind::Consult),
            refuse: request,
            acknowledge: provider && line.kind.reports() && !is_over(line.status),
        }
    }

    /// Whether there is anything on the page of answers.
    pub(super) const fn answers(&self) -> bool {
        self.question || self.decline || self.waitlist || self.finish || self.supplement || self.cancel
    }
}

/// One way out of a refusal.
struct Fix {
    /// Codes of the categories to leave out; empty to send the same again.
    without: String,
    name: String,
}

/// A message as the page shows it.
struct Shown {
    came: bool,
    kind: String,
    at: String,
    worker: String,
    state: String,
    banners: Vec<String>,
    closed: Option<Told>,
    basis: Vec<Fact>,
    facts: Vec<Fact>,
}

impl Shown {
    fn of(t: &Texts, now_ms: i64, message: &MessageView) -> Self {
        let facts = |fields: &[casework::Field]| fields.iter().map(|one| field(t, one)).collect();
        Self {
            came: message.direction == Direction::In,
            kind: kind(t.lang(), &message.kind),
            at: moment(t, now_ms, message.at_ms),
            worker: message.worker.clone(),
            state: t.find(&format!("state-{}", message.state)).unwrap_or_default(),
            banners: message.banners.iter().map(|banner| t.say(&format!("banner-{}", code(banner)))).collect(),
            closed: message.closed.as_ref().map(|refusal| Told::of(refusal, t.lang())),
            basis: facts(&message.statement),
            facts: facts(&message.fields),
        }
    }
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage<'a> {
    f: Frame<'a>,
    number: String,
    subject: String,
    kind: String,
    came: bool,
    peer: String,
    peer_id: String,
    state: String,
    place: String,
    turn: String,
    late: bool,
    apart: bool,
    phone: Option<String>,
    working_copy: bool,
    formal: Option<String>,
    about: Option<String>,
    /// What was just done.
    done: Option<String>,
    problem: Option<Told>,
    fixes: Vec<Fix>,
    acts: Acts,
    messages: Vec<Shown>,
    owed: Vec<String>,
    history: Vec<(String, String)>,
}

/// What can have been done just now; nothing else is ever shown from an address.
const DONE: &[&str] = &[
    "przyjeto",
    "cofnieto",
    "rozpoczeto",
    "zapytano",
    "odrzucono",
    "oczekuje",
    "zakonczono",
    "wycofano",
    "wyslano",
    "uzupelniono",
    "przekazano",
    "zaproponowano",
    "odpisano",
    "odmowiono",
    "potwierdzono",
    "poinformowano",
    "zamknieto",
];

/// The page of a case.
pub(super) async fn show(ask: Ask) -> Answer {
    let view = casework::show(ask.node(), &ask.worker()?, ask.param("number")).await?;
    let (t, now_ms, line) = (ask.texts(), ask.now_ms(), &view.line);
    let done = DONE.iter().find(|done| **done == ask.query().get("zrobione"));
    let over = is_over(line.status);
    let turn =
        t.fill(if line.ours { "w-turn-ours" } else { "w-turn-theirs" }, &[("due", &due(t, now_ms, line.due_ms))]);
    let under = if line.apart { "/osobne" } else { "/skrzynka" };
    let title = t.fill("w-case-title", &[("number", &line.number)]);
    let f = Frame::new(&ask, "w-case-title").titled(title).under(under);
    page(&CasePage {
        f: if view.problem.is_some() { f.problem() } else { f },
        number: line.number.clone(),
        subject: line.subject_ref.clone(),
        kind: t.say(&format!("case-{}", line.kind.code())),
        came: line.side == Side::Provider,
        peer: line.peer_name.clone(),
        peer_id: line.peer.to_string(),
        state: line.status.label(t.lang()).to_owned(),
        place: t.fill(&format!("where-{}", line.status), &[("peer", &line.peer_name)]),
        turn: if over { String::new() } else { turn },
        late: line.overdue && !over,
        apart: line.apart,
        phone: view.phone.clone(),
        working_copy: view.working_copy,
        formal: formal(t, &view),
        about: view.about.clone(),
        done: done.map(|done| t.say(&format!("w-done-{done}"))),
        problem: view.problem.as_ref().map(|refusal| Told::of(refusal, t.lang())),
        fixes: fixes(t, &view),
        acts: Acts::of(&view),
        messages: view.messages.iter().map(|message| Shown::of(t, now_ms, message)).collect(),
        owed: view.obligations.iter().map(|owed| obligation(t, now_ms, owed)).collect(),
        history: view.history.iter().rev().map(|event| (moment(t, now_ms, event.at_ms), happened(t, event))).collect(),
    })
}

fn formal(t: &Texts, view: &CaseView) -> Option<String> {
    let letter = view.formal.as_ref()?;
    let values = [
        ("channel", letter.channel.label(t.lang())),
        ("number", letter.number.as_str()),
        ("date", &letter.date.strftime("%d.%m.%Y").to_string()),
    ];
    Some(t.fill("formal", &values))
}

/// What helps against the refusal, as buttons: without what it names, or the same again after something changed.
fn fixes(t: &Texts, view: &CaseView) -> Vec<Fix> {
    use ReferralStatus as S;
    let line = &view.line;
    let over = matches!(line.status, S::Held | S::Expired | S::Declined) || is_over(line.status);
    let Some(problem) = view.problem.as_ref().filter(|_| line.side == Side::Referrer && over) else { return vec![] };
    let mut fixes = vec![];
    let codes = problem.details.get("categories").map(String::as_str).unwrap_or_default();
    let names: Vec<&str> = codes
        .split(", ")
        .filter_map(|code| Category::parse(code).ok())
        .map(|category| category.label(t.lang()))
        .collect();
    if !names.is_empty() {
        let name = t.fill("w-fix-without", &[("what", &names.join(", "))]);
        fixes.push(Fix { without: codes.replace(' ', ""), name });
    }
    fixes.push(Fix { without: String::new(), name: t.say("w-fix-again") });
    fixes
}

fn obligation(t: &Texts, now_ms: i64, line: &ObligationLine) -> String {
    let what = line.what.label(t.lang());
    match line.done_ms {
        Some(at_ms) => format!("{what}: {}", t.fill("owed-done", &[("at", &moment(t, now_ms, at_ms))])),
        None => format!("{what}: {}", due(t, now_ms, line.due_ms)),
    }
}

/// Shows the case after an act: the one that was sent, or a new one in which the gate kept what it refused.
///
/// # Errors
/// The refusal, when it concerns the case in which it was tried: its form says so above what was typed.
pub(super) fn settled(ask: &Ask, result: Result<Sent, Refusal>, done: &str) -> Answer {
    let refusal = match result {
        Ok(sent) => return went(&sent.number, done),
        Err(refusal) => refusal,
    };
    match refusal.details.get("case").filter(|case| !case.eq_ignore_ascii_case(ask.param("number"))) {
        Some(case) => go(&format!("/sprawy/{case}")),
        None => Err(refusal),
    }
}

/// Shows a case with what was just done in it.
pub(super) fn went(number: &str, done: &str) -> Answer {
    go(&format!("/sprawy/{number}?zrobione={done}"))
}
