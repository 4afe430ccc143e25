//! Statements of the directory: one append-only list of signed changes.

use super::super::StoreError;
use super::{Conn, Tx};

/// Kind of a change: a signed entry.
pub(crate) const ENTRY: i64 = 0;
/// Kind of a change: a signed standing.
pub(crate) const STANDING: i64 = 1;

/// One change of the directory.
#[derive(Clone, Debug)]
pub(crate) struct ItemRow {
    /// Grows by one with each change.
    pub(crate) revision: i64,
    /// Index of its leaf.
    pub(crate) leaf_index: i64,
    /// [`ENTRY`] or [`STANDING`].
    pub(crate) kind: i64,
    /// The signed object.
    pub(crate) object: Vec<u8>,
}

/// Appends a change.
pub(crate) async fn append(tx: &mut Tx, institution: &str, item: &ItemRow) -> Result<(), StoreError> {
    sqlx::query(
        "/* directory.append */ insert into directory_item (revision, leaf_index, institution, kind, object) \
         values ($1, $2, $3, $4, $5)",
    )
    .bind(item.revision)
    .bind(item.leaf_index)
    .bind(institution)
    .bind(item.kind)
    .bind(&item.object)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Reads changes after a revision, oldest first.
pub(crate) async fn after(conn: &mut Conn, revision: i64, most: i64) -> Result<Vec<ItemRow>, StoreError> {
    let rows: Vec<(i64, i64, i64, Vec<u8>)> = sqlx::query_as(
        "/* directory.after */ select revision, leaf_index, kind, object from directory_item \
         where revision > $1 order by revision limit $2",
    )
    .bind(revision)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(revision, leaf_index, kind, object)| ItemRow { revision, leaf_index, kind, object })
        .collect())
}
