//! What goes without a consent: the order of judgement, each rule broken alone, and the roles of persons.

use wiez_proto::payload::{Alert, NkDispatch, NkForm, NkPerson, Notice, Signal, TransferCase};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode as B, Flag, InstitutionKind as K, MessageKind, PersonRole as R, SignalReason};

use super::*;

/// One message between two institutions, with the facts of both gates.
pub(super) struct Said {
    pub(super) scene: &'static Scene,
    pub(super) from: &'static Party,
    pub(super) to: &'static Party,
    pub(super) message: Message,
}

fn party(name: &str, kind: K) -> &'static Party {
    Box::leak(Box::new(Party { id: id(name), kinds: vec![kind] }))
}

pub(super) fn said(from: K, to: K, statement: Statement, payload: Payload) -> Said {
    let scene: &'static Scene = Box::leak(Box::new(Scene::new()));
    let (from, to) = (party("nadawca", from), party("odbiorca", to));
    let mut message = scene.message(from, to, statement.basis.class(), payload);
    message.statement = Some(statement);
    Said { scene, from, to, message }
}

impl Said {
    pub(super) fn facts(&self) -> SendFacts<'static> {
        SendFacts { consent: None, ..self.scene.facts(self.from, self.to) }
    }

    pub(super) fn consent(&self) -> Option<ConsentFacts<'static>> {
        self.scene.facts(self.from, self.to).consent
    }

    pub(super) fn send(&self) -> Result<Cleared, Refusal> {
        may_send(&self.facts(), self.message.clone())
    }

    pub(super) fn arrival(&self) -> AdmitFacts<'static> {
        AdmitFacts { sender: self.from, me: self.to, ..self.scene.arrival() }
    }

    /// The message as its sender's gate lets it go.
    pub(super) fn sent(&self) -> Message {
        self.send().unwrap().message().clone()
    }
}

pub(super) fn plain(categories: &[C], body: Body) -> Payload {
    Payload::new("1", categories.iter().copied().map(section).collect(), body).unwrap()
}

pub(super) fn signal(categories: &[C]) -> Payload {
    let body =
        Signal { reason: SignalReason::ViolenceSuspected, family_knows: false, what: "płacz za ścianą".into() };
    plain(categories, Body::Signal(body))
}

pub(super) fn alert(categories: &[C]) -> Payload {
    plain(categories, Body::Alert(Alert { what: "ogień".into(), place: String::new(), in_danger: String::new() }))
}

pub(super) fn form(persons: &[(R, &[C])], event: &[C]) -> NkForm {
    let person =
        |(role, facts): &(R, &[C])| NkPerson { role: *role, facts: facts.iter().copied().map(section).collect() };
    NkForm {
        form_version: "2023".into(),
        persons: persons.iter().map(person).collect(),
        incident: "bił".into(),
        event: event.iter().copied().map(section).collect(),
        file_hash: None,
    }
}

pub(super) fn nk_a(persons: &[(R, &[C])], event: &[C]) -> Payload {
    plain(&[], Body::NkA(form(persons, event)))
}

pub(super) fn dispatch(persons: &[(R, &[C])]) -> Payload {
    plain(&[], Body::NkADispatch(NkDispatch { form: form(persons, &[]), meeting_on: None, place: String::new() }))
}

pub(super) fn notice() -> Notice {
    Notice { what: "kradzież".into() }
}

pub(super) fn question(asked: &[C]) -> InfoRequest {
    InfoRequest { questions: vec!["Co wiadomo?".into()], asked: set(asked), why_needed: "sprawa".into() }
}

pub(super) fn police_query(asked: &[C]) -> Said {
    let statement = Statement { case_ref: "RSD-1/26".into(), officer: "123456".into(), ..Statement::of(B::PolReq) };
    said(K::Policja, K::Ops, statement, plain(&[C::IdName], Body::PoliceQuery(question(asked))))
}

pub(super) fn vital() -> Statement {
    let justification = "Pali się mieszkanie, w środku jest dziecko.".into();
    Statement { justification, ..Statement::of(B::Vital) }
}

pub(super) fn transfer() -> Said {
    let body = TransferCase { new_teryt: "1601011".into(), open_items: "wizyta".into() };
    said(K::Ops, K::Ops, Statement::of(B::Ups101), plain(&[C::IdName], Body::TransferCase(body)))
}

/// The answer of an institution to a question on a statute.
pub(super) fn answer(from: K, to: K, basis: B, categories: &[C]) -> (Said, Request) {
    let said = said(from, to, Statement::of(basis), reply(categories));
    let request = Request { asker: said.to.id.clone(), asked: set(categories), basis: Some(basis) };
    (said, request)
}

fn detail(refusal: &Refusal, key: &str) -> String {
    refusal.details.get(key).cloned().unwrap_or_default()
}

#[test]
fn the_first_answer_wins_step_by_step() {
    // Everything is wrong with it; each line mends what the line before it refused.
    let mut said = police_query(&[C::Benefits, C::Health]);
    let other = party("inny", K::Ops);
    let mut facts = SendFacts {
        peer: Some(other),
        key_changed: true,
        overlays: &[],
        consent: said.consent(),
        used_today: 20,
        ..said.facts()
    };
    let whole = said.message.statement.clone().unwrap();
    said.message.statement = Some(Statement::of(B::Ups105));
    let ask = |facts: &SendFacts<'_>, message: &Message| may_send(facts, message.clone()).unwrap_err();
    assert_eq!(ask(&facts, &said.message).reason, Reason::RecipientUnknown);
    facts.peer = Some(said.to);
    assert_eq!(ask(&facts, &said.message).reason, Reason::KeyChanged);
    facts.key_changed = false;
    assert_eq!(ask(&facts, &said.message).reason, Reason::Basis);
    said.message.statement = Some(Statement::of(B::PolReq));
    assert_eq!(ask(&facts, &said.message).reason, Reason::ConsentNotApplicable);
    facts.consent = None;
    let missing = ask(&facts, &said.message);
    assert_eq!((missing.reason, detail(&missing, "missing")), (Reason::Basis, "CASE_REF, OFFICER".to_owned()));
    said.message.statement = Some(whole);
    let category = ask(&facts, &said.message);
    assert_eq!((category.reason, detail(&category, "categories")), (Reason::Category, "BENEFITS".to_owned()));
    said.message.payload = plain(&[C::IdName], Body::PoliceQuery(question(&[C::Health])));
    assert_eq!(ask(&facts, &said.message).reason, Reason::BasisUnverified);
    facts.overlays = said.facts().overlays;
    let special = ask(&facts, &said.message);
    assert_eq!((special.reason, detail(&special, "categories")), (Reason::ReviewRequired, "HEALTH".to_owned()));
    said.message.payload = plain(&[C::IdName], Body::PoliceQuery(question(&[C::Address])));
    let quota = ask(&facts, &said.message);
    assert_eq!((quota.reason, detail(&quota, "limit")), (Reason::ReviewRequired, "20".to_owned()));
    facts.used_today = 19;
    let cleared = may_send(&facts, said.message.clone()).unwrap();
    assert_eq!(cleared.row().unwrap().id, "POLICE_QUERY");
    assert!(cleared.flags().is_empty() && cleared.message().grant.is_none());
}

#[test]
fn the_row_is_found_by_the_legal_basis_that_is_named() {
    let with = |statement: Statement| said(K::Szkola, K::Policja, statement, alert(&[C::IdName])).send();
    assert_eq!(with(Statement::of(B::Kpk304)).unwrap().row().unwrap().id, "ALERT.KPK_304");
    assert_eq!(with(vital()).unwrap().row().unwrap().id, "ALERT.VITAL");
    assert_eq!(reason(with(Statement::of(B::Uppd9d))), Reason::Basis);
    assert_eq!(reason(with(Statement::of(B::PolReq))), Reason::Basis);
    // A class without the basis that it needs, and a basis of another class.
    let mut bare = said(K::Szkola, K::Policja, vital(), alert(&[]));
    bare.message.statement = None;
    assert_eq!(reason(bare.send()), Reason::Basis);
    let mut mixed = said(K::Szkola, K::Policja, vital(), alert(&[]));
    mixed.message.class = BasisClass::Statutory;
    assert_eq!(reason(mixed.send()), Reason::Basis);
    // A statement on a message of another class.
    let mut anonymous = transfer();
    anonymous.message.class = BasisClass::Consent;
    assert_eq!(reason(anonymous.send()), Reason::Basis);
}

#[test]
fn every_role_of_both_institutions_counts() {
    let mut said = said(K::Ngo, K::Ngo, Statement::of(B::Ups100), signal(&[C::IdName]));
    assert_eq!(reason(said.send()), Reason::Pair);
    said.to = Box::leak(Box::new(Party { id: said.to.id.clone(), kinds: vec![K::Ngo, K::Cus] }));
    assert!(said.send().is_ok());
}

#[test]
fn required_fields_are_required_and_the_formal_letter_may_follow() {
    let mut alarm = said(K::Szkola, K::Szpital, vital(), alert(&[C::IdName]));
    assert!(alarm.send().is_ok());
    alarm.message.statement = Some(Statement { justification: "pali się".into(), ..vital() });
    assert_eq!(detail(&alarm.send().unwrap_err(), "missing"), "JUSTIFICATION");
    let payload = nk_a(&[(R::Suffering, &[C::IdName])], &[]);
    let mut form = said(K::Szkola, K::Zi, Statement::of(B::Uppd9d), payload);
    let cleared = form.send().unwrap();
    assert!(cleared.message().statement.as_ref().unwrap().working_copy(cleared.row().unwrap()));
    // Its clock may have started before today, and not after.
    let started = |day| Some(Statement { started_on: Some(day), ..Statement::of(B::Uppd9d) });
    form.message.statement = started(DAY.yesterday().unwrap());
    assert!(form.send().is_ok());
    form.message.statement = started(DAY.tomorrow().unwrap());
    assert_eq!(detail(&form.send().unwrap_err(), "field"), "statement.started_on");
    let long = Statement { case_ref: "x".repeat(999), ..Statement::of(B::Uppd9d) };
    form.message.statement = Some(long);
    assert_eq!(reason(form.send()), Reason::TooLarge);
}

#[test]
fn facts_about_a_person_are_limited_by_role_and_the_event_is_not() {
    let form =
        |persons: &[(R, &[C])], event: &[C]| said(K::Szkola, K::Zi, Statement::of(B::Uppd9d), nk_a(persons, event));
    let whole = form(&[(R::Suffering, &[C::IdName, C::Health]), (R::Household, &[C::Age])], &[C::Incident]);
    assert!(whole.send().is_ok());
    for (persons, role, categories) in [
        (&[(R::Suffering, &[C::IdName] as &[C]), (R::Household, &[C::Health])], "HOUSEHOLD", "HEALTH"),
        (&[(R::Household, &[C::IdName] as &[C]), (R::Using, &[C::FamilySit])], "USING", "FAMILY_SIT"),
    ] {
        let refusal = form(persons, &[]).send().unwrap_err();
        assert_eq!(refusal.reason, Reason::Category);
        assert_eq!((detail(&refusal, "role"), detail(&refusal, "categories")), (role.into(), categories.into()));
    }
    let shelter: &[(R, &[C])] = &[(R::Suffering, &[C::LocationSafe])];
    assert_eq!(reason(form(shelter, &[]).send()), Reason::Category);
    assert!(said(K::Zi, K::Policja, Statement::of(B::Uppd9c), dispatch(shelter)).send().is_ok());
    // A section has no role: nobody could say whose health it is.
    let mut roleless = form(&[(R::Suffering, &[C::IdName])], &[]);
    let body = roleless.message.payload.body().clone();
    roleless.message.payload = plain(&[C::Health], body);
    assert_eq!(reason(roleless.send()), Reason::Category);
}

#[test]
fn what_a_team_sends_is_marked_as_for_its_group() {
    let group = said(K::Zi, K::Szkola, Statement::of(B::Uppd9c), dispatch(&[(R::Suffering, &[C::IdName])]));
    assert!(group.sent().statement.unwrap().for_gdp);
    let mut form = said(K::Szkola, K::Zi, Statement::of(B::Uppd9d), nk_a(&[(R::Using, &[C::IdName])], &[]));
    form.message.statement.as_mut().unwrap().for_gdp = true;
    assert!(!form.sent().statement.unwrap().for_gdp);
}

#[test]
fn a_reporter_is_named_only_with_a_reason_and_then_flagged() {
    let mut named = said(K::Szkola, K::Ops, Statement::of(B::Kamilka), signal(&[C::Reporter]));
    assert_eq!(reason(named.send()), Reason::ReporterLeak);
    let why = |text: &str| Some(Statement { override_reason: text.into(), ..Statement::of(B::Kamilka) });
    named.message.statement = why("   dziewiętnaście zn    ");
    assert_eq!(reason(named.send()), Reason::ReporterLeak);
    named.message.statement = why("sąd przesłucha świadka");
    assert_eq!(*named.send().unwrap().flags(), BTreeSet::from([Flag::Override]));
    // Outside the ceiling no reason helps.
    let mut court =
        said(K::Szkola, K::SadRod, Statement::of(B::Kpc572), plain(&[C::Reporter], Body::CourtNotice(notice())));
    court.message.statement.as_mut().unwrap().override_reason = "sąd przesłucha świadka".into();
    assert_eq!(reason(court.send()), Reason::Category);
}

#[test]
fn a_reply_answers_the_question_on_its_own_basis() {
    let (said, request) = answer(K::Szkola, K::Ops, B::Ups105, &[C::EduProgress]);
    let send =
        |request: Option<&Request>| may_send(&SendFacts { request, ..said.facts() }, said.message.clone()).map(|_| ());
    assert!(send(Some(&request)).is_ok());
    assert_eq!(reason(send(None)), Reason::ReplyScope);
    let refused = |change: &dyn Fn(&mut Request)| {
        let mut request = request.clone();
        change(&mut request);
        reason(send(Some(&request)))
    };
    assert_eq!(refused(&|request| request.asked = set(&[C::Health])), Reason::ReplyScope);
    assert_eq!(refused(&|request| request.basis = Some(B::Uwr16)), Reason::Basis);
    assert_eq!(refused(&|request| request.basis = None), Reason::Basis);
    assert_eq!(refused(&|request| request.asker = id("kto-inny")), Reason::ReplyScope);
    // A question on a statute is no question under a consent.
    let scene = Scene::new();
    let asked = Request { asker: scene.ops.id.clone(), asked: set(&[C::EduProgress]), basis: Some(B::Ups105) };
    let consented = scene.message(&scene.clinic, &scene.ops, BasisClass::Consent, reply(&[C::EduProgress]));
    let facts = SendFacts { request: Some(&asked), ..scene.facts(&scene.clinic, &scene.ops) };
    assert_eq!(reason(may_send(&facts, consented)), Reason::Basis);
}

#[test]
fn the_five_duties_of_the_table_are_the_five_kinds() {
    let kinds: BTreeSet<MessageKind> =
        Policy::shipped().rows().iter().filter(|row| row.duty).map(|row| row.kind).collect();
    assert_eq!(kinds, MessageKind::ALL.iter().copied().filter(|kind| duty(*kind)).collect());
    assert!(Policy::shipped().rows().iter().all(|row| row.duty == duty(row.kind)));
}
