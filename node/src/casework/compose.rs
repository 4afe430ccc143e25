//! From a worker's text to a cleared message in the outbox: loads the facts, asks the gate.

use wiez_proto::directory::Standing;
use wiez_proto::grant::Grant;
use wiez_proto::id::{GrantId, Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::limits;
use wiez_proto::payload::{Body, Payload};
use wiez_proto::policy::{Overlay, Policy};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Category, MessageKind, Purpose, Urgency};

use crate::Node;
use crate::gate::{Cleared, ConsentFacts, Edge, Party, Request, SendFacts, may_send};
use crate::message::Message;
use crate::store::casework::{Direction, MessageRow};
use crate::store::consent::GrantRow;
use crate::store::{self, Conn, Tx};
use crate::{mirror, outbox};

/// What somebody here wants to say to one institution.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) to: InstitutionId,
    pub(crate) payload: Payload,
    pub(crate) class: BasisClass,
    pub(crate) purpose: Purpose,
    pub(crate) urgency: Urgency,
    pub(crate) thread: ThreadId,
    pub(crate) in_reply_to: Option<MessageId>,
    pub(crate) grant: Option<GrantId>,
    pub(crate) worker: String,
}

impl Draft {
    /// The message before the gate completed it.
    pub(crate) fn message(&self, node: &Node) -> Message {
        Message {
            message_id: MessageId::random(node.env()),
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
            payload: self.payload.clone(),
        }
    }
}

/// Asks the gate about a draft.
///
/// # Errors
/// What [`may_send`] says.
pub(crate) async fn clear(node: &Node, conn: &mut Conn, draft: &Draft) -> Result<Cleared, Refusal> {
    let message = draft.message(node);
    let directory = node.directory();
    let peer = directory.get(&draft.to);
    let party = peer.map(|peer| Party::from(&peer.entry));
    let loaded = match &draft.grant {
        Some(id) => Some(load_grant(conn, id).await?),
        None => None,
    };
    let consent = loaded.as_ref().map(|loaded| ConsentFacts {
        grant: &loaded.grant,
        signed: &loaded.row.signed,
        edge: Edge { registered: None, withdrawn: loaded.withdrawn },
        giver: loaded.giver.as_ref(),
    });
    let request = asked(conn, Direction::In, &message.recipient, message.in_reply_to.as_ref(), &draft.to).await?;
    let anonymous = matches!(message.kind, MessageKind::ConsultAnon | MessageKind::ReplyAnon);
    let surnames = if anonymous { surnames(conn).await? } else { vec![] };
    let facts = SendFacts {
        now_ms: node.log_view().node_time(node.env().now_ms()),
        me: &Party::from(node.me()),
        peer: party.as_ref(),
        standing: peer.map_or(Standing::Revoked, |peer| peer.standing),
        key_changed: peer.is_some_and(|peer| peer.key_alarm),
        policy: Policy::shipped(),
        overlays: &overlays(node, conn).await?,
        consent,
        request: request.as_ref(),
        log_alarm: node.log_view().alarmed(),
        surnames: &surnames,
    };
    may_send(&facts, message)
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
pub(super) async fn asked(
    conn: &mut Conn,
    direction: Direction,
    asker: &InstitutionId,
    id: Option<&MessageId>,
    peer: &InstitutionId,
) -> Result<Option<Request>, Refusal> {
    let Some(id) = id else { return Ok(None) };
    let Some(row) = store::casework::message(conn, direction, Some(peer), id).await? else { return Ok(None) };
    if row.kind != MessageKind::InfoRequest.code() {
        return Ok(None);
    }
    let content = store::casework::open_content(conn, &row).await?;
    Ok(content.map(|message| Request { asker: asker.clone(), asked: message.payload.asked() }))
}

/// Family names in what this institution itself wrote about open cases. They never leave it;
/// anonymous texts are searched for them.
async fn surnames(conn: &mut Conn) -> Result<Vec<String>, Refusal> {
    let mut names = std::collections::BTreeSet::new();
    for row in store::casework::carried(conn).await? {
        let Some(message) = store::casework::open_content(conn, &row).await? else { continue };
        for section in message.payload.sections().iter().filter(|section| section.category == Category::IdName) {
            let words = section.text.split(|c: char| !c.is_alphabetic());
            names.extend(words.filter(|word| word.chars().count() > 2).map(str::to_owned));
        }
    }
    Ok(names.into_iter().collect())
}

/// What was verified here: by command in the database, and the file that the configuration names.
pub(crate) async fn overlays(node: &Node, conn: &mut Conn) -> Result<Vec<Overlay>, Refusal> {
    let own = store::overlay::load(conn).await?;
    Ok(std::iter::once(own).chain(node.overlay().cloned()).collect())
}

/// Puts a cleared message into the outbox and into its case.
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
    let row = MessageRow { grant, state: "QUEUED".to_owned(), ..out_row(node, number, message) };
    store::casework::put_message(tx, &row, message).await?;
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
