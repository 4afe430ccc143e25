//! What counts as failure: a reference model that only watches what the parties did.
//!
//! **A failure is** a promise below that does not hold, at any moment or after everything was
//! repaired. **No failure is** a refusal that is told, a message that ended and whose sender
//! was told so, an `UNCERTAIN` that stays uncertain, a delay while somebody is away, a message
//! that a restored sender offers again and that the hub refuses as known (`ID_REUSED`), content
//! that a recipient lost because its own database was replaced by an old copy, a number that a
//! lost life had signed without any byte of it reaching the hub, and a gap that a recipient
//! reports while the hub holds an earlier envelope back or that one came too late: the gap closes
//! with the envelope or its tombstone, and that it closes is promised.

use std::collections::{BTreeMap, BTreeSet};

use wiez_proto::envelope::{Header, Position};
use wiez_proto::id::{Handle, Hash, InstitutionId, MessageId};

/// Something that a party did, told to the model when it happens.
#[derive(Clone, Debug)]
pub(crate) enum Fact {
    /// A node sealed an envelope.
    Sealed { by: InstitutionId, to: InstitutionId, at: Position, hash: Hash },
    /// A node stopped everything under a handle.
    Stopped { by: InstitutionId, handle: Handle },
    /// A node wrote an envelope to the network.
    Wrote { by: InstitutionId, handle: Option<Handle> },
    /// A node took content into its casework.
    Took { by: InstitutionId, from: InstitutionId, id: MessageId, hash: Hash },
    /// A node turned content away.
    Refused { by: InstitutionId, hash: Hash },
    /// A node got a tombstone in the place of an envelope.
    Buried { by: InstitutionId, hash: Hash },
    /// A recipient told a sender that it misses an earlier envelope.
    Gap,
    /// A person saw content for the first time; the node had mirrored so much of the log.
    Opened { handle: Handle, log: usize, age_ms: i64 },
    /// A node's database was replaced by an old copy that remembers these envelopes and took those messages.
    Restored { who: InstitutionId, remembers: BTreeSet<Hash>, took: BTreeSet<(InstitutionId, MessageId)> },
    /// The hub has it on disk and in the log.
    Accepted { hash: Hash, header: Header },
    /// The hub lets it leave.
    HandedOut { hash: Hash, handle: Option<Handle> },
    /// The hub committed the end of an edge at this place of the log.
    Withdrawn { handle: Handle, leaf: usize },
}

/// A rule that a run breaks on purpose, to prove that the model notices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flaw {
    /// Everybody keeps the rules.
    None,
    /// The hub hands out what was withdrawn.
    HandsOutWithdrawn,
    /// The hub loses an accepted envelope when it crashes.
    HubForgetsMail,
    /// A node takes what it took before.
    TakesTwice,
    /// A node forgets used numbers when it crashes.
    ForgetsNumbers,
    /// A node goes on writing what was withdrawn.
    WritesStopped,
    /// A person sees content whose withdrawal the node has seen.
    OpensWithdrawn,
    /// A recipient confirms tombstones as if they were content.
    ConfirmsTombstones,
    /// A passed deadline moves nothing.
    IgnoresDeadlines,
}

/// The promises, by the name under which a broken one is reported.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Promise {
    ExactlyOnce,
    NothingVanishes,
    NoNumberTwice,
    NothingAfterWithdrawal,
    SenderKnowsTheTruth,
    EverythingSettles,
    OwnerAndDeadline,
    BothSidesAgree,
    NoFalseAlarm,
}

/// A promise that did not hold.
#[derive(Clone, Debug)]
pub(crate) struct Broken(pub(crate) Promise, pub(crate) String);

/// Says what is broken, or nothing.
pub(crate) fn hold(good: bool, promise: Promise, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if good { Ok(()) } else { Err(Broken(promise, what())) }
}

type Place = (InstitutionId, InstitutionId, u64, u64);

/// The model.
#[derive(Default)]
pub(crate) struct Promises {
    sealed: BTreeMap<Place, Hash>,
    stopped: BTreeSet<(InstitutionId, Handle)>,
    taken: BTreeMap<InstitutionId, BTreeSet<(InstitutionId, MessageId)>>,
    accepted: BTreeMap<Hash, Header>,
    accepted_places: BTreeSet<Place>,
    accepted_ids: BTreeSet<(InstitutionId, MessageId)>,
    withdrawn: BTreeMap<Handle, usize>,
    /// Content that a recipient ever took, also in a life that was lost.
    ever_taken: BTreeSet<Hash>,
    ever_taken_ids: BTreeSet<(InstitutionId, MessageId)>,
    refused: BTreeSet<(InstitutionId, Hash)>,
    buried: BTreeSet<(InstitutionId, Hash)>,
    restored: BTreeSet<InstitutionId>,
    /// How often each kind of thing happened, so that a run that does nothing is noticed.
    pub(crate) counts: BTreeMap<&'static str, usize>,
}

impl Promises {
    /// Watches one step.
    pub(crate) fn watch(&mut self, fact: Fact) -> Result<(), Broken> {
        match fact {
            Fact::Sealed { by, to, at, hash } => {
                self.count("sealed");
                let before = self.sealed.insert((by.clone(), to.clone(), at.epoch, at.seq), hash);
                hold(before.is_none_or(|before| before == hash), Promise::NoNumberTwice, || {
                    format!("{by} signed two envelopes to {to} at ({}, {})", at.epoch, at.seq)
                })
            }
            Fact::Stopped { by, handle } => {
                self.count("stopped");
                self.stopped.insert((by, handle));
                Ok(())
            }
            Fact::Wrote { by, handle } => {
                let gone = handle.is_some_and(|handle| self.stopped.contains(&(by.clone(), handle)));
                hold(!gone, Promise::NothingAfterWithdrawal, || {
                    format!("{by} wrote under a handle that it had stopped")
                })
            }
            Fact::Took { by, from, id, hash } => self.took(by, from, id, hash),
            Fact::Refused { by, hash } => {
                self.count("turned away");
                self.refused.insert((by, hash));
                Ok(())
            }
            Fact::Buried { by, hash } => {
                self.count("buried");
                self.buried.insert((by, hash));
                Ok(())
            }
            Fact::Gap => {
                self.count("gaps");
                Ok(())
            }
            Fact::Opened { handle, log, age_ms } => {
                self.count("opened");
                let covered = self.withdrawn.get(&handle).is_some_and(|leaf| *leaf < log);
                hold(!covered && age_ms <= 24 * 3_600_000, Promise::NothingAfterWithdrawal, || {
                    format!(
                        "content under {handle} was opened on a log of {log}, {age_ms} ms old, that holds its withdrawal"
                    )
                })
            }
            Fact::Restored { who, remembers, took } => {
                self.count("restored");
                let known = |hash: &Hash| self.accepted.contains_key(hash) || remembers.contains(hash);
                self.sealed.retain(|(by, ..), hash| *by != who || known(hash));
                self.stopped.retain(|(by, _)| *by != who);
                self.taken.insert(who.clone(), took);
                self.restored.insert(who);
                Ok(())
            }
            Fact::Accepted { hash, header } => self.accept(hash, header),
            Fact::HandedOut { hash, handle } => {
                self.count("handed out");
                let gone = handle.is_some_and(|handle| self.withdrawn.contains_key(&handle));
                hold(!gone, Promise::NothingAfterWithdrawal, || {
                    format!("the hub handed out {hash} after its withdrawal")
                })
            }
            Fact::Withdrawn { handle, leaf } => {
                self.count("withdrawn");
                self.withdrawn.insert(handle, leaf);
                Ok(())
            }
        }
    }

    /// Counts something that happened.
    pub(crate) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn took(&mut self, by: InstitutionId, from: InstitutionId, id: MessageId, hash: Hash) -> Result<(), Broken> {
        self.count("taken");
        self.ever_taken.insert(hash);
        self.ever_taken_ids.insert((from.clone(), id));
        let new = self.taken.entry(by.clone()).or_default().insert((from.clone(), id));
        hold(new, Promise::ExactlyOnce, || format!("{by} took {id} of {from} twice"))
    }

    fn accept(&mut self, hash: Hash, header: Header) -> Result<(), Broken> {
        self.count("accepted");
        let Position { epoch, seq, .. } = header.position;
        let place = (header.sender.clone(), header.recipient.clone(), epoch, seq);
        let once =
            self.accepted_places.insert(place) && self.accepted_ids.insert((header.sender.clone(), header.message_id));
        self.accepted.insert(hash, header);
        hold(once, Promise::NoNumberTwice, || {
            format!("the hub accepted two envelopes at the place or under the id of {hash}")
        })
    }

    /// Whether the recipient ever held these very bytes: taken or turned away.
    pub(crate) fn was_held(&self, by: &InstitutionId, hash: &Hash) -> bool {
        self.ever_taken.contains(hash) || self.refused.contains(&(by.clone(), *hash))
    }

    /// Whether the recipient ever took a message of this id.
    pub(crate) fn id_was_taken(&self, from: &InstitutionId, id: &MessageId) -> bool {
        self.ever_taken_ids.contains(&(from.clone(), *id))
    }

    /// Whether the recipient knows of these bytes: held, or buried as a tombstone.
    pub(crate) fn was_seen(&self, by: &InstitutionId, hash: &Hash) -> bool {
        self.was_held(by, hash) || self.buried.contains(&(by.clone(), *hash))
    }

    /// Whether its database was ever replaced by an old copy.
    pub(crate) fn was_restored(&self, who: &InstitutionId) -> bool {
        self.restored.contains(who)
    }

    /// Everything that the hub ever accepted.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = (&Hash, &Header)> {
        self.accepted.iter()
    }
}
