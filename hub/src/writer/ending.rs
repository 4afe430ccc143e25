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

impl Batch<'_> {
    /// Takes a recipient's receipts and refusals: all of them or, for a hash that was never
    /// handed to it, none. What is acknowledged already changes nothing.
    pub(super) async fn acknowledge(&mut self, work: AcknowledgeWork) -> Result<(), StoreError> {
        let AcknowledgeWork { recipient, receipts, refusals, answer } = work;
        let mut hashes: Vec<Hash> = refusals.iter().map(|(_, hash)| *hash).collect();
        for (_, receipt) in &receipts {
            hashes.extend(receipt.envelope_hashes.iter().chain(&receipt.tombstone_hashes));
        }
        hashes.sort_unstable();
        hashes.dedup();
        let mut known = self.known(&hashes).await?;
        known.retain(|_, row| row.recipient == recipient.as_str());
        if !receipts.iter().all(|(_, receipt)| covers(&known, receipt))
            || !refusals.iter().all(|(_, hash)| known.get(hash).is_some_and(may_hold))
        {
            self.answer(answer, |_| Err(Reason::NotFound.into()));
            return Ok(());
        }
        for (signed, receipt) in receipts {
            let taken = self.take(&receipt.envelope_hashes, &mut known, &recipient).await?;
            let buried = self.bury(&receipt.tombstone_hashes, &mut known, &recipient).await?;
            if taken.is_some() || buried {
                self.items.push(*object_hash(&signed).bytes());
            }
            if let Some(expires_ms) = taken {
                self.event(&receipt.sender, event::RECEIPT, signed.encode_to_vec(), expires_ms);
            }
        }
        for (signed, hash) in refusals {
            let sender = known.get(&hash).map(|row| row.sender.clone()).unwrap_or_default();
            if let Some(expires_ms) = self.take(&[hash], &mut known, &recipient).await? {
                let sender: InstitutionId = sender.parse().map_err(|_| StoreError::corrupt("mail"))?;
                self.items.push(*object_hash(&signed).bytes());
                self.event(&sender, event::REFUSAL, signed.encode_to_vec(), expires_ms);
            }
        }
        self.answer(answer, |_| Ok(()));
        Ok(())
    }

    async fn known(&mut self, hashes: &[Hash]) -> Result<BTreeMap<Hash, KnownRow>, StoreError> {
        let bytes: Vec<&[u8]> = hashes.iter().map(|hash| hash.bytes().as_slice()).collect();
        let rows = store::mailbox::by_hash(self.tx.conn(), &bytes).await?;
        let parse = |row: KnownRow| Ok((Hash::parse(&row.hash).map_err(|_| StoreError::corrupt("mail"))?, row));
        rows.into_iter().map(parse).collect()
    }

    /// Marks envelopes as held by the recipient and erases their bodies; the latest expiry of
    /// those for which this is new.
    async fn take(
        &mut self,
        hashes: &[Hash],
        known: &mut BTreeMap<Hash, KnownRow>,
        recipient: &InstitutionId,
    ) -> Result<Option<i64>, StoreError> {
        let (mut ids, mut expires_ms) = (Vec::new(), None);
        for hash in hashes {
            let Some(row) = known.get_mut(hash) else { continue };
            if row.state == ACKNOWLEDGED || row.state == LATE {
                continue;
            }
            // For what follows in this batch.
            row.state = if row.state == OFFERED { ACKNOWLEDGED } else { LATE };
            ids.push(row.id);
            expires_ms = expires_ms.max(Some(row.expires_ms));
        }
        store::mailbox::acknowledge(&mut self.tx, &ids).await?;
        self.acknowledged.entry(recipient.clone()).or_default().extend(ids);
        Ok(expires_ms)
    }

    /// Marks tombstones as held by the recipient; whether that is new for any.
    async fn bury(
        &mut self,
        hashes: &[Hash],
        known: &mut BTreeMap<Hash, KnownRow>,
        recipient: &InstitutionId,
    ) -> Result<bool, StoreError> {
        let mut ids = Vec::new();
        for hash in hashes {
            if let Some(row) = known.get_mut(hash).filter(|row| row.state == ENDED) {
                row.state = BURIED;
                ids.push(row.id);
            }
        }
        store::mailbox::bury(&mut self.tx, &ids).await?;
        let new = !ids.is_empty();
        self.acknowledged.entry(recipient.clone()).or_default().extend(ids);
        Ok(new)
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

/// Whether the recipient can hold this envelope: it was handed out at some time.
fn may_hold(row: &KnownRow) -> bool {
    match row.state {
        STORED => false,
        ENDED | BURIED => row.uncertain == Some(1),
        _ => true,
    }
}

/// Whether everything that a receipt names was handed to its signer, and sent by whom it says.
fn covers(known: &BTreeMap<Hash, KnownRow>, receipt: &Receipt) -> bool {
    let from = |hash: &Hash| known.get(hash).filter(|row| row.sender == receipt.sender.as_str());
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
