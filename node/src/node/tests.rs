//! A node that joined a region whose hub never answers: for what happens inside one institution.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::sync::Mutex;

use prost::Message as _;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
};
use wiez_proto::calendar;
use wiez_proto::directory::Standing;
use wiez_proto::envelope::{SealingKey, sha256};
use wiez_proto::log::checkpoint::LogSigner;
use wiez_proto::policy::Policy;
use wiez_proto::tls::fingerprint;
use wiez_proto::vocab::{InstitutionKind, WorkerRole};
use wiez_proto::wire::v1;

use super::*;
use crate::account::keys::WrappedKeys;
use crate::account::secret::Secret;
use crate::account::{AccessRole, Account, AccountId, KeyState, Reader, Receives, State, Watcher, WorkerKeys, first};
use crate::directory::Peer;
use crate::message::{Message, Signer};
use crate::people::Worker;
use crate::store::account::AccountRow;
use crate::store::{self, meta};

const PASSPHRASE: &[u8] = b"a passphrase of a test";

/// One institution without a hub. Its clock is moved by the test.
pub(crate) struct Offline {
    pub(crate) env: Env,
    pub(crate) node: Arc<Node>,
    peers: Vec<Peer>,
    dir: tempfile::TempDir,
    staff: Mutex<BTreeMap<u32, (AccountId, Arc<WorkerKeys>)>>,
}

impl Offline {
    /// Joins as `kind`; `at` is a moment in Warsaw such as `2026-11-02T09:00`.
    pub(crate) async fn new(kind: InstitutionKind, at: &str) -> Self {
        let start: jiff::Zoned = format!("{at}[Europe/Warsaw]").parse().unwrap();
        let env = Env::stepped(start.timestamp().as_millisecond(), 11);
        let dir = tempfile::tempdir().unwrap();
        join(&env, dir.path(), kind).await;
        let node = open(&env, dir.path()).await;
        Self { env, node, peers: vec![], dir, staff: Mutex::default() }
    }

    /// Lets the node know another institution.
    pub(crate) fn meets(&mut self, id: &str, kind: InstitutionKind) {
        let seed = [u8::try_from(self.peers.len()).unwrap() + 50; 32];
        let entry = Entry {
            institution: id.parse().unwrap(),
            phone: "+48 77 400 00 00".to_owned(),
            kind,
            signing_key: SigningKey::from_seed(&seed).unwrap().public(),
            sealing_key: SealingKey::from_seed(&seed).unwrap().public().clone(),
            name: format!("Instytucja {id}"),
            ..self.node.me().clone()
        };
        self.peers.push(Peer { entry, standing: Standing::Active, key_alarm: false });
        self.node.set_directory(Directory::of(self.peers.clone()));
    }

    /// Has a worker of the other institution sign what arrives from there now.
    pub(crate) fn signs(&self, message: &mut Message) {
        let at = self.peers.iter().position(|peer| peer.entry.institution == message.sender).unwrap();
        let institution = SigningKey::from_seed(&[u8::try_from(at).unwrap() + 50; 32]).unwrap();
        let worker = SigningKey::from_seed(&[49; 32]).unwrap();
        let (region, now_ms) = (self.node.region(), self.env.now_ms());
        message.sign(&Signer { worker: &worker, institution: &institution, region, now_ms });
    }

    /// Changes where another institution stands.
    pub(crate) fn stands(&mut self, id: &str, standing: Standing) {
        for peer in self.peers.iter_mut().filter(|peer| peer.entry.institution.as_str() == id) {
            peer.standing = standing;
        }
        self.node.set_directory(Directory::of(self.peers.clone()));
    }

    /// Rings about another institution's key, or no more.
    pub(crate) fn doubts(&mut self, id: &str, alarm: bool) {
        for peer in self.peers.iter_mut().filter(|peer| peer.entry.institution.as_str() == id) {
            peer.key_alarm = alarm;
        }
        self.node.set_directory(Directory::of(self.peers.clone()));
    }

    /// Adds a worker, signed in and, where the profession reads content, a kierownik with keys.
    pub(crate) async fn employs(&self, uid: u32, name: &str, role: WorkerRole) -> Reader {
        let worker = Worker { uid, name: name.to_owned(), role };
        let mut tx = self.node.store().begin("test.person").await.unwrap();
        store::people::put(&mut tx, &worker, self.env.now_ms()).await.unwrap();
        tx.commit().await.unwrap();
        let known = self.staff.lock().unwrap().get(&uid).cloned();
        let (id, keys) = match known {
            Some(known) => known,
            None => self.gives_keys(&worker).await,
        };
        Reader::new(worker, id, keys)
    }

    async fn gives_keys(&self, worker: &Worker) -> (AccountId, Arc<WorkerKeys>) {
        let (id, keys) = (AccountId::draw(&self.env), Arc::new(WorkerKeys::generate(&self.env).unwrap()));
        let reads = worker.role.reads_content();
        let account = Account {
            id,
            login: format!("uid{}", worker.uid),
            name: worker.name.clone(),
            role: if reads { AccessRole::Kierownik } else { AccessRole::Iod },
            worker_role: worker.role,
            person: worker.uid,
            substitute: None,
            receives: reads.then_some(Receives::Both),
            away: false,
            state: State::Active,
            keys: KeyState::Waiting,
            factor: None,
            must_change: false,
            added_ms: self.env.now_ms(),
            fingerprint: None,
        };
        // The password is nobody's: tests hold the keys themselves.
        let wrapped = WrappedKeys { public: keys.sealing().public().clone(), wrapped: vec![0; 60] };
        let row = AccountRow { account, secret: Secret::of_nobody(), keys: Some(wrapped), factor: None };
        let mut tx = self.node.store().begin("test.employs").await.unwrap();
        store::account::put(&mut tx, &row).await.unwrap();
        if reads {
            store::account::give(&mut tx, &id, None, Some(self.env.now_ms())).await.unwrap();
            first::begin_vaults(&self.env, &mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        self.staff.lock().unwrap().insert(worker.uid, (id, Arc::clone(&keys)));
        (id, keys)
    }

    /// Has a policy row verified.
    pub(crate) async fn verifies(&self, row: &str) {
        let row = Policy::shipped().row(row).unwrap();
        let mut overlay = Overlay::empty();
        overlay.verify(row, "E. Lis", calendar::day_of(self.env.now_ms())).unwrap();
        let mut tx = self.node.store().begin("test.verify").await.unwrap();
        store::overlay::put(&mut tx, &row.id, overlay.entry(&row.id).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Moves the clock to a later moment in Warsaw.
    pub(crate) fn until(&self, at: &str) {
        let zoned: jiff::Zoned = format!("{at}[Europe/Warsaw]").parse().unwrap();
        let ms = zoned.timestamp().as_millisecond() - self.env.now_ms();
        self.env.advance(std::time::Duration::from_millis(u64::try_from(ms).unwrap()));
    }

    /// Ends the node and opens its folder again.
    pub(crate) async fn restarts(self) -> Self {
        let Self { env, node, peers, dir, staff } = self;
        node.store().close().await;
        drop(node);
        let node = open(&env, dir.path()).await;
        node.set_directory(Directory::of(peers.clone()));
        Self { env, node, peers, dir, staff }
    }
}

/// Somebody employed, as whoever may know of cases.
pub(crate) fn watches(reader: &Reader) -> Watcher {
    if reader.role == WorkerRole::Iod { Watcher::Iod(reader.worker().clone()) } else { Watcher::Keys(reader.clone()) }
}

/// A data-protection officer, who knows of every case.
pub(crate) fn officer() -> Watcher {
    Watcher::Iod(Worker { uid: 9, name: "Iga Lis".to_owned(), role: WorkerRole::Iod })
}

async fn open(env: &Env, dir: &Path) -> Arc<Node> {
    Node::open(env.clone(), Settings::in_dir(dir), PASSPHRASE, LastResort::default()).await.unwrap()
}

/// Writes what joining would have written.
async fn join(env: &Env, dir: &Path, kind: InstitutionKind) {
    let keys = Keys::create(env, dir, PASSPHRASE).unwrap();
    let me: InstitutionId = "sp3-wier".parse().unwrap();
    let (ca_der, certificate) = certificate(&keys.certificate_request(&me).unwrap());
    let directory_key = SigningKey::from_seed(&[3; 32]).unwrap();
    let region = RegionKeys {
        region: "opolskie".parse().unwrap(),
        name: "Region".to_owned(),
        log: LogSigner::from_seeds("wiez/test/1", &[1; 32], &[2; 32]).unwrap().keys().clone(),
        mail_key: SigningKey::from_seed(&[4; 32]).unwrap().public(),
        directory_key: directory_key.public(),
    };
    let entry = Entry {
        institution: me,
        serial: 1,
        kind,
        also_acts_as: vec![],
        name: "Instytucja".to_owned(),
        teryt: "1601".to_owned(),
        phone: "+48 77 300 00 00".to_owned(),
        signing_key: keys.signing().public(),
        sealing_key: keys.sealing().public().clone(),
        tls_fingerprint: fingerprint(&certificate),
        valid_from_ms: 1,
        previous: None,
    };
    let response = v1::RedeemResponse {
        certificate: certificate.into(),
        ca_certificate: ca_der.into(),
        region: Some(region.sign(&directory_key)),
        entry: Some(entry.sign(&directory_key, &region.bound()).unwrap()),
    };
    let store = Store::open(dir, keys.content(env).unwrap(), LastResort::default()).await.unwrap();
    let mut tx = store.begin("test.join").await.unwrap();
    meta::put(&mut tx, "join.response", &response.encode_to_vec()).await.unwrap();
    meta::put(&mut tx, "join.host", b"hub.test").await.unwrap();
    meta::put_number(&mut tx, "join.port", 8600).await.unwrap();
    meta::put(&mut tx, "join.directory_fingerprint", &sha256(&[directory_key.public().bytes()])).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
}

/// A CA and its certificate for a request.
fn certificate(request: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let ca = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let request = CertificateSigningRequestParams::from_der(&request.into()).unwrap();
    let certificate = request.signed_by(&issuer).unwrap();
    (ca.der().to_vec(), certificate.der().to_vec())
}

#[tokio::test]
async fn a_node_without_a_hub_opens_and_comes_back() {
    let mut school = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    school.meets("ops-wier", InstitutionKind::Ops);
    let school = school.restarts().await;
    assert!(school.node.directory().get(&"ops-wier".parse().unwrap()).is_some());
    assert_eq!(school.node.transport_status().await.unwrap().connected_since_ms, None);
}
