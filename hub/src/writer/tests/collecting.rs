//! Collecting streams: backlog, live mail, resumption, flow control, fencing, standing.

use std::time::Duration;

use wiez_proto::directory::Standing;
use wiez_proto::id::Hash;
use wiez_proto::limits::COLLECT_MAX_OUTSTANDING;
use wiez_proto::receipt::EndCause;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::InstitutionKind;
use wiez_proto::wire::v1::event::News;

use super::fixture::{Got, World, event, next};

#[tokio::test]
async fn everything_that_waits_comes_in_order_then_what_arrives() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let mut sent = Vec::new();
    for _ in 0..150 {
        let envelope = ops.next(&world, &school, None);
        world.deposit(&ops, &envelope).await.unwrap();
        sent.push(envelope.hash());
    }
    assert_eq!(world.count("select count(*) from mail where state = 0").await, 150);
    let mut stream = world.collect(&school).await;
    for hash in &sent {
        assert_eq!(next(&mut stream).await, Got::Mail(*hash));
    }
    assert_eq!(next(&mut stream).await, Got::CaughtUp);
    assert_eq!(next(&mut stream).await, Got::Nothing);
    for _ in 0..5 {
        let envelope = ops.next(&world, &school, None);
        world.deposit(&ops, &envelope).await.unwrap();
        assert_eq!(next(&mut stream).await, Got::Mail(envelope.hash()));
    }
    assert_eq!(world.count("select count(*) from mail where state = 1").await, 155);

    // Nothing was acknowledged: a new stream gets all of it again, across a restart.
    drop(stream);
    let world = world.restart().await;
    let mut stream = world.collect(&school).await;
    for hash in &sent {
        assert_eq!(next(&mut stream).await, Got::Mail(*hash));
    }
    world.acknowledge(&school, &ops, &sent[..64], &[]).await.unwrap();
    world.acknowledge(&school, &ops, &sent[..64], &[]).await.unwrap();
    assert_eq!(world.count("select count(*) from body").await, 91);
    let mut sender = world.collect(&ops).await;
    assert!(matches!(event(&mut sender).await, News::Receipt(_)));
    assert_eq!(next(&mut sender).await, Got::CaughtUp);
    assert_eq!(next(&mut sender).await, Got::Nothing, "the same receipt is news once");
}

#[tokio::test]
async fn a_recipient_that_does_not_acknowledge_is_given_no_more_than_the_limit() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let mut stream = world.collect(&school).await;
    assert_eq!(next(&mut stream).await, Got::CaughtUp);
    let mut sent = Vec::new();
    for _ in 0..COLLECT_MAX_OUTSTANDING + 40 {
        let envelope = ops.next(&world, &school, None);
        world.deposit(&ops, &envelope).await.unwrap();
        sent.push(envelope.hash());
    }
    let mut got = Vec::new();
    while let Got::Mail(hash) = next(&mut stream).await {
        got.push(hash);
    }
    // 4 KiB envelopes: the count is the limit, or the bytes.
    assert!((COLLECT_MAX_OUTSTANDING / 2..=COLLECT_MAX_OUTSTANDING).contains(&got.len()), "{}", got.len());
    assert_eq!(got, sent[..got.len()]);
    for piece in got.clone().chunks(64) {
        world.acknowledge(&school, &ops, piece, &[]).await.unwrap();
    }
    while let Got::Mail(hash) = next(&mut stream).await {
        got.push(hash);
    }
    assert_eq!(got, sent, "in order, none twice");
}

#[tokio::test]
async fn a_second_stream_fences_the_first() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let mut first = world.collect(&school).await;
    assert_eq!(next(&mut first).await, Got::CaughtUp);
    let mut second = world.collect(&school).await;
    assert_eq!(next(&mut first).await, Got::End(Some(Reason::Fenced)));
    assert_eq!(next(&mut first).await, Got::End(None));
    drop(first);
    assert_eq!(next(&mut second).await, Got::CaughtUp);
    let envelope = ops.next(&world, &school, None);
    world.deposit(&ops, &envelope).await.unwrap();
    assert_eq!(next(&mut second).await, Got::Mail(envelope.hash()));
}

#[tokio::test]
async fn suspension_ends_streams_holds_mail_both_ways_and_a_revocation_buries_it() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let clinic = world.join("poz-brzeg", InstitutionKind::Poz).await;
    let waiting = ops.next(&world, &clinic, None);
    world.deposit(&ops, &waiting).await.unwrap();
    let mut stream = world.collect(&ops).await;
    assert_eq!(next(&mut stream).await, Got::CaughtUp);
    world.hub.set_standing(&ops.id, Standing::Suspended).await.unwrap();
    assert_eq!(next(&mut stream).await, Got::End(Some(Reason::Suspended)));
    assert!(crate::caller::Caller::prove(&world.hub.members(), &ops.peer).is_err());

    // Mail to it is taken and held, mail from it is held.
    let held = school.next(&world, &ops, None);
    world.deposit(&school, &held).await.unwrap();
    let mut clinics = world.collect(&clinic).await;
    assert_eq!(next(&mut clinics).await, Got::CaughtUp);
    assert_eq!(next(&mut clinics).await, Got::Nothing);
    world.hub.set_standing(&ops.id, Standing::Active).await.unwrap();
    assert_eq!(next(&mut clinics).await, Got::Mail(waiting.hash()));
    let mut stream = world.collect(&ops).await;
    assert_eq!(next(&mut stream).await, Got::Mail(held.hash()));

    world.hub.set_standing(&ops.id, Standing::Revoked).await.unwrap();
    assert_eq!(next(&mut stream).await, Got::End(Some(Reason::Revoked)));
    let Got::Tombstone(signed) = next(&mut clinics).await else { panic!("a tombstone") };
    let tombstone = world.tombstone(&signed);
    assert_eq!((tombstone.cause, tombstone.parts.envelope_hash()), (EndCause::Revoked, waiting.hash()));
    let mut schools = world.collect(&school).await;
    let News::Status(status) = event(&mut schools).await else { panic!("a status") };
    assert_eq!((world.status(&status).uncertain, world.status(&status).envelope_hash), (true, held.hash()));
    let refused = world.hub.set_standing(&ops.id, Standing::Active).await.unwrap_err();
    assert_eq!(refused.reason, Reason::Revoked);
    let late = school.next(&world, &ops, None);
    assert_eq!(world.deposit(&school, &late).await.unwrap_err().reason, Reason::RecipientRevoked);
}

#[tokio::test]
async fn receipts_of_others_of_unknown_and_of_unseen_mail_get_one_answer() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let clinic = world.join("poz-brzeg", InstitutionKind::Poz).await;
    let envelope = ops.next(&world, &school, None);
    world.deposit(&ops, &envelope).await.unwrap();
    let unseen = world.acknowledge(&school, &ops, &[envelope.hash()], &[]).await;
    let mut stream = world.collect(&school).await;
    assert_eq!(next(&mut stream).await, Got::Mail(envelope.hash()));
    let others = world.acknowledge(&clinic, &ops, &[envelope.hash()], &[]).await;
    let wrong_sender = world.acknowledge(&school, &clinic, &[envelope.hash()], &[]).await;
    let unknown = world.acknowledge(&school, &ops, &[envelope.hash(), Hash::new([8; 32])], &[]).await;
    let no_tombstone = world.acknowledge(&school, &ops, &[], &[envelope.hash()]).await;
    for refused in [unseen, others, wrong_sender, unknown, no_tombstone] {
        assert_eq!(refused, Err(Reason::NotFound));
    }
    let theirs = world.receipt(&school, &ops, &[envelope.hash()], &[]);
    let caller = world.caller(&clinic);
    let stolen = world.hub.acknowledge(&caller, vec![theirs.clone()], vec![]).await.unwrap_err();
    assert_eq!(stolen.reason, Reason::Unverifiable);
    let flood = world.hub.acknowledge(&world.caller(&school), vec![theirs.clone(); 65], vec![]).await.unwrap_err();
    assert_eq!(flood.reason, Reason::FieldInvalid);
    assert_eq!(world.count("select count(*) from body").await, 1, "nothing was erased");
    world.hub.acknowledge(&world.caller(&school), vec![theirs], vec![]).await.unwrap();
    assert_eq!(world.count("select count(*) from body").await, 0);
}

#[tokio::test]
async fn time_to_live_ends_in_a_tombstone_and_a_status_also_when_nobody_is_there() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let envelope = ops.next(&world, &school, None);
    world.deposit(&ops, &envelope).await.unwrap();
    world.advance(Duration::from_secs(31 * 24 * 3600)).await;
    assert_eq!(world.count("select count(*) from body").await, 0);
    let mut stream = world.collect(&school).await;
    let Got::Tombstone(signed) = next(&mut stream).await else { panic!("a tombstone") };
    assert_eq!(world.tombstone(&signed).cause, EndCause::Expired);
    world.acknowledge(&school, &ops, &[], &[envelope.hash()]).await.unwrap();
    let claimed = world.acknowledge(&school, &ops, &[envelope.hash()], &[]).await;
    assert_eq!(claimed, Err(Reason::NotFound), "it never left the hub");
    drop(stream);
    let mut stream = world.collect(&school).await;
    assert_eq!(next(&mut stream).await, Got::CaughtUp);
    let mut sender = world.collect(&ops).await;
    let News::Status(status) = event(&mut sender).await else { panic!("a status") };
    let status = world.status(&status);
    assert_eq!((status.cause, status.uncertain), (EndCause::Expired, false));
    assert_eq!(next(&mut sender).await, Got::CaughtUp);
    assert_eq!(next(&mut sender).await, Got::Nothing, "a tombstone's receipt is no news");
    // The news is forgotten 30 days later.
    world.advance(Duration::from_secs(31 * 24 * 3600)).await;
    assert_eq!(world.count("select count(*) from event").await, 0);
    assert_eq!(world.count("select count(*) from mail").await, 1, "the evidence stays");
}
