//! Alarms: what a person has to look at, who settled it, and the bell of a refused duty.

use serde::{Deserialize, Serialize};
use wiez_proto::env::Env;
use wiez_proto::id::{InstitutionId, MessageId};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal, unsafe_char};
use wiez_proto::vocab::{BasisClass, MessageKind};
use wiez_proto::wire::invalid;

use crate::Node;
use crate::account::{AccessRole, Reader, Receives};
use crate::gate::duty;
use crate::store::casework::Direction;
use crate::store::{self, Conn, Tx, alarm as table};

/// Something that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Number by which it is settled; 0 before it was stored.
    #[serde(default)]
    pub id: i64,
    /// When it was raised, milliseconds since 1970.
    pub at_ms: i64,
    /// A stable reason, such as `KEY_CHANGED`, `LOG_INCONSISTENT` or `DUTY_REFUSED`.
    pub kind: String,
    /// What it is about: an institution, a channel, the log, a hash, a message.
    pub subject: String,
    /// For a person or as evidence; never content of a case. Of a refused duty: a [`DutyRefused`] in JSON.
    pub detail: String,
    /// Who said that it is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
}

/// That somebody settled an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub by: String,
}

impl Alarm {
    /// An alarm raised now.
    #[must_use]
    pub fn now(env: &Env, reason: Reason, subject: &str, detail: &str) -> Self {
        Self::of(env.now_ms(), reason.as_str(), subject, detail)
    }

    fn of(at_ms: i64, kind: &str, subject: &str, detail: &str) -> Self {
        Self {
            id: 0,
            at_ms,
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
            settled: None,
        }
    }

    /// Stores it, once for each kind and subject for as long as nobody settled it.
    ///
    /// # Errors
    /// `INTERNAL` or `DISK_FULL`.
    pub async fn raise(&self, tx: &mut Tx) -> Result<(), Refusal> {
        if table::raise(tx, self).await? {
            tracing::error!(kind = self.kind, subject = self.subject, "ALARM");
        }
        Ok(())
    }
}

/// Every alarm, open ones first, then the newest; for a reader without those that tell of a duty in a case which the
/// worker does not see. A duty that made no case rings for whom such cases come to, and for every kierownik.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(node: &Node, reader: Option<&Reader>) -> Result<Vec<Alarm>, Refusal> {
    let Some(reader) = reader else {
        return table::open_first(&mut *node.store().view("alarm.list").await?).await;
    };
    let mut view = node.store().view_as("alarm.list", reader).await?;
    let mut heard = vec![];
    for alarm in table::open_first(&mut view).await? {
        if hears(&mut view, reader, &alarm).await? {
            heard.push(alarm);
        }
    }
    Ok(heard)
}

async fn hears(conn: &mut Conn, reader: &Reader, alarm: &Alarm) -> Result<bool, Refusal> {
    let number = match DutyRefused::of(alarm) {
        Some(refused) => refused.number,
        None if alarm.kind == DUTY_REJECTED => Some(alarm.subject.clone()),
        None => return Ok(true),
    };
    if let Some(number) = number {
        return store::vault::seen(conn, &number).await;
    }
    let members = store::vault::members(conn).await?;
    let me = members.iter().find(|member| member.id == *reader.account());
    Ok(me.is_some_and(|me| {
        me.role == AccessRole::Kierownik || matches!(me.receives, Some(Receives::Safety | Receives::Both))
    }))
}

/// Records who looked at an alarm and when. It stays in the list.
///
/// # Errors
/// `NOT_FOUND`, `FIELD_INVALID` for a name that is empty, too long or not plain text, `CASE_STATE` for
/// one that is settled already and for `LOG_INCONSISTENT`: that one is evidence and stays open.
pub async fn settle(node: &Node, id: i64, by: &str) -> Result<(), Refusal> {
    if by.trim().is_empty() || by.chars().count() > limits::MAX_NAME_CHARS || by.chars().any(unsafe_char) {
        return Err(invalid("by"));
    }
    let mut tx = node.store().begin("alarm.settle").await?;
    settle_in(&mut tx, id, by, node.env().now_ms()).await?;
    tx.commit().await
}

async fn settle_in(tx: &mut Tx, id: i64, by: &str, at_ms: i64) -> Result<(), Refusal> {
    let found = table::get(tx, id).await?;
    let alarm = found.ok_or_else(|| Refusal::new(Reason::NotFound).with("what", "alarm"))?;
    if alarm.settled.is_some() || alarm.kind == Reason::LogInconsistent.as_str() {
        return Err(Refusal::new(Reason::CaseState).with("alarm", &alarm.kind));
    }
    table::settle(tx, id, by, at_ms).await
}

/// Open alarms about refused duties of one sender before the rest ring together.
const FLOOD: i64 = 100;

/// Kind of the alarm that rings when a duty did not arrive.
pub const DUTY_REFUSED: &str = "DUTY_REFUSED";
/// Kind of the alarm that rings when a second person finds that a duty was not justified.
pub const DUTY_REJECTED: &str = "DUTY_REJECTED";

/// What rings at both nodes at once when a message that must not wait was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyRefused {
    /// `OUT` where it was sent, `IN` where it was refused.
    pub direction: Direction,
    /// The other institution.
    pub peer: InstitutionId,
    /// Its name for people.
    pub peer_name: String,
    /// Its telephone number in the directory; empty when it gave none.
    pub phone: String,
    /// Code of the kind; absent when the message could not be read.
    pub kind: Option<String>,
    /// The case here; absent where the message made none.
    pub number: Option<String>,
    /// Why, and what to fix.
    pub refusal: Refusal,
}

impl DutyRefused {
    /// Reads the detail of an alarm of kind [`DUTY_REFUSED`].
    #[must_use]
    pub fn of(alarm: &Alarm) -> Option<Self> {
        if alarm.kind == DUTY_REFUSED { serde_json::from_str(&alarm.detail).ok() } else { None }
    }
}

/// Whether a message never waits: it is of a kind that is a duty, or protects a life.
#[must_use]
pub const fn is_duty(kind: MessageKind, class: BasisClass) -> bool {
    duty(kind) || matches!(class, BasisClass::VitalInterest)
}

/// What did not arrive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bell<'a> {
    /// `OUT` where it was sent, `IN` where it was refused.
    pub(crate) direction: Direction,
    pub(crate) peer: &'a InstitutionId,
    /// Absent when it could not be read.
    pub(crate) kind: Option<MessageKind>,
    /// Absent where it is not known any more.
    pub(crate) class: Option<BasisClass>,
    pub(crate) message_id: MessageId,
    pub(crate) number: Option<&'a str>,
}

impl Bell<'_> {
    /// What could not be read counts as a duty by its class.
    const fn rings(&self) -> bool {
        match (self.kind, self.class) {
            (Some(kind), Some(class)) => is_duty(kind, class),
            (Some(kind), None) => duty(kind),
            (None, class) => matches!(class, Some(BasisClass::Statutory | BasisClass::VitalInterest)),
        }
    }
}

/// Rings when what did not arrive is a duty, once for each message as long as one sender has no more
/// than a hundred of them open here: with the reason, which tells what
/// to fix, and the telephone number under which the other institution is reached meanwhile.
///
/// # Errors
/// `INTERNAL` or `DISK_FULL`.
pub(crate) async fn duty_refused(
    node: &Node,
    tx: &mut Tx,
    what: Bell<'_>,
    refusal: &Refusal,
    at_ms: i64,
) -> Result<(), Refusal> {
    if !what.rings() {
        return Ok(());
    }
    let directory = node.directory();
    let entry = directory.get(what.peer).map(|peer| &peer.entry);
    let bell = DutyRefused {
        direction: what.direction,
        peer: what.peer.clone(),
        peer_name: entry.map_or_else(|| what.peer.to_string(), |entry| entry.name.clone()),
        phone: entry.map_or_else(String::new, |entry| entry.phone.clone()),
        kind: what.kind.map(|kind| kind.code().to_owned()),
        number: what.number.map(str::to_owned),
        refusal: refusal.clone(),
    };
    let detail = serde_json::to_string(&bell).map_err(|_| Refusal::new(Reason::Internal))?;
    let message = what.message_id.to_string();
    // However much one institution sends: above the limit it rings once for all the rest of it.
    let flood = what.direction == Direction::In && table::open_about(tx, DUTY_REFUSED, what.peer).await? >= FLOOD;
    let subject = if flood { what.peer.as_str() } else { message.as_str() };
    Alarm::of(at_ms, DUTY_REFUSED, subject, &detail).raise(tx).await
}

/// Rings for the manager when a second person found that a duty was not justified.
pub(crate) async fn duty_rejected(
    tx: &mut Tx,
    number: &str,
    review: &str,
    by: &str,
    at_ms: i64,
) -> Result<(), Refusal> {
    Alarm::of(at_ms, DUTY_REJECTED, number, &format!("{review} {by}")).raise(tx).await
}

#[cfg(test)]
mod tests;
