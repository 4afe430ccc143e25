//! One hub in this process and nodes that knock at it with certificates of every kind.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body::{Body, Frame};
use hyper_util::rt::TokioIo;
use prost::bytes::Bytes;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, SanType};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status, Streaming};
use tonic_types::StatusExt;
use tower::ServiceExt;
use wiez_hub::config::{Config, Flags, Loaded, Surroundings};
use wiez_hub::enrolment::Invite;
use wiez_hub::keys::{DEV_MARK, HubKeys, NewRegion, Place};
use wiez_hub::{Options, Running, start};
use wiez_proto::directory::RegionKeys;
use wiez_proto::enrolment;
use wiez_proto::env::{Env, LastResort};
use wiez_proto::envelope::{Draft, Envelope, Position, Region, SealingKey, SigningKey, seal};
use wiez_proto::id::{Hash, InstitutionId, MessageId};
use wiez_proto::refusal::Refusal;
use wiez_proto::tls::{Identity, client_config, enrol_client_config, fingerprint};
use wiez_proto::vocab::{BasisClass, InstitutionKind};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::directory_service_client::DirectoryServiceClient;
use wiez_proto::wire::v1::enrolment_service_client::EnrolmentServiceClient;
use wiez_proto::wire::v1::mailbox_service_client::MailboxServiceClient;

pub(crate) const HOST: &str = "hub.example";
const PASSPHRASE: &[u8] = b"correct horse battery";

/// The machine's clock: these tests measure real connections.
pub(crate) fn stepless() -> Env {
    Env::system()
}

pub(crate) struct World {
    pub(crate) env: Env,
    dir: tempfile::TempDir,
    config: Config,
    running: Option<Running>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::build(stepless(), None, false, change).await.unwrap()
    }

    /// A hub whose clock moves only when told; its connections are as real as ever.
    pub(crate) async fn stepped() -> Self {
        let env = Env::stepped(stepless().now_ms(), 1);
        Self::build(env, None, false, |_| {}).await.unwrap()
    }

    pub(crate) async fn dev(demo: bool) -> Result<Self, Refusal> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, DEV_MARK);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        let ca = Some((cert.der().to_vec(), key.serialize_der().into()));
        Self::build(stepless(), ca, demo, |_| {}).await
    }

    async fn build(
        env: Env,
        ca: Option<(Vec<u8>, zeroize::Zeroizing<Vec<u8>>)>,
        demo: bool,
        change: impl FnOnce(&mut Config),
    ) -> Result<Self, Refusal> {
        let dir = tempfile::tempdir().unwrap();
        let flags = Flags { data_dir: Some(dir.path().to_owned()), passphrase_file: None };
        let mut config = Loaded::read(None, &flags, &Surroundings::default()).unwrap().config;
        config.listen.handshake_timeout_ms = 1500;
        change(&mut config);
        let place = Place { host: HOST.to_owned(), port: 8600 };
        let new = NewRegion { region: "opolskie".parse().unwrap(), name: "Opolskie".to_owned(), place, ca };
        HubKeys::create(&env, &new, dir.path(), PASSPHRASE)?;
        let running = Some(serve(&env, dir.path(), &config, demo).await?);
        Ok(Self { env, dir, config, running })
    }

    pub(crate) fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    pub(crate) fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running().local_addr()
    }

    pub(crate) fn keys(&self) -> RegionKeys {
        self.running().hub().keys().region_keys.clone()
    }

    pub(crate) fn ca(&self) -> Vec<u8> {
        self.running().hub().keys().ca.cert_der.clone()
    }

    pub(crate) async fn stop(mut self) {
        self.running.take().unwrap().stop().await;
    }

    pub(crate) async fn restart(&mut self) {
        self.running.take().unwrap().stop().await;
        self.running = Some(serve(&self.env, self.dir.path(), &self.config, false).await.unwrap());
    }

    /// Invites and redeems over the wire, as a node does.
    pub(crate) async fn join(&self, id: &str, kind: &str) -> Node {
        let invite = Invite {
            institution: id.parse().unwrap(),
            kind: InstitutionKind::parse(kind).unwrap(),
            also_acts_as: vec![],
            name: id.to_owned(),
            teryt: "1601011".to_owned(),
            phone: String::new(),
            valid_ms: 3_600_000,
        };
        let invitation = self.running().hub().invite(invite).await.unwrap();
        let env = stepless();
        let (signing, sealing) = (SigningKey::generate(&env).unwrap(), SealingKey::generate(&env).unwrap());
        let key = KeyPair::generate().unwrap();
        let csr = CertificateParams::new(Vec::new()).unwrap().serialize_request(&key).unwrap();
        let request = enrolment::request(&invitation, csr.der(), &signing, sealing.public());
        let mut client = EnrolmentServiceClient::new(self.enrol_channel().await);
        let answer = client.redeem(request.clone()).await.unwrap().into_inner();
        assert_eq!(client.redeem(request).await.unwrap().into_inner(), answer, "the same bytes, the same answer");
        let identity = Identity::new(vec![answer.certificate.to_vec()], key.serialize_der());
        self.node(invitation.institution.clone(), identity, signing, sealing)
    }

    /// A node with a certificate of the region's CA that was never registered.
    pub(crate) fn certified(&self, id: &str) -> Node {
        self.certified_for(&[&format!("wiez://opolskie/{id}")])
    }

    pub(crate) fn certified_for(&self, uris: &[&str]) -> Node {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = uris.iter().map(|uri| SanType::URI((*uri).try_into().unwrap())).collect();
        params.distinguished_name.push(DnType::CommonName, "node");
        let key = KeyPair::generate().unwrap();
        let cert = params.signed_by(&key, self.running().hub().keys().ca.issuer()).unwrap();
        let identity = Identity::new(vec![cert.der().to_vec()], key.serialize_der());
        let env = stepless();
        let (signing, sealing) = (SigningKey::generate(&env).unwrap(), SealingKey::generate(&env).unwrap());
        self.node("somebody".parse().unwrap(), identity, signing, sealing)
    }

    fn node(&self, id: InstitutionId, identity: Identity, signing: SigningKey, sealing: SealingKey) -> Node {
        let tls = client_config(&stepless(), &CertificateDer::from(self.ca()), &identity).unwrap();
        let (tls, signing, sealing) = (Arc::new(tls), Arc::new(signing), Arc::new(sealing));
        Node { id, address: self.address(), tls, signing, sealing, region: self.keys().bound() }
    }

    pub(crate) async fn enrol_channel(&self) -> Channel {
        let config = enrol_client_config(&stepless(), fingerprint(&self.ca())).unwrap();
        channel(self.address(), "enrol.hub.example", Arc::new(config)).await
    }
}

async fn serve(env: &Env, dir: &std::path::Path, config: &Config, demo: bool) -> Result<Running, Refusal> {
    let options = Options {
        env: env.clone(),
        keys: HubKeys::open(dir, PASSPHRASE)?,
        config: config.clone(),
        listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        last_resort: LastResort::default(),
        demo,
    };
    start(options).await
}

#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) id: InstitutionId,
    address: SocketAddr,
    tls: Arc<rustls::ClientConfig>,
    pub(crate) signing: Arc<SigningKey>,
    sealing: Arc<SealingKey>,
    region: Region,
}

type Collected = (mpsc::Sender<v1::CollectRequest>, Streaming<v1::CollectResponse>);

impl Node {
    /// The same node towards another address.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    pub(crate) async fn tls(&self) -> std::io::Result<TlsStream<TcpStream>> {
        tls(self.address, HOST, (*self.tls).clone()).await
    }

    pub(crate) async fn channel(&self) -> Channel {
        channel(self.address, HOST, Arc::clone(&self.tls)).await
    }

    pub(crate) async fn mailbox(&self) -> MailboxServiceClient<Channel> {
        MailboxServiceClient::new(self.channel().await)
    }

    pub(crate) async fn directory(&self) -> DirectoryServiceClient<Channel> {
        DirectoryServiceClient::new(self.channel().await)
    }

    pub(crate) async fn collect(&self, after_event: u64) -> Collected {
        let (up, requests) = mpsc::channel(16);
        let start = v1::collect_request::Message::Start(v1::CollectStart { after_event });
        up.send(v1::CollectRequest { message: Some(start) }).await.unwrap();
        let requests = tokio_stream::wrappers::ReceiverStream::new(requests);
        (up, self.mailbox().await.collect(requests).await.unwrap().into_inner())
    }

    /// A channel to another node, from its first envelope.
    pub(crate) fn chain(&self, to: &Self) -> Chain {
        Chain { from: self.clone(), to: to.clone(), seq: 0, prev: Hash::ZERO }
    }
}

pub(crate) struct Chain {
    from: Node,
    to: Node,
    seq: u64,
    prev: Hash,
}

impl Chain {
    pub(crate) fn seal(&mut self) -> Envelope {
        let env = stepless();
        self.seq += 1;
        let draft = Draft {
            message_id: MessageId::random(&env),
            sender: self.from.id.clone(),
            recipient: self.to.id.clone(),
            position: Position { epoch: 1, seq: self.seq, prev: self.prev },
            class: BasisClass::NoPersonalData,
            handle: None,
            created_ms: env.now_ms(),
            expires_ms: env.now_ms() + 3_600_000,
        };
        let content = v1::Content { kind: "FEEDBACK_MIN".to_owned(), ..v1::Content::default() };
        let to = self.to.sealing.public();
        let envelope = seal(&env, &self.from.region, &self.from.signing, to, &draft, content).unwrap();
        self.prev = envelope.hash();
        envelope
    }
}

pub(crate) async fn tls(
    address: SocketAddr,
    name: &str,
    config: rustls::ClientConfig,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from(name.to_owned()).map_err(std::io::Error::other)?;
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

async fn channel(address: SocketAddr, name: &'static str, config: Arc<rustls::ClientConfig>) -> Channel {
    let connect = tower::service_fn(move |_| {
        let config = (*config).clone();
        async move { tls(address, name, config).await.map(TokioIo::new) }
    });
    let endpoint = Endpoint::from_shared(format!("http://{name}")).unwrap();
    endpoint.connect_with_connector(connect).await.unwrap()
}

/// What came back for bytes that no client of ours would send.
pub(crate) struct Raw {
    pub(crate) http: u16,
    pub(crate) code: Code,
    pub(crate) reason: Option<String>,
}

pub(crate) async fn raw(channel: Channel, path: &str, body: Vec<u8>) -> Raw {
    raw_as(channel, path, "application/grpc", body).await
}

pub(crate) async fn raw_as(channel: Channel, path: &str, kind: &str, body: Vec<u8>) -> Raw {
    let request = http::Request::post(format!("http://{HOST}{path}"))
        .header("content-type", kind)
        .header("te", "trailers")
        .body(tonic::body::Body::new(Once(Some(body.into()))))
        .unwrap();
    let response = channel.oneshot(request).await.unwrap();
    let (parts, mut body) = response.into_parts();
    let mut status = Status::from_header_map(&parts.headers);
    if status.is_none() && parts.status == 200 {
        // A stream that stays open has no status yet; nothing here waits for one longer than that.
        let trailers = tokio::time::timeout(Duration::from_secs(5), trailers(&mut body)).await;
        status = trailers.ok().flatten().and_then(|trailers| Status::from_header_map(&trailers));
    }
    let code = status.as_ref().map_or(Code::Ok, Status::code);
    let reason = status.filter(|status| status.code() != Code::Ok).map(|status| reason(&status));
    Raw { http: parts.status.as_u16(), code, reason }
}

async fn trailers(body: &mut tonic::body::Body) -> Option<http::HeaderMap> {
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await {
        if let Ok(trailers) = frame.ok()?.into_trailers() {
            return Some(trailers);
        }
    }
    None
}

/// A body of given bytes.
struct Once(Option<Bytes>);

impl Body for Once {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

pub(crate) fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

pub(crate) fn retry(status: &Status) -> Option<Duration> {
    status.get_details_retry_info().and_then(|info| info.retry_delay)
}
