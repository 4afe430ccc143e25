//! Rows of envelopes that the recipient's gate did not take.

use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::{Conn, Tx, col};
use crate::inbox::Arrived;
use crate::quarantine::Held;

/// How many sealed envelopes of a sender are kept.
pub(crate) async fn count(conn: &mut Conn, sender: &InstitutionId) -> Result<usize, Refusal> {
    let query = sqlx::query(
        "/* quarantine.count */ select count(*) as n from quarantine where sender = $1 and envelope is not null",
    );
    let row = conn.row(query.bind(sender.to_string())).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
    Ok(usize::try_from(col::<i64>(&row, "n")?).unwrap_or(usize::MAX))
}

/// Keeps an envelope aside; without bytes its hash and signature remain as evidence.
pub(crate) async fn put(
    tx: &mut Tx,
    arrived: &Arrived,
    reason: Reason,
    envelope: Option<&v1::Envelope>,
    signature: &[u8],
    now_ms: i64,
) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* quarantine.put */ insert into quarantine (envelope_hash, sender, message_id, reason, envelope, signature, expires_ms, at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    tx.exec_one(
        query
            .bind(arrived.hash.bytes().to_vec())
            .bind(arrived.sender.to_string())
            .bind(arrived.message_id.bytes().to_vec())
            .bind(reason.as_str())
            .bind(envelope.map(prost::Message::encode_to_vec))
            .bind(signature.to_vec())
            .bind(arrived.expires_ms)
            .bind(now_ms),
    )
    .await
}

/// Erases sealed bytes whose time has ended.
pub(crate) async fn sweep(tx: &mut Tx, now_ms: i64) -> Result<u64, Refusal> {
    let query = sqlx::query(
        "/* quarantine.sweep */ update quarantine set envelope = null where expires_ms < $1 and envelope is not null",
    );
    tx.exec(query.bind(now_ms)).await
}

/// Everything in quarantine, newest first, at most 1000.
pub(crate) async fn list(conn: &mut Conn) -> Result<Vec<Held>, Refusal> {
    let rows = conn
        .rows(sqlx::query(
            "/* quarantine.list */ select envelope_hash, sender, message_id, reason, at_ms, expires_ms from quarantine order by at_ms desc limit 1000",
        ))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Held {
                envelope_hash: Hash::parse(&col::<Vec<u8>>(row, "envelope_hash")?)?,
                message_id: wiez_proto::id::MessageId::parse(&col::<Vec<u8>>(row, "message_id")?)?,
                sender: col::<String>(row, "sender")?.parse()?,
                reason: Reason::parse(&col::<String>(row, "reason")?).ok_or_else(|| Refusal::new(Reason::Internal))?,
                at_ms: col(row, "at_ms")?,
                expires_ms: col(row, "expires_ms")?,
            })
        })
        .collect()
}
