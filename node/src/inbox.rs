//! What an arriving envelope is: new, a repetition, too late, or a sign of something missing.

use wiez_proto::envelope::Header;
use wiez_proto::id::{Hash, InstitutionId, MessageId};

/// The routing facts of an envelope or tombstone whose sender's signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "every field is told at Header in envelope.proto")]
pub struct Arrived {
    pub hash: Hash,
    pub sender: InstitutionId,
    pub message_id: MessageId,
    pub epoch: u64,
    pub seq: u64,
    pub prev: Hash,
    pub expires_ms: i64,
}

impl Arrived {
    /// The facts of a header and the hash of its envelope.
    #[must_use]
    pub fn of(header: &Header, hash: Hash) -> Self {
        Self {
            hash,
            sender: header.sender.clone(),
            message_id: header.message_id,
            epoch: header.position.epoch,
            seq: header.position.seq,
            prev: header.position.prev,
            expires_ms: header.expires_ms,
        }
    }
}

/// The largest position seen of a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Generation.
    pub epoch: u64,
    /// Number.
    pub seq: u64,
    /// Hash of the envelope there.
    pub hash: Hash,
}

/// What the inbox remembers that bears on one arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// Number of the receipt that was signed for exactly this envelope.
    pub receipt: Option<i64>,
    /// Another envelope with the same message id was taken.
    pub same_id: bool,
    /// The envelope that `prev` names was seen.
    pub prev_seen: bool,
    /// Another envelope names the same `prev`.
    pub same_prev: bool,
    /// The sender's high-water mark.
    pub high: Option<Mark>,
}

/// What is to be done with an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was dealt with before: the same receipt again, nothing else.
    Repeated(i64),
    /// It is past its time: neither taken nor acknowledged; a tombstone follows.
    Late,
    /// New. `unknown_prev` and `forked_prev` go into the receipt; `reused_id` keeps the
    /// content out, because something else was taken under that message id.
    New {
        /// `prev` names an envelope never seen: something is missing.
        unknown_prev: bool,
        /// Two different envelopes follow the same one.
        forked_prev: bool,
        /// Other content came under the same message id.
        reused_id: bool,
    },
}

/// Judges an arrival. `now_ms` is the node's time, which never runs backwards. A tombstone is
/// never late: it is what comes when the time has ended.
#[must_use]
pub fn judge(arrived: &Arrived, known: &Known, tombstone: bool, now_ms: i64) -> Verdict {
    if let Some(receipt) = known.receipt {
        return Verdict::Repeated(receipt);
    }
    if !tombstone && now_ms > arrived.expires_ms {
        return Verdict::Late;
    }
    Verdict::New {
        unknown_prev: arrived.prev != Hash::ZERO && !known.prev_seen,
        forked_prev: known.same_prev,
        reused_id: known.same_id && !tombstone,
    }
}

/// How an envelope was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its content is in the casework.
    Taken,
    /// The gate did not take it.
    Quarantined,
    /// A tombstone came in its place.
    Tombstone,
}

impl Outcome {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Quarantined => "quarantined",
            Self::Tombstone => "tombstone",
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    fn arrived(prev: Hash) -> Arrived {
        Arrived {
            hash: Hash::new([1; 32]),
            sender: "ops".parse().unwrap(),
            message_id: MessageId::new([2; 16]),
            epoch: 1,
            seq: 5,
            prev,
            expires_ms: 1000,
        }
    }

    const NEW: Verdict = Verdict::New { unknown_prev: false, forked_prev: false, reused_id: false };

    #[test]
    fn a_repetition_gets_the_same_receipt_even_when_it_is_late() {
        let known = Known { receipt: Some(7), ..Known::default() };
        assert_eq!(judge(&arrived(Hash::ZERO), &known, false, 5000), Verdict::Repeated(7));
    }

    #[test]
    fn on_first_arrival_the_last_millisecond_counts_and_the_next_does_not() {
        assert_eq!(judge(&arrived(Hash::ZERO), &Known::default(), false, 1000), NEW);
        assert_eq!(judge(&arrived(Hash::ZERO), &Known::default(), false, 1001), Verdict::Late);
        assert_eq!(judge(&arrived(Hash::ZERO), &Known::default(), true, 9999), NEW);
    }

    #[test]
    fn gaps_forks_and_reused_ids_are_told_apart() {
        let prev = Hash::new([9; 32]);
        let gap = Verdict::New { unknown_prev: true, forked_prev: false, reused_id: false };
        assert_eq!(judge(&arrived(prev), &Known::default(), false, 0), gap);
        assert_eq!(judge(&arrived(prev), &Known { prev_seen: true, ..Known::default() }, false, 0), NEW);
        let fork = Known { prev_seen: true, same_prev: true, ..Known::default() };
        let forked = Verdict::New { unknown_prev: false, forked_prev: true, reused_id: false };
        assert_eq!(judge(&arrived(prev), &fork, false, 0), forked);
        let reused = Known { same_id: true, ..Known::default() };
        let kept_out = Verdict::New { unknown_prev: false, forked_prev: false, reused_id: true };
        assert_eq!(judge(&arrived(Hash::ZERO), &reused, false, 0), kept_out);
    }
}
