//! Consents as people see them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::grant::Grant;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Category;

use super::form::{Form, State};
use crate::Node;
use crate::account::Reader;
use crate::store::consent::{GrantRow, RecordRow};
use crate::store::{self, Conn, View};

/// One record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentLine {
    /// The record's number.
    pub number: String,
    /// The institution's own case number; empty in lists, where the names of a session tell it.
    pub subject_ref: String,
    /// Where it stands today.
    pub state: State,
    /// Institutions that it names.
    pub institutions: Vec<InstitutionId>,
    /// Last day.
    pub valid_to: String,
}

/// What one institution may get and give under a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairView {
    /// Which.
    pub institution: InstitutionId,
    /// What may go to it.
    pub give: BTreeSet<Category>,
    /// What may come from it.
    pub receive: BTreeSet<Category>,
    /// When it ended, milliseconds since 1970.
    pub ended_ms: Option<i64>,
    /// Who ended it: an institution, or `log`.
    pub ended_by: Option<String>,
    /// Whether the end stands in the verified log; only then it counts as done everywhere.
    pub logged: bool,
}

/// A whole record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentView {
    /// The line.
    pub line: ConsentLine,
    /// What the paper says, as far as it was not narrowed.
    pub form: Form,
    /// Every grant that was issued, oldest first.
    pub pairs: Vec<PairView>,
}

pub(super) fn line(row: &RecordRow, now_ms: i64) -> ConsentLine {
    let expired = now_ms > row.valid_to_ms && !matches!(row.state, State::Withdrawn | State::Refused);
    ConsentLine {
        number: row.number.clone(),
        subject_ref: row.form.subject_ref.clone(),
        state: if expired { State::Expired } else { row.state },
        institutions: row.form.pairs.iter().map(|pair| pair.institution.clone()).collect(),
        valid_to: row.form.valid_to.to_string(),
    }
}

pub(super) fn pair(row: &GrantRow, me: &InstitutionId) -> Result<PairView, Refusal> {
    let grant = Grant::parse(&row.signed.content)?;
    let institution: InstitutionId = row.peer.parse()?;
    let of = |from, to| grant.edge(from, to).map(|edge| edge.categories.clone()).unwrap_or_default();
    Ok(PairView {
        give: of(me, &institution),
        receive: of(&institution, me),
        institution,
        ended_ms: row.ended_ms,
        ended_by: row.ended_by.clone(),
        logged: row.logged,
    })
}

async fn view_of(node: &Node, name: &'static str, reader: Option<&Reader>) -> Result<View, Refusal> {
    match reader {
        Some(reader) => node.store().view_as(name, reader).await,
        None => node.store().view(name).await,
    }
}

/// Every record, newest first; for a reader those that the worker sees.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(node: &Node, reader: Option<&Reader>) -> Result<Vec<ConsentLine>, Refusal> {
    let mut view = view_of(node, "consent.list", reader).await?;
    let now_ms = node.env().now_ms();
    Ok(store::consent::records(&mut view).await?.iter().map(|row| line(row, now_ms)).collect())
}

/// One record; for a reader one that the worker sees.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn show(node: &Node, reader: Option<&Reader>, number: &str) -> Result<ConsentView, Refusal> {
    let mut view = view_of(node, "consent.show", reader).await?;
    let row = seen_record(&mut view, number).await?;
    let grants = store::consent::of_record(&mut view, &row.number).await?;
    let pairs = grants.iter().map(|grant| pair(grant, node.id())).collect::<Result<_, _>>()?;
    Ok(ConsentView { line: line(&row, node.env().now_ms()), form: row.form, pairs })
}

/// A record by its number, when who reads on this connection sees it.
///
/// # Errors
/// `NOT_FOUND`.
pub(super) async fn seen_record(conn: &mut Conn, number: &str) -> Result<RecordRow, Refusal> {
    let missing = || Refusal::new(Reason::NotFound).with("what", "consent");
    let row = store::consent::record(conn, &number.to_ascii_uppercase()).await?.ok_or_else(missing)?;
    if store::vault::seen(conn, &row.number).await? { Ok(row) } else { Err(missing()) }
}
