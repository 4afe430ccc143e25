//! Rows of the mirrored directory.

use prost::Message as _;
use wiez_proto::directory::{Entry, Standing};
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::{required, v1};

use super::{Conn, Tx, col};
use crate::directory::Peer;

const fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Suspended => "suspended",
        Standing::Revoked => "revoked",
    }
}

/// Every institution with its pinned entry.
pub(crate) async fn all(conn: &mut Conn) -> Result<Vec<Peer>, Refusal> {
    let rows = conn.rows(sqlx::query("/* directory.all */ select entry, standing, alarm is not null as alarm from directory order by institution")).await?;
    rows.iter()
        .map(|row| {
            let broken = || Refusal::new(Reason::Internal);
            let signed = v1::SignedEntry::decode(col::<Vec<u8>>(row, "entry")?.as_slice()).map_err(|_| broken())?;
            let standing: String = col(row, "standing")?;
            let known = [Standing::Active, Standing::Suspended, Standing::Revoked];
            Ok(Peer {
                entry: Entry::parse(&required("entry", signed.entry)?.content)?,
                standing: known.into_iter().find(|one| name(*one) == standing).ok_or_else(broken)?,
                key_alarm: col(row, "alarm")?,
            })
        })
        .collect()
}

/// The pinned entry of an institution.
pub(crate) async fn pinned(conn: &mut Conn, id: &InstitutionId) -> Result<Option<Entry>, Refusal> {
    let query = sqlx::query("/* directory.pinned */ select entry from directory where institution = $1");
    let Some(row) = conn.row(query.bind(id.to_string())).await? else { return Ok(None) };
    let signed = v1::SignedEntry::decode(col::<Vec<u8>>(&row, "entry")?.as_slice())
        .map_err(|_| Refusal::new(Reason::Internal))?;
    Entry::parse(&required("entry", signed.entry)?.content).map(Some)
}

/// Pins an entry, which also ends an alarm about it.
pub(crate) async fn pin(
    tx: &mut Tx,
    id: &InstitutionId,
    signed: &v1::SignedEntry,
    leaf_index: u64,
    now_ms: i64,
) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* directory.pin */ insert into directory (institution, entry, standing, leaf_index, changed_ms)
         values ($1, $2, 'active', $3, $4) on conflict (institution) do update set entry = excluded.entry,
         leaf_index = excluded.leaf_index, alarm = null, changed_ms = excluded.changed_ms",
    );
    let index = i64::try_from(leaf_index).unwrap_or(i64::MAX);
    tx.exec_one(query.bind(id.to_string()).bind(signed.encode_to_vec()).bind(index).bind(now_ms)).await
}

/// Keeps the pinned entry and remembers what was offered in its place.
pub(crate) async fn distrust(
    tx: &mut Tx,
    id: &InstitutionId,
    offered: &v1::SignedEntry,
    now_ms: i64,
) -> Result<(), Refusal> {
    let query =
        sqlx::query("/* directory.distrust */ update directory set alarm = $2, changed_ms = $3 where institution = $1");
    tx.exec(query.bind(id.to_string()).bind(offered.encode_to_vec()).bind(now_ms)).await.map(drop)
}

/// Sets where an institution stands.
pub(crate) async fn stand(tx: &mut Tx, id: &InstitutionId, standing: Standing, now_ms: i64) -> Result<(), Refusal> {
    let query =
        sqlx::query("/* directory.stand */ update directory set standing = $2, changed_ms = $3 where institution = $1");
    tx.exec(query.bind(id.to_string()).bind(name(standing)).bind(now_ms)).await.map(drop)
}
