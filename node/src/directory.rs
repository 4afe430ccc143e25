//! The mirrored directory: who takes part, and the keys by which each is pinned.

use std::collections::BTreeMap;

use wiez_proto::directory::{Entry, Membership, RegionKeys, Standing, follow};
use wiez_proto::env::Env;
use wiez_proto::envelope::VerifyingKey;
use wiez_proto::grant::object_hash;
use wiez_proto::id::{InstitutionId, KeyId};
use wiez_proto::log::leaf::Leaf;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::{required, v1};

use crate::mirror::Alarm;
use crate::store::{Tx, directory as table, mirror};

/// One institution as this node knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Peer {
    /// The pinned entry.
    pub entry: Entry,
    /// Where it stands.
    pub standing: Standing,
    /// The directory offered other keys without the previous key's signature: nothing is
    /// encrypted to it until a person has looked.
    pub key_alarm: bool,
}

/// The whole directory at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directory {
    peers: BTreeMap<InstitutionId, Peer>,
}

impl Directory {
    pub(crate) fn of(peers: Vec<Peer>) -> Self {
        Self { peers: peers.into_iter().map(|peer| (peer.entry.institution.clone(), peer)).collect() }
    }

    /// An institution.
    #[must_use]
    pub fn get(&self, id: &InstitutionId) -> Option<&Peer> {
        self.peers.get(id)
    }

    /// Every institution, ascending by id.
    pub fn peers(&self) -> impl Iterator<Item = &Peer> {
        self.peers.values()
    }

    /// Institutions whose id, name, kind or TERYT holds every word of `text`, whatever the case.
    #[must_use]
    pub fn search(&self, text: &str) -> Vec<&Peer> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let holds = |peer: &&Peer| {
            let entry = &peer.entry;
            let all =
                format!("{} {} {} {}", entry.institution, entry.name, entry.kind.code(), entry.teryt).to_lowercase();
            words.iter().all(|word| all.contains(word))
        };
        self.peers.values().filter(holds).collect()
    }

    /// The pinned signing key of an institution, if it is the one with this id.
    #[must_use]
    pub fn signer(&self, id: &InstitutionId, key: &KeyId) -> Option<&VerifyingKey> {
        self.peers.get(id).map(|peer| &peer.entry.signing_key).filter(|pinned| pinned.id() == *key)
    }
}

/// Takes one change into the mirrored directory, in the caller's transaction.
///
/// The leaf behind it must be in the verified log already. What does not hold raises an alarm
/// and changes nothing: the old pin stays.
///
/// # Errors
/// `INTERNAL` or `DISK_FULL`.
pub(crate) async fn take(tx: &mut Tx, env: &Env, keys: &RegionKeys, item: &v1::DirectoryItem) -> Result<(), Refusal> {
    let leaf = mirror::leaf(tx, item.leaf_index).await?;
    match &item.item {
        Some(v1::directory_item::Item::Entry(offered)) => {
            take_entry(tx, env, keys, offered, leaf, item.leaf_index).await
        }
        Some(v1::directory_item::Item::Membership(signed)) => take_standing(tx, env, keys, signed, leaf).await,
        None => Alarm::now(env, Reason::Malformed, "directory", "empty item").raise(tx).await,
    }
}

async fn take_entry(
    tx: &mut Tx,
    env: &Env,
    keys: &RegionKeys,
    offered: &v1::SignedEntry,
    leaf: Option<Leaf>,
    leaf_index: u64,
) -> Result<(), Refusal> {
    let claimed = claimed(offered);
    let pinned = match &claimed {
        Some(id) => table::pinned(tx, id).await?,
        None => None,
    };
    let logged = |entry: &Entry| leaf == Some(Leaf::Directory { entry_hash: *entry.hash().bytes() });
    let judged = follow(pinned.as_ref(), offered, &keys.directory_key, &keys.bound())
        .and_then(|entry| if logged(&entry) { Ok(entry) } else { Err(Refusal::new(Reason::LogInconsistent)) });
    match judged {
        Ok(entry) => table::pin(tx, &entry.institution, offered, leaf_index, env.now_ms()).await,
        Err(refusal) => {
            let subject = claimed.as_ref().map_or("directory", InstitutionId::as_str);
            if let Some(id) = &claimed {
                table::distrust(tx, id, offered, env.now_ms()).await?;
            }
            Alarm::now(env, refusal.reason, subject, "directory entry refused; the earlier one stays pinned")
                .raise(tx)
                .await
        }
    }
}

/// Whom an entry speaks of, before anything about it is believed.
fn claimed(offered: &v1::SignedEntry) -> Option<InstitutionId> {
    let signed = required("entry", offered.entry.as_ref()).ok()?;
    wiez_proto::wire::strict::<v1::Entry>(&signed.content).ok()?.institution.parse().ok()
}

async fn take_standing(
    tx: &mut Tx,
    env: &Env,
    keys: &RegionKeys,
    signed: &v1::Signed,
    leaf: Option<Leaf>,
) -> Result<(), Refusal> {
    let logged = leaf == Some(Leaf::Membership { object_hash: *object_hash(signed).bytes() });
    match Membership::open(signed, &keys.directory_key, &keys.bound()) {
        Ok(membership) if logged => table::stand(tx, &membership.institution, membership.standing, env.now_ms()).await,
        Ok(membership) => {
            let subject = membership.institution.as_str();
            Alarm::now(env, Reason::LogInconsistent, subject, "standing without its leaf in the log").raise(tx).await
        }
        Err(refusal) => Alarm::now(env, refusal.reason, "directory", "standing refused").raise(tx).await,
    }
}

#[cfg(test)]
mod tests;
