//! Grows a tree leaf by leaf while keeping only the roots of its complete subtrees.

use super::super::Digest;
use super::{empty_root, fold_right, node_hash};

/// A complete node that a store keeps: level (0 is the leaves), index within the level, hash.
pub type Node = (u8, u64, Digest);

/// The complete subtrees of a tree of `size` leaves, from the largest to the smallest.
///
/// There are as many as `size` has one-bits, at most 64. That is enough to append and to
/// compute the root, and it is the inclusion proof of the next leaf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    nodes: Vec<Digest>,
}

/// The bytes are not a frontier: wrong length for the size they state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the bytes of a frontier")]
pub struct FrontierBytes;

impl Frontier {
    /// The frontier of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Hashes of the complete subtrees, largest (leftmost) first.
    #[must_use]
    pub fn nodes(&self) -> &[Digest] {
        &self.nodes
    }

    /// Root of the tree (RFC 6962, section 2.1).
    #[must_use]
    pub fn root(&self) -> Digest {
        fold_right(&self.nodes).unwrap_or_else(empty_root)
    }

    /// Inclusion path of the leaf that is pushed next, as seen from the tree it makes.
    #[must_use]
    pub fn next_path(&self) -> Vec<Digest> {
        self.nodes.iter().rev().copied().collect()
    }

    /// Appends a leaf hash and returns the nodes that became complete, leaf first.
    pub fn push(&mut self, leaf: Digest) -> Vec<Node> {
        let (mut level, mut index, mut hash) = (0_u8, self.size, leaf);
        let mut complete = vec![(level, index, hash)];
        while index % 2 == 1
            && let Some(left) = self.nodes.pop()
        {
            hash = node_hash(&left, &hash);
            level += 1;
            index /= 2;
            complete.push((level, index, hash));
        }
        self.nodes.push(hash);
        self.size += 1;
        complete
    }

    /// Size as eight bytes, big endian, then the node hashes, largest subtree first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.size.to_be_bytes().to_vec();
        for node in &self.nodes {
            out.extend_from_slice(node);
        }
        out
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FrontierBytes`] unless there are exactly as many hashes as the size demands.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FrontierBytes> {
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(FrontierBytes)?;
        let size = u64::from_be_bytes(*size);
        let (nodes, tail) = rest.as_chunks::<32>();
        if !tail.is_empty() || nodes.len() != usize::try_from(size.count_ones()).map_err(|_| FrontierBytes)? {
            return Err(FrontierBytes);
        }
        Ok(Self { size, nodes: nodes.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::super::{leaf_hash, root_of};
    use super::*;

    #[test]
    fn the_root_follows_every_push() {
        let mut frontier = Frontier::new();
        let mut leaves = Vec::new();
        assert_eq!(frontier.root(), root_of(&leaves));
        for i in 0_u32..130 {
            let leaf = leaf_hash(&i.to_be_bytes());
            leaves.push(leaf);
            frontier.push(leaf);
            assert_eq!(frontier.root(), root_of(&leaves));
            assert_eq!(frontier.size(), u64::from(i) + 1);
        }
    }

    #[test]
    fn each_complete_node_is_returned_once() {
        let mut frontier = Frontier::new();
        let mut seen = std::collections::BTreeSet::new();
        for i in 0_u32..64 {
            for (level, index, _) in frontier.push(leaf_hash(&i.to_be_bytes())) {
                assert!(seen.insert((level, index)));
            }
        }
        assert_eq!(seen.len(), 127);
    }

    #[test]
    fn bytes_are_strict() {
        let mut frontier = Frontier::new();
        for i in 0_u32..13 {
            frontier.push(leaf_hash(&i.to_be_bytes()));
            let bytes = frontier.to_bytes();
            assert_eq!(Frontier::from_bytes(&bytes).unwrap(), frontier);
            let mut longer = bytes.clone();
            longer.push(0);
            assert_eq!(Frontier::from_bytes(&longer), Err(FrontierBytes));
            longer.extend_from_slice(&[0; 31]);
            assert_eq!(Frontier::from_bytes(&longer), Err(FrontierBytes));
            let (_, shorter) = bytes.split_last().unwrap();
            assert_eq!(Frontier::from_bytes(shorter), Err(FrontierBytes));
        }
        assert_eq!(Frontier::from_bytes(&[]), Err(FrontierBytes));
    }
}
