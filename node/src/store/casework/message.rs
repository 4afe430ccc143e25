//! Messages of cases, sent and received; content sealed, or gone.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use wiez_proto::id::{GrantId, Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisCode, Category, KeptOrDeleted};

use crate::message::{Message, names};
use crate::store::{Conn, Place, Sealed, Tx, col, vault};
use crate::vault::Named;

const CONTENT: Place = Place { table: "case_message", column: "sealed_content" };
const CODES: Place = Place { table: "case_message", column: "sealed_codes" };

/// The codes of a message. They are kept apart from the content, under the node's key: by them the gate judges a reply
/// with nobody signed in, and the data-protection officer knows what went without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Codes {
    /// Categories that it carries.
    pub carried: BTreeSet<Category>,
    /// Categories that it asks for.
    pub asked: BTreeSet<Category>,
    /// On what statute, where it was not a consent.
    pub basis: Option<BasisCode>,
    /// The conversation, as lower-case hexadecimal.
    pub thread: ThreadId,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Direction {
    /// Received.
    In,
    /// Sent.
    Out,
}

impl Direction {
    pub(in crate::store) const fn code(self) -> &'static str {
        match self {
            Self::In => "IN",
            Self::Out => "OUT",
        }
    }
}

/// A stored message without its content; [`open_content`] fetches that.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "every field is a column told in the migration")]
pub struct MessageRow {
    pub direction: Direction,
    pub peer: InstitutionId,
    pub message_id: MessageId,
    pub number: String,
    pub kind: String,
    pub handle: Option<Handle>,
    pub grant: Option<GrantId>,
    pub state: String,
    pub at_ms: i64,
    pub expires_ms: i64,
    pub opened_ms: Option<i64>,
    pub answer: Option<KeptOrDeleted>,
    pub envelope_hash: Option<Hash>,
    pub leaf_index: Option<i64>,
    pub deleted: bool,
}

impl MessageRow {
    fn key(&self) -> Vec<u8> {
        [self.direction.code().as_bytes(), self.peer.as_str().as_bytes(), b"\0", self.message_id.bytes()].concat()
    }
}

/// Stores a message with its content.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`; also for a message that is already there.
pub async fn put_message(tx: &mut Tx, row: &MessageRow, message: &Message) -> Result<(), Refusal> {
    let key = row.key();
    let sealed = vault::seal(tx, &row.number, CONTENT, &key, &STANDARD.encode(message.to_bytes())).await?;
    let codes = Sealed::seal(tx.content(), CODES, &key, &Codes::of(message))?;
    let query = sqlx::query(
        "/* message.put */ insert into case_message
         (direction, peer, message_id, number, kind, handle, grant_id, state, at_ms, expires_ms, envelope_hash, leaf_index,
          sealed_content, sealed_codes)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.direction.code())
    .bind(row.peer.to_string())
    .bind(row.message_id.bytes().to_vec())
    .bind(row.number.clone())
    .bind(row.kind.clone())
    .bind(row.handle.map(|handle| handle.bytes().to_vec()))
    .bind(row.grant.map(|id| id.bytes().to_vec()))
    .bind(row.state.clone())
    .bind(row.at_ms)
    .bind(row.expires_ms)
    .bind(row.envelope_hash.map(|hash| hash.bytes().to_vec()))
    .bind(row.leaf_index)
    .bind(sealed)
    .bind(codes);
    tx.exec_one(query).await?;
    named(tx, row, message).await
}

/// Keeps the names of a message for the index of names; those of a received one go when its content goes.
async fn named(tx: &mut Tx, row: &MessageRow, message: &Message) -> Result<(), Refusal> {
    let names: Vec<String> = names(&message.payload).map(str::to_owned).collect();
    if names.is_empty() {
        return Ok(());
    }
    let named = Named { names, subject_ref: message.payload.subject_ref().to_owned() };
    let handle = row.handle.filter(|_| row.direction == Direction::In).map(|handle| handle.bytes().to_vec());
    vault::note(tx, &row.number, &named, handle).await
}

impl Codes {
    fn of(message: &Message) -> Self {
        Self {
            carried: message.payload.categories(),
            asked: message.payload.asked(),
            basis: message.statement.as_ref().map(|statement| statement.basis),
            thread: message.thread,
        }
    }
}

/// The codes of a stored message; none of one that was stored before there were any.
///
/// # Errors
/// `INTERNAL`.
pub async fn codes(conn: &mut Conn, row: &MessageRow) -> Result<Option<Codes>, Refusal> {
    let query = sqlx::query(
        "/* message.codes */ select sealed_codes from case_message where direction = ? and peer = ? and message_id = ?",
    )
    .bind(row.direction.code())
    .bind(row.peer.to_string())
    .bind(row.message_id.bytes().to_vec());
    let Some(found) = conn.row(query).await? else { return Ok(None) };
    let sealed: Option<Sealed<Codes>> = col(&found, "sealed_codes")?;
    sealed.map(|sealed| sealed.open(conn.content(), CODES, &row.key())).transpose()
}

/// Seals what was stored before there were vaults anew, for the vault of its case.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(in crate::store) async fn move_in(tx: &mut Tx, row: &MessageRow) -> Result<(), Refusal> {
    let Some(message) = open_content(tx, row).await? else { return Ok(()) };
    let key = row.key();
    let sealed = vault::seal(tx, &row.number, CONTENT, &key, &STANDARD.encode(message.to_bytes())).await?;
    let codes = Sealed::seal(tx.content(), CODES, &key, &Codes::of(&message))?;
    let query = sqlx::query(
        "/* message.move_in */ update case_message set sealed_content = ?, sealed_codes = ?
         where direction = ? and peer = ? and message_id = ?",
    )
    .bind(sealed)
    .bind(codes)
    .bind(row.direction.code())
    .bind(row.peer.to_string())
    .bind(row.message_id.bytes().to_vec());
    tx.exec_one(query).await?;
    named(tx, row, &message).await
}

/// The content of a message, for who reads on this connection; none once it was deleted.
///
/// # Errors
/// `NOT_FOUND` for somebody without the keys of its case, and with nobody signed in; `INTERNAL`.
pub async fn open_content(conn: &mut Conn, row: &MessageRow) -> Result<Option<Message>, Refusal> {
    let query = sqlx::query(
        "/* message.content */ select sealed_content from case_message where direction = ? and peer = ? and message_id = ?",
    )
    .bind(row.direction.code())
    .bind(row.peer.to_string())
    .bind(row.message_id.bytes().to_vec());
    let Some(found) = conn.row(query).await? else { return Ok(None) };
    let Some(sealed) = col::<Option<Sealed<String>>>(&found, "sealed_content")? else { return Ok(None) };
    let text = vault::open(conn, &row.number, &sealed, CONTENT, &row.key()).await?;
    let bytes = STANDARD.decode(text).map_err(|_| Refusal::new(Reason::Internal))?;
    Message::restore(&bytes, row.expires_ms).map(Some)
}

/// One message.
///
/// # Errors
/// `INTERNAL`.
pub async fn message(
    conn: &mut Conn,
    direction: Direction,
    peer: Option<&InstitutionId>,
    id: &MessageId,
) -> Result<Option<MessageRow>, Refusal> {
    let query = sqlx::query(
        "/* message.get */ select direction, peer, message_id, number, kind, handle, grant_id, state, at_ms, expires_ms,
         opened_ms, answer, envelope_hash, leaf_index, sealed_content is null as deleted
         from case_message where direction = ?1 and message_id = ?2 and (?3 is null or peer = ?3)",
    )
    .bind(direction.code())
    .bind(id.bytes().to_vec())
    .bind(peer.map(ToString::to_string));
    conn.row(query).await?.map(|row| read(&row)).transpose()
}

/// The messages of a case, oldest first.
///
/// # Errors
/// `INTERNAL`.
pub async fn messages(conn: &mut Conn, number: &str) -> Result<Vec<MessageRow>, Refusal> {
    let query = sqlx::query(
        "/* message.of_case */ select direction, peer, message_id, number, kind, handle, grant_id, state, at_ms, expires_ms,
         opened_ms, answer, envelope_hash, leaf_index, sealed_content is null as deleted
         from case_message where number = ? order by at_ms, rowid",
    )
    .bind(number);
    conn.rows(query).await?.iter().map(read).collect()
}

/// Every message that came or went under a handle.
///
/// # Errors
/// `INTERNAL`.
pub async fn under_handle(conn: &mut Conn, handle: &Handle) -> Result<Vec<MessageRow>, Refusal> {
    let query = sqlx::query(
        "/* message.under_handle */ select direction, peer, message_id, number, kind, handle, grant_id, state, at_ms,
         expires_ms, opened_ms, answer, envelope_hash, leaf_index, sealed_content is null as deleted
         from case_message where handle = ? order by at_ms, rowid",
    )
    .bind(handle.bytes().to_vec());
    conn.rows(query).await?.iter().map(read).collect()
}

/// Changes how far a sent message has come.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn set_state(tx: &mut Tx, row: &MessageRow, state: &str) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* message.set_state */ update case_message set state = ? where direction = ? and peer = ? and message_id = ?",
    )
    .bind(state)
    .bind(row.direction.code())
    .bind(row.peer.to_string())
    .bind(row.message_id.bytes().to_vec());
    tx.exec_one(query).await
}

/// Records the first opening.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`; also when it was recorded before.
pub async fn set_opened(tx: &mut Tx, row: &MessageRow, now_ms: i64) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* message.set_opened */ update case_message set opened_ms = ?
         where direction = ? and peer = ? and message_id = ? and opened_ms is null",
    )
    .bind(now_ms)
    .bind(row.direction.code())
    .bind(row.peer.to_string())
    .bind(row.message_id.bytes().to_vec());
    tx.exec_one(query).await
}

/// Records what was answered to the withdrawal of the consent under received messages.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn set_answer(tx: &mut Tx, handle: &Handle, answer: KeptOrDeleted) -> Result<u64, Refusal> {
    let query = sqlx::query(
        "/* message.set_answer */ update case_message set answer = ? where handle = ? and direction = 'IN'",
    )
    .bind(answer.code())
    .bind(handle.bytes().to_vec());
    tx.exec(query).await
}

/// Destroys received content under a handle: all of it, or only what nobody opened.
///
/// The file overwrites freed pages (`secure_delete`); more is not promised about flash disks.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn delete_content(tx: &mut Tx, handle: &Handle, opened_too: bool) -> Result<u64, Refusal> {
    let query = sqlx::query(
        "/* message.delete_content */ update case_message set sealed_content = null
         where handle = ?1 and direction = 'IN' and (?2 or opened_ms is null) and sealed_content is not null",
    )
    .bind(handle.bytes().to_vec())
    .bind(opened_too);
    let deleted = tx.exec(query).await?;
    if opened_too || deleted > 0 {
        vault::forget(tx, handle.bytes()).await?;
    }
    Ok(deleted)
}

pub(in crate::store) fn read(row: &SqliteRow) -> Result<MessageRow, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let direction: String = col(row, "direction")?;
    let blob = |name| col::<Option<Vec<u8>>>(row, name);
    let answer: Option<String> = col(row, "answer")?;
    Ok(MessageRow {
        direction: if direction == "IN" { Direction::In } else { Direction::Out },
        peer: col::<String>(row, "peer")?.parse()?,
        message_id: MessageId::parse(&col::<Vec<u8>>(row, "message_id")?)?,
        number: col(row, "number")?,
        kind: col(row, "kind")?,
        handle: blob("handle")?.map(|bytes| Handle::parse(&bytes)).transpose()?,
        grant: blob("grant_id")?.map(|bytes| GrantId::parse(&bytes)).transpose()?,
        state: col(row, "state")?,
        at_ms: col(row, "at_ms")?,
        expires_ms: col(row, "expires_ms")?,
        opened_ms: col(row, "opened_ms")?,
        answer: answer.map(|code| KeptOrDeleted::parse(&code).map_err(|_| internal())).transpose()?,
        envelope_hash: blob("envelope_hash")?.map(|bytes| Hash::parse(&bytes)).transpose()?,
        leaf_index: col(row, "leaf_index")?,
        deleted: col::<i64>(row, "deleted")? != 0,
    })
}
