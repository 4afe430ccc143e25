//! What the person concerned may be given: consents, and cases of which that person may know, with nothing else counted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, ReferralStatus, WorkerRole};

use super::file::{CaseKind, Happened, What};
use super::show::{Field, facts, fields};
use crate::Node;
use crate::account::{Reader, Watcher};
use crate::consent::{self, ConsentView};
use crate::gate::release;
use crate::referral::Side;
use crate::store::casework::{CaseRow, Direction, MessageRow};
use crate::store::{self, Conn};
use crate::trail::{self, Act};

/// Everything about one case number that may be handed over.
///
/// It may be incomplete: what a statute keeps from the person is not in it and not counted in it,
/// and paper files are not either. The data-protection officer answers requests of persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectExport {
    /// The institution that hands it over.
    pub institution: InstitutionId,
    /// The case number.
    pub subject_ref: String,
    /// Whose case number it is, where it came from another institution.
    pub of: Option<InstitutionId>,
    /// Consents recorded here, newest first.
    pub consents: Vec<ConsentView>,
    /// Cases, oldest first.
    pub cases: Vec<ExportedCase>,
}

/// One case in an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedCase {
    /// Its number here.
    pub number: String,
    /// What it is about.
    pub kind: CaseKind,
    /// The other institution.
    pub peer: InstitutionId,
    /// When it began here, milliseconds since 1970.
    pub created_ms: i64,
    /// Where it stands.
    pub status: ReferralStatus,
    /// Why it is held or ended.
    pub problem: Option<Refusal>,
    /// Its messages, oldest first.
    pub messages: Vec<ExportedMessage>,
    /// What happened, oldest first, without the names of workers and without the wire's own news.
    pub history: Vec<Happened>,
}

/// One message in an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedMessage {
    /// Which way it went.
    pub direction: Direction,
    /// Code of its kind.
    pub kind: String,
    /// When it was sent or received here, milliseconds since 1970.
    pub at_ms: i64,
    /// How far a sent message came.
    pub state: String,
    /// What it carries.
    pub categories: BTreeSet<Category>,
    /// What it says: what was written here, and what was received and opened and may be shown
    /// today. Nothing for a data-protection officer, who does not read content.
    pub fields: Vec<Field>,
}

/// Collects what the person concerned may be given. The trail names every case and consent in it before it is given.
///
/// For the data-protection officer nothing is opened: categories and history only. For a worker it holds the cases that
/// worker sees, and what it shows counts as opened.
/// `subject` is this institution's own case number, or `INSTITUTION:NUMBER` for what came about
/// somebody under another institution's number; two institutions may use the same number for two
/// families.
///
/// # Errors
/// `WORKER_ROLE` for who neither reads content nor is the data-protection officer, `INTERNAL`.
pub async fn subject_export(node: &Node, watcher: &Watcher, subject: &str) -> Result<SubjectExport, Refusal> {
    let (worker, reader) = (watcher.worker(), watcher.reader());
    if !worker.role.reads_content() && worker.role != WorkerRole::Iod {
        return Err(Refusal::new(Reason::WorkerRole).with("role", worker.role.code()));
    }
    let (of, subject_ref) = named(node, subject);
    let about = store::own::about(&mut *node.store().view("subject.about").await?, &subject_ref).await?;
    let mut consents = vec![];
    if of.is_none() {
        for line in consent::list(node, reader).await?.into_iter().filter(|line| about.contains(&line.number)) {
            consents.push(consent::show(node, reader, &line.number).await?);
        }
    }
    let mut tx = node.store().begin_for("subject.export", watcher).await?;
    let mut found = store::casework::list(&mut tx, CaseKind::ALL, false).await?;
    found.retain(|case| about.contains(&case.number) && concerns(case, of.as_ref()));
    found.sort_by(|a, b| (a.created_ms, &a.number).cmp(&(b.created_ms, &b.number)));
    let mut cases = vec![];
    for case in &found {
        cases.push(exported(node, &mut tx, reader, case).await?);
    }
    let now_ms = node.env().now_ms();
    let opened = |case: &&ExportedCase| case.messages.iter().any(|message| !message.fields.is_empty());
    for case in cases.iter().filter(opened) {
        trail::opened(&mut tx, now_ms, worker, &case.number).await?;
    }
    let given = consents.iter().map(|consent| &consent.line.number).chain(cases.iter().map(|case| &case.number));
    for number in given {
        trail::record(&mut tx, now_ms, worker, Act::Exported, number, "").await?;
    }
    tx.commit().await?;
    Ok(SubjectExport { institution: node.id().clone(), subject_ref, of, consents, cases })
}

/// Whose number was named: another institution's where one that the directory knows stands before it.
fn named(node: &Node, subject: &str) -> (Option<InstitutionId>, String) {
    if let Some((institution, number)) = subject.split_once(':')
        && let Ok(id) = institution.parse::<InstitutionId>()
        && node.directory().get(&id).is_some()
    {
        return (Some(id), number.to_owned());
    }
    (None, subject.to_owned())
}

/// Whether a case stands under a number of that institution; of none, under a number of this one.
fn concerns(case: &CaseRow, of: Option<&InstitutionId>) -> bool {
    match case.file.stand.side {
        Side::Referrer => of.is_none(),
        Side::Provider => of == Some(&case.peer),
    }
}

async fn exported(
    node: &Node,
    conn: &mut Conn,
    reader: Option<&Reader>,
    case: &CaseRow,
) -> Result<ExportedCase, Refusal> {
    let mut messages = vec![];
    for row in store::casework::messages(conn, &case.number).await? {
        messages.push(message(node, conn, reader, &row).await?);
    }
    let mut history = store::casework::events(conn, &case.number).await?;
    // When the hub's word came depends on what else was on the wire, and tells nothing about the
    // person: it is left out.
    history.retain(|line| line.what != What::HubAccepted);
    let directory = node.directory();
    for line in &mut history {
        // What another case is called is told there, as far as it is told at all.
        line.details.remove("case");
        // Institutions and the hub stay; who of the people here did it is not the family's to know.
        let known = line.who.parse::<InstitutionId>().is_ok_and(|id| directory.get(&id).is_some());
        if !known && line.who != "hub" {
            node.id().as_str().clone_into(&mut line.who);
        }
    }
    let mut problem = case.file.problem.clone();
    if let Some(problem) = &mut problem {
        // What the second person wrote is for the colleague who asked, and may tell of anything.
        for between_colleagues in ["rejected_by", "why"] {
            problem.details.remove(between_colleagues);
        }
    }
    Ok(ExportedCase {
        number: case.number.clone(),
        kind: case.kind,
        peer: case.peer.clone(),
        created_ms: case.created_ms,
        status: case.file.stand.status,
        problem,
        messages,
        history,
    })
}

async fn message(
    node: &Node,
    conn: &mut Conn,
    reader: Option<&Reader>,
    row: &MessageRow,
) -> Result<ExportedMessage, Refusal> {
    let mut out = ExportedMessage {
        direction: row.direction,
        kind: row.kind.clone(),
        at_ms: row.at_ms,
        state: row.state.clone(),
        categories: BTreeSet::new(),
        fields: vec![],
    };
    if row.deleted {
        return Ok(out);
    }
    out.categories = store::casework::codes(conn, row).await?.map(|codes| codes.carried).unwrap_or_default();
    let Some(reader) = reader else { return Ok(out) };
    let Some(message) = store::casework::open_content(conn, row).await? else { return Ok(out) };
    if row.direction == Direction::Out {
        out.fields = fields(&message.payload);
    } else if row.opened_ms.is_some()
        && let Ok(released) = release(&facts(node, conn, reader, row, &message).await?.as_ref(), &message)
    {
        out.fields = fields(released.payload());
    }
    Ok(out)
}
