//! Makes and checks inclusion and consistency paths over stored complete nodes.

use super::super::Digest;
use super::{empty_root, fold_right, node_hash};

/// The leaves `start..end` of one RFC 6962 subtree; its hash is one element of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First leaf.
    pub start: u64,
    /// One past the last leaf.
    pub end: u64,
}

impl Span {
    /// The complete nodes `(level, index)` that make up the span, from left to right.
    #[must_use]
    pub fn nodes(&self) -> Vec<(u8, u64)> {
        let mut nodes = Vec::new();
        let mut at = self.start;
        while at < self.end {
            let level = (self.end - at).ilog2();
            nodes.push((u8::try_from(level).unwrap_or(u8::MAX), at >> level));
            at += 1 << level;
        }
        nodes
    }

    /// Hash of the subtree, folded from the complete nodes that `get` knows.
    #[must_use]
    pub fn hash(&self, mut get: impl FnMut(u8, u64) -> Option<Digest>) -> Option<Digest> {
        let nodes: Option<Vec<_>> = self.nodes().into_iter().map(|(level, index)| get(level, index)).collect();
        fold_right(&nodes?)
    }
}

/// The largest power of two smaller than `n`, for `n > 1`: where RFC 6962 splits a tree.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// The spans whose hashes prove leaf `index` in a tree of `size` leaves (RFC 6962, 2.1.1).
///
/// Empty when there is no such leaf, and for the only leaf of a tree.
#[must_use]
pub fn inclusion_nodes(index: u64, size: u64) -> Vec<Span> {
    let (mut start, mut end, mut spans) = (0, size, Vec::new());
    while index < size && end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            spans.push(Span { start: middle, end });
            end = middle;
        } else {
            spans.push(Span { start, end: middle });
            start = middle;
        }
    }
    spans.reverse();
    spans
}

/// The spans whose hashes prove that a tree of `new` leaves extends that of its first `old`
/// leaves (RFC 6962, 2.1.2). Empty when `old` is 0 or not smaller than `new`.
#[must_use]
pub fn consistency_nodes(old: u64, new: u64) -> Vec<Span> {
    let mut spans = Vec::new();
    if old == 0 || old >= new {
        return spans;
    }
    let (mut start, mut end) = (0, new);
    while end != old {
        let middle = start + split(end - start);
        if old <= middle {
            spans.push(Span { start: middle, end });
            end = middle;
        } else {
            spans.push(Span { start, end: middle });
            start = middle;
        }
    }
    if start != 0 {
        spans.push(Span { start, end });
    }
    spans.reverse();
    spans
}

/// Inclusion path of leaf `index` in the tree of the first `size` leaves.
///
/// `None` when there is no such leaf or `get` lacks a node.
#[must_use]
pub fn inclusion_path(index: u64, size: u64, mut get: impl FnMut(u8, u64) -> Option<Digest>) -> Option<Vec<Digest>> {
    if index >= size {
        return None;
    }
    inclusion_nodes(index, size).iter().map(|span| span.hash(&mut get)).collect()
}

/// Consistency path from the first `old` to the first `new` leaves.
///
/// `None` when `old > new` or `get` lacks a node.
#[must_use]
pub fn consistency_path(old: u64, new: u64, mut get: impl FnMut(u8, u64) -> Option<Digest>) -> Option<Vec<Digest>> {
    if old > new {
        return None;
    }
    consistency_nodes(old, new).iter().map(|span| span.hash(&mut get)).collect()
}

/// Root of the tree of the first `size` leaves, folded from the complete nodes that `get` knows.
#[must_use]
pub fn root_at(size: u64, get: impl FnMut(u8, u64) -> Option<Digest>) -> Option<Digest> {
    if size == 0 { Some(empty_root()) } else { Span { start: 0, end: size }.hash(get) }
}

/// The root to which `path` leads from `leaf` as leaf `index` of a tree with `size` leaves
/// (RFC 9162, section 2.1.3.2); `None` when there is no such leaf or the path has another length.
#[must_use]
pub fn root_from(leaf: &Digest, index: u64, size: u64, path: &[Digest]) -> Option<Digest> {
    if index >= size {
        return None;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for step in path {
        if last == 0 {
            return None;
        }
        if node % 2 == 1 || node == last {
            hash = node_hash(step, &hash);
            while node % 2 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

/// Whether `path` proves that `leaf` is leaf `index` of the tree with `size` leaves and `root`.
#[must_use]
pub fn verify_inclusion(leaf: &Digest, index: u64, size: u64, path: &[Digest], root: &Digest) -> bool {
    root_from(leaf, index, size, path).as_ref() == Some(root)
}

/// Whether `path` proves that the tree `(new, new_root)` extends the tree `(old, old_root)`
/// (RFC 9162, section 2.1.4.2). Every tree extends the empty one and itself, with an empty path.
#[must_use]
pub fn verify_consistency(old: u64, old_root: &Digest, new: u64, new_root: &Digest, path: &[Digest]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return path.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return path.is_empty() && *old_root == empty_root();
    }
    // A complete old tree is a node of the new one, so the path does not repeat its root.
    let (first, steps) = if old.is_power_of_two() {
        (*old_root, path)
    } else {
        match path.split_first() {
            Some((first, steps)) => (*first, steps),
            None => return false,
        }
    };
    fold_both(old, new, first, steps).is_some_and(|(old_hash, new_hash)| old_hash == *old_root && new_hash == *new_root)
}

/// Recomputes the old and the new root from a consistency path; `None` when its length is wrong.
fn fold_both(old: u64, new: u64, first: Digest, steps: &[Digest]) -> Option<(Digest, Digest)> {
    let shift = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut old_hash, mut new_hash) = (first, first);
    for step in steps {
        if last == 0 {
            return None;
        }
        if node % 2 == 1 || node == last {
            old_hash = node_hash(step, &old_hash);
            new_hash = node_hash(step, &new_hash);
            while node % 2 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, step);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some((old_hash, new_hash))
}

#[cfg(test)]
mod tests;
