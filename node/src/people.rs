//! Workers: which local user acts under which name and role, what a role may do, and who declared confidentiality.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::calendar;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal, unsafe_char};
use wiez_proto::vocab::WorkerRole;
use wiez_proto::wire::invalid;

use crate::Node;
use crate::account::office::{By, FIRST_PERSON};
use crate::store;
use crate::trail::{self, Act as Did};

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

/// Adds a worker or changes who a user is. A declaration of confidentiality does not pass to another name. Name and
/// profession of somebody with an account change with the account.
///
/// # Errors
/// `FIELD_INVALID` for a name that is empty, too long, not plain text or another worker's, and for a number above all
/// users; `LOGIN_TAKEN` for a user who has an account.
pub async fn add(node: &Node, by: &By, worker: &Worker) -> Result<(), Refusal> {
    let name = &worker.name;
    if name.trim().is_empty() || name.chars().count() > limits::MAX_NAME_CHARS || name.chars().any(unsafe_char) {
        return Err(invalid("name"));
    }
    if worker.uid >= FIRST_PERSON {
        return Err(invalid("uid"));
    }
    let mut tx = node.store().begin("people.add").await?;
    if store::account::has_account(&mut tx, worker.uid).await? {
        return Err(Refusal::new(Reason::LoginTaken).with("login", format_args!("uid {}", worker.uid)));
    }
    if store::people::list(&mut tx).await?.iter().any(|other| other.uid != worker.uid && other.name == *name) {
        return Err(invalid("name"));
    }
    let now_ms = node.env().now_ms();
    store::people::put(&mut tx, worker, now_ms).await?;
    let about = format!("uid {} {}", worker.uid, worker.role.code());
    trail::record(&mut tx, now_ms, &by.worker(), Did::PersonAdded, "", &about).await?;
    tx.commit().await
}

/// Records since when somebody is bound by the declaration of confidentiality that members of the team
/// and of its groups sign (Domestic Violence Act, art. 9c).
///
/// # Errors
/// `WORKER_UNKNOWN` for a user who is none, `FIELD_INVALID` for a day that has not come.
pub async fn declare(node: &Node, uid: u32, on: Date) -> Result<(), Refusal> {
    if on > calendar::day_of(node.env().now_ms()) {
        return Err(invalid("on"));
    }
    let mut tx = node.store().begin("people.declare").await?;
    if !store::people::declare(&mut tx, uid, on).await? {
        return Err(Refusal::new(Reason::WorkerUnknown).with("user", uid));
    }
    tx.commit().await
}

/// Since when somebody is bound by that declaration; none for whoever is not.
///
/// # Errors
/// `INTERNAL`.
pub async fn declared(node: &Node, uid: u32) -> Result<Option<Date>, Refusal> {
    store::people::declared(&mut *node.store().view("people.declared").await?, uid).await
}

/// Everybody who is bound by that declaration, by user id, and since when.
///
/// # Errors
/// `INTERNAL`.
pub async fn declarations(node: &Node) -> Result<BTreeMap<u32, Date>, Refusal> {
    store::people::declarations(&mut *node.store().view("people.declarations").await?).await
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use wiez_proto::vocab::InstitutionKind;

    use super::*;
    use crate::node::tests::Offline;

    #[tokio::test]
    async fn a_declaration_binds_one_person_and_no_other_under_the_same_user() {
        let team = Offline::new(InstitutionKind::Zi, "2026-11-02T09:00").await;
        team.employs(1001, "Anna Nowak", WorkerRole::PrzewodniczacyZi).await;
        let today: Date = "2026-11-02".parse().unwrap();
        let tomorrow = today.tomorrow().unwrap();
        assert_eq!(declare(&team.node, 1001, tomorrow).await.unwrap_err().reason, Reason::FieldInvalid);
        assert_eq!(declare(&team.node, 1002, today).await.unwrap_err().reason, Reason::WorkerUnknown);
        assert_eq!(declared(&team.node, 1001).await.unwrap(), None);
        declare(&team.node, 1001, today).await.unwrap();
        // Another role is the same person; another name is not.
        team.employs(1001, "Anna Nowak", WorkerRole::SekretarzZi).await;
        assert_eq!(declared(&team.node, 1001).await.unwrap(), Some(today));
        assert_eq!(declarations(&team.node).await.unwrap(), BTreeMap::from([(1001, today)]));
        team.employs(1001, "Jan Kos", WorkerRole::SekretarzZi).await;
        assert_eq!(declared(&team.node, 1001).await.unwrap(), None);
    }
}
