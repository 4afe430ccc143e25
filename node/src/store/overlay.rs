//! Policy rows that this institution's data-protection officer verified.

use std::fmt::Write as _;

use wiez_proto::policy::{Overlay, Verified};
use wiez_proto::refusal::Refusal;

use super::{Conn, Tx, col};

/// Everything that was verified here.
///
/// # Errors
/// `INTERNAL`, or `CONFIG_INVALID` for a row that cannot have been written by this program.
pub async fn load(conn: &mut Conn) -> Result<Overlay, Refusal> {
    let query =
        sqlx::query("/* overlay.load */ select row, verified_by, verified_on, digest from overlay order by row");
    let mut text = String::new();
    for row in conn.rows(query).await? {
        let [name, by, on, digest]: [String; 4] =
            [col(&row, "row")?, col(&row, "verified_by")?, col(&row, "verified_on")?, col(&row, "digest")?];
        // The overlay is read through its own file form, so that one parser judges it.
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let _ = write!(
            text,
            "[verified.{}]\nby = {}\non = {}\ndigest = {}\n",
            quoted(&name),
            quoted(&by),
            quoted(&on),
            quoted(&digest)
        );
    }
    Overlay::parse(&text)
}

/// Records one verification.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put(tx: &mut Tx, row: &str, verified: &Verified) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* overlay.put */ insert into overlay (row, verified_by, verified_on, digest) values (?, ?, ?, ?)
         on conflict (row) do update
         set verified_by = excluded.verified_by, verified_on = excluded.verified_on, digest = excluded.digest",
    )
    .bind(row)
    .bind(&verified.by)
    .bind(verified.on.to_string())
    .bind(&verified.digest);
    tx.exec_one(query).await
}
