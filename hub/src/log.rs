//! The log as use cases: its head, leaves, proofs, and the file in which all of it travels.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use wiez_proto::directory::RegionKeys;
use wiez_proto::limits;
use wiez_proto::log::Digest;
use wiez_proto::log::export::{Header, Line};
use wiez_proto::log::tree::{
    Frontier, Span, consistency_nodes, consistency_path, inclusion_nodes, inclusion_path, leaf_hash,
};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::{invalid, v1};

use crate::region::Hub;
use crate::store::{self, Store, StoreError};

impl Hub {
    /// The newest signed checkpoint; its time is at most a minute and a tick old.
    #[must_use]
    pub fn head(&self) -> v1::HeadResponse {
        v1::HeadResponse { checkpoint: self.shared.head.borrow().checkpoint.clone() }
    }

    /// Leaves by range; fewer than asked at the end of the log.
    ///
    /// # Errors
    /// `FIELD_INVALID` for a count outside 1 to 1000, `INTERNAL`.
    pub async fn leaves(&self, request: v1::LeavesRequest) -> Result<v1::LeavesResponse, Refusal> {
        if !(1..=limits::LEAVES_PER_PAGE as u64).contains(&u64::from(request.count)) {
            return Err(invalid("count"));
        }
        let mut conn = self.shared.store.reader().await?;
        let leaves = store::log::leaves(&mut conn, request.first, u64::from(request.count)).await?;
        Ok(v1::LeavesResponse { leaves: leaves.into_iter().map(Into::into).collect() })
    }

    /// Proves that a leaf is in the tree of a size.
    ///
    /// # Errors
    /// `RANGE` for a leaf or a size that does not exist, `INTERNAL`.
    pub async fn inclusion(&self, request: v1::InclusionRequest) -> Result<v1::InclusionResponse, Refusal> {
        let v1::InclusionRequest { index, size } = request;
        if index >= size || size > self.shared.head.borrow().size {
            return Err(Reason::Range.into());
        }
        let nodes = self.nodes(&inclusion_nodes(index, size)).await?;
        let path = inclusion_path(index, size, |level, at| nodes.get(&(level, at)).copied());
        let path = path.ok_or_else(|| StoreError::corrupt("log_node"))?;
        Ok(v1::InclusionResponse { path: wire(&path) })
    }

    /// Proves that the tree of a size extends that of an earlier one.
    ///
    /// # Errors
    /// `RANGE` for sizes that do not exist or are in the wrong order, `INTERNAL`.
    pub async fn consistency(&self, request: v1::ConsistencyRequest) -> Result<v1::ConsistencyResponse, Refusal> {
        let v1::ConsistencyRequest { old_size, new_size } = request;
        if old_size == 0 || old_size > new_size || new_size > self.shared.head.borrow().size {
            return Err(Reason::Range.into());
        }
        let nodes = self.nodes(&consistency_nodes(old_size, new_size)).await?;
        let path = consistency_path(old_size, new_size, |level, at| nodes.get(&(level, at)).copied());
        let path = path.ok_or_else(|| StoreError::corrupt("log_node"))?;
        Ok(v1::ConsistencyResponse { path: wire(&path) })
    }

    async fn nodes(&self, spans: &[Span]) -> Result<BTreeMap<(u8, u64), Digest>, Refusal> {
        let mut conn = self.shared.store.snapshot().await?;
        let mut nodes = BTreeMap::new();
        for (level, index) in spans.iter().flat_map(Span::nodes) {
            let hash = if level == 0 {
                store::log::leaves(&mut conn, index, 1).await?.first().map(|leaf| leaf_hash(leaf))
            } else {
                store::log::node(&mut conn, level, index).await?
            };
            nodes.insert((level, index), hash.ok_or_else(|| StoreError::corrupt("log_node"))?);
        }
        Ok(nodes)
    }

    /// Writes the whole log with all its checkpoints, as anybody can check it.
    ///
    /// # Errors
    /// `INTERNAL` when the database cannot be read or the output cannot be written.
    pub async fn export(&self, out: &mut (dyn Write + Send)) -> Result<(), Refusal> {
        export(&self.shared.store, &self.shared.keys.region_keys, out).await
    }
}

/// Writes the log of a data folder, also beside a running hub: it only reads and takes no lock.
///
/// # Errors
/// `DATABASE_FOREIGN` when there is no database, `INTERNAL` as [`Hub::export`].
pub async fn export_folder(folder: &Path, keys: &RegionKeys, out: &mut (dyn Write + Send)) -> Result<(), Refusal> {
    let store = Store::open_read_only(folder).await?;
    let done = export(&store, keys, out).await;
    store.close().await;
    done
}

async fn export(store: &Store, keys: &RegionKeys, out: &mut (dyn Write + Send)) -> Result<(), Refusal> {
    let mut write = |line: Line| {
        out.write_all(line.write().as_bytes())
            .map_err(|error| StoreError::Failed(format!("writing the export: {error}")))
    };
    // One snapshot, so that leaves and head belong together while the hub goes on.
    let mut conn = store.snapshot().await?;
    let head = store::log::head(&mut conn).await?.ok_or_else(|| StoreError::corrupt("log_head"))?;
    let size = Frontier::from_bytes(&head.frontier).map_err(|_| StoreError::corrupt("frontier"))?.size();
    write(Line::Header(Header {
        keys: keys.log.clone(),
        region: keys.region.to_string(),
        directory_key: *keys.directory_key.bytes(),
    }))?;
    let page = limits::LEAVES_PER_PAGE as u64;
    let mut first = 0;
    while first < size {
        let count = page.min(size - first);
        let leaves = store::log::leaves(&mut conn, first, count).await?;
        let checkpoints = store::log::checkpoints(&mut conn, first, first + count).await?;
        let mut checkpoints: BTreeMap<u64, String> = checkpoints.into_iter().collect();
        for (index, leaf) in (first..).zip(leaves) {
            write(Line::Leaf(leaf))?;
            // The head itself comes last.
            if let Some(checkpoint) = checkpoints.remove(&(index + 1)).filter(|_| index + 1 < size) {
                write(Line::Checkpoint(checkpoint))?;
            }
        }
        first += count;
    }
    write(Line::Checkpoint(head.checkpoint))?;
    Ok(())
}

fn wire(path: &[Digest]) -> Vec<prost::bytes::Bytes> {
    path.iter().map(|hash| prost::bytes::Bytes::copy_from_slice(hash)).collect()
}
