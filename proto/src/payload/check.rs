//! The rules that content must keep: sizes, characters, and what belongs together.

use super::{Body, Forward, InfoReply, InfoRequest, Payload, Referral, Section, StatusReport};
use crate::limits::{MAX_LABEL_CHARS, MAX_PAYLOAD_BYTES, MAX_SECTION_BYTES, MAX_SECTIONS};
use crate::refusal::{Reason, Refusal, unsafe_char};
use crate::vocab::{BasisClass, Category, DeclineReason, KeptOrDeleted, NoticeScope, ReferralStatus};
use crate::wire::invalid;

/// Fewest characters of the note that explains "another reason".
const OTHER_NOTE_CHARS: usize = 20;

/// Most characters of one detail of a refusal: room for a list of all category codes.
const CODES_CHARS: usize = 600;

pub(super) fn payload(payload: &Payload) -> Result<(), Refusal> {
    line("subject_ref", &payload.subject_ref, MAX_LABEL_CHARS, false)?;
    if !payload.sections.is_empty() && !payload.body.takes_sections() {
        return Err(invalid("sections"));
    }
    count("sections", payload.sections.len())?;
    for section in &payload.sections {
        check_section("sections", section)?;
    }
    body(&payload.body)?;
    let size = payload.to_bytes().len();
    if size > MAX_PAYLOAD_BYTES { Err(too_large("payload", MAX_PAYLOAD_BYTES)) } else { Ok(()) }
}

/// A section of the list with this name.
pub(super) fn check_section(list: &str, section: &Section) -> Result<(), Refusal> {
    ensure(section.category != Category::None, &format!("{list}.category"))?;
    line(&format!("{list}.label"), &section.label, MAX_LABEL_CHARS, false)?;
    text(&format!("{list}.text"), &section.text, true)
}

fn body(body: &Body) -> Result<(), Refusal> {
    match body {
        Body::ConsultAnon { topic, text: question } => {
            line("topic", topic, MAX_LABEL_CHARS, true)?;
            text("text", question, true)
        }
        Body::ReplyAnon { text: answer } => text("text", answer, true),
        Body::InfoRequest(body) | Body::PoliceQuery(body) | Body::KuratorQuery(body) => request(body),
        Body::InfoReply(body) => reply(body),
        Body::InfoRefusal { .. } | Body::FeedbackMin { .. } | Body::AckHuman { .. } => Ok(()),
        Body::Referral(body) => referral(body),
        Body::ReferralStatus(body) => status(body),
        Body::ReferralForward(body) => forward(body),
        Body::ConsentWithdrawn { handles, successor, scope } => {
            let narrower = *scope == NoticeScope::Categories;
            ensure((1..=2).contains(&handles.len()), "handles")?;
            ensure(successor.is_some() == narrower, "successor_grant_id")
        }
        Body::ConsentWithdrawnAnswer { handles, answer, basis } => {
            ensure((1..=2).contains(&handles.len()), "handles")?;
            ensure(basis.is_some() == (*answer == KeptOrDeleted::Kept), "basis")?;
            let statutory = |class| matches!(class, BasisClass::Statutory | BasisClass::VitalInterest);
            ensure(basis.is_none_or(|basis| statutory(basis.class())), "basis")
        }
        Body::GateRefusal { refusal, .. } => gate_refusal(refusal),
        Body::Signal(body) => body.check(),
        Body::Alert(body) => body.check(),
        Body::NkA(body) => body.check(),
        Body::NkADispatch(body) => body.check(),
        Body::NkBRecord { given_on } => ensure(plausible(*given_on), "given_on"),
        Body::NkNote(body) => body.check(),
        Body::NkMove(body) => body.check(),
        Body::CrimeNotice(body) | Body::CourtNotice(body) => body.check(),
        Body::TransferCase(body) => body.check(),
        Body::MediationRequest(body) => body.check(),
        Body::MediationNote(body) => body.check(),
    }
}

fn request(body: &InfoRequest) -> Result<(), Refusal> {
    if body.questions.is_empty() {
        return Err(missing("questions"));
    }
    count("questions", body.questions.len())?;
    for question in &body.questions {
        text("questions", question, true)?;
    }
    if body.asked.is_empty() {
        return Err(missing("asked"));
    }
    ensure(!body.asked.contains(&Category::None), "asked")?;
    text("why_needed", &body.why_needed, true)
}

fn reply(body: &InfoReply) -> Result<(), Refusal> {
    count("answers", body.answers.len())?;
    for answer in &body.answers {
        ensure(usize::try_from(answer.question).is_ok_and(|index| index < MAX_SECTIONS), "answers.question")?;
        ensure(answer.category != Category::None, "answers.category")?;
        text("answers.text", &answer.text, true)?;
    }
    Ok(())
}

fn referral(body: &Referral) -> Result<(), Refusal> {
    text("goal", &body.goal, true)?;
    let tag = body.language.len() <= 35 && body.language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    ensure(tag, "language")?;
    ensure(body.wished_by.is_none_or(plausible), "wished_by")?;
    text("accessibility", &body.accessibility, false)
}

fn status(body: &StatusReport) -> Result<(), Refusal> {
    ensure(body.status.reportable(), "status")?;
    let declined = body.status == ReferralStatus::Declined;
    match body.decline_reason {
        None if declined => return Err(Reason::DeclineReasonMissing.into()),
        Some(_) if !declined => return Err(invalid("decline_reason")),
        Some(DeclineReason::Other) if body.note.chars().count() < OTHER_NOTE_CHARS => {
            return Err(Reason::DeclineReasonMissing.into());
        }
        Some(DeclineReason::NoCapacity) if body.earliest_date.is_none() => {
            return Err(Reason::EarliestDateMissing.into());
        }
        None | Some(_) => {}
    }
    if body.status.needs_outcome() && body.outcome.is_none() {
        return Err(Reason::OutcomeMissing.into());
    }
    ensure(body.outcome.is_none() || body.status.needs_outcome(), "outcome")?;
    ensure(body.earliest_date.is_none_or(plausible), "earliest_date")?;
    text("note", &body.note, false)
}

fn forward(body: &Forward) -> Result<(), Refusal> {
    ensure(body.original_message_id.bytes() != &[0; 16], "original_message_id")?;
    ensure(body.why != DeclineReason::Other, "why")?;
    referral(&body.referral)
}

fn gate_refusal(refusal: &Refusal) -> Result<(), Refusal> {
    ensure(refusal.retry_after_ms.is_none() && refusal.details.len() <= 16, "details")?;
    for (name, value) in &refusal.details {
        let good = (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        ensure(good, "details.name")?;
        ensure(value.chars().count() <= CODES_CHARS && !value.chars().any(unsafe_char), "details.value")?;
    }
    Ok(())
}

/// Dates in four-digit years, so that the text form is always ten characters.
pub(super) fn plausible(date: jiff::civil::Date) -> bool {
    (1900..=2199).contains(&date.year())
}

pub(super) fn ensure(holds: bool, field: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(invalid(field)) }
}

pub(super) fn missing(field: &str) -> Refusal {
    Refusal::new(Reason::FieldMissing).with("field", field)
}

pub(super) fn too_large(field: &str, limit: usize) -> Refusal {
    Refusal::new(Reason::TooLarge).with("field", field).with("limit", limit)
}

pub(super) fn count(field: &str, number: usize) -> Result<(), Refusal> {
    if number > MAX_SECTIONS { Err(too_large(field, MAX_SECTIONS)) } else { Ok(()) }
}

/// Text of several lines.
pub(super) fn text(field: &str, value: &str, required: bool) -> Result<(), Refusal> {
    if value.len() > MAX_SECTION_BYTES {
        return Err(too_large(field, MAX_SECTION_BYTES));
    }
    if required && value.trim().is_empty() {
        return Err(missing(field));
    }
    ensure(!value.chars().any(|c| unsafe_char(c) && c != '\n' && c != '\t'), field)
}

/// Text of one line.
pub(super) fn line(field: &str, value: &str, most: usize, required: bool) -> Result<(), Refusal> {
    if value.chars().count() > most {
        return Err(too_large(field, most));
    }
    if required && value.trim().is_empty() {
        return Err(missing(field));
    }
    ensure(!value.chars().any(unsafe_char), field)
}

/// TERYT code of a municipality: seven digits.
pub(super) fn teryt(field: &str, value: &str) -> Result<(), Refusal> {
    if value.is_empty() {
        return Err(missing(field));
    }
    ensure(value.len() == 7 && value.bytes().all(|byte| byte.is_ascii_digit()), field)
}

/// Whether a text is 1 to `most` ASCII letters or digits.
pub(super) fn code_of(value: &str, most: usize) -> bool {
    (1..=most).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
