//! A node in memory: the real rules of outbox, inbox, gate and referral on a value that can crash.

mod receiving;
mod sending;
mod working;

use std::collections::{BTreeMap, BTreeSet};

use wiez_node::inbox::{Mark, Outcome};
use wiez_node::message::Message;
use wiez_node::outbox::{Channel, Head, Item, State};
use wiez_node::referral::{Event, Referral, Side, Timing, step};
use wiez_proto::env::Env;
use wiez_proto::grant::Grant;
use wiez_proto::id::{Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::receipt::Receipt;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisClass, ReferralStatus};
use wiez_proto::wire::v1;

use crate::cast::Actor;
use crate::letters::Paper;
use crate::promises::{Fact, Flaw};
use crate::wire::{Down, Leaf, Up};

/// One referral as one side sees it.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) peer: InstitutionId,
    pub(crate) stand: Referral,
    timing: Timing,
    /// The message that opened it.
    pub(crate) principal: MessageId,
    /// The edges under which it runs.
    handles: BTreeSet<Handle>,
    /// What the provider said, in its order, with the message that said it.
    pub(crate) said: Vec<(MessageId, ReferralStatus)>,
    /// What the referrer heard, in the order in which it came.
    pub(crate) heard: Vec<ReferralStatus>,
}

/// Received content.
#[derive(Clone)]
pub(crate) struct Received {
    message: Message,
    leaf: usize,
    opened_ms: Option<i64>,
}

/// What a node remembers of an envelope or tombstone that came.
#[derive(Clone)]
struct Seen {
    sender: InstitutionId,
    message_id: MessageId,
    prev: Hash,
    outcome: Outcome,
    receipt: i64,
}

/// Something to be said to the hub outside envelopes.
#[derive(Clone)]
struct Control {
    grant_hash: Hash,
    ends: bool,
    ask: Up,
    next_try_ms: i64,
}

/// What survives a crash. A copy of it is a backup.
#[derive(Clone, Default)]
pub(crate) struct Disk {
    heads: BTreeMap<InstitutionId, Head>,
    pub(crate) items: BTreeMap<MessageId, Item>,
    letters: BTreeMap<MessageId, Message>,
    sealed: BTreeMap<Hash, v1::Envelope>,
    /// Messages for which the hub's receipt came.
    confirmed: BTreeSet<MessageId>,
    controls: BTreeMap<u64, Control>,
    control_ids: u64,
    pub(crate) papers: Vec<Paper>,
    log: Vec<Leaf>,
    log_ms: i64,
    seen: BTreeMap<Hash, Seen>,
    high: BTreeMap<InstitutionId, Mark>,
    receipts: Vec<Receipt>,
    received: BTreeMap<(InstitutionId, MessageId), Received>,
    /// By thread; true on the provider's side.
    pub(crate) cases: BTreeMap<(ThreadId, bool), Case>,
    pub(crate) cursor: usize,
}

/// What a connection knows; gone with it.
#[derive(Default)]
struct Session {
    /// The hub showed where the channels stand.
    placed: bool,
    in_flight: BTreeSet<Hash>,
    /// The question outside envelopes that waits for its answer.
    control: Option<u64>,
    /// Deliveries that wait for a newer part of the log.
    waiting: Vec<Down>,
}

pub(crate) struct Member {
    pub(crate) actor: &'static Actor,
    pub(crate) env: Env,
    pub(crate) disk: Disk,
    session: Option<Session>,
    backup: Option<Disk>,
    pub(crate) facts: Vec<Fact>,
    /// Channels that stopped for a person to look at.
    pub(crate) alarms: Vec<String>,
    flaw: Flaw,
}

impl Member {
    pub(crate) fn new(actor: &'static Actor, env: Env, flaw: Flaw) -> Self {
        let disk = Disk::default();
        Self { actor, env, disk, session: None, backup: None, facts: vec![], alarms: vec![], flaw }
    }

    pub(crate) fn id(&self) -> &InstitutionId {
        &self.actor.id
    }

    /// A connection stands: ask where the channels are, then mirror.
    pub(crate) fn connected(&mut self) -> Vec<Up> {
        self.session = Some(Session::default());
        vec![Up::Channels, self.mirror()]
    }

    pub(crate) fn disconnected(&mut self) {
        self.session = None;
    }

    /// The process ends; what was committed stays.
    pub(crate) fn crash(&mut self) {
        self.session = None;
        if self.flaw == Flaw::ForgetsNumbers {
            self.disk.heads.values_mut().for_each(|head| head.used_seq = head.accepted_seq);
        }
    }

    pub(crate) fn back_up(&mut self) {
        self.backup = Some(self.disk.clone());
    }

    /// The database is replaced by the newest backup.
    pub(crate) fn restore(&mut self) -> bool {
        let Some(backup) = self.backup.clone() else { return false };
        self.session = None;
        self.disk = backup;
        let took = self.disk.received.keys().cloned().collect();
        let remembers = self.disk.items.values().filter_map(|item| item.hash).collect();
        self.facts.push(Fact::Restored { who: self.id().clone(), remembers, took });
        true
    }

    pub(crate) fn mirror(&self) -> Up {
        Up::Mirror { from: self.disk.log.len() }
    }

    /// The channel to a recipient with what is sealed or queued, as the store would load it.
    fn channel(&self, to: &InstitutionId) -> Channel {
        let waits = |item: &&Item| item.recipient == *to && matches!(item.state, State::Queued | State::Sealed);
        let mut items: Vec<Item> = self.disk.items.values().filter(waits).cloned().collect();
        for item in &mut items {
            item.held = item.handle.is_some_and(|handle| self.unregistered(&handle));
        }
        let head = self.disk.heads.get(to).cloned().unwrap_or_else(|| Head::new(self.epochs_max()));
        Channel { recipient: to.clone(), head, items }
    }

    fn save(&mut self, channel: Channel) {
        self.disk.heads.insert(channel.recipient, channel.head);
        for item in channel.items {
            self.put(item);
        }
    }

    /// Bytes go when they are dead.
    fn put(&mut self, item: Item) {
        let before = self.disk.items.get(&item.message_id).and_then(|item| item.hash);
        if let Some(hash) = before.filter(|hash| item.state != State::Sealed || item.hash != Some(*hash)) {
            self.disk.sealed.remove(&hash);
        }
        self.disk.items.insert(item.message_id, item);
    }

    fn epochs_max(&self) -> u64 {
        self.disk.heads.values().map(|head| head.epoch).max().unwrap_or(1)
    }

    fn unregistered(&self, handle: &Handle) -> bool {
        let names = |control: &Control| matches!(&control.ask, Up::Edge { edge, .. } if self.grant_of(handle) == Some(edge.grant_hash));
        self.disk.controls.values().any(names)
    }

    fn grant_of(&self, handle: &Handle) -> Option<Hash> {
        self.paper(handle).map(|paper| paper.grant.hash())
    }

    fn paper(&self, handle: &Handle) -> Option<&Paper> {
        self.disk.papers.iter().find(|paper| paper.grant.handles().contains(handle))
    }

    /// Whether an end of the edge is in the mirrored log, or was made or heard of here.
    fn is_ended(&self, handle: &Handle) -> bool {
        self.disk.log.contains(&Leaf::End(*handle)) || self.paper(handle).is_some_and(|paper| paper.ended)
    }

    /// Ends a grant here and stops everything under its handles.
    fn close(&mut self, grant: &Grant) {
        let handles = grant.handles();
        self.disk.papers.iter_mut().filter(|paper| paper.grant == *grant).for_each(|paper| paper.ended = true);
        let under = |item: &Item| {
            item.handle.is_some_and(|handle| handles.contains(&handle))
                && matches!(item.state, State::Queued | State::Sealed)
        };
        let stopped: Vec<Item> = self.disk.items.values().filter(|item| under(item)).cloned().collect();
        let by = self.id().clone();
        self.facts.extend(handles.iter().map(|handle| Fact::Stopped { by: by.clone(), handle: *handle }));
        if self.flaw == Flaw::WritesStopped {
            return;
        }
        for mut item in stopped {
            if item.stop() {
                self.tell(&item.message_id, Some(&Event::ConsentEnded));
            } else if let Some(head) = self.disk.heads.get_mut(&item.recipient) {
                head.unsure = true;
            }
            self.put(item);
        }
        let now_ms = self.env.now_ms();
        for case in self.disk.cases.values_mut().filter(|case| !case.handles.is_disjoint(&handles)) {
            move_on(case, &Event::ConsentEnded, now_ms);
        }
    }

    /// Moves the referral that a message opened.
    fn tell(&mut self, id: &MessageId, event: Option<&Event>) {
        let now_ms = self.env.now_ms();
        let Some(event) = event else { return };
        for ((_, provider), case) in &mut self.disk.cases {
            if !provider && case.principal == *id {
                move_on(case, event, now_ms);
            }
        }
    }

    /// Everything that is neither delivered nor ended, and why a channel is silent.
    pub(crate) fn unsettled(&self) -> Vec<String> {
        let open = |item: &&Item| matches!(item.state, State::Queued | State::Sealed | State::Accepted);
        let tell = |item: &Item| {
            let head = self.disk.heads.get(&item.recipient);
            format!("{} → {}: {item:?}, {head:?}", self.id(), item.recipient)
        };
        self.disk.items.values().filter(open).map(tell).collect()
    }

    pub(crate) fn has_controls(&self) -> bool {
        !self.disk.controls.is_empty()
    }
}

/// A step that comes from outside; such a step is never refused.
fn move_on(case: &mut Case, event: &Event, now_ms: i64) {
    let (next, _) = step(&case.stand, event, now_ms, case.timing).unwrap();
    case.stand = next;
}

/// What a reason says to a referral.
fn event_of(reason: Reason) -> Event {
    match reason {
        Reason::ConsentWithdrawn => Event::ConsentEnded,
        Reason::Expired | Reason::RecipientRevoked => Event::TimedOut,
        _ => Event::Refused,
    }
}

/// Whether a message needs a consent.
fn needs_consent(message: &Message) -> bool {
    message.class == BasisClass::Consent
}

/// Which of the two keeps a case.
const fn is_provider(side: Side) -> bool {
    matches!(side, Side::Provider)
}
