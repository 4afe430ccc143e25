//! Permission to read content, as a value: somebody signed in, unlocked, entitled, with keys.

use std::ops::Deref;
use std::sync::Arc;

use wiez_proto::refusal::Refusal;

use super::{AccessRole, AccountId, Act, WorkerKeys};
use crate::people::Worker;
use crate::session::Session;

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

/// Somebody who may know of cases without opening them: whoever reads, of the cases on their own list, or the
/// data-protection officer, of all of them. Nobody else looks with no reader's eyes.
#[derive(Debug, Clone)]
pub enum Watcher {
    /// Somebody with keys.
    Keys(Reader),
    /// The data-protection officer, who reads no content.
    Iod(Worker),
}

impl Watcher {
    /// The watcher of a session.
    ///
    /// # Errors
    /// `WORKER_ROLE`, `ACCOUNT_KEYLESS`, `SESSION_LOCKED`.
    pub fn of(session: &Session) -> Result<Self, Refusal> {
        if session.account.role == AccessRole::Iod {
            session.may(Act::Review)?;
            return Ok(Self::Iod(session.worker()));
        }
        session.reader().map(Self::Keys)
    }

    /// Who it is.
    #[must_use]
    pub const fn worker(&self) -> &Worker {
        match self {
            Self::Keys(reader) => reader.worker(),
            Self::Iod(worker) => worker,
        }
    }

    /// Whose list bounds what is there; nobody's for the data-protection officer.
    #[must_use]
    pub const fn reader(&self) -> Option<&Reader> {
        match self {
            Self::Keys(reader) => Some(reader),
            Self::Iod(_) => None,
        }
    }
}
