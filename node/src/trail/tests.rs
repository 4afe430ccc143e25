//! Whatever is done to the rows from outside is found, and each entry names one worker.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::env::{Env, LastResort};
use wiez_proto::vocab::WorkerRole;

use super::*;
use crate::store::{ContentKey, Store};

async fn open(dir: &std::path::Path) -> Store {
    let env = Env::stepped(1, 1);
    Store::open(dir, ContentKey::new(&env, &[1; 32]).unwrap(), LastResort::default()).await.unwrap()
}

fn anna() -> Worker {
    Worker { uid: 1001, name: "Anna Nowak".to_owned(), role: WorkerRole::Pedagog }
}

/// A trail of five entries.
async fn filled(dir: &std::path::Path) -> Store {
    let store = open(dir).await;
    let mut tx = store.begin("test.people").await.unwrap();
    store::people::put(&mut tx, &anna(), 0).await.unwrap();
    tx.commit().await.unwrap();
    let jan = Worker { uid: 1002, name: "Jan Kos".to_owned(), role: WorkerRole::Pedagog };
    for n in 1..=5 {
        let mut tx = store.begin("test.trail").await.unwrap();
        if n % 2 == 0 {
            opened(&mut tx, n, &jan, "W-0001").await.unwrap();
        } else {
            sent(&mut tx, n, &anna().name, "W-0002", "REFERRAL").await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    store
}

async fn checked(store: &Store, noted: Option<&Head>) -> Result<Head, Refusal> {
    verify(&mut store.view("test.verify").await.unwrap(), noted).await
}

async fn tampered(sql: &[&'static str]) -> Result<Head, Refusal> {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path()).await;
    let mut tx = store.begin("test.tamper").await.unwrap();
    for statement in sql {
        tx.exec(sqlx::query(*statement)).await.unwrap();
    }
    tx.commit().await.unwrap();
    checked(&store, None).await
}

#[tokio::test]
async fn each_entry_of_the_trail_names_one_worker_and_what_was_undone_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path()).await;
    let mut tx = store.begin("test.undone").await.unwrap();
    opened(&mut tx, 6, &anna(), "W-0003").await.unwrap();
    drop(tx);
    let head = checked(&store, None).await.unwrap();
    assert_eq!(head.seq, 5);
    let mut view = store.view("test.page").await.unwrap();
    let all = page(&mut view, None, None, 3).await.unwrap();
    assert_eq!(all.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [5, 4, 3]);
    assert_eq!((all[0].person, all[0].worker.as_str(), all[0].act), (1001, "Anna Nowak", Act::Sent));
    assert_eq!((all[0].about.as_str(), all[0].hash), ("REFERRAL", head.hash));
    let older = page(&mut view, Some(3), None, 1000).await.unwrap();
    assert_eq!(older.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [2, 1]);
    let of_case = page(&mut view, None, Some("W-0001"), 10).await.unwrap();
    assert_eq!(of_case.iter().map(|entry| entry.person).collect::<Vec<_>>(), [1002, 1002]);
    drop(view);
    // It goes on after a restart.
    store.close().await;
    drop(store);
    let store = open(dir.path()).await;
    let mut tx = store.begin("test.on").await.unwrap();
    opened(&mut tx, 7, &anna(), "W-0003").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(checked(&store, Some(&head)).await.unwrap().seq, 6);
}

#[tokio::test]
async fn an_empty_trail_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    assert_eq!(checked(&store, None).await.unwrap(), Head { seq: 0, hash: [0; 32] });
}

#[tokio::test]
async fn a_changed_removed_or_reordered_row_of_the_trail_is_found() {
    let tampering: [(&[&'static str], &str); 13] = [
        (&["/* t */ update trail set worker = 'Jan Kos' where seq = 3"], "3"),
        (&["/* t */ update trail set person = 1002 where seq = 1"], "1"),
        (&["/* t */ update trail set at_ms = at_ms + 1 where seq = 2"], "2"),
        (&["/* t */ update trail set act = 'SENT' where seq = 4"], "4"),
        (&["/* t */ update trail set act = 'ANYTHING' where seq = 4"], "1"),
        (&["/* t */ update trail set number = 'W-0009' where seq = 5"], "5"),
        (&["/* t */ update trail set number = number || 'R', about = substr(about, 2) where seq = 5"], "5"),
        (&["/* t */ update trail set hash = zeroblob(32) where seq = 5"], "5"),
        (&["/* t */ delete from trail where seq = 1"], "1"),
        (&["/* t */ delete from trail where seq = 3"], "3"),
        (&["/* t */ delete from trail where seq = 5"], "5"),
        (&["/* t */ delete from trail"], "1"),
        (
            &[
                "/* t */ update trail set seq = 99 where seq = 2",
                "/* t */ update trail set seq = 2 where seq = 4",
                "/* t */ update trail set seq = 4 where seq = 99",
            ],
            "2",
        ),
    ];
    for (sql, entry) in tampering {
        let refusal = tampered(sql).await.unwrap_err();
        assert_eq!((refusal.reason, refusal.details["entry"].as_str()), (Reason::TrailBroken, entry), "{sql:?}");
    }
}

#[tokio::test]
async fn a_trail_rewritten_whole_is_found_by_whoever_noted_its_head() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path()).await;
    let noted = checked(&store, None).await.unwrap();
    assert_eq!(noted.to_string().parse::<Head>().unwrap(), noted);
    assert!("5:zz".parse::<Head>().is_err() && "".parse::<Head>().is_err());
    // Somebody with the whole folder cuts the trail off and writes another end, with all hashes right.
    let mut tx = store.begin("test.rewrite").await.unwrap();
    tx.exec(sqlx::query("/* t */ delete from trail")).await.unwrap();
    tx.exec(sqlx::query("/* t */ delete from meta where name in ('trail.seq', 'trail.hash')")).await.unwrap();
    opened(&mut tx, 1, &anna(), "W-0001").await.unwrap();
    tx.commit().await.unwrap();
    checked(&store, None).await.unwrap();
    assert_eq!(checked(&store, Some(&noted)).await.unwrap_err().reason, Reason::TrailBroken);
    for n in 2..=6 {
        let mut tx = store.begin("test.rewrite").await.unwrap();
        opened(&mut tx, n, &anna(), "W-0001").await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(checked(&store, Some(&noted)).await.unwrap_err().reason, Reason::TrailBroken);
}
