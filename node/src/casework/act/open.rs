//! Opens a case with its first message: sent when the gate says yes, kept as held when it says no.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::calendar;
use wiez_proto::id::{GrantId, InstitutionId};
use wiez_proto::payload::Payload;
use wiez_proto::policy::Row;
use wiez_proto::refusal::{Reason, Refusal, Retry};
use wiez_proto::vocab::{BasisClass, Flag, Owed, ReferralStatus};

use super::without::helps;
use crate::Node;
use crate::alarm::{Bell, duty_refused};
use crate::casework::apart;
use crate::casework::compose::{Draft, clear, keep_draft, send};
use crate::casework::file::{CaseKind, File, Happened, What, happened, keep, load};
use crate::casework::receive::stepped;
use crate::gate::{self, Cleared};
use crate::message::Message;
use crate::people::Worker;
use crate::referral::{Event, Referral, Side};
use crate::review::Then;
use crate::store::casework::{CaseRow, Direction};
use crate::store::{self, Tx};
use crate::{obligation, review};

/// What became of a message: it waits in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The case.
    pub number: String,
    /// The message, lower-case hexadecimal.
    pub message_id: String,
    /// Until when an answer is owed, milliseconds since 1970; the same date as in the list of cases.
    pub due_ms: i64,
    /// Whether a formal letter is still owed for it ("kopia robocza").
    #[serde(default)]
    pub working_copy: bool,
    /// Why a second person looks at it afterwards.
    #[serde(default)]
    pub flags: BTreeSet<Flag>,
    /// Telephone of the recipient, where somebody may be in danger.
    #[serde(default)]
    pub phone: Option<String>,
}

impl Sent {
    /// Tells what became of a message of a case; `cleared` is none when nothing had to be said.
    pub(super) fn of(node: &Node, case: &CaseRow, cleared: Option<&Cleared>) -> Self {
        let message = cleared.map(Cleared::message);
        let row = cleared.and_then(Cleared::row);
        let statement = message.and_then(|message| message.statement.as_ref());
        Self {
            number: case.number.clone(),
            message_id: message.map(|message| message.message_id.to_string()).unwrap_or_default(),
            due_ms: case.file.stand.due.at_ms,
            working_copy: row.zip(statement).is_some_and(|(row, statement)| statement.working_copy(row)),
            flags: cleared.map(|cleared| cleared.flags().clone()).unwrap_or_default(),
            phone: message.filter(|message| urgent(message)).and_then(|message| phone(node, &message.recipient)),
        }
    }
}

/// Whether a telephone number has to stand beside a message: somebody may be in danger.
fn urgent(message: &Message) -> bool {
    gate::duty(message.kind) || message.class == BasisClass::VitalInterest
}

/// The telephone number of an institution, as the directory has it.
pub(in crate::casework) fn phone(node: &Node, id: &InstitutionId) -> Option<String> {
    let directory = node.directory();
    let phone = directory.get(id).map(|peer| peer.entry.phone.clone());
    phone.filter(|phone| !phone.is_empty())
}

/// The first message of a case and what belongs to it.
pub(super) struct First<'a> {
    pub(super) kind: CaseKind,
    pub(super) number: String,
    pub(super) draft: &'a Draft,
    /// This institution's own number for what it is about; it need not travel.
    pub(super) subject_ref: String,
    /// Own consent record.
    pub(super) record: Option<String>,
    /// Own case that it grew out of.
    pub(super) about: Option<String>,
    /// Own case in which its obligations are shown, and what its sending completes there.
    pub(super) owed_in: Option<String>,
    pub(super) settles: Vec<Owed>,
    /// Own held case that it takes the place of, and who says so.
    pub(super) instead_of: Option<(String, Worker)>,
    /// Why no consent was found, said where the gate misses one; or why the one that was attached
    /// does not belong there.
    pub(super) no_grant: Option<Refusal>,
}

impl<'a> First<'a> {
    pub(super) fn new(kind: CaseKind, number: &str, draft: &'a Draft) -> Self {
        Self {
            kind,
            number: number.to_owned(),
            draft,
            subject_ref: draft.payload.subject_ref().to_owned(),
            record: None,
            about: None,
            owed_in: None,
            settles: vec![],
            instead_of: None,
            no_grant: None,
        }
    }
}

/// Sends the first message of a new case.
///
/// When the gate says no, what was typed is kept as a held case and its number is among the
/// details of the refusal; nothing leaves.
///
/// # Errors
/// What the gate says.
pub(super) async fn begin(node: &Node, tx: Tx, first: First<'_>) -> Result<Sent, Refusal> {
    let (tx, sent) = prepare(node, tx, first).await?;
    tx.commit().await?;
    Ok(sent)
}

/// As [`begin`], but what is sent is not committed yet, so that more can belong to it.
pub(super) async fn prepare(node: &Node, mut tx: Tx, first: First<'_>) -> Result<(Tx, Sent), Refusal> {
    let now_ms = node.env().now_ms();
    let cleared = judged(clear(node, &mut tx, first.draft).await, first.no_grant.clone());
    let message = match &cleared {
        Ok(cleared) => cleared.message().clone(),
        Err(refusal) => first.draft.kept(node, &mut tx, refusal).await?,
    };
    let mut case = file(node, &first, &message, now_ms);
    store::casework::put(&mut tx, &case).await?;
    if let Some((old, worker)) = &first.instead_of {
        replace(node, &mut tx, old, worker, &case.number).await?;
    }
    let cleared = match cleared {
        Ok(cleared) => cleared,
        Err(refusal) => return Err(held(node, tx, case, &first, &message, refusal).await?),
    };
    stepped(node, &mut case, &Event::Submit, now_ms)?;
    let line = released(happened(now_ms, &first.draft.worker, What::Queued), first.draft);
    keep(&mut tx, node.env(), &mut case, line).await?;
    let owed_in = first.owed_in.as_deref().unwrap_or(&case.number);
    leave(node, &mut tx, &case.number, owed_in, &cleared, case.grant).await?;
    for owed in first.settles {
        obligation::done(node, &mut tx, owed_in, owed, now_ms).await?;
    }
    let sent = Sent::of(node, &case, Some(&cleared));
    Ok((tx, sent))
}

/// Whether what a case said may be sent anew: it is this institution's own, did not get through or is over, and nothing
/// went in its place.
///
/// # Errors
/// `CASE_STATE`.
pub(super) fn replaceable(case: &CaseRow) -> Result<(), Refusal> {
    let stand = &case.file.stand;
    let over = matches!(stand.status, ReferralStatus::Held | ReferralStatus::Expired | ReferralStatus::Declined);
    if stand.side == Side::Referrer && (over || case.file.closed()) && case.file.replaced.is_none() {
        return Ok(());
    }
    Err(Refusal::new(Reason::CaseState).with("from", stand.status.code()).with("to", ReferralStatus::Queued.code()))
}

/// Ends the case in whose place a new one goes, in the transaction that begins the new one: nobody sends it twice.
async fn replace(node: &Node, tx: &mut Tx, number: &str, worker: &Worker, by: &str) -> Result<(), Refusal> {
    let mut old = load(tx, number).await?;
    replaceable(&old)?;
    review::replaced(node, tx, &old.number, worker).await?;
    let now_ms = node.env().now_ms();
    old.file.problem = None;
    old.file.replaced = Some(by.to_owned());
    // What is over stays as it ended.
    match stepped(node, &mut old, &Event::Cancel, now_ms) {
        Ok(_) => keep(tx, node.env(), &mut old, happened(now_ms, &worker.name, What::Cancelled)).await,
        Err(_) => store::casework::set(tx, &old).await,
    }
}

/// Records with what a worker says or sends that it was released from professional secrecy, and by whom.
pub(super) fn released(line: Happened, draft: &Draft) -> Happened {
    match draft.release {
        Some(release) => line.with("release", release.code()),
        None => line,
    }
}

pub(super) fn judged(cleared: Result<Cleared, Refusal>, no_grant: Option<Refusal>) -> Result<Cleared, Refusal> {
    match (cleared, no_grant) {
        (Err(refusal), Some(why)) if refusal.reason == Reason::ConsentMissing || review::waits(&refusal) => Err(why),
        // A consent was attached and could not be found: it does not belong there all the same.
        (Ok(_), Some(why)) => Err(why),
        (judged, _) => judged,
    }
}

fn file(node: &Node, first: &First<'_>, message: &Message, now_ms: i64) -> CaseRow {
    let draft = first.draft;
    let row = apart::own_row(node, message);
    CaseRow {
        number: first.number.clone(),
        thread: draft.thread,
        peer: draft.to.clone(),
        kind: first.kind,
        hidden: apart::hidden(message, row),
        // A statute is never tied to a consent, also not by a mistake that the gate refused.
        grant: draft.grant.filter(|_| draft.class == BasisClass::Consent),
        created_ms: now_ms,
        version: 1,
        file: File {
            subject_ref: first.subject_ref.clone(),
            stand: Referral::draft(draft.urgency, now_ms, node.settings().week),
            record: first.record.clone(),
            row: message.policy_row,
            problem: None,
            about: first.about.clone(),
            replaced: None,
            clock_ms: row.and_then(|row| clock(row, message)),
            formal: message.statement.as_ref().and_then(|statement| statement.formal_ref.clone()),
        },
    }
}

/// From when the row's deadline counts, where the statute says that a procedure's start decides.
pub(in crate::casework) fn clock(row: &Row, message: &Message) -> Option<i64> {
    let started = message.statement.as_ref().and_then(|statement| statement.started_on);
    started.filter(|_| row.clock_from_started).map(calendar::start_of_day)
}

async fn held(
    node: &Node,
    mut tx: Tx,
    mut case: CaseRow,
    first: &First<'_>,
    message: &Message,
    refusal: Refusal,
) -> Result<Refusal, Refusal> {
    let now_ms = node.env().now_ms();
    stepped(node, &mut case, &Event::Held, now_ms)?;
    case.file.problem = Some(refusal.clone());
    let line = happened(now_ms, &message.worker, What::Held).with("refusal", refusal.reason.as_str());
    let line = released(line, first.draft);
    keep(&mut tx, node.env(), &mut case, line).await?;
    keep_draft(node, &mut tx, &case.number, message).await?;
    let then = Then {
        owed_in: first.owed_in.clone(),
        settles: first.settles.clone(),
        release: first.draft.release,
        ..Then::default()
    };
    let asked = review::before(node, &mut tx, &case, message, &refusal, then).await?;
    if refusal.reason == Reason::KeyChanged {
        // Nothing that the worker typed is wrong, and nothing that the worker can do mends it.
        let bell = Bell {
            direction: Direction::Out,
            peer: &message.recipient,
            kind: Some(message.kind),
            class: Some(message.class),
            message_id: message.message_id,
            number: Some(&case.number),
        };
        duty_refused(node, &mut tx, bell, &refusal, now_ms).await?;
    }
    tx.commit().await?;
    Ok(kept(node, again(refusal, &message.payload), &case.number, message, asked))
}

/// Adds what sending the same once more needs, where that can help: `without` with what has to be left out as the command
/// wants it, or `resend` with `CONSENT` or `LATER`.
pub(super) fn again(refusal: Refusal, payload: &Payload) -> Refusal {
    let by_consent = matches!(
        refusal.reason,
        Reason::ConsentMissing
            | Reason::ConsentScope
            | Reason::ConsentExpired
            | Reason::ConsentNotYetValid
            | Reason::ConsentRecipient
            | Reason::ConsentPurpose
            | Reason::ConsentNotExplicit
    );
    if let Some(without) = helps(&refusal, payload) {
        refusal.with("without", without)
    } else if by_consent {
        refusal.with("resend", "CONSENT")
    } else if refusal.reason.retry() == Retry::Later {
        refusal.with("resend", "LATER")
    } else {
        refusal
    }
}

/// A refusal that says where the draft is kept, who is asked, and whom to call.
pub(super) fn kept(node: &Node, refusal: Refusal, number: &str, message: &Message, asked: Option<String>) -> Refusal {
    let mut refusal = refusal.with("case", number);
    if let Some(id) = asked {
        refusal = refusal.with("review", id);
    }
    match phone(node, &message.recipient).filter(|_| urgent(message)) {
        Some(phone) => refusal.with("phone", phone),
        None => refusal,
    }
}

/// Lets a cleared message leave, and begins what follows from it: what is owed, and the review.
pub(super) async fn leave(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    owed_in: &str,
    cleared: &Cleared,
    grant: Option<GrantId>,
) -> Result<(), Refusal> {
    send(node, tx, number, cleared, grant).await?;
    review::sent(node, tx, number, owed_in, cleared, node.env().now_ms()).await
}

#[cfg(test)]
mod tests;
