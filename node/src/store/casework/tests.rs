//! Every statement about cases, messages, consents, people and verified rows, run once for good and once for bad.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use std::collections::BTreeSet;

use jiff::civil::Date;
use wiez_proto::calendar::Week;
use wiez_proto::env::{Env, LastResort};
use wiez_proto::id::{Handle, Hash, MessageId};
use wiez_proto::payload::{Body, Payload};
use wiez_proto::policy::{Overlay, Policy};
use wiez_proto::vocab::{
    Authority, BasisClass, Category, EvidenceKind, GiverRole, KeptOrDeleted, MessageKind, Purpose, ReferralStatus,
    Urgency, WorkerRole,
};
use wiez_proto::wire::v1;

use super::*;
use crate::casework::{What, happened};
use crate::consent::{Form, Giver, Pair, State};
use crate::message::Message;
use crate::people::Worker;
use crate::referral::{Event, Referral, Timing, step};
use crate::store::consent::{GrantRow, RecordRow};
use crate::store::{ContentKey, Store, consent, overlay, people};

/// A store in a folder that ends with it.
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

fn case(env: &Env, number: &str, grant: Option<GrantId>) -> CaseRow {
    CaseRow {
        number: number.to_owned(),
        thread: ThreadId::random(env),
        peer: "sp3-wier".parse().unwrap(),
        kind: CaseKind::Referral,
        hidden: false,
        grant,
        created_ms: env.now_ms(),
        version: 1,
        file: File {
            subject_ref: "OPS/2026/114".into(),
            stand: Referral::draft(Urgency::U3Normal, env.now_ms(), Week::MON_FRI),
            record: None,
            row: Hash::new([2; 32]),
            problem: None,
            about: None,
            replaced: None,
            clock_ms: None,
            formal: None,
        },
    }
}

fn message_of(env: &Env, handle: Handle) -> Message {
    Message {
        message_id: MessageId::random(env),
        sender: "ops-wier".parse().unwrap(),
        recipient: "sp3-wier".parse().unwrap(),
        class: BasisClass::Consent,
        handle: Some(handle),
        expires_ms: env.now_ms() + 1,
        kind: MessageKind::ReplyAnon,
        categories: BTreeSet::new(),
        asked: BTreeSet::new(),
        purpose: Purpose::Service,
        thread: ThreadId::random(env),
        in_reply_to: None,
        policy_row: Hash::new([3; 32]),
        grant: None,
        checkpoint: String::new(),
        worker: "A. Nowak".into(),
        statement: None,
        urgency: Urgency::U3Normal,
        signature: None,
        payload: Payload::new("", vec![], Body::ReplyAnon { text: "Tak.".into() }).unwrap(),
    }
}

fn row_of(message: &Message, number: &str, direction: Direction) -> MessageRow {
    MessageRow {
        direction,
        peer: "sp3-wier".parse().unwrap(),
        message_id: message.message_id,
        number: number.to_owned(),
        kind: message.kind.code().to_owned(),
        handle: message.handle,
        grant: None,
        state: "QUEUED".to_owned(),
        at_ms: 7,
        expires_ms: message.expires_ms,
        opened_ms: None,
        answer: None,
        envelope_hash: Some(Hash::new([8; 32])),
        leaf_index: Some(3),
        deleted: false,
    }
}

#[tokio::test]
async fn a_case_is_found_changed_once_and_listed_by_deadline() {
    let fixture = fixture().await;
    let grant = GrantId::random(&fixture.env);
    let mut row = case(&fixture.env, "W-000001", Some(grant));
    let mut tx = fixture.store.begin("test.case").await.unwrap();
    put(&mut tx, &row).await.unwrap();
    put(&mut tx, &case(&fixture.env, "W-000002", None)).await.unwrap();
    let (next, _) = step(&row.file.stand, &Event::Submit, fixture.env.now_ms(), Timing::default()).unwrap();
    row.file.stand = next;
    set(&mut tx, &row).await.unwrap();
    // Somebody who read the old version changes nothing.
    assert_eq!(set(&mut tx, &row).await.unwrap_err().reason, Reason::CaseChanged);
    let found = get(&mut tx, "W-000001").await.unwrap().unwrap();
    assert_eq!((found.version, found.file.stand.status), (2, ReferralStatus::Queued));
    let threaded = by_thread(&mut tx, &row.thread, &row.peer, Side::Referrer).await.unwrap();
    assert_eq!(threaded.unwrap().number, "W-000001");
    assert!(by_thread(&mut tx, &row.thread, &row.peer, Side::Provider).await.unwrap().is_none());
    assert_eq!(list(&mut tx, &[CaseKind::Referral], false).await.unwrap().len(), 2);
    assert!(list(&mut tx, CaseKind::ALL, true).await.unwrap().is_empty());
    assert!(list(&mut tx, &[CaseKind::Info], false).await.unwrap().is_empty());
    assert_eq!(under_grant(&mut tx, &grant).await.unwrap(), ["W-000001"]);
    let successor = GrantId::random(&fixture.env);
    assert_eq!(move_grant(&mut tx, &grant, &successor).await.unwrap(), 1);
    assert_eq!(under_grant(&mut tx, &successor).await.unwrap(), ["W-000001"]);
    assert!(overdue(&mut tx, fixture.env.now_ms()).await.unwrap().is_empty());
    assert_eq!(overdue(&mut tx, i64::MAX).await.unwrap().len(), 2);
    let line = happened(1, "A. Nowak", What::Queued).with("kind", "REFERRAL");
    put_event(&mut tx, &fixture.env, "W-000001", &line).await.unwrap();
    assert_eq!(events(&mut tx, "W-000001").await.unwrap(), [line]);
    let apart = CaseRow { hidden: true, kind: CaseKind::NiebieskaKarta, ..case(&fixture.env, "W-0000N1", None) };
    put(&mut tx, &apart).await.unwrap();
    let numbers = |cases: Vec<CaseRow>| cases.into_iter().map(|case| case.number).collect::<Vec<_>>();
    assert_eq!(numbers(list(&mut tx, CaseKind::ALL, true).await.unwrap()), ["W-0000N1"]);
    assert!(!numbers(list(&mut tx, CaseKind::ALL, false).await.unwrap()).contains(&apart.number));
    assert!(get(&mut tx, "W-0000N1").await.unwrap().unwrap().hidden);
}

#[tokio::test]
async fn content_is_opened_once_answered_and_destroyed() {
    let fixture = fixture().await;
    let handle = Handle::random(&fixture.env);
    let message = message_of(&fixture.env, handle);
    let (incoming, outgoing) = (row_of(&message, "W-1", Direction::In), row_of(&message, "W-1", Direction::Out));
    let mut tx = fixture.store.begin("test.message").await.unwrap();
    put(&mut tx, &case(&fixture.env, "W-1", None)).await.unwrap();
    put_message(&mut tx, &incoming, &message).await.unwrap();
    put_message(&mut tx, &outgoing, &message).await.unwrap();
    assert_eq!(open_content(&mut tx, &incoming).await.unwrap(), Some(message.clone()));
    let found =
        super::message(&mut tx, Direction::In, Some(&incoming.peer), &message.message_id).await.unwrap().unwrap();
    assert_eq!((found.leaf_index, found.envelope_hash, found.deleted), (Some(3), Some(Hash::new([8; 32])), false));
    let elsewhere = "poz-zdr".parse().unwrap();
    assert!(super::message(&mut tx, Direction::In, Some(&elsewhere), &message.message_id).await.unwrap().is_none());
    set_opened(&mut tx, &incoming, 9).await.unwrap();
    assert!(set_opened(&mut tx, &incoming, 10).await.is_err(), "the first opening counts");
    set_state(&mut tx, &outgoing, "ACCEPTED").await.unwrap();
    assert_eq!(messages(&mut tx, "W-1").await.unwrap().len(), 2);
    assert_eq!(under_handle(&mut tx, &handle).await.unwrap().len(), 2);
    assert_eq!(delete_content(&mut tx, &handle, false).await.unwrap(), 0, "opened content stays");
    assert_eq!(set_answer(&mut tx, &handle, KeptOrDeleted::Deleted).await.unwrap(), 1);
    assert_eq!(delete_content(&mut tx, &handle, true).await.unwrap(), 1);
    assert_eq!(open_content(&mut tx, &incoming).await.unwrap(), None);
    let rows = under_handle(&mut tx, &handle).await.unwrap();
    let gone = rows.iter().find(|row| row.direction == Direction::In).unwrap();
    assert!(gone.deleted && gone.answer == Some(KeptOrDeleted::Deleted) && gone.opened_ms == Some(9));
    // What this institution itself wrote is not touched.
    assert!(open_content(&mut tx, &outgoing).await.unwrap().is_some());
}

fn record() -> RecordRow {
    let pair = Pair {
        institution: "sp3-wier".parse().unwrap(),
        give: BTreeSet::from([Category::IdName]),
        receive: BTreeSet::new(),
        explicit: BTreeSet::new(),
    };
    RecordRow {
        number: "Z-1".into(),
        state: State::Active,
        valid_to_ms: 10,
        recorded_ms: 1,
        form: Form {
            subject_ref: "OPS/2026/114".into(),
            giver: Giver {
                role: GiverRole::SelfGiver,
                born: None,
                own_statement: false,
                authority: Authority::Unknown,
                conflict: false,
            },
            evidence: EvidenceKind::PaperSigned,
            evidence_hash: [1; 32],
            evidence_place: "segregator 4".into(),
            pairs: vec![pair],
            purposes: BTreeSet::from([Purpose::Service]),
            valid_from: Date::constant(2026, 5, 6),
            valid_to: Date::constant(2026, 12, 31),
            worker: "A. Nowak".into(),
        },
    }
}

#[tokio::test]
async fn own_numbers_leave_files_and_forms_that_an_older_program_stored() {
    let Fixture { env, store, _dir: dir } = fixture().await;
    let (row, record) = (case(&env, "W-1", None), record());
    let mut tx = store.begin("test.old").await.unwrap();
    put(&mut tx, &row).await.unwrap();
    consent::put_record(&mut tx, &record).await.unwrap();
    // As it was: everything in one piece.
    let whole = Sealed::seal(tx.content(), FILE, b"W-1", &row.file).unwrap();
    let query = sqlx::query("/* test.file */ update case_file set sealed_file = ?");
    tx.exec_one(query.bind(whole)).await.unwrap();
    let place = Place { table: "consent_record", column: "sealed_form" };
    let whole = Sealed::seal(tx.content(), place, b"Z-1", &record.form).unwrap();
    let query = sqlx::query("/* test.form */ update consent_record set sealed_form = ?");
    tx.exec_one(query.bind(whole)).await.unwrap();
    tx.exec(sqlx::query("/* test.own */ delete from own")).await.unwrap();
    tx.commit().await.unwrap();
    drop(store);
    for _ in 0..2 {
        let content = ContentKey::new(&env, &[4; 32]).unwrap();
        let store = Store::open(dir.path(), content, LastResort::default()).await.unwrap();
        let mut view = store.view("test.new").await.unwrap();
        let query = sqlx::query("/* test.bare */ select * from case_file");
        let bare = view.row(query).await.unwrap().unwrap();
        assert_eq!(read(&view, &bare).unwrap().file.subject_ref, "");
        assert_eq!(get(&mut view, "W-1").await.unwrap().unwrap().file, row.file);
        assert_eq!(consent::record(&mut view, "Z-1").await.unwrap().unwrap().form, record.form);
        let about = own::about(&mut view, &row.file.subject_ref).await.unwrap();
        assert!(about.contains("W-1") && own::about(&mut view, "").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_consent_ends_once_and_names_what_follows() {
    let fixture = fixture().await;
    let mut tx = fixture.store.begin("test.consent").await.unwrap();
    let mut row = record();
    consent::put_record(&mut tx, &row).await.unwrap();
    row.form.giver.conflict = true;
    consent::set_record(&mut tx, "Z-1", State::Suspended, &row.form).await.unwrap();
    let found = consent::record(&mut tx, "Z-1").await.unwrap().unwrap();
    assert_eq!((found.state, found.form), (State::Suspended, row.form));
    assert_eq!(consent::records(&mut tx).await.unwrap().len(), 1);

    let grant = |seed: u8| GrantRow {
        id: GrantId::new([seed; 16]),
        record: Some("Z-1".into()),
        peer: "sp3-wier".into(),
        handle_out: Some(Handle::new([seed; 16])),
        handle_in: Some(Handle::new([seed + 100; 16])),
        valid_to_ms: 10,
        ended_ms: None,
        ended_by: None,
        logged: false,
        successor: None,
        signed: v1::Signed { content: vec![seed].into(), key_id: vec![1; 16].into(), signature: vec![2; 64].into() },
    };
    let (first, second) = (grant(1), grant(2));
    consent::put_grant(&mut tx, &first, Some(&[9; 32]), 1).await.unwrap();
    consent::put_grant(&mut tx, &second, None, 2).await.unwrap();
    consent::put_grant(&mut tx, &second, None, 3).await.unwrap();
    assert!(consent::end_grant(&mut tx, &first.id, "ops-wier", 5).await.unwrap());
    assert!(!consent::end_grant(&mut tx, &first.id, "log", 6).await.unwrap(), "the first end counts");
    consent::set_successor(&mut tx, &first.id, &second.id).await.unwrap();
    consent::set_logged(&mut tx, &first.id).await.unwrap();
    let ended = consent::by_handle(&mut tx, &Handle::new([101; 16])).await.unwrap().unwrap();
    assert_eq!((ended.ended_ms, ended.ended_by.as_deref(), ended.logged), (Some(5), Some("ops-wier"), true));
    assert_eq!((ended.successor, &ended.signed), (Some(second.id), &first.signed));
    assert_eq!(consent::followed_by(&mut tx, &second.id).await.unwrap(), [first.id]);
    let all = consent::of_record(&mut tx, "Z-1").await.unwrap();
    assert_eq!((all.len(), all[1].id), (2, second.id));
    assert!(consent::grant(&mut tx, &GrantId::new([7; 16])).await.unwrap().is_none());
}

#[tokio::test]
async fn people_and_verified_rows_are_kept() {
    let fixture = fixture().await;
    let mut tx = fixture.store.begin("test.people").await.unwrap();
    let mut worker = Worker { uid: 1001, name: "Anna Nowak".into(), role: WorkerRole::PracownikSocjalny };
    people::put(&mut tx, &worker, 1).await.unwrap();
    worker.role = WorkerRole::Kierownik;
    people::put(&mut tx, &worker, 2).await.unwrap();
    assert_eq!(people::by_uid(&mut tx, 1001).await.unwrap(), Some(worker.clone()));
    assert_eq!(people::by_uid(&mut tx, 1002).await.unwrap(), None);
    assert_eq!(people::list(&mut tx).await.unwrap(), [worker]);

    let row = Policy::shipped().row("REFERRAL.CONSENT").unwrap();
    let mut verified = Overlay::empty();
    verified.verify(row, "J. \"IOD\" Kowalska", Date::constant(2026, 5, 6)).unwrap();
    assert!(!overlay::load(&mut tx).await.unwrap().is_verified(row));
    overlay::put(&mut tx, &row.id, verified.entry(&row.id).unwrap()).await.unwrap();
    let loaded = overlay::load(&mut tx).await.unwrap();
    assert!(loaded.is_verified(row));
    assert_eq!(loaded.entry(&row.id), verified.entry(&row.id));
}
