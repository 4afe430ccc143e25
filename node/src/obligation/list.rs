//! What is owed, for people.

use serde::{Deserialize, Serialize};
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::Owed;

use super::{Holder, Outage};
use crate::Node;
use crate::account::Watcher;
use crate::store::obligation::{ObligationRow, Shown};
use crate::store::{self, Conn};

/// One obligation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationLine {
    /// The case here.
    pub number: String,
    /// What is owed.
    pub what: Owed,
    /// The institution with which the case is; a review is owed to this institution itself.
    pub to: InstitutionId,
    /// Until when, milliseconds since 1970.
    pub due_ms: i64,
    /// The rule of that date.
    pub rule: String,
    /// From when it was counted.
    pub from_ms: i64,
    /// Who has to see to it.
    pub owner: Holder,
    /// When it was done.
    pub done_ms: Option<i64>,
    /// When it was noticed that the date had passed.
    pub missed_ms: Option<i64>,
    /// The outage into which the date fell.
    pub outage: Option<Outage>,
}

fn line((row, shown): (ObligationRow, Shown)) -> ObligationLine {
    ObligationLine {
        number: row.number,
        what: row.what,
        to: shown.peer,
        due_ms: row.due_ms,
        rule: row.rule,
        from_ms: row.from_ms,
        owner: row.owner,
        done_ms: row.done_ms,
        missed_ms: row.missed_ms,
        outage: shown.outage,
    }
}

/// What is open, by date: of ordinary cases, or with `apart` only of those that stand apart; of the cases that whoever
/// asks sees.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(node: &Node, watcher: &Watcher, apart: bool) -> Result<Vec<ObligationLine>, Refusal> {
    let mut view = node.store().view_for("obligation.list", watcher).await?;
    let mut lines = vec![];
    for row in store::obligation::open(&mut view, apart).await? {
        if store::vault::seen(&mut view, &row.0.number).await? {
            lines.push(line(row));
        }
    }
    Ok(lines)
}

/// Everything of one case, by date, also what is done.
///
/// # Errors
/// `INTERNAL`.
pub(crate) async fn of_case(conn: &mut Conn, number: &str) -> Result<Vec<ObligationLine>, Refusal> {
    Ok(store::obligation::of_case(conn, number).await?.into_iter().map(line).collect())
}
