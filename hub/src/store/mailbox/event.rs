//! Statements of the news that senders read by a cursor.

use sqlx::QueryBuilder;

use super::super::super::StoreError;
use super::super::{Conn, Db, Tx, pieces};

/// A recipient's signed receipt.
pub(crate) const RECEIPT: i64 = 1;
/// The hub's signed status.
pub(crate) const STATUS: i64 = 2;
/// A recipient's signed refusal.
pub(crate) const REFUSAL: i64 = 3;

/// News for a sender.
#[derive(Clone, Debug)]
pub(crate) struct EventRow {
    /// Grows with each event of the region.
    pub(crate) cursor: i64,
    /// Who gets it.
    pub(crate) institution: String,
    /// [`RECEIPT`], [`STATUS`] or [`REFUSAL`].
    pub(crate) kind: i64,
    /// The signed object.
    pub(crate) object: Vec<u8>,
    /// When it may be forgotten.
    pub(crate) keep_until_ms: i64,
}

/// Stores news.
pub(crate) async fn put(tx: &mut Tx, rows: &[EventRow]) -> Result<(), StoreError> {
    for piece in pieces(rows) {
        let mut query = QueryBuilder::<Db>::new(
            "/* event.put */ insert into event (cursor, institution, kind, object, keep_until_ms) ",
        );
        query.push_values(piece, |mut row, event| {
            row.push_bind(event.cursor).push_bind(event.institution.as_str()).push_bind(event.kind);
            row.push_bind(event.object.as_slice()).push_bind(event.keep_until_ms);
        });
        query.build().execute(tx.conn()).await?;
    }
    Ok(())
}

/// Reads an institution's news after a cursor, oldest first: cursor, kind, object.
pub(crate) async fn after(
    conn: &mut Conn,
    institution: &str,
    cursor: i64,
    most: i64,
) -> Result<Vec<(i64, i64, Vec<u8>)>, StoreError> {
    Ok(sqlx::query_as(
        "/* event.after */ select cursor, kind, object from event where institution = $1 and cursor > $2 \
         order by cursor limit $3",
    )
    .bind(institution)
    .bind(cursor)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// Forgets news that nobody needs any more.
pub(crate) async fn sweep(tx: &mut Tx, now_ms: i64) -> Result<u64, StoreError> {
    let done = sqlx::query("/* event.sweep */ delete from event where keep_until_ms < $1")
        .bind(now_ms)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}

/// Counts news that are kept.
pub(crate) async fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("/* event.count */ select count(*) from event").fetch_one(conn).await?)
}
