//! Checks the door to the database: what is undone, what is kept, and what is refused.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

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

/// A database as issue 2 left it: only the first two migrations, with rows in every table that 0003 makes anew.
async fn old_database(dir: &std::path::Path) {
    let all = sqlx::migrate!("./migrations");
    let known: Vec<_> = all.iter().filter(|migration| migration.version <= 2).cloned().collect();
    assert_eq!(known.len(), 2);
    let old = sqlx::migrate::Migrator { migrations: known.into(), ..all };
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(dir.join("node.db"))
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
        .create_if_missing(true);
    let pool = sqlx::sqlite::SqlitePool::connect_with(options).await.unwrap();
    old.run(&pool).await.unwrap();
    for statement in [
        "/* old.mark */ pragma application_id = 1467633263",
        "/* old.b */ insert into case_file values ('W-B', zeroblob(16), 'sp3', 'REFERRAL', 'REFERRER', 'SENT', 0, 9, null, 5, 3, zeroblob(40))",
        "/* old.a */ insert into case_file values ('W-A', randomblob(16), 'ops', 'NOTICE', 'PROVIDER', 'DELIVERED', 0, 8, zeroblob(16), 6, 1, zeroblob(41))",
        "/* old.second */ insert into case_message values ('OUT', 'sp3', randomblob(16), 'W-B', 'REFERRAL', zeroblob(16), null, 'SENT', 7, 8, null, null, null, 4, zeroblob(50))",
        "/* old.first */ insert into case_message values ('IN', 'ops', randomblob(16), 'W-A', 'NOTICE', null, null, 'RECEIVED', 7, 8, 9, 'DELETED', zeroblob(32), null, null)",
        "/* old.event */ insert into case_event values (randomblob(16), 'W-B', 7, zeroblob(60)), (randomblob(16), 'W-B', 7, zeroblob(61))",
        "/* old.people */ insert into people values (1001, 'Anna Nowak', 'PEDAGOG', 5)",
        "/* old.alarm */ insert into alarm (at_ms, kind, subject, detail) values (3, 'KEY_CHANGED', 'sp3', 'x')",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

/// Everything in a table, as text, in the order in which it was written.
async fn content(store: &Store, table: &'static str) -> Vec<String> {
    let mut view = store.view("test.content").await.unwrap();
    let sql = match table {
        "case_file" => {
            "/* test.case_file */ select number || '|' || hex(thread) || peer || kind || side || status || over || due_ms || coalesce(hex(grant_id), '-') || created_ms || version || length(sealed_file) || hidden as line from case_file order by rowid"
        }
        "case_message" => {
            "/* test.case_message */ select direction || peer || number || kind || state || at_ms || coalesce(opened_ms, '-') || coalesce(answer, '-') || coalesce(leaf_index, '-') || coalesce(length(sealed_content), '-') as line from case_message order by rowid"
        }
        _ => {
            "/* test.case_event */ select number || at_ms || length(sealed_event) as line from case_event order by rowid"
        }
    };
    let rows = view.rows(sqlx::query(sql)).await.unwrap();
    rows.iter().map(|row| super::col(row, "line").unwrap()).collect()
}

#[tokio::test]
async fn an_older_database_keeps_everything_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    old_database(dir.path()).await;
    let store = open(dir.path()).await.unwrap();
    let cases = content(&store, "case_file").await;
    assert!(cases[0].starts_with("W-B|") && cases[0].ends_with("sp3REFERRALREFERRERSENT0953400"), "{cases:?}");
    assert!(cases[1].starts_with("W-A|") && cases[1].ends_with("61410"), "{cases:?}");
    let messages = content(&store, "case_message").await;
    assert_eq!(messages, ["OUTsp3W-BREFERRALSENT7--450", "INopsW-ANOTICERECEIVED79DELETED--"]);
    assert_eq!(content(&store, "case_event").await, ["W-B760", "W-B761"]);
    let mut view = store.view("test.old").await.unwrap();
    let alarms = super::alarm::all(&mut view).await.unwrap();
    assert_eq!((alarms.len(), alarms[0].id, alarms[0].settled.as_ref()), (1, 1, None));
    assert_eq!(super::people::list(&mut view).await.unwrap()[0].name, "Anna Nowak");
    assert_eq!(super::people::declared(&mut view, 1001).await.unwrap(), None);
    let broken = "/* test.broken */ select 1 from pragma_foreign_key_check";
    assert!(view.row(sqlx::query(broken)).await.unwrap().is_none());
    let sound = view.row(sqlx::query("/* test.sound */ select integrity_check as said from pragma_integrity_check"));
    assert_eq!(super::col::<String>(&sound.await.unwrap().unwrap(), "said").unwrap(), "ok");
}

#[tokio::test]
async fn the_new_tables_keep_the_old_rules() {
    let dir = tempfile::tempdir().unwrap();
    old_database(dir.path()).await;
    let store = open(dir.path()).await.unwrap();
    let mut tx = store.begin("test.rules").await.unwrap();
    const CASE: &str =
        "(number, thread, peer, kind, side, status, over, due_ms, grant_id, created_ms, version, sealed_file,
         hidden)";
    const REVIEW: &str = "(id, number, stage, direction, peer, message_id, asker_uids, created_ms, due_ms, decided_ms,
         decided_uid, decision, alone, sealed_review)";
    let spelt = |sql: &str| sql.replace("{CASE}", CASE).replace("{REVIEW}", REVIEW);
    for refused in [
        // Another kind than the known ones, a second case on one side of a conversation, an event of no case.
        "/* test.kind */ insert into case_file {CASE} values ('W-C', randomblob(16), 'sp3', 'ELSE', 'REFERRER', 'SENT', 0, 9, null, 5, 3, zeroblob(40), 0)",
        "/* test.twice */ insert into case_file {CASE} values ('W-C', zeroblob(16), 'sp3', 'NK', 'REFERRER', 'SENT', 0, 9, null, 5, 3, zeroblob(40), 1)",
        "/* test.orphan */ insert into case_event values (randomblob(16), 'W-X', 7, zeroblob(60))",
        "/* test.parent */ delete from case_file where number = 'W-B'",
        "/* test.alarm */ insert into alarm (at_ms, kind, subject, detail) values (4, 'KEY_CHANGED', 'sp3', 'y')",
        "/* test.decided */ insert into review {REVIEW} values ('R-1', 'W-B', 'BEFORE', 'OUT', 'sp3', zeroblob(16), '', 1, 2, 3, 4, null, 0, zeroblob(40))",
        "/* test.plain */ insert into review {REVIEW} values ('R-1', 'W-B', 'BEFORE', 'OUT', 'sp3', zeroblob(16), '', 1, 2, null, null, null, 0, x'00')",
    ] {
        assert!(tx.exec(sqlx::query(sqlx::AssertSqlSafe(spelt(refused)))).await.is_err(), "{refused}");
    }
    let apart = "/* test.apart */ insert into case_file {CASE} values ('W-C', randomblob(16), 'zi', 'NK', 'REFERRER', 'SENT', 0, 9, null, 5, 3, zeroblob(40), 1)";
    tx.exec_one(sqlx::query(sqlx::AssertSqlSafe(spelt(apart)))).await.unwrap();
}

/// A database as the program before accounts left it, with one worker.
async fn before_accounts(dir: &std::path::Path) {
    use sqlx::migrate::Migrator;
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
    let file = SqliteConnectOptions::new().filename(dir.join("node.db")).create_if_missing(true);
    let pool = SqlitePool::connect_with(file).await.unwrap();
    let older: Vec<_> = super::open::MIGRATIONS.iter().filter(|one| one.version < 4).cloned().collect();
    assert_eq!(older.len(), 3);
    Migrator { migrations: older.into(), ..Migrator::DEFAULT }.run(&pool).await.unwrap();
    sqlx::query("/* test.ours */ pragma application_id = 1467633263").execute(&pool).await.unwrap();
    let worker = "/* test.worker */ insert into people (uid, worker, role, added_ms, declared_on)
                  values (1001, 'Anna Nowak', 'PEDAGOG', 1, '2026-01-02')";
    sqlx::query(worker).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn a_database_from_before_accounts_keeps_its_workers_and_gets_no_account() {
    let dir = tempfile::tempdir().unwrap();
    before_accounts(dir.path()).await;
    let store = open(dir.path()).await.unwrap();
    let mut tx = store.begin("test.migrated").await.unwrap();
    let worker = super::people::by_uid(&mut tx, 1001).await.unwrap().unwrap();
    assert_eq!(worker.name, "Anna Nowak");
    assert_eq!(super::people::declared(&mut tx, 1001).await.unwrap().unwrap().to_string(), "2026-01-02");
    assert!(super::account::list(&mut tx).await.unwrap().is_empty());
    assert!(!super::account::has_account(&mut tx, 1001).await.unwrap());
    assert_eq!(super::account::next_person(&mut tx, 0x8000_0000).await.unwrap(), 0x8000_0000);
    assert_eq!(crate::trail::verify(&mut tx, None).await.unwrap().seq, 0);
    // The worker becomes an account; what does not fit together is refused by the table itself.
    let row = |more: &str| {
        let (names, values) = more.split_once('=').unwrap_or(("", ""));
        format!(
            "/* test.account */ insert into account (id, login, person, role, state, must_change, secret_salt,
             secret_kib, secret_passes, sealed_check, added_ms{names}) values (randomblob(16), 'anowak', 1001, 'PRACOWNIK',
             'ACTIVE', 1, zeroblob(16), 65536, 3, zeroblob(32), 1{values})"
        )
    };
    for bad in [", key_public=, zeroblob(1216)", ", given_ms=, 1", ", factor=, 'SHEET'", ", factor=, 'SMS'"] {
        let mut view = store.view("test.none").await.unwrap();
        assert!(tx.exec(sqlx::query(sqlx::AssertSqlSafe(row(bad)))).await.is_err(), "{bad}");
        assert!(super::account::list(&mut view).await.unwrap().is_empty());
    }
    tx.exec_one(sqlx::query(sqlx::AssertSqlSafe(row("")))).await.unwrap();
    assert_eq!(super::account::list(&mut tx).await.unwrap()[0].name, "Anna Nowak");
    tx.commit().await.unwrap();
}
