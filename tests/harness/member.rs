//! A member of the region without a node: its keys, and how it seals, opens and signs.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use anyhow::{Context, Result};
use jiff::Span;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use wiez_proto::calendar::{day_of, end_of_month};
use wiez_proto::directory::{Entry, RegionKeys};
use wiez_proto::enrolment::{Invitation, request};
use wiez_proto::env::Env;
use wiez_proto::envelope::{
    Draft, Envelope, Object, Position, Region, SealingKey, SealingPublic, SigningKey, VerifyingKey, open, seal,
};

use wiez_proto::grant::{Edge, Grant, Withdrawal};
use wiez_proto::id::{GrantId, Handle, Hash, InstitutionId, MessageId};
use wiez_proto::limits;
use wiez_proto::receipt::Receipt;
use wiez_proto::tls::{Identity, client_config, enrol_client_config};
use wiez_proto::vocab::{BasisClass, Category, Purpose};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::enrolment_service_client::EnrolmentServiceClient;

use crate::session::{Session, channel};

/// Where a hub answers.
#[derive(Clone, Debug)]
pub struct Place {
    /// The name in its certificate.
    pub host: String,
    /// The address to dial.
    pub dial: SocketAddr,
}

/// What one member knows of another: the keys in its entry.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Who.
    pub id: InstitutionId,
    /// Checks its signatures.
    pub signing: VerifyingKey,
    /// Seals for it.
    pub sealing: SealingPublic,
}

/// One institution with its three keys and its certificate.
pub struct Member {
    /// Time and randomness.
    pub env: Env,
    /// Who.
    pub id: InstitutionId,
    /// The keys of the region that it joined.
    pub region: RegionKeys,
    /// Its signing key.
    pub signing: SigningKey,
    /// Its sealing key.
    pub sealing: SealingKey,
    /// The region's CA (DER).
    pub ca_der: Vec<u8>,
    /// Its certificate (DER).
    pub cert_der: Vec<u8>,
    /// Private key of the certificate, PKCS#8 (DER).
    pub key_der: Vec<u8>,
    /// Where the hub answers.
    pub place: Place,
    bound: Region,
}

/// Why an envelope may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Under the handle of an edge.
    Consent(Handle),
    /// Without personal data.
    NoPersonalData,
    /// On a statute.
    Statutory,
}

/// A signed grant with one edge in each direction.
#[derive(Clone, Debug)]
pub struct Consent {
    /// The grant.
    pub grant: Grant,
    /// Signed by its issuer.
    pub signed: v1::Signed,
    /// Handle from the issuer to the other party.
    pub there: Handle,
    /// Handle back.
    pub back: Handle,
}

impl Consent {
    /// What the hub is told of each edge.
    #[must_use]
    pub fn registrations(&self) -> Vec<v1::RegisterEdgeRequest> {
        let request = |edge: &Edge| v1::RegisterEdgeRequest {
            handle: edge.handle.wire(),
            from: edge.from.to_string(),
            to: edge.to.to_string(),
            valid_until_ms: end_of_month(self.grant.valid_to),
            grant_hash: self.grant.hash().wire(),
        };
        self.grant.edges.iter().map(request).collect()
    }
}

impl Member {
    /// Joins with an invitation, as any implementation would.
    ///
    /// # Errors
    /// What the hub or the network says.
    pub async fn join(env: &Env, invitation: &Invitation, dial: SocketAddr) -> Result<Self> {
        let (signing, sealing) = (SigningKey::generate(env)?, SealingKey::generate(env)?);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let csr = CertificateParams::default().serialize_request(&key)?;
        let tls = enrol_client_config(env, invitation.ca_fingerprint)?;
        let door = channel(tls, &Place { host: invitation.enrol_host(), dial }).await?;
        let request = request(invitation, csr.der(), &signing, sealing.public());
        let answer = EnrolmentServiceClient::new(door).redeem(request).await?.into_inner();
        let region = RegionKeys::open(&answer.region.context("no region")?, &invitation.directory_fingerprint)?;
        let bound = region.bound();
        let entry = Entry::open(&answer.entry.context("no entry")?, &region.directory_key, &bound)?;
        anyhow::ensure!(entry.signing_key == signing.public(), "the entry has another key");
        Ok(Self {
            env: env.clone(),
            id: invitation.institution.clone(),
            region,
            signing,
            sealing,
            ca_der: answer.ca_certificate.to_vec(),
            cert_der: answer.certificate.to_vec(),
            key_der: key.serialize_der(),
            place: Place { host: invitation.host.clone(), dial },
            bound,
        })
    }

    /// What others know of it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        Peer { id: self.id.clone(), signing: self.signing.public(), sealing: self.sealing.public().clone() }
    }

    /// What its signatures are bound to.
    #[must_use]
    pub const fn bound(&self) -> &Region {
        &self.bound
    }

    /// The TLS configuration with its certificate.
    ///
    /// # Errors
    /// What rustls says.
    pub fn tls(&self) -> Result<ClientConfig> {
        let identity = Identity::new(vec![self.cert_der.clone()], self.key_der.clone());
        Ok(client_config(&self.env, &CertificateDer::from(self.ca_der.clone()), &identity)?)
    }

    /// Connects to the hub.
    ///
    /// # Errors
    /// What the network or the hub says.
    pub async fn connect(&self) -> Result<Session> {
        Ok(Session::new(channel(self.tls()?, &self.place).await?))
    }

    /// A draft with the default time to live; everything in it may be changed.
    #[must_use]
    pub fn draft(&self, to: &InstitutionId, position: Position, basis: Basis) -> Draft {
        let (class, handle) = match basis {
            Basis::Consent(handle) => (BasisClass::Consent, Some(handle)),
            Basis::NoPersonalData => (BasisClass::NoPersonalData, None),
            Basis::Statutory => (BasisClass::Statutory, None),
        };
        let now = self.env.now_ms();
        Draft {
            message_id: MessageId::random(&self.env),
            sender: self.id.clone(),
            recipient: to.clone(),
            position,
            class,
            handle,
            created_ms: now,
            expires_ms: now + limits::TTL_DEFAULT_MS,
        }
    }

    /// Seals and signs.
    ///
    /// # Errors
    /// What the contract says of the draft.
    pub fn seal(&self, to: &Peer, draft: &Draft, content: v1::Content) -> Result<Envelope> {
        Ok(seal(&self.env, &self.bound, &self.signing, &to.sealing, draft, content)?)
    }

    /// Checks and opens an envelope from a peer.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, or what the contract says of the bytes.
    pub fn open(&self, from: &Peer, envelope: v1::Envelope) -> Result<v1::Content> {
        let verified = Envelope::parse(envelope)?.verify(&from.signing, &self.bound)?;
        Ok(open(&verified, &self.sealing)?)
    }

    /// Signs that it holds envelopes of one sender.
    #[must_use]
    pub fn receipt(&self, sender: &InstitutionId, envelope_hashes: Vec<Hash>) -> v1::Signed {
        Receipt {
            recipient: self.id.clone(),
            sender: sender.clone(),
            envelope_hashes,
            tombstone_hashes: vec![],
            unknown_prevs: vec![],
            forked_prevs: vec![],
            log_size: 0,
            log_root: [0; 32],
            at_ms: self.env.now_ms(),
        }
        .sign(&self.signing, &self.bound)
    }

    /// Signs any bytes as an object of any kind, also wrong ones.
    #[must_use]
    pub fn signed(&self, object: Object, content: Vec<u8>) -> v1::Signed {
        self.signing.signed(object, &self.bound, content)
    }

    /// Issues a grant for a month with both edges.
    ///
    /// # Errors
    /// What the contract says of the categories.
    pub fn grant(&self, to: &InstitutionId, categories: &[Category]) -> Result<Consent> {
        let (there, back) = (Handle::random(&self.env), Handle::random(&self.env));
        let edge = |handle, from: &InstitutionId, to: &InstitutionId, categories: BTreeSet<Category>| Edge {
            handle,
            from: from.clone(),
            to: to.clone(),
            explicit: categories.iter().copied().filter(|category| category.special()).collect(),
            categories,
            purposes: BTreeSet::from([Purpose::Service]),
        };
        let today = day_of(self.env.now_ms());
        let grant = Grant {
            id: GrantId::random(&self.env),
            issuer: self.id.clone(),
            counterparty: to.clone(),
            edges: vec![
                edge(there, &self.id, to, categories.iter().copied().collect()),
                edge(back, to, &self.id, BTreeSet::from([Category::Logistics])),
            ],
            valid_from: today,
            valid_to: today.saturating_add(Span::new().days(30)),
            evidence_commitment: self.env.random(),
            worker: "an.worker".to_owned(),
            issued_ms: self.env.now_ms(),
        };
        Ok(Consent { signed: grant.sign(&self.signing, &self.bound)?, grant, there, back })
    }

    /// Signs the end of a grant.
    #[must_use]
    pub fn withdrawal(&self, consent: &Consent) -> v1::Signed {
        Withdrawal {
            handles: consent.grant.handles(),
            grant_hash: consent.grant.hash(),
            party: self.id.clone(),
            at_ms: self.env.now_ms(),
        }
        .sign(&self.signing, &self.bound)
    }
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Member({})", self.id)
    }
}

/// The place of the next envelope in a channel whose last one is given.
#[must_use]
pub fn next(last: Option<&Envelope>) -> Position {
    match last {
        None => Position { epoch: 1, seq: 1, prev: Hash::ZERO },
        Some(last) => {
            let Position { epoch, seq, .. } = last.header().position;
            Position { epoch, seq: seq + 1, prev: last.hash() }
        }
    }
}

/// Content that stands for a referral: as many bytes of payload as asked for, a grant, a checkpoint.
#[must_use]
pub fn content(env: &Env, grant: Option<&Consent>, checkpoint: &str, payload: usize) -> v1::Content {
    let mut bytes = vec![0; payload];
    env.fill(&mut bytes);
    v1::Content {
        kind: "REFERRAL".to_owned(),
        categories: vec!["ID_NAME".to_owned(), "PLAN_TASKS".to_owned()],
        purpose: "P_SERVICE".to_owned(),
        thread: env.random::<16>().to_vec().into(),
        policy_row: env.random::<32>().to_vec().into(),
        grant: grant.map(|consent| consent.signed.clone()),
        checkpoint: checkpoint.to_owned(),
        worker: "an.worker".to_owned(),
        payload: bytes.into(),
        urgency: "U3_NORMAL".to_owned(),
        ..v1::Content::default()
    }
}
