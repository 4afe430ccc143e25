//! One institution's node: its keys, its database, what it knows, and how its parts wake each other.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use tokio::sync::Notify;
use wiez_proto::directory::{Entry, RegionKeys};
use wiez_proto::env::{Env, LastResort};
use wiez_proto::envelope::{Region, SigningKey};
use wiez_proto::id::InstitutionId;
use wiez_proto::policy::Overlay;
use wiez_proto::refusal::{Reason, Refusal};

use crate::account::login::Access;
use crate::config::Settings;
use crate::directory::Directory;
use crate::join::Member;
use crate::keys::Keys;
use crate::link::Link;
use crate::mirror::{Alarm, LogView};
use crate::session::Sessions;
use crate::store::{Conn, Store, alarm, control, directory, mirror, outbox};
use crate::sync::{self, Progress};

/// A node that has joined. Shared by its loops, its socket and whoever embeds it.
pub struct Node {
    env: Env,
    settings: Settings,
    keys: Keys,
    member: Member,
    region: Region,
    store: Store,
    overlay: Option<Overlay>,
    link: Link,
    directory: RwLock<Arc<Directory>>,
    log: RwLock<Arc<LogView>>,
    push_wake: Arc<Notify>,
    pub(crate) mirror_wake: Notify,
    pub(crate) refreshing: tokio::sync::Mutex<()>,
    /// When log and directory were last mirrored to the end, milliseconds since 1970.
    mirrored_ms: AtomicI64,
    pub(crate) progress: Progress,
    access: Access,
}

/// What the loops of a node are at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransportStatus {
    /// Since when the node hears from the hub, milliseconds since 1970; absent while it does not.
    pub connected_since_ms: Option<i64>,
    /// Why it does not hear from the hub.
    pub trouble: Option<Reason>,
    /// Messages in the outbox by state.
    pub outbox: BTreeMap<String, u64>,
    /// Edges and withdrawals that the hub has not confirmed.
    pub control_waiting: u64,
    /// Verified leaves of the log.
    pub log_size: u64,
    /// Signed time of the newest verified head, seconds since 1970.
    pub log_time_s: Option<u64>,
    /// The hub contradicted itself about the log.
    pub log_alarmed: bool,
    /// Alarms that nobody settled.
    pub alarms: u64,
}

impl Node {
    /// Opens the node in its data folder. It does nothing by itself until [`crate::tasks`] starts
    /// its loops.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when it has not joined or the overlay cannot be read, `PASSPHRASE`,
    /// `KEY_PERMISSIONS`, `LOCKED`, `DATABASE_NEWER`, `DATABASE_FOREIGN`, `DISK_FULL`, `INTERNAL`.
    pub async fn open(
        env: Env,
        settings: Settings,
        passphrase: &[u8],
        last_resort: LastResort,
    ) -> Result<Arc<Self>, Refusal> {
        let keys = Keys::open(&settings.data_dir, passphrase)?;
        let store = Store::open(&settings.data_dir, keys.content(&env)?, last_resort).await?;
        let mut view = store.view("node.open").await?;
        let member = Member::load(&mut view).await?.ok_or_else(|| not_joined(&settings.data_dir))?;
        if member.entry.signing_key != keys.signing().public() {
            return Err(Refusal::new(Reason::DatabaseForeign));
        }
        let log = load_log(&mut view).await?;
        let known = Directory::of(directory::all(&mut view).await?);
        drop(view);
        let link = Link::member(
            &env,
            &member.connect(settings.dial),
            &member.ca_der,
            &keys.identity(member.certificate_der.clone()),
        )?;
        Ok(Arc::new(Self {
            overlay: load_overlay(&settings)?,
            region: member.region_keys.bound(),
            env,
            settings,
            keys,
            member,
            store,
            link,
            directory: RwLock::new(Arc::new(known)),
            log: RwLock::new(Arc::new(log)),
            push_wake: Arc::new(Notify::new()),
            mirror_wake: Notify::new(),
            refreshing: tokio::sync::Mutex::new(()),
            mirrored_ms: AtomicI64::new(i64::MIN),
            progress: Progress::default(),
            access: Access::default(),
        }))
    }

    /// Time and randomness.
    #[must_use]
    pub const fn env(&self) -> &Env {
        &self.env
    }

    /// The institution's id.
    #[must_use]
    pub const fn id(&self) -> &InstitutionId {
        &self.member.entry.institution
    }

    /// The institution's own directory entry, as it joined.
    #[must_use]
    pub const fn me(&self) -> &Entry {
        &self.member.entry
    }

    /// The institution's TLS certificate (DER), which the hub issued.
    #[must_use]
    pub fn certificate_der(&self) -> &[u8] {
        &self.member.certificate_der
    }

    /// The institution's keys.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Signs in the institution's name.
    #[must_use]
    pub const fn signing(&self) -> &SigningKey {
        self.keys.signing()
    }

    /// What every signature is bound to.
    #[must_use]
    pub const fn region(&self) -> &Region {
        &self.region
    }

    /// The keys of the region's hub, pinned at joining.
    #[must_use]
    pub const fn region_keys(&self) -> &RegionKeys {
        &self.member.region_keys
    }

    /// Folder with everything that the node keeps.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.settings.data_dir
    }

    /// The configuration it was opened with.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The database.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Verified policy rows of the configured file; rows verified by `policy verify` are in the
    /// database.
    #[must_use]
    pub const fn overlay(&self) -> Option<&Overlay> {
        self.overlay.as_ref()
    }

    /// Who is signed in.
    #[must_use]
    pub const fn sessions(&self) -> &Sessions {
        &self.access.sessions
    }

    pub(crate) const fn access(&self) -> &Access {
        &self.access
    }

    pub(crate) const fn link(&self) -> &Link {
        &self.link
    }

    /// The directory as it is known now.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_directory(&self, directory: Directory) {
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
    }

    /// The verified log as it is known now.
    #[must_use]
    pub fn log_view(&self) -> Arc<LogView> {
        Arc::clone(&self.log.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows a view that was committed; an older one never replaces a newer one.
    pub(crate) fn set_log(&self, view: LogView) {
        let mut log = self.log.write().unwrap_or_else(PoisonError::into_inner);
        if view.version() >= log.version() {
            *log = Arc::new(view);
        }
    }

    pub(crate) fn push_wake(&self) -> Arc<Notify> {
        Arc::clone(&self.push_wake)
    }

    /// Lets the push loop look at the outbox. Commits that put something there do so by themselves.
    pub fn wake_push(&self) {
        self.push_wake.notify_one();
    }

    /// Fetches and verifies what is new in log and directory, and the withdrawals of our consents.
    ///
    /// # Errors
    /// `HUB_UNREACHABLE` and its kind, `LOG_INCONSISTENT`, `DISK_FULL`, `INTERNAL`.
    pub async fn refresh_log(&self) -> Result<(), Refusal> {
        sync::mirror::refresh(self).await
    }

    /// Remembers that everything new was fetched and verified just now.
    pub(crate) fn set_mirrored(&self) {
        self.mirrored_ms.store(self.env().now_ms(), Ordering::Relaxed);
    }

    /// Whether that was at most so many milliseconds ago. A clock that went back tells nothing.
    pub(crate) fn mirrored_within(&self, ms: i64) -> bool {
        let age = self.env().now_ms().saturating_sub(self.mirrored_ms.load(Ordering::Relaxed));
        (0..=ms).contains(&age)
    }

    /// Waits until the loops have done one full round: control items and deposits answered,
    /// what waited at the hub collected, the log mirrored. The loops must be running.
    ///
    /// # Errors
    /// Why a loop could not finish its round.
    pub async fn sync_now(&self) -> Result<(), Refusal> {
        self.progress.round(|| self.wake_push()).await?;
        self.refresh_log().await
    }

    /// Every alarm, oldest first.
    ///
    /// # Errors
    /// `INTERNAL`.
    pub async fn alarms(&self) -> Result<Vec<Alarm>, Refusal> {
        alarm::all(&mut *self.store.view("alarm.all").await?).await
    }

    /// What the loops are at.
    ///
    /// # Errors
    /// `INTERNAL`.
    pub async fn transport_status(&self) -> Result<TransportStatus, Refusal> {
        let mut view = self.store.view("node.status").await?;
        let log = self.log_view();
        Ok(TransportStatus {
            connected_since_ms: self.progress.connected_since(),
            trouble: self.progress.trouble(),
            outbox: outbox::counts(&mut view).await?,
            control_waiting: control::waiting(&mut view).await?,
            log_size: log.size(),
            log_time_s: log.time_s(),
            log_alarmed: log.alarmed(),
            alarms: alarm::open(&mut view).await?,
        })
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node({})", self.id())
    }
}

fn not_joined(dir: &Path) -> Refusal {
    Refusal::new(Reason::ConfigInvalid)
        .with("key", "data_dir")
        .with("file", dir.display())
        .with("expected", "wiez-node join")
}

async fn load_log(conn: &mut Conn) -> Result<LogView, Refusal> {
    let (mirror, version) = mirror::load(conn).await?;
    Ok(LogView::new(mirror, version, alarm::log_broken(conn).await?))
}

fn load_overlay(settings: &Settings) -> Result<Option<Overlay>, Refusal> {
    let Some(path) = &settings.overlay else { return Ok(None) };
    let bad = || Refusal::new(Reason::ConfigInvalid).with("key", "policy.overlay_file").with("file", path.display());
    let text = std::fs::read_to_string(path).map_err(|_| bad())?;
    Overlay::parse(&text).map(Some).map_err(|_| bad())
}

#[cfg(test)]
pub(crate) mod tests;
