//! What workers do with consents: record, withdraw, block, note a conflict.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::calendar;
use wiez_proto::grant::{Grant, Withdrawal};
use wiez_proto::id::{GrantId, InstitutionId, MessageId};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, GiverRole, NoticeScope};
use wiez_proto::wire::invalid;

use super::form::{Form, State};
use super::known;
use super::notice;
use super::sheet::{Act, Deed};
use super::view::{self, ConsentView};
use crate::Node;
use crate::account::Reader;
use crate::casework::{self, consent_ended, new_number, stopped, stream};
use crate::control;
use crate::store::consent::{GrantRow, RecordRow};
use crate::store::{self, Tx};
use crate::trail;

/// Records a signed form: one grant for each institution, their edges queued for the hub.
///
/// # Errors
/// What [`Form::check`] says; `RECIPIENT_UNKNOWN` for an institution that the directory does not know.
pub async fn record(node: &Node, worker: &Reader, form: &Form) -> Result<ConsentView, Refusal> {
    worker.reads()?;
    let now_ms = node.env().now_ms();
    form.check(now_ms)?;
    for pair in &form.pairs {
        if node.directory().get(&pair.institution).is_none() || pair.institution == *node.id() {
            return Err(Refusal::new(Reason::RecipientUnknown).with("institution", pair.institution.as_str()));
        }
    }
    let mut tx = node.store().begin_as("consent.record", worker).await?;
    let row = RecordRow {
        number: free_number(node, &mut tx, form).await?,
        state: State::Active,
        valid_to_ms: calendar::end_of_day(form.valid_to),
        recorded_ms: now_ms,
        form: form.clone(),
    };
    store::consent::put_record(&mut tx, &row).await?;
    for pair in &form.pairs {
        issue(node, &mut tx, &row.number, form, pair).await?;
    }
    store::consent::put_event(&mut tx, &row.number, &Act::by(node, worker, Deed::Signed)).await?;
    tx.commit().await?;
    view::show(node, Some(worker), &row.number).await
}

/// A number from a random stream of this record's own: it tells nothing about any other object.
pub(super) async fn free_number(node: &Node, tx: &mut Tx, form: &Form) -> Result<String, Refusal> {
    let now = node.env().now_ms().to_string();
    let mut attempt = 0_u64;
    loop {
        let number = new_number(&stream(node, "consent", &[&form.subject_ref, &now, &attempt.to_string()]), 'Z');
        if store::consent::record(tx, &number).await?.is_none() {
            return Ok(number);
        }
        attempt += 1;
    }
}

pub(super) async fn issue(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    form: &Form,
    pair: &super::Pair,
) -> Result<Grant, Refusal> {
    let now_ms = node.env().now_ms();
    // Handles and salt come from a stream of this grant's own, so that nothing tells how many there are.
    let issued = store::consent::of_record(tx, number).await?.len().to_string();
    let stream = stream(node, "grant", &[number, pair.institution.as_str(), &issued]);
    let (grant, salt) = form.grant(node.id(), pair, now_ms, &stream);
    let signed = grant.sign(node.signing(), node.region())?;
    let row = known::row(node.id(), &grant, &signed, Some(number.to_owned()));
    store::consent::put_grant(tx, &row, Some(&salt), now_ms).await?;
    control::register_edges(node, tx, &grant).await?;
    Ok(grant)
}

/// How much is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// One institution; none for all of them.
    pub recipient: Option<InstitutionId>,
    /// Some categories; none for everything.
    pub categories: BTreeSet<Category>,
}

/// What a withdrawal did at once, as far as the worker sees it. The log confirms it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The record afterwards.
    pub consent: ConsentView,
    /// Messages that were waiting here and will never leave.
    pub stopped: Vec<MessageId>,
    /// Cases of those messages that can be sent again within the narrower consent.
    pub resend: Vec<String>,
}

/// Withdraws a consent: whole, for one institution, or some categories.
///
/// From the commit on, nothing under the ended handles leaves this node; the hub stops what
/// waits there; the other institutions get a notice. It is never delayed and never refused
/// because the hub is away.
///
/// # Errors
/// `NOT_FOUND`, `CONSENT_WITHDRAWN` when nothing is left to withdraw, `CONSENT_RECIPIENT`.
pub async fn withdraw(node: &Node, worker: &Reader, number: &str, scope: &Scope) -> Result<Withdrawn, Refusal> {
    withdraw_for(node, worker, number, scope, None).await
}

/// As [`withdraw`]; `asked` says who asked for it at the desk.
///
/// # Errors
/// As [`withdraw`].
pub async fn withdraw_for(
    node: &Node,
    worker: &Reader,
    number: &str,
    scope: &Scope,
    asked: Option<GiverRole>,
) -> Result<Withdrawn, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("consent.withdraw", worker).await?;
    let record = view::seen_record(&mut tx, number).await?;
    let number = record.number.clone();
    let live = affected(&mut tx, &number, scope).await?;
    let (mut stopped, mut resend) = (vec![], vec![]);
    let mut form = record.form.clone();
    for grant in live {
        let successor = narrow(node, &mut tx, &number, &mut form, &grant, scope).await?;
        let ended = end(node, &mut tx, worker, &grant, successor).await?;
        for id in ended {
            let found = store::casework::message(&mut tx, store::casework::Direction::Out, None, &id).await?;
            let Some(row) = found else { continue };
            // It stops in every case, and is named in those that are there for the worker.
            if store::vault::seen(&mut tx, &row.number).await? {
                resend.extend(successor.is_some().then_some(row.number));
                stopped.push(id);
            }
        }
    }
    let state = store::consent::record(&mut tx, &number).await?.map_or(State::Withdrawn, |record| record.state);
    store::consent::set_record(&mut tx, &number, state, &form).await?;
    let deed = if state == State::Withdrawn { Deed::Withdrawn } else { Deed::Narrowed };
    store::consent::put_event(&mut tx, &number, &Act { asked, ..Act::by(node, worker, deed) }).await?;
    tx.commit().await?;
    Ok(Withdrawn { consent: view::show(node, Some(worker), &number).await?, stopped, resend })
}

async fn affected(tx: &mut Tx, number: &str, scope: &Scope) -> Result<Vec<GrantRow>, Refusal> {
    let all = store::consent::of_record(tx, number).await?;
    let named = |grant: &GrantRow| scope.recipient.as_ref().is_none_or(|id| grant.peer == id.as_str());
    if !all.iter().any(named) {
        return Err(Refusal::new(Reason::ConsentRecipient)
            .with("institution", scope.recipient.as_ref().map_or("", InstitutionId::as_str)));
    }
    let mut live = vec![];
    for grant in all.into_iter().filter(|grant| named(grant) && grant.ended_ms.is_none()) {
        let content = Grant::parse(&grant.signed.content)?;
        let carries = content.edges.iter().any(|edge| !edge.categories.is_disjoint(&scope.categories));
        if scope.categories.is_empty() || carries {
            live.push(grant);
        }
    }
    if live.is_empty() { Err(Refusal::new(Reason::ConsentWithdrawn)) } else { Ok(live) }
}

/// Issues the narrower grant when only categories end and something is left.
async fn narrow(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    form: &mut Form,
    grant: &GrantRow,
    scope: &Scope,
) -> Result<Option<GrantId>, Refusal> {
    if scope.categories.is_empty() {
        return Ok(None);
    }
    if scope.categories.contains(&Category::Logistics) {
        return Err(invalid("categories"));
    }
    let Some(pair) = form.pairs.iter_mut().find(|pair| pair.institution.as_str() == grant.peer) else {
        return Ok(None);
    };
    let Some(narrower) = pair.without(&scope.categories) else { return Ok(None) };
    *pair = narrower.clone();
    let mut rest = form.clone();
    // The narrower grant never lasts longer than the paper and starts today.
    rest.valid_from = calendar::day_of(node.env().now_ms()).max(form.valid_from);
    issue(node, tx, number, &rest, &narrower).await.map(|grant| Some(grant.id))
}

/// Ends one grant for good: signed withdrawal, waiting mail stopped, cases closed, notice sent.
async fn end(
    node: &Node,
    tx: &mut Tx,
    worker: &Reader,
    row: &GrantRow,
    successor: Option<GrantId>,
) -> Result<Vec<MessageId>, Refusal> {
    let now_ms = node.env().now_ms();
    let grant = Grant::parse(&row.signed.content)?;
    let party = node.id().clone();
    let withdrawal = Withdrawal { handles: grant.handles(), grant_hash: grant.hash(), party, at_ms: now_ms };
    let used = used(tx, &grant).await?;
    known::end(tx, row, node.id().as_str(), now_ms).await?;
    let waiting = control::withdraw(node, tx, &withdrawal.sign(node.signing(), node.region())).await?;
    stopped(node, tx, &waiting, now_ms).await?;
    let certain = waiting.iter().filter(|item| item.certain).map(|item| item.message_id).collect();
    match successor {
        None => consent_ended(node, tx, &row.id, &worker.name, now_ms).await?,
        Some(next) => {
            store::consent::set_successor(tx, &row.id, &next).await?;
            store::casework::move_grant(tx, &row.id, &next).await?;
        }
    }
    if used {
        let scope = if successor.is_some() { NoticeScope::Categories } else { NoticeScope::Pair };
        if let Some(notice) = notice::send_notice(node, tx, worker, &grant, successor, scope).await? {
            store::consent::set_notice(tx, &row.id, &notice).await?;
        }
    }
    Ok(certain)
}

/// Whether anything ever went or came under a grant; where nothing did, a notice would only
/// tell an institution of a consent that it never heard of.
async fn used(tx: &mut Tx, grant: &Grant) -> Result<bool, Refusal> {
    for handle in grant.handles() {
        if !store::casework::under_handle(tx, &handle).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Records the objection of a person at an institution that did not take the consent: the
/// edges of the case's grant end for both directions, exactly as by a withdrawal.
///
/// # Errors
/// `NOT_FOUND`, `CONSENT_MISSING` for a case without a consent, `CONSENT_WITHDRAWN`.
pub async fn block(node: &Node, worker: &Reader, case: &str) -> Result<(), Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("consent.block", worker).await?;
    let case = casework::load(&mut tx, case).await?;
    let missing = || Refusal::new(Reason::ConsentMissing).with("institution", case.peer.as_str());
    let id = case.grant.ok_or_else(missing)?;
    let row = store::consent::grant(&mut tx, &id).await?.ok_or_else(missing)?;
    if row.ended_ms.is_some() {
        return Err(Refusal::new(Reason::ConsentWithdrawn));
    }
    end(node, &mut tx, worker, &row, None).await?;
    tx.commit().await
}

/// Notes that the parents are in conflict, or that the court decided; consent-based sending
/// of the child's data stops until then. Statutory duties are not touched.
///
/// # Errors
/// `NOT_FOUND`, `CONSENT_WITHDRAWN`.
pub async fn set_conflict(node: &Node, worker: &Reader, number: &str, conflict: bool) -> Result<ConsentView, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("consent.conflict", worker).await?;
    let mut record = view::seen_record(&mut tx, number).await?;
    let number = record.number.clone();
    if matches!(record.state, State::Withdrawn | State::Prepared | State::Refused) {
        return Err(Refusal::new(Reason::ConsentWithdrawn));
    }
    record.form.giver.conflict = conflict;
    let narrowed = store::consent::of_record(&mut tx, &number).await?.iter().any(|grant| grant.ended_ms.is_some());
    let state = match (conflict, narrowed) {
        (true, _) => State::Suspended,
        (false, true) => State::Narrowed,
        (false, false) => State::Active,
    };
    store::consent::set_record(&mut tx, &number, state, &record.form).await?;
    let deed = if conflict { Deed::Conflict } else { Deed::ConflictOver };
    store::consent::put_event(&mut tx, &number, &Act::by(node, worker, deed)).await?;
    trail::record(&mut tx, node.env().now_ms(), worker, trail::Act::ConflictChanged, &number, "").await?;
    tx.commit().await?;
    view::show(node, Some(worker), &number).await
}
