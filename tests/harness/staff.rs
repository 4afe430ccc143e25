//! Who works at the socket of this process: one account with keys at each institution, signed in whenever something is asked.

use std::sync::OnceLock;

use anyhow::{Context, Result};
use wiez_node::Node;
use wiez_node::account::first::begin_vaults;
use wiez_node::account::keys::WorkerKeys;
use wiez_node::account::secret::{Kek, Password, Secret};
use wiez_node::account::{AccessRole, Account, AccountId, KeyState, Reader, Receives, State};
use wiez_node::people::Worker;
use wiez_node::session::SessionToken;
use wiez_node::store::account::{self, AccountRow};
use wiez_node::store::people;
use wiez_proto::env::Env;
use wiez_proto::vocab::WorkerRole;

/// The password of everybody whom the harness makes.
pub const PASSWORD: &str = "zielony parasol w maju";

/// Somebody who works at an institution.
#[derive(Clone, Copy, Debug)]
pub struct Staff {
    /// What is typed to sign in, beside [`PASSWORD`].
    pub login: &'static str,
    /// The name on messages.
    pub name: &'static str,
    /// The profession.
    pub role: WorkerRole,
}

/// Whoever works where a story names nobody.
pub const ANNA: Staff = Staff { login: "anna", name: "Anna Nowak", role: WorkerRole::PracownikSocjalny };

/// The password's check value and key. Deriving them takes a sixth of a second, so all institutions of a process share them.
fn secret() -> Result<&'static (Secret, Kek)> {
    static SECRET: OnceLock<Option<(Secret, Kek)>> = OnceLock::new();
    let made = SECRET.get_or_init(|| Secret::create(&Env::stepped(0, 1), &Password::new(PASSWORD)).ok());
    made.as_ref().context("no key can be derived")
}

/// The user of the machine under whom tests run.
pub(crate) fn this_user() -> u32 {
    rustix::process::getuid().as_raw()
}

/// Makes a user of the machine this worker, and on the first time a kierownik with keys under a login. Everything new
/// comes to that account, also what stands apart.
///
/// # Errors
/// What the node refuses.
pub(crate) async fn employ(node: &Node, login: &str, worker: &Worker) -> Result<()> {
    put_worker(node, worker).await?;
    if !account::has_account(&mut *node.store().view("harness.account").await?, worker.uid).await? {
        put(node, account_of(node, login, worker)).await?;
    }
    Ok(())
}

/// Writes a worker into the table, also over somebody who has an account, which no door of the node does.
pub(crate) async fn put_worker(node: &Node, worker: &Worker) -> Result<()> {
    let mut tx = node.store().begin("harness.worker").await?;
    people::put(&mut tx, worker, node.env().now_ms()).await?;
    Ok(tx.commit().await?)
}

/// Gives an account another role and profession. The keys stay, whatever the role, so that it can be turned back.
///
/// # Errors
/// When there is no such account.
pub async fn turn(node: &Node, login: &str, role: AccessRole, worker_role: WorkerRole) -> Result<()> {
    let mut tx = node.store().begin("harness.turn").await?;
    let mut row = account::by_login(&mut tx, login).await?.context("no such login")?;
    (row.account.role, row.account.worker_role) = (role, worker_role);
    people::put(&mut tx, &row.account.worker(), node.env().now_ms()).await?;
    account::put(&mut tx, &row).await?;
    tx.commit().await?;
    node.sessions().changed(&row.account);
    Ok(())
}

fn account_of(node: &Node, login: &str, worker: &Worker) -> Account {
    Account {
        id: AccountId::draw(node.env()),
        login: login.to_owned(),
        name: worker.name.clone(),
        role: AccessRole::Kierownik,
        worker_role: worker.role,
        person: worker.uid,
        substitute: None,
        receives: Some(Receives::Both),
        away: false,
        state: State::Active,
        keys: KeyState::Given,
        factor: None,
        must_change: false,
        added_ms: node.env().now_ms(),
        fingerprint: None,
    }
}

async fn put(node: &Node, account: Account) -> Result<()> {
    let (secret, kek) = secret()?;
    let keys = Some(WorkerKeys::generate(node.env())?.wrap(node.env(), kek, &account.id)?);
    let row = AccountRow { account, secret: secret.clone(), keys, factor: None };
    let mut tx = node.store().begin("harness.employ").await?;
    account::put(&mut tx, &row).await?;
    account::give(&mut tx, &row.account.id, None, Some(node.env().now_ms())).await?;
    begin_vaults(node.env(), &mut tx).await?;
    Ok(tx.commit().await?)
}

/// Signs the worker behind a user in, without the derivation that a login costs.
///
/// # Errors
/// What the node refuses.
pub(crate) async fn sign_in(node: &Node, uid: u32) -> Result<SessionToken> {
    let mut view = node.store().view("harness.sign_in").await?;
    let all = account::list(&mut view).await?;
    let mine = all.iter().find(|account| account.person == uid).context("nobody sits at this socket")?;
    let row = account::get(&mut view, &mine.id).await?;
    let keys = row.keys.as_ref().map(|keys| keys.open(&secret()?.1, &mine.id).map_err(anyhow::Error::from));
    Ok(node.sessions().open(node.env(), row.account, keys.transpose()?))
}

/// Whoever is signed in under a token, with the right to read.
///
/// # Errors
/// `SESSION_ENDED`, `SESSION_LOCKED`, or why this worker reads nothing.
pub(crate) fn reader(node: &Node, token: &str) -> Result<Reader> {
    Ok(node.sessions().enter(node.env().now_ms(), token)?.reader()?)
}
