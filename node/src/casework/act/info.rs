//! Acts on requests for information: ask, reply, refuse.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::payload::{Answer, Body, InfoReply, Section};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisClass, Category, DeclineReason, HelpCode, Owed, Purpose, ReferralStatus, SecrecyRelease};

use super::open::Sent;
use super::order::Order;
use super::referral::{Addressed, first_message};
use super::say::{Move, first_in, say, told};
use crate::Node;
use crate::account::Reader;
use crate::casework::apart::next_message;
use crate::casework::compose::{Draft, class_of};
use crate::casework::file::{CaseKind, What, happened, load};
use crate::consent;
use crate::referral::Side;
use crate::store::Conn;
use crate::store::casework::{CaseRow, Direction};

/// What an asker wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// One question each.
    pub questions: Vec<String>,
    /// Categories asked for.
    pub asked: BTreeSet<Category>,
    /// Why.
    pub why_needed: String,
}

/// One fact of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Index of the question, from 0.
    pub question: u32,
    /// Which kind of fact.
    pub category: Category,
    /// The fact.
    pub text: String,
}

/// Asks an institution for information about a person.
///
/// # Errors
/// What the gate says; the draft is kept then.
pub async fn ask(
    node: &Node,
    worker: &Reader,
    to: &Addressed,
    sections: Vec<Section>,
    wanted: Wanted,
) -> Result<Sent, Refusal> {
    Order::Ask(to.clone(), sections, wanted).send(node, worker, None).await
}

/// The answer to a request, and what opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answering {
    /// The facts.
    pub answers: Vec<Reply>,
    /// Whether something asked for is missing.
    #[serde(default)]
    pub partial: bool,
    /// What was recorded as releasing from professional secrecy.
    #[serde(default)]
    pub release: Option<SecrecyRelease>,
    /// Number of the consent under which it goes instead of the statute on which it was asked.
    #[serde(default)]
    pub consent: Option<String>,
}

/// Answers a request within what was asked and what the consent or the statute covers.
///
/// # Errors
/// As [`reply_with`].
pub async fn reply(
    node: &Node,
    worker: &Reader,
    number: &str,
    answers: Vec<Reply>,
    partial: bool,
) -> Result<Sent, Refusal> {
    reply_with(node, worker, number, Answering { answers, partial, release: None, consent: None }).await
}

/// Answers a request on the basis on which it was asked, or under a consent.
///
/// # Errors
/// `CASE_STATE`, `REPLY_SCOPE`, and what the gate says; the answer is kept in the case then and
/// the request stays open.
pub async fn reply_with(node: &Node, worker: &Reader, number: &str, answering: Answering) -> Result<Sent, Refusal> {
    let Answering { answers, partial, release, consent } = answering;
    let answers = answers.into_iter().map(|reply| Answer {
        question: reply.question,
        category: reply.category,
        text: reply.text,
    });
    let body = Body::InfoReply(InfoReply { answers: answers.collect(), partial });
    close(node, worker, number, Closing { body, status: ReferralStatus::Completed, release, consent }).await
}

/// Declines a request with a reason, without personal data.
///
/// # Errors
/// `CASE_STATE`, and what the gate says.
pub async fn refuse(
    node: &Node,
    worker: &Reader,
    number: &str,
    reason: DeclineReason,
    what_would_help: BTreeSet<HelpCode>,
) -> Result<Sent, Refusal> {
    let body = Body::InfoRefusal { reason, what_would_help };
    close(node, worker, number, Closing { body, status: ReferralStatus::Declined, release: None, consent: None }).await
}

/// The end of a request.
struct Closing {
    body: Body,
    status: ReferralStatus,
    release: Option<SecrecyRelease>,
    consent: Option<String>,
}

async fn close(node: &Node, worker: &Reader, number: &str, closing: Closing) -> Result<Sent, Refusal> {
    worker.reads()?;
    let status = closing.status;
    let mut tx = node.store().begin_as("info.close", worker).await?;
    let mut case = load(&mut tx, number).await?;
    let open = matches!(
        case.file.stand.status,
        ReferralStatus::Delivered | ReferralStatus::Opened | ReferralStatus::Expired | ReferralStatus::CancelledConsent
    );
    // A partial reply may be followed by a refusal of the rest.
    let rest = status == ReferralStatus::Declined && case.file.stand.status == ReferralStatus::Completed;
    let request = matches!(case.kind, CaseKind::Info | CaseKind::Query) && case.file.stand.side == Side::Provider;
    if !request || !(open || rest) {
        return Err(Refusal::new(Reason::CaseState)
            .with("from", case.file.stand.status.code())
            .with("to", status.code()));
    }
    let draft = answer(node, &mut tx, &case, worker, closing).await?;
    let line = happened(node.env().now_ms(), &worker.name, What::Answered).status(status);
    let then = Move { line, to: Some(status), settles: vec![Owed::Answer] };
    let (tx, sent) = say(node, tx, &mut case, &draft, then).await?;
    tx.commit().await?;
    Ok(sent)
}

/// The draft of an answer: on the statute of its request, under the consent of the case or a named
/// one, or without personal data.
async fn answer(
    node: &Node,
    conn: &mut Conn,
    case: &CaseRow,
    worker: &Reader,
    closing: Closing,
) -> Result<Draft, Refusal> {
    let asked = first_message(conn, case, Direction::In).await.ok().map(|(_, message)| message);
    let payload = told(&case.file.subject_ref, closing.body)?;
    let bare = class_of(&payload) == BasisClass::NoPersonalData;
    let statement = asked.as_ref().and_then(|asked| asked.statement.as_ref()).map(|statement| Statement {
        // The asker's own references come back to it; everything else is said anew.
        case_ref: statement.case_ref.clone(),
        officer: statement.officer.clone(),
        order_ref: statement.order_ref.clone(),
        ..Statement::of(statement.basis)
    });
    let statement = statement.filter(|_| !bare && closing.consent.is_none());
    let class = match &statement {
        Some(statement) => statement.basis.class(),
        None => class_of(&payload),
    };
    let grant = match &closing.consent {
        // The gate still judges recipient, kind and pair first; only then a consent can be missing.
        Some(record) => consent::choose(conn, &case.peer, Some(record), &payload).await.ok(),
        None => case.grant,
    };
    let in_reply_to = first_in(conn, case).await?;
    Ok(Draft {
        message_id: next_message(node, conn, &case.number).await?,
        to: case.peer.clone(),
        class,
        payload,
        purpose: asked.map_or(Purpose::Assist, |asked| asked.purpose),
        urgency: case.file.stand.urgency,
        thread: case.thread,
        in_reply_to,
        grant: grant.filter(|_| class == BasisClass::Consent),
        statement,
        release: closing.release,
        confirmed: None,
        worker: worker.name.clone(),
        signer: Some(worker.clone()),
    })
}
