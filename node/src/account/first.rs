//! The first kierownik, made with a paper code from joining; and the last resort, two recovery sheets.

use wiez_proto::env::Env;
use wiez_proto::envelope::{SealingKey, SealingPublic, sha256};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::WorkerRole;
use zeroize::Zeroizing;

use super::login::create;
use super::office::{By, NewAccount, enrol, may, note};
use super::recovery::{Share, restore, split};
use super::secret::same;
use super::throttle::Source;
use super::{AccessRole, Account, AccountId, Act, KeyState, Password, State, WorkerKeys, paper};
use crate::Node;
use crate::store::account::AccountRow;
use crate::store::{self, Conn, Tx, meta};
use crate::trail::Act as Did;
use crate::vault::hand;

/// Hash of the paper code; gone once it was used.
const CODE: &str = "account.first_code";
/// The public half of the institution's recovery key.
const RECOVERY: &str = "account.recovery_public";

/// The first kierownik and what is printed once.
#[derive(Debug)]
pub struct First {
    /// The account, with keys.
    pub account: Account,
    /// The three recovery sheets.
    pub sheets: [Share; 3],
}

fn hash(code: &str) -> [u8; 32] {
    sha256(&[b"wiez/first-code/v1\0", paper::typed(code).as_bytes()])
}

async fn vet(conn: &mut Conn, code: &str) -> Result<(), Refusal> {
    let known = meta::get(conn, CODE).await?.unwrap_or_default();
    if same(&known, &hash(code)) { Ok(()) } else { Err(Refusal::new(Reason::LoginFailed)) }
}

/// A paper code of 25 letters for the first kierownik, in place of an earlier one that was not used; `None` once there
/// is a kierownik. Only its hash is stored.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn offer(env: &Env, tx: &mut Tx) -> Result<Option<Zeroizing<String>>, Refusal> {
    if recovery_key(tx).await?.is_some() {
        return Ok(None);
    }
    let code = Zeroizing::new(paper::code(env, 25, 5));
    meta::put(tx, CODE, &hash(&code)).await?;
    Ok(Some(code))
}

/// The institution's recovery key, its public half; there from the first kierownik on.
///
/// # Errors
/// `INTERNAL`.
pub async fn recovery_key(conn: &mut Conn) -> Result<Option<SealingPublic>, Refusal> {
    meta::get(conn, RECOVERY).await?.map(|bytes| SealingPublic::vet(&bytes)).transpose()
}

/// Draws the institution's recovery key, keeps its public half, and moves what came before there was anybody to read it
/// into vaults. Returns the private half for the sheets; nothing happens, and `None` comes back, when there is a key.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn begin_vaults(env: &Env, tx: &mut Tx) -> Result<Option<SealingKey>, Refusal> {
    if recovery_key(tx).await?.is_some() {
        return Ok(None);
    }
    let recovery = SealingKey::generate(env)?;
    meta::put(tx, RECOVERY, recovery.public().bytes()).await?;
    store::casework::move_in(tx).await?;
    store::consent::move_in(tx).await?;
    store::review::move_in(tx).await?;
    Ok(Some(recovery))
}

/// Makes the first kierownik, with keys, and the institution's recovery key, whose private half is on the sheets only.
///
/// # Errors
/// `LOGIN_FAILED` for a wrong or used code, `LOGIN_THROTTLED`, `PASSWORD_WEAK`, `FIELD_INVALID`, `LOGIN_TAKEN`.
pub async fn first(
    node: &Node,
    code: &str,
    new: &NewAccount,
    password: &Password,
    from: Source,
) -> Result<First, Refusal> {
    let env = node.env();
    node.access().throttle.admit(env.now_ms(), "", from)?;
    password.vet(&super::login_of(&new.login)?, None)?;
    vet(&mut *node.store().view("account.first_code").await?, code).await?;
    // Before the transaction: nobody else writes while it lasts.
    let (secret, kek) = create(node, password).await?;
    let mut tx = node.store().begin("account.first").await?;
    vet(&mut tx, code).await?;
    let new = NewAccount { role: AccessRole::Kierownik, ..new.clone() };
    let mut account = enrol(node, &mut tx, &new).await?;
    let keys = WorkerKeys::generate(env)?.wrap(env, &kek, &account.id)?;
    account.keys = KeyState::Given;
    let row = AccountRow { account, secret, keys: Some(keys), factor: None };
    store::account::put(&mut tx, &row).await?;
    store::account::give(&mut tx, &row.account.id, None, Some(env.now_ms())).await?;
    meta::put(&mut tx, CODE, &[]).await?;
    let recovery = begin_vaults(env, &mut tx).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
    let by = By::Worker(Box::new(row.account.clone()));
    note(node, &mut tx, &by, Did::AccountAdded, &row.account, row.account.role.code()).await?;
    note(node, &mut tx, &by, Did::SheetsMade, &row.account, "").await?;
    tx.commit().await?;
    node.access().throttle.forgive("", from);
    Ok(First { account: row.account, sheets: split(env, &recovery) })
}

/// Makes somebody else a kierownik with keys to everything by two recovery sheets, when nobody is left who could. The
/// account was made and set its password before.
///
/// # Errors
/// `RECOVERY_SHEET`, `SECOND_PERSON` for one's own account, `WORKER_ROLE`, `NOT_FOUND`, `ACCOUNT_CLOSED`, `ACCOUNT_KEYLESS` before a password was set.
pub async fn recover(node: &Node, by: &By, id: &AccountId, one: &Share, other: &Share) -> Result<Account, Refusal> {
    let mut tx = node.store().begin("account.recover").await?;
    // The sheets are what proves it: whoever may make accounts may type them in.
    may(&mut tx, by, Act::AddAccount).await?;
    let public = recovery_key(&mut tx).await?.ok_or_else(|| Refusal::new(Reason::RecoverySheet))?;
    let key = restore(one, other, &public)?;
    by.other_than(id)?;
    let mut row = store::account::get(&mut tx, id).await?;
    if row.account.state != State::Active {
        return Err(Refusal::new(Reason::AccountClosed));
    }
    if row.account.keys == KeyState::None {
        return Err(Refusal::new(Reason::AccountKeyless));
    }
    row.account.role = AccessRole::Kierownik;
    if !row.account.worker_role.reads_content() {
        row.account.worker_role = WorkerRole::Kierownik;
        store::people::put(&mut tx, &row.account.worker(), node.env().now_ms()).await?;
    }
    store::account::put(&mut tx, &row).await?;
    store::account::give(&mut tx, id, None, Some(node.env().now_ms())).await?;
    row.account.keys = KeyState::Given;
    hand::recovered(node, &mut tx, &row.account, &key).await?;
    note(node, &mut tx, by, Did::Recovered, &row.account, "").await?;
    tx.commit().await?;
    node.sessions().changed(&row.account);
    Ok(row.account)
}
