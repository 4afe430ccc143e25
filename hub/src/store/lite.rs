//! The stamp for SQLite: connections, pragmas that are read back, transactions, the data folder's lock.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Pool, QueryBuilder};
use wiez_proto::refusal::{Reason, Refusal};

use super::StoreError;

#[path = "consent.rs"]
pub(crate) mod consent;
#[path = "directory.rs"]
pub(crate) mod directory;
#[path = "enrolment.rs"]
pub(crate) mod enrolment;
#[path = "log.rs"]
pub(crate) mod log;
#[path = "mailbox.rs"]
pub(crate) mod mailbox;

/// The database of this stamp.
pub(crate) type Db = sqlx::Sqlite;
/// One connection to it.
pub(crate) type Conn = sqlx::SqliteConnection;

/// Oldest library in which no known defect corrupts a write-ahead log.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];
const READERS: u32 = 4;
const FILE: &str = "hub.db";
const LOCK: &str = "hub.lock";

/// One writer, several readers, and the lock that keeps other processes away.
pub(crate) struct Store {
    write: Pool<Db>,
    read: Pool<Db>,
    lock: Mutex<Option<File>>,
}

/// The only door for writing: one transaction, begun `IMMEDIATE`.
///
/// Dropped without a commit, the connection is closed, which rolls back. SQLite rolls back by
/// itself when the disk is full; a driver that counts transactions would then be stuck.
pub(crate) struct Tx {
    conn: PoolConnection<Db>,
    committed: bool,
}

impl Tx {
    /// The connection inside the transaction, also for reading.
    pub(crate) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Makes everything durable. When it returns, the write-ahead log is synced.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        sqlx::query("/* tx.commit */ commit").execute(self.conn()).await?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if !self.committed {
            self.conn.close_on_drop();
        }
    }
}

impl Store {
    /// Opens or creates the database of a region in a folder that no other process uses.
    ///
    /// # Errors
    /// `LOCKED`, `DATABASE_NEWER`, `DATABASE_FOREIGN`, `DISK_FULL` or `INTERNAL`.
    pub(crate) async fn open(folder: &Path, region: &str) -> Result<Self, Refusal> {
        let failed = |error: std::io::Error| Refusal::from(StoreError::Failed(error.to_string()));
        if !folder.exists() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        }
        let private = |name: &str| {
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(folder.join(name))
        };
        let lock = private(LOCK).map_err(failed)?;
        lock.try_lock().map_err(|_| Refusal::new(Reason::Locked).with("path", folder.display()))?;
        // The write-ahead log gets the mode of the database file, so this comes first.
        drop(private(FILE).map_err(failed)?);
        let write = pool(folder, 1, false).await?;
        prepare(&write, region).await?;
        let read = pool(folder, READERS, true).await?;
        Ok(Self { write, read, lock: Mutex::new(Some(lock)) })
    }

    /// Opens an existing database for reading beside a running hub; it takes no lock.
    ///
    /// # Errors
    /// `DATABASE_FOREIGN` when there is none, or `INTERNAL`.
    pub(crate) async fn open_read_only(folder: &Path) -> Result<Self, Refusal> {
        if !folder.join(FILE).exists() {
            return Err(Refusal::new(Reason::DatabaseForeign).with("path", folder.display()));
        }
        let read = pool(folder, 1, true).await?;
        Ok(Self { write: read.clone(), read, lock: Mutex::default() })
    }

    /// Begins the one transaction that may write.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        let mut tx = Tx { conn: self.write.acquire().await?, committed: false };
        sqlx::query("/* tx.begin */ begin immediate").execute(tx.conn()).await?;
        Ok(tx)
    }

    /// Borrows a connection that can only read.
    pub(crate) async fn reader(&self) -> Result<PoolConnection<Db>, StoreError> {
        Ok(self.read.acquire().await?)
    }

    /// Begins a read transaction, so that several statements see one state.
    pub(crate) async fn snapshot(&self) -> Result<sqlx::Transaction<'static, Db>, StoreError> {
        Ok(self.read.begin().await?)
    }

    /// Moves the write-ahead log into the database and empties it, so that erased bytes leave it too.
    pub(crate) async fn truncate_wal(&self) -> Result<(), StoreError> {
        let mut conn = self.write.acquire().await?;
        sqlx::query("/* wal.truncate */ pragma wal_checkpoint(truncate)").fetch_optional(&mut *conn).await?;
        Ok(())
    }

    /// Closes every connection, then gives the folder free.
    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    #[cfg(test)]
    pub(crate) const fn write_pool(&self) -> &Pool<Db> {
        &self.write
    }
}

async fn pool(folder: &Path, size: u32, read_only: bool) -> Result<Pool<Db>, Refusal> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join(FILE))
        .read_only(read_only)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", "4000")
        .statement_cache_capacity(256);
    SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|conn, _| Box::pin(assert_settings(conn)))
        .connect_with(options)
        .await
        .map_err(|error| StoreError::from(error).into())
}

/// Reads back what durability and erasure rest on; a connection that differs is not used.
async fn assert_settings(conn: &mut Conn) -> Result<(), sqlx::Error> {
    let journal: String =
        sqlx::query_scalar("/* settings.journal */ pragma journal_mode").fetch_one(&mut *conn).await?;
    let sync: i64 = sqlx::query_scalar("/* settings.synchronous */ pragma synchronous").fetch_one(&mut *conn).await?;
    let keys: i64 = sqlx::query_scalar("/* settings.foreign_keys */ pragma foreign_keys").fetch_one(&mut *conn).await?;
    let erase: i64 =
        sqlx::query_scalar("/* settings.secure_delete */ pragma secure_delete").fetch_one(&mut *conn).await?;
    let version: String = sqlx::query_scalar("/* settings.version */ select sqlite_version()").fetch_one(conn).await?;
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if (journal.as_str(), sync, keys, erase) == ("wal", 2, 1, 1) && numbers.as_slice() >= OLDEST_SQLITE.as_slice() {
        Ok(())
    } else {
        let found = format!("journal={journal} synchronous={sync} foreign_keys={keys} secure_delete={erase} {version}");
        Err(sqlx::Error::Configuration(format!("SQLite does not have the settings that it was given: {found}").into()))
    }
}

/// Brings the tables up to date and checks whose database this is.
async fn prepare(write: &Pool<Db>, region: &str) -> Result<(), Refusal> {
    let foreign = || Refusal::new(Reason::DatabaseForeign);
    let mut conn = write.acquire().await.map_err(StoreError::from)?;
    let count = |row: Result<i64, sqlx::Error>| row.map_err(|_| foreign());
    let tables = count(
        sqlx::query_scalar("/* meta.tables */ select count(*) from sqlite_master where type = 'table'")
            .fetch_one(&mut *conn)
            .await,
    )?;
    let ours = count(
        sqlx::query_scalar("/* meta.ours */ select count(*) from sqlite_master where name = 'log_head'")
            .fetch_one(&mut *conn)
            .await,
    )?;
    if tables > 0 && ours == 0 {
        return Err(foreign());
    }
    sqlx::migrate!("migrations/sqlite").run(&mut *conn).await.map_err(not_migrated)?;
    sqlx::query("/* meta.claim */ insert into meta (name, value) values ('region', $1) on conflict do nothing")
        .bind(region)
        .execute(&mut *conn)
        .await
        .map_err(StoreError::from)?;
    let stored: String = sqlx::query_scalar("/* meta.region */ select value from meta where name = 'region'")
        .fetch_one(&mut *conn)
        .await
        .map_err(StoreError::from)?;
    if stored == region { Ok(()) } else { Err(foreign()) }
}

/// A database with changes that this program does not know is newer; with other ones, foreign.
fn not_migrated(error: MigrateError) -> Refusal {
    if matches!(error, MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..)) {
        Reason::DatabaseNewer.into()
    } else if matches!(error, MigrateError::VersionMismatch(_)) {
        Reason::DatabaseForeign.into()
    } else {
        StoreError::Failed(error.to_string()).into()
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // 13 is SQLITE_FULL; it has no extended codes.
        let full = error.as_database_error().and_then(|database| database.code()).is_some_and(|code| code == "13");
        if full { Self::Full } else { Self::Failed(error.to_string()) }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may fail loudly")]
pub(crate) async fn test_count(conn: &mut Conn, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(conn).await.unwrap()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may fail loudly")]
pub(crate) async fn test_write(store: &Store, sql: &'static str) {
    sqlx::query(sql).execute(&store.write).await.unwrap();
}

#[cfg(test)]
mod tests;

/// Row counts of multi-row statements: few distinct texts, so that prepared ones are used again.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// Cuts rows into pieces of the sizes for which statements are kept prepared.
fn pieces<T>(mut rows: &[T]) -> Vec<&[T]> {
    let mut out = Vec::new();
    for size in SIZES {
        while let Some((piece, rest)) = rows.split_at_checked(size) {
            out.push(piece);
            rows = rest;
        }
    }
    out
}

/// Appends `(…)` with the values of a piece, filled up with the last one to a prepared size.
fn push_list(query: &mut QueryBuilder<Db>, values: &[&[u8]]) {
    let size = SIZES.into_iter().rev().find(|size| *size >= values.len()).unwrap_or(values.len());
    query.push("(");
    let mut list = query.separated(", ");
    for value in values.iter().chain(std::iter::repeat(values.last().unwrap_or(&&[][..]))).take(size) {
        list.push_bind(value.to_vec());
    }
    query.push(")");
}

/// Appends a list of texts in the same way.
fn push_texts(query: &mut QueryBuilder<Db>, values: &[String]) {
    let size = SIZES.into_iter().rev().find(|size| *size >= values.len()).unwrap_or(values.len());
    query.push("(");
    let mut list = query.separated(", ");
    let last = values.last().cloned().unwrap_or_default();
    for value in values.iter().cloned().chain(std::iter::repeat(last)).take(size) {
        list.push_bind(value);
    }
    query.push(")");
}

/// Appends a list of numbers in the same way.
fn push_numbers(query: &mut QueryBuilder<Db>, values: &[i64]) {
    let size = SIZES.into_iter().rev().find(|size| *size >= values.len()).unwrap_or(values.len());
    query.push("(");
    let mut list = query.separated(", ");
    let last = values.last().copied().unwrap_or_default();
    for value in values.iter().copied().chain(std::iter::repeat(last)).take(size) {
        list.push_bind(value);
    }
    query.push(")");
}
