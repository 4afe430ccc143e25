//! Rows of the mirrored log: leaves, nodes of the tree, edges, withdrawals.

use wiez_proto::id::{Handle, Hash, InstitutionId};
use wiez_proto::log::Digest;
use wiez_proto::log::leaf::Leaf;
use wiez_proto::log::mirror::{Advanced, Mirror};
use wiez_proto::log::tree::{Node as TreeNode, Span};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::{Conn, Tx, col, meta};
use crate::mirror::{EdgeLeaf, WithdrawalLeaf};
use prost::Message as _;

const MIRROR: &str = "log.mirror";
const VERSION: &str = "log.version";

/// The mirror as stored, and how often it was stored.
pub(crate) async fn load(conn: &mut Conn) -> Result<(Mirror, u64), Refusal> {
    let mirror = match meta::get(conn, MIRROR).await? {
        Some(bytes) => Mirror::from_bytes(&bytes).map_err(|_| Refusal::new(Reason::Internal))?,
        None => Mirror::new(),
    };
    Ok((mirror, meta::number(conn, VERSION).await?))
}

/// Stores the mirror and returns its version.
pub(crate) async fn save(tx: &mut Tx, mirror: &Mirror) -> Result<u64, Refusal> {
    let version = meta::number(tx, VERSION).await? + 1;
    meta::put(tx, MIRROR, &mirror.to_bytes()).await?;
    meta::put_number(tx, VERSION, version).await?;
    Ok(version)
}

/// Adds leaves, nodes, edges and withdrawals. `raw` are the bytes of the leaves.
pub(crate) async fn add(tx: &mut Tx, advanced: &Advanced, raw: &[Vec<u8>]) -> Result<(), Refusal> {
    for ((leaf, bytes), index) in advanced.leaves.iter().zip(raw).zip(advanced.first..) {
        let index = signed(index);
        let put = sqlx::query("/* mirror.put_leaf */ insert into log_leaf (idx, bytes) values ($1, $2)");
        tx.exec_one(put.bind(index).bind(bytes.clone())).await?;
        match leaf {
            Leaf::Edge { handle_hash, grant_hash } => put_edge(tx, handle_hash, grant_hash, index).await?,
            Leaf::Withdrawal { handle_hash, object_hash } => {
                put_withdrawal(tx, handle_hash, object_hash, index).await?
            }
            Leaf::Directory { .. } | Leaf::Membership { .. } | Leaf::Mail { .. } | Leaf::Origin { .. } => {}
        }
    }
    for (level, index, hash) in &advanced.nodes {
        put_node(tx, &(*level, *index, *hash)).await?;
    }
    Ok(())
}

async fn put_node(tx: &mut Tx, (level, index, hash): &TreeNode) -> Result<(), Refusal> {
    let put = sqlx::query("/* mirror.put_node */ insert into log_node (level, idx, hash) values ($1, $2, $3)");
    tx.exec_one(put.bind(i64::from(*level)).bind(signed(*index)).bind(hash.to_vec())).await
}

/// The first leaf of a handle counts; nobody but its parties knows the handle before.
async fn put_edge(tx: &mut Tx, handle_hash: &Digest, grant_hash: &Digest, index: i64) -> Result<(), Refusal> {
    let put = sqlx::query(
        "/* mirror.put_edge */ insert into log_edge (handle_hash, grant_hash, idx) values ($1, $2, $3) on conflict do nothing",
    );
    tx.exec(put.bind(handle_hash.to_vec()).bind(grant_hash.to_vec()).bind(index)).await.map(drop)
}

async fn put_withdrawal(tx: &mut Tx, handle_hash: &Digest, object_hash: &Digest, index: i64) -> Result<(), Refusal> {
    let put = sqlx::query(
        "/* mirror.put_withdrawal */ insert into log_withdrawal (handle_hash, object_hash, idx) values ($1, $2, $3) on conflict do nothing",
    );
    tx.exec(put.bind(handle_hash.to_vec()).bind(object_hash.to_vec()).bind(index)).await.map(drop)
}

/// The bytes of a leaf.
pub(crate) async fn leaf(conn: &mut Conn, index: u64) -> Result<Option<Leaf>, Refusal> {
    let query = sqlx::query("/* mirror.leaf */ select bytes from log_leaf where idx = $1");
    let Some(row) = conn.row(query.bind(signed(index))).await? else { return Ok(None) };
    Leaf::decode(&col::<Vec<u8>>(&row, "bytes")?).map(Some).map_err(|_| Refusal::new(Reason::Internal))
}

/// The bytes of every leaf, in order of index.
pub(crate) async fn leaves(conn: &mut Conn) -> Result<Vec<Vec<u8>>, Refusal> {
    let rows = conn.rows(sqlx::query("/* mirror.leaves */ select bytes from log_leaf order by idx")).await?;
    rows.iter().map(|row| col(row, "bytes")).collect()
}

/// The complete nodes from which the root of the first `size` leaves is folded.
pub(crate) async fn nodes_of(conn: &mut Conn, size: u64) -> Result<Vec<TreeNode>, Refusal> {
    let mut found = Vec::new();
    for (level, index) in (Span { start: 0, end: size }).nodes() {
        let query = sqlx::query("/* mirror.node */ select hash from log_node where level = $1 and idx = $2");
        if let Some(row) = conn.row(query.bind(i64::from(level)).bind(signed(index))).await? {
            found.push((level, index, *Hash::parse(&col::<Vec<u8>>(&row, "hash")?)?.bytes()));
        }
    }
    Ok(found)
}

/// The edge leaf of a handle.
pub(crate) async fn edge(conn: &mut Conn, handle_hash: &[u8; 32]) -> Result<Option<EdgeLeaf>, Refusal> {
    let query = sqlx::query("/* mirror.edge */ select grant_hash, idx from log_edge where handle_hash = $1");
    let Some(row) = conn.row(query.bind(handle_hash.to_vec())).await? else { return Ok(None) };
    Ok(Some(EdgeLeaf {
        grant_hash: Hash::parse(&col::<Vec<u8>>(&row, "grant_hash")?)?,
        leaf_index: unsigned(col(&row, "idx")?),
    }))
}

/// The withdrawal leaf of a handle.
pub(crate) async fn withdrawal(conn: &mut Conn, handle_hash: &[u8; 32]) -> Result<Option<WithdrawalLeaf>, Refusal> {
    let query = sqlx::query(
        "/* mirror.withdrawal */ select idx, object_hash, party, at_ms, alarmed from log_withdrawal where handle_hash = $1",
    );
    let Some(row) = conn.row(query.bind(handle_hash.to_vec())).await? else { return Ok(None) };
    let party: Option<String> = col(&row, "party")?;
    let at_ms: Option<i64> = col(&row, "at_ms")?;
    let party = party.map(|name| name.parse::<InstitutionId>()).transpose()?;
    Ok(Some(WithdrawalLeaf {
        leaf_index: unsigned(col(&row, "idx")?),
        object_hash: Hash::parse(&col::<Vec<u8>>(&row, "object_hash")?)?,
        proof: party.zip(at_ms),
        alarmed: col(&row, "alarmed")?,
    }))
}

/// Withdrawals of our handles of which the casework has not heard: handle and object hash.
pub(crate) async fn untold(conn: &mut Conn) -> Result<Vec<(Handle, Hash)>, Refusal> {
    let rows = conn
        .rows(sqlx::query(
            "/* mirror.untold */ select h.handle, w.object_hash from log_withdrawal w
             join own_handle h on h.handle_hash = w.handle_hash where w.told = 0 order by w.idx",
        ))
        .await?;
    rows.iter()
        .map(|row| {
            Ok((Handle::parse(&col::<Vec<u8>>(row, "handle")?)?, Hash::parse(&col::<Vec<u8>>(row, "object_hash")?)?))
        })
        .collect()
}

/// Stores what became of a withdrawal: its good object and who signed it, or an alarm.
pub(crate) async fn told(
    tx: &mut Tx,
    handle_hash: &[u8; 32],
    good: Option<(&v1::Signed, &InstitutionId, i64)>,
) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* mirror.told */ update log_withdrawal set told = 1, alarmed = $2, object = $3, party = $4, at_ms = $5 where handle_hash = $1",
    );
    let bound = query
        .bind(handle_hash.to_vec())
        .bind(good.is_none())
        .bind(good.map(|(signed, _, _)| signed.encode_to_vec()))
        .bind(good.map(|(_, party, _)| party.to_string()))
        .bind(good.map(|(_, _, at_ms)| at_ms));
    tx.exec_one(bound).await
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
