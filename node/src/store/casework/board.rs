//! Lists of cases as SQL reads them: ordered, filtered, counted and paged without opening anything.

use sqlx::sqlite::SqliteRow;
use wiez_proto::id::{GrantId, InstitutionId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::ReferralStatus;

use crate::account::AccountId;
use crate::casework::CaseKind;
use crate::referral::Side;
use crate::store::{Conn, col};

/// What of the cases that somebody sees is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Open ones in which somebody here has to act.
    Ours,
    /// Open ones.
    Open,
    /// What began here.
    Sent,
    /// What is over.
    Over,
    /// All of them.
    All,
}

impl View {
    const fn code(self) -> &'static str {
        match self {
            Self::Ours => "OURS",
            Self::Open => "OPEN",
            Self::Sent => "SENT",
            Self::Over => "OVER",
            Self::All => "ALL",
        }
    }

    /// First and last value of the column `over`.
    const fn over(self) -> (i64, i64) {
        match self {
            Self::Ours | Self::Open => (0, 0),
            Self::Over => (1, 1),
            Self::Sent | Self::All => (0, 1),
        }
    }
}

/// By what a list is ordered. Cases that are equal in it come by deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Deadline, open cases first.
    Due,
    /// Number.
    Number,
    /// Name of the other institution.
    Peer,
    /// Name of the state.
    State,
}

impl Sort {
    const fn code(self) -> &'static str {
        match self {
            Self::Due => "DUE",
            Self::Number => "NUMBER",
            Self::Peer => "PEER",
            Self::State => "STATE",
        }
    }
}

/// Which rows of which list. Texts of people are never in it: whoever searches for a name has looked it up before.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Whether it is the list of what the person concerned may not learn of.
    pub apart: bool,
    /// What of it.
    pub view: View,
    /// The order.
    pub sort: Sort,
    /// Whether it is the other way round.
    pub down: bool,
    /// Codes of institutions or states in the order of their names, for those two orders.
    pub places: Vec<String>,
    /// Only these cases, and those with one of these institutions.
    pub found: Option<Found>,
    /// How many rows, and after how many.
    pub rows: (usize, usize),
}

/// What somebody searched for, as codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Numbers of cases.
    pub numbers: Vec<String>,
    /// Institutions.
    pub peers: Vec<InstitutionId>,
}

/// A case as far as it is not sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardRow {
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
    /// The other institution.
    pub peer: InstitutionId,
    /// The grant under which it runs.
    pub grant: Option<GrantId>,
}

/// Open cases in which somebody here has to act.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub cases: usize,
    /// Of them those that nobody opened.
    pub fresh: usize,
    /// Of them those whose deadline has passed.
    pub late: usize,
}

/// One page of a list, for an account.
///
/// # Errors
/// `INTERNAL`.
pub async fn page(conn: &mut Conn, account: &AccountId, wanted: &Wanted) -> Result<Vec<BoardRow>, Refusal> {
    let numbers = if wanted.sort == Sort::Due && !wanted.down && wanted.found.is_none() {
        by_due(conn, account, wanted).await?
    } else {
        sorted(conn, account, wanted).await?
    };
    let query = sqlx::query(
        "/* board.rows */ select c.number, c.kind, c.side, c.status, c.ours, c.promised_ms, c.peer, c.grant_id
         from json_each(?) j join case_file c on c.number = j.value order by j.key",
    );
    let rows = conn.rows(query.bind(json(&numbers))).await?;
    rows.iter().map(read).collect()
}

/// The usual list: read in the order of its index, and no further than the page goes.
async fn by_due(conn: &mut Conn, account: &AccountId, wanted: &Wanted) -> Result<Vec<String>, Refusal> {
    let query = sqlx::query(
        "/* board.by_due */ select c.number from case_file c
         where c.hidden = ?2 and c.over between ?3 and ?4 and (?5 <> 'OURS' or c.ours) and (?5 <> 'SENT' or c.side = 'REFERRER')
         and exists (select 1 from vault_access a where a.account = ?1 and a.sees = 1 and a.name = c.number)
         order by c.over, c.promised_ms, c.number limit ?6 offset ?7",
    )
    .bind(account.bytes().to_vec())
    .bind(i64::from(wanted.apart))
    .bind(wanted.view.over().0)
    .bind(wanted.view.over().1)
    .bind(wanted.view.code())
    .bind(whole(wanted.rows.0))
    .bind(whole(wanted.rows.1));
    conn.rows(query).await?.iter().map(|row| col(row, "number")).collect()
}

async fn sorted(conn: &mut Conn, account: &AccountId, wanted: &Wanted) -> Result<Vec<String>, Refusal> {
    let query = sqlx::query(
        "/* board.sorted */ with place (code, at) as materialized (select value, key from json_each(?9))
         select c.number from case_file c
         left join place p on p.code = case ?8 when 'PEER' then c.peer when 'STATE' then c.status end
         where c.hidden = ?2 and c.over between ?3 and ?4 and (?5 <> 'OURS' or c.ours) and (?5 <> 'SENT' or c.side = 'REFERRER')
         and (?11 is null or c.number in (select value from json_each(?11)) or c.peer in (select value from json_each(?12)))
         and exists (select 1 from vault_access a where a.account = ?1 and a.sees = 1 and a.name = c.number)
         order by case when ?8 = 'DUE' then c.over end,
         case when ?8 = 'NUMBER' and ?10 > 0 then c.number end, case when ?8 = 'NUMBER' and ?10 < 0 then c.number end desc,
         case when ?8 = 'DUE' then c.promised_ms else p.at end * ?10,
         c.over, c.promised_ms, c.number limit ?6 offset ?7",
    )
    .bind(account.bytes().to_vec())
    .bind(i64::from(wanted.apart))
    .bind(wanted.view.over().0)
    .bind(wanted.view.over().1)
    .bind(wanted.view.code())
    .bind(whole(wanted.rows.0))
    .bind(whole(wanted.rows.1))
    .bind(wanted.sort.code())
    .bind(json(&wanted.places))
    .bind(if wanted.down { -1_i64 } else { 1 })
    .bind(wanted.found.as_ref().map(|found| json(&found.numbers)))
    .bind(wanted.found.as_ref().map(peers));
    conn.rows(query).await?.iter().map(|row| col(row, "number")).collect()
}

/// How many cases a list has on all its pages, for an account.
///
/// # Errors
/// `INTERNAL`.
pub async fn total(conn: &mut Conn, account: &AccountId, wanted: &Wanted) -> Result<usize, Refusal> {
    let query = sqlx::query(
        "/* board.total */ select count(*) as cases from case_file c
         where c.hidden = ?2 and c.over between ?3 and ?4 and (?5 <> 'OURS' or c.ours) and (?5 <> 'SENT' or c.side = 'REFERRER')
         and (?6 is null or c.number in (select value from json_each(?6)) or c.peer in (select value from json_each(?7)))
         and exists (select 1 from vault_access a where a.account = ?1 and a.sees = 1 and a.name = c.number)",
    )
    .bind(account.bytes().to_vec())
    .bind(i64::from(wanted.apart))
    .bind(wanted.view.over().0)
    .bind(wanted.view.over().1)
    .bind(wanted.view.code())
    .bind(wanted.found.as_ref().map(|found| json(&found.numbers)))
    .bind(wanted.found.as_ref().map(peers));
    let row = conn.row(query).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
    count(&row, "cases")
}

/// Counts what waits here: of what an account sees, or of everything.
///
/// # Errors
/// `INTERNAL`.
pub async fn counts(conn: &mut Conn, account: Option<&AccountId>, apart: bool, now_ms: i64) -> Result<Counts, Refusal> {
    let query = sqlx::query(
        "/* board.counts */ select count(*) as cases,
         count(*) filter (where c.side = 'PROVIDER' and c.status = 'DELIVERED') as fresh,
         count(*) filter (where c.promised_ms < ?3) as late
         from case_file c where c.hidden = ?2 and c.over = 0 and c.ours
         and (?1 is null or exists (
             select 1 from vault_access a where a.account = ?1 and a.sees = 1 and a.name = c.number
         ))",
    )
    .bind(account.map(|id| id.bytes().to_vec()))
    .bind(i64::from(apart))
    .bind(now_ms);
    let row = conn.row(query).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
    Ok(Counts { cases: count(&row, "cases")?, fresh: count(&row, "fresh")?, late: count(&row, "late")? })
}

/// Messages of ordinary cases that an account sees and that have not left yet.
///
/// # Errors
/// `INTERNAL`.
pub async fn waiting(conn: &mut Conn, account: &AccountId) -> Result<usize, Refusal> {
    let query = sqlx::query(
        "/* board.waiting */ select count(*) as messages from outbox o
         join case_message m on m.direction = 'OUT' and m.peer = o.recipient and m.message_id = o.message_id
         join case_file c on c.number = m.number
         where o.state in ('queued', 'sealed') and c.hidden = 0
         and exists (select 1 from vault_access a where a.account = ? and a.sees = 1 and a.name = c.number)",
    );
    let row = conn.row(query.bind(account.bytes().to_vec())).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
    count(&row, "messages")
}

fn count(row: &SqliteRow, name: &str) -> Result<usize, Refusal> {
    Ok(usize::try_from(col::<i64>(row, name)?).unwrap_or_default())
}

fn read(row: &SqliteRow) -> Result<BoardRow, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let side: String = col(row, "side")?;
    Ok(BoardRow {
        number: col(row, "number")?,
        kind: CaseKind::parse(&col::<String>(row, "kind")?).ok_or_else(internal)?,
        side: if side == "PROVIDER" { Side::Provider } else { Side::Referrer },
        status: ReferralStatus::parse(&col::<String>(row, "status")?).map_err(|_| internal())?,
        ours: col::<i64>(row, "ours")? != 0,
        due_ms: col(row, "promised_ms")?,
        peer: col::<String>(row, "peer")?.parse()?,
        grant: col::<Option<Vec<u8>>>(row, "grant_id")?.map(|bytes| GrantId::parse(&bytes)).transpose()?,
    })
}

fn whole(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn json(codes: &[String]) -> String {
    serde_json::Value::from(codes).to_string()
}

fn peers(found: &Found) -> String {
    json(&found.peers.iter().map(ToString::to_string).collect::<Vec<_>>())
}
