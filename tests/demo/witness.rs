//! Looks into the hub's own files: what it knows of a message, and whether anything readable is there.

use std::path::Path;

use anyhow::{Result, ensure};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row};
use wiez_tests::canary::{Canaries, Found};

/// All that the hub knows of an envelope which it has delivered, apart from random numbers, hashes and signatures.
pub(crate) struct Seen {
    pub(crate) sender: String,
    pub(crate) recipient: String,
    pub(crate) bytes: u64,
}

/// The newest envelope in the hub's database.
pub(crate) async fn newest(hub_dir: &Path) -> Result<Seen> {
    let mut conn = SqliteConnectOptions::new().filename(hub_dir.join("hub.db")).read_only(true).connect().await?;
    let row = sqlx::query("/* demo.newest */ select sender, recipient, size from mail order by id desc limit 1")
        .fetch_one(&mut conn)
        .await?;
    let size: i64 = row.get(2);
    let seen = Seen { sender: row.get(0), recipient: row.get(1), bytes: u64::try_from(size)? };
    conn.close().await?;
    Ok(seen)
}

/// Searches every file of the hub for texts in every form; returns the bytes that were read.
///
/// # Errors
/// When one is found.
pub(crate) fn search(hub_dir: &Path, texts: &[&str]) -> Result<u64> {
    let mut canaries = Canaries::default();
    for text in texts {
        canaries.plant(text);
    }
    let mut found = Found::new();
    let read = canaries.search_folder(hub_dir, &mut found)?;
    ensure!(found.is_empty(), "the hub's files contain {found:?}");
    ensure!(read > 0, "the hub has no files");
    Ok(read)
}
