//! Lists of cases by page: the inbox, all cases, and those that stand apart; searched by name without a name in an address.

use askama::Template;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::ReferralStatus;

use super::ask::{Answer, Ask, page};
use super::fields::Fields;
use super::frame::Frame;
use super::words::{due, moment};
use crate::casework::board::{self, Asked, Board, BoardLine, Counts, Sort, View};
use crate::names::folded;
use crate::referral::{Side, is_over};
use crate::text::Texts;

/// Characters of a search; more is cut off.
const SEARCH_CHARS: usize = 200;

/// A list and what belongs to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    /// What needs somebody now.
    Inbox,
    /// Everything, also what is over.
    Cases,
    /// What the person concerned may not learn of; never mixed with the rest.
    Apart,
}

impl List {
    const fn path(self) -> &'static str {
        match self {
            Self::Inbox => "/skrzynka",
            Self::Cases => "/sprawy",
            Self::Apart => "/osobne",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Inbox => "w-inbox-title",
            Self::Cases => "w-cases-title",
            Self::Apart => "w-apart-title",
        }
    }

    /// Parts of the list; the first is shown unless another is asked for.
    const fn views(self) -> &'static [View] {
        match self {
            Self::Inbox => &[View::Ours, View::Open, View::Sent],
            Self::Cases => &[View::All, View::Open, View::Over],
            Self::Apart => &[View::Ours, View::Open, View::Sent, View::Over],
        }
    }
}

const fn code(view: View) -> &'static str {
    match view {
        View::Ours => "u-nas",
        View::Open => "zespol",
        View::Sent => "wyslane",
        View::Over => "zakonczone",
        View::All => "wszystkie",
    }
}

const SORTS: [Sort; 4] = [Sort::Number, Sort::Peer, Sort::State, Sort::Due];

/// End of an order that is the other way round.
const DOWN: &str = ".malejaco";

const fn order(sort: Sort) -> &'static str {
    match sort {
        Sort::Due => "termin",
        Sort::Number => "numer",
        Sort::Peer => "instytucja",
        Sort::State => "stan",
    }
}

/// One row.
struct Row {
    number: String,
    kind: String,
    peer: String,
    /// Whether it came from there, or went there.
    came: bool,
    /// The sender's case number, then names of persons; or why neither is shown.
    subject: String,
    state: String,
    /// Class of the state's mark; the word says the same.
    mark: &'static str,
    due: String,
    late: bool,
}

impl Row {
    fn of(t: &Texts, line: BoardLine, now_ms: i64) -> Self {
        use ReferralStatus as S;
        let over = is_over(line.status);
        let withdrawn = line.closed.as_ref().is_some_and(|why| why.reason == Reason::ConsentWithdrawn);
        let known = std::iter::once(line.subject_ref).chain(line.names).filter(|text| !text.is_empty());
        let subject = match &line.closed {
            Some(_) if withdrawn => String::new(),
            Some(_) => t.say("w-inbox-held"),
            None => known.collect::<Vec<_>>().join(" · "),
        };
        let state = match (withdrawn, line.fresh) {
            (true, _) => t.say("w-state-withdrawn"),
            (false, true) => t.say("w-state-new"),
            (false, false) => line.status.label(t.lang()).to_owned(),
        };
        Self {
            kind: t.say(&format!("case-{}", line.kind.code())),
            peer: line.peer_name,
            came: line.side == Side::Provider,
            subject,
            state,
            // Red is what is wrong or late; whose turn it is the parts of the list say.
            mark: match (over || withdrawn, line.fresh, line.late || matches!(line.status, S::Held | S::Expired)) {
                (true, ..) => "koniec",
                (false, _, true) => "bad",
                (false, true, false) => "nowe",
                (false, false, false) => "czeka",
            },
            due: if over { String::new() } else { due(t, now_ms, line.due_ms) },
            late: line.late,
            number: line.number,
        }
    }
}

struct Tab {
    code: &'static str,
    name: String,
    here: bool,
}

/// The head of a column by which the list can be ordered.
struct Head {
    code: &'static str,
    name: String,
    /// Value of `aria-sort`; none where the list is ordered by another column.
    sorted: Option<&'static str>,
    /// The order that choosing it gives, as it goes into an address.
    next: String,
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage<'a> {
    f: Frame<'a>,
    path: &'static str,
    apart: bool,
    counted: String,
    checked: String,
    /// That a case was given away, which is on no page of it any more.
    done: Option<String>,
    offline: Option<String>,
    /// What a search does not find yet.
    loading: Option<String>,
    tabs: Vec<Tab>,
    view: &'static str,
    /// The order as it goes into an address.
    sort: String,
    typed: String,
    heads: Vec<Head>,
    rows: Vec<Row>,
    /// What is said where there are none.
    empty: String,
    /// Whether another part of the list has some.
    any: bool,
    shown: String,
    before: Option<usize>,
    after: Option<usize>,
}

/// The inbox.
pub(super) async fn inbox(ask: Ask) -> Answer {
    list(&ask, List::Inbox).await
}

/// All cases.
pub(super) async fn cases(ask: Ask) -> Answer {
    list(&ask, List::Cases).await
}

/// Cases that stand apart.
pub(super) async fn apart(ask: Ask) -> Answer {
    list(&ask, List::Apart).await
}

async fn list(ask: &Ask, list: List) -> Answer {
    let (t, now_ms) = (ask.texts(), ask.now_ms());
    // A search is posted, so that no name stays in the history of a shared computer.
    let given = if ask.posts() { ask.fields() } else { ask.query() };
    let typed: String = given.get("szukaj").trim().chars().take(SEARCH_CHARS).collect();
    let here = list.views().iter().copied().find(|view| code(*view) == given.get("pokaz"));
    let here = here.or_else(|| list.views().first().copied()).unwrap_or(View::All);
    let (sort, down) = ordered(given);
    let states = states(t);
    let asked = Asked {
        apart: list == List::Apart,
        // Who looks for something looks everywhere.
        view: if typed.is_empty() { here } else { View::All },
        sort,
        down,
        states: &states,
        typed: &typed,
        page: given.get("strona").parse().unwrap_or(1),
    };
    let names = ask.names().await?;
    let found = board::board(ask.node(), &ask.worker()?, &names, &asked).await?;
    let shown = t.fill("w-page-of", &[("page", &found.page.to_string()), ("pages", &found.pages.to_string())]);
    page(&InboxPage {
        f: Frame::new(ask, list.title()).at(list.path()),
        path: list.path(),
        apart: asked.apart,
        counted: counted(t, &found, &typed),
        checked: moment(t, now_ms, now_ms),
        done: (ask.query().get("zrobione") == "oddano").then(|| t.say("w-done-oddano")),
        offline: offline(ask).await?,
        loading: Some(names.loading()).filter(|n| *n > 0 && !typed.is_empty()).map(|n| t.count("w-inbox-loading", n)),
        tabs: list.views().iter().map(|view| tab(t, *view, *view == here && typed.is_empty())).collect(),
        view: code(here),
        sort: format!("{}{}", order(sort), if down { DOWN } else { "" }),
        heads: SORTS.into_iter().map(|one| head(t, one, one == sort, down)).collect(),
        empty: t.fill(none(found.any.then_some(here)), &[("at", &moment(t, now_ms, now_ms))]),
        any: found.any,
        shown,
        before: (found.page > 1).then(|| found.page - 1),
        after: (found.page < found.pages).then_some(found.page + 1),
        rows: found.lines.into_iter().map(|line| Row::of(t, line, now_ms)).collect(),
        typed,
    })
}

/// What is said of a part of the list that has nothing, or of a list that has nothing at all.
const fn none(view: Option<View>) -> &'static str {
    match view {
        None => "w-inbox-empty",
        Some(View::Ours | View::All) => "w-inbox-none-ours",
        Some(View::Open) => "w-inbox-none-open",
        Some(View::Sent) => "w-inbox-none-sent",
        Some(View::Over) => "w-inbox-none-over",
    }
}

/// The order that was asked for: by a button of a search, or as it was.
fn ordered(given: &Fields) -> (Sort, bool) {
    let asked = Some(given.get("uloz")).filter(|asked| !asked.is_empty()).unwrap_or_else(|| given.get("kolejnosc"));
    let name = asked.strip_suffix(DOWN).unwrap_or(asked);
    let sort = SORTS.into_iter().find(|sort| order(*sort) == name).unwrap_or(Sort::Due);
    (sort, name != asked)
}

fn tab(t: &Texts, view: View, here: bool) -> Tab {
    Tab { code: code(view), name: t.say(&format!("w-inbox-{}", code(view))), here }
}

fn head(t: &Texts, sort: Sort, here: bool, down: bool) -> Head {
    let name = match sort {
        Sort::Due => "w-col-due",
        Sort::Number => "w-col-number",
        Sort::Peer => "w-col-peer",
        Sort::State => "w-col-state",
    };
    Head {
        code: order(sort),
        name: t.say(name),
        sorted: here.then_some(if down { "descending" } else { "ascending" }),
        next: format!("{}{}", order(sort), if here && !down { DOWN } else { "" }),
    }
}

/// States in the order of their names in the language of the page.
fn states(t: &Texts) -> Vec<ReferralStatus> {
    let mut all = ReferralStatus::ALL.to_vec();
    all.sort_by_key(|state| folded(state.label(t.lang())));
    all
}

/// "24 sprawy czekają na nas: 6 nowych, 2 po terminie"; of a search how many were found.
fn counted(t: &Texts, found: &Board, typed: &str) -> String {
    if !typed.is_empty() {
        return t.count("w-search-found", found.total);
    }
    let Counts { cases, fresh, late } = found.counts;
    let parts = [t.count("w-count-cases", cases), t.count("w-count-new", fresh), t.count("w-count-late", late)];
    let [cases, fresh, late] = parts;
    format!("{cases}: {fresh}, {late}")
}

/// What a worker has to know while the node hears nothing from the hub.
async fn offline(ask: &Ask) -> Result<Option<String>, Refusal> {
    if ask.node().progress.connected_since().is_some() {
        return Ok(None);
    }
    let waiting = board::waiting(ask.node(), &ask.worker()?).await?;
    Ok(Some(ask.texts().count("w-offline-work", waiting)))
}
