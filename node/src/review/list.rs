//! What waits for a second person, told without content.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{Category, Flag};

use super::person::looks;
use super::{Decision, Stage};
use crate::Node;
use crate::account::Watcher;
use crate::store;
use crate::store::casework::Direction;
use crate::store::review::ReviewRow;

/// One review: kind, basis and categories, never content and never the sender's case number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewLine {
    /// Its number, `R-…`.
    pub id: String,
    /// Whether the message waits for it.
    pub stage: Stage,
    /// Which way the message goes.
    pub direction: Direction,
    /// The case here.
    pub number: String,
    /// The other institution.
    pub peer: InstitutionId,
    /// Its name for people.
    pub peer_name: String,
    /// Code of the kind.
    pub kind: String,
    /// Code of the legal basis, else of the class.
    pub basis: String,
    /// What it carries.
    pub categories: BTreeSet<Category>,
    /// What it asks for.
    pub asked: BTreeSet<Category>,
    /// Why it is looked at.
    pub flags: BTreeSet<Flag>,
    /// Why it waits.
    pub reason: Option<Refusal>,
    /// Who wants to send it, or wrote it at the other institution.
    pub asker: String,
    /// Since when, milliseconds since 1970.
    pub created_ms: i64,
    /// By when somebody has looked.
    pub due_ms: i64,
    /// Whether that moment has passed.
    pub late: bool,
    /// Whether its case stands apart from those of the family.
    pub apart: bool,
    /// What was decided, by whom and why.
    pub decided: Option<Outcome>,
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The decision.
    pub decision: Decision,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub by: String,
    /// Why, for who holds the keys of the case.
    pub why: Option<String>,
    /// The asker decided, because nobody else is employed who could.
    pub alone: bool,
}

/// Every review, open ones first and of these the oldest first, of the cases that the second person sees.
///
/// # Errors
/// `WORKER_ROLE` or `INTERNAL`.
pub async fn list(node: &Node, watcher: &Watcher) -> Result<Vec<ReviewLine>, Refusal> {
    looks(watcher.worker())?;
    let now_ms = node.env().now_ms();
    let directory = node.directory();
    let mut view = node.store().view_for("review.list", watcher).await?;
    let mut lines = vec![];
    for (row, apart) in store::review::all(&mut view).await? {
        if store::vault::seen(&mut view, &row.number).await? {
            let name = directory.get(&row.peer).map_or_else(|| row.peer.to_string(), |peer| peer.entry.name.clone());
            let why = store::review::why(&mut view, &row.id, &row.number).await?;
            lines.push(line(row, name, why, apart, now_ms));
        }
    }
    Ok(lines)
}

fn line(row: ReviewRow, peer_name: String, why: Option<String>, apart: bool, now_ms: i64) -> ReviewLine {
    let about = row.about;
    let by = about.by.unwrap_or_default();
    let outcome = |decided: store::review::DecidedRow| Outcome {
        decision: decided.decision,
        at_ms: decided.at_ms,
        by,
        why,
        alone: decided.alone,
    };
    ReviewLine {
        id: row.id,
        stage: row.stage,
        direction: row.direction,
        number: row.number,
        peer: row.peer,
        peer_name,
        kind: about.kind,
        basis: about.basis,
        categories: about.categories,
        asked: about.asked,
        flags: about.flags,
        reason: about.reason,
        asker: about.asker,
        created_ms: row.created_ms,
        due_ms: row.due_ms,
        late: row.decided.is_none() && now_ms > row.due_ms,
        apart,
        decided: row.decided.map(outcome),
    }
}
