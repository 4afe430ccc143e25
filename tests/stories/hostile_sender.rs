//! A member without a gate of its own lies in every way that a sealed envelope allows; the recipient's gate names each lie.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use wiez_node::casework::CaseKind;
use wiez_node::message::{Message, Signer};
use wiez_proto::envelope::{Position, SigningKey};
use wiez_proto::grant::Grant;
use wiez_proto::id::{Hash, MessageId, ThreadId};
use wiez_proto::limits;
use wiez_proto::payload::{Answer, Body, InfoReply, Payload, Referral, Section};
use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Category as C, InstitutionKind, Purpose, ServiceCode, Urgency};
use wiez_proto::wire::v1;
use wiez_tests::World;
use wiez_tests::acts::field;
use wiez_tests::member::{Basis, Consent, Member, Peer};
use wiez_tests::session::{Deposited, Session};

/// A member that speaks the protocol by hand, and whom it writes to.
pub(crate) struct Bare {
    pub(crate) member: Member,
    pub(crate) session: Session,
    pub(crate) peer: Peer,
    /// Signs what its worker sends.
    pub(crate) worker: SigningKey,
    /// Leaves the worker's signature as the story made it.
    pub(crate) as_it_is: bool,
    next: Position,
    seen: BTreeSet<Hash>,
}

impl Bare {
    pub(crate) async fn join(world: &World, id: &str, kind: InstitutionKind, to: &str) -> Result<Self> {
        let member = world.join_raw(id, kind, "Członek bez węzła").await?;
        let entry = world.node(to)?.me();
        let peer =
            Peer { id: entry.institution.clone(), signing: entry.signing_key, sealing: entry.sealing_key.clone() };
        let session = world.meanwhile("a raw member connects", member.connect()).await??;
        let (worker, next) = (SigningKey::generate(&member.env)?, Position { epoch: 1, seq: 1, prev: Hash::ZERO });
        Ok(Self { member, session, peer, worker, as_it_is: false, next, seen: BTreeSet::new() })
    }

    /// Connects again after the hub was away.
    pub(crate) async fn reconnect(&mut self, world: &World) -> Result<()> {
        self.member.place.dial = world.hub_running()?.local_addr();
        self.session = world.meanwhile("a raw member connects", self.member.connect()).await??;
        Ok(())
    }

    /// Seals and deposits; the hub may say no.
    pub(crate) async fn try_send(&mut self, consent: &Consent, message: Message) -> Result<Deposited> {
        let basis = match message.class {
            BasisClass::Consent => Basis::Consent(consent.there),
            BasisClass::NoPersonalData => Basis::NoPersonalData,
            BasisClass::Statutory | BasisClass::VitalInterest => Basis::Statutory,
        };
        self.deposit(basis, message).await
    }

    /// Seals and deposits what rests on no consent.
    pub(crate) async fn send_lawful(&mut self, message: Message) -> Result<()> {
        self.deposit(Basis::Statutory, message).await?.accepted().map(|_| ())
    }

    /// Its worker's signature on a message as it now is.
    pub(crate) fn sign(&self, message: &mut Message) {
        let (worker, institution, region) = (&self.worker, &self.member.signing, self.member.bound());
        message.sign(&Signer { worker, institution, region, now_ms: self.member.env.now_ms() });
    }

    async fn deposit(&mut self, basis: Basis, mut message: Message) -> Result<Deposited> {
        if !self.as_it_is {
            self.sign(&mut message);
        }
        let mut draft = self.member.draft(&self.peer.id, self.next, basis);
        draft.class = message.class;
        draft.message_id = message.message_id;
        draft.expires_ms = message.expires_ms;
        let envelope = self.member.seal(&self.peer, &draft, message.to_content())?;
        let answer = self.session.deposit(envelope.to_wire()).await?;
        let prev = if answer.reason().is_empty() { envelope.hash() } else { self.next.prev };
        self.next = Position { epoch: 1, seq: self.next.seq + 1, prev };
        Ok(answer)
    }

    /// Seals and deposits what the hub cannot object to.
    pub(crate) async fn send(&mut self, consent: &Consent, message: Message) -> Result<()> {
        self.try_send(consent, message).await?.accepted().map(|_| ())
    }

    /// Waits for the sealed refusal of the recipient's gate.
    pub(crate) async fn refused(&mut self, world: &World) -> Result<Refusal> {
        let peer = self.peer.clone();
        let mut stream = self.session.collecting(0).await?;
        loop {
            let delivery = world.meanwhile("a sealed refusal comes", stream.delivery()).await??;
            let envelope = delivery.envelope.context("an empty delivery")?;
            let hash = wiez_proto::envelope::Envelope::parse(envelope.clone())?.hash();
            let content = self.member.open(&peer, envelope)?;
            stream.acknowledge(self.member.receipt(&peer.id, vec![hash])).await?;
            // The hub may hand it out again before it has read the receipt.
            if !self.seen.insert(hash) {
                continue;
            }
            if let Body::GateRefusal { refusal, .. } = Payload::from_bytes(&content.payload)?.body() {
                return Ok(refusal.clone());
            }
        }
    }

    /// Seals and deposits content of which no message can be made.
    pub(crate) async fn send_content(&mut self, basis: Basis, id: MessageId, content: v1::Content) -> Result<()> {
        let mut draft = self.member.draft(&self.peer.id, self.next, basis);
        draft.message_id = id;
        let envelope = self.member.seal(&self.peer, &draft, content)?;
        self.session.deposit(envelope.to_wire()).await?.accepted()?;
        self.next = Position { epoch: 1, seq: self.next.seq + 1, prev: envelope.hash() };
        Ok(())
    }

    /// Takes the next envelope, and says instead of a gate why it was not let in.
    pub(crate) async fn refuse_next(&mut self, world: &World, refusal: Refusal) -> Result<()> {
        let peer = self.peer.clone();
        let mut stream = self.session.collecting(0).await?;
        let delivery = world.meanwhile("an envelope comes", stream.delivery()).await??;
        let envelope = wiez_proto::envelope::Envelope::parse(delivery.envelope.context("an empty delivery")?)?;
        stream.acknowledge(self.member.receipt(&peer.id, vec![envelope.hash()])).await?;
        let (message_id, envelope_hash) = (envelope.header().message_id, envelope.hash());
        let body = Body::GateRefusal { message_id, envelope_hash, refusal };
        let mut message = self.message(None, "GATE_REFUSAL", Payload::new("", vec![], body)?)?;
        message.purpose = Purpose::Admin;
        self.deposit(Basis::NoPersonalData, message).await?.accepted().map(|_| ())
    }

    pub(crate) fn message(&self, consent: Option<&Consent>, row: &str, payload: Payload) -> Result<Message> {
        let row = Policy::shipped().row(row).with_context(|| format!("no row {row}"))?;
        Ok(Message {
            message_id: MessageId::random(&self.member.env),
            sender: self.member.id.clone(),
            recipient: self.peer.id.clone(),
            class: row.class,
            handle: consent.map(|consent| consent.there),
            expires_ms: self.member.env.now_ms() + limits::TTL_DEFAULT_MS,
            kind: payload.kind(),
            categories: payload.categories(),
            asked: payload.asked(),
            purpose: Purpose::Service,
            thread: ThreadId::random(&self.member.env),
            in_reply_to: None,
            policy_row: Hash::new(row.digest()),
            grant: consent.map(|consent| consent.signed.clone()),
            checkpoint: String::new(),
            worker: "Bez Bramki".to_owned(),
            urgency: Urgency::U3Normal,
            statement: None,
            signature: None,
            payload,
        })
    }
}

fn section(category: C, text: &str) -> Section {
    Section { category, label: String::new(), text: text.to_owned() }
}

/// A referral that the consent covers.
pub(crate) fn referral(from: &Bare, consent: &Consent, name: &str) -> Result<Message> {
    referral_with(from, consent, vec![section(C::IdName, name)])
}

fn referral_with(from: &Bare, consent: &Consent, sections: Vec<Section>) -> Result<Message> {
    let body = Referral {
        service: ServiceCode::ZajeciaWyrownawcze,
        goal: "Cel".to_owned(),
        urgency: Urgency::U3Normal,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    };
    from.message(Some(consent), "REFERRAL.CONSENT", Payload::new("CUS/1", sections, Body::Referral(body))?)
}

/// A grant with the same handles as the registered one, but wider.
fn widened(from: &Bare, consent: &Consent) -> Result<Consent> {
    let mut grant: Grant = consent.grant.clone();
    for edge in &mut grant.edges {
        edge.categories.extend([C::FamilySit, C::Housing]);
    }
    let signed = grant.sign(&from.member.signing, from.member.bound())?;
    Ok(Consent { grant, signed, ..consent.clone() })
}

fn lies(cus: &Bare, consent: &Consent) -> Result<Vec<(&'static str, Message, Reason)>> {
    let good = || referral(cus, consent, "Jan Testowy");
    let wider = widened(cus, consent)?;
    let beyond = || referral_with(cus, consent, vec![section(C::IdName, "Jan"), section(C::FamilySit, "trudna")]);
    let mut forged = consent.clone();
    forged.signed.signature = vec![7; 64].into();
    let reply = Payload::new(
        "CUS/1",
        vec![],
        Body::InfoReply(InfoReply {
            answers: vec![Answer { question: 0, category: C::IdName, text: "Jan".to_owned() }],
            partial: false,
        }),
    )?;
    let anonymous =
        Body::ConsultAnon { topic: "pytanie".to_owned(), text: "PESEL 02070803628 – co robić?".to_owned() };
    Ok(vec![
        ("more than the consent covers", beyond()?, Reason::ConsentScope),
        (
            "a category hidden from the declaration",
            Message { categories: [C::IdName, C::PlanTasks].into(), ..beyond()? },
            Reason::Category,
        ),
        (
            "a purpose that the family did not name",
            Message { purpose: Purpose::Monitor, ..good()? },
            Reason::ConsentPurpose,
        ),
        ("a policy row of its own invention", Message { policy_row: Hash::new([9; 32]), ..good()? }, Reason::Basis),
        ("a wider grant under the registered handle", referral(cus, &wider, "Jan")?, Reason::EdgeUnknown),
        ("a grant with a forged signature", referral(cus, &forged, "Jan")?, Reason::Unverifiable),
        ("an answer to what nobody asked", cus.message(Some(consent), "INFO_REPLY.CONSENT", reply)?, Reason::NotFound),
        (
            "personal data under \"no personal data\"",
            cus.message(None, "CONSULT_ANON", Payload::new("", vec![], anonymous)?)?,
            Reason::PersonalDataFound,
        ),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lie_inside_the_seal_is_quarantined_and_its_sender_told_why() -> Result<()> {
    let world = World::small(130).await?;
    let mut cus = Bare::join(&world, "cus", InstitutionKind::Cus, "sp3").await?;
    let consent = cus.member.grant(&cus.peer.id, &[C::IdName, C::PlanTasks])?;
    cus.session.register(&consent).await?;
    for (lie, message, expected) in lies(&cus, &consent)? {
        let kind = message.kind;
        cus.send(&consent, message).await.with_context(|| format!("the hub cannot see: {lie}"))?;
        let told = cus.refused(&world).await?.reason;
        let reply_scope = expected == Reason::NotFound && told == Reason::ReplyScope;
        assert!(told == expected || reply_scope, "{lie} ({kind}): {told:?} instead of {expected:?}");
    }
    for kind in [CaseKind::Referral, CaseKind::Info, CaseKind::Consult] {
        assert!(world.incoming("sp3", kind).await?.is_empty(), "nothing of it may reach a person");
    }
    // After all these lies the truth still passes.
    cus.send(&consent, referral(&cus, &consent, "Jan Testowy")?).await?;
    let case = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    assert_eq!(field(&world.show("sp3", &case).await?, "ID_NAME"), Some("Jan Testowy"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_shows_the_hub_unverifiable_and_nothing_else() -> Result<()> {
    let world = World::small(131).await?;
    let cus = Bare::join(&world, "cus", InstitutionKind::Cus, "sp3").await?;
    let consent = cus.member.grant(&cus.peer.id, &[C::IdName, C::PlanTasks])?;
    cus.session.register(&consent).await?;
    // Sealed for other keys than the recipient's, under the recipient's key id: the hub cannot tell.
    let stranger = wiez_proto::envelope::SealingKey::generate(&cus.member.env)?;
    let message = referral(&cus, &consent, "Jan Testowy")?;
    let draft = cus.member.draft(&cus.peer.id, cus.next, Basis::Consent(consent.there));
    let wrong = Peer { sealing: stranger.public().clone(), ..cus.peer.clone() };
    let envelope = cus.member.seal(&wrong, &draft, message.to_content())?;
    let mut raw = envelope.to_wire();
    let mut header = wiez_proto::envelope::Header::parse(&raw.header)?;
    header.recipient_key = cus.peer.sealing.id();
    raw.header = header.to_bytes().into();
    let parts = wiez_proto::envelope::Envelope::parse(raw.clone())?;
    let object = wiez_proto::envelope::Object::Envelope;
    raw.signature = cus.member.signing.sign(object, cus.member.bound(), parts.hash().bytes()).to_vec().into();
    let mut stream = cus.session.collecting(0).await?;
    cus.session.deposit(raw).await?.accepted()?;
    let refused = world
        .meanwhile("the signed refusal comes back", async {
            loop {
                if let v1::collect_response::Message::Event(event) = stream.next().await? {
                    match event.news {
                        Some(v1::event::News::Refusal(signed)) => return Ok(signed),
                        Some(v1::event::News::Receipt(_)) => bail!("it was acknowledged"),
                        Some(v1::event::News::Status(_)) | None => {}
                    }
                }
            }
        })
        .await??;
    let refused = wiez_proto::receipt::Refused::open(&refused, &cus.peer.signing, cus.member.bound())?;
    assert_eq!((refused.reason, refused.party.as_str()), (Reason::Unverifiable, "sp3"));
    assert!(world.incoming("sp3", CaseKind::Referral).await?.is_empty());
    Ok(())
}
