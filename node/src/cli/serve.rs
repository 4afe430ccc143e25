//! Runs the node, and further institutions of the same machine beside it, until it is asked to stop.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::join_all;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use wiez_proto::env::{Env, LastResort};
use wiez_proto::refusal::{Reason, Refusal};

use super::talk::Talk;
use crate::config::{Loaded, Surroundings};
use crate::{Node, tasks};

/// Opens every institution, then runs all of them. None runs when one cannot be opened, and the
/// refusal names its folder (`folder`).
pub(super) async fn serve(
    loaded: &Loaded,
    also: &[PathBuf],
    around: &Surroundings,
    talk: &mut Talk<'_>,
) -> Result<(), Refusal> {
    crate::observe::start(&loaded.config.diagnostics)?;
    let mut nodes = vec![];
    let opened = open_all(loaded, also, around, &mut nodes).await;
    if let Err(refusal) = opened {
        for node in nodes {
            node.store().close().await;
        }
        if let Some(folder) = refusal.details.get("folder") {
            talk.told("serving-none", &[("dir", folder)]);
        }
        return Err(refusal);
    }
    for node in &nodes {
        talk.told("serving", &[("name", &node.me().name), ("dir", &node.data_dir().display().to_string())]);
    }
    let stop = watch::Sender::new(false);
    let running = join_all(nodes.into_iter().map(|node| tasks::run(node, stop.subscribe())));
    let ended = async {
        wait_for_signal().await;
        stop.send_replace(true);
    };
    tokio::join!(running, ended).0.into_iter().collect()
}

/// Opens the first institution and the further ones, each with its own keys, people and store.
async fn open_all(
    loaded: &Loaded,
    also: &[PathBuf],
    around: &Surroundings,
    nodes: &mut Vec<Arc<Node>>,
) -> Result<(), Refusal> {
    let further: Vec<&PathBuf> = loaded.config.also.iter().chain(also).collect();
    let named = |refusal: Refusal, dir: &Path| {
        if further.is_empty() { refusal } else { refusal.with("folder", dir.display()) }
    };
    // Every configuration is read before anything is opened.
    let mut all = vec![loaded.clone()];
    for dir in &further {
        all.push(Loaded::beside(dir, around).map_err(|refusal| named(refusal, dir))?);
    }
    for loaded in &all {
        let dir = &loaded.config.data_dir;
        let node = open(loaded).await.map_err(|refusal| named(refusal, dir))?;
        let twice = nodes.iter().any(|other| other.id() == node.id());
        nodes.push(node);
        if twice {
            // Two nodes from two copies of one institution would contradict each other.
            let refusal = Refusal::new(Reason::ConfigInvalid).with("key", "also").with("file", dir.display());
            return Err(named(refusal.with("expected", "another institution"), dir));
        }
    }
    Ok(())
}

async fn open(loaded: &Loaded) -> Result<Arc<Node>, Refusal> {
    let (settings, passphrase) = (loaded.settings()?, loaded.passphrase()?);
    Node::open(Env::system(), settings, &passphrase, LastResort::default()).await
}

/// Waits for Ctrl-C or the service manager's stop.
async fn wait_for_signal() {
    let stop = |kind| signal(kind).ok();
    match (stop(SignalKind::interrupt()), stop(SignalKind::terminate())) {
        (Some(mut interrupt), Some(mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        // Without handlers the signals end the process by themselves.
        (None, _) | (_, None) => std::future::pending().await,
    }
}
