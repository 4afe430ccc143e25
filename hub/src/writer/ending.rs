//! Receipts of recipients, and envelopes that end without one: erased body, status, tombstone.

use std::collections::BTreeMap;

use prost::Message;
use wiez_proto::grant::object_hash;
use wiez_proto::id::{Hash, InstitutionId, MessageId};
use wiez_proto::receipt::{EndCause, Receipt, Status};
use wiez_proto::refusal::Reason;

use super::batch::Batch;
use super::sealed::Sealed;
use super::work::AcknowledgeWork;
use crate::store::mailbox::ending::{End, EndedRow};
use crate::store::mailbox::{ACKNOWLEDGED, BURIED, ENDED, KnownRow, LATE, OFFERED, STORED, event};
use crate::store::{self, StoreError};

/// Waiting envelopes that a batch ends.
pub(crate) struct Ending {
    /// Their numbers.
    pub(crate) ids: Vec<i64>,
    /// Why.
    pub(crate) cause: EndCause,
    /// The control entry that proves it; none for an expiry.
    pub(crate) proof: Option<usize>,
}

/// What the receipts of one batch change, decided on rows that were loaded once.
#[derive(Default)]
struct Taking {
    /// Envelopes that a receipt or refusal names, as they are after what was decided so far.
    known: BTreeMap<Hash, KnownRow>,
    /// Envelopes that are held now.
    taken: Vec<i64>,
    /// Tombstones that are held now.
    buried: Vec<i64>,
}

impl Batch<'_> {
    /// Takes the receipts and refusals of a batch: each recipient's call whole or, for a hash
    /// that was never handed to it, not at all. What is acknowledged already changes nothing.
    pub(super) async fn acknowledge(&mut self, works: Vec<AcknowledgeWork>) -> Result<(), StoreError> {
        if works.is_empty() {
            return Ok(());
        }
        let mut taking = Taking { known: self.known(&works).await?, ..Taking::default() };
        for work in works {
            self.take(work, &mut taking)?;
        }
        // In this order, because a tombstone that was noted may be followed by a receipt for what it stands for.
        store::mailbox::bury(&mut self.tx, &taking.buried).await?;
        store::mailbox::acknowledge(&mut self.tx, &taking.taken).await
    }

    async fn known(&mut self, works: &[AcknowledgeWork]) -> Result<BTreeMap<Hash, KnownRow>, StoreError> {
        let mut hashes: Vec<Hash> = Vec::new();
        for AcknowledgeWork { receipts, refusals, .. } in works {
            hashes.extend(refusals.iter().map(|(_, hash)| *hash));
            for (_, receipt) in receipts {
                hashes.extend(receipt.envelope_hashes.iter().chain(&receipt.tombstone_hashes));
            }
        }
        hashes.sort_unstable();
        hashes.dedup();
        let bytes: Vec<&[u8]> = hashes.iter().map(|hash| hash.bytes().as_slice()).collect();
        let rows = store::mailbox::by_hash(self.tx.conn(), &bytes).await?;
        let parse = |row: KnownRow| Ok((Hash::parse(&row.hash).map_err(|_| StoreError::corrupt("mail"))?, row));
        rows.into_iter().map(parse).collect()
    }

    fn take(&mut self, work: AcknowledgeWork, taking: &mut Taking) -> Result<(), StoreError> {
        let AcknowledgeWork { recipient, receipts, refusals, answer } = work;
        let mine = |hash: &Hash| taking.known.get(hash).filter(|row| row.recipient == recipient.as_str());
        if !receipts.iter().all(|(_, receipt)| covers(mine, receipt))
            || !refusals.iter().all(|(_, hash)| mine(hash).is_some_and(may_hold))
        {
            self.answer(answer, |_| Err(Reason::NotFound.into()));
            return Ok(());
        }
        let (taken_before, buried_before) = (taking.taken.len(), taking.buried.len());
        for (signed, receipt) in receipts {
            let taken = taking.take(&receipt.envelope_hashes);
            let buried = taking.bury(&receipt.tombstone_hashes);
            if taken.is_some() || buried {
                self.items.push(*object_hash(&signed).bytes());
            }
            if let Some(expires_ms) = taken {
                self.event(&receipt.sender, event::RECEIPT, signed.encode_to_vec(), expires_ms);
            }
        }
        for (signed, hash) in refusals {
            if let Some(expires_ms) = taking.take(&[hash]) {
                let sender = taking.known.get(&hash).map(|row| row.sender.parse::<InstitutionId>());
                let sender = sender.and_then(Result::ok).ok_or_else(|| StoreError::corrupt("mail"))?;
                self.items.push(*object_hash(&signed).bytes());
                self.event(&sender, event::REFUSAL, signed.encode_to_vec(), expires_ms);
            }
        }
        let new = taking.taken.iter().skip(taken_before).chain(taking.buried.iter().skip(buried_before));
        self.acknowledged.entry(recipient).or_default().extend(new);
        self.answer(answer, |_| Ok(()));
        Ok(())
    }

    /// Ends what the batch decided to end, with the place of each proof in the log.
    pub(super) async fn end_mail(&mut self, sealed: &Sealed) -> Result<(), StoreError> {
        for Ending { ids, cause, proof } in std::mem::take(&mut self.endings) {
            let leaf = proof.map(|entry| sealed.leaf(entry)).transpose()?;
            let ids: Vec<i64> = store::mailbox::ending::still_waiting(&mut self.tx, &ids).await?;
            let end = End { cause: number(cause), at_ms: self.now_ms, leaf };
            for row in store::mailbox::ending::end(&mut self.tx, &ids, end).await? {
                self.tell_end(&row, cause)?;
            }
        }
        Ok(())
    }

    fn tell_end(&mut self, row: &EndedRow, cause: EndCause) -> Result<(), StoreError> {
        let corrupt = |_| StoreError::corrupt("mail");
        let sender: InstitutionId = row.sender.parse().map_err(corrupt)?;
        let status = Status {
            sender: sender.clone(),
            message_id: MessageId::parse(&row.message_id).map_err(corrupt)?,
            envelope_hash: Hash::parse(&row.hash).map_err(corrupt)?,
            uncertain: row.uncertain == 1,
            cause,
            at_ms: self.now_ms,
        };
        let signed = status.sign(&self.shared.keys.mail, &self.shared.region);
        self.event(&sender, event::STATUS, signed.encode_to_vec(), row.expires_ms);
        self.ended_for.insert(row.recipient.parse().map_err(corrupt)?);
        Ok(())
    }
}

impl Taking {
    /// Notes envelopes as held by their recipient; the latest expiry of those for which this is new.
    fn take(&mut self, hashes: &[Hash]) -> Option<i64> {
        let mut expires_ms = None;
        for hash in hashes {
            let Some(row) = self.known.get_mut(hash) else { continue };
            if row.state == ACKNOWLEDGED || row.state == LATE {
                continue;
            }
            // For what follows in this batch.
            row.state = if row.state == OFFERED { ACKNOWLEDGED } else { LATE };
            self.taken.push(row.id);
            expires_ms = expires_ms.max(Some(row.expires_ms));
        }
        expires_ms
    }

    /// Notes tombstones as held by their recipient; whether that is new for any.
    fn bury(&mut self, hashes: &[Hash]) -> bool {
        let mut new = false;
        for hash in hashes {
            if let Some(row) = self.known.get_mut(hash).filter(|row| row.state == ENDED) {
                row.state = BURIED;
                self.buried.push(row.id);
                new = true;
            }
        }
        new
    }
}

/// Whether the recipient can hold this envelope: it was handed out at some time.
fn may_hold(row: &KnownRow) -> bool {
    match row.state {
        STORED => false,
        ENDED | BURIED => row.uncertain == Some(1),
        _ => true,
    }
}

/// Whether everything that a receipt names was handed to its signer, and sent by whom it says.
fn covers<'a>(mine: impl Fn(&Hash) -> Option<&'a KnownRow>, receipt: &Receipt) -> bool {
    let from = |hash: &Hash| mine(hash).filter(|row| row.sender == receipt.sender.as_str());
    let ended = |row: &KnownRow| [ENDED, BURIED, LATE].contains(&row.state);
    receipt.envelope_hashes.iter().all(|hash| from(hash).is_some_and(may_hold))
        && receipt.tombstone_hashes.iter().all(|hash| from(hash).is_some_and(ended))
}

/// Number of a cause on the wire and in the store.
const fn number(cause: EndCause) -> i64 {
    match cause {
        EndCause::Withdrawn => 1,
        EndCause::Expired => 2,
        EndCause::Revoked => 3,
    }
}
