//! The consents: person by institution, with what may pass and where each stands; searched and paged.

mod check;
mod layout;
mod new;
mod scope;
mod sheet;
mod show;
mod withdraw;

use std::collections::BTreeSet;

use askama::Template;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::Category;

pub(super) use self::check::{check, checked};
pub(super) use self::new::{form, prepare};
pub(super) use self::sheet::{print, signed};
pub(super) use self::show::{conflict, show};
pub(super) use self::withdraw::{confirm, slip, withdraw};
use super::ask::{Answer, Ask, page};
use super::fields::Fields;
use super::frame::Frame;
use super::words::{folded, holds, moment};
use crate::Node;
use crate::consent::{self, BoardRow, Look, PairView, State, standing};
use crate::names::NameIndex;
use crate::store::consent::{Filter, Found, Order};
use crate::text::Texts;

/// Consents of one page.
const ROWS: usize = 20;
/// How long before its end a consent is shown as ending, in milliseconds: 30 days.
const SOON_MS: i64 = 30 * 86_400_000;

const FILTERS: [(&str, Filter, &str); 6] = [
    ("wszystkie", Filter::All, "w-consents-all"),
    ("wazne", Filter::Live, "w-consents-live"),
    ("koncza-sie", Filter::Ending, "w-consents-ending"),
    ("do-podpisu", Filter::Prepared, "w-consents-prepared"),
    ("odmowy", Filter::Refused, "w-consents-refused"),
    ("zakonczone", Filter::Ended, "w-consents-ended"),
];
const ORDERS: [(&str, Order, &str); 3] = [
    ("nowe", Order::Newest, "w-col-person"),
    ("stan", Order::State, "w-col-state"),
    ("koniec", Order::Ends, "w-col-until"),
];
/// Characters of a search; more is cut off.
const SEARCH_CHARS: usize = 200;

/// Where something stands, as a word with its mark.
struct Stands {
    word: String,
    mark: &'static str,
}

impl Stands {
    fn of(t: &Texts, now_ms: i64, row: &consent::ConsentLine, pair: &PairView) -> Self {
        Self::state(t, standing(row, pair), ends_soon(now_ms, &row.valid_to))
    }

    fn state(t: &Texts, state: State, soon: bool) -> Self {
        let (key, mark) = match state {
            State::Active | State::Narrowed if soon => ("w-consent-is-ending", "warn"),
            State::Active => ("w-consent-is-live", "good"),
            State::Narrowed => ("w-consent-is-narrowed", "good"),
            State::Withdrawn => ("w-consent-is-withdrawn", "bad"),
            State::Expired => ("w-consent-is-over", "koniec"),
            State::Suspended => ("w-consent-is-suspended", "bad"),
            State::Prepared => ("w-consent-is-prepared", "nowe"),
            State::Refused => ("w-consent-is-refused", "koniec"),
        };
        Self { word: t.say(key), mark }
    }
}

/// The word for where a consent stands, on paper: whether it ends soon depends on when somebody reads it.
pub(super) fn on_paper(t: &Texts, state: State) -> String {
    Stands::state(t, state, false).word
}

/// Whether a last day, written `2027-06-30`, is less than 30 days away.
fn ends_soon(now_ms: i64, valid_to: &str) -> bool {
    let last = valid_to.parse().map(wiez_proto::calendar::end_of_day).unwrap_or(i64::MAX);
    last.saturating_sub(now_ms) <= SOON_MS
}

/// What waits for a consent, as its code and its address: the referral that is being written, or a case.
fn back_to(fields: &Fields) -> Option<(String, String)> {
    let code = fields.get("powrot");
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && code.len() <= 20;
    match code {
        "nowe" => Some((code.to_owned(), "/nowe".to_owned())),
        _ if plain && code.starts_with("W-") => Some((code.to_owned(), format!("/sprawy/{code}"))),
        _ => None,
    }
}

/// What a worker has to know while the node hears nothing from the hub. No count of what waits: that would tell of
/// messages that have nothing to do with any consent.
fn offline(ask: &Ask) -> Option<String> {
    ask.node().progress.connected_since().is_none().then(|| ask.texts().say("w-consents-offline"))
}

/// A day as people here write it.
pub(super) fn day(date: &jiff::civil::Date) -> String {
    date.strftime("%d.%m.%Y").to_string()
}

/// The name of an institution, or its id where this node does not know it.
fn called(node: &Node, id: &InstitutionId) -> String {
    node.directory().get(id).map_or_else(|| id.to_string(), |peer| peer.entry.name.clone())
}

/// Names of categories, in the order of the vocabulary: who it is first, what is special later.
fn categories<'a>(t: &Texts, set: impl IntoIterator<Item = &'a Category>) -> String {
    let set: BTreeSet<&Category> = set.into_iter().collect();
    let names: Vec<&str> =
        Category::ALL.iter().filter(|one| set.contains(one)).map(|one| one.label(t.lang())).collect();
    if names.is_empty() { "–".to_owned() } else { names.join("; ") }
}

/// What one institution may get and give.
struct PairRow {
    id: String,
    name: String,
    give: String,
    receive: String,
    stands: Stands,
}

impl PairRow {
    fn of(ask: &Ask, row: &consent::ConsentLine, pair: &PairView) -> Self {
        let t = ask.texts();
        Self {
            id: pair.institution.to_string(),
            name: called(ask.node(), &pair.institution),
            give: categories(t, &pair.give),
            receive: categories(t, &pair.receive),
            stands: Stands::of(t, ask.now_ms(), row, pair),
        }
    }
}

/// One consent of the table.
struct Row {
    number: String,
    subject: String,
    person: String,
    until: String,
    pairs: Vec<PairRow>,
}

/// The head of a column by which the table can be ordered.
struct Head {
    code: &'static str,
    name: String,
    /// Value of `aria-sort`; none where the table is ordered by another column.
    sorted: Option<&'static str>,
}

struct Tab {
    code: &'static str,
    name: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "consents.html")]
struct ConsentsPage<'a> {
    f: Frame<'a>,
    offline: Option<String>,
    counted: String,
    checked: String,
    tabs: Vec<Tab>,
    view: &'static str,
    order: &'static str,
    heads: [Head; 3],
    typed: String,
    rows: Vec<Row>,
    shown: String,
    before: Option<usize>,
    after: Option<usize>,
}

/// The table. A search is posted, so that no name stays in the history of a shared computer.
pub(super) async fn list(ask: Ask) -> Answer {
    let t = ask.texts();
    let given = if ask.posts() { ask.fields() } else { ask.query() };
    let typed: String = given.get("szukaj").chars().take(SEARCH_CHARS).collect();
    let [all, ..] = FILTERS;
    let here = FILTERS.into_iter().find(|(code, ..)| *code == given.get("pokaz")).unwrap_or(all);
    // Who looks for something looks everywhere.
    let (view, filter, _) = if typed.is_empty() { here } else { all };
    let [newest, ..] = ORDERS;
    let sort = Some(given.get("uloz")).filter(|code| !code.is_empty()).unwrap_or_else(|| given.get("kolejnosc"));
    let (order, by, _) = ORDERS.into_iter().find(|(code, ..)| *code == sort).unwrap_or(newest);
    let names = ask.names().await?;
    let found = (!typed.is_empty()).then(|| found(&ask, &names, &typed));
    let asked = given.get("strona").parse::<usize>().unwrap_or(1);
    let look = Look { filter, order: by, found: found.as_ref(), soon_ms: SOON_MS, rows: ROWS, page: asked };
    let board = consent::board(ask.node(), &ask.worker()?, &look).await?;
    let (pages, at) = (board.total.div_ceil(ROWS).max(1), board.page);
    let head = |(code, _, key): (&'static str, Order, &str)| Head {
        code,
        name: t.say(key),
        sorted: (code == order).then_some(if by == Order::Newest { "descending" } else { "ascending" }),
    };
    page(&ConsentsPage {
        f: Frame::new(&ask, "w-consents-title").at("/zgody"),
        offline: offline(&ask),
        counted: t.count("w-count-consents", board.total),
        checked: moment(t, ask.now_ms(), ask.now_ms()),
        tabs: FILTERS.into_iter().map(|(code, _, key)| Tab { code, name: t.say(key), here: code == view }).collect(),
        view,
        order,
        heads: ORDERS.map(head),
        typed,
        rows: board.rows.iter().map(|row| shown(&ask, &names, row)).collect(),
        shown: t.fill("w-page-of", &[("page", &at.to_string()), ("pages", &pages.to_string())]),
        before: (at > 1).then(|| at - 1),
        after: (at < pages).then_some(at + 1),
    })
}

fn shown(ask: &Ask, names: &NameIndex, row: &BoardRow) -> Row {
    Row {
        number: row.line.number.clone(),
        subject: row.line.subject_ref.clone(),
        person: names.about(&row.line.number).map(|(names, _)| names.join(", ")).unwrap_or_default(),
        until: day(&row.form.valid_to),
        pairs: row.pairs.iter().map(|pair| PairRow::of(ask, &row.line, pair)).collect(),
    }
}

/// The person's name, as far as somebody typed it.
async fn person(ask: &Ask, number: &str) -> Result<String, Refusal> {
    consent::person(ask.node(), &ask.worker()?, number).await
}

/// Which consents somebody looks for: by person, by institution, or by a part of the number.
fn found(ask: &Ask, names: &NameIndex, typed: &str) -> Found {
    let directory = ask.node().directory();
    let named = |entry: &wiez_proto::directory::Entry| {
        let (kind, id) = (entry.kind.label(ask.lang()), entry.institution.as_str());
        holds(&folded(&format!("{} {kind} {id}", entry.name)), typed)
    };
    let peers = directory.peers().filter(|peer| named(&peer.entry));
    Found {
        numbers: names.numbers(typed, false).into_iter().filter(|number| number.starts_with('Z')).collect(),
        peers: peers.map(|peer| peer.entry.institution.to_string()).collect(),
        part: typed.to_ascii_uppercase(),
    }
}
