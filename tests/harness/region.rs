//! A hub in this process under a throw-away CA, for whoever needs no nodes.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use rcgen::KeyPair;
use tokio::net::TcpListener;
use wiez_certs_dev::DevCa;
use wiez_hub::config::{Config, Flags, Listen, Loaded, Surroundings};
use wiez_hub::desk::{Answer, Order, perform};
use wiez_hub::keys::{HubKeys, NewRegion, Place as HubPlace};
use wiez_hub::region::Hub;
use wiez_hub::{Options, Running, start};
use wiez_proto::enrolment::Invitation;
use wiez_proto::env::{Env, LastResort};

use crate::member::{Member, Place};

/// Name of the region.
pub const REGION: &str = "opolskie";
/// Name of the hub.
pub const HOST: &str = "hub.wiez.test";

/// The accept loop's part of the default configuration.
///
/// # Errors
/// None; the defaults are compiled in.
pub fn listen_defaults() -> Result<Listen> {
    let file = tempfile::NamedTempFile::new()?;
    Ok(Loaded::read(Some(file.path()), &Flags::default(), &Surroundings::default())?.config.listen)
}

/// A region that ends with the process.
pub struct Region {
    /// Time and randomness.
    pub env: Env,
    /// The hub.
    pub running: Running,
    /// Its CA, which also makes wrong certificates.
    pub ca: DevCa,
    /// What happens when a write to disk failed.
    pub last_resort: LastResort,
}

impl Region {
    /// Starts a hub in a folder with the default configuration, changed as told.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn start(env: &Env, data_dir: &Path, tune: impl FnOnce(&mut Config)) -> Result<Self> {
        let ca = DevCa::new(REGION, env.now_ms())?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let place = HubPlace { host: HOST.to_owned(), port: listener.local_addr()?.port() };
        let key = KeyPair::from_pem(&ca.key_pem())?.serialize_der();
        let new = NewRegion {
            region: REGION.parse()?,
            name: "Region testowy".to_owned(),
            place,
            ca: Some((ca.ca_der().to_vec(), key.into())),
        };
        let keys = HubKeys::ephemeral(env, &new)?;
        // An empty file of our own, so that nothing installed on the machine is read.
        let file = data_dir.join("empty.toml");
        std::fs::write(&file, "")?;
        let flags = Flags { data_dir: Some(data_dir.join("hub")), ..Flags::default() };
        let mut config = Loaded::read(Some(&file), &flags, &Surroundings::default())?.config;
        tune(&mut config);
        std::fs::create_dir_all(&config.data_dir)?;
        let last_resort = LastResort::default();
        let options =
            Options { env: env.clone(), keys, config, listener, last_resort: last_resort.clone(), demo: true };
        Ok(Self { env: env.clone(), running: start(options).await?, ca, last_resort })
    }

    /// The use cases, as the operator has them.
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        self.running.hub()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.running.local_addr()
    }

    /// Where members find it.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { host: HOST.to_owned(), dial: self.address() }
    }

    /// Invites an institution of a kind.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn invite(&self, institution: &str, kind: &str) -> Result<Invitation> {
        let order = Order::Invite {
            institution: institution.parse()?,
            kind: kind.to_owned(),
            also_acts_as: vec![],
            name: format!("Instytucja {institution}"),
            teryt: "1601".to_owned(),
            phone: String::new(),
            valid_days: 7,
        };
        let Answer::Invitation { text, .. } = perform(self.hub(), order).await? else {
            anyhow::bail!("the hub answers something else than an invitation");
        };
        Ok(Invitation::from_text(&text)?)
    }

    /// Invites an institution and lets it join.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn join(&self, institution: &str, kind: &str) -> Result<Member> {
        let invitation = self.invite(institution, kind).await?;
        Member::join(&self.env, &invitation, self.address()).await.with_context(|| format!("{institution} joins"))
    }
}
