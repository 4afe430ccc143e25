//! Keeps apart what a family must not learn of: which cases are hidden, and ids that tell nothing of other cases.

use wiez_proto::env::Env;
use wiez_proto::id::{InstitutionId, MessageId, ThreadId};
use wiez_proto::policy::{Policy, Row};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::MessageKind;

use super::file::new_number;
use crate::Node;
use crate::gate::{self, Party};
use crate::message::Message;
use crate::store::{self, Conn};

/// The row that this institution's own table has for a message of which it is a party, also when
/// the other's table differs; none where it has none.
pub(crate) fn own_row(node: &Node, message: &Message) -> Option<&'static Row> {
    let directory = node.directory();
    let party = |id: &InstitutionId| {
        let entry = if id == node.id() { Some(node.me()) } else { directory.get(id).map(|peer| &peer.entry) };
        entry.map(Party::from)
    };
    gate::row(Policy::shipped(), message, &party(&message.sender)?, &party(&message.recipient)?).ok()
}

/// Whether the case that a message opens is kept apart from everything that the person concerned
/// may see. Where no row fits, one row of the kind that hides is enough.
pub(crate) fn hidden(message: &Message, row: Option<&Row>) -> bool {
    row.map_or_else(|| hides(message.kind), Row::hidden)
}

/// Whether one row of the kind hides. The kinds that open a case hide in every row or in none.
pub(super) fn hides(kind: MessageKind) -> bool {
    Policy::shipped().rows().iter().any(|row| row.kind == kind && row.hidden())
}

/// By what a new conversation is named.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    /// The case here, which nobody has.
    pub(crate) number: String,
    /// The conversation.
    pub(crate) thread: ThreadId,
    /// Its first message.
    pub(crate) message_id: MessageId,
}

/// Names a conversation that begins here.
///
/// Every id comes from a random stream that belongs to this one object. On a test's clock it
/// depends on what the conversation is about and when it begins, and never on how many other
/// objects there are; on a real clock it is the system's randomness.
///
/// # Errors
/// `INTERNAL`.
pub(crate) async fn opening(
    node: &Node,
    conn: &mut Conn,
    kind: MessageKind,
    subject_ref: &str,
    to: &InstitutionId,
) -> Result<Opening, Refusal> {
    let (stream, number) = number(node, conn, &[kind.code(), subject_ref, to.as_str()]).await?;
    Ok(Opening { number, thread: ThreadId::random(&stream), message_id: MessageId::random(&stream) })
}

/// Numbers a case for a conversation that another institution began.
///
/// # Errors
/// `INTERNAL`.
pub(crate) async fn arrived(node: &Node, conn: &mut Conn, message: &Message) -> Result<String, Refusal> {
    let thread = message.thread.to_string();
    number(node, conn, &["", &thread, message.sender.as_str()]).await.map(|(_, number)| number)
}

async fn number(node: &Node, conn: &mut Conn, what: &[&str]) -> Result<(Env, String), Refusal> {
    let now = node.env().now_ms().to_string();
    let mut attempt = 0_u64;
    loop {
        let stream = stream(node, "case", &[what, &[now.as_str(), &attempt.to_string()]].concat());
        let number = new_number(&stream, 'W');
        if store::casework::get(conn, &number).await?.is_none() {
            return Ok((stream, number));
        }
        attempt += 1;
    }
}

/// The id of the next message of a case.
///
/// # Errors
/// `INTERNAL`.
pub(crate) async fn next_message(node: &Node, conn: &mut Conn, number: &str) -> Result<MessageId, Refusal> {
    let count = store::casework::messages(conn, number).await?.len().to_string();
    Ok(MessageId::random(&stream(node, "message", &[number, &count])))
}

/// The randomness of one object of this institution.
pub(crate) fn stream(node: &Node, label: &str, key: &[&str]) -> Env {
    let mut bytes = vec![];
    for part in std::iter::once(&node.id().as_str()).chain(key) {
        // Lengths keep two different lists of parts from being the same bytes.
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    node.env().stream(label, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_family_must_not_learn_of_is_hidden_also_without_a_row() {
        use MessageKind as K;
        let secret = [
            K::Signal,
            K::Alert,
            K::NkA,
            K::NkADispatch,
            K::NkBRecord,
            K::NkNote,
            K::NkMove,
            K::CrimeNotice,
            K::CourtNotice,
            K::PoliceQuery,
            K::FeedbackMin,
        ];
        for kind in secret {
            assert!(hides(kind), "{kind}");
        }
        for kind in [K::Referral, K::InfoRequest, K::KuratorQuery, K::TransferCase, K::MediationRequest, K::ConsultAnon]
        {
            assert!(!hides(kind), "{kind}");
        }
        let rows = Policy::shipped().rows().iter();
        let mixed: Vec<_> = rows.filter(|row| row.hidden() != hides(row.kind)).map(|row| row.kind).collect();
        assert!(
            mixed.iter().all(|kind| *kind == K::InfoReply),
            "only answers stand where their question does: {mixed:?}"
        );
    }
}
