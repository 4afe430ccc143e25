//! Loads what the recipient's gate needs to know about an arrival, and words its refusal.

use wiez_proto::directory::Standing;
use wiez_proto::envelope::Header;
use wiez_proto::grant::Grant;
use wiez_proto::id::{Hash, MessageId, ThreadId};
use wiez_proto::payload::{Body, Payload};
use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, MessageKind, Purpose, Urgency};

use super::compose::{Draft, asked, clear, overlays};
use super::place::own_thread;
use crate::Node;
use crate::gate::{self, AdmitFacts, Admitted, Cleared, Edge, Party};
use crate::message::Message;
use crate::mirror;
use crate::store::casework::Direction;
use crate::store::{self, Conn, Tx};

/// Asks the recipient's gate about an opened message, inside the transaction that stores it; `created_ms` is when its
/// envelope says it was sealed.
///
/// # Errors
/// What [`gate::admit`] says: the envelope goes to quarantine then.
pub async fn admit(node: &Node, tx: &mut Tx, message: Message, created_ms: i64) -> Result<Admitted, Refusal> {
    let directory = node.directory();
    let sender = directory.get(&message.sender).ok_or_else(|| Refusal::new(Reason::RecipientUnknown))?;
    if sender.standing == Standing::Revoked {
        return Err(Refusal::new(Reason::Revoked));
    }
    let request = asked(tx, Direction::Out, &message.recipient, &message, &message.sender).await?;
    let own_thread = own_thread(tx, &message).await?;
    let overlays = if gate::lawful(message.class) { overlays(node, tx).await? } else { vec![] };
    let facts = AdmitFacts {
        now_ms: node.log_view().node_time(node.env().now_ms()),
        created_ms,
        sender: &Party::from(&sender.entry),
        sender_key: &sender.entry.signing_key,
        me: &Party::from(node.me()),
        my_key: &node.me().signing_key,
        region: node.region(),
        policy: Policy::shipped(),
        overlays: &overlays,
        edge: edge(tx, &message).await?,
        request: request.as_ref(),
        own_thread,
    };
    let admitted = gate::admit(&facts, message)?;
    if let Some(grant) = admitted.grant()
        && let Some(known) = store::consent::grant(tx, &grant.id).await?
        && Grant::parse(&known.signed.content)?.hash() != grant.hash()
    {
        // Two grants under one id: the end of the second would not be noticed.
        return Err(Refusal::new(Reason::IdReused).with("what", "grant"));
    }
    Ok(admitted)
}

async fn edge(conn: &mut Conn, message: &Message) -> Result<Edge, Refusal> {
    let Some(handle) = message.handle else {
        return Ok(Edge { registered: None, withdrawn: false });
    };
    let registered = mirror::edge(conn, &handle).await?.map(|leaf| leaf.grant_hash);
    let in_log = mirror::withdrawal(conn, &handle).await?.is_some();
    let here = store::consent::by_handle(conn, &handle).await?.is_some_and(|grant| grant.ended_ms.is_some());
    Ok(Edge { registered, withdrawn: in_log || here })
}

/// The sealed answer to an envelope that the gate did not take; none where none may be sent.
///
/// The reason is told only to a party of the grant in the message; everybody else hears
/// `UNVERIFIABLE`. Refusals, notices and their answers are never answered by a refusal.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn gate_refusal(
    node: &Node,
    tx: &mut Tx,
    header: &Header,
    message: Option<&Message>,
    hash: Hash,
    refusal: &Refusal,
) -> Result<Option<Cleared>, Refusal> {
    if !may_answer(header, message) {
        return Ok(None);
    }
    let told = if tell(header, message, refusal) {
        Refusal { retry_after_ms: None, ..refusal.clone() }
    } else {
        Refusal::new(Reason::Unverifiable)
    };
    let body = Body::GateRefusal { message_id: header.message_id, envelope_hash: hash, refusal: told };
    let draft = Draft {
        message_id: MessageId::random(node.env()),
        to: header.sender.clone(),
        payload: Payload::new("", vec![], body)?,
        class: BasisClass::NoPersonalData,
        purpose: Purpose::Admin,
        urgency: message.map_or(Urgency::U3Normal, |message| message.urgency),
        thread: message.map_or_else(|| ThreadId::random(node.env()), |message| message.thread),
        in_reply_to: Some(header.message_id),
        grant: None,
        statement: None,
        release: None,
        confirmed: None,
        worker: node.me().name.clone(),
        signer: None,
    };
    answerable(clear(node, tx, &draft).await)
}

/// What this institution's own gate does not let out is not sent. It never keeps what arrived
/// from being stored: the hub would hand it out again for ever, and all mail behind it would wait.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) fn answerable(cleared: Result<Cleared, Refusal>) -> Result<Option<Cleared>, Refusal> {
    match cleared {
        Ok(cleared) => Ok(Some(cleared)),
        Err(refusal) if matches!(refusal.reason, Reason::DiskFull | Reason::Internal) => Err(refusal),
        Err(refusal) => {
            tracing::warn!(reason = %refusal.reason, "an answer was not sent");
            Ok(None)
        }
    }
}

/// What cannot be read is answered only in a class in which no refusal or notice travels.
fn may_answer(header: &Header, message: Option<&Message>) -> bool {
    match message.map(|message| message.kind) {
        None => header.class != BasisClass::NoPersonalData,
        Some(kind) => !matches!(
            kind,
            MessageKind::GateRefusal
                | MessageKind::InfoRefusal
                | MessageKind::ConsentWithdrawn
                | MessageKind::ConsentWithdrawnAnswer
        ),
    }
}

fn tell(header: &Header, message: Option<&Message>, refusal: &Refusal) -> bool {
    // Of a duty that cannot be read its sender has to learn what to mend, and no consent is behind it.
    let Some(message) = message else { return gate::lawful(header.class) };
    if header.class != BasisClass::Consent {
        // Without a consent the reason tells nothing about one; whether a thread exists here stays unsaid.
        return refusal.reason != Reason::NotFound;
    }
    let grant = message.grant.as_ref().and_then(|signed| Grant::parse(&signed.content).ok());
    grant.is_some_and(|grant| grant.issuer == header.sender || grant.counterparty == header.sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_may_not_be_sent_does_not_keep_mail_out() {
        for reason in [Reason::KeyChanged, Reason::RecipientRevoked, Reason::Pair] {
            assert_eq!(answerable(Err(Refusal::new(reason))), Ok(None));
        }
        for reason in [Reason::DiskFull, Reason::Internal] {
            assert_eq!(answerable(Err(Refusal::new(reason))), Err(Refusal::new(reason)));
        }
    }
}
