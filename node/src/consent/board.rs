//! Consents as a table shows them: page by page, each with what every institution may get and give.

use std::collections::BTreeMap;

use wiez_proto::refusal::Refusal;

use super::form::{Form, State};
use super::view::{ConsentLine, PairView, line, pair};
use crate::Node;
use crate::account::Reader;
use crate::store;
use crate::store::consent::{Filter, Found, Order, Wanted};

/// Which page of which list.
#[derive(Debug, Clone)]
pub struct Look<'a> {
    /// Which records.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// What is looked for, if anything.
    pub found: Option<&'a Found>,
    /// How long before its end a consent counts as ending, in milliseconds.
    pub soon_ms: i64,
    /// Rows of a page.
    pub rows: usize,
    /// The page, counted from 1.
    pub page: usize,
}

/// One record of a table.
#[derive(Debug, Clone)]
pub struct BoardRow {
    /// The line.
    pub line: ConsentLine,
    /// What the paper says.
    pub form: Form,
    /// Its institutions: the last grant of each, or what the paper names where there are no grants.
    pub pairs: Vec<PairView>,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Board {
    /// Its rows.
    pub rows: Vec<BoardRow>,
    /// Records of the whole list.
    pub total: usize,
    /// The page that it is: the first one, where there are not so many.
    pub page: usize,
}

/// A page of the consents that a reader sees.
///
/// # Errors
/// `INTERNAL`.
pub async fn board(node: &Node, reader: &Reader, look: &Look<'_>) -> Result<Board, Refusal> {
    let now_ms = node.env().now_ms();
    let mut view = node.store().view_as("consent.board", reader).await?;
    let mut wanted = Wanted {
        filter: look.filter,
        order: look.order,
        found: look.found,
        now_ms,
        soon_ms: now_ms.saturating_add(look.soon_ms),
        most: look.rows,
        skip: look.page.saturating_sub(1).saturating_mul(look.rows),
    };
    let mut page = look.page.max(1);
    let total = store::consent::count(&mut view, &wanted).await?;
    if wanted.skip >= total {
        (wanted.skip, page) = (0, 1);
    }
    let numbers = store::consent::page(&mut view, &wanted).await?;
    let records = store::consent::some(&mut view, &numbers).await?;
    let mut records: BTreeMap<String, _> = records.into_iter().map(|row| (row.number.clone(), row)).collect();
    let mut pairs: BTreeMap<String, Vec<PairView>> = BTreeMap::new();
    for grant in store::consent::last_grants(&mut view, &numbers).await? {
        let shown = pair(&grant, node.id())?;
        pairs.entry(grant.record.unwrap_or_default()).or_default().push(shown);
    }
    let row = |number: &String| {
        let record = records.remove(number)?;
        let pairs = pairs.remove(number).unwrap_or_else(|| on_paper(&record.form));
        Some(BoardRow { line: line(&record, now_ms), pairs, form: record.form })
    };
    Ok(Board { rows: numbers.iter().filter_map(row).collect(), total, page })
}

/// What a sheet without grants names.
pub(super) fn on_paper(form: &Form) -> Vec<PairView> {
    let pair = |pair: &super::Pair| PairView {
        institution: pair.institution.clone(),
        give: pair.give.clone(),
        receive: pair.receive.clone(),
        ended_ms: None,
        ended_by: None,
        logged: false,
    };
    form.pairs.iter().map(pair).collect()
}

/// Where one institution stands under a record.
#[must_use]
pub fn standing(line: &ConsentLine, pair: &PairView) -> State {
    match (line.state, pair.ended_ms) {
        (State::Active | State::Narrowed | State::Suspended | State::Expired, Some(_)) => State::Withdrawn,
        (State::Narrowed, None) => State::Active,
        (state, _) => state,
    }
}
