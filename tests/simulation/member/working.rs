//! What people at a node do: consents, referrals, decisions, first openings, withdrawals.

use std::collections::BTreeSet;

use wiez_node::gate::{ReleaseFacts, release};
use wiez_node::referral::{Effect, Event, Referral, Report, Side, Timing, allowed, is_over, step};
use wiez_proto::calendar::{self, Week};
use wiez_proto::grant::Withdrawal;
use wiez_proto::id::{InstitutionId, MessageId, ThreadId};
use wiez_proto::limits;
use wiez_proto::policy::Policy;
use wiez_proto::vocab::{DeclineReason, Outcome, ReferralStatus, Urgency};

use super::{Case, Member, Received, is_provider};
use crate::cast::Actor;
use crate::chance::Chance;
use crate::letters::{Draft, notice, paper, question, referral, status};
use crate::promises::{Broken, Fact, Flaw, Promise, hold};
use crate::wire::{Edge, Up};

const HOUR_MS: i64 = 3_600_000;

impl Member {
    /// Records a consent; its edges are registered as soon as the hub is there.
    pub(crate) fn record(&mut self, to: &Actor, days: i64) {
        let paper = paper(&self.env, self.actor, to, days);
        let grant_hash = paper.grant.hash();
        for edge in &paper.grant.edges {
            let registered = Edge {
                sender: edge.from.clone(),
                recipient: edge.to.clone(),
                valid_until_ms: calendar::end_of_month(paper.grant.valid_to),
                grant_hash,
                live: true,
            };
            let handle = edge.handle;
            self.control(grant_hash, false, |control| Up::Edge { control, handle, edge: registered });
        }
        self.disk.papers.push(paper);
    }

    /// Sends a referral under one of the consents that were recorded here.
    pub(crate) fn refer(&mut self, chance: &Chance) -> bool {
        let own: Vec<_> = self.disk.papers.iter().filter(|paper| paper.grant.issuer == *self.id()).cloned().collect();
        let Some(paper) = chance.pick(&own) else { return false };
        let urgency = *chance.pick(Urgency::ALL).unwrap();
        let to = paper.peer(self.id()).clone();
        let life_ms = life(chance);
        let thread = ThreadId::random(&self.env);
        let draft = Draft { to: to.clone(), body: referral(urgency), thread, urgency, paper: Some(paper), life_ms };
        let Ok(cleared) = draft.clear(&self.env, self.actor) else { return false };
        let now_ms = self.env.now_ms();
        let rule = Policy::shipped().by_digest(cleared.message().policy_row.bytes()).and_then(|row| row.due);
        let timing = Timing::new(rule, Week::MON_FRI);
        let (stand, _) = step(&Referral::draft(urgency, now_ms, timing.week), &Event::Submit, now_ms, timing).unwrap();
        let principal = self.enqueue(&cleared);
        let handles = paper.grant.handles();
        let case = Case { peer: to, stand, timing, principal, handles, said: vec![], heard: vec![] };
        self.disk.cases.insert((thread, is_provider(Side::Referrer)), case);
        true
    }

    /// Asks a question without personal data.
    pub(crate) fn ask(&mut self, to: &Actor, chance: &Chance) {
        let (urgency, life_ms) = (*chance.pick(Urgency::ALL).unwrap(), life(chance));
        let thread = ThreadId::random(&self.env);
        let draft = Draft { to: to.id.clone(), body: question(), thread, urgency, paper: None, life_ms };
        let cleared = draft.clear(&self.env, self.actor).unwrap();
        self.enqueue(&cleared);
    }

    /// A worker decides about something: the provider reports, the referrer cancels.
    pub(crate) fn decide(&mut self, chance: &Chance) -> bool {
        let open: Vec<(ThreadId, bool)> =
            self.disk.cases.iter().filter(|(_, case)| !is_over(case.stand.status)).map(|(key, _)| *key).collect();
        let Some(key) = chance.pick(&open).copied() else { return false };
        let now_ms = self.env.now_ms();
        let Some(case) = self.disk.cases.get_mut(&key) else { return false };
        let event = match (case.stand.side, chance.pick(&allowed(&case.stand))) {
            (Side::Referrer, _) if chance.in_thousand(950) => return false,
            (Side::Referrer, _) => Event::Cancel,
            (Side::Provider, None) => Event::UndoAccept,
            (Side::Provider, Some(_)) if case.stand.status == ReferralStatus::Accepted && chance.in_thousand(200) => {
                Event::UndoAccept
            }
            (Side::Provider, Some(to)) => Event::Decide(report(*to, chance)),
        };
        // What does not fit is refused and changes nothing.
        let Ok((next, effects)) = step(&case.stand, &event, now_ms, case.timing) else { return false };
        case.stand = next;
        let (peer, urgency) = (case.peer.clone(), case.stand.urgency);
        for effect in effects {
            if let Effect::Report(report) = effect {
                self.report(key, &peer, urgency, &report, chance);
            }
        }
        true
    }

    fn report(
        &mut self,
        key: (ThreadId, bool),
        peer: &InstitutionId,
        urgency: Urgency,
        report: &Report,
        chance: &Chance,
    ) {
        let draft = Draft {
            to: peer.clone(),
            body: status(report),
            thread: key.0,
            urgency,
            paper: None,
            life_ms: life(chance),
        };
        let cleared = draft.clear(&self.env, self.actor).unwrap();
        let id = self.enqueue(&cleared);
        self.disk.cases.get_mut(&key).into_iter().for_each(|case| case.said.push((id, report.status)));
    }

    /// A worker opens something for the first time, if the gate releases it.
    pub(crate) fn open(&mut self, chance: &Chance) -> bool {
        let unread = |received: &&Received| received.opened_ms.is_none() && received.message.handle.is_some();
        let waiting: Vec<Received> = self.disk.received.values().filter(unread).cloned().collect();
        let Some(Received { message, leaf, .. }) = chance.pick(&waiting) else { return false };
        let handle = message.handle.unwrap();
        let now_ms = self.env.now_ms();
        let age_ms = now_ms.saturating_sub(self.disk.log_ms);
        let paper = self.paper(&handle).cloned();
        let facts = ReleaseFacts {
            now_ms,
            opened_ms: None,
            fresh: age_ms <= limits::FRESHNESS_MS,
            covered: self.disk.log.len() > *leaf,
            log_alarm: false,
            withdrawn: self.is_ended(&handle) && !self.has(Flaw::OpensWithdrawn),
            valid_until_ms: paper.map(|paper| calendar::end_of_day(paper.grant.valid_to)),
            successor: None,
            answer: None,
            declared: false,
        };
        if release(&facts, message).is_err() {
            return false;
        }
        self.facts.push(Fact::Opened { handle, log: self.disk.log.len(), age_ms });
        let key = (message.sender.clone(), message.message_id);
        self.disk.received.get_mut(&key).into_iter().for_each(|received| received.opened_ms = Some(now_ms));
        self.opened(message.thread, chance);
        true
    }

    fn opened(&mut self, thread: ThreadId, chance: &Chance) {
        let key = (thread, is_provider(Side::Provider));
        let now_ms = self.env.now_ms();
        let Some(case) = self.disk.cases.get_mut(&key) else { return };
        let (next, effects) = step(&case.stand, &Event::Opened, now_ms, case.timing).unwrap();
        case.stand = next;
        let (peer, urgency) = (case.peer.clone(), case.stand.urgency);
        for effect in effects {
            if let Effect::Report(report) = effect {
                self.report(key, &peer, urgency, &report, chance);
            }
        }
    }

    /// Withdraws a consent that was recorded here, or blocks one of the other institution.
    pub(crate) fn withdraw(&mut self, chance: &Chance) -> bool {
        let live: Vec<_> = self.disk.papers.iter().filter(|paper| !paper.ended).cloned().collect();
        let Some(paper) = chance.pick(&live) else { return false };
        let withdrawal = Withdrawal {
            handles: paper.grant.handles(),
            grant_hash: paper.grant.hash(),
            party: self.id().clone(),
            at_ms: self.env.now_ms(),
        };
        self.control(paper.grant.hash(), true, |control| Up::Withdraw { control, withdrawal });
        let used =
            self.disk.letters.values().any(|letter| letter.handle.is_some_and(|h| paper.grant.handles().contains(&h)));
        self.close(&paper.grant);
        if used {
            let draft = Draft {
                to: paper.peer(self.id()).clone(),
                body: notice(&paper.grant),
                thread: ThreadId::random(&self.env),
                urgency: Urgency::U2Urgent,
                paper: None,
                life_ms: life(chance),
            };
            let cleared = draft.clear(&self.env, self.actor).unwrap();
            self.enqueue(&cleared);
        }
        true
    }

    /// The clock moves ownership where a deadline has passed.
    pub(crate) fn tick(&mut self) {
        let now_ms = self.env.now_ms();
        if self.has(Flaw::IgnoresDeadlines) {
            return;
        }
        for case in self.disk.cases.values_mut() {
            super::move_on(case, &Event::Tick, now_ms);
        }
    }

    /// Every referral has somebody who acts and a time by which; a passed one has moved on.
    pub(crate) fn check_cases(&self) -> Result<(), Broken> {
        let now_ms = self.env.now_ms();
        for case in self.disk.cases.values() {
            let stand = &case.stand;
            let usual = wiez_node::referral::owner(stand.side, stand.status);
            let good = [usual, usual.above()].contains(&stand.owner)
                && !stand.due.rule.is_empty()
                && stand.due.at_ms >= now_ms;
            hold(good, Promise::OwnerAndDeadline, || {
                format!("{} with {}: {stand:?} at {now_ms}", self.id(), case.peer)
            })?;
        }
        Ok(())
    }

    /// Messages of a case that reached the other side, in the order in which they were said.
    pub(crate) fn arrived(&self, case: &Case, was_taken: impl Fn(&MessageId) -> bool) -> Vec<ReferralStatus> {
        case.said.iter().filter(|(id, _)| was_taken(id)).map(|(_, status)| *status).collect()
    }

    /// Cases by thread on one side.
    pub(crate) fn threads(&self, side: Side) -> BTreeSet<ThreadId> {
        self.disk
            .cases
            .keys()
            .filter(|(_, provider)| *provider == is_provider(side))
            .map(|(thread, _)| *thread)
            .collect()
    }
}

/// From a few minutes to three days, so that some run out.
fn life(chance: &Chance) -> i64 {
    let lives = [HOUR_MS / 6, HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS];
    *chance.pick(&lives).unwrap()
}

/// A complete report, as a worker's form demands it; some are not, and are refused.
fn report(status: ReferralStatus, chance: &Chance) -> Report {
    let mut report = Report::bare(status);
    if status == ReferralStatus::Declined {
        report.reason =
            chance.pick(&[DeclineReason::NotCompetent, DeclineReason::NoCapacity, DeclineReason::Age]).copied();
    }
    if status == ReferralStatus::Waitlisted || chance.in_thousand(500) {
        report.earliest = Some("2026-04-01".parse().unwrap());
    }
    if status.needs_outcome() && chance.in_thousand(900) {
        report.outcome = chance.pick(Outcome::ALL).copied();
    }
    report
}
