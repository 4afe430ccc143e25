//! Mediation by the region about a declined referral: by codes, without a word about anybody.

use wiez_proto::id::{InstitutionId, MessageId};
use wiez_proto::payload::{Body, MediationNote, MediationRequest, Payload};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{
    BasisClass, DeclineReason, MediationOutcome, MessageKind, Owed, Purpose, ServiceCode, Urgency,
};
use wiez_proto::wire::invalid;

use super::open::{First, Sent, begin, prepare};
use super::referral::first_message;
use super::say::{Move, bare, say};
use crate::Node;
use crate::account::Reader;
use crate::casework::apart::{Opening, opening};
use crate::casework::compose::Draft;
use crate::casework::file::{CaseKind, What, happened, keep, load};
use crate::casework::receive::{mediated, stepped};
use crate::referral::Event;
use crate::store::casework::{CaseRow, Direction};
use crate::store::{self, Conn};

/// Refusals about which the region may be asked.
const DISPUTES: &[DeclineReason] = &[DeclineReason::Other, DeclineReason::NoCapacity, DeclineReason::NoBasis];

/// Asks the region to mediate about a referral that was declined. It learns the reason, the
/// service and the municipality; the referral itself stays closed to it.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE` unless the referral was declined for such a reason, and what the gate says.
pub async fn mediate(node: &Node, worker: &Reader, number: &str, rops: &InstitutionId) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("mediation.ask", worker).await?;
    let mut case = load(&mut tx, number).await?;
    let now_ms = node.env().now_ms();
    if case.kind != CaseKind::Referral {
        return Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()));
    }
    // Judged before anything is asked of the gate: only a declined referral can be mediated.
    stepped(node, &mut case, &Event::Mediate, now_ms)?;
    let dispute = dispute(&mut tx, &case).await?;
    let (referral, service) = referred(&mut tx, &case).await?;
    let body = Body::MediationRequest(MediationRequest { dispute, referral, service, teryt: node.me().teryt.clone() });
    let opening = opening(node, &mut tx, MessageKind::MediationRequest, &case.number, rops).await?;
    let draft = draft(rops, body, &opening, case.file.stand.urgency, worker)?;
    let first = First {
        subject_ref: case.file.subject_ref.clone(),
        about: Some(case.number.clone()),
        ..First::new(CaseKind::Mediation, &opening.number, &draft)
    };
    let (mut tx, sent) = prepare(node, tx, first).await?;
    let line = happened(now_ms, &worker.name, What::MediationAsked).status(case.file.stand.status);
    keep(&mut tx, node.env(), &mut case, line.with("to", rops.as_str())).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Why the provider declined, as its newest report says.
async fn dispute(conn: &mut Conn, case: &CaseRow) -> Result<DeclineReason, Refusal> {
    for row in store::casework::messages(conn, &case.number).await?.iter().rev() {
        if row.direction == Direction::In
            && let Some(message) = store::casework::open_content(conn, row).await?
            && let Body::ReferralStatus(report) = message.payload.body()
            && let Some(reason) = report.decline_reason
        {
            let allowed = DISPUTES.iter().map(|reason| reason.code());
            let no = || Refusal::new(Reason::CaseState).with("from", reason.code()).with_codes("allowed", allowed);
            return if DISPUTES.contains(&reason) { Ok(reason) } else { Err(no()) };
        }
    }
    Err(Refusal::new(Reason::NotFound).with("what", "reason"))
}

async fn referred(conn: &mut Conn, case: &CaseRow) -> Result<(MessageId, ServiceCode), Refusal> {
    let (row, message) = first_message(conn, case, Direction::Out).await?;
    if let Body::Referral(referral) = message.payload.body() {
        return Ok((row.message_id, referral.service));
    }
    if let Body::ReferralForward(forward) = message.payload.body() {
        return Ok((row.message_id, forward.referral.service));
    }
    Err(Refusal::new(Reason::NotFound).with("what", "service"))
}

fn draft(
    to: &InstitutionId,
    body: Body,
    opening: &Opening,
    urgency: Urgency,
    worker: &Reader,
) -> Result<Draft, Refusal> {
    Ok(Draft {
        message_id: opening.message_id,
        to: to.clone(),
        payload: Payload::new("", vec![], body)?,
        class: BasisClass::NoPersonalData,
        purpose: Purpose::Mediate,
        urgency,
        thread: opening.thread,
        in_reply_to: None,
        grant: None,
        statement: None,
        release: None,
        confirmed: None,
        worker: worker.name.clone(),
        signer: Some(worker.clone()),
    })
}

async fn mediation(conn: &mut Conn, number: &str) -> Result<CaseRow, Refusal> {
    let case = load(conn, number).await?;
    if case.kind == CaseKind::Mediation && !case.file.closed() {
        return Ok(case);
    }
    Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()))
}

/// The mediator asks the other institution, in a conversation of its own.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE`, and what the gate says; the draft is kept then.
pub async fn mediation_ask(
    node: &Node,
    worker: &Reader,
    number: &str,
    partner: &InstitutionId,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx = node.store().begin_as("mediation.partner", worker).await?;
    let case = mediation(&mut tx, number).await?;
    let body = Body::MediationNote(MediationNote { outcome: MediationOutcome::AskingPartner, proposed: None });
    let opening = opening(node, &mut tx, MessageKind::MediationNote, &case.number, partner).await?;
    let draft = draft(partner, body, &opening, case.file.stand.urgency, worker)?;
    let about = Some(case.number.clone());
    begin(node, tx, First { about, ..First::new(CaseKind::Mediation, &opening.number, &draft) }).await
}

/// Says in a mediation where it stands: the mediator to who asked, or a partner to the mediator.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE` when it is over, `FIELD_INVALID` for a proposal without an institution
/// or of one that the directory does not know, and what the gate says; the note is kept in the case then.
pub async fn mediation_note(
    node: &Node,
    worker: &Reader,
    number: &str,
    outcome: MediationOutcome,
    proposed: Option<InstitutionId>,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    // A name of no institution could be anybody's: the kind carries codes only.
    if let Some(id) = &proposed
        && node.directory().get(id).is_none()
    {
        return Err(invalid("proposed"));
    }
    let mut tx = node.store().begin_as("mediation.note", worker).await?;
    let mut case = mediation(&mut tx, number).await?;
    let body = Body::MediationNote(MediationNote { outcome, proposed });
    let draft = Draft { purpose: Purpose::Mediate, ..bare(node, &mut tx, &case, worker, body).await? };
    let line = happened(node.env().now_ms(), &worker.name, What::Mediated).with("mediation", outcome.code());
    let (tx, sent) =
        say(node, tx, &mut case, &draft, Move { line, to: Some(mediated(outcome)), settles: vec![Owed::Answer] })
            .await?;
    tx.commit().await?;
    Ok(sent)
}
