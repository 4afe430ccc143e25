//! A message that cannot go now says so in its case, until when, and whom to call.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::limits;
use wiez_proto::payload::Section;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Category, InstitutionKind, SignalReason, Urgency, WorkerRole};

use super::*;
use crate::casework::act::{Lawful, Matter, report};
use crate::node::tests::Offline;

/// The lines that a reason leaves in the history of a fresh signal.
async fn told_of(here: &Offline, refusal: Refusal) -> Vec<Happened> {
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
    for _ in 0..2 {
        let news = News::Waits { message_id, refusal: refusal.clone(), at_ms: here.env.now_ms() };
        told(&here.node, &mut tx, &news).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut view = here.node.store().view("test.history").await.unwrap();
    let mut history = store::casework::events(&mut view, &number).await.unwrap();
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
