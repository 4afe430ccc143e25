//! Checks paths against an independent RFC 6962 implementation and against mutation.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use std::collections::BTreeMap;

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use proptest::prelude::*;
use sha2::Sha256;

use super::super::{Frontier, leaf_hash, path_in, root_of};
use super::*;

type Oracle = MemoryBackedTree<Sha256, Vec<u8>>;

struct Both {
    oracle: Oracle,
    roots: Vec<Digest>,
    leaves: Vec<Digest>,
    nodes: BTreeMap<(u8, u64), Digest>,
}

fn both(size: u64) -> Both {
    let mut frontier = Frontier::new();
    let mut it =
        Both { oracle: Oracle::new(), roots: vec![frontier.root()], leaves: Vec::new(), nodes: BTreeMap::new() };
    for i in 0..size {
        let bytes = i.to_be_bytes().to_vec();
        it.leaves.push(leaf_hash(&bytes));
        for (level, index, hash) in frontier.push(leaf_hash(&bytes)) {
            it.nodes.insert((level, index), hash);
        }
        it.roots.push(frontier.root());
        it.oracle.push(bytes);
    }
    it
}

impl Both {
    fn get(&self) -> impl FnMut(u8, u64) -> Option<Digest> + '_ {
        |level, index| self.nodes.get(&(level, index)).copied()
    }

    fn root(&self, size: u64) -> Digest {
        self.roots[usize::try_from(size).unwrap()]
    }
}

#[test]
fn roots_and_paths_equal_the_oracle() {
    for size in 1..40_u64 {
        let it = both(size);
        let root = it.root(size);
        assert_eq!(root.as_slice(), it.oracle.root().as_bytes().as_slice());
        for index in 0..size {
            let path = inclusion_path(index, size, it.get()).unwrap();
            let at = usize::try_from(index).unwrap();
            assert_eq!(path.concat(), it.oracle.prove_inclusion(at).as_bytes());
            assert_eq!(path, path_in(&it.leaves, at).unwrap());
            assert!(verify_inclusion(&it.leaves[at], index, size, &path, &root));
        }
        for old in 1..size {
            let path = consistency_path(old, size, it.get()).unwrap();
            let added = usize::try_from(size - old).unwrap();
            assert_eq!(path.concat(), it.oracle.prove_consistency(added).as_bytes());
            assert!(verify_consistency(old, &it.root(old), size, &root, &path));
        }
    }
}

#[test]
fn the_last_leaf_is_proved_by_the_frontier() {
    let mut frontier = Frontier::new();
    for i in 0..200_u64 {
        let leaf = leaf_hash(&i.to_be_bytes());
        let path = frontier.next_path();
        frontier.push(leaf);
        assert!(verify_inclusion(&leaf, i, i + 1, &path, &frontier.root()));
    }
}

#[test]
fn an_older_root_comes_back_from_complete_nodes() {
    let it = both(100);
    for size in 0..=100 {
        assert_eq!(root_at(size, it.get()), Some(it.root(size)));
    }
    assert_eq!(root_at(101, it.get()), None);
}

#[test]
fn every_flipped_bit_of_an_inclusion_is_refused() {
    let it = both(11);
    let root = it.root(11);
    for index in 0..11_u64 {
        let path = inclusion_path(index, 11, it.get()).unwrap();
        let leaf = it.leaves[usize::try_from(index).unwrap()];
        for bit in 0..path.len() * 256 {
            let mut bad = path.clone();
            bad[bit / 256][bit % 256 / 8] ^= 1 << (bit % 8);
            assert!(!verify_inclusion(&leaf, index, 11, &bad, &root));
        }
        let longer: Vec<_> = path.iter().copied().chain([leaf]).collect();
        assert!(!verify_inclusion(&leaf, index, 11, &longer, &root));
        assert!(!verify_inclusion(&leaf, index, 11, &path[1..], &root));
        for other in (0..11).filter(|other| *other != index) {
            assert!(!verify_inclusion(&leaf, other, 11, &path, &root));
        }
    }
    assert!(!verify_inclusion(&root, 0, 0, &[], &root));
    assert!(!verify_inclusion(&root, 1, 1, &[], &root));
}

#[test]
fn every_flipped_bit_of_a_consistency_is_refused() {
    let it = both(13);
    let new_root = it.root(13);
    for old in 1..13 {
        let old_root = it.root(old);
        let path = consistency_path(old, 13, it.get()).unwrap();
        for bit in 0..path.len() * 256 {
            let mut bad = path.clone();
            bad[bit / 256][bit % 256 / 8] ^= 1 << (bit % 8);
            assert!(!verify_consistency(old, &old_root, 13, &new_root, &bad));
        }
        let longer: Vec<_> = path.iter().copied().chain([old_root]).collect();
        assert!(!verify_consistency(old, &old_root, 13, &new_root, &longer));
        assert!(!verify_consistency(old, &old_root, 13, &new_root, &path[1..]));
        assert!(!verify_consistency(old, &new_root, 13, &new_root, &path));
        assert!(!verify_consistency(old, &old_root, 13, &old_root, &path));
    }
    assert!(verify_consistency(0, &it.root(0), 13, &new_root, &[]));
    assert!(!verify_consistency(0, &new_root, 13, &new_root, &[]));
    assert!(verify_consistency(13, &new_root, 13, &new_root, &[]));
    assert!(!verify_consistency(13, &new_root, 12, &it.root(12), &[]));
}

proptest! {
    #[test]
    fn our_proofs_convince_the_oracle(size in 1_u64..500, a in 0_u64..500, b in 1_u64..500) {
        let it = both(size);
        let (index, old) = (a % size, 1 + b % size);
        let path = inclusion_path(index, size, it.get()).unwrap();
        let root = RootHash::<Sha256>::new(it.root(size).into(), size);
        let proof = InclusionProof::<Sha256>::try_from_bytes(path.concat()).unwrap();
        prop_assert!(root.verify_inclusion(&index.to_be_bytes().to_vec(), index, &proof).is_ok());
        if old < size {
            let path = consistency_path(old, size, it.get()).unwrap();
            let proof = ConsistencyProof::<Sha256>::try_from_bytes(path.concat()).unwrap();
            let before = RootHash::<Sha256>::new(it.root(old).into(), old);
            prop_assert!(root.verify_consistency(&before, &proof).is_ok());
        }
    }

    #[test]
    fn no_arbitrary_input_panics(index: u64, size: u64, path in prop::collection::vec(any::<[u8; 32]>(), 0..70), root: [u8; 32]) {
        prop_assert!(!verify_inclusion(&root, index, size, &path, &[9; 32]));
        let _ = verify_consistency(index, &root, size, &[9; 32], &path);
        let _ = root_of(&path);
        prop_assert!(inclusion_path(index, size, |_, _| None).is_none() || size == 1);
    }
}
