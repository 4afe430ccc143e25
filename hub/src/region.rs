//! The hub of one region as a value: its store, its members, its writer; every use case hangs on it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::Serialize;
use tokio::sync::{mpsc, oneshot, watch};
use wiez_proto::directory::Standing;
use wiez_proto::env::{Env, LastResort};
use wiez_proto::envelope::Region;
use wiez_proto::id::hex;
use wiez_proto::limits;
use wiez_proto::log::tree::Frontier;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use crate::directory::Members;
pub use crate::enrolment::Invite;
use crate::keys::HubKeys;
use crate::mailbox::line::Lines;
use crate::store::log::HeadRow;
use crate::store::{self, DISK_RETRY_MS, Store, StoreError};
use crate::writer::Driver;
use crate::writer::work::{Answer, Work};

/// What an operator decides about the core of a hub.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of database and lock; made with mode 0700 when it is missing.
    pub data_dir: PathBuf,
    /// Free bytes below which deposits are refused, so that withdrawals and receipts still fit.
    pub disk_reserve_bytes: u64,
}

impl Settings {
    /// The defaults of the table of limits.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), disk_reserve_bytes: limits::DISK_RESERVE_BYTES }
    }
}

/// The newest signed head of the log, as everybody sees it.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// Number of leaves.
    pub(crate) size: u64,
    /// Signed note.
    pub(crate) checkpoint: String,
}

/// What use cases, streams and the writer share.
pub(crate) struct Shared {
    pub(crate) env: Env,
    pub(crate) keys: Arc<HubKeys>,
    pub(crate) region: Region,
    /// The signed keys of the region, the same bytes for everybody.
    pub(crate) region_signed: v1::Signed,
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) members: watch::Sender<Arc<Members>>,
    pub(crate) head: watch::Sender<Head>,
    pub(crate) lines: Lines,
    /// Raised by the writer after each commit that ended waiting envelopes, before it answers.
    pub(crate) endings: AtomicU64,
    /// Set when the writer has ended.
    pub(crate) stopped: AtomicBool,
    pub(crate) last_resort: LastResort,
}

impl Shared {
    /// Why an answer got lost: the writer stopped, or the disk was full and nothing was written.
    pub(crate) fn lost(&self) -> Refusal {
        if self.stopped.load(Ordering::SeqCst) {
            Reason::ShuttingDown.into()
        } else {
            Refusal::new(Reason::DiskFull).retry_after(DISK_RETRY_MS)
        }
    }
}

/// A running hub. Use cases are methods, each in the file of its noun.
pub struct Hub {
    pub(crate) shared: Arc<Shared>,
    pub(crate) queue: mpsc::Sender<Work>,
}

/// When a full queue may be tried again.
pub(crate) const QUEUE_RETRY_MS: u64 = 200;

impl Hub {
    /// Opens or creates the hub's state. The driver has to be run for anything to be written.
    ///
    /// # Errors
    /// `LOCKED`, `DATABASE_NEWER`, `DATABASE_FOREIGN`, `DISK_FULL` or `INTERNAL`.
    pub async fn open(
        env: Env,
        keys: Arc<HubKeys>,
        settings: Settings,
        last_resort: LastResort,
    ) -> Result<(Arc<Self>, Driver), Refusal> {
        let region = keys.region_keys.bound();
        let store = Store::open(&settings.data_dir, &format!("{}:{}", region.id, hex(&region.fingerprint))).await?;
        let mut conn = store.reader().await?;
        let members = Members::load(&mut conn, &keys).await?;
        let head = store::log::head(&mut conn).await?;
        drop(conn);
        let head = match head {
            Some(head) => head,
            None => first_head(&store, &keys, &env).await?,
        };
        let frontier = Frontier::from_bytes(&head.frontier).map_err(|_| StoreError::corrupt("frontier"))?;
        let shared = Arc::new(Shared {
            region_signed: keys.region_keys.sign(&keys.directory),
            members: watch::Sender::new(Arc::new(members)),
            head: watch::Sender::new(Head { size: frontier.size(), checkpoint: head.checkpoint }),
            lines: Lines::default(),
            endings: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            env,
            keys,
            region,
            settings,
            store,
            last_resort,
        });
        let (queue, incoming) = mpsc::channel(limits::WRITER_QUEUE);
        Ok((Arc::new(Self { shared: Arc::clone(&shared), queue }), Driver::new(shared, incoming)))
    }

    /// Clock and randomness.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.shared.env
    }

    /// The region's keys.
    #[must_use]
    pub fn keys(&self) -> &HubKeys {
        &self.shared.keys
    }

    /// What the operator decided.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The directory as it is now.
    #[must_use]
    pub fn members(&self) -> Arc<Members> {
        Arc::clone(&self.shared.members.borrow())
    }

    /// The directory as it changes.
    #[must_use]
    pub fn watch_members(&self) -> watch::Receiver<Arc<Members>> {
        self.shared.members.subscribe()
    }

    /// Hands work to the writer and waits for the answer, which comes after the commit.
    pub(crate) async fn ask<T>(&self, work: impl FnOnce(Answer<T>) -> Work) -> Result<T, Refusal> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(work(answer)).await.map_err(|_| Refusal::new(Reason::ShuttingDown))?;
        answered.await.unwrap_or_else(|_| Err(self.shared.lost()))
    }

    /// Counts what the hub holds.
    ///
    /// # Errors
    /// `INTERNAL` when the database cannot be read.
    pub async fn status(&self) -> Result<Status, Refusal> {
        let mut conn = self.shared.store.snapshot().await?;
        let mail = store::mailbox::counts(&mut conn).await?;
        let of = |state| mail.iter().find(|(found, _)| *found == state).map_or(0, |(_, count)| store::uint(*count));
        let (live, edges) = store::consent::counts(&mut conn).await?;
        let events = store::uint(store::mailbox::event::count(&mut conn).await?);
        let (members, log_size) = (self.members(), self.shared.head.borrow().size);
        let standing = |wanted| members.iter().filter(|member| member.standing == wanted).count() as u64;
        Ok(Status {
            region: self.shared.region.id.to_string(),
            log_size,
            institutions: [Standing::Active, Standing::Suspended, Standing::Revoked].map(standing),
            connected: self.shared.lines.count() as u64,
            edges_live: store::uint(live),
            edges: store::uint(edges),
            mail_stored: of(0),
            mail_offered: of(1),
            mail_acknowledged: of(2) + of(5),
            mail_ended: of(3) + of(4),
            events,
            disk_free_bytes: free_bytes(&self.shared.settings.data_dir),
        })
    }
}

/// What a hub holds, in counts; never who wrote to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The region.
    pub region: String,
    /// Leaves in the log.
    pub log_size: u64,
    /// Institutions: active, suspended, revoked.
    pub institutions: [u64; 3],
    /// Institutions that collect right now.
    pub connected: u64,
    /// Consent edges that neither a withdrawal nor a revocation ended.
    pub edges_live: u64,
    /// All consent edges ever registered.
    pub edges: u64,
    /// Envelopes on disk that were never handed out.
    pub mail_stored: u64,
    /// Envelopes that may have left and are not acknowledged.
    pub mail_offered: u64,
    /// Envelopes that their recipients hold.
    pub mail_acknowledged: u64,
    /// Envelopes that ended before they were acknowledged.
    pub mail_ended: u64,
    /// Receipts and statuses kept for senders.
    pub events: u64,
    /// Free bytes where the database is; 0 when unknown.
    pub disk_free_bytes: u64,
}

/// Free bytes for unprivileged processes; 0 when the system does not say.
pub(crate) fn free_bytes(folder: &Path) -> u64 {
    rustix::fs::statvfs(folder).map_or(0, |stat| stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Signs the head of the empty log.
async fn first_head(store: &Store, keys: &HubKeys, env: &Env) -> Result<HeadRow, Refusal> {
    let (frontier, signed_ms) = (Frontier::new(), env.now_ms());
    let head = HeadRow {
        checkpoint: keys.log.sign(0, &frontier.root(), signed_ms),
        frontier: frontier.to_bytes(),
        signed_ms,
        next: [1; 3],
    };
    let mut tx = store.begin().await?;
    store::log::create_head(&mut tx, &head).await?;
    tx.commit().await?;
    Ok(head)
}
