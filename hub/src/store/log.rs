//! Statements of the log: head, leaves, complete nodes, and the batches behind mail leaves.

use sqlx::QueryBuilder;
use wiez_proto::log::Digest;
use wiez_proto::log::tree::Node;

use super::super::{StoreError, int, uint};
use super::{Conn, Db, Tx, pieces, push_numbers};

/// The one row that every batch locks first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeadRow {
    /// Frontier of the tree, with its size.
    pub(crate) frontier: Vec<u8>,
    /// Newest signed checkpoint.
    pub(crate) checkpoint: String,
    /// When it was signed.
    pub(crate) signed_ms: i64,
    /// Number of the next mail, event and directory change.
    pub(crate) next: [i64; 3],
}

/// What stands behind a mail leaf.
#[derive(Clone, Debug)]
pub(crate) struct BatchRow {
    /// Index of the mail leaf.
    pub(crate) leaf_index: i64,
    /// Item hashes, 32 bytes each.
    pub(crate) items: Vec<u8>,
    /// Path of the mail leaf, 32 bytes each.
    pub(crate) leaf_path: Vec<u8>,
    /// Checkpoint signed with the batch.
    pub(crate) checkpoint: String,
}

/// Reads the head; none before the first one was signed.
pub(crate) async fn head(conn: &mut Conn) -> Result<Option<HeadRow>, StoreError> {
    let row: Option<(Vec<u8>, String, i64, i64, i64, i64)> = sqlx::query_as(
        "/* log.head */ select frontier, checkpoint, signed_ms, next_mail, next_event, next_revision from log_head",
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(frontier, checkpoint, signed_ms, mail, event, revision)| HeadRow {
        frontier,
        checkpoint,
        signed_ms,
        next: [mail, event, revision],
    }))
}

/// Writes the first head.
pub(crate) async fn create_head(tx: &mut Tx, head: &HeadRow) -> Result<(), StoreError> {
    let [mail, event, revision] = head.next;
    sqlx::query("/* log.create_head */ insert into log_head values (1, $1, $2, $3, $4, $5, $6)")
        .bind(&head.frontier)
        .bind(&head.checkpoint)
        .bind(head.signed_ms)
        .bind(mail)
        .bind(event)
        .bind(revision)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Replaces the head.
pub(crate) async fn set_head(tx: &mut Tx, head: &HeadRow) -> Result<(), StoreError> {
    let [mail, event, revision] = head.next;
    let done = sqlx::query(
        "/* log.set_head */ update log_head set frontier = $1, checkpoint = $2, signed_ms = $3, next_mail = $4, \
         next_event = $5, next_revision = $6 where id = 1",
    )
    .bind(&head.frontier)
    .bind(&head.checkpoint)
    .bind(head.signed_ms)
    .bind(mail)
    .bind(event)
    .bind(revision)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::corrupt("log_head")) }
}

/// Appends leaves from an index on.
pub(crate) async fn append(tx: &mut Tx, first: u64, leaves: &[Vec<u8>]) -> Result<(), StoreError> {
    let numbered: Vec<_> = (first..).zip(leaves).collect();
    for piece in pieces(&numbered) {
        let mut query = QueryBuilder::<Db>::new("/* log.append */ insert into log_leaf (leaf_index, bytes) ");
        query.push_values(piece, |mut row, (index, bytes)| {
            row.push_bind(int(*index)).push_bind(bytes.as_slice());
        });
        query.build().execute(tx.conn()).await?;
    }
    Ok(())
}

/// Stores nodes that became complete; leaf hashes follow from the leaves and are left out.
pub(crate) async fn put_nodes(tx: &mut Tx, nodes: &[Node]) -> Result<(), StoreError> {
    let inner: Vec<_> = nodes.iter().filter(|(level, ..)| *level > 0).collect();
    for piece in pieces(&inner) {
        let mut query = QueryBuilder::<Db>::new("/* log.put_nodes */ insert into log_node (level, node_index, hash) ");
        query.push_values(piece, |mut row, (level, index, hash)| {
            row.push_bind(i64::from(*level)).push_bind(int(*index)).push_bind(hash.as_slice());
        });
        query.build().execute(tx.conn()).await?;
    }
    Ok(())
}

/// Reads leaves by range.
pub(crate) async fn leaves(conn: &mut Conn, first: u64, count: u64) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "/* log.leaves */ select bytes from log_leaf where leaf_index >= $1 and leaf_index < $2 order by leaf_index",
    )
    .bind(int(first))
    .bind(int(first.saturating_add(count)))
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(bytes,)| bytes).collect())
}

/// Reads one complete node above the leaves.
pub(crate) async fn node(conn: &mut Conn, level: u8, index: u64) -> Result<Option<Digest>, StoreError> {
    let row: Option<(Vec<u8>,)> =
        sqlx::query_as("/* log.node */ select hash from log_node where level = $1 and node_index = $2")
            .bind(i64::from(level))
            .bind(int(index))
            .fetch_optional(conn)
            .await?;
    row.map(|(hash,)| hash.try_into().map_err(|_| StoreError::corrupt("log_node"))).transpose()
}

/// Stores what stands behind a mail leaf.
pub(crate) async fn put_batch(tx: &mut Tx, batch: &BatchRow) -> Result<(), StoreError> {
    sqlx::query(
        "/* log.put_batch */ insert into batch (leaf_index, items, leaf_path, checkpoint) values ($1, $2, $3, $4)",
    )
    .bind(batch.leaf_index)
    .bind(&batch.items)
    .bind(&batch.leaf_path)
    .bind(&batch.checkpoint)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Reads batches by their mail leaves.
pub(crate) async fn batches(conn: &mut Conn, leaf_indexes: &[i64]) -> Result<Vec<BatchRow>, StoreError> {
    let mut out = Vec::new();
    for piece in leaf_indexes.chunks(64) {
        let mut query = QueryBuilder::<Db>::new(
            "/* log.batches */ select leaf_index, items, leaf_path, checkpoint from batch where leaf_index in ",
        );
        push_numbers(&mut query, piece);
        let rows: Vec<(i64, Vec<u8>, Vec<u8>, String)> = query.build_query_as().fetch_all(&mut *conn).await?;
        out.extend(rows.into_iter().map(|(leaf_index, items, leaf_path, checkpoint)| BatchRow {
            leaf_index,
            items,
            leaf_path,
            checkpoint,
        }));
    }
    Ok(out)
}

/// Checkpoints of the batches whose mail leaf lies in a range, each with the size that it covers.
pub(crate) async fn checkpoints(conn: &mut Conn, first: u64, end: u64) -> Result<Vec<(u64, String)>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "/* log.checkpoints */ select leaf_index, checkpoint from batch where leaf_index >= $1 and leaf_index < $2 \
         order by leaf_index",
    )
    .bind(int(first))
    .bind(int(end))
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(leaf, checkpoint)| (uint(leaf).saturating_add(1), checkpoint)).collect())
}

/// Stores the signed object behind a leaf.
pub(crate) async fn put_proof(tx: &mut Tx, leaf_index: i64, object: &[u8]) -> Result<(), StoreError> {
    sqlx::query("/* log.put_proof */ insert into proof (leaf_index, object) values ($1, $2)")
        .bind(leaf_index)
        .bind(object)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Reads the signed object behind a leaf.
pub(crate) async fn proof(conn: &mut Conn, leaf_index: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("/* log.proof */ select object from proof where leaf_index = $1")
        .bind(leaf_index)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|(object,)| object))
}
