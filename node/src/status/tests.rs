//! Who works with cases learns nothing from a count of what stands apart.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_proto::payload::Section;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Category, InstitutionKind, SignalReason, Urgency, WorkerRole};

use super::*;
use crate::casework::act::{self, Lawful, Matter, Question};
use crate::node::tests::Offline;

#[tokio::test]
async fn messages_of_cases_that_stand_apart_are_counted_for_the_machine_alone() {
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("ops-wier", InstitutionKind::Ops);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let question = Question { topic: "zasady".to_owned(), text: "Jak wygląda praca asystenta?".to_owned() };
    act::consult(&here.node, &anna, &"ops-wier".parse().unwrap(), question).await.unwrap();
    let ordinary = status(&here.node, Eyes::Cases, None).await.unwrap();
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
    // Other programs write to the disk meanwhile; everything else is the same.
    let still = |status: &Status| {
        let checks = status.checks.iter().filter(|check| check.what != Aspect::Disk).cloned().collect();
        Status { checks, ..status.clone() }
    };
    assert_eq!(still(&status(&here.node, Eyes::Cases, None).await.unwrap()), still(&ordinary));
    let queued = |status: &Status| status.transport.pointer("/outbox/queued").and_then(serde_json::Value::as_u64);
    assert_eq!(queued(&ordinary), Some(1));
    assert_eq!(queued(&status(&here.node, Eyes::Machine, None).await.unwrap()), Some(2));
}
