//! From a worker's text to a cleared message in the outbox: loads the facts, asks the gate.

mod names;
mod sign;

use wiez_proto::directory::Standing;
use wiez_proto::grant::Grant;
use wiez_proto::id::{GrantId, Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::limits;
use wiez_proto::payload::{Body, Payload};
use wiez_proto::policy::{Overlay, Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisClass, MessageKind, Purpose, SecrecyRelease, Urgency};

pub(crate) use self::sign::still_signed;
use crate::Node;
use crate::account::Reader;
use crate::gate::{self, Cleared, ConsentFacts, Edge, Party, Request, SendFacts, may_send};
use crate::message::Message;
use crate::review::Confirmed;
use crate::store::casework::{Direction, MessageRow};
use crate::store::consent::GrantRow;
use crate::store::{self, Conn, Tx};
use crate::{mirror, outbox, trail};

/// A worker's daily number counts the last 24 hours.
const DAY_MS: i64 = 24 * 3600 * 1000;

/// What somebody here wants to say to one institution.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) message_id: MessageId,
    pub(crate) to: InstitutionId,
    pub(crate) payload: Payload,
    pub(crate) class: BasisClass,
    pub(crate) purpose: Purpose,
    pub(crate) urgency: Urgency,
    pub(crate) thread: ThreadId,
    pub(crate) in_reply_to: Option<MessageId>,
    pub(crate) grant: Option<GrantId>,
    pub(crate) statement: Option<Statement>,
    pub(crate) release: Option<SecrecyRelease>,
    pub(crate) confirmed: Option<Confirmed>,
    pub(crate) worker: String,
    /// That worker, who signs; none where the node writes by itself.
    pub(crate) signer: Option<Reader>,
}

impl Draft {
    /// The message before the gate completed it.
    pub(crate) fn message(&self, node: &Node) -> Message {
        Message {
            message_id: self.message_id,
            sender: node.id().clone(),
            recipient: self.to.clone(),
            class: self.class,
            handle: None,
            expires_ms: node.env().now_ms() + limits::TTL_DEFAULT_MS,
            kind: self.payload.kind(),
            categories: self.payload.categories(),
            asked: self.payload.asked(),
            purpose: self.purpose,
            thread: self.thread,
            in_reply_to: self.in_reply_to,
            policy_row: Hash::ZERO,
            grant: None,
            checkpoint: node.log_view().checkpoint().to_owned(),
            worker: self.worker.clone(),
            urgency: self.urgency,
            statement: self.statement.clone(),
            signature: None,
            payload: self.payload.clone(),
        }
    }
}

/// What the gate is told beside a message: what the message itself does not say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The consent under which it is to go.
    pub grant: Option<GrantId>,
    /// What was recorded as releasing from professional secrecy.
    pub release: Option<SecrecyRelease>,
    /// What a second person confirmed.
    pub confirmed: Option<&'a Confirmed>,
}

/// Asks the gate about a draft, and has its author sign what may leave.
///
/// # Errors
/// What [`may_send`] says.
pub(crate) async fn clear(node: &Node, conn: &mut Conn, draft: &Draft) -> Result<Cleared, Refusal> {
    let beside = Beside { grant: draft.grant, release: draft.release, confirmed: draft.confirmed.as_ref() };
    let mut cleared = clear_message(node, conn, draft.message(node), beside).await?;
    if let Some(author) = &draft.signer {
        cleared.sign(&sign::signer(node, author));
    }
    Ok(cleared)
}

/// Asks the gate about a message, new or kept as a draft. A kept one is judged as of now: it gets
/// its time to live and its checkpoint anew. Nothing is stored and nothing leaves.
///
/// # Errors
/// What [`may_send`] says.
pub async fn clear_message(
    node: &Node,
    conn: &mut Conn,
    mut message: Message,
    beside: Beside<'_>,
) -> Result<Cleared, Refusal> {
    node.log_view().checkpoint().clone_into(&mut message.checkpoint);
    message.expires_ms = node.env().now_ms() + limits::TTL_DEFAULT_MS;
    let directory = node.directory();
    let peer = directory.get(&message.recipient);
    let (me, party) = (Party::from(node.me()), peer.map(|peer| Party::from(&peer.entry)));
    let loaded = match &beside.grant {
        Some(id) => Some(load_grant(conn, id).await?),
        None => None,
    };
    let consent = loaded.as_ref().map(|loaded| ConsentFacts {
        grant: &loaded.grant,
        signed: &loaded.row.signed,
        edge: Edge { registered: None, withdrawn: loaded.withdrawn },
        giver: loaded.giver.as_ref(),
    });
    let to = &message.recipient;
    let request = asked(conn, Direction::In, to, &message, to).await?;
    // Without a row the gate refuses anyway, whatever is counted and searched here.
    let hidden =
        party.as_ref().is_some_and(|to| gate::row(Policy::shipped(), &message, &me, to).is_ok_and(Row::hidden));
    let facts = SendFacts {
        now_ms: node.log_view().node_time(node.env().now_ms()),
        me: &me,
        peer: party.as_ref(),
        standing: peer.map_or(Standing::Revoked, |peer| peer.standing),
        key_changed: peer.is_some_and(|peer| peer.key_alarm),
        policy: Policy::shipped(),
        overlays: &overlays(node, conn).await?,
        consent,
        request: request.as_ref(),
        log_alarm: node.log_view().alarmed(),
        surnames: &names::to_avoid(conn, &message, hidden).await?,
        confirmed: beside.confirmed,
        release: beside.release,
        used_today: used_today(node, conn, &message, hidden).await?,
    };
    may_send(&facts, message)
}

/// How many statutory and vital messages this worker sent in the last 24 hours.
async fn used_today(node: &Node, conn: &mut Conn, message: &Message, hidden: bool) -> Result<u32, Refusal> {
    if !gate::lawful(message.class) {
        return Ok(0);
    }
    let since_ms = node.env().now_ms() - DAY_MS;
    store::statutory::used_since(conn, &message.worker, hidden, since_ms).await
}

struct LoadedGrant {
    row: GrantRow,
    grant: Grant,
    withdrawn: bool,
    giver: Option<crate::consent::Giver>,
}

async fn load_grant(conn: &mut Conn, id: &GrantId) -> Result<LoadedGrant, Refusal> {
    let row = store::consent::grant(conn, id).await?;
    let row = row.ok_or_else(|| Refusal::new(Reason::ConsentMissing))?;
    let withdrawn = withdrawn(conn, &row).await?;
    let giver = match &row.record {
        Some(number) => store::consent::record(conn, number).await?.map(|record| record.form.giver),
        None => None,
    };
    Ok(LoadedGrant { grant: Grant::parse(&row.signed.content)?, row, withdrawn, giver })
}

/// Whether the consent under a handle lets something leave now. The gate said so when it was
/// composed; since then it may have waited past the last day, a birthday or the note of a conflict.
///
/// # Errors
/// `INTERNAL`. The inner one is the gate's no.
pub(crate) async fn still_consented(
    node: &Node,
    conn: &mut Conn,
    handle: &Handle,
) -> Result<Result<(), Refusal>, Refusal> {
    let Some(row) = store::consent::by_handle(conn, handle).await? else {
        return Ok(Err(Refusal::new(Reason::ConsentMissing)));
    };
    let loaded = load_grant(conn, &row.id).await?;
    let now_ms = node.log_view().node_time(node.env().now_ms());
    if loaded.withdrawn {
        return Ok(Err(Refusal::new(Reason::ConsentWithdrawn)));
    }
    if now_ms > loaded.row.valid_to_ms {
        return Ok(Err(Refusal::new(Reason::ConsentExpired)));
    }
    Ok(loaded.giver.map_or(Ok(()), |giver| giver.may_consent(now_ms)))
}

/// Whether a grant ended: by an act here, by a notice, or by a leaf of the log.
pub(super) async fn withdrawn(conn: &mut Conn, row: &GrantRow) -> Result<bool, Refusal> {
    if row.ended_ms.is_some() {
        return Ok(true);
    }
    for handle in [row.handle_out, row.handle_in].into_iter().flatten() {
        if mirror::withdrawal(conn, &handle).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The stored request that a reply answers: one of theirs when sending, one of ours when taking in.
/// It stands in the reply's own conversation: what was asked in one case is not answered in another.
pub(super) async fn asked(
    conn: &mut Conn,
    direction: Direction,
    asker: &InstitutionId,
    reply: &Message,
    peer: &InstitutionId,
) -> Result<Option<Request>, Refusal> {
    let Some(id) = &reply.in_reply_to else { return Ok(None) };
    let Some(row) = store::casework::message(conn, direction, Some(peer), id).await? else { return Ok(None) };
    let questions = [MessageKind::InfoRequest, MessageKind::PoliceQuery, MessageKind::KuratorQuery];
    // A question that was kept as a draft was never asked.
    if row.state == "DRAFT" || !questions.iter().any(|kind| row.kind == kind.code()) {
        return Ok(None);
    }
    let codes = store::casework::codes(conn, &row).await?.filter(|codes| codes.thread == reply.thread);
    Ok(codes.map(|codes| Request { asker: asker.clone(), asked: codes.asked, basis: codes.basis }))
}

/// What was verified here: by command in the database, and the file that the configuration names.
pub(crate) async fn overlays(node: &Node, conn: &mut Conn) -> Result<Vec<Overlay>, Refusal> {
    let own = store::overlay::load(conn).await?;
    Ok(std::iter::once(own).chain(node.overlay().cloned()).collect())
}

/// Puts a cleared message into the outbox and into its case, in place of its kept draft if it was one.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn send(
    node: &Node,
    tx: &mut Tx,
    number: &str,
    cleared: &Cleared,
    grant: Option<GrantId>,
) -> Result<(), Refusal> {
    let message = cleared.message();
    store::statutory::drop_draft(tx, &message.message_id).await?;
    if gate::lawful(message.class) {
        let (now_ms, hidden) = (node.env().now_ms(), cleared.row().is_some_and(Row::hidden));
        let (id, worker) = (&message.message_id, &message.worker);
        store::statutory::count(tx, id, worker, hidden, now_ms, now_ms - DAY_MS).await?;
    }
    let row = MessageRow { grant, state: "QUEUED".to_owned(), ..out_row(node, number, message) };
    store::casework::put_message(tx, &row, message).await?;
    trail::sent(tx, node.env().now_ms(), &message.worker, number, message.kind.code()).await?;
    outbox::enqueue(node, tx, cleared).await.map(|_| ())
}

/// Keeps what was typed although the gate said no; it never left.
pub(super) async fn keep_draft(node: &Node, tx: &mut Tx, number: &str, message: &Message) -> Result<(), Refusal> {
    let row = MessageRow { state: "DRAFT".to_owned(), ..out_row(node, number, message) };
    store::casework::put_message(tx, &row, message).await
}

fn out_row(node: &Node, number: &str, message: &Message) -> MessageRow {
    MessageRow {
        direction: Direction::Out,
        peer: message.recipient.clone(),
        message_id: message.message_id,
        number: number.to_owned(),
        kind: message.kind.code().to_owned(),
        handle: message.handle,
        grant: None,
        state: String::new(),
        at_ms: node.env().now_ms(),
        expires_ms: message.expires_ms,
        opened_ms: None,
        answer: None,
        envelope_hash: None,
        leaf_index: None,
        deleted: false,
    }
}

/// Whether a payload fits into the class without personal data.
pub(super) fn class_of(payload: &Payload) -> BasisClass {
    let bare = payload.categories().is_empty() && payload.asked().is_empty();
    let asks = matches!(payload.body(), Body::InfoRequest(_));
    if bare && !asks { BasisClass::NoPersonalData } else { BasisClass::Consent }
}
