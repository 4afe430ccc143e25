//! The content of one envelope as values: parsed once on arrival, written once when composed.

mod names;

use std::collections::BTreeSet;

use prost::Message as _;
use wiez_proto::envelope::{Delegation, Header, Region, SigningKey, VerifyingKey, sign_content, verify_content};
use wiez_proto::grant::{codes, spell};
use wiez_proto::id::{Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::limits;
use wiez_proto::payload::Payload;
use wiez_proto::refusal::{Reason, Refusal, unsafe_char};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisClass, Category, MessageKind, Purpose, Urgency};
use wiez_proto::wire::{invalid, strict, v1};

pub(crate) use self::names::names;

/// Everything that one institution says to another in one envelope.
///
/// The first six fields stand in the signed header too and are equal there
/// ([`wiez_proto::envelope::open`] refuses a difference). `Debug` prints no content.
#[derive(Clone, PartialEq)]
#[expect(missing_docs, reason = "every field is told at Header and Content in envelope.proto")]
pub struct Message {
    pub message_id: MessageId,
    pub sender: InstitutionId,
    pub recipient: InstitutionId,
    pub class: BasisClass,
    pub handle: Option<Handle>,
    pub expires_ms: i64,
    pub kind: MessageKind,
    pub categories: BTreeSet<Category>,
    pub asked: BTreeSet<Category>,
    pub purpose: Purpose,
    pub thread: ThreadId,
    pub in_reply_to: Option<MessageId>,
    pub policy_row: Hash,
    pub grant: Option<v1::Signed>,
    pub checkpoint: String,
    pub worker: String,
    pub urgency: Urgency,
    /// On which statute it rests; exactly with the classes statutory and vital interest.
    pub statement: Option<Statement>,
    /// The signature of the worker who sent it.
    pub signature: Option<v1::WorkerSignature>,
    pub payload: Payload,
}

/// Who signs for a worker: the worker's own key, and the institution that vouches for it.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// The worker's key.
    pub worker: &'a SigningKey,
    /// The institution's key.
    pub institution: &'a SigningKey,
    /// What signatures are bound to.
    pub region: &'a Region,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}

/// What stands outside the seal too.
struct Outside {
    message_id: MessageId,
    sender: InstitutionId,
    recipient: InstitutionId,
    class: BasisClass,
    handle: Option<Handle>,
    expires_ms: i64,
}

/// Longest checkpoint text inside a seal, in bytes.
const MAX_CHECKPOINT_BYTES: usize = 4096;

impl Message {
    /// Reads opened content. The header must be the one of the same envelope.
    ///
    /// # Errors
    /// `KIND` for a kind that this version does not know, `FIELD_INVALID` naming the field,
    /// also `grant` and `statement` where the class has none or lacks its own, and what
    /// [`Statement::parse`] and [`Payload::from_bytes`] say.
    pub fn parse(header: &Header, content: v1::Content) -> Result<Self, Refusal> {
        let kind = MessageKind::parse(&content.kind).map_err(|_| Refusal::new(Reason::Kind))?;
        if content.grant.is_some() != (header.class == BasisClass::Consent) {
            return Err(invalid("grant"));
        }
        let lawful = matches!(header.class, BasisClass::Statutory | BasisClass::VitalInterest);
        if content.statement.is_some() != lawful {
            return Err(invalid("statement"));
        }
        if content.checkpoint.len() > MAX_CHECKPOINT_BYTES {
            return Err(invalid("checkpoint"));
        }
        let outside = Outside {
            message_id: header.message_id,
            sender: header.sender.clone(),
            recipient: header.recipient.clone(),
            class: header.class,
            handle: header.handle,
            expires_ms: header.expires_ms,
        };
        Self::read(outside, kind, content)
    }

    /// Reads what [`Message::to_bytes`] wrote for this node's own database. A kept draft may lack
    /// the grant or the statement of its class: that may be why it was kept.
    ///
    /// # Errors
    /// As [`Message::parse`]; it does not happen to bytes that this node wrote.
    pub fn restore(bytes: &[u8], expires_ms: i64) -> Result<Self, Refusal> {
        let content: v1::Content = strict(bytes)?;
        let kind = MessageKind::parse(&content.kind).map_err(|_| Refusal::new(Reason::Kind))?;
        let outside = Outside {
            message_id: MessageId::parse_nonzero(&content.message_id)?,
            sender: content.sender.parse()?,
            recipient: content.recipient.parse()?,
            class: BasisClass::from_wire(content.basis_class).ok_or_else(|| invalid("basis_class"))?,
            handle: if content.handle.is_empty() { None } else { Some(Handle::parse(&content.handle)?) },
            expires_ms,
        };
        Self::read(outside, kind, content)
    }

    fn read(outside: Outside, kind: MessageKind, content: v1::Content) -> Result<Self, Refusal> {
        let Outside { message_id, sender, recipient, class, handle, expires_ms } = outside;
        Ok(Self {
            message_id,
            sender,
            recipient,
            class,
            handle,
            expires_ms,
            kind,
            categories: codes(&content.categories, Category::parse).ok_or_else(|| invalid("categories"))?,
            asked: codes(&content.asked, Category::parse).ok_or_else(|| invalid("asked"))?,
            purpose: Purpose::parse(&content.purpose).map_err(|_| invalid("purpose"))?,
            thread: ThreadId::parse(&content.thread).map_err(|_| invalid("thread"))?,
            in_reply_to: match content.in_reply_to.as_ref() {
                [] => None,
                bytes => Some(MessageId::parse_nonzero(bytes).map_err(|_| invalid("in_reply_to"))?),
            },
            policy_row: Hash::parse(&content.policy_row).map_err(|_| invalid("policy_row"))?,
            grant: content.grant,
            checkpoint: content.checkpoint,
            worker: person(content.worker)?,
            urgency: Urgency::parse(&content.urgency).map_err(|_| invalid("urgency"))?,
            statement: content.statement.map(Statement::parse).transpose()?,
            signature: content.worker_signature,
            payload: Payload::from_bytes(&content.payload)?,
        })
    }

    /// Signs it in the name of its worker. The institution vouches for the key for as long as an envelope can live, so
    /// that the signature still holds when the message waited here, and from a day before on, should the clock be set back.
    pub fn sign(&mut self, by: &Signer<'_>) {
        let delegation = Delegation {
            institution: self.sender.clone(),
            worker: self.worker.clone(),
            key: by.worker.public(),
            valid_from_ms: by.now_ms.saturating_sub(limits::DELEGATION_MAX_MS - limits::TTL_MAX_MS).max(1),
            valid_to_ms: by.now_ms.saturating_add(limits::TTL_MAX_MS),
        };
        let delegation = delegation.sign(by.institution, by.region);
        self.signature = Some(sign_content(by.worker, by.region, delegation, &self.to_content()));
    }

    /// Checks the worker's signature for an envelope sealed at `created_ms`.
    ///
    /// # Errors
    /// `WORKER_SIGNATURE`.
    pub fn signed(&self, sender: &VerifyingKey, region: &Region, created_ms: i64) -> Result<(), Refusal> {
        verify_content(&self.to_content(), sender, region, created_ms)
    }

    /// The bytes for this node's own database.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_content().encode_to_vec()
    }

    /// The content to seal. The channel's position is left out; sealing fills it in.
    #[must_use]
    pub fn to_content(&self) -> v1::Content {
        v1::Content {
            sender: self.sender.to_string(),
            recipient: self.recipient.to_string(),
            message_id: self.message_id.wire(),
            basis_class: self.class.wire(),
            handle: self.handle.map(|handle| handle.wire()).unwrap_or_default(),
            kind: self.kind.code().to_owned(),
            categories: spell(&self.categories, Category::code),
            asked: spell(&self.asked, Category::code),
            purpose: self.purpose.code().to_owned(),
            thread: self.thread.wire(),
            in_reply_to: self.in_reply_to.map(|id| id.wire()).unwrap_or_default(),
            policy_row: self.policy_row.wire(),
            grant: self.grant.clone(),
            checkpoint: self.checkpoint.clone(),
            worker: self.worker.clone(),
            payload: self.payload.to_bytes().into(),
            urgency: self.urgency.code().to_owned(),
            statement: self.statement.as_ref().map(Statement::to_wire),
            worker_signature: self.signature.clone(),
            ..v1::Content::default()
        }
    }
}

/// A worker's name as the other institution writes it: one visible line.
fn person(name: String) -> Result<String, Refusal> {
    let length = name.chars().count();
    if length == 0 || length > limits::MAX_NAME_CHARS || name.chars().any(unsafe_char) {
        return Err(invalid("worker"));
    }
    Ok(name)
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({} {} {} -> {})", self.kind, self.message_id, self.sender, self.recipient)
    }
}
