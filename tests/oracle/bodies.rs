//! Turns a case into content that a node can hold: what each kind can express, and what its body always carries.

use jiff::civil::Date;
use wiez_proto::id::{Handle, Hash, MessageId};
use wiez_proto::payload::{
    Alert, Answer, Body, Forward, InfoReply, InfoRequest, MediationNote, MediationRequest, NkDispatch, NkForm, NkMove,
    NkNote, NkPerson, Notice, Payload, Referral, Section, Signal, StatusReport, TransferCase,
};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{
    AckCode, Category as C, DeclineReason, FeedbackCode, KeptOrDeleted, MediationOutcome, MessageKind as K,
    NoticeScope, PersonRole, ReferralStatus, ServiceCode, SignalReason, Urgency,
};

use crate::case::Case;
use crate::draw::asks;
use crate::table::Categories;

const DAY: Date = Date::constant(2026, 5, 5);

/// Fits the case to what its kind can say, so that the judgement is about the same facts as the message.
pub(crate) fn fitted(mut case: Case) -> Case {
    case.plain.remove(&C::None);
    case.asked.remove(&C::None);
    for (_, facts) in &mut case.people {
        facts.remove(&C::None);
    }
    if !has_sections(case.kind) {
        case.plain.clear();
    }
    if !asks(case.kind) {
        case.asked.clear();
    } else if case.asked.is_empty() {
        case.asked.insert(C::Logistics);
    }
    case.people = if by_role(case.kind) { persons_then_event(&case) } else { Vec::new() };
    case.plain.extend(always(case.kind));
    case
}

/// Kinds that have a body; the others do not go at all.
const fn has_sections(kind: K) -> bool {
    matches!(
        kind,
        K::InfoRequest
            | K::InfoReply
            | K::Referral
            | K::ReferralStatus
            | K::ReferralForward
            | K::Signal
            | K::Alert
            | K::NkA
            | K::NkADispatch
            | K::NkBRecord
            | K::NkNote
            | K::NkMove
            | K::CrimeNotice
            | K::CourtNotice
            | K::PoliceQuery
            | K::KuratorQuery
            | K::TransferCase
    )
}

const fn by_role(kind: K) -> bool {
    matches!(kind, K::NkA | K::NkADispatch | K::NkNote | K::NkMove)
}

/// What the texts of the body are, whatever the sections say.
fn always(kind: K) -> &'static [C] {
    match kind {
        K::InfoRequest | K::PoliceQuery | K::KuratorQuery | K::NkBRecord => &[C::Logistics],
        K::Referral | K::ReferralForward => &[C::PlanTasks],
        K::Signal | K::Alert | K::CrimeNotice | K::CourtNotice => &[C::Incident],
        _ => &[],
    }
}

/// Persons first, then one event, which always holds what happened; a form names at least one person.
fn persons_then_event(case: &Case) -> Vec<(Option<PersonRole>, Categories)> {
    let mut people: Vec<_> = case.people.iter().filter(|(role, _)| role.is_some()).cloned().collect();
    let mut event: Categories =
        case.people.iter().filter(|(role, _)| role.is_none()).flat_map(|(_, facts)| facts.clone()).collect();
    if case.kind == K::NkNote {
        event.retain(|fact| *fact == C::PlanTasks);
    } else if people.is_empty() {
        people.push((Some(PersonRole::Suffering), [C::IdName].into()));
    }
    event.insert(C::Violence);
    people.push((None, event));
    people
}

/// The content of a fitted case.
pub(crate) fn payload(case: &Case) -> Payload {
    let mut sections = case.plain.clone();
    let body = body(case, &mut sections);
    let reference = if case.hides_pesel { "OPS 44051401359" } else { "OPS-26-114" };
    Payload::new(reference, sections.into_iter().map(section).collect(), body).unwrap()
}

fn section(category: C) -> Section {
    Section { category, label: String::new(), text: "dane".to_owned() }
}

/// Writes into the body what it can say itself, and takes that out of the sections.
fn body(case: &Case, left: &mut Categories) -> Body {
    let mut text = |category| if left.remove(&category) { "opis".to_owned() } else { String::new() };
    match case.kind {
        K::InfoRequest => Body::InfoRequest(request(case, &mut text)),
        K::PoliceQuery => Body::PoliceQuery(request(case, &mut text)),
        K::KuratorQuery => Body::KuratorQuery(request(case, &mut text)),
        K::InfoReply => Body::InfoReply(reply(left)),
        K::Referral => Body::Referral(referral(&mut text)),
        K::ReferralForward => Body::ReferralForward(Forward {
            original_sender: "ops-wier".parse().unwrap(),
            original_message_id: MessageId::parse(&[7; 16]).unwrap(),
            original_envelope_hash: Hash::new([7; 32]),
            why: DeclineReason::OtherArea,
            referral: referral(&mut text),
        }),
        K::ReferralStatus => Body::ReferralStatus(StatusReport {
            status: ReferralStatus::Accepted,
            decline_reason: None,
            earliest_date: None,
            outcome: None,
            note: text(C::Logistics),
        }),
        K::Signal => {
            Body::Signal(Signal { reason: SignalReason::ChildNeglected, family_knows: false, what: text(C::Incident) })
        }
        K::Alert => Body::Alert(Alert { what: text(C::Incident), place: text(C::Address), in_danger: text(C::IdName) }),
        K::CrimeNotice => Body::CrimeNotice(Notice { what: text(C::Incident) }),
        K::CourtNotice => Body::CourtNotice(Notice { what: text(C::Incident) }),
        K::TransferCase => {
            Body::TransferCase(TransferCase { new_teryt: "1608053".to_owned(), open_items: text(C::PlanTasks) })
        }
        K::NkBRecord => {
            drop(text(C::Logistics));
            Body::NkBRecord { given_on: DAY }
        }
        K::NkA => Body::NkA(form(case, &[])),
        K::NkMove => Body::NkMove(NkMove { form: form(case, &[]), new_teryt: "1608053".to_owned() }),
        K::NkADispatch => {
            let meets = event(case).contains(&C::Logistics);
            let place = if meets { "sala 3".to_owned() } else { String::new() };
            Body::NkADispatch(NkDispatch { form: form(case, &[C::Logistics]), meeting_on: None, place })
        }
        K::NkNote => Body::NkNote(NkNote {
            persons: persons(case),
            text: "notatka".to_owned(),
            tasks: if event(case).contains(&C::PlanTasks) { "wizyta".to_owned() } else { String::new() },
        }),
        _ => codes_only(case.kind),
    }
}

fn request(case: &Case, text: &mut impl FnMut(C) -> String) -> InfoRequest {
    InfoRequest { questions: vec![text(C::Logistics)], asked: case.asked.clone(), why_needed: "decyzja".to_owned() }
}

/// Half of the facts as answers, the rest as sections.
fn reply(left: &mut Categories) -> InfoReply {
    let answered: Vec<C> = left.iter().copied().step_by(2).collect();
    left.retain(|category| !answered.contains(category));
    let answer = |category| Answer { question: 0, category, text: "odpowiedź".to_owned() };
    InfoReply { answers: answered.into_iter().map(answer).collect(), partial: false }
}

fn referral(text: &mut impl FnMut(C) -> String) -> Referral {
    Referral {
        service: ServiceCode::PozWizyta,
        goal: text(C::PlanTasks),
        urgency: Urgency::U3Normal,
        wished_by: None,
        language: if text(C::Lang).is_empty() { String::new() } else { "uk".to_owned() },
        accessibility: text(C::Disability),
    }
}

fn event(case: &Case) -> Categories {
    case.people.iter().find(|(role, _)| role.is_none()).map(|(_, facts)| facts.clone()).unwrap_or_default()
}

fn persons(case: &Case) -> Vec<NkPerson> {
    let person = |(role, facts): &(Option<PersonRole>, Categories)| {
        role.map(|role| NkPerson { role, facts: facts.iter().copied().map(section).collect() })
    };
    case.people.iter().filter_map(person).collect()
}

/// The form; what stands elsewhere in the body is not repeated among the facts of the event.
fn form(case: &Case, elsewhere: &[C]) -> NkForm {
    let further = event(case).into_iter().filter(|fact| *fact != C::Violence && !elsewhere.contains(fact));
    NkForm {
        form_version: "2023".to_owned(),
        persons: persons(case),
        incident: "zdarzenie".to_owned(),
        event: further.map(section).collect(),
        file_hash: None,
    }
}

/// Kinds that consist of codes, or of a text about nobody. A kind without a body borrows one; its row decides before.
fn codes_only(kind: K) -> Body {
    let question = || "Jak złożyć wniosek o dodatek?".to_owned();
    match kind {
        K::ConsultAnon => Body::ConsultAnon { topic: "dodatek".to_owned(), text: question() },
        K::ReplyAnon => Body::ReplyAnon { text: question() },
        K::InfoRefusal => {
            Body::InfoRefusal { reason: DeclineReason::NoBasis, what_would_help: std::collections::BTreeSet::new() }
        }
        K::FeedbackMin => Body::FeedbackMin { code: FeedbackCode::Received },
        K::ConsentWithdrawn => {
            Body::ConsentWithdrawn { handles: [handle()].into(), successor: None, scope: NoticeScope::Pair }
        }
        K::ConsentWithdrawnAnswer => {
            Body::ConsentWithdrawnAnswer { handles: [handle()].into(), answer: KeptOrDeleted::Deleted, basis: None }
        }
        K::GateRefusal => Body::GateRefusal {
            message_id: MessageId::parse(&[7; 16]).unwrap(),
            envelope_hash: Hash::new([7; 32]),
            refusal: Refusal::new(Reason::Category),
        },
        K::MediationRequest => Body::MediationRequest(MediationRequest {
            dispute: DeclineReason::NoCapacity,
            referral: MessageId::parse(&[7; 16]).unwrap(),
            service: ServiceCode::PozWizyta,
            teryt: "1608".to_owned(),
        }),
        K::MediationNote => {
            Body::MediationNote(MediationNote { outcome: MediationOutcome::NotResolved, proposed: None })
        }
        _ => Body::AckHuman { code: AckCode::TakenOver },
    }
}

fn handle() -> Handle {
    Handle::new([7; 16])
}
