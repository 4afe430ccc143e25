//! The rows of the trail, one after another, and where it ends.

use sqlx::sqlite::SqliteRow;
use wiez_proto::refusal::{Reason, Refusal};

use super::{Conn, Tx, col, meta};
use crate::trail::{Act, Entry, Head};

const SEQ: &str = "trail.seq";
const HASH: &str = "trail.hash";

/// Where the trail ends; also kept beside it, so that rows cut off at its end are missed.
///
/// # Errors
/// `INTERNAL`.
pub async fn head(conn: &mut Conn) -> Result<Head, Refusal> {
    let seq = meta::number(conn, SEQ).await?;
    let hash = meta::get(conn, HASH).await?.and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; 32]);
    Ok(Head { seq, hash })
}

/// Appends the next entry.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* trail.append */ insert into trail (seq, at_ms, person, worker, act, number, about, hash)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(signed(entry.seq)?)
    .bind(entry.at_ms)
    .bind(entry.person)
    .bind(entry.worker.clone())
    .bind(entry.act.code())
    .bind(entry.number.clone())
    .bind(entry.about.clone())
    .bind(entry.hash.to_vec());
    tx.exec_one(query).await?;
    meta::put_number(tx, SEQ, entry.seq).await?;
    meta::put(tx, HASH, &entry.hash).await
}

/// Entries after one, oldest first.
///
/// # Errors
/// `INTERNAL`, also for a row that is none of ours.
pub async fn after(conn: &mut Conn, seq: u64, most: u32) -> Result<Vec<Entry>, Refusal> {
    let query = sqlx::query("/* trail.after */ select * from trail where seq > ? order by seq limit ?");
    conn.rows(query.bind(signed(seq)?).bind(most)).await?.iter().map(read).collect()
}

/// The newest entry of an act about something.
///
/// # Errors
/// `INTERNAL`.
pub async fn last(conn: &mut Conn, act: Act, about: &str) -> Result<Option<Entry>, Refusal> {
    let query =
        sqlx::query("/* trail.last */ select * from trail where act = ? and about = ? order by seq desc limit 1");
    conn.row(query.bind(act.code()).bind(about.to_owned())).await?.map(|row| read(&row)).transpose()
}

/// Entries before one, newest first; of one case, or of all. Who reads on the connection finds nothing of a case or
/// consent that the account does not see.
///
/// # Errors
/// `INTERNAL`.
pub async fn before(conn: &mut Conn, seq: u64, number: Option<&str>, most: u32) -> Result<Vec<Entry>, Refusal> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let account = conn.reader().map(|reader| reader.account().bytes().to_vec());
    let rows = match number {
        None => {
            let query = sqlx::query(
                "/* trail.before */ select * from trail where seq < ?1 and (?2 is null or number = ''
                   or exists (select 1 from vault_access where account = ?2 and name = number and sees = 1)
                   or not exists (select 1 from vault where name = number))
                 order by seq desc limit ?3",
            );
            conn.rows(query.bind(seq).bind(account).bind(most)).await?
        }
        Some(number) => {
            let query = sqlx::query(
                "/* trail.of_case */ select * from trail where number = ?1 and seq < ?2 and (?3 is null
                   or exists (select 1 from vault_access where account = ?3 and name = ?1 and sees = 1)
                   or not exists (select 1 from vault where name = ?1))
                 order by seq desc limit ?4",
            );
            conn.rows(query.bind(number.to_owned()).bind(seq).bind(account).bind(most)).await?
        }
    };
    rows.iter().map(read).collect()
}

fn signed(seq: u64) -> Result<i64, Refusal> {
    i64::try_from(seq).map_err(|_| Refusal::new(Reason::Internal))
}

fn read(row: &SqliteRow) -> Result<Entry, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let act: String = col(row, "act")?;
    Ok(Entry {
        seq: u64::try_from(col::<i64>(row, "seq")?).map_err(|_| internal())?,
        at_ms: col(row, "at_ms")?,
        person: col(row, "person")?,
        worker: col(row, "worker")?,
        act: Act::parse(&act).ok_or_else(internal)?,
        number: col(row, "number")?,
        about: col(row, "about")?,
        hash: col::<Vec<u8>>(row, "hash")?.try_into().map_err(|_| internal())?,
    })
}
