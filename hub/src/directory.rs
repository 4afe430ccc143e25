//! The directory: who is in the region with which keys, mirrored to every node, and changes of standing.

use std::collections::BTreeMap;

use prost::Message;
use wiez_proto::directory::{Entry, Membership, Standing};
use wiez_proto::envelope::Region;
use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use crate::caller::Caller;
use crate::keys::HubKeys;
use crate::region::Hub;
use crate::store::{self, StoreError, int, uint};
use crate::writer::work::{StandingWork, Work};

/// One institution of the region.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its newest entry.
    pub entry: Entry,
    /// Where it stands.
    pub standing: Standing,
    /// Since when, milliseconds since 1970.
    pub since_ms: i64,
}

/// Every institution at one revision of the directory; never changed, only replaced.
#[derive(Clone, Debug)]
pub struct Members {
    region: Region,
    revision: u64,
    all: BTreeMap<InstitutionId, Member>,
}

impl Members {
    /// A directory without anybody.
    #[must_use]
    pub const fn new(region: Region) -> Self {
        Self { region, revision: 0, all: BTreeMap::new() }
    }

    /// Reads the whole directory from the store.
    pub(crate) async fn load(conn: &mut store::Conn, keys: &HubKeys) -> Result<Self, StoreError> {
        let mut members = Self::new(keys.region_keys.bound());
        loop {
            let items =
                store::directory::after(conn, int(members.revision), int(limits::DIRECTORY_PER_PAGE as u64)).await?;
            if items.is_empty() {
                return Ok(members);
            }
            for item in items {
                members = members.follow(&item, keys).map_err(|_| StoreError::corrupt("directory_item"))?;
            }
        }
    }

    fn follow(self, item: &store::directory::ItemRow, keys: &HubKeys) -> Result<Self, Refusal> {
        let directory = &keys.region_keys.directory_key;
        let malformed = |_| Refusal::new(Reason::Malformed);
        if item.kind == store::directory::ENTRY {
            let signed = v1::SignedEntry::decode(item.object.as_slice()).map_err(malformed)?.entry.unwrap_or_default();
            let entry = Entry::open(&signed, directory, &self.region)?;
            Ok(self.with_entry(entry, uint(item.revision)))
        } else {
            let signed = v1::Signed::decode(item.object.as_slice()).map_err(malformed)?;
            let membership = Membership::open(&signed, directory, &self.region)?;
            Ok(self.with_standing(&membership, uint(item.revision)))
        }
    }

    /// The next revision: a new entry. Who has none before takes part from a standing on.
    #[must_use]
    pub fn with_entry(mut self, entry: Entry, revision: u64) -> Self {
        let before = self.all.get(&entry.institution).map(|member| (member.standing, member.since_ms));
        let (standing, since_ms) = before.unwrap_or((Standing::Suspended, entry.valid_from_ms));
        self.all.insert(entry.institution.clone(), Member { entry, standing, since_ms });
        self.revision = revision;
        self
    }

    /// The next revision: a new standing.
    #[must_use]
    pub fn with_standing(mut self, membership: &Membership, revision: u64) -> Self {
        if let Some(member) = self.all.get_mut(&membership.institution) {
            member.standing = membership.standing;
            member.since_ms = membership.at_ms;
        }
        self.revision = revision;
        self
    }

    /// One institution.
    #[must_use]
    pub fn get(&self, institution: &InstitutionId) -> Option<&Member> {
        self.all.get(institution)
    }

    /// Every institution, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.all.values()
    }

    /// Number of changes so far.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// What every signature of the region is bound to.
    #[must_use]
    pub const fn region(&self) -> &Region {
        &self.region
    }
}

impl Hub {
    /// Returns what changed after a revision, oldest first.
    ///
    /// # Errors
    /// Why the caller may not call, or `INTERNAL`.
    pub async fn mirror(&self, caller: &Caller, request: v1::MirrorRequest) -> Result<v1::MirrorResponse, Refusal> {
        caller.still(&self.members())?;
        let most = limits::DIRECTORY_PER_PAGE;
        let mut conn = self.shared.store.reader().await?;
        let mut rows = store::directory::after(&mut conn, int(request.after_revision), int(most as u64) + 1).await?;
        let complete = rows.len() <= most;
        rows.truncate(most);
        let items = rows.iter().map(item).collect::<Result<_, _>>()?;
        Ok(v1::MirrorResponse { region: Some(self.shared.region_signed.clone()), items, complete })
    }

    /// Changes where an institution stands: signed, in the log, effective before it returns.
    /// The same standing again changes nothing. Revoked is final.
    ///
    /// # Errors
    /// `NOT_A_MEMBER`, `REVOKED`, or why nothing can be written.
    pub async fn set_standing(&self, institution: &InstitutionId, standing: Standing) -> Result<(), Refusal> {
        let institution = institution.clone();
        self.ask(|answer| Work::Standing(StandingWork { institution, standing, answer })).await
    }

    /// Every institution, by id.
    #[must_use]
    pub fn institutions(&self) -> Vec<Member> {
        self.members().iter().cloned().collect()
    }
}

fn item(row: &store::directory::ItemRow) -> Result<v1::DirectoryItem, Refusal> {
    let internal = |_| Refusal::new(Reason::Internal);
    let item = if row.kind == store::directory::ENTRY {
        v1::directory_item::Item::Entry(v1::SignedEntry::decode(row.object.as_slice()).map_err(internal)?)
    } else {
        v1::directory_item::Item::Membership(v1::Signed::decode(row.object.as_slice()).map_err(internal)?)
    };
    Ok(v1::DirectoryItem { revision: uint(row.revision), leaf_index: uint(row.leaf_index), item: Some(item) })
}
