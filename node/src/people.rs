//! Workers: which local user acts under which name and role, and what a role may do.

use serde::{Deserialize, Serialize};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal, unsafe_char};
use wiez_proto::vocab::WorkerRole;
use wiez_proto::wire::invalid;

use crate::Node;
use crate::store;

/// A person at this institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    /// The local user id; the operating system vouches for it.
    pub uid: u32,
    /// The name under which messages are sent.
    pub name: String,
    /// What the person does here.
    pub role: WorkerRole,
}

impl Worker {
    /// Whether this person may read and write case content.
    ///
    /// # Errors
    /// `WORKER_ROLE`.
    pub fn reads(&self) -> Result<&Self, Refusal> {
        if self.role.reads_content() {
            Ok(self)
        } else {
            Err(Refusal::new(Reason::WorkerRole).with("role", self.role.code()))
        }
    }

    /// Whether this person may verify policy rows.
    ///
    /// # Errors
    /// `WORKER_ROLE`.
    pub fn verifies(&self) -> Result<&Self, Refusal> {
        if self.role == WorkerRole::Iod {
            Ok(self)
        } else {
            Err(Refusal::new(Reason::WorkerRole).with("role", self.role.code()))
        }
    }
}

/// The worker behind a user id.
///
/// # Errors
/// `WORKER_UNKNOWN` for a user who is none.
pub async fn by_uid(node: &Node, uid: u32) -> Result<Worker, Refusal> {
    let mut view = node.store().view("people.by_uid").await?;
    let worker = store::people::by_uid(&mut view, uid).await?;
    worker.ok_or_else(|| Refusal::new(Reason::WorkerUnknown).with("user", uid))
}

/// Every worker.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(node: &Node) -> Result<Vec<Worker>, Refusal> {
    let mut view = node.store().view("people.list").await?;
    store::people::list(&mut view).await
}

/// Adds a worker or changes who a user is.
///
/// # Errors
/// `FIELD_INVALID` for a name that is empty, too long or not plain text.
pub async fn add(node: &Node, worker: &Worker) -> Result<(), Refusal> {
    let name = &worker.name;
    if name.trim().is_empty() || name.chars().count() > limits::MAX_NAME_CHARS || name.chars().any(unsafe_char) {
        return Err(invalid("name"));
    }
    let mut tx = node.store().begin("people.add").await?;
    store::people::put(&mut tx, worker, node.env().now_ms()).await?;
    tx.commit().await
}
