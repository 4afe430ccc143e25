//! A hub in memory: stores and hands out what the real rules allow, in batches like the real writer.

use std::collections::{BTreeMap, BTreeSet};

use wiez_hub::consent::{self, HandOut, may_leave};
use wiez_hub::directory::Members;
use wiez_hub::mailbox::judge::{Last, Situation, judge};
use wiez_node::inbox::Arrived;
use wiez_proto::directory::{Membership, Standing};
use wiez_proto::env::Env;
use wiez_proto::envelope::{Envelope, Header, Verified};
use wiez_proto::grant::Withdrawal;
use wiez_proto::id::{Handle, Hash, InstitutionId, MessageId};
use wiez_proto::receipt::{EndCause, Receipt, Status};
use wiez_proto::refusal::{Reason, Refusal, Retry};
use wiez_proto::wire::v1;

use crate::cast::cast;
use crate::promises::{Fact, Flaw};
use crate::wire::{Down, Edge, GONE, Leaf, News, Up};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Stored,
    Offered,
    Taken,
    Ended,
    /// Ended, and the recipient holds the tombstone.
    Buried,
    /// Ended, but the recipient had taken it before.
    Late,
}

#[derive(Clone)]
struct Mail {
    hash: Hash,
    header: Header,
    /// Erased when it was taken or ended.
    envelope: Option<v1::Envelope>,
    state: State,
    /// Ended after it may have left.
    uncertain: bool,
    leaf: usize,
}

/// What survives a crash of the hub.
#[derive(Clone)]
struct Disk {
    members: Members,
    mail: BTreeMap<u64, Mail>,
    last: BTreeMap<(InstitutionId, InstitutionId), Last>,
    ids: BTreeSet<(InstitutionId, MessageId)>,
    edges: BTreeMap<Handle, Edge>,
    log: Vec<Leaf>,
    news: BTreeMap<InstitutionId, Vec<News>>,
    signed_ms: i64,
}

struct Session {
    number: u64,
    /// News that were sent down on it.
    cursor: usize,
    /// Handed out and not acknowledged; true for the tombstone.
    out: BTreeSet<(u64, bool)>,
}

struct Work {
    from: InstitutionId,
    session: u64,
    ask: Up,
}

/// Who gets an answer, on which session.
pub(crate) type Answer = (InstitutionId, u64, Down);

pub(crate) struct Hub {
    pub(crate) env: Env,
    disk: Disk,
    sessions: BTreeMap<InstitutionId, Session>,
    pending: Vec<Work>,
    /// So many deposits are refused for lack of room.
    pub(crate) busy: usize,
    pub(crate) facts: Vec<Fact>,
    flaw: Flaw,
}

impl Hub {
    pub(crate) fn new(env: Env, flaw: Flaw) -> Self {
        let disk = Disk {
            members: cast().members(),
            mail: BTreeMap::new(),
            last: BTreeMap::new(),
            ids: BTreeSet::new(),
            edges: BTreeMap::new(),
            log: vec![],
            news: BTreeMap::new(),
            signed_ms: 0,
        };
        Self { env, disk, sessions: BTreeMap::new(), pending: vec![], busy: 0, facts: vec![], flaw }
    }

    /// Everything that was not committed is gone.
    pub(crate) fn crash(&mut self) {
        self.sessions.clear();
        self.pending.clear();
        if self.flaw == Flaw::HubForgetsMail {
            let last = self.disk.mail.iter().rev().find(|(_, mail)| mail.state == State::Stored).map(|(id, _)| *id);
            last.map(|id| self.disk.mail.remove(&id));
        }
    }

    /// Whether an institution may connect now.
    pub(crate) fn admits(&self, who: &InstitutionId) -> bool {
        self.standing(who) == Some(Standing::Active)
    }

    fn standing(&self, who: &InstitutionId) -> Option<Standing> {
        self.disk.members.get(who).map(|member| member.standing)
    }

    /// A new collecting stream; the one before ends.
    pub(crate) fn open(&mut self, who: &InstitutionId, number: u64, cursor: usize) {
        self.sessions.insert(who.clone(), Session { number, cursor, out: BTreeSet::new() });
    }

    pub(crate) fn close(&mut self, who: &InstitutionId) {
        self.sessions.remove(who);
    }

    /// Takes a question. What only reads is answered at once, the rest waits for the writer.
    pub(crate) fn take(&mut self, from: &InstitutionId, session: u64, ask: Up) -> Option<Answer> {
        if !self.admits(from) {
            return None;
        }
        let answer = |down| Some((from.clone(), session, down));
        match ask {
            Up::Channels => answer(Down::Channels(self.channels(from))),
            Up::Mirror { from: first } => {
                let leaves = self.disk.log.get(first..).unwrap_or_default().to_vec();
                answer(Down::Leaves { from: first, leaves, signed_ms: self.now_ms() })
            }
            Up::Deposit(_) | Up::Receipt(_) | Up::Edge { .. } | Up::Withdraw { .. } => {
                self.pending.push(Work { from: from.clone(), session, ask });
                None
            }
        }
    }

    fn channels(&self, from: &InstitutionId) -> Vec<(InstitutionId, u64, u64, Hash)> {
        let own = self.disk.last.iter().filter(|((sender, _), _)| sender == from);
        own.map(|((_, to), last)| (to.clone(), last.epoch, last.seq, last.hash)).collect()
    }

    /// The log never shows an earlier time with a larger size.
    fn now_ms(&self) -> i64 {
        self.env.now_ms().max(self.disk.signed_ms)
    }

    /// Commits what waits as one batch; edges, then receipts, then withdrawals, then deposits.
    pub(crate) fn commit(&mut self) -> Vec<Answer> {
        self.disk.signed_ms = self.now_ms();
        let mut works = std::mem::take(&mut self.pending);
        works.sort_by_key(|work| match work.ask {
            Up::Edge { .. } | Up::Channels | Up::Mirror { .. } => 0,
            Up::Receipt(_) => 1,
            Up::Withdraw { .. } => 2,
            Up::Deposit(_) => 3,
        });
        if works.is_empty() {
            self.sweep();
        }
        let mut answers = vec![];
        for Work { from, session, ask } in works {
            let down = match ask {
                Up::Edge { control, handle, edge } => Some(Down::Done { control, outcome: self.edge(handle, edge) }),
                Up::Withdraw { control, withdrawal } => {
                    Some(Down::Done { control, outcome: self.withdraw(&withdrawal) })
                }
                Up::Receipt(receipt) => {
                    self.acknowledge(&from, &receipt);
                    None
                }
                Up::Deposit(envelope) => self.deposit(&from, envelope),
                Up::Channels | Up::Mirror { .. } => None,
            };
            answers.extend(down.filter(|_| session != GONE).map(|down| (from, session, down)));
        }
        answers
    }

    fn edge(&mut self, handle: Handle, edge: Edge) -> Result<(), Refusal> {
        if let Some(known) = self.disk.edges.get(&handle) {
            let same = Edge { live: known.live, ..edge } == *known;
            return if same { Ok(()) } else { Err(Reason::HandleTaken.into()) };
        }
        self.disk.log.push(Leaf::Edge { handle, grant_hash: edge.grant_hash });
        self.disk.edges.insert(handle, edge);
        Ok(())
    }

    fn withdraw(&mut self, withdrawal: &Withdrawal) -> Result<(), Refusal> {
        let theirs = |handle: &Handle| {
            let party = |edge: &Edge| [&edge.sender, &edge.recipient].contains(&&withdrawal.party);
            self.disk.edges.get(handle).is_some_and(|edge| edge.grant_hash == withdrawal.grant_hash && party(edge))
        };
        if !withdrawal.handles.iter().all(theirs) {
            return Err(Reason::NotFound.into());
        }
        for handle in &withdrawal.handles {
            let Some(edge) = self.disk.edges.get_mut(handle).filter(|edge| edge.live) else { continue };
            edge.live = false;
            self.facts.push(Fact::Withdrawn { handle: *handle, leaf: self.disk.log.len() });
            self.disk.log.push(Leaf::End(*handle));
            if self.flaw != Flaw::HandsOutWithdrawn {
                self.end(EndCause::Withdrawn, |mail| mail.header.handle == Some(*handle));
            }
        }
        Ok(())
    }

    /// Ends what waits: the body goes, the sender gets a status, the recipient a tombstone.
    fn end(&mut self, cause: EndCause, which: impl Fn(&Mail) -> bool) {
        let at_ms = self.now_ms();
        let waits = |mail: &Mail| matches!(mail.state, State::Stored | State::Offered);
        for mail in self.disk.mail.values_mut().filter(|mail| waits(mail) && which(mail)) {
            let status = Status {
                sender: mail.header.sender.clone(),
                message_id: mail.header.message_id,
                envelope_hash: mail.hash,
                uncertain: mail.state == State::Offered,
                cause,
                at_ms,
            };
            mail.uncertain = status.uncertain;
            mail.state = State::Ended;
            mail.envelope = None;
            self.disk.news.entry(status.sender.clone()).or_default().push(News::Status(status));
        }
    }

    fn sweep(&mut self) {
        let now_ms = self.now_ms();
        self.end(EndCause::Expired, |mail| mail.header.expires_ms < now_ms);
    }

    /// Takes a receipt whole or not at all; only content that is newly held is news.
    fn acknowledge(&mut self, from: &InstitutionId, receipt: &Receipt) {
        let find = |hash: &Hash| {
            let theirs = |mail: &Mail| mail.header.recipient == *from && mail.header.sender == receipt.sender;
            self.disk.mail.iter().find(|(_, mail)| mail.hash == *hash && theirs(mail)).map(|(id, mail)| (*id, mail))
        };
        let held = |hash| {
            find(hash).filter(|(_, mail)| match mail.state {
                State::Stored => false,
                State::Ended | State::Buried => mail.uncertain,
                State::Offered | State::Taken | State::Late => true,
            })
        };
        let ended =
            |hash| find(hash).filter(|(_, mail)| matches!(mail.state, State::Ended | State::Buried | State::Late));
        let taken: Option<Vec<u64>> = receipt.envelope_hashes.iter().map(|hash| held(hash).map(|(id, _)| id)).collect();
        let buried: Option<Vec<u64>> =
            receipt.tombstone_hashes.iter().map(|hash| ended(hash).map(|(id, _)| id)).collect();
        let (Some(taken), Some(buried)) = (taken, buried) else { return };
        let mut news = false;
        for id in &taken {
            let Some(mail) = self.disk.mail.get_mut(id) else { continue };
            if !matches!(mail.state, State::Taken | State::Late) {
                mail.state = if mail.state == State::Offered { State::Taken } else { State::Late };
                mail.envelope = None;
                news = true;
            }
        }
        for id in &buried {
            self.disk
                .mail
                .get_mut(id)
                .filter(|mail| mail.state == State::Ended)
                .into_iter()
                .for_each(|mail| mail.state = State::Buried);
        }
        if let Some(session) = self.sessions.get_mut(from) {
            session.out.retain(|(id, _)| !taken.contains(id) && !buried.contains(id));
        }
        if news {
            self.disk.news.entry(receipt.sender.clone()).or_default().push(News::Receipt(receipt.clone()));
        }
    }

    fn deposit(&mut self, from: &InstitutionId, raw: v1::Envelope) -> Option<Down> {
        let envelope = Envelope::parse(raw).ok()?;
        let hash = envelope.hash();
        let key = &cast().get(from)?.entry.signing_key;
        let verified = envelope.verify(key, &cast().region).ok()?;
        let outcome = self.decide(from, verified);
        // Hub receipts and final refusals are signed; the node believes only those.
        Some(Down::Answer { hash, outcome })
    }

    fn decide(&mut self, from: &InstitutionId, verified: Verified) -> Result<(), Refusal> {
        let (hash, header) = (verified.envelope().hash(), verified.envelope().header().clone());
        if self.disk.mail.values().any(|mail| mail.hash == hash) {
            return Ok(());
        }
        let id = (header.sender.clone(), header.message_id);
        if self.disk.ids.contains(&id) {
            return Err(Reason::IdReused.into());
        }
        if self.busy > 0 {
            self.busy -= 1;
            return Err(Refusal::new(Reason::DiskFull).retry_after(5_000));
        }
        let edge = header.handle.and_then(|handle| self.disk.edges.get(&handle)).map(|edge| consent::Edge {
            sender: edge.sender.as_str(),
            recipient: edge.recipient.as_str(),
            valid_until_ms: edge.valid_until_ms,
            live: edge.live,
        });
        let pair = (header.sender.clone(), header.recipient.clone());
        let last = self.disk.last.get(&pair).copied();
        let situation = Situation { caller: from, members: &self.disk.members, edge, last, now_ms: self.now_ms() };
        let admitted = judge(verified, &situation)?;
        self.facts.push(Fact::Accepted { hash, header: header.clone() });
        self.disk.ids.insert(id);
        self.disk.last.insert(pair, Last { epoch: header.position.epoch, seq: header.position.seq, hash });
        let live = self.sessions.contains_key(&header.recipient);
        let state = if live { State::Offered } else { State::Stored };
        let (envelope, leaf) = (Some(admitted.envelope().to_wire()), self.disk.log.len());
        self.disk.log.push(Leaf::Mail);
        let number = self.disk.mail.last_key_value().map_or(1, |(id, _)| id + 1);
        self.disk.mail.insert(number, Mail { hash, header, envelope, state, uncertain: false, leaf });
        Ok(())
    }

    /// Hands out the next thing on a collecting stream, if the gate lets it leave at this moment.
    pub(crate) fn pump(&mut self, who: &InstitutionId) -> Option<Answer> {
        let now_ms = self.now_ms();
        if !self.admits(who) {
            return None;
        }
        let session = self.sessions.get_mut(who)?;
        let number = session.number;
        if let Some(news) = self.disk.news.get(who).and_then(|all| all.get(session.cursor)) {
            session.cursor += 1;
            return Some((who.clone(), number, Down::News(session.cursor, news.clone())));
        }
        let (disk, facts) = (&mut self.disk, &mut self.facts);
        for (id, mail) in disk.mail.iter_mut().filter(|(_, mail)| mail.header.recipient == *who) {
            if matches!(mail.state, State::Taken | State::Buried | State::Late)
                || session.out.contains(&(*id, mail.state == State::Ended))
            {
                continue;
            }
            let Some(envelope) = mail.envelope.clone() else {
                session.out.insert((*id, true));
                return Some((who.clone(), number, Down::Tombstone(Arrived::of(&mail.header, mail.hash))));
            };
            let facts_now = HandOut {
                sender: disk.members.get(&mail.header.sender).map(|member| member.standing),
                expires_ms: mail.header.expires_ms,
                valid_until_ms: mail.header.handle.and_then(|h| disk.edges.get(&h)).map(|edge| edge.valid_until_ms),
                now_ms,
            };
            if !may_leave(&facts_now) {
                continue;
            }
            // Written down before the first byte leaves.
            mail.state = State::Offered;
            session.out.insert((*id, false));
            facts.push(Fact::HandedOut { hash: mail.hash, handle: mail.header.handle });
            return Some((who.clone(), number, Down::Delivery { envelope, leaf: mail.leaf }));
        }
        None
    }

    /// Suspends or resumes an institution.
    pub(crate) fn set_standing(&mut self, who: &InstitutionId, standing: Standing) {
        let change = Membership { institution: who.clone(), standing, at_ms: self.now_ms() };
        let revision = self.disk.members.revision() + 1;
        self.disk.members = self.disk.members.clone().with_standing(&change, revision);
        if standing != Standing::Active {
            self.sessions.remove(who);
        }
    }

    /// Whether nothing waits for the writer or for a recipient.
    pub(crate) fn is_still(&self) -> bool {
        self.pending.is_empty()
    }

    /// Hashes that neither left for good nor ended.
    pub(crate) fn open_mail(&self) -> Vec<Hash> {
        let open = |mail: &&Mail| !matches!(mail.state, State::Taken | State::Buried | State::Late);
        self.disk.mail.values().filter(open).map(|mail| mail.hash).collect()
    }
}

/// Whether a refusal is the last word on these bytes, and therefore signed.
pub(crate) fn is_signed(refusal: &Refusal) -> bool {
    refusal.reason.retry() != Retry::Later
}
