//! Finds consents for a list: filtered, sorted and cut in the database, by columns that need no key.

use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};

use super::{GrantRow, RecordRow, complete, read_grant, read_record};
use crate::store::{Conn, Query, Tx, col};

/// Which records are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// All of them.
    All,
    /// Those that count, or would without a conflict.
    Live,
    /// Those that count and end within the time given.
    Ending,
    /// Printed and not signed.
    Prepared,
    /// The person said no.
    Refused,
    /// Withdrawn, or over.
    Ended,
}

impl Filter {
    const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Live => "live",
            Self::Ending => "ending",
            Self::Prepared => "prepared",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Recorded last comes first.
    Newest,
    /// What ends next comes first.
    Ends,
    /// By where they stand.
    State,
}

/// What somebody looks for: a record is found by any of these.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Records known by number, such as those of a person.
    pub numbers: Vec<String>,
    /// Institutions that the record names.
    pub peers: Vec<String>,
    /// A part of the number; empty for none.
    pub part: String,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Which.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// What is looked for, if anything.
    pub found: Option<&'a Found>,
    /// Now, milliseconds since 1970.
    pub now_ms: i64,
    /// Until when something is about to end, milliseconds since 1970.
    pub soon_ms: i64,
    /// Most rows.
    pub most: usize,
    /// Rows before the first one.
    pub skip: usize,
}

fn json(list: &[String]) -> Result<String, Refusal> {
    serde_json::to_string(list).map_err(|_| Refusal::new(Reason::Internal))
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A statement about the records that are wanted. What tells one list from another is bound, so that there is one rule
/// for who sees what, and for what each part of the list holds.
macro_rules! wanted {
    ($select:literal, $index:literal, $order:literal) => {
        concat!(
            $select,
            " from consent_record r indexed by ",
            $index,
            " where case ?1
                when 'live' then r.sheet is null and r.state <> 'WITHDRAWN' and r.valid_to_ms >= ?2
                when 'ending' then r.sheet is null and r.state in ('ACTIVE', 'NARROWED')
                    and r.valid_to_ms between ?2 and ?3
                when 'prepared' then r.sheet = 'PREPARED' and r.valid_to_ms >= ?2
                when 'refused' then r.sheet = 'REFUSED'
                when 'ended' then r.sheet is null and (r.state = 'WITHDRAWN' or r.valid_to_ms < ?2)
                else 1 end
            and (?4 is null
                or r.number in (select value from json_each(?4))
                or r.number in (select record from consent_grant
                                where record is not null and peer in (select value from json_each(?5)))
                or r.number in (select number from consent_named where peer in (select value from json_each(?5)))
                or (?6 <> '' and instr(r.number, ?6) > 0))
            and (?7 is null
                or exists (select 1 from vault_access a where a.account = ?7 and a.name = r.number and a.sees = 1)) ",
            $order
        )
    };
}

const NEWEST: &str = wanted!(
    "/* consent.newest */ select r.number",
    "consent_record_list",
    "order by r.recorded_ms desc, r.number desc limit ?8 offset ?9"
);
const ENDS: &str = wanted!(
    "/* consent.ends */ select r.number",
    "consent_record_ends",
    "order by r.valid_to_ms, r.number limit ?8 offset ?9"
);
const BY_STATE: &str = wanted!(
    "/* consent.by_state */ select r.number",
    "consent_record_ends",
    "order by coalesce(r.sheet, r.state), r.valid_to_ms, r.number limit ?8 offset ?9"
);
const COUNT: &str = wanted!("/* consent.count */ select count(*) as n", "consent_record_list", "");

impl Wanted<'_> {
    fn bound(&self, conn: &Conn, statement: &'static str) -> Result<Query<'static>, Refusal> {
        let (numbers, peers, part) = match self.found {
            Some(found) => (Some(json(&found.numbers)?), Some(json(&found.peers)?), Some(found.part.clone())),
            None => (None, None, None),
        };
        let query = sqlx::query(statement).bind(self.filter.code()).bind(self.now_ms).bind(self.soon_ms);
        let query = query.bind(numbers).bind(peers).bind(part);
        Ok(query.bind(conn.reader().map(|reader| reader.account().bytes().to_vec())))
    }
}

/// The numbers of one page, of those records that who reads here sees; none after the last page.
///
/// # Errors
/// `INTERNAL`.
pub async fn page(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<Vec<String>, Refusal> {
    let statement = match wanted.order {
        Order::Newest => NEWEST,
        Order::Ends => ENDS,
        Order::State => BY_STATE,
    };
    let query = wanted.bound(conn, statement)?.bind(whole(wanted.most)).bind(whole(wanted.skip));
    conn.rows(query).await?.iter().map(|row| col(row, "number")).collect()
}

/// How many records are wanted in all, of those that who reads here sees.
///
/// # Errors
/// `INTERNAL`.
pub async fn count(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<usize, Refusal> {
    let everything = wanted.filter == Filter::All && wanted.found.is_none();
    let account = conn.reader().map(|reader| reader.account().bytes().to_vec());
    let query = match account.filter(|_| everything) {
        // What somebody sees is counted from the keys alone: numbers of consents begin with Z.
        Some(account) => sqlx::query(
            "/* consent.count_seen */ select count(*) as n from vault_access indexed by vault_access_seen
             where account = ? and sees = 1 and name >= 'Z-' and name < 'Z.'",
        )
        .bind(account),
        None => wanted.bound(conn, COUNT)?,
    };
    let row = conn.row(query).await?;
    let n: i64 = row.as_ref().map_or(Ok(0), |row| col(row, "n"))?;
    Ok(usize::try_from(n).unwrap_or_default())
}

/// Some records, in no order.
///
/// # Errors
/// `INTERNAL`.
pub async fn some(conn: &mut Conn, numbers: &[String]) -> Result<Vec<RecordRow>, Refusal> {
    let query = sqlx::query(
        "/* consent.some */ select number, state, sheet, valid_to_ms, recorded_ms, sealed_form
         from consent_record where number in (select value from json_each(?))",
    )
    .bind(json(numbers)?);
    let rows = conn.rows(query).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let row = read_record(conn, row)?;
        out.push(complete(conn, row).await?);
    }
    Ok(out)
}

/// The last grant of each institution under some records: those that no narrower one follows. Oldest first.
///
/// # Errors
/// `INTERNAL`.
pub async fn last_grants(conn: &mut Conn, numbers: &[String]) -> Result<Vec<GrantRow>, Refusal> {
    let query = sqlx::query(
        "/* consent.last_grants */ select grant_id, record, peer, handle_out, handle_in, valid_to_ms, ended_ms, ended_by,
         logged, successor, sealed_grant
         from consent_grant where record in (select value from json_each(?)) and successor is null
         order by added_ms, rowid",
    )
    .bind(json(numbers)?);
    let rows = conn.rows(query).await?;
    rows.iter().map(|row| read_grant(conn, row)).collect()
}

/// Notes whom a sheet names that has no grants.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn name_peers<'a>(
    tx: &mut Tx,
    number: &str,
    peers: impl Iterator<Item = &'a InstitutionId>,
) -> Result<(), Refusal> {
    for peer in peers {
        let query = sqlx::query(
            "/* consent.name_peer */ insert into consent_named (number, peer) values (?, ?) on conflict do nothing",
        )
        .bind(number.to_owned())
        .bind(peer.to_string());
        tx.exec(query).await?;
    }
    Ok(())
}

/// The latest records in which somebody said no to one of these institutions, newest first, at most 500; without what
/// only the record's workers read.
///
/// # Errors
/// `INTERNAL`.
pub async fn refused(conn: &mut Conn, peers: &[String]) -> Result<Vec<RecordRow>, Refusal> {
    let query = sqlx::query(
        "/* consent.refused */ select number, state, sheet, valid_to_ms, recorded_ms, sealed_form
         from consent_record r where sheet = 'REFUSED'
           and number in (select number from consent_named where peer in (select value from json_each(?1)))
           and (?2 is null
             or exists (select 1 from vault_access a where a.account = ?2 and a.name = r.number and a.sees = 1))
         order by recorded_ms desc, number limit 500",
    )
    .bind(json(peers)?)
    .bind(conn.reader().map(|reader| reader.account().bytes().to_vec()));
    let rows = conn.rows(query).await?;
    rows.iter().map(|row| read_record(conn, row)).collect()
}

/// The institutions that the latest 300 grants of this institution name, the most frequent first.
///
/// # Errors
/// `INTERNAL`.
pub async fn usual_peers(conn: &mut Conn, most: usize) -> Result<Vec<String>, Refusal> {
    let query = sqlx::query(
        "/* consent.usual_peers */ select peer from
           (select peer from consent_grant where record is not null order by rowid desc limit 300)
         group by peer order by count(*) desc, peer limit ?",
    )
    .bind(whole(most));
    conn.rows(query).await?.iter().map(|row| col(row, "peer")).collect()
}

#[cfg(test)]
mod tests;
