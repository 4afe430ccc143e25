//! Serves one connection: handshake within its time, then HTTP/2 with limits of our own.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;
use wiez_proto::id::hex;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::{Door, speaks_h2};

use super::admission::Pass;
use super::{Calls, Listener, Peer, identity};
use crate::caller::VerifiedPeer;
use crate::tasks::{Phase, Tasks, reached};

/// Bytes of one stream and of all streams of a connection that a peer may send unasked.
const WINDOW: (u32, u32) = (1024 * 1024, 4 * 1024 * 1024);
/// Bytes that wait for a slow reader on one stream.
const SEND_BUFFER: usize = 256 * 1024;
/// Streams that a peer may open and reset before we give up on it (CVE-2023-44487).
const RESETS: usize = 32;
/// Streams at once for a peer without a certificate.
const ENROL_STREAMS: u32 = 4;

impl<M: Calls, E: Calls> Listener<M, E> {
    pub(super) async fn connection(
        self: Arc<Self>,
        stream: TcpStream,
        source: SocketAddr,
        mut pass: Pass,
        mut phase: watch::Receiver<Phase>,
    ) {
        let handshake = self.env.timeout(self.handshake, self.handshake(stream));
        let (tls, door) = tokio::select! {
            () = reached(&mut phase, Phase::Draining) => return,
            done = handshake => match done {
                Some(Ok(ready)) => ready,
                Some(Err(why)) => return tracing::info!(%source, why, "handshake failed"),
                None => return tracing::info!(%source, "handshake took too long"),
            },
        };
        match door {
            Door::Mail => {
                let identity = peer_identity(&tls);
                let name = identity.as_ref().map_or("-", |peer| peer.institution.as_str());
                // Counted by certificate: an old one of the same institution takes no place from the registered one.
                let certificate = identity.as_ref().map_or_else(|_| "-".to_owned(), |peer| hex(&peer.tls_fingerprint));
                if !pass.authenticated(&certificate) {
                    return tracing::warn!(%source, institution = name, "connection closed: too many of this institution");
                }
                tracing::debug!(%source, institution = name, "connected");
                let peer = Peer { source, identity };
                self.http2(tls, peer, self.mail.clone(), limits::MAX_CONCURRENT_STREAMS, phase).await;
            }
            Door::Enrol => {
                // Stays among the unauthenticated ones, and not for long.
                let identity = Err(Refusal::new(Reason::NoCertificate));
                let life = Duration::from_millis(limits::REQUEST_TIMEOUT_MS);
                let peer = Peer { source, identity };
                let serve = self.http2(tls, peer, self.enrol.clone(), ENROL_STREAMS, phase);
                self.env.timeout(life, serve).await;
            }
        }
        drop(pass);
    }

    async fn handshake(&self, stream: TcpStream) -> Result<(TlsStream<TcpStream>, Door), &'static str> {
        // Small answers must not wait for more bytes; a socket that cannot do that still works.
        let _ = stream.set_nodelay(true);
        let hello = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream);
        let hello = hello.await.map_err(|_| "no TLS hello")?;
        let (config, door) = self.tls.pick(hello.client_hello().server_name()).ok_or("unknown or absent name")?;
        let tls = hello.into_stream(config).await.map_err(|error| told(&error))?;
        if speaks_h2(tls.get_ref().1.alpn_protocol()) { Ok((tls, door)) } else { Err("no HTTP/2 agreed") }
    }

    async fn http2<C: Calls>(
        &self,
        tls: TlsStream<TcpStream>,
        peer: Peer,
        calls: C,
        streams: u32,
        mut phase: watch::Receiver<Phase>,
    ) {
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer.clone());
            let answer = calls.clone().call(request);
            async move { Ok::<_, Infallible>(answer.await) }
        });
        let http = settings(self.tasks.clone(), streams);
        let mut connection = pin!(http.serve_connection(TokioIo::new(tls), service));
        tokio::select! {
            // Errors here are peers that left or broke the protocol; h2 has answered them.
            _ = connection.as_mut() => return,
            () = reached(&mut phase, Phase::Draining) => connection.as_mut().graceful_shutdown(),
        }
        tokio::select! {
            _ = connection => {}
            () = reached(&mut phase, Phase::Closed) => {}
        }
    }
}

/// Every setting that tonic's own server would leave open. Keepalive runs on the machine's clock:
/// it measures a network, which no stepped clock moves.
fn settings(tasks: Tasks, streams: u32) -> http2::Builder<Tasks> {
    let mut http = http2::Builder::new(tasks);
    http.timer(TokioTimer::new())
        .max_concurrent_streams(streams)
        .max_header_list_size(limits::MAX_HEADER_LIST_BYTES)
        .initial_stream_window_size(WINDOW.0)
        .initial_connection_window_size(WINDOW.1)
        .max_send_buf_size(SEND_BUFFER)
        .max_pending_accept_reset_streams(RESETS)
        .keep_alive_interval(Duration::from_millis(limits::KEEPALIVE_INTERVAL_MS))
        .keep_alive_timeout(Duration::from_millis(limits::KEEPALIVE_TIMEOUT_MS));
    http
}

fn peer_identity(tls: &TlsStream<TcpStream>) -> Result<VerifiedPeer, Refusal> {
    let leaf = tls.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    identity(leaf.ok_or_else(|| Refusal::new(Reason::NoCertificate))?)
}

/// A fixed text for the log: a peer's bytes never reach it.
fn told(error: &std::io::Error) -> &'static str {
    use rustls::{CertificateError, Error};
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::NoCertificatesPresented) => "no client certificate",
        Some(Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. })) => {
            "client certificate expired"
        }
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => "client certificate of another authority",
        Some(Error::InvalidCertificate(_)) => "client certificate not acceptable",
        Some(Error::PeerIncompatible(_)) => "no common TLS parameters",
        Some(_) => "TLS error",
        None => "connection lost",
    }
}
