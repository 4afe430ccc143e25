//! From the fields of a form to what is sent: a referral, a question, a report.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, ToSpan};
use wiez_proto::calendar::warsaw;
use wiez_proto::id::InstitutionId;
use wiez_proto::payload::{Referral, Section};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::{FormalRef, Phoned, Statement};
use wiez_proto::vocab::{
    BasisCode, Category, FormalChannel, InstitutionKind, Purpose, ServiceCode, SignalReason, Urgency,
};
use wiez_proto::wire::invalid;

use super::super::ask::Ask;
use super::super::fields::Fields;
use super::basis::{Carrying, purpose};
use super::nk;
use super::person::Person;
use super::recipient::To;
use super::service;
use super::topic::{Topic, bases, usual};
use crate::casework::act::{Addressed, Lawful, LeftOut, Matter, Order, Under, Wanted};

/// Name of a form's field with the text of a category.
pub(super) fn field_of(category: Category) -> String {
    format!("dane-{category}")
}

/// What the gate named and the worker leaves out.
///
/// # Errors
/// `FIELD_INVALID`.
pub(super) fn left_out(fields: &Fields) -> Result<BTreeSet<LeftOut>, Refusal> {
    fields.codes::<LeftOut>("bez")
}

/// The facts of a form, one section for each category that has a text. The name of a known person stands there by
/// itself, so that nobody types it twice.
fn sections(topic: Topic, fields: &Fields, person: &Person) -> Result<Vec<Section>, Refusal> {
    let without = left_out(fields)?;
    let goes = |category: &Category| !without.contains(&LeftOut { under: Under::Everywhere, category: *category });
    let text = |category: Category| {
        let typed = fields.get(&field_of(category)).to_owned();
        if typed.is_empty() && category == Category::IdName && topic != Topic::BlueCard {
            person.name.clone()
        } else {
            typed
        }
    };
    let all = Category::ALL.iter().copied().filter(goes).map(|category| (category, text(category)));
    let filled = all.filter(|(_, text)| !text.is_empty());
    Ok(filled.map(|(category, text)| Section { category, label: String::new(), text }).collect())
}

/// What a form says, for one person and one institution.
///
/// # Errors
/// `FIELD_MISSING` or `FIELD_INVALID` with the name of the field.
pub(super) fn order(
    ask: &Ask,
    topic: Topic,
    fields: &Fields,
    person: &Person,
    to: &To,
    under: &Carrying,
) -> Result<Order, Refusal> {
    let sections = sections(topic, fields, person)?;
    if topic == Topic::Referral {
        let body = referral(fields, to.entry.kind)?;
        return Ok(Order::Refer(addressed(fields, person, to, under, Purpose::Service)?, sections, body));
    }
    let basis = lawful_basis(ask, topic, fields, to);
    if topic == Topic::Info && basis.is_none() {
        let to = addressed(fields, person, to, under, Purpose::Assist)?;
        return Ok(Order::Ask(to, sections, wanted(fields)?));
    }
    let basis = basis.ok_or_else(|| Refusal::new(Reason::FieldMissing).with("field", "podstawa"))?;
    let lawful = lawful(ask, topic, fields, person, &to.entry.institution, basis)?;
    if topic.asks() {
        return Ok(Order::Query(lawful, sections, wanted(fields)?));
    }
    let (sections, matter) = matter(topic, fields, sections)?;
    Ok(Order::Report(lawful, sections, matter))
}

fn addressed(
    fields: &Fields,
    person: &Person,
    to: &To,
    under: &Carrying,
    usual: Purpose,
) -> Result<Addressed, Refusal> {
    Ok(Addressed {
        to: to.entry.institution.clone(),
        subject_ref: person.subject_ref.clone(),
        // Never another one of the same number: what the page did not show carries nothing.
        consent: Some(under.number.clone().unwrap_or_default()),
        purpose: purpose(under.alive.as_ref(), usual),
        urgency: fields.code_or_none("pilnosc")?.unwrap_or(Urgency::U3Normal),
    })
}

fn referral(fields: &Fields, kind: InstitutionKind) -> Result<Referral, Refusal> {
    let goal = required(fields, "opis")?;
    let typed = fields.code_or_none::<ServiceCode>("usluga")?;
    let service = typed.or_else(|| service::fitting(&goal, kind));
    Ok(Referral {
        service: service.ok_or_else(|| Refusal::new(Reason::FieldMissing).with("field", "usluga"))?,
        goal,
        urgency: Urgency::U3Normal,
        wished_by: fields.code_or_none("zyczony")?,
        language: String::new(),
        accessibility: String::new(),
    })
}

fn required(fields: &Fields, name: &'static str) -> Result<String, Refusal> {
    let text = fields.get(name);
    if text.is_empty() { Err(Refusal::new(Reason::FieldMissing).with("field", name)) } else { Ok(text.to_owned()) }
}

/// The statute that was chosen, or the only one of the topic between these institutions.
fn lawful_basis(ask: &Ask, topic: Topic, fields: &Fields, to: &To) -> Option<BasisCode> {
    let typed = fields.get("podstawa");
    let fitting = bases(&topic.between(ask.node().me(), &to.entry));
    if let Ok(basis) = BasisCode::parse(typed) {
        return Some(basis);
    }
    if topic == Topic::Info && !typed.is_empty() {
        return None;
    }
    // What does not go between these two is for the gate to refuse, with its reason.
    usual(topic, &fitting).or_else(|| usual(topic, &bases(&topic.rows(ask.node().me()))))
}

fn lawful(
    ask: &Ask,
    topic: Topic,
    fields: &Fields,
    person: &Person,
    to: &InstitutionId,
    basis: BasisCode,
) -> Result<Lawful, Refusal> {
    let usual = if basis == BasisCode::Vital { Urgency::U0Life } else { Urgency::U3Normal };
    let text = |name: &str| fields.get(name).to_owned();
    let statement = Statement {
        case_ref: text("sygnatura"),
        officer: text("funkcjonariusz"),
        order_ref: text("orzeczenie"),
        justification: text("uzasadnienie"),
        formal_ref: letter(fields)?,
        override_reason: text("dlaczego-zglaszajacy"),
        started_on: if topic == Topic::BlueCard { fields.code_or_none("wszczeto")? } else { None },
        phoned: phoned(ask, fields)?,
        ..Statement::of(basis)
    };
    Ok(Lawful {
        to: to.clone(),
        subject_ref: person.subject_ref.clone(),
        urgency: fields.code_or_none("pilnosc")?.unwrap_or(usual),
        statement,
        release: fields.code_or_none("tajemnica")?,
        // None is asked for; one that somebody sends along is for the gate to refuse.
        consent: Some(text("zgoda")).filter(|number| !number.is_empty()),
    })
}

/// The formal letter, when its number is known.
fn letter(fields: &Fields) -> Result<Option<FormalRef>, Refusal> {
    let number = fields.get("pismo-numer").to_owned();
    if number.is_empty() {
        return Ok(None);
    }
    let channel = fields.code::<FormalChannel>("pismo-kanal")?;
    Ok(Some(FormalRef { channel, number, date: fields.code::<Date>("pismo-data")? }))
}

/// The call before an alert; a time of day that has not come was yesterday's.
fn phoned(ask: &Ask, fields: &Fields) -> Result<Option<Phoned>, Refusal> {
    let (who, when) = (fields.get("dzwoniono"), fields.get("dzwoniono-o"));
    if who.is_empty() {
        return Ok(None);
    }
    let bad = || invalid("dzwoniono-o");
    let now = Timestamp::from_millisecond(ask.now_ms()).map_err(|_| bad())?.to_zoned(warsaw());
    let at = if when.is_empty() {
        now.clone()
    } else {
        let time = Time::strptime("%H:%M", when).map_err(|_| bad())?;
        let day = if time > now.time() { now.date().checked_sub(1.day()).map_err(|_| bad())? } else { now.date() };
        DateTime::from_parts(day, time).to_zoned(warsaw()).map_err(|_| bad())?
    };
    let by = ask.worker()?.name.clone();
    Ok(Some(Phoned { who: who.to_owned(), at_ms: at.timestamp().as_millisecond(), by }))
}

fn wanted(fields: &Fields) -> Result<Wanted, Refusal> {
    let questions = fields.all("pytanie").map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let questions: Vec<String> = questions.collect();
    if questions.is_empty() {
        return Err(Refusal::new(Reason::FieldMissing).with("field", "pytanie"));
    }
    let mut asked = fields.codes::<Category>("zakres")?;
    for one in left_out(fields)?.iter().filter(|one| one.under == Under::Everywhere) {
        asked.remove(&one.category);
    }
    if asked.is_empty() {
        return Err(Refusal::new(Reason::FieldMissing).with("field", "zakres"));
    }
    Ok(Wanted { questions, asked, why_needed: required(fields, "opis")? })
}

/// What is reported, and the facts that stand beside it.
fn matter(topic: Topic, fields: &Fields, facts: Vec<Section>) -> Result<(Vec<Section>, Matter), Refusal> {
    let what = required(fields, "opis")?;
    let text = |name: &str| fields.get(name).to_owned();
    let matter = match topic {
        Topic::Signal => {
            let reason = fields.code_or_none("powod")?.unwrap_or(SignalReason::SupportNeeded);
            Matter::Signal { reason, family_knows: fields.get("rodzina-wie") == "tak", what }
        }
        Topic::Alert => Matter::Alert { what, place: text("miejsce"), in_danger: text("zagrozony") },
        Topic::BlueCard => return Ok((vec![], Matter::NkA { form: nk::form(fields, what, facts)? })),
        Topic::Crime => Matter::Crime { what },
        Topic::Court => Matter::Court { what },
        Topic::Referral | Topic::Info | Topic::Police | Topic::Probation => {
            return Err(Refusal::new(Reason::FieldInvalid).with("field", "rodzaj"));
        }
    };
    Ok((facts, matter))
}
