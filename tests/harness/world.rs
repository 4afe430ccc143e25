//! A region in one process: one hub, some nodes that joined over the real door, one clock, one bad network.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::net::TcpListener;
use wiez_hub::config::{Config, Flags, Loaded, Surroundings};
use wiez_hub::enrolment::Invite;
use wiez_hub::keys::{HubKeys, NewRegion, Place};
use wiez_hub::region::Hub;
use wiez_hub::{Options, Running, start};
use wiez_node::Node;
use wiez_node::config::Settings;
use wiez_proto::calendar::day_of;
use wiez_proto::directory::Standing;
use wiez_proto::enrolment::Invitation;
use wiez_proto::env::{Env, LastResort};
use wiez_proto::policy::{Overlay, Policy};
use wiez_proto::vocab::InstitutionKind;

use crate::member::Member;
use crate::operator::Operator;
use crate::party::{PASSPHRASE, Party};
use crate::register::fixture;
use crate::staff::{ANNA, Staff};

mod waiting;

/// Where every stepped world begins: Wednesday, 6 May 2026, eight in the morning in Warsaw.
pub const MORNING_MS: i64 = 1_778_047_200_000;
/// The remark in the overlay of demo and tests.
pub const NOTE: &str = "demo, not legal advice";
const DAY_MS: i64 = 24 * 3600 * 1000;

/// A region.
pub struct World {
    env: Env,
    home: PathBuf,
    _temporary: Option<TempDir>,
    moved: Arc<AtomicU64>,
    hub: Option<Running>,
    hub_address: SocketAddr,
    /// The hub's configuration for its next start.
    pub hub_config: Config,
    last_resort: LastResort,
    overlay: PathBuf,
    parties: BTreeMap<String, Party>,
}

impl World {
    /// A region with a hub and nobody in it, on a stepped clock, in a folder that ends with it.
    ///
    /// # Errors
    /// What the hub refuses.
    pub async fn new(seed: u64) -> Result<Self> {
        Self::new_on(seed, MORNING_MS).await
    }

    /// As [`World::new`], beginning at a moment in milliseconds since 1970.
    ///
    /// # Errors
    /// What the hub refuses.
    pub async fn new_on(seed: u64, from_ms: i64) -> Result<Self> {
        crate::tasks::trace();
        let folder = TempDir::new()?;
        let home = folder.path().to_owned();
        let mut world = Self::open(Env::stepped(from_ms, seed), &home).await?;
        world._temporary = Some(folder);
        Ok(world)
    }

    /// The region of most stories: OPS `ops`, PCPR `pcpr`, school `sp3`, clinic `poz`.
    ///
    /// # Errors
    /// What hub or nodes refuse.
    pub async fn small(seed: u64) -> Result<Self> {
        let mut world = Self::new(seed).await?;
        world.join("ops", InstitutionKind::Ops, "Ośrodek Pomocy Społecznej w Wierzbinie").await?;
        world.join("pcpr", InstitutionKind::Pcpr, "Powiatowe Centrum Pomocy Rodzinie").await?;
        world.join("sp3", InstitutionKind::Szkola, "Szkoła Podstawowa nr 3").await?;
        world.join("poz", InstitutionKind::Poz, "Przychodnia Zdrowie").await?;
        world.settle().await?;
        Ok(world)
    }

    /// A region on any clock in any folder; the hub listens on a free port of this machine.
    ///
    /// # Errors
    /// What the hub refuses.
    pub async fn open(env: Env, home: &Path) -> Result<Self> {
        let hub_dir = home.join("hub");
        std::fs::create_dir_all(&hub_dir)?;
        let region = NewRegion {
            region: "opolskie".parse()?,
            name: "Województwo opolskie".to_owned(),
            place: Place { host: "hub.opolskie.example".to_owned(), port: 8600 },
            ca: None,
        };
        HubKeys::create(&env, &region, &hub_dir, PASSPHRASE)?;
        let flags = Flags { data_dir: Some(hub_dir), ..Flags::default() };
        let overlay = home.join("overlay.toml");
        std::fs::write(&overlay, demo_overlay(&env)?)?;
        let mut world = Self {
            env,
            home: home.to_owned(),
            _temporary: None,
            moved: Arc::default(),
            hub: None,
            hub_address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            hub_config: Loaded::read(None, &flags, &Surroundings::default())?.config,
            last_resort: LastResort::default(),
            overlay,
            parties: BTreeMap::new(),
        };
        world.start_hub().await?;
        Ok(world)
    }

    /// The clock and the randomness of everybody here.
    #[must_use]
    pub const fn env(&self) -> &Env {
        &self.env
    }

    /// Milliseconds since 1970 in this world.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.env.now_ms()
    }

    /// The folder of the world.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The folder of the hub.
    #[must_use]
    pub fn hub_dir(&self) -> PathBuf {
        self.home.join("hub")
    }

    /// What happens when a write of the hub fails; a test puts its hook there.
    #[must_use]
    pub const fn last_resort(&self) -> &LastResort {
        &self.last_resort
    }

    // ---- the hub

    /// The hub.
    ///
    /// # Errors
    /// When it is down.
    pub fn hub(&self) -> Result<&Arc<Hub>> {
        self.hub.as_ref().map(Running::hub).context("the hub is down")
    }

    /// The hub as it listens.
    ///
    /// # Errors
    /// When it is down.
    pub fn hub_running(&self) -> Result<&Running> {
        self.hub.as_ref().context("the hub is down")
    }

    /// Starts a hub that is down; every cable leads to it.
    ///
    /// # Errors
    /// What starting refuses.
    pub async fn start_hub(&mut self) -> Result<()> {
        ensure!(self.hub.is_none(), "the hub runs already");
        let running = start(Options {
            env: self.env.clone(),
            keys: self.hub_keys()?,
            config: self.hub_config.clone(),
            listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
            last_resort: self.last_resort.clone(),
            demo: false,
        })
        .await?;
        self.hub_address = running.local_addr();
        self.hub = Some(running);
        for party in self.parties.values() {
            party.wire.lead_to(self.hub_address);
        }
        Ok(())
    }

    /// Stops the hub in order.
    ///
    /// # Errors
    /// When it is down already or does not stop.
    pub async fn stop_hub(&mut self) -> Result<()> {
        let running = self.hub.take().context("the hub is down already")?;
        self.meanwhile("the hub stops", running.stop()).await
    }

    /// Drops every connection of the hub at once.
    ///
    /// # Errors
    /// When it is down already or does not end.
    pub async fn kill_hub(&mut self) -> Result<()> {
        let running = self.hub.take().context("the hub is down already")?;
        self.meanwhile("the hub ends", running.kill()).await
    }

    /// Stops and starts the hub.
    ///
    /// # Errors
    /// As for both.
    pub async fn restart_hub(&mut self) -> Result<()> {
        self.stop_hub().await?;
        self.start_hub().await
    }

    /// The region's keys, as the operator has them.
    ///
    /// # Errors
    /// When the file is gone.
    pub fn hub_keys(&self) -> Result<HubKeys> {
        Ok(HubKeys::open(&self.hub_dir(), PASSPHRASE)?)
    }

    /// Lets a dishonest operator at the database; the hub has to be down.
    ///
    /// # Errors
    /// When it is up.
    pub async fn operator(&self) -> Result<Operator> {
        ensure!(self.hub.is_none(), "the operator needs a hub that is down");
        Operator::at(&self.hub_dir()).await
    }

    /// Changes where an institution stands.
    ///
    /// # Errors
    /// What the hub refuses.
    pub async fn set_standing(&self, id: &str, standing: Standing) -> Result<()> {
        Ok(self.hub()?.set_standing(&id.parse()?, standing).await?)
    }

    // ---- institutions

    /// Invites an institution.
    ///
    /// # Errors
    /// What the hub refuses.
    pub async fn invite(&self, id: &str, kind: InstitutionKind, name: &str) -> Result<Invitation> {
        let invite = Invite {
            institution: id.parse()?,
            kind,
            also_acts_as: vec![],
            name: name.to_owned(),
            teryt: fixture(id).map_or("1601011", |fixture| fixture.teryt).to_owned(),
            phone: "77 400 00 00".to_owned(),
            valid_ms: 7 * DAY_MS,
        };
        Ok(self.hub()?.invite(invite).await?)
    }

    /// Lets an institution join with a node of its own, which starts.
    ///
    /// # Errors
    /// What hub or node refuse.
    pub async fn join(&mut self, id: &str, kind: InstitutionKind, name: &str) -> Result<()> {
        let overlay = self.overlay();
        self.join_with(id, kind, name, |settings| settings.overlay = Some(overlay)).await
    }

    /// The file in which every row of the table counts as verified.
    #[must_use]
    pub fn overlay(&self) -> PathBuf {
        self.overlay.clone()
    }

    /// As [`World::join`], with the node's configuration as the caller wants it.
    ///
    /// # Errors
    /// As for [`World::join`].
    pub async fn join_with(
        &mut self,
        id: &str,
        kind: InstitutionKind,
        name: &str,
        configure: impl FnOnce(&mut Settings),
    ) -> Result<()> {
        self.join_staffed(id, kind, name, ANNA, configure).await
    }

    /// As [`World::join_with`], with the worker as the caller wants it.
    ///
    /// # Errors
    /// As for [`World::join`].
    pub async fn join_staffed(
        &mut self,
        id: &str,
        kind: InstitutionKind,
        name: &str,
        staff: Staff,
        configure: impl FnOnce(&mut Settings),
    ) -> Result<()> {
        let invitation = self.invite(id, kind, name).await?.to_text();
        let mut settings = Settings::in_dir(&self.home.join(id));
        settings.edge_spread_s = 0;
        configure(&mut settings);
        let (address, moved) = (self.hub_address, Arc::clone(&self.moved));
        let joining = Party::join(&self.env, &invitation, (id.parse()?, staff), settings, address, moved);
        let party = self.meanwhile("an institution joins", joining).await??;
        self.parties.insert(id.to_owned(), party);
        Ok(())
    }

    /// Lets an institution join that speaks the protocol without a node, and so without a gate.
    ///
    /// # Errors
    /// What the hub refuses.
    pub async fn join_raw(&self, id: &str, kind: InstitutionKind, name: &str) -> Result<Member> {
        let invitation = self.invite(id, kind, name).await?;
        self.meanwhile("a raw member joins", Member::join(&self.env, &invitation, self.hub_address)).await?
    }

    /// One institution.
    ///
    /// # Errors
    /// When nobody has this id.
    pub fn party(&self, id: &str) -> Result<&Party> {
        self.parties.get(id).with_context(|| format!("nobody is called {id}"))
    }

    /// One institution, to be changed.
    ///
    /// # Errors
    /// When nobody has this id.
    pub fn party_mut(&mut self, id: &str) -> Result<&mut Party> {
        self.parties.get_mut(id).with_context(|| format!("nobody is called {id}"))
    }

    /// The node of an institution.
    ///
    /// # Errors
    /// When it is down.
    pub fn node(&self, id: &str) -> Result<&Arc<Node>> {
        self.party(id)?.node()
    }

    /// Ids of everybody, ascending.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.parties.keys().cloned().collect()
    }

    /// Stops a node in order.
    ///
    /// # Errors
    /// When it is down already.
    pub async fn take_down(&mut self, id: &str) -> Result<()> {
        let mut party = self.parties.remove(id).with_context(|| format!("nobody is called {id}"))?;
        let stopped = self.meanwhile("a node stops", party.stop()).await;
        self.parties.insert(id.to_owned(), party);
        stopped?
    }

    /// Starts a node that is down.
    ///
    /// # Errors
    /// What opening refuses.
    pub async fn bring_up(&mut self, id: &str) -> Result<()> {
        self.party_mut(id)?.start().await
    }

    /// Stops and starts a node.
    ///
    /// # Errors
    /// As for both.
    pub async fn restart(&mut self, id: &str) -> Result<()> {
        self.take_down(id).await?;
        self.bring_up(id).await
    }

    /// Ends a node as a power cut does, and starts it again.
    ///
    /// # Errors
    /// What opening refuses.
    pub async fn crash(&mut self, id: &str) -> Result<()> {
        self.party_mut(id)?.kill().await?;
        self.bring_up(id).await
    }

    /// Cuts an institution's cable.
    ///
    /// # Errors
    /// When nobody has this id.
    pub fn cut(&self, id: &str) -> Result<()> {
        self.party(id)?.wire.cut();
        Ok(())
    }

    /// Mends an institution's cable.
    ///
    /// # Errors
    /// When nobody has this id.
    pub fn heal(&self, id: &str) -> Result<()> {
        self.party(id)?.wire.heal();
        Ok(())
    }
}

/// An overlay in which every row counts as verified.
fn demo_overlay(env: &Env) -> Result<String> {
    let mut overlay = Overlay::empty();
    overlay.note = Some(NOTE.to_owned());
    for row in Policy::shipped().rows() {
        overlay.verify(row, NOTE, day_of(env.now_ms()))?;
    }
    Ok(overlay.to_toml())
}
