//! The push side of a node: controls, seals, writes, and what the hub answers.

use std::collections::BTreeSet;

use wiez_node::gate::Cleared;
use wiez_node::outbox::{Action, Channel, Fate, Item, Shown, State, backoff_ms};
use wiez_node::referral::Event;
use wiez_proto::envelope::{self, Position};
use wiez_proto::id::{Hash, InstitutionId, MessageId};
use wiez_proto::receipt::{EndCause, Receipt, Status};
use wiez_proto::refusal::{Refusal, Retry};
use wiez_proto::vocab::Urgency;

use super::{Control, Member, event_of};
use crate::cast::cast;
use crate::hub::is_signed;
use crate::promises::{Fact, Flaw};
use crate::wire::{News, Up};

impl Member {
    /// Puts a cleared message into the outbox.
    pub(super) fn enqueue(&mut self, cleared: &Cleared) -> MessageId {
        let message = cleared.message();
        let order = self.disk.items.values().map(|item| item.order).max().unwrap_or(0) + 1;
        let urgency = Urgency::ALL.iter().position(|known| *known == message.urgency).unwrap_or(0);
        let item = Item {
            message_id: message.message_id,
            recipient: message.recipient.clone(),
            class: message.class,
            handle: message.handle,
            thread: message.thread,
            urgency: u8::try_from(urgency).unwrap_or(u8::MAX),
            order,
            expires_ms: message.expires_ms,
            state: State::Queued,
            at: None,
            hash: None,
            attempts: 0,
            next_try_ms: self.env.now_ms(),
            reason: None,
            held: false,
        };
        self.disk.letters.insert(item.message_id, message.clone());
        self.disk.items.insert(item.message_id, item);
        message.message_id
    }

    /// One turn of the push loop: what was sealed is on disk before this returns.
    pub(crate) fn push(&mut self) -> Vec<Up> {
        let now_ms = self.env.now_ms();
        let Some(session) = &mut self.session else { return vec![] };
        if !session.placed || session.control.is_some() {
            return vec![];
        }
        if let Some((id, control)) = due(&self.disk.controls, now_ms) {
            session.control = Some(id);
            return vec![control];
        }
        let in_flight = session.in_flight.clone();
        let waits = |item: &&Item| matches!(item.state, State::Queued | State::Sealed);
        let to: BTreeSet<InstitutionId> =
            self.disk.items.values().filter(waits).map(|item| item.recipient.clone()).collect();
        let (mut ups, mut ask) = (vec![], false);
        for recipient in to {
            let mut channel = self.channel(&recipient);
            for id in channel.expire(now_ms) {
                self.tell(&id, Some(&Event::TimedOut));
            }
            self.seal_all(&mut channel, &in_flight);
            let actions = channel.turn(now_ms, &in_flight);
            self.save(channel);
            for action in actions {
                match action {
                    Action::Write(id, hash) => ups.extend(self.write(id, hash)),
                    Action::AskHead => ask = true,
                    Action::Seal(..) => {}
                }
            }
        }
        let flying = self.session.as_ref().is_some_and(|session| !session.in_flight.is_empty());
        if ask && in_flight.is_empty() && !flying {
            self.session.iter_mut().for_each(|session| session.placed = false);
            ups.push(Up::Channels);
        }
        ups
    }

    fn write(&mut self, id: MessageId, hash: Hash) -> Option<Up> {
        let envelope = self.disk.sealed.get(&hash)?.clone();
        let handle = self.disk.items.get(&id)?.handle;
        self.facts.push(Fact::Wrote { by: self.id().clone(), handle });
        self.session.iter_mut().for_each(|session| {
            session.in_flight.insert(hash);
        });
        Some(Up::Deposit(envelope))
    }

    fn seal_all(&mut self, channel: &mut Channel, in_flight: &BTreeSet<Hash>) {
        loop {
            let next = channel.turn(self.env.now_ms(), in_flight).into_iter().find_map(|action| match action {
                Action::Seal(id, at) => Some((id, at)),
                Action::Write(..) | Action::AskHead => None,
            });
            let Some((id, at)) = next else { return };
            match self.seal(&channel.recipient, id, at) {
                Ok(envelope) => {
                    let (by, to, hash) = (self.id().clone(), channel.recipient.clone(), envelope.hash());
                    self.facts.push(Fact::Sealed { by, to, at, hash });
                    self.disk.sealed.insert(hash, envelope.to_wire());
                    channel.sealed(id, at, hash);
                }
                Err(refusal) => {
                    if channel.withheld(id, refusal.reason, &self.env) {
                        self.tell(&id, Some(&event_of(refusal.reason)));
                    }
                }
            }
        }
    }

    fn seal(&self, to: &InstitutionId, id: MessageId, position: Position) -> Result<envelope::Envelope, Refusal> {
        let letter = self.disk.letters.get(&id).unwrap();
        let draft = envelope::Draft {
            message_id: id,
            sender: self.id().clone(),
            recipient: to.clone(),
            position,
            class: letter.class,
            handle: letter.handle,
            created_ms: self.env.now_ms(),
            expires_ms: letter.expires_ms,
        };
        let key = cast().get(to).unwrap().sealing.public();
        envelope::seal(&self.env, &cast().region, &self.actor.signing, key, &draft, letter.to_content())
    }

    /// The hub answered a deposit.
    pub(super) fn answered(&mut self, hash: Hash, outcome: &Result<(), Refusal>) {
        self.session.iter_mut().for_each(|session| {
            session.in_flight.remove(&hash);
        });
        let Some(item) = self.by_hash(&hash) else { return };
        let mut channel = self.channel(&item.recipient);
        let (mut confirmed, mut event) = (None, None);
        match outcome {
            Ok(()) => {
                confirmed = channel.accepted(hash).map(|item| item.message_id);
                event = confirmed.map(|_| Event::Accepted);
            }
            Err(refusal) => {
                if let Some((_, Fate::Ended)) = channel.refused(hash, refusal, is_signed(refusal), &self.env) {
                    event = Some(event_of(refusal.reason));
                }
            }
        }
        self.save(channel);
        self.disk.confirmed.extend(confirmed);
        self.tell(&item.message_id, event.as_ref());
    }

    fn by_hash(&self, hash: &Hash) -> Option<Item> {
        self.disk.items.values().find(|item| item.hash == Some(*hash)).cloned()
    }

    /// The hub showed the channels: bring ours into line before anything else is sent.
    pub(super) fn placed(&mut self, shown: &[(InstitutionId, u64, u64, Hash)]) {
        let of = |to: &InstitutionId| {
            let (_, epoch, seq, hash) = shown.iter().find(|(who, ..)| who == to)?;
            let known = self.by_hash(hash).is_some_and(|item| item.recipient == *to);
            Some(Shown { epoch: *epoch, seq: *seq, hash: *hash, known })
        };
        let to: BTreeSet<&InstitutionId> = self.disk.heads.keys().chain(shown.iter().map(|(to, ..)| to)).collect();
        let places: Vec<(InstitutionId, Option<Shown>)> = to.into_iter().map(|to| (to.clone(), of(to))).collect();
        for (to, shown) in places {
            let mut channel = self.channel(&to);
            if channel.head.stopped.is_some() {
                continue;
            }
            if let Err(refusal) = channel.shown(shown, self.epochs_max()) {
                self.alarms.push(format!("{} → {to}: {refusal}", self.id()));
            }
            let last = shown.map_or((channel.head.epoch, 0), |shown| (shown.epoch, shown.seq));
            self.save(channel);
            self.settle_stopped(&to, last);
        }
        self.session.iter_mut().for_each(|session| session.placed = true);
    }

    /// What a local withdrawal stopped and the hub never accepted did not leave.
    fn settle_stopped(&mut self, to: &InstitutionId, (epoch, seq): (u64, u64)) {
        let never = |item: &&Item| {
            item.recipient == *to
                && item.state == State::Uncertain
                && !self.disk.confirmed.contains(&item.message_id)
                && item.at.is_some_and(|at| at.epoch == epoch && at.seq > seq)
        };
        let items: Vec<Item> = self.disk.items.values().filter(never).cloned().collect();
        for mut item in items {
            if item.ended_by_hub(false, EndCause::Withdrawn) {
                self.tell(&item.message_id, Some(&Event::ConsentEnded));
                self.put(item);
            }
        }
    }

    /// The hub answered a question outside envelopes.
    pub(super) fn done(&mut self, id: u64, outcome: &Result<(), Refusal>) {
        self.session
            .iter_mut()
            .filter(|session| session.control == Some(id))
            .for_each(|session| session.control = None);
        match outcome {
            Err(refusal) if refusal.reason.retry() == Retry::Later => {
                let pause = i64::try_from(backoff_ms(&self.env, 1)).unwrap_or(i64::MAX);
                let at = self.env.now_ms().saturating_add(pause);
                self.disk.controls.get_mut(&id).into_iter().for_each(|control| control.next_try_ms = at);
            }
            Err(refusal) => {
                self.disk.controls.remove(&id);
                self.alarms.push(format!("{}: the hub refused an edge or a withdrawal: {refusal}", self.id()));
            }
            Ok(()) => {
                self.disk.controls.remove(&id);
            }
        }
    }

    /// News about something that this node sent; each counts once.
    pub(super) fn heard(&mut self, cursor: usize, news: &News) {
        if cursor <= self.disk.cursor {
            return;
        }
        self.disk.cursor = cursor;
        match news {
            News::Receipt(receipt) => self.confirmed_by(receipt),
            News::Status(status) => self.ended_by(status),
        }
    }

    fn confirmed_by(&mut self, receipt: &Receipt) {
        if !receipt.unknown_prevs.is_empty() || !receipt.forked_prevs.is_empty() {
            self.facts.push(Fact::Gap);
        }
        for hash in &receipt.envelope_hashes {
            let Some(mut item) = self.by_hash(hash).filter(|item| item.recipient == receipt.recipient) else {
                continue;
            };
            let before = item.state;
            if item.received() {
                self.unsure_after(&item, before);
                self.tell(&item.message_id, Some(&Event::Received));
                self.put(item);
            }
        }
    }

    fn ended_by(&mut self, status: &Status) {
        let Some(mut item) = self.by_hash(&status.envelope_hash) else { return };
        let before = item.state;
        if item.ended_by_hub(status.uncertain, status.cause) {
            self.unsure_after(&item, before);
            let event = match status.cause {
                EndCause::Withdrawn => Some(Event::ConsentEnded),
                EndCause::Expired | EndCause::Revoked => (!status.uncertain).then_some(Event::TimedOut),
            };
            self.tell(&item.message_id, event.as_ref());
            self.put(item);
        }
    }

    /// News about an envelope whose hub receipt never came also says that the hub had taken it.
    fn unsure_after(&mut self, item: &Item, before: State) {
        if before == State::Sealed {
            self.disk.heads.get_mut(&item.recipient).into_iter().for_each(|head| head.unsure = true);
        }
    }

    /// Queues something to be said to the hub outside envelopes.
    pub(super) fn control(&mut self, grant_hash: Hash, ends: bool, ask: impl FnOnce(u64) -> Up) {
        self.disk.control_ids += 1;
        let id = self.disk.control_ids;
        self.disk.controls.insert(id, Control { grant_hash, ends, ask: ask(id), next_try_ms: self.env.now_ms() });
    }

    /// Whether a deliberate flaw of this run is on.
    pub(super) fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }
}

/// Withdrawals first, each after the edges of its grant; then other edges.
fn due(controls: &std::collections::BTreeMap<u64, Control>, now_ms: i64) -> Option<(u64, Up)> {
    let ending: BTreeSet<Hash> =
        controls.values().filter(|control| control.ends).map(|control| control.grant_hash).collect();
    let ready = controls.iter().filter(|(_, control)| control.next_try_ms <= now_ms);
    let first = ready.min_by_key(|(id, control)| (!ending.contains(&control.grant_hash), control.ends, **id));
    first.map(|(id, control)| (*id, control.ask.clone()))
}
