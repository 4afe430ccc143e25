//! Keys of cases and consent records: begun, wrapped, unwrapped for who reads; and who sees what.

use std::collections::BTreeSet;
use std::sync::Arc;

use wiez_proto::envelope::{SealingKey, SealingPublic};
use wiez_proto::refusal::{Reason, Refusal};

use super::{Conn, Place, Sealed, Tx, col};
use crate::account::{AccessRole, AccountId, Receives, first};
use crate::vault::{self, Begun, Member, NAMED, Named, SealedSecret};

/// Every account that holds keys now.
///
/// # Errors
/// `INTERNAL`.
pub async fn members(conn: &mut Conn) -> Result<Vec<Member>, Refusal> {
    let query = sqlx::query(
        "/* vault.members */ select id, role, receives, substitute, away, key_public from account
         where state = 'ACTIVE' and given_ms is not null and key_public is not null order by id",
    );
    conn.rows(query).await?.iter().map(member).collect()
}

fn member(row: &sqlx::sqlite::SqliteRow) -> Result<Member, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let id = |bytes: Vec<u8>| bytes.try_into().map(AccountId::new).map_err(|_| internal());
    let receives: Option<String> = col(row, "receives")?;
    Ok(Member {
        id: id(col(row, "id")?)?,
        role: AccessRole::parse(&col::<String>(row, "role")?).map_err(|_| internal())?,
        receives: receives.map(|code| Receives::parse(&code).map_err(|_| internal())).transpose()?,
        substitute: col::<Option<Vec<u8>>>(row, "substitute")?.map(id).transpose()?,
        away: col(row, "away")?,
        public: SealingPublic::vet(&col::<Vec<u8>>(row, "key_public")?)?,
    })
}

/// Begins the vault of a new case or consent record; nothing before the first kierownik exists.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(in crate::store) async fn begin(tx: &mut Tx, name: &str, hidden: bool, begun: Begun) -> Result<(), Refusal> {
    let Some(recovery) = first::recovery_key(tx).await? else { return Ok(()) };
    let env = tx.content().env().clone();
    let secret = SealingKey::generate(&env)?;
    let kept = vault::wrap_recovery(&env, &recovery, name, &secret)?;
    let query = sqlx::query("/* vault.begin */ insert into vault (name, public, sealed_recovery) values (?, ?, ?)");
    tx.exec_one(query.bind(name.to_owned()).bind(secret.public().bytes().to_vec()).bind(kept)).await?;
    let members = members(tx).await?;
    let circle = vault::circle(&members, hidden, begun);
    for member in &members {
        let Some(sees) = circle.get(&member.id) else { continue };
        let wrapped = vault::wrap_to(&env, member, name, &secret)?;
        admit(tx, name, &member.id, *sees, &wrapped).await?;
    }
    Ok(())
}

/// Gives an account the keys of something, in place of what it had; who sees it goes on seeing it.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn admit(
    tx: &mut Tx,
    name: &str,
    account: &AccountId,
    sees: bool,
    wrapped: &SealedSecret,
) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* vault.admit */ insert into vault_access (account, name, sees) values (?, ?, ?)
         on conflict (account, name) do update set sees = max(sees, excluded.sees)",
    );
    let id = account.bytes().to_vec();
    tx.exec(query.bind(id.clone()).bind(name.to_owned()).bind(sees)).await?;
    let query = sqlx::query(
        "/* vault.wrap */ insert into vault_key (account, name, sealed_secret) values (?, ?, ?)
         on conflict (account, name) do update set sealed_secret = excluded.sealed_secret",
    );
    tx.exec(query.bind(id).bind(name.to_owned()).bind(wrapped.clone())).await.map(drop)
}

/// Takes the keys of something away from an account. True when it had any.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn expel(tx: &mut Tx, name: &str, account: &AccountId) -> Result<bool, Refusal> {
    let id = account.bytes().to_vec();
    let query = sqlx::query("/* vault.expel_key */ delete from vault_key where account = ? and name = ?");
    tx.exec(query.bind(id.clone()).bind(name.to_owned())).await?;
    let query = sqlx::query("/* vault.expel */ delete from vault_access where account = ? and name = ?");
    Ok(tx.exec(query.bind(id).bind(name.to_owned())).await? > 0)
}

/// What an account holds the keys of, and whether it sees it.
///
/// # Errors
/// `INTERNAL`.
pub async fn held(conn: &mut Conn, account: &AccountId) -> Result<Vec<(String, bool)>, Refusal> {
    let query = sqlx::query("/* vault.held */ select name, sees from vault_access where account = ? order by name");
    let rows = conn.rows(query.bind(account.bytes().to_vec())).await?;
    rows.iter().map(|row| Ok((col(row, "name")?, col::<i64>(row, "sees")? != 0))).collect()
}

/// What an account holds the key of and may give to others: nothing that it is excluded from.
///
/// # Errors
/// `INTERNAL`.
pub async fn giveable(conn: &mut Conn, account: &AccountId) -> Result<BTreeSet<String>, Refusal> {
    let query = sqlx::query(
        "/* vault.giveable */ select name from vault_key where account = ?1
         and name not in (select name from vault_excluded where account = ?1)",
    );
    conn.rows(query.bind(account.bytes().to_vec())).await?.iter().map(|row| col(row, "name")).collect()
}

/// Who holds the keys of something, and whether they see it.
///
/// # Errors
/// `INTERNAL`.
pub async fn holders(conn: &mut Conn, name: &str) -> Result<Vec<(AccountId, bool)>, Refusal> {
    let internal = |_| Refusal::new(Reason::Internal);
    let query =
        sqlx::query("/* vault.holders */ select account, sees from vault_access where name = ? order by account");
    let rows = conn.rows(query.bind(name.to_owned())).await?;
    let id = |row| col::<Vec<u8>>(row, "account")?.try_into().map(AccountId::new).map_err(internal);
    rows.iter().map(|row| Ok((id(row)?, col::<i64>(row, "sees")? != 0))).collect()
}

/// Whether who reads sees something. With nobody reading, the node itself and the data-protection officer see
/// everything; so does everybody what has no vault.
///
/// # Errors
/// `INTERNAL`.
pub async fn seen(conn: &mut Conn, name: &str) -> Result<bool, Refusal> {
    let Some(reader) = conn.reader() else { return Ok(true) };
    let account = reader.account().bytes().to_vec();
    let query = sqlx::query(
        "/* vault.seen */ select 1 as one from vault_access where name = ?1 and account = ?2 and sees = 1
         union all select 1 from (select 1) where not exists (select 1 from vault where name = ?1)",
    );
    Ok(conn.row(query.bind(name.to_owned()).bind(account)).await?.is_some())
}

/// The public half; none before the first kierownik exists.
///
/// # Errors
/// `INTERNAL`.
pub(in crate::store) async fn public(conn: &mut Conn, name: &str) -> Result<Option<SealingPublic>, Refusal> {
    let query = sqlx::query("/* vault.public */ select public from vault where name = ?").bind(name.to_owned());
    let Some(row) = conn.row(query).await? else { return Ok(None) };
    SealingPublic::vet(&col::<Vec<u8>>(&row, "public")?).map(Some)
}

/// The private half, for who reads on this connection.
///
/// # Errors
/// `NOT_FOUND` for somebody without the keys, and with nobody signed in.
pub async fn secret(conn: &mut Conn, name: &str) -> Result<Arc<SealingKey>, Refusal> {
    let missing = || Refusal::new(Reason::NotFound).with("what", "case");
    let hand = conn.hand.as_ref().ok_or_else(missing)?;
    if let Some(known) = hand.opened.get(name) {
        return Ok(Arc::clone(known));
    }
    let reader = hand.reader.clone();
    let query = sqlx::query("/* vault.secret */ select sealed_secret from vault_key where account = ? and name = ?");
    let bound = query.bind(reader.account().bytes().to_vec()).bind(name.to_owned());
    let row = conn.row(bound).await?.ok_or_else(missing)?;
    let wrapped: SealedSecret = col(&row, "sealed_secret")?;
    let secret = Arc::new(vault::open_secret(conn.content().env(), &reader, name, &wrapped)?);
    if let Some(hand) = &mut conn.hand {
        hand.opened.insert(name.to_owned(), Arc::clone(&secret));
    }
    Ok(secret)
}

/// Seals a value for a case or consent record; under the node's key while there is no vault.
pub(in crate::store) async fn seal<T>(
    tx: &mut Tx,
    name: &str,
    place: Place,
    row: &[u8],
    value: &T,
) -> Result<Sealed<T>, Refusal>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    match public(tx, name).await? {
        Some(public) => Sealed::seal_to(tx.content().env(), &public, place, row, value),
        None => Sealed::seal(tx.content(), place, row, value),
    }
}

/// Opens a value of a case or consent record for who reads on this connection.
pub(in crate::store) async fn open<T>(
    conn: &mut Conn,
    name: &str,
    sealed: &Sealed<T>,
    place: Place,
    row: &[u8],
) -> Result<T, Refusal>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    if !sealed.is_to_key() {
        return sealed.open(conn.content(), place, row);
    }
    let secret = secret(conn, name).await?;
    sealed.open_with(conn.content().env(), &secret, place, row)
}

/// Keeps whom something is about. `handle` names the consent under which that came; it goes with the content.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(in crate::store) async fn note(
    tx: &mut Tx,
    name: &str,
    named: &Named,
    handle: Option<Vec<u8>>,
) -> Result<(), Refusal> {
    let Some(public) = public(tx, name).await? else { return Ok(()) };
    let sealed = Sealed::seal_to(tx.content().env(), &public, NAMED, name.as_bytes(), named)?;
    let query = sqlx::query("/* vault.note */ insert into vault_names (name, handle, sealed_names) values (?, ?, ?)");
    tx.exec_one(query.bind(name.to_owned()).bind(handle).bind(sealed)).await
}

/// Forgets the names that came under a handle.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(in crate::store) async fn forget(tx: &mut Tx, handle: &[u8]) -> Result<(), Refusal> {
    let query = sqlx::query("/* vault.forget */ delete from vault_names where handle = ?");
    tx.exec(query.bind(handle.to_vec())).await.map(drop)
}

/// Whom something is about, as far as who reads holds its keys.
///
/// # Errors
/// `NOT_FOUND`, `INTERNAL`.
pub async fn named(conn: &mut Conn, name: &str) -> Result<Vec<Named>, Refusal> {
    let query = sqlx::query("/* vault.named */ select sealed_names from vault_names where name = ? order by id");
    let rows = conn.rows(query.bind(name.to_owned())).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let sealed: Sealed<Named> = col(&row, "sealed_names")?;
        let secret = secret(conn, name).await?;
        out.push(sealed.open_with(conn.content().env(), &secret, NAMED, name.as_bytes())?);
    }
    Ok(out)
}

/// The private half as it is wrapped to the recovery key, of everything there is.
///
/// # Errors
/// `INTERNAL`.
pub async fn for_recovery(conn: &mut Conn) -> Result<Vec<(String, SealedSecret)>, Refusal> {
    let query = sqlx::query("/* vault.for_recovery */ select name, sealed_recovery from vault order by name");
    let rows = conn.rows(query).await?;
    rows.iter().map(|row| Ok((col(row, "name")?, col(row, "sealed_recovery")?))).collect()
}
