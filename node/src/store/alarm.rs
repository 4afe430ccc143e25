//! Rows of alarms: what a person has to look at.

use sqlx::sqlite::SqliteRow;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;

use super::{Conn, Tx, col};
use crate::alarm::{Alarm, Settled};

/// Raises an alarm once for each kind and subject until it is settled. True when it is new.
pub(crate) async fn raise(tx: &mut Tx, alarm: &Alarm) -> Result<bool, Refusal> {
    let query = sqlx::query(
        "/* alarm.raise */ insert into alarm (at_ms, kind, subject, detail) values ($1, $2, $3, $4)
         on conflict (kind, subject) where settled_ms is null do nothing",
    );
    let bound = query.bind(alarm.at_ms).bind(&alarm.kind).bind(&alarm.subject).bind(&alarm.detail);
    Ok(tx.exec(bound).await? == 1)
}

/// Every alarm, oldest first.
pub(crate) async fn all(conn: &mut Conn) -> Result<Vec<Alarm>, Refusal> {
    let query = sqlx::query(
        "/* alarm.all */ select id, at_ms, kind, subject, detail, settled_ms, settled_by from alarm order by id",
    );
    conn.rows(query).await?.iter().map(read).collect()
}

/// Every alarm, open ones first, then the newest.
pub(crate) async fn open_first(conn: &mut Conn) -> Result<Vec<Alarm>, Refusal> {
    let query = sqlx::query(
        "/* alarm.open_first */ select id, at_ms, kind, subject, detail, settled_ms, settled_by from alarm
         order by settled_ms is not null, id desc",
    );
    conn.rows(query).await?.iter().map(read).collect()
}

/// How many nobody settled.
pub(crate) async fn open(conn: &mut Conn) -> Result<u64, Refusal> {
    let query = sqlx::query("/* alarm.open */ select count(*) as open from alarm where settled_ms is null");
    let row = conn.row(query).await?;
    let count: i64 = row.as_ref().map_or(Ok(0), |row| col(row, "open"))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// How many of a kind are open in whose detail an institution stands as the other one.
pub(crate) async fn open_about(conn: &mut Conn, kind: &str, peer: &InstitutionId) -> Result<i64, Refusal> {
    let query = sqlx::query(
        "/* alarm.open_about */ select count(*) as n from alarm
         where kind = ? and settled_ms is null and instr(detail, ?) > 0",
    );
    let row = conn.row(query.bind(kind.to_owned()).bind(format!("\"peer\":\"{peer}\""))).await?;
    row.map_or(Ok(0), |row| col(&row, "n"))
}

/// One alarm.
pub(crate) async fn get(conn: &mut Conn, id: i64) -> Result<Option<Alarm>, Refusal> {
    let query = sqlx::query(
        "/* alarm.get */ select id, at_ms, kind, subject, detail, settled_ms, settled_by from alarm where id = ?",
    );
    conn.row(query.bind(id)).await?.as_ref().map(read).transpose()
}

/// Says who settled an open alarm.
pub(crate) async fn settle(tx: &mut Tx, id: i64, by: &str, at_ms: i64) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* alarm.settle */ update alarm set settled_ms = ?, settled_by = ? where id = ? and settled_ms is null",
    );
    tx.exec_one(query.bind(at_ms).bind(by.to_owned()).bind(id)).await
}

/// Whether the hub contradicted itself about the log.
pub(crate) async fn log_broken(conn: &mut Conn) -> Result<bool, Refusal> {
    let query =
        sqlx::query("/* alarm.log_broken */ select 1 as one from alarm where kind = 'LOG_INCONSISTENT' limit 1");
    Ok(conn.row(query).await?.is_some())
}

fn read(row: &SqliteRow) -> Result<Alarm, Refusal> {
    let settled: Option<i64> = col(row, "settled_ms")?;
    let by: Option<String> = col(row, "settled_by")?;
    Ok(Alarm {
        id: col(row, "id")?,
        at_ms: col(row, "at_ms")?,
        kind: col(row, "kind")?,
        subject: col(row, "subject")?,
        detail: col(row, "detail")?,
        settled: settled.map(|at_ms| Settled { at_ms, by: by.unwrap_or_default() }),
    })
}
