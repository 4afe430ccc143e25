//! The socket: accepts local users, reads one request a line, writes one response a line.
//!
//! Who asks is told by the session that a line carries. The operating system vouches for the user at the other end, and
//! that user alone is shown no content: without a session there are only administration, directory and status.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use std::pin::pin;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use wiez_proto::refusal::{Reason, Refusal};

use super::answer::Response;
use super::call::{Who, call_as};
use super::request::Request;
use crate::Node;
use crate::casework;
use crate::obligation;

/// Name of the socket in the data folder.
pub const SOCKET: &str = "node.sock";
/// Field of a request that carries the token of a session.
const SESSION: &str = "session";
/// Longest request and longest response, in bytes.
const MAX_LINE_BYTES: u64 = 4 * 1024 * 1024;
/// Conversations at one time; further ones wait.
const MAX_CONVERSATIONS: usize = 32;
/// How often passed deadlines are looked for.
const TICK: Duration = Duration::from_secs(60);

/// Serves case workers until `shutdown` turns true, and moves passed deadlines meanwhile.
///
/// # Errors
/// `CONFIG_INVALID` when the socket cannot be made.
pub async fn serve(node: Arc<Node>, mut shutdown: watch::Receiver<bool>) -> Result<(), Refusal> {
    let path = node.data_dir().join(SOCKET);
    let listener = bind(&path)?;
    let mut talks = FuturesUnordered::new();
    let mut deadlines = pin!(deadlines(&node));
    loop {
        tokio::select! {
            () = stopped(&mut shutdown) => break,
            accepted = listener.accept(), if talks.len() < MAX_CONVERSATIONS => {
                match accepted {
                    Ok((stream, _)) => talks.push(talk(Arc::clone(&node), stream)),
                    Err(error) => tracing::warn!(%error, "a local connection was not accepted"),
                }
            }
            Some(()) = talks.next(), if !talks.is_empty() => {}
            // It waits for the database beside the conversations, one of which may be writing.
            () = &mut deadlines => {}
        }
    }
    if let Err(error) = std::fs::remove_file(&path) {
        tracing::warn!(%error, "the socket file was not removed");
    }
    Ok(())
}

/// Moves passed deadlines, for as long as it is polled.
async fn deadlines(node: &Node) {
    loop {
        node.env().sleep(TICK).await;
        node.sessions().sweep(node.env().now_ms());
        // What was erased leaves the write-ahead log too, so that a stolen disk holds none of it.
        if let Err(refusal) = node.store().truncate_wal().await {
            tracing::warn!(reason = %refusal.reason, "the write-ahead log was not emptied");
        }
        if let Err(refusal) = casework::tick(node).await {
            tracing::warn!(reason = %refusal.reason, "deadlines were not looked at");
        }
        if let Err(refusal) = obligation::tick(node).await {
            tracing::warn!(reason = %refusal.reason, "what is owed was not looked at");
        }
    }
}

async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    // An error means that whoever could stop it is gone: it stops then too.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

/// Makes the socket, readable by owner and group. The data folder's lock says that a file
/// left there belongs to nobody alive.
fn bind(path: &Path) -> Result<UnixListener, Refusal> {
    let bad = |error: std::io::Error| {
        tracing::error!(%error, "the socket for case workers cannot be made");
        Refusal::new(Reason::ConfigInvalid).with("key", "data_dir").with("file", path.display())
    };
    if path.exists() {
        std::fs::remove_file(path).map_err(bad)?;
    }
    let listener = UnixListener::bind(path).map_err(bad)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).map_err(bad)?;
    Ok(listener)
}

async fn talk(node: Arc<Node>, stream: UnixStream) {
    let Ok(peer) = stream.peer_cred() else { return };
    let owner = std::fs::metadata(node.data_dir()).map(|meta| meta.uid()).ok();
    let admin = peer.uid() == 0 || Some(peer.uid()) == owner;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let mut line = String::new();
        let mut limited = (&mut read).take(MAX_LINE_BYTES);
        match limited.read_line(&mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) if !line.ends_with('\n') => return,
            Ok(_) => {}
        }
        let response = match read_line(&line) {
            Some((session, request)) => match call_as(&node, &Who { uid: peer.uid(), admin, session }, request).await {
                Ok(answer) => Response::Done(answer),
                Err(refusal) => Response::Refused(refusal),
            },
            None => Response::Refused(Refusal::new(Reason::Malformed)),
        };
        let Ok(mut bytes) = serde_json::to_vec(&response) else { return };
        bytes.push(b'\n');
        if write.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// The token that a line carries in its field `session`, and its request.
fn read_line(line: &str) -> Option<(Option<String>, Request)> {
    let mut value: serde_json::Value = serde_json::from_str(line).ok()?;
    let session = match value.as_object_mut()?.remove(SESSION) {
        Some(token) => Some(token.as_str()?.to_owned()),
        None => None,
    };
    Some((session, serde_json::from_value(value).ok()?))
}

fn write_line(request: &Request, session: Option<&str>) -> serde_json::Result<Vec<u8>> {
    let mut value = serde_json::to_value(request)?;
    if let (Some(fields), Some(token)) = (value.as_object_mut(), session) {
        fields.insert(SESSION.to_owned(), token.into());
    }
    let mut line = serde_json::to_vec(&value)?;
    line.push(b'\n');
    Ok(line)
}

/// Asks a running node through its socket.
///
/// # Errors
/// `HUB_UNREACHABLE` is never said here: a node that does not run is `NOT_FOUND` (what `node`).
pub(super) async fn ask(data_dir: &Path, session: Option<&str>, request: &Request) -> Result<Response, Refusal> {
    let away = || Refusal::new(Reason::NotFound).with("what", "node").with("file", data_dir.display());
    let stream = UnixStream::connect(data_dir.join(SOCKET)).await.map_err(|_| away())?;
    let (read, mut write) = stream.into_split();
    let line = write_line(request, session).map_err(|_| Refusal::new(Reason::Malformed))?;
    let sent = pin!(async { write.write_all(&line).await.map_err(|_| away()) });
    let answer = pin!(async {
        let mut text = String::new();
        let mut reader = BufReader::new(read).take(4 * MAX_LINE_BYTES);
        reader.read_line(&mut text).await.map_err(|_| away())?;
        serde_json::from_str(&text).map_err(|_| away())
    });
    // Both directions at once, so that neither side waits for the other's buffer.
    match select(sent, answer).await {
        Either::Left((sent, answer)) => {
            sent?;
            answer.await
        }
        Either::Right((answer, _)) => answer,
    }
}
