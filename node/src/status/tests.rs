//! Who works with cases learns nothing from a count of what stands apart.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_proto::payload::Section;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Category, InstitutionKind, SignalReason, Urgency, WorkerRole};

use super::*;
use crate::casework::act::{self, Lawful, Matter, Question};
use crate::node::tests::Offline;
use crate::vault::hand::{self, Why};

async fn seen(here: &Offline, eyes: Eyes<'_>) -> Status {
    let mut status = status(&here.node, eyes).await.unwrap();
    // Other programs write to the disk meanwhile; everything else is the same.
    status.checks.retain(|check| check.what != Aspect::Disk);
    status
}

fn queued(status: &Status) -> Option<u64> {
    status.transport.pointer("/outbox/queued").and_then(serde_json::Value::as_u64)
}

fn waiting(status: &Status) -> Option<&Check> {
    status.checks.iter().find(|check| check.what == Aspect::Queue)
}

#[tokio::test]
async fn messages_of_cases_that_stand_apart_are_counted_for_the_machine_alone() {
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("ops-wier", InstitutionKind::Ops);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let jan = here.employs(1002, "Jan Kos", WorkerRole::Pedagog).await;
    let nothing = seen(&here, Eyes::Worker(&jan)).await;
    let question = Question { topic: "zasady".to_owned(), text: "Jak wygląda praca asystenta?".to_owned() };
    let sent = act::consult(&here.node, &anna, &"ops-wier".parse().unwrap(), question).await.unwrap();
    let ordinary = seen(&here, Eyes::Worker(&anna)).await;
    assert_eq!((ordinary.ours, queued(&ordinary), waiting(&ordinary).unwrap().n), (Some(1), Some(1), 1));
    // For whom a case is not there, neither it nor its message is counted anywhere.
    hand::exclude(&here.node, &anna, &sent.number, jan.account(), Why::Close).await.unwrap();
    assert_eq!(seen(&here, Eyes::Worker(&jan)).await, nothing);
    let nobody = seen(&here, Eyes::Nobody).await;
    assert_eq!((nobody.ours, nobody.overdue, nobody.consents, waiting(&nobody)), (None, None, None, None));
    assert!(nobody.transport.get("outbox").is_none() && nobody.transport.get("connected_since_ms").is_some());
    let to = Lawful {
        to: "ops-wier".parse().unwrap(),
        subject_ref: "SP3/7".to_owned(),
        urgency: Urgency::U3Normal,
        statement: Statement::of(BasisCode::Ups100),
        release: None,
        consent: None,
    };
    let named = Section { category: Category::IdName, label: String::new(), text: "tekst".to_owned() };
    let signal = Matter::Signal { reason: SignalReason::SupportNeeded, family_knows: false, what: "opis".to_owned() };
    act::report(&here.node, &anna, &to, vec![named], signal).await.unwrap();
    assert_eq!(seen(&here, Eyes::Worker(&anna)).await, ordinary);
    let machine = seen(&here, Eyes::Machine).await;
    assert_eq!((queued(&machine), machine.ours, machine.consents), (Some(2), None, None));
}

#[tokio::test]
async fn who_runs_the_node_learns_that_something_waits_for_long_and_not_what() {
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("ops-wier", InstitutionKind::Ops);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let question = Question { topic: "zasady".to_owned(), text: "Jak wygląda praca asystenta?".to_owned() };
    act::consult(&here.node, &anna, &"ops-wier".parse().unwrap(), question).await.unwrap();
    let mut tx = here.node.store().begin("test.apart").await.unwrap();
    tx.exec(sqlx::query("/* t */ update case_file set hidden = 1")).await.unwrap();
    tx.commit().await.unwrap();
    let told = |status: &Status| waiting(status).map(|check| (check.n, check.mark, check.at_ms.is_some())).unwrap();
    assert_eq!(told(&seen(&here, Eyes::Machine).await), (0, Mark::Good, false));
    here.until("2026-11-02T10:01");
    assert_eq!(told(&seen(&here, Eyes::Machine).await), (0, Mark::Warn, true));
    assert_eq!(told(&seen(&here, Eyes::Worker(&anna)).await), (0, Mark::Good, false));
}
