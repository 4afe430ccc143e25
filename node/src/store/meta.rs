//! Single values of the node that have a name.

use wiez_proto::refusal::Refusal;

use super::{Conn, Tx, col};

/// The value of a name.
pub(crate) async fn get(conn: &mut Conn, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
    let query = sqlx::query("/* meta.get */ select value from meta where name = $1");
    conn.row(query.bind(name.to_owned())).await?.as_ref().map(|row| col(row, "value")).transpose()
}

/// Sets the value of a name.
pub(crate) async fn put(tx: &mut Tx, name: &str, value: &[u8]) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* meta.put */ insert into meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
    );
    tx.exec_one(query.bind(name.to_owned()).bind(value.to_vec())).await
}

/// A number under a name; 0 when there is none.
pub(crate) async fn number(conn: &mut Conn, name: &str) -> Result<u64, Refusal> {
    let bytes = get(conn, name).await?;
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes))
}

/// Sets a number under a name.
pub(crate) async fn put_number(tx: &mut Tx, name: &str, number: u64) -> Result<(), Refusal> {
    put(tx, name, &number.to_be_bytes()).await
}
