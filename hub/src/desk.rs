//! The operator's desk: orders to a running hub over a Unix socket that only its user can open.
//!
//! One JSON object a line in each direction: an [`Order`], then `{"answer":…}` or
//! `{"refused":…}`. A hub that does not run has no desk; then the command line opens the data.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use wiez_proto::directory::Standing;
use wiez_proto::id::{InstitutionId, hex};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::InstitutionKind;
use wiez_proto::wire::invalid;

use crate::directory::Member;
use crate::enrolment::Invite;
use crate::region::Hub;
use crate::running::{draining, no_socket};
use crate::tasks::{Phase, Tasks};

/// Longest order in bytes.
const MAX_ORDER_BYTES: u64 = 64 * 1024;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// What an operator can ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// Makes an invitation.
    Invite {
        /// Who may join with it.
        institution: InstitutionId,
        /// Code of its kind.
        kind: String,
        /// Codes of further kinds.
        also_acts_as: Vec<String>,
        /// Name for people.
        name: String,
        /// TERYT code of its seat.
        teryt: String,
        /// Telephone; may be empty.
        phone: String,
        /// Days until it ends.
        valid_days: u32,
    },
    /// Lists the members.
    Institutions,
    /// Shows one member.
    Institution {
        /// Which.
        institution: InstitutionId,
    },
    /// Changes a standing.
    Standing {
        /// Whose.
        institution: InstitutionId,
        /// To what.
        standing: To,
    },
    /// Counts what the hub holds.
    Status,
}

/// A standing, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// Takes part.
    Active,
    /// Cannot connect; mail is held.
    Suspended,
    /// Out for good.
    Revoked,
}

impl From<Standing> for To {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Active => Self::Active,
            Standing::Suspended => Self::Suspended,
            Standing::Revoked => Self::Revoked,
        }
    }
}

impl From<To> for Standing {
    fn from(to: To) -> Self {
        match to {
            To::Active => Self::Active,
            To::Suspended => Self::Suspended,
            To::Revoked => Self::Revoked,
        }
    }
}

/// What an operator gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The invitation as one line of text, and until when.
    Invitation {
        /// The line; a secret.
        text: String,
        /// End of its validity, milliseconds since 1970.
        expires_ms: i64,
    },
    /// Members in order of their ids.
    Institutions(Vec<Row>),
    /// One member.
    Institution(Row),
    /// It is on disk and in the log.
    Done,
    /// Counts by name.
    Status(serde_json::Value),
}

/// A member as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "every field is told at Entry in directory.proto")]
pub struct Row {
    pub institution: InstitutionId,
    pub kind: String,
    pub also_acts_as: Vec<String>,
    pub name: String,
    pub teryt: String,
    pub phone: String,
    pub standing: To,
    pub since_ms: i64,
    pub signing_key_id: String,
    pub tls_sha256: String,
}

impl From<&Member> for Row {
    fn from(member: &Member) -> Self {
        let entry = &member.entry;
        Self {
            institution: entry.institution.clone(),
            kind: entry.kind.code().to_owned(),
            also_acts_as: entry.also_acts_as.iter().map(|kind| kind.code().to_owned()).collect(),
            name: entry.name.clone(),
            teryt: entry.teryt.clone(),
            phone: entry.phone.clone(),
            standing: member.standing.into(),
            since_ms: member.since_ms,
            signing_key_id: entry.signing_key.id().to_string(),
            tls_sha256: hex(&entry.tls_fingerprint),
        }
    }
}

/// Carries out an order.
///
/// # Errors
/// `NOT_FOUND` for an unknown institution, `FIELD_INVALID` for a bad value, else as the use case.
pub async fn perform(hub: &Arc<Hub>, order: Order) -> Result<Answer, Refusal> {
    match order {
        Order::Invite { institution, kind, also_acts_as, name, teryt, phone, valid_days } => {
            let parse = |code: &String| InstitutionKind::parse(code).map_err(|_| invalid("kind"));
            let invite = Invite {
                institution,
                kind: parse(&kind)?,
                also_acts_as: also_acts_as.iter().map(parse).collect::<Result<_, _>>()?,
                name,
                teryt,
                phone,
                valid_ms: i64::from(valid_days) * DAY_MS,
            };
            let invitation = hub.invite(invite).await?;
            Ok(Answer::Invitation { text: invitation.to_text(), expires_ms: invitation.expires_ms })
        }
        Order::Institutions => Ok(Answer::Institutions(hub.institutions().iter().map(Row::from).collect())),
        Order::Institution { institution } => {
            let members = hub.members();
            let member = members.get(&institution).ok_or_else(unknown)?;
            Ok(Answer::Institution(Row::from(member)))
        }
        Order::Standing { institution, standing } => {
            hub.members().get(&institution).ok_or_else(unknown)?;
            hub.set_standing(&institution, standing.into()).await?;
            tracing::info!(%institution, ?standing, "standing changed by the operator");
            Ok(Answer::Done)
        }
        Order::Status => {
            let status = hub.status().await?;
            serde_json::to_value(status).map(Answer::Status).map_err(|_| Refusal::new(Reason::Internal))
        }
    }
}

fn unknown() -> Refusal {
    Refusal::new(Reason::NotFound).with("field", "institution")
}

/// Where the desk of a data folder is.
#[must_use]
pub fn socket(data_dir: &Path) -> PathBuf {
    data_dir.join("desk.sock")
}

/// Opens the desk. The data folder is locked by now, so a socket that is there is a leftover.
///
/// # Errors
/// `CONFIG_INVALID` when it cannot be made, as with a path longer than a socket's may be.
pub fn bind(data_dir: &Path) -> Result<UnixListener, Refusal> {
    let path = socket(data_dir);
    // Absent is what is wanted; anything else shows at binding.
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).map_err(|_| no_socket("data_dir").with("file", path.display()))?;
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&path, private).map_err(|_| no_socket("data_dir").with("file", path.display()))?;
    Ok(listener)
}

/// Answers orders until the hub stops.
pub async fn serve(desk: UnixListener, hub: Arc<Hub>, tasks: Tasks, mut phase: watch::Receiver<Phase>) {
    loop {
        let stream = tokio::select! {
            () = draining(&mut phase) => break,
            accepted = desk.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "the desk cannot accept");
                    tokio::select! {
                        () = draining(&mut phase) => break,
                        () = hub.env().sleep(std::time::Duration::from_secs(1)) => continue,
                    }
                }
            },
        };
        let (hub, mut phase) = (Arc::clone(&hub), phase.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = draining(&mut phase) => {}
                // A command that left in the middle needs no answer.
                _ = converse(stream, &hub) => {}
            }
        });
    }
    if let Ok(address) = desk.local_addr()
        && let Some(path) = address.as_pathname()
    {
        // A leftover is removed at the next start.
        let _ = std::fs::remove_file(path);
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Answer(Answer),
    Refused(Refusal),
}

async fn converse(stream: UnixStream, hub: &Arc<Hub>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read.take(MAX_ORDER_BYTES)).lines();
    while let Some(line) = lines.next_line().await? {
        let reply = match serde_json::from_str(&line) {
            Ok(order) => perform(hub, order).await.map_or_else(Reply::Refused, Reply::Answer),
            Err(_) => Reply::Refused(Refusal::new(Reason::Malformed)),
        };
        let mut text = serde_json::to_vec(&reply).map_err(std::io::Error::other)?;
        text.push(b'\n');
        write.write_all(&text).await?;
    }
    Ok(())
}

/// Gives an order to the hub that runs on a data folder; `None` when none does.
///
/// # Errors
/// What the hub refused, or `HUB_UNREACHABLE` when it ended in the middle.
pub async fn give(data_dir: &Path, order: &Order) -> Option<Result<Answer, Refusal>> {
    let path = socket(data_dir);
    let stream = UnixStream::connect(&path).await.ok()?;
    Some(
        ask(stream, order)
            .await
            .unwrap_or_else(|_| Err(Refusal::new(Reason::HubUnreachable).with("address", path.display()))),
    )
}

async fn ask(mut stream: UnixStream, order: &Order) -> std::io::Result<Result<Answer, Refusal>> {
    let mut text = serde_json::to_vec(order).map_err(std::io::Error::other)?;
    text.push(b'\n');
    stream.write_all(&text).await?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).await?;
    match serde_json::from_str(&line).map_err(std::io::Error::other)? {
        Reply::Answer(answer) => Ok(Ok(answer)),
        Reply::Refused(refusal) => Ok(Err(refusal)),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn orders_and_replies_keep_their_form() {
        let order = Order::Standing { institution: "sp3".parse().unwrap(), standing: To::Suspended };
        let text = r#"{"order":"standing","institution":"sp3","standing":"suspended"}"#;
        assert_eq!(serde_json::to_string(&order).unwrap(), text);
        assert_eq!(serde_json::from_str::<Order>(text).unwrap(), order);
        assert!(
            serde_json::from_str::<Order>(r#"{"order":"standing","institution":"../x","standing":"active"}"#).is_err()
        );
        let reply = Reply::Refused(Refusal::new(Reason::NotFound));
        assert_eq!(serde_json::to_string(&reply).unwrap(), r#"{"refused":{"reason":"NOT_FOUND"}}"#);
    }

    #[tokio::test]
    async fn only_the_user_may_open_the_desk_and_nobody_answers_without_a_hub() {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir().unwrap();
        assert!(give(dir.path(), &Order::Status).await.is_none());
        let _desk = bind(dir.path()).unwrap();
        assert_eq!(std::fs::metadata(socket(dir.path())).unwrap().mode() & 0o777, 0o600);
        assert!(bind(dir.path()).is_ok(), "a leftover socket is replaced");
        assert!(bind(&dir.path().join("x".repeat(200))).is_err());
    }
}
