//! The inbox: cases by deadline, searched and paged; those that stand apart on a page of their own.

use askama::Template;
use wiez_proto::vocab::ReferralStatus;

use super::ask::{Answer, Ask, page};
use super::frame::Frame;
use super::words::{due, folded, holds, moment};
use crate::casework::{self, CaseKind, CaseLine};
use crate::referral::{Side, is_over};
use crate::text::Texts;

/// Rows of one page.
const ROWS: usize = 20;

/// What of the list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// What somebody here has to act on.
    Ours,
    /// Everything.
    All,
    /// What began here.
    Sent,
}

impl View {
    const ALL: [Self; 3] = [Self::Ours, Self::All, Self::Sent];

    const fn code(self) -> &'static str {
        match self {
            Self::Ours => "u-nas",
            Self::All => "wszystkie",
            Self::Sent => "wyslane",
        }
    }

    fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|view| view.code() == code).unwrap_or(Self::Ours)
    }

    fn takes(self, line: &CaseLine) -> bool {
        match self {
            Self::Ours => line.ours && !is_over(line.status),
            Self::All => true,
            Self::Sent => line.side == Side::Referrer,
        }
    }
}

/// One row.
struct Row {
    number: String,
    kind: String,
    peer: String,
    /// Whether it came from there, or went there.
    came: bool,
    subject: String,
    state: String,
    /// Class of the state's mark; the word says the same.
    mark: &'static str,
    due: String,
    late: bool,
}

impl Row {
    fn of(t: &Texts, line: &CaseLine, now_ms: i64) -> Self {
        let came = line.side == Side::Provider;
        let fresh = came && line.status == ReferralStatus::Delivered;
        let over = is_over(line.status);
        Self {
            number: line.number.clone(),
            kind: t.say(&format!("case-{}", line.kind.code())),
            peer: line.peer_name.clone(),
            came,
            subject: line.subject_ref.clone(),
            state: if fresh { t.say("w-state-new") } else { line.status.label(t.lang()).to_owned() },
            mark: match (fresh, over, line.ours) {
                (true, ..) => "nowe",
                (false, true, _) => "koniec",
                (false, false, true) => "nasze",
                (false, false, false) => "czeka",
            },
            due: if over { String::new() } else { due(t, now_ms, line.due_ms) },
            late: line.overdue && !over,
        }
    }

    /// Everything that the row shows, as it is searched.
    fn text(&self) -> String {
        folded(&format!("{} {} {} {} {} {}", self.number, self.kind, self.peer, self.subject, self.state, self.due))
    }
}

struct Tab {
    code: &'static str,
    name: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage<'a> {
    f: Frame<'a>,
    path: &'static str,
    apart: bool,
    counted: String,
    checked: String,
    offline: Option<String>,
    tabs: Vec<Tab>,
    view: &'static str,
    wanted: String,
    rows: Vec<Row>,
    /// Whether there is anything at all, whatever is looked for.
    any: bool,
    shown: String,
    before: Option<usize>,
    after: Option<usize>,
}

/// The inbox.
pub(super) async fn inbox(ask: Ask) -> Answer {
    list(&ask, false).await
}

/// What the person concerned may not learn of; never mixed with the rest.
pub(super) async fn apart(ask: Ask) -> Answer {
    list(&ask, true).await
}

async fn list(ask: &Ask, apart: bool) -> Answer {
    let (t, now_ms) = (ask.texts(), ask.now_ms());
    let lines = casework::list(ask.node(), &ask.worker()?, CaseKind::ALL, apart).await?;
    let (view, wanted) = (View::parse(ask.query().get("pokaz")), ask.query().get("szukaj").to_owned());
    // Who looks for something looks everywhere.
    let view = if wanted.is_empty() { view } else { View::All };
    let taken = lines.iter().filter(|line| view.takes(line));
    let found: Vec<Row> = if wanted.is_empty() {
        taken.map(|line| Row::of(t, line, now_ms)).collect()
    } else {
        taken.map(|line| Row::of(t, line, now_ms)).filter(|row| holds(&row.text(), &wanted)).collect()
    };
    let pages = found.len().div_ceil(ROWS).max(1);
    let at = ask.query().get("strona").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let shown = t.fill("w-page-of", &[("page", &at.to_string()), ("pages", &pages.to_string())]);
    let name = |view: View| t.say(&format!("w-inbox-{}", view.code()));
    page(&InboxPage {
        f: Frame::new(ask, if apart { "w-apart-title" } else { "w-inbox-title" }),
        path: if apart { "/osobne" } else { "/skrzynka" },
        apart,
        counted: counted(t, &lines),
        checked: moment(t, now_ms, now_ms),
        offline: offline(ask).await?,
        tabs: View::ALL.iter().map(|one| Tab { code: one.code(), name: name(*one), here: *one == view }).collect(),
        view: view.code(),
        any: !lines.is_empty(),
        wanted,
        rows: found.into_iter().skip((at - 1) * ROWS).take(ROWS).collect(),
        shown,
        before: (at > 1).then(|| at - 1),
        after: (at < pages).then_some(at + 1),
    })
}

/// "24 sprawy czekają u nas: 6 nowych, 2 po terminie".
fn counted(t: &Texts, lines: &[CaseLine]) -> String {
    let ours: Vec<&CaseLine> = lines.iter().filter(|line| View::Ours.takes(line)).collect();
    let fresh = ours.iter().filter(|line| line.side == Side::Provider && line.status == ReferralStatus::Delivered);
    let (fresh, late) = (fresh.count(), ours.iter().filter(|line| line.overdue).count());
    let parts = [t.count("w-count-cases", ours.len()), t.count("w-count-new", fresh), t.count("w-count-late", late)];
    let [cases, fresh, late] = parts;
    format!("{cases}: {fresh}, {late}")
}

/// What a worker has to know while the node hears nothing from the hub.
pub(super) async fn offline(ask: &Ask) -> Result<Option<String>, wiez_proto::refusal::Refusal> {
    let transport = ask.node().transport_status().await?;
    if transport.connected_since_ms.is_some() {
        return Ok(None);
    }
    let waiting: u64 =
        ["queued", "sealed", "QUEUED", "SEALED"].iter().filter_map(|state| transport.outbox.get(*state)).sum();
    Ok(Some(ask.texts().count("w-offline-work", usize::try_from(waiting).unwrap_or(usize::MAX))))
}
