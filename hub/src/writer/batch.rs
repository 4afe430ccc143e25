//! One batch: decide everything on loaded rows, write it, append to the log, sign once, commit, then answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use wiez_proto::id::{Handle, InstitutionId};
use wiez_proto::limits;
use wiez_proto::log::Digest;
use wiez_proto::log::leaf::Leaf;
use wiez_proto::log::tree::Frontier;

use super::deposit::Accepted;
use super::ending::Ending;
use super::sealed::Sealed;
use super::work::{AcknowledgeWork, Answer, OfferWork, Work};
use crate::directory::Members;
use crate::mailbox::line::Line;
use crate::region::{Head, Shared};
use crate::retention;
use crate::store::consent::{EdgeRow, LIVE, REVOKED};
use crate::store::log::HeadRow;
use crate::store::mailbox::event::EventRow;
use crate::store::{self, StoreError, Tx};

/// Something that is done only after the commit; it knows where the log has everything.
type After = Box<dyn FnOnce(&Sealed) + Send>;

/// What a control entry of the log still needs written, once its place in the log is known.
pub(super) enum Due {
    /// A new edge.
    Edge(Handle),
    /// The end of an edge, and the signed object.
    Withdrawal(Handle, Vec<u8>),
    /// A change of the directory: whose, kind, object.
    Directory(InstitutionId, i64, Vec<u8>),
}

/// A batch in progress. Dropped before its commit, nothing of it has happened.
pub(crate) struct Batch<'a> {
    pub(super) shared: &'a Shared,
    pub(crate) now_ms: i64,
    pub(crate) tx: Tx,
    pub(super) head: HeadRow,
    /// The head as it was, so that a batch without news writes nothing.
    before: HeadRow,
    pub(super) frontier: Frontier,
    pub(super) members: Arc<Members>,
    /// Edges that the batch speaks of, with what it decided about them so far.
    pub(super) edges: BTreeMap<Handle, EdgeRow>,
    /// Control entries in the order of their decision, each with what it needs.
    pub(super) entries: Vec<Leaf>,
    pub(super) due: Vec<Due>,
    /// Envelope and receipt hashes for the mail leaf.
    pub(super) items: Vec<Digest>,
    pub(crate) endings: Vec<Ending>,
    pub(super) accepted: Vec<Accepted>,
    pub(super) events: Vec<EventRow>,
    /// Streams to be told: news, room, or that something ended.
    pub(super) has_news: BTreeSet<InstitutionId>,
    pub(super) acknowledged: BTreeMap<InstitutionId, Vec<i64>>,
    pub(super) ended_for: BTreeSet<InstitutionId>,
    pub(super) resumed: bool,
    pub(super) after: Vec<After>,
}

/// The work of a batch by kind, in the order in which it is decided: what happened already
/// (receipts) before what ends (withdrawals) before what begins (deposits).
#[derive(Default)]
struct Sorted {
    control: Vec<Work>,
    receipts: Vec<AcknowledgeWork>,
    withdrawals: Vec<Work>,
    deposits: Vec<super::work::DepositWork>,
    offers: Vec<OfferWork>,
}

impl Sorted {
    fn of(works: Vec<Work>) -> Self {
        let mut sorted = Self::default();
        for work in works {
            match work {
                Work::Invite(_) | Work::Redeem(_) | Work::Standing(_) | Work::Edge(_) => sorted.control.push(work),
                Work::Acknowledge(acknowledge) => sorted.receipts.push(acknowledge),
                Work::Withdraw(_) => sorted.withdrawals.push(work),
                Work::Deposit(deposit) => sorted.deposits.push(*deposit),
                Work::Offer(offer) => sorted.offers.push(offer),
            }
        }
        sorted
    }

    /// Handles of every edge that the batch speaks of.
    fn handles(&self) -> BTreeSet<Handle> {
        let mut handles = BTreeSet::new();
        for work in self.control.iter().chain(&self.withdrawals) {
            match work {
                Work::Edge(edge) => handles.extend(Handle::parse(&edge.edge.handle)),
                Work::Withdraw(withdraw) => handles.extend(&withdraw.withdrawal.handles),
                Work::Invite(_)
                | Work::Redeem(_)
                | Work::Standing(_)
                | Work::Acknowledge(_)
                | Work::Deposit(_)
                | Work::Offer(_) => {}
            }
        }
        handles.extend(self.deposits.iter().filter_map(|deposit| deposit.verified.envelope().header().handle));
        handles
    }
}

impl<'a> Batch<'a> {
    /// Runs one batch; without work it only does what the clock asks for.
    ///
    /// # Errors
    /// Nothing has happened then, and nobody was answered.
    pub(super) async fn run(shared: &'a Shared, works: Vec<Work>) -> Result<(), StoreError> {
        let idle = works.is_empty();
        let sorted = Sorted::of(works);
        let mut batch = Self::begin(shared).await?;
        batch.load_edges(&sorted.handles()).await?;
        for work in sorted.control {
            batch.decide(work).await?;
        }
        batch.acknowledge(sorted.receipts).await?;
        for work in sorted.withdrawals {
            batch.decide(work).await?;
        }
        if idle {
            retention::sweep(&mut batch).await?;
        }
        batch.decide_deposits(sorted.deposits).await?;
        let sealed = batch.seal().await?;
        batch.write(&sealed).await?;
        for offer in sorted.offers {
            batch.offer(offer).await?;
        }
        batch.finish(sealed).await
    }

    async fn begin(shared: &'a Shared) -> Result<Self, StoreError> {
        let mut tx = shared.store.begin().await?;
        let head = store::log::head(tx.conn()).await?.ok_or_else(|| StoreError::corrupt("log_head"))?;
        let frontier = Frontier::from_bytes(&head.frontier).map_err(|_| StoreError::corrupt("frontier"))?;
        let members = Arc::clone(&shared.members.borrow());
        Ok(Self {
            shared,
            // The log never shows an earlier time with a larger size.
            now_ms: shared.env.now_ms().max(head.signed_ms),
            tx,
            before: head.clone(),
            head,
            frontier,
            members,
            edges: BTreeMap::new(),
            entries: Vec::new(),
            due: Vec::new(),
            items: Vec::new(),
            endings: Vec::new(),
            accepted: Vec::new(),
            events: Vec::new(),
            has_news: BTreeSet::new(),
            acknowledged: BTreeMap::new(),
            ended_for: BTreeSet::new(),
            resumed: false,
            after: Vec::new(),
        })
    }

    async fn load_edges(&mut self, handles: &BTreeSet<Handle>) -> Result<(), StoreError> {
        let handles: Vec<&[u8]> = handles.iter().map(|handle| handle.bytes().as_slice()).collect();
        for edge in store::consent::edges(self.tx.conn(), &handles).await? {
            let handle = Handle::parse(&edge.handle).map_err(|_| StoreError::corrupt("edge"))?;
            self.edges.insert(handle, edge);
        }
        Ok(())
    }

    async fn decide(&mut self, work: Work) -> Result<(), StoreError> {
        match work {
            Work::Invite(invite) => self.invite(invite).await,
            Work::Redeem(redeem) => self.redeem(*redeem).await,
            Work::Standing(standing) => self.standing(standing).await,
            Work::Edge(edge) => {
                self.edge(edge);
                Ok(())
            }
            Work::Withdraw(withdraw) => self.withdraw(withdraw).await,
            Work::Acknowledge(_) | Work::Deposit(_) | Work::Offer(_) => Ok(()),
        }
    }

    /// Adds a control entry with what has to be written once its place is known; returns its number.
    pub(super) fn enter(&mut self, leaf: Leaf, due: Due) -> usize {
        self.entries.push(leaf);
        self.due.push(due);
        self.entries.len() - 1
    }

    /// Answers after the commit.
    pub(super) fn answer<T: Send + 'static>(
        &mut self,
        answer: Answer<T>,
        with: impl FnOnce(&Sealed) -> Result<T, wiez_proto::refusal::Refusal> + Send + 'static,
    ) {
        self.after.push(Box::new(move |sealed| {
            // Whoever does not wait any more needs no answer.
            let _ = answer.send(with(sealed));
        }));
    }

    /// Adds news for an institution as a sender.
    pub(super) fn event(&mut self, institution: &InstitutionId, kind: i64, object: Vec<u8>, expires_ms: i64) {
        let [_, next, _] = &mut self.head.next;
        let cursor = *next;
        *next += 1;
        self.has_news.insert(institution.clone());
        self.events.push(EventRow {
            cursor,
            institution: institution.to_string(),
            kind,
            object,
            keep_until_ms: expires_ms.max(self.now_ms).saturating_add(limits::RECEIPT_RETENTION_MS),
        });
    }

    /// Writes what depends on the place of entries in the log.
    async fn write(&mut self, sealed: &Sealed) -> Result<(), StoreError> {
        for (entry, due) in std::mem::take(&mut self.due).into_iter().enumerate() {
            let leaf = sealed.leaf(entry)?;
            match due {
                Due::Edge(handle) => {
                    let edge = self.edges.get_mut(&handle).ok_or_else(|| StoreError::corrupt("edge overlay"))?;
                    edge.leaf_index = leaf;
                    // A withdrawal in the same batch is written by itself, a revocation only here.
                    let state = if edge.state == REVOKED { REVOKED } else { LIVE };
                    let row = EdgeRow { state, end_leaf: None, ..edge.clone() };
                    store::consent::put_edge(&mut self.tx, &row).await?;
                }
                Due::Withdrawal(handle, object) => {
                    store::log::put_proof(&mut self.tx, leaf, &object).await?;
                    store::consent::withdraw(&mut self.tx, handle.bytes(), leaf).await?;
                }
                Due::Directory(institution, kind, object) => {
                    let [_, _, next] = &mut self.head.next;
                    let revision = *next;
                    *next += 1;
                    if kind == store::directory::STANDING {
                        store::log::put_proof(&mut self.tx, leaf, &object).await?;
                    }
                    let item = store::directory::ItemRow { revision, leaf_index: leaf, kind, object };
                    store::directory::append(&mut self.tx, institution.as_str(), &item).await?;
                }
            }
        }
        self.put_accepted(sealed).await?;
        self.end_mail(sealed).await?;
        let events = std::mem::take(&mut self.events);
        store::mailbox::event::put(&mut self.tx, &events).await?;
        self.head.frontier = self.frontier.to_bytes();
        if self.head == self.before {
            return Ok(());
        }
        store::log::set_head(&mut self.tx, &self.head).await
    }

    async fn offer(&mut self, offer: OfferWork) -> Result<(), StoreError> {
        let OfferWork { recipient, ids, answer } = offer;
        let offered = store::mailbox::offer(&mut self.tx, recipient.as_str(), &ids).await?;
        self.answer(answer, move |_| Ok(offered));
        Ok(())
    }

    /// Commits, then tells everybody: first the streams, then the counter, then the answers.
    async fn finish(self, sealed: Sealed) -> Result<(), StoreError> {
        let Self { shared, tx, members, after, accepted, has_news, acknowledged, ended_for, resumed, .. } = self;
        tx.commit().await?;
        shared.head.send_replace(Head { size: sealed.size, checkpoint: sealed.checkpoint.clone() });
        if members.revision() != shared.members.borrow().revision() {
            shared.members.send_replace(members);
        }
        let tell = |institution: &InstitutionId, what: &dyn Fn(&Line)| {
            if let Some(line) = shared.lines.get(institution) {
                what(&line);
            }
        };
        for (institution, ids) in &acknowledged {
            tell(institution, &|line| line.acknowledged(ids));
        }
        if resumed {
            shared.lines.start_all_again();
        }
        if !ended_for.is_empty() {
            ended_for.iter().for_each(|institution| tell(institution, &Line::start_again));
            shared.endings.fetch_add(1, Ordering::SeqCst);
        }
        let checked = shared.endings.load(Ordering::SeqCst);
        accepted.into_iter().for_each(|accepted| accepted.tell(shared, &sealed, checked));
        has_news.iter().for_each(|institution| tell(institution, &Line::has_news));
        after.into_iter().for_each(|after| after(&sealed));
        Ok(())
    }
}
