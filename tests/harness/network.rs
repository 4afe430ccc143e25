//! A bad network: one relay per node that can refuse, cut, cut after so many bytes, hold and trickle.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::tasks::{pause, spawn};

/// How bytes move in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// At once.
    Open,
    /// Not at all; the connection stays.
    Held,
    /// So many bytes every millisecond.
    Trickle(usize),
}

/// What a relay does now.
#[derive(Clone, Copy, Debug)]
struct Weather {
    connects: bool,
    up: Flow,
    down: Flow,
    /// Connections of an older generation are gone.
    generation: u64,
}

/// The cable of one node: it dials [`Wire::address`] instead of the hub.
pub struct Wire {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    hub: Mutex<SocketAddr>,
    weather: watch::Sender<Weather>,
    /// Bytes moved by all wires, so that the world sees whether anything is on its way.
    moved: Arc<AtomicU64>,
    /// Bytes that may still pass upwards before the connection is cut; `u64::MAX` for no limit.
    budget: AtomicU64,
}

impl Wire {
    /// Opens a relay to the hub on a free port of this machine.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn new(hub: SocketAddr, moved: Arc<AtomicU64>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let good = Weather { connects: true, up: Flow::Open, down: Flow::Open, generation: 0 };
        let shared = Arc::new(Shared {
            hub: Mutex::new(hub),
            weather: watch::Sender::new(good),
            moved,
            budget: AtomicU64::new(u64::MAX),
        });
        let accepting = spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// Where the node dials.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads to another hub address; connections that exist are cut.
    pub fn lead_to(&self, hub: SocketAddr) {
        *self.shared.hub.lock().unwrap_or_else(PoisonError::into_inner) = hub;
        self.shared.weather.send_modify(|now| now.generation += 1);
    }

    /// Breaks every connection and refuses new ones.
    pub fn cut(&self) {
        self.shared.weather.send_modify(|now| {
            now.connects = false;
            now.generation += 1;
        });
    }

    /// Breaks every connection; new ones are let through.
    pub fn blink(&self) {
        self.shared.weather.send_modify(|now| now.generation += 1);
    }

    /// Cuts as [`Wire::cut`] does once so many more bytes went from node to hub.
    pub fn cut_after(&self, bytes: u64) {
        self.shared.budget.store(bytes, Ordering::SeqCst);
    }

    /// Sets how bytes move from the node to the hub.
    pub fn up(&self, flow: Flow) {
        self.shared.weather.send_modify(|now| now.up = flow);
    }

    /// Sets how bytes move from the hub to the node.
    pub fn down(&self, flow: Flow) {
        self.shared.weather.send_modify(|now| now.down = flow);
    }

    /// Fine weather again.
    pub fn heal(&self) {
        self.shared.budget.store(u64::MAX, Ordering::SeqCst);
        self.shared.weather.send_modify(|now| {
            now.connects = true;
            now.up = Flow::Open;
            now.down = Flow::Open;
        });
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.cut();
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((node, _)) = listener.accept().await {
        let weather = *shared.weather.borrow();
        if weather.connects {
            spawn(relay(node, weather.generation, Arc::clone(&shared)));
        }
    }
}

async fn relay(node: TcpStream, generation: u64, shared: Arc<Shared>) {
    let to = *shared.hub.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(hub) = TcpStream::connect(to).await else { return };
    let mut weather = shared.weather.subscribe();
    let gone = weather.wait_for(|now| now.generation != generation);
    if node.set_nodelay(true).is_err() || hub.set_nodelay(true).is_err() {
        return;
    }
    let (from_node, to_node) = node.into_split();
    let (from_hub, to_hub) = hub.into_split();
    tokio::select! {
        _ = gone => {}
        // A half-closed connection is none for HTTP/2: either end ends both.
        _ = carry(from_node, to_hub, &shared, true) => {}
        _ = carry(from_hub, to_node, &shared, false) => {}
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shared: &Shared, up: bool) -> io::Result<()> {
    let mut weather = shared.weather.subscribe();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let wanted = match flow(&weather.borrow(), up) {
            Flow::Trickle(bytes) => bytes.clamp(1, buffer.len()),
            Flow::Open | Flow::Held => buffer.len(),
        };
        let space = buffer.get_mut(..wanted).ok_or(io::ErrorKind::InvalidInput)?;
        let read = from.read(space).await?;
        if read == 0 {
            return Ok(());
        }
        let now =
            *weather.wait_for(|now| flow(now, up) != Flow::Held).await.map_err(|_| io::ErrorKind::NotConnected)?;
        if let Flow::Trickle(_) = flow(&now, up) {
            pause(Duration::from_millis(1)).await;
        }
        let pass = if up { spend(shared, read) } else { read };
        to.write_all(buffer.get(..pass).unwrap_or_default()).await?;
        shared.moved.fetch_add(pass as u64, Ordering::SeqCst);
        if pass < read {
            to.flush().await?;
            shared.weather.send_modify(|now| {
                now.connects = false;
                now.generation += 1;
            });
            return Ok(());
        }
    }
}

const fn flow(weather: &Weather, up: bool) -> Flow {
    if up { weather.up } else { weather.down }
}

/// How many of these bytes may pass; without a limit all of them.
fn spend(shared: &Shared, bytes: usize) -> usize {
    let wanted = bytes as u64;
    let left = shared.budget.load(Ordering::SeqCst);
    if left == u64::MAX {
        return bytes;
    }
    let pass = left.min(wanted);
    shared.budget.store(left - pass, Ordering::SeqCst);
    usize::try_from(pass).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use crate::tasks::within;

    const SHORT: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_secs(10);

    /// A hub that says everything again, and a wire to it.
    async fn echo() -> Wire {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                spawn(async move {
                    let (mut from, mut to) = socket.split();
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        Wire::new(address, Arc::default()).await.unwrap()
    }

    async fn say(socket: &mut TcpStream, text: &[u8], wait: Duration) -> Option<Vec<u8>> {
        socket.write_all(text).await.ok()?;
        let mut back = vec![0; text.len()];
        within(wait, socket.read_exact(&mut back)).await?.ok()?;
        Some(back)
    }

    #[tokio::test]
    async fn a_wire_carries_holds_and_cuts() {
        let wire = echo().await;
        let mut socket = TcpStream::connect(wire.address()).await.unwrap();
        assert_eq!(say(&mut socket, b"one", LONG).await.unwrap(), b"one");
        wire.down(Flow::Held);
        assert_eq!(say(&mut socket, b"two", SHORT).await, None);
        wire.heal();
        let mut late = [0; 3];
        within(LONG, socket.read_exact(&mut late)).await.unwrap().unwrap();
        assert_eq!(&late, b"two");
        wire.cut();
        assert_eq!(say(&mut socket, b"three", LONG).await, None);
        let mut refused = TcpStream::connect(wire.address()).await.unwrap();
        assert_eq!(say(&mut refused, b"four", LONG).await, None);
        wire.heal();
        let mut again = TcpStream::connect(wire.address()).await.unwrap();
        assert_eq!(say(&mut again, b"five", LONG).await.unwrap(), b"five");
    }

    #[tokio::test]
    async fn a_wire_breaks_after_exactly_so_many_bytes() {
        let wire = echo().await;
        wire.cut_after(5);
        let mut socket = TcpStream::connect(wire.address()).await.unwrap();
        assert_eq!(say(&mut socket, b"abc", LONG).await.unwrap(), b"abc");
        assert_eq!(say(&mut socket, b"defg", LONG).await, None);
        assert_eq!(wire.shared.budget.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_trickle_still_arrives() {
        let wire = echo().await;
        wire.up(Flow::Trickle(1));
        let mut socket = TcpStream::connect(wire.address()).await.unwrap();
        assert_eq!(say(&mut socket, b"slowly", LONG).await.unwrap(), b"slowly");
    }
}
