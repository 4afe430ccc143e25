//! The notice of a withdrawn consent, and its answer: kept on another basis, or deleted.

use std::collections::BTreeSet;

use wiez_proto::grant::Grant;
use wiez_proto::id::{GrantId, Handle, MessageId};
use wiez_proto::payload::{Body, Payload};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{
    BasisClass, BasisCode, KeptOrDeleted, MessageKind, NoticeScope, Purpose, ReferralStatus, Urgency,
};

use super::known;
use crate::Node;
use crate::account::Reader;
use crate::casework::{
    CaseKind, Draft, File, What, answerable, clear, consent_ended, happened, keep, load, next_message, opening, send,
    stepped, stopped,
};
use crate::message::Message;
use crate::outbox;
use crate::referral::{Event, Referral};
use crate::store::casework::{CaseRow, Direction};
use crate::store::{self, Tx};

/// Tells the other party of a grant that its edges have ended; the message that does, unless nobody can be told.
pub(super) async fn send_notice(
    node: &Node,
    tx: &mut Tx,
    worker: &Reader,
    grant: &Grant,
    successor: Option<GrantId>,
    scope: NoticeScope,
) -> Result<Option<MessageId>, Refusal> {
    let to = if grant.issuer == *node.id() { &grant.counterparty } else { &grant.issuer };
    let now_ms = node.env().now_ms();
    let opening = opening(node, tx, MessageKind::ConsentWithdrawn, &grant.id.to_string(), to).await?;
    let draft = Draft {
        message_id: opening.message_id,
        to: to.clone(),
        payload: Payload::new("", vec![], Body::ConsentWithdrawn { handles: grant.handles(), successor, scope })?,
        class: BasisClass::NoPersonalData,
        purpose: Purpose::Admin,
        urgency: Urgency::U2Urgent,
        thread: opening.thread,
        in_reply_to: None,
        grant: None,
        statement: None,
        release: None,
        confirmed: None,
        worker: worker.name.clone(),
        signer: Some(worker.clone()),
    };
    // An institution that was revoked meanwhile gets no notice; the log ends its edges anyway.
    let Some(cleared) = answerable(clear(node, tx, &draft).await)? else { return Ok(None) };
    let mut case = CaseRow {
        number: opening.number,
        thread: draft.thread,
        peer: draft.to.clone(),
        kind: CaseKind::Notice,
        hidden: false,
        grant: None,
        created_ms: now_ms,
        version: 1,
        file: File {
            subject_ref: String::new(),
            stand: Referral::draft(draft.urgency, now_ms, node.settings().week),
            record: None,
            row: cleared.message().policy_row,
            problem: None,
            about: None,
            replaced: None,
            clock_ms: None,
            formal: None,
        },
    };
    store::casework::put(tx, &case).await?;
    stepped(node, &mut case, &Event::Submit, now_ms)?;
    keep(tx, node.env(), &mut case, happened(now_ms, &worker.name, What::NoticeSent)).await?;
    send(node, tx, &case.number, &cleared, None).await?;
    Ok(Some(draft.message_id))
}

/// A notice arrived. What nobody opened is destroyed at once; what was opened waits closed
/// for a worker's answer.
pub(crate) async fn noticed(
    node: &Node,
    tx: &mut Tx,
    notice: &Message,
    handles: &BTreeSet<Handle>,
    successor: Option<GrantId>,
    at_ms: i64,
) -> Result<(), Refusal> {
    let (mut opened, mut known) = (false, false);
    for handle in handles {
        let found = store::consent::by_handle(tx, handle).await?;
        let Some(grant) = found.filter(|grant| grant.peer == notice.sender.as_str()) else { continue };
        known = true;
        known::end(tx, &grant, notice.sender.as_str(), at_ms).await?;
        let waiting = outbox::stop(tx, &[*handle], at_ms).await?;
        stopped(node, tx, &waiting, at_ms).await?;
        let under = store::casework::under_handle(tx, handle).await?;
        opened |= under.iter().any(|row| row.direction == Direction::In && row.opened_ms.is_some());
        if let Some(next) = &successor {
            store::consent::set_successor(tx, &grant.id, next).await?;
            if store::consent::grant(tx, next).await?.is_some() {
                store::casework::move_grant(tx, &grant.id, next).await?;
            }
            continue;
        }
        store::casework::delete_content(tx, handle, false).await?;
        consent_ended(node, tx, &grant.id, notice.sender.as_str(), at_ms).await?;
    }
    if known && (opened || successor.is_some()) {
        return Ok(());
    }
    // Nothing was ever shown here, so there is nothing that a person would have to decide.
    let case = store::casework::by_thread(tx, &notice.thread, &notice.sender, crate::referral::Side::Provider).await?;
    // A second notice in an answered conversation is kept and needs no second answer.
    let Some(mut case) = case.filter(|case| !case.file.closed()) else { return Ok(()) };
    reply(node, tx, &mut case, notice, handles, KeptOrDeleted::Deleted, None, None).await
}

/// Answers a notice: what happened to the content that was opened under the consent.
///
/// `DELETED` destroys it here and now. `KEPT_ON_BASIS` names the other basis, which is never a consent.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE` when it was answered before, `JUSTIFICATION` for a missing or wrong basis.
pub async fn answer(
    node: &Node,
    worker: &Reader,
    number: &str,
    answer: KeptOrDeleted,
    basis: Option<BasisCode>,
) -> Result<(), Refusal> {
    worker.reads()?;
    let other = |code: BasisCode| matches!(code.class(), BasisClass::Statutory | BasisClass::VitalInterest);
    if (answer == KeptOrDeleted::Kept) != basis.is_some_and(other) {
        return Err(Refusal::new(Reason::Justification).with("basis", basis.map_or("", BasisCode::code)));
    }
    let mut tx = node.store().begin_as("consent.answer", worker).await?;
    let mut case = load(&mut tx, number).await?;
    let rows = store::casework::messages(&mut tx, &case.number).await?;
    let row =
        rows.iter().find(|row| row.kind == MessageKind::ConsentWithdrawn.code() && row.direction == Direction::In);
    let missing = || Refusal::new(Reason::NotFound).with("what", "notice");
    let notice = match row {
        Some(row) => store::casework::open_content(&mut tx, row).await?.ok_or_else(missing)?,
        None => return Err(missing()),
    };
    let Body::ConsentWithdrawn { handles, .. } = notice.payload.body().clone() else { return Err(missing()) };
    reply(node, &mut tx, &mut case, &notice, &handles, answer, basis, Some(worker)).await?;
    tx.commit().await
}

#[expect(
    clippy::too_many_arguments,
    reason = "one answer has this many parts and one caller each for worker and machine"
)]
async fn reply(
    node: &Node,
    tx: &mut Tx,
    case: &mut CaseRow,
    notice: &Message,
    handles: &BTreeSet<Handle>,
    answer: KeptOrDeleted,
    basis: Option<BasisCode>,
    worker: Option<&Reader>,
) -> Result<(), Refusal> {
    let who = worker.map_or(node.me().name.as_str(), |worker| worker.name.as_str());
    let now_ms = node.env().now_ms();
    if case.file.closed() {
        return Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()));
    }
    for handle in handles {
        let found = store::consent::by_handle(tx, handle).await?;
        if found.is_none_or(|grant| grant.peer != notice.sender.as_str()) {
            continue;
        }
        store::casework::set_answer(tx, handle, answer).await?;
        if answer == KeptOrDeleted::Deleted {
            store::casework::delete_content(tx, handle, true).await?;
        }
    }
    let body = Body::ConsentWithdrawnAnswer { handles: handles.clone(), answer, basis };
    let draft = Draft {
        message_id: next_message(node, tx, &case.number).await?,
        to: notice.sender.clone(),
        payload: Payload::new("", vec![], body)?,
        class: BasisClass::NoPersonalData,
        purpose: Purpose::Admin,
        urgency: notice.urgency,
        thread: notice.thread,
        in_reply_to: Some(notice.message_id),
        grant: None,
        statement: None,
        release: None,
        confirmed: None,
        worker: who.to_owned(),
        signer: worker.cloned(),
    };
    // What is to be destroyed is destroyed, also when the other institution cannot be told.
    let cleared = answerable(clear(node, tx, &draft).await)?;
    case.file.stand = case.file.stand.settled(ReferralStatus::Completed, now_ms, node.settings().week);
    let what = if answer == KeptOrDeleted::Deleted { What::Deleted } else { What::NoticeAnswered };
    keep(tx, node.env(), case, happened(now_ms, who, what).with("answer", answer.code())).await?;
    match cleared {
        Some(cleared) => send(node, tx, &case.number, &cleared, None).await,
        None => Ok(()),
    }
}
