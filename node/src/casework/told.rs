//! What the transport and the clock tell: how far a sent message came, what ended, what is late.

use wiez_proto::id::{GrantId, Handle, Hash, InstitutionId, MessageId};
use wiez_proto::receipt::EndCause;
use wiez_proto::refusal::{Reason, Refusal, Retry};
use wiez_proto::vocab::MessageKind;

use super::act;
use super::file::{Happened, What, happened, keep};
use super::receive::stepped;
use crate::Node;
use crate::alarm::{Bell, duty_refused};
use crate::outbox::Stopped;
use crate::referral::{Effect, Event};
use crate::store::casework::{Direction, MessageRow};
use crate::store::{self, Tx};

/// News about something that this institution sent, or about one of its consents.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the ids and times of what each variant tells")]
pub enum News {
    /// The hub has it on disk and in the log.
    Accepted { message_id: MessageId, at_ms: i64 },
    /// The recipient signed that it holds it.
    Received { message_id: MessageId, envelope_hash: Hash, at_ms: i64 },
    /// The hub refused it for good, or the recipient could not verify it.
    Refused { message_id: MessageId, refusal: Refusal, at_ms: i64 },
    /// It ended at the hub. `uncertain`: it may have left before.
    Ended { message_id: MessageId, cause: EndCause, uncertain: bool, at_ms: i64 },
    /// Its time to live ended while it waited here.
    Expired { message_id: MessageId, at_ms: i64 },
    /// It was stopped here because its consent ended.
    Stopped { message_id: MessageId, at_ms: i64 },
    /// It cannot go now: the hub said "later", its recipient's key is in doubt, its channel stands still.
    /// It is tried again without anybody.
    Waits { message_id: MessageId, refusal: Refusal, at_ms: i64 },
    /// The mirrored log holds the end of one of this institution's edges.
    WithdrawalSeen { handle: Handle, at_ms: i64 },
}

/// Takes in news, inside the transaction that stores it at the transport.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn told(node: &Node, tx: &mut Tx, news: &News) -> Result<(), Refusal> {
    let (id, at_ms, event, state, what, problem) = match news {
        News::Accepted { message_id, at_ms } => {
            (message_id, *at_ms, Some(Event::Accepted), "ACCEPTED", What::HubAccepted, None)
        }
        News::Received { message_id, at_ms, .. } => {
            (message_id, *at_ms, Some(Event::Received), "RECEIVED", What::Received, None)
        }
        News::Refused { message_id, refusal, at_ms } => {
            (message_id, *at_ms, Some(refused(refusal)), "REFUSED", What::Refused, Some(refusal.clone()))
        }
        News::Ended { message_id, cause, uncertain, at_ms } => {
            let (event, reason) = ended(*cause);
            let (state, what) = if *uncertain { ("UNCERTAIN", What::Uncertain) } else { ("BLOCKED", What::Blocked) };
            let event = (!uncertain || *cause == EndCause::Withdrawn).then_some(event);
            (message_id, *at_ms, event, state, what, Some(Refusal::new(reason)))
        }
        News::Expired { message_id, at_ms } => {
            let problem = Refusal::new(Reason::Expired);
            (message_id, *at_ms, Some(Event::TimedOut), "EXPIRED", What::Expired, Some(problem))
        }
        News::Stopped { message_id, at_ms } => {
            let problem = Refusal::new(Reason::ConsentWithdrawn);
            (message_id, *at_ms, Some(Event::ConsentEnded), "STOPPED", What::Stopped, Some(problem))
        }
        News::Waits { message_id, refusal, at_ms } => return waits(tx, node, message_id, refusal, *at_ms).await,
        News::WithdrawalSeen { handle, at_ms } => return crate::consent::seen(node, tx, handle, *at_ms).await,
    };
    let Some(row) = store::casework::message(tx, Direction::Out, None, id).await? else { return Ok(()) };
    // A receipt that still arrives wins over an uncertain end, and nothing overtakes a receipt.
    if row.state == "RECEIVED" || row.state == state {
        return Ok(());
    }
    store::casework::set_state(tx, &row, state).await?;
    if what == What::Received && row.state == "QUEUED" {
        accepted_too(node, tx, &row, at_ms).await?;
    }
    let here = matches!(what, What::Stopped | What::Expired);
    let who = if what == What::Received {
        row.peer.as_str()
    } else if here {
        node.id().as_str()
    } else {
        "hub"
    };
    let line = happened(at_ms, who, what).with("kind", &row.kind);
    principal(node, tx, &row, event.as_ref(), problem, line).await
}

/// The hub hands over only what it holds on disk and in the log, so the recipient's receipt says that too. The two
/// come on separate streams in any order, and the history of a case may not depend on which was faster.
async fn accepted_too(node: &Node, tx: &mut Tx, row: &MessageRow, at_ms: i64) -> Result<(), Refusal> {
    let line = happened(at_ms, "hub", What::HubAccepted).with("kind", &row.kind);
    principal(node, tx, row, Some(&Event::Accepted), None, line).await
}

/// Shows once in its case why a message waits; the case keeps its state and the outbox its patience.
/// A duty that waits for more than time rings as well: somebody has to take up the telephone.
async fn waits(tx: &mut Tx, node: &Node, id: &MessageId, refusal: &Refusal, at_ms: i64) -> Result<(), Refusal> {
    let Some(row) = store::casework::message(tx, Direction::Out, None, id).await? else { return Ok(()) };
    if refusal.reason.retry() != Retry::Later {
        rings(node, tx, &row, refusal, at_ms).await?;
    }
    let Some(mut case) = store::casework::get(tx, &row.number).await? else { return Ok(()) };
    if case.file.problem.as_ref().is_some_and(|problem| problem.reason == refusal.reason) {
        return Ok(());
    }
    let line = match refusal.reason.retry() {
        Retry::Later => happened(at_ms, "hub", What::Waiting),
        Retry::FixAndResend | Retry::Never => happened(at_ms, node.id().as_str(), What::Stuck),
    };
    let line = line.with("kind", &row.kind).with("refusal", refusal.reason.as_str());
    let line = line.with("until_ms", &row.expires_ms.to_string());
    let phone = act::phone(node, &row.peer).filter(|_| case.kind.reports());
    let line = phone.iter().fold(line, |line, phone| line.with("phone", phone));
    case.file.problem = Some(refusal.clone());
    keep(tx, node.env(), &mut case, line).await
}

/// Whether that is why something waited, and nothing that a worker was refused.
fn passes(reason: Reason) -> bool {
    let held_up = matches!(
        reason,
        Reason::KeyChanged
            | Reason::RecipientUnknown
            | Reason::LogInconsistent
            | Reason::PrevMismatch
            | Reason::SeqUsed
            | Reason::KeyUnknown
            | Reason::ClockSkew
    );
    held_up || reason.retry() == Retry::Later
}

/// Tells what was stopped here. Bytes that were sealed may have left before; the hub's word about
/// them is still to come, and until then nobody may believe that they did not.
pub(crate) async fn stopped(node: &Node, tx: &mut Tx, items: &[Stopped], at_ms: i64) -> Result<(), Refusal> {
    for Stopped { message_id, certain } in items.iter().copied() {
        let news = if certain {
            News::Stopped { message_id, at_ms }
        } else {
            News::Ended { message_id, cause: EndCause::Withdrawn, uncertain: true, at_ms }
        };
        told(node, tx, &news).await?;
    }
    Ok(())
}

fn refused(refusal: &Refusal) -> Event {
    if refusal.reason == Reason::ConsentWithdrawn {
        Event::ConsentEnded
    } else if refusal.reason == Reason::Expired {
        Event::TimedOut
    } else {
        Event::Refused
    }
}

const fn ended(cause: EndCause) -> (Event, Reason) {
    match cause {
        EndCause::Withdrawn => (Event::ConsentEnded, Reason::ConsentWithdrawn),
        EndCause::Expired => (Event::TimedOut, Reason::Expired),
        EndCause::Revoked => (Event::TimedOut, Reason::RecipientRevoked),
    }
}

/// A duty that did not arrive rings here at once; with another kind nothing rings.
async fn rings(node: &Node, tx: &mut Tx, row: &MessageRow, problem: &Refusal, at_ms: i64) -> Result<(), Refusal> {
    let bell = Bell {
        direction: Direction::Out,
        peer: &row.peer,
        kind: MessageKind::parse(&row.kind).ok(),
        class: None,
        message_id: row.message_id,
        number: Some(&row.number),
    };
    duty_refused(node, tx, bell, problem, at_ms).await
}

/// Whether a message is the one that opened its case here. A referral that is completed by an
/// answer counts too: without it the other side has nothing whole.
async fn opens(tx: &mut Tx, row: &MessageRow) -> Result<bool, Refusal> {
    if matches!(MessageKind::parse(&row.kind), Ok(MessageKind::Referral | MessageKind::ReferralForward)) {
        return Ok(true);
    }
    let rows = store::casework::messages(tx, &row.number).await?;
    Ok(rows.first().is_some_and(|first| first.direction == Direction::Out && first.message_id == row.message_id))
}

/// Moves the case when the message is the one that opened it; notes the rest.
async fn principal(
    node: &Node,
    tx: &mut Tx,
    row: &MessageRow,
    event: Option<&Event>,
    problem: Option<Refusal>,
    line: Happened,
) -> Result<(), Refusal> {
    if let Some(problem) = &problem {
        rings(node, tx, row, problem, line.at_ms).await?;
    }
    let Some(mut case) = store::casework::get(tx, &row.number).await? else { return Ok(()) };
    let opens = opens(tx, row).await?;
    let at_ms = line.at_ms;
    if let (true, Some(event)) = (opens, event) {
        stepped(node, &mut case, event, at_ms)?;
    }
    let line = match problem {
        None => {
            // What only made it wait is over once it went.
            case.file.problem.take_if(|problem| passes(problem.reason));
            line
        }
        Some(problem) => {
            let line = line.with("refusal", problem.reason.as_str());
            case.file.problem = Some(problem);
            line
        }
    };
    let line = line.status(case.file.stand.status);
    keep(tx, node.env(), &mut case, line).await
}

/// The recipient's gate did not take one of our messages and said why, sealed.
pub(super) async fn refused_by_gate(
    node: &Node,
    tx: &mut Tx,
    by: &InstitutionId,
    id: &MessageId,
    refusal: &Refusal,
    at_ms: i64,
) -> Result<(), Refusal> {
    // Only the recipient of that very message can refuse it.
    let Some(row) = store::casework::message(tx, Direction::Out, Some(by), id).await? else { return Ok(()) };
    store::casework::set_state(tx, &row, "REFUSED").await?;
    let line = happened(at_ms, by.as_str(), What::Refused).with("kind", &row.kind);
    principal(node, tx, &row, Some(&refused(refusal)), Some(refusal.clone()), line).await
}

/// Closes every open case that runs under a grant which ended.
pub(crate) async fn consent_ended(
    node: &Node,
    tx: &mut Tx,
    grant: &GrantId,
    who: &str,
    at_ms: i64,
) -> Result<(), Refusal> {
    for number in store::casework::under_grant(tx, grant).await? {
        let Some(mut case) = store::casework::get(tx, &number).await? else { continue };
        let before = case.file.stand.status;
        stepped(node, &mut case, &Event::ConsentEnded, at_ms)?;
        if case.file.stand.status == before {
            continue;
        }
        case.file.problem = Some(Refusal::new(Reason::ConsentWithdrawn));
        let line = happened(at_ms, who, What::ConsentEnded).status(case.file.stand.status);
        keep(tx, node.env(), &mut case, line).await?;
    }
    Ok(())
}

/// Moves every open case whose deadline has passed; the ownership goes to who can still act.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn tick(node: &Node) -> Result<(), Refusal> {
    let now_ms = node.env().now_ms();
    let mut tx = node.store().begin("casework.tick").await?;
    for mut case in store::casework::overdue(&mut tx, now_ms).await? {
        let effects = stepped(node, &mut case, &Event::Tick, now_ms)?;
        let reminded = effects.iter().find_map(|effect| match effect {
            Effect::Remind(owner) => Some(*owner),
            Effect::Report(_) | Effect::Ignored => None,
        });
        let Some(owner) = reminded else { continue };
        let line = happened(now_ms, node.id().as_str(), What::DeadlineMissed)
            .status(case.file.stand.status)
            .with("owner", owner.code());
        keep(&mut tx, node.env(), &mut case, line).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests;
