//! Writes what institutions say to each other in a run; everything passes the sender's real gate.

use std::collections::BTreeSet;

use wiez_node::gate::{Cleared, ConsentFacts, Edge, SendFacts, may_send};
use wiez_node::message::{Message, Signer};
use wiez_node::referral::Report;
use wiez_proto::calendar;
use wiez_proto::directory::Standing;
use wiez_proto::env::Env;
use wiez_proto::grant::{self, Grant};
use wiez_proto::id::{GrantId, Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::payload::{Body, Payload, Referral, Section, StatusReport};
use wiez_proto::policy::Policy;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{BasisClass, Category, NoticeScope, Purpose, ServiceCode, Urgency};
use wiez_proto::wire::v1;

use crate::cast::{Actor, cast};

/// A consent as a node keeps it.
#[derive(Clone)]
pub(crate) struct Paper {
    pub(crate) grant: Grant,
    pub(crate) signed: v1::Signed,
    /// Withdrawn or blocked, as far as this node knows.
    pub(crate) ended: bool,
}

impl Paper {
    /// The other institution of the grant.
    pub(crate) fn peer(&self, me: &InstitutionId) -> &InstitutionId {
        if self.grant.issuer == *me { &self.grant.counterparty } else { &self.grant.issuer }
    }
}

/// A new consent between two institutions, valid for so many days.
pub(crate) fn paper(env: &Env, issuer: &Actor, to: &Actor, days: i64) -> Paper {
    let edge = |from: &Actor, to: &Actor, categories: &[Category]| grant::Edge {
        handle: Handle::random(env),
        from: from.id.clone(),
        to: to.id.clone(),
        categories: categories.iter().copied().collect(),
        explicit: BTreeSet::new(),
        purposes: BTreeSet::from([Purpose::Service]),
    };
    let now_ms = env.now_ms();
    let grant = Grant {
        id: GrantId::random(env),
        issuer: issuer.id.clone(),
        counterparty: to.id.clone(),
        edges: vec![
            edge(issuer, to, &[Category::IdName, Category::PlanTasks, Category::Logistics]),
            edge(to, issuer, &[Category::Logistics]),
        ],
        valid_from: calendar::day_of(now_ms),
        valid_to: calendar::day_of(now_ms + days * 24 * 3_600_000),
        evidence_commitment: [7; 32],
        worker: "Anna Nowak".to_owned(),
        issued_ms: now_ms,
    };
    let signed = grant.sign(&issuer.signing, &cast().region).unwrap();
    Paper { grant, signed, ended: false }
}

/// What somebody wants to say.
pub(crate) struct Draft<'a> {
    pub(crate) to: InstitutionId,
    pub(crate) body: Body,
    pub(crate) thread: ThreadId,
    pub(crate) urgency: Urgency,
    pub(crate) paper: Option<&'a Paper>,
    pub(crate) life_ms: i64,
}

impl Draft<'_> {
    /// Asks the sender's gate, and has the worker sign.
    pub(crate) fn clear(self, env: &Env, me: &Actor) -> Result<Cleared, Refusal> {
        let named = |_| Section { category: Category::IdName, label: String::new(), text: "Jan Kowalski".to_owned() };
        let sections: Vec<Section> = self.paper.map(named).into_iter().collect();
        let payload = Payload::new("OPS/2026/114", sections, self.body)?;
        let message = Message {
            message_id: MessageId::random(env),
            sender: me.id.clone(),
            recipient: self.to.clone(),
            class: if self.paper.is_some() { BasisClass::Consent } else { BasisClass::NoPersonalData },
            handle: None,
            expires_ms: env.now_ms() + self.life_ms,
            kind: payload.kind(),
            categories: BTreeSet::new(),
            asked: BTreeSet::new(),
            purpose: if self.paper.is_some() { Purpose::Service } else { Purpose::Admin },
            thread: self.thread,
            in_reply_to: None,
            policy_row: Hash::ZERO,
            grant: None,
            checkpoint: String::new(),
            worker: "Anna Nowak".to_owned(),
            urgency: self.urgency,
            statement: None,
            signature: None,
            payload,
        };
        let consent = self.paper.map(|paper| ConsentFacts {
            grant: &paper.grant,
            signed: &paper.signed,
            edge: Edge { registered: None, withdrawn: paper.ended },
            giver: None,
        });
        let facts = SendFacts {
            now_ms: env.now_ms(),
            me: &me.party,
            peer: cast().get(&self.to).map(|peer| &peer.party),
            standing: Standing::Active,
            key_changed: false,
            policy: Policy::shipped(),
            overlays: std::slice::from_ref(&cast().overlay),
            consent,
            request: None,
            log_alarm: false,
            surnames: &[],
            confirmed: None,
            release: None,
            used_today: 0,
        };
        let mut cleared = may_send(&facts, message)?;
        let (worker, institution, region) = (&me.worker, &me.signing, &cast().region);
        cleared.sign(&Signer { worker, institution, region, now_ms: env.now_ms() });
        Ok(cleared)
    }
}

pub(crate) fn referral(urgency: Urgency) -> Body {
    Body::Referral(Referral {
        service: *ServiceCode::ALL.first().unwrap(),
        goal: "Zajęcia wyrównawcze dwa razy w tygodniu".to_owned(),
        urgency,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    })
}

pub(crate) fn status(report: &Report) -> Body {
    Body::ReferralStatus(StatusReport {
        status: report.status,
        decline_reason: report.reason,
        earliest_date: report.earliest,
        outcome: report.outcome,
        note: report.note.clone(),
    })
}

pub(crate) fn notice(grant: &Grant) -> Body {
    Body::ConsentWithdrawn { handles: grant.handles(), successor: None, scope: NoticeScope::Pair }
}

pub(crate) fn question() -> Body {
    Body::ConsultAnon { topic: "zajęcia".to_owned(), text: "Czy w szkole są wolne miejsca na zajęcia?".to_owned() }
}
