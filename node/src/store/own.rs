//! What of a case or consent record only its workers read, though the node works with the rest: own number, paper's place.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::refusal::Refusal;

use super::{Conn, Place, Sealed, Tx, col, vault};
use crate::vault::{SealedSecret, open_secret};

const OWN: Place = Place { table: "own", column: "sealed_own" };

/// What is kept apart from a case file or a consent's form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Own {
    /// The case number of whoever wrote; of what went out from here, this institution's own.
    pub(super) subject_ref: String,
    /// Where the signed paper of a consent lies.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) place: String,
}

impl Own {
    fn is_empty(&self) -> bool {
        self.subject_ref.is_empty() && self.place.is_empty()
    }
}

/// Keeps it, in place of what was kept before; what is empty changes nothing, because it was read by nobody who could.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(super) async fn put(tx: &mut Tx, name: &str, own: &Own) -> Result<(), Refusal> {
    if own.is_empty() {
        return Ok(());
    }
    let sealed = vault::seal(tx, name, OWN, name.as_bytes(), own).await?;
    let query = sqlx::query(
        "/* own.put */ insert into own (name, mark, sealed_own) values (?, ?, ?)
         on conflict (name) do update set mark = excluded.mark, sealed_own = excluded.sealed_own",
    )
    .bind(name.to_owned())
    .bind(tx.content().mark(&own.subject_ref).to_vec())
    .bind(sealed);
    tx.exec_one(query).await
}

/// What is kept, for who reads on this connection; empty for everybody without the keys.
///
/// # Errors
/// `INTERNAL`.
pub(super) async fn of(conn: &mut Conn, name: &str) -> Result<Own, Refusal> {
    let query = sqlx::query(
        "/* own.of */ select o.sealed_own, k.sealed_secret from own o
         left join vault_key k on k.name = o.name and k.account = ? where o.name = ?",
    )
    .bind(conn.reader().map(|reader| reader.account().bytes().to_vec()))
    .bind(name.to_owned());
    let Some(row) = conn.row(query).await? else { return Ok(Own::default()) };
    let sealed: Sealed<Own> = col(&row, "sealed_own")?;
    if !sealed.is_to_key() {
        return sealed.open(conn.content(), OWN, name.as_bytes());
    }
    let wrapped: Option<SealedSecret> = col(&row, "sealed_secret")?;
    let (Some(reader), Some(wrapped)) = (conn.reader(), wrapped) else { return Ok(Own::default()) };
    let secret = open_secret(conn.content().env(), reader, name, &wrapped)?;
    sealed.open_with(conn.content().env(), &secret, OWN, name.as_bytes())
}

/// Names of the cases and consent records under a number, whoever asks; of another institution's cases, under its
/// number. What a worker asked for has to be filtered by what that worker sees.
///
/// # Errors
/// `INTERNAL`.
pub async fn about(conn: &mut Conn, subject_ref: &str) -> Result<BTreeSet<String>, Refusal> {
    if subject_ref.is_empty() {
        return Ok(BTreeSet::new());
    }
    let query = sqlx::query("/* own.about */ select name from own where mark = ?");
    let rows = conn.rows(query.bind(conn.content().mark(subject_ref).to_vec())).await?;
    rows.iter().map(|row| col(row, "name")).collect()
}

/// Takes apart what an older program stored in one piece. Does nothing where it was done before.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(super) async fn split(tx: &mut Tx) -> Result<(), Refusal> {
    super::casework::split(tx).await?;
    super::consent::split(tx).await?;
    super::review::split(tx).await
}
