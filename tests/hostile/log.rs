//! Questions about the log that have no answer, and proofs that prove something else.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::limits;
use wiez_proto::log::checkpoint::LogKeys;
use wiez_proto::receipt::HubReceipt;
use wiez_proto::refusal::Reason;
use wiez_proto::wire::v1;

use crate::ground::{Ground, says};

#[tokio::test]
async fn a28_a_proof_is_given_only_for_leaves_and_sizes_that_exist() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let size = ground.region.hub().status().await.unwrap().log_size;
    for (index, size) in [(0, 0), (size, size), (0, size + 1), (u64::MAX, u64::MAX), (5, 4), (0, u64::MAX)] {
        let request = v1::InclusionRequest { index, size };
        says(ground.session.log().inclusion(request).await, Reason::Range);
    }
    for (old_size, new_size) in [(0, size), (0, 0), (size, size - 1), (1, size + 1), (u64::MAX, u64::MAX)] {
        let request = v1::ConsistencyRequest { old_size, new_size };
        says(ground.session.log().consistency(request).await, Reason::Range);
    }
    ground.session.log().inclusion(v1::InclusionRequest { index: size - 1, size }).await.unwrap();
    ground.session.log().consistency(v1::ConsistencyRequest { old_size: 1, new_size: size }).await.unwrap();
    ground.stands(&before).await;
}

#[tokio::test]
async fn a16_pages_are_bounded() {
    let ground = Ground::new().await;
    let page = u32::try_from(limits::LEAVES_PER_PAGE).unwrap();
    for count in [0, page + 1, u32::MAX] {
        let request = v1::LeavesRequest { first: 0, count };
        says(ground.session.log().leaves(request).await, Reason::FieldInvalid);
    }
    for first in [1_000_000, u64::MAX] {
        let request = v1::LeavesRequest { first, count: page };
        assert!(ground.session.log().leaves(request).await.unwrap().into_inner().leaves.is_empty());
    }
    for after_revision in [1_000_000, u64::MAX] {
        let request = v1::MirrorRequest { after_revision };
        let answer = ground.session.directory().mirror(request).await.unwrap().into_inner();
        assert!(answer.items.is_empty() && answer.complete);
    }
}

#[tokio::test]
async fn e30_a_receipt_proves_its_own_envelope_in_its_own_log_and_nothing_else() {
    let ground = Ground::new().await;
    let (one, keys) = (ground.first(), &ground.ops.region.log);
    let raw = ground.session.deposit(one.to_wire()).await.unwrap().accepted().unwrap();
    let good = HubReceipt::parse(&raw).unwrap();
    good.verify(&one.hash(), keys).unwrap();
    let two = ground.after(Some(&one));
    assert!(good.verify(&two.hash(), keys).is_err(), "another envelope");
    let elsewhere = LogKeys { origin: format!("{}0", keys.origin), ..keys.clone() };
    assert!(good.verify(&one.hash(), &elsewhere).is_err(), "another log");
    let other_key = LogKeys { log_pub: keys.cosign_pub, cosign_pub: keys.log_pub, ..keys.clone() };
    assert!(good.verify(&one.hash(), &other_key).is_err(), "other keys");
    let bad = |change: &dyn Fn(&mut HubReceipt)| {
        let mut receipt = good.clone();
        change(&mut receipt);
        assert!(receipt.verify(&one.hash(), keys).is_err(), "{receipt:?}");
    };
    bad(&|receipt| receipt.proof.leaf_index += 1);
    bad(&|receipt| receipt.proof.leaf_index = u64::MAX);
    bad(&|receipt| receipt.proof.batch_size += 1);
    bad(&|receipt| receipt.proof.batch_index = u32::MAX);
    bad(&|receipt| receipt.proof.leaf_path[0][0] ^= 1);
    bad(&|receipt| receipt.proof.leaf_path = vec![[0; 32]; 64]);
    bad(&|receipt| receipt.proof.batch_path = vec![[0; 32]; 64]);
    bad(&|receipt| receipt.proof.checkpoint.clear());
    bad(&|receipt| receipt.proof.checkpoint = receipt.proof.checkpoint.replacen('\n', "\n1", 1));
}
