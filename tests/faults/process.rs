//! The hub process that the fault tests start, kill and limit; it writes its address into its folder.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;
use wiez_hub::config::{Flags, Loaded, Surroundings};
use wiez_hub::keys::HubKeys;
use wiez_hub::{Options, start};
use wiez_proto::env::{Env, LastResort};
use wiez_tests::party::PASSPHRASE;

/// Runs the hub of the folder in the first argument until somebody ends it.
#[tokio::main]
async fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).context("name the hub's folder")?);
    let flags = Flags { data_dir: Some(folder.clone()), ..Flags::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let running = start(Options {
        env: Env::system(),
        keys: HubKeys::open(&folder, PASSPHRASE)?,
        config: Loaded::read(None, &flags, &Surroundings::default())?.config,
        listener,
        last_resort: LastResort::default(),
        demo: false,
    })
    .await?;
    std::fs::write(folder.join("address.new"), address.to_string())?;
    std::fs::rename(folder.join("address.new"), folder.join("address"))?;
    running.failed().await;
    bail!("the writer ended and the process did not")
}
