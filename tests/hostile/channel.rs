//! Repeats, other bytes under a used name, and numbers that do not follow.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::time::Duration;

use tonic::Request;
use wiez_proto::envelope::Position;
use wiez_proto::id::Hash;
use wiez_proto::refusal::Reason;
use wiez_proto::wire::v1;
use wiez_tests::member::Basis;
use wiez_tests::session::Deposited;

use crate::ground::Ground;
use crate::raw::with_header;

#[tokio::test]
async fn a05_the_same_bytes_get_the_same_receipt_and_have_one_effect() {
    let ground = Ground::new().await;
    let (one, mut last) = (ground.first(), None);
    let receipt = ground.session.deposit(one.to_wire()).await.unwrap().accepted().unwrap();
    for _ in 0..3 {
        let next = ground.after(last.as_ref().or(Some(&one)));
        ground.session.deposit(next.to_wire()).await.unwrap().accepted().unwrap();
        last = Some(next);
    }
    let before = ground.state().await;
    assert_eq!(ground.session.deposit(one.to_wire()).await.unwrap(), Deposited::Accepted(receipt.clone()));
    let mut stream = ground.session.depositing(4).await.unwrap();
    for _ in 0..2 {
        stream.outgoing.send(v1::DepositRequest { envelope: Some(one.to_wire()) }).await.unwrap();
        let answer = stream.incoming.message().await.unwrap().unwrap();
        assert_eq!(answer.outcome, Some(v1::deposit_response::Outcome::Accepted(receipt.clone())));
    }
    ground.stands(&before).await;
    let mut mail = ground.school.connect().await.unwrap().collecting(0).await.unwrap();
    let mut seen = 0;
    while let v1::collect_response::Message::Delivery(_) = mail.next().await.unwrap() {
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[tokio::test]
async fn a05_the_receipt_is_still_the_same_after_the_recipient_has_taken_it() {
    let ground = Ground::new().await;
    let one = ground.first();
    let receipt = ground.session.deposit(one.to_wire()).await.unwrap().accepted().unwrap();
    let taking = ground.school.connect().await.unwrap();
    let mut mail = taking.collecting(0).await.unwrap();
    mail.delivery().await.unwrap();
    let signed = ground.school.receipt(&ground.ops.id, vec![one.hash()]);
    taking.mailbox().acknowledge(v1::AcknowledgeRequest { receipts: vec![signed], refusals: vec![] }).await.unwrap();
    let before = ground.state().await;
    assert_eq!(ground.session.deposit(one.to_wire()).await.unwrap(), Deposited::Accepted(receipt));
    ground.stands(&before).await;
}

#[tokio::test]
async fn a06_other_bytes_under_an_accepted_message_id_are_refused() {
    let ground = Ground::new().await;
    let one = ground.first();
    ground.session.deposit(one.to_wire()).await.unwrap().accepted().unwrap();
    let next = ground.after(Some(&one)).to_wire();
    let reused = with_header(&ground.ops, &next, |header| header.message_id = one.header().message_id.wire());
    ground.refuses(reused, Reason::IdReused).await;
    // Also as the same place of the channel.
    let same = with_header(&ground.ops, &one.to_wire(), |header| header.expires_ms -= 1);
    ground.refuses(same, Reason::IdReused).await;
}

#[tokio::test]
async fn a15_a_number_may_be_skipped_and_never_used_twice() {
    let ground = Ground::new().await;
    let basis = Basis::Consent(ground.consent.there);
    let one = ground.at(Position { epoch: 2, seq: 5, prev: Hash::ZERO }, basis);
    ground.session.deposit(one.to_wire()).await.unwrap().accepted().unwrap();
    for (epoch, seq) in [(2, 5), (2, 4), (1, 6), (1, u64::MAX / 2)] {
        let used = ground.at(Position { epoch, seq, prev: one.hash() }, basis);
        ground.refuses(used.to_wire(), Reason::SeqUsed).await;
    }
    for (epoch, seq) in [(0, 6), (2, 0), (u64::MAX, 6), (2, u64::MAX)] {
        let wire = ground.at(Position { epoch: 2, seq: 6, prev: one.hash() }, basis).to_wire();
        let bad = with_header(&ground.ops, &wire, |header| (header.epoch, header.seq) = (epoch, seq));
        ground.refuses(bad, Reason::FieldInvalid).await;
    }
    for prev in [Hash::ZERO, Hash::new([7; 32])] {
        let loose = ground.at(Position { epoch: 2, seq: 6, prev }, basis);
        ground.refuses(loose.to_wire(), Reason::PrevMismatch).await;
    }
    let skipped = ground.at(Position { epoch: 2, seq: 900, prev: one.hash() }, basis);
    ground.session.deposit(skipped.to_wire()).await.unwrap().accepted().unwrap();
}

#[tokio::test]
async fn a15_after_a_refusal_in_mid_stream_the_rest_of_that_channel_waits_and_others_go_on() {
    let ground = Ground::new().await;
    let bad = with_header(&ground.ops, &ground.first().to_wire(), |header| header.handle = vec![9; 16].into());
    let hash = wiez_proto::envelope::Envelope::parse(bad.clone()).unwrap().hash();
    let basis = Basis::Consent(ground.consent.there);
    let behind = ground.at(Position { epoch: 1, seq: 2, prev: hash }, basis);
    let draft =
        ground.ops.draft(&ground.police.id, Position { epoch: 1, seq: 1, prev: Hash::ZERO }, Basis::NoPersonalData);
    let content = wiez_tests::member::content(&ground.env, None, "", 10);
    let other = ground.ops.seal(&ground.police.peer(), &draft, content).unwrap();
    let mut stream = ground.session.depositing(4).await.unwrap();
    for envelope in [bad, behind.to_wire(), other.to_wire()] {
        stream.outgoing.send(v1::DepositRequest { envelope: Some(envelope) }).await.unwrap();
    }
    let mut reasons = Vec::new();
    for _ in 0..3 {
        let answer = stream.incoming.message().await.unwrap().unwrap();
        reasons.push(match answer.outcome.unwrap() {
            v1::deposit_response::Outcome::Accepted(_) => String::new(),
            v1::deposit_response::Outcome::Refused(refusal) => refusal.reason,
        });
    }
    assert_eq!(reasons, ["EDGE_UNKNOWN", "PREV_MISMATCH", ""]);
}

#[tokio::test]
async fn a30_a_call_that_ran_out_of_time_is_told_its_true_outcome_when_repeated() {
    let ground = Ground::new().await;
    let one = ground.first();
    let mut request = Request::new(v1::DepositOneRequest { envelope: Some(one.to_wire()) });
    request.set_timeout(Duration::from_millis(1));
    // Whether the hub was faster is not decided here; the repetition must be right either way.
    let _ = ground.session.mailbox().deposit_one(request).await;
    let receipt = ground.session.deposit(one.to_wire()).await.unwrap().accepted().unwrap();
    let before = ground.state().await;
    assert_eq!(ground.session.deposit(one.to_wire()).await.unwrap(), Deposited::Accepted(receipt));
    ground.stands(&before).await;
}

#[tokio::test]
async fn a05_a_deposit_whose_connection_broke_is_there_once() {
    let ground = Ground::new().await;
    let one = ground.first();
    for _ in 0..5 {
        let session = ground.ops.connect().await.unwrap();
        let stream = session.depositing(4).await.unwrap();
        stream.outgoing.send(v1::DepositRequest { envelope: Some(one.to_wire()) }).await.unwrap();
        drop((stream, session));
    }
    ground.session.deposit(one.to_wire()).await.unwrap().accepted().unwrap();
    let mut mail = ground.school.connect().await.unwrap().collecting(0).await.unwrap();
    let v1::collect_response::Message::Delivery(_) = mail.next().await.unwrap() else { panic!("not there") };
    let v1::collect_response::Message::CaughtUp(_) = mail.next().await.unwrap() else { panic!("there twice") };
}
