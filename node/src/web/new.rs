//! A new case: the form, the page before sending, the draft that waits, and the sending itself.

mod basis;
mod check;
mod form;
mod gate;
mod lawful;
mod letter;
mod nk;
mod person;
mod recipient;
mod sent;
mod service;
mod topic;

use std::collections::BTreeMap;

use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;

use self::person::numbered;
use self::recipient::{Where, place};
use self::topic::Topic;
use super::ask::{Answer, Ask, go};
use super::fields::Fields;
use crate::casework::{self, CaseView};
use crate::referral::Side;
use crate::store::casework::Direction;

pub(super) use self::basis::alive;
pub(super) use self::gate::{Way, consent as case_consent, of_case, otherwise as case_otherwise, signed};
pub(super) use self::person::{Person, bearing, known};
pub(super) use self::sent::sent;

/// Where what was reviewed is sent.
const SEND: &str = "/nowe/wyslij";
/// Fields that are no part of a draft.
const PASSING: &[&str] = &["csrf", "raz", "held", "pole", "dodaj", "pokazano"];

/// How long each institution usually takes to answer, as a sentence; those of which too little is known are missing.
async fn usual(ask: &Ask) -> Result<BTreeMap<InstitutionId, String>, Refusal> {
    let said = |(id, time): (InstitutionId, String)| (id, ask.texts().fill("w-new-usual", &[("time", &time)]));
    Ok(super::directory::usual(ask).await?.into_iter().map(said).collect())
}

/// Under which page the draft of a form lies.
pub(super) fn desk(fields: &Fields) -> &'static str {
    if fields.get("rodzaj").is_empty() { "/nowe" } else { "/nowe/ustawowe" }
}

fn keep(ask: &Ask, fields: &Fields) {
    ask.web().desks.set_draft(ask.token(), ask.now_ms(), desk(fields), fields.without(PASSING));
}

/// The form of a referral: filled with what was asked for in the address, else with the draft that waits.
pub(super) async fn form(ask: Ask) -> Answer {
    if Topic::Referral.rows(ask.node().me()).is_empty() {
        return go("/nowe/ustawowe");
    }
    let query = ask.query();
    let mut draft = ask.web().desks.draft(ask.token(), ask.now_ms(), "/nowe");
    // The consent that was just signed carries what waited for it, where it is the same person's.
    let fresh = query.get("podpisana");
    if !fresh.is_empty() {
        draft = draft.map(|draft| draft.with("podstawa", fresh));
    }
    let prefilled = ["osoba", "do", "sprawa"].iter().any(|name| !query.get(name).is_empty());
    if !prefilled {
        let note = draft.as_ref().map(|_| ask.texts().say("w-new-draft-shown"));
        return form::show(&ask, &draft.unwrap_or_default(), None, note).await;
    }
    let note = draft.map(|_| ask.texts().say("w-new-draft-waits"));
    match query.get("sprawa") {
        "" => form::show(&ask, &asked_for(&ask, query).await?, None, note).await,
        number => copied(&ask, number, note).await,
    }
}

/// The fields that an address names: a case or a consent stands for its person.
async fn asked_for(ask: &Ask, query: &Fields) -> Result<Fields, Refusal> {
    let mut fields = Fields::default();
    for name in ["osoba", "do", "rodzaj", "podstawa"] {
        let value = query.get(name);
        let value = match name {
            "osoba" if value.starts_with("W-") || value.starts_with("Z-") => {
                let hit = ask.names().await?.of(value);
                hit.map(|hit| if hit.subject_ref.is_empty() { hit.name } else { hit.subject_ref }).unwrap_or_default()
            }
            _ => value.to_owned(),
        };
        if !value.is_empty() {
            fields = fields.with(name, &value);
        }
    }
    Ok(fields)
}

/// The form with what an own case says, to send it in another way. The case itself stays as it is until then.
async fn copied(ask: &Ask, number: &str, note: Option<String>) -> Answer {
    let view = casework::show(ask.node(), &ask.worker()?, number).await?;
    let fields = content(&view);
    let wanted = if fields.get("do").is_empty() { "do" } else { ask.query().get("pole") };
    let fields = fields.with("pole", wanted);
    let first = view.messages.first().map_or("", |message| message.kind.as_str());
    let topic = Topic::OTHERS.into_iter().find(|topic| topic.kind().code() == first);
    match topic {
        Some(topic) => lawful::show(ask, topic, &fields.with("rodzaj", topic.kind().code()), None, note).await,
        None => form::show(ask, &fields, None, note).await,
    }
}

/// What the first message of an own case says, as fields of a form.
fn content(view: &CaseView) -> Fields {
    let line = &view.line;
    let held = view.problem.is_some() && line.status == wiez_proto::vocab::ReferralStatus::Held;
    // The number under which somebody else sent a case is no own one.
    let own = if line.side == Side::Referrer { line.subject_ref.as_str() } else { "" };
    let mut fields = Fields::default().with("osoba", own);
    if held {
        fields = fields.with("do", line.peer.as_str());
    }
    let first = view.messages.iter().find(|message| message.direction == Direction::Out);
    for one in first.map_or(&[][..], |message| message.fields.as_slice()) {
        let name = match one.name.as_str() {
            "goal" | "what" | "incident" | "why_needed" => "opis".to_owned(),
            "service" => "usluga".to_owned(),
            "urgency" => "pilnosc".to_owned(),
            "wished_by" => "zyczony".to_owned(),
            name => format!("dane-{name}"),
        };
        if one.role.is_none() {
            fields = fields.with(&name, &one.text);
        }
    }
    if held { fields.with("zamiast", &line.number) } else { fields }
}

/// The kinds of what needs no consent, or the form of one.
pub(super) async fn lawful_form(ask: Ask) -> Answer {
    let fields = asked_for(&ask, ask.query()).await?;
    if fields.get("rodzaj").is_empty() {
        return lawful::kinds(&ask, &fields).await;
    }
    let topic = Topic::of(&fields)?;
    let draft = ask.web().desks.draft(ask.token(), ask.now_ms(), "/nowe/ustawowe");
    let same = draft.filter(|draft| draft.get("rodzaj") == fields.get("rodzaj") && fields.get("osoba").is_empty());
    let note = same.as_ref().map(|_| ask.texts().say("w-new-draft-shown"));
    lawful::show(&ask, topic, &same.unwrap_or(fields), None, note).await
}

/// The form again, with everything that was typed.
async fn typed(ask: &Ask, fields: &Fields, refusal: Option<&Refusal>, note: Option<String>) -> Answer {
    let topic = Topic::of(fields)?;
    if topic == Topic::Referral {
        return form::show(ask, fields, refusal, note).await;
    }
    lawful::show(ask, topic, fields, refusal, note).await
}

/// Back from the page before sending, or one more person in a form.
pub(super) async fn again(ask: Ask) -> Answer {
    let fields = numbered(ask.fields());
    keep(&ask, &fields);
    typed(&ask, &fields, None, None).await
}

/// Keeps what was typed until the session ends.
pub(super) async fn keep_draft(ask: Ask) -> Answer {
    let fields = numbered(ask.fields());
    keep(&ask, &fields);
    typed(&ask, &fields, None, Some(ask.texts().say("w-new-kept"))).await
}

/// Checks what was typed and shows who will see it; a basis of another kind leads to its own form.
pub(super) async fn review(ask: Ask) -> Answer {
    let fields = numbered(ask.fields());
    keep(&ask, &fields);
    if let Some(answer) = elsewhere(&ask, &fields).await {
        return answer;
    }
    match check::known(&ask, &fields).await {
        Ok(known) => check::show(&ask, &fields, &known, None).await,
        Err(wrong) => typed(&ask, &fields, Some(&wrong), None).await,
    }
}

/// Where a chosen basis leads, when it is none of this form's own.
async fn elsewhere(ask: &Ask, fields: &Fields) -> Option<Answer> {
    if Topic::of(fields).ok()? != Topic::Referral {
        return None;
    }
    let carried = |code: &str, basis: &str| {
        fields.without(&["podstawa", "pole", "bez"]).with("rodzaj", code).with("podstawa", basis)
    };
    match fields.get("podstawa") {
        "nowa-zgoda" => Some(to_consent(ask, fields).await),
        "przepis" => Some(lawful::kinds(ask, fields).await),
        "zycie" => {
            let fields = carried(Topic::Alert.kind().code(), "VITAL");
            Some(lawful::show(ask, Topic::Alert, &fields, None, None).await)
        }
        chosen => {
            let (code, basis) = chosen.split_once(':')?;
            let fields = carried(code, basis);
            let topic = Topic::of(&fields).ok()?;
            Some(lawful::show(ask, topic, &fields, None, None).await)
        }
    }
}

/// To a new consent, filled in as far as it is known; what was typed waits.
pub(super) async fn consent(ask: Ask) -> Answer {
    let fields = numbered(ask.fields());
    to_consent(&ask, &fields).await
}

async fn to_consent(ask: &Ask, fields: &Fields) -> Answer {
    // The consent that is made now will carry it, and neither the wish for one nor the one that was too narrow.
    keep(ask, &fields.without(&["podstawa"]));
    let whom = person::whom(ask, fields).await?;
    let person = whom.person().map_or("", |person| person.subject_ref.as_str());
    let to = match place(ask, Topic::Referral, fields.get("do")) {
        Where::Is(to) => to.entry.institution.to_string(),
        Where::OneOf(_) | Where::Unknown | Where::Missing => String::new(),
    };
    let codes = fields.codes::<wiez_proto::vocab::Category>("kategorie")?;
    let codes: Vec<&str> = codes.into_iter().map(wiez_proto::vocab::Category::code).collect();
    go(&gate::consent_path(person, &to, &codes.join(","), "nowe"))
}

/// Sends what was shown. What the gate refuses stays on the page with the ways out; what would be about somebody else, or
/// go under another consent than the page showed, is shown first.
pub(super) async fn send(ask: Ask) -> Answer {
    let fields = numbered(ask.fields());
    keep(&ask, &fields);
    let known = match check::known(&ask, &fields).await {
        Ok(known) => known,
        Err(wrong) => return typed(&ask, &fields, Some(&wrong), None).await,
    };
    let shown = known.clear() && fields.get("pokazano") == known.pledge();
    let Some(order) = known.order.clone().filter(|_| shown) else {
        return check::show(&ask, &fields, &known, None).await;
    };
    let instead_of = Some(fields.get("zamiast").to_owned()).filter(|number| !number.is_empty());
    let done = order.send(ask.node(), &ask.worker()?, instead_of).await;
    let place = match &done {
        Ok(sent) => format!("/sprawy/{}/wyslano", sent.number),
        Err(refusal) => match refusal.details.get("case") {
            // It waits for a second person, or the gate kept it: the case says which, and what helps.
            Some(number) => format!("/sprawy/{number}"),
            None => return check::show(&ask, &fields, &known, Some(refusal)).await,
        },
    };
    ask.forget(desk(&fields));
    go(&place)
}

/// Forgets a draft and begins anew.
pub(super) async fn fresh(ask: Ask) -> Answer {
    let page = desk(ask.fields());
    ask.forget(page);
    go(page)
}

/// Where a page leads that only takes a form.
pub(super) async fn back(_: Ask) -> Answer {
    go("/nowe")
}
