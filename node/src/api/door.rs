//! The socket: accepts local users, reads one request a line, writes one response a line.
//!
//! Who asks is told by the session that a line carries. The operating system vouches for the user at the other end, and
//! that user alone is shown no content: without a session there are only administration, directory and status.

use std::collections::BTreeMap;
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
/// Conversations at one time, further ones wait; and of one local user, further ones are closed.
const CONVERSATIONS: (usize, usize) = (256, 64);
/// Time for a line to come, and for its answer to be taken.
const LINE: Duration = Duration::from_secs(60);
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
    let mut users: BTreeMap<u32, usize> = BTreeMap::new();
    let mut deadlines = pin!(deadlines(&node));
    loop {
        tokio::select! {
            () = stopped(&mut shutdown) => break,
            accepted = listener.accept(), if talks.len() < CONVERSATIONS.0 => {
                let accepted = accepted.and_then(|(stream, _)| Ok((stream.peer_cred()?.uid(), stream)));
                match accepted {
                    Ok((uid, stream)) => {
                        let open = users.entry(uid).or_default();
                        if *open < CONVERSATIONS.1 {
                            *open += 1;
                            let node = Arc::clone(&node);
                            talks.push(async move {
                                talk(node, uid, stream).await;
                                uid
                            });
                        }
                    }
                    Err(error) => tracing::warn!(%error, "a local connection was not accepted"),
                }
            }
            Some(uid) = talks.next(), if !talks.is_empty() => {
                users.entry(uid).and_modify(|open| *open = open.saturating_sub(1));
            }
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
        node.access().sweep(node.env().now_ms());
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

async fn talk(node: Arc<Node>, uid: u32, stream: UnixStream) {
    let owner = std::fs::metadata(node.data_dir()).map(|meta| meta.uid()).ok();
    let admin = uid == 0 || Some(uid) == owner;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let mut line = String::new();
        let mut limited = (&mut read).take(MAX_LINE_BYTES);
        match node.env().timeout(LINE, limited.read_line(&mut line)).await {
            None | Some(Ok(0) | Err(_)) => return,
            Some(Ok(_)) if !line.ends_with('\n') => return,
            Some(Ok(_)) => {}
        }
        let response = match read_line(&line) {
            Some((session, request)) => match call_as(&node, &Who { uid, admin, session }, request).await {
                Ok(answer) => Response::Done(answer),
                Err(refusal) => Response::Refused(refusal),
            },
            None => Response::Refused(Refusal::new(Reason::Malformed)),
        };
        let Ok(mut bytes) = serde_json::to_vec(&response) else { return };
        bytes.push(b'\n');
        if !matches!(node.env().timeout(LINE, write.write_all(&bytes)).await, Some(Ok(()))) {
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use wiez_proto::vocab::InstitutionKind;

    use super::*;
    use crate::node::tests::Offline;
    use crate::tasks;

    async fn others() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
            tokio::task::spawn_blocking(|| ()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn one_user_does_not_fill_the_socket_and_silence_ends() {
        let here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
        let stop = watch::Sender::new(false);
        let serving = serve(Arc::clone(&here.node), stop.subscribe());
        let serving = tasks::spawn(async move { serving.await.unwrap() });
        others().await;
        let dir = here.node.data_dir();
        let connect = || UnixStream::connect(dir.join(SOCKET));
        let mut silent = vec![];
        for _ in 0..CONVERSATIONS.1 {
            silent.push(connect().await.unwrap());
        }
        others().await;
        let further = connect().await.unwrap();
        let mut closed = false;
        for _ in 0..20 {
            others().await;
            closed |= matches!(further.try_read(&mut [0]), Ok(0));
        }
        assert!(closed, "one more of the same user is closed");
        assert!(ask(dir, None, &Request::Status).await.is_err());
        // Another user would still be heard: there is room for several such.
        assert!(CONVERSATIONS.0 > 2 * CONVERSATIONS.1);
        here.env.advance(LINE);
        let mut heard = vec![];
        for stream in &mut silent {
            assert_eq!(stream.read_to_end(&mut heard).await.unwrap(), 0, "nobody waits for a line for ever");
        }
        others().await;
        assert!(matches!(ask(dir, None, &Request::Status).await.unwrap(), Response::Done(_)));
        stop.send_replace(true);
        serving.await.unwrap();
    }
}
