//! Accepts connections of browsers: caps, TLS where configured, HTTP/1.1 with limits of our own.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;
use wiez_proto::limits;

use super::guard::Served;
use super::tls::Reloading;
use super::{Web, guard, route};
use crate::tasks;

/// Open connections altogether, and from one address.
const CONNECTIONS: (usize, usize) = (512, 64);
/// Time for the head of a request, and of an idle connection between two.
const HEAD: Duration = Duration::from_secs(15);
/// Bytes of the head of a request.
const HEAD_BYTES: usize = 16 * 1024;
/// Headers of a request.
const HEADERS: usize = 64;
/// How often what is over leaves memory.
const TICK: Duration = Duration::from_secs(60);
/// Pause after the system had no more files for a connection.
const BACK_OFF: Duration = Duration::from_millis(250);

/// Accepts until `shutdown` turns true, then lets requests in progress end within the grace of a stop.
pub(super) async fn run(
    web: Arc<Web>,
    listener: TcpListener,
    tls: Option<Arc<Reloading>>,
    mut shutdown: watch::Receiver<bool>,
) {
    let places = Arc::new(Places::default());
    let routes = route::routes();
    // Every connection and every form that is worked on holds a sender; the channel closes when the last one is gone.
    let (alive, mut gone) = mpsc::channel::<()>(1);
    let mut sweeping = pin!(sweep(&web));
    loop {
        let accepted = tokio::select! {
            // An error means that whoever could stop it is gone: it stops then too.
            _ = shutdown.wait_for(|stop| *stop) => break,
            never = &mut sweeping => match never {},
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, source)) = accepted else {
            tokio::select! {
                _ = shutdown.wait_for(|stop| *stop) => break,
                () = web.node.env().sleep(BACK_OFF) => continue,
            }
        };
        let Some(place) = Places::take(&places, source.ip()) else {
            tracing::info!("a connection to the pages was closed: too many from there or altogether");
            continue;
        };
        let tls = tls.as_ref().map(|tls| TlsAcceptor::from(tls.current(web.node.env())));
        let served = Served { web: Arc::clone(&web), routes: routes.clone(), alive: alive.clone() };
        let connection = Connection { served, source, stop: shutdown.clone() };
        tasks::spawn(async move {
            connection.open(stream, tls).await;
            drop(place);
        });
    }
    drop((listener, alive));
    let grace = Duration::from_millis(limits::SHUTDOWN_GRACE_MS);
    web.node.env().timeout(grace, gone.recv()).await;
}

/// Lets what is over leave memory, for as long as it is polled.
async fn sweep(web: &Web) -> Infallible {
    loop {
        web.node.env().sleep(TICK).await;
        web.sweep();
    }
}

struct Connection {
    served: Served,
    source: SocketAddr,
    stop: watch::Receiver<bool>,
}

impl Connection {
    async fn open(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        // Small answers must not wait for more bytes; a socket that cannot do that still works.
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else { return self.talk(stream).await };
        let time = Duration::from_millis(limits::HANDSHAKE_TIMEOUT_MS);
        // A peer that fails here is a browser that does not trust the certificate, or no browser.
        if let Some(Ok(stream)) = self.served.web.node.env().clone().timeout(time, tls.accept(stream)).await {
            self.talk(stream).await;
        }
    }

    async fn talk(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Self { served, source, mut stop } = self;
        let service = service_fn(move |request: Request<Incoming>| {
            let served = served.clone();
            async move { Ok::<_, Infallible>(guard::answer(served, request.map(Body::new), source.ip()).await) }
        });
        let mut http = http1::Builder::new();
        // The head of a request is timed by the machine's clock: it measures a network, which no stepped clock moves.
        http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_headers(HEADERS).max_buf_size(HEAD_BYTES);
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            // Errors here are peers that left or broke the protocol; hyper has answered them.
            _ = connection.as_mut() => return,
            _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}

/// Counts open connections.
#[derive(Default)]
struct Places(Mutex<BTreeMap<IpAddr, usize>>);

/// One of them; gives its place back when dropped.
struct Place(Arc<Places>, IpAddr);

impl Places {
    fn take(places: &Arc<Self>, source: IpAddr) -> Option<Place> {
        let source = source.to_canonical();
        let mut open = places.0.lock().unwrap_or_else(PoisonError::into_inner);
        let here = open.get(&source).copied().unwrap_or(0);
        if here >= CONNECTIONS.1 || open.values().sum::<usize>() >= CONNECTIONS.0 {
            return None;
        }
        open.insert(source, here + 1);
        Some(Place(Arc::clone(places), source))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = (self.0).0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.1) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.1);
            }
        }
    }
}
