//! Pads the consent entries of a batch so that the log does not count consents.

use super::Leaf;
use crate::limits::CONSENT_PADDING;

/// The control entries of a batch in the order in which they are appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Padded {
    /// Edges, then withdrawals, both with padding, then everything else in the given order.
    pub leaves: Vec<Leaf>,
    /// `positions[i]` is where the i-th given entry stands in `leaves`.
    pub positions: Vec<usize>,
}

/// Groups the control entries of a batch and pads edges and withdrawals, each with random ones
/// to a multiple of [`CONSENT_PADDING`]; a batch without edges gets none, likewise withdrawals.
///
/// `fill` writes random bytes. A random entry cannot be told from a real one, because both
/// carry two SHA-256 values of secrets. Entries are grouped so that their order does not tell
/// either. A mail entry is not a control entry and must not be given.
pub fn pad(entries: Vec<Leaf>, mut fill: impl FnMut(&mut [u8])) -> Padded {
    let mut groups: [Vec<(Option<usize>, Leaf)>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    let [edges, withdrawals, others] = &mut groups;
    for (given, leaf) in entries.into_iter().enumerate() {
        let group = match &leaf {
            Leaf::Edge { .. } => &mut *edges,
            Leaf::Withdrawal { .. } => &mut *withdrawals,
            Leaf::Directory { .. } | Leaf::Membership { .. } | Leaf::Mail { .. } | Leaf::Origin { .. } => &mut *others,
        };
        group.push((Some(given), leaf));
    }
    let mut random = || {
        let mut bytes = [0; 32];
        fill(&mut bytes);
        bytes
    };
    while !edges.len().is_multiple_of(CONSENT_PADDING) {
        edges.push((None, Leaf::Edge { handle_hash: random(), grant_hash: random() }));
    }
    while !withdrawals.len().is_multiple_of(CONSENT_PADDING) {
        withdrawals.push((None, Leaf::Withdrawal { handle_hash: random(), object_hash: random() }));
    }
    let (mut leaves, mut placed) = (Vec::new(), Vec::new());
    for (at, (given, leaf)) in groups.into_iter().flatten().enumerate() {
        placed.extend(given.map(|given| (given, at)));
        leaves.push(leaf);
    }
    placed.sort_unstable();
    Padded { leaves, positions: placed.into_iter().map(|(_, at)| at).collect() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::*;

    fn count(leaves: &[Leaf], kind: u8) -> usize {
        leaves.iter().filter(|leaf| leaf.encode().first() == Some(&kind)).count()
    }

    #[test]
    fn both_consent_kinds_are_padded_and_every_entry_is_found_again() {
        for (edges, withdrawals) in [(0, 0), (1, 0), (0, 3), (8, 9), (17, 8)] {
            let mut given = vec![Leaf::Directory { entry_hash: [1; 32] }];
            given.extend((0..withdrawals).map(|i| Leaf::Withdrawal { handle_hash: [i; 32], object_hash: [9; 32] }));
            given.extend((0..edges).map(|i| Leaf::Edge { handle_hash: [i; 32], grant_hash: [8; 32] }));
            let mut next = 100_u8;
            let padded = pad(given.clone(), |bytes| {
                next = next.wrapping_add(1);
                bytes.fill(next);
            });
            let up = |n: u8| usize::from(n).next_multiple_of(CONSENT_PADDING);
            assert_eq!(count(&padded.leaves, b'E'), up(edges));
            assert_eq!(count(&padded.leaves, b'W'), up(withdrawals));
            assert_eq!(padded.leaves.len(), up(edges) + up(withdrawals) + 1);
            assert_eq!(padded.positions.len(), given.len());
            for (leaf, at) in given.iter().zip(&padded.positions) {
                assert_eq!(&padded.leaves[*at], leaf);
            }
        }
    }
}
