//! Rows of reviews: what a second person looks at, and what was decided.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sqlx::sqlite::SqliteRow;
use wiez_proto::id::{InstitutionId, MessageId};
use wiez_proto::refusal::{Reason, Refusal};

use super::casework::Direction;
use super::{Conn, Place, Sealed, Tx, casework, col, vault};
use crate::message::Message;
use crate::review::{About, Decision, Stage};

const ABOUT: Place = Place { table: "review", column: "sealed_review" };
const WHY: Place = Place { table: "review", column: "sealed_why" };
const DRAFT: Place = Place { table: "review", column: "sealed_draft" };

/// A stored review.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "every field is a column told in the migration")]
pub struct ReviewRow {
    pub id: String,
    pub number: String,
    pub stage: Stage,
    pub direction: Direction,
    pub peer: InstitutionId,
    pub message_id: MessageId,
    pub asker_uids: Vec<u32>,
    pub created_ms: i64,
    pub due_ms: i64,
    pub decided: Option<DecidedRow>,
    pub(crate) about: About,
}

/// How a stored review ended; names and reasons are in what is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "every field is a column told in the migration")]
pub struct DecidedRow {
    pub at_ms: i64,
    pub uid: u32,
    pub decision: Decision,
    pub alone: bool,
}

/// Stores a new review.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`; also for a message that has one.
pub async fn put(tx: &mut Tx, row: &ReviewRow) -> Result<(), Refusal> {
    let sealed = Sealed::seal(tx.content(), ABOUT, row.id.as_bytes(), &row.about)?;
    let uids: Vec<String> = row.asker_uids.iter().map(u32::to_string).collect();
    let query = sqlx::query(
        "/* review.put */ insert into review
         (id, number, stage, direction, peer, message_id, asker_uids, created_ms, due_ms, sealed_review)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.id.clone())
    .bind(row.number.clone())
    .bind(row.stage.code())
    .bind(row.direction.code())
    .bind(row.peer.to_string())
    .bind(row.message_id.bytes().to_vec())
    .bind(uids.join(","))
    .bind(row.created_ms)
    .bind(row.due_ms)
    .bind(sealed);
    tx.exec_one(query).await
}

/// Records the decision about an open review, with what was sealed about it.
///
/// # Errors
/// `DISK_FULL`, or `INTERNAL`; also for one that was decided before.
pub async fn decide(tx: &mut Tx, row: &ReviewRow, decided: &DecidedRow) -> Result<(), Refusal> {
    let sealed = Sealed::seal(tx.content(), ABOUT, row.id.as_bytes(), &row.about)?;
    let query = sqlx::query(
        "/* review.decide */ update review
         set decided_ms = ?, decided_uid = ?, decision = ?, alone = ?, sealed_review = ?, sealed_draft = null
         where id = ? and decided_ms is null",
    )
    .bind(decided.at_ms)
    .bind(decided.uid)
    .bind(decided.decision.code())
    .bind(i64::from(decided.alone))
    .bind(sealed)
    .bind(row.id.clone());
    tx.exec_one(query).await
}

/// Keeps what a second person wrote with a no, under the key of the case.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put_why(tx: &mut Tx, id: &str, number: &str, why: &str) -> Result<(), Refusal> {
    let sealed = vault::seal(tx, number, WHY, id.as_bytes(), &why.to_owned()).await?;
    let query = sqlx::query("/* review.put_why */ update review set sealed_why = ? where id = ?");
    tx.exec_one(query.bind(sealed).bind(id.to_owned())).await
}

/// What a second person wrote with a no; nothing for who holds no key to the case.
///
/// # Errors
/// `INTERNAL`.
pub async fn why(conn: &mut Conn, id: &str, number: &str) -> Result<Option<String>, Refusal> {
    let query = sqlx::query("/* review.why */ select sealed_why from review where id = ?").bind(id.to_owned());
    let Some(row) = conn.row(query).await? else { return Ok(None) };
    let Some(sealed) = col::<Option<Sealed<String>>>(&row, "sealed_why")? else { return Ok(None) };
    match vault::open(conn, number, &sealed, WHY, id.as_bytes()).await {
        Err(refusal) if refusal.reason == Reason::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

/// What a second person wrote with the newest no in a case, for who holds its key.
///
/// # Errors
/// `INTERNAL`.
pub async fn rejection(conn: &mut Conn, number: &str) -> Result<Option<String>, Refusal> {
    let query = sqlx::query(
        "/* review.rejection */ select id from review where number = ? and decision = 'REJECTED'
         order by decided_ms desc, id limit 1",
    );
    let Some(row) = conn.row(query.bind(number.to_owned())).await? else { return Ok(None) };
    why(conn, &col::<String>(&row, "id")?, number).await
}

/// Takes what second persons wrote out of what an older program stored in one piece, also of its cases. Does nothing
/// where it was done before.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(super) async fn split(tx: &mut Tx) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* review.split */ select id, number, stage, direction, peer, message_id, asker_uids, created_ms, due_ms,
         decided_ms, decided_uid, decision, alone, sealed_review
         from review where decision = 'REJECTED' and sealed_why is null",
    );
    for row in tx.rows(query).await? {
        let mut review = read(tx, &row)?;
        let Some(why) = review.about.why.take() else { continue };
        put_why(tx, &review.id, &review.number, &why).await?;
        let sealed = Sealed::seal(tx.content(), ABOUT, review.id.as_bytes(), &review.about)?;
        let query = sqlx::query("/* review.split_off */ update review set sealed_review = ? where id = ?");
        tx.exec_one(query.bind(sealed).bind(review.id)).await?;
        let Some(mut case) = casework::get(tx, &review.number).await? else { continue };
        if case.file.problem.as_mut().is_some_and(|problem| problem.details.remove("why").is_some()) {
            casework::set(tx, &case).await?;
        }
    }
    Ok(())
}

/// Moves what was written before there were vaults into them.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn move_in(tx: &mut Tx) -> Result<(), Refusal> {
    let query = sqlx::query("/* review.move_in */ select id, number, sealed_why from review where sealed_why not null");
    for row in tx.rows(query).await? {
        let (id, number): (String, String) = (col(&row, "id")?, col(&row, "number")?);
        let sealed: Sealed<String> = col(&row, "sealed_why")?;
        if !sealed.is_to_key() {
            let why = sealed.open(tx.content(), WHY, id.as_bytes())?;
            put_why(tx, &id, &number, &why).await?;
        }
    }
    Ok(())
}

/// Keeps the draft that a review waits for, under the node's key: the second person may be somebody without keys to the
/// case. It goes with the decision.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn put_draft(tx: &mut Tx, id: &str, draft: &Message) -> Result<(), Refusal> {
    let sealed = Sealed::seal(tx.content(), DRAFT, id.as_bytes(), &STANDARD.encode(draft.to_bytes()))?;
    let query = sqlx::query("/* review.put_draft */ update review set sealed_draft = ? where id = ?");
    tx.exec_one(query.bind(sealed).bind(id.to_owned())).await
}

/// The draft that a review waits for, as it was kept.
///
/// # Errors
/// `INTERNAL`.
pub async fn draft(conn: &mut Conn, id: &str, expires_ms: i64) -> Result<Option<Message>, Refusal> {
    let query = sqlx::query("/* review.draft */ select sealed_draft from review where id = ?");
    let Some(row) = conn.row(query.bind(id.to_owned())).await? else { return Ok(None) };
    let Some(sealed) = col::<Option<Sealed<String>>>(&row, "sealed_draft")? else { return Ok(None) };
    let text = sealed.open(conn.content(), DRAFT, id.as_bytes())?;
    let bytes = STANDARD.decode(text).map_err(|_| Refusal::new(Reason::Internal))?;
    Message::restore(&bytes, expires_ms).map(Some)
}

/// One review by its number.
///
/// # Errors
/// `INTERNAL`.
pub async fn get(conn: &mut Conn, id: &str) -> Result<Option<ReviewRow>, Refusal> {
    let query = sqlx::query(
        "/* review.get */ select id, number, stage, direction, peer, message_id, asker_uids, created_ms, due_ms, decided_ms,
         decided_uid, decision, alone, sealed_review from review where id = ?",
    )
    .bind(id);
    let row = conn.row(query).await?;
    row.map(|row| read(conn, &row)).transpose()
}

/// The number of the review of a message.
///
/// # Errors
/// `INTERNAL`.
pub async fn of_message(
    conn: &mut Conn,
    direction: Direction,
    peer: &InstitutionId,
    id: &MessageId,
) -> Result<Option<String>, Refusal> {
    let query = sqlx::query(
        "/* review.of_message */ select id from review where direction = ? and peer = ? and message_id = ?",
    )
    .bind(direction.code())
    .bind(peer.to_string())
    .bind(id.bytes().to_vec());
    conn.row(query).await?.map(|row| col(&row, "id")).transpose()
}

/// What waits for a second person in a case.
///
/// # Errors
/// `INTERNAL`.
pub async fn waiting_in(conn: &mut Conn, number: &str) -> Result<Vec<ReviewRow>, Refusal> {
    let query = sqlx::query(
        "/* review.waiting_in */ select id, number, stage, direction, peer, message_id, asker_uids, created_ms, due_ms,
         decided_ms, decided_uid, decision, alone, sealed_review
         from review where number = ? and stage = 'BEFORE' and decided_ms is null order by id",
    );
    let rows = conn.rows(query.bind(number)).await?;
    rows.iter().map(|row| read(conn, row)).collect()
}

/// Every review, open ones first, by the moment by which it is due; and whether its case stands apart.
///
/// # Errors
/// `INTERNAL`.
pub async fn all(conn: &mut Conn) -> Result<Vec<(ReviewRow, bool)>, Refusal> {
    let query = sqlx::query(
        "/* review.all */ select r.id, r.number, r.stage, r.direction, r.peer, r.message_id, r.asker_uids, r.created_ms,
         r.due_ms, r.decided_ms, r.decided_uid, r.decision, r.alone, r.sealed_review, f.hidden
         from review r join case_file f on f.number = r.number
         order by r.decided_ms is not null, r.due_ms, r.id",
    );
    let rows = conn.rows(query).await?;
    rows.iter().map(|row| Ok((read(conn, row)?, col::<i64>(row, "hidden")? != 0))).collect()
}

fn read(conn: &Conn, row: &SqliteRow) -> Result<ReviewRow, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let id: String = col(row, "id")?;
    let about = col::<Sealed<About>>(row, "sealed_review")?.open(conn.content(), ABOUT, id.as_bytes())?;
    let direction: String = col(row, "direction")?;
    let stage: String = col(row, "stage")?;
    let uids: String = col(row, "asker_uids")?;
    let decided = match col::<Option<i64>>(row, "decided_ms")? {
        None => None,
        Some(at_ms) => Some(DecidedRow {
            at_ms,
            uid: col(row, "decided_uid")?,
            decision: Decision::parse(&col::<String>(row, "decision")?).ok_or_else(internal)?,
            alone: col::<i64>(row, "alone")? != 0,
        }),
    };
    Ok(ReviewRow {
        number: col(row, "number")?,
        stage: if stage == Stage::Before.code() { Stage::Before } else { Stage::After },
        direction: if direction == "IN" { Direction::In } else { Direction::Out },
        peer: col::<String>(row, "peer")?.parse()?,
        message_id: MessageId::parse(&col::<Vec<u8>>(row, "message_id")?)?,
        asker_uids: uids.split(',').filter_map(|uid| uid.parse().ok()).collect(),
        created_ms: col(row, "created_ms")?,
        due_ms: col(row, "due_ms")?,
        decided,
        about,
        id,
    })
}
