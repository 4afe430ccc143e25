//! Who of this machine's users is which worker.

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

/// Adds a worker, or gives a user id to another one.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put(tx: &mut Tx, worker: &Worker, now_ms: i64) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* people.put */ insert into people (uid, worker, role, added_ms) values (?, ?, ?, ?)
         on conflict (uid) do update set worker = excluded.worker, role = excluded.role, added_ms = excluded.added_ms",
    )
    .bind(worker.uid)
    .bind(&worker.name)
    .bind(worker.role.code())
    .bind(now_ms);
    tx.exec_one(query).await
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Worker, Refusal> {
    let role: String = col(row, "role")?;
    Ok(Worker {
        uid: col(row, "uid")?,
        name: col(row, "worker")?,
        role: WorkerRole::parse(&role).map_err(|_| Refusal::new(Reason::Internal))?,
    })
}
