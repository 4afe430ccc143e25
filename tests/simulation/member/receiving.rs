//! The pull side of a node: deliveries, tombstones, news and the mirrored log.

use std::collections::BTreeSet;

use wiez_node::gate::{AdmitFacts, Admitted, Edge, admit};
use wiez_node::inbox::{Arrived, Known, Mark, Outcome, Verdict, judge};
use wiez_node::message::Message;
use wiez_node::referral::{Event, Referral, Report, Side, Timing};
use wiez_proto::calendar::Week;
use wiez_proto::envelope::{Envelope, open};
use wiez_proto::grant::Grant;
use wiez_proto::id::{Handle, Hash, ThreadId};
use wiez_proto::payload::Body;
use wiez_proto::policy::Policy;
use wiez_proto::receipt::Receipt;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{MessageKind, Urgency};
use wiez_proto::wire::v1;

use super::{Case, Member, Received, Seen, event_of, is_provider, move_on, needs_consent};
use crate::cast::cast;
use crate::letters::{Draft, Paper};
use crate::promises::{Fact, Flaw};
use crate::wire::{Down, Leaf, Up};

impl Member {
    /// Takes what the hub sent; what is answered was committed before.
    pub(crate) fn take(&mut self, down: Down) -> Vec<Up> {
        let collected = matches!(down, Down::Delivery { .. } | Down::Tombstone(_) | Down::News(..));
        if let Some(session) = self.session.as_mut().filter(|session| collected && !session.waiting.is_empty()) {
            // The order of the stream is kept.
            session.waiting.push(down);
            return vec![];
        }
        match down {
            Down::Answer { hash, outcome } => {
                self.answered(hash, &outcome);
                vec![]
            }
            Down::Channels(shown) => {
                self.placed(&shown);
                vec![]
            }
            Down::Done { control, outcome } => {
                self.done(control, &outcome);
                vec![]
            }
            Down::News(cursor, news) => {
                self.heard(cursor, &news);
                vec![]
            }
            Down::Leaves { from, leaves, signed_ms } => self.mirrored(from, leaves, signed_ms),
            Down::Delivery { envelope, leaf } => self.delivered(envelope, leaf),
            Down::Tombstone(arrived) => self.buried(&arrived),
        }
    }

    /// New entries of the log: ends of own edges close what is under them, and deliveries that
    /// waited for this part are looked at again.
    fn mirrored(&mut self, from: usize, leaves: Vec<Leaf>, signed_ms: i64) -> Vec<Up> {
        self.disk.log_ms = self.disk.log_ms.max(signed_ms);
        let fresh = leaves.into_iter().skip(self.disk.log.len().saturating_sub(from)).collect::<Vec<_>>();
        if from <= self.disk.log.len() {
            self.disk.log.extend(fresh.iter().cloned());
        }
        for leaf in fresh {
            let Leaf::End(handle) = leaf else { continue };
            if let Some(grant) = self.paper(&handle).filter(|paper| !paper.ended).map(|paper| paper.grant.clone()) {
                self.close(&grant);
            }
        }
        let waiting = self.session.as_mut().map(|session| std::mem::take(&mut session.waiting)).unwrap_or_default();
        waiting.into_iter().flat_map(|down| self.take(down)).collect()
    }

    /// The node's time: it never runs backwards and never behind the log's signed time.
    fn node_ms(&self) -> i64 {
        self.env.now_ms().max(self.disk.log_ms)
    }

    fn known(&self, arrived: &Arrived) -> Known {
        let of_sender = || self.disk.seen.iter().filter(|(_, seen)| seen.sender == arrived.sender);
        let high = self.disk.high.get(&arrived.sender).copied();
        let other = |hash: &Hash| *hash != arrived.hash;
        Known {
            receipt: self.disk.seen.get(&arrived.hash).map(|seen| seen.receipt),
            same_id: of_sender().any(|(hash, seen)| {
                other(hash) && seen.message_id == arrived.message_id && seen.outcome != Outcome::Tombstone
            }),
            prev_seen: self.disk.seen.contains_key(&arrived.prev) || high.is_some_and(|high| high.hash == arrived.prev),
            same_prev: of_sender().any(|(hash, seen)| other(hash) && seen.prev == arrived.prev),
            high,
        }
    }

    fn verdict(&self, arrived: &Arrived, tombstone: bool) -> Verdict {
        let known = self.known(arrived);
        let known = if self.has(Flaw::TakesTwice) { Known { receipt: None, ..known } } else { known };
        judge(arrived, &known, tombstone, self.node_ms())
    }

    fn delivered(&mut self, raw: v1::Envelope, leaf: usize) -> Vec<Up> {
        let envelope = Envelope::parse(raw.clone()).unwrap();
        let arrived = Arrived::of(envelope.header(), envelope.hash());
        let behind = envelope.header().handle.is_some_and(|handle| self.edge_leaf(&handle).is_none());
        if behind && self.disk.log.len() <= leaf {
            let later = Down::Delivery { envelope: raw, leaf };
            self.session.iter_mut().for_each(|session| session.waiting.push(later.clone()));
            return vec![self.mirror()];
        }
        let (unknown, forked, reused) = match self.verdict(&arrived, false) {
            Verdict::New { unknown_prev, forked_prev, reused_id } => (unknown_prev, forked_prev, reused_id),
            Verdict::Repeated(receipt) => return self.again(receipt),
            Verdict::Late => return vec![],
        };
        let key = &cast().get(&arrived.sender).unwrap().entry.signing_key;
        let verified = envelope.verify(key, &cast().region).unwrap();
        let content = open(&verified, &self.actor.sealing).unwrap();
        let message = Message::parse(verified.envelope().header(), content).unwrap();
        let judged = if reused && !self.has(Flaw::TakesTwice) {
            Err(Refusal::new(Reason::IdReused))
        } else {
            self.admit(message.clone(), verified.envelope().header().created_ms)
        };
        let outcome = match judged {
            Ok(admitted) => {
                self.receive(&admitted, arrived.hash, leaf);
                Outcome::Taken
            }
            Err(refusal) => {
                self.facts.push(Fact::Refused { by: self.id().clone(), hash: arrived.hash });
                self.refuse(&message, arrived.hash, refusal);
                Outcome::Quarantined
            }
        };
        self.sign(&arrived, outcome, unknown, forked)
    }

    fn edge_leaf(&self, handle: &Handle) -> Option<Hash> {
        self.disk.log.iter().find_map(|leaf| match leaf {
            Leaf::Edge { handle: named, grant_hash } if named == handle => Some(*grant_hash),
            Leaf::Edge { .. } | Leaf::End(_) | Leaf::Mail => None,
        })
    }

    fn admit(&self, message: Message, created_ms: i64) -> Result<Admitted, Refusal> {
        let sender = cast().get(&message.sender).unwrap();
        let edge = match message.handle {
            Some(handle) => Edge { registered: self.edge_leaf(&handle), withdrawn: self.is_ended(&handle) },
            None => Edge { registered: None, withdrawn: false },
        };
        let own = self.disk.cases.get(&(message.thread, false)).is_some_and(|case| case.peer == message.sender);
        let facts = AdmitFacts {
            now_ms: self.env.now_ms(),
            created_ms,
            sender: &sender.party,
            sender_key: &sender.entry.signing_key,
            me: &self.actor.party,
            my_key: &self.actor.entry.signing_key,
            region: &cast().region,
            policy: Policy::shipped(),
            overlays: std::slice::from_ref(&cast().overlay),
            edge,
            request: None,
            own_thread: own,
        };
        admit(&facts, message)
    }

    /// Stores admitted content and moves its case.
    fn receive(&mut self, admitted: &Admitted, hash: Hash, leaf: usize) {
        let message = admitted.message();
        let key = (message.sender.clone(), message.message_id);
        self.facts.push(Fact::Took { by: self.id().clone(), from: key.0.clone(), id: key.1, hash });
        self.disk.received.insert(key, Received { message: message.clone(), leaf, opened_ms: None });
        if let (Some(grant), Some(signed)) = (admitted.grant(), &message.grant)
            && !self.disk.papers.iter().any(|paper| paper.grant.id == grant.id)
        {
            self.disk.papers.push(Paper { grant: grant.clone(), signed: signed.clone(), ended: false });
        }
        let now_ms = self.env.now_ms();
        match message.payload.body() {
            Body::Referral(_) => self.open_case(message, admitted.grant(), now_ms),
            Body::ReferralStatus(report) => {
                let report = Report {
                    status: report.status,
                    reason: report.decline_reason,
                    earliest: report.earliest_date,
                    outcome: report.outcome,
                    note: String::new(),
                };
                if let Some(case) = self.disk.cases.get_mut(&(message.thread, false)) {
                    case.heard.push(report.status);
                    move_on(case, &Event::Reported(report), now_ms);
                }
            }
            Body::ConsentWithdrawn { handles, .. } => self.noticed(handles),
            Body::GateRefusal { message_id, refusal, .. } => {
                let event = event_of(refusal.reason);
                self.tell(message_id, Some(&event));
            }
            _ => {}
        }
    }

    fn open_case(&mut self, message: &Message, grant: Option<&Grant>, now_ms: i64) {
        let rule = Policy::shipped().by_digest(message.policy_row.bytes()).and_then(|row| row.due);
        let timing = Timing::new(rule, Week::MON_FRI);
        let case = Case {
            peer: message.sender.clone(),
            stand: Referral::arrived(message.urgency, now_ms, timing),
            timing,
            principal: message.message_id,
            handles: grant.map(Grant::handles).unwrap_or_default(),
            said: vec![],
            heard: vec![],
        };
        self.disk.cases.entry((message.thread, is_provider(Side::Provider))).or_insert(case);
    }

    fn noticed(&mut self, handles: &BTreeSet<Handle>) {
        let grants: Vec<Grant> =
            handles.iter().filter_map(|handle| self.paper(handle)).map(|paper| paper.grant.clone()).collect();
        grants.first().into_iter().for_each(|grant| self.close(grant));
    }

    /// The sealed refusal of what the gate did not take; refusals and notices get none.
    fn refuse(&mut self, message: &Message, hash: Hash, refusal: Refusal) {
        if matches!(message.kind, MessageKind::GateRefusal | MessageKind::ConsentWithdrawn) {
            return;
        }
        let told = if needs_consent(message) { refusal } else { Refusal::new(Reason::Unverifiable) };
        let draft = Draft {
            to: message.sender.clone(),
            body: Body::GateRefusal { message_id: message.message_id, envelope_hash: hash, refusal: told },
            thread: ThreadId::random(&self.env),
            urgency: Urgency::U3Normal,
            paper: None,
            life_ms: 2 * 24 * 3_600_000,
        };
        let cleared = draft.clear(&self.env, self.actor).unwrap();
        self.enqueue(&cleared);
    }

    fn buried(&mut self, arrived: &Arrived) -> Vec<Up> {
        match self.verdict(arrived, true) {
            Verdict::New { unknown_prev, forked_prev, .. } => {
                self.facts.push(Fact::Buried { by: self.id().clone(), hash: arrived.hash });
                self.sign(arrived, Outcome::Tombstone, unknown_prev, forked_prev)
            }
            Verdict::Repeated(receipt) => self.again(receipt),
            Verdict::Late => vec![],
        }
    }

    fn again(&self, receipt: i64) -> Vec<Up> {
        let stored = usize::try_from(receipt).ok().and_then(|index| self.disk.receipts.get(index));
        stored.cloned().map(Up::Receipt).into_iter().collect()
    }

    /// Signs the receipt in the step that stored what it names.
    fn sign(&mut self, arrived: &Arrived, outcome: Outcome, unknown: bool, forked: bool) -> Vec<Up> {
        let prevs = |named: bool| if named { vec![arrived.prev] } else { vec![] };
        let stone = outcome == Outcome::Tombstone && !self.has(Flaw::ConfirmsTombstones);
        let (held, buried) = if stone { (vec![], vec![arrived.hash]) } else { (vec![arrived.hash], vec![]) };
        let receipt = Receipt {
            recipient: self.id().clone(),
            sender: arrived.sender.clone(),
            envelope_hashes: held,
            tombstone_hashes: buried,
            unknown_prevs: prevs(unknown),
            forked_prevs: prevs(forked),
            log_size: self.disk.log.len() as u64,
            log_root: [0; 32],
            at_ms: self.env.now_ms(),
        };
        let number = i64::try_from(self.disk.receipts.len()).unwrap_or(i64::MAX);
        self.disk.receipts.push(receipt.clone());
        let (sender, message_id, prev) = (arrived.sender.clone(), arrived.message_id, arrived.prev);
        let mark = Mark { epoch: arrived.epoch, seq: arrived.seq, hash: arrived.hash };
        if self.disk.high.get(&sender).is_none_or(|high| (high.epoch, high.seq) < (mark.epoch, mark.seq)) {
            self.disk.high.insert(sender.clone(), mark);
        }
        self.disk.seen.insert(arrived.hash, Seen { sender, message_id, prev, outcome, receipt: number });
        vec![Up::Receipt(receipt)]
    }
}
