//! What a worker is about to send: shown and judged by the gate beforehand, then sent as it was shown.

use wiez_proto::calendar;
use wiez_proto::id::{GrantId, InstitutionId};
use wiez_proto::payload::{self, Body, InfoRequest, Payload, Section};
use wiez_proto::policy::Row;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisClass, MessageKind, Urgency};

use super::info::Wanted;
use super::lawful::{self, Lawful, Within};
use super::open::{Sent, again, judged};
use super::query;
use super::referral::{Addressed, start};
use super::statutory::Matter;
use crate::Node;
use crate::account::Reader;
use crate::casework::apart::{self, Opening, opening};
use crate::casework::compose::{Draft, class_of, clear};
use crate::casework::file::CaseKind;
use crate::casework::show::{Field, fields, statement};
use crate::gate::Cleared;
use crate::store::Conn;
use crate::{consent, review};

/// One message that opens a case, as far as it was typed.
#[derive(Clone)]
pub enum Order {
    /// A person is referred under a consent.
    Refer(Addressed, Vec<Section>, payload::Referral),
    /// Information is asked for under a consent.
    Ask(Addressed, Vec<Section>, Wanted),
    /// Information is asked for on a statute.
    Query(Lawful, Vec<Section>, Wanted),
    /// Something is reported that a statute or a danger demands.
    Report(Lawful, Vec<Section>, Matter),
}

/// What an order would say, before anything is asked of the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Kind of the message.
    pub kind: MessageKind,
    /// The content, as the recipient would see it.
    pub fields: Vec<Field>,
    /// The statute and what is stated with it; empty under a consent.
    pub statement: Vec<Field>,
}

/// What the gate says about an order now.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Why it may not leave; none when it may.
    pub refusal: Option<Refusal>,
    /// Whether it waits for a second person when it is sent now.
    pub waits: bool,
    /// The row on which it goes, or would go.
    pub row: Option<&'static Row>,
    /// Class of its basis, all that the hub learns besides the two parties.
    pub class: BasisClass,
    /// Until when an answer would be owed, milliseconds since 1970.
    pub due_ms: Option<i64>,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Order({})", self.to())
    }
}

impl Order {
    /// To whom it goes.
    #[must_use]
    pub const fn to(&self) -> &InstitutionId {
        match self {
            Self::Refer(to, ..) | Self::Ask(to, ..) => &to.to,
            Self::Query(to, ..) | Self::Report(to, ..) => &to.to,
        }
    }

    const fn urgency(&self) -> Urgency {
        match self {
            Self::Refer(to, ..) | Self::Ask(to, ..) => to.urgency,
            Self::Query(to, ..) | Self::Report(to, ..) => to.urgency,
        }
    }

    fn payload(&self) -> Result<Payload, Refusal> {
        let request = |wanted: &Wanted| InfoRequest {
            questions: wanted.questions.clone(),
            asked: wanted.asked.clone(),
            why_needed: wanted.why_needed.clone(),
        };
        match self {
            Self::Refer(to, sections, body) => {
                let body = payload::Referral { urgency: to.urgency, ..body.clone() };
                Payload::new(to.subject_ref.as_str(), sections.clone(), Body::Referral(body))
            }
            Self::Ask(to, sections, wanted) => {
                Payload::new(to.subject_ref.as_str(), sections.clone(), Body::InfoRequest(request(wanted)))
            }
            Self::Query(to, sections, wanted) => {
                let body = query::asking(to.statement.basis, request(wanted));
                Payload::new(to.subject_ref.as_str(), sections.clone(), body)
            }
            Self::Report(to, sections, matter) => {
                Payload::new(to.subject_ref.as_str(), sections.clone(), matter.clone().body())
            }
        }
    }

    /// What the recipient would see.
    ///
    /// # Errors
    /// `FIELD_MISSING`, `FIELD_INVALID` or `TOO_LARGE` for what was typed.
    pub fn shown(&self) -> Result<Shown, Refusal> {
        let payload = self.payload()?;
        let stated = match self {
            Self::Refer(..) | Self::Ask(..) => vec![],
            Self::Query(to, ..) | Self::Report(to, ..) => {
                to.statement.check()?;
                statement(&to.statement)
            }
        };
        Ok(Shown { kind: payload.kind(), fields: fields(&payload), statement: stated })
    }

    /// Asks the gate as sending it now would. Nothing is stored and nothing leaves.
    ///
    /// # Errors
    /// What was typed wrong, as [`Order::shown`], or `INTERNAL`. The gate's no is in [`Judged::refusal`].
    pub async fn judge(&self, node: &Node, worker: &Reader) -> Result<Judged, Refusal> {
        self.shown()?;
        let payload = self.payload()?;
        let mut view = node.store().view_as("order.judge", worker).await?;
        let (draft, no_grant) = self.draft(node, &mut view, worker, payload).await?;
        let cleared = judged(clear(node, &mut view, &draft).await, no_grant);
        let refusal = match &cleared {
            Ok(_) => None,
            Err(refusal) if refusal.reason == Reason::Internal => return Err(refusal.clone()),
            Err(refusal) => Some(again(refusal.clone(), &draft.payload)),
        };
        let own = apart::own_row(node, &draft.message(node));
        let row = cleared.as_ref().ok().and_then(Cleared::row).or(own);
        let due = row.and_then(|row| row.due);
        let due_ms = due.map(|due| due.deadline(node.env().now_ms(), self.urgency(), node.settings().week).due_ms);
        let waits = refusal.as_ref().is_some_and(review::waits);
        Ok(Judged { refusal, waits, row, class: draft.class, due_ms })
    }

    async fn draft(
        &self,
        node: &Node,
        conn: &mut Conn,
        worker: &Reader,
        payload: Payload,
    ) -> Result<(Draft, Option<Refusal>), Refusal> {
        let opening = opening(node, conn, payload.kind(), payload.subject_ref(), self.to()).await?;
        match self {
            Self::Refer(to, ..) | Self::Ask(to, ..) => {
                let chosen = consent::choose(conn, &to.to, to.consent.as_deref(), &payload).await;
                let (grant, no_grant) = match chosen {
                    Ok(grant) => (Some(grant), None),
                    Err(refusal) => (None, Some(refusal)),
                };
                Ok((addressed(to, payload, &opening, grant, worker), no_grant))
            }
            Self::Query(to, ..) | Self::Report(to, ..) => {
                let (grant, no_grant) = lawful::attached(conn, to, &payload).await?;
                let mut draft = lawful::draft(to, payload, &opening, grant, worker);
                if let Some(statement) = &mut draft.statement {
                    begun(node, draft.payload.kind(), statement);
                }
                Ok((draft, no_grant))
            }
        }
    }

    /// Sends it, perhaps in place of an own case that is held or over: that one ends with the same transaction.
    ///
    /// # Errors
    /// `CASE_STATE` when another took that case's place already, and what the gate says; the draft is kept then and its
    /// case named in the detail `case`.
    pub async fn send(mut self, node: &Node, worker: &Reader, instead_of: Option<String>) -> Result<Sent, Refusal> {
        worker.reads()?;
        let payload = self.payload()?;
        let kind = match &mut self {
            Self::Refer(..) => CaseKind::Referral,
            Self::Ask(..) => CaseKind::Info,
            Self::Query(to, ..) => query::kind(to.statement.basis),
            Self::Report(to, _, matter) => {
                begun(node, payload.kind(), &mut to.statement);
                matter.case()
            }
        };
        match &self {
            Self::Refer(to, ..) | Self::Ask(to, ..) => start(node, worker, kind, to, payload, instead_of).await,
            Self::Query(to, ..) | Self::Report(to, ..) => {
                let within = Within { instead_of, ..Within::default() };
                lawful::start(node, worker, kind, to, payload, within).await
            }
        }
    }
}

/// A procedure whose first day is not named starts today.
fn begun(node: &Node, kind: MessageKind, statement: &mut Statement) {
    if kind == MessageKind::NkA {
        statement.started_on.get_or_insert(calendar::day_of(node.env().now_ms()));
    }
}

fn addressed(to: &Addressed, payload: Payload, opening: &Opening, grant: Option<GrantId>, worker: &Reader) -> Draft {
    Draft {
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
    }
}
