//! Rebuilds a hub receipt from what the log keeps: the same bytes each time it is asked for.

use prost::bytes::Bytes;
use wiez_proto::log::Digest;
use wiez_proto::log::tree::{SmallTree, leaf_hash};
use wiez_proto::wire::v1;

use crate::store::log::BatchRow;
use crate::store::{StoreError, uint};

/// The proofs of one batch: every receipt of it differs only in the path inside the batch.
pub(crate) struct Proofs {
    leaf_index: u64,
    tree: SmallTree,
    leaf_path: Vec<Bytes>,
    checkpoint: String,
}

impl Proofs {
    /// Reads a stored batch.
    pub(crate) fn of(row: &BatchRow) -> Result<Self, StoreError> {
        let ((items, rest), (path, tail)) = (row.items.as_chunks::<32>(), row.leaf_path.as_chunks::<32>());
        if items.is_empty() || !rest.is_empty() || !tail.is_empty() {
            return Err(StoreError::corrupt("batch"));
        }
        let leaf_path: Vec<Digest> = path.to_vec();
        Ok(Self {
            leaf_index: uint(row.leaf_index),
            tree: SmallTree::new(items.iter().map(|item| leaf_hash(item)).collect()),
            leaf_path: leaf_path.iter().map(|hash| Bytes::copy_from_slice(hash)).collect(),
            checkpoint: row.checkpoint.clone(),
        })
    }

    /// The receipt of the item at a place of the batch.
    pub(crate) fn receipt(&self, hash: &[u8], accepted_ms: i64, place: i64) -> Result<v1::HubReceipt, StoreError> {
        let missing = || StoreError::corrupt("batch item");
        let path = self.tree.path(usize::try_from(place).map_err(|_| missing())?).ok_or_else(missing)?;
        Ok(v1::HubReceipt {
            envelope_hash: Bytes::copy_from_slice(hash),
            accepted_ms,
            proof: Some(v1::LogProof {
                batch_index: uint(place),
                batch_size: self.tree.size() as u64,
                batch_path: path.iter().map(|hash| Bytes::copy_from_slice(hash)).collect(),
                leaf_index: self.leaf_index,
                leaf_path: self.leaf_path.clone(),
                checkpoint: self.checkpoint.clone(),
            }),
        })
    }
}
