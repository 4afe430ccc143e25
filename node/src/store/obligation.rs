//! Rows of what is owed.

use sqlx::sqlite::SqliteRow;
use wiez_proto::id::{InstitutionId, MessageId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Owed;

use super::{Conn, Tx, col};
use crate::obligation::{Holder, Outage, OutageKind};

/// A stored obligation; `id` is 0 before it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ObligationRow {
    pub(crate) id: i64,
    pub(crate) number: String,
    pub(crate) message_id: MessageId,
    pub(crate) what: Owed,
    pub(crate) rule: String,
    pub(crate) from_ms: i64,
    pub(crate) due_ms: i64,
    pub(crate) remind_ms: Option<i64>,
    pub(crate) owner: Holder,
    pub(crate) reminded_ms: Option<i64>,
    pub(crate) missed_ms: Option<i64>,
    pub(crate) done_ms: Option<i64>,
    pub(crate) outage: Option<i64>,
}

/// What other tables say about an obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) peer: InstitutionId,
    pub(crate) outage: Option<Outage>,
}

/// Stores what begins to be owed. What is owed already for the message stays as it was.
pub(crate) async fn put(tx: &mut Tx, row: &ObligationRow) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* obligation.put */ insert into obligation (number, message_id, what, rule, from_ms, due_ms, remind_ms, owner)
         values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (number, what, message_id) do nothing",
    )
    .bind(row.number.clone())
    .bind(row.message_id.bytes().to_vec())
    .bind(row.what.code())
    .bind(row.rule.clone())
    .bind(row.from_ms)
    .bind(row.due_ms)
    .bind(row.remind_ms)
    .bind(row.owner.code());
    tx.exec(query).await.map(drop)
}

/// What is open of one kind in a case.
pub(crate) async fn open_of(conn: &mut Conn, number: &str, what: Owed) -> Result<Vec<ObligationRow>, Refusal> {
    let query = sqlx::query(
        "/* obligation.open_of */ select id, number, message_id, what, rule, from_ms, due_ms, remind_ms, owner, reminded_ms,
         missed_ms, done_ms, outage from obligation where number = ? and what = ? and done_ms is null order by id",
    );
    conn.rows(query.bind(number).bind(what.code())).await?.iter().map(read).collect()
}

/// Everything of a case, by date.
pub(crate) async fn of_case(conn: &mut Conn, number: &str) -> Result<Vec<(ObligationRow, Shown)>, Refusal> {
    let query = sqlx::query(
        "/* obligation.of_case */ select o.id, o.number, o.message_id, o.what, o.rule, o.from_ms, o.due_ms, o.remind_ms,
         o.owner, o.reminded_ms, o.missed_ms, o.done_ms, o.outage, f.peer, u.kind as outage_kind,
         u.from_ms as outage_from, u.to_ms as outage_to
         from obligation o join case_file f on f.number = o.number left join outage u on u.id = o.outage
         where o.number = ? order by o.due_ms, o.id",
    );
    conn.rows(query.bind(number)).await?.iter().map(read_shown).collect()
}

/// What is open, by date, in ordinary cases or in those that stand apart.
pub(crate) async fn open(conn: &mut Conn, apart: bool) -> Result<Vec<(ObligationRow, Shown)>, Refusal> {
    let query = sqlx::query(
        "/* obligation.open */ select o.id, o.number, o.message_id, o.what, o.rule, o.from_ms, o.due_ms, o.remind_ms,
         o.owner, o.reminded_ms, o.missed_ms, o.done_ms, o.outage, f.peer, u.kind as outage_kind,
         u.from_ms as outage_from, u.to_ms as outage_to
         from obligation o join case_file f on f.number = o.number left join outage u on u.id = o.outage
         where o.done_ms is null and f.hidden = ? order by o.due_ms, o.number, o.id",
    );
    conn.rows(query.bind(i64::from(apart))).await?.iter().map(read_shown).collect()
}

/// What is open, not marked yet, and was due before now.
pub(crate) async fn passed(conn: &mut Conn, now_ms: i64) -> Result<Vec<ObligationRow>, Refusal> {
    let query = sqlx::query(
        "/* obligation.passed */ select id, number, message_id, what, rule, from_ms, due_ms, remind_ms, owner, reminded_ms,
         missed_ms, done_ms, outage from obligation
         where done_ms is null and missed_ms is null and due_ms < ? order by due_ms, id",
    );
    conn.rows(query.bind(now_ms)).await?.iter().map(read).collect()
}

/// What is open, still in time, and not reminded of although its last working day has begun.
pub(crate) async fn to_remind(conn: &mut Conn, now_ms: i64) -> Result<Vec<ObligationRow>, Refusal> {
    let query = sqlx::query(
        "/* obligation.to_remind */ select id, number, message_id, what, rule, from_ms, due_ms, remind_ms, owner, reminded_ms,
         missed_ms, done_ms, outage from obligation
         where done_ms is null and missed_ms is null and reminded_ms is null and remind_ms <= ? order by due_ms, id",
    );
    conn.rows(query.bind(now_ms)).await?.iter().map(read).collect()
}

/// Notes that it is done.
pub(crate) async fn set_done(tx: &mut Tx, id: i64, at_ms: i64) -> Result<(), Refusal> {
    let query =
        sqlx::query("/* obligation.set_done */ update obligation set done_ms = ? where id = ? and done_ms is null");
    tx.exec_one(query.bind(at_ms).bind(id)).await
}

/// Notes that somebody was reminded.
pub(crate) async fn set_reminded(tx: &mut Tx, id: i64, at_ms: i64) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* obligation.set_reminded */ update obligation set reminded_ms = ? where id = ? and reminded_ms is null",
    );
    tx.exec_one(query.bind(at_ms).bind(id)).await
}

/// Notes once that the date was missed; the manager has it from now on.
pub(crate) async fn set_missed(tx: &mut Tx, id: i64, at_ms: i64, outage: Option<i64>) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* obligation.set_missed */ update obligation set missed_ms = ?, owner = 'MANAGER', outage = ?
         where id = ? and missed_ms is null",
    );
    tx.exec_one(query.bind(at_ms).bind(outage).bind(id)).await
}

fn read(row: &SqliteRow) -> Result<ObligationRow, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    Ok(ObligationRow {
        id: col(row, "id")?,
        number: col(row, "number")?,
        message_id: MessageId::parse(&col::<Vec<u8>>(row, "message_id")?)?,
        what: Owed::parse(&col::<String>(row, "what")?).map_err(|_| internal())?,
        rule: col(row, "rule")?,
        from_ms: col(row, "from_ms")?,
        due_ms: col(row, "due_ms")?,
        remind_ms: col(row, "remind_ms")?,
        owner: Holder::parse(&col::<String>(row, "owner")?).ok_or_else(internal)?,
        reminded_ms: col(row, "reminded_ms")?,
        missed_ms: col(row, "missed_ms")?,
        done_ms: col(row, "done_ms")?,
        outage: col(row, "outage")?,
    })
}

fn read_shown(row: &SqliteRow) -> Result<(ObligationRow, Shown), Refusal> {
    let kind: Option<String> = col(row, "outage_kind")?;
    let outage = match kind {
        None => None,
        Some(kind) => Some(Outage {
            kind: OutageKind::parse(&kind).ok_or_else(|| Refusal::new(Reason::Internal))?,
            from_ms: col(row, "outage_from")?,
            to_ms: col(row, "outage_to")?,
        }),
    };
    Ok((read(row)?, Shown { peer: col::<String>(row, "peer")?.parse()?, outage }))
}
