//! Draws what happens next from a seed.

use wiez_proto::env::Env;

/// The dice of one run. Parties draw their own randomness elsewhere, so that a change of
/// theirs does not change the plan.
pub(crate) struct Chance(Env);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Env::stepped(0, seed))
    }

    /// A number from 0 to `limit - 1`.
    pub(crate) fn below(&self, limit: usize) -> usize {
        usize::try_from(self.0.below(limit as u64)).unwrap_or(0)
    }

    /// True in so many cases of a thousand.
    pub(crate) fn in_thousand(&self, share: usize) -> bool {
        self.below(1000) < share
    }

    /// One of several; none of none.
    pub(crate) fn pick<'a, T>(&self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}
