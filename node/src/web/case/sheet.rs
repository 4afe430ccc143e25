//! Everything that the page and the print of a case say about it.

use wiez_proto::vocab::ReferralStatus;

use super::super::ask::Ask;
use super::super::fault::Told;
use super::super::words::{Fact, code, due, field, kind, moment};
use super::path::{Step, steps};
use super::timeline::{Line, lines};
use crate::casework::{self, CaseView, MessageView, What};
use crate::obligation::{Holder, ObligationLine};
use crate::referral::{Owner, Side, is_over};
use crate::store::casework::Direction;
use crate::text::Texts;

/// A message as the page shows it.
pub(super) struct Shown {
    pub(super) came: bool,
    pub(super) kind: String,
    pub(super) at: String,
    pub(super) worker: String,
    pub(super) state: String,
    pub(super) receipt: Option<String>,
    pub(super) banners: Vec<String>,
    pub(super) closed: Option<Told>,
    pub(super) basis: Vec<Fact>,
    pub(super) facts: Vec<Fact>,
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
            receipt: message.receipt.as_ref().map(|code| t.fill("w-receipt", &[("code", code)])),
            banners: message.banners.iter().map(|banner| t.say(&format!("banner-{}", code(banner)))).collect(),
            closed: message.closed.as_ref().map(|refusal| Told::of(refusal, t.lang())),
            basis: facts(&message.statement),
            facts: facts(&message.fields),
        }
    }
}

/// What is said about a case.
pub(super) struct Sheet {
    pub(super) number: String,
    pub(super) subject: String,
    pub(super) kind: String,
    pub(super) came: bool,
    pub(super) peer: String,
    pub(super) peer_id: String,
    pub(super) state: String,
    pub(super) place: String,
    pub(super) turn: String,
    pub(super) late: bool,
    pub(super) apart: bool,
    pub(super) phone: Option<String>,
    pub(super) working_copy: bool,
    pub(super) formal: Option<String>,
    pub(super) about: Option<String>,
    /// What became of the consent, or why the other institution did not help.
    pub(super) ended: Option<String>,
    pub(super) steps: Vec<Step>,
    pub(super) messages: Vec<Shown>,
    pub(super) owed: Vec<String>,
    pub(super) history: Vec<Line>,
}

impl Sheet {
    /// Reads a case for who looks at it at a moment, [`PAPER`](super::super::words::PAPER) for paper; the history is oldest first.
    pub(super) fn of(ask: &Ask, view: &CaseView, now_ms: i64) -> Self {
        let (t, line) = (ask.texts(), &view.line);
        let over = is_over(line.status);
        Self {
            number: line.number.clone(),
            subject: line.subject_ref.clone(),
            kind: t.say(&format!("case-{}", line.kind.code())),
            came: line.side == Side::Provider,
            peer: line.peer_name.clone(),
            peer_id: line.peer.to_string(),
            state: line.status.label(t.lang()).to_owned(),
            place: place(ask, view),
            turn: if over { String::new() } else { turn(t, now_ms, view) },
            late: line.overdue && !over,
            apart: line.apart,
            phone: view.phone.clone(),
            working_copy: view.working_copy,
            formal: formal(t, view),
            about: view.about.clone(),
            ended: ended(t, now_ms, view),
            steps: steps(t.lang(), view),
            messages: view.messages.iter().map(|message| Shown::of(t, now_ms, message)).collect(),
            owed: view.obligations.iter().map(|owed| obligation(t, now_ms, owed)).collect(),
            history: lines(t, ask.node(), now_ms, view),
        }
    }
}

/// Where the message is: in this node, in the hub, or in the other institution's node.
fn place(ask: &Ask, view: &CaseView) -> String {
    use ReferralStatus as S;
    let (t, line) = (ask.texts(), &view.line);
    let peer = [("peer", line.peer_name.as_str())];
    if line.side == Side::Provider && line.status == S::Delivered {
        return t.fill("w-where-here", &peer);
    }
    let place = t.fill(&view.place(), &peer);
    let cut_off = ask.node().progress.connected_since().is_none();
    if line.status == S::Queued && cut_off { format!("{place} {}", t.say("w-where-offline")) } else { place }
}

fn turn(t: &Texts, now_ms: i64, view: &CaseView) -> String {
    let line = &view.line;
    let key = if line.ours { "w-turn-ours" } else { "w-turn-theirs" };
    let turn = t.fill(key, &[("due", &due(t, now_ms, line.due_ms))]);
    match line.owner {
        Owner::ReferrerManager | Owner::ProviderManager => format!("{turn}; {}", t.say("holder-MANAGER")),
        Owner::Referrer | Owner::Provider => turn,
    }
}

/// What a worker has to know first of a case that did not go on.
fn ended(t: &Texts, now_ms: i64, view: &CaseView) -> Option<String> {
    use ReferralStatus as S;
    let status = view.line.status;
    if status == S::CancelledConsent {
        let end = view.history.iter().rev().find(|event| event.what == What::ConsentEnded);
        let at = end.map_or_else(String::new, |event| moment(t, now_ms, event.at_ms));
        return Some(t.fill("w-case-withdrawn", &[("at", &at)]));
    }
    let said = matches!(status, S::Declined | S::RedirectProposed) && view.line.side == Side::Referrer;
    let last = view.messages.iter().rev().find(|message| message.direction == Direction::In).filter(|_| said)?;
    let wanted = ["reason", "earliest_date", "note", "what_would_help"];
    let told = last.fields.iter().filter(|one| wanted.contains(&one.name.as_str()) && !one.text.is_empty());
    let told: Vec<String> =
        told.map(|one| field(t, one)).map(|fact| format!("{}: {}", fact.heading, fact.text)).collect();
    (!told.is_empty()).then(|| told.join(". "))
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

fn obligation(t: &Texts, now_ms: i64, line: &ObligationLine) -> String {
    let what = line.what.label(t.lang());
    if let Some(at_ms) = line.done_ms {
        return format!("{what}: {}", t.fill("owed-done", &[("at", &moment(t, now_ms, at_ms))]));
    }
    let mut said = format!("{what}: {}", due(t, now_ms, line.due_ms));
    if line.owner == Holder::Manager {
        said = format!("{said}; {}", t.say("holder-MANAGER"));
    }
    if let Some(outage) = &line.outage {
        let end = outage.to_ms.map_or_else(|| t.say("w-now"), |ms| t.moment(ms));
        let values = [("from", t.moment(outage.from_ms)), ("to", end)];
        let [(from, start), (to, end)] = &values;
        said = format!("{said}; {}", t.fill(&format!("outage-{}", outage.kind.code()), &[(*from, start), (*to, end)]));
    }
    said
}
