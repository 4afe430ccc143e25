//! Permission to read content, as a value: somebody signed in, unlocked, entitled, with keys.

use std::ops::Deref;
use std::sync::Arc;

use super::{AccountId, WorkerKeys};
use crate::people::Worker;

/// Somebody who may read content now. Only [`Session::reader`](crate::session::Session::reader) makes one; what it
/// opens is what was wrapped to that account.
#[derive(Clone)]
pub struct Reader {
    worker: Worker,
    account: AccountId,
    keys: Arc<WorkerKeys>,
}

impl Reader {
    pub(crate) const fn new(worker: Worker, account: AccountId, keys: Arc<WorkerKeys>) -> Self {
        Self { worker, account, keys }
    }

    /// The worker that casework knows.
    #[must_use]
    pub const fn worker(&self) -> &Worker {
        &self.worker
    }

    /// Whose session it is.
    #[must_use]
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// Whether these are the very keys of this permission.
    pub(crate) fn holds(&self, keys: &Arc<WorkerKeys>) -> bool {
        Arc::ptr_eq(&self.keys, keys)
    }

    /// The worker's keys.
    #[must_use]
    pub fn keys(&self) -> &WorkerKeys {
        &self.keys
    }
}

impl Deref for Reader {
    type Target = Worker;

    fn deref(&self) -> &Worker {
        &self.worker
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader({})", self.account)
    }
}
