//! Puts generated cases to a node's gate – sending, receiving, showing – and compares each answer with the oracle's.

use std::collections::BTreeSet;
use std::fmt::Debug;

use jiff::civil::Date;
use wiez_node::gate::{self, AdmitFacts, Admitted, ConsentFacts, Edge, Party, ReleaseFacts, Request, SendFacts};
use wiez_node::message::{Message, Signer};
use wiez_proto::calendar;
use wiez_proto::directory::Standing;
use wiez_proto::env::Env;
use wiez_proto::envelope::{Region, SigningKey, VerifyingKey};
use wiez_proto::grant::{Edge as GrantEdge, Grant};
use wiez_proto::id::{GrantId, Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::policy::{Overlay, Policy};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{BasisClass, Category, Flag, InstitutionKind, Purpose, Urgency};
use wiez_proto::wire::v1;

use crate::bodies;
use crate::case::{Address, Case, Consent, No};
use crate::law::no;
use crate::order::{self, Flags, Sent};
use crate::statement;
use crate::table;

const DAY: Date = Date::constant(2026, 5, 6);

/// Two institutions, their keys, and the four consents that can stand between them.
pub(crate) struct Scene<'a> {
    policy: &'a Policy,
    verified: Overlay,
    region: Region,
    now_ms: i64,
    sender: InstitutionId,
    recipient: InstitutionId,
    sender_key: SigningKey,
    worker_key: SigningKey,
    recipient_key: VerifyingKey,
    consents: Vec<(Consent, Grant, v1::Signed)>,
    message_id: MessageId,
    thread: ThreadId,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(policy: &'a Policy) -> Self {
        let env = Env::stepped(calendar::start_of_day(DAY), 11);
        let region = Region { id: "opolskie".parse().unwrap(), fingerprint: [7; 32] };
        let (sender, recipient) = (institution("nadawca"), institution("odbiorca"));
        let [sender_key, worker_key, recipient_key] = [(); 3].map(|()| SigningKey::generate(&env).unwrap());
        let keys = [&sender_key, &recipient_key];
        let mut consents = Vec::new();
        for of_recipient in [false, true] {
            for narrow in [false, true] {
                let grant = grant(&env, [&sender, &recipient], of_recipient, narrow);
                let signed = grant.sign(keys[usize::from(of_recipient)], &region).unwrap();
                consents.push((Consent { of_recipient, narrow, withdrawn: false }, grant, signed));
            }
        }
        let mut verified = Overlay::empty();
        for row in policy.rows() {
            verified.verify(row, "inspektor", DAY).unwrap();
        }
        Self {
            policy,
            verified,
            region,
            now_ms: env.now_ms() + 36_000_000,
            sender,
            recipient,
            recipient_key: recipient_key.public(),
            sender_key,
            worker_key,
            consents,
            message_id: MessageId::random(&env),
            thread: ThreadId::random(&env),
        }
    }

    /// At which of the gate's three questions it judges differently; nothing when it agrees with the oracle.
    pub(crate) fn disagreement(&self, case: Case) -> Option<String> {
        let case = bodies::fitted(case);
        let taken = self.takes(&case).map(|admitted| admitted.flags().clone());
        let tell = |question: &str, oracle: &dyn Debug, gate: &dyn Debug| {
            Some(format!("seed {}, {question}: oracle {oracle:?}\n  gate {gate:?}\n  {case:?}", case.seed))
        };
        let (ours, theirs) = (order::sends(&case), self.sends(&case));
        if ours != theirs {
            return tell("sending", &ours, &theirs);
        }
        let (ours, theirs) = (order::takes(&case), told(taken));
        if ours != theirs {
            return tell("receiving", &ours, &theirs);
        }
        let (ours, theirs) = (order::shows(&case), self.shows(&case));
        if ours == theirs { None } else { tell("showing", &ours, &theirs) }
    }

    fn sends(&self, case: &Case) -> Result<Sent, No> {
        let (me, mut peer) = (self.party(&self.sender, case.senders()), self.party(&self.recipient, case.recipients()));
        let mut message = self.message(case);
        if case.address == Address::Oneself {
            message.recipient = me.id.clone();
            peer.id = me.id.clone();
        }
        let overlays = self.overlays(case);
        let request = self.request(case);
        let facts = SendFacts {
            now_ms: self.now_ms,
            me: &me,
            peer: (case.address != Address::Unknown).then_some(&peer),
            standing: match case.address {
                Address::Revoked => Standing::Revoked,
                Address::Suspended => Standing::Suspended,
                _ => Standing::Active,
            },
            key_changed: case.address == Address::OtherKeys,
            policy: self.policy,
            overlays: &overlays,
            consent: case.consent.map(|consent| {
                let (grant, signed) = self.grant_of(consent);
                ConsentFacts {
                    grant,
                    signed,
                    edge: Edge { registered: None, withdrawn: consent.withdrawn },
                    giver: None,
                }
            }),
            request: request.as_ref(),
            log_alarm: false,
            surnames: &[],
            confirmed: None,
            release: case.release,
            used_today: case.used,
        };
        let cleared = gate::may_send(&facts, message).map_err(|refusal| no(&refusal))?;
        let row = self.policy.by_digest(cleared.message().policy_row.bytes()).unwrap();
        let marked = cleared.message().statement.as_ref().is_some_and(|statement| statement.for_gdp);
        let name = table::rows()
            .iter()
            .find(|known| known.name == row.id)
            .map_or("a row that nobody knows", |known| known.name);
        Ok((name, marked, told(Ok(cleared.flags().clone()))?))
    }

    /// What was taken in, for somebody who reads it for the first time.
    fn shows(&self, case: &Case) -> Result<Flags, No> {
        let admitted = self.takes(case).map_err(|refusal| no(&refusal))?;
        let facts = ReleaseFacts {
            now_ms: self.now_ms,
            opened_ms: None,
            fresh: case.arrival.fresh,
            covered: case.arrival.fresh,
            log_alarm: false,
            withdrawn: false,
            valid_until_ms: admitted.grant().map(|grant| calendar::end_of_day(grant.valid_to)),
            successor: None,
            answer: None,
            declared: case.arrival.declared,
        };
        told(gate::release(&facts, admitted.message()).map(|_| BTreeSet::new()))
    }

    fn takes(&self, case: &Case) -> Result<Admitted, Refusal> {
        let (sender, me) = (self.party(&self.sender, case.senders()), self.party(&self.recipient, case.recipients()));
        let overlays = self.overlays(case);
        let request = self.request(case);
        let mut registered = None;
        let mut message = self.message(case);
        if let Some(consent) = case.consent {
            let (grant, signed) = self.grant_of(consent);
            message.handle = grant.edge(&self.sender, &self.recipient).map(|edge| edge.handle);
            message.grant = Some(signed.clone());
            registered = case.arrival.registered.then(|| grant.hash());
        }
        self.stamp(case, &mut message, &sender, &me);
        if !case.arrival.unsigned {
            let (worker, institution) = (&self.worker_key, &self.sender_key);
            message.sign(&Signer { worker, institution, region: &self.region, now_ms: self.now_ms });
        }
        let facts = AdmitFacts {
            now_ms: self.now_ms,
            created_ms: self.now_ms,
            sender: &sender,
            sender_key: &self.sender_key.public(),
            me: &me,
            my_key: &self.recipient_key,
            region: &self.region,
            policy: self.policy,
            overlays: &overlays,
            edge: Edge { registered, withdrawn: case.consent.is_some_and(|consent| consent.withdrawn) },
            request: request.as_ref(),
            own_thread: case.arrival.own_thread,
        };
        gate::admit(&facts, message)
    }

    /// What the sender's gate fills in, or a dishonest or older sender fills in otherwise.
    fn stamp(&self, case: &Case, message: &mut Message, sender: &Party, me: &Party) {
        if let Ok(row) = gate::row(self.policy, message, sender, me) {
            let mut digest = row.digest();
            if case.arrival.other_row {
                digest[0] ^= 1;
            }
            message.policy_row = Hash::new(digest);
            if let Some(statement) = &mut message.statement {
                statement.for_gdp = order::for_group(case) != case.arrival.wrong_mark;
            }
        }
        if case.arrival.false_list && !message.categories.remove(&Category::Lang) {
            message.categories.insert(Category::Lang);
        }
    }

    fn message(&self, case: &Case) -> Message {
        let payload = bodies::payload(case);
        let class = order::named_basis(case).class();
        let lawful = matches!(class, BasisClass::Statutory | BasisClass::VitalInterest);
        Message {
            message_id: self.message_id,
            sender: self.sender.clone(),
            recipient: self.recipient.clone(),
            class,
            handle: None,
            expires_ms: self.now_ms + 86_400_000,
            kind: case.kind,
            categories: payload.categories(),
            asked: payload.asked(),
            purpose: Purpose::Service,
            thread: self.thread,
            in_reply_to: None,
            policy_row: Hash::ZERO,
            grant: None,
            checkpoint: String::new(),
            worker: "A. Nowak".to_owned(),
            urgency: Urgency::U3Normal,
            statement: lawful.then(|| statement::of(case)),
            signature: None,
            payload,
        }
    }

    fn party(&self, id: &InstitutionId, kinds: Vec<InstitutionKind>) -> Party {
        Party { id: id.clone(), kinds }
    }

    fn overlays(&self, case: &Case) -> Vec<Overlay> {
        if case.verified { vec![self.verified.clone()] } else { Vec::new() }
    }

    fn request(&self, case: &Case) -> Option<Request> {
        let question = case.question.as_ref()?;
        let asker = if question.of_another { institution("inny") } else { self.recipient.clone() };
        Some(Request { asker, asked: question.asked.clone(), basis: question.basis })
    }

    fn grant_of(&self, consent: Consent) -> (&Grant, &v1::Signed) {
        let live = Consent { withdrawn: false, ..consent };
        let (_, grant, signed) = self.consents.iter().find(|(other, _, _)| *other == live).unwrap();
        (grant, signed)
    }
}

fn institution(id: &str) -> InstitutionId {
    id.parse().unwrap()
}

/// A consent for both directions, explicit wherever it has to be.
fn grant(env: &Env, [sender, recipient]: [&InstitutionId; 2], of_recipient: bool, narrow: bool) -> Grant {
    let categories = table::categories(if narrow { table::NARROW } else { table::CONSENTABLE });
    let explicit: BTreeSet<Category> = categories.iter().copied().filter(|category| category.special()).collect();
    let edge = |from: &InstitutionId, to: &InstitutionId| GrantEdge {
        handle: Handle::random(env),
        from: from.clone(),
        to: to.clone(),
        categories: categories.clone(),
        explicit: explicit.clone(),
        purposes: BTreeSet::from([Purpose::Service]),
    };
    let (issuer, counterparty) = if of_recipient { (recipient, sender) } else { (sender, recipient) };
    Grant {
        id: GrantId::random(env),
        issuer: issuer.clone(),
        counterparty: counterparty.clone(),
        edges: vec![edge(sender, recipient), edge(recipient, sender)],
        valid_from: DAY,
        valid_to: Date::constant(2026, 12, 31),
        evidence_commitment: [3; 32],
        worker: "A. Nowak".to_owned(),
        issued_ms: env.now_ms(),
    }
}

fn told(answer: Result<BTreeSet<Flag>, Refusal>) -> Result<Flags, No> {
    answer.map(|flags| flags.into_iter().map(Flag::code).collect()).map_err(|refusal| no(&refusal))
}
