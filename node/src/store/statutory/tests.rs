//! The worker's daily number, the messages that name persons, and the draft that gives way to what was sent.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::collections::BTreeSet;

use wiez_proto::env::{Env, LastResort};
use wiez_proto::id::{Hash, ThreadId};
use wiez_proto::payload::{Body, Payload};
use wiez_proto::vocab::{BasisClass, MessageKind, Purpose, Urgency};

use super::*;
use crate::message::Message;
use crate::store::casework::{Direction, messages, put_message};
use crate::store::{ContentKey, Store};

struct Fixture {
    env: Env,
    store: Store,
    _dir: tempfile::TempDir,
}

async fn fixture() -> Fixture {
    let env = Env::stepped(1_778_061_600_000, 5);
    let dir = tempfile::tempdir().unwrap();
    let content = ContentKey::new(&env, &[4; 32]).unwrap();
    let store = Store::open(dir.path(), content, LastResort::default()).await.unwrap();
    Fixture { env, store, _dir: dir }
}

async fn case(tx: &mut Tx, env: &Env, number: &str, hidden: bool, over: bool) {
    let query = sqlx::query(
        "insert into case_file (number, thread, peer, kind, side, status, over, due_ms, created_ms, version, sealed_file, hidden)
         values (?, ?, 'sp3-wier', 'NK', 'REFERRER', 'QUEUED', ?, 1, 1, 1, zeroblob(29), ?)",
    )
    .bind(number.to_owned())
    .bind(ThreadId::random(env).bytes().to_vec())
    .bind(i64::from(over))
    .bind(i64::from(hidden));
    tx.exec_one(query).await.unwrap();
}

async fn message(
    tx: &mut Tx,
    env: &Env,
    number: &str,
    kind: MessageKind,
    direction: Direction,
    state: &str,
) -> MessageId {
    let message = Message {
        message_id: MessageId::random(env),
        sender: "ops-wier".parse().unwrap(),
        recipient: "sp3-wier".parse().unwrap(),
        class: BasisClass::NoPersonalData,
        handle: None,
        expires_ms: 9,
        kind: MessageKind::ReplyAnon,
        categories: BTreeSet::new(),
        asked: BTreeSet::new(),
        purpose: Purpose::Admin,
        thread: ThreadId::random(env),
        in_reply_to: None,
        policy_row: Hash::ZERO,
        grant: None,
        checkpoint: String::new(),
        worker: "A. Nowak".into(),
        urgency: Urgency::U3Normal,
        statement: None,
        signature: None,
        payload: Payload::new("", vec![], Body::ReplyAnon { text: "Tak.".into() }).unwrap(),
    };
    let row = MessageRow {
        direction,
        peer: message.recipient.clone(),
        message_id: message.message_id,
        number: number.to_owned(),
        kind: kind.code().to_owned(),
        handle: None,
        grant: None,
        state: state.to_owned(),
        at_ms: 1,
        expires_ms: 9,
        opened_ms: None,
        answer: None,
        envelope_hash: None,
        leaf_index: None,
        deleted: false,
    };
    put_message(tx, &row, &message).await.unwrap();
    message.message_id
}

#[tokio::test]
async fn a_day_counts_by_worker_and_apart_from_what_stands_apart() {
    let fixture = fixture().await;
    let mut tx = fixture.store.begin("test.count").await.unwrap();
    let mut sent = async |worker: &str, hidden: bool, at_ms: i64| {
        let id = MessageId::random(&fixture.env);
        count(&mut tx, &id, worker, hidden, at_ms, at_ms - 100).await.unwrap();
    };
    sent("A. Nowak", true, 1000).await;
    sent("A. Nowak", true, 1050).await;
    sent("A. Nowak", false, 1060).await;
    sent("B. Lis", true, 1070).await;
    for (worker, hidden, since_ms, used) in [
        ("A. Nowak", true, 999, 2),
        ("A. Nowak", true, 1000, 1),
        ("A. Nowak", false, 999, 1),
        ("B. Lis", true, 999, 1),
        ("B. Lis", false, 999, 0),
    ] {
        assert_eq!(used_since(&mut tx, worker, hidden, since_ms).await.unwrap(), used, "{worker} {hidden} {since_ms}");
    }
    // What is older than the day is forgotten.
    count(&mut tx, &MessageId::random(&fixture.env), "B. Lis", false, 1150, 1050).await.unwrap();
    assert_eq!(used_since(&mut tx, "A. Nowak", true, 0).await.unwrap(), 0);
}

#[tokio::test]
async fn names_come_from_own_messages_of_open_cases() {
    let fixture = fixture().await;
    let mut tx = fixture.store.begin("test.naming").await.unwrap();
    for (number, hidden, over) in [("W-1", false, false), ("W-2", true, false), ("W-3", false, true)] {
        case(&mut tx, &fixture.env, number, hidden, over).await;
    }
    let mut put =
        async |number, kind, direction, state| message(&mut tx, &fixture.env, number, kind, direction, state).await;
    let referral = put("W-1", MessageKind::Referral, Direction::Out, "QUEUED").await;
    put("W-1", MessageKind::InfoRefusal, Direction::Out, "QUEUED").await;
    put("W-1", MessageKind::Referral, Direction::In, "RECEIVED").await;
    let form = put("W-2", MessageKind::NkA, Direction::Out, "DRAFT").await;
    put("W-3", MessageKind::Referral, Direction::Out, "QUEUED").await;
    let ids = |rows: Vec<MessageRow>| rows.iter().map(|row| row.message_id).collect::<BTreeSet<_>>();
    assert_eq!(ids(naming(&mut tx, false).await.unwrap()), BTreeSet::from([referral]));
    assert_eq!(ids(naming(&mut tx, true).await.unwrap()), BTreeSet::from([referral, form]));
}

#[tokio::test]
async fn only_the_draft_of_that_message_gives_way() {
    let fixture = fixture().await;
    let mut tx = fixture.store.begin("test.draft").await.unwrap();
    case(&mut tx, &fixture.env, "W-1", false, false).await;
    let draft = message(&mut tx, &fixture.env, "W-1", MessageKind::NkA, Direction::Out, "DRAFT").await;
    let other = message(&mut tx, &fixture.env, "W-1", MessageKind::NkA, Direction::Out, "DRAFT").await;
    let sent = message(&mut tx, &fixture.env, "W-1", MessageKind::NkA, Direction::Out, "QUEUED").await;
    drop_draft(&mut tx, &draft).await.unwrap();
    drop_draft(&mut tx, &sent).await.unwrap();
    let left: Vec<MessageId> = messages(&mut tx, "W-1").await.unwrap().iter().map(|row| row.message_id).collect();
    assert_eq!(left, [other, sent]);
}
