//! Rows that the gate counts and searches: a worker's statutory messages of a day, own messages that name persons, kept drafts.

use wiez_proto::id::MessageId;
use wiez_proto::refusal::Refusal;

use super::casework::{MessageRow, read_message};
use super::{Conn, Tx, col};

/// How many statutory and vital messages a worker sent since a moment. Cases that stand apart
/// are counted apart: a number that a visible act runs into tells nothing of hidden ones.
///
/// # Errors
/// `INTERNAL`.
pub(crate) async fn used_since(conn: &mut Conn, worker: &str, hidden: bool, since_ms: i64) -> Result<u32, Refusal> {
    let query = sqlx::query(
        "/* statutory.used */ select count(*) as used from statutory_sent where worker = ? and hidden = ? and at_ms > ?",
    )
    .bind(worker)
    .bind(i64::from(hidden))
    .bind(since_ms);
    let row = conn.row(query).await?;
    row.map_or(Ok(0), |row| col(&row, "used"))
}

/// Counts a message that leaves, and forgets what is older than `since_ms`.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn count(
    tx: &mut Tx,
    id: &MessageId,
    worker: &str,
    hidden: bool,
    at_ms: i64,
    since_ms: i64,
) -> Result<(), Refusal> {
    let old = sqlx::query("/* statutory.forget */ delete from statutory_sent where at_ms <= ?").bind(since_ms);
    tx.exec(old).await?;
    let query = sqlx::query(
        "/* statutory.count */ insert into statutory_sent (message_id, worker, hidden, at_ms) values (?, ?, ?, ?)",
    )
    .bind(id.bytes().to_vec())
    .bind(worker)
    .bind(i64::from(hidden))
    .bind(at_ms);
    tx.exec_one(query).await
}

/// Own messages of open cases that may name persons, as far as who reads on this connection sees them; those of cases
/// that stand apart too when `hidden`.
///
/// # Errors
/// `INTERNAL`.
pub(crate) async fn naming(conn: &mut Conn, hidden: bool) -> Result<Vec<MessageRow>, Refusal> {
    let account = conn.reader().map(|reader| reader.account().bytes().to_vec());
    let query = sqlx::query(
        "/* statutory.naming */ select m.direction, m.peer, m.message_id, m.number, m.kind, m.handle, m.grant_id, m.state,
         m.at_ms, m.expires_ms, m.opened_ms, m.answer, m.envelope_hash, m.leaf_index, m.sealed_content is null as deleted
         from case_message m join case_file f on f.number = m.number
         where f.over = 0 and f.hidden <= ?1 and m.direction = 'OUT'
           and (?2 is null
                or exists (select 1 from vault_access where account = ?2 and name = f.number and sees = 1)
                or not exists (select 1 from vault where name = f.number))
           and m.kind not in ('CONSULT_ANON', 'REPLY_ANON', 'INFO_REFUSAL', 'FEEDBACK_MIN', 'CONSENT_WITHDRAWN',
                              'CONSENT_WITHDRAWN_ANSWER', 'GATE_REFUSAL', 'ACK_HUMAN', 'MEDIATION_REQUEST',
                              'MEDIATION_NOTE')",
    )
    .bind(i64::from(hidden))
    .bind(account);
    conn.rows(query).await?.iter().map(read_message).collect()
}

/// Erases the kept draft of a message that leaves now under the same id; nothing when there is none.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn drop_draft(tx: &mut Tx, id: &MessageId) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* statutory.drop_draft */ delete from case_message where direction = 'OUT' and state = 'DRAFT' and message_id = ?",
    )
    .bind(id.bytes().to_vec());
    tx.exec(query).await.map(|_| ())
}

#[cfg(test)]
mod tests;
