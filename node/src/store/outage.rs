//! Rows of outages: spans without a hub, or in which the node did not run.

use sqlx::sqlite::SqliteRow;
use wiez_proto::refusal::{Reason, Refusal};

use super::{Conn, Tx, col};
use crate::obligation::{Outage, OutageKind};

/// Stores a span; without an end it lasts.
pub(crate) async fn put(tx: &mut Tx, kind: OutageKind, from_ms: i64, to_ms: Option<i64>) -> Result<(), Refusal> {
    let query = sqlx::query("/* outage.put */ insert into outage (kind, from_ms, to_ms) values (?, ?, ?)");
    tx.exec_one(query.bind(kind.code()).bind(from_ms).bind(to_ms)).await
}

/// The span that lasts.
pub(crate) async fn lasting(conn: &mut Conn) -> Result<Option<Outage>, Refusal> {
    let query = sqlx::query(
        "/* outage.lasting */ select id, kind, from_ms, to_ms from outage where to_ms is null order by id limit 1",
    );
    Ok(conn.row(query).await?.as_ref().map(read).transpose()?.map(|(_, outage)| outage))
}

/// Ends the span that lasts, at `end_ms` as far as that lies between its start and now.
pub(crate) async fn end(tx: &mut Tx, end_ms: i64, now_ms: i64) -> Result<(), Refusal> {
    let query = sqlx::query("/* outage.end */ update outage set to_ms = max(from_ms, min(?1, ?2)) where to_ms is null");
    tx.exec(query.bind(end_ms).bind(now_ms)).await.map(drop)
}

/// The span in which a moment lies, the longest before it first.
pub(crate) async fn at(conn: &mut Conn, at_ms: i64) -> Result<Option<(i64, Outage)>, Refusal> {
    let query = sqlx::query(
        "/* outage.at */ select id, kind, from_ms, to_ms from outage
         where from_ms <= ?1 and (to_ms is null or to_ms >= ?1) order by from_ms, id limit 1",
    );
    conn.row(query.bind(at_ms)).await?.as_ref().map(read).transpose()
}

fn read(row: &SqliteRow) -> Result<(i64, Outage), Refusal> {
    let kind: String = col(row, "kind")?;
    let kind = OutageKind::parse(&kind).ok_or_else(|| Refusal::new(Reason::Internal))?;
    Ok((col(row, "id")?, Outage { kind, from_ms: col(row, "from_ms")?, to_ms: col(row, "to_ms")? }))
}
