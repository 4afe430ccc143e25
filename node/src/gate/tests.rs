//! The three questions, answered for one referral, one request and one reply, and for each way to get them wrong.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests may fail loudly")]

use std::collections::BTreeSet;

use jiff::civil::Date;
use wiez_proto::calendar;
use wiez_proto::directory::Standing;
use wiez_proto::env::Env;
use wiez_proto::envelope::{Region, SigningKey};
use wiez_proto::grant::{Edge as GrantEdge, Grant};
use wiez_proto::id::{GrantId, Handle, Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::payload::{self, Answer, Body, InfoReply, InfoRequest, Payload, Section};
use wiez_proto::policy::{Overlay, Policy};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{
    Authority, BasisClass, Category as C, GiverRole, InstitutionKind, KeptOrDeleted, Purpose, ServiceCode, Urgency,
};
use wiez_proto::wire::v1;

mod arriving;
mod lawful;
mod second;
mod worker;

use super::*;
use crate::consent::Giver;
use crate::message::{Message, Signer};

const DAY: Date = Date::constant(2026, 5, 6);

/// OPS and clinic, a consent between them, and everything that both gates look at.
struct Scene {
    env: Env,
    region: Region,
    ops: Party,
    clinic: Party,
    ops_key: SigningKey,
    clinic_key: SigningKey,
    grant: Grant,
    signed: v1::Signed,
    overlay: Overlay,
    now_ms: i64,
}

fn id(name: &str) -> InstitutionId {
    name.parse().unwrap()
}

fn set(categories: &[C]) -> BTreeSet<C> {
    categories.iter().copied().collect()
}

fn edge(env: &Env, from: &Party, to: &Party, categories: &[C]) -> GrantEdge {
    GrantEdge {
        handle: Handle::random(env),
        from: from.id.clone(),
        to: to.id.clone(),
        explicit: categories.iter().copied().filter(|category| category.special()).collect(),
        categories: set(categories),
        purposes: BTreeSet::from([Purpose::Service]),
    }
}

impl Scene {
    fn new() -> Self {
        let env = Env::stepped(calendar::start_of_day(DAY), 11);
        let region = Region { id: "opolskie".parse().unwrap(), fingerprint: [7; 32] };
        let ops = Party { id: id("ops-wier"), kinds: vec![InstitutionKind::Ops] };
        let clinic = Party { id: id("poz-zdr"), kinds: vec![InstitutionKind::Poz] };
        let (ops_key, clinic_key) = (ops_key(), SigningKey::generate(&env).unwrap());
        let grant = Grant {
            id: GrantId::random(&env),
            issuer: ops.id.clone(),
            counterparty: clinic.id.clone(),
            edges: vec![
                edge(&env, &ops, &clinic, &[C::IdName, C::PlanTasks, C::Health, C::Logistics]),
                edge(&env, &clinic, &ops, &[C::IdName, C::Logistics, C::EduProgress, C::Disability]),
            ],
            valid_from: DAY,
            valid_to: Date::constant(2026, 12, 31),
            evidence_commitment: [3; 32],
            worker: "A. Nowak".into(),
            issued_ms: env.now_ms(),
        };
        let signed = grant.sign(&ops_key, &region).unwrap();
        let mut overlay = Overlay::empty();
        for row in Policy::shipped().rows() {
            overlay.verify(row, "test", DAY).unwrap();
        }
        let now_ms = env.now_ms() + 1000;
        Self { env, region, ops, clinic, ops_key, clinic_key, grant, signed, overlay, now_ms }
    }

    fn message(&self, from: &Party, to: &Party, class: BasisClass, payload: Payload) -> Message {
        Message {
            message_id: MessageId::random(&self.env),
            sender: from.id.clone(),
            recipient: to.id.clone(),
            class,
            handle: None,
            expires_ms: self.now_ms + 86_400_000,
            kind: payload.kind(),
            categories: payload.categories(),
            asked: payload.asked(),
            purpose: Purpose::Service,
            thread: ThreadId::random(&self.env),
            in_reply_to: None,
            policy_row: Hash::ZERO,
            grant: None,
            checkpoint: String::new(),
            worker: "A. Nowak".into(),
            urgency: Urgency::U3Normal,
            statement: None,
            signature: None,
            payload,
        }
    }

    fn referral(&self, extra: &[C]) -> Message {
        self.message(&self.ops, &self.clinic, BasisClass::Consent, referral(extra))
    }

    fn facts<'a>(&'a self, me: &'a Party, peer: &'a Party) -> SendFacts<'a> {
        SendFacts {
            now_ms: self.now_ms,
            me,
            peer: Some(peer),
            standing: Standing::Active,
            key_changed: false,
            policy: Policy::shipped(),
            overlays: std::slice::from_ref(&self.overlay),
            consent: Some(ConsentFacts {
                grant: &self.grant,
                signed: &self.signed,
                edge: Edge { registered: None, withdrawn: false },
                giver: None,
            }),
            request: None,
            log_alarm: false,
            surnames: &[],
            confirmed: None,
            release: None,
            used_today: 0,
        }
    }

    fn send(&self, message: Message) -> Result<Cleared, Refusal> {
        may_send(&self.facts(&self.ops, &self.clinic), message)
    }

    /// What the clinic's gate sees of a message from the OPS.
    fn arrival(&self) -> AdmitFacts<'_> {
        AdmitFacts {
            now_ms: self.now_ms,
            created_ms: self.now_ms,
            sender: &self.ops,
            sender_key: Box::leak(Box::new(self.ops_key.public())),
            me: &self.clinic,
            my_key: Box::leak(Box::new(self.clinic_key.public())),
            region: &self.region,
            policy: Policy::shipped(),
            overlays: std::slice::from_ref(&self.overlay),
            edge: Edge { registered: Some(self.grant.hash()), withdrawn: false },
            request: None,
            own_thread: false,
        }
    }
}

fn ops_key() -> SigningKey {
    SigningKey::from_seed(&[20; 32]).unwrap()
}

/// Has the worker of the OPS sign it.
fn sign(facts: &AdmitFacts<'_>, message: &mut Message) {
    let worker = SigningKey::from_seed(&[21; 32]).unwrap();
    let (region, now_ms) = (facts.region, facts.created_ms);
    message.sign(&Signer { worker: &worker, institution: &ops_key(), region, now_ms });
}

/// Asks the recipient's gate about a message as a worker of the OPS signed it, after whatever was done to it.
fn admit(facts: &AdmitFacts<'_>, mut message: Message) -> Result<Admitted, Refusal> {
    sign(facts, &mut message);
    super::admit(facts, message)
}

fn section(category: C) -> Section {
    Section { category, label: String::new(), text: "Kacper".into() }
}

fn referral(extra: &[C]) -> Payload {
    let body = Body::Referral(payload::Referral {
        service: ServiceCode::PozWizyta,
        goal: "wizyta kontrolna".into(),
        urgency: Urgency::U3Normal,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    });
    let sections = std::iter::once(C::IdName).chain(extra.iter().copied()).map(section).collect();
    Payload::new("OPS/2026/114", sections, body).unwrap()
}

fn reason<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Reason {
    result.expect_err("refused").reason
}

#[test]
fn a_covered_referral_leaves_with_row_grant_and_handle_of_the_gates_choice() {
    let scene = Scene::new();
    let cleared = scene.send(scene.referral(&[C::Health])).unwrap();
    let message = cleared.message();
    assert_eq!(message.handle, Some(scene.grant.edges.first().unwrap().handle));
    assert_eq!(message.grant.as_ref(), Some(&scene.signed));
    assert_eq!(Policy::shipped().by_digest(message.policy_row.bytes()).unwrap().id, "REFERRAL.CONSENT");
}

#[test]
fn what_goes_beyond_the_consent_is_named() {
    let scene = Scene::new();
    let refusal = scene.send(scene.referral(&[C::EduOpinion, C::FamilySit])).unwrap_err();
    assert_eq!(refusal.reason, Reason::ConsentScope);
    assert_eq!(refusal.details.get("categories").unwrap(), "EDU_OPINION, FAMILY_SIT");
}

#[test]
fn each_fact_that_is_wrong_stops_the_sending() {
    // It lives as long as the program, so that the changed facts may borrow from anywhere.
    let scene: &'static Scene = Box::leak(Box::new(Scene::new()));
    let party = |name: &str, kind| -> &'static Party { Box::leak(Box::new(Party { id: id(name), kinds: vec![kind] })) };
    let giver = |conflict, authority| -> &'static Giver {
        let born = Some(Date::constant(2017, 1, 1));
        Box::leak(Box::new(Giver { role: GiverRole::Parent, born, own_statement: false, authority, conflict }))
    };
    let (deprived, conflict) = (giver(false, Authority::Deprived), giver(true, Authority::Full));
    let (police, other) = (party("poz-zdr", InstitutionKind::Policja), party("poz-inna", InstitutionKind::Poz));
    let late = calendar::end_of_day(Date::constant(2026, 12, 31)) + 1;
    let with = |change: &dyn Fn(&mut SendFacts<'static>)| {
        let mut facts = scene.facts(&scene.ops, &scene.clinic);
        change(&mut facts);
        reason(may_send(&facts, scene.referral(&[])))
    };
    let consent = |change: &dyn Fn(&mut ConsentFacts<'static>)| with(&|facts| change(facts.consent.as_mut().unwrap()));
    assert_eq!(with(&|f| f.peer = None), Reason::RecipientUnknown);
    assert_eq!(with(&|f| f.peer = Some(other)), Reason::RecipientUnknown);
    assert_eq!(with(&|f| f.standing = Standing::Revoked), Reason::RecipientRevoked);
    assert_eq!(with(&|f| f.key_changed = true), Reason::KeyChanged);
    assert_eq!(with(&|f| f.peer = Some(police)), Reason::PoliceConsent);
    assert_eq!(with(&|f| f.overlays = &[]), Reason::BasisUnverified);
    assert_eq!(with(&|f| f.consent = None), Reason::ConsentMissing);
    assert_eq!(with(&|f| f.log_alarm = true), Reason::LogInconsistent);
    assert_eq!(with(&|f| f.now_ms = late), Reason::ConsentExpired);
    assert_eq!(consent(&|c| c.giver = Some(deprived)), Reason::Giver);
    assert_eq!(consent(&|c| c.giver = Some(conflict)), Reason::ParentsInConflict);
    assert_eq!(consent(&|c| c.edge.withdrawn = true), Reason::ConsentWithdrawn);
}

#[test]
fn the_last_day_counts_to_its_end() {
    let scene = Scene::new();
    let mut facts = scene.facts(&scene.ops, &scene.clinic);
    facts.now_ms = calendar::end_of_day(Date::constant(2026, 12, 31));
    assert!(may_send(&facts, scene.referral(&[])).is_ok());
}

#[test]
fn asked_categories_are_judged_by_the_way_back() {
    let scene = Scene::new();
    let ask = |asked: &[C]| {
        let body = Body::InfoRequest(InfoRequest {
            questions: vec!["Jaka jest frekwencja?".into()],
            asked: set(asked),
            why_needed: "wspólna diagnoza".into(),
        });
        let payload = Payload::new("OPS/1", vec![section(C::IdName)], body).unwrap();
        scene.send(scene.message(&scene.ops, &scene.clinic, BasisClass::Consent, payload))
    };
    assert!(ask(&[C::EduProgress]).is_ok());
    let refusal = ask(&[C::EduProgress, C::EduOpinion]).unwrap_err();
    assert_eq!(refusal.reason, Reason::ConsentScope);
    assert_eq!(refusal.details.get("categories").unwrap(), "EDU_OPINION");
}

fn reply(categories: &[C]) -> Payload {
    let answer = |category: &C| Answer { question: 0, category: *category, text: "dobra".into() };
    let body = Body::InfoReply(InfoReply { answers: categories.iter().map(answer).collect(), partial: false });
    Payload::new("OPS/1", vec![], body).unwrap()
}

#[test]
fn a_reply_stays_within_question_and_consent() {
    let scene = Scene::new();
    let asked = |asked: &[C]| Request { asker: scene.ops.id.clone(), asked: set(asked), basis: None };
    let answer = |request: Option<&Request>, categories: &[C]| {
        let mut facts = scene.facts(&scene.clinic, &scene.ops);
        facts.request = request;
        may_send(&facts, scene.message(&scene.clinic, &scene.ops, BasisClass::Consent, reply(categories)))
    };
    let progress = asked(&[C::EduProgress]);
    assert!(answer(Some(&progress), &[C::EduProgress]).is_ok());
    let refusal = answer(Some(&progress), &[C::EduProgress, C::Disability]).unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.details.get("categories").unwrap().as_str()),
        (Reason::ReplyScope, "DISABILITY")
    );
    assert_eq!(reason(answer(None, &[C::EduProgress])), Reason::ReplyScope);
    // Asked, but the consent does not let it come back.
    assert_eq!(reason(answer(Some(&asked(&[C::Material])), &[C::Material])), Reason::ConsentScope);
    // Asked by the side that recorded the consent: from sensitivity 3 a second person confirms.
    assert_eq!(reason(answer(Some(&asked(&[C::Disability])), &[C::Disability])), Reason::ReviewRequired);
    let other = Request { asker: id("sp3"), asked: set(&[C::EduProgress]), basis: None };
    assert_eq!(reason(answer(Some(&other), &[C::EduProgress])), Reason::ReplyScope);
}

#[test]
fn an_anonymous_question_holds_no_person_and_takes_no_consent() {
    let scene = Scene::new();
    let ask = |text: &str, consent: bool| {
        let body = Body::ConsultAnon { topic: "frekwencja".into(), text: text.into() };
        let payload = Payload::new("", vec![], body).unwrap();
        let mut facts = scene.facts(&scene.ops, &scene.clinic);
        if !consent {
            facts.consent = None;
        }
        let none: &[Overlay] = &[];
        facts.overlays = none;
        may_send(&facts, scene.message(&scene.ops, &scene.clinic, BasisClass::NoPersonalData, payload))
    };
    assert!(ask("Jak zgłosić nieobecności?", false).is_ok());
    assert_eq!(reason(ask("Co z Nadia P., kl. 8b?", false)), Reason::PersonalDataFound);
    assert_eq!(reason(ask("Jak zgłosić nieobecności?", true)), Reason::ConsentNotApplicable);
}

#[test]
fn what_the_sender_cleared_the_recipient_admits_and_nothing_else() {
    let scene = Scene::new();
    let good = || scene.send(scene.referral(&[C::Health])).unwrap().message().clone();
    assert!(admit(&scene.arrival(), good()).is_ok());

    let refused = |change: &dyn Fn(&mut Message)| {
        let mut message = good();
        change(&mut message);
        reason(admit(&scene.arrival(), message))
    };
    let elsewhere = SigningKey::generate(&scene.env).unwrap();
    assert_eq!(refused(&|m| m.sender = id("sp3")), Reason::SenderMismatch);
    assert_eq!(refused(&|m| m.policy_row = Hash::new([9; 32])), Reason::Basis);
    assert_eq!(refused(&|m| m.categories = set(&[C::IdName])), Reason::Category);
    assert_eq!(refused(&|m| m.purpose = Purpose::Stats), Reason::ConsentPurpose);
    assert_eq!(refused(&|m| m.handle = Some(Handle::new([1; 16]))), Reason::ConsentRecipient);
    assert_eq!(
        refused(&|m| m.grant = Some(scene.grant.sign(&elsewhere, &scene.region).unwrap())),
        Reason::Unverifiable
    );
    let wider = Grant { worker: "ktoś inny".into(), ..scene.grant.clone() };
    assert_eq!(refused(&|m| m.grant = Some(wider.sign(&scene.ops_key, &scene.region).unwrap())), Reason::EdgeUnknown);
    let foreign = Grant {
        issuer: id("pcpr"),
        edges: scene.grant.edges.iter().map(|edge| between(edge, "pcpr", "poz-zdr")).collect(),
        ..scene.grant.clone()
    };
    let foreign = foreign.sign(&elsewhere, &scene.region).unwrap();
    assert_eq!(refused(&|m| m.grant = Some(foreign.clone())), Reason::ConsentRecipient);
}

fn between(edge: &GrantEdge, one: &str, two: &str) -> GrantEdge {
    let out = edge.from.as_str() == "ops-wier";
    let (from, to) = if out { (one, two) } else { (two, one) };
    GrantEdge { from: id(from), to: id(to), ..edge.clone() }
}

#[test]
fn the_log_decides_at_arrival() {
    let scene = Scene::new();
    let message = || scene.send(scene.referral(&[])).unwrap().message().clone();
    let mut facts = scene.arrival();
    facts.edge.registered = None;
    assert_eq!(reason(admit(&facts, message())), Reason::EdgeUnknown);
    let mut facts = scene.arrival();
    facts.edge.withdrawn = true;
    assert_eq!(reason(admit(&facts, message())), Reason::ConsentWithdrawn);
    let mut facts = scene.arrival();
    facts.now_ms = calendar::end_of_day(Date::constant(2026, 12, 31)) + 1;
    assert_eq!(reason(admit(&facts, message())), Reason::ConsentExpired);
}

#[test]
fn answers_to_what_was_never_asked_are_not_taken() {
    let scene = Scene::new();
    let request = Request { asker: scene.clinic.id.clone(), asked: set(&[C::Health]), basis: None };
    let mut sending = scene.facts(&scene.ops, &scene.clinic);
    sending.request = Some(&request);
    let answer = scene.message(&scene.ops, &scene.clinic, BasisClass::Consent, reply(&[C::Health]));
    let answer = may_send(&sending, answer).unwrap().message().clone();
    assert_eq!(reason(admit(&scene.arrival(), answer.clone())), Reason::ReplyScope);
    let mut facts = scene.arrival();
    facts.request = Some(&request);
    assert_eq!(reason(admit(&facts, answer.clone())), Reason::NotFound);
    facts.own_thread = true;
    assert!(admit(&facts, answer).is_ok());
}

const FRESH: ReleaseFacts<'_> = ReleaseFacts {
    now_ms: 100,
    opened_ms: None,
    fresh: true,
    covered: true,
    log_alarm: false,
    withdrawn: false,
    valid_until_ms: Some(200),
    successor: None,
    answer: None,
    declared: false,
};

#[test]
fn a_first_opening_needs_a_fresh_whole_log_and_a_live_consent() {
    let scene = Scene::new();
    let message = scene.referral(&[]);
    assert!(release(&FRESH, &message).unwrap().banners().is_empty());
    for (facts, expected) in [
        (ReleaseFacts { fresh: false, ..FRESH }, Reason::StaleConsentState),
        (ReleaseFacts { covered: false, ..FRESH }, Reason::StaleConsentState),
        (ReleaseFacts { log_alarm: true, ..FRESH }, Reason::LogInconsistent),
        (ReleaseFacts { withdrawn: true, ..FRESH }, Reason::ConsentWithdrawn),
        (ReleaseFacts { now_ms: 201, ..FRESH }, Reason::ConsentExpired),
        (ReleaseFacts { valid_until_ms: None, ..FRESH }, Reason::ConsentExpired),
    ] {
        assert_eq!(reason(release(&facts, &message)), expected);
    }
}

#[test]
fn what_was_opened_while_live_stays_readable_until_it_is_withdrawn() {
    let scene = Scene::new();
    let message = scene.referral(&[]);
    let opened = ReleaseFacts { opened_ms: Some(50), ..FRESH };
    let outage = ReleaseFacts { fresh: false, now_ms: 500, ..opened.clone() };
    assert_eq!(release(&outage, &message).unwrap().banners(), [Banner::Outage]);
    let closed = ReleaseFacts { withdrawn: true, ..opened };
    assert_eq!(reason(release(&closed, &message)), Reason::ConsentWithdrawn);
    let kept = ReleaseFacts { answer: Some(KeptOrDeleted::Kept), ..closed.clone() };
    assert_eq!(release(&kept, &message).unwrap().banners(), [Banner::KeptOnBasis]);
    let deleted = ReleaseFacts { answer: Some(KeptOrDeleted::Deleted), ..closed };
    assert_eq!(reason(release(&deleted, &message)), Reason::ConsentWithdrawn);
    // Kept content that nobody had opened was never kept.
    let unopened = ReleaseFacts { opened_ms: None, ..kept };
    assert_eq!(reason(release(&unopened, &message)), Reason::ConsentWithdrawn);
}

#[test]
fn after_narrowing_only_the_covered_sections_are_shown() {
    let scene = Scene::new();
    let message = scene.referral(&[C::Health]);
    let still = set(&[C::IdName, C::PlanTasks, C::Logistics]);
    let facts = ReleaseFacts { withdrawn: true, successor: Some(&still), ..FRESH };
    let released = release(&facts, &message).unwrap();
    assert_eq!(released.payload().categories(), set(&[C::IdName, C::PlanTasks]));
    assert_eq!(released.banners(), [Banner::Narrowed]);
    // The body itself is outside: nothing is shown.
    let without_plan = set(&[C::IdName, C::Logistics]);
    let facts = ReleaseFacts { withdrawn: true, successor: Some(&without_plan), ..FRESH };
    assert_eq!(reason(release(&facts, &message)), Reason::ConsentWithdrawn);
    let stale = ReleaseFacts { withdrawn: true, successor: Some(&still), fresh: false, ..FRESH };
    assert_eq!(reason(release(&stale, &message)), Reason::StaleConsentState);
}

#[test]
fn content_without_personal_data_is_always_shown() {
    let scene = Scene::new();
    let body = Body::ReplyAnon { text: "Tak.".into() };
    let message =
        scene.message(&scene.ops, &scene.clinic, BasisClass::NoPersonalData, Payload::new("", vec![], body).unwrap());
    let worst =
        ReleaseFacts { fresh: false, covered: false, log_alarm: true, withdrawn: true, valid_until_ms: None, ..FRESH };
    assert!(release(&worst, &message).is_ok());
}
