//! Opens the database file: lock, pragmas asserted on every connection, migrations.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Executor, Row};
use wiez_proto::env::LastResort;
use wiez_proto::refusal::{Reason, Refusal};

use super::{ContentKey, Store, own, refuse};

/// "WzNo": marks a file as the database of a Więź node (PRAGMA `application_id`).
const APPLICATION_ID: i32 = 0x577a_4e6f;
/// The first release of SQLite without the WAL-reset bug.
const SQLITE_MIN: [u32; 3] = [3, 51, 3];
const READERS: u32 = 4;

pub(super) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

impl Store {
    /// Opens or creates the database in a data folder and takes the folder's lock.
    ///
    /// # Errors
    /// `LOCKED` when another process has the folder, `DATABASE_NEWER`, `DATABASE_FOREIGN`,
    /// `CONFIG_INVALID` when the folder cannot be written, `INTERNAL` for anything else.
    pub async fn open(dir: &Path, content: ContentKey, last_resort: LastResort) -> Result<Self, Refusal> {
        let lock = lock(dir)?;
        let file = dir.join("node.db");
        create_private(&file)?;
        let writing = options(&file).create_if_missing(true);
        let write = pool(1, writing).await?;
        mark(&write).await?;
        migrate(&write).await?;
        let read = pool(READERS, options(&file).read_only(true)).await?;
        let store = Self { write, read, content: Arc::new(content), last_resort, _lock: lock };
        let mut tx = store.begin("own.split").await?;
        own::split(&mut tx).await?;
        tx.commit().await?;
        Ok(store)
    }
}

fn lock(dir: &Path) -> Result<File, Refusal> {
    let path = dir.join("node.lock");
    let opened = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path);
    let file = opened.map_err(|error| unusable(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Refusal::new(Reason::Locked)),
        Err(TryLockError::Error(error)) => Err(unusable(&error)),
    }
}

/// SQLite gives its side files the mode of the database, so the database comes first.
fn create_private(file: &Path) -> Result<(), Refusal> {
    let created = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(file);
    created.map(drop).map_err(|error| unusable(&error))
}

fn unusable(error: &std::io::Error) -> Refusal {
    tracing::error!(%error, "the data folder cannot be used");
    Refusal::new(Reason::ConfigInvalid).with("key", "data_dir")
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("secure_delete", "ON")
}

async fn pool(size: u32, options: SqliteConnectOptions) -> Result<SqlitePool, Refusal> {
    SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(|connection, _| Box::pin(assert_durable(connection)))
        .connect_with(options)
        .await
        .map_err(|error| foreign_or(&error))
}

/// Reads back what was asked for: a misspelt pragma is silently ignored by SQLite.
async fn assert_durable(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let wrong = |what: &str| sqlx::Error::Configuration(format!("SQLite: {what}").into());
    let row = connection
        .fetch_one(sqlx::query(
            "/* store.assert */ select sqlite_version() as version,
             (select journal_mode from pragma_journal_mode) as journal,
             (select synchronous from pragma_synchronous) as synchronous,
             (select foreign_keys from pragma_foreign_keys) as foreign_keys,
             (select secure_delete from pragma_secure_delete) as secure_delete",
        ))
        .await?;
    let version: String = row.try_get("version")?;
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if parts.as_slice() < SQLITE_MIN.as_slice() {
        return Err(wrong("older than 3.51.3"));
    }
    if row.try_get::<String, _>("journal")? != "wal" {
        return Err(wrong("journal_mode is not WAL"));
    }
    let set = ["synchronous", "foreign_keys", "secure_delete"];
    for (name, want) in set.into_iter().zip([2_i64, 1, 1]) {
        if row.try_get::<i64, _>(name)? != want {
            return Err(wrong(name));
        }
    }
    Ok(())
}

/// Refuses a file of another program; marks an empty one as ours.
async fn mark(pool: &SqlitePool) -> Result<(), Refusal> {
    let asked = sqlx::query(
        "/* store.mark */ select (select application_id from pragma_application_id) as id,
         (select count(*) from sqlite_schema) as tables",
    );
    let row = asked.fetch_one(pool).await.map_err(|error| foreign_or(&error))?;
    let read = |name| row.try_get::<i64, _>(name).map_err(|error| refuse(&error, "store.mark"));
    match (read("id")?, read("tables")?) {
        (id, _) if id == i64::from(APPLICATION_ID) => Ok(()),
        (0, 0) => {
            // PRAGMA takes no parameters; 1467633263 is APPLICATION_ID.
            let set = sqlx::query("/* store.set_mark */ pragma application_id = 1467633263");
            set.execute(pool).await.map(drop).map_err(|error| refuse(&error, "store.set_mark"))
        }
        _ => Err(Refusal::new(Reason::DatabaseForeign)),
    }
}

async fn migrate(pool: &SqlitePool) -> Result<(), Refusal> {
    use sqlx::migrate::MigrateError;
    match MIGRATIONS.run(pool).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => {
            Err(Refusal::new(Reason::DatabaseNewer))
        }
        Err(error) => {
            tracing::error!(%error, "the database could not be brought up to date");
            Err(Refusal::new(Reason::Internal))
        }
    }
}

/// NOTADB means that the file is something else.
fn foreign_or(error: &sqlx::Error) -> Refusal {
    if super::primary_code(error) == Some(26) {
        return Refusal::new(Reason::DatabaseForeign);
    }
    refuse(error, "store.open")
}
