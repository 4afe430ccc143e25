//! Paper forms and grants, this institution's own and those that came inside seals.

mod event;
mod list;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost::Message as _;
use sqlx::sqlite::SqliteRow;
use wiez_proto::id::{GrantId, Handle};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::{strict, v1};

pub use self::event::{NoticeRow, events, notice, put_event, set_notice};
pub use self::list::{Filter, Found, Order, Wanted, count, last_grants, name_peers, page, refused, some, usual_peers};
use super::own::Own;
use super::{Conn, Place, Sealed, Tx, col, own, vault};
use crate::consent::{Form, State};
use crate::vault::{Begun, Named};

const FORM: Place = Place { table: "consent_record", column: "sealed_form" };
const GRANT: Place = Place { table: "consent_grant", column: "sealed_grant" };
const SALT: Place = Place { table: "consent_grant", column: "sealed_salt" };

/// A stored record.
#[derive(Debug, Clone)]
pub struct RecordRow {
    /// The institution's own number, `Z-…`.
    pub number: String,
    /// As stored; expiry follows from the date.
    pub state: State,
    /// Last millisecond of the validity.
    pub valid_to_ms: i64,
    /// When it was recorded.
    pub recorded_ms: i64,
    /// The form.
    pub form: Form,
}

/// A stored grant.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "every field is a column told in the migration")]
pub struct GrantRow {
    pub id: GrantId,
    pub record: Option<String>,
    pub peer: String,
    pub handle_out: Option<Handle>,
    pub handle_in: Option<Handle>,
    pub valid_to_ms: i64,
    pub ended_ms: Option<i64>,
    pub ended_by: Option<String>,
    pub logged: bool,
    pub successor: Option<GrantId>,
    pub signed: v1::Signed,
}

/// Stores a new record.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put_record(tx: &mut Tx, row: &RecordRow) -> Result<(), Refusal> {
    let sealed = kept(tx, &row.number, &row.form)?;
    let query = sqlx::query(
        "/* consent.put_record */ insert into consent_record (number, state, sheet, valid_to_ms, recorded_ms, sealed_form)
         values (?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.number)
    .bind(stored(row.state))
    .bind(sheet(row.state))
    .bind(row.valid_to_ms)
    .bind(row.recorded_ms)
    .bind(sealed);
    tx.exec_one(query).await?;
    begin(tx, &row.number, &row.form).await
}

/// What `own` keeps of a form.
fn apart(form: &Form) -> Own {
    Own { subject_ref: form.subject_ref.clone(), place: form.evidence_place.clone() }
}

/// The form without that.
fn kept(conn: &Conn, number: &str, form: &Form) -> Result<Sealed<Form>, Refusal> {
    let form = Form { subject_ref: String::new(), evidence_place: String::new(), ..form.clone() };
    Sealed::seal(conn.content(), FORM, number.as_bytes(), &form)
}

/// Takes the own numbers and places out of forms that an older program stored.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(super) async fn split(tx: &mut Tx) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* consent.split */ select number, state, sheet, valid_to_ms, recorded_ms, sealed_form
         from consent_record where not exists (select 1 from own where name = number)",
    );
    for row in tx.rows(query).await? {
        let Ok(record) = read_record(tx, &row) else { continue };
        own::put(tx, &record.number, &apart(&record.form)).await?;
        let query = sqlx::query("/* consent.split_off */ update consent_record set sealed_form = ? where number = ?");
        tx.exec_one(query.bind(kept(tx, &record.number, &record.form)?).bind(record.number)).await?;
    }
    Ok(())
}

/// With what `own` keeps, for who holds the record's keys.
async fn complete(conn: &mut Conn, mut row: RecordRow) -> Result<RecordRow, Refusal> {
    let own = own::of(conn, &row.number).await?;
    (row.form.subject_ref, row.form.evidence_place) = (own.subject_ref, own.place);
    Ok(row)
}

async fn begin(tx: &mut Tx, number: &str, form: &Form) -> Result<(), Refusal> {
    vault::begin(tx, number, false, Begun::Recorded).await?;
    own::put(tx, number, &apart(form)).await?;
    let named = Named { names: vec![], subject_ref: form.subject_ref.clone() };
    vault::note(tx, number, &named, None).await
}

/// Keeps the person's name of a record, which stands on the printed form and in no grant.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put_name(tx: &mut Tx, number: &str, form: &Form, name: &str) -> Result<(), Refusal> {
    let named = Named { names: vec![name.to_owned()], subject_ref: form.subject_ref.clone() };
    vault::note(tx, number, &named, None).await
}

/// Begins the vaults of records that were stored before there were any.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn move_in(tx: &mut Tx) -> Result<(), Refusal> {
    for row in records(tx).await? {
        let row = complete(tx, row).await?;
        begin(tx, &row.number, &row.form).await?;
    }
    Ok(())
}

/// Changes state and form of a record.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn set_record(tx: &mut Tx, number: &str, state: State, form: &Form) -> Result<(), Refusal> {
    own::put(tx, number, &apart(form)).await?;
    let sealed = kept(tx, number, form)?;
    let query = sqlx::query(
        "/* consent.set_record */ update consent_record set state = ?, sheet = ?, sealed_form = ? where number = ?",
    )
    .bind(stored(state))
    .bind(sheet(state))
    .bind(sealed)
    .bind(number);
    tx.exec_one(query).await
}

/// One record.
///
/// # Errors
/// `INTERNAL`.
pub async fn record(conn: &mut Conn, number: &str) -> Result<Option<RecordRow>, Refusal> {
    let query = sqlx::query(
        "/* consent.record */ select number, state, sheet, valid_to_ms, recorded_ms, sealed_form
         from consent_record where number = ?",
    )
    .bind(number);
    let row = conn.row(query).await?;
    let Some(row) = row else { return Ok(None) };
    let row = read_record(conn, &row)?;
    complete(conn, row).await.map(Some)
}

/// Every record, newest first, that who reads on this connection sees; without what `own` keeps.
///
/// # Errors
/// `INTERNAL`.
pub async fn records(conn: &mut Conn) -> Result<Vec<RecordRow>, Refusal> {
    let query = sqlx::query(
        "/* consent.records */ select number, state, sheet, valid_to_ms, recorded_ms, sealed_form
         from consent_record where ?1 is null
           or exists (select 1 from vault_access where account = ?1 and name = number and sees = 1)
           or not exists (select 1 from vault where name = number)
         order by recorded_ms desc, number",
    );
    let query = query.bind(conn.reader().map(|reader| reader.account().bytes().to_vec()));
    let rows = conn.rows(query).await?;
    rows.iter().map(|row| read_record(conn, row)).collect()
}

/// The records of an own case number that who reads on this connection sees, newest first.
///
/// # Errors
/// `INTERNAL`.
pub async fn of_subject(conn: &mut Conn, subject_ref: &str) -> Result<Vec<RecordRow>, Refusal> {
    let mut found = vec![];
    for name in own::about(conn, subject_ref).await? {
        if vault::seen(conn, &name).await?
            && let Some(row) = record(conn, &name).await?
        {
            found.push(row);
        }
    }
    found.sort_by(|a, b| (b.recorded_ms, &a.number).cmp(&(a.recorded_ms, &b.number)));
    Ok(found)
}

/// What the column `state` holds: what nobody signed stands as suspended, so that nothing can ever go under it.
const fn stored(state: State) -> &'static str {
    match state {
        State::Prepared | State::Refused => State::Suspended.code(),
        State::Active | State::Narrowed | State::Withdrawn | State::Expired | State::Suspended => state.code(),
    }
}

/// What the column `sheet` holds.
const fn sheet(state: State) -> Option<&'static str> {
    match state {
        State::Prepared | State::Refused => Some(state.code()),
        State::Active | State::Narrowed | State::Withdrawn | State::Expired | State::Suspended => None,
    }
}

fn read_record(conn: &Conn, row: &SqliteRow) -> Result<RecordRow, Refusal> {
    let number: String = col(row, "number")?;
    let state: String = col(row, "state")?;
    let form = col::<Sealed<Form>>(row, "sealed_form")?.open(conn.content(), FORM, number.as_bytes())?;
    let sheet: Option<String> = col(row, "sheet")?;
    let state = match (sheet.as_deref(), state.as_str()) {
        (Some("PREPARED"), _) => State::Prepared,
        (Some("REFUSED"), _) => State::Refused,
        (None, "ACTIVE") => State::Active,
        (None, "NARROWED") => State::Narrowed,
        (None, "WITHDRAWN") => State::Withdrawn,
        (None, "SUSPENDED") => State::Suspended,
        _ => return Err(Refusal::new(Reason::Internal)),
    };
    Ok(RecordRow { number, state, valid_to_ms: col(row, "valid_to_ms")?, recorded_ms: col(row, "recorded_ms")?, form })
}

/// Stores a grant, once.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put_grant(tx: &mut Tx, row: &GrantRow, salt: Option<&[u8; 32]>, now_ms: i64) -> Result<(), Refusal> {
    let key = row.id.bytes();
    let sealed = Sealed::seal(tx.content(), GRANT, key, &STANDARD.encode(row.signed.encode_to_vec()))?;
    let salt = salt.map(|salt| Sealed::seal(tx.content(), SALT, key, salt)).transpose()?;
    let query = sqlx::query(
        "/* consent.put_grant */ insert into consent_grant
         (grant_id, record, peer, handle_out, handle_in, valid_to_ms, added_ms, sealed_grant, sealed_salt)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (grant_id) do nothing",
    )
    .bind(key.to_vec())
    .bind(row.record.clone())
    .bind(row.peer.clone())
    .bind(row.handle_out.map(|handle| handle.bytes().to_vec()))
    .bind(row.handle_in.map(|handle| handle.bytes().to_vec()))
    .bind(row.valid_to_ms)
    .bind(now_ms)
    .bind(sealed)
    .bind(salt);
    tx.exec(query).await.map(|_| ())
}

/// Marks a grant as ended; the first end counts.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn end_grant(tx: &mut Tx, id: &GrantId, by: &str, at_ms: i64) -> Result<bool, Refusal> {
    let query = sqlx::query(
        "/* consent.end_grant */ update consent_grant set ended_ms = ?, ended_by = ?
         where grant_id = ? and ended_ms is null",
    )
    .bind(at_ms)
    .bind(by)
    .bind(id.bytes().to_vec());
    Ok(tx.exec(query).await? == 1)
}

/// Names the narrower grant that follows an ended one.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn set_successor(tx: &mut Tx, id: &GrantId, successor: &GrantId) -> Result<(), Refusal> {
    let query = sqlx::query("/* consent.set_successor */ update consent_grant set successor = ? where grant_id = ?")
        .bind(successor.bytes().to_vec())
        .bind(id.bytes().to_vec());
    tx.exec(query).await.map(|_| ())
}

/// Marks that the end of a grant was seen in the verified log.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn set_logged(tx: &mut Tx, id: &GrantId) -> Result<(), Refusal> {
    let query = sqlx::query("/* consent.set_logged */ update consent_grant set logged = 1 where grant_id = ?")
        .bind(id.bytes().to_vec());
    tx.exec(query).await.map(|_| ())
}

/// One grant.
///
/// # Errors
/// `INTERNAL`.
pub async fn grant(conn: &mut Conn, id: &GrantId) -> Result<Option<GrantRow>, Refusal> {
    let query = sqlx::query(
        "/* consent.grant */ select grant_id, record, peer, handle_out, handle_in, valid_to_ms, ended_ms, ended_by, logged, successor,
         sealed_grant
         from consent_grant where grant_id = ?",
    )
    .bind(id.bytes().to_vec());
    let row = conn.row(query).await?;
    row.map(|row| read_grant(conn, &row)).transpose()
}

/// The grant that has an edge with this handle.
///
/// # Errors
/// `INTERNAL`.
pub async fn by_handle(conn: &mut Conn, handle: &Handle) -> Result<Option<GrantRow>, Refusal> {
    let query = sqlx::query(
        "/* consent.by_handle */ select grant_id, record, peer, handle_out, handle_in, valid_to_ms, ended_ms, ended_by, logged, successor,
         sealed_grant
         from consent_grant where handle_out = ?1 or handle_in = ?1",
    )
    .bind(handle.bytes().to_vec());
    let row = conn.row(query).await?;
    row.map(|row| read_grant(conn, &row)).transpose()
}

/// The ended grants that name this one as their successor.
///
/// # Errors
/// `INTERNAL`.
pub async fn followed_by(conn: &mut Conn, id: &GrantId) -> Result<Vec<GrantId>, Refusal> {
    let query = sqlx::query("/* consent.followed_by */ select grant_id from consent_grant where successor = ?")
        .bind(id.bytes().to_vec());
    conn.rows(query).await?.iter().map(|row| GrantId::parse(&col::<Vec<u8>>(row, "grant_id")?)).collect()
}

/// The grants of one record, oldest first.
///
/// # Errors
/// `INTERNAL`.
pub async fn of_record(conn: &mut Conn, number: &str) -> Result<Vec<GrantRow>, Refusal> {
    let query = sqlx::query(
        "/* consent.of_record */ select grant_id, record, peer, handle_out, handle_in, valid_to_ms, ended_ms, ended_by, logged, successor,
         sealed_grant
         from consent_grant where record = ? order by added_ms, rowid",
    )
    .bind(number);
    let rows = conn.rows(query).await?;
    rows.iter().map(|row| read_grant(conn, row)).collect()
}

fn read_grant(conn: &Conn, row: &SqliteRow) -> Result<GrantRow, Refusal> {
    let id = GrantId::parse(&col::<Vec<u8>>(row, "grant_id")?)?;
    let text = col::<Sealed<String>>(row, "sealed_grant")?.open(conn.content(), GRANT, id.bytes())?;
    let bytes = STANDARD.decode(text).map_err(|_| Refusal::new(Reason::Internal))?;
    let handle = |name| -> Result<Option<Handle>, Refusal> {
        col::<Option<Vec<u8>>>(row, name)?.map(|bytes| Handle::parse(&bytes)).transpose()
    };
    Ok(GrantRow {
        record: col(row, "record")?,
        peer: col(row, "peer")?,
        handle_out: handle("handle_out")?,
        handle_in: handle("handle_in")?,
        valid_to_ms: col(row, "valid_to_ms")?,
        ended_ms: col(row, "ended_ms")?,
        ended_by: col(row, "ended_by")?,
        logged: col::<i64>(row, "logged")? != 0,
        successor: col::<Option<Vec<u8>>>(row, "successor")?.map(|bytes| GrantId::parse(&bytes)).transpose()?,
        signed: strict(&bytes)?,
        id,
    })
}
