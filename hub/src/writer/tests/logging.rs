//! The log of a real hub: proofs, the time over an idle head, the export.

use std::time::Duration;

use wiez_proto::log::Digest;
use wiez_proto::log::tree::{leaf_hash, verify_consistency, verify_inclusion};
use wiez_proto::log::verify::verify_export;
use wiez_proto::refusal::Reason;
use wiez_proto::wire::v1;

use super::fixture::World;

fn digests(path: &[prost::bytes::Bytes]) -> Vec<Digest> {
    path.iter().map(|hash| hash.as_ref().try_into().unwrap()).collect()
}

#[tokio::test]
async fn every_leaf_and_every_earlier_head_is_proved() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    let keys = &world.keys.region_keys.log;
    let mut heads = vec![keys.verify(&world.hub.head().checkpoint).unwrap()];
    for _ in 0..9 {
        world.deposit(&ops, &ops.next(&world, &school, None)).await.unwrap();
        heads.push(keys.verify(&world.hub.head().checkpoint).unwrap());
    }
    let last = heads.last().unwrap();
    let leaves = world.hub.leaves(v1::LeavesRequest { first: 0, count: 1000 }).await.unwrap().leaves;
    assert_eq!(leaves.len() as u64, last.size);
    for (index, leaf) in (0..).zip(&leaves) {
        let path = world.hub.inclusion(v1::InclusionRequest { index, size: last.size }).await.unwrap().path;
        assert!(verify_inclusion(&leaf_hash(leaf), index, last.size, &digests(&path), &last.root));
    }
    for old in &heads {
        let request = v1::ConsistencyRequest { old_size: old.size, new_size: last.size };
        let path = world.hub.consistency(request).await.unwrap().path;
        assert!(verify_consistency(old.size, &old.root, last.size, &last.root, &digests(&path)));
    }
    let past = v1::InclusionRequest { index: 0, size: last.size + 1 };
    assert_eq!(world.hub.inclusion(past).await.unwrap_err().reason, Reason::Range);
    let zero = v1::ConsistencyRequest { old_size: 0, new_size: 1 };
    assert_eq!(world.hub.consistency(zero).await.unwrap_err().reason, Reason::Range);
}

#[tokio::test]
async fn the_time_over_the_head_moves_also_when_idle() {
    let world = World::new().await;
    world.pair().await;
    let keys = &world.keys.region_keys.log;
    let before = keys.verify(&world.hub.head().checkpoint).unwrap();
    world.advance(Duration::from_secs(61)).await;
    let after = keys.verify(&world.hub.head().checkpoint).unwrap();
    assert_eq!((after.size, after.root), (before.size, before.root));
    assert!(after.time_s >= before.time_s + 61);
}

#[tokio::test]
async fn the_export_is_verified_with_public_keys_and_one_flipped_byte_is_found() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    for _ in 0..3 {
        world.deposit(&ops, &ops.next(&world, &school, None)).await.unwrap();
    }
    let mut file = Vec::new();
    world.hub.export(&mut file).await.unwrap();
    let keys = &world.keys.region_keys.log;
    let (_, checked) = verify_export(file.as_slice(), Some(keys)).unwrap();
    assert_eq!(checked.size, world.hub.status().await.unwrap().log_size);
    // Also beside the running hub, from the folder.
    let mut beside = Vec::new();
    crate::log::export_folder(world.dir.path(), &world.keys.region_keys, &mut beside).await.unwrap();
    assert_eq!(beside, file);
    for at in (0..file.len()).step_by(97) {
        let mut bad = file.clone();
        bad[at] ^= 1;
        assert!(verify_export(bad.as_slice(), Some(keys)).is_err(), "byte {at}");
    }
}
