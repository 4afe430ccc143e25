//! The one door to the node's database: named transactions, read snapshots, sealed columns.
//!
//! SQLite in WAL mode with `synchronous=FULL`: a commit is on disk before anybody hears of it.
//! One connection writes, a few others read. A full disk refuses; any other failed write ends
//! the process through [`LastResort`] and is never retried.

pub mod account;
pub mod alarm;
pub mod casework;
pub mod consent;
pub mod control;
pub mod directory;
pub mod hand;
pub mod inbox;
pub mod meta;
pub mod mirror;
pub mod names;
pub mod obligation;
mod open;
pub mod outage;
pub mod outbox;
pub mod overlay;
pub mod own;
pub mod people;
pub mod quarantine;
pub mod review;
mod sealed;
pub mod statutory;
pub mod trail;
pub mod vault;

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{Decode, Row, Sqlite, Transaction, Type};
use wiez_proto::env::LastResort;
use wiez_proto::envelope::SealingKey;
use wiez_proto::refusal::{Reason, Refusal};

pub use self::sealed::{ContentKey, Place, Sealed};
use crate::account::{Reader, Watcher};

/// A statement with its values, as the functions of `store/*.rs` build it.
pub type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// The database of one node. Holds the lock on the data folder for as long as it lives.
pub struct Store {
    write: SqlitePool,
    read: SqlitePool,
    content: Arc<ContentKey>,
    last_resort: LastResort,
    _lock: std::fs::File,
}

impl Store {
    /// Begins a writing transaction; dropping it undoes everything.
    ///
    /// `name` says what it does in logs, such as `referral.send`. Waits while another one runs.
    ///
    /// # Errors
    /// `INTERNAL` or `DISK_FULL`.
    pub async fn begin(&self, name: &'static str) -> Result<Tx, Refusal> {
        let begun = self.write.begin_with("BEGIN IMMEDIATE").await;
        let inner = begun.map_err(|error| refuse(&error, name))?;
        let conn = Conn { inner, name, content: Arc::clone(&self.content), hand: None };
        Ok(Tx { conn, last_resort: self.last_resort.clone(), after: Vec::new() })
    }

    /// As [`Store::begin`], for somebody who may read: what that worker holds keys to opens, and what the worker does
    /// not see is not there.
    ///
    /// # Errors
    /// As [`Store::begin`].
    pub async fn begin_as(&self, name: &'static str, reader: &Reader) -> Result<Tx, Refusal> {
        let mut tx = self.begin(name).await?;
        tx.conn.hand = Some(Hand::new(reader));
        Ok(tx)
    }

    /// Begins a reading snapshot.
    ///
    /// # Errors
    /// `INTERNAL`.
    pub async fn view(&self, name: &'static str) -> Result<View, Refusal> {
        let inner = self.read.begin().await.map_err(|error| refuse(&error, name))?;
        Ok(View { conn: Conn { inner, name, content: Arc::clone(&self.content), hand: None } })
    }

    /// As [`Store::view`], for somebody who may read; see [`Store::begin_as`].
    ///
    /// # Errors
    /// As [`Store::view`].
    pub async fn view_as(&self, name: &'static str, reader: &Reader) -> Result<View, Refusal> {
        let mut view = self.view(name).await?;
        view.conn.hand = Some(Hand::new(reader));
        Ok(view)
    }

    /// As [`Store::begin_as`], for somebody who may know of cases: the data-protection officer of all.
    ///
    /// # Errors
    /// As [`Store::begin`].
    pub async fn begin_for(&self, name: &'static str, watcher: &Watcher) -> Result<Tx, Refusal> {
        match watcher.reader() {
            Some(reader) => self.begin_as(name, reader).await,
            None => self.begin(name).await,
        }
    }

    /// As [`Store::view_as`], for somebody who may know of cases: the data-protection officer of all.
    ///
    /// # Errors
    /// As [`Store::view`].
    pub async fn view_for(&self, name: &'static str, watcher: &Watcher) -> Result<View, Refusal> {
        match watcher.reader() {
            Some(reader) => self.view_as(name, reader).await,
            None => self.view(name).await,
        }
    }

    /// Moves the write-ahead log into the database and empties it, so that erased content leaves
    /// it too. What somebody still reads waits for the next time.
    ///
    /// # Errors
    /// `INTERNAL` or `DISK_FULL`.
    pub async fn truncate_wal(&self) -> Result<(), Refusal> {
        let query = sqlx::query("/* store.truncate_wal */ pragma wal_checkpoint(truncate)");
        let done = query.fetch_optional(&self.write).await;
        done.map(drop).map_err(|error| refuse(&error, "store.truncate_wal"))
    }

    /// Waits for running transactions and closes the files.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// A connection inside a transaction or a snapshot: what reading functions take.
pub struct Conn {
    inner: Transaction<'static, Sqlite>,
    name: &'static str,
    content: Arc<ContentKey>,
    hand: Option<Hand>,
}

/// Who reads on a connection, and the private keys that were unwrapped for it.
struct Hand {
    reader: Reader,
    opened: BTreeMap<String, Arc<SealingKey>>,
}

impl Hand {
    fn new(reader: &Reader) -> Self {
        Self { reader: reader.clone(), opened: BTreeMap::new() }
    }
}

impl Conn {
    /// All rows of a query.
    ///
    /// # Errors
    /// `INTERNAL`.
    pub async fn rows(&mut self, query: Query<'_>) -> Result<Vec<SqliteRow>, Refusal> {
        query.fetch_all(&mut *self.inner).await.map_err(|error| refuse(&error, self.name))
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// `INTERNAL`.
    pub async fn row(&mut self, query: Query<'_>) -> Result<Option<SqliteRow>, Refusal> {
        query.fetch_optional(&mut *self.inner).await.map_err(|error| refuse(&error, self.name))
    }

    /// The key of content columns.
    #[must_use]
    pub fn content(&self) -> &ContentKey {
        &self.content
    }

    /// Who reads here; nobody, when the node works by itself.
    #[must_use]
    pub fn reader(&self) -> Option<&Reader> {
        self.hand.as_ref().map(|hand| &hand.reader)
    }
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Conn({})", self.name)
    }
}

/// One read snapshot.
#[derive(Debug)]
pub struct View {
    conn: Conn,
}

impl Deref for View {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for View {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

/// One named writing transaction. Nothing counts before [`Tx::commit`] returned.
pub struct Tx {
    conn: Conn,
    last_resort: LastResort,
    after: Vec<Box<dyn FnOnce() + Send>>,
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Tx {
    /// Runs a writing statement and returns how many rows it changed.
    ///
    /// # Errors
    /// `DISK_FULL`, or `INTERNAL`; a disk that fails ends the process.
    pub async fn exec(&mut self, query: Query<'_>) -> Result<u64, Refusal> {
        match query.execute(&mut *self.conn.inner).await {
            Ok(done) => Ok(done.rows_affected()),
            Err(error) => Err(self.write_failed(&error)),
        }
    }

    /// Runs a writing statement that must change exactly one row.
    ///
    /// # Errors
    /// As [`Tx::exec`], and `INTERNAL` for any other number of rows.
    pub async fn exec_one(&mut self, query: Query<'_>) -> Result<(), Refusal> {
        let rows = self.exec(query).await?;
        if rows == 1 {
            return Ok(());
        }
        tracing::error!(transaction = self.conn.name, rows, "a statement changed another number of rows than one");
        Err(Refusal::new(Reason::Internal))
    }

    /// Does something once the transaction is on disk, and not at all if it is undone.
    pub fn after(&mut self, what: impl FnOnce() + Send + 'static) {
        self.after.push(Box::new(what));
    }

    /// Makes everything durable, then does what was put off until then.
    ///
    /// # Errors
    /// `DISK_FULL`, everything undone. Any other failure ends the process, because nobody
    /// can know what is on the disk then.
    pub async fn commit(self) -> Result<(), Refusal> {
        let Self { conn, last_resort, after } = self;
        let name = conn.name;
        if let Err(error) = conn.inner.commit().await {
            let refusal = refuse(&error, name);
            if refusal.reason != Reason::DiskFull {
                last_resort.end(name);
            }
            return Err(refusal);
        }
        for what in after {
            what();
        }
        Ok(())
    }

    fn write_failed(&self, error: &sqlx::Error) -> Refusal {
        if disk_failed(error) {
            self.last_resort.end(self.conn.name);
        }
        refuse(error, self.conn.name)
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx({})", self.conn.name)
    }
}

/// Reads one column by name.
///
/// # Errors
/// `INTERNAL` when the column is absent or of another type.
pub fn col<'r, T>(row: &'r SqliteRow, name: &str) -> Result<T, Refusal>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
{
    row.try_get(name).map_err(|error| refuse(&error, "column"))
}

/// SQLite's result code without its extension (<https://www.sqlite.org/rescode.html>).
fn primary_code(error: &sqlx::Error) -> Option<i64> {
    let code: i64 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// IOERR, CORRUPT, READONLY, CANTOPEN, NOTADB: the disk or the file is not what it was.
fn disk_failed(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(8 | 10 | 11 | 14 | 26)) || matches!(error, sqlx::Error::Io(_))
}

/// The refusal for a failed statement. The text goes to the log, never to the caller; SQLite
/// names tables and columns in it, not values.
fn refuse(error: &sqlx::Error, name: &str) -> Refusal {
    // FULL
    if primary_code(error) == Some(13) {
        return Refusal::new(Reason::DiskFull).retry_after(30_000);
    }
    tracing::error!(transaction = name, %error, "the database did not do what was asked");
    Refusal::new(Reason::Internal)
}

#[cfg(test)]
mod tests;
