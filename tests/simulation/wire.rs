//! What passes between a node and the hub, and the links on which it may be lost.

use std::collections::{BTreeMap, VecDeque};

use wiez_node::inbox::Arrived;
use wiez_proto::grant::Withdrawal;
use wiez_proto::id::{Handle, Hash, InstitutionId};
use wiez_proto::receipt::{Receipt, Status};
use wiez_proto::refusal::Refusal;
use wiez_proto::wire::v1;

use crate::chance::Chance;

/// Streams of one session. Each keeps its order; between them there is none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Lane {
    Deposit,
    Collect,
    Call,
}

pub(crate) const LANES: [Lane; 3] = [Lane::Deposit, Lane::Collect, Lane::Call];

/// From a node to the hub.
#[derive(Clone)]
pub(crate) enum Up {
    Deposit(v1::Envelope),
    Receipt(Receipt),
    /// Registers one edge; `control` names the question in the answer.
    Edge {
        control: u64,
        handle: Handle,
        edge: Edge,
    },
    Withdraw {
        control: u64,
        withdrawal: Withdrawal,
    },
    Channels,
    Mirror {
        from: usize,
    },
}

/// A registered edge, as the hub keeps it.
#[derive(Clone, PartialEq)]
pub(crate) struct Edge {
    pub(crate) sender: InstitutionId,
    pub(crate) recipient: InstitutionId,
    pub(crate) valid_until_ms: i64,
    pub(crate) grant_hash: Hash,
    pub(crate) live: bool,
}

/// From the hub to a node.
#[derive(Clone)]
pub(crate) enum Down {
    /// The answer to a deposit; a final refusal counts as signed.
    Answer {
        hash: Hash,
        outcome: Result<(), Refusal>,
    },
    Delivery {
        envelope: v1::Envelope,
        leaf: usize,
    },
    Tombstone(Arrived),
    News(usize, News),
    Done {
        control: u64,
        outcome: Result<(), Refusal>,
    },
    /// The last accepted envelope of each channel: recipient, epoch, number, hash.
    Channels(Vec<(InstitutionId, u64, u64, Hash)>),
    Leaves {
        from: usize,
        leaves: Vec<Leaf>,
        signed_ms: i64,
    },
}

/// What a sender is told about what it sent.
#[derive(Clone)]
pub(crate) enum News {
    Receipt(Receipt),
    Status(Status),
}

/// An entry of the log.
#[derive(Clone, PartialEq)]
pub(crate) enum Leaf {
    Mail,
    Edge { handle: Handle, grant_hash: Hash },
    End(Handle),
}

impl Up {
    fn lane(&self) -> Lane {
        match self {
            Self::Deposit(_) => Lane::Deposit,
            Self::Receipt(_) => Lane::Collect,
            Self::Edge { .. } | Self::Withdraw { .. } | Self::Channels | Self::Mirror { .. } => Lane::Call,
        }
    }
}

impl Down {
    fn lane(&self) -> Lane {
        match self {
            Self::Answer { .. } => Lane::Deposit,
            Self::Delivery { .. } | Self::Tombstone(_) | Self::News(..) => Lane::Collect,
            Self::Done { .. } | Self::Channels(_) | Self::Leaves { .. } => Lane::Call,
        }
    }
}

/// One connection of a node.
struct Link {
    session: u64,
    up: BTreeMap<Lane, VecDeque<Up>>,
    down: BTreeMap<Lane, VecDeque<Down>>,
}

/// All connections, and what a broken one left behind: bytes that the hub has in its buffers
/// and may still look at, long after the node gave them up for lost.
#[derive(Default)]
pub(crate) struct Network {
    links: BTreeMap<InstitutionId, Link>,
    ghosts: Vec<VecDeque<(InstitutionId, Up)>>,
    sessions: u64,
}

/// The session of what nobody waits for any more.
pub(crate) const GONE: u64 = 0;

impl Network {
    /// Opens a connection and returns the number of its session.
    pub(crate) fn open(&mut self, who: &InstitutionId) -> u64 {
        self.sessions += 1;
        let link = Link { session: self.sessions, up: BTreeMap::new(), down: BTreeMap::new() };
        self.links.insert(who.clone(), link);
        self.sessions
    }

    pub(crate) fn is_open(&self, who: &InstitutionId) -> bool {
        self.links.contains_key(who)
    }

    /// Breaks a connection. What was on the way down is lost; of what was on the way up, the
    /// hub may have got any beginning.
    pub(crate) fn cut(&mut self, who: &InstitutionId, chance: &Chance) {
        let Some(link) = self.links.remove(who) else { return };
        for (_, mut packets) in link.up {
            packets.truncate(chance.below(packets.len() + 1));
            if !packets.is_empty() {
                self.ghosts.push(packets.into_iter().map(|up| (who.clone(), up)).collect());
            }
        }
    }

    /// A node is restored: that takes longer than bytes stay in a buffer.
    pub(crate) fn forget(&mut self, who: &InstitutionId) {
        self.ghosts.retain(|queue| queue.front().is_none_or(|(from, _)| from != who));
    }

    /// The hub's buffers are gone with its process.
    pub(crate) fn exorcise(&mut self) {
        self.ghosts.clear();
    }

    pub(crate) fn send_up(&mut self, who: &InstitutionId, up: Up) {
        if let Some(link) = self.links.get_mut(who) {
            link.up.entry(up.lane()).or_default().push_back(up);
        }
    }

    pub(crate) fn send_down(&mut self, who: &InstitutionId, session: u64, down: Down) {
        if let Some(link) = self.links.get_mut(who).filter(|link| link.session == session) {
            link.down.entry(down.lane()).or_default().push_back(down);
        }
    }

    pub(crate) fn next_up(&mut self, who: &InstitutionId, lane: Lane) -> Option<(u64, Up)> {
        let link = self.links.get_mut(who)?;
        let session = link.session;
        link.up.get_mut(&lane)?.pop_front().map(|up| (session, up))
    }

    pub(crate) fn next_down(&mut self, who: &InstitutionId, lane: Lane) -> Option<Down> {
        self.links.get_mut(who)?.down.get_mut(&lane)?.pop_front()
    }

    /// Streams on which something is on its way up, and down.
    pub(crate) fn busy(&self) -> [Vec<(InstitutionId, Lane)>; 2] {
        let mut busy = [vec![], vec![]];
        for (who, link) in &self.links {
            for lane in LANES {
                let [up, down] = &mut busy;
                up.extend(link.up.get(&lane).filter(|queue| !queue.is_empty()).map(|_| (who.clone(), lane)));
                down.extend(link.down.get(&lane).filter(|queue| !queue.is_empty()).map(|_| (who.clone(), lane)));
            }
        }
        busy
    }

    /// Something that a broken connection left in the hub's buffers.
    pub(crate) fn next_ghost(&mut self, chance: &Chance) -> Option<(InstitutionId, Up)> {
        let index = chance.below(self.ghosts.len());
        let queue = self.ghosts.get_mut(index)?;
        let ghost = queue.pop_front();
        if queue.is_empty() {
            self.ghosts.remove(index);
        }
        ghost
    }

    /// Whether nothing is on the way.
    pub(crate) fn is_still(&self) -> bool {
        let empty =
            |link: &Link| link.up.values().all(VecDeque::is_empty) && link.down.values().all(VecDeque::is_empty);
        self.links.values().all(empty) && self.ghosts.is_empty()
    }
}
