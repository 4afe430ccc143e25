//! One institution of a world: its node, its cable to the hub, its data folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::net::UnixStream;
use wiez_node::Node;
use wiez_node::account::Reader;
use wiez_node::api::SOCKET;
use wiez_node::config::Settings;
use wiez_node::join::join;
use wiez_node::people::Worker;
use wiez_node::tasks::Running;
use wiez_proto::env::{Env, LastResort};
use wiez_proto::id::InstitutionId;
use wiez_proto::vocab::WorkerRole;

use crate::network::Wire;
use crate::staff::{self, Staff};
use crate::tasks::{Stopwatch, pause};

/// Opens the keys of every node of a world.
pub const PASSPHRASE: &[u8] = b"correct horse battery staple";
/// How long a node may take to open its socket, or to let go of its folder, in real time.
const PATIENCE: Duration = Duration::from_secs(10);

/// One institution with a node.
pub struct Party {
    /// Its id.
    pub id: InstitutionId,
    /// Its cable to the hub.
    pub wire: Wire,
    env: Env,
    settings: Settings,
    last_resort: LastResort,
    login: &'static str,
    token: Mutex<Option<String>>,
    node: Option<(Arc<Node>, Running)>,
}

impl Party {
    /// Joins with an invitation over the real door, starts the node, and employs its one worker.
    ///
    /// # Errors
    /// What joining or opening refuses.
    pub async fn join(
        env: &Env,
        invitation: &str,
        (id, staff): (InstitutionId, Staff),
        mut settings: Settings,
        hub: SocketAddr,
        moved: Arc<AtomicU64>,
    ) -> Result<Self> {
        let wire = Wire::new(hub, moved).await?;
        settings.dial = Some(wire.address());
        let last_resort = LastResort::default();
        join(env, invitation, &settings, PASSPHRASE, last_resort.clone()).await?;
        let (env, token) = (env.clone(), Mutex::default());
        let mut party = Self { id, wire, env, settings, last_resort, login: staff.login, token, node: None };
        party.start().await?;
        party.employ(staff.name, staff.role).await?;
        Ok(party)
    }

    /// Starts a node that is down.
    ///
    /// # Errors
    /// When it runs already, or what opening refuses.
    pub async fn start(&mut self) -> Result<()> {
        ensure!(self.node.is_none(), "the node runs already");
        let settings = self.settings.clone();
        let node = Node::open(self.env.clone(), settings, PASSPHRASE, self.last_resort.clone()).await?;
        let running = Running::start(&node);
        self.node = Some((node, running));
        let (socket, watch) = (self.settings.data_dir.join(SOCKET), Stopwatch::start());
        while UnixStream::connect(&socket).await.is_err() {
            ensure!(watch.elapsed() < PATIENCE, "the node does not open its socket");
            pause(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    /// Stops the node in order.
    ///
    /// # Errors
    /// When it is down already.
    pub async fn stop(&mut self) -> Result<()> {
        let (node, running) = self.node.take().context("the node is down already")?;
        running.stop().await;
        let_go(node).await
    }

    /// Ends the node as a power cut does.
    ///
    /// # Errors
    /// When it is down already.
    pub async fn kill(&mut self) -> Result<()> {
        let (node, running) = self.node.take().context("the node is down already")?;
        running.kill();
        let_go(node).await
    }

    /// The node.
    ///
    /// # Errors
    /// When it is down.
    pub fn node(&self) -> Result<&Arc<Node>> {
        self.node.as_ref().map(|(node, _)| node).with_context(|| format!("{} is down", self.id))
    }

    /// Whether the node runs.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        self.node.is_some()
    }

    /// What happens when a write of this node fails; a test puts its hook there.
    #[must_use]
    pub const fn last_resort(&self) -> &LastResort {
        &self.last_resort
    }

    /// Where the node keeps everything.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.settings.data_dir
    }

    /// The configuration for the next start.
    pub const fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Makes the user of this process this worker of the institution, with an account and its keys.
    ///
    /// # Errors
    /// When the node is down.
    pub async fn employ(&self, name: &str, role: WorkerRole) -> Result<()> {
        let node = self.node()?;
        let worker = Worker { uid: staff::this_user(), name: name.to_owned(), role };
        staff::employ(node, self.login, &worker).await?;
        // Whoever was signed in had another name.
        if let Some(token) = self.remembered(None) {
            node.sessions().end(&token);
        }
        Ok(())
    }

    /// The token of that worker's session. One that locked or ended meanwhile, since hours pass in a moment here, is
    /// opened anew.
    ///
    /// # Errors
    /// When the node is down.
    pub async fn token(&self) -> Result<String> {
        let node = self.node()?;
        let known = self.remembered(None).filter(|token| node.sessions().enter(node.env().now_ms(), token).is_ok());
        let token = match known {
            Some(token) => token,
            None => staff::sign_in(node, staff::this_user()).await?.text().to_owned(),
        };
        self.remembered(Some(token.clone()));
        Ok(token)
    }

    /// The worker as whom tests act, signed in.
    ///
    /// # Errors
    /// When the node is down, or this worker reads nothing.
    pub async fn reader(&self) -> Result<Reader> {
        staff::reader(self.node()?, &self.token().await?)
    }

    /// Puts a token in the place of the one that was remembered.
    fn remembered(&self, token: Option<String>) -> Option<String> {
        std::mem::replace(&mut *self.token.lock().unwrap_or_else(PoisonError::into_inner), token)
    }

    /// Copies the folder of a node that is down, as a backup does.
    ///
    /// # Errors
    /// When it is up, or the disk says no.
    pub fn backup(&self) -> Result<PathBuf> {
        ensure!(self.node.is_none(), "a backup of a running node is none");
        let to = self.settings.data_dir.with_extension("backup");
        copy(&self.settings.data_dir, &to)?;
        Ok(to)
    }

    /// Puts a backup in the place of the folder of a node that is down.
    ///
    /// # Errors
    /// When it is up, or the disk says no.
    pub fn restore(&self, backup: &Path) -> Result<()> {
        ensure!(self.node.is_none(), "a running node cannot be restored");
        std::fs::remove_dir_all(&self.settings.data_dir)?;
        copy(backup, &self.settings.data_dir)
    }
}

/// Waits until nothing of the node is left that holds its folder.
async fn let_go(node: Arc<Node>) -> Result<()> {
    let watch = Stopwatch::start();
    while Arc::strong_count(&node) > 1 {
        ensure!(watch.elapsed() < PATIENCE, "a task of the node does not end");
        pause(Duration::from_millis(1)).await;
    }
    node.store().close().await;
    drop(node);
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    std::fs::set_permissions(to, std::fs::metadata(from)?.permissions())?;
    for item in std::fs::read_dir(from)? {
        let item = item?;
        let (kind, target) = (item.file_type()?, to.join(item.file_name()));
        if kind.is_dir() {
            copy(&item.path(), &target)?;
        } else if kind.is_file() {
            std::fs::copy(item.path(), target)?;
        }
    }
    Ok(())
}
