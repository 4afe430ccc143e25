//! Streams and receipts of who may not, too often, too early, or from nowhere.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use tonic::Code;
use wiez_proto::envelope::{Envelope, Object};
use wiez_proto::id::Hash;
use wiez_proto::receipt::Refused;
use wiez_proto::refusal::Reason;
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::collect_response::Message;
use wiez_tests::session::Session;
use wiez_tests::tasks::within;

use crate::ground::{Ground, PATIENCE, says};

async fn acknowledge(session: &Session, receipt: v1::Signed) -> Result<(), tonic::Status> {
    let request = v1::AcknowledgeRequest { receipts: vec![receipt], refusals: vec![] };
    session.mailbox().acknowledge(request).await.map(drop)
}

async fn deposited(ground: &Ground) -> Envelope {
    let one = ground.first();
    ground.session.deposit(one.to_wire()).await.unwrap().accepted().unwrap();
    one
}

#[tokio::test]
async fn a07_nobody_acknowledges_the_mail_of_another_or_learns_that_it_exists() {
    let ground = Ground::new().await;
    let one = deposited(&ground).await;
    let before = ground.state().await;
    let police = ground.police.connect().await.unwrap();
    let theirs = ground.police.receipt(&ground.ops.id, vec![one.hash()]);
    let nobodys = ground.police.receipt(&ground.ops.id, vec![Hash::new([9; 32])]);
    let (theirs, nobodys) = (
        says(acknowledge(&police, theirs).await, Reason::NotFound),
        says(acknowledge(&police, nobodys).await, Reason::NotFound),
    );
    assert_eq!((theirs.message(), theirs.details()), (nobodys.message(), nobodys.details()));
    ground.stands(&before).await;
}

#[tokio::test]
async fn a17_a_receipt_counts_once_and_only_for_what_was_handed_out_to_its_signer() {
    let ground = Ground::new().await;
    let one = deposited(&ground).await;
    let school = ground.school.connect().await.unwrap();
    let receipt = ground.school.receipt(&ground.ops.id, vec![one.hash()]);
    let before = ground.state().await;
    says(acknowledge(&school, receipt.clone()).await, Reason::NotFound);
    ground.stands(&before).await;
    let mut mail = school.collecting(0).await.unwrap();
    assert_eq!(mail.delivery().await.unwrap().receipt.unwrap().envelope_hash, one.hash().wire());
    let before = ground.state().await;
    // Of another sender, with an unknown hash among good ones, signed by another, by nobody, for another region.
    let others = ground.school.receipt(&ground.police.id, vec![one.hash()]);
    says(acknowledge(&school, others).await, Reason::NotFound);
    let mixed = ground.school.receipt(&ground.ops.id, vec![one.hash(), Hash::new([3; 32])]);
    says(acknowledge(&school, mixed).await, Reason::NotFound);
    let foreign = ground.police.receipt(&ground.ops.id, vec![one.hash()]);
    says(acknowledge(&school, foreign).await, Reason::Unverifiable);
    let claimed =
        ground.school.signed(Object::Receipt, ground.police.receipt(&ground.ops.id, vec![one.hash()]).content.to_vec());
    says(acknowledge(&school, claimed).await, Reason::SenderMismatch);
    let unsigned = v1::Signed { signature: vec![0; 64].into(), ..receipt.clone() };
    says(acknowledge(&school, unsigned).await, Reason::Unverifiable);
    let mut elsewhere = ground.school.bound().clone();
    elsewhere.fingerprint = [1; 32];
    let elsewhere = ground.school.signing.signed(Object::Receipt, &elsewhere, receipt.content.to_vec());
    says(acknowledge(&school, elsewhere).await, Reason::Unverifiable);
    ground.stands(&before).await;
    for _ in 0..2 {
        acknowledge(&school, receipt.clone()).await.unwrap();
    }
    let mut news = ground.session.collecting(0).await.unwrap();
    let Message::Event(event) = news.next().await.unwrap() else { panic!("no news") };
    assert_eq!(event.news, Some(v1::event::News::Receipt(receipt)));
    let Message::CaughtUp(_) = news.next().await.unwrap() else { panic!("told twice") };
}

#[tokio::test]
async fn a17_a_receipt_names_one_to_sixty_four_envelopes() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let school = ground.school.connect().await.unwrap();
    for count in [0, 65, 600] {
        let receipt = ground.school.receipt(&ground.ops.id, vec![Hash::new([3; 32]); count]);
        says(acknowledge(&school, receipt).await, Reason::FieldInvalid);
    }
    ground.stands(&before).await;
}

#[tokio::test]
async fn a17_a_recipient_may_refuse_only_as_unverifiable_and_only_its_own_mail() {
    let ground = Ground::new().await;
    let one = deposited(&ground).await;
    let before = ground.state().await;
    let refused =
        |reason, party: &str| Refused { envelope_hash: one.hash(), reason, party: party.to_owned(), at_ms: 1 };
    let call = |session: &Session, signed| {
        let mut mailbox = session.mailbox();
        async move { mailbox.acknowledge(v1::AcknowledgeRequest { receipts: vec![], refusals: vec![signed] }).await }
    };
    let (school, police) = (ground.school.connect().await.unwrap(), ground.police.connect().await.unwrap());
    let sign = |refused: Refused| refused.sign(&ground.school.signing, ground.school.bound());
    let me = ground.school.id.as_str();
    says(call(&school, sign(refused(Reason::ConsentScope, me))).await, Reason::FieldInvalid);
    says(call(&school, sign(refused(Reason::Unverifiable, "hub"))).await, Reason::SenderMismatch);
    says(call(&police, sign(refused(Reason::Unverifiable, me))).await, Reason::Unverifiable);
    let theirs = refused(Reason::Unverifiable, ground.police.id.as_str());
    let theirs = theirs.sign(&ground.police.signing, ground.police.bound());
    says(call(&police, theirs).await, Reason::NotFound);
    ground.stands(&before).await;
}

#[tokio::test]
async fn a18_a_second_stream_ends_the_first_and_no_message_is_lost() {
    let ground = Ground::new().await;
    let school = ground.school.connect().await.unwrap();
    let mut first = school.collecting(0).await.unwrap();
    let Message::CaughtUp(_) = first.next().await.unwrap() else { panic!("mail from nowhere") };
    let one = deposited(&ground).await;
    assert_eq!(first.delivery().await.unwrap().receipt.unwrap().envelope_hash, one.hash().wire());
    let mut second = ground.school.connect().await.unwrap().collecting(0).await.unwrap();
    assert_eq!(second.delivery().await.unwrap().receipt.unwrap().envelope_hash, one.hash().wire());
    let ended = within(PATIENCE, first.incoming.message()).await.unwrap();
    let status = says(ended, Reason::Fenced);
    assert_eq!(status.code(), Code::Aborted);
    let two = ground.after(Some(&one));
    ground.session.deposit(two.to_wire()).await.unwrap().accepted().unwrap();
    loop {
        let delivery = second.delivery().await.unwrap();
        if delivery.receipt.unwrap().envelope_hash == two.hash().wire() {
            break;
        }
    }
}

#[tokio::test]
async fn a19_a_cursor_beyond_the_end_shows_nothing_and_loses_nothing() {
    let ground = Ground::new().await;
    let one = deposited(&ground).await;
    for cursor in [1, u64::MAX / 2, u64::MAX] {
        let mut mail = ground.school.connect().await.unwrap().collecting(cursor).await.unwrap();
        assert_eq!(mail.delivery().await.unwrap().receipt.unwrap().envelope_hash, one.hash().wire());
    }
}

#[tokio::test]
async fn a13_a_stream_begins_with_its_start_and_has_only_one() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let receipt = ground.school.receipt(&ground.ops.id, vec![Hash::new([1; 32])]);
    let message = Some(v1::collect_request::Message::Receipt(receipt));
    let early = tokio_stream::iter([v1::CollectRequest { message }]);
    says(ground.session.mailbox().collect(early).await, Reason::FieldInvalid);
    let mut mail = ground.session.collecting(0).await.unwrap();
    let Message::CaughtUp(_) = mail.next().await.unwrap() else { panic!("mail from nowhere") };
    let start = v1::collect_request::Message::Start(v1::CollectStart { after_event: 0 });
    mail.outgoing.send(v1::CollectRequest { message: Some(start) }).await.unwrap();
    says(mail.incoming.message().await, Reason::FieldInvalid);
    let mut mail = ground.session.collecting(0).await.unwrap();
    mail.next().await.unwrap();
    mail.outgoing.send(v1::CollectRequest { message: None }).await.unwrap();
    says(mail.incoming.message().await, Reason::FieldMissing);
    ground.stands(&before).await;
}

#[tokio::test]
async fn a20_who_sends_too_much_is_told_to_wait_and_nobody_else_notices() {
    let ground = Ground::tuned(|config| config.quota.deposits_per_minute = 5).await;
    let mut last = None;
    for _ in 0..5 {
        let next = ground.after(last.as_ref());
        ground.session.deposit(next.to_wire()).await.unwrap().accepted().unwrap();
        last = Some(next);
    }
    let before = ground.state().await;
    let next = ground.after(last.as_ref());
    let status = says(ground.session.deposit(next.to_wire()).await, Reason::Quota);
    assert_eq!(status.code(), Code::ResourceExhausted);
    let mut stream = ground.session.depositing(1).await.unwrap();
    stream.outgoing.send(v1::DepositRequest { envelope: Some(next.to_wire()) }).await.unwrap();
    let answer = stream.incoming.message().await.unwrap().unwrap();
    let Some(v1::deposit_response::Outcome::Refused(refusal)) = answer.outcome else { panic!("accepted") };
    ground.sound(&refusal, Reason::Quota);
    assert!(refusal.retry_after_ms > 0 && refusal.r#final.is_none());
    ground.stands(&before).await;
    // Withdrawals have a quota of their own, and so has everybody else.
    let request = v1::WithdrawRequest { withdrawal: Some(ground.ops.withdrawal(&ground.consent)) };
    ground.session.consent().withdraw(request).await.unwrap();
    ground.school.connect().await.unwrap().head().await.unwrap();
    // The same bytes pass after the time that was told, but for the consent that has ended meanwhile.
    ground.env.advance(std::time::Duration::from_millis(refusal.retry_after_ms.unsigned_abs()));
    let refused = ground.session.deposit(next.to_wire()).await.unwrap();
    assert_eq!(refused.reason(), Reason::ConsentWithdrawn.as_str());
}

#[tokio::test]
async fn a20_a_channel_has_few_unanswered_envelopes_and_all_of_them_are_answered() {
    let ground = Ground::new().await;
    let mut chain = vec![ground.first()];
    for _ in 0..40 {
        let next = ground.after(chain.last());
        chain.push(next);
    }
    let mut stream = ground.session.depositing(64).await.unwrap();
    for envelope in &chain {
        stream.outgoing.send(v1::DepositRequest { envelope: Some(envelope.to_wire()) }).await.unwrap();
    }
    let mut accepted = 0;
    for envelope in &chain {
        let answer = within(PATIENCE, stream.incoming.message()).await.unwrap().unwrap().unwrap();
        assert_eq!(answer.envelope_hash, envelope.hash().wire());
        match answer.outcome.unwrap() {
            v1::deposit_response::Outcome::Accepted(_) => accepted += 1,
            v1::deposit_response::Outcome::Refused(refusal) => {
                let reason = Reason::parse(&refusal.reason).unwrap();
                assert!([Reason::QueueFull, Reason::PrevMismatch].contains(&reason), "{reason}");
            }
        }
    }
    assert!(accepted >= 1);
}
