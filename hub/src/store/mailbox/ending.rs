//! Statements by which waiting envelopes end: body erased, tombstone and status due.

use sqlx::QueryBuilder;

use super::super::super::StoreError;
use super::super::{Db, Tx, push_list, push_numbers};

/// An envelope that has just ended.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct EndedRow {
    /// Its number.
    pub(crate) id: i64,
    /// Its hash.
    pub(crate) hash: Vec<u8>,
    /// Its message id.
    pub(crate) message_id: Vec<u8>,
    /// Its sender, who gets the status.
    pub(crate) sender: String,
    /// Its recipient, who gets the tombstone.
    pub(crate) recipient: String,
    /// Until when it could have been delivered.
    pub(crate) expires_ms: i64,
    /// 1 when it may have left the hub.
    pub(crate) uncertain: i64,
}

/// Why, when and by which leaf envelopes end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// Number of the cause on the wire.
    pub(crate) cause: i64,
    /// When.
    pub(crate) at_ms: i64,
    /// Leaf of the proof; none for an expiry.
    pub(crate) leaf: Option<i64>,
}

/// Numbers of waiting envelopes under these handles.
pub(crate) async fn under_handles(tx: &mut Tx, handles: &[&[u8]]) -> Result<Vec<i64>, StoreError> {
    let mut out = Vec::new();
    for piece in handles.chunks(64) {
        let mut query = QueryBuilder::<Db>::new(
            "/* mail.under_handles */ select id from mail where state in (0, 1) and handle is not null and handle in ",
        );
        push_list(&mut query, piece);
        let rows: Vec<(i64,)> = query.build_query_as().fetch_all(tx.conn()).await?;
        out.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(out)
}

/// Numbers of waiting envelopes from or to an institution.
pub(crate) async fn of_institution(tx: &mut Tx, institution: &str) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "/* mail.of_institution */ select id from mail where state in (0, 1) and (sender = $1 or recipient = $1) order by id",
    )
    .bind(institution)
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Numbers of waiting envelopes whose time to live is over, the oldest first.
pub(crate) async fn overdue(tx: &mut Tx, now_ms: i64, most: i64) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "/* mail.overdue */ select id from mail where state in (0, 1) and expires_ms < $1 order by expires_ms limit $2",
    )
    .bind(now_ms)
    .bind(most)
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ends waiting envelopes: the bodies are erased in the same transaction.
pub(crate) async fn end(tx: &mut Tx, ids: &[i64], end: End) -> Result<Vec<EndedRow>, StoreError> {
    let mut out = Vec::new();
    for piece in ids.chunks(64) {
        let mut query = QueryBuilder::<Db>::new(
            "/* mail.end */ update mail set uncertain = case when state = 1 then 1 else 0 end, state = 3, end_cause = ",
        );
        query.push_bind(end.cause).push(", ended_ms = ").push_bind(end.at_ms);
        query.push(", end_leaf = ").push_bind(end.leaf).push(" where state in (0, 1) and id in ");
        push_numbers(&mut query, piece);
        query.push(" returning id, hash, message_id, sender, recipient, expires_ms, uncertain");
        out.extend(query.build_query_as::<EndedRow>().fetch_all(tx.conn()).await?);
        let mut query = QueryBuilder::<Db>::new("/* body.erase_ended */ delete from body where mail_id in ");
        push_numbers(&mut query, piece);
        query.build().execute(tx.conn()).await?;
    }
    out.sort_by_key(|row| row.id);
    if out.len() == ids.len() { Ok(out) } else { Err(StoreError::corrupt("mail.end")) }
}

/// Which of these still wait: an acknowledgement or another end of the same batch may have come first.
pub(crate) async fn still_waiting(tx: &mut Tx, ids: &[i64]) -> Result<Vec<i64>, StoreError> {
    let mut out = Vec::new();
    for piece in ids.chunks(64) {
        let mut query =
            QueryBuilder::<Db>::new("/* mail.still_waiting */ select id from mail where state in (0, 1) and id in ");
        push_numbers(&mut query, piece);
        let rows: Vec<(i64,)> = query.build_query_as().fetch_all(tx.conn()).await?;
        out.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(out)
}
