//! Cases as people see them; received content only as the gate releases it, each time anew.

mod facts;
mod fields;

pub(super) use self::facts::facts;
pub use self::fields::Field;
pub(super) use self::fields::{fields, statement};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::FormalRef;
use wiez_proto::vocab::{Flag, ReferralStatus};

use super::file::{CaseKind, Happened, What, happened, keep, load};
use super::receive::stepped;
use super::{act, receipt};
use crate::Node;
use crate::account::Reader;
use crate::gate::{Banner, release};
use crate::obligation::{self, ObligationLine};
use crate::referral::{Effect, Event, Owner, Side, allowed};
use crate::store::casework::{CaseRow, Direction, MessageRow};
use crate::store::{self, Conn, Tx};
use crate::trail;

/// Age of the mirror up to which a case that was opened before is shown again without asking the hub: one of its turns.
#[expect(clippy::cast_possible_wrap, reason = "ten seconds")]
const MIRRORED_MS: i64 = limits::LEAF_POLL_MS as i64;

/// One case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLine {
    /// Its number here.
    pub number: String,
    /// What it is about.
    pub kind: CaseKind,
    /// Which side this institution is on.
    pub side: Side,
    /// Where it stands.
    pub status: ReferralStatus,
    /// Who has to act.
    pub owner: Owner,
    /// Whether that is somebody here.
    pub ours: bool,
    /// Until when, milliseconds since 1970; a date that passed stays until the state changes.
    pub due_ms: i64,
    /// The rule of that date.
    pub due_rule: String,
    /// Whether that date has passed.
    pub overdue: bool,
    /// The other institution.
    pub peer: InstitutionId,
    /// Its name for people.
    pub peer_name: String,
    /// The sender's case number; empty in lists, where the names of a session tell it.
    pub subject_ref: String,
    /// Whether the person concerned may not learn that it exists.
    #[serde(default)]
    pub apart: bool,
}

/// One message of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// Which way it went.
    pub direction: Direction,
    /// Code of its kind.
    pub kind: String,
    /// When it was sent or received here, milliseconds since 1970.
    pub at_ms: i64,
    /// How far a sent message came: `DRAFT`, `QUEUED`, `ACCEPTED`, `RECEIVED`, `REFUSED`, `BLOCKED`,
    /// `UNCERTAIN`, `EXPIRED`, `STOPPED`.
    pub state: String,
    /// Code of the signed receipt, the same at both institutions; none while no node of the recipient has it.
    #[serde(default)]
    pub receipt: Option<String>,
    /// Who wrote it at the other institution, or here.
    pub worker: String,
    /// The content; empty when it is closed.
    pub fields: Vec<Field>,
    /// On which statute it rests and what had to be stated; empty when it is closed.
    #[serde(default)]
    pub statement: Vec<Field>,
    /// Why a second person looks at it.
    #[serde(default)]
    pub flags: BTreeSet<Flag>,
    /// Number of that review.
    #[serde(default)]
    pub review: Option<String>,
    /// What to say above it.
    pub banners: Vec<Banner>,
    /// Why the content is not shown.
    pub closed: Option<Refusal>,
}

/// A whole case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseView {
    /// The line.
    pub line: CaseLine,
    /// Why it is held or ended.
    pub problem: Option<Refusal>,
    /// States to which a worker here can bring it.
    pub allowed: Vec<ReferralStatus>,
    /// Messages, oldest first.
    pub messages: Vec<MessageView>,
    /// History, oldest first.
    pub history: Vec<Happened>,
    /// Telephone of the other institution, where a duty waits here or was not taken.
    #[serde(default)]
    pub phone: Option<String>,
    /// Whether the formal letter to it is still owed ("kopia robocza").
    #[serde(default)]
    pub working_copy: bool,
    /// The formal letter.
    #[serde(default)]
    pub formal: Option<FormalRef>,
    /// The own case that it grew out of.
    #[serde(default)]
    pub about: Option<String>,
    /// What this institution owes in it, by date.
    #[serde(default)]
    pub obligations: Vec<ObligationLine>,
}

/// How far a message came that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To nobody: the hub or this node ended it.
    Nobody,
    /// To the other institution's node, whose gate showed it to nobody.
    Gate,
    /// Nobody knows.
    Unknown,
}

impl CaseView {
    /// How far the newest message of this institution came, where it was not taken.
    #[must_use]
    pub fn stopped_at(&self) -> Option<Reach> {
        let last = self.messages.iter().rfind(|message| message.direction == Direction::Out)?;
        match last.state.as_str() {
            "BLOCKED" => Some(Reach::Nobody),
            "UNCERTAIN" => Some(Reach::Unknown),
            "REFUSED" => {
                let event = self.history.iter().rfind(|event| event.what == What::Refused);
                let unreadable = |event: &&Happened| {
                    event.details.get("refusal").is_some_and(|reason| reason == Reason::Unverifiable.as_str())
                };
                let there = |event: &&Happened| event.who == self.line.peer.as_str() || unreadable(event);
                Some(if event.is_some_and(|event| there(&event)) { Reach::Gate } else { Reach::Nobody })
            }
            _ => None,
        }
    }

    /// The key of the sentence that says where the case is.
    #[must_use]
    pub fn place(&self) -> String {
        match self.stopped_at().filter(|_| self.line.status == ReferralStatus::Held) {
            Some(Reach::Gate) => "where-HELD-GATE".to_owned(),
            Some(Reach::Nobody) => "where-HELD-NOBODY".to_owned(),
            Some(Reach::Unknown) | None => format!("where-{}", self.line.status),
        }
    }
}

fn line(node: &Node, case: &CaseRow) -> CaseLine {
    let stand = &case.file.stand;
    let directory = node.directory();
    let side = match stand.owner {
        Owner::Referrer | Owner::ReferrerManager => Side::Referrer,
        Owner::Provider | Owner::ProviderManager => Side::Provider,
    };
    CaseLine {
        number: case.number.clone(),
        kind: case.kind,
        side: stand.side,
        status: stand.status,
        owner: stand.owner,
        ours: side == stand.side,
        due_ms: stand.promised_ms(),
        due_rule: stand.due.rule.clone(),
        overdue: node.env().now_ms() > stand.promised_ms(),
        peer: case.peer.clone(),
        peer_name: directory.get(&case.peer).map_or_else(|| case.peer.to_string(), |peer| peer.entry.name.clone()),
        subject_ref: case.file.subject_ref.clone(),
        apart: case.hidden,
    }
}

/// Cases of some kinds, open ones first, by deadline. Reading the list opens nothing.
///
/// Without `apart` it holds nothing of what the person concerned may not learn of; with it, only that.
///
/// # Errors
/// `WORKER_ROLE`, `INTERNAL`.
pub async fn list(node: &Node, worker: &Reader, kinds: &[CaseKind], apart: bool) -> Result<Vec<CaseLine>, Refusal> {
    worker.reads()?;
    ordered(node, Some(worker), kinds, apart).await
}

/// As [`list`], for what counts cases without showing any; with nobody reading, of all.
///
/// # Errors
/// `INTERNAL`.
pub(crate) async fn ordered(
    node: &Node,
    reader: Option<&Reader>,
    kinds: &[CaseKind],
    apart: bool,
) -> Result<Vec<CaseLine>, Refusal> {
    let mut view = match reader {
        Some(reader) => node.store().view_as("casework.list", reader).await?,
        None => node.store().view("casework.list").await?,
    };
    let cases = store::casework::list(&mut view, kinds, apart).await?;
    Ok(cases.iter().map(|case| line(node, case)).collect())
}

/// Shows a case. The first opening of received content is recorded before anything is shown,
/// after the log was asked for its newest state where a consent is the basis.
///
/// # Errors
/// `NOT_FOUND`, `WORKER_ROLE`. Content that the gate keeps closed is no error: its message
/// says why.
pub async fn show(node: &Node, worker: &Reader, number: &str) -> Result<CaseView, Refusal> {
    worker.reads()?;
    // What rests on no consent is shown at once: no log can end it, and a hub that does not answer keeps nobody waiting.
    // Without a connection the newest known state decides; the gate says whether it is fresh enough.
    if asks_log(node, worker, number).await?
        && let Err(refusal) = node.refresh_log().await
    {
        tracing::info!(reason = %refusal.reason, "showing a case without the newest log head");
    }
    let mut tx = node.store().begin_as("casework.show", worker).await?;
    let mut case = load(&mut tx, number).await?;
    let rows = store::casework::messages(&mut tx, &case.number).await?;
    let (mut messages, mut first) = (vec![], false);
    for row in &rows {
        let (view, opened) = show_message(node, &mut tx, worker, row).await?;
        first |= opened;
        messages.push(view);
    }
    if first {
        opened(node, &mut tx, &mut case, worker).await?;
    }
    trail::opened(&mut tx, node.env().now_ms(), worker, &case.number).await?;
    let mut history = store::casework::events(&mut tx, &case.number).await?;
    hide_others(&mut tx, &mut history).await?;
    let obligations = obligation::of_case(&mut tx, &case.number).await?;
    let view = CaseView {
        phone: phone(node, &case),
        working_copy: working_copy(&case, &rows),
        formal: case.file.formal.clone(),
        about: about(&mut tx, &case).await?,
        obligations,
        line: line(node, &case),
        problem: problem(&mut tx, &case).await?,
        allowed: if case.kind == CaseKind::Referral { allowed(&case.file.stand) } else { vec![] },
        messages,
        history,
    };
    tx.commit().await?;
    Ok(view)
}

/// Why it is held or ended, with what a second person wrote, which lies under the key of the case.
async fn problem(conn: &mut Conn, case: &CaseRow) -> Result<Option<Refusal>, Refusal> {
    let Some(problem) = case.file.problem.clone() else { return Ok(None) };
    if !problem.details.contains_key("rejected_by") {
        return Ok(Some(problem));
    }
    let why = store::review::rejection(conn, &case.number).await?;
    Ok(Some(why.into_iter().fold(problem, |problem, why| problem.with("why", why))))
}

/// Whether the log is asked for its newest state before a case is shown: always before the first opening of something
/// that rests on a consent. What was opened before is shown by what the mirror knows, when that is no older than a turn
/// of it; without a connection it knows what can be known.
async fn asks_log(node: &Node, worker: &Reader, number: &str) -> Result<bool, Refusal> {
    let mut view = node.store().view_as("casework.asks_log", worker).await?;
    let case = load(&mut view, number).await?;
    let rows = store::casework::messages(&mut view, &case.number).await?;
    let consented = |row: &MessageRow| row.handle.is_some() && !row.deleted;
    let first = |row: &MessageRow| consented(row) && row.direction == Direction::In && row.opened_ms.is_none();
    if rows.iter().any(first) {
        return Ok(true);
    }
    let known = node.mirrored_within(MIRRORED_MS) || node.progress.connected_since().is_none();
    Ok(!known && (case.grant.is_some() || rows.iter().any(consented)))
}

/// Records that somebody here saw it, and tells the referrer.
async fn opened(node: &Node, tx: &mut Tx, case: &mut CaseRow, worker: &Reader) -> Result<(), Refusal> {
    let now_ms = node.env().now_ms();
    let effects = stepped(node, case, &Event::Opened, now_ms)?;
    keep(tx, node.env(), case, happened(now_ms, &worker.name, What::Opened)).await?;
    if case.kind != CaseKind::Referral {
        return Ok(());
    }
    for effect in effects {
        if let Effect::Report(report) = effect {
            // That the referrer cannot be told now must not keep the worker from reading.
            if let Err(refusal) = act::told_opened(node, tx, case, worker, report).await {
                tracing::warn!(reason = %refusal.reason, "the referrer was not told of the opening");
            }
        }
    }
    Ok(())
}

/// The case that this one grew out of, for who sees that one too.
async fn about(conn: &mut Conn, case: &CaseRow) -> Result<Option<String>, Refusal> {
    let Some(number) = &case.file.about else { return Ok(None) };
    Ok(store::vault::seen(conn, number).await?.then(|| number.clone()))
}

/// Takes out of a history the numbers of other cases that who reads does not see.
async fn hide_others(conn: &mut Conn, history: &mut [Happened]) -> Result<(), Refusal> {
    for line in history {
        if let Some(number) = line.details.get("case")
            && !store::vault::seen(conn, number).await?
        {
            line.details.remove("case");
        }
    }
    Ok(())
}

/// Whom to call: where somebody may be in danger and the message waits here or was not taken.
fn phone(node: &Node, case: &CaseRow) -> Option<String> {
    use ReferralStatus as S;
    let waits = matches!(case.file.stand.status, S::Draft | S::Held | S::Queued | S::Expired);
    let stuck = case.file.stand.side == Side::Referrer && (waits || case.file.problem.is_some());
    if case.kind.reports() && stuck { act::phone(node, &case.peer) } else { None }
}

/// Whether the row of the case asks for a formal letter that nobody entered yet.
fn working_copy(case: &CaseRow, rows: &[MessageRow]) -> bool {
    use wiez_proto::policy::Requirement;
    let asks = |row: &wiez_proto::policy::Row| row.requires.contains(&Requirement::FormalRef);
    let known = Policy::shipped().by_digest(case.file.row.bytes());
    // A held draft has no row yet; every row of its kind says the same about the letter.
    let kind = rows.first().map(|row| row.kind.as_str());
    let of_kind = || Policy::shipped().rows().iter().any(|row| Some(row.kind.code()) == kind && asks(row));
    case.file.formal.is_none() && known.map_or_else(of_kind, asks)
}

async fn show_message(
    node: &Node,
    tx: &mut Tx,
    worker: &Reader,
    row: &MessageRow,
) -> Result<(MessageView, bool), Refusal> {
    let mut view = MessageView {
        direction: row.direction,
        kind: row.kind.clone(),
        at_ms: row.at_ms,
        state: row.state.clone(),
        receipt: receipt::code_of(tx, row).await?,
        worker: String::new(),
        fields: vec![],
        statement: vec![],
        flags: BTreeSet::new(),
        review: None,
        banners: vec![],
        closed: None,
    };
    if let Some(id) = store::review::of_message(tx, row.direction, &row.peer, &row.message_id).await? {
        view.flags = store::review::get(tx, &id).await?.map(|review| review.about.flags).unwrap_or_default();
        view.review = Some(id);
    }
    let message = match store::casework::open_content(tx, row).await {
        Ok(Some(message)) => message,
        Ok(None) => {
            view.closed = Some(Refusal::new(Reason::ConsentWithdrawn));
            return Ok((view, false));
        }
        // Its key is gone: the rest of the case can still be worked with.
        Err(refusal) if matches!(refusal.reason, Reason::NotFound | Reason::Internal) => {
            tracing::error!(reason = %refusal.reason, "content of a case does not open any more");
            view.closed = Some(Refusal::new(Reason::KeyUnknown));
            return Ok((view, false));
        }
        Err(refusal) => return Err(refusal),
    };
    view.worker.clone_from(&message.worker);
    let statement = message.statement.as_ref().map(statement).unwrap_or_default();
    if row.direction == Direction::Out {
        view.fields = fields(&message.payload);
        view.statement = statement;
        return Ok((view, false));
    }
    match release(&facts(node, tx, worker, row, &message).await?.as_ref(), &message) {
        Ok(released) => {
            let first = row.opened_ms.is_none();
            if first {
                store::casework::set_opened(tx, row, node.env().now_ms()).await?;
            }
            view.fields = fields(released.payload());
            view.statement = statement;
            view.banners = released.banners().to_vec();
            Ok((view, first))
        }
        Err(refusal) => {
            view.closed = Some(refusal);
            Ok((view, false))
        }
    }
}
