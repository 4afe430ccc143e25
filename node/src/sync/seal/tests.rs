//! Checks that nothing else in the outbox keeps a duty from leaving, and that somebody hears of it where it cannot.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::id::ThreadId;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, InstitutionKind, ReferralStatus, SignalReason, Urgency, WorkerRole};

use super::*;
use crate::account::Reader;
use crate::alarm::{self, DutyRefused};
use crate::casework::CaseKind;
use crate::casework::act::{self, Lawful, Matter};
use crate::node::tests::Offline;
use crate::outbox::{Head, State};

async fn school() -> (Offline, Reader) {
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("ops-wier", InstitutionKind::Ops);
    here.meets("a-ops", InstitutionKind::Ops);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    (here, anna)
}

async fn signals(here: &Offline, anna: &Reader) -> Result<String, Refusal> {
    let to = Lawful {
        to: "ops-wier".parse().unwrap(),
        subject_ref: "SP3/7".to_owned(),
        urgency: Urgency::U2Urgent,
        statement: Statement::of(BasisCode::Kamilka),
        release: None,
        consent: None,
    };
    let what = "Dziecko przychodzi głodne.".to_owned();
    let matter = Matter::Signal { reason: SignalReason::ChildNeglected, family_knows: false, what };
    act::report(&here.node, anna, &to, vec![], matter).await.map(|sent| sent.number)
}

/// Something under a consent that waits for another try, more urgent than the signal and before it.
async fn waiting(here: &Offline, to: &str, count: u8, next_try_ms: i64) {
    let mut tx = here.node.store().begin("test.waiting").await.unwrap();
    for n in 0..count {
        let item = Item {
            message_id: MessageId::new([n + 1; 16]),
            recipient: to.parse().unwrap(),
            class: BasisClass::Consent,
            handle: None,
            thread: ThreadId::new([n + 1; 16]),
            urgency: 0,
            order: table::next_order(&mut tx).await.unwrap(),
            expires_ms: here.env.now_ms() + 20 * 86_400_000,
            state: State::Queued,
            at: None,
            hash: None,
            attempts: 1,
            next_try_ms,
            reason: None,
            held: false,
        };
        table::insert(&mut tx, &item, b"x", 1).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn bells(here: &Offline) -> Vec<DutyRefused> {
    alarm::list(&here.node, None).await.unwrap().iter().filter_map(DutyRefused::of).collect()
}

#[tokio::test]
async fn whatever_else_waits_in_the_channel_a_duty_is_sealed_at_once() {
    let (here, anna) = school().await;
    waiting(&here, "ops-wier", 100, here.env.now_ms() + 3_600_000).await;
    signals(&here, &anna).await.unwrap();
    let due = due(&here.node, &BTreeSet::new()).await.unwrap();
    assert_eq!(due.writes.len(), 1);
    assert_eq!(bells(&here).await, []);
}

#[tokio::test]
async fn what_cannot_be_read_any_more_stops_nothing_else_and_bulk_to_others_comes_after() {
    let (here, anna) = school().await;
    // Content that is no message can never be sealed.
    waiting(&here, "a-ops", 3, here.env.now_ms()).await;
    signals(&here, &anna).await.unwrap();
    let mut tx = here.node.store().begin("test.order").await.unwrap();
    let order = table::due(&mut tx, here.env.now_ms()).await.unwrap();
    drop(tx);
    assert_eq!(order[0].as_str(), "ops-wier");
    let due = due(&here.node, &BTreeSet::new()).await.unwrap();
    assert_eq!(due.writes.len(), 1, "the signal");
    assert_eq!(here.node.transport_status().await.unwrap().outbox["queued"], 3);
}

#[tokio::test]
async fn a_duty_in_a_channel_that_stands_still_rings_once_with_the_telephone() {
    let (here, anna) = school().await;
    let number = signals(&here, &anna).await.unwrap();
    let mut tx = here.node.store().begin("test.stopped").await.unwrap();
    let head = Head { stopped: Some(Reason::Unverifiable), ..Head::new(1) };
    table::save_head(&mut tx, &"ops-wier".parse().unwrap(), &head).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        assert_eq!(due(&here.node, &BTreeSet::new()).await.unwrap().writes.len(), 0);
    }
    let rung = bells(&here).await;
    assert_eq!(
        (rung.len(), rung[0].number.as_deref(), rung[0].phone.as_str()),
        (1, Some(number.as_str()), "+48 77 400 00 00")
    );
    // The next one, into the channel that stands still already.
    signals(&here, &anna).await.unwrap();
    due(&here.node, &BTreeSet::new()).await.unwrap();
    assert_eq!(bells(&here).await.len(), 2);
}

#[tokio::test]
async fn a_duty_whose_recipients_key_is_in_doubt_rings_and_goes_when_the_doubt_is_over() {
    let (mut here, anna) = school().await;
    let number = signals(&here, &anna).await.unwrap();
    here.doubts("ops-wier", true);
    assert_eq!(due(&here.node, &BTreeSet::new()).await.unwrap().writes.len(), 0);
    let rung = bells(&here).await;
    assert_eq!((rung.len(), rung[0].refusal.reason, rung[0].number.clone()), (1, Reason::KeyChanged, Some(number)));
    // One that is written now is refused, kept, and rings as well.
    let refused = signals(&here, &anna).await.unwrap_err();
    assert_eq!(refused.reason, Reason::KeyChanged);
    assert!(refused.details.contains_key("phone") && refused.details.contains_key("case"), "{refused}");
    assert_eq!(bells(&here).await.len(), 2);
    let held = casework::list(&here.node, &anna, CaseKind::ALL, true).await.unwrap();
    assert!(held.iter().any(|line| line.status == ReferralStatus::Held));
    here.doubts("ops-wier", false);
    here.until("2026-11-02T10:00");
    assert_eq!(due(&here.node, &BTreeSet::new()).await.unwrap().writes.len(), 1);
}
