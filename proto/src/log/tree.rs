//! Computes hashes, roots and proof paths of the RFC 6962 Merkle tree.
//!
//! A *complete* node `(level, index)` covers the leaves `index << level .. (index + 1) << level`
//! and never changes once those leaves exist, so a store may keep complete nodes for ever.
//! The ragged right edge is never stored: it is folded from complete nodes when it is needed.

use ring::digest::{Context, SHA256};

use super::Digest;

mod frontier;
mod path;
mod small;

pub use frontier::{Frontier, FrontierBytes, Node};
pub use path::{
    Span, consistency_nodes, consistency_path, inclusion_nodes, inclusion_path, root_at, root_from, verify_consistency,
    verify_inclusion,
};
pub use small::{SmallTree, path_in, root_of};

/// Hash of a leaf's bytes: `SHA-256(0x00 ‖ bytes)` (RFC 6962, section 2.1).
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    sha256(&[&[0x00], bytes])
}

/// Hash of an inner node: `SHA-256(0x01 ‖ left ‖ right)` (RFC 6962, section 2.1).
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    sha256(&[&[0x01], left, right])
}

/// Root of the tree without leaves: `SHA-256("")` (RFC 6962, section 2.1).
#[must_use]
pub fn empty_root() -> Digest {
    sha256(&[])
}

fn sha256(parts: &[&[u8]]) -> Digest {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    out
}

/// Folds hashes of adjacent subtrees, given from left to right, into the hash of their union.
fn fold_right(nodes: &[Digest]) -> Option<Digest> {
    let mut from_right = nodes.iter().rev();
    let mut root = *from_right.next()?;
    for left in from_right {
        root = node_hash(left, &root);
    }
    Some(root)
}
