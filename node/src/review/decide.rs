//! What a second person decides: yes sends exactly the kept draft, no keeps it here.

use serde::{Deserialize, Serialize};
use wiez_proto::refusal::{Reason, Refusal, Retry, unsafe_char};
use wiez_proto::vocab::{BasisClass, Owed, ReferralStatus};
use wiez_proto::wire::invalid;

use super::person::{Asker, decides, looks};
use super::{Confirmed, Decision, Stage, sent, waits};
use crate::account::Watcher;
use crate::casework::{self, Beside, What, happened, keep, load};
use crate::message::Message;
use crate::people::Worker;
use crate::referral::{Event, Side, is_over};
use crate::store::casework::{CaseRow, Direction};
use crate::store::review::{DecidedRow, ReviewRow};
use crate::store::{self, Tx};
use crate::trail::{self, Act as Did};
use crate::{Node, alarm, obligation};

/// Longest reason of a reviewer, in characters.
const MAX_WHY_CHARS: usize = 500;

/// What became of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Its number.
    pub id: String,
    /// The case.
    pub number: String,
    /// The decision.
    pub decision: Decision,
    /// The message that was sent by it, lower-case hexadecimal; absent where nothing was.
    pub message_id: Option<String>,
    /// The asker decided, because nobody else is employed who could.
    pub alone: bool,
}

/// Says yes. What the second person does not see is not there. A draft that waited is judged once more, as it was kept, and goes into the outbox with the
/// same transaction; of a message that went already it is recorded that somebody looked.
///
/// # Errors
/// `WORKER_ROLE`, `SECOND_PERSON`, `NOT_FOUND`, `CASE_STATE` for a review that was decided. What the
/// gate says now, such as `CONSENT_WITHDRAWN`: the review ends as overtaken then, the draft stays and
/// the case shows why; where time can help, nothing changes and the review stays open.
pub async fn confirm(node: &Node, watcher: &Watcher, id: &str) -> Result<Decided, Refusal> {
    let worker = watcher.worker();
    looks(worker)?;
    let mut tx = node.store().begin_for("review.confirm", watcher).await?;
    let mut row = open(&mut tx, id).await?;
    let alone = may(&mut tx, worker, &row).await?;
    if row.stage == Stage::After {
        let done = settle(node, &mut tx, &mut row, worker, Decision::Confirmed, alone).await?;
        note(node, &mut tx, &row, worker, What::Reviewed).await?;
        tx.commit().await?;
        return Ok(done);
    }
    match send_kept(node, &mut tx, &row, worker).await? {
        Ok(message_id) => {
            let done = settle(node, &mut tx, &mut row, worker, Decision::Confirmed, alone).await?;
            tx.commit().await?;
            Ok(Decided { message_id: Some(message_id), ..done })
        }
        // Time, or the same second person, can still help: nothing is decided.
        Err(refusal) if refusal.reason.retry() == Retry::Later || waits(&refusal) => Err(refusal),
        Err(refusal) => {
            // What was done so far in this transaction belongs to a message that does not leave.
            drop(tx);
            overtake(node, watcher, &row.id, refusal).await
        }
    }
}

/// Says no, with a reason. A draft that waited stays here as it is; about a message that went, an alarm
/// rings for the manager.
///
/// # Errors
/// `WORKER_ROLE`, `SECOND_PERSON`, `NOT_FOUND`, `CASE_STATE` for a review that was decided, and
/// `FIELD_INVALID` for a reason that is empty, longer than 500 characters or not plain text.
pub async fn reject(node: &Node, watcher: &Watcher, id: &str, why: &str) -> Result<Decided, Refusal> {
    let worker = watcher.worker();
    looks(worker)?;
    let why = why.trim();
    if why.is_empty() || why.chars().count() > MAX_WHY_CHARS || why.chars().any(unsafe_char) {
        return Err(invalid("why"));
    }
    let mut tx = node.store().begin_for("review.reject", watcher).await?;
    let mut row = open(&mut tx, id).await?;
    let alone = may(&mut tx, worker, &row).await?;
    store::review::put_why(&mut tx, &row.id, &row.number, why).await?;
    let done = settle(node, &mut tx, &mut row, worker, Decision::Rejected, alone).await?;
    if row.stage == Stage::Before {
        let mut case = load(&mut tx, &row.number).await?;
        let reason = row.about.reason.clone().unwrap_or_else(|| Refusal::new(Reason::ReviewRequired));
        case.file.problem = Some(reason.with("rejected_by", &worker.name));
        let line = happened(node.env().now_ms(), &worker.name, What::ReviewRejected).with("review", &row.id);
        keep(&mut tx, node.env(), &mut case, line).await?;
    } else {
        note(node, &mut tx, &row, worker, What::ReviewRejected).await?;
        alarm::duty_rejected(&mut tx, &row.number, &row.id, &worker.name, node.env().now_ms()).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// An open review of a case that is there for who reads on the connection.
async fn open(tx: &mut Tx, id: &str) -> Result<ReviewRow, Refusal> {
    let missing = || Refusal::new(Reason::NotFound).with("what", "review");
    let row = store::review::get(tx, &id.trim().to_ascii_uppercase()).await?.ok_or_else(missing)?;
    if !store::vault::seen(tx, &row.number).await? {
        return Err(missing());
    }
    match row.decided {
        None => Ok(row),
        Some(decided) => Err(Refusal::new(Reason::CaseState).with("from", decided.decision.code())),
    }
}

async fn may(tx: &mut Tx, worker: &Worker, row: &ReviewRow) -> Result<bool, Refusal> {
    let everybody = store::people::list(tx).await?;
    let asker = Asker { direction: row.direction, name: &row.about.asker, uids: &row.asker_uids };
    decides(worker, &asker, row.stage, &everybody)
}

/// As [`finish`], for a second person's decision, which stands in the trail.
async fn settle(
    node: &Node,
    tx: &mut Tx,
    row: &mut ReviewRow,
    worker: &Worker,
    decision: Decision,
    alone: bool,
) -> Result<Decided, Refusal> {
    let about = format!("{} {}", row.id, decision.code());
    trail::record(tx, node.env().now_ms(), worker, Did::Reviewed, &row.number, &about).await?;
    finish(node, tx, row, worker, decision, alone).await
}

/// Records how a review ended; what was owed about it is done.
async fn finish(
    node: &Node,
    tx: &mut Tx,
    row: &mut ReviewRow,
    worker: &Worker,
    decision: Decision,
    alone: bool,
) -> Result<Decided, Refusal> {
    let at_ms = node.env().now_ms();
    row.about.by = Some(worker.name.clone());
    let decided = DecidedRow { at_ms, uid: worker.uid, decision, alone };
    store::review::decide(tx, row, &decided).await?;
    obligation::done_for(node, tx, &row.number, Owed::Review, &row.message_id, at_ms).await?;
    Ok(Decided { id: row.id.clone(), number: row.number.clone(), decision, message_id: None, alone })
}

/// A line of history that changes nothing else about the case.
async fn note(node: &Node, tx: &mut Tx, row: &ReviewRow, worker: &Worker, what: What) -> Result<(), Refusal> {
    let line = happened(node.env().now_ms(), &worker.name, what).with("review", &row.id).with("kind", &row.about.kind);
    store::casework::put_event(tx, node.env(), &row.number, &line).await
}

/// Ends a review whose message may not leave any more, and says why in its case.
async fn overtake(node: &Node, watcher: &Watcher, id: &str, refusal: Refusal) -> Result<Decided, Refusal> {
    let worker = watcher.worker();
    let mut tx = node.store().begin_for("review.overtaken", watcher).await?;
    let mut row = open(&mut tx, id).await?;
    row.about.overtaken = Some(refusal.clone());
    settle(node, &mut tx, &mut row, worker, Decision::Overtaken, false).await?;
    let mut case = load(&mut tx, &row.number).await?;
    if !is_over(case.file.stand.status) {
        case.file.problem = Some(refusal.clone());
    }
    let line = happened(node.env().now_ms(), &worker.name, What::Held)
        .with("review", &row.id)
        .with("refusal", refusal.reason.as_str());
    keep(&mut tx, node.env(), &mut case, line).await?;
    tx.commit().await?;
    Err(refusal.with("case", &row.number).with("review", &row.id))
}

/// Ends what waits for a second person in a case, because its author sends it anew or takes it back: a
/// late yes must not send it a second time.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn replaced(node: &Node, tx: &mut Tx, number: &str, worker: &Worker) -> Result<(), Refusal> {
    for mut row in store::review::waiting_in(tx, number).await? {
        row.about.overtaken = Some(Refusal::new(Reason::CaseState));
        finish(node, tx, &mut row, worker, Decision::Overtaken, false).await?;
    }
    Ok(())
}

/// Judges the kept draft once more and sends it. The inner error is why it may not leave.
async fn send_kept(
    node: &Node,
    tx: &mut Tx,
    row: &ReviewRow,
    worker: &Worker,
) -> Result<Result<String, Refusal>, Refusal> {
    let at_ms = node.env().now_ms();
    let mut case = load(tx, &row.number).await?;
    let message = match kept(tx, row).await? {
        Some(message) => message,
        None => return Ok(Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()))),
    };
    if let Err(refusal) = moves(node, &mut case, row, at_ms) {
        // Where the end of the consent ended the case, that is why.
        let ended = case.file.problem.filter(|problem| problem.reason == Reason::ConsentWithdrawn);
        return Ok(Err(ended.unwrap_or(refusal)));
    }
    let confirmed = Confirmed::new(&message, &worker.name, at_ms);
    let beside = Beside {
        grant: row.about.then.grant.or(case.grant).filter(|_| message.class == BasisClass::Consent),
        release: row.about.then.release,
        confirmed: Some(&confirmed),
    };
    let grant = beside.grant;
    let cleared = match casework::clear_message(node, tx, message, beside).await {
        Ok(cleared) => cleared,
        Err(refusal) if matches!(refusal.reason, Reason::Internal | Reason::DiskFull) => return Err(refusal),
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = casework::still_signed(node, &cleared) {
        return Ok(Err(refusal));
    }
    let then = &row.about.then;
    case.file.problem = None;
    if then.closes.is_none() && !then.stays {
        case.file.row = cleared.message().policy_row;
    }
    let line = happened(at_ms, &worker.name, What::Reviewed).with("review", &row.id).status(case.file.stand.status);
    keep(tx, node.env(), &mut case, line).await?;
    casework::send(node, tx, &case.number, &cleared, grant).await?;
    let owed_in = then.owed_in.as_deref().unwrap_or(&case.number);
    sent(node, tx, &case.number, owed_in, &cleared, at_ms).await?;
    for what in &then.settles {
        obligation::done(node, tx, owed_in, *what, at_ms).await?;
    }
    Ok(Ok(cleared.message().message_id.to_string()))
}

/// The draft as it was kept; none when it was sent another way or is gone.
async fn kept(tx: &mut Tx, row: &ReviewRow) -> Result<Option<Message>, Refusal> {
    let found = store::casework::message(tx, Direction::Out, Some(&row.peer), &row.message_id).await?;
    match found.filter(|found| found.state == "DRAFT") {
        Some(found) => store::review::draft(tx, &row.id, found.expires_ms).await,
        None => Ok(None),
    }
}

/// Where the case goes when the draft leaves.
fn moves(node: &Node, case: &mut CaseRow, row: &ReviewRow, at_ms: i64) -> Result<(), Refusal> {
    let stand = &case.file.stand;
    match row.about.then.closes {
        None if row.about.then.stays && is_over(stand.status) => {
            Err(Refusal::new(Reason::CaseState).with("from", stand.status.code()))
        }
        None if row.about.then.stays => Ok(()),
        None => casework::stepped(node, case, &Event::Submit, at_ms).map(drop),
        // A partial reply may be followed by a refusal of the rest.
        Some(to)
            if stand.side == Side::Provider
                && (!is_over(stand.status)
                    || (stand.status == ReferralStatus::Completed && to == ReferralStatus::Declined)) =>
        {
            case.file.stand = stand.settled(to, at_ms, node.settings().week);
            Ok(())
        }
        Some(to) => Err(Refusal::new(Reason::CaseState).with("from", stand.status.code()).with("to", to.code())),
    }
}
