//! One run: a hub, four nodes and a bad network, moved by random steps and then repaired.

use std::fmt::Write as _;
use std::time::Duration;

use wiez_proto::directory::Standing;
use wiez_proto::env::Env;
use wiez_proto::envelope::sha256;

use crate::cast::{START_MS, cast};
use crate::chance::Chance;
use crate::hub::{Answer, Hub};
use crate::member::Member;
use crate::promises::{Broken, Flaw, Promises};
use crate::wire::{GONE, Network, Up};

const STEPS: usize = 800;

/// What can happen in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Connect,
    Cut,
    Up,
    Down,
    Ghost,
    Push,
    Mirror,
    Commit,
    Pump,
    Busy,
    Wait,
    Jump,
    Skew,
    CrashNode,
    CrashHub,
    BackUp,
    Restore,
    Suspend,
    Resume,
    Record,
    Refer,
    Ask,
    Decide,
    Open,
    Withdraw,
}

/// How often each happens, of their sum.
const PLAN: [(Op, usize); 25] = [
    (Op::Connect, 80),
    (Op::Cut, 10),
    (Op::Up, 200),
    (Op::Down, 200),
    (Op::Ghost, 15),
    (Op::Push, 120),
    (Op::Mirror, 60),
    (Op::Commit, 100),
    (Op::Pump, 120),
    (Op::Busy, 6),
    (Op::Wait, 30),
    (Op::Jump, 3),
    (Op::Skew, 1),
    (Op::CrashNode, 8),
    (Op::CrashHub, 4),
    (Op::BackUp, 4),
    (Op::Restore, 2),
    (Op::Suspend, 1),
    (Op::Resume, 6),
    (Op::Record, 30),
    (Op::Refer, 120),
    (Op::Ask, 15),
    (Op::Decide, 90),
    (Op::Open, 70),
    (Op::Withdraw, 5),
];

/// A run in progress.
pub(crate) struct World {
    pub(crate) chance: Chance,
    pub(crate) hub: Hub,
    pub(crate) members: Vec<Member>,
    pub(crate) network: Network,
    pub(crate) promises: Promises,
    /// What happened, for a person and for the digest.
    pub(crate) trace: String,
}

impl World {
    pub(crate) fn new(seed: u64, flaw: Flaw) -> Self {
        let env = |party: u64| Env::stepped(START_MS, seed.wrapping_mul(16).wrapping_add(party));
        let members =
            cast().actors.iter().zip(1..).map(|(actor, party)| Member::new(actor, env(party), flaw)).collect();
        Self {
            chance: Chance::new(seed),
            hub: Hub::new(env(0), flaw),
            members,
            network: Network::default(),
            promises: Promises::default(),
            trace: String::new(),
        }
    }

    /// Random steps, then repair, then judgement.
    pub(crate) fn run(&mut self) -> Result<(), Broken> {
        let all: usize = PLAN.iter().map(|(_, share)| share).sum();
        for _ in 0..STEPS {
            let mut at = self.chance.below(all);
            let op = PLAN.iter().find_map(|(op, share)| {
                let found = at < *share;
                at = at.saturating_sub(*share);
                found.then_some(*op)
            });
            let who = self.chance.below(self.members.len());
            self.act(op.unwrap_or(Op::Wait), who)?;
        }
        self.repair()?;
        self.judge()
    }

    /// The run as one number.
    pub(crate) fn digest(&self) -> [u8; 32] {
        sha256(&[self.trace.as_bytes()])
    }

    fn act(&mut self, op: Op, who: usize) -> Result<(), Broken> {
        let id = self.members[who].id().clone();
        let _ = writeln!(self.trace, "{op:?} {id}");
        match op {
            Op::Connect => self.connect(who),
            Op::Cut => self.cut(who),
            Op::Up => (0..=self.chance.below(6)).for_each(|_| self.carry_up()),
            Op::Down => (0..=self.chance.below(6)).for_each(|_| self.carry_down()),
            Op::Ghost => {
                if let Some((from, up)) = self.network.next_ghost(&self.chance) {
                    self.hub.take(&from, GONE, up);
                }
            }
            Op::Push => {
                for who in 0..self.members.len() {
                    let ups = self.members[who].push();
                    self.say(who, ups);
                }
            }
            Op::Mirror => {
                let up = self.members[who].mirror();
                self.network.send_up(&id, up);
            }
            Op::Commit => {
                let answers = self.hub.commit();
                self.answer(answers);
            }
            Op::Pump => {
                for who in 0..self.members.len() * 4 {
                    let id = self.members[who % self.members.len()].id().clone();
                    let answer = self.hub.pump(&id);
                    self.answer(answer);
                }
            }
            Op::Busy => self.hub.busy = self.chance.below(4),
            Op::Wait | Op::Jump | Op::Skew => self.wait(op, who)?,
            Op::CrashNode | Op::CrashHub | Op::BackUp | Op::Restore | Op::Suspend | Op::Resume => self.disturb(op, who),
            Op::Record | Op::Refer | Op::Ask | Op::Decide | Op::Open | Op::Withdraw => self.work(op, who),
        }
        self.watch()
    }

    /// One packet of some stream reaches the hub.
    fn carry_up(&mut self) {
        let [busy, _] = self.network.busy();
        let Some((id, lane)) = self.chance.pick(&busy) else { return };
        let _ = writeln!(self.trace, "  {id} {lane:?}");
        if let Some((session, up)) = self.network.next_up(id, *lane) {
            let answer = self.hub.take(id, session, up);
            self.answer(answer);
        }
    }

    /// One packet of some stream reaches its node.
    fn carry_down(&mut self) {
        let [_, busy] = self.network.busy();
        let Some((id, lane)) = self.chance.pick(&busy) else { return };
        let _ = writeln!(self.trace, "  {id} {lane:?}");
        let who = self.members.iter().position(|member| member.id() == id);
        if let (Some(who), Some(down)) = (who, self.network.next_down(id, *lane)) {
            let ups = self.members[who].take(down);
            self.say(who, ups);
        }
    }

    fn disturb(&mut self, op: Op, who: usize) {
        let id = self.members[who].id().clone();
        match op {
            Op::CrashNode => self.crash(who),
            Op::CrashHub => {
                for who in 0..self.members.len() {
                    self.cut(who);
                }
                self.network.exorcise();
                self.hub.crash();
            }
            Op::BackUp => self.members[who].back_up(),
            Op::Restore => {
                self.cut(who);
                self.network.forget(&id);
                self.members[who].restore();
            }
            Op::Suspend => {
                self.hub.set_standing(&id, Standing::Suspended);
                self.cut(who);
            }
            _ => self.hub.set_standing(&id, Standing::Active),
        }
    }

    fn work(&mut self, op: Op, who: usize) {
        let other = (who + 1 + self.chance.below(self.members.len() - 1)) % self.members.len();
        let (to, days) = (self.members[other].actor, [2, 200, 200][self.chance.below(3)]);
        let (member, chance) = (&mut self.members[who], &self.chance);
        let did = match op {
            Op::Record if member.actor.refers() => {
                member.record(to, days);
                true
            }
            Op::Refer => member.refer(chance),
            Op::Ask => {
                member.ask(to, chance);
                true
            }
            Op::Decide => member.decide(chance),
            Op::Open => member.open(chance),
            Op::Withdraw => member.withdraw(chance),
            _ => false,
        };
        let _ = writeln!(self.trace, "  {did}");
        if did {
            self.promises.count(match op {
                Op::Record => "consents",
                Op::Refer => "referrals",
                Op::Ask => "questions",
                Op::Decide => "decisions",
                Op::Open => "readings",
                _ => "withdrawals",
            });
        }
    }

    pub(crate) fn connect(&mut self, who: usize) {
        let id = self.members[who].id().clone();
        if self.network.is_open(&id) || !self.hub.admits(&id) {
            return;
        }
        let session = self.network.open(&id);
        self.hub.open(&id, session, self.members[who].disk.cursor);
        let ups = self.members[who].connected();
        self.say(who, ups);
    }

    pub(crate) fn cut(&mut self, who: usize) {
        let id = self.members[who].id().clone();
        self.network.cut(&id, &self.chance);
        self.hub.close(&id);
        self.members[who].disconnected();
    }

    fn crash(&mut self, who: usize) {
        self.cut(who);
        self.members[who].crash();
    }

    /// Sends what a node committed to say; now and then the node dies in the middle of it.
    fn say(&mut self, who: usize, ups: Vec<Up>) {
        let id = self.members[who].id().clone();
        let dies = !ups.is_empty() && self.chance.in_thousand(15);
        let most = if dies { self.chance.below(ups.len()) } else { ups.len() };
        for up in ups.into_iter().take(most) {
            self.network.send_up(&id, up);
        }
        if dies {
            let _ = writeln!(self.trace, "  dies after {most}");
            self.crash(who);
        }
    }

    pub(crate) fn answer(&mut self, answers: impl IntoIterator<Item = Answer>) {
        for (to, session, down) in answers {
            self.network.send_down(&to, session, down);
        }
    }

    fn wait(&mut self, op: Op, who: usize) -> Result<(), Broken> {
        let seconds = 1 + self.chance.below(match op {
            Op::Jump => 18 * 3600,
            Op::Skew => 20 * 60,
            _ => 90,
        });
        let step = Duration::from_secs(seconds as u64);
        match op {
            Op::Skew if self.chance.in_thousand(250) => self.hub.env.advance(step),
            Op::Skew => self.members[who].env.advance(step),
            _ => self.advance(step),
        }
        let _ = writeln!(self.trace, "  {seconds} s");
        self.tick()
    }

    pub(crate) fn advance(&self, step: Duration) {
        self.hub.env.advance(step);
        self.members.iter().for_each(|member| member.env.advance(step));
    }

    pub(crate) fn tick(&mut self) -> Result<(), Broken> {
        self.members.iter_mut().for_each(Member::tick);
        self.members.iter().try_for_each(Member::check_cases)
    }

    /// Tells the model what happened.
    pub(crate) fn watch(&mut self) -> Result<(), Broken> {
        let mut facts = std::mem::take(&mut self.hub.facts);
        for member in &mut self.members {
            facts.append(&mut member.facts);
        }
        for fact in facts {
            let _ = writeln!(self.trace, "  {fact:?}");
            self.promises.watch(fact)?;
        }
        Ok(())
    }
}
