//! Who is signed in: sessions in memory only, locked after ten idle minutes and over after twelve hours.
//!
//! A token is 32 random bytes; the node keeps its SHA-256. Locking drops the worker's keys, which wipes them;
//! the password alone brings them back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wiez_proto::env::Env;
use wiez_proto::envelope::sha256;
use wiez_proto::id::hex;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::Zeroizing;

use crate::account::secret::same;
use crate::account::{Account, AccountId, Act, KeyState, Reader, WorkerKeys};
use crate::names::NameIndex;
use crate::people::Worker;

/// Name of the cookie; the prefix makes browsers demand `Secure`, `Path=/` and no `Domain` (RFC 6265bis, 4.1.3.2).
pub const COOKIE: &str = "__Host-wiez";

/// What a browser or a command holds: 64 hexadecimal characters. The node cannot show it again.
pub struct SessionToken(Zeroizing<String>);

impl SessionToken {
    /// The text for the cookie or the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken")
    }
}

/// One session as it is at this moment.
#[derive(Clone)]
pub struct Session {
    /// Who is signed in.
    pub account: Account,
    /// What every form carries.
    pub csrf: String,
    /// When it began, milliseconds since 1970.
    pub opened_ms: i64,
    /// The last request that counted.
    pub seen_ms: i64,
    /// Whether only the unlock page is shown.
    pub locked: bool,
    /// The worker's keys; absent while locked, and for an account that has none.
    pub keys: Option<Arc<WorkerKeys>>,
    /// Names of persons in the worker's own cases; they come and go with the keys.
    pub names: Option<Arc<NameIndex>>,
}

impl Session {
    /// When it locks unless something happens, milliseconds since 1970.
    #[must_use]
    pub const fn locks_at_ms(&self) -> i64 {
        self.seen_ms.saturating_add(limits::SESSION_IDLE_MS)
    }

    /// When it ends, milliseconds since 1970.
    #[must_use]
    pub const fn ends_at_ms(&self) -> i64 {
        self.opened_ms.saturating_add(limits::SESSION_LIFE_MS)
    }

    /// Whether a form belongs to this session.
    #[must_use]
    pub fn csrf_matches(&self, given: &str) -> bool {
        same(self.csrf.as_bytes(), given.as_bytes())
    }

    /// The worker that casework knows.
    #[must_use]
    pub fn worker(&self) -> Worker {
        self.account.worker()
    }

    /// Whether the account may do something now.
    ///
    /// # Errors
    /// As [`Account::may`]; `SESSION_LOCKED`.
    pub fn may(&self, act: Act) -> Result<(), Refusal> {
        if self.locked { Err(Refusal::new(Reason::SessionLocked)) } else { self.account.may(act) }
    }

    /// Whether the account may read content now, and its keys are here.
    ///
    /// # Errors
    /// As [`Account::reads`]; `SESSION_LOCKED`, `ACCOUNT_KEYLESS`.
    pub fn reads(&self) -> Result<(), Refusal> {
        if self.locked {
            return Err(Refusal::new(Reason::SessionLocked));
        }
        self.account.reads()?;
        if self.keys.is_some() { Ok(()) } else { Err(Refusal::new(Reason::AccountKeyless)) }
    }

    /// The worker with the right to read content now.
    ///
    /// # Errors
    /// As [`Session::reads`].
    pub fn reader(&self) -> Result<Reader, Refusal> {
        self.reads()?;
        let keys = self.keys.clone().ok_or_else(|| Refusal::new(Reason::AccountKeyless))?;
        Ok(Reader::new(self.worker(), self.account.id, keys))
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({}{})", self.account.id, if self.locked { ", locked" } else { "" })
    }
}

/// Every session of a node, by the hash of its token. A restart ends all of them.
#[derive(Default)]
pub struct Sessions(Mutex<BTreeMap<[u8; 32], Session>>);

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sessions({})", self.all().len())
    }
}

/// Under which a session is known; whatever else lies in memory for one lies under the same.
pub(crate) fn key(token: &str) -> [u8; 32] {
    sha256(&[b"wiez/session/v1\0", token.as_bytes()])
}

impl Sessions {
    /// Opens a session under a token that nobody knew before, so that no session can be foisted on anybody.
    pub fn open(&self, env: &Env, account: Account, keys: Option<WorkerKeys>) -> SessionToken {
        let now_ms = env.now_ms();
        let secret: Zeroizing<[u8; 32]> = Zeroizing::new(env.random());
        let token = SessionToken(Zeroizing::new(hex(&*secret)));
        let csrf = hex(&env.random::<32>());
        let mut all = self.at(now_ms);
        let own = all.iter().filter(|(_, session)| session.account.id == account.id).count();
        if own >= limits::SESSIONS_PER_ACCOUNT {
            forget(&mut all, |session| session.account.id == account.id);
        } else if all.len() >= limits::SESSIONS_MAX {
            forget(&mut all, |_| true);
        }
        let keys = keys.map(Arc::new);
        all.insert(
            key(token.text()),
            Session { account, csrf, opened_ms: now_ms, seen_ms: now_ms, locked: false, keys, names: None },
        );
        token
    }

    /// The session of a request; the request counts as activity.
    ///
    /// # Errors
    /// `SESSION_ENDED`, `SESSION_LOCKED`, `PASSWORD_CHANGE` while somebody else knows the password.
    pub fn enter(&self, now_ms: i64, token: &str) -> Result<Session, Refusal> {
        let mut all = self.at(now_ms);
        let session = all.get_mut(&key(token)).ok_or_else(|| Refusal::new(Reason::SessionEnded))?;
        if session.locked {
            return Err(Refusal::new(Reason::SessionLocked));
        }
        session.seen_ms = now_ms;
        if session.account.must_change {
            return Err(Refusal::new(Reason::PasswordChange));
        }
        Ok(session.clone())
    }

    /// The session behind a token, locked ones and those with a first password included; it does not count as activity.
    ///
    /// # Errors
    /// `SESSION_ENDED`.
    pub fn peek(&self, now_ms: i64, token: &str) -> Result<Session, Refusal> {
        self.at(now_ms).get(&key(token)).cloned().ok_or_else(|| Refusal::new(Reason::SessionEnded))
    }

    /// Locks a session; its keys leave memory.
    pub fn lock(&self, token: &str) {
        if let Some(session) = self.all().get_mut(&key(token)) {
            close(session);
        }
    }

    /// Opens a locked session again under the same token and CSRF token, so that a form filled in before still counts.
    ///
    /// # Errors
    /// `SESSION_ENDED`.
    pub(crate) fn unlock(
        &self,
        now_ms: i64,
        token: &str,
        account: Account,
        keys: Option<WorkerKeys>,
    ) -> Result<(), Refusal> {
        let mut all = self.at(now_ms);
        let session = all.get_mut(&key(token)).filter(|session| session.account.id == account.id);
        let session = session.ok_or_else(|| Refusal::new(Reason::SessionEnded))?;
        let (csrf, opened_ms) = (std::mem::take(&mut session.csrf), session.opened_ms);
        let keys = keys.map(Arc::new);
        *session = Session { account, csrf, opened_ms, seen_ms: now_ms, locked: false, keys, names: None };
        Ok(())
    }

    /// Puts the names beside the keys that opened them; a session that lost those meanwhile gets none.
    pub(crate) fn set_names(&self, token: &str, reader: &Reader, names: &Arc<NameIndex>) {
        if let Some(session) = self.all().get_mut(&key(token))
            && session.keys.as_ref().is_some_and(|keys| reader.holds(keys))
        {
            session.names = Some(Arc::clone(names));
        }
    }

    /// Ends a session.
    pub fn end(&self, token: &str) {
        self.all().remove(&key(token));
    }

    /// Ends every session of an account, but for one token.
    pub fn end_of(&self, id: &AccountId, but: Option<&str>) {
        let kept = but.map(key);
        self.all().retain(|key, session| session.account.id != *id || Some(*key) == kept);
    }

    /// Lets the sessions of an account know what became of it. Keys that were taken away leave memory.
    pub fn changed(&self, account: &Account) {
        for session in self.all().values_mut().filter(|session| session.account.id == account.id) {
            if session.account.keys == KeyState::Given && account.keys != KeyState::Given {
                session.keys = None;
                session.names = None;
            } else if account.keys == KeyState::Given && session.keys.is_none() {
                // Keys that were given while none were in memory come with the password.
                close(session);
            }
            session.account = account.clone();
        }
    }

    /// Locks what was idle for too long and drops what is over. Every other call does so first; a loop calls this, so
    /// that keys leave memory although nobody asks for anything.
    pub fn sweep(&self, now_ms: i64) {
        drop(self.at(now_ms));
    }

    /// The keys of all sessions that are not over.
    pub(crate) fn live(&self, now_ms: i64) -> BTreeSet<[u8; 32]> {
        self.at(now_ms).keys().copied().collect()
    }

    /// Who is signed in and not locked: how many.
    #[must_use]
    pub fn awake(&self, now_ms: i64) -> usize {
        self.at(now_ms).values().filter(|session| !session.locked).count()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All sessions as they are at a moment. A clock that went back ends them too: their age is unknown then.
    fn at(&self, now_ms: i64) -> MutexGuard<'_, BTreeMap<[u8; 32], Session>> {
        let mut all = self.all();
        all.retain(|_, session| (session.opened_ms..session.ends_at_ms()).contains(&now_ms));
        for session in all.values_mut().filter(|session| !session.locked && now_ms >= session.locks_at_ms()) {
            close(session);
        }
        all
    }
}

fn close(session: &mut Session) {
    session.locked = true;
    session.keys = None;
    session.names = None;
}

/// Ends the one among them that was unused for longest.
fn forget(all: &mut BTreeMap<[u8; 32], Session>, among: impl Fn(&Session) -> bool) {
    let oldest = all.iter().filter(|(_, session)| among(session)).min_by_key(|(_, session)| session.seen_ms);
    if let Some(key) = oldest.map(|(key, _)| *key) {
        all.remove(&key);
    }
}

#[cfg(test)]
mod tests;
