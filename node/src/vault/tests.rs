//! Content at rest opens for the workers it was wrapped to and for the recovery key; for the node alone it does not.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::payload::Section;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Category, InstitutionKind, SignalReason, Urgency, WorkerRole};

use super::*;
use crate::account::first;
use crate::casework::act::{Lawful, Matter, report};
use crate::casework::{self, CaseKind};
use crate::node::tests::Offline;
use crate::store;

const CANARY: &str = "Zawilska";

async fn school() -> Offline {
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("ops-wier", InstitutionKind::Ops);
    here
}

/// Files a signal that names somebody; returns its number.
async fn signals(here: &Offline, anna: &Reader) -> String {
    let to = Lawful {
        to: "ops-wier".parse().unwrap(),
        subject_ref: "SP3/7".to_owned(),
        urgency: Urgency::U3Normal,
        statement: Statement::of(BasisCode::Ups100),
        release: None,
        consent: None,
    };
    let named = Section { category: Category::IdName, label: String::new(), text: CANARY.to_owned() };
    let signal = Matter::Signal { reason: SignalReason::SupportNeeded, family_knows: false, what: "opis".to_owned() };
    report(&here.node, anna, &to, vec![named], signal).await.unwrap().number
}

/// Whether the content of a case opens on a connection, or why not.
async fn opens(conn: &mut store::Conn, number: &str) -> Result<bool, Reason> {
    let row = store::casework::messages(conn, number).await.unwrap().remove(0);
    let opened = store::casework::open_content(conn, &row).await.map_err(|refusal| refusal.reason)?;
    Ok(opened.is_some_and(|message| message.payload.sections()[0].text == CANARY))
}

#[tokio::test]
async fn content_opens_for_its_worker_and_not_for_the_node_alone() {
    let here = school().await;
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let number = signals(&here, &anna).await;
    let store = here.node.store();
    assert_eq!(opens(&mut store.view_as("test.anna", &anna).await.unwrap(), &number).await, Ok(true));
    assert_eq!(opens(&mut store.view("test.node").await.unwrap(), &number).await, Err(Reason::NotFound));
    // Somebody whose keys came later holds none of it, and sees no sign of it.
    let jan = here.employs(1002, "Jan Kos", WorkerRole::Dyrektor).await;
    let mut view = store.view_as("test.jan", &jan).await.unwrap();
    assert_eq!(opens(&mut view, &number).await, Err(Reason::NotFound));
    assert_eq!(casework::load(&mut view, &number).await.unwrap_err().reason, Reason::NotFound);
    drop(view);
    assert!(casework::list(&here.node, &jan, CaseKind::ALL, true).await.unwrap().is_empty());
    assert_eq!(casework::list(&here.node, &anna, CaseKind::ALL, true).await.unwrap().len(), 1);
    assert_eq!(casework::show(&here.node, &jan, &number).await.unwrap_err().reason, Reason::NotFound);
}

#[tokio::test]
async fn the_names_of_a_case_are_under_its_key_and_stand_nowhere_else() {
    let here = school().await;
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let number = signals(&here, &anna).await;
    let mut view = here.node.store().view_as("test.named", &anna).await.unwrap();
    let named = store::vault::named(&mut view, &number).await.unwrap();
    let all: Vec<&str> = named.iter().flat_map(|named| &named.names).map(String::as_str).collect();
    assert_eq!((all, named[0].subject_ref.as_str()), (vec![CANARY], "SP3/7"));
    drop(view);
    let mut view = here.node.store().view("test.named").await.unwrap();
    assert_eq!(store::vault::named(&mut view, &number).await.unwrap_err().reason, Reason::NotFound);
}

#[tokio::test]
async fn what_came_before_there_was_a_kierownik_is_moved_in_and_the_sheets_open_it() {
    let here = school().await;
    // A clerk of the time before accounts: no vault can be begun for anybody.
    let keys = std::sync::Arc::new(crate::account::WorkerKeys::generate(&here.env).unwrap());
    let worker = crate::people::Worker { uid: 7, name: "Ewa Lis".to_owned(), role: WorkerRole::Pedagog };
    crate::people::add(&here.node, &crate::account::tests::ROOT, &worker).await.unwrap();
    let ewa = Reader::new(worker, AccountId::new([7; 16]), keys);
    let number = signals(&here, &ewa).await;
    let store = here.node.store();
    assert_eq!(opens(&mut store.view("test.before").await.unwrap(), &number).await, Ok(true));

    let mut tx = store.begin("test.first").await.unwrap();
    let recovery = first::begin_vaults(&here.env, &mut tx).await.unwrap().unwrap();
    assert!(first::begin_vaults(&here.env, &mut tx).await.unwrap().is_none(), "there is one recovery key");
    tx.commit().await.unwrap();
    let mut view = store.view("test.after").await.unwrap();
    assert_eq!(opens(&mut view, &number).await, Err(Reason::NotFound));
    let kept = store::vault::for_recovery(&mut view).await.unwrap();
    assert_eq!(kept.len(), 1);
    let secret = open_recovery(&here.env, &recovery, &number, &kept[0].1).unwrap();
    let other = SealingKey::generate(&here.env).unwrap();
    assert!(open_recovery(&here.env, &other, &number, &kept[0].1).is_err());
    drop(view);
    // Given to somebody, it opens again.
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let mut tx = store.begin("test.give").await.unwrap();
    let wrapped = wrap_quick(&here.env, &anna, &number, &secret).unwrap();
    store::vault::admit(&mut tx, &number, anna.account(), true, &wrapped).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(opens(&mut store.view_as("test.anna", &anna).await.unwrap(), &number).await, Ok(true));
}

#[tokio::test]
async fn a_wrapped_key_opens_for_its_account_and_its_case_only() {
    let here = school().await;
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let jan = here.employs(1002, "Jan Kos", WorkerRole::Pedagog).await;
    let secret = SealingKey::generate(&here.env).unwrap();
    let members = store::vault::members(&mut here.node.store().view("test.members").await.unwrap()).await.unwrap();
    let member = members.iter().find(|member| member.id == *anna.account()).unwrap();
    let forms = [
        wrap_to(&here.env, member, "W-AAAAAA", &secret).unwrap(),
        wrap_quick(&here.env, &anna, "W-AAAAAA", &secret).unwrap(),
    ];
    for wrapped in forms {
        assert_eq!(open_secret(&here.env, &anna, "W-AAAAAA", &wrapped).unwrap().seed(), secret.seed());
        assert!(open_secret(&here.env, &anna, "W-BBBBBB", &wrapped).is_err());
        assert!(open_secret(&here.env, &jan, "W-AAAAAA", &wrapped).is_err());
    }
}
