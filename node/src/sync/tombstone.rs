//! Checks what stands in the place of an envelope that ended.

use wiez_proto::directory::{Membership, Standing};
use wiez_proto::envelope::{Header, VerifyingKey, sha256};
use wiez_proto::grant::{Withdrawal, object_hash};
use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::log::leaf::Leaf;
use wiez_proto::receipt::{EndCause, Tombstone};
use wiez_proto::refusal::{Reason, Refusal};

use crate::Node;
use crate::inbox::Arrived;
use crate::mirror::Alarm;
use crate::store::{Tx, mirror as table};

/// The routing facts of a tombstone whose proof holds. Without a valid proof it raises an alarm
/// and is not acknowledged: the envelope counts as missing.
///
/// # Errors
/// `INTERNAL` or `DISK_FULL`.
pub(super) async fn check(node: &Node, tx: &mut Tx, stone: &Tombstone) -> Result<Option<Arrived>, Refusal> {
    let header = Header::parse(&stone.parts.header)?;
    let hash = stone.parts.envelope_hash();
    let signed = match node.directory().signer(&header.sender, &header.sender_key) {
        Some(key) => stone.parts.verify(key, node.region()).is_ok(),
        None => false,
    };
    let leaf = match &stone.proof {
        Some((_, index)) => table::leaf(tx, *index).await?,
        None => None,
    };
    if signed && header.recipient == *node.id() && proved(node, stone, &header, leaf) {
        return Ok(Some(Arrived::of(&header, hash)));
    }
    let detail = "an envelope was replaced by a tombstone without a valid proof";
    Alarm::now(node.env(), Reason::Unverifiable, &hash.to_string(), detail).raise(tx).await?;
    Ok(None)
}

fn proved(node: &Node, stone: &Tombstone, header: &Header, leaf: Option<Leaf>) -> bool {
    match (stone.cause, &stone.proof) {
        // That the time lies after the end was checked when it was opened; a hub whose clock
        // runs further ahead of this node's than clocks may differ must wait.
        (EndCause::Expired, None) => {
            let latest = node.log_view().node_time(node.env().now_ms()).saturating_add(limits::CLOCK_SKEW_MS);
            latest >= header.expires_ms
        }
        (EndCause::Withdrawn, Some((signed, _))) => {
            let Some(handle) = header.handle else { return false };
            let logged =
                Leaf::Withdrawal { handle_hash: sha256(&[handle.bytes()]), object_hash: *object_hash(signed).bytes() };
            let party = Withdrawal::parse(&signed.content).ok().map(|claimed| claimed.party);
            let key = party
                .filter(|party| *party == header.sender || *party == header.recipient)
                .and_then(|p| key_of(node, &p));
            let opened = key.and_then(|key| Withdrawal::open(signed, &key, node.region()).ok());
            leaf == Some(logged) && opened.is_some_and(|withdrawal| withdrawal.handles.contains(&handle))
        }
        (EndCause::Revoked, Some((signed, _))) => {
            let logged = Leaf::Membership { object_hash: *object_hash(signed).bytes() };
            let opened = Membership::open(signed, &node.region_keys().directory_key, node.region());
            let ended = |membership: Membership| {
                membership.standing == Standing::Revoked
                    && (membership.institution == header.sender || membership.institution == header.recipient)
            };
            leaf == Some(logged) && opened.is_ok_and(ended)
        }
        (EndCause::Expired, Some(_)) | (EndCause::Withdrawn | EndCause::Revoked, None) => false,
    }
}

fn key_of(node: &Node, party: &InstitutionId) -> Option<VerifyingKey> {
    if party == node.id() {
        return Some(node.signing().public());
    }
    node.directory().get(party).map(|peer| peer.entry.signing_key)
}
