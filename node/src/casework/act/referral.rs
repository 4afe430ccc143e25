//! Acts on referrals: refer, decide, ask back, forward, take back, send again.

use serde::{Deserialize, Serialize};
use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::payload::{self, Body, Payload, Section, StatusReport};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{DeclineReason, MessageKind, Owed, Purpose, ReferralStatus, SecrecyRelease, Urgency};

use super::lawful::{self, Lawful, Within};
use super::open::{First, Sent, prepare, replaceable};
use super::order::Order;
use super::say::told;
use super::without::Without;
use crate::Node;
use crate::account::Reader;
use crate::casework::apart::{next_message, opening};
use crate::casework::compose::{Draft, class_of, clear, send};
use crate::casework::file::{CaseKind, What, happened, keep, load};
use crate::casework::receive::stepped;
use crate::consent;
use crate::message::Message;
use crate::outbox;
use crate::referral::{Effect, Event, Report, allowed, step};
use crate::review;
use crate::store::casework::{CaseRow, Direction, MessageRow};
use crate::store::{self, Conn, Tx};

/// To whom, about whom, under which consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressed {
    /// The institution.
    pub to: InstitutionId,
    /// This institution's own case number.
    pub subject_ref: String,
    /// Number of the consent record; found by case number and name when absent, none where it is empty.
    pub consent: Option<String>,
    /// What for.
    pub purpose: Purpose,
    /// How urgent.
    pub urgency: Urgency,
}

/// What a forwarded referral says anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarding {
    /// To whom, under a consent that names it.
    pub address: Addressed,
    /// Why the case goes on.
    pub why: DeclineReason,
}

/// Refers a person to an institution.
///
/// # Errors
/// What the gate says; the draft is kept then and its case named in the detail `case`.
pub async fn refer(
    node: &Node,
    worker: &Reader,
    to: &Addressed,
    sections: Vec<Section>,
    body: payload::Referral,
) -> Result<Sent, Refusal> {
    Order::Refer(to.clone(), sections, body).send(node, worker, None).await
}

/// Opens a case about a person under a consent, perhaps in place of a held one.
pub(super) async fn start(
    node: &Node,
    worker: &Reader,
    kind: CaseKind,
    to: &Addressed,
    payload: Payload,
    instead_of: Option<String>,
) -> Result<Sent, Refusal> {
    let (tx, sent) = prepare_start(node, worker, kind, to, payload, instead_of).await?;
    tx.commit().await?;
    Ok(sent)
}

/// As [`start`], not committed yet.
async fn prepare_start(
    node: &Node,
    worker: &Reader,
    kind: CaseKind,
    to: &Addressed,
    payload: Payload,
    instead_of: Option<String>,
) -> Result<(Tx, Sent), Refusal> {
    let mut tx = node.store().begin_as("case.start", worker).await?;
    let opening = opening(node, &mut tx, payload.kind(), payload.subject_ref(), &to.to).await?;
    let chosen = consent::choose(&mut tx, &to.to, to.consent.as_deref(), &payload).await;
    // The gate still judges recipient, kind and pair first; only then a consent can be missing.
    let (grant, no_grant) = match chosen {
        Ok(grant) => (Some(grant), None),
        Err(refusal) => (None, Some(refusal)),
    };
    let draft = Draft {
        message_id: opening.message_id,
        to: to.to.clone(),
        class: class_of(&payload),
        payload,
        purpose: to.purpose,
        urgency: to.urgency,
        thread: opening.thread,
        in_reply_to: None,
        grant,
        statement: None,
        release: None,
        confirmed: None,
        worker: worker.name.clone(),
        signer: Some(worker.clone()),
    };
    let record = to.consent.clone().filter(|number| !number.is_empty());
    let instead_of = instead_of.map(|number| (number, worker.worker().clone()));
    prepare(node, tx, First { record, no_grant, instead_of, ..First::new(kind, &opening.number, &draft) }).await
}

/// Sends what a held or ended case said, without some categories, as a new case that takes its place; what was recorded
/// as releasing from professional secrecy goes on. Nobody can let the old draft out any more, nor send it once more.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE` while the case is alive or when another took its place, and what the gate says.
pub async fn resend(
    node: &Node,
    worker: &Reader,
    number: &str,
    without: &Without,
    consent: Option<String>,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut view = node.store().view_as("case.resend", worker).await?;
    let case = load(&mut view, number).await?;
    replaceable(&case)?;
    if let Some(number) = &consent {
        consent::concerns(&mut view, number, &case.file.subject_ref).await?;
    }
    let first = first_message(&mut view, &case, Direction::Out).await?.1;
    let release = recorded(&mut view, &case).await?;
    drop(view);
    let payload = without.rest(&case.file.subject_ref, &first.payload)?;
    if let Some(statement) = first.statement {
        let to = Lawful {
            to: case.peer.clone(),
            subject_ref: case.file.subject_ref.clone(),
            urgency: first.urgency,
            statement,
            release,
            consent,
        };
        let within = Within {
            owed_in: owed_in(&case, &payload),
            settles: if payload.kind() == MessageKind::NkADispatch { vec![Owed::Dispatch] } else { vec![] },
            about: case.file.about.clone(),
            instead_of: Some(case.number),
            thread: None,
        };
        return lawful::start(node, worker, case.kind, &to, payload, within).await;
    }
    let to = Addressed {
        to: case.peer.clone(),
        subject_ref: case.file.subject_ref.clone(),
        consent: consent.or_else(|| case.file.record.clone()),
        purpose: first.purpose,
        urgency: first.urgency,
    };
    start(node, worker, case.kind, &to, payload, Some(case.number)).await
}

/// What a form passed on to the group makes this institution owe stands in the case of the form.
fn owed_in(case: &CaseRow, payload: &Payload) -> Option<String> {
    case.file.about.clone().filter(|_| payload.kind() == MessageKind::NkADispatch)
}

/// What was recorded as releasing from professional secrecy when the case was opened.
async fn recorded(conn: &mut Conn, case: &CaseRow) -> Result<Option<SecrecyRelease>, Refusal> {
    let history = store::casework::events(conn, &case.number).await?;
    let code = history.iter().find_map(|line| line.details.get("release"));
    Ok(code.and_then(|code| SecrecyRelease::parse(code).ok()))
}

/// The message that opened a case, with its content.
pub(super) async fn first_message(
    conn: &mut Conn,
    case: &CaseRow,
    direction: Direction,
) -> Result<(MessageRow, Message), Refusal> {
    let gone = || Refusal::new(Reason::NotFound).with("what", "content");
    let rows = store::casework::messages(conn, &case.number).await?;
    let row = rows.into_iter().find(|row| row.direction == direction).ok_or_else(gone)?;
    let message = store::casework::open_content(conn, &row).await?.ok_or_else(gone)?;
    Ok((row, message))
}

/// Decides about a referral that arrived, and tells the referrer.
///
/// A note needs the consent of the case; a bare state needs none and can always be told.
///
/// # Errors
/// `CASE_STATE`, `DECLINE_REASON_MISSING`, `EARLIEST_DATE_MISSING`, `OUTCOME_MISSING`, and what the gate says.
pub async fn decide(node: &Node, worker: &Reader, number: &str, report: &Report) -> Result<Sent, Refusal> {
    worker.reads()?;
    act(node, worker, number, &Event::Decide(report.clone()), What::Decided).await
}

/// Takes an acceptance back before the work began, within 24 hours.
///
/// # Errors
/// `CASE_STATE`, and what the gate says.
pub async fn undo_accept(node: &Node, worker: &Reader, number: &str) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("referral.undo", worker).await?;
    let stand = load(&mut tx, number).await?.file.stand;
    if stand.status == ReferralStatus::Accepted
        && node.env().now_ms().saturating_sub(stand.since_ms) > limits::UNDO_ACCEPT_MS
    {
        return Err(Refusal::new(Reason::CaseState)
            .with("from", stand.status.code())
            .with("to", ReferralStatus::Opened.code())
            .with_codes("allowed", allowed(&stand).iter().map(|status| status.code())));
    }
    let sent = act_in(node, &mut tx, worker, number, &Event::UndoAccept, What::Decided).await?;
    tx.commit().await?;
    Ok(sent)
}

async fn act(node: &Node, worker: &Reader, number: &str, event: &Event, what: What) -> Result<Sent, Refusal> {
    let mut tx = node.store().begin_as("referral.decide", worker).await?;
    let sent = act_in(node, &mut tx, worker, number, event, what).await?;
    tx.commit().await?;
    Ok(sent)
}

/// As [`act`], in the caller's transaction.
async fn act_in(
    node: &Node,
    tx: &mut Tx,
    worker: &Reader,
    number: &str,
    event: &Event,
    what: What,
) -> Result<Sent, Refusal> {
    let mut case = load(tx, number).await?;
    if case.kind != CaseKind::Referral {
        return Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()));
    }
    let now_ms = node.env().now_ms();
    let effects = stepped(node, &mut case, event, now_ms)?;
    let line = happened(now_ms, &worker.name, what).status(case.file.stand.status);
    keep(tx, node.env(), &mut case, line).await?;
    let mut sent = Sent::of(node, &case, None);
    for effect in effects {
        if let Effect::Report(report) = effect {
            sent.message_id = tell(node, tx, &case, worker, report).await?;
        }
    }
    Ok(sent)
}

/// Sends a state to the referrer, in the transaction that changes it here. The message id is empty
/// when the referrer is no member any more.
pub(in crate::casework) async fn tell(
    node: &Node,
    tx: &mut Tx,
    case: &CaseRow,
    who: &Reader,
    report: Report,
) -> Result<String, Refusal> {
    let rows = store::casework::messages(tx, &case.number).await?;
    let first = rows.iter().find(|row| row.direction == Direction::In).map(|row| row.message_id);
    let body = Body::ReferralStatus(StatusReport {
        status: report.status,
        decline_reason: report.reason,
        earliest_date: report.earliest,
        outcome: report.outcome,
        note: report.note,
    });
    let payload = told(&case.file.subject_ref, body)?;
    let class = class_of(&payload);
    let consent = class == wiez_proto::vocab::BasisClass::Consent;
    let draft = Draft {
        message_id: next_message(node, tx, &case.number).await?,
        to: case.peer.clone(),
        class,
        payload,
        purpose: purpose_of(tx, &rows).await?,
        urgency: case.file.stand.urgency,
        thread: case.thread,
        in_reply_to: first,
        grant: case.grant.filter(|_| consent),
        statement: None,
        release: None,
        confirmed: None,
        worker: who.name.clone(),
        signer: Some(who.clone()),
    };
    let cleared = match clear(node, tx, &draft).await {
        // Nobody is left to be told, but the decision stands: a family's case does not hang on it.
        Err(refusal) if matches!(refusal.reason, Reason::RecipientRevoked | Reason::RecipientUnknown) => {
            tracing::warn!(reason = %refusal.reason, "a state was recorded and its referrer is gone");
            return Ok(String::new());
        }
        cleared => cleared?,
    };
    send(node, tx, &case.number, &cleared, draft.grant).await?;
    Ok(cleared.message().message_id.to_string())
}

/// A reply keeps the purpose of what it answers.
async fn purpose_of(conn: &mut Conn, rows: &[MessageRow]) -> Result<Purpose, Refusal> {
    let Some(first) = rows.first() else { return Ok(Purpose::Service) };
    Ok(store::casework::open_content(conn, first).await?.map_or(Purpose::Service, |message| message.purpose))
}

/// Answers the provider's question: more sections in the same conversation.
///
/// # Errors
/// `CASE_STATE` unless a question is open, and what the gate says.
pub async fn answer(node: &Node, worker: &Reader, number: &str, sections: Vec<Section>) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("referral.answer", worker).await?;
    let mut case = load(&mut tx, number).await?;
    let now_ms = node.env().now_ms();
    stepped(node, &mut case, &Event::Answer, now_ms)?;
    let rows = store::casework::messages(&mut tx, &case.number).await?;
    let question =
        rows.iter().rfind(|row| row.direction == Direction::In && row.kind == MessageKind::ReferralStatus.code());
    let in_reply_to = question.map(|row| row.message_id);
    let (_, first) = first_message(&mut tx, &case, Direction::Out).await?;
    let payload = Payload::new(case.file.subject_ref.as_str(), sections, first.payload.body().clone())?;
    let draft = Draft {
        message_id: next_message(node, &mut tx, &case.number).await?,
        to: case.peer.clone(),
        class: class_of(&payload),
        payload,
        purpose: first.purpose,
        urgency: first.urgency,
        thread: case.thread,
        in_reply_to,
        grant: case.grant,
        statement: None,
        release: None,
        confirmed: None,
        worker: worker.name.clone(),
        signer: Some(worker.clone()),
    };
    let cleared = clear(node, &mut tx, &draft).await?;
    keep(&mut tx, node.env(), &mut case, happened(now_ms, &worker.name, What::Answered)).await?;
    send(node, &mut tx, &case.number, &cleared, draft.grant).await?;
    tx.commit().await?;
    Ok(Sent::of(node, &case, Some(&cleared)))
}

/// Takes a referral back. What still waits here never leaves. What left stays readable where it
/// is; the provider's worker sees the end by the notice of the consent, or by telephone.
///
/// # Errors
/// `CASE_STATE`.
pub async fn cancel(node: &Node, worker: &Reader, number: &str) -> Result<(), Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("referral.cancel", worker).await?;
    let mut case = load(&mut tx, number).await?;
    let now_ms = node.env().now_ms();
    stepped(node, &mut case, &Event::Cancel, now_ms)?;
    keep(&mut tx, node.env(), &mut case, happened(now_ms, &worker.name, What::Cancelled)).await?;
    review::replaced(node, &mut tx, &case.number, worker).await?;
    let rows = store::casework::messages(&mut tx, &case.number).await?;
    for row in rows.iter().filter(|row| row.direction == Direction::Out) {
        if outbox::take_back(&mut tx, row.message_id, now_ms).await? {
            store::casework::set_state(&mut tx, row, "STOPPED").await?;
        }
    }
    tx.commit().await
}

/// Forwards a referral to the competent institution: a new text in this institution's own
/// words, under a consent that names the new recipient; the referrer hears `FORWARDED`.
///
/// # Errors
/// `CASE_STATE`, `CONSENT_RECIPIENT`, `CONSENT_MISSING`, and what the gate says.
pub async fn forward(
    node: &Node,
    worker: &Reader,
    number: &str,
    on: &Forwarding,
    sections: Vec<Section>,
    referral: payload::Referral,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut view = node.store().view_as("referral.forward", worker).await?;
    let case = load(&mut view, number).await?;
    // Before anything is composed: the draft of a forward is kept, and would name a case that stands apart.
    if case.kind != CaseKind::Referral {
        return Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()));
    }
    let leaving = Event::Decide(Report::bare(ReferralStatus::Forwarded));
    step(&case.file.stand, &leaving, node.env().now_ms(), case.file.timing(node.settings().week))?;
    let rows = store::casework::messages(&mut view, &case.number).await?;
    drop(view);
    let original = rows.iter().find(|row| row.direction == Direction::In);
    let missing = || Refusal::new(Reason::NotFound).with("what", "content");
    let original = original.ok_or_else(missing)?;
    let body = Body::ReferralForward(payload::Forward {
        original_sender: case.peer.clone(),
        original_message_id: original.message_id,
        original_envelope_hash: original.envelope_hash.ok_or_else(missing)?,
        why: on.why,
        referral: payload::Referral { urgency: on.address.urgency, ..referral },
    });
    let payload = Payload::new(on.address.subject_ref.as_str(), sections, body)?;
    // Both or neither: a forward whose referrer does not hear of it would be sent twice.
    let (mut tx, sent) = prepare_start(node, worker, CaseKind::Referral, &on.address, payload, None).await?;
    act_in(node, &mut tx, worker, number, &leaving, What::Forwarded).await?;
    tx.commit().await?;
    Ok(sent)
}
