//! A region whose hub runs in a process of its own, for faults that a process does not survive.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use wiez_hub::desk::{Answer, Order, give};
use wiez_hub::keys::{HubKeys, NewRegion, Place};
use wiez_proto::enrolment::Invitation;
use wiez_proto::env::Env;
use wiez_tests::member::Member;
use wiez_tests::party::PASSPHRASE;
use wiez_tests::tasks::{Stopwatch, pause};

const PATIENCE: Duration = Duration::from_secs(30);

/// A region whose hub is another process.
pub(crate) struct Region {
    folder: PathBuf,
    child: Option<Child>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Region {
    pub(crate) async fn new(folder: &Path) -> Result<Self> {
        let place = Place { host: "hub.opolskie.example".to_owned(), port: 8600 };
        let new = NewRegion { region: "opolskie".parse()?, name: "opolskie".to_owned(), place, ca: None };
        HubKeys::create(&Env::system(), &new, folder, PASSPHRASE)?;
        let mut region =
            Self { folder: folder.to_owned(), child: None, address: SocketAddr::from(([127, 0, 0, 1], 1)) };
        region.start(None).await?;
        Ok(region)
    }

    /// Starts the hub; with a limit, no file of it can grow beyond so many bytes.
    pub(crate) async fn start(&mut self, limit: Option<u64>) -> Result<()> {
        ensure!(self.child.is_none(), "the hub runs already");
        let file = self.folder.join("address");
        if file.exists() {
            std::fs::remove_file(&file)?;
        }
        let program = env!("CARGO_BIN_EXE_hub-process");
        let mut command = match limit {
            None => Command::new(program),
            Some(bytes) => {
                // POSIX counts in 512 bytes; the signal is ignored so that the write fails instead.
                let shell = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", bytes / 512);
                let mut command = Command::new("sh");
                command.arg("-c").arg(shell).arg(program);
                command
            }
        };
        command.arg(&self.folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn()?);
        let watch = Stopwatch::start();
        loop {
            if let Ok(text) = std::fs::read_to_string(&file) {
                self.address = text.parse()?;
                return Ok(());
            }
            if let Some(status) = self.ended()? {
                bail!("the hub process ended at its start: {status}");
            }
            ensure!(watch.elapsed() < PATIENCE, "the hub process does not start");
            pause(Duration::from_millis(5)).await;
        }
    }

    /// Ends the process as nothing else does: with SIGKILL.
    pub(crate) fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the hub is down already")?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Whether the process was started and not yet ended.
    pub(crate) const fn is_up(&self) -> bool {
        self.child.is_some()
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.as_mut().context("the hub is down already")?.try_wait()?)
    }

    /// Waits until the process ended by itself.
    pub(crate) async fn end(&mut self) -> Result<ExitStatus> {
        let watch = Stopwatch::start();
        loop {
            if let Some(status) = self.ended()? {
                self.child = None;
                return Ok(status);
            }
            ensure!(watch.elapsed() < PATIENCE, "the hub process lives on");
            pause(Duration::from_millis(5)).await;
        }
    }

    /// Lets a member join that the operator invites at the desk.
    pub(crate) async fn join(&self, id: &str, kind: &str) -> Result<Member> {
        let order = Order::Invite {
            institution: id.parse()?,
            kind: kind.to_owned(),
            also_acts_as: vec![],
            name: format!("Instytucja {id}"),
            teryt: "1601011".to_owned(),
            phone: String::new(),
            valid_days: 7,
        };
        let Answer::Invitation { text, .. } = give(&self.folder, &order).await.context("no desk")?? else {
            bail!("the desk gave no invitation")
        };
        Member::join(&Env::system(), &Invitation::from_text(&text)?, self.address).await
    }

    /// The region's keys.
    pub(crate) fn keys(&self) -> Result<HubKeys> {
        Ok(HubKeys::open(&self.folder, PASSPHRASE)?)
    }

    /// The size of the hub's largest file.
    pub(crate) fn largest_file(&self) -> Result<u64> {
        let mut largest = 0;
        for item in std::fs::read_dir(&self.folder)? {
            largest = largest.max(item?.metadata()?.len());
        }
        Ok(largest)
    }

    /// The exported log of a hub that is down.
    pub(crate) async fn export(&self) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        wiez_hub::log::export_folder(&self.folder, &self.keys()?.region_keys, &mut file).await?;
        Ok(file)
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself meanwhile.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
