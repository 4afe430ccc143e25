//! Statements of the consent: edges and their end.

use sqlx::QueryBuilder;

use super::super::StoreError;
use super::{Conn, Db, Tx, push_list};

/// An edge is live.
pub(crate) const LIVE: i64 = 0;
/// An edge was withdrawn or blocked.
pub(crate) const WITHDRAWN: i64 = 1;
/// An edge ended with the membership of one of its institutions.
pub(crate) const REVOKED: i64 = 2;

/// One directed edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EdgeRow {
    /// Its 16-byte handle.
    pub(crate) handle: Vec<u8>,
    /// Sender of what may pass.
    pub(crate) sender: String,
    /// Recipient of what may pass.
    pub(crate) recipient: String,
    /// Until when.
    pub(crate) valid_until_ms: i64,
    /// Hash of the grant.
    pub(crate) grant_hash: Vec<u8>,
    /// Index of its leaf.
    pub(crate) leaf_index: i64,
    /// [`LIVE`], [`WITHDRAWN`] or [`REVOKED`].
    pub(crate) state: i64,
    /// Index of the leaf that ended it by a withdrawal.
    pub(crate) end_leaf: Option<i64>,
}

type Columns = (Vec<u8>, String, String, i64, Vec<u8>, i64, i64, Option<i64>);

/// Reads the edges of these handles, in no order; unknown ones are missing.
pub(crate) async fn edges(conn: &mut Conn, handles: &[&[u8]]) -> Result<Vec<EdgeRow>, StoreError> {
    let mut out = Vec::new();
    for piece in handles.chunks(64) {
        let mut query = QueryBuilder::<Db>::new(
            "/* edge.get */ select handle, sender, recipient, valid_until_ms, grant_hash, leaf_index, state, end_leaf \
             from edge where handle in ",
        );
        push_list(&mut query, piece);
        let rows: Vec<Columns> = query.build_query_as().fetch_all(&mut *conn).await?;
        out.extend(rows.into_iter().map(
            |(handle, sender, recipient, valid_until_ms, grant_hash, leaf_index, state, end_leaf)| EdgeRow {
                handle,
                sender,
                recipient,
                valid_until_ms,
                grant_hash,
                leaf_index,
                state,
                end_leaf,
            },
        ));
    }
    Ok(out)
}

/// Stores a new edge.
pub(crate) async fn put_edge(tx: &mut Tx, edge: &EdgeRow) -> Result<(), StoreError> {
    sqlx::query(
        "/* edge.put */ insert into edge (handle, sender, recipient, valid_until_ms, grant_hash, leaf_index, state, end_leaf) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&edge.handle)
    .bind(&edge.sender)
    .bind(&edge.recipient)
    .bind(edge.valid_until_ms)
    .bind(&edge.grant_hash)
    .bind(edge.leaf_index)
    .bind(edge.state)
    .bind(edge.end_leaf)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends an edge by a withdrawal.
pub(crate) async fn withdraw(tx: &mut Tx, handle: &[u8], end_leaf: i64) -> Result<(), StoreError> {
    let done =
        sqlx::query("/* edge.withdraw */ update edge set state = 1, end_leaf = $1 where handle = $2 and state <> 1")
            .bind(end_leaf)
            .bind(handle)
            .execute(tx.conn())
            .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::corrupt("edge withdrawn twice")) }
}

/// Ends all live edges of an institution that leaves.
pub(crate) async fn revoke(tx: &mut Tx, institution: &str) -> Result<u64, StoreError> {
    let done =
        sqlx::query("/* edge.revoke */ update edge set state = 2 where state = 0 and (sender = $1 or recipient = $1)")
            .bind(institution)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected())
}

/// Counts edges: live, and all.
pub(crate) async fn counts(conn: &mut Conn) -> Result<(i64, i64), StoreError> {
    Ok(sqlx::query_as("/* edge.counts */ select count(case when state = 0 then 1 end), count(*) from edge")
        .fetch_one(conn)
        .await?)
}
