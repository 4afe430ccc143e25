//! Signing in: password, second factor, unlocking, and a new password of one's own.
//!
//! Every try is counted before anything is looked at. A login that does not exist costs the same derivation as one that
//! does, and the same refusal.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;
use wiez_proto::envelope::sha256;
use wiez_proto::id::hex;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::Zeroizing;

use super::secret::{Kek, Secret};
use super::throttle::{Source, Throttle};
use super::{Account, AccountId, Factor, KeyState, Password, State, WorkerKeys, login_of};
use crate::Node;
use crate::names;
use crate::session::{Session, SessionToken, Sessions};
use crate::store::account::AccountRow;
use crate::store::{self, Tx};
use crate::tasks::blocking;
use crate::trail::{self, Act as Did};

/// What a node keeps in memory about who signs in.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) sessions: Sessions,
    pub(crate) throttle: Throttle,
    tickets: Tickets,
    derivations: Semaphore,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            sessions: Sessions::default(),
            throttle: Throttle::default(),
            tickets: Tickets::default(),
            derivations: Semaphore::new(limits::PASSWORD_PARALLEL),
        }
    }
}

impl Access {
    /// Lets keys leave memory whose session locked or ended, or whose second factor never came.
    pub(crate) fn sweep(&self, now_ms: i64) {
        self.sessions.sweep(now_ms);
        drop(self.tickets.at(now_ms));
    }

    /// How many logins wait for their second factor in memory.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.tickets.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// What a right password leads to.
#[derive(Debug)]
pub enum Opened {
    /// The account has no second factor.
    Session(SessionToken),
    /// The second factor is asked for; the ticket goes with its form.
    Factor(FactorTicket),
}

/// Proves a right password for five minutes and five second factors: 64 hexadecimal characters.
pub struct FactorTicket(Zeroizing<String>);

impl FactorTicket {
    /// The text for the form.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for FactorTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactorTicket")
    }
}

/// A login that waits for its second factor.
struct Waiting {
    account: AccountId,
    login: String,
    opened_ms: i64,
    tries: u32,
    /// What was proved; a password that was set meanwhile was not.
    proved: AccountRow,
    keys: Option<WorkerKeys>,
}

#[derive(Default)]
struct Tickets(Mutex<BTreeMap<[u8; 32], Waiting>>);

impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tickets")
    }
}

impl Tickets {
    fn put(&self, key: [u8; 32], waiting: Waiting) {
        let mut all = self.at(waiting.opened_ms);
        if all.len() >= limits::FACTOR_TICKETS
            && let Some(oldest) = all.iter().min_by_key(|(_, one)| one.opened_ms).map(|(key, _)| *key)
        {
            all.remove(&oldest);
        }
        all.insert(key, waiting);
    }

    fn at(&self, now_ms: i64) -> MutexGuard<'_, BTreeMap<[u8; 32], Waiting>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, one| now_ms < one.opened_ms.saturating_add(limits::FACTOR_TICKET_MS));
        all
    }

    /// Whose ticket it is; it counts as one try.
    fn try_one(&self, now_ms: i64, key: &[u8; 32]) -> Option<(AccountId, String)> {
        let mut all = self.at(now_ms);
        let one = all.get_mut(key)?;
        one.tries += 1;
        let whose = (one.account, one.login.clone());
        if one.tries > limits::FACTOR_TICKET_TRIES {
            all.remove(key);
            return None;
        }
        Some(whose)
    }
}

fn ticket_key(text: &str) -> [u8; 32] {
    sha256(&[b"wiez/factor/v1\0", text.as_bytes()])
}

fn failed() -> Refusal {
    Refusal::new(Reason::LoginFailed)
}

/// Signs in with login and password.
///
/// # Errors
/// `LOGIN_FAILED` whatever was wrong, `LOGIN_THROTTLED`, `ACCOUNT_CLOSED` after the right password only.
pub async fn login(node: &Node, typed: &str, password: &Password, from: Source) -> Result<Opened, Refusal> {
    let now_ms = node.env().now_ms();
    // What is no login at all is counted together, as an account of nobody.
    let login = login_of(typed).unwrap_or_default();
    node.access().throttle.admit(now_ms, &login, from)?;
    let row = store::account::by_login(&mut *node.store().view("account.login").await?, &login).await?;
    let secret = row.as_ref().map_or_else(Secret::of_nobody, |row| row.secret.clone());
    let kek = derive(node, secret, password).await?;
    let (Some(row), Some(kek)) = (row, kek) else { return Err(failed()) };
    if row.account.state != State::Active {
        return Err(Refusal::new(Reason::AccountClosed));
    }
    let keys = row.keys.as_ref().map(|keys| keys.open(&kek, &row.account.id)).transpose()?;
    if row.factor.is_none() {
        node.access().throttle.forgive(&login, from);
        return begin(node, &row, keys).await.map(Opened::Session);
    }
    let secret: Zeroizing<[u8; 32]> = Zeroizing::new(node.env().random());
    let ticket = FactorTicket(Zeroizing::new(hex(&*secret)));
    let waiting = Waiting { account: row.account.id, login, opened_ms: now_ms, tries: 0, proved: row, keys };
    node.access().tickets.put(ticket_key(ticket.text()), waiting);
    Ok(Opened::Factor(ticket))
}

/// Ends signing in with a code of the sheet or of the authenticator program. The code is used up before anybody is in.
///
/// # Errors
/// `LOGIN_FAILED` for a wrong or used code and for a ticket that is over, `LOGIN_THROTTLED`, `ACCOUNT_CLOSED`.
pub async fn second(node: &Node, ticket: &str, code: &str, from: Source) -> Result<SessionToken, Refusal> {
    let now_ms = node.env().now_ms();
    let access = node.access();
    let key = ticket_key(ticket);
    let (id, login) = access.tickets.try_one(now_ms, &key).ok_or_else(failed)?;
    access.throttle.admit(now_ms, &login, from)?;
    let mut tx = node.store().begin("account.second").await?;
    let mut row = store::account::get(&mut tx, &id).await?;
    let used = row.factor.as_ref().and_then(|factor| factor.accept(code, now_ms)).ok_or_else(failed)?;
    if row.account.state != State::Active {
        return Err(Refusal::new(Reason::AccountClosed));
    }
    row.factor = Some(used);
    store::account::put(&mut tx, &row).await?;
    tx.commit().await?;
    let waiting = access.tickets.at(now_ms).remove(&key).ok_or_else(failed)?;
    access.throttle.forgive(&login, from);
    begin(node, &waiting.proved, waiting.keys).await
}

/// Opens the session of who proved a password. Whoever locks or resets the account writes before this transaction, and
/// is seen in it, or after it, and ends the session that it opened.
pub(super) async fn begin(node: &Node, proved: &AccountRow, keys: Option<WorkerKeys>) -> Result<SessionToken, Refusal> {
    let mut tx = node.store().begin("account.begin").await?;
    let account = still(&mut tx, proved).await?;
    record(node, &mut tx, &account, Did::SignedIn).await?;
    let token = node.sessions().open(node.env(), account, keys);
    if let Err(refusal) = tx.commit().await {
        node.sessions().end(token.text());
        return Err(refusal);
    }
    names::prepare(node, token.text()).await;
    Ok(token)
}

/// The account as it is now, when it may still sign in with the password that was proved.
async fn still(tx: &mut Tx, proved: &AccountRow) -> Result<Account, Refusal> {
    let now = store::account::get(tx, &proved.account.id).await?;
    if now.account.state != State::Active {
        return Err(Refusal::new(Reason::AccountClosed));
    }
    if now.secret == proved.secret { Ok(now.account) } else { Err(failed()) }
}

async fn note(node: &Node, account: &Account, did: Did) -> Result<(), Refusal> {
    let mut tx = node.store().begin("account.note").await?;
    trail::record(&mut tx, node.env().now_ms(), &account.worker(), did, "", &account.login).await?;
    tx.commit().await
}

/// Signs out.
///
/// # Errors
/// `SESSION_ENDED`, `DISK_FULL`, `INTERNAL`; the session is over in any case.
pub async fn logout(node: &Node, token: &str) -> Result<(), Refusal> {
    let session = node.sessions().peek(node.env().now_ms(), token)?;
    node.sessions().end(token);
    note(node, &session.account, Did::SignedOut).await
}

/// Unlocks a session with the password alone; token and forms stay as they were.
///
/// # Errors
/// `SESSION_ENDED`, `LOGIN_FAILED`, `LOGIN_THROTTLED`, `ACCOUNT_CLOSED`.
pub async fn unlock(node: &Node, token: &str, password: &Password, from: Source) -> Result<(), Refusal> {
    let (row, kek) = prove(node, token, password, from).await?;
    let keys = row.keys.as_ref().map(|keys| keys.open(&kek, &row.account.id)).transpose()?;
    // While this transaction is open nobody locks or changes the account.
    let mut tx = node.store().begin("account.unlock").await?;
    let account = still(&mut tx, &row).await?;
    node.sessions().unlock(node.env().now_ms(), token, account, keys)?;
    drop(tx);
    names::prepare(node, token).await;
    Ok(())
}

/// Checks the password of whoever a session belongs to.
async fn prove(node: &Node, token: &str, password: &Password, from: Source) -> Result<(AccountRow, Kek), Refusal> {
    let now_ms = node.env().now_ms();
    let session = node.sessions().peek(now_ms, token)?;
    node.access().throttle.admit_session(now_ms, token, from)?;
    let row = store::account::get(&mut *node.store().view("account.prove").await?, &session.account.id).await?;
    let kek = derive(node, row.secret.clone(), password).await?.ok_or_else(failed)?;
    if row.account.state != State::Active {
        return Err(Refusal::new(Reason::AccountClosed));
    }
    node.access().throttle.forgive_session(token, from);
    Ok((row, kek))
}

/// Sets a password of one's own. Keys stay the same under it; an account without any gets its pair now, which a
/// kierownik then confirms. Other sessions of the account end.
///
/// # Errors
/// `SESSION_ENDED`, `SESSION_LOCKED`, `LOGIN_FAILED` for a wrong old password, `LOGIN_THROTTLED`, `PASSWORD_WEAK`.
pub async fn change_password(
    node: &Node,
    token: &str,
    old: &Password,
    new: &Password,
    from: Source,
) -> Result<(), Refusal> {
    let session = awake(node, token)?;
    new.vet(&session.account.login, Some(old))?;
    let (before, kek) = prove(node, token, old, from).await?;
    let id = before.account.id;
    let keys = match &before.keys {
        Some(keys) => keys.open(&kek, &id)?,
        None => WorkerKeys::generate(node.env())?,
    };
    let (secret, kek) = create(node, new).await?;
    let mut tx = node.store().begin("account.change_password").await?;
    let mut row = store::account::get(&mut tx, &id).await?;
    if row.secret != before.secret {
        // Somebody reset it meanwhile; then the old password counts no more.
        return Err(failed());
    }
    row.keys = Some(keys.wrap(node.env(), &kek, &id)?);
    row.secret = secret;
    row.account.must_change = false;
    if row.account.keys == KeyState::None {
        row.account.keys = KeyState::Waiting;
    }
    store::account::put(&mut tx, &row).await?;
    record(node, &mut tx, &row.account, Did::PasswordChanged).await?;
    tx.commit().await?;
    node.sessions().end_of(&id, Some(token));
    node.sessions().unlock(node.env().now_ms(), token, row.account, Some(keys))
}

/// Makes a new printed sheet the second factor; the one before does not count any more. Shown once.
///
/// # Errors
/// `SESSION_ENDED`, `SESSION_LOCKED`, `LOGIN_FAILED` for a wrong password, `LOGIN_THROTTLED`.
pub async fn factor_sheet(
    node: &Node,
    token: &str,
    password: &Password,
    from: Source,
) -> Result<Zeroizing<Vec<String>>, Refusal> {
    let (factor, codes) = Factor::sheet(node.env());
    set_factor(node, token, password, factor, from).await?;
    Ok(codes)
}

/// Makes an authenticator program the second factor; `code` is what it shows for the secret offered before.
///
/// # Errors
/// As [`factor_sheet`]; `LOGIN_FAILED` also when the code does not belong to the secret.
pub async fn factor_totp(
    node: &Node,
    token: &str,
    password: &Password,
    offered: &Factor,
    code: &str,
    from: Source,
) -> Result<(), Refusal> {
    let used = offered.accept(code, node.env().now_ms()).ok_or_else(failed)?;
    set_factor(node, token, password, used, from).await
}

/// Goes without a second factor. A kierownik does not: with that account anybody gets everything.
///
/// # Errors
/// As [`factor_sheet`]; `WORKER_ROLE`.
pub async fn factor_off(node: &Node, token: &str, password: &Password, from: Source) -> Result<(), Refusal> {
    let account = node.sessions().enter(node.env().now_ms(), token)?.account;
    if account.role.gives_keys() {
        return Err(account.role.refuses());
    }
    put_factor(node, token, password, None, from).await
}

async fn set_factor(
    node: &Node,
    token: &str,
    password: &Password,
    factor: Factor,
    from: Source,
) -> Result<(), Refusal> {
    put_factor(node, token, password, Some(factor), from).await
}

async fn put_factor(
    node: &Node,
    token: &str,
    password: &Password,
    factor: Option<Factor>,
    from: Source,
) -> Result<(), Refusal> {
    node.sessions().enter(node.env().now_ms(), token)?;
    let (proved, _) = prove(node, token, password, from).await?;
    let mut tx = node.store().begin("account.factor").await?;
    let mut row = store::account::get(&mut tx, &proved.account.id).await?;
    row.account.factor = factor.as_ref().map(Factor::kind);
    row.factor = factor;
    store::account::put(&mut tx, &row).await?;
    record(node, &mut tx, &row.account, Did::FactorChanged).await?;
    tx.commit().await?;
    node.sessions().changed(&row.account);
    Ok(())
}

async fn record(node: &Node, tx: &mut Tx, account: &Account, did: Did) -> Result<(), Refusal> {
    trail::record(tx, node.env().now_ms(), &account.worker(), did, "", &account.login).await
}

fn awake(node: &Node, token: &str) -> Result<Session, Refusal> {
    let session = node.sessions().peek(node.env().now_ms(), token)?;
    if session.locked { Err(Refusal::new(Reason::SessionLocked)) } else { Ok(session) }
}

/// Derives on a thread of its own, two at one time: each takes 64 MiB.
async fn derive(node: &Node, secret: Secret, password: &Password) -> Result<Option<Kek>, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let _permit = node.access().derivations.acquire().await.map_err(|_| internal())?;
    let password = password.clone();
    blocking(move || secret.open(&password)).await.ok_or_else(internal)
}

/// Derives what is stored of a new password.
pub(super) async fn create(node: &Node, password: &Password) -> Result<(Secret, Kek), Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let _permit = node.access().derivations.acquire().await.map_err(|_| internal())?;
    let (env, password) = (node.env().clone(), password.clone());
    blocking(move || Secret::create(&env, &password)).await.ok_or_else(internal)?
}
