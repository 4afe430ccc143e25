//! Statements of the enrolment: invitations and their conditional consumption.

use super::super::StoreError;
use super::{Conn, Tx};

/// One invitation.
#[derive(Clone)]
pub(crate) struct InvitationRow {
    /// Who may join with it.
    pub(crate) institution: String,
    /// 16 random bytes.
    pub(crate) secret: Vec<u8>,
    /// Code of the institution kind.
    pub(crate) kind: String,
    /// Codes of further kinds, separated by spaces.
    pub(crate) also_acts_as: String,
    /// Name for people.
    pub(crate) name: String,
    /// TERYT code.
    pub(crate) teryt: String,
    /// Telephone.
    pub(crate) phone: String,
    /// Until when.
    pub(crate) expires_ms: i64,
    /// SHA-256 of the request that used it.
    pub(crate) request_hash: Option<Vec<u8>>,
    /// The answer to that request.
    pub(crate) answer: Option<Vec<u8>>,
}

/// Stores an invitation in the place of an older one of the same institution.
pub(crate) async fn put(tx: &mut Tx, row: &InvitationRow) -> Result<(), StoreError> {
    sqlx::query("/* invitation.drop */ delete from invitation where institution = $1")
        .bind(&row.institution)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "/* invitation.put */ insert into invitation \
         (institution, secret, kind, also_acts_as, name, teryt, phone, expires_ms) values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&row.institution)
    .bind(&row.secret)
    .bind(&row.kind)
    .bind(&row.also_acts_as)
    .bind(&row.name)
    .bind(&row.teryt)
    .bind(&row.phone)
    .bind(row.expires_ms)
    .execute(tx.conn())
    .await?;
    Ok(())
}

type Columns = (String, Vec<u8>, String, String, String, String, String, i64, Option<Vec<u8>>, Option<Vec<u8>>);

/// Reads the invitation of an institution.
pub(crate) async fn get(conn: &mut Conn, institution: &str) -> Result<Option<InvitationRow>, StoreError> {
    let row: Option<Columns> = sqlx::query_as(
        "/* invitation.get */ select institution, secret, kind, also_acts_as, name, teryt, phone, expires_ms, \
         request_hash, answer from invitation where institution = $1",
    )
    .bind(institution)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(institution, secret, kind, also_acts_as, name, teryt, phone, expires_ms, request_hash, answer)| {
        InvitationRow { institution, secret, kind, also_acts_as, name, teryt, phone, expires_ms, request_hash, answer }
    }))
}

/// Uses an invitation up, if nobody did; true when this call did it.
pub(crate) async fn consume(
    tx: &mut Tx,
    institution: &str,
    request_hash: &[u8],
    answer: &[u8],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* invitation.consume */ update invitation set request_hash = $1, answer = $2 \
         where institution = $3 and request_hash is null and expires_ms > $4",
    )
    .bind(request_hash)
    .bind(answer)
    .bind(institution)
    .bind(now_ms)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes invitations whose days are over, with their secrets.
pub(crate) async fn sweep(tx: &mut Tx, now_ms: i64) -> Result<u64, StoreError> {
    let done = sqlx::query("/* invitation.sweep */ delete from invitation where expires_ms < $1")
        .bind(now_ms)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}
