//! The page before sending: what goes, who will see it, on which basis – and the gate's answer, asked beforehand.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Category, ServiceCode};

use super::super::ask::{Answer, Ask, page_as};
use super::super::fault::{Told, status};
use super::super::fields::Fields;
use super::super::frame::Frame;
use super::super::words::{Choice, choices, due, field};
use super::basis::{Carrying, Consent, Consents, consents, statutes};
use super::form::{Ground, labelled};
use super::gate::{Way, of_form};
use super::letter::{field_of, order};
use super::person::{Person, Whom, whom};
use super::recipient::{To, Where, place};
use super::topic::Topic;
use crate::casework::Field;
use crate::casework::act::{Judged, Order, Shown};

/// A form as far as it is understood.
pub(super) struct Known {
    pub(super) topic: Topic,
    pub(super) whom: Whom,
    pub(super) place: Where,
    consents: Consents,
    /// Under which of them it goes.
    under: Carrying,
    /// What goes; none while the institution is not clear.
    pub(super) order: Option<Order>,
    /// The gate's answer; none while the person is not clear, or under which of several consents it goes.
    pub(super) judged: Option<Judged>,
}

impl Known {
    /// Whom, under which number and consent it is about: what a page shows, and nothing else is sent from it.
    pub(super) fn pledge(&self) -> String {
        let consent = match &self.order {
            Some(Order::Refer(to, ..) | Order::Ask(to, ..)) => to.consent.as_deref().unwrap_or_default(),
            Some(Order::Query(..) | Order::Report(..)) | None => "",
        };
        let person = self.whom.person().map(|one| format!("{}\t{}", one.subject_ref, one.name)).unwrap_or_default();
        format!("{person}\t{consent}").trim().to_owned()
    }

    /// Whether several consents could carry it and none was chosen.
    fn several(&self) -> bool {
        let consent = matches!(self.order, Some(Order::Refer(..) | Order::Ask(..)));
        consent && self.consents.alive.len() > 1 && self.under.number.is_none()
    }

    /// Whether it may be sent as it is shown.
    pub(super) fn clear(&self) -> bool {
        self.judged.is_some() && self.refused().is_none()
    }

    /// The institution, where it is one and open.
    fn to(&self) -> Option<&To> {
        match &self.place {
            Where::Is(to) => Some(to.as_ref()).filter(|to| to.closed.is_none()),
            Where::OneOf(_) | Where::Unknown | Where::Missing => None,
        }
    }

    /// The gate's no that nobody here can wait for.
    pub(super) fn refused(&self) -> Option<&Refusal> {
        // A changed key rings a bell where it is sent; nothing that is typed here mends it.
        let rings = |refusal: &&Refusal| refusal.reason == Reason::KeyChanged && self.topic.demanded();
        let judged = self.judged.as_ref().filter(|judged| !judged.waits)?;
        judged.refusal.as_ref().filter(|refusal| !rings(refusal))
    }
}

/// Understands a form, and asks the gate where everything is clear.
///
/// # Errors
/// What is missing or wrong in it, by the name of the field.
pub(super) async fn known(ask: &Ask, fields: &Fields) -> Result<Known, Refusal> {
    let topic = Topic::of(fields)?;
    let (whom, place) = (whom(ask, fields).await?, place(ask, topic, fields.get("do")));
    let missing = |name: &str| Refusal::new(Reason::FieldMissing).with("field", name);
    let (consents_of, under) = (Consents::default(), Carrying::default());
    let mut known = Known { topic, whom, place, consents: consents_of, under, order: None, judged: None };
    if known.whom == Whom::Missing {
        return Err(missing("osoba"));
    }
    match &known.place {
        Where::Missing => return Err(missing("do")),
        Where::Unknown => return Err(Refusal::new(Reason::RecipientUnknown).with("institution", fields.get("do"))),
        Where::OneOf(_) => return Ok(known),
        Where::Is(_) => {}
    }
    let Some(to) = known.to().cloned() else { return Ok(known) };
    // Until it is clear who is meant, what she is called here stands for her; nothing is asked of the gate.
    let nobody = Person { subject_ref: String::new(), name: typed_name(&known.whom), numbers: vec![] };
    let person = known.whom.person().cloned();
    if let Some(person) = &person {
        known.consents = consents(ask, person, &to.entry.institution).await?;
        known.under = known.consents.under(person, fields.get("podstawa"), ask.path() == super::SEND);
    }
    let order = order(ask, topic, fields, person.as_ref().unwrap_or(&nobody), &to, &known.under)?;
    order.shown()?;
    known.order = Some(order.clone());
    if person.is_some() && !known.several() {
        known.judged = Some(order.judge(ask.node(), &ask.worker()?).await?);
    }
    Ok(known)
}

fn typed_name(whom: &Whom) -> String {
    match whom {
        Whom::New(name) => name.clone(),
        Whom::Is(_) | Whom::OneOf(_) | Whom::Missing => String::new(),
    }
}

/// One line of the summary.
struct Line {
    heading: String,
    text: String,
    /// The field that changes it; empty where another page does.
    field: String,
    covered: Option<bool>,
}

/// A person or an institution to choose.
struct Offer {
    code: String,
    name: String,
    hint: String,
    closed: bool,
}

#[derive(Template)]
#[template(path = "new_check.html")]
struct CheckPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    /// Whether it is shown once more, because it is about somebody else or goes under another consent than was shown.
    again: bool,
    ways: Vec<Way>,
    kind: String,
    person: Option<(String, String)>,
    people: Vec<Offer>,
    stranger: Option<String>,
    to: Option<(String, String)>,
    usual: Option<String>,
    places: Vec<Offer>,
    lines: Vec<Line>,
    services: Vec<Choice>,
    statutes: Vec<Ground>,
    consents: Vec<Ground>,
    basis: String,
    due: String,
    sees: String,
    hub: String,
    waits: bool,
    apart: bool,
    /// Whether it can be sent from here.
    ready: bool,
    hidden: Vec<(String, String)>,
}

/// The page, with a refusal of what was just tried.
pub(super) async fn show(ask: &Ask, fields: &Fields, known: &Known, refusal: Option<&Refusal>) -> Answer {
    let (t, lang) = (ask.texts(), ask.lang());
    let (refusal, usual) = (refusal.or_else(|| known.refused()), super::usual(ask).await?);
    let shown = match &known.order {
        Some(order) => Some(order.shown()?),
        None => None,
    };
    let lawful = matches!(known.order, Some(Order::Query(..) | Order::Report(..)));
    let told = refusal.map(|refusal| Told::of(&labelled(t, refusal), lang));
    let f = Frame::new(ask, "w-new-check-title").under("/nowe");
    let (several, to) = (known.several(), known.to());
    let sends = ask.path() == super::SEND;
    let page = CheckPage {
        f: if told.is_some() { f.problem() } else { f },
        again: sends && known.clear() && fields.get("pokazano") != known.pledge(),
        ways: refusal.map(|refusal| of_form(t, refusal, lawful)).unwrap_or_default(),
        told,
        kind: known.topic.kind().label(lang).to_owned(),
        person: known.whom.person().map(|one| (one.subject_ref.clone(), one.name.clone())),
        people: people(&known.whom, fields.get("osoba")),
        stranger: match &known.whom {
            Whom::New(name) => Some(name.clone()),
            Whom::Is(_) | Whom::OneOf(_) | Whom::Missing => None,
        },
        to: to.map(|to| (to.entry.name.clone(), to.entry.phone.clone())),
        usual: to.and_then(|to| usual.get(&to.entry.institution).cloned()),
        places: places(&usual, &known.place),
        lines: shown.as_ref().map(|shown| lines(ask, known, shown)).unwrap_or_default(),
        services: services(ask, known),
        statutes: if known.topic == Topic::Referral { ways_without(ask, to) } else { vec![] },
        consents: if several { grounds(ask, &known.consents.alive) } else { vec![] },
        basis: basis(ask, known),
        due: known
            .judged
            .as_ref()
            .and_then(|judged| judged.due_ms)
            .map(|ms| due(t, ask.now_ms(), ms))
            .unwrap_or_default(),
        sees: shown.as_ref().zip(to).map(|(shown, to)| sees(ask, shown, to)).unwrap_or_default(),
        hub: t.say("w-new-hub-sees"),
        waits: known.judged.as_ref().is_some_and(|judged| judged.waits),
        apart: known.judged.as_ref().and_then(|judged| judged.row).is_some_and(wiez_proto::policy::Row::hidden),
        ready: known.clear(),
        hidden: hidden(fields, known),
    };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &page)
}

fn people(whom: &Whom, typed: &str) -> Vec<Offer> {
    let Whom::OneOf(people) = whom else { return vec![] };
    let option = |one: &Person| Offer {
        code: one.code(typed),
        name: one.name.clone(),
        hint: one.subject_ref.clone(),
        closed: false,
    };
    people.iter().map(option).collect()
}

fn places(usual: &BTreeMap<InstitutionId, String>, place: &Where) -> Vec<Offer> {
    let option = |to: &To| Offer {
        code: to.entry.institution.to_string(),
        name: to.entry.name.clone(),
        hint: to.closed.clone().or_else(|| usual.get(&to.entry.institution).cloned()).unwrap_or_default(),
        closed: to.closed.is_some(),
    };
    match place {
        Where::OneOf(all) => all.iter().map(option).collect(),
        Where::Is(to) if to.closed.is_some() => vec![option(to)],
        Where::Is(_) | Where::Unknown | Where::Missing => vec![],
    }
}

/// The field of the form that holds what a message says.
fn field_behind(one: &Field) -> String {
    match Category::parse(&one.name) {
        Ok(category) if one.role.is_none() => field_of(category),
        Ok(_) => "rola".to_owned(),
        Err(_) => match one.name.as_str() {
            "goal" | "what" | "incident" | "why_needed" => "opis",
            "question" => "pytanie",
            "asked" => "zakres",
            "urgency" => "pilnosc",
            "wished_by" => "zyczony",
            "place" | "where" => "miejsce",
            "in_danger" => "zagrozony",
            "reason" | "signal_reason" => "powod",
            "family_knows" => "rodzina-wie",
            "case_ref" => "sygnatura",
            "officer" => "funkcjonariusz",
            "order_ref" => "orzeczenie",
            "justification" => "uzasadnienie",
            "override_reason" => "dlaczego-zglaszajacy",
            "started_on" => "wszczeto",
            "formal_ref" => "pismo-numer",
            "phoned" => "dzwoniono",
            "basis" => "podstawa",
            _ => "",
        }
        .to_owned(),
    }
}

fn lines(ask: &Ask, known: &Known, shown: &Shown) -> Vec<Line> {
    let t = ask.texts();
    let consent = matches!(known.order, Some(Order::Refer(..) | Order::Ask(..)));
    let give = known.under.alive.as_ref().filter(|_| consent).map(|consent| &consent.give);
    let line = |one: &Field| {
        let fact = field(t, one);
        // Service and goal of a referral are themselves what is planned for the person.
        let category = if one.name == "goal" { Some(Category::PlanTasks) } else { Category::parse(&one.name).ok() };
        Line {
            heading: fact.heading,
            text: fact.text,
            field: field_behind(one),
            covered: category.zip(give).map(|(category, give)| give.contains(&category)),
        }
    };
    // The service has a list of its own on this page.
    let own = |one: &&Field| one.name != "service" && one.name != "phoned_at_ms" && one.name != "form_version";
    shown.fields.iter().filter(own).chain(shown.statement.iter().filter(own)).map(line).collect()
}

fn services(ask: &Ask, known: &Known) -> Vec<Choice> {
    let Some(Order::Refer(_, _, referral)) = &known.order else { return vec![] };
    choices(ServiceCode::ALL.iter().map(|one| (one.code(), one.label(ask.lang()).to_owned())), referral.service.code())
}

/// What could go there without a consent, proposed before any consent.
fn ways_without(ask: &Ask, to: Option<&To>) -> Vec<Ground> {
    let Some(to) = to else { return vec![] };
    let ground = |one: super::basis::Statute| Ground {
        code: format!("{}:{}", one.topic.kind(), one.basis),
        name: one.topic.kind().label(ask.lang()).to_owned(),
        hint: one.basis.label(ask.lang()).to_owned(),
        chosen: false,
    };
    statutes(ask.node().me(), &to.entry).into_iter().map(ground).collect()
}

fn grounds(ask: &Ask, consents: &[Consent]) -> Vec<Ground> {
    let t = ask.texts();
    let ground = |one: &Consent| {
        let names: Vec<&str> = one.give.iter().map(|category| category.label(t.lang())).collect();
        Ground { code: one.number.clone(), name: one.told(t), hint: names.join(", "), chosen: false }
    };
    consents.iter().map(ground).collect()
}

/// The basis in words.
fn basis(ask: &Ask, known: &Known) -> String {
    let t = ask.texts();
    match &known.order {
        Some(Order::Query(to, ..) | Order::Report(to, ..)) => to.statement.basis.label(t.lang()).to_owned(),
        Some(Order::Refer(..) | Order::Ask(..)) => {
            let label = || BasisClass::Consent.label(t.lang()).to_owned();
            known.under.alive.as_ref().map_or_else(label, |one| one.told(t))
        }
        None => String::new(),
    }
}

/// Who will see what, as one sentence.
fn sees(ask: &Ask, shown: &Shown, to: &To) -> String {
    let t = ask.texts();
    let mut names: Vec<String> = vec![t.say("w-new-sees-number")];
    for one in shown.fields.iter().chain(&shown.statement).filter(|one| one.name != "form_version") {
        let heading = field(t, one).heading;
        if !names.contains(&heading) {
            names.push(heading);
        }
    }
    t.fill("w-new-sees", &[("peer", &to.entry.name), ("what", &names.join("; "))])
}

/// What the page carries, so that exactly what was shown is sent, whatever another window does meanwhile.
fn hidden(fields: &Fields, known: &Known) -> Vec<(String, String)> {
    let mut own = vec!["csrf", "raz", "held", "pole", "dodaj", "numer", "numer-nowy", "pokazano"];
    let mut out = vec![("pokazano".to_owned(), known.pledge())];
    if let Some(person) = known.whom.person() {
        out.push(("numer".to_owned(), person.code(fields.get("osoba"))));
    }
    if let Where::Is(to) = &known.place {
        own.push("do");
        out.push(("do".to_owned(), to.entry.institution.to_string()));
    } else if matches!(known.place, Where::OneOf(_)) {
        own.push("do");
    }
    if matches!(known.order, Some(Order::Refer(..))) {
        own.push("usluga");
    }
    if known.several() {
        own.push("podstawa");
    } else if let Some(number) = known.under.number.as_ref().filter(|_| known.judged.is_some())
        && matches!(known.order, Some(Order::Refer(..) | Order::Ask(..)))
    {
        own.push("podstawa");
        out.push(("podstawa".to_owned(), number.clone()));
    }
    let kept = fields.pairs().filter(|(name, value)| !own.contains(name) && !value.is_empty());
    out.extend(kept.map(|(name, value)| (name.to_owned(), value.to_owned())));
    out
}
