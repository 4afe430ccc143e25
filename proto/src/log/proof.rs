//! Proves that the hash of an envelope or a receipt is in the log, with one signature per batch.
//!
//! The items of a batch form a small tree whose root stands in the batch's mail entry, and that
//! entry is the last one of the tree that the batch's checkpoint signs. So the proof of an item
//! is its path in the batch, the path of the last leaf (which is the frontier before it) and
//! the checkpoint.

use super::Digest;
use super::checkpoint::{Checkpoint, CheckpointError, LogKeys};
use super::leaf::Leaf;
use super::tree::{Frontier, SmallTree, leaf_hash, verify_inclusion};

/// Proof that one 32-byte item is in a batch of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogProof {
    /// Place of the item in its batch, from 0.
    pub batch_index: u32,
    /// Number of items in the batch.
    pub batch_size: u32,
    /// Path of the item in the batch tree.
    pub batch_path: Vec<Digest>,
    /// Index of the mail entry in the log: the checkpoint's size less one.
    pub leaf_index: u64,
    /// Path of the mail entry in the log.
    pub leaf_path: Vec<Digest>,
    /// The checkpoint that was signed when the batch was committed.
    pub checkpoint: String,
}

/// Why a proof does not prove its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The checkpoint is not one of this log.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
    /// The mail entry is not the last leaf of the checkpoint's tree.
    #[error("the proof is not for the last entry of its checkpoint")]
    NotLast,
    /// The paths do not lead from the item to the checkpoint's root.
    #[error("the proof does not lead from the item to the checkpoint")]
    Path,
}

/// The items of one batch with their tree.
#[derive(Clone, Debug)]
pub struct Batch {
    tree: SmallTree,
    size: u32,
}

impl Batch {
    /// Takes the envelope and receipt hashes of a batch in their order; at least one, at most
    /// `u32::MAX`.
    #[must_use]
    pub fn new(items: &[Digest]) -> Option<Self> {
        let size = u32::try_from(items.len()).ok().filter(|size| *size > 0)?;
        Some(Self { tree: SmallTree::new(items.iter().map(|item| leaf_hash(item)).collect()), size })
    }

    /// The mail entry to be appended last.
    #[must_use]
    pub fn leaf(&self) -> Leaf {
        Leaf::Mail { count: self.size, root: self.tree.root() }
    }

    /// The proof of the item at `index`. `before` is the log's frontier just before the mail
    /// entry, `checkpoint` the one signed just after it. `None` when there is no such item.
    #[must_use]
    pub fn prove(&self, index: u32, before: &Frontier, checkpoint: &str) -> Option<LogProof> {
        Some(LogProof {
            batch_index: index,
            batch_size: self.size,
            batch_path: self.tree.path(usize::try_from(index).ok()?)?,
            leaf_index: before.size(),
            leaf_path: before.next_path(),
            checkpoint: checkpoint.to_owned(),
        })
    }
}

impl LogProof {
    /// Verifies that `item` is in the log and returns the head that covers it.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn verify(&self, item: &Digest, keys: &LogKeys) -> Result<Checkpoint, ProofError> {
        let head = keys.verify(&self.checkpoint)?;
        if self.leaf_index.checked_add(1) != Some(head.size) {
            return Err(ProofError::NotLast);
        }
        let root = self.batch_root(item).ok_or(ProofError::Path)?;
        let leaf = Leaf::Mail { count: self.batch_size, root }.hash();
        if verify_inclusion(&leaf, self.leaf_index, head.size, &self.leaf_path, &head.root) {
            Ok(head)
        } else {
            Err(ProofError::Path)
        }
    }

    /// The only root of a batch of this size that the path can lead to from the item.
    fn batch_root(&self, item: &Digest) -> Option<Digest> {
        super::tree::root_from(&leaf_hash(item), self.batch_index.into(), self.batch_size.into(), &self.batch_path)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::super::checkpoint::LogSigner;
    use super::*;

    fn signer() -> LogSigner {
        LogSigner::from_seeds("wiez/test/1", &[1; 32], &[2; 32]).unwrap()
    }

    fn proofs(before: u8, items: &[Digest]) -> Vec<LogProof> {
        let mut frontier = Frontier::new();
        for i in 0..before {
            frontier.push(Leaf::Directory { entry_hash: [i; 32] }.hash());
        }
        let batch = Batch::new(items).unwrap();
        let earlier = frontier.clone();
        frontier.push(batch.leaf().hash());
        let note = signer().sign(frontier.size(), &frontier.root(), 1_700_000_000_000);
        let count = u32::try_from(items.len()).unwrap();
        assert!(batch.prove(count, &earlier, &note).is_none());
        (0..count).map(|at| batch.prove(at, &earlier, &note).unwrap()).collect()
    }

    #[test]
    fn every_item_of_a_batch_is_proved_by_one_checkpoint() {
        for before in 0..10 {
            for count in 1..12_u8 {
                let items: Vec<Digest> = (0..count).map(|i| [i; 32]).collect();
                for (item, proof) in items.iter().zip(proofs(before, &items)) {
                    let head = proof.verify(item, signer().keys()).unwrap();
                    assert_eq!(head.size, u64::from(before) + 1);
                    assert_eq!(proof.verify(&[200; 32], signer().keys()), Err(ProofError::Path));
                }
            }
        }
    }

    #[test]
    fn every_changed_part_is_refused() {
        let items: Vec<Digest> = (0..7).map(|i| [i; 32]).collect();
        let good = proofs(5, &items).swap_remove(6);
        let keys = signer().keys().clone();
        let refused = |change: &dyn Fn(&mut LogProof)| {
            let mut bad = good.clone();
            change(&mut bad);
            assert!(bad.verify(&items[6], &keys).is_err(), "{bad:?}");
        };
        refused(&|p| p.batch_index = 5);
        refused(&|p| p.batch_index = 7);
        refused(&|p| p.batch_size = 8);
        refused(&|p| p.batch_size = 0);
        refused(&|p| p.leaf_index += 1);
        refused(&|p| p.leaf_index = u64::MAX);
        refused(&|p| p.leaf_path.push([0; 32]));
        refused(&|p| p.batch_path.push([0; 32]));
        for at in 0..good.batch_path.len() * 256 {
            refused(&|p| p.batch_path[at / 256][at % 256 / 8] ^= 1 << (at % 8));
        }
        for at in 0..good.leaf_path.len() * 256 {
            refused(&|p| p.leaf_path[at / 256][at % 256 / 8] ^= 1 << (at % 8));
        }
        assert!(good.verify(&items[6], &keys).is_ok());
    }

    #[test]
    fn a_mail_entry_that_is_not_the_last_proves_nothing() {
        let batch = Batch::new(&[[4; 32]]).unwrap();
        let hashes = [batch.leaf().hash(), Leaf::Directory { entry_hash: [5; 32] }.hash()];
        let note = signer().sign(2, &super::super::tree::root_of(&hashes), 1_700_000_000_000);
        let mut proof = batch.prove(0, &Frontier::new(), &note).unwrap();
        proof.leaf_path = super::super::tree::path_in(&hashes, 0).unwrap();
        assert_eq!(proof.verify(&[4; 32], signer().keys()), Err(ProofError::NotLast));
    }

    #[test]
    fn an_empty_batch_has_no_entry() {
        assert!(Batch::new(&[]).is_none());
    }
}
