//! Tests of connections, lock and ownership of the database.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use super::*;

async fn reason(folder: &Path, region: &str) -> Option<Reason> {
    Store::open(folder, region).await.err().map(|refusal| refusal.reason)
}

#[tokio::test]
async fn two_processes_never_share_a_folder_and_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "a:1").await.unwrap();
    for file in [FILE, LOCK, "hub.db-wal"] {
        let mode = std::fs::metadata(dir.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    assert_eq!(reason(dir.path(), "a:1").await, Some(Reason::Locked));
    store.close().await;
    drop(store);
    assert_eq!(reason(dir.path(), "b:1").await, Some(Reason::DatabaseForeign));
    assert_eq!(reason(dir.path(), "a:1").await, None);
}

#[tokio::test]
async fn a_newer_and_a_foreign_database_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "a:1").await.unwrap();
    sqlx::query("insert into _sqlx_migrations values (9999, 'later', '2030-01-01', 1, x'00', 0)")
        .execute(store.write_pool())
        .await
        .unwrap();
    store.close().await;
    drop(store);
    assert_eq!(reason(dir.path(), "a:1").await, Some(Reason::DatabaseNewer));

    let other = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(other.path().join(FILE)).create_if_missing(true);
    let pool: Pool<Db> = SqlitePoolOptions::new().connect_with(options).await.unwrap();
    sqlx::query("create table recipes (id integer)").execute(&pool).await.unwrap();
    pool.close().await;
    assert_eq!(reason(other.path(), "a:1").await, Some(Reason::DatabaseForeign));
    std::fs::write(other.path().join(FILE), b"this is no database at all, but it is long enough").unwrap();
    let refused = reason(other.path(), "a:1").await;
    assert!(refused.is_some(), "{refused:?}");
}

#[tokio::test]
async fn a_connection_with_other_settings_is_not_used() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "a:1").await.unwrap();
    let mut conn = store.write_pool().acquire().await.unwrap();
    assert!(assert_settings(&mut conn).await.is_ok());
    for (bad, good) in [
        ("pragma synchronous = normal", "pragma synchronous = full"),
        ("pragma secure_delete = off", "pragma secure_delete = on"),
        ("pragma foreign_keys = off", "pragma foreign_keys = on"),
    ] {
        sqlx::query(bad).execute(&mut *conn).await.unwrap();
        assert!(assert_settings(&mut conn).await.is_err(), "{bad}");
        sqlx::query(good).execute(&mut *conn).await.unwrap();
    }
    assert!(assert_settings(&mut conn).await.is_ok());
}

#[tokio::test]
async fn readers_cannot_write() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "a:1").await.unwrap();
    let mut conn = store.reader().await.unwrap();
    assert!(sqlx::query("delete from mail").execute(&mut *conn).await.is_err());
}

#[tokio::test]
async fn what_waits_for_a_recipient_is_found_by_an_index_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "a:1").await.unwrap();
    let mut conn = store.reader().await.unwrap();
    for (sql, index) in [
        (
            "explain query plan select m.id from mail m left join edge e on e.handle = m.handle where m.recipient = 'x' \
             and m.id > 5 and m.state in (0, 1, 3) order by m.id limit 64",
            "mail_waiting",
        ),
        (
            "explain query plan select id from mail where state in (0, 1) and expires_ms < 5 order by expires_ms",
            "mail_by_expiry",
        ),
        (
            "explain query plan select id from mail where state in (0, 1) and handle is not null and handle in (x'00')",
            "mail_by_handle",
        ),
    ] {
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(&mut *conn).await.unwrap();
        assert!(plan.iter().any(|(_, _, _, step)| step.contains(index)), "{plan:?}");
        assert!(!plan.iter().any(|(_, _, _, step)| step.contains("TEMP B-TREE")), "{plan:?}");
    }
}

#[test]
fn pieces_hold_every_row_once_in_few_sizes() {
    for count in 0..300 {
        let rows: Vec<usize> = (0..count).collect();
        let pieces = pieces(&rows);
        assert_eq!(pieces.concat(), rows);
        assert!(pieces.iter().all(|piece| SIZES.contains(&piece.len())));
    }
}
