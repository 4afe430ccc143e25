//! The core of the hub against a real database, with a clock that the test moves.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests may fail loudly and run the writer themselves"
)]

mod collecting;
mod consent;
mod deposits;
mod failing;
pub(crate) mod fixture;
mod joining;
mod logging;
