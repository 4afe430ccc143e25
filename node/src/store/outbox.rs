//! Rows of the outbox and of the channels to recipients.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost::Message as _;
use sqlx::sqlite::SqliteRow;
use wiez_proto::envelope::Position;
use wiez_proto::id::{Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::BasisClass;
use wiez_proto::wire::v1;

use super::{Conn, Place, Sealed, Tx, col};
use crate::outbox::{Channel, Head, Item, State};

const CONTENT: Place = Place { table: "outbox", column: "sealed_content" };
/// How many queued messages of a channel are looked at together.
const LOOK_AHEAD: i64 = 64;

/// Classes of messages that wait for nobody's consent.
const LAWFUL: [i32; 2] = [BasisClass::Statutory.wire(), BasisClass::VitalInterest.wire()];

/// The order number of the next message.
pub(crate) async fn next_order(conn: &mut Conn) -> Result<i64, Refusal> {
    let row = conn
        .row(sqlx::query("/* outbox.next_order */ select coalesce(max(position), 0) + 1 as next from outbox"))
        .await?;
    row.as_ref().map_or(Ok(1), |row| col(row, "next"))
}

/// Adds a queued message with its content.
pub(crate) async fn insert(tx: &mut Tx, item: &Item, content: &[u8], now_ms: i64) -> Result<(), Refusal> {
    let text = STANDARD.encode(content);
    let sealed = Sealed::<String>::seal(tx.content(), CONTENT, item.message_id.bytes(), &text)?;
    let query = sqlx::query(
        "/* outbox.insert */ insert into outbox (message_id, recipient, class, handle, urgency, position,
         sealed_content, created_ms, expires_ms, state, next_try_ms, changed_ms, thread)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $8, $12)",
    );
    tx.exec_one(
        query
            .bind(item.message_id.bytes().to_vec())
            .bind(item.recipient.to_string())
            .bind(i64::from(item.class.wire()))
            .bind(item.handle.map(|handle| handle.bytes().to_vec()))
            .bind(i64::from(item.urgency))
            .bind(item.order)
            .bind(sealed)
            .bind(now_ms)
            .bind(item.expires_ms)
            .bind(item.state.as_str())
            .bind(item.next_try_ms)
            .bind(item.thread.bytes().to_vec()),
    )
    .await
}

/// Writes back what changed about a message; bytes and content go when they are not needed.
pub(crate) async fn save(tx: &mut Tx, item: &Item, now_ms: i64) -> Result<(), Refusal> {
    let at = item.at;
    let query = sqlx::query(
        "/* outbox.save */ update outbox set state = $2, epoch = $3, seq = $4, prev = $5, envelope_hash = $6,
         envelope = case when $7 then envelope else null end,
         sealed_content = case when $8 then sealed_content else null end,
         attempts = $9, next_try_ms = $10, reason = $11, changed_ms = $12 where message_id = $1",
    );
    let has_envelope = matches!(item.state, State::Sealed | State::Accepted);
    tx.exec_one(
        query
            .bind(item.message_id.bytes().to_vec())
            .bind(item.state.as_str())
            .bind(signed(at.map_or(0, |at| at.epoch)))
            .bind(signed(at.map_or(0, |at| at.seq)))
            .bind(at.map(|at| at.prev.bytes().to_vec()))
            .bind(item.hash.map(|hash| hash.bytes().to_vec()))
            .bind(has_envelope)
            .bind(item.state.keeps_content())
            .bind(i64::from(item.attempts))
            .bind(item.next_try_ms)
            .bind(item.reason.map(Reason::as_str))
            .bind(now_ms),
    )
    .await
}

/// Stores sealed bytes, before they are written to the network.
pub(crate) async fn put_envelope(tx: &mut Tx, id: MessageId, envelope: &v1::Envelope) -> Result<(), Refusal> {
    let query = sqlx::query("/* outbox.put_envelope */ update outbox set envelope = $2 where message_id = $1");
    tx.exec_one(query.bind(id.bytes().to_vec()).bind(envelope.encode_to_vec())).await
}

/// The hash of the envelope of a message for which the recipient's signed receipt is here; none before.
pub(crate) async fn received(conn: &mut Conn, id: MessageId) -> Result<Option<Hash>, Refusal> {
    let query = sqlx::query(
        "/* outbox.received */ select envelope_hash from outbox
         where message_id = $1 and receipt is not null and envelope_hash is not null",
    );
    let row = conn.row(query.bind(id.bytes().to_vec())).await?;
    row.map(|row| Hash::parse(&col::<Vec<u8>>(&row, "envelope_hash")?)).transpose()
}

/// Stores the hub's receipt.
pub(crate) async fn put_hub_receipt(tx: &mut Tx, id: MessageId, receipt: &v1::HubReceipt) -> Result<(), Refusal> {
    let query = sqlx::query("/* outbox.put_hub_receipt */ update outbox set hub_receipt = $2 where message_id = $1");
    tx.exec_one(query.bind(id.bytes().to_vec()).bind(receipt.encode_to_vec())).await
}

/// Stores the recipient's receipt.
pub(crate) async fn put_receipt(tx: &mut Tx, id: MessageId, receipt: &v1::Signed) -> Result<(), Refusal> {
    let query = sqlx::query("/* outbox.put_receipt */ update outbox set receipt = $2 where message_id = $1");
    tx.exec_one(query.bind(id.bytes().to_vec()).bind(receipt.encode_to_vec())).await
}

/// The sealed bytes of a message.
pub(crate) async fn envelope(conn: &mut Conn, id: MessageId) -> Result<Option<v1::Envelope>, Refusal> {
    let query =
        sqlx::query("/* outbox.envelope */ select envelope from outbox where message_id = $1 and envelope is not null");
    let Some(row) = conn.row(query.bind(id.bytes().to_vec())).await? else { return Ok(None) };
    decode(&col::<Vec<u8>>(&row, "envelope")?).map(Some)
}

/// The content of a message that is not sealed yet or may have to be sealed again.
pub(crate) async fn content(conn: &mut Conn, id: MessageId) -> Result<v1::Content, Refusal> {
    let query = sqlx::query(
        "/* outbox.content */ select sealed_content from outbox where message_id = $1 and sealed_content is not null",
    );
    let row = conn.row(query.bind(id.bytes().to_vec())).await?.ok_or_else(|| Refusal::new(Reason::Internal))?;
    let sealed: Sealed<String> = col(&row, "sealed_content")?;
    let text = sealed.open(conn.content(), CONTENT, id.bytes())?;
    let bytes = STANDARD.decode(text).map_err(|_| Refusal::new(Reason::Internal))?;
    decode(&bytes)
}

/// The channel to a recipient with all that is sealed and the next of what is queued, also what
/// waits for another try, because nothing of its thread may overtake it. What rests on a statute or
/// on a life in danger is looked at first, however much else waits. `epoch` is the generation of a
/// channel that does not exist yet.
pub(crate) async fn channel(conn: &mut Conn, recipient: &InstitutionId, epoch: u64) -> Result<Channel, Refusal> {
    let query = sqlx::query(
        "/* outbox.channel */ select o.*, exists (select 1 from own_handle h join control c on c.grant_hash = h.grant_hash
           where h.handle = o.handle and c.kind = 'edge' and c.state = 'waiting') as held
         from outbox o where o.recipient = $1 and o.state in ('queued', 'sealed')
         order by o.state desc, held, o.class not in ($3, $4), o.urgency, o.position limit $2",
    );
    let [statutory, vital] = LAWFUL;
    let bound = query.bind(recipient.to_string()).bind(LOOK_AHEAD).bind(statutory).bind(vital);
    let rows = conn.rows(bound).await?;
    let items: Result<Vec<Item>, Refusal> = rows.iter().map(item).collect();
    let head = head(conn, recipient).await?.unwrap_or_else(|| Head::new(epoch));
    Ok(Channel { recipient: recipient.clone(), head, items: items? })
}

/// Where a channel stands, if anything was ever sent on it.
pub(crate) async fn head(conn: &mut Conn, recipient: &InstitutionId) -> Result<Option<Head>, Refusal> {
    let query = sqlx::query("/* outbox.head */ select * from channel_out where recipient = $1");
    conn.row(query.bind(recipient.to_string())).await?.as_ref().map(read_head).transpose()
}

/// Every channel that was ever used.
pub(crate) async fn heads(conn: &mut Conn) -> Result<BTreeMap<InstitutionId, Head>, Refusal> {
    let rows = conn.rows(sqlx::query("/* outbox.heads */ select * from channel_out")).await?;
    rows.iter().map(|row| Ok((col::<String>(row, "recipient")?.parse()?, read_head(row)?))).collect()
}

fn read_head(row: &SqliteRow) -> Result<Head, Refusal> {
    let stopped: Option<String> = col(row, "stopped")?;
    Ok(Head {
        epoch: unsigned(col(row, "epoch")?),
        used_seq: unsigned(col(row, "used_seq")?),
        accepted_seq: unsigned(col(row, "accepted_seq")?),
        accepted: Hash::parse(&col::<Vec<u8>>(row, "accepted_hash")?)?,
        unsure: col(row, "unsure")?,
        stopped: stopped.map(|name| Reason::parse(&name).unwrap_or(Reason::LogInconsistent)),
    })
}

/// Writes back where a channel stands.
pub(crate) async fn save_head(tx: &mut Tx, recipient: &InstitutionId, head: &Head) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* outbox.save_head */ insert into channel_out (recipient, epoch, used_seq, accepted_seq, accepted_hash, unsure, stopped)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (recipient) do update set epoch = excluded.epoch,
         used_seq = excluded.used_seq, accepted_seq = excluded.accepted_seq, accepted_hash = excluded.accepted_hash,
         unsure = excluded.unsure, stopped = excluded.stopped",
    );
    tx.exec_one(
        query
            .bind(recipient.to_string())
            .bind(signed(head.epoch))
            .bind(signed(head.used_seq))
            .bind(signed(head.accepted_seq))
            .bind(head.accepted.bytes().to_vec())
            .bind(head.unsure)
            .bind(head.stopped.map(Reason::as_str)),
    )
    .await
}

/// Notes that the hub may have accepted something on a channel that is not known here.
pub(crate) async fn mark_unsure(tx: &mut Tx, recipient: &InstitutionId) -> Result<(), Refusal> {
    let query = sqlx::query("/* outbox.mark_unsure */ update channel_out set unsure = 1 where recipient = $1");
    tx.exec(query.bind(recipient.to_string())).await.map(drop)
}

/// The largest generation of any channel, at least 1.
pub(crate) async fn epochs_max(conn: &mut Conn) -> Result<u64, Refusal> {
    let row = conn
        .row(sqlx::query("/* outbox.epochs_max */ select coalesce(max(epoch), 1) as epoch from channel_out"))
        .await?;
    row.as_ref().map_or(Ok(1), |row| col(row, "epoch").map(unsigned))
}

/// Recipients for whom something is sealed, or queued and due: first those to whom something goes on a
/// statute or for a life in danger, so that no bulk to others keeps it waiting.
pub(crate) async fn due(conn: &mut Conn, now_ms: i64) -> Result<Vec<InstitutionId>, Refusal> {
    let query = sqlx::query(
        "/* outbox.due */ select o.recipient from outbox o left join channel_out c on c.recipient = o.recipient
         where c.stopped is null and (o.state = 'sealed' or (o.state = 'queued' and o.next_try_ms <= $1))
         group by o.recipient order by min(o.class not in ($2, $3)), min(o.urgency), o.recipient",
    );
    let [statutory, vital] = LAWFUL;
    let rows = conn.rows(query.bind(now_ms).bind(statutory).bind(vital)).await?;
    rows.iter().map(|row| col::<String>(row, "recipient")?.parse()).collect()
}

/// What rests on a statute or on a life in danger and lies in a stopped channel, with the reason, as far
/// as nobody was told of it.
pub(crate) async fn stuck(conn: &mut Conn) -> Result<Vec<(Item, Reason)>, Refusal> {
    let query = sqlx::query(
        "/* outbox.stuck */ select o.*, 0 as held, c.stopped from outbox o join channel_out c on c.recipient = o.recipient
         where c.stopped is not null and o.state in ('queued', 'sealed') and o.class in ($1, $2)
         and (o.reason is null or o.reason <> c.stopped) order by o.position",
    );
    let [statutory, vital] = LAWFUL;
    let rows = conn.rows(query.bind(statutory).bind(vital)).await?;
    let each = rows.iter().map(|row| {
        let stopped = Reason::parse(&col::<String>(row, "stopped")?);
        Ok((item(row)?, stopped.unwrap_or(Reason::LogInconsistent)))
    });
    each.collect()
}

/// When the next queued message is due, if any waits for a time to come.
pub(crate) async fn next_due(conn: &mut Conn, now_ms: i64) -> Result<Option<i64>, Refusal> {
    let query = sqlx::query(
        "/* outbox.next_due */ select min(next_try_ms) as next from outbox where state = 'queued' and next_try_ms > $1",
    );
    conn.row(query.bind(now_ms)).await?.as_ref().map_or(Ok(None), |row| col(row, "next"))
}

/// The message whose sealed envelope has this hash.
pub(crate) async fn by_hash(conn: &mut Conn, hash: &Hash) -> Result<Option<Item>, Refusal> {
    let query = sqlx::query("/* outbox.by_hash */ select *, 0 as held from outbox where envelope_hash = $1");
    conn.row(query.bind(hash.bytes().to_vec())).await?.as_ref().map(item).transpose()
}

/// One message.
pub(crate) async fn by_id(conn: &mut Conn, id: MessageId) -> Result<Option<Item>, Refusal> {
    let query = sqlx::query("/* outbox.by_id */ select *, 0 as held from outbox where message_id = $1");
    conn.row(query.bind(id.bytes().to_vec())).await?.as_ref().map(item).transpose()
}

/// What is queued and ends before `before_ms`.
pub(crate) async fn queued_until(conn: &mut Conn, before_ms: i64) -> Result<Vec<Item>, Refusal> {
    let query = sqlx::query(
        "/* outbox.queued_until */ select *, 0 as held from outbox where state = 'queued' and expires_ms < $1",
    );
    conn.rows(query.bind(before_ms)).await?.iter().map(item).collect()
}

/// What waits under a handle.
pub(crate) async fn waiting_under(conn: &mut Conn, handle: &Handle) -> Result<Vec<Item>, Refusal> {
    let query = sqlx::query(
        "/* outbox.waiting_under */ select *, 0 as held from outbox where handle = $1 and state in ('queued', 'sealed')",
    );
    conn.rows(query.bind(handle.bytes().to_vec())).await?.iter().map(item).collect()
}

/// What a local withdrawal stopped at a position after `last`, the last one that the hub accepted.
pub(crate) async fn never_accepted(
    conn: &mut Conn,
    recipient: &InstitutionId,
    last: (u64, u64),
) -> Result<Vec<Item>, Refusal> {
    let query = sqlx::query(
        "/* outbox.never_accepted */ select *, 0 as held from outbox where recipient = $1 and state = 'uncertain'
         and hub_receipt is null and prev is not null and epoch = $2 and seq > $3",
    );
    let bound = query.bind(recipient.to_string()).bind(signed(last.0)).bind(signed(last.1));
    conn.rows(bound).await?.iter().map(item).collect()
}

/// How many messages are in each state.
pub(crate) async fn counts(conn: &mut Conn) -> Result<BTreeMap<String, u64>, Refusal> {
    let rows =
        conn.rows(sqlx::query("/* outbox.counts */ select state, count(*) as n from outbox group by state")).await?;
    rows.iter().map(|row| Ok((col(row, "state")?, unsigned(col(row, "n")?)))).collect()
}

/// As [`counts`], of ordinary cases alone, those that who reads on this connection sees: what stands apart is not among
/// it, nor what belongs to no case.
pub(crate) async fn ordinary(conn: &mut Conn) -> Result<BTreeMap<String, u64>, Refusal> {
    let query = sqlx::query(
        "/* outbox.ordinary */ select o.state, count(*) as n from outbox o
         join case_message m on m.direction = 'OUT' and m.message_id = o.message_id
         join case_file f on f.number = m.number
         where f.hidden = 0 and (?1 is null
           or exists (select 1 from vault_access a where a.account = ?1 and a.sees = 1 and a.name = f.number))
         group by o.state",
    );
    let reader = conn.reader().map(|reader| reader.account().bytes().to_vec());
    let rows = conn.rows(query.bind(reader)).await?;
    rows.iter().map(|row| Ok((col(row, "state")?, unsigned(col(row, "n")?)))).collect()
}

/// Since when the oldest message waits to leave, of whatever kind.
pub(crate) async fn oldest(conn: &mut Conn) -> Result<Option<i64>, Refusal> {
    let query = sqlx::query(
        "/* outbox.oldest */ select min(created_ms) as oldest from outbox where state in ('queued', 'sealed')",
    );
    conn.row(query).await?.as_ref().map_or(Ok(None), |row| col(row, "oldest"))
}

fn item(row: &SqliteRow) -> Result<Item, Refusal> {
    let broken = || Refusal::new(Reason::Internal);
    let hash: Option<Vec<u8>> = col(row, "envelope_hash")?;
    let prev: Option<Vec<u8>> = col(row, "prev")?;
    let handle: Option<Vec<u8>> = col(row, "handle")?;
    let reason: Option<String> = col(row, "reason")?;
    let small = |name: &str| col::<i64>(row, name).and_then(|n| u32::try_from(n).map_err(|_| broken()));
    let position = |prev: Vec<u8>| {
        Ok::<_, Refusal>(Position {
            epoch: unsigned(col(row, "epoch")?),
            seq: unsigned(col(row, "seq")?),
            prev: Hash::parse(&prev)?,
        })
    };
    Ok(Item {
        message_id: MessageId::parse(&col::<Vec<u8>>(row, "message_id")?)?,
        recipient: col::<String>(row, "recipient")?.parse()?,
        class: BasisClass::from_wire(i32::try_from(small("class")?).map_err(|_| broken())?).ok_or_else(broken)?,
        handle: handle.map(|bytes| Handle::parse(&bytes)).transpose()?,
        thread: ThreadId::parse(&col::<Vec<u8>>(row, "thread")?)?,
        urgency: u8::try_from(small("urgency")?).map_err(|_| broken())?,
        order: col(row, "position")?,
        expires_ms: col(row, "expires_ms")?,
        state: State::parse(&col::<String>(row, "state")?).ok_or_else(broken)?,
        at: prev.map(position).transpose()?,
        hash: hash.map(|bytes| Hash::parse(&bytes)).transpose()?,
        attempts: small("attempts")?,
        next_try_ms: col(row, "next_try_ms")?,
        reason: reason.and_then(|name| Reason::parse(&name)),
        held: col(row, "held")?,
    })
}

fn decode<M: prost::Message + Default>(bytes: &[u8]) -> Result<M, Refusal> {
    M::decode(bytes).map_err(|_| Refusal::new(Reason::Internal))
}

/// SQLite's integers are signed; positions stay far below the limit.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
