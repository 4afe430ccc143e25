//! Accepts connections: caps before and after authentication, TLS by name, HTTP/2 behind it.

mod admission;
mod connection;
mod identity;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use prost::bytes::Bytes;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use wiez_proto::env::Env;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::ByName;

use crate::caller::VerifiedPeer;
use crate::config::Listen;
use crate::tasks::{Phase, Tasks, reached};
pub use admission::{Admission, source_of};
pub use identity::identity;

/// Files that are open beside the connections: database, log, sockets.
const SPARE_FILES: u64 = 128;
/// First and longest pause after the system had no more files for a connection.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Who is at the other end, as far as the connection shows; in every request's extensions.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Its address.
    pub source: SocketAddr,
    /// The institution of its certificate; a refusal when there is none or not exactly one.
    pub identity: Result<VerifiedPeer, Refusal>,
}

/// The calls behind a door.
pub trait Calls: Clone + Send + Sync + 'static {
    /// Body of a response.
    type Body: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;

    /// Answers one request, in whose extensions stands the [`Peer`].
    fn call(self, request: Request<Incoming>) -> impl Future<Output = Response<Self::Body>> + Send + 'static;
}

/// Everything that a connection needs.
pub struct Listener<M, E> {
    /// Time.
    pub env: Env,
    /// TLS of both doors.
    pub tls: ByName,
    /// Calls of members.
    pub mail: M,
    /// The one call without a certificate.
    pub enrol: E,
    /// Counts connections.
    pub admission: Arc<Admission>,
    /// Time for a handshake.
    pub handshake: Duration,
    /// Starts connections.
    pub tasks: Tasks,
}

impl<M: Calls, E: Calls> Listener<M, E> {
    /// Accepts until told to drain. Never ends because of what a peer does.
    pub async fn run(self: Arc<Self>, listener: TcpListener, mut phase: watch::Receiver<Phase>) {
        let mut pause = BACK_OFF.0;
        loop {
            let accepted = tokio::select! {
                () = reached(&mut phase, Phase::Draining) => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, source)) => {
                    pause = BACK_OFF.0;
                    self.admit(stream, source, phase.clone());
                }
                // A peer that left before it was accepted says nothing about the next one.
                Err(error) if gone(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, pause_ms = pause.as_millis(), "cannot accept connections; waiting");
                    tokio::select! {
                        () = reached(&mut phase, Phase::Draining) => return,
                        () = self.env.sleep(pause) => pause = (pause * 2).min(BACK_OFF.1),
                    }
                }
            }
        }
    }

    fn admit(self: &Arc<Self>, stream: TcpStream, source: SocketAddr, phase: watch::Receiver<Phase>) {
        let Some(pass) = self.admission.enter(source.ip()) else {
            tracing::info!(%source, "connection closed: too many from there or altogether");
            return;
        };
        let listener = Arc::clone(self);
        self.tasks.spawn(async move { listener.connection(stream, source, pass, phase).await });
    }
}

fn gone(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}

/// How many connections the system allows, raising the limit of open files as far as it may.
///
/// # Errors
/// `CONFIG_INVALID` when there is hardly room for one institution.
pub fn connections_allowed(config: &Listen) -> Result<usize, Refusal> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if limit.current != limit.maximum && setrlimit(Resource::Nofile, raised).is_ok() {
        limit = getrlimit(Resource::Nofile);
    }
    let files = limit.current.unwrap_or(u64::MAX);
    let room = usize::try_from(files.saturating_sub(SPARE_FILES)).unwrap_or(usize::MAX);
    if room < config.connections_per_institution.max(1) {
        return Err(Refusal::new(Reason::ConfigInvalid).with("key", "RLIMIT_NOFILE").with("expected", ">= 256"));
    }
    if room < config.max_connections {
        tracing::warn!(files, connections = room, "the system allows fewer open files than configured connections");
    }
    Ok(room.min(config.max_connections))
}
