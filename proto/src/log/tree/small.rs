//! Holds a small tree wholly in memory, for the items of one batch.

use super::super::Digest;
use super::{empty_root, node_hash};

/// A tree of a few hundred leaf hashes with every level kept, so that each path is a look-up.
#[derive(Clone, Debug)]
pub struct SmallTree {
    /// `levels[0]` are the leaves; a last node without a sibling moves up unchanged.
    levels: Vec<Vec<Digest>>,
}

impl SmallTree {
    /// Builds the tree over `leaves`, which are leaf hashes already.
    #[must_use]
    pub fn new(leaves: Vec<Digest>) -> Self {
        let mut levels = Vec::new();
        let mut level = leaves;
        while level.len() > 1 {
            let above = level
                .chunks(2)
                .filter_map(|pair| match pair {
                    [left, right] => Some(node_hash(left, right)),
                    [alone] => Some(*alone),
                    _ => None,
                })
                .collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Self { levels }
    }

    /// Root of the tree.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.levels.last().and_then(|top| top.first()).copied().unwrap_or_else(empty_root)
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Inclusion path of leaf `index`; `None` when there is no such leaf.
    #[must_use]
    pub fn path(&self, index: usize) -> Option<Vec<Digest>> {
        if index >= self.size() {
            return None;
        }
        let siblings = self.levels.iter().enumerate().filter_map(|(height, level)| level.get((index >> height) ^ 1));
        Some(siblings.copied().collect())
    }
}

/// Root of the tree over these leaf hashes.
#[must_use]
pub fn root_of(leaves: &[Digest]) -> Digest {
    SmallTree::new(leaves.to_vec()).root()
}

/// Inclusion path of leaf `index` in the tree over these leaf hashes; `None` when it is absent.
///
/// Whoever needs many paths of one tree keeps a [`SmallTree`].
#[must_use]
pub fn path_in(leaves: &[Digest], index: usize) -> Option<Vec<Digest>> {
    SmallTree::new(leaves.to_vec()).path(index)
}
