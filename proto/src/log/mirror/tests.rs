//! Lets a hub behave well and badly and sees what the mirror says.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use proptest::prelude::*;

use super::super::checkpoint::LogSigner;
use super::*;

const T0: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;

fn signer() -> LogSigner {
    LogSigner::from_seeds("wiez/test/1", &[1; 32], &[2; 32]).unwrap()
}

fn leaves(from: u32, to: u32) -> Vec<Vec<u8>> {
    (from..to).map(|i| Leaf::Mail { count: i + 1, root: [7; 32] }.encode()).collect()
}

fn root(leaves: &[Vec<u8>]) -> Digest {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(leaf_hash(leaf));
    }
    frontier.root()
}

fn note(size: u32, time_ms: i64) -> String {
    signer().sign(size.into(), &root(&leaves(0, size)), time_ms)
}

fn forged(size: u32, time_ms: i64) -> String {
    signer().sign(size.into(), &[9; 32], time_ms)
}

/// A mirror with stored nodes, as a node has it.
#[derive(Default)]
struct Node {
    mirror: Mirror,
    stored: BTreeMap<(u8, u64), Digest>,
}

impl Node {
    fn advance(&mut self, to: u32, checkpoint: &str, clock_ms: i64) -> Result<Advanced, MirrorAlarm> {
        let from = u32::try_from(self.mirror.size()).unwrap();
        let before = self.mirror.clone();
        let got = self.mirror.advance(&leaves(from, to), checkpoint, signer().keys(), clock_ms);
        match &got {
            Ok(advanced) => {
                self.stored.extend(advanced.nodes.iter().map(|(level, index, hash)| ((*level, *index), *hash)));
            }
            Err(_) => assert_eq!(self.mirror, before, "an alarm changed the mirror"),
        }
        got
    }

    fn peer(&mut self, checkpoint: &str, clock_ms: i64) -> Result<Seen, MirrorAlarm> {
        let before = self.mirror.clone();
        let stored = &self.stored;
        let got = self.mirror.see_peer_checkpoint(checkpoint, signer().keys(), clock_ms, |level, index| {
            stored.get(&(level, index)).copied()
        });
        if got.is_err() {
            assert_eq!(self.mirror, before, "an alarm changed the mirror");
        }
        got
    }

    fn at(size: u32) -> Self {
        let mut node = Self::default();
        node.advance(size, &note(size, T0), T0).unwrap();
        node
    }
}

#[test]
fn a_growing_log_is_followed_in_any_steps() {
    let mut node = Node::default();
    assert!(!node.mirror.fresh(T0, i64::MAX));
    let mut time = T0;
    for size in [1, 2, 2, 3, 10, 64, 65, 65, 200] {
        time += MINUTE;
        let first = node.mirror.size();
        let advanced = node.advance(size, &note(size, time), time).unwrap();
        assert_eq!((advanced.first, node.mirror.size()), (first, u64::from(size)));
        assert_eq!(advanced.leaves.len(), usize::try_from(u64::from(size) - first).unwrap());
        assert_eq!(node.mirror.head().unwrap().time_s * 1000, u64::try_from(time).unwrap());
    }
    assert!(node.mirror.covers(199) && !node.mirror.covers(200));
}

#[test]
fn a_smaller_head_is_refused_and_with_a_later_time_it_is_proof() {
    let mut node = Node::at(10);
    let old = node.mirror.advance(&[], &note(9, T0 - MINUTE), signer().keys(), T0);
    assert!(matches!(old, Err(MirrorAlarm::Smaller(_))), "{old:?}");
    let late = note(9, T0 + MINUTE);
    let Err(MirrorAlarm::Shrank(evidence)) = node.mirror.advance(&[], &late, signer().keys(), T0 + MINUTE) else {
        unreachable!("a shrunk log was accepted");
    };
    assert_eq!(evidence, Evidence { ours: note(10, T0), theirs: late });
    assert!(matches!(node.advance(11, &note(11, T0 - MINUTE), T0), Err(MirrorAlarm::Shrank(_))));
}

#[test]
fn two_roots_for_one_size_are_proof() {
    let mut node = Node::at(10);
    let forked = node.advance(10, &forged(10, T0 + MINUTE), T0 + MINUTE);
    assert_eq!(forked, Err(MirrorAlarm::Forked(Evidence { ours: note(10, T0), theirs: forged(10, T0 + MINUTE) })));
}

#[test]
fn leaves_that_do_not_lead_to_the_root_are_refused() {
    let mut node = Node::at(10);
    let later = T0 + MINUTE;
    assert!(matches!(node.advance(12, &forged(12, later), later), Err(MirrorAlarm::WrongLeaves(_))));
    assert_eq!(node.advance(11, &note(12, later), later), Err(MirrorAlarm::LeafCount { wanted: 2, got: 1 }));
    assert_eq!(node.advance(13, &note(12, later), later), Err(MirrorAlarm::LeafCount { wanted: 2, got: 3 }));
    let mut changed = leaves(10, 12);
    changed[1][5] ^= 1;
    let flipped = node.mirror.advance(&changed, &note(12, later), signer().keys(), later);
    assert!(matches!(flipped, Err(MirrorAlarm::WrongLeaves(_))));
    changed[1].push(0);
    let long = node.mirror.advance(&changed, &note(12, later), signer().keys(), later);
    assert_eq!(long, Err(MirrorAlarm::Leaf { index: 11, error: LeafError::Length }));
    assert!(node.advance(12, &note(12, later), later).is_ok());
}

#[test]
fn a_time_in_the_future_is_refused() {
    let mut node = Node::at(10);
    let edge = T0 + 10 * MINUTE;
    let beyond = node.advance(11, &note(11, edge + 1000), T0);
    assert!(matches!(beyond, Err(MirrorAlarm::FutureTime(_))), "{beyond:?}");
    assert!(node.advance(11, &note(11, edge), T0).is_ok());
}

#[test]
fn unsigned_heads_are_refused() {
    let mut node = Node::at(10);
    let other = LogSigner::from_seeds("wiez/test/1", &[3; 32], &[4; 32]).unwrap();
    let theirs = other.sign(11, &root(&leaves(0, 11)), T0);
    assert_eq!(node.advance(11, &theirs, T0), Err(MirrorAlarm::NotVerified(CheckpointError::LogSignature)));
    assert!(matches!(node.peer("x", T0), Err(MirrorAlarm::NotVerified(_))));
}

#[test]
fn node_time_never_runs_back_and_decides_freshness() {
    let mut node = Node::at(10);
    let day = 24 * 60 * MINUTE;
    assert!(node.mirror.fresh(T0 + day, day));
    assert!(!node.mirror.fresh(T0 + day + 1, day));
    node.mirror.see_clock(T0 + 2 * day);
    assert_eq!(node.mirror.node_time(0), T0 + 2 * day);
    assert!(!node.mirror.fresh(T0, day), "setting the clock back made an old head fresh");
    // A clock that stands at 1970 is overtaken by the newest signed time.
    assert_eq!(Node::at(3).mirror.node_time(0), T0);
}

#[test]
fn a_peers_head_behind_ours_must_be_one_that_we_had() {
    let mut node = Node::at(100);
    for size in [0, 1, 64, 99, 100] {
        assert_eq!(node.peer(&note(size, T0), T0), Ok(Seen::Consistent), "{size}");
    }
    assert!(matches!(node.peer(&forged(99, T0), T0), Err(MirrorAlarm::Forked(_))));
    assert!(matches!(node.peer(&forged(100, T0), T0), Err(MirrorAlarm::Forked(_))));
    assert!(matches!(node.peer(&note(99, T0 + MINUTE), T0), Err(MirrorAlarm::Shrank(_))));
    assert_eq!(node.peer(&note(100, T0 + MINUTE), T0), Ok(Seen::Consistent));
    assert_eq!(node.mirror.node_time(0), T0 + MINUTE);
    node.stored.clear();
    assert_eq!(node.peer(&note(64, T0), T0), Err(MirrorAlarm::NodesMissing));
    assert!(node.mirror.covers_peers());
}

#[test]
fn a_peers_head_ahead_of_ours_is_reached_and_checked() {
    let mut node = Node::at(10);
    let later = T0 + MINUTE;
    assert_eq!(node.peer(&note(12, later), later), Ok(Seen::Ahead));
    assert!(!node.mirror.covers_peers());
    assert!(matches!(node.peer(&forged(12, later), later), Err(MirrorAlarm::Forked(_))));
    assert!(node.advance(11, &note(11, later), later).is_ok());
    assert!(!node.mirror.covers_peers());
    assert!(node.advance(13, &note(13, later), later).is_ok());
    assert!(node.mirror.covers_peers());

    // A fork kept for this node alone is found when it passes the size that the peer was shown.
    let mut lied_to = Node::at(10);
    lied_to.peer(&forged(12, later), later).unwrap();
    let alarm = lied_to.advance(13, &note(13, later), later);
    assert_eq!(alarm, Err(MirrorAlarm::Forked(Evidence { ours: note(10, T0), theirs: forged(12, later) })));
}

#[test]
fn heads_of_peers_are_bounded_and_the_largest_stays() {
    let mut node = Node::at(1);
    for size in 2..100 {
        node.peer(&note(size, T0), T0).unwrap();
    }
    assert_eq!(node.mirror.peers.len(), PEERS_MAX);
    assert!(node.mirror.peers.contains_key(&99));
}

#[test]
fn bytes_come_back_and_nothing_else_is_read() {
    let mut node = Node::default();
    assert_eq!(Mirror::from_bytes(&node.mirror.to_bytes()), Ok(node.mirror.clone()));
    node.peer(&note(5, T0), T0).unwrap();
    assert_eq!(Mirror::from_bytes(&node.mirror.to_bytes()), Ok(node.mirror.clone()));
    node = Node::at(13);
    node.peer(&note(20, T0), T0).unwrap();
    node.peer(&note(15, T0), T0).unwrap();
    let bytes = node.mirror.to_bytes();
    assert_eq!(Mirror::from_bytes(&bytes), Ok(node.mirror.clone()));
    for end in 0..bytes.len() {
        assert_eq!(Mirror::from_bytes(&bytes[..end]), Err(MirrorBytes));
    }
    assert_eq!(Mirror::from_bytes(&[bytes.as_slice(), &[0]].concat()), Err(MirrorBytes));
}

proptest! {
    #[test]
    fn every_honest_history_is_accepted(steps in prop::collection::vec((0_u32..6, 0_i64..90, any::<bool>()), 1..40)) {
        let (mut node, mut size, mut time) = (Node::default(), 0, T0);
        for (grow, seconds, by_peer) in steps {
            size += grow;
            time += seconds * 1000;
            if by_peer {
                prop_assert!(node.peer(&note(size, time), time).is_ok());
            } else {
                prop_assert!(node.advance(size, &note(size, time), time).is_ok());
                prop_assert!(node.mirror.covers_peers());
            }
            prop_assert_eq!(Mirror::from_bytes(&node.mirror.to_bytes()), Ok(node.mirror.clone()));
        }
    }
}
