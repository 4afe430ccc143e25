//! Dials the hub: our TLS configuration under tonic's HTTP/2, with keepalive while idle.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Endpoint, Uri};
use tower::service_fn;
use wiez_proto::env::Env;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::{Identity, client_config, enrol_client_config, speaks_h2};

use super::Link;

/// Large enough that the window never stops a batch of envelopes.
const STREAM_WINDOW: u32 = 2 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 4 * 1024 * 1024;

/// Where the hub is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    /// The name that its certificate must carry.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Address to dial instead of looking up the name.
    pub dial: Option<SocketAddr>,
}

/// Why the newest attempt to connect failed, where tonic would only say "unavailable".
#[derive(Clone, Default)]
pub(super) struct LastFailure(Arc<Mutex<Option<Reason>>>);

impl LastFailure {
    pub(super) fn take(&self) -> Option<Reason> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, reason: Option<Reason>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }
}

impl Link {
    /// The link of a member: trusts only the region's CA and shows its own certificate.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when certificate, key, CA or host name do not fit.
    pub fn member(env: &Env, at: &Connect, ca_der: &[u8], identity: &Identity) -> Result<Self, Refusal> {
        let ca = CertificateDer::from(ca_der.to_vec());
        let tls = client_config(env, &ca, identity).map_err(|error| unusable(&error))?;
        Self::with(env, at, tls)
    }

    /// The link of a node that joins: trusts exactly the CA of the invitation.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when the host name does not fit.
    pub fn enrol(env: &Env, at: &Connect, ca_fingerprint: [u8; 32]) -> Result<Self, Refusal> {
        let tls = enrol_client_config(env, ca_fingerprint).map_err(|error| unusable(&error))?;
        Self::with(env, at, tls)
    }

    fn with(env: &Env, at: &Connect, tls: ClientConfig) -> Result<Self, Refusal> {
        let name = ServerName::try_from(at.host.clone()).map_err(|error| unusable(&error))?;
        let origin: Uri = format!("https://{}:{}", at.host, at.port).parse().map_err(|error| unusable(&error))?;
        let dialler = Dialler { at: at.clone(), name, tls: TlsConnector::from(Arc::new(tls)), env: env.clone() };
        let failure = LastFailure::default();
        let told = failure.clone();
        let connector = service_fn(move |_: Uri| {
            let (dialler, told) = (dialler.clone(), told.clone());
            async move {
                let dialled = dialler.dial().await;
                told.set(dialled.as_ref().err().map(reason));
                dialled.map(TokioIo::new)
            }
        });
        // The scheme is http because TLS is ours; the origin tells the hub the true one.
        let channel = Endpoint::from_shared(format!("http://{}:{}", at.host, at.port))
            .map_err(|error| unusable(&error))?
            .origin(origin)
            .http2_keep_alive_interval(Duration::from_millis(limits::KEEPALIVE_INTERVAL_MS))
            .keep_alive_timeout(Duration::from_millis(limits::KEEPALIVE_TIMEOUT_MS))
            .keep_alive_while_idle(true)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .http2_max_header_list_size(limits::MAX_HEADER_LIST_BYTES)
            .connect_with_connector_lazy(connector);
        Ok(Self { channel, failure, env: env.clone() })
    }
}

#[derive(Clone)]
struct Dialler {
    at: Connect,
    name: ServerName<'static>,
    tls: TlsConnector,
    env: Env,
}

impl Dialler {
    async fn dial(&self) -> io::Result<TlsStream<TcpStream>> {
        let limit = Duration::from_millis(limits::HANDSHAKE_TIMEOUT_MS);
        let late = || io::Error::from(io::ErrorKind::TimedOut);
        self.env.timeout(limit, self.handshake()).await.ok_or_else(late)?
    }

    async fn handshake(&self) -> io::Result<TlsStream<TcpStream>> {
        let tcp = match self.at.dial {
            Some(address) => TcpStream::connect(address).await?,
            None => TcpStream::connect((self.at.host.as_str(), self.at.port)).await?,
        };
        tcp.set_nodelay(true)?;
        let stream = self.tls.connect(self.name.clone(), tcp).await?;
        if speaks_h2(stream.get_ref().1.alpn_protocol()) { Ok(stream) } else { Err(io::ErrorKind::InvalidData.into()) }
    }
}

/// A certificate that does not prove the hub is another matter than a hub that is away.
fn reason(error: &io::Error) -> Reason {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::InvalidCertificate(why)) => {
            tracing::warn!(?why, "the hub's certificate is not the one that was expected");
            Reason::HubIdentity
        }
        _ => Reason::HubUnreachable,
    }
}

fn unusable(error: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%error, "the connection to the hub cannot be set up");
    Refusal::new(Reason::ConfigInvalid).with("key", "hub")
}
