//! One collecting stream: everything that waits, read from disk in pages, then what arrives; every hand-out passes the gate.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use prost::Message;
use tokio::sync::watch;
use wiez_proto::envelope::Parts;
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::receipt::{EndCause, Tombstone};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::evidence::Proofs;
use super::line::{Fresh, Line};
use crate::caller::Caller;
use crate::consent::{HandOut, may_leave};
use crate::directory::Members;
use crate::region::Hub;
use crate::store::mailbox::{ENDED, WaitingRow};
use crate::store::{self, StoreError, int, uint};
use crate::writer::work::{OfferWork, Work};

/// Rows read at once, and bytes of envelopes held by one stream while it catches up.
const PAGE: usize = 64;
const PAGE_BYTES: usize = 1024 * 1024;
const EVENTS: usize = 256;

/// A collecting stream. Dropping it ends it; what was handed out stays until it is acknowledged.
pub struct Collecting {
    hub: Arc<Hub>,
    caller: Caller,
    line: Arc<Line>,
    members: watch::Receiver<Arc<Members>>,
    /// Read from disk or taken from the line, not handed out yet.
    ready: VecDeque<Ready>,
    news: VecDeque<v1::CollectResponse>,
    /// Number of the last row that was read or taken.
    cursor: i64,
    event_cursor: i64,
    /// The line is live, but what was committed until then may not be read yet.
    checking: bool,
    /// There may be events after the cursor that are not read yet.
    news_due: bool,
    caught_up: bool,
    ended: bool,
}

enum Ready {
    Mail(Box<Fresh>),
    Tombstone(i64, v1::Signed),
}

/// What to do next.
enum Step {
    HandOut(Box<v1::CollectResponse>),
    Again,
    Wait,
}

impl Hub {
    /// Opens the stream of an institution and ends the one it had with `FENCED`.
    ///
    /// # Errors
    /// Why the caller may not call, or `SHUTTING_DOWN`.
    pub async fn collect(self: &Arc<Self>, caller: Caller, after_event: u64) -> Result<Collecting, Refusal> {
        caller.still(&self.members())?;
        if self.shared.stopped.load(Ordering::SeqCst) {
            return Err(Reason::ShuttingDown.into());
        }
        Ok(Collecting {
            line: self.shared.lines.open(caller.institution()),
            members: self.watch_members(),
            hub: Arc::clone(self),
            caller,
            ready: VecDeque::new(),
            news: VecDeque::new(),
            cursor: 0,
            event_cursor: int(after_event),
            checking: false,
            news_due: true,
            caught_up: false,
            ended: false,
        })
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        self.hub.shared.lines.forget(self.caller.institution(), &self.line);
    }
}

impl Collecting {
    /// Waits for the next message. Cancelling it loses nothing. `None` when the hub stops or
    /// after an error; an error is why the stream ends: `FENCED`, `SUSPENDED`, `REVOKED`, ….
    pub async fn next(&mut self) -> Option<Result<v1::CollectResponse, Refusal>> {
        if self.ended {
            return None;
        }
        match self.advance().await {
            Ok(Some(response)) => Some(Ok(response)),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(refusal) => {
                self.ended = true;
                Some(Err(refusal))
            }
        }
    }

    async fn advance(&mut self) -> Result<Option<v1::CollectResponse>, Refusal> {
        loop {
            let members = Arc::clone(&self.members.borrow_and_update());
            self.caller.still(&members)?;
            match self.line.closed() {
                Some(Reason::ShuttingDown) => return Ok(None),
                Some(reason) => return Err(reason.into()),
                None => {}
            }
            match self.step(&members).await? {
                Step::HandOut(response) => return Ok(Some(*response)),
                Step::Again => {}
                Step::Wait => tokio::select! {
                    () = self.line.rung() => {}
                    changed = self.members.changed() => if changed.is_err() { return Ok(None) },
                },
            }
        }
    }

    async fn step(&mut self, members: &Members) -> Result<Step, Refusal> {
        if let Some(news) = self.news.pop_front() {
            return Ok(Step::HandOut(Box::new(news)));
        }
        if self.line.take_again() {
            self.ready.clear();
            self.cursor = 0;
            self.checking = false;
            return Ok(Step::Again);
        }
        self.news_due |= self.line.take_news();
        if self.news_due {
            self.read_news().await?;
            return Ok(Step::Again);
        }
        if !self.line.has_room() {
            return Ok(Step::Wait);
        }
        if !self.ready.is_empty() {
            return self.hand_out(members).await;
        }
        if let Some(fresh) = self.line.pop_after(self.cursor) {
            self.cursor = fresh.id;
            self.ready.push_back(Ready::Mail(Box::new(fresh)));
            return Ok(Step::Again);
        }
        if self.checking || self.line.is_behind() {
            self.read_page(members).await?;
            return Ok(Step::Again);
        }
        if !self.caught_up {
            self.caught_up = true;
            let log_size = self.hub.shared.head.borrow().size;
            let message = v1::collect_response::Message::CaughtUp(v1::CaughtUp { log_size });
            return Ok(Step::HandOut(Box::new(v1::CollectResponse { message: Some(message) })));
        }
        Ok(Step::Wait)
    }

    /// Hands out the first thing that is ready, if it may leave at this very moment.
    async fn hand_out(&mut self, members: &Members) -> Result<Step, Refusal> {
        let endings = self.hub.shared.endings.load(Ordering::SeqCst);
        let Some(Ready::Mail(first)) = self.ready.front_mut() else {
            return Ok(self.hand_out_tombstone());
        };
        if first.checked != endings {
            // A withdrawal was answered since: its own row says whether it was this one.
            let mut conn = self.hub.shared.store.reader().await?;
            if store::mailbox::is_open(&mut conn, first.id).await? {
                first.checked = endings;
            } else {
                self.ready.pop_front();
            }
            return Ok(Step::Again);
        }
        let Some(Ready::Mail(first)) = self.ready.pop_front() else { return Ok(Step::Again) };
        if !leaves(members, &first.sender, first.expires_ms, first.valid_until_ms, self.hub.env().now_ms()) {
            return Ok(Step::Again);
        }
        self.line.hand_out(first.id, first.size, false);
        let message = v1::collect_response::Message::Delivery(first.delivery);
        Ok(Step::HandOut(Box::new(v1::CollectResponse { message: Some(message) })))
    }

    fn hand_out_tombstone(&mut self) -> Step {
        let Some(Ready::Tombstone(id, signed)) = self.ready.pop_front() else { return Step::Again };
        self.line.hand_out(id, signed.encoded_len(), true);
        let message = v1::collect_response::Message::Tombstone(signed);
        Step::HandOut(Box::new(v1::CollectResponse { message: Some(message) }))
    }

    async fn read_news(&mut self) -> Result<(), Refusal> {
        let mut conn = self.hub.shared.store.reader().await?;
        let me = self.caller.institution().as_str();
        let rows = store::mailbox::event::after(&mut conn, me, self.event_cursor, int(EVENTS as u64)).await?;
        self.news_due = rows.len() == EVENTS;
        for (cursor, kind, object) in rows {
            let signed = v1::Signed::decode(object.as_slice()).map_err(|_| StoreError::corrupt("event"))?;
            let news = match kind {
                store::mailbox::event::RECEIPT => v1::event::News::Receipt(signed),
                store::mailbox::event::STATUS => v1::event::News::Status(signed),
                store::mailbox::event::REFUSAL => v1::event::News::Refusal(signed),
                _ => return Err(StoreError::corrupt("event kind").into()),
            };
            self.event_cursor = cursor;
            let event = v1::Event { cursor: uint(cursor), news: Some(news) };
            let message = v1::collect_response::Message::Event(event);
            self.news.push_back(v1::CollectResponse { message: Some(message) });
        }
        Ok(())
    }

    /// Reads the next page. When it seems to be the last one, the writer is told to hand over
    /// from now on, and the disk is read once more: so nothing slips between.
    async fn read_page(&mut self, members: &Members) -> Result<(), Refusal> {
        let checked = self.hub.shared.endings.load(Ordering::SeqCst);
        let (mut rows, mut more) = self.rows().await?;
        if !more && !self.checking {
            self.checking = true;
            self.line.go_live();
            (rows, more) = self.rows().await?;
        }
        if more {
            self.line.go_behind();
        }
        let cursor = rows.last().map_or(self.cursor, |row| row.id);
        let now_ms = self.hub.env().now_ms();
        rows.retain(|row| {
            let sender = row.sender.parse::<InstitutionId>();
            let held = row.state != ENDED
                && !sender.is_ok_and(|sender| leaves(members, &sender, row.expires_ms, row.valid_until_ms, now_ms));
            !held && !self.line.is_out(row.id, row.state == ENDED)
        });
        let ready = self.load(&rows, checked).await?;
        // No waiting from here on, so that a cancelled read is simply repeated.
        self.ready.extend(ready);
        self.cursor = cursor;
        self.checking = false;
        Ok(())
    }

    /// The next rows, and whether there are more behind them.
    async fn rows(&self) -> Result<(Vec<WaitingRow>, bool), Refusal> {
        let mut conn = self.hub.shared.store.reader().await?;
        let me = self.caller.institution().as_str();
        let mut rows = store::mailbox::waiting(&mut conn, me, self.cursor, int(PAGE as u64)).await?;
        let mut more = rows.len() == PAGE;
        let mut bytes = 0;
        let fit = rows.iter().take_while(|row| {
            bytes += usize::try_from(row.size).unwrap_or(usize::MAX);
            bytes <= PAGE_BYTES
        });
        let fit = fit.count().max(1);
        if fit < rows.len() {
            rows.truncate(fit);
            more = true;
        }
        Ok((rows, more))
    }

    /// Has the writer note that envelopes leave, then reads their bodies and proofs.
    async fn load(&self, rows: &[WaitingRow], checked: u64) -> Result<Vec<Ready>, Refusal> {
        let ids: Vec<i64> = rows.iter().filter(|row| row.state != ENDED).map(|row| row.id).collect();
        let recipient = self.caller.institution().clone();
        let offered = if ids.is_empty() {
            Vec::new()
        } else {
            self.hub.ask(|answer| Work::Offer(OfferWork { recipient, ids, answer })).await?
        };
        let mut conn = self.hub.shared.store.snapshot().await?;
        let bodies = store::mailbox::bodies(&mut conn, &offered).await?;
        let mut bodies: BTreeMap<i64, _> = bodies.into_iter().map(|(id, wrap, text)| (id, (wrap, text))).collect();
        let mut leaves: Vec<i64> = rows.iter().map(|row| row.leaf_index).collect();
        leaves.dedup();
        let mut proofs = BTreeMap::new();
        for batch in store::log::batches(&mut conn, &leaves).await? {
            proofs.insert(batch.leaf_index, Proofs::of(&batch)?);
        }
        let mut ready = Vec::new();
        for row in rows {
            if row.state == ENDED {
                ready.push(Ready::Tombstone(row.id, self.tombstone(&mut conn, row).await?));
            } else if let Some((wrap, ciphertext)) = bodies.remove(&row.id) {
                let proofs = proofs.get(&row.leaf_index).ok_or_else(|| StoreError::corrupt("batch missing"))?;
                ready.push(Ready::Mail(Box::new(fresh(row, wrap, ciphertext, proofs, checked)?)));
            }
        }
        Ok(ready)
    }

    /// Signs the tombstone of an ended envelope; the same bytes each time.
    async fn tombstone(&self, conn: &mut store::Conn, row: &WaitingRow) -> Result<v1::Signed, Refusal> {
        let corrupt = || StoreError::corrupt("ended mail");
        let cause = match row.end_cause {
            Some(1) => EndCause::Withdrawn,
            Some(2) => EndCause::Expired,
            Some(3) => EndCause::Revoked,
            Some(_) | None => return Err(corrupt().into()),
        };
        let proof = match row.end_leaf {
            None => None,
            Some(leaf) => {
                let object = store::log::proof(conn, leaf).await?.ok_or_else(corrupt)?;
                Some((v1::Signed::decode(object.as_slice()).map_err(|_| corrupt())?, uint(leaf)))
            }
        };
        let parts = Parts {
            header: row.header.clone().into(),
            wrap_hash: Hash::parse(&row.wrap_hash)?,
            ciphertext_hash: Hash::parse(&row.ciphertext_hash)?,
            blob_root: Hash::ZERO,
            signature: row.signature.clone().into(),
        };
        let at_ms = row.ended_ms.ok_or_else(corrupt)?;
        Ok(Tombstone { parts, cause, proof, at_ms }.sign(&self.hub.keys().mail, &self.hub.shared.region))
    }
}

fn leaves(
    members: &Members,
    sender: &InstitutionId,
    expires_ms: i64,
    valid_until_ms: Option<i64>,
    now_ms: i64,
) -> bool {
    let sender = members.get(sender).map(|member| member.standing);
    may_leave(&HandOut { sender, expires_ms, valid_until_ms, now_ms })
}

fn fresh(
    row: &WaitingRow,
    wrap: Vec<u8>,
    ciphertext: Vec<u8>,
    proofs: &Proofs,
    checked: u64,
) -> Result<Fresh, Refusal> {
    let receipt = proofs.receipt(&row.hash, row.accepted_ms, row.batch_index)?;
    let envelope = v1::Envelope {
        header: row.header.clone().into(),
        wrap: wrap.into(),
        ciphertext: ciphertext.into(),
        blob_root: Hash::ZERO.wire(),
        signature: row.signature.clone().into(),
    };
    Ok(Fresh {
        id: row.id,
        sender: row.sender.parse()?,
        expires_ms: row.expires_ms,
        valid_until_ms: row.valid_until_ms,
        size: usize::try_from(row.size).unwrap_or(0),
        checked,
        delivery: v1::Delivery { envelope: Some(envelope), receipt: Some(receipt) },
    })
}
