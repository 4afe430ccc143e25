//! Rows of the inbox: what was seen of each sender, and the receipts that were signed for it.

use prost::Message as _;
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::{Conn, Tx, col};
use crate::inbox::{Arrived, Known, Mark, Outcome};

/// What the inbox must know to judge one arrival.
pub(crate) async fn known(conn: &mut Conn, arrived: &Arrived) -> Result<Known, Refusal> {
    let sender = arrived.sender.to_string();
    let query = sqlx::query(
        "/* inbox.known */ select
         (select receipt_id from inbox where envelope_hash = $1) as receipt_id,
         (select count(*) from inbox where sender = $2 and message_id = $3 and envelope_hash <> $1 and outcome <> 'tombstone') as same_id,
         (select count(*) from inbox where sender = $2 and envelope_hash = $4) as prev_seen,
         (select count(*) from inbox where sender = $2 and prev = $4 and envelope_hash <> $1) as same_prev",
    );
    let bound = query
        .bind(arrived.hash.bytes().to_vec())
        .bind(sender)
        .bind(arrived.message_id.bytes().to_vec())
        .bind(arrived.prev.bytes().to_vec());
    let row = conn.row(bound).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
    let high = high(conn, &arrived.sender).await?;
    Ok(Known {
        receipt: col(&row, "receipt_id")?,
        same_id: col::<i64>(&row, "same_id")? > 0,
        prev_seen: col::<i64>(&row, "prev_seen")? > 0 || high.is_some_and(|high| high.hash == arrived.prev),
        same_prev: col::<i64>(&row, "same_prev")? > 0,
        high,
    })
}

async fn high(conn: &mut Conn, sender: &InstitutionId) -> Result<Option<Mark>, Refusal> {
    let query = sqlx::query("/* inbox.high */ select epoch, seq, hash from channel_in where sender = $1");
    let Some(row) = conn.row(query.bind(sender.to_string())).await? else { return Ok(None) };
    let number = |name| col::<i64>(&row, name).map(|n| u64::try_from(n).unwrap_or(0));
    Ok(Some(Mark { epoch: number("epoch")?, seq: number("seq")?, hash: Hash::parse(&col::<Vec<u8>>(&row, "hash")?)? }))
}

/// Stores a receipt that was signed and returns its number.
pub(crate) async fn put_receipt(
    tx: &mut Tx,
    sender: &InstitutionId,
    signed: &v1::Signed,
    now_ms: i64,
) -> Result<i64, Refusal> {
    let query = sqlx::query(
        "/* inbox.put_receipt */ insert into receipt (sender, signed, at_ms) values ($1, $2, $3) returning id",
    );
    let bound = query.bind(sender.to_string()).bind(signed.encode_to_vec()).bind(now_ms);
    let row = tx.row(bound).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
    col(&row, "id")
}

/// The receipt with this number.
pub(crate) async fn receipt(conn: &mut Conn, id: i64) -> Result<v1::Signed, Refusal> {
    let query = sqlx::query("/* inbox.receipt */ select signed from receipt where id = $1");
    let row = conn.row(query.bind(id)).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
    v1::Signed::decode(col::<Vec<u8>>(&row, "signed")?.as_slice()).map_err(|_| Refusal::new(Reason::Internal))
}

/// Notes that an envelope was dealt with and raises the sender's high-water mark.
pub(crate) async fn put(
    tx: &mut Tx,
    arrived: &Arrived,
    outcome: Outcome,
    receipt_id: i64,
    now_ms: i64,
) -> Result<(), Refusal> {
    let (epoch, seq) = (signed(arrived.epoch), signed(arrived.seq));
    let query = sqlx::query(
        "/* inbox.put */ insert into inbox (envelope_hash, sender, message_id, epoch, seq, prev, expires_ms, outcome, receipt_id, at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    );
    let bound = query
        .bind(arrived.hash.bytes().to_vec())
        .bind(arrived.sender.to_string())
        .bind(arrived.message_id.bytes().to_vec())
        .bind(epoch)
        .bind(seq)
        .bind(arrived.prev.bytes().to_vec())
        .bind(arrived.expires_ms)
        .bind(outcome.as_str())
        .bind(receipt_id)
        .bind(now_ms);
    tx.exec_one(bound).await?;
    let raise = sqlx::query(
        "/* inbox.raise */ insert into channel_in (sender, epoch, seq, hash) values ($1, $2, $3, $4)
         on conflict (sender) do update set epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash
         where (excluded.epoch, excluded.seq) > (channel_in.epoch, channel_in.seq)",
    );
    tx.exec(raise.bind(arrived.sender.to_string()).bind(epoch).bind(seq).bind(arrived.hash.bytes().to_vec()))
        .await
        .map(drop)
}

/// Forgets what has expired; the high-water marks stay.
pub(crate) async fn sweep(tx: &mut Tx, before_ms: i64) -> Result<u64, Refusal> {
    let gone =
        tx.exec(sqlx::query("/* inbox.sweep */ delete from inbox where expires_ms < $1").bind(before_ms)).await?;
    let receipts = sqlx::query(
        "/* inbox.sweep_receipts */ delete from receipt where at_ms < $1 and not exists (select 1 from inbox where receipt_id = receipt.id)",
    );
    tx.exec(receipts.bind(before_ms)).await?;
    Ok(gone)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
