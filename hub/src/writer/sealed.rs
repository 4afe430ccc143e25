//! Appends a batch to the log: control entries padded, then one mail leaf, one signature over all.

use wiez_proto::limits;
use wiez_proto::log::leaf::{Leaf, pad};
use wiez_proto::log::proof;

use super::batch::Batch;
use crate::mailbox::evidence::Proofs;
use crate::store::log::BatchRow;
use crate::store::{self, StoreError, int};

/// Where the log has everything of a batch. It becomes true with the commit.
pub(crate) struct Sealed {
    /// Index of the first leaf of the batch.
    first: u64,
    /// Place of each control entry after padding.
    positions: Vec<usize>,
    /// Size of the log after the batch.
    pub(super) size: u64,
    /// The newest checkpoint.
    pub(super) checkpoint: String,
    /// The mail leaf and its proofs, if the batch has mail.
    pub(super) mail: Option<(i64, Proofs)>,
}

impl Sealed {
    /// Index of the leaf of a control entry.
    pub(super) fn leaf(&self, entry: usize) -> Result<i64, StoreError> {
        let position = self.positions.get(entry).ok_or_else(|| StoreError::corrupt("padding"))?;
        Ok(int(self.first.saturating_add(*position as u64)))
    }
}

impl Batch<'_> {
    /// Appends everything and signs the head, if there is anything new or the time is due.
    pub(super) async fn seal(&mut self) -> Result<Sealed, StoreError> {
        let first = self.frontier.size();
        let env = &self.shared.env;
        let padded = pad(std::mem::take(&mut self.entries), |bytes| env.fill(bytes));
        let mut leaves: Vec<Vec<u8>> = padded.leaves.iter().map(Leaf::encode).collect();
        let mut nodes = Vec::new();
        padded.leaves.iter().for_each(|leaf| nodes.extend(self.frontier.push(leaf.hash())));
        let before = self.frontier.clone();
        let tree = proof::Batch::new(&self.items);
        if let Some(tree) = &tree {
            leaves.push(tree.leaf().encode());
            nodes.extend(self.frontier.push(tree.leaf().hash()));
        }
        let size = self.frontier.size();
        let due = self.now_ms.saturating_sub(self.head.signed_ms) >= int(limits::COSIGN_INTERVAL_MS);
        if size > first || due {
            self.head.checkpoint = self.shared.keys.log.sign(size, &self.frontier.root(), self.now_ms);
            self.head.signed_ms = self.now_ms;
        }
        store::log::append(&mut self.tx, first, &leaves).await?;
        store::log::put_nodes(&mut self.tx, &nodes).await?;
        let mail = match tree {
            None => None,
            Some(_) => {
                let row = BatchRow {
                    leaf_index: int(before.size()),
                    items: self.items.concat(),
                    leaf_path: before.next_path().concat(),
                    checkpoint: self.head.checkpoint.clone(),
                };
                store::log::put_batch(&mut self.tx, &row).await?;
                Some((row.leaf_index, Proofs::of(&row)?))
            }
        };
        Ok(Sealed { first, positions: padded.positions, size, checkpoint: self.head.checkpoint.clone(), mail })
    }
}
