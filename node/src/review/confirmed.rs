//! A second person's yes to exactly one message.

use wiez_proto::envelope::sha256;
use wiez_proto::id::Hash;

use crate::message::Message;

/// That a second person agreed to exactly this message. Only a review makes it, and nothing stores it:
/// it lives as long as the transaction that judges the message once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    digest: Hash,
    by: String,
    at_ms: i64,
}

impl Confirmed {
    /// The yes of a worker to a kept draft.
    pub(super) fn new(message: &Message, by: &str, at_ms: i64) -> Self {
        Self { digest: digest(message), by: by.to_owned(), at_ms }
    }

    /// A yes for tests of the gate.
    #[cfg(test)]
    pub(crate) fn of(message: &Message) -> Self {
        Self::new(message, "B. Lis", 1)
    }

    /// Whether it is the yes to this message: id, parties, class, kind, purpose, urgency, conversation,
    /// statement and payload are those that were kept. What the gate itself fills in does not count:
    /// policy row, grant and handle, nor the day on which it expires, nor its author's signature over all of it.
    #[must_use]
    pub fn covers(&self, message: &Message) -> bool {
        self.digest == digest(message)
    }

    /// Who agreed.
    #[must_use]
    pub fn by(&self) -> &str {
        &self.by
    }

    /// When, milliseconds since 1970.
    #[must_use]
    pub const fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

fn digest(message: &Message) -> Hash {
    let bare = Message {
        policy_row: Hash::ZERO,
        grant: None,
        handle: None,
        checkpoint: String::new(),
        signature: None,
        categories: message.payload.categories(),
        asked: message.payload.asked(),
        ..message.clone()
    };
    Hash::new(sha256(&[&bare.to_bytes()]))
}
