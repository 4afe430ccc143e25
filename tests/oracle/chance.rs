//! Draws cases from a seed.

use wiez_proto::env::Env;

/// The dice of one case.
pub(crate) struct Chance(Env);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Env::stepped(0, seed))
    }

    /// A number from 0 to `limit - 1`.
    pub(crate) fn below(&self, limit: usize) -> usize {
        usize::try_from(self.0.below(limit as u64)).unwrap()
    }

    /// True in so many cases of a hundred.
    pub(crate) fn percent(&self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of several; there must be one.
    pub(crate) fn of<T: Copy>(&self, from: impl IntoIterator<Item = T>) -> T {
        let all: Vec<T> = from.into_iter().collect();
        all[self.below(all.len())]
    }

    /// Some of several: none to `most`.
    pub(crate) fn some<T: Copy + Ord>(
        &self,
        from: impl IntoIterator<Item = T>,
        most: usize,
    ) -> std::collections::BTreeSet<T> {
        let all: Vec<T> = from.into_iter().collect();
        if all.is_empty() {
            return std::collections::BTreeSet::new();
        }
        (0..self.below(most + 1)).map(|_| all[self.below(all.len())]).collect()
    }
}
