//! The channel to one recipient: which message is sealed next, at which position, and what
//! an answer of the hub means for all that wait.

use std::collections::{BTreeMap, BTreeSet};

use wiez_proto::env::Env;
use wiez_proto::envelope::Position;
use wiez_proto::id::{Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal, Retry};

use super::{Item, State};

/// Shortest and longest time before another try.
const BACKOFF_MS: (u64, u64) = (1_000, 300_000);

/// Full jitter: anything up to a ceiling that doubles with each attempt, at most 5 minutes.
#[must_use]
pub fn backoff_ms(env: &Env, attempts: u32) -> u64 {
    let (first, most) = BACKOFF_MS;
    let ceiling = first.saturating_mul(1_u64.checked_shl(attempts.min(20)).unwrap_or(u64::MAX)).min(most);
    env.below(ceiling).saturating_add(1)
}

/// Where the channel stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Generation, from 1.
    pub epoch: u64,
    /// Largest number of this generation ever signed; none is signed twice.
    pub used_seq: u64,
    /// Number of the last accepted envelope of this generation, 0 before the first.
    pub accepted_seq: u64,
    /// Hash of the last accepted envelope.
    pub accepted: Hash,
    /// The hub may have accepted something that is not known here: ask before sealing.
    pub unsure: bool,
    /// Why nothing is sent any more until a person has looked.
    pub stopped: Option<Reason>,
}

impl Head {
    /// A channel on which nothing was sent yet.
    #[must_use]
    pub const fn new(epoch: u64) -> Self {
        Self { epoch, used_seq: 0, accepted_seq: 0, accepted: Hash::ZERO, unsure: false, stopped: None }
    }
}

/// The last accepted envelope of the channel as the hub shows it, its signature being ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Its generation.
    pub epoch: u64,
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
    /// Whether this node remembers having sealed it.
    pub known: bool,
}

/// What the loop is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Seal this message at this position, store the bytes, then call [`Channel::sealed`].
    Seal(MessageId, Position),
    /// Write these stored bytes to the hub.
    Write(MessageId, Hash),
    /// Ask the hub where the channel stands, then call [`Channel::shown`].
    AskHead,
}

/// What a refusal means for the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It waits for another try under a higher number.
    Again,
    /// It is over.
    Ended,
}

/// The channel with everything that waits in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// To whom.
    pub recipient: InstitutionId,
    /// Where it stands.
    pub head: Head,
    /// All that is sealed, and what may be sealed next.
    pub items: Vec<Item>,
}

impl Channel {
    /// What is due. At most one [`Action::Seal`] is returned, because the next position depends
    /// on its hash; `in_flight` are hashes already written on the open stream.
    #[must_use]
    pub fn turn(&self, now_ms: i64, in_flight: &BTreeSet<Hash>) -> Vec<Action> {
        if self.head.stopped.is_some() {
            return Vec::new();
        }
        if self.head.unsure {
            return vec![Action::AskHead];
        }
        let mut actions: Vec<Action> = self.writes(in_flight).collect();
        let sealed = self.sealed_items();
        // Bytes of an earlier life are answered before a new life begins.
        let earlier = sealed.iter().any(|(at, _)| at.epoch < self.head.epoch);
        if !earlier && sealed.len() < limits::MAX_UNANSWERED_PER_CHANNEL {
            actions.extend(self.next(now_ms).map(|item| Action::Seal(item.message_id, self.position())));
        }
        actions
    }

    fn writes<'a>(&'a self, in_flight: &'a BTreeSet<Hash>) -> impl Iterator<Item = Action> + 'a {
        let due = self.sealed_items().into_iter().filter_map(|(_, item)| Some((item.message_id, item.hash?)));
        due.filter(|(_, hash)| !in_flight.contains(hash)).map(|(id, hash)| Action::Write(id, hash))
    }

    /// The most urgent, then oldest message that may be sealed now. Nothing overtakes an older
    /// message of its own thread, also while that one waits for another try, because the order
    /// in a thread is promised; a thread is as urgent as the most urgent message in it.
    fn next(&self, now_ms: i64) -> Option<&Item> {
        let mut threads: BTreeMap<ThreadId, (u8, &Item)> = BTreeMap::new();
        for item in self.items.iter().filter(|item| item.state == State::Queued && !item.lapsed(now_ms)) {
            let (urgency, first) = threads.entry(item.thread).or_insert((item.urgency, item));
            *urgency = item.urgency.min(*urgency);
            if item.order < first.order {
                *first = item;
            }
        }
        let ready = threads.into_values().filter(|(_, first)| !first.held && first.next_try_ms <= now_ms);
        ready.min_by_key(|(urgency, first)| (*urgency, first.order)).map(|(_, first)| first)
    }

    /// Sealed items in the order of their positions.
    fn sealed_items(&self) -> Vec<(Position, &Item)> {
        let sealed = self.items.iter().filter(|item| item.state == State::Sealed);
        let mut sealed: Vec<_> = sealed.filter_map(|item| Some((item.at?, item))).collect();
        sealed.sort_by_key(|(at, _)| (at.epoch, at.seq));
        sealed
    }

    /// The next position: one above every number ever signed, after the last sealed envelope.
    fn position(&self) -> Position {
        let last =
            self.sealed_items().last().filter(|(at, _)| at.seq > self.head.accepted_seq).and_then(|(_, i)| i.hash);
        Position { epoch: self.head.epoch, seq: self.head.used_seq + 1, prev: last.unwrap_or(self.head.accepted) }
    }

    /// A message was sealed; its bytes are about to be stored with this.
    pub fn sealed(&mut self, id: MessageId, at: Position, hash: Hash) {
        self.head.used_seq = self.head.used_seq.max(at.seq);
        if let Some(item) = self.items.iter_mut().find(|item| item.message_id == id) {
            item.state = State::Sealed;
            item.at = Some(at);
            item.hash = Some(hash);
        }
    }

    /// The hub's receipt is here. Returns the message, `None` when its bytes were given up.
    pub fn accepted(&mut self, hash: Hash) -> Option<&Item> {
        let item = self.items.iter_mut().find(|item| item.state == State::Sealed && item.hash == Some(hash))?;
        item.state = State::Accepted;
        item.reason = None;
        if let Some(at) = item.at
            && at.epoch == self.head.epoch
            && at.seq > self.head.accepted_seq
        {
            self.head.accepted_seq = at.seq;
            self.head.accepted = hash;
        }
        Some(item)
    }

    /// The hub refused. The sealed bytes are dead, and so is everything sealed after them.
    /// `attested` tells whether a final reason carried the hub's good signature.
    pub fn refused(&mut self, hash: Hash, refusal: &Refusal, attested: bool, env: &Env) -> Option<(&Item, Fate)> {
        let found = |item: &Item| item.state == State::Sealed && item.hash == Some(hash);
        let index = self.items.iter().position(found)?;
        let item = self.items.get_mut(index)?;
        let earlier = item.at.is_some_and(|at| at.epoch < self.head.epoch);
        let misplaced = matches!(refusal.reason, Reason::PrevMismatch | Reason::SeqUsed);
        let fate = fate(refusal.reason, attested);
        item.reason = Some(refusal.reason);
        item.attempts = item.attempts.saturating_add(1);
        match fate {
            Fate::Ended if refusal.reason == Reason::Expired => item.state = State::Expired,
            Fate::Ended => item.state = State::Refused,
            Fate::Again => {
                item.state = State::Queued;
                item.at = None;
                item.hash = None;
                let pause = if misplaced { 0 } else { backoff_ms(env, item.attempts) };
                let pause = pause.max(refusal.retry_after_ms.unwrap_or(0));
                item.next_try_ms = env.now_ms().saturating_add(i64::try_from(pause).unwrap_or(i64::MAX));
            }
        }
        // What this node believes of the channel is wrong if the hub could not place it.
        self.head.unsure |= misplaced && !earlier;
        self.drop_dead();
        self.items.get(index).map(|item| (item, fate))
    }

    /// The hub showed the channel. `epochs_max` is the largest generation of any channel.
    ///
    /// # Errors
    /// `LOG_INCONSISTENT` when the hub has lost what it had accepted; the channel stops.
    pub fn shown(&mut self, shown: Option<Shown>, epochs_max: u64) -> Result<(), Refusal> {
        let head = &mut self.head;
        let lost = match shown {
            None => head.accepted != Hash::ZERO,
            Some(shown) if shown.hash == head.accepted => false,
            // A channel without an accepted envelope has nothing to lose, whatever its generation.
            Some(shown) => head.accepted != Hash::ZERO && (shown.epoch, shown.seq) <= (head.epoch, head.accepted_seq),
        };
        if lost {
            head.stopped = Some(Reason::LogInconsistent);
            return Err(Refusal::new(Reason::LogInconsistent).with("institution", &self.recipient));
        }
        head.unsure = false;
        if let Some(shown) = shown.filter(|shown| shown.hash != head.accepted) {
            head.accepted = shown.hash;
            if shown.known && shown.epoch == head.epoch {
                head.accepted_seq = shown.seq;
            } else {
                // This node was restored or installed anew: a new life begins after the old one.
                head.epoch = epochs_max.max(head.epoch).max(shown.epoch) + 1;
                head.accepted_seq = 0;
                head.used_seq = 0;
            }
        }
        self.drop_dead();
        Ok(())
    }

    /// Gives up sealed bytes whose `prev` can never be accepted; their content is sealed anew.
    fn drop_dead(&mut self) {
        if self.head.unsure {
            return;
        }
        let (epoch, accepted_seq) = (self.head.epoch, self.head.accepted_seq);
        let mut expected = self.head.accepted;
        let mut dead = BTreeSet::new();
        for (at, item) in self.sealed_items() {
            if at.epoch < epoch || at.seq <= accepted_seq {
                continue;
            }
            match item.hash {
                Some(hash) if at.prev == expected => expected = hash,
                _ => {
                    dead.insert(item.message_id);
                }
            }
        }
        for item in self.items.iter_mut().filter(|item| dead.contains(&item.message_id)) {
            item.state = State::Queued;
            item.at = None;
            item.hash = None;
        }
    }

    /// A message may not be sealed now. It ends when its recipient or its consent is gone, which
    /// the result tells; otherwise it waits and is looked at again.
    pub fn withheld(&mut self, id: MessageId, reason: Reason, env: &Env) -> bool {
        let Some(item) = self.items.iter_mut().find(|item| item.message_id == id) else { return false };
        item.reason = Some(reason);
        item.attempts = item.attempts.saturating_add(1);
        let pause = i64::try_from(backoff_ms(env, item.attempts)).unwrap_or(i64::MAX);
        item.next_try_ms = env.now_ms().saturating_add(pause);
        // Its consent has ended, or it is too large or of an impossible life: waiting cannot help.
        let ended = matches!(
            reason,
            Reason::RecipientRevoked
                | Reason::ConsentMissing
                | Reason::ConsentWithdrawn
                | Reason::ConsentExpired
                | Reason::Giver
                | Reason::ParentsInConflict
                | Reason::TooLarge
                | Reason::Ttl
                | Reason::BadBucket
        );
        if ended {
            item.state = State::Refused;
        }
        ended
    }

    /// Ends what can no longer be delivered in time. Returns those messages.
    pub fn expire(&mut self, now_ms: i64) -> Vec<MessageId> {
        self.items.iter_mut().filter_map(|item| item.expire(now_ms).then_some(item.message_id)).collect()
    }
}

fn fate(reason: Reason, attested: bool) -> Fate {
    // A fresh seal cures these: another position, the newest keys, a new sealing time.
    let curable = matches!(reason, Reason::PrevMismatch | Reason::SeqUsed | Reason::KeyUnknown | Reason::ClockSkew);
    // A final "no" counts only under the hub's signature.
    let over = attested && !curable && reason.retry() != Retry::Later;
    if over { Fate::Ended } else { Fate::Again }
}

#[cfg(test)]
mod tests;
