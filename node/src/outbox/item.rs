//! One message in the outbox and the states it passes through.

use wiez_proto::envelope::Position;
use wiez_proto::id::{Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::limits;
use wiez_proto::receipt::EndCause;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::BasisClass;

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Waits to be sealed.
    Queued,
    /// Sealed bytes and position are on disk; the hub's answer is awaited.
    Sealed,
    /// The hub's receipt is here; the recipient's is awaited.
    Accepted,
    /// The recipient's receipt is here. Final.
    Received,
    /// Refused for good by the hub or, as unverifiable, by the recipient. Final.
    Refused,
    /// Ended before it left the hub or this node. Final.
    Blocked,
    /// Ended, but it may have been delivered; a receipt that still arrives wins.
    Uncertain,
    /// Its time to live ended in this outbox. Final.
    Expired,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Sealed,
        Self::Accepted,
        Self::Received,
        Self::Refused,
        Self::Blocked,
        Self::Uncertain,
        Self::Expired,
    ];

    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sealed => "sealed",
            Self::Accepted => "accepted",
            Self::Received => "received",
            Self::Refused => "refused",
            Self::Blocked => "blocked",
            Self::Uncertain => "uncertain",
            Self::Expired => "expired",
        }
    }

    /// Reads the name in the database.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether the content is still needed under the node's own key: it may have to be sealed again. From the hub's
    /// receipt on it is only in its case, under a key that a signed-in worker holds.
    #[must_use]
    pub const fn keeps_content(self) -> bool {
        match self {
            Self::Queued | Self::Sealed => true,
            Self::Accepted | Self::Received | Self::Refused | Self::Blocked | Self::Uncertain | Self::Expired => false,
        }
    }
}

/// One message in the outbox, without its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Kept while the content is unchanged.
    pub message_id: MessageId,
    /// Whose channel it takes.
    pub recipient: InstitutionId,
    /// Why it may pass.
    pub class: BasisClass,
    /// The consent edge, for class consent.
    pub handle: Option<Handle>,
    /// The conversation that it belongs to; in it nothing overtakes anything.
    pub thread: ThreadId,
    /// 0 is the most urgent.
    pub urgency: u8,
    /// Grows with each message; the older goes first among equally urgent ones.
    pub order: i64,
    /// After this it is not sent any more.
    pub expires_ms: i64,
    /// How far it has come.
    pub state: State,
    /// Its position, once sealed. Erased with the bytes.
    pub at: Option<Position>,
    /// Hash of the sealed envelope, once sealed. Kept as evidence when the bytes went.
    pub hash: Option<Hash>,
    /// How often it was refused.
    pub attempts: u32,
    /// Not sealed before this time.
    pub next_try_ms: i64,
    /// The newest refusal or why it ended.
    pub reason: Option<Reason>,
    /// An edge of its grant is not registered yet.
    pub held: bool,
}

impl Item {
    /// A local withdrawal stops it. True when no byte can have left this node.
    pub fn stop(&mut self) -> bool {
        let certain = self.state != State::Sealed;
        self.state = if certain { State::Blocked } else { State::Uncertain };
        self.reason = Some(Reason::ConsentWithdrawn);
        certain
    }

    /// Too little time is left for an envelope of the shortest permitted life.
    #[must_use]
    pub const fn lapsed(&self, now_ms: i64) -> bool {
        self.expires_ms.saturating_sub(now_ms) < limits::TTL_MIN_MS
    }

    /// It can no longer be delivered in time. True when it still waited to be sealed.
    pub fn expire(&mut self, now_ms: i64) -> bool {
        let late = matches!(self.state, State::Queued) && self.lapsed(now_ms);
        if late {
            self.state = State::Expired;
            self.reason = Some(Reason::Expired);
        }
        late
    }

    /// The recipient's receipt names it. True when that is news; it wins over everything that
    /// the hub said before.
    pub fn received(&mut self) -> bool {
        match self.state {
            State::Queued | State::Received => false,
            State::Sealed | State::Accepted | State::Refused | State::Blocked | State::Uncertain | State::Expired => {
                self.state = State::Received;
                self.reason = None;
                true
            }
        }
    }

    /// The hub says that it ended. True when that is news.
    pub fn ended_by_hub(&mut self, uncertain: bool, cause: EndCause) -> bool {
        match self.state {
            State::Sealed | State::Accepted | State::Uncertain => {
                let next = if uncertain { State::Uncertain } else { State::Blocked };
                let news = self.state != next;
                self.state = next;
                self.reason = Some(match cause {
                    EndCause::Withdrawn => Reason::ConsentWithdrawn,
                    EndCause::Expired => Reason::Expired,
                    EndCause::Revoked => Reason::RecipientRevoked,
                });
                news
            }
            State::Queued | State::Received | State::Refused | State::Blocked | State::Expired => false,
        }
    }

    /// The recipient says that it cannot be verified. True when that is news.
    pub fn refused_by_recipient(&mut self) -> bool {
        match self.state {
            State::Sealed | State::Accepted | State::Uncertain => {
                self.state = State::Refused;
                self.reason = Some(Reason::Unverifiable);
                true
            }
            State::Queued | State::Received | State::Refused | State::Blocked | State::Expired => false,
        }
    }
}
