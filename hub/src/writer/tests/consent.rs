//! Edges and withdrawals against mail in every state, and in every order inside a batch.

use std::time::Duration;

use prost::Message;
use wiez_proto::calendar;
use wiez_proto::directory::Standing;
use wiez_proto::grant::object_hash;
use wiez_proto::id::{Handle, Hash};
use wiez_proto::log::leaf::Leaf;
use wiez_proto::receipt::EndCause;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::InstitutionKind;
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::event::News;

use super::fixture::{Got, World, event, next};

const GRANT: Hash = Hash::new([4; 32]);

#[tokio::test]
async fn an_edge_is_registered_once_and_by_its_parties_only() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let clinic = world.join("poz-brzeg", InstitutionKind::Poz).await;
    let police = world.join("kpp-brzeg", InstitutionKind::Policja).await;
    let handle = Handle::random(&world.env);
    let request = world.edge_request(&ops, &school, &GRANT, handle);
    let first = world.hub.register_edge(&world.caller(&ops), request.clone()).await.unwrap();
    let again = world.hub.register_edge(&world.caller(&school), request.clone()).await.unwrap();
    assert_eq!(first.leaf_index, again.leaf_index);
    let leaves = world.hub.leaves(v1::LeavesRequest { first: first.leaf_index, count: 1 }).await.unwrap().leaves;
    let Leaf::Edge { handle_hash, grant_hash } = Leaf::decode(&leaves[0]).unwrap() else { panic!("an edge") };
    assert_eq!(handle_hash, wiez_proto::envelope::sha256(&[handle.bytes()]));
    assert_eq!(grant_hash, *GRANT.bytes());

    let reason =
        async |party, request| world.hub.register_edge(&world.caller(party), request).await.unwrap_err().reason;
    let other = v1::RegisterEdgeRequest { grant_hash: vec![5; 32].into(), ..request.clone() };
    assert_eq!(reason(&ops, other).await, Reason::HandleTaken);
    assert_eq!(reason(&clinic, request.clone()).await, Reason::SenderMismatch);
    let far = v1::RegisterEdgeRequest { valid_until_ms: i64::MAX, ..request.clone() };
    assert_eq!(reason(&ops, far).await, Reason::FieldInvalid);
    let police = world.edge_request(&ops, &police, &GRANT, Handle::random(&world.env));
    assert_eq!(reason(&ops, police).await, Reason::PoliceConsent);
}

#[tokio::test]
async fn a_withdrawal_blocks_what_waits_and_proves_itself_to_both_sides() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let handle = world.edge(&ops, &school, &GRANT).await;
    let envelope = ops.next(&world, &school, Some(handle));
    world.deposit(&ops, &envelope).await.unwrap();
    let other = ops.next(&world, &school, None);
    world.deposit(&ops, &other).await.unwrap();

    let done = world.withdraw(&school, handle, &GRANT).await.unwrap();
    assert_eq!(world.count("select count(*) from body").await, 1, "only the mail under the handle ends");
    let again = world.withdraw(&school, handle, &GRANT).await.unwrap();
    let by_issuer = world.withdraw(&ops, handle, &GRANT).await.unwrap();
    assert_eq!((&done.leaf_indexes, &done.leaf_indexes), (&again.leaf_indexes, &by_issuer.leaf_indexes));

    let fetch = v1::FetchWithdrawalRequest { handle: handle.wire() };
    let object = world.hub.fetch_withdrawal(&world.caller(&ops), fetch.clone()).await.unwrap().withdrawal.unwrap();
    let leaves = world.hub.leaves(v1::LeavesRequest { first: done.leaf_indexes[0], count: 1 }).await.unwrap().leaves;
    let expected = Leaf::Withdrawal {
        handle_hash: wiez_proto::envelope::sha256(&[handle.bytes()]),
        object_hash: *object_hash(&object).bytes(),
    };
    assert_eq!(Leaf::decode(&leaves[0]).unwrap(), expected);

    let mut stream = world.collect(&school).await;
    let Got::Tombstone(signed) = next(&mut stream).await else { panic!("a tombstone in its place") };
    let tombstone = world.tombstone(&signed);
    assert_eq!(tombstone.parts.envelope_hash(), envelope.hash());
    tombstone.parts.verify(&ops.signing.public(), &world.keys.region_keys.bound()).unwrap();
    assert_eq!(tombstone.proof, Some((object, done.leaf_indexes[0])));
    assert_eq!(next(&mut stream).await, Got::Mail(other.hash()));
    let mut sender = world.collect(&ops).await;
    let News::Status(status) = event(&mut sender).await else { panic!("a status") };
    let status = world.status(&status);
    assert_eq!((status.cause, status.uncertain, status.envelope_hash), (EndCause::Withdrawn, false, envelope.hash()));

    let late = ops.next(&world, &school, Some(handle));
    assert_eq!(world.deposit(&ops, &late).await.unwrap_err().reason, Reason::ConsentWithdrawn);
    let clinic = world.join("poz-brzeg", InstitutionKind::Poz).await;
    for handle in [handle, Handle::new([9; 16])] {
        assert_eq!(world.withdraw(&clinic, handle, &GRANT).await, Err(Reason::NotFound));
        let fetch = v1::FetchWithdrawalRequest { handle: handle.wire() };
        let refused = world.hub.fetch_withdrawal(&world.caller(&clinic), fetch).await.unwrap_err();
        assert_eq!(refused.reason, Reason::NotFound);
    }
    assert_eq!(world.withdraw(&ops, handle, &Hash::new([6; 32])).await, Err(Reason::NotFound));
}

#[tokio::test]
async fn what_may_have_left_is_uncertain_and_a_late_receipt_wins() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let handle = world.edge(&ops, &school, &GRANT).await;
    let mut stream = world.collect(&school).await;
    assert_eq!(next(&mut stream).await, Got::CaughtUp);
    let envelope = ops.next(&world, &school, Some(handle));
    world.deposit(&ops, &envelope).await.unwrap();
    assert_eq!(next(&mut stream).await, Got::Mail(envelope.hash()));
    world.withdraw(&ops, handle, &GRANT).await.unwrap();
    assert!(matches!(next(&mut stream).await, Got::Tombstone(_)), "the stream is told at once");
    assert_eq!(next(&mut stream).await, Got::Nothing);
    let mut sender = world.collect(&ops).await;
    let News::Status(status) = event(&mut sender).await else { panic!("a status") };
    assert!(world.status(&status).uncertain);
    world.acknowledge(&school, &ops, &[], &[envelope.hash()]).await.unwrap();
    world.acknowledge(&school, &ops, &[envelope.hash()], &[]).await.unwrap();
    let News::Receipt(receipt) = event(&mut sender).await else { panic!("the late receipt") };
    assert_eq!(receipt.content, world.receipt(&school, &ops, &[envelope.hash()], &[]).content);
    world.acknowledge(&school, &ops, &[envelope.hash()], &[]).await.unwrap();
    assert_eq!(next(&mut sender).await, Got::CaughtUp);
    assert_eq!(next(&mut sender).await, Got::Nothing);
}

#[tokio::test]
async fn in_one_batch_every_receipt_counts_once_also_one_that_follows_its_tombstone() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let handle = world.edge(&ops, &school, &GRANT).await;
    let mut stream = world.collect(&school).await;
    assert_eq!(next(&mut stream).await, Got::CaughtUp);
    let mut hashes = Vec::new();
    for handle in [Some(handle), None] {
        let envelope = ops.next(&world, &school, handle);
        world.deposit(&ops, &envelope).await.unwrap();
        assert_eq!(next(&mut stream).await, Got::Mail(envelope.hash()));
        hashes.push(envelope.hash());
    }
    world.withdraw(&ops, handle, &GRANT).await.unwrap();
    drop(stream);
    let mut world = world.restart_with(|_| {}).await;
    let unknown = [hashes[0], Hash::new([9; 32])];
    let calls: [(&[Hash], &[Hash]); 5] =
        [(&[], &hashes[..1]), (&hashes, &[]), (&unknown, &[]), (&hashes[1..], &[]), (&[], &hashes[..1])];
    let mut answers = Vec::new();
    for (held, ended) in calls {
        let (hub, caller, signed) =
            (world.hub.clone(), world.caller(&school), world.receipt(&school, &ops, held, ended));
        answers.push(tokio::spawn(async move { hub.acknowledge(&caller, vec![signed], vec![]).await }));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    world.go();
    let mut reasons = Vec::new();
    for answer in answers {
        reasons.push(answer.await.unwrap().map_err(|refusal| refusal.reason));
    }
    assert_eq!(reasons, [Ok(()), Ok(()), Err(Reason::NotFound), Ok(()), Ok(())]);
    assert_eq!(world.count("select count(*) from mail where state = 5").await, 1, "late, and it wins");
    assert_eq!(world.count("select count(*) from mail where state = 2").await, 1);
    assert_eq!(world.count("select count(*) from body").await, 0);
    assert_eq!(world.count("select count(*) from event where kind = 1").await, 1, "one receipt is news");
    assert_eq!(*world.last_words.lock().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn in_one_batch_a_withdrawal_comes_before_every_deposit() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let handle = world.edge(&ops, &school, &GRANT).await;
    let mut world = world.restart_with(|_| {}).await;
    let envelope = ops.next(&world, &school, Some(handle));
    let caller = world.caller(&ops);
    let submitted = world.hub.submit(world.hub.prepare(&caller, envelope.to_wire()).unwrap());
    let (hub, request) = (world.hub.clone(), world.withdrawal(&ops, &[handle], &GRANT));
    let withdrawing = tokio::spawn(async move { hub.withdraw(&caller, request).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    world.go();
    withdrawing.await.unwrap().unwrap();
    assert_eq!(submitted.await.result.unwrap_err().refusal.reason, Reason::ConsentWithdrawn);
    assert_eq!(world.count("select count(*) from mail").await, 0);
}

#[tokio::test]
async fn an_edge_ends_with_a_revocation_of_its_own_batch_and_none_is_registered_after_it() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let mut world = world.restart_with(|_| {}).await;
    let caller = world.caller(&ops);
    let registering = |handle| {
        let (hub, caller) = (world.hub.clone(), caller.clone());
        let request = world.edge_request(&ops, &school, &GRANT, handle);
        tokio::spawn(async move { hub.register_edge(&caller, request).await })
    };
    let queued = || tokio::time::sleep(Duration::from_millis(50));
    let before = registering(Handle::random(&world.env));
    queued().await;
    let (hub, gone) = (world.hub.clone(), school.id.clone());
    let revoking = tokio::spawn(async move { hub.set_standing(&gone, Standing::Revoked).await });
    queued().await;
    let after = registering(Handle::random(&world.env));
    queued().await;
    world.go();
    before.await.unwrap().unwrap();
    revoking.await.unwrap().unwrap();
    assert_eq!(after.await.unwrap().unwrap_err().reason, Reason::RecipientRevoked);
    assert_eq!(world.count("select count(*) from edge where state = 2").await, 1);
    assert_eq!(world.count("select count(*) from edge").await, 1);
}

#[tokio::test]
async fn edges_and_their_ends_are_padded_in_the_log() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let before = world.hub.status().await.unwrap().log_size;
    let handle = world.edge(&ops, &school, &GRANT).await;
    assert_eq!(world.hub.status().await.unwrap().log_size, before + 8);
    world.withdraw(&ops, handle, &GRANT).await.unwrap();
    assert_eq!(world.hub.status().await.unwrap().log_size, before + 16);
    world.withdraw(&ops, handle, &GRANT).await.unwrap();
    assert_eq!(world.hub.status().await.unwrap().log_size, before + 16, "the same end is one end");
}

#[tokio::test]
async fn the_end_of_an_edges_validity_holds_its_mail_until_it_expires() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let handle = Handle::random(&world.env);
    let mut request = world.edge_request(&ops, &school, &GRANT, handle);
    let now = world.env.now_ms();
    request.valid_until_ms = calendar::end_of_month(calendar::day_of(now));
    let over = Duration::from_millis(u64::try_from(request.valid_until_ms - now).unwrap() + 1);
    let told = v1::RegisterEdgeRequest { valid_until_ms: request.valid_until_ms - 1, ..request.clone() };
    let refusal = world.hub.register_edge(&world.caller(&ops), told).await.unwrap_err();
    assert_eq!(refusal.reason, Reason::FieldInvalid, "the day of a consent is not told");
    world.hub.register_edge(&world.caller(&ops), request).await.unwrap();
    let envelope = ops.next(&world, &school, Some(handle));
    world.deposit(&ops, &envelope).await.unwrap();
    world.advance(over).await;
    let mut stream = world.collect(&school).await;
    assert_eq!(next(&mut stream).await, Got::CaughtUp);
    assert_eq!(next(&mut stream).await, Got::Nothing);
    let late = ops.next(&world, &school, Some(handle));
    assert_eq!(world.deposit(&ops, &late).await.unwrap_err().reason, Reason::ConsentExpired);
    world.advance(Duration::from_secs(31 * 24 * 3600)).await;
    let Got::Tombstone(signed) = next(&mut stream).await else { panic!("a tombstone") };
    assert_eq!(world.tombstone(&signed).cause, EndCause::Expired);
    assert!(signed.encoded_len() > 0);
}
