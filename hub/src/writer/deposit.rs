//! Deposits of a batch: duplicates get their old receipt, the others are judged one after another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::oneshot;
use wiez_proto::id::{Hash, InstitutionId, MessageId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::batch::Batch;
use super::sealed::Sealed;
use super::work::DepositWork;
use crate::consent::{Admitted, Edge};
use crate::mailbox::evidence::Proofs;
use crate::mailbox::judge::{Last, Situation, judge};
use crate::mailbox::line::{Fresh, Seat};
use crate::mailbox::{DepositOutcome, refuse};
use crate::region::{Shared, free_bytes};
use crate::store::consent::{EdgeRow, LIVE};
use crate::store::mailbox::{ChannelRow, KnownRow, NewMail};
use crate::store::{self, DISK_RETRY_MS, StoreError, int, uint};

type Reply = oneshot::Sender<DepositOutcome>;

/// An envelope that the batch stores.
pub(super) struct Accepted {
    id: i64,
    place: i64,
    admitted: Admitted,
    accepted_ms: i64,
    valid_until_ms: Option<i64>,
    seat: Option<Seat>,
    /// The depositor, and whoever deposited the same bytes in the same batch.
    replies: Vec<Reply>,
    receipt: Option<Arc<v1::HubReceipt>>,
}

/// What the store knows around the deposits of a batch, with what the batch adds.
struct Known {
    by_hash: BTreeMap<Hash, KnownRow>,
    ids: BTreeSet<(MessageId, InstitutionId)>,
    last: BTreeMap<String, Last>,
    /// Places in `accepted` of what this batch accepted.
    fresh: BTreeMap<Hash, usize>,
}

fn pair(sender: &InstitutionId, recipient: &InstitutionId) -> String {
    format!("{sender}/{recipient}")
}

impl Known {
    async fn load(batch: &mut Batch<'_>, works: &[DepositWork]) -> Result<Self, StoreError> {
        let envelopes = || works.iter().map(|work| work.verified.envelope());
        let hashes: Vec<Hash> = envelopes().map(|envelope| envelope.hash()).collect();
        let ids: Vec<MessageId> = envelopes().map(|envelope| envelope.header().message_id).collect();
        let pairs: BTreeSet<_> = envelopes().map(|e| pair(&e.header().sender, &e.header().recipient)).collect();
        let corrupt = |_| StoreError::corrupt("mail");
        let conn = batch.tx.conn();
        let hashes: Vec<&[u8]> = hashes.iter().map(|hash| hash.bytes().as_slice()).collect();
        let mut by_hash = BTreeMap::new();
        for row in store::mailbox::by_hash(conn, &hashes).await? {
            by_hash.insert(Hash::parse(&row.hash).map_err(corrupt)?, row);
        }
        let ids: Vec<&[u8]> = ids.iter().map(|id| id.bytes().as_slice()).collect();
        let mut used = BTreeSet::new();
        for row in store::mailbox::by_message(conn, &ids).await? {
            used.insert((MessageId::parse(&row.message_id).map_err(corrupt)?, row.sender.parse().map_err(corrupt)?));
        }
        let mut last = BTreeMap::new();
        for row in store::mailbox::channels(conn, &pairs.into_iter().collect::<Vec<_>>()).await? {
            let hash = Hash::parse(&row.last_hash).map_err(corrupt)?;
            last.insert(row.pair, Last { epoch: uint(row.epoch), seq: uint(row.seq), hash });
        }
        Ok(Self { by_hash, ids: used, last, fresh: BTreeMap::new() })
    }
}

impl Batch<'_> {
    /// Decides the deposits in the order in which they came.
    pub(super) async fn decide_deposits(&mut self, works: Vec<DepositWork>) -> Result<(), StoreError> {
        if works.is_empty() {
            return Ok(());
        }
        let mut known = Known::load(self, &works).await?;
        let room = free_bytes(&self.shared.settings.data_dir) >= self.shared.settings.disk_reserve_bytes;
        let (mut repeated, mut moved) = (Vec::new(), BTreeSet::new());
        for work in works {
            let (hash, header) = (work.verified.envelope().hash(), work.verified.envelope().header().clone());
            if let Some(row) = known.by_hash.get(&hash) {
                repeated.push((row.clone(), work.answer));
                continue;
            }
            if let Some(place) = known.fresh.get(&hash) {
                if let Some(accepted) = self.accepted.get_mut(*place) {
                    accepted.replies.push(work.answer);
                }
                continue;
            }
            let id = (header.message_id, header.sender.clone());
            let pair = pair(&header.sender, &header.recipient);
            let decision = if known.ids.contains(&id) {
                Err(Reason::IdReused.into())
            } else if room {
                let edge = header.handle.and_then(|handle| self.edges.get(&handle)).map(as_edge);
                let last = known.last.get(&pair).copied();
                let situation =
                    Situation { caller: &work.caller, members: &self.members, edge, last, now_ms: self.now_ms };
                judge(work.verified, &situation)
            } else {
                Err(Refusal::new(Reason::DiskFull).retry_after(DISK_RETRY_MS))
            };
            match decision {
                Err(refusal) => self.refuse_deposit(work.answer, hash, refusal),
                Ok(admitted) => {
                    known.fresh.insert(hash, self.accepted.len());
                    known.ids.insert(id);
                    let (epoch, seq) = (header.position.epoch, header.position.seq);
                    known.last.insert(pair.clone(), Last { epoch, seq, hash });
                    moved.insert((pair, header.sender));
                    self.accept(admitted, work.answer);
                }
            }
        }
        self.move_channels(&known, moved).await?;
        self.repeat(repeated).await
    }

    fn accept(&mut self, admitted: Admitted, reply: Reply) {
        let header = admitted.envelope().header();
        let [next, ..] = &mut self.head.next;
        let id = *next;
        *next += 1;
        let place = int(self.items.len() as u64);
        self.items.push(*admitted.envelope().hash().bytes());
        let valid_until_ms = header.handle.and_then(|handle| self.edges.get(&handle)).map(|edge| edge.valid_until_ms);
        let seat = self.shared.lines.get(&header.recipient).and_then(|line| line.reserve(admitted.size()));
        let accepted_ms = self.now_ms;
        let replies = vec![reply];
        self.accepted.push(Accepted { id, place, admitted, accepted_ms, valid_until_ms, seat, replies, receipt: None });
    }

    fn refuse_deposit(&mut self, reply: Reply, hash: Hash, refusal: Refusal) {
        let outcome = refuse(self.shared, Some(hash), refusal);
        self.after.push(Box::new(move |_| drop(reply.send(outcome))));
    }

    async fn move_channels(
        &mut self,
        known: &Known,
        moved: BTreeSet<(String, InstitutionId)>,
    ) -> Result<(), StoreError> {
        let rows: Vec<ChannelRow> = moved
            .into_iter()
            .filter_map(|(pair, sender)| {
                let last = known.last.get(&pair)?;
                Some(ChannelRow {
                    sender: sender.into(),
                    epoch: int(last.epoch),
                    seq: int(last.seq),
                    last_hash: last.hash.bytes().to_vec(),
                    pair,
                })
            })
            .collect();
        store::mailbox::set_channels(&mut self.tx, &rows).await
    }

    /// Gives whoever deposits the same bytes again the very same receipt, whatever became of them.
    async fn repeat(&mut self, repeated: Vec<(KnownRow, Reply)>) -> Result<(), StoreError> {
        let leaves: BTreeSet<i64> = repeated.iter().map(|(row, _)| row.leaf_index).collect();
        let mut proofs = BTreeMap::new();
        for batch in store::log::batches(self.tx.conn(), &leaves.into_iter().collect::<Vec<_>>()).await? {
            proofs.insert(batch.leaf_index, Proofs::of(&batch)?);
        }
        for (row, reply) in repeated {
            let proofs = proofs.get(&row.leaf_index).ok_or_else(|| StoreError::corrupt("batch missing"))?;
            let receipt = proofs.receipt(&row.hash, row.accepted_ms, row.batch_index)?;
            let outcome = DepositOutcome { envelope_hash: row.hash.into(), result: Ok(Arc::new(receipt)) };
            self.after.push(Box::new(move |_| drop(reply.send(outcome))));
        }
        Ok(())
    }

    /// Stores what was accepted and makes its receipts.
    pub(super) async fn put_accepted(&mut self, sealed: &Sealed) -> Result<(), StoreError> {
        let Some((leaf_index, proofs)) = &sealed.mail else { return Ok(()) };
        for accepted in &mut self.accepted {
            let hash = accepted.admitted.envelope().hash();
            accepted.receipt = Some(Arc::new(proofs.receipt(hash.bytes(), accepted.accepted_ms, accepted.place)?));
        }
        let rows: Vec<NewMail<'_>> = self
            .accepted
            .iter()
            .map(|accepted| NewMail {
                id: accepted.id,
                admitted: &accepted.admitted,
                accepted_ms: accepted.accepted_ms,
                leaf_index: *leaf_index,
                batch_index: accepted.place,
                offered: accepted.seat.is_some(),
            })
            .collect();
        store::mailbox::put(&mut self.tx, &rows).await
    }
}

impl Accepted {
    /// After the commit: the recipient's stream first, then the depositor.
    pub(super) fn tell(self, shared: &Shared, _: &Sealed, checked: u64) {
        let Some(receipt) = self.receipt else { return };
        let envelope = self.admitted.envelope();
        let recipient = &envelope.header().recipient;
        match self.seat {
            Some(seat) => seat.fill(Fresh {
                id: self.id,
                sender: envelope.header().sender.clone(),
                expires_ms: envelope.header().expires_ms,
                valid_until_ms: self.valid_until_ms,
                size: self.admitted.size(),
                checked,
                delivery: v1::Delivery { envelope: Some(envelope.to_wire()), receipt: Some((*receipt).clone()) },
            }),
            None => shared.lines.get(recipient).iter().for_each(|line| line.fall_behind()),
        }
        for reply in self.replies {
            let outcome = DepositOutcome { envelope_hash: envelope.hash().wire(), result: Ok(Arc::clone(&receipt)) };
            drop(reply.send(outcome));
        }
    }
}

fn as_edge(row: &EdgeRow) -> Edge<'_> {
    Edge { sender: &row.sender, recipient: &row.recipient, valid_until_ms: row.valid_until_ms, live: row.state == LIVE }
}
