//! Tests of content: canonical bytes, limits, categories, projection, and that nothing leaks into a debug print.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use super::*;
use crate::id::{GrantId, Handle, Hash, MessageId};
use crate::limits::{MAX_SECTION_BYTES, MAX_SECTIONS};
use crate::refusal::Reason;
use crate::vocab::{
    BasisCode, DeclineReason, FeedbackCode, HelpCode, KeptOrDeleted, NoticeScope, Outcome, ReferralStatus, ServiceCode,
    Urgency,
};
use crate::wire::v1;
use jiff::civil::Date;
use proptest::prelude::*;
use prost::Message;
use std::collections::BTreeSet;

mod mutated;
mod statutory;

fn section(category: Category, text: &str) -> Section {
    Section { category, label: "opis".to_owned(), text: text.to_owned() }
}

fn referral() -> Referral {
    Referral {
        service: ServiceCode::PppDiagnoza,
        goal: "diagnoza trudności w czytaniu".to_owned(),
        urgency: Urgency::U3Normal,
        wished_by: Some(Date::constant(2026, 12, 31)),
        language: "uk".to_owned(),
        accessibility: "parter".to_owned(),
    }
}

fn report(status: ReferralStatus) -> StatusReport {
    StatusReport { status, decline_reason: None, earliest_date: None, outcome: None, note: String::new() }
}

/// One body of every kind.
fn bodies() -> Vec<Body> {
    let mut out = first_bodies();
    out.extend(statutory::bodies());
    out
}

fn first_bodies() -> Vec<Body> {
    vec![
        Body::ConsultAnon { topic: "przyjęcia".to_owned(), text: "Czy są miejsca?".to_owned() },
        Body::ReplyAnon { text: "Tak,\n\tod marca.".to_owned() },
        Body::InfoRequest(InfoRequest {
            questions: vec!["Jaka jest frekwencja?".to_owned()],
            asked: BTreeSet::from([Category::EduProgress, Category::EduPlace]),
            why_needed: "plan leczenia".to_owned(),
        }),
        Body::InfoReply(InfoReply {
            answers: vec![Answer { question: 0, category: Category::EduProgress, text: "82 %".to_owned() }],
            partial: true,
        }),
        Body::InfoRefusal {
            reason: DeclineReason::ConsentInsufficient,
            what_would_help: BTreeSet::from([HelpCode::Consent, HelpCode::PersonDirectly]),
        },
        Body::Referral(referral()),
        Body::ReferralStatus(StatusReport { note: "od wtorku".to_owned(), ..report(ReferralStatus::Accepted) }),
        Body::ReferralForward(Forward {
            original_sender: "ops-brzeg".parse().unwrap(),
            original_message_id: MessageId::new([1; 16]),
            original_envelope_hash: Hash::new([2; 32]),
            why: DeclineReason::OtherArea,
            referral: referral(),
        }),
        Body::FeedbackMin { code: FeedbackCode::Received },
        Body::ConsentWithdrawn {
            handles: BTreeSet::from([Handle::new([9; 16]), Handle::new([3; 16])]),
            successor: Some(GrantId::new([4; 16])),
            scope: NoticeScope::Categories,
        },
        Body::ConsentWithdrawnAnswer {
            handles: BTreeSet::from([Handle::new([3; 16])]),
            answer: KeptOrDeleted::Kept,
            basis: Some(BasisCode::Ups100),
        },
        Body::GateRefusal {
            message_id: MessageId::new([1; 16]),
            envelope_hash: Hash::new([2; 32]),
            refusal: Refusal::new(Reason::ConsentScope).with_codes("categories", ["HEALTH"]).with("kind", "REFERRAL"),
        },
    ]
}

fn reason(sections: Vec<Section>, body: Body) -> Reason {
    Payload::new("SP-1", sections, body).unwrap_err().reason
}

#[test]
fn every_kind_comes_back_from_its_bytes() {
    let mut kinds = BTreeSet::new();
    for body in bodies() {
        let sections = if body.takes_sections() { vec![section(Category::IdName, "Nadia Zawilska")] } else { vec![] };
        let payload = Payload::new("OPS/2026/17", sections, body).unwrap();
        let bytes = payload.to_bytes();
        assert_eq!(Payload::from_bytes(&bytes).unwrap(), payload);
        kinds.insert(payload.kind());
        for end in 0..bytes.len() {
            assert!(Payload::from_bytes(bytes.get(..end).unwrap()).is_err(), "{} cut at {end}", payload.kind());
        }
        let mut trailing = bytes.clone();
        trailing.push(0);
        assert_eq!(Payload::from_bytes(&trailing).unwrap_err().reason, Reason::Malformed);
        // An unknown field 1000.
        let mut unknown = bytes;
        unknown.extend([0xc0, 0x3e, 0x01]);
        assert_eq!(Payload::from_bytes(&unknown).unwrap_err().reason, Reason::Malformed);
    }
    assert_eq!(kinds.len(), 27);
}

#[test]
fn categories_follow_from_sections_and_body() {
    let of = |sections: Vec<Section>, body: Body| -> Vec<&str> {
        Payload::new("", sections, body).unwrap().categories().into_iter().map(Category::code).collect()
    };
    assert_eq!(
        of(vec![section(Category::Health, "astma")], Body::Referral(referral())),
        ["DISABILITY", "HEALTH", "LANG", "PLAN_TASKS"]
    );
    assert_eq!(of(vec![], Body::ReferralStatus(report(ReferralStatus::Accepted))), Vec::<&str>::new());
    let noted = StatusReport { note: "od wtorku".to_owned(), ..report(ReferralStatus::Accepted) };
    assert_eq!(of(vec![], Body::ReferralStatus(noted)), ["LOGISTICS"]);
    for body in bodies() {
        let payload = Payload::new("", vec![], body).unwrap();
        let asked = payload.asked();
        assert_eq!(asked.is_empty(), payload.body().request().is_none());
        if !payload.body().takes_sections() {
            assert!(payload.categories().is_empty(), "{}", payload.kind());
        }
    }
    let request =
        Payload::new("", vec![section(Category::IdName, "N. Z.")], bodies().into_iter().nth(2).unwrap()).unwrap();
    assert_eq!(request.categories(), BTreeSet::from([Category::IdName, Category::Logistics]));
    assert_eq!(request.asked(), BTreeSet::from([Category::EduPlace, Category::EduProgress]));
}

#[test]
fn incomplete_statuses_say_what_is_missing() {
    let declined = |decline_reason| StatusReport { decline_reason, ..report(ReferralStatus::Declined) };
    for (body, expected) in [
        (declined(None), Reason::DeclineReasonMissing),
        (declined(Some(DeclineReason::Other)), Reason::DeclineReasonMissing),
        (declined(Some(DeclineReason::NoCapacity)), Reason::EarliestDateMissing),
        (report(ReferralStatus::Completed), Reason::OutcomeMissing),
        (report(ReferralStatus::ClosedNoContact), Reason::OutcomeMissing),
        (report(ReferralStatus::CancelledConsent), Reason::FieldInvalid),
        (
            StatusReport { decline_reason: Some(DeclineReason::Age), ..report(ReferralStatus::Accepted) },
            Reason::FieldInvalid,
        ),
        (StatusReport { outcome: Some(Outcome::Reached), ..report(ReferralStatus::Accepted) }, Reason::FieldInvalid),
    ] {
        assert_eq!(reason(vec![], Body::ReferralStatus(body)), expected);
    }
    let with_date =
        StatusReport { earliest_date: Some(Date::constant(2027, 2, 1)), ..declined(Some(DeclineReason::NoCapacity)) };
    assert!(Payload::new("", vec![], Body::ReferralStatus(with_date)).is_ok());
}

#[test]
fn limits_and_characters() {
    let body = || Body::Referral(referral());
    for bad in ["a\0b", "a\u{1b}[31m", "a\u{202e}b", "a\u{2066}b", "a\rb", "a\u{7}b", "a\u{200b}b", "a\u{feff}b"] {
        assert_eq!(reason(vec![section(Category::Health, bad)], body()), Reason::FieldInvalid, "{bad:?}");
        assert_eq!(reason(vec![], Body::ReplyAnon { text: bad.to_owned() }), Reason::FieldInvalid, "{bad:?}");
        assert_eq!(Payload::new(bad, vec![], body()).unwrap_err().reason, Reason::FieldInvalid, "{bad:?}");
    }
    assert!(Payload::new("", vec![section(Category::Health, "ąę\n\tżółć їє „—” 🙂")], body()).is_ok());
    assert!(Payload::new("x\ny", vec![], body()).is_err());
    let most = "x".repeat(MAX_SECTION_BYTES);
    assert!(Payload::new("", vec![section(Category::Health, &most)], body()).is_ok());
    assert_eq!(reason(vec![section(Category::Health, &format!("{most}x"))], body()), Reason::TooLarge);
    assert_eq!(reason(vec![section(Category::Health, &most); 13], body()), Reason::TooLarge);
    assert_eq!(reason(vec![section(Category::Health, "x"); MAX_SECTIONS + 1], body()), Reason::TooLarge);
    assert_eq!(reason(vec![section(Category::Health, " \n")], body()), Reason::FieldMissing);
    assert_eq!(reason(vec![section(Category::None, "x")], body()), Reason::FieldInvalid);
    assert_eq!(Payload::new("ż".repeat(121), vec![], body()).unwrap_err().reason, Reason::TooLarge);
    let anonymous = Body::ReplyAnon { text: "tak".to_owned() };
    assert_eq!(reason(vec![section(Category::Health, "astma")], anonymous), Reason::FieldInvalid);
}

#[test]
fn notices_and_their_answers_hang_together() {
    let handles = || BTreeSet::from([Handle::new([3; 16])]);
    let notice = |handles, successor, scope| Body::ConsentWithdrawn { handles, successor, scope };
    assert_eq!(reason(vec![], notice(BTreeSet::new(), None, NoticeScope::Pair)), Reason::FieldInvalid);
    assert_eq!(reason(vec![], notice(handles(), None, NoticeScope::Categories)), Reason::FieldInvalid);
    assert_eq!(reason(vec![], notice(handles(), Some(GrantId::new([1; 16])), NoticeScope::Pair)), Reason::FieldInvalid);
    let answer = |answer, basis| Body::ConsentWithdrawnAnswer { handles: handles(), answer, basis };
    assert_eq!(reason(vec![], answer(KeptOrDeleted::Kept, None)), Reason::FieldInvalid);
    assert_eq!(reason(vec![], answer(KeptOrDeleted::Kept, Some(BasisCode::C6a))), Reason::FieldInvalid);
    assert_eq!(reason(vec![], answer(KeptOrDeleted::Deleted, Some(BasisCode::Ups100))), Reason::FieldInvalid);
    assert!(Payload::new("", vec![], answer(KeptOrDeleted::Deleted, None)).is_ok());
}

/// Fields that decode but have a second form or an unknown code.
#[test]
fn second_forms_on_the_wire_are_refused() {
    use v1::payload as raw;
    let read = |body: raw::Body| {
        let bytes = v1::Payload { subject_ref: String::new(), sections: vec![], body: Some(body) }.encode_to_vec();
        Payload::from_bytes(&bytes).map_err(|refusal| refusal.reason)
    };
    let request = |asked: &[&str]| {
        raw::Body::InfoRequest(raw::InfoRequest {
            questions: vec!["?".to_owned()],
            asked: asked.iter().map(|code| (*code).to_owned()).collect(),
            why_needed: "w".to_owned(),
        })
    };
    assert!(read(request(&["EDU_PLACE", "HEALTH"])).is_ok());
    for asked in [&["HEALTH", "EDU_PLACE"][..], &["HEALTH", "HEALTH"], &["health"], &["SECRET"], &["NONE"]] {
        assert_eq!(read(request(asked)), Err(Reason::FieldInvalid), "{asked:?}");
    }
    let status = |date: &str| {
        raw::Body::ReferralStatus(raw::ReferralStatus {
            status: "DECLINED".to_owned(),
            decline_reason: "R_NO_CAPACITY".to_owned(),
            earliest_date: date.to_owned(),
            ..Default::default()
        })
    };
    assert!(read(status("2027-02-01")).is_ok());
    for date in ["20270201", "2027-2-1", "2027-02-30", "2027-02-01T00:00", "+002027-02-01", "soon"] {
        assert_eq!(read(status(date)), Err(Reason::FieldInvalid), "{date}");
    }
    let empty = v1::Payload::default().encode_to_vec();
    assert_eq!(Payload::from_bytes(&empty).unwrap_err().reason, Reason::FieldMissing);
}

#[test]
fn only_what_carries_no_personal_data_is_linted() {
    let text = "Nadia P., kl. 8b".to_owned();
    let question =
        Payload::new("", vec![], Body::ConsultAnon { topic: "pytanie".to_owned(), text: text.clone() }).unwrap();
    let refusal = question.lint(&[]).unwrap_err();
    assert_eq!(refusal.reason, Reason::PersonalDataFound);
    assert_eq!(refusal.details.get("finding").unwrap(), "CLASS_INITIALS");
    assert_eq!(refusal.details.get("field").unwrap(), "text");
    assert!(!refusal.to_string().contains("Nadia"));
    let referral = Payload::new("", vec![section(Category::IdName, &text)], Body::Referral(referral())).unwrap();
    assert_eq!(referral.lint(&[]), Ok(()));
}

#[test]
fn debug_prints_show_no_content() {
    for body in bodies() {
        let sections = if body.takes_sections() { vec![section(Category::IdName, "Nadia Zawilska")] } else { vec![] };
        let payload = Payload::new("SPRAWA-7", sections, body).unwrap();
        let print = format!("{payload:?} {:?} {:?}", payload.sections(), payload.body());
        for secret in [
            "Nadia",
            "SPRAWA",
            "diagnoza",
            "frekwencja",
            "82",
            "wtorku",
            "miejsca",
            "marca",
            "krzyki",
            "Kwiatowa",
            "Anna",
            "szkoły",
            "dzielnicowy",
            "sygnatura",
            "zasiłek",
        ] {
            assert!(!print.contains(secret), "{print}");
        }
    }
}

fn any_category() -> impl Strategy<Value = Category> {
    proptest::sample::select(Category::ALL.iter().copied().filter(|c| *c != Category::None).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is projected shows nothing outside what is allowed, and everything inside.
    #[test]
    fn a_projection_shows_exactly_what_is_allowed(
        carried in proptest::collection::vec(any_category(), 0..12),
        allowed in proptest::collection::btree_set(any_category(), 0..20),
    ) {
        let sections: Vec<Section> = carried.iter().map(|c| section(*c, c.code())).collect();
        let answers = carried.iter().map(|c| Answer { question: 0, category: *c, text: c.code().to_owned() }).collect();
        let reply = Body::InfoReply(InfoReply { answers, partial: false });
        let payload = Payload::new("", sections, reply).unwrap();
        let shown = payload.project(&allowed);
        let expected: BTreeSet<Category> = payload.categories().intersection(&allowed).copied().collect();
        prop_assert_eq!(shown.categories(), expected);
        let kept = carried.iter().filter(|c| allowed.contains(c)).count();
        prop_assert_eq!(shown.sections().len(), kept);
        let mut referral_payload = Payload::new("", vec![], Body::Referral(referral())).unwrap().project(&allowed);
        let Body::Referral(shown) = &mut referral_payload.body else { panic!("kind changed") };
        prop_assert_eq!(shown.goal.is_empty(), !allowed.contains(&Category::PlanTasks));
        prop_assert_eq!(shown.language.is_empty(), !allowed.contains(&Category::Lang));
        prop_assert_eq!(shown.accessibility.is_empty(), !allowed.contains(&Category::Disability));
    }

    /// No bytes make the reader panic, and what it accepts is canonical.
    #[test]
    fn arbitrary_bytes_are_refused_or_canonical(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(payload) = Payload::from_bytes(&bytes) {
            prop_assert_eq!(payload.to_bytes(), bytes);
        }
    }

    /// The linter takes any text.
    #[test]
    fn the_linter_never_panics(text in "\\PC{0,80}", digits in "[0-9 .()+@/-]{0,60}") {
        let _ = linter::find(&text, &["Ż".to_owned(), "Kos-Lis".to_owned()]);
        let _ = linter::find(&digits, &[]);
    }
}
