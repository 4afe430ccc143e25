//! Checks what the mirrored directory takes, and that everything else raises an alarm and
//! leaves the pin alone.

#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_proto::env::LastResort;
use wiez_proto::envelope::{Object, SealingKey, SigningKey};
use wiez_proto::log::checkpoint::LogSigner;
use wiez_proto::log::mirror::Mirror;
use wiez_proto::vocab::InstitutionKind;

use super::*;
use crate::store::{ContentKey, Store, alarm};

struct Scene {
    env: Env,
    store: Store,
    directory_key: SigningKey,
    keys: RegionKeys,
    log: LogSigner,
    mirror: Mirror,
    _dir: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let env = Env::stepped(1_700_000_000_000, 5);
        let dir = tempfile::tempdir().unwrap();
        let content = ContentKey::new(&env, &[1; 32]).unwrap();
        let store = Store::open(dir.path(), content, LastResort::default()).await.unwrap();
        let log = LogSigner::from_seeds("wiez/test/1", &[1; 32], &[2; 32]).unwrap();
        let directory_key = SigningKey::from_seed(&[3; 32]).unwrap();
        let keys = RegionKeys {
            region: "opolskie".parse().unwrap(),
            name: "Region".to_owned(),
            log: log.keys().clone(),
            mail_key: SigningKey::from_seed(&[4; 32]).unwrap().public(),
            directory_key: directory_key.public(),
        };
        Self { env, store, directory_key, keys, log, mirror: Mirror::new(), _dir: dir }
    }

    /// Puts a leaf into the mirrored log and returns its index.
    async fn log(&mut self, leaf: Leaf) -> u64 {
        let raw = vec![leaf.encode()];
        let mut grown = wiez_proto::log::tree::Frontier::new();
        let mut tx = self.store.begin("test.log").await.unwrap();
        for index in 0..self.mirror.size() {
            grown.push(mirror::leaf(&mut tx, index).await.unwrap().unwrap().hash());
        }
        grown.push(leaf.hash());
        let text = self.log.sign(grown.size(), &grown.root(), self.env.now_ms());
        let advanced = self.mirror.advance(&raw, &text, self.log.keys(), self.env.now_ms()).unwrap();
        mirror::add(&mut tx, &advanced, &raw).await.unwrap();
        tx.commit().await.unwrap();
        advanced.first
    }

    fn entry(&self, serial: u64, seed: u8, previous: Option<&Entry>) -> Entry {
        Entry {
            institution: "sp3".parse().unwrap(),
            serial,
            kind: InstitutionKind::ALL.first().copied().unwrap(),
            also_acts_as: vec![],
            name: format!("Szkoła {serial}"),
            teryt: "1601".to_owned(),
            phone: String::new(),
            signing_key: SigningKey::from_seed(&[seed; 32]).unwrap().public(),
            sealing_key: SealingKey::from_seed(&[seed; 32]).unwrap().public().clone(),
            tls_fingerprint: [seed; 32],
            valid_from_ms: 1,
            previous: previous.map(Entry::hash),
        }
    }

    fn signed(&self, entry: &Entry, previous: Option<&SigningKey>) -> v1::SignedEntry {
        let signed = entry.sign(&self.directory_key, &self.keys.bound()).unwrap();
        let agreed = previous.map(|key| key.sign(Object::Entry, &self.keys.bound(), &signed.content).to_vec());
        v1::SignedEntry { previous_key_signature: agreed.unwrap_or_default().into(), entry: Some(signed) }
    }

    async fn offer(&mut self, entry: &Entry, signed: v1::SignedEntry, logged: bool) {
        let named = if logged { *entry.hash().bytes() } else { [0; 32] };
        let leaf_index = self.log(Leaf::Directory { entry_hash: named }).await;
        self.item(leaf_index, v1::directory_item::Item::Entry(signed)).await;
    }

    async fn item(&self, leaf_index: u64, item: v1::directory_item::Item) {
        let mut tx = self.store.begin("test.take").await.unwrap();
        let item = v1::DirectoryItem { revision: 1, leaf_index, item: Some(item) };
        take(&mut tx, &self.env, &self.keys, &item).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn known(&self) -> Option<Peer> {
        let mut view = self.store.view("test.known").await.unwrap();
        let all = Directory::of(table::all(&mut view).await.unwrap());
        all.get(&"sp3".parse().unwrap()).cloned()
    }

    async fn alarms(&self) -> Vec<String> {
        let mut view = self.store.view("test.alarms").await.unwrap();
        alarm::all(&mut view).await.unwrap().into_iter().map(|alarm| alarm.kind).collect()
    }
}

#[tokio::test]
async fn changed_keys_need_the_previous_key_and_until_then_the_old_pin_stays() {
    let mut scene = Scene::new().await;
    let first = scene.entry(1, 10, None);
    scene.offer(&first, scene.signed(&first, None), true).await;
    assert_eq!(scene.known().await.unwrap().entry, first);

    let second = scene.entry(2, 11, Some(&first));
    scene.offer(&second, scene.signed(&second, None), true).await;
    let peer = scene.known().await.unwrap();
    assert_eq!((&peer.entry, peer.key_alarm), (&first, true));
    assert_eq!(scene.alarms().await, ["KEY_CHANGED"]);

    let old = SigningKey::from_seed(&[10; 32]).unwrap();
    scene.offer(&second, scene.signed(&second, Some(&old)), true).await;
    let peer = scene.known().await.unwrap();
    assert_eq!((&peer.entry, peer.key_alarm), (&second, false));
}

#[tokio::test]
async fn an_entry_that_the_log_does_not_have_is_not_believed() {
    let mut scene = Scene::new().await;
    let first = scene.entry(1, 10, None);
    scene.offer(&first, scene.signed(&first, None), false).await;
    assert!(scene.known().await.is_none());
    assert_eq!(scene.alarms().await, ["LOG_INCONSISTENT"]);
}

#[tokio::test]
async fn an_entry_of_another_directory_key_is_not_believed() {
    let mut scene = Scene::new().await;
    let first = scene.entry(1, 10, None);
    let forged = first.sign(&SigningKey::from_seed(&[66; 32]).unwrap(), &scene.keys.bound()).unwrap();
    let offered = v1::SignedEntry { entry: Some(forged), previous_key_signature: Default::default() };
    scene.offer(&first, offered, true).await;
    assert!(scene.known().await.is_none());
    assert_eq!(scene.alarms().await, ["UNVERIFIABLE"]);
}

#[tokio::test]
async fn a_standing_counts_only_with_its_leaf() {
    let mut scene = Scene::new().await;
    let first = scene.entry(1, 10, None);
    scene.offer(&first, scene.signed(&first, None), true).await;
    let membership = Membership { institution: "sp3".parse().unwrap(), standing: Standing::Revoked, at_ms: 5 };
    let signed = membership.sign(&scene.directory_key, &scene.keys.bound());
    scene.item(0, v1::directory_item::Item::Membership(signed.clone())).await;
    assert_eq!(scene.known().await.unwrap().standing, Standing::Active);
    assert_eq!(scene.alarms().await, ["LOG_INCONSISTENT"]);
    let leaf = scene.log(Leaf::Membership { object_hash: *object_hash(&signed).bytes() }).await;
    scene.item(leaf, v1::directory_item::Item::Membership(signed)).await;
    assert_eq!(scene.known().await.unwrap().standing, Standing::Revoked);
}

#[tokio::test]
async fn search_finds_every_word_in_any_case() {
    let mut scene = Scene::new().await;
    let first = scene.entry(1, 10, None);
    scene.offer(&first, scene.signed(&first, None), true).await;
    let directory = Directory::of(vec![scene.known().await.unwrap()]);
    assert_eq!(directory.search("SZKOŁA 1601").len(), 1);
    assert_eq!(directory.search("szkoła 9999").len(), 0);
    assert_eq!(directory.search("").len(), 1);
}
