//! The hub's durable state: one SQL text, stamped once for each database that can hold it.
//!
//! A file under `store/` holds the statements of one noun and says `use super::Db`; the stamp
//! [`lite`] gives `Db` its meaning. Another database joins by a second stamp beside it, without
//! a changed statement. Every statement begins with its name in a comment.

mod lite;

pub(crate) use lite::{Conn, Store, Tx, consent, directory, enrolment, log, mailbox};

use wiez_proto::refusal::{Reason, Refusal};

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// No space: the transaction is rolled back, later tries can succeed.
    #[error("no space left for the database")]
    Full,
    /// Anything else: nothing may be acknowledged after it.
    #[error("{0}")]
    Failed(String),
}

impl StoreError {
    /// A row or a count is not what this program wrote.
    pub(crate) fn corrupt(what: &str) -> Self {
        Self::Failed(format!("the database contradicts itself: {what}"))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::new(Reason::DiskFull).retry_after(DISK_RETRY_MS),
            StoreError::Failed(why) => {
                tracing::error!(why, "reading the database failed");
                Self::new(Reason::Internal)
            }
        }
    }
}

/// When a refused write may be tried again: as long as an operator needs to notice.
pub(crate) const DISK_RETRY_MS: u64 = 60_000;

/// A database integer; values beyond its range are refused before they get here.
pub(crate) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A counter from the database; they are never negative.
pub(crate) fn uint(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Reads one number with a statement of a test.
#[cfg(test)]
pub(crate) use lite::test_count;

/// Runs a statement of a test on the writer's connection.
#[cfg(test)]
pub(crate) use lite::test_write;
