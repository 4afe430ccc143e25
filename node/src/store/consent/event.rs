//! Who did what with a consent record, and what became of the notice of an ended grant.

use wiez_proto::id::{GrantId, MessageId};
use wiez_proto::refusal::Refusal;

use crate::consent::Act;
use crate::store::{Conn, Place, Sealed, Tx, col, vault};

const EVENT: Place = Place { table: "consent_event", column: "sealed_event" };

/// Notes what somebody did with a record, under its key.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put_event(tx: &mut Tx, number: &str, act: &Act) -> Result<(), Refusal> {
    let sealed = vault::seal(tx, number, EVENT, number.as_bytes(), act).await?;
    let query =
        sqlx::query("/* consent.put_event */ insert into consent_event (number, at_ms, sealed_event) values (?, ?, ?)")
            .bind(number.to_owned())
            .bind(act.at_ms)
            .bind(sealed);
    tx.exec_one(query).await
}

/// What people did with a record, oldest first, for who holds its key.
///
/// # Errors
/// `NOT_FOUND` for somebody without the key, `INTERNAL`.
pub async fn events(conn: &mut Conn, number: &str) -> Result<Vec<Act>, Refusal> {
    let query = sqlx::query("/* consent.events */ select sealed_event from consent_event where number = ? order by id");
    let rows = conn.rows(query.bind(number.to_owned())).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let sealed: Sealed<Act> = col(&row, "sealed_event")?;
        out.push(vault::open(conn, number, &sealed, EVENT, number.as_bytes()).await?);
    }
    Ok(out)
}

/// Remembers which message told the other institution of a grant's end.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn set_notice(tx: &mut Tx, id: &GrantId, notice: &MessageId) -> Result<(), Refusal> {
    let query = sqlx::query("/* consent.set_notice */ update consent_grant set notice = ? where grant_id = ?")
        .bind(notice.bytes().to_vec())
        .bind(id.bytes().to_vec());
    tx.exec_one(query).await
}

/// How far the notice of a grant's end came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeRow {
    /// When it was written, milliseconds since 1970.
    pub sent_ms: i64,
    /// When the other institution's node signed that it holds it.
    pub received_ms: Option<i64>,
    /// When a person there answered what became of the data.
    pub answered_ms: Option<i64>,
}

/// How far the notice of a grant's end came; none where none was sent.
///
/// # Errors
/// `INTERNAL`.
pub async fn notice(conn: &mut Conn, id: &GrantId) -> Result<Option<NoticeRow>, Refusal> {
    let query = sqlx::query(
        "/* consent.notice */ select m.at_ms as sent_ms,
           case when m.state = 'RECEIVED' then coalesce(o.changed_ms, m.at_ms) end as received_ms,
           (select min(a.at_ms) from case_message a
            where a.number = m.number and a.direction = 'IN' and a.kind = 'CONSENT_WITHDRAWN_ANSWER') as answered_ms
         from consent_grant g
         join case_message m on m.message_id = g.notice and m.direction = 'OUT' and m.peer = g.peer
         left join outbox o on o.message_id = g.notice
         where g.grant_id = ?",
    )
    .bind(id.bytes().to_vec());
    let Some(row) = conn.row(query).await? else { return Ok(None) };
    Ok(Some(NoticeRow {
        sent_ms: col(&row, "sent_ms")?,
        received_ms: col(&row, "received_ms")?,
        answered_ms: col(&row, "answered_ms")?,
    }))
}
