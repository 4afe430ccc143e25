//! Full disks and failed writes: nobody is told "accepted" about what is not on the disk.

use std::time::Duration;

use wiez_proto::id::Hash;
use wiez_proto::refusal::Reason;

use super::fixture::{Got, World, next};

async fn on_writer(world: &World, sql: &'static str) {
    crate::store::test_write(&world.hub.shared.store, sql).await;
}

#[tokio::test]
async fn a_full_disk_refuses_with_a_hint_and_everything_goes_on_later() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    on_writer(&world, "pragma max_page_count = 1").await;
    let mut refused = Vec::new();
    // The pages that the file already has are used up first.
    for _ in 0..200 {
        let envelope = ops.next(&world, &school, None);
        if let Err(refusal) = world.deposit(&ops, &envelope).await {
            refused.push((envelope, refusal));
            break;
        }
    }
    let (envelope, refusal) = refused.pop().expect("the disk is full at some time");
    assert_eq!(refusal.reason, Reason::DiskFull);
    assert!(refusal.retry_after_ms.is_some());
    assert!(world.last_words.lock().unwrap().is_empty(), "a full disk is no reason to end");
    let stored = world.count("select count(*) from mail").await;
    on_writer(&world, "pragma max_page_count = 1000000").await;
    let later = world.deposit(&ops, &envelope).await;
    assert!(later.is_ok(), "{later:?} {:?}", world.last_words.lock().unwrap());
    assert_eq!(world.count("select count(*) from mail").await, stored + 1);
}

#[tokio::test]
async fn below_the_low_water_mark_deposits_stop_and_the_rest_goes_on() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let grant = Hash::new([4; 32]);
    let handle = world.edge(&ops, &school, &grant).await;
    let first = ops.next(&world, &school, Some(handle));
    world.deposit(&ops, &first).await.unwrap();
    let mut world = world.restart_with(|settings| settings.disk_reserve_bytes = u64::MAX).await;
    world.go();
    let refused = world.deposit(&ops, &ops.next(&world, &school, None)).await.unwrap_err();
    assert_eq!(refused.reason, Reason::DiskFull);
    // The same bytes still get their receipt, receipts and withdrawals still pass.
    world.deposit(&ops, &first).await.unwrap();
    let mut stream = world.collect(&school).await;
    assert_eq!(next(&mut stream).await, Got::Mail(first.hash()));
    world.acknowledge(&school, &ops, &[first.hash()], &[]).await.unwrap();
    world.withdraw(&ops, handle, &grant).await.unwrap();
}

#[tokio::test]
async fn any_other_failed_write_ends_the_writer_and_accepts_nothing() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let kept = ops.next(&world, &school, None);
    world.deposit(&ops, &kept).await.unwrap();
    let mut stream = world.collect(&school).await;
    assert_eq!(next(&mut stream).await, Got::Mail(kept.hash()));
    on_writer(&world, "create trigger broken before insert on log_leaf begin select raise(abort, 'broken'); end").await;
    let lost = ops.next(&world, &school, None);
    let refused = world.deposit(&ops, &lost).await.unwrap_err();
    assert_eq!(refused.reason, Reason::ShuttingDown);
    let words = world.last_words.lock().unwrap().clone();
    assert_eq!(words.len(), 1, "{words:?}");
    let mut got = next(&mut stream).await;
    if got == Got::CaughtUp {
        got = next(&mut stream).await;
    }
    assert_eq!(got, Got::End(None), "streams end and hand out nothing of it");
    assert_eq!(world.deposit(&ops, &lost).await.unwrap_err().reason, Reason::ShuttingDown);
    let folder = world.dir.path().to_owned();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let world = world.restart_with(|_| {}).await;
    crate::store::test_write(&world.hub.shared.store, "drop trigger broken").await;
    assert_eq!(world.count("select count(*) from mail").await, 1, "{folder:?}");
    let mut world = world;
    world.go();
    world.deposit(&ops, &lost).await.unwrap();
}

#[tokio::test]
async fn what_only_the_commit_refuses_is_answered_to_nobody_and_reaches_nobody() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let mut stream = world.collect(&school).await;
    assert_eq!(next(&mut stream).await, Got::CaughtUp);
    // Every statement succeeds; the deferred key fails when all of it is to become durable.
    on_writer(&world, "create table nobody (id integer primary key)").await;
    on_writer(&world, "create table late (id integer references nobody (id) deferrable initially deferred)").await;
    on_writer(&world, "create trigger late after insert on mail begin insert into late values (1); end").await;
    let lost = ops.next(&world, &school, None);
    assert_eq!(world.deposit(&ops, &lost).await.unwrap_err().reason, Reason::ShuttingDown);
    assert_eq!(next(&mut stream).await, Got::End(None), "the recipient's stream got nothing of it");
    assert_eq!(world.last_words.lock().unwrap().len(), 1);
    let world = world.restart_with(|_| {}).await;
    assert_eq!(world.count("select count(*) from mail").await, 0);
}

#[tokio::test]
async fn a_stopping_hub_finishes_what_waits() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let caller = world.caller(&ops);
    let mut world = world.restart_with(|_| {}).await;
    let mut sent = Vec::new();
    for _ in 0..20 {
        let envelope = ops.next(&world, &school, None);
        sent.push(world.hub.submit(world.hub.prepare(&caller, envelope.to_wire()).unwrap()));
        ops.accepted(&envelope);
    }
    world.go();
    let world = world.restart().await;
    for outcome in sent {
        assert!(outcome.await.result.is_ok());
    }
    assert_eq!(world.count("select count(*) from mail").await, 20);
}
