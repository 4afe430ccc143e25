//! Statements of the mailbox: channels, evidence of envelopes, their sealed bodies.

use sqlx::QueryBuilder;

use super::super::{StoreError, int};
use super::{Conn, Db, Tx, pieces, push_list, push_numbers, push_texts};
use crate::consent::Admitted;

#[path = "mailbox/ending.rs"]
pub(crate) mod ending;
#[path = "mailbox/event.rs"]
pub(crate) mod event;

/// On disk, never handed out.
pub(crate) const STORED: i64 = 0;
/// May have left the hub.
pub(crate) const OFFERED: i64 = 1;
/// The recipient holds it.
pub(crate) const ACKNOWLEDGED: i64 = 2;
/// Ended; its tombstone waits for the recipient.
pub(crate) const ENDED: i64 = 3;
/// Ended, and the recipient holds the tombstone.
pub(crate) const BURIED: i64 = 4;
/// Ended, but the recipient holds the envelope: its receipt wins.
pub(crate) const LATE: i64 = 5;

/// The last accepted envelope of an ordered pair.
#[derive(Clone, Debug)]
pub(crate) struct ChannelRow {
    /// `sender/recipient`.
    pub(crate) pair: String,
    /// The sender.
    pub(crate) sender: String,
    /// Its epoch.
    pub(crate) epoch: i64,
    /// Its number.
    pub(crate) seq: i64,
    /// Its hash.
    pub(crate) last_hash: Vec<u8>,
}

/// Reads channels by pair; those without an envelope are missing.
pub(crate) async fn channels(conn: &mut Conn, pairs: &[String]) -> Result<Vec<ChannelRow>, StoreError> {
    let mut out = Vec::new();
    for piece in pairs.chunks(64) {
        let mut query = QueryBuilder::<Db>::new(
            "/* channel.get */ select pair, sender, epoch, seq, last_hash from channel where pair in ",
        );
        push_texts(&mut query, piece);
        let rows: Vec<(String, String, i64, i64, Vec<u8>)> = query.build_query_as().fetch_all(&mut *conn).await?;
        out.extend(rows.into_iter().map(|(pair, sender, epoch, seq, last_hash)| ChannelRow {
            pair,
            sender,
            epoch,
            seq,
            last_hash,
        }));
    }
    Ok(out)
}

/// Moves channels on.
pub(crate) async fn set_channels(tx: &mut Tx, rows: &[ChannelRow]) -> Result<(), StoreError> {
    for piece in pieces(rows) {
        let mut query =
            QueryBuilder::<Db>::new("/* channel.set */ insert into channel (pair, sender, epoch, seq, last_hash) ");
        query.push_values(piece, |mut row, channel| {
            row.push_bind(channel.pair.as_str()).push_bind(channel.sender.as_str());
            row.push_bind(channel.epoch).push_bind(channel.seq).push_bind(channel.last_hash.as_slice());
        });
        query.push(
            " on conflict (pair) do update set epoch = excluded.epoch, seq = excluded.seq, last_hash = excluded.last_hash",
        );
        query.build().execute(tx.conn()).await?;
    }
    Ok(())
}

/// Header, component hashes and signature: what stays of an envelope.
pub(crate) type PartsRow = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

/// The evidence of the last accepted envelope of each channel of a sender.
pub(crate) async fn channel_heads(conn: &mut Conn, sender: &str) -> Result<Vec<PartsRow>, StoreError> {
    Ok(sqlx::query_as(
        "/* channel.heads */ select m.header, m.wrap_hash, m.ciphertext_hash, m.signature from channel c \
         join mail m on m.hash = c.last_hash where c.sender = $1 order by c.pair",
    )
    .bind(sender)
    .fetch_all(conn)
    .await?)
}

/// What is known of an accepted envelope.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct KnownRow {
    /// Its number, in order of arrival.
    pub(crate) id: i64,
    /// Its hash.
    pub(crate) hash: Vec<u8>,
    /// Its message id.
    pub(crate) message_id: Vec<u8>,
    /// Its sender.
    pub(crate) sender: String,
    /// Its recipient.
    pub(crate) recipient: String,
    /// When it was accepted.
    pub(crate) accepted_ms: i64,
    /// Until when it may be delivered.
    pub(crate) expires_ms: i64,
    /// Mail leaf of its batch.
    pub(crate) leaf_index: i64,
    /// Place in its batch.
    pub(crate) batch_index: i64,
    /// One of the states.
    pub(crate) state: i64,
    /// Of an ended one: 1 when it may have left the hub.
    pub(crate) uncertain: Option<i64>,
}

/// Finds accepted envelopes by their hash.
pub(crate) async fn by_hash(conn: &mut Conn, hashes: &[&[u8]]) -> Result<Vec<KnownRow>, StoreError> {
    let mut out = Vec::new();
    for piece in hashes.chunks(64) {
        let mut query = QueryBuilder::<Db>::new(
            "/* mail.by_hash */ select id, hash, message_id, sender, recipient, accepted_ms, expires_ms, leaf_index, \
             batch_index, state, uncertain from mail where hash in ",
        );
        push_list(&mut query, piece);
        out.extend(query.build_query_as::<KnownRow>().fetch_all(&mut *conn).await?);
    }
    Ok(out)
}

/// Finds accepted envelopes by their message id.
pub(crate) async fn by_message(conn: &mut Conn, ids: &[&[u8]]) -> Result<Vec<KnownRow>, StoreError> {
    let mut out = Vec::new();
    for piece in ids.chunks(64) {
        let mut query = QueryBuilder::<Db>::new(
            "/* mail.by_message */ select id, hash, message_id, sender, recipient, accepted_ms, expires_ms, leaf_index, \
             batch_index, state, uncertain from mail where message_id in ",
        );
        push_list(&mut query, piece);
        out.extend(query.build_query_as::<KnownRow>().fetch_all(&mut *conn).await?);
    }
    Ok(out)
}

/// An envelope to be stored. There is no way to make one without [`Admitted`].
pub(crate) struct NewMail<'a> {
    /// Its number, in order of arrival.
    pub(crate) id: i64,
    /// The envelope, with the gate's consent.
    pub(crate) admitted: &'a Admitted,
    /// When.
    pub(crate) accepted_ms: i64,
    /// Mail leaf of its batch.
    pub(crate) leaf_index: i64,
    /// Place in its batch.
    pub(crate) batch_index: i64,
    /// Whether the recipient is connected and gets it right after the commit.
    pub(crate) offered: bool,
}

/// Stores envelopes that the gate admitted.
pub(crate) async fn put(tx: &mut Tx, rows: &[NewMail<'_>]) -> Result<(), StoreError> {
    for piece in pieces(rows) {
        let mut query = QueryBuilder::<Db>::new(
            "/* mail.put */ insert into mail (id, hash, sender, recipient, message_id, handle, header, wrap_hash, \
             ciphertext_hash, signature, accepted_ms, expires_ms, leaf_index, batch_index, size, state) ",
        );
        query.push_values(piece, |mut row, mail| {
            let (envelope, header) = (mail.admitted.envelope(), mail.admitted.envelope().header());
            let parts = envelope.parts();
            row.push_bind(mail.id).push_bind(envelope.hash().bytes().as_slice());
            row.push_bind(header.sender.as_str()).push_bind(header.recipient.as_str());
            row.push_bind(header.message_id.bytes().as_slice());
            row.push_bind(header.handle.map(|handle| handle.bytes().to_vec()));
            row.push_bind(parts.header.as_ref()).push_bind(parts.wrap_hash.bytes().as_slice());
            row.push_bind(parts.ciphertext_hash.bytes().as_slice()).push_bind(parts.signature.as_ref());
            row.push_bind(mail.accepted_ms).push_bind(header.expires_ms);
            row.push_bind(mail.leaf_index).push_bind(mail.batch_index);
            row.push_bind(int(mail.admitted.size() as u64));
            row.push_bind(if mail.offered { OFFERED } else { STORED });
        });
        let done = query.build().execute(tx.conn()).await?;
        if done.rows_affected() != piece.len() as u64 {
            return Err(StoreError::corrupt("mail.put"));
        }
        let mut query = QueryBuilder::<Db>::new("/* body.put */ insert into body (mail_id, wrap, ciphertext) ");
        query.push_values(piece, |mut row, mail| {
            let envelope = mail.admitted.envelope();
            row.push_bind(mail.id).push_bind(envelope.wrap().as_ref()).push_bind(envelope.ciphertext().as_ref());
        });
        query.build().execute(tx.conn()).await?;
    }
    Ok(())
}

/// Writes down that these envelopes may leave now; returns those that still may.
pub(crate) async fn offer(tx: &mut Tx, recipient: &str, ids: &[i64]) -> Result<Vec<i64>, StoreError> {
    let mut out = Vec::new();
    for piece in ids.chunks(64) {
        let mut query = QueryBuilder::<Db>::new(
            "/* mail.offer */ update mail set state = 1 where state in (0, 1) and recipient = ",
        );
        query.push_bind(recipient).push(" and id in ");
        push_numbers(&mut query, piece);
        query.push(" returning id");
        let rows: Vec<(i64,)> = query.build_query_as().fetch_all(tx.conn()).await?;
        out.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(out)
}

/// Marks envelopes as taken, and erases the bodies.
pub(crate) async fn acknowledge(tx: &mut Tx, ids: &[i64]) -> Result<(), StoreError> {
    for piece in ids.chunks(64) {
        let mut query = QueryBuilder::<Db>::new(
            "/* mail.acknowledge */ update mail set state = case when state = 1 then 2 else 5 end \
             where state in (1, 3, 4) and id in ",
        );
        push_numbers(&mut query, piece);
        let done = query.build().execute(tx.conn()).await?;
        if done.rows_affected() != piece.len() as u64 {
            return Err(StoreError::corrupt("mail.acknowledge"));
        }
        let mut query = QueryBuilder::<Db>::new("/* body.erase */ delete from body where mail_id in ");
        push_numbers(&mut query, piece);
        query.build().execute(tx.conn()).await?;
    }
    Ok(())
}

/// Marks tombstones as taken.
pub(crate) async fn bury(tx: &mut Tx, ids: &[i64]) -> Result<(), StoreError> {
    for piece in ids.chunks(64) {
        let mut query = QueryBuilder::<Db>::new("/* mail.bury */ update mail set state = 4 where state = 3 and id in ");
        push_numbers(&mut query, piece);
        let done = query.build().execute(tx.conn()).await?;
        if done.rows_affected() != piece.len() as u64 {
            return Err(StoreError::corrupt("mail.bury"));
        }
    }
    Ok(())
}

/// What waits for a recipient, without the body.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct WaitingRow {
    /// Its number, in order of arrival.
    pub(crate) id: i64,
    /// Its hash.
    pub(crate) hash: Vec<u8>,
    /// Its sender.
    pub(crate) sender: String,
    /// Canonical header bytes.
    pub(crate) header: Vec<u8>,
    /// SHA-256 of the wrap.
    pub(crate) wrap_hash: Vec<u8>,
    /// SHA-256 of the ciphertext.
    pub(crate) ciphertext_hash: Vec<u8>,
    /// The sender's signature.
    pub(crate) signature: Vec<u8>,
    /// When it was accepted.
    pub(crate) accepted_ms: i64,
    /// Until when it may be delivered.
    pub(crate) expires_ms: i64,
    /// Mail leaf of its batch.
    pub(crate) leaf_index: i64,
    /// Place in its batch.
    pub(crate) batch_index: i64,
    /// Bytes of the envelope.
    pub(crate) size: i64,
    /// [`STORED`], [`OFFERED`] or [`ENDED`].
    pub(crate) state: i64,
    /// Why it ended.
    pub(crate) end_cause: Option<i64>,
    /// When it ended.
    pub(crate) ended_ms: Option<i64>,
    /// Leaf of the proof.
    pub(crate) end_leaf: Option<i64>,
    /// Until when its edge is valid; none without a consent.
    pub(crate) valid_until_ms: Option<i64>,
}

/// Reads what waits for a recipient after a number, in order of arrival.
pub(crate) async fn waiting(
    conn: &mut Conn,
    recipient: &str,
    after: i64,
    most: i64,
) -> Result<Vec<WaitingRow>, StoreError> {
    Ok(sqlx::query_as(
        "/* mail.waiting */ select m.id, m.hash, m.sender, m.header, m.wrap_hash, m.ciphertext_hash, m.signature, \
         m.accepted_ms, m.expires_ms, m.leaf_index, m.batch_index, m.size, m.state, m.end_cause, m.ended_ms, m.end_leaf, \
         e.valid_until_ms from mail m left join edge e on e.handle = m.handle \
         where m.recipient = $1 and m.id > $2 and m.state in (0, 1, 3) order by m.id limit $3",
    )
    .bind(recipient)
    .bind(after)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// Reads bodies: number, wrap, ciphertext.
pub(crate) async fn bodies(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Vec<u8>, Vec<u8>)>, StoreError> {
    let mut out = Vec::new();
    for piece in ids.chunks(64) {
        let mut query =
            QueryBuilder::<Db>::new("/* body.get */ select mail_id, wrap, ciphertext from body where mail_id in ");
        push_numbers(&mut query, piece);
        out.extend(query.build_query_as::<(i64, Vec<u8>, Vec<u8>)>().fetch_all(&mut *conn).await?);
    }
    Ok(out)
}

/// Whether an envelope may still be handed out, as far as its own row says.
pub(crate) async fn is_open(conn: &mut Conn, id: i64) -> Result<bool, StoreError> {
    let found: Option<(i64,)> =
        sqlx::query_as("/* mail.is_open */ select id from mail where id = $1 and state in (0, 1)")
            .bind(id)
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

/// Counts envelopes in each state, ascending by state.
pub(crate) async fn counts(conn: &mut Conn) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(sqlx::query_as("/* mail.counts */ select state, count(*) from mail group by state order by state")
        .fetch_all(conn)
        .await?)
}
