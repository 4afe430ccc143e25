//! Making, changing and ending accounts: by whom, and that whoever runs the node never comes to content.

use serde::{Deserialize, Serialize};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::WorkerRole;
use wiez_proto::wire::invalid;
use zeroize::Zeroizing;

use super::{
    AccessRole, Account, AccountId, Act, KeyState, Password, Receives, State, login::create, login_of, name_of, paper,
};
use crate::Node;
use crate::people::Worker;
use crate::store::account::AccountRow;
use crate::store::{self, Conn, Tx};
use crate::trail::{self, Act as Did, Entry};
use crate::vault::hand;

/// Persons without a local user have numbers from here on; no operating system gives such a user id to anybody.
pub const FIRST_PERSON: u32 = 0x8000_0000;

/// Who does it.
#[derive(Debug, Clone)]
pub enum By {
    /// Somebody signed in.
    Worker(Box<Account>),
    /// Root or the owner of the data folder, at the node's socket: an administrator.
    Machine(u32),
}

impl By {
    /// Who the trail names.
    pub(crate) fn worker(&self) -> Worker {
        match self {
            Self::Worker(account) => account.worker(),
            Self::Machine(uid) => Worker { uid: *uid, name: format!("uid {uid}"), role: WorkerRole::AdminIt },
        }
    }

    /// Whether it may be done, as the account is now and not as it was when the session began.
    async fn may(&self, conn: &mut Conn, act: Act) -> Result<(), Refusal> {
        match self {
            Self::Worker(account) => store::account::get(conn, &account.id).await?.account.may(act),
            Self::Machine(_) if AccessRole::Administrator.may(act) => Ok(()),
            Self::Machine(_) => Err(AccessRole::Administrator.refuses()),
        }
    }

    /// Nobody does this to their own account.
    pub(super) fn other_than(&self, id: &AccountId) -> Result<(), Refusal> {
        match self {
            Self::Worker(account) if account.id == *id => Err(Refusal::new(Reason::SecondPerson)),
            Self::Worker(_) | Self::Machine(_) => Ok(()),
        }
    }
}

/// A new account as somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// What will be typed to sign in.
    pub login: String,
    /// The name under which messages are sent; of a person who is a worker already, that name stays.
    pub name: String,
    /// What it may do here.
    pub role: AccessRole,
    /// What the person does at this institution.
    pub worker_role: WorkerRole,
    /// The local user it belongs to, who may be a worker already.
    pub uid: Option<u32>,
}

/// Somebody who left: what the step that reassigns cases begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaving {
    /// The account, ended.
    pub account: Account,
    /// Who stood in for it.
    pub successor: Option<AccountId>,
}

/// Every account, by login.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(node: &Node) -> Result<Vec<Account>, Refusal> {
    store::account::list(&mut *node.store().view("account.list").await?).await
}

/// One account.
///
/// # Errors
/// `NOT_FOUND` (what `account`).
pub async fn get(node: &Node, id: &AccountId) -> Result<Account, Refusal> {
    Ok(store::account::get(&mut *node.store().view("account.get").await?, id).await?.account)
}

/// The account of a login.
///
/// # Errors
/// `NOT_FOUND` (what `account`), `FIELD_INVALID`.
pub async fn by_login(node: &Node, login: &str) -> Result<Account, Refusal> {
    let row = store::account::by_login(&mut *node.store().view("account.by_login").await?, &login_of(login)?).await?;
    row.map(|row| row.account).ok_or_else(|| Refusal::new(Reason::NotFound).with("what", "account"))
}

/// The entry of the trail about the last time that somebody reset an account: who gives keys should know.
///
/// # Errors
/// `INTERNAL`.
pub async fn last_reset(node: &Node, account: &Account) -> Result<Option<Entry>, Refusal> {
    let mut view = node.store().view("account.last_reset").await?;
    store::trail::last(&mut view, Did::AccountReset, &account.login).await
}

/// Makes an account with a first password, which is shown once. It has no keys, whatever its role. A data-protection
/// officer knows of every case without keys: only a kierownik makes one.
///
/// # Errors
/// `WORKER_ROLE`, `LOGIN_TAKEN`, `FIELD_INVALID`.
pub async fn add(node: &Node, by: &By, new: &NewAccount) -> Result<(Account, Zeroizing<String>), Refusal> {
    let act = if new.role == AccessRole::Iod { Act::GiveKeys } else { Act::AddAccount };
    // The derivation costs; whoever may not is told before it.
    by.may(&mut *node.store().view("account.add_look").await?, act).await?;
    let first = Zeroizing::new(paper::code(node.env(), 16, 4));
    let (secret, _) = create(node, &Password::new(&first)).await?;
    let mut tx = node.store().begin("account.add").await?;
    by.may(&mut tx, act).await?;
    let mut account = enrol(node, &mut tx, new).await?;
    account.must_change = true;
    let row = AccountRow { account, secret, keys: None, factor: None };
    store::account::put(&mut tx, &row).await?;
    note(node, &mut tx, by, Did::AccountAdded, &row.account, row.account.role.code()).await?;
    tx.commit().await?;
    Ok((row.account, first))
}

/// The person and the account of what was asked for, not yet stored.
pub(super) async fn enrol(node: &Node, tx: &mut Tx, new: &NewAccount) -> Result<Account, Refusal> {
    let (login, name) = (login_of(&new.login)?, name_of(&new.name)?);
    fits(new.role, new.worker_role)?;
    if store::account::by_login(tx, &login).await?.is_some() {
        return Err(Refusal::new(Reason::LoginTaken).with("login", login));
    }
    let person = match new.uid {
        Some(uid) if uid >= FIRST_PERSON => return Err(invalid("uid")),
        Some(uid) if store::account::has_account(tx, uid).await? => {
            return Err(Refusal::new(Reason::LoginTaken).with("login", format_args!("uid {uid}")));
        }
        Some(uid) => uid,
        None => store::account::next_person(tx, FIRST_PERSON).await?,
    };
    let known = store::people::by_uid(tx, person).await?.map(|worker| worker.name);
    let worker = Worker { uid: person, name: known.unwrap_or(name), role: new.worker_role };
    // Messages and the trail name workers: two of one name could not be told apart.
    if store::people::list(tx).await?.iter().any(|other| other.uid != person && other.name == worker.name) {
        return Err(invalid("name"));
    }
    let now_ms = node.env().now_ms();
    store::people::put(tx, &worker, now_ms).await?;
    Ok(Account {
        id: AccountId::draw(node.env()),
        login,
        name: worker.name,
        role: new.role,
        worker_role: new.worker_role,
        person,
        substitute: None,
        receives: None,
        away: false,
        state: State::Active,
        keys: KeyState::None,
        factor: None,
        must_change: false,
        added_ms: now_ms,
        fingerprint: None,
    })
}

/// Sets a new first password, shown once. Keys and second factor are gone: what was wrapped under the old password stays
/// closed, and a kierownik has to give keys again. That of a data-protection officer only a kierownik sets.
///
/// # Errors
/// `WORKER_ROLE`, `NOT_FOUND`, `SECOND_PERSON` for one's own account, `ACCOUNT_CLOSED` for somebody who left.
pub async fn reset(node: &Node, by: &By, id: &AccountId) -> Result<Zeroizing<String>, Refusal> {
    let act = |account: &Account| if account.role == AccessRole::Iod { Act::GiveKeys } else { Act::ResetPassword };
    let mut view = node.store().view("account.reset_look").await?;
    let known = store::account::get(&mut view, id).await?.account;
    other(&mut view, by, act(&known), id).await?;
    drop(view);
    let first = Zeroizing::new(paper::code(node.env(), 16, 4));
    let (secret, _) = create(node, &Password::new(&first)).await?;
    let mut tx = node.store().begin("account.reset").await?;
    let known = store::account::get(&mut tx, id).await?.account;
    let mut row = other(&mut tx, by, act(&known), id).await?;
    strip(node, &mut tx, &mut row).await?;
    row.secret = secret;
    row.factor = None;
    row.account.factor = None;
    row.account.must_change = true;
    store::account::put(&mut tx, &row).await?;
    note(node, &mut tx, by, Did::AccountReset, &row.account, "").await?;
    tx.commit().await?;
    node.sessions().end_of(id, None);
    Ok(first)
}

/// Locks an account, or opens it again. Locking ends its sessions; its keys stay.
///
/// # Errors
/// As [`reset`].
pub async fn lock(node: &Node, by: &By, id: &AccountId, locked: bool) -> Result<Account, Refusal> {
    let mut tx = node.store().begin("account.lock").await?;
    let mut row = other(&mut tx, by, Act::LockAccount, id).await?;
    row.account.state = if locked { State::Locked } else { State::Active };
    store::account::put(&mut tx, &row).await?;
    let did = if locked { Did::AccountLocked } else { Did::AccountUnlocked };
    note(node, &mut tx, by, did, &row.account, "").await?;
    tx.commit().await?;
    if locked {
        node.sessions().end_of(id, None);
    }
    Ok(row.account)
}

/// Changes role and profession. Into or out of a role that knows of cases only a kierownik does it; an account that
/// does not work with content any more loses its keys and stands in for nobody, its cases fall to the kierownicy where
/// nobody else sees them, and one that becomes a kierownik waits to be given all keys.
///
/// # Errors
/// As [`reset`].
pub async fn set_role(
    node: &Node,
    by: &By,
    id: &AccountId,
    role: AccessRole,
    worker_role: WorkerRole,
) -> Result<Account, Refusal> {
    fits(role, worker_role)?;
    let mut tx = node.store().begin("account.role").await?;
    let before = store::account::get(&mut tx, id).await?.account.role;
    let runs = [before, role] == [AccessRole::Administrator; 2];
    let act = if runs { Act::AddAccount } else { Act::GiveKeys };
    let mut row = other(&mut tx, by, act, id).await?;
    row.account.role = role;
    row.account.worker_role = worker_role;
    let (led, leads) = (before == AccessRole::Kierownik, role == AccessRole::Kierownik);
    // A new kierownik gets the keys of everything when another one gives keys anew.
    if (!role.reads_content() || leads && !led) && row.account.keys == KeyState::Given {
        store::account::give(&mut tx, id, None, None).await?;
        row.account.keys = KeyState::Waiting;
    }
    let mut orphans = vec![];
    if !role.reads_content() {
        hand::take_back(&mut tx, id).await?;
        store::hand::wipe(&mut tx, id).await?;
        row.account.receives = None;
        row.account.away = false;
        row.account.substitute = None;
        orphans = orphaned(&mut tx, id).await?;
    } else if led && !leads {
        store::hand::end_custody(&mut tx, id).await?;
    }
    store::people::put(&mut tx, &row.account.worker(), node.env().now_ms()).await?;
    store::account::put(&mut tx, &row).await?;
    if !role.reads_content() {
        hand::adopt(&mut tx, id).await?;
    }
    note(node, &mut tx, by, Did::RoleChanged, &row.account, role.code()).await?;
    tx.commit().await?;
    for account in orphans.iter().chain([&row.account]) {
        node.sessions().changed(account);
    }
    Ok(row.account)
}

/// Confirms the keys of an account, as the first part of giving them: exactly the key whose fingerprint was compared.
///
/// # Errors
/// As [`hand::give`].
pub(crate) async fn confirm(
    node: &Node,
    tx: &mut Tx,
    by: &By,
    id: &AccountId,
    fingerprint: &str,
) -> Result<Account, Refusal> {
    let mut row = other(tx, by, Act::GiveKeys, id).await?;
    if !row.account.role.reads_content() {
        return Err(row.account.role.refuses());
    }
    let Some(known) = &row.account.fingerprint else { return Err(Refusal::new(Reason::AccountKeyless)) };
    if paper::typed(known) != paper::typed(fingerprint) {
        return Err(Refusal::new(Reason::AccountChanged).with("login", &row.account.login));
    }
    let giver = match by {
        By::Worker(account) => Some(&account.id),
        By::Machine(_) => None,
    };
    store::account::give(tx, id, giver, Some(node.env().now_ms())).await?;
    row.account.keys = KeyState::Given;
    note(node, tx, by, Did::KeysGiven, &row.account, "").await?;
    Ok(row.account)
}

/// Names who receives new cases in somebody's place, or nobody. It gives no keys: the substitute must have them. Whose
/// cases are of somebody's safety has a substitute of a kierownik's choice, and nobody else names themselves.
///
/// # Errors
/// `WORKER_ROLE`, `NOT_FOUND`, `ACCOUNT_CLOSED`, `ACCOUNT_KEYLESS`, `FIELD_INVALID` (field `substitute`) for oneself.
pub async fn substitute(
    node: &Node,
    by: &By,
    id: &AccountId,
    substitute: Option<AccountId>,
) -> Result<Account, Refusal> {
    let mut tx = node.store().begin("account.substitute").await?;
    by.may(&mut tx, Act::Substitute).await?;
    let mut row = present(&mut tx, id).await?;
    if !row.account.role.reads_content() {
        return Err(row.account.role.refuses());
    }
    let safety = matches!(row.account.receives, Some(Receives::Safety | Receives::Both));
    if safety || substitute.is_some_and(|other| by.other_than(&other).is_err()) {
        by.may(&mut tx, Act::Receive).await?;
    }
    let mut named = String::new();
    if let Some(other) = substitute {
        if other == *id {
            return Err(invalid("substitute"));
        }
        let other = store::account::get(&mut tx, &other).await?.account;
        other.reads()?;
        named = other.login;
    }
    // Whoever stood in until now sees no more than what is their own; the absence has to be noted anew.
    hand::take_back(&mut tx, id).await?;
    row.account.away = false;
    row.account.substitute = substitute;
    store::account::put(&mut tx, &row).await?;
    note(node, &mut tx, by, Did::SubstituteChanged, &row.account, &named).await?;
    tx.commit().await?;
    node.sessions().changed(&row.account);
    Ok(row.account)
}

/// Says which new cases come to somebody; of whom none do, nothing is asked.
///
/// # Errors
/// `WORKER_ROLE`, `NOT_FOUND`, `ACCOUNT_CLOSED`, `ACCOUNT_KEYLESS`.
pub async fn receive(node: &Node, by: &By, id: &AccountId, receives: Option<Receives>) -> Result<Account, Refusal> {
    let mut tx = node.store().begin("account.receive").await?;
    by.may(&mut tx, Act::Receive).await?;
    let mut row = present(&mut tx, id).await?;
    if !row.account.role.reads_content() {
        return Err(row.account.role.refuses());
    }
    row.account.receives = receives;
    store::account::put(&mut tx, &row).await?;
    let what = receives.map_or("NONE", Receives::code);
    note(node, &mut tx, by, Did::ReceivesChanged, &row.account, what).await?;
    tx.commit().await?;
    node.sessions().changed(&row.account);
    Ok(row.account)
}

/// Ends the account of somebody who leaves: its key is revoked and wiped, nobody has it as a substitute any more. The
/// account stays, because the trail names it. Its cases stay with every kierownik, who gives them to somebody in the same
/// step with [`hand::leave`] or later with [`hand::reassign`].
///
/// # Errors
/// As [`reset`].
pub async fn leave(node: &Node, by: &By, id: &AccountId) -> Result<Leaving, Refusal> {
    let mut tx = node.store().begin("account.leave").await?;
    let (left, changed) = end(node, &mut tx, by, id).await?;
    hand::adopt(&mut tx, id).await?;
    tx.commit().await?;
    told(node, id, &changed);
    Ok(left)
}

/// Ends an account; also whose substitute it was.
pub(crate) async fn end(node: &Node, tx: &mut Tx, by: &By, id: &AccountId) -> Result<(Leaving, Vec<Account>), Refusal> {
    let mut row = other(tx, by, Act::EndAccount, id).await?;
    let successor = row.account.substitute.take();
    hand::take_back(tx, id).await?;
    strip(node, tx, &mut row).await?;
    row.factor = None;
    row.account.factor = None;
    row.account.receives = None;
    row.account.away = false;
    row.account.state = State::Left;
    store::account::put(tx, &row).await?;
    let orphans = orphaned(tx, id).await?;
    note(node, tx, by, Did::AccountLeft, &row.account, "").await?;
    Ok((Leaving { account: row.account, successor }, orphans))
}

/// Ends what relied on somebody as a substitute: nobody has them any more, and absences have to be noted anew.
async fn orphaned(tx: &mut Tx, id: &AccountId) -> Result<Vec<Account>, Refusal> {
    let mut orphans = vec![];
    for account in store::account::list(tx).await?.into_iter().filter(|one| one.substitute == Some(*id)) {
        hand::take_back(tx, &account.id).await?;
        let mut other = store::account::get(tx, &account.id).await?;
        other.account.substitute = None;
        other.account.away = false;
        store::account::put(tx, &other).await?;
        orphans.push(other.account);
    }
    Ok(orphans)
}

/// Ends the sessions of somebody who left, and lets others know what changed for them.
pub(crate) fn told(node: &Node, left: &AccountId, changed: &[Account]) {
    node.sessions().end_of(left, None);
    for account in changed {
        node.sessions().changed(account);
    }
}

/// Takes the keys from an account and records that its public one opens nothing any more.
async fn strip(node: &Node, tx: &mut Tx, row: &mut AccountRow) -> Result<(), Refusal> {
    if let Some(keys) = row.keys.take() {
        store::account::revoke(tx, &row.account.id, &keys.public, node.env().now_ms()).await?;
    }
    store::hand::wipe(tx, &row.account.id).await?;
    row.account.keys = KeyState::None;
    row.account.fingerprint = None;
    Ok(())
}

/// Somebody else's account, when `by` may do this to it.
async fn other(conn: &mut Conn, by: &By, act: Act, id: &AccountId) -> Result<AccountRow, Refusal> {
    by.may(conn, act).await?;
    by.other_than(id)?;
    present(conn, id).await
}

async fn present(conn: &mut Conn, id: &AccountId) -> Result<AccountRow, Refusal> {
    let row = store::account::get(conn, id).await?;
    if row.account.state == State::Left { Err(Refusal::new(Reason::AccountClosed)) } else { Ok(row) }
}

/// Tells the trail what was done to which account.
pub(crate) async fn note(
    node: &Node,
    tx: &mut Tx,
    by: &By,
    did: Did,
    account: &Account,
    more: &str,
) -> Result<(), Refusal> {
    let about = if more.is_empty() { account.login.clone() } else { format!("{} {more}", account.login) };
    trail::record(tx, node.env().now_ms(), &by.worker(), did, "", &about).await
}

/// Whether somebody may do something, as their account is now.
///
/// # Errors
/// As [`Account::may`].
pub(crate) async fn may(conn: &mut Conn, by: &By, act: Act) -> Result<(), Refusal> {
    by.may(conn, act).await
}

/// Who works without content by access role has no profession here that reads any; nobody else is the data-protection
/// officer by profession, which opens the reviews and what a person may be given.
fn fits(role: AccessRole, worker_role: WorkerRole) -> Result<(), Refusal> {
    let alike = role.reads_content() || !worker_role.reads_content();
    let officer = worker_role != WorkerRole::Iod || role == AccessRole::Iod;
    if alike && officer { Ok(()) } else { Err(invalid("worker_role")) }
}
