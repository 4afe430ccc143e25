//! Content to and from its canonical bytes.

use super::{
    Alert, Answer, Body, Forward, InfoReply, InfoRequest, MediationNote, MediationRequest, NkDispatch, NkForm, NkMove,
    NkNote, Notice, Payload, Referral, Section, Signal, StatusReport, TransferCase,
};
use crate::id::{GrantId, Handle, Hash, MessageId};
use crate::refusal::{Reason, Refusal};
use crate::vocab::{
    AckCode, BasisCode, Category, DeclineReason, FeedbackCode, HelpCode, KeptOrDeleted, NoticeScope, Outcome,
    ReferralStatus, ServiceCode, UnknownCode, Urgency,
};
use crate::wire::v1::{self, payload as raw};
use crate::wire::{invalid, required, strict};
use jiff::civil::Date;
use prost::Message;
use prost::bytes::Bytes;
use std::collections::BTreeSet;

pub(super) fn encode(payload: &Payload) -> Vec<u8> {
    v1::Payload {
        subject_ref: payload.subject_ref.clone(),
        sections: write_sections(&payload.sections),
        body: Some(write_body(&payload.body)),
    }
    .encode_to_vec()
}

pub(super) fn decode(bytes: &[u8]) -> Result<Payload, Refusal> {
    let message = strict::<v1::Payload>(bytes)?;
    let sections = read_sections("sections.category", message.sections)?;
    let body = read_body(required("body", message.body)?)?;
    Ok(Payload { subject_ref: message.subject_ref, sections, body })
}

pub(super) fn write_sections(sections: &[Section]) -> Vec<v1::Section> {
    let write = |section: &Section| v1::Section {
        category: section.category.code().to_owned(),
        label: section.label.clone(),
        text: section.text.clone(),
    };
    sections.iter().map(write).collect()
}

pub(super) fn read_sections(field: &str, sections: Vec<v1::Section>) -> Result<Vec<Section>, Refusal> {
    let read = |section: v1::Section| {
        let category = code(field, &section.category, Category::parse)?;
        Ok(Section { category, label: section.label, text: section.text })
    };
    sections.into_iter().map(read).collect()
}

fn write_body(body: &Body) -> raw::Body {
    match body {
        Body::ConsultAnon { topic, text } => {
            raw::Body::ConsultAnon(raw::ConsultAnon { topic: topic.clone(), text: text.clone() })
        }
        Body::ReplyAnon { text } => raw::Body::ReplyAnon(raw::ReplyAnon { text: text.clone() }),
        Body::InfoRequest(body) => raw::Body::InfoRequest(write_request(body)),
        Body::InfoReply(body) => raw::Body::InfoReply(write_reply(body)),
        Body::InfoRefusal { reason, what_would_help } => raw::Body::InfoRefusal(raw::InfoRefusal {
            reason: reason.to_string(),
            what_would_help: what_would_help.iter().map(ToString::to_string).collect(),
        }),
        Body::Referral(body) => raw::Body::Referral(write_referral(body)),
        Body::ReferralStatus(body) => raw::Body::ReferralStatus(write_status(body)),
        Body::ReferralForward(body) => raw::Body::ReferralForward(raw::ReferralForward {
            original_sender: body.original_sender.to_string(),
            original_message_id: body.original_message_id.wire(),
            original_envelope_hash: body.original_envelope_hash.wire(),
            why: body.why.to_string(),
            referral: Some(write_referral(&body.referral)),
        }),
        Body::FeedbackMin { code } => raw::Body::FeedbackMin(raw::FeedbackMin { code: code.to_string() }),
        Body::ConsentWithdrawn { handles, successor, scope } => raw::Body::ConsentWithdrawn(raw::ConsentWithdrawn {
            handles: handles.iter().map(Handle::wire).collect(),
            successor_grant_id: successor.map(|id| id.wire()).unwrap_or_default(),
            scope: scope.to_string(),
        }),
        Body::ConsentWithdrawnAnswer { handles, answer, basis } => {
            raw::Body::ConsentWithdrawnAnswer(raw::ConsentWithdrawnAnswer {
                handles: handles.iter().map(Handle::wire).collect(),
                answer: answer.to_string(),
                basis: optional(basis.as_ref()),
            })
        }
        Body::GateRefusal { message_id, envelope_hash, refusal } => {
            raw::Body::GateRefusal(write_refusal(message_id, envelope_hash, refusal))
        }
        Body::Signal(body) => raw::Body::Signal(body.write()),
        Body::Alert(body) => raw::Body::Alert(body.write()),
        Body::NkA(body) => raw::Body::NkA(body.write()),
        Body::NkADispatch(body) => raw::Body::NkADispatch(body.write()),
        Body::NkBRecord { given_on } => raw::Body::NkBRecord(raw::NkBRecord { given_on: given_on.to_string() }),
        Body::NkNote(body) => raw::Body::NkNote(body.write()),
        Body::NkMove(body) => raw::Body::NkMove(body.write()),
        Body::CrimeNotice(body) => raw::Body::CrimeNotice(body.write()),
        Body::CourtNotice(body) => raw::Body::CourtNotice(body.write()),
        Body::PoliceQuery(body) => raw::Body::PoliceQuery(write_request(body)),
        Body::KuratorQuery(body) => raw::Body::KuratorQuery(write_request(body)),
        Body::TransferCase(body) => raw::Body::TransferCase(body.write()),
        Body::MediationRequest(body) => raw::Body::MediationRequest(body.write()),
        Body::MediationNote(body) => raw::Body::MediationNote(body.write()),
        Body::AckHuman { code } => raw::Body::AckHuman(raw::AckHuman { code: code.to_string() }),
    }
}

fn write_request(body: &InfoRequest) -> raw::InfoRequest {
    raw::InfoRequest {
        questions: body.questions.clone(),
        asked: body.asked.iter().map(ToString::to_string).collect(),
        why_needed: body.why_needed.clone(),
    }
}

fn write_refusal(message_id: &MessageId, envelope_hash: &Hash, refusal: &Refusal) -> raw::GateRefusal {
    let detail = |(name, value): (&String, &String)| raw::Detail { name: name.clone(), value: value.clone() };
    raw::GateRefusal {
        message_id: message_id.wire(),
        envelope_hash: envelope_hash.wire(),
        reason: refusal.reason.to_string(),
        details: refusal.details.iter().map(detail).collect(),
    }
}

fn write_reply(body: &InfoReply) -> raw::InfoReply {
    let answers = body.answers.iter().map(|answer| raw::Answer {
        question: answer.question,
        category: answer.category.to_string(),
        text: answer.text.clone(),
    });
    raw::InfoReply { answers: answers.collect(), partial: body.partial }
}

fn write_referral(body: &Referral) -> raw::Referral {
    raw::Referral {
        service: body.service.to_string(),
        goal: body.goal.clone(),
        urgency: body.urgency.to_string(),
        wished_by: optional(body.wished_by.as_ref()),
        language: body.language.clone(),
        accessibility: body.accessibility.clone(),
    }
}

fn write_status(body: &StatusReport) -> raw::ReferralStatus {
    raw::ReferralStatus {
        status: body.status.to_string(),
        decline_reason: optional(body.decline_reason.as_ref()),
        earliest_date: optional(body.earliest_date.as_ref()),
        outcome: optional(body.outcome.as_ref()),
        note: body.note.clone(),
    }
}

fn read_body(body: raw::Body) -> Result<Body, Refusal> {
    Ok(match body {
        raw::Body::ConsultAnon(body) => Body::ConsultAnon { topic: body.topic, text: body.text },
        raw::Body::ReplyAnon(body) => Body::ReplyAnon { text: body.text },
        raw::Body::InfoRequest(body) => Body::InfoRequest(read_request(body)?),
        raw::Body::InfoReply(body) => Body::InfoReply(read_reply(body)?),
        raw::Body::InfoRefusal(body) => Body::InfoRefusal {
            reason: code("reason", &body.reason, DeclineReason::parse)?,
            what_would_help: ascending("what_would_help", &body.what_would_help, |text| {
                code("what_would_help", text, HelpCode::parse)
            })?,
        },
        raw::Body::Referral(body) => Body::Referral(read_referral(body)?),
        raw::Body::ReferralStatus(body) => Body::ReferralStatus(read_status(body)?),
        raw::Body::ReferralForward(body) => Body::ReferralForward(read_forward(body)?),
        raw::Body::FeedbackMin(body) => Body::FeedbackMin { code: code("code", &body.code, FeedbackCode::parse)? },
        raw::Body::ConsentWithdrawn(body) => Body::ConsentWithdrawn {
            handles: handles(&body.handles)?,
            successor: if body.successor_grant_id.is_empty() {
                None
            } else {
                Some(GrantId::parse(&body.successor_grant_id).map_err(|_| invalid("successor_grant_id"))?)
            },
            scope: code("scope", &body.scope, NoticeScope::parse)?,
        },
        raw::Body::ConsentWithdrawnAnswer(body) => Body::ConsentWithdrawnAnswer {
            handles: handles(&body.handles)?,
            answer: code("answer", &body.answer, KeptOrDeleted::parse)?,
            basis: maybe(&body.basis, |text| code("basis", text, BasisCode::parse))?,
        },
        raw::Body::GateRefusal(body) => Body::GateRefusal {
            message_id: MessageId::parse_nonzero(&body.message_id)?,
            envelope_hash: Hash::parse(&body.envelope_hash).map_err(|_| invalid("envelope_hash"))?,
            refusal: read_refusal(&body.reason, body.details)?,
        },
        raw::Body::Signal(body) => Body::Signal(Signal::read(body)?),
        raw::Body::Alert(body) => Body::Alert(Alert::read(body)),
        raw::Body::NkA(body) => Body::NkA(NkForm::read(body)?),
        raw::Body::NkADispatch(body) => Body::NkADispatch(NkDispatch::read(body)?),
        raw::Body::NkBRecord(body) => Body::NkBRecord { given_on: date("given_on", &body.given_on)? },
        raw::Body::NkNote(body) => Body::NkNote(NkNote::read(body)?),
        raw::Body::NkMove(body) => Body::NkMove(NkMove::read(body)?),
        raw::Body::CrimeNotice(body) => Body::CrimeNotice(Notice::read(body)),
        raw::Body::CourtNotice(body) => Body::CourtNotice(Notice::read(body)),
        raw::Body::PoliceQuery(body) => Body::PoliceQuery(read_request(body)?),
        raw::Body::KuratorQuery(body) => Body::KuratorQuery(read_request(body)?),
        raw::Body::TransferCase(body) => Body::TransferCase(TransferCase::read(body)),
        raw::Body::MediationRequest(body) => Body::MediationRequest(MediationRequest::read(body)?),
        raw::Body::MediationNote(body) => Body::MediationNote(MediationNote::read(body)?),
        raw::Body::AckHuman(body) => Body::AckHuman { code: code("code", &body.code, AckCode::parse)? },
    })
}

fn read_request(body: raw::InfoRequest) -> Result<InfoRequest, Refusal> {
    Ok(InfoRequest {
        questions: body.questions,
        asked: ascending("asked", &body.asked, |text| code("asked", text, Category::parse))?,
        why_needed: body.why_needed,
    })
}

fn read_forward(body: raw::ReferralForward) -> Result<Forward, Refusal> {
    let id = |bytes: &[u8]| MessageId::parse(bytes).map_err(|_| invalid("original_message_id"));
    let hash = |bytes: &[u8]| Hash::parse(bytes).map_err(|_| invalid("original_envelope_hash"));
    Ok(Forward {
        original_sender: body.original_sender.parse().map_err(|_| invalid("original_sender"))?,
        original_message_id: id(&body.original_message_id)?,
        original_envelope_hash: hash(&body.original_envelope_hash)?,
        why: code("why", &body.why, DeclineReason::parse)?,
        referral: read_referral(required("referral", body.referral)?)?,
    })
}

fn read_reply(body: raw::InfoReply) -> Result<InfoReply, Refusal> {
    let mut answers = Vec::with_capacity(body.answers.len().min(64));
    for answer in body.answers {
        let category = code("answers.category", &answer.category, Category::parse)?;
        answers.push(Answer { question: answer.question, category, text: answer.text });
    }
    Ok(InfoReply { answers, partial: body.partial })
}

fn read_referral(body: raw::Referral) -> Result<Referral, Refusal> {
    Ok(Referral {
        service: code("service", &body.service, ServiceCode::parse)?,
        goal: body.goal,
        urgency: code("urgency", &body.urgency, Urgency::parse)?,
        wished_by: maybe(&body.wished_by, |text| date("wished_by", text))?,
        language: body.language,
        accessibility: body.accessibility,
    })
}

fn read_status(body: raw::ReferralStatus) -> Result<StatusReport, Refusal> {
    Ok(StatusReport {
        status: code("status", &body.status, ReferralStatus::parse)?,
        decline_reason: maybe(&body.decline_reason, |text| code("decline_reason", text, DeclineReason::parse))?,
        earliest_date: maybe(&body.earliest_date, |text| date("earliest_date", text))?,
        outcome: maybe(&body.outcome, |text| code("outcome", text, Outcome::parse))?,
        note: body.note,
    })
}

fn read_refusal(reason: &str, details: Vec<raw::Detail>) -> Result<Refusal, Refusal> {
    let mut refusal = Refusal::new(Reason::parse(reason).ok_or_else(|| invalid("reason"))?);
    if !details.iter().is_sorted_by(|a, b| a.name < b.name) {
        return Err(invalid("details"));
    }
    refusal.details = details.into_iter().map(|detail| (detail.name, detail.value)).collect();
    Ok(refusal)
}

fn handles(list: &[Bytes]) -> Result<BTreeSet<Handle>, Refusal> {
    ascending("handles", list, |bytes| Handle::parse(bytes).map_err(|_| invalid("handles")))
}

pub(super) fn code<T>(field: &str, text: &str, parse: impl Fn(&str) -> Result<T, UnknownCode>) -> Result<T, Refusal> {
    parse(text).map_err(|_| invalid(field))
}

/// A date exactly in the form `2026-11-02`.
pub(super) fn date(field: &str, text: &str) -> Result<Date, Refusal> {
    let date: Date = text.parse().map_err(|_| invalid(field))?;
    if date.to_string() == text { Ok(date) } else { Err(invalid(field)) }
}

pub(super) fn maybe<T>(text: &str, parse: impl Fn(&str) -> Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

pub(super) fn optional<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// A list that must be strictly ascending, so that a set has one form only.
fn ascending<R, T: Ord>(
    field: &str,
    list: &[R],
    parse: impl Fn(&R) -> Result<T, Refusal>,
) -> Result<BTreeSet<T>, Refusal> {
    let items = list.iter().map(parse).collect::<Result<Vec<T>, Refusal>>()?;
    if items.is_sorted_by(|a, b| a < b) { Ok(items.into_iter().collect()) } else { Err(invalid(field)) }
}
