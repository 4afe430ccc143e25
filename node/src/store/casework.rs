//! Cases, their messages and what happened in them.

pub mod board;
mod event;
mod message;
mod times;

use sqlx::sqlite::SqliteRow;
use wiez_proto::id::{GrantId, InstitutionId, ThreadId};
use wiez_proto::refusal::{Reason, Refusal};

pub use self::event::{events, put_event};
pub(in crate::store) use self::message::read as read_message;
pub use self::message::{
    Codes, Direction, MessageRow, codes, delete_content, message, messages, open_content, put_message, set_answer,
    set_opened, set_state, under_handle,
};
pub use self::times::answer_times;
use super::own::Own;
use super::{Conn, Place, Sealed, Tx, col, own, vault};
use crate::casework::{CaseKind, File};
use crate::referral::Side;
use crate::vault::{Begun, Named};

const FILE: Place = Place { table: "case_file", column: "sealed_file" };

/// A stored case.
#[derive(Debug, Clone)]
pub struct CaseRow {
    /// The institution's own number, `W-…`.
    pub number: String,
    /// What its messages share.
    pub thread: ThreadId,
    /// The other institution.
    pub peer: InstitutionId,
    /// What it is about.
    pub kind: CaseKind,
    /// Whether the person concerned may not learn that it exists.
    pub hidden: bool,
    /// The grant under which it runs.
    pub grant: Option<GrantId>,
    /// When it began here.
    pub created_ms: i64,
    /// Grows with every change.
    pub version: i64,
    /// Everything else, sealed at rest.
    pub file: File,
}

impl CaseRow {
    fn side(&self) -> &'static str {
        side_code(self.file.stand.side)
    }
}

const fn side_code(side: Side) -> &'static str {
    match side {
        Side::Referrer => "REFERRER",
        Side::Provider => "PROVIDER",
    }
}

/// Stores a new case and begins its vault: for whoever opens it on this connection, or, with nobody, for whom such
/// cases come to.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put(tx: &mut Tx, row: &CaseRow) -> Result<(), Refusal> {
    let sealed = kept(tx, row)?;
    let query = sqlx::query(
        "/* case.put */ insert into case_file
         (number, thread, peer, kind, hidden, side, status, over, due_ms, promised_ms, grant_id, created_ms,
          version, sealed_file)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
    )
    .bind(row.number.clone())
    .bind(row.thread.bytes().to_vec())
    .bind(row.peer.to_string())
    .bind(row.kind.code())
    .bind(i64::from(row.hidden))
    .bind(row.side())
    .bind(row.file.stand.status.code())
    .bind(i64::from(row.file.closed()))
    .bind(row.file.stand.due.at_ms)
    .bind(row.file.stand.promised_ms())
    .bind(row.grant.map(|id| id.bytes().to_vec()))
    .bind(row.created_ms)
    .bind(sealed);
    tx.exec_one(query).await?;
    let begun = tx.reader().map_or(Begun::Arrived, |reader| Begun::Opened(*reader.account()));
    begin(tx, row, begun).await
}

/// The file without the own number, which `own` keeps.
fn kept(conn: &Conn, row: &CaseRow) -> Result<Sealed<File>, Refusal> {
    let file = File { subject_ref: String::new(), ..row.file.clone() };
    Sealed::seal(conn.content(), FILE, row.number.as_bytes(), &file)
}

/// Takes the own numbers out of files that an older program stored.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(super) async fn split(tx: &mut Tx) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* case.split */ select number, thread, peer, kind, hidden, grant_id, created_ms, version, sealed_file
         from case_file where not exists (select 1 from own where name = number)",
    );
    for row in tx.rows(query).await? {
        // What cannot be opened any more has nothing to take out; whoever reads that case is told.
        let Ok(case) = read(tx, &row) else { continue };
        if case.file.subject_ref.is_empty() {
            continue;
        }
        own::put(tx, &case.number, &Own { subject_ref: case.file.subject_ref.clone(), place: String::new() }).await?;
        let query = sqlx::query("/* case.split_off */ update case_file set sealed_file = ? where number = ?");
        tx.exec_one(query.bind(kept(tx, &case)?).bind(case.number)).await?;
    }
    Ok(())
}

async fn begin(tx: &mut Tx, row: &CaseRow, begun: Begun) -> Result<(), Refusal> {
    vault::begin(tx, &row.number, row.hidden, begun).await?;
    own::put(tx, &row.number, &Own { subject_ref: row.file.subject_ref.clone(), place: String::new() }).await?;
    let named = Named { names: vec![], subject_ref: row.file.subject_ref.clone() };
    vault::note(tx, &row.number, &named, None).await
}

/// Moves everything that was stored before there were vaults into them, in the transaction that makes the first
/// kierownik.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn move_in(tx: &mut Tx) -> Result<(), Refusal> {
    for hidden in [false, true] {
        for case in list(tx, CaseKind::ALL, hidden).await? {
            let case = whole(tx, case).await?;
            begin(tx, &case, Begun::Arrived).await?;
            for row in messages(tx, &case.number).await? {
                message::move_in(tx, &row).await?;
            }
        }
    }
    Ok(())
}

/// Changes a case that nobody else changed since it was read.
///
/// # Errors
/// `CASE_CHANGED`, `DISK_FULL` or `INTERNAL`.
pub async fn set(tx: &mut Tx, row: &CaseRow) -> Result<(), Refusal> {
    let sealed = kept(tx, row)?;
    let query = sqlx::query(
        "/* case.set */ update case_file
         set status = ?, over = ?, due_ms = ?, promised_ms = ?, grant_id = ?, version = version + 1, sealed_file = ?,
         answered_ms = coalesce(answered_ms, ?)
         where number = ? and version = ?",
    )
    .bind(row.file.stand.status.code())
    .bind(i64::from(row.file.closed()))
    .bind(row.file.stand.due.at_ms)
    .bind(row.file.stand.promised_ms())
    .bind(row.grant.map(|id| id.bytes().to_vec()))
    .bind(sealed)
    .bind(times::answered(row))
    .bind(row.number.clone())
    .bind(row.version);
    if tx.exec(query).await? == 1 { Ok(()) } else { Err(Refusal::new(Reason::CaseChanged)) }
}

/// One case by its number, whoever asks. What a worker asked for goes through
/// `casework::load`, which knows who sees it.
///
/// # Errors
/// `INTERNAL`.
pub async fn get(conn: &mut Conn, number: &str) -> Result<Option<CaseRow>, Refusal> {
    let query = sqlx::query(
        "/* case.get */ select number, thread, peer, kind, hidden, grant_id, created_ms, version, sealed_file
         from case_file where number = ?",
    )
    .bind(number);
    let row = conn.row(query).await?;
    let Some(row) = row else { return Ok(None) };
    let case = read(conn, &row)?;
    whole(conn, case).await.map(Some)
}

/// The case of a conversation with one institution, on one side of it.
///
/// # Errors
/// `INTERNAL`.
pub async fn by_thread(
    conn: &mut Conn,
    thread: &ThreadId,
    peer: &InstitutionId,
    side: Side,
) -> Result<Option<CaseRow>, Refusal> {
    let query = sqlx::query(
        "/* case.by_thread */ select number, thread, peer, kind, hidden, grant_id, created_ms, version, sealed_file
         from case_file where thread = ? and peer = ? and side = ?",
    )
    .bind(thread.bytes().to_vec())
    .bind(peer.to_string())
    .bind(side_code(side));
    let row = conn.row(query).await?;
    let Some(row) = row else { return Ok(None) };
    let case = read(conn, &row)?;
    whole(conn, case).await.map(Some)
}

/// Every ordinary case of some kinds, by deadline, open ones first; or every hidden one; of those that who reads on
/// this connection sees. Without own numbers: those are opened case by case.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(conn: &mut Conn, kinds: &[CaseKind], hidden: bool) -> Result<Vec<CaseRow>, Refusal> {
    let query = sqlx::query(
        "/* case.list */ select number, thread, peer, kind, hidden, grant_id, created_ms, version, sealed_file
         from case_file where hidden = ?1 and (?2 is null
           or exists (select 1 from vault_access where account = ?2 and name = number and sees = 1)
           or not exists (select 1 from vault where name = number))
         order by over, due_ms, number",
    )
    .bind(i64::from(hidden))
    .bind(conn.reader().map(|reader| reader.account().bytes().to_vec()));
    let rows = conn.rows(query).await?;
    let cases = rows.iter().map(|row| read(conn, row)).collect::<Result<Vec<_>, _>>()?;
    Ok(cases.into_iter().filter(|case| kinds.contains(&case.kind)).collect())
}

/// Lets the open cases of an ended grant go on under the narrower one that follows it.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn move_grant(tx: &mut Tx, from: &GrantId, to: &GrantId) -> Result<u64, Refusal> {
    let query = sqlx::query(
        "/* case.move_grant */ update case_file set grant_id = ?, version = version + 1 where grant_id = ? and over = 0",
    )
    .bind(to.bytes().to_vec())
    .bind(from.bytes().to_vec());
    tx.exec(query).await
}

/// Numbers of the open cases that run under a grant.
///
/// # Errors
/// `INTERNAL`.
pub async fn under_grant(conn: &mut Conn, id: &GrantId) -> Result<Vec<String>, Refusal> {
    let query = sqlx::query(
        "/* case.under_grant */ select number from case_file where grant_id = ? and over = 0 order by number",
    )
    .bind(id.bytes().to_vec());
    conn.rows(query).await?.iter().map(|row| col(row, "number")).collect()
}

/// Open cases whose deadline has passed.
///
/// # Errors
/// `INTERNAL`.
pub async fn overdue(conn: &mut Conn, now_ms: i64) -> Result<Vec<CaseRow>, Refusal> {
    let query = sqlx::query(
        "/* case.overdue */ select number, thread, peer, kind, hidden, grant_id, created_ms, version, sealed_file
         from case_file where over = 0 and due_ms < ? order by due_ms, number",
    )
    .bind(now_ms);
    let rows = conn.rows(query).await?;
    rows.iter().map(|row| read(conn, row)).collect()
}

/// With the own number, for who holds the case's keys.
async fn whole(conn: &mut Conn, mut case: CaseRow) -> Result<CaseRow, Refusal> {
    case.file.subject_ref = own::of(conn, &case.number).await?.subject_ref;
    Ok(case)
}

/// A row without its own number.
fn read(conn: &Conn, row: &SqliteRow) -> Result<CaseRow, Refusal> {
    let number: String = col(row, "number")?;
    let kind: String = col(row, "kind")?;
    let file = col::<Sealed<File>>(row, "sealed_file")?.open(conn.content(), FILE, number.as_bytes())?;
    Ok(CaseRow {
        thread: ThreadId::parse(&col::<Vec<u8>>(row, "thread")?)?,
        peer: col::<String>(row, "peer")?.parse()?,
        kind: CaseKind::parse(&kind).ok_or_else(|| Refusal::new(Reason::Internal))?,
        grant: col::<Option<Vec<u8>>>(row, "grant_id")?.map(|bytes| GrantId::parse(&bytes)).transpose()?,
        hidden: col::<i64>(row, "hidden")? != 0,
        created_ms: col(row, "created_ms")?,
        version: col(row, "version")?,
        number,
        file,
    })
}

#[cfg(test)]
mod tests;
