//! Who was excluded from what, what was lent to a substitute, and access that is taken back.

use std::collections::BTreeSet;

use wiez_proto::refusal::{Reason, Refusal};

use super::{Conn, Tx, col};
use crate::account::AccountId;

/// Somebody who was excluded from a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// Who.
    pub account: AccountId,
    /// By whom.
    pub by: AccountId,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Code of the reason.
    pub reason: String,
}

/// Something that a substitute sees while somebody is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lent {
    /// The case or consent record.
    pub name: String,
    /// To whom.
    pub substitute: AccountId,
    /// Whether the substitute held the key before, without seeing it.
    pub held: bool,
}

fn id(bytes: Vec<u8>) -> Result<AccountId, Refusal> {
    bytes.try_into().map(AccountId::new).map_err(|_| Refusal::new(Reason::Internal))
}

/// Leaves somebody the key and takes the sight.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn conceal(tx: &mut Tx, name: &str, account: &AccountId) -> Result<(), Refusal> {
    let query = sqlx::query("/* hand.conceal */ update vault_access set sees = 0 where account = ? and name = ?");
    tx.exec(query.bind(account.bytes().to_vec()).bind(name.to_owned())).await.map(drop)
}

/// Wipes what was wrapped to an account; that it saw something stays known, so that it can be wrapped again or given
/// to somebody else.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn wipe(tx: &mut Tx, account: &AccountId) -> Result<(), Refusal> {
    let query = sqlx::query("/* hand.wipe */ delete from vault_key where account = ?");
    tx.exec(query.bind(account.bytes().to_vec())).await.map(drop)
}

/// Takes from an account what it held without seeing it: it does not lead any more.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn end_custody(tx: &mut Tx, account: &AccountId) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* hand.end_custody_keys */ delete from vault_key where account = ?1 and name in
         (select name from vault_access where account = ?1 and sees = 0)",
    );
    tx.exec(query.bind(account.bytes().to_vec())).await?;
    let query = sqlx::query("/* hand.end_custody */ delete from vault_access where account = ? and sees = 0");
    tx.exec(query.bind(account.bytes().to_vec())).await.map(drop)
}

/// Lets every kierownik who keeps the key of something see it when nobody else with keys does.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn adopt(tx: &mut Tx, name: &str) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* hand.adopt */ update vault_access set sees = 1 where sees = 0 and name = ?
         and account in (select id from account where role = 'KIEROWNIK' and state = 'ACTIVE' and given_ms is not null)
         and not exists (select 1 from vault_excluded as out
           where out.name = vault_access.name and out.account = vault_access.account)
         and not exists (select 1 from vault_access as other join account on id = other.account
           where other.name = vault_access.name and other.sees = 1 and state = 'ACTIVE' and given_ms is not null)",
    );
    tx.exec(query.bind(name.to_owned())).await.map(drop)
}

/// Whether an account sees anything, and how many ordinary cases and consent records it sees that who reads on this
/// connection sees too.
///
/// # Errors
/// `INTERNAL`.
pub async fn count(conn: &mut Conn, account: &AccountId) -> Result<(bool, usize), Refusal> {
    let query = sqlx::query(
        "/* hand.count */ select count(*) as seen, count(*) filter (
           where not exists (select 1 from case_file where number = theirs.name and hidden = 1)
           and (?2 is null or exists (select 1 from vault_access as mine
             where mine.account = ?2 and mine.name = theirs.name and mine.sees = 1))) as common
         from vault_access as theirs where theirs.account = ?1 and theirs.sees = 1",
    );
    let reader = conn.reader().map(|reader| reader.account().bytes().to_vec());
    let row = conn.row(query.bind(account.bytes().to_vec()).bind(reader)).await?;
    let row = row.ok_or_else(|| Refusal::new(Reason::Internal))?;
    Ok((col::<i64>(&row, "seen")? > 0, usize::try_from(col::<i64>(&row, "common")?).unwrap_or_default()))
}

/// Names of everything that has a key of its own.
///
/// # Errors
/// `INTERNAL`.
pub async fn all(conn: &mut Conn) -> Result<Vec<String>, Refusal> {
    let rows = conn.rows(sqlx::query("/* hand.all */ select name from vault order by name")).await?;
    rows.iter().map(|row| col(row, "name")).collect()
}

/// Cases of somebody's safety.
///
/// # Errors
/// `INTERNAL`.
pub async fn hidden(conn: &mut Conn) -> Result<BTreeSet<String>, Refusal> {
    let query = sqlx::query("/* hand.hidden */ select number from case_file where hidden = 1");
    conn.rows(query).await?.iter().map(|row| col(row, "number")).collect()
}

/// What somebody sees who works with content here, other than one account.
///
/// # Errors
/// `INTERNAL`.
pub async fn watched(conn: &mut Conn, but: &AccountId) -> Result<BTreeSet<String>, Refusal> {
    let query = sqlx::query(
        "/* hand.watched */ select distinct name from vault_access join account on id = account
         where sees = 1 and state = 'ACTIVE' and role in ('PRACOWNIK', 'KOORDYNATOR', 'KIEROWNIK') and id <> ?",
    );
    conn.rows(query.bind(but.bytes().to_vec())).await?.iter().map(|row| col(row, "name")).collect()
}

/// Keeps that somebody was excluded.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn exclude(tx: &mut Tx, name: &str, excluded: &Excluded) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* hand.exclude */ insert into vault_excluded (name, account, by_account, at_ms, reason) values (?, ?, ?, ?, ?)
         on conflict (name, account) do update set by_account = excluded.by_account, at_ms = excluded.at_ms,
         reason = excluded.reason",
    )
    .bind(name.to_owned())
    .bind(excluded.account.bytes().to_vec())
    .bind(excluded.by.bytes().to_vec())
    .bind(excluded.at_ms)
    .bind(excluded.reason.clone());
    tx.exec_one(query).await
}

/// Ends an exclusion. True when there was one.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn readmit(tx: &mut Tx, name: &str, account: &AccountId) -> Result<bool, Refusal> {
    let query = sqlx::query("/* hand.readmit */ delete from vault_excluded where name = ? and account = ?");
    Ok(tx.exec(query.bind(name.to_owned()).bind(account.bytes().to_vec())).await? > 0)
}

/// Who is excluded from a case.
///
/// # Errors
/// `INTERNAL`.
pub async fn excluded(conn: &mut Conn, name: &str) -> Result<Vec<Excluded>, Refusal> {
    let query = sqlx::query(
        "/* hand.excluded */ select account, by_account, at_ms, reason from vault_excluded where name = ? order by at_ms",
    );
    let rows = conn.rows(query.bind(name.to_owned())).await?;
    let one = |row| {
        Ok(Excluded {
            account: id(col(row, "account")?)?,
            by: id(col(row, "by_account")?)?,
            at_ms: col(row, "at_ms")?,
            reason: col(row, "reason")?,
        })
    };
    rows.iter().map(one).collect()
}

/// What somebody is excluded from.
///
/// # Errors
/// `INTERNAL`.
pub async fn excluded_from(conn: &mut Conn, account: &AccountId) -> Result<BTreeSet<String>, Refusal> {
    let query = sqlx::query("/* hand.excluded_from */ select name from vault_excluded where account = ?");
    conn.rows(query.bind(account.bytes().to_vec())).await?.iter().map(|row| col(row, "name")).collect()
}

/// Keeps that something was lent.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn lend(tx: &mut Tx, account: &AccountId, lent: &Lent) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* hand.lend */ insert into vault_lent (account, name, substitute, held) values (?, ?, ?, ?)
         on conflict do nothing",
    )
    .bind(account.bytes().to_vec())
    .bind(lent.name.clone())
    .bind(lent.substitute.bytes().to_vec())
    .bind(lent.held);
    tx.exec(query).await.map(drop)
}

fn lent(row: &sqlx::sqlite::SqliteRow) -> Result<Lent, Refusal> {
    let held = col::<i64>(row, "held")? != 0;
    Ok(Lent { name: col(row, "name")?, substitute: id(col(row, "substitute")?)?, held })
}

/// What was lent because somebody is away.
///
/// # Errors
/// `INTERNAL`.
pub async fn lent_of(conn: &mut Conn, account: &AccountId) -> Result<Vec<Lent>, Refusal> {
    let query = sqlx::query("/* hand.lent_of */ select name, substitute, held from vault_lent where account = ?");
    conn.rows(query.bind(account.bytes().to_vec())).await?.iter().map(lent).collect()
}

/// What was lent to somebody.
///
/// # Errors
/// `INTERNAL`.
pub async fn lent_to(conn: &mut Conn, substitute: &AccountId) -> Result<Vec<Lent>, Refusal> {
    let query = sqlx::query("/* hand.lent_to */ select name, substitute, held from vault_lent where substitute = ?");
    conn.rows(query.bind(substitute.bytes().to_vec())).await?.iter().map(lent).collect()
}

/// Forgets what was lent because somebody was away.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn forget_lent(tx: &mut Tx, account: &AccountId) -> Result<(), Refusal> {
    let query = sqlx::query("/* hand.forget_lent */ delete from vault_lent where account = ?");
    tx.exec(query.bind(account.bytes().to_vec())).await.map(drop)
}

/// Something lent is the substitute's own from now on, or nobody's.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn keep_lent(tx: &mut Tx, name: &str, substitute: &AccountId) -> Result<(), Refusal> {
    let query = sqlx::query("/* hand.keep_lent */ delete from vault_lent where substitute = ? and name = ?");
    tx.exec(query.bind(substitute.bytes().to_vec()).bind(name.to_owned())).await.map(drop)
}
