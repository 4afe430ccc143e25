//! The worker's signature on arrival: required, right, and never the reason why a duty is lost (E32).

use wiez_proto::statement::Statement;
use wiez_proto::vocab::{AckCode, BasisCode as B, Flag, InstitutionKind as K, PersonRole as R};

use super::lawful::{nk_a, plain, police_query, said, signal};
use super::*;

fn duty() -> lawful::Said {
    said(K::Szkola, K::Zi, Statement::of(B::Uppd9d), nk_a(&[(R::Suffering, &[C::IdName])], &[C::Incident]))
}

/// What the gate says to a message that was changed after its worker had signed it.
fn judged(facts: &AdmitFacts<'_>, mut message: Message, change: impl Fn(&mut Message)) -> Result<Admitted, Refusal> {
    sign(facts, &mut message);
    change(&mut message);
    super::super::admit(facts, message)
}

fn what(result: Result<Admitted, Refusal>) -> String {
    let refusal = result.expect_err("refused");
    assert_eq!(refusal.reason, Reason::WorkerSignature);
    refusal.details.get("what").unwrap().clone()
}

#[test]
fn e32_personal_data_come_with_the_signature_of_a_delegated_worker() {
    let scene = Scene::new();
    let sent = || scene.send(scene.referral(&[C::Health])).unwrap().message().clone();
    let facts = scene.arrival();
    let refused = |change: &dyn Fn(&mut Message)| what(judged(&facts, sent(), change));
    assert!(judged(&facts, sent(), |_| ()).is_ok());
    assert_eq!(refused(&|message| message.signature = None), "missing");
    assert_eq!(refused(&|message| message.worker = "Jan Lis".into()), "worker");
    assert_eq!(refused(&|message| message.urgency = Urgency::U1H24), "signature");
    assert_eq!(refused(&|message| message.thread = ThreadId::random(&scene.env)), "signature");
    // Another institution vouches for the worker; the sender's directory key alone may.
    let worker = SigningKey::from_seed(&[21; 32]).unwrap();
    let now_ms = scene.now_ms;
    let foreign = Signer { worker: &worker, institution: &scene.clinic_key, region: &scene.region, now_ms };
    assert_eq!(refused(&|message| message.sign(&foreign)), "delegation");
    for created_ms in [facts.created_ms - 2 * 86_400_000, facts.created_ms + 61 * 86_400_000] {
        let late = AdmitFacts { created_ms, ..scene.arrival() };
        let mut message = sent();
        sign(&facts, &mut message);
        assert_eq!(what(super::super::admit(&late, message)), "time");
    }
}

#[test]
fn e32_a_question_without_personal_data_is_signed_too_and_what_a_node_writes_is_not() {
    let scene = Scene::new();
    let facts = AdmitFacts { own_thread: true, ..scene.arrival() };
    let bare = |body: Body| {
        let message = scene.message(&scene.ops, &scene.clinic, BasisClass::NoPersonalData, plain(&[], body));
        let sending = SendFacts { consent: None, ..scene.facts(&scene.ops, &scene.clinic) };
        may_send(&sending, message).unwrap().message().clone()
    };
    let question = bare(Body::ConsultAnon { topic: "frekwencja".into(), text: "Jak zgłosić nieobecność?".into() });
    assert!(needs_signature(&question));
    assert_eq!(what(super::super::admit(&facts, question.clone())), "missing");
    assert!(judged(&facts, question, |_| ()).is_ok());
    let code = bare(Body::AckHuman { code: AckCode::TakenOver });
    assert!(!needs_signature(&code));
    assert!(super::super::admit(&facts, code.clone()).is_ok());
    // Where one stands, it has to hold.
    assert_eq!(what(judged(&facts, code, |message| message.worker = "Jan Lis".into())), "worker");
}

#[test]
fn e32_a_duty_is_taken_in_and_flagged_and_everything_else_on_a_statute_is_refused() {
    let flag = BTreeSet::from([Flag::WorkerSignature]);
    let duty = duty();
    let taken = |change: &dyn Fn(&mut Message)| judged(&duty.arrival(), duty.sent(), change).unwrap().flags().clone();
    assert!(taken(&|_| ()).is_empty());
    assert_eq!(taken(&|message| message.signature = None), flag);
    assert_eq!(taken(&|message| message.worker = "Jan Lis".into()), flag);
    let report = said(K::Szkola, K::Ops, Statement::of(B::Kamilka), signal(&[C::IdName]));
    let bare = |message: &mut Message| message.signature = None;
    assert_eq!(*judged(&report.arrival(), report.sent(), bare).unwrap().flags(), flag);
    let query = police_query(&[C::Address]);
    assert_eq!(what(judged(&query.arrival(), query.sent(), bare)), "missing");
}
