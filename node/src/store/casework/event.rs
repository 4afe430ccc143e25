//! What happened in a case, in the order in which it happened.

use wiez_proto::env::Env;
use wiez_proto::refusal::Refusal;

use crate::casework::Happened;
use crate::store::{Conn, Place, Sealed, Tx, col};

const EVENT: Place = Place { table: "case_event", column: "sealed_event" };

/// Adds one line.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put_event(tx: &mut Tx, env: &Env, number: &str, event: &Happened) -> Result<(), Refusal> {
    let id: [u8; 16] = env.random();
    let sealed = Sealed::seal(tx.content(), EVENT, &id, event)?;
    let query = sqlx::query(
        "/* case.put_event */ insert into case_event (event_id, number, at_ms, sealed_event) values (?, ?, ?, ?)",
    )
    .bind(id.to_vec())
    .bind(number)
    .bind(event.at_ms)
    .bind(sealed);
    tx.exec_one(query).await
}

/// Every line of a case, oldest first.
///
/// # Errors
/// `INTERNAL`.
pub async fn events(conn: &mut Conn, number: &str) -> Result<Vec<Happened>, Refusal> {
    let query = sqlx::query(
        "/* case.events */ select event_id, sealed_event from case_event where number = ? order by at_ms, rowid",
    )
    .bind(number);
    let rows = conn.rows(query).await?;
    let open = |row| {
        let id: Vec<u8> = col(row, "event_id")?;
        col::<Sealed<Happened>>(row, "sealed_event")?.open(conn.content(), EVENT, &id)
    };
    rows.iter().map(open).collect()
}
