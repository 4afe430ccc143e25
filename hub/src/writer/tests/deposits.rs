//! Deposits: duplicates, reused ids, channels, and every reason not to accept.

use prost::Message;
use wiez_proto::envelope::{Draft, Position};
use wiez_proto::id::{Hash, MessageId};
use wiez_proto::receipt::{HubReceipt, Refused};
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisClass, InstitutionKind};

use super::fixture::{HOUR, NOW, World};

#[tokio::test]
async fn a_receipt_proves_the_log_and_the_same_bytes_get_the_same_one_for_ever() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let envelope = ops.next(&world, &school, None);
    let receipt = world.deposit(&ops, &envelope).await.unwrap();
    let keys = &world.keys.region_keys.log;
    let parsed = HubReceipt::parse(&receipt).unwrap();
    assert_eq!(parsed.verify(&envelope.hash(), keys).unwrap().size, parsed.proof.leaf_index + 1);
    assert!(parsed.verify(&Hash::new([9; 32]), keys).is_err());

    let again = world.deposit(&ops, &envelope).await.unwrap();
    assert_eq!(again.encode_to_vec(), receipt.encode_to_vec());
    // Also after other mail, the erasure and a restart.
    world.deposit(&ops, &ops.next(&world, &school, None)).await.unwrap();
    let mut stream = world.collect(&school).await;
    stream.next().await;
    world.acknowledge(&school, &ops, &[envelope.hash()], &[]).await.unwrap();
    assert_eq!(world.count("select count(*) from body").await, 1);
    drop(stream);
    let world = world.restart().await;
    let again = world.hub.deposit(&world.caller(&ops), envelope.to_wire()).await.result.unwrap();
    assert_eq!(again.encode_to_vec(), receipt.encode_to_vec());
    assert_eq!(world.count("select count(*) from mail").await, 2);
}

#[tokio::test]
async fn an_accepted_id_is_never_used_for_other_bytes_but_a_refused_one_is_kept() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let id = MessageId::random(&world.env);
    let wrong = ops.at(&world, &school, None, Position { epoch: 1, seq: 1, prev: Hash::new([1; 32]) }, id);
    assert_eq!(world.deposit(&ops, &wrong).await.unwrap_err().reason, Reason::PrevMismatch);
    let resealed = ops.at(&world, &school, None, Position { epoch: 1, seq: 2, prev: Hash::ZERO }, id);
    world.deposit(&ops, &resealed).await.unwrap();
    let other = ops.at(&world, &school, None, Position { epoch: 1, seq: 3, prev: resealed.hash() }, id);
    assert_eq!(world.deposit(&ops, &other).await.unwrap_err().reason, Reason::IdReused);
}

#[tokio::test]
async fn in_one_batch_a_refusal_stops_its_channel_and_no_other() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let clinic = world.join("poz-brzeg", InstitutionKind::Poz).await;
    let mut world = world.restart_with(|_| {}).await;

    let first = ops.next(&world, &school, None);
    let at = |seq, prev| Position { epoch: 1, seq, prev };
    let broken = ops.at(&world, &school, None, at(2, Hash::new([5; 32])), MessageId::random(&world.env));
    let third = ops.at(&world, &school, None, at(3, broken.hash()), MessageId::random(&world.env));
    let resealed = ops.at(&world, &school, None, at(4, first.hash()), broken.header().message_id);
    let elsewhere = ops.next(&world, &clinic, None);
    let reused = ops.at(&world, &school, None, at(5, resealed.hash()), resealed.header().message_id);
    let caller = world.caller(&ops);
    let submit = |envelope: &wiez_proto::envelope::Envelope| {
        world.hub.submit(world.hub.prepare(&caller, envelope.to_wire()).unwrap())
    };
    let sent = [&first, &broken, &third, &resealed, &first, &elsewhere, &reused].map(submit);
    world.go();
    let mut results = Vec::new();
    for outcome in sent {
        results.push(outcome.await.result.map(|receipt| receipt.accepted_ms).map_err(|refused| refused.refusal.reason));
    }
    let ok = Ok(NOW);
    let expected = [ok, Err(Reason::PrevMismatch), Err(Reason::PrevMismatch), ok, ok, ok, Err(Reason::IdReused)];
    assert_eq!(results, expected);
    // All in one commit: one mail leaf with three items.
    assert_eq!(world.count("select count(*) from batch where length(items) = 96").await, 1);
}

#[tokio::test]
async fn each_reason_not_to_accept_is_told_and_final_ones_are_signed() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let police = world.join("kpp-brzeg", InstitutionKind::Policja).await;
    let draft = Draft {
        message_id: MessageId::random(&world.env),
        sender: ops.id.clone(),
        recipient: school.id.clone(),
        position: Position { epoch: 1, seq: 1, prev: Hash::ZERO },
        class: BasisClass::NoPersonalData,
        handle: None,
        created_ms: NOW,
        expires_ms: NOW + 1_000_000,
    };
    let late = Draft { created_ms: NOW + 601_000, expires_ms: NOW + 900_000, ..draft.clone() };
    let old = Draft { created_ms: NOW - 100_000, expires_ms: NOW - 1, ..draft.clone() };
    let nobody = Draft { recipient: "nikt".parse().unwrap(), ..draft.clone() };
    let forbidden = Draft {
        recipient: police.id.clone(),
        class: BasisClass::Consent,
        handle: Some(wiez_proto::id::Handle::new([3; 16])),
        ..draft.clone()
    };
    let unknown_edge =
        Draft { class: BasisClass::Consent, handle: Some(wiez_proto::id::Handle::new([3; 16])), ..draft.clone() };
    for (draft, to, reason) in [
        (&late, &school, Reason::ClockSkew),
        (&old, &school, Reason::Expired),
        (&nobody, &school, Reason::RecipientUnknown),
        (&draft, &police, Reason::KeyUnknown),
        (&forbidden, &police, Reason::PoliceConsent),
        (&unknown_edge, &school, Reason::EdgeUnknown),
    ] {
        let envelope = ops.sealed(&world, to, draft);
        let outcome = world.hub.deposit(&world.caller(&ops), envelope.to_wire()).await;
        let refused = outcome.result.unwrap_err();
        assert_eq!(refused.refusal.reason, reason);
        assert_eq!(refused.signed.is_none(), reason == Reason::ClockSkew, "{reason}");
        if let Some(signed) = refused.signed {
            let bound = world.keys.region_keys.bound();
            let opened = Refused::open(&signed, &world.keys.mail.public(), &bound).unwrap();
            assert_eq!((opened.envelope_hash, opened.reason), (envelope.hash(), reason));
        }
    }
    assert_eq!(world.count("select count(*) from mail").await, 0);
}

#[tokio::test]
async fn what_is_not_the_callers_or_not_signed_is_refused_before_the_writer() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let good = ops.next(&world, &school, None);
    let caller = world.caller(&school);
    let foreign = world.hub.deposit(&caller, good.to_wire()).await.result.unwrap_err();
    assert_eq!(foreign.refusal.reason, Reason::SenderMismatch);
    let mut forged = good.to_wire();
    forged.signature = vec![0; 64].into();
    let forged = world.hub.deposit(&world.caller(&ops), forged).await.result.unwrap_err();
    assert_eq!(forged.refusal.reason, Reason::Unverifiable);
    let mut swapped = good.to_wire();
    let mut bytes = swapped.ciphertext.to_vec();
    bytes[7] ^= 1;
    swapped.ciphertext = bytes.into();
    let swapped = world.hub.deposit(&world.caller(&ops), swapped).await.result.unwrap_err();
    assert_eq!(swapped.refusal.reason, Reason::Unverifiable);
    let outcome = world.hub.deposit(&world.caller(&ops), wiez_proto::wire::v1::Envelope::default()).await;
    assert!(outcome.envelope_hash.is_empty());
    let refused = outcome.result.unwrap_err();
    assert!(refused.signed.is_none());
    world.deposit(&ops, &good).await.unwrap();
}

#[tokio::test]
async fn channels_show_the_last_accepted_envelope_with_the_callers_signature() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    world.deposit(&ops, &ops.next(&world, &school, None)).await.unwrap();
    let last = ops.next(&world, &school, None);
    world.deposit(&ops, &last).await.unwrap();
    world.deposit(&school, &school.next(&world, &ops, None)).await.unwrap();
    let world = world.restart().await;
    let shown = world.hub.channels(&world.caller(&ops)).await.unwrap().channels;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].header, last.parts().header);
    assert_eq!(shown[0].signature, last.parts().signature);
    assert_eq!(shown[0].ciphertext_hash, last.parts().ciphertext_hash.wire());
    // The channel goes on where it was.
    world.env.advance(HOUR);
    world.deposit(&ops, &ops.next(&world, &school, None)).await.unwrap();
}
