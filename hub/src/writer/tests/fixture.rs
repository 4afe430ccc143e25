//! A hub with members, in a temporary folder, whose driver starts when the test wants.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use wiez_proto::calendar;
use wiez_proto::env::{Env, LastResort};
use wiez_proto::envelope::{Draft, Envelope, Position, SealingKey, SigningKey, seal, sha256};
use wiez_proto::grant::Withdrawal;
use wiez_proto::id::{Handle, Hash, InstitutionId, MessageId};
use wiez_proto::receipt::{Receipt, Status, Tombstone};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, InstitutionKind};
use wiez_proto::wire::v1;

use crate::caller::{Caller, VerifiedPeer};
use crate::enrolment::Invite;
use crate::keys::{HubKeys, NewRegion, Place};
use crate::mailbox::Collecting;
use crate::region::{Hub, Settings};
use crate::writer::Driver;

pub(crate) const NOW: i64 = 1_790_000_000_000;
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) struct World {
    pub(crate) env: Env,
    pub(crate) keys: Arc<HubKeys>,
    pub(crate) dir: tempfile::TempDir,
    pub(crate) hub: Arc<Hub>,
    /// What the hook of last resort was told.
    pub(crate) last_words: Arc<Mutex<Vec<String>>>,
    waiting: Option<Driver>,
    stop: watch::Sender<bool>,
    driver: Option<JoinHandle<()>>,
}

pub(crate) struct Party {
    pub(crate) id: InstitutionId,
    pub(crate) signing: SigningKey,
    pub(crate) sealing: SealingKey,
    pub(crate) peer: VerifiedPeer,
    channels: Mutex<BTreeMap<InstitutionId, (u64, Hash)>>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let mut world = Self::paused(tempfile::tempdir().unwrap(), None, |_| {}).await;
        world.go();
        world
    }

    /// Opens a hub whose writer does not run yet.
    async fn paused(
        dir: tempfile::TempDir,
        before: Option<(Env, Arc<HubKeys>)>,
        change: impl Fn(&mut Settings),
    ) -> Self {
        let (env, keys) = before.unwrap_or_else(|| {
            let env = Env::stepped(NOW, 7);
            let place = Place { host: "hub.test".into(), port: 8600 };
            let new = NewRegion { region: "opolskie".parse().unwrap(), name: "Opolskie".into(), place, ca: None };
            let keys = Arc::new(HubKeys::ephemeral(&env, &new).unwrap());
            (env, keys)
        });
        let (last_resort, last_words) = (LastResort::default(), Arc::new(Mutex::new(Vec::new())));
        let words = Arc::clone(&last_words);
        last_resort.replace(move |why| words.lock().unwrap().push(why.to_owned()));
        let mut settings = Settings::new(dir.path());
        settings.disk_reserve_bytes = 0;
        change(&mut settings);
        let (hub, driver) = Hub::open(env.clone(), Arc::clone(&keys), settings, last_resort).await.unwrap();
        Self { env, keys, dir, hub, last_words, waiting: Some(driver), stop: watch::Sender::new(false), driver: None }
    }

    /// Lets the writer run.
    pub(crate) fn go(&mut self) {
        let driver = self.waiting.take().unwrap();
        self.driver = Some(tokio::spawn(driver.run(self.stop.subscribe())));
    }

    /// Stops the hub and opens it again over the same folder, with the writer not running.
    pub(crate) async fn restart_with(mut self, change: impl Fn(&mut Settings)) -> Self {
        self.stop.send_replace(true);
        self.driver.take().unwrap().await.unwrap();
        let Self { env, keys, dir, hub, .. } = self;
        drop(hub);
        Self::paused(dir, Some((env, keys)), change).await
    }

    pub(crate) async fn restart(self) -> Self {
        let mut world = self.restart_with(|_| {}).await;
        world.go();
        world
    }

    pub(crate) fn invite(id: &str, kind: InstitutionKind) -> Invite {
        Invite {
            institution: id.parse().unwrap(),
            kind,
            also_acts_as: vec![],
            name: format!("Instytucja {id}"),
            teryt: "1601".into(),
            phone: String::new(),
            valid_ms: 7 * 24 * 3_600_000,
        }
    }

    pub(crate) fn csr() -> Vec<u8> {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        rcgen::CertificateParams::new(vec![]).unwrap().serialize_request(&key).unwrap().der().to_vec()
    }

    pub(crate) async fn join(&self, id: &str, kind: InstitutionKind) -> Party {
        let invitation = self.hub.invite(Self::invite(id, kind)).await.unwrap();
        let (signing, sealing) = (SigningKey::generate(&self.env).unwrap(), SealingKey::generate(&self.env).unwrap());
        let request = wiez_proto::enrolment::request(&invitation, &Self::csr(), &signing, sealing.public());
        let response = self.hub.redeem(request).await.unwrap();
        let peer = VerifiedPeer {
            institution: id.parse().unwrap(),
            region: self.keys.region_keys.region.clone(),
            tls_fingerprint: sha256(&[&response.certificate]),
        };
        Party { id: id.parse().unwrap(), signing, sealing, peer, channels: Mutex::default() }
    }

    /// An OPS and a school.
    pub(crate) async fn pair(&self) -> (Party, Party) {
        (self.join("ops-brzeg", InstitutionKind::Ops).await, self.join("sp3-brzeg", InstitutionKind::Szkola).await)
    }

    pub(crate) fn caller(&self, party: &Party) -> Caller {
        Caller::prove(&self.hub.members(), &party.peer).unwrap()
    }

    pub(crate) async fn deposit(&self, from: &Party, envelope: &Envelope) -> Result<v1::HubReceipt, Refusal> {
        let outcome = self.hub.deposit(&self.caller(from), envelope.to_wire()).await;
        assert_eq!(outcome.envelope_hash, envelope.hash().wire());
        let receipt = outcome.result.map_err(|refused| refused.refusal)?;
        from.accepted(envelope);
        Ok((*receipt).clone())
    }

    /// Registers an edge and returns its handle.
    pub(crate) async fn edge(&self, from: &Party, to: &Party, grant: &Hash) -> Handle {
        let handle = Handle::random(&self.env);
        let request = self.edge_request(from, to, grant, handle);
        self.hub.register_edge(&self.caller(from), request).await.unwrap();
        handle
    }

    pub(crate) fn edge_request(
        &self,
        from: &Party,
        to: &Party,
        grant: &Hash,
        handle: Handle,
    ) -> v1::RegisterEdgeRequest {
        v1::RegisterEdgeRequest {
            handle: handle.wire(),
            from: from.id.to_string(),
            to: to.id.to_string(),
            valid_until_ms: calendar::end_of_month(calendar::day_of(self.env.now_ms() + 90 * 24 * 3_600_000)),
            grant_hash: grant.wire(),
        }
    }

    pub(crate) fn withdrawal(&self, party: &Party, handles: &[Handle], grant: &Hash) -> v1::WithdrawRequest {
        let withdrawal = Withdrawal {
            handles: handles.iter().copied().collect(),
            grant_hash: *grant,
            party: party.id.clone(),
            at_ms: self.env.now_ms(),
        };
        v1::WithdrawRequest { withdrawal: Some(withdrawal.sign(&party.signing, &self.keys.region_keys.bound())) }
    }

    pub(crate) async fn withdraw(
        &self,
        party: &Party,
        handle: Handle,
        grant: &Hash,
    ) -> Result<v1::WithdrawResponse, Reason> {
        let request = self.withdrawal(party, &[handle], grant);
        self.hub.withdraw(&self.caller(party), request).await.map_err(|refusal| refusal.reason)
    }

    pub(crate) async fn collect(&self, party: &Party) -> Collecting {
        self.hub.collect(self.caller(party), 0).await.unwrap()
    }

    /// Signs and hands in a receipt.
    pub(crate) async fn acknowledge(
        &self,
        by: &Party,
        from: &Party,
        hashes: &[Hash],
        tombs: &[Hash],
    ) -> Result<(), Reason> {
        let signed = self.receipt(by, from, hashes, tombs);
        self.hub.acknowledge(&self.caller(by), vec![signed], vec![]).await.map_err(|refusal| refusal.reason)
    }

    pub(crate) fn receipt(&self, by: &Party, from: &Party, hashes: &[Hash], tombs: &[Hash]) -> v1::Signed {
        let receipt = Receipt {
            recipient: by.id.clone(),
            sender: from.id.clone(),
            envelope_hashes: hashes.to_vec(),
            tombstone_hashes: tombs.to_vec(),
            unknown_prevs: vec![],
            forked_prevs: vec![],
            log_size: 0,
            log_root: [0; 32],
            at_ms: self.env.now_ms(),
        };
        receipt.sign(&by.signing, &self.keys.region_keys.bound())
    }

    /// Moves the clock and waits until the writer has looked at it.
    pub(crate) async fn advance(&self, by: Duration) {
        self.env.advance(by);
        for _ in 0..3 {
            self.env.advance(Duration::from_secs(2));
            // Anything through the queue comes after what the tick had to do, or before the next one.
            self.hub.invite(Self::invite("nikt", InstitutionKind::Ngo)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn status(&self, signed: &v1::Signed) -> Status {
        Status::open(signed, &self.keys.mail.public(), &self.keys.region_keys.bound()).unwrap()
    }

    pub(crate) fn tombstone(&self, signed: &v1::Signed) -> Tombstone {
        Tombstone::open(signed, &self.keys.mail.public(), &self.keys.region_keys.bound()).unwrap()
    }

    /// Reads one number from the database.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let mut conn = self.hub.shared.store.reader().await.unwrap();
        crate::store::test_count(&mut conn, sql).await
    }
}

impl Party {
    /// The next envelope of a channel, as if the last one was accepted.
    pub(crate) fn next(&self, world: &World, to: &Self, handle: Option<Handle>) -> Envelope {
        let (seq, prev) = self.channels.lock().unwrap().get(&to.id).copied().unwrap_or((0, Hash::ZERO));
        self.at(world, to, handle, Position { epoch: 1, seq: seq + 1, prev }, MessageId::random(&world.env))
    }

    pub(crate) fn at(
        &self,
        world: &World,
        to: &Self,
        handle: Option<Handle>,
        position: Position,
        id: MessageId,
    ) -> Envelope {
        let draft = Draft {
            message_id: id,
            sender: self.id.clone(),
            recipient: to.id.clone(),
            position,
            class: if handle.is_some() { BasisClass::Consent } else { BasisClass::NoPersonalData },
            handle,
            created_ms: world.env.now_ms(),
            expires_ms: world.env.now_ms() + 30 * 24 * 3_600_000,
        };
        self.sealed(world, to, &draft)
    }

    pub(crate) fn sealed(&self, world: &World, to: &Self, draft: &Draft) -> Envelope {
        let content = v1::Content { kind: "CONSULT_ANON".into(), ..v1::Content::default() };
        let region = world.keys.region_keys.bound();
        seal(&world.env, &region, &self.signing, to.sealing.public(), draft, content).unwrap()
    }

    /// Notes that an envelope was accepted, so that the next one hangs on it.
    pub(crate) fn accepted(&self, envelope: &Envelope) {
        let header = envelope.header();
        let mut channels = self.channels.lock().unwrap();
        channels.insert(header.recipient.clone(), (header.position.seq, envelope.hash()));
    }
}

/// What a stream handed out, in words.
#[derive(Debug, PartialEq)]
pub(crate) enum Got {
    Mail(Hash),
    Tombstone(v1::Signed),
    Event(v1::Event),
    CaughtUp,
    End(Option<Reason>),
    Nothing,
}

/// The next message of a stream, or `Nothing` when none comes.
pub(crate) async fn next(stream: &mut Collecting) -> Got {
    let waited = tokio::time::timeout(Duration::from_millis(400), stream.next()).await;
    match waited {
        Err(_) => Got::Nothing,
        Ok(None) => Got::End(None),
        Ok(Some(Err(refusal))) => Got::End(Some(refusal.reason)),
        Ok(Some(Ok(response))) => match response.message.unwrap() {
            v1::collect_response::Message::Delivery(delivery) => {
                let envelope = Envelope::parse(delivery.envelope.unwrap()).unwrap();
                assert_eq!(delivery.receipt.unwrap().envelope_hash, envelope.hash().wire());
                Got::Mail(envelope.hash())
            }
            v1::collect_response::Message::Tombstone(signed) => Got::Tombstone(signed),
            v1::collect_response::Message::Event(event) => Got::Event(event),
            v1::collect_response::Message::CaughtUp(_) => Got::CaughtUp,
        },
    }
}

/// The next message that is news, skipping "caught up".
pub(crate) async fn event(stream: &mut Collecting) -> v1::event::News {
    let mut got = next(stream).await;
    if got == Got::CaughtUp {
        got = next(stream).await;
    }
    let Got::Event(event) = got else { panic!("expected news, got {got:?}") };
    event.news.unwrap()
}
