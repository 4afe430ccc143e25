//! Accounts with what is stored of their passwords, keys and second factors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sqlx::sqlite::SqliteRow;
use wiez_proto::envelope::SealingPublic;
use wiez_proto::envelope::keys::key_id;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::WorkerRole;

use super::{Conn, Place, Sealed, Tx, col};
use crate::account::keys::WrappedKeys;
use crate::account::paper;
use crate::account::secret::Secret;
use crate::account::{AccessRole, Account, AccountId, Factor, FactorKind, KeyState, Receives, State};

const FACTOR: Place = Place { table: "account", column: "sealed_factor" };
const CHECK: Place = Place { table: "account", column: "sealed_check" };
const KEYS: Place = Place { table: "account", column: "sealed_keys" };

/// An account with its secrets.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// What may be shown.
    pub account: Account,
    /// The password.
    pub secret: Secret,
    /// The keys under it.
    pub keys: Option<WrappedKeys>,
    /// The second factor.
    pub factor: Option<Factor>,
}

/// The account of a login.
///
/// # Errors
/// `INTERNAL`.
pub async fn by_login(conn: &mut Conn, login: &str) -> Result<Option<AccountRow>, Refusal> {
    let query = sqlx::query(
        "/* account.by_login */ select account.*, worker, people.role as worker_role
         from account join people on uid = person where login = ?",
    );
    let row = conn.row(query.bind(login.to_owned())).await?;
    row.map(|row| read(conn, &row)).transpose()
}

/// An account.
///
/// # Errors
/// `NOT_FOUND` (what `account`) or `INTERNAL`.
pub async fn get(conn: &mut Conn, id: &AccountId) -> Result<AccountRow, Refusal> {
    let query = sqlx::query(
        "/* account.get */ select account.*, worker, people.role as worker_role
         from account join people on uid = person where id = ?",
    );
    let row = conn.row(query.bind(id.bytes().to_vec())).await?;
    let row = row.ok_or_else(|| Refusal::new(Reason::NotFound).with("what", "account"))?;
    read(conn, &row)
}

/// Every account, by login.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(conn: &mut Conn) -> Result<Vec<Account>, Refusal> {
    let query = sqlx::query(
        "/* account.list */ select account.*, worker, people.role as worker_role
         from account join people on uid = person order by login",
    );
    conn.rows(query).await?.iter().map(shown).collect()
}

/// Adds an account or writes all of it anew.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put(tx: &mut Tx, row: &AccountRow) -> Result<(), Refusal> {
    let AccountRow { account, secret, keys, factor } = row;
    let id = account.id.bytes().to_vec();
    let sealed = factor.as_ref().map(|factor| Sealed::seal(tx.content(), FACTOR, &id, factor)).transpose()?;
    let check = Sealed::seal(tx.content(), CHECK, &id, &STANDARD.encode(secret.check))?;
    let wrapped = keys.as_ref().map(|keys| STANDARD.encode(&keys.wrapped));
    let wrapped = wrapped.map(|wrapped| Sealed::seal(tx.content(), KEYS, &id, &wrapped)).transpose()?;
    let query = sqlx::query(
        "/* account.put */ insert into account (id, login, person, role, state, must_change, substitute, secret_salt,
         secret_kib, secret_passes, sealed_check, key_public, sealed_keys, factor, sealed_factor, added_ms, receives, away)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update set role = excluded.role, state = excluded.state, must_change = excluded.must_change,
         substitute = excluded.substitute, secret_salt = excluded.secret_salt, secret_kib = excluded.secret_kib,
         secret_passes = excluded.secret_passes, sealed_check = excluded.sealed_check, key_public = excluded.key_public,
         sealed_keys = excluded.sealed_keys, factor = excluded.factor, sealed_factor = excluded.sealed_factor,
         receives = excluded.receives, away = excluded.away,
         given_by = case when key_public is excluded.key_public then given_by end,
         given_ms = case when key_public is excluded.key_public then given_ms end",
    )
    .bind(id)
    .bind(account.login.clone())
    .bind(account.person)
    .bind(account.role.code())
    .bind(state_code(account.state))
    .bind(account.must_change)
    .bind(account.substitute.map(|id| id.bytes().to_vec()))
    .bind(secret.salt.to_vec())
    .bind(secret.kib)
    .bind(secret.passes)
    .bind(check)
    .bind(keys.as_ref().map(|keys| keys.public.bytes().to_vec()))
    .bind(wrapped)
    .bind(account.factor.map(FactorKind::code))
    .bind(sealed)
    .bind(account.added_ms)
    .bind(account.receives.map(Receives::code))
    .bind(account.away);
    tx.exec_one(query).await
}

/// Confirms the keys of an account, or takes that back. `by` is none for the first kierownik and after a recovery.
///
/// # Errors
/// `DISK_FULL`, or `INTERNAL` for an account without keys.
pub async fn give(tx: &mut Tx, id: &AccountId, by: Option<&AccountId>, given_ms: Option<i64>) -> Result<(), Refusal> {
    let query = sqlx::query("/* account.give */ update account set given_by = ?, given_ms = ? where id = ?");
    let by = given_ms.and(by).map(|by| by.bytes().to_vec());
    tx.exec_one(query.bind(by).bind(given_ms).bind(id.bytes().to_vec())).await
}

/// Records that a public key opens nothing any more.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn revoke(tx: &mut Tx, id: &AccountId, key: &SealingPublic, now_ms: i64) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* account.revoke */ insert into account_key_revoked (key_id, account, revoked_ms) values (?, ?, ?)
         on conflict (key_id) do nothing",
    );
    let query = query.bind(key.id().bytes().to_vec()).bind(id.bytes().to_vec()).bind(now_ms);
    tx.exec(query).await.map(drop)
}

/// Ids of the keys of an account that were revoked, oldest first.
///
/// # Errors
/// `INTERNAL`.
pub async fn revoked(conn: &mut Conn, id: &AccountId) -> Result<Vec<Vec<u8>>, Refusal> {
    let query = sqlx::query(
        "/* account.revoked */ select key_id from account_key_revoked where account = ? order by revoked_ms, key_id",
    );
    conn.rows(query.bind(id.bytes().to_vec())).await?.iter().map(|row| col(row, "key_id")).collect()
}

/// The first person number above `floor` that nobody has.
///
/// # Errors
/// `INTERNAL`.
pub async fn next_person(conn: &mut Conn, floor: u32) -> Result<u32, Refusal> {
    let query = sqlx::query("/* account.next_person */ select max(uid) as last from people where uid >= ?");
    let row = conn.row(query.bind(floor)).await?;
    let last: Option<u32> = row.as_ref().map(|row| col(row, "last")).transpose()?.flatten();
    last.map_or(Some(floor), |last| last.checked_add(1)).ok_or_else(|| Refusal::new(Reason::Internal))
}

/// Whether a person has an account.
///
/// # Errors
/// `INTERNAL`.
pub async fn has_account(conn: &mut Conn, person: u32) -> Result<bool, Refusal> {
    let query = sqlx::query("/* account.has_account */ select 1 as one from account where person = ?");
    Ok(conn.row(query.bind(person)).await?.is_some())
}

fn shown(row: &SqliteRow) -> Result<Account, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let text = |name| col::<String>(row, name);
    let id = |bytes: Vec<u8>| bytes.try_into().map(AccountId::new).map_err(|_| internal());
    let key: Option<Vec<u8>> = col(row, "key_public")?;
    let given = col::<Option<i64>>(row, "given_ms")?.is_some();
    Ok(Account {
        id: id(col(row, "id")?)?,
        login: text("login")?,
        name: text("worker")?,
        role: AccessRole::parse(&text("role")?).map_err(|_| internal())?,
        worker_role: WorkerRole::parse(&text("worker_role")?).map_err(|_| internal())?,
        person: col(row, "person")?,
        substitute: col::<Option<Vec<u8>>>(row, "substitute")?.map(id).transpose()?,
        receives: match col::<Option<String>>(row, "receives")?.as_deref() {
            Some(code) => Some(Receives::parse(code).map_err(|_| internal())?),
            None => None,
        },
        away: col(row, "away")?,
        state: state_of(&text("state")?).ok_or_else(internal)?,
        keys: match (key.is_some(), given) {
            (false, _) => KeyState::None,
            (true, false) => KeyState::Waiting,
            (true, true) => KeyState::Given,
        },
        factor: match col::<Option<String>>(row, "factor")?.as_deref() {
            Some("SHEET") => Some(FactorKind::Sheet),
            Some("TOTP") => Some(FactorKind::Totp),
            Some(_) => return Err(internal()),
            None => None,
        },
        must_change: col(row, "must_change")?,
        added_ms: col(row, "added_ms")?,
        fingerprint: key.map(|key| paper::fingerprint(key_id(&key).bytes())),
    })
}

fn read(conn: &Conn, row: &SqliteRow) -> Result<AccountRow, Refusal> {
    let account = shown(row)?;
    let internal = |_| Refusal::new(Reason::Internal);
    let read = |sealed: Sealed<String>, place| -> Result<Vec<u8>, Refusal> {
        let text = sealed.open(conn.content(), place, account.id.bytes())?;
        STANDARD.decode(text).map_err(|_| Refusal::new(Reason::Internal))
    };
    let secret = Secret {
        salt: col::<Vec<u8>>(row, "secret_salt")?.try_into().map_err(internal)?,
        kib: col(row, "secret_kib")?,
        passes: col(row, "secret_passes")?,
        check: read(col(row, "sealed_check")?, CHECK)?.try_into().map_err(internal)?,
    };
    let public: Option<Vec<u8>> = col(row, "key_public")?;
    let wrapped: Option<Sealed<String>> = col(row, "sealed_keys")?;
    let wrapped = wrapped.map(|sealed| read(sealed, KEYS)).transpose()?;
    let keys = match (public, wrapped) {
        (Some(public), Some(wrapped)) => Some(WrappedKeys { public: SealingPublic::vet(&public)?, wrapped }),
        (_, _) => None,
    };
    let sealed: Option<Sealed<Factor>> = col(row, "sealed_factor")?;
    let open = |sealed: Sealed<Factor>| sealed.open(conn.content(), FACTOR, account.id.bytes());
    let factor = sealed.map(open).transpose()?;
    Ok(AccountRow { account, secret, keys, factor })
}

const fn state_code(state: State) -> &'static str {
    match state {
        State::Active => "ACTIVE",
        State::Locked => "LOCKED",
        State::Left => "LEFT",
    }
}

fn state_of(code: &str) -> Option<State> {
    [State::Active, State::Locked, State::Left].into_iter().find(|state| state_code(*state) == code)
}
