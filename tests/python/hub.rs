//! A real hub in this process, on the machine's clock, for a client in another language.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use tokio::net::TcpListener;
use wiez_hub::config::{Config, Flags, Loaded, Surroundings};
use wiez_hub::enrolment::Invite;
use wiez_hub::keys::{HubKeys, NewRegion, Place};
use wiez_hub::{Options, Running, start};
use wiez_proto::directory::{RegionKeys, Standing};
use wiez_proto::env::{Env, LastResort};
use wiez_proto::vocab::InstitutionKind;

/// A hub with its folder, and where it listens.
pub(crate) struct Region {
    /// What ends with it.
    pub(crate) folder: tempfile::TempDir,
    /// The region's public keys.
    pub(crate) keys: RegionKeys,
    running: Running,
}

impl Region {
    /// Starts a hub with keys of its own and the default configuration.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let env = Env::system();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let place = Place { host: "hub.wiez.test".to_owned(), port: listener.local_addr().unwrap().port() };
        let region = "opolskie".parse().unwrap();
        let new = NewRegion { region, name: "Region testowy".to_owned(), place, ca: None };
        let keys = HubKeys::ephemeral(&env, &new).unwrap();
        let public = keys.region_keys.clone();
        let config = config(folder.path());
        let options = Options { env, keys, config, listener, last_resort: LastResort::default(), demo: false };
        Self { folder, keys: public, running: start(options).await.unwrap() }
    }

    /// The address to dial instead of the name in the invitation.
    pub(crate) fn dial(&self) -> String {
        self.running.local_addr().to_string()
    }

    /// An invitation as its line of text.
    pub(crate) async fn invite(&self, institution: &str, kind: InstitutionKind) -> String {
        let invite = Invite {
            institution: institution.parse().unwrap(),
            kind,
            also_acts_as: vec![],
            name: format!("Instytucja {institution}"),
            teryt: "1601".to_owned(),
            phone: String::new(),
            valid_ms: 3_600_000,
        };
        self.running.hub().invite(invite).await.unwrap().to_text()
    }

    /// Suspends an institution.
    pub(crate) async fn suspend(&self, institution: &str) {
        self.running.hub().set_standing(&institution.parse().unwrap(), Standing::Suspended).await.unwrap();
    }

    /// Writes the log out as the operator would.
    pub(crate) async fn export(&self) -> PathBuf {
        let mut out = Vec::new();
        self.running.hub().export(&mut out).await.unwrap();
        let file = self.folder.path().join("log.jsonl");
        std::fs::write(&file, out).unwrap();
        file
    }

    /// Stops the hub.
    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }
}

/// The default configuration; an empty file of our own, so that nothing installed on the machine is read.
fn config(folder: &Path) -> Config {
    let file = folder.join("empty.toml");
    std::fs::write(&file, "").unwrap();
    let flags = Flags { data_dir: Some(folder.join("hub")), ..Flags::default() };
    let config = Loaded::read(Some(&file), &flags, &Surroundings::default()).unwrap().config;
    std::fs::create_dir_all(&config.data_dir).unwrap();
    config
}
