//! Lists of cases by page: SQL finds and counts the rows, the index of names says whom, the gate whether it may be said.

use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, ReferralStatus};

use super::compose::withdrawn;
use super::file::CaseKind;
use super::show::facts;
use crate::Node;
use crate::account::Reader;
use crate::gate::release;
use crate::names::{NameIndex, folded, words};
use crate::referral::{Side, is_over};
use crate::store::casework::Direction;
use crate::store::casework::board::{self as table, BoardRow, Found, Wanted};
pub use crate::store::casework::board::{Counts, Sort, View};
use crate::store::{self, Conn};

/// Rows of one page.
pub const ROWS: usize = 20;

/// Which page of which list somebody asks for.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Whether it is the list of what the person concerned may not learn of.
    pub apart: bool,
    /// What of it.
    pub view: View,
    /// The order.
    pub sort: Sort,
    /// Whether it is the other way round.
    pub down: bool,
    /// States in the order of their names, for [`Sort::State`].
    pub states: &'a [ReferralStatus],
    /// Names of persons, case numbers or an institution; nothing to see everything.
    pub typed: &'a str,
    /// The page, from 1; one that is not there is the last.
    pub page: usize,
}

/// One page of a list.
#[derive(Debug)]
pub struct Board {
    /// Its cases.
    pub lines: Vec<BoardLine>,
    /// What waits for somebody here, whatever part of the list is shown.
    pub counts: Counts,
    /// Cases on all pages.
    pub total: usize,
    /// Whether the list has cases at all, whatever part of it is shown.
    pub any: bool,
    /// The page that it is.
    pub page: usize,
    /// How many there are, at least one.
    pub pages: usize,
}

/// One case of a list. What the gate does not let through is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardLine {
    /// Its number here.
    pub number: String,
    /// What it is about.
    pub kind: CaseKind,
    /// Which side this institution is on.
    pub side: Side,
    /// Where it stands.
    pub status: ReferralStatus,
    /// Whether somebody here has to act.
    pub ours: bool,
    /// Until when, milliseconds since 1970; a date that passed stays until the state changes.
    pub due_ms: i64,
    /// Whether that has passed, and the case is not over.
    pub late: bool,
    /// Whether it came and nobody opened it.
    pub fresh: bool,
    /// Name of the other institution.
    pub peer_name: String,
    /// The sender's case number.
    pub subject_ref: String,
    /// Whom it is about; nobody before the first opening.
    pub names: Vec<String>,
    /// Why the last two are empty.
    pub closed: Option<Refusal>,
}

/// One page of a list for somebody who may read. Only what that worker sees is found, counted and shown.
///
/// # Errors
/// `INTERNAL`.
pub async fn board(node: &Node, reader: &Reader, names: &NameIndex, asked: &Asked<'_>) -> Result<Board, Refusal> {
    let (account, now_ms) = (reader.account(), node.env().now_ms());
    let mut view = node.store().view_as("casework.board", reader).await?;
    let counts = table::counts(&mut view, Some(account), asked.apart, now_ms).await?;
    let mut wanted = Wanted {
        apart: asked.apart,
        view: asked.view,
        sort: asked.sort,
        down: asked.down,
        places: places(node, asked),
        found: found(node, names, asked),
        rows: (ROWS, 0),
    };
    let total = if asked.view == View::Ours && wanted.found.is_none() {
        counts.cases
    } else {
        table::total(&mut view, account, &wanted).await?
    };
    let pages = total.div_ceil(ROWS).max(1);
    let page = asked.page.clamp(1, pages);
    wanted.rows.1 = (page - 1) * ROWS;
    let mut lines = Vec::with_capacity(ROWS);
    for row in table::page(&mut view, account, &wanted).await? {
        lines.push(line(node, &mut view, reader, names, row).await?);
    }
    let whole = Wanted { view: View::All, found: None, ..wanted };
    let any = total > 0 || table::total(&mut view, account, &whole).await? > 0;
    Ok(Board { lines, counts, total, any, page, pages })
}

/// What waits for somebody here, counted without opening anything: ordinary cases, or those that stand apart.
///
/// # Errors
/// `INTERNAL`.
pub async fn counts(node: &Node, apart: bool) -> Result<Counts, Refusal> {
    let mut view = node.store().view("casework.counts").await?;
    table::counts(&mut view, None, apart, node.env().now_ms()).await
}

/// How many messages of ordinary cases that somebody sees wait here to be sent. What stands apart is not counted, so
/// that no difference tells of it.
///
/// # Errors
/// `INTERNAL`.
pub async fn waiting(node: &Node, reader: &Reader) -> Result<usize, Refusal> {
    let mut view = node.store().view("casework.waiting").await?;
    table::waiting(&mut view, reader.account()).await
}

/// Institutions or states in the order of their names.
fn places(node: &Node, asked: &Asked<'_>) -> Vec<String> {
    match asked.sort {
        Sort::Due | Sort::Number => vec![],
        Sort::State => asked.states.iter().map(|state| state.code().to_owned()).collect(),
        Sort::Peer => {
            let directory = node.directory();
            let mut all: Vec<(String, String)> =
                directory.peers().map(|peer| (folded(&peer.entry.name), peer.entry.institution.to_string())).collect();
            all.sort_unstable();
            all.into_iter().map(|(_, id)| id).collect()
        }
    }
}

/// The numbers and institutions behind what was typed. Names stay here: SQL gets numbers.
fn found(node: &Node, names: &NameIndex, asked: &Asked<'_>) -> Option<Found> {
    let wanted = words(asked.typed);
    if wanted.is_empty() {
        return None;
    }
    let directory = node.directory();
    let is = |name: &str| {
        let name = folded(name);
        wanted.iter().all(|word| name.contains(word.as_str()))
    };
    let peers = directory.peers().filter(|peer| is(&peer.entry.name)).map(|peer| peer.entry.institution.clone());
    Some(Found { numbers: names.numbers(asked.typed, asked.apart), peers: peers.collect() })
}

async fn line(
    node: &Node,
    conn: &mut Conn,
    reader: &Reader,
    names: &NameIndex,
    row: BoardRow,
) -> Result<BoardLine, Refusal> {
    let directory = node.directory();
    let over = is_over(row.status);
    let (mut known, subject_ref) = names.about(&row.number).unwrap_or_default();
    let told = told(node, conn, reader, &row).await;
    if !matches!(told, Ok(Told::Whole)) {
        known.clear();
    }
    let closed = told.err();
    Ok(BoardLine {
        late: !over && row.due_ms < node.env().now_ms(),
        fresh: row.side == Side::Provider && row.status == ReferralStatus::Delivered,
        peer_name: directory.get(&row.peer).map_or_else(|| row.peer.to_string(), |peer| peer.entry.name.clone()),
        subject_ref: if closed.is_some() { String::new() } else { subject_ref },
        names: known,
        closed,
        number: row.number,
        kind: row.kind,
        side: row.side,
        status: row.status,
        ours: row.ours,
        due_ms: row.due_ms,
    })
}

/// What a row may say of the person concerned.
enum Told {
    /// Name and case number.
    Whole,
    /// The case number: nobody opened it yet, or the consent that is left does not cover the name.
    Reference,
}

/// Asks the gate as if the first message were shown. What was written here is hidden once its consent is withdrawn.
async fn told(node: &Node, conn: &mut Conn, reader: &Reader, row: &BoardRow) -> Result<Told, Refusal> {
    if row.side == Side::Referrer {
        let Some(id) = &row.grant else { return Ok(Told::Whole) };
        let grant = store::consent::grant(conn, id).await?;
        let ended = match &grant {
            Some(grant) => withdrawn(conn, grant).await?,
            None => true,
        };
        return if ended { Err(Refusal::new(Reason::ConsentWithdrawn)) } else { Ok(Told::Whole) };
    }
    let messages = store::casework::messages(conn, &row.number).await?;
    let Some(first) = messages.iter().find(|message| message.direction == Direction::In) else {
        return Ok(Told::Reference);
    };
    let known = if first.opened_ms.is_some() { Told::Whole } else { Told::Reference };
    // Nothing ends what rests on no consent, so that the gate is asked only where a team's rule may hold it back.
    if first.handle.is_none() && row.kind != CaseKind::NiebieskaKarta {
        return Ok(known);
    }
    let Some(message) = store::casework::open_content(conn, first).await? else {
        return Err(Refusal::new(Reason::ConsentWithdrawn));
    };
    let released = release(&facts(node, conn, reader, first, &message).await?.as_ref(), &message)?;
    let covered = released.payload().categories().contains(&Category::IdName);
    Ok(if covered { known } else { Told::Reference })
}
