//! Checks what a checkpoint from a peer does to this node's knowledge of the log.

#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_proto::env::LastResort;
use wiez_proto::log::checkpoint::LogSigner;
use wiez_proto::log::leaf::Leaf;
use wiez_proto::log::tree::Frontier;

use super::*;
use crate::store::{ContentKey, Store};

const NOW: i64 = 1_700_000_000_000;

struct Scene {
    env: Env,
    store: Store,
    log: LogSigner,
    _dir: tempfile::TempDir,
}

fn leaf(n: u8) -> Leaf {
    Leaf::Mail { count: 1, root: [n; 32] }
}

impl Scene {
    async fn new() -> Self {
        let env = Env::stepped(NOW, 5);
        let dir = tempfile::tempdir().unwrap();
        let content = ContentKey::new(&env, &[1; 32]).unwrap();
        let store = Store::open(dir.path(), content, LastResort::default()).await.unwrap();
        Self { env, store, log: LogSigner::from_seeds("wiez/test/1", &[1; 32], &[2; 32]).unwrap(), _dir: dir }
    }

    /// A head over the first `size` leaves of the history that begins with `first`.
    fn head(&self, first: u8, size: u8) -> String {
        let mut frontier = Frontier::new();
        for n in 0..size {
            frontier.push(leaf(if n == 0 { first } else { n }).hash());
        }
        self.log.sign(frontier.size(), &frontier.root(), NOW)
    }

    /// Mirrors the first `size` leaves of the history that begins with leaf 0.
    async fn mirror(&self, size: u8) -> LogView {
        let raw: Vec<Vec<u8>> = (0..size).map(|n| leaf(n).encode()).collect();
        let mut tx = self.store.begin("test.mirror").await.unwrap();
        let (mut mirror, _) = table::load(&mut tx).await.unwrap();
        let new = raw.get(usize::try_from(mirror.size()).unwrap()..).unwrap();
        let advanced = mirror.advance(new, &self.head(0, size), self.log.keys(), NOW).unwrap();
        table::add(&mut tx, &advanced, new).await.unwrap();
        let version = table::save(&mut tx, &mirror).await.unwrap();
        tx.commit().await.unwrap();
        LogView::new(mirror, version, false)
    }

    async fn see(&self, text: &str) -> Option<LogView> {
        let mut tx = self.store.begin("test.see").await.unwrap();
        let view = see_checkpoint(&mut tx, &self.env, self.log.keys(), text).await.unwrap();
        tx.commit().await.unwrap();
        view
    }
}

#[tokio::test]
async fn a_peer_that_is_ahead_must_be_reached_before_the_view_is_settled() {
    let scene = Scene::new().await;
    assert!(scene.mirror(3).await.settled());
    let ahead = scene.see(&scene.head(0, 5)).await.unwrap();
    assert!(!ahead.settled() && !ahead.alarmed());
    let reached = scene.mirror(5).await;
    assert!(reached.settled() && reached.covers(4) && !reached.covers(5));
    assert!(reached.version() > ahead.version());
}

#[tokio::test]
async fn a_second_history_is_an_alarm_at_a_smaller_and_at_the_same_size() {
    for size in [2, 3] {
        let scene = Scene::new().await;
        scene.mirror(3).await;
        assert!(scene.see(&scene.head(9, size)).await.unwrap().alarmed());
        let mut view = scene.store.view("test.alarms").await.unwrap();
        let alarms = alarm::all(&mut view).await.unwrap();
        assert_eq!(alarms.len(), 1);
        assert!(alarms.first().unwrap().detail.contains("wiez/test/1"), "the evidence is kept");
    }
}

#[tokio::test]
async fn what_the_log_did_not_sign_changes_nothing() {
    let scene = Scene::new().await;
    scene.mirror(3).await;
    let other = LogSigner::from_seeds("wiez/test/1", &[8; 32], &[9; 32]).unwrap();
    assert!(scene.see(&other.sign(9, &[1; 32], NOW)).await.is_none());
    assert!(scene.see("nonsense").await.is_none());
    assert!(scene.see(&scene.head(0, 2)).await.is_none(), "an older head of the same history");
}
