//! Checks the rules of a channel against a small hub that keeps the hub's side of them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use proptest::prelude::*;
use wiez_proto::vocab::BasisClass;

use super::*;

const NOW: i64 = 1_700_000_000_000;

fn item(n: u8, urgency: u8) -> Item {
    Item {
        message_id: MessageId::new([n; 16]),
        recipient: "sp3".parse().unwrap(),
        class: BasisClass::NoPersonalData,
        handle: None,
        thread: ThreadId::new([n; 16]),
        urgency,
        order: i64::from(n),
        expires_ms: NOW + 10 * limits::TTL_MIN_MS,
        state: State::Queued,
        at: None,
        hash: None,
        attempts: 0,
        next_try_ms: NOW,
        reason: None,
        held: false,
    }
}

fn channel(items: Vec<Item>) -> Channel {
    Channel { recipient: "sp3".parse().unwrap(), head: Head::new(1), items }
}

/// What the hub does with a channel: accepts above the last number and after the last hash.
#[derive(Default)]
struct Hub {
    last: Option<(Position, Hash)>,
    accepted: Vec<Hash>,
    ids: Vec<MessageId>,
}

impl Hub {
    fn deposit(&mut self, id: MessageId, at: Position, hash: Hash) -> Result<(), Reason> {
        if self.accepted.contains(&hash) {
            return Ok(());
        }
        let (seq, prev) = self.last.map_or((0, Hash::ZERO), |(at, hash)| (at.seq, hash));
        let later = self.last.is_some_and(|(last, _)| at.epoch > last.epoch);
        if at.prev != prev {
            return Err(Reason::PrevMismatch);
        }
        if !later && at.seq <= seq {
            return Err(Reason::SeqUsed);
        }
        assert!(!self.ids.contains(&id), "a message was accepted twice");
        self.last = Some((at, hash));
        self.accepted.push(hash);
        self.ids.push(id);
        Ok(())
    }

    fn shown(&self, known: bool) -> Option<Shown> {
        self.last.map(|(at, hash)| Shown { epoch: at.epoch, seq: at.seq, hash, known })
    }
}

/// Seals with a counter in place of randomness and remembers every position ever signed.
#[derive(Default)]
struct Sealer {
    count: u64,
    signed: BTreeSet<(u64, u64)>,
}

impl Sealer {
    fn seal(&mut self, channel: &mut Channel, id: MessageId, at: Position) {
        assert!(self.signed.insert((at.epoch, at.seq)), "a position was signed twice");
        self.count += 1;
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&self.count.to_be_bytes());
        hash[8] = 1;
        channel.sealed(id, at, Hash::new(hash));
    }

    fn seal_all(&mut self, channel: &mut Channel) {
        loop {
            let next = channel.turn(NOW, &BTreeSet::new()).into_iter().find_map(|action| match action {
                Action::Seal(id, at) => Some((id, at)),
                Action::Write(..) | Action::AskHead => None,
            });
            let Some((id, at)) = next else { return };
            self.seal(channel, id, at);
        }
    }
}

fn writes(channel: &Channel) -> Vec<(MessageId, Hash)> {
    let all = channel.turn(NOW, &BTreeSet::new()).into_iter();
    all.filter_map(|action| match action {
        Action::Write(id, hash) => Some((id, hash)),
        Action::Seal(..) | Action::AskHead => None,
    })
    .collect()
}

fn position(channel: &Channel, id: MessageId) -> Position {
    channel.items.iter().find(|item| item.message_id == id).unwrap().at.unwrap()
}

#[test]
fn the_most_urgent_goes_first_and_at_most_sixteen_wait_for_an_answer() {
    let mut items: Vec<Item> = (1..=20).map(|n| item(n, 2)).collect();
    items[19].urgency = 0;
    let mut channel = channel(items);
    Sealer::default().seal_all(&mut channel);
    let written = writes(&channel);
    assert_eq!(written.len(), limits::MAX_UNANSWERED_PER_CHANNEL);
    assert_eq!(written[0].0, MessageId::new([20; 16]));
    assert_eq!(written[1].0, MessageId::new([1; 16]));
    let flying = written.iter().map(|(_, hash)| *hash).collect();
    assert!(channel.turn(NOW, &flying).is_empty());
}

#[test]
fn nothing_overtakes_an_older_message_of_its_own_thread_that_waits_for_another_try() {
    let mut items: Vec<Item> = (1..=4).map(|n| item(n, 2)).collect();
    for at in [1, 2] {
        items[at].thread = items[0].thread;
    }
    items[0].next_try_ms = NOW + 5000;
    items[2].urgency = 0;
    let mut channel = channel(items);
    let mut sealer = Sealer::default();
    sealer.seal_all(&mut channel);
    let other: Vec<MessageId> = writes(&channel).into_iter().map(|(id, _)| id).collect();
    assert_eq!(other, [MessageId::new([4; 16])], "only another thread may go now");
    channel.items[0].next_try_ms = NOW;
    channel.items.push(item(5, 1));
    sealer.seal_all(&mut channel);
    let all: Vec<MessageId> = writes(&channel).into_iter().map(|(id, _)| id).collect();
    // The thread is as urgent as the message that waits behind the others.
    assert_eq!(all, [4, 1, 2, 3, 5].map(|n| MessageId::new([n; 16])));
}

#[test]
fn a_refusal_kills_what_was_sealed_after_it_and_numbers_are_never_used_again() {
    let env = Env::stepped(NOW, 1);
    let (mut sealer, mut hub) = (Sealer::default(), Hub::default());
    let mut channel = channel((1..=3).map(|n| item(n, 2)).collect());
    sealer.seal_all(&mut channel);
    let first = writes(&channel);
    let no = Refusal::new(Reason::ConsentWithdrawn);
    let (refused, fate) = channel.refused(first[0].1, &no, true, &env).unwrap();
    assert_eq!((refused.state, fate), (State::Refused, Fate::Ended));
    // The others are queued again; their old bytes are unknown from now on.
    assert!(writes(&channel).is_empty());
    assert!(channel.accepted(first[1].1).is_none());
    sealer.seal_all(&mut channel);
    for (id, hash) in writes(&channel) {
        assert_eq!(hub.deposit(id, position(&channel, id), hash), Ok(()));
        channel.accepted(hash).unwrap();
    }
    assert_eq!((channel.head.used_seq, channel.head.accepted_seq), (5, 5));
}

#[test]
fn a_final_reason_without_the_hubs_signature_is_tried_again() {
    let env = Env::stepped(NOW, 1);
    let mut channel = channel(vec![item(1, 2)]);
    Sealer::default().seal_all(&mut channel);
    let hash = writes(&channel)[0].1;
    let (item, fate) = channel.refused(hash, &Refusal::new(Reason::ConsentWithdrawn), false, &env).unwrap();
    assert_eq!((item.state, fate), (State::Queued, Fate::Again));
    assert!(item.next_try_ms > NOW);
}

#[test]
fn a_retry_hint_is_kept_to() {
    let env = Env::stepped(NOW, 1);
    let mut channel = channel(vec![item(1, 2)]);
    Sealer::default().seal_all(&mut channel);
    let hash = writes(&channel)[0].1;
    let (item, _) = channel.refused(hash, &Refusal::new(Reason::Quota).retry_after(90_000), false, &env).unwrap();
    assert!(item.next_try_ms >= NOW + 90_000);
}

#[test]
fn a_restored_node_begins_a_new_epoch_after_what_the_hub_shows() {
    let mut channel = channel(vec![item(1, 2)]);
    channel.head.accepted_seq = 3;
    channel.head.used_seq = 3;
    channel.head.accepted = Hash::new([3; 32]);
    let shown = Shown { epoch: 1, seq: 9, hash: Hash::new([9; 32]), known: false };
    channel.shown(Some(shown), 4).unwrap();
    assert_eq!(
        channel.turn(NOW, &BTreeSet::new()),
        vec![Action::Seal(MessageId::new([1; 16]), Position { epoch: 5, seq: 1, prev: Hash::new([9; 32]) },)]
    );
}

#[test]
fn a_hub_that_lost_what_it_accepted_stops_the_channel() {
    for shown in [None, Some(Shown { epoch: 1, seq: 2, hash: Hash::new([2; 32]), known: true })] {
        let mut channel = channel(vec![item(1, 2)]);
        channel.head.accepted_seq = 3;
        channel.head.used_seq = 3;
        channel.head.accepted = Hash::new([3; 32]);
        assert_eq!(channel.shown(shown, 1).unwrap_err().reason, Reason::LogInconsistent);
        assert!(channel.turn(NOW, &BTreeSet::new()).is_empty());
    }
}

#[test]
fn after_a_lost_answer_the_same_bytes_are_offered_and_the_channel_goes_on() {
    let (mut sealer, mut hub) = (Sealer::default(), Hub::default());
    let mut channel = channel((1..=2).map(|n| item(n, 2)).collect());
    sealer.seal_all(&mut channel);
    let sent = writes(&channel);
    for (id, hash) in &sent {
        hub.deposit(*id, position(&channel, *id), *hash).unwrap();
    }
    // The connection broke before the answers came; the hub shows the second one.
    channel.shown(hub.shown(true), 1).unwrap();
    assert_eq!(writes(&channel), sent);
    for (id, hash) in sent {
        assert_eq!(hub.deposit(id, position(&channel, id), hash), Ok(()));
        channel.accepted(hash).unwrap();
    }
    channel.items.push(item(3, 2));
    sealer.seal_all(&mut channel);
    let (id, hash) = writes(&channel)[0];
    assert_eq!(hub.deposit(id, position(&channel, id), hash), Ok(()));
}

#[test]
fn what_was_stopped_locally_makes_the_channel_ask_and_then_go_on() {
    for accepted in [true, false] {
        let (mut sealer, mut hub) = (Sealer::default(), Hub::default());
        let mut channel = channel((1..=2).map(|n| item(n, 2)).collect());
        sealer.seal_all(&mut channel);
        let sent = writes(&channel);
        if accepted {
            hub.deposit(sent[0].0, position(&channel, sent[0].0), sent[0].1).unwrap();
        }
        assert!(!channel.items[0].stop());
        channel.head.unsure = true;
        let stopped = channel.items.remove(0);
        assert_eq!(channel.turn(NOW, &BTreeSet::new()), vec![Action::AskHead]);
        channel.shown(hub.shown(true), 1).unwrap();
        sealer.seal_all(&mut channel);
        for (id, hash) in writes(&channel) {
            assert_ne!(id, stopped.message_id);
            assert_eq!(hub.deposit(id, position(&channel, id), hash), Ok(()), "accepted before: {accepted}");
            channel.accepted(hash).unwrap();
        }
        assert!(channel.items.iter().all(|item| item.state == State::Accepted));
    }
}

#[test]
fn what_cannot_be_delivered_in_time_expires_and_held_messages_wait() {
    let mut channel = channel(vec![item(1, 2), item(2, 2)]);
    channel.items[0].held = true;
    channel.items[1].expires_ms = NOW + limits::TTL_MIN_MS - 1;
    assert!(channel.turn(NOW, &BTreeSet::new()).is_empty());
    assert_eq!(channel.expire(NOW), vec![MessageId::new([2; 16])]);
    assert_eq!(channel.items[0].state, State::Queued);
}

#[test]
fn jitter_stays_under_its_ceiling() {
    let env = Env::stepped(NOW, 3);
    for attempts in 0..40 {
        let most = (1_000_u64 << attempts.min(20)).min(300_000);
        assert!((1..=most).contains(&backoff_ms(&env, attempts)));
    }
}

#[test]
fn a_receipt_wins_over_everything_that_the_hub_said() {
    use wiez_proto::receipt::EndCause;
    let mut item = item(1, 2);
    item.state = State::Accepted;
    assert!(item.ended_by_hub(true, EndCause::Withdrawn));
    assert_eq!(item.state, State::Uncertain);
    assert!(item.received());
    assert!(!item.ended_by_hub(false, EndCause::Expired) && !item.refused_by_recipient() && !item.received());
    assert_eq!(item.state, State::Received);
}

/// One disturbance between two turns.
#[derive(Debug, Clone, Copy)]
enum Bump {
    /// The connection breaks; the answers of everything written after this many are lost.
    Break(usize),
    /// The hub refuses the next envelope for a while.
    Busy,
    /// The hub refuses the next envelope for good.
    Never,
    /// Nothing happens.
    Calm,
}

fn bumps() -> impl Strategy<Value = Vec<Bump>> {
    let one = prop_oneof![(0_usize..4).prop_map(Bump::Break), Just(Bump::Busy), Just(Bump::Never), Just(Bump::Calm)];
    prop::collection::vec(one, 0..30)
}

proptest! {
    /// Whatever breaks in between: every message is accepted once or refused for good, no
    /// position is signed twice, and the channel never gets stuck.
    #[test]
    fn every_message_ends_exactly_once(bumps in bumps(), count in 1_u8..30) {
        let env = Env::stepped(NOW, 1);
        let (mut sealer, mut hub) = (Sealer::default(), Hub::default());
        let mut channel = channel((1..=count).map(|n| item(n, n % 3)).collect());
        let mut bumps = bumps.into_iter();
        for _ in 0..200 {
            if channel.head.unsure {
                let known = hub.last.is_none_or(|(at, _)| sealer.signed.contains(&(at.epoch, at.seq)));
                channel.shown(hub.shown(known), 1).unwrap();
            }
            for item in &mut channel.items {
                item.next_try_ms = NOW;
            }
            sealer.seal_all(&mut channel);
            let bump = bumps.next().unwrap_or(Bump::Calm);
            let mut refuse = match bump {
                Bump::Busy => Some((Reason::Quota, false)),
                Bump::Never => Some((Reason::ConsentWithdrawn, true)),
                Bump::Break(_) | Bump::Calm => None,
            };
            // Everything is written before the first answer is read, as on a stream.
            let written: Vec<_> = writes(&channel).into_iter().map(|(id, hash)| (id, position(&channel, id), hash)).collect();
            let answers: Vec<_> = written.into_iter().map(|(id, at, hash)| {
                let old = hub.accepted.contains(&hash);
                let answer = match refuse.take_if(|_| !old) {
                    Some((reason, attested)) => Err((reason, attested)),
                    None => hub.deposit(id, at, hash).map_err(|reason| (reason, false)),
                };
                (hash, answer)
            }).collect();
            let heard = if let Bump::Break(heard) = bump { heard } else { usize::MAX };
            let broke = answers.len() > heard;
            for (hash, answer) in answers.into_iter().take(heard) {
                match answer {
                    Ok(()) => { channel.accepted(hash); }
                    Err((reason, attested)) => { channel.refused(hash, &Refusal::new(reason), attested, &env); }
                }
            }
            if broke {
                channel.shown(hub.shown(true), 1).unwrap();
            }
        }
        for item in &channel.items {
            prop_assert!(matches!(item.state, State::Accepted | State::Refused), "{:?} {:?}", item.state, channel.head);
            let taken = hub.ids.contains(&item.message_id);
            prop_assert_eq!(taken, item.state == State::Accepted);
        }
    }
}

#[test]
fn what_lost_its_consent_while_it_waited_ends_and_what_lost_a_key_waits() {
    let env = Env::stepped(NOW, 1);
    for (reason, ends) in [
        (Reason::ConsentExpired, true),
        (Reason::ConsentWithdrawn, true),
        (Reason::ParentsInConflict, true),
        (Reason::Giver, true),
        (Reason::KeyChanged, false),
        (Reason::LogInconsistent, false),
    ] {
        let mut channel = channel(vec![item(1, 3)]);
        let id = channel.items[0].message_id;
        assert_eq!(channel.withheld(id, reason, &env), ends, "{reason}");
        assert_eq!(channel.items[0].state, if ends { State::Refused } else { State::Queued }, "{reason}");
    }
}
