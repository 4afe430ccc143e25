//! Sealed names of what an account sees, and which of them changed since when.

use super::{Conn, Sealed, Tx, col};
use crate::account::AccountId;
use crate::vault::{Named, SealedSecret};
use wiez_proto::refusal::Refusal;

/// Whom one case or consent record is about, sealed.
#[derive(Debug)]
pub struct SealedAbout {
    /// Its number.
    pub name: String,
    /// Whether the person concerned may not learn of it.
    pub apart: bool,
    /// Whether the consent under which it came has ended, and nobody said why it is kept.
    pub closed: bool,
    /// The institution whose case number it has; none where that is this one's own.
    pub of: Option<String>,
    /// When it began here, milliseconds since 1970.
    pub at_ms: i64,
    /// Its private half, wrapped to the account.
    pub secret: SealedSecret,
    /// Names by the id of their row, oldest first.
    pub names: Vec<(i64, Sealed<Named>)>,
}

/// The same in the form that opens in microseconds.
#[derive(Debug)]
pub struct Quick {
    /// The number.
    pub name: String,
    /// The private half, where it was wrapped to the account's key alone.
    pub secret: Option<SealedSecret>,
    /// Names by the id of their row.
    pub names: Vec<(i64, Sealed<Named>)>,
}

/// The last change of what anybody sees; 0 before the first.
///
/// # Errors
/// `INTERNAL`.
pub async fn last_change(conn: &mut Conn) -> Result<i64, Refusal> {
    let query = sqlx::query("/* names.last_change */ select coalesce(max(seq), 0) as seq from name_change");
    conn.row(query).await?.map_or(Ok(0), |row| col(&row, "seq"))
}

/// What changed after a change, for anybody.
///
/// # Errors
/// `INTERNAL`.
pub async fn changed(conn: &mut Conn, since: i64) -> Result<Vec<String>, Refusal> {
    let query = sqlx::query("/* names.changed */ select name from name_change where seq > ? order by seq").bind(since);
    conn.rows(query).await?.iter().map(|row| col(row, "name")).collect()
}

/// Everything that an account sees and that changed after a change, by number; with -1 everything.
///
/// # Errors
/// `INTERNAL`.
pub async fn of_account(conn: &mut Conn, account: &AccountId, since: i64) -> Result<Vec<SealedAbout>, Refusal> {
    let query = sqlx::query(
        "/* names.of_account */ select a.name, k.sealed_secret, n.id, n.sealed_names, coalesce(c.hidden, 0) as apart,
         case when c.side = 'PROVIDER' then c.peer end as theirs, coalesce(c.created_ms, r.recorded_ms, 0) as at_ms,
         coalesce(c.side = 'PROVIDER' and g.ended_ms is not null and not exists (
             select 1 from case_message m where m.number = c.number and m.answer = 'KEPT_ON_BASIS'
         ), 0) as closed
         from vault_access a
         join vault_key k on k.account = a.account and k.name = a.name
         left join vault_names n on n.name = a.name
         left join case_file c on c.number = a.name
         left join consent_record r on r.number = a.name
         left join consent_grant g on g.grant_id = c.grant_id
         where a.account = ?1 and a.sees = 1
         and (?2 < 0 or a.name in (select name from name_change where seq > ?2))
         order by a.name, n.id",
    )
    .bind(account.bytes().to_vec())
    .bind(since);
    let mut out: Vec<SealedAbout> = vec![];
    for row in conn.rows(query).await? {
        let name: String = col(&row, "name")?;
        let named = match col::<Option<i64>>(&row, "id")? {
            Some(id) => Some((id, col(&row, "sealed_names")?)),
            None => None,
        };
        match out.last_mut().filter(|last| last.name == name) {
            Some(last) => last.names.extend(named),
            None => out.push(SealedAbout {
                name,
                apart: col::<i64>(&row, "apart")? != 0,
                closed: col::<i64>(&row, "closed")? != 0,
                of: col(&row, "theirs")?,
                at_ms: col(&row, "at_ms")?,
                secret: col(&row, "sealed_secret")?,
                names: named.into_iter().collect(),
            }),
        }
    }
    Ok(out)
}

/// Keeps names, and the private half of an account, in the quick form. What is gone meanwhile stays gone.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn settle(tx: &mut Tx, account: &AccountId, quick: &Quick) -> Result<(), Refusal> {
    for (id, sealed) in &quick.names {
        let query = sqlx::query("/* names.settle */ update vault_names set sealed_names = ? where id = ? and name = ?");
        tx.exec(query.bind(sealed.clone()).bind(*id).bind(quick.name.clone())).await?;
    }
    if let Some(secret) = &quick.secret {
        let query =
            sqlx::query("/* names.settle_key */ update vault_key set sealed_secret = ? where account = ? and name = ?");
        tx.exec(query.bind(secret.clone()).bind(account.bytes().to_vec()).bind(quick.name.clone())).await?;
    }
    Ok(())
}
