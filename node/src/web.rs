//! The pages for case workers: HTML that needs no script, served over TLS or to this machine alone.
//!
//! A request passes `guard` first (names, paths, origins, sizes), then the session, then the double-click key
//! of its form; only then a page asks `casework`, `consent` or `account` the same functions as the socket does.
//! Nothing imports this module; every sentence comes from `text/*.ftl` beside `src`.

mod access;
mod ask;
mod asset;
mod carried;
mod case;
mod consent;
mod decide;
mod desk;
mod directory;
mod factor;
mod fault;
mod fields;
mod first;
mod forward;
mod frame;
mod guard;
mod help;
mod inbox;
mod listen;
mod lock;
mod login;
mod new;
mod password;
mod people;
mod person;
mod reply;
mod route;
mod status;
mod tls;
mod trail;
mod words;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Lang;

use self::desk::Desks;
use self::tls::Reloading;
use crate::Node;
use crate::config::Pages;
use crate::text::Texts;

/// Everything that a page needs.
struct Web {
    node: Arc<Node>,
    pages: Pages,
    texts: [Texts; 3],
    desks: Desks,
    /// The recovery sheets that were shown last, for a second click.
    printed: tokio::sync::Mutex<Option<first::Printed>>,
}

impl Web {
    fn new(node: Arc<Node>, pages: Pages) -> Arc<Self> {
        let texts = [Lang::Pl, Lang::En, Lang::Uk].map(Texts::pages);
        Arc::new(Self { node, pages, texts, desks: Desks::default(), printed: tokio::sync::Mutex::default() })
    }

    fn texts(&self, lang: Lang) -> &Texts {
        let [pl, en, uk] = &self.texts;
        lang.pick([pl, en, uk])
    }

    /// Lets what lies in memory for a session that is over leave it, and recovery sheets that were shown long ago.
    fn sweep(&self) {
        let now_ms = self.now_ms();
        self.desks.keep(|| self.node.sessions().live(now_ms));
        // Whoever holds it makes sheets at this moment.
        if let Ok(mut printed) = self.printed.try_lock() {
            drop(printed.take_if(|one| one.is_over(now_ms)));
        }
    }

    fn now_ms(&self) -> i64 {
        self.node.env().now_ms()
    }
}

/// Pages that hold their address and are not served yet.
pub struct Bound {
    web: Arc<Web>,
    listener: TcpListener,
    tls: Option<Arc<Reloading>>,
}

impl Bound {
    /// Where they will be served.
    ///
    /// # Errors
    /// `INTERNAL` when the system does not say.
    pub fn address(&self) -> Result<SocketAddr, Refusal> {
        self.listener.local_addr().map_err(|_| Refusal::new(Reason::Internal))
    }

    /// Serves until `shutdown` turns true; requests in progress end within the grace of a stop.
    pub async fn run(self, shutdown: watch::Receiver<bool>) {
        listen::run(self.web, self.listener, self.tls, shutdown).await;
    }
}

/// Reads the certificate and takes the address.
///
/// # Errors
/// `CONFIG_INVALID` when the address is taken or the certificate cannot be used, `KEY_PERMISSIONS` when others may
/// read its key.
pub async fn bind(node: Arc<Node>, pages: Pages) -> Result<Bound, Refusal> {
    let tls = match &pages.tls {
        Some(files) => Some(Arc::new(Reloading::load(node.env(), files)?)),
        None => None,
    };
    let taken = |error: std::io::Error| {
        tracing::error!(%error, address = %pages.listen, "the address of the pages cannot be used");
        Refusal::new(Reason::ConfigInvalid).with("key", "web.listen").with("expected", "127.0.0.1:8710")
    };
    let listener = TcpListener::bind(pages.listen).await.map_err(taken)?;
    Ok(Bound { web: Web::new(node, pages), listener, tls })
}

/// Serves the pages as configured until `shutdown` turns true; nothing when they are switched off.
///
/// # Errors
/// As [`bind`].
pub async fn serve(node: Arc<Node>, shutdown: watch::Receiver<bool>) -> Result<(), Refusal> {
    let Some(pages) = node.settings().web.clone() else { return Ok(()) };
    let bound = bind(Arc::clone(&node), pages).await?;
    tracing::info!(address = %bound.address()?, tls = bound.tls.is_some(), "pages are served");
    bound.run(shutdown).await;
    Ok(())
}

#[cfg(test)]
mod tests;
