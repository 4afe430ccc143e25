//! Who of this machine's users is which worker.

use std::collections::BTreeMap;

use jiff::civil::Date;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::WorkerRole;

use super::{Conn, Tx, col};
use crate::people::Worker;

/// The worker behind a user id.
///
/// # Errors
/// `INTERNAL`.
pub async fn by_uid(conn: &mut Conn, uid: u32) -> Result<Option<Worker>, Refusal> {
    let query = sqlx::query("/* people.by_uid */ select uid, worker, role from people where uid = ?").bind(uid);
    conn.row(query).await?.map(|row| read(&row)).transpose()
}

/// Every worker, by user id.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(conn: &mut Conn) -> Result<Vec<Worker>, Refusal> {
    let query = sqlx::query("/* people.list */ select uid, worker, role from people order by uid");
    conn.rows(query).await?.iter().map(read).collect()
}

/// The user id of the only worker of a name; none where nobody or several have it.
///
/// # Errors
/// `INTERNAL`.
pub async fn only(conn: &mut Conn, name: &str) -> Result<Option<u32>, Refusal> {
    let query = sqlx::query("/* people.only */ select uid from people where worker = ? limit 2");
    let rows = conn.rows(query.bind(name.to_owned())).await?;
    if let [row] = rows.as_slice() { col(row, "uid").map(Some) } else { Ok(None) }
}

/// Adds a worker, or gives a user id to another one, whom nobody's declaration binds.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put(tx: &mut Tx, worker: &Worker, now_ms: i64) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* people.put */ insert into people (uid, worker, role, added_ms) values (?, ?, ?, ?)
         on conflict (uid) do update set worker = excluded.worker, role = excluded.role, added_ms = excluded.added_ms,
         declared_on = case when worker = excluded.worker then declared_on end",
    )
    .bind(worker.uid)
    .bind(&worker.name)
    .bind(worker.role.code())
    .bind(now_ms);
    tx.exec_one(query).await
}

/// Records a declaration of confidentiality. False when nobody has that user id.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn declare(tx: &mut Tx, uid: u32, on: Date) -> Result<bool, Refusal> {
    let query = sqlx::query("/* people.declare */ update people set declared_on = ? where uid = ?");
    Ok(tx.exec(query.bind(on.to_string()).bind(uid)).await? == 1)
}

/// Since when the worker behind a user id is bound by a declaration.
///
/// # Errors
/// `INTERNAL`.
pub async fn declared(conn: &mut Conn, uid: u32) -> Result<Option<Date>, Refusal> {
    Ok(declarations(conn).await?.remove(&uid))
}

/// Everybody who declared confidentiality, and since when.
///
/// # Errors
/// `INTERNAL`.
pub async fn declarations(conn: &mut Conn) -> Result<BTreeMap<u32, Date>, Refusal> {
    let query = sqlx::query(
        "/* people.declarations */ select uid, declared_on from people where declared_on is not null order by uid",
    );
    let rows = conn.rows(query).await?;
    let each = rows.iter().map(|row| {
        let on: String = col(row, "declared_on")?;
        Ok((col(row, "uid")?, on.parse().map_err(|_| Refusal::new(Reason::Internal))?))
    });
    each.collect()
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Worker, Refusal> {
    let role: String = col(row, "role")?;
    Ok(Worker {
        uid: col(row, "uid")?,
        name: col(row, "worker")?,
        role: WorkerRole::parse(&role).map_err(|_| Refusal::new(Reason::Internal))?,
    })
}
