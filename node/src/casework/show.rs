//! Cases as people see them; received content only as the gate releases it, each time anew.

use serde::{Deserialize, Serialize};
use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::payload::{Body, Payload};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, ReferralStatus};

use super::act;
use super::compose::withdrawn;
use super::file::{CaseKind, Happened, What, happened, keep, load};
use super::receive::stepped;
use crate::Node;
use crate::gate::{Banner, ReleaseFacts, release};
use crate::message::Message;
use crate::people::Worker;
use crate::referral::{Effect, Event, Owner, Side, allowed};
use crate::store::casework::{CaseRow, Direction, MessageRow};
use crate::store::{self, Conn, Tx};

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
    /// Until when, milliseconds since 1970.
    pub due_ms: i64,
    /// The rule of that date.
    pub due_rule: String,
    /// Whether that date has passed.
    pub overdue: bool,
    /// The other institution.
    pub peer: InstitutionId,
    /// Its name for people.
    pub peer_name: String,
    /// The sender's case number.
    pub subject_ref: String,
}

/// One field of a message's body, named as in `payload.proto`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name, such as `goal`; for a section or an answer the code of its category.
    pub name: String,
    /// Heading of a section.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The value.
    pub text: String,
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
    /// Who wrote it at the other institution, or here.
    pub worker: String,
    /// The content; empty when it is closed.
    pub fields: Vec<Field>,
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
        due_ms: stand.due.at_ms,
        due_rule: stand.due.rule.clone(),
        overdue: node.env().now_ms() > stand.due.at_ms,
        peer: case.peer.clone(),
        peer_name: directory.get(&case.peer).map_or_else(|| case.peer.to_string(), |peer| peer.entry.name.clone()),
        subject_ref: case.file.subject_ref.clone(),
    }
}

/// Cases of some kinds, open ones first, by deadline. Reading the list opens nothing.
///
/// # Errors
/// `INTERNAL`.
pub async fn list(node: &Node, kinds: &[CaseKind]) -> Result<Vec<CaseLine>, Refusal> {
    let mut view = node.store().view("casework.list").await?;
    let cases = store::casework::list(&mut view, kinds).await?;
    Ok(cases.iter().map(|case| line(node, case)).collect())
}

/// Shows a case. The first opening of received content is recorded before anything is shown,
/// after the log was asked for its newest state.
///
/// # Errors
/// `NOT_FOUND`, `WORKER_ROLE`. Content that the gate keeps closed is no error: its message
/// says why.
pub async fn show(node: &Node, worker: &Worker, number: &str) -> Result<CaseView, Refusal> {
    worker.reads()?;
    // Without a connection the newest known state decides; the gate says whether it is fresh enough.
    if let Err(refusal) = node.refresh_log().await {
        tracing::info!(reason = %refusal.reason, "showing a case without the newest log head");
    }
    let mut tx = node.store().begin("casework.show").await?;
    let mut case = load(&mut tx, number).await?;
    let rows = store::casework::messages(&mut tx, &case.number).await?;
    let (mut messages, mut first) = (vec![], false);
    for row in &rows {
        let (view, opened) = show_message(node, &mut tx, row).await?;
        first |= opened;
        messages.push(view);
    }
    if first {
        opened(node, &mut tx, &mut case, worker).await?;
    }
    let history = store::casework::events(&mut tx, &case.number).await?;
    let view = CaseView {
        line: line(node, &case),
        problem: case.file.problem.clone(),
        allowed: if case.kind == CaseKind::Referral { allowed(&case.file.stand) } else { vec![] },
        messages,
        history,
    };
    tx.commit().await?;
    Ok(view)
}

/// Records that somebody here saw it, and tells the referrer.
async fn opened(node: &Node, tx: &mut Tx, case: &mut CaseRow, worker: &Worker) -> Result<(), Refusal> {
    let now_ms = node.env().now_ms();
    let effects = stepped(node, case, &Event::Opened, now_ms)?;
    keep(tx, node.env(), case, happened(now_ms, &worker.name, What::Opened)).await?;
    if case.kind != CaseKind::Referral {
        return Ok(());
    }
    for effect in effects {
        if let Effect::Report(report) = effect {
            // That the referrer cannot be told now must not keep the worker from reading.
            if let Err(refusal) = act::told_opened(node, tx, case, &worker.name, report).await {
                tracing::warn!(reason = %refusal.reason, "the referrer was not told of the opening");
            }
        }
    }
    Ok(())
}

async fn show_message(node: &Node, tx: &mut Tx, row: &MessageRow) -> Result<(MessageView, bool), Refusal> {
    let mut view = MessageView {
        direction: row.direction,
        kind: row.kind.clone(),
        at_ms: row.at_ms,
        state: row.state.clone(),
        worker: String::new(),
        fields: vec![],
        banners: vec![],
        closed: None,
    };
    let Some(message) = store::casework::open_content(tx, row).await? else {
        view.closed = Some(Refusal::new(Reason::ConsentWithdrawn));
        return Ok((view, false));
    };
    view.worker.clone_from(&message.worker);
    if row.direction == Direction::Out {
        view.fields = fields(&message.payload);
        return Ok((view, false));
    }
    match release(&facts(node, tx, row, &message).await?.as_ref(), &message) {
        Ok(released) => {
            let first = row.opened_ms.is_none();
            if first {
                store::casework::set_opened(tx, row, node.env().now_ms()).await?;
            }
            view.fields = fields(released.payload());
            view.banners = released.banners().to_vec();
            Ok((view, first))
        }
        Err(refusal) => {
            view.closed = Some(refusal);
            Ok((view, false))
        }
    }
}

/// Facts that own what [`ReleaseFacts`] borrows.
struct Loaded {
    facts: ReleaseFacts<'static>,
    successor: Option<std::collections::BTreeSet<wiez_proto::vocab::Category>>,
}

impl Loaded {
    fn as_ref(&self) -> ReleaseFacts<'_> {
        ReleaseFacts { successor: self.successor.as_ref(), ..self.facts.clone() }
    }
}

async fn facts(node: &Node, conn: &mut Conn, row: &MessageRow, message: &Message) -> Result<Loaded, Refusal> {
    let log = node.log_view();
    let now_ms = log.node_time(node.env().now_ms());
    let mut loaded = Loaded {
        facts: ReleaseFacts {
            now_ms,
            opened_ms: row.opened_ms,
            fresh: log.fresh(now_ms, limits::FRESHNESS_MS),
            covered: log.settled() && covers(&log, row, message),
            log_alarm: log.alarmed(),
            withdrawn: false,
            valid_until_ms: None,
            successor: None,
            answer: row.answer,
        },
        successor: None,
    };
    if message.class != BasisClass::Consent {
        return Ok(loaded);
    }
    // Without its grant it could not be told whether the consent lives, so it counts as withdrawn.
    loaded.facts.withdrawn = true;
    let Some(id) = &row.grant else { return Ok(loaded) };
    let Some(grant) = store::consent::grant(conn, id).await? else { return Ok(loaded) };
    loaded.facts.withdrawn = withdrawn(conn, &grant).await?;
    loaded.facts.valid_until_ms = Some(grant.valid_to_ms);
    if let Some(next) = &grant.successor
        && let Some(next) = store::consent::grant(conn, next).await?
        && !withdrawn(conn, &next).await?
        && now_ms <= next.valid_to_ms
    {
        let next = wiez_proto::grant::Grant::parse(&next.signed.content)?;
        loaded.successor = next.edge(&message.sender, &message.recipient).map(|edge| edge.categories.clone());
    }
    Ok(loaded)
}

/// Whether the verified head covers the envelope's own leaf and the checkpoint inside its seal.
fn covers(log: &crate::mirror::LogView, row: &MessageRow, message: &Message) -> bool {
    let leaf = row.leaf_index.and_then(|index| u64::try_from(index).ok());
    // Second line of a checkpoint: the number of leaves (C2SP tlog-checkpoint).
    let inside = message.checkpoint.lines().nth(1).and_then(|size| size.parse::<u64>().ok());
    let inside = if message.checkpoint.is_empty() { Some(0) } else { inside };
    leaf.is_some_and(|leaf| log.covers(leaf)) && inside.is_some_and(|size| size <= log.size())
}

fn fields(payload: &Payload) -> Vec<Field> {
    let field = |name: &str, text: String| Field { name: name.to_owned(), label: String::new(), text };
    let mut out: Vec<Field> = body(payload.body()).into_iter().map(|(name, text)| field(name, text)).collect();
    out.retain(|field| !field.text.is_empty());
    out.extend(payload.sections().iter().map(|section| Field {
        name: section.category.code().to_owned(),
        label: section.label.clone(),
        text: section.text.clone(),
    }));
    out
}

fn codes(list: impl IntoIterator<Item = &'static str>) -> String {
    list.into_iter().collect::<Vec<_>>().join(", ")
}

fn body(body: &Body) -> Vec<(&'static str, String)> {
    let day = |day: &Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    match body {
        Body::ConsultAnon { topic, text } => vec![("topic", topic.clone()), ("text", text.clone())],
        Body::ReplyAnon { text } => vec![("text", text.clone())],
        Body::InfoRequest(request) => {
            let questions = request.questions.iter().map(|question| ("question", question.clone()));
            let asked = codes(request.asked.iter().map(|category| category.code()));
            questions.chain([("asked", asked), ("why_needed", request.why_needed.clone())]).collect()
        }
        Body::InfoReply(reply) => {
            let answers = reply.answers.iter().map(|answer| (answer.category.code(), answer.text.clone()));
            let partial = reply.partial.then(|| ("partial", "YES".to_owned()));
            answers.chain(partial).collect()
        }
        Body::InfoRefusal { reason, what_would_help } => {
            let help = codes(what_would_help.iter().map(|code| code.code()));
            vec![("reason", reason.code().to_owned()), ("what_would_help", help)]
        }
        Body::Referral(referral) => referral_fields(referral),
        Body::ReferralStatus(report) => vec![
            ("status", report.status.code().to_owned()),
            ("reason", report.decline_reason.map_or("", |reason| reason.code()).to_owned()),
            ("earliest_date", day(&report.earliest_date)),
            ("outcome", report.outcome.map_or("", |outcome| outcome.code()).to_owned()),
            ("note", report.note.clone()),
        ],
        Body::ReferralForward(forward) => {
            let mut out = vec![
                ("original_sender", forward.original_sender.to_string()),
                ("original_message_id", forward.original_message_id.to_string()),
                ("original_envelope_hash", forward.original_envelope_hash.to_string()),
                ("why", forward.why.code().to_owned()),
            ];
            out.extend(referral_fields(&forward.referral));
            out
        }
        Body::FeedbackMin { code } => vec![("code", code.code().to_owned())],
        Body::ConsentWithdrawn { scope, .. } => vec![("scope", scope.code().to_owned())],
        Body::ConsentWithdrawnAnswer { answer, basis, .. } => {
            vec![("answer", answer.code().to_owned()), ("basis", basis.map_or("", |basis| basis.code()).to_owned())]
        }
        Body::GateRefusal { refusal, .. } => vec![("reason", refusal.reason.as_str().to_owned())],
    }
}

fn referral_fields(referral: &wiez_proto::payload::Referral) -> Vec<(&'static str, String)> {
    vec![
        ("service", referral.service.code().to_owned()),
        ("goal", referral.goal.clone()),
        ("urgency", referral.urgency.code().to_owned()),
        ("wished_by", referral.wished_by.map(|day| day.to_string()).unwrap_or_default()),
        ("language", referral.language.clone()),
        ("accessibility", referral.accessibility.clone()),
    ]
}
