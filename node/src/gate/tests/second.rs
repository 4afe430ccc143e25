//! The second person: what waits, what never waits, what she can confirm, and what nobody can.

use std::sync::OnceLock;

use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode as B, Flag, InstitutionKind as K, PersonRole as R, SecrecyRelease};

use super::lawful::{Said, alert, answer, nk_a, notice, plain, police_query, said, signal, transfer, vital};
use super::*;
use crate::review::Confirmed;

/// All that speaks against sending: nothing verified, the day's number used up.
fn against(said: &Said) -> SendFacts<'static> {
    SendFacts { overlays: &[], used_today: 400, ..said.facts() }
}

fn flags(codes: &[Flag]) -> BTreeSet<Flag> {
    codes.iter().copied().collect()
}

fn duties() -> Vec<Said> {
    let nobody: &[C] = &[C::IdName];
    vec![
        said(K::Szkola, K::Ops, Statement::of(B::Kamilka), signal(nobody)),
        said(K::Szkola, K::Zi, Statement::of(B::Uppd9d), alert(nobody)),
        said(K::Szkola, K::Policja, Statement::of(B::Kpk304), alert(nobody)),
        said(K::Szkola, K::Zi, Statement::of(B::Uppd9d), nk_a(&[(R::Suffering, nobody)], &[C::Violence])),
        said(K::Ops, K::Prok, Statement::of(B::Kpk304), plain(nobody, Body::CrimeNotice(notice()))),
        said(K::Ops, K::SadRod, Statement::of(B::Kpc572), plain(nobody, Body::CourtNotice(notice()))),
    ]
}

#[test]
fn a_duty_goes_whatever_a_person_could_say_and_is_flagged() {
    for said in duties() {
        let cleared = may_send(&against(&said), said.message.clone()).unwrap();
        assert_eq!(*cleared.flags(), flags(&[Flag::Unverified, Flag::Quota]), "{:?}", said.message);
        assert!(said.send().unwrap().flags().is_empty(), "{:?}", said.message);
    }
    // What the matrix gives to a second person goes in a form A, flagged.
    let school = nk_a(&[(R::Suffering, &[C::EduPlace])], &[]);
    let said = said(K::Szkola, K::Zi, Statement::of(B::Uppd9d), school);
    assert_eq!(*said.send().unwrap().flags(), flags(&[Flag::Special]));
}

#[test]
fn a_duty_is_refused_for_what_it_may_not_hold_and_to_whom_it_may_not_go() {
    for said in duties() {
        let sent = |facts: &SendFacts<'static>| reason(may_send(facts, said.message.clone()));
        assert_eq!(sent(&SendFacts { consent: said.consent(), ..said.facts() }), Reason::ConsentNotApplicable);
        assert_eq!(sent(&SendFacts { key_changed: true, ..said.facts() }), Reason::KeyChanged);
        assert_eq!(sent(&SendFacts { standing: Standing::Revoked, ..said.facts() }), Reason::RecipientRevoked);
        let rops = Party { id: said.to.id.clone(), kinds: vec![K::Rops] };
        let facts = SendFacts { peer: Some(&rops), ..said.facts() };
        assert_eq!(reason(may_send(&facts, said.message.clone())), Reason::Pair);
        let mut message = said.message.clone();
        message.statement = Some(Statement::of(B::Ups105));
        assert_eq!(reason(may_send(&said.facts(), message)), Reason::Basis);
        let mut message = said.message.clone();
        message.payload = plain(&[C::Sexual], message.payload.body().clone());
        assert_eq!(reason(may_send(&said.facts(), message)), Reason::Category);
    }
}

#[test]
fn a_life_in_danger_comes_before_everything_that_asks_for_a_person() {
    let said = said(K::Pzp, K::Szpital, vital(), alert(&[C::HealthMental, C::Health]));
    let cleared = may_send(&against(&said), said.message.clone()).unwrap();
    assert_eq!(*cleared.flags(), flags(&[Flag::Unverified, Flag::Quota, Flag::Vital]));
    assert_eq!(*said.send().unwrap().flags(), flags(&[Flag::Vital]));
}

#[test]
fn everything_else_waits_until_somebody_confirmed_exactly_this_message() {
    let said = transfer();
    let judge = |facts: SendFacts<'_>| may_send(&facts, said.message.clone()).map(|cleared| cleared.flags().clone());
    assert_eq!(judge(said.facts()).unwrap(), flags(&[]));
    assert_eq!(reason(judge(SendFacts { overlays: &[], ..said.facts() })), Reason::BasisUnverified);
    assert_eq!(reason(judge(SendFacts { used_today: 20, ..said.facts() })), Reason::ReviewRequired);
    let yes = Confirmed::of(&said.message);
    assert_eq!(judge(SendFacts { confirmed: Some(&yes), ..against(&said) }).unwrap(), flags(&[]));
    for change in [
        (|message| message.payload = plain(&[C::IdName, C::Age], message.payload.body().clone())) as fn(&mut Message),
        |message| message.statement.as_mut().unwrap().case_ref = "inna".into(),
        |message| message.recipient = id("kto-inny"),
    ] {
        let mut other = said.message.clone();
        change(&mut other);
        let other = Confirmed::of(&other);
        assert_eq!(reason(judge(SendFacts { confirmed: Some(&other), ..against(&said) })), Reason::BasisUnverified);
    }
    // What was confirmed is still refused for everything that no person decides.
    let facts = SendFacts { confirmed: Some(&yes), key_changed: true, ..said.facts() };
    assert_eq!(reason(judge(facts)), Reason::KeyChanged);
}

#[test]
fn police_get_especially_protected_data_only_past_a_second_person() {
    let said = police_query(&[C::HealthMental]);
    let refusal = said.send().unwrap_err();
    assert_eq!(refusal.reason, Reason::ReviewRequired);
    assert_eq!(refusal.details.get("categories").unwrap(), "HEALTH_MENTAL");
    let (said, request) = answer(K::Ops, K::Policja, B::PolReq, &[C::HealthMental]);
    let facts = SendFacts { request: Some(&request), ..said.facts() };
    assert_eq!(reason(may_send(&facts, said.message.clone())), Reason::ReviewRequired);
    let yes = Confirmed::of(&said.message);
    assert!(may_send(&SendFacts { confirmed: Some(&yes), ..facts }, said.message.clone()).is_ok());
}

#[test]
fn a_matrix_asks_for_a_second_person_where_no_duty_runs() {
    let persons: &[(R, &[C])] = &[(R::Suffering, &[C::EduPlace])];
    let said = said(K::Zi, K::Policja, Statement::of(B::Uppd9c), lawful::dispatch(persons));
    let refusal = said.send().unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.details.get("categories").unwrap().as_str()),
        (Reason::ReviewRequired, "EDU_PLACE")
    );
}

#[test]
fn professional_secrecy_needs_a_recorded_release_which_no_second_person_replaces() {
    for (from, to, basis, category, regime) in [
        (K::Poz, K::Ops, B::Ups105, C::Health, "MEDICAL"),
        (K::Szpital, K::Pcpr, B::Ups105, C::Disability, "MEDICAL"),
        (K::Pzp, K::Ops, B::Ups105, C::Pregnancy, "MEDICAL"),
    ] {
        let (said, request) = answer(from, to, basis, &[category]);
        let yes = Confirmed::of(&said.message);
        let facts = SendFacts { request: Some(&request), confirmed: Some(&yes), ..said.facts() };
        let refusal = may_send(&facts, said.message.clone()).unwrap_err();
        assert_eq!((refusal.reason, refusal.details.get("regime").unwrap().as_str()), (Reason::Secrecy, regime));
        for release in SecrecyRelease::ALL {
            let facts = SendFacts { release: Some(*release), ..facts.clone() };
            assert!(may_send(&facts, said.message.clone()).is_ok());
        }
    }
    // What the basis opens, and who is not bound.
    for (from, to, basis, category) in [
        (K::Poz, K::SadRod, B::CourtOrder, C::Health),
        (K::Szkola, K::Kurator, B::Kur9, C::EduOpinion),
        (K::Szkola, K::Ops, B::Ups105, C::EduProgress),
        (K::Policja, K::Kurator, B::Kur9, C::Criminal),
        (K::Ops, K::Pcpr, B::Ups105, C::Health),
    ] {
        let (said, request) = answer(from, to, basis, &[category]);
        let facts = SendFacts { request: Some(&request), ..said.facts() };
        assert!(may_send(&facts, said.message.clone()).is_ok(), "{from} {basis} {category}");
    }
}

#[test]
fn a_consent_to_share_is_no_release_of_a_clinic_and_is_one_of_a_school() {
    let scene = Scene::new();
    let release = |from: K, category: C, release: Option<SecrecyRelease>| {
        let clinic = Party { id: scene.clinic.id.clone(), kinds: vec![from] };
        let request = Request { asker: scene.ops.id.clone(), asked: set(&[category]), basis: None };
        // Recorded by the clinic, so that no second person is asked.
        let back = edge(&scene.env, &clinic, &scene.ops, &[category]);
        let grant = Grant { issuer: clinic.id.clone(), edges: vec![back], ..scene.grant.clone() };
        let mut facts = scene.facts(&clinic, &scene.ops);
        facts.consent.as_mut().unwrap().grant = &grant;
        (facts.request, facts.release) = (Some(&request), release);
        may_send(&facts, scene.message(&clinic, &scene.ops, BasisClass::Consent, reply(&[category]))).map(|_| ())
    };
    assert_eq!(reason(release(K::Poz, C::Disability, None)), Reason::Secrecy);
    assert!(release(K::Poz, C::Disability, Some(SecrecyRelease::Patient)).is_ok());
    assert!(release(K::Szkola, C::EduProgress, None).is_ok());
}

/// The shipped table with health in a signal, so that a duty meets a secrecy.
fn closed_duty() -> &'static Policy {
    static TABLE: OnceLock<Policy> = OnceLock::new();
    TABLE.get_or_init(|| {
        let text = include_str!("../../../../proto/policy.toml");
        let (before, signal) = text.split_once("id = \"SIGNAL\"").unwrap();
        let signal = signal.replacen("\"REPORTER\"", "\"REPORTER\", \"HEALTH\"", 1);
        Policy::parse(&format!("{before}id = \"SIGNAL\"{signal}")).unwrap()
    })
}

#[test]
fn secrecy_flags_a_duty_and_does_not_stop_it() {
    let said = said(K::Poz, K::Ops, Statement::of(B::Ups100), signal(&[C::Health]));
    let mut facts = SendFacts { policy: closed_duty(), ..said.facts() };
    let sent = may_send(&facts, said.message.clone()).unwrap();
    // The row is another text than the one that was verified.
    assert_eq!(*sent.flags(), flags(&[Flag::Unverified, Flag::Secrecy]));
    facts.release = Some(SecrecyRelease::Patient);
    assert_eq!(*may_send(&facts, said.message.clone()).unwrap().flags(), flags(&[Flag::Unverified]));
}
