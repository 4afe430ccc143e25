//! Checks the door to the database: what is undone, what is kept, and what is refused.

#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wiez_proto::env::{Env, LastResort};
use wiez_proto::refusal::Reason;

use super::{ContentKey, Store, meta};

async fn open(dir: &std::path::Path) -> Result<Store, wiez_proto::refusal::Refusal> {
    let env = Env::stepped(1, 1);
    Store::open(dir, ContentKey::new(&env, &[1; 32])?, LastResort::default()).await
}

#[tokio::test]
async fn what_is_not_committed_is_undone_and_what_is_committed_survives() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await.unwrap();
    let rang = Arc::new(AtomicBool::new(false));
    let mut tx = store.begin("test.undone").await.unwrap();
    meta::put(&mut tx, "a", b"1").await.unwrap();
    let bell = Arc::clone(&rang);
    tx.after(move || bell.store(true, Ordering::SeqCst));
    drop(tx);
    assert_eq!(meta::get(&mut store.view("test.view").await.unwrap(), "a").await.unwrap(), None);
    assert!(!rang.load(Ordering::SeqCst));
    let mut tx = store.begin("test.kept").await.unwrap();
    meta::put(&mut tx, "a", b"2").await.unwrap();
    meta::put_number(&mut tx, "n", 7).await.unwrap();
    let bell = Arc::clone(&rang);
    tx.after(move || bell.store(true, Ordering::SeqCst));
    tx.commit().await.unwrap();
    assert!(rang.load(Ordering::SeqCst));
    store.close().await;
    drop(store);
    let store = open(dir.path()).await.unwrap();
    let mut view = store.view("test.view").await.unwrap();
    assert_eq!(meta::get(&mut view, "a").await.unwrap(), Some(b"2".to_vec()));
    assert_eq!(meta::number(&mut view, "n").await.unwrap(), 7);
}

#[tokio::test]
async fn a_folder_has_one_process_and_a_foreign_or_newer_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await.unwrap();
    assert_eq!(open(dir.path()).await.unwrap_err().reason, Reason::Locked);
    let mut tx = store.begin("test.newer").await.unwrap();
    let newer = "/* test.newer */ insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'x', 1, x'00', 0)";
    tx.exec_one(sqlx::query(newer)).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    drop(store);
    assert_eq!(open(dir.path()).await.unwrap_err().reason, Reason::DatabaseNewer);

    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("node.db"), vec![7; 4096]).unwrap();
    assert_eq!(open(other.path()).await.unwrap_err().reason, Reason::DatabaseForeign);
}

#[tokio::test]
async fn a_statement_that_misses_its_row_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await.unwrap();
    let mut tx = store.begin("test.miss").await.unwrap();
    let missed = tx.exec_one(sqlx::query("/* test.miss */ delete from meta where name = 'none'")).await;
    assert_eq!(missed.unwrap_err().reason, Reason::Internal);
}

#[tokio::test]
async fn content_columns_refuse_what_is_not_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await.unwrap();
    let mut tx = store.begin("test.plain").await.unwrap();
    let plain = "/* test.plain */ insert into outbox (message_id, recipient, class, thread, urgency, position, sealed_content,
                 created_ms, expires_ms, state, changed_ms) values (zeroblob(16), 'x', 1, zeroblob(16), 0, 1, x'00', 0, 0, 'queued', 0)";
    assert!(tx.exec(sqlx::query(plain)).await.is_err());
}

#[tokio::test]
async fn what_was_erased_leaves_the_write_ahead_log_too() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await.unwrap();
    let secret = b"Zofia Wrona, frekwencja 61%".repeat(20);
    for value in [secret.as_slice(), b"gone"] {
        let mut tx = store.begin("test.erase").await.unwrap();
        meta::put(&mut tx, "a", value).await.unwrap();
        tx.commit().await.unwrap();
    }
    let holds = |name: &str| {
        let bytes = std::fs::read(dir.path().join(name)).unwrap();
        bytes.windows(11).any(|window| window == b"Zofia Wrona")
    };
    assert!(holds("node.db-wal"), "it was there before");
    store.truncate_wal().await.unwrap();
    assert!(!holds("node.db-wal") && !holds("node.db"));
}
