//! Decides, without touching anything, whether an envelope is accepted: time, institutions, keys, gate, channel.

use wiez_proto::directory::Standing;
use wiez_proto::envelope::{Header, Verified};
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::invalid;

use crate::consent::{Admitted, Edge, Facts, admit};
use crate::directory::Members;

/// The last accepted envelope of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// Its epoch.
    pub epoch: u64,
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

/// What is known around an envelope at the moment of its decision.
pub struct Situation<'a> {
    /// Who deposits it.
    pub caller: &'a InstitutionId,
    /// Everybody.
    pub members: &'a Members,
    /// The edge that its handle names.
    pub edge: Option<Edge<'a>>,
    /// Its channel so far.
    pub last: Option<Last>,
    /// Now.
    pub now_ms: i64,
}

/// Accepts an envelope or says why not.
///
/// # Errors
/// `CLOCK_SKEW`, `EXPIRED`, `SENDER_MISMATCH`, `RECIPIENT_UNKNOWN`, `SUSPENDED`, `REVOKED`,
/// `RECIPIENT_REVOKED`, `KEY_UNKNOWN`, what [`admit`] says, `SEQ_USED`, `PREV_MISMATCH` or
/// `FIELD_INVALID`.
pub fn judge(verified: Verified, situation: &Situation<'_>) -> Result<Admitted, Refusal> {
    let header = verified.envelope().header();
    times(header, situation.now_ms)?;
    let sender = situation.members.get(&header.sender).ok_or(Reason::SenderMismatch)?;
    let recipient = situation.members.get(&header.recipient).ok_or(Reason::RecipientUnknown)?;
    match sender.standing {
        Standing::Active => {}
        Standing::Suspended => return Err(Reason::Suspended.into()),
        Standing::Revoked => return Err(Reason::Revoked.into()),
    }
    // Mail for a suspended institution is held.
    if recipient.standing == Standing::Revoked {
        return Err(Refusal::new(Reason::RecipientRevoked).with("recipient", header.recipient.as_str()));
    }
    if header.sender_key != sender.entry.signing_key.id() || header.recipient_key != recipient.entry.sealing_key.id() {
        return Err(Reason::KeyUnknown.into());
    }
    let position = header.position;
    let facts = Facts {
        caller: situation.caller,
        sender: &sender.entry,
        recipient: &recipient.entry,
        edge: situation.edge,
        now_ms: situation.now_ms,
    };
    let admitted = admit(verified, &facts)?;
    channel(position, situation.last)?;
    Ok(admitted)
}

fn times(header: &Header, now_ms: i64) -> Result<(), Refusal> {
    let skewed = || Refusal::new(Reason::ClockSkew).with("hub_time_ms", now_ms);
    if header.created_ms > now_ms.saturating_add(limits::CLOCK_SKEW_MS) {
        return Err(skewed());
    }
    if header.expires_ms <= now_ms || header.created_ms < now_ms.saturating_sub(limits::CREATED_MAX_AGE_MS) {
        return Err(Refusal::new(Reason::Expired).with("hub_time_ms", now_ms));
    }
    Ok(())
}

/// The number grows, the epoch does not go back, and `prev` names the last accepted envelope.
fn channel(position: wiez_proto::envelope::Position, last: Option<Last>) -> Result<(), Refusal> {
    let top = i64::MAX.unsigned_abs();
    if position.epoch > top || position.seq > top {
        return Err(invalid("seq"));
    }
    let Some(last) = last else {
        return if position.prev == Hash::ZERO { Ok(()) } else { Err(Reason::PrevMismatch.into()) };
    };
    if (position.epoch, position.seq) <= (last.epoch, last.seq) {
        return Err(Reason::SeqUsed.into());
    }
    if position.prev == last.hash { Ok(()) } else { Err(Reason::PrevMismatch.into()) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use wiez_proto::envelope::Position;

    fn at(epoch: u64, seq: u64, prev: Hash) -> Position {
        Position { epoch, seq, prev }
    }

    #[test]
    fn a_channel_grows_by_number_and_hangs_on_the_last_accepted() {
        let last = Last { epoch: 2, seq: 7, hash: Hash::new([1; 32]) };
        let reason = |position, last| channel(position, last).unwrap_err().reason;
        assert!(channel(at(1, 1, Hash::ZERO), None).is_ok());
        assert!(channel(at(1, 9, Hash::ZERO), None).is_ok(), "numbers may be skipped");
        assert_eq!(reason(at(1, 1, last.hash), None), Reason::PrevMismatch);
        assert!(channel(at(2, 8, last.hash), Some(last)).is_ok());
        assert!(channel(at(3, 1, last.hash), Some(last)).is_ok(), "a new epoch counts anew");
        assert_eq!(reason(at(2, 7, last.hash), Some(last)), Reason::SeqUsed);
        assert_eq!(reason(at(1, 99, last.hash), Some(last)), Reason::SeqUsed);
        assert_eq!(reason(at(2, 8, Hash::ZERO), Some(last)), Reason::PrevMismatch);
        assert_eq!(reason(at(2, u64::MAX, last.hash), Some(last)), Reason::FieldInvalid);
    }
}
