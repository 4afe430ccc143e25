//! The form of a referral: whom, to whom, what is asked, what goes along, on which basis.

use std::collections::BTreeSet;

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{Category, ServiceCode, Urgency};

use super::super::ask::{Answer, Ask, page_as};
use super::super::fault::{Told, status};
use super::super::fields::Fields;
use super::super::frame::Frame;
use super::super::words::{Choice, choices};
use super::basis::{Consent, Consents, consents, statutes};
use super::letter::field_of;
use super::person::whom;
use super::recipient::{Where, names, place};
use super::topic::{Topic, groups};
use crate::text::Texts;

/// One category with its text.
pub(super) struct Part {
    pub(super) field: String,
    pub(super) name: String,
    pub(super) text: String,
    /// Whether the consent covers it; none while no consent is known.
    pub(super) covered: Option<bool>,
}

/// Categories under a heading.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) parts: Vec<Part>,
}

/// One basis to choose.
pub(super) struct Ground {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) hint: String,
    pub(super) chosen: bool,
}

#[derive(Template)]
#[template(path = "new.html")]
struct NewPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    /// What was just done, or what waits.
    note: Option<String>,
    /// The field to which the cursor goes.
    field: String,
    person: String,
    to: String,
    /// How long the institution usually takes, or why it takes nothing now.
    to_hint: String,
    institutions: Vec<String>,
    goal: String,
    services: Vec<Choice>,
    groups: Vec<Group>,
    grounds: Vec<Ground>,
    urgencies: Vec<Choice>,
    wished: String,
    carried: Vec<(String, String)>,
}

/// What goes on from one page to the next beside the fields of the form.
pub(super) const CARRIED: &[&str] = &["bez", "zamiast", "zgoda", "numer"];

pub(super) fn carried(fields: &Fields, names: &[&str]) -> Vec<(String, String)> {
    let kept = fields.pairs().filter(|(name, value)| names.contains(name) && !value.is_empty());
    kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Puts the name that people read in place of a field's own.
pub(super) fn labelled(t: &Texts, refusal: &Refusal) -> Refusal {
    let key = match refusal.details.get("field").map(String::as_str) {
        Some("osoba" | "numer") => "w-new-person",
        Some("do") => "w-new-to",
        Some("opis" | "goal") => "w-new-goal",
        Some("usluga") => "w-new-service",
        Some("podstawa" | "consent") => "w-new-basis",
        Some("pytanie" | "questions") => "w-new-question",
        Some("zakres" | "asked") => "w-new-asked",
        Some("what") => "w-new-what",
        _ => return refusal.clone(),
    };
    refusal.clone().with("field", t.say(key))
}

/// Categories with what was typed; marked by the consent that would carry them.
pub(super) fn parts(
    t: &Texts,
    all: Vec<(&'static str, Vec<Category>)>,
    fields: &Fields,
    give: Option<&BTreeSet<Category>>,
) -> Vec<Group> {
    let part = |category: Category| Part {
        field: field_of(category),
        name: category.label(t.lang()).to_owned(),
        text: fields.get(&field_of(category)).to_owned(),
        covered: give.map(|give| give.contains(&category)),
    };
    let group =
        |(name, all): (&str, Vec<Category>)| Group { name: t.say(name), parts: all.into_iter().map(part).collect() };
    all.into_iter().map(group).collect()
}

/// Every basis on which it can go: statutes first, then consents, then the ways to another one.
fn grounds(ask: &Ask, fields: &Fields, place: &Where, consents: &[Consent]) -> Vec<Ground> {
    let (t, typed) = (ask.texts(), fields.get("podstawa"));
    let mut out = vec![];
    let mut add = |code: String, name: String, hint: String| {
        let chosen = code == typed;
        out.push(Ground { code, name, hint, chosen });
    };
    let met = match place {
        Where::Is(to) => statutes(ask.node().me(), &to.entry),
        Where::OneOf(_) | Where::Unknown | Where::Missing => vec![],
    };
    for one in &met {
        let kind = one.topic.kind();
        let name = format!("{}: {}", kind.label(t.lang()), one.basis.label(t.lang()));
        add(format!("{kind}:{}", one.basis), name, t.say("w-new-ground-no-consent"));
    }
    if met.is_empty() {
        add("przepis".to_owned(), t.say("w-new-ground-statute"), t.say("w-new-ground-statute-hint"));
    }
    for one in consents {
        let names: Vec<&str> = one.give.iter().map(|category| category.label(t.lang())).collect();
        add(one.number.clone(), one.told(t), names.join(", "));
    }
    if consents.len() != 1 {
        add(String::new(), t.say("w-new-ground-own"), t.say("w-new-ground-own-hint"));
    }
    add("nowa-zgoda".to_owned(), t.say("w-new-ground-new"), t.say("w-new-ground-new-hint"));
    add("zycie".to_owned(), t.say("w-new-ground-life"), t.say("w-new-ground-life-hint"));
    // Whoever chose nothing has the one consent that there is.
    if !out.iter().any(|ground| ground.chosen) {
        let usual = consents.first().filter(|_| consents.len() == 1).map_or("", |one| one.number.as_str());
        for ground in out.iter_mut().filter(|ground| ground.code == usual) {
            ground.chosen = true;
        }
    }
    out
}

/// The form with what was typed, and why it did not work.
pub(super) async fn show(ask: &Ask, fields: &Fields, refusal: Option<&Refusal>, note: Option<String>) -> Answer {
    let (t, lang) = (ask.texts(), ask.lang());
    let rows = Topic::Referral.rows(ask.node().me());
    let (whom, place) = (whom(ask, fields).await?, place(ask, Topic::Referral, fields.get("do")));
    let consents = match (whom.person(), &place) {
        (Some(person), Where::Is(to)) => consents(ask, person, &to.entry.institution).await?,
        _ => Consents::default(),
    };
    let under = whom.person().map(|person| consents.under(person, fields.get("podstawa"), false)).unwrap_or_default();
    let give = under.alive.as_ref().map(|consent| &consent.give);
    let refusal = refusal.map(|refusal| labelled(t, refusal));
    let f = Frame::new(ask, "w-new-title").under("/nowe");
    let urgency = Some(fields.get("pilnosc")).filter(|code| !code.is_empty()).unwrap_or(Urgency::U3Normal.code());
    let person = whom.person().map_or_else(|| fields.get("osoba").to_owned(), |one| one.subject_ref.clone());
    let (to, to_hint) = match &place {
        Where::Is(to) => {
            let usual = super::usual(ask).await?.remove(&to.entry.institution);
            (to.entry.name.clone(), to.closed.clone().or(usual).unwrap_or_default())
        }
        Where::OneOf(_) | Where::Unknown | Where::Missing => (fields.get("do").to_owned(), String::new()),
    };
    let shown = NewPage {
        f: if refusal.is_some() { f.problem() } else { f },
        told: refusal.as_ref().map(|refusal| Told::of(refusal, lang)),
        note,
        field: fields.get("pole").to_owned(),
        person: if fields.get("osoba").is_empty() { person } else { fields.get("osoba").to_owned() },
        to,
        to_hint,
        institutions: names(ask, Topic::Referral),
        goal: fields.get("opis").to_owned(),
        services: choices(
            ServiceCode::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())),
            fields.get("usluga"),
        ),
        groups: parts(t, groups(&rows), fields, give),
        grounds: grounds(ask, fields, &place, &consents.alive),
        urgencies: choices(
            Urgency::ALL
                .iter()
                .filter(|one| **one != Urgency::U0Life)
                .map(|one| (one.code(), one.label(lang).to_owned())),
            urgency,
        ),
        wished: fields.get("zyczony").to_owned(),
        carried: carried(fields, CARRIED),
    };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &shown)
}
