//! What the transport tells leaves the same history in whatever order it comes; and what cannot go now says until when.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::limits;
use wiez_proto::payload::Section;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Category, InstitutionKind, SignalReason, Urgency, WorkerRole};

use super::*;
use crate::casework::act::{Lawful, Matter, report};
use crate::node::tests::Offline;

/// Files a fresh signal; returns its number and the id of its message.
async fn signalled(here: &Offline) -> (String, MessageId) {
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
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
    let number = report(&here.node, &anna, &to, vec![named], signal).await.unwrap().number;
    let mut tx = here.node.store().begin("test.told").await.unwrap();
    let message_id = store::casework::messages(&mut tx, &number).await.unwrap().remove(0).message_id;
    tx.commit().await.unwrap();
    (number, message_id)
}

/// Tells the news in this order; returns what the history of the case holds of it.
async fn history_of(here: &Offline, number: &str, told_in_order: &[News]) -> Vec<Happened> {
    let mut tx = here.node.store().begin("test.told").await.unwrap();
    for news in told_in_order {
        told(&here.node, &mut tx, news).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut view = here.node.store().view("test.history").await.unwrap();
    store::casework::events(&mut view, number).await.unwrap()
}

#[tokio::test]
async fn a_receipt_that_overtakes_the_hubs_answer_leaves_the_same_history() {
    let at_ms = 1;
    let mut histories = Vec::new();
    for receipt_first in [false, true] {
        let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
        here.meets("ops-wier", InstitutionKind::Ops);
        let (number, message_id) = signalled(&here).await;
        let mut news = [
            News::Accepted { message_id, at_ms },
            News::Received { message_id, envelope_hash: Hash::new([7; 32]), at_ms },
        ];
        if receipt_first {
            news.reverse();
        }
        histories.push(history_of(&here, &number, &news).await);
    }
    assert!(histories[0].iter().any(|line| line.what == What::HubAccepted), "{histories:?}");
    assert_eq!(histories[0], histories[1]);
}

/// The lines that a reason leaves in the history of a fresh signal.
async fn told_of(here: &Offline, refusal: Refusal) -> Vec<Happened> {
    let (number, message_id) = signalled(here).await;
    let news = News::Waits { message_id, refusal, at_ms: here.env.now_ms() };
    let mut history = history_of(here, &number, &[news.clone(), news]).await;
    history.retain(|line| line.details.contains_key("refusal"));
    history
}

#[tokio::test]
async fn the_hubs_later_and_an_obstacle_have_sentences_of_their_own() {
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    here.meets("ops-wier", InstitutionKind::Ops);
    let until = (here.env.now_ms() + limits::TTL_DEFAULT_MS).to_string();
    let cases = [(Reason::Quota, "hub", What::Waiting), (Reason::KeyChanged, here.node.id().as_str(), What::Stuck)];
    for (reason, who, what) in cases {
        let lines = told_of(&here, Refusal::new(reason)).await;
        assert_eq!(lines.len(), 1, "said once: {lines:?}");
        assert_eq!((lines[0].who.as_str(), lines[0].what), (who, what));
        let details = &lines[0].details;
        assert_eq!((details["until_ms"].as_str(), details["phone"].as_str()), (until.as_str(), "+48 77 400 00 00"));
        assert_eq!((details["kind"].as_str(), details["refusal"].as_str()), ("SIGNAL", reason.as_str()));
    }
}
