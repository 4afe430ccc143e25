//! Statutory messages at their recipient: a duty is taken in and flagged, everything else must be whole; who may read.

use wiez_proto::envelope::{Header, Position};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{AckCode, BasisCode as B, Flag, InstitutionKind as K, PersonRole as R};

use super::lawful::{Said, alert, answer, dispatch, nk_a, plain, police_query, said, signal, vital};
use super::*;

fn form() -> Said {
    said(K::Szkola, K::Zi, Statement::of(B::Uppd9d), nk_a(&[(R::Suffering, &[C::IdName])], &[C::Incident]))
}

fn taken(said: &Said, change: impl Fn(&mut AdmitFacts<'static>, &mut Message)) -> Result<BTreeSet<Flag>, Refusal> {
    let (mut facts, mut message) = (said.arrival(), said.sent());
    change(&mut facts, &mut message);
    admit(&facts, message).map(|admitted| admitted.flags().clone())
}

#[test]
fn what_was_cleared_is_admitted_under_the_row_of_the_recipient() {
    let admitted = admit(&form().arrival(), form().sent()).unwrap();
    assert_eq!(admitted.row().unwrap().id, "NK_A");
    assert!(admitted.flags().is_empty() && admitted.grant().is_none());
}

#[test]
fn a_duty_is_taken_in_and_flagged_where_everything_else_is_refused() {
    let other = Hash::new([9; 32]);
    let flag = |flag: Flag| BTreeSet::from([flag]);
    assert_eq!(taken(&form(), |_, message| message.policy_row = other).unwrap(), flag(Flag::PolicyDiffers));
    assert_eq!(taken(&form(), |facts, _| facts.overlays = &[]).unwrap(), flag(Flag::Unverified));
    let late = |message: &mut Message| message.statement.as_mut().unwrap().started_on = Some(DAY.tomorrow().unwrap());
    assert_eq!(taken(&form(), |_, message| late(message)).unwrap(), flag(Flag::FieldsMissing));
    let alarm = said(K::Szkola, K::Szpital, vital(), alert(&[C::IdName]));
    let curt = |message: &mut Message| message.statement = Some(Statement::of(B::Vital));
    let both = BTreeSet::from([Flag::FieldsMissing, Flag::Vital]);
    assert_eq!(taken(&alarm, |_, message| curt(message)).unwrap(), both);

    let query = police_query(&[C::Address]);
    assert!(taken(&query, |facts, _| facts.overlays = &[]).unwrap().is_empty());
    assert_eq!(reason(taken(&query, |_, message| message.policy_row = other)), Reason::Basis);
    let bare = |message: &mut Message| message.statement = Some(Statement::of(B::PolReq));
    assert_eq!(reason(taken(&query, |_, message| bare(message))), Reason::Basis);
    assert_eq!(
        reason(taken(&query, |_, message| message.statement.as_mut().unwrap().for_gdp = true)),
        Reason::FieldInvalid
    );
}

#[test]
fn a_duty_is_refused_for_what_it_may_not_hold() {
    let refused = |change: &dyn Fn(&mut Message)| reason(taken(&form(), |_, message| change(message)));
    let wider = nk_a(&[(R::Household, &[C::Health])], &[]);
    assert_eq!(
        refused(&|message| {
            message.categories = wider.categories();
            message.payload = wider.clone();
        }),
        Reason::Category
    );
    assert_eq!(refused(&|message| message.categories = set(&[C::IdName])), Reason::Category);
    assert_eq!(refused(&|message| message.statement = Some(Statement::of(B::Ups100))), Reason::Basis);
    assert_eq!(refused(&|message| message.handle = Some(Handle::new([1; 16]))), Reason::ConsentNotApplicable);
    assert_eq!(refused(&|message| message.sender = id("kto-inny")), Reason::SenderMismatch);
    let culture = Party { id: form().to.id.clone(), kinds: vec![K::Kultura] };
    let facts = AdmitFacts { me: &culture, ..form().arrival() };
    assert_eq!(reason(admit(&facts, form().sent())), Reason::Pair);
}

#[test]
fn what_a_second_person_should_know_is_flagged_here_too() {
    let school = said(K::Szkola, K::Zi, Statement::of(B::Uppd9d), nk_a(&[(R::Suffering, &[C::EduPlace])], &[]));
    assert_eq!(taken(&school, |_, _| ()).unwrap(), BTreeSet::from([Flag::Special]));
    let why = Statement { override_reason: "sąd przesłucha świadka".into(), ..Statement::of(B::Kamilka) };
    let named = said(K::Szkola, K::Ops, why, signal(&[C::Reporter]));
    assert_eq!(taken(&named, |_, _| ()).unwrap(), BTreeSet::from([Flag::Override]));
}

#[test]
fn an_answer_on_a_statute_answers_an_own_question() {
    let (said, request) = answer(K::Szkola, K::Ops, B::Ups105, &[C::EduProgress]);
    let request: &'static Request = Box::leak(Box::new(request));
    let sent = may_send(&SendFacts { request: Some(request), ..said.facts() }, said.message.clone()).unwrap();
    let take = |own_thread: bool, request: Option<&'static Request>| {
        let facts = AdmitFacts { own_thread, request, ..said.arrival() };
        admit(&facts, sent.message().clone()).map(|_| ())
    };
    assert!(take(true, Some(request)).is_ok());
    assert_eq!(reason(take(false, Some(request))), Reason::NotFound);
    assert_eq!(reason(take(true, None)), Reason::ReplyScope);
    let other: &'static Request = Box::leak(Box::new(Request { basis: Some(B::Uwr16), ..request.clone() }));
    assert_eq!(reason(take(true, Some(other))), Reason::Basis);
}

#[test]
fn an_acknowledgement_stands_on_a_thread_of_this_institution() {
    let scene = Scene::new();
    let ack = plain(&[], Body::AckHuman { code: AckCode::TakenOver });
    let ack = scene.message(&scene.ops, &scene.clinic, BasisClass::NoPersonalData, ack);
    let sent = may_send(&SendFacts { consent: None, ..scene.facts(&scene.ops, &scene.clinic) }, ack).unwrap();
    assert_eq!(reason(admit(&scene.arrival(), sent.message().clone())), Reason::NotFound);
    assert!(admit(&AdmitFacts { own_thread: true, ..scene.arrival() }, sent.message().clone()).is_ok());
}

#[test]
fn no_log_closes_a_statutory_message_and_only_named_persons_read_for_a_group() {
    let worst =
        ReleaseFacts { fresh: false, covered: false, log_alarm: true, withdrawn: true, valid_until_ms: None, ..FRESH };
    let group = said(K::Zi, K::Szkola, Statement::of(B::Uppd9c), dispatch(&[(R::Suffering, &[C::IdName])]));
    assert_eq!(reason(release(&worst, &group.message)), Reason::DeclarationMissing);
    assert!(release(&ReleaseFacts { declared: true, ..worst.clone() }, &group.message).is_ok());
    // A duty is everybody's work, whatever basis it names.
    let mut duty = form().message;
    duty.statement = Some(Statement::of(B::Uppd9c));
    assert!(release(&worst, &duty).is_ok());
    for open in [form(), police_query(&[C::Address]), said(K::Szkola, K::Szpital, vital(), alert(&[]))] {
        let shown = release(&worst, &open.message).unwrap();
        assert!(shown.banners().is_empty() && *shown.payload() == open.message.payload);
    }
}

#[test]
fn a_statement_survives_the_seal_and_stands_exactly_where_it_belongs() {
    let said = form();
    let sent = said.sent();
    assert_eq!(Message::restore(&sent.to_bytes(), sent.expires_ms), Ok(sent.clone()));
    let read = |class: BasisClass, change: &dyn Fn(&mut v1::Content)| {
        let mut content = sent.to_content();
        change(&mut content);
        Message::parse(&header(&sent, class), content).map(|_| ())
    };
    assert!(read(BasisClass::Statutory, &|_| ()).is_ok());
    let field = |refusal: Result<(), Refusal>| refusal.unwrap_err().details.get("field").cloned().unwrap();
    assert_eq!(field(read(BasisClass::Statutory, &|content| content.statement = None)), "statement");
    assert_eq!(field(read(BasisClass::NoPersonalData, &|_| ())), "statement");
    let wrong = |content: &mut v1::Content| content.statement.as_mut().unwrap().basis = "C6A".into();
    assert_eq!(field(read(BasisClass::Statutory, &wrong)), "statement.basis");
    // A kept draft is read back as it was, although it could never leave.
    let mut draft = sent.clone();
    draft.statement = None;
    assert_eq!(Message::restore(&draft.to_bytes(), 1).unwrap().statement, None);
}

fn header(message: &Message, class: BasisClass) -> Header {
    let scene = Scene::new();
    Header {
        message_id: message.message_id,
        sender: message.sender.clone(),
        sender_key: scene.ops_key.public().id(),
        recipient: message.recipient.clone(),
        recipient_key: scene.clinic_key.public().id(),
        position: Position { epoch: 1, seq: 1, prev: Hash::ZERO },
        class,
        handle: None,
        created_ms: 0,
        expires_ms: message.expires_ms,
        padded_size: 1024,
        commitment: [0; 32],
    }
}
