//! On which basis something can go: the statutes that fit first, then the consents of this person for this institution.

use std::collections::BTreeSet;

use wiez_proto::directory::Entry;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{BasisCode, Category, Purpose};

use super::super::ask::Ask;
use super::person::Person;
use super::topic::{Topic, bases};
use crate::consent::{self, State};
use crate::text::Texts;

/// A consent that is alive and names the institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Consent {
    pub(super) number: String,
    /// Who stands on it; empty where it names nobody.
    pub(super) person: String,
    /// Its last day, as people here write it.
    pub(super) until: String,
    pub(super) give: BTreeSet<Category>,
    pub(super) purposes: BTreeSet<Purpose>,
}

/// One way without a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Statute {
    pub(super) topic: Topic,
    pub(super) basis: BasisCode,
}

/// Every way without a consent between two institutions, duties and danger last.
pub(super) fn statutes(me: &Entry, peer: &Entry) -> Vec<Statute> {
    let of = |topic: Topic| bases(&topic.between(me, peer)).into_iter().map(move |basis| Statute { topic, basis });
    Topic::OTHERS.into_iter().flat_map(of).collect()
}

/// What a person's consents say about one institution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Consents {
    /// Those that let something go there now, newest first.
    pub(super) alive: Vec<Consent>,
    /// Where none does: one that ended or lapsed there, else one for others, so that the gate can say which.
    nearest: Option<String>,
}

/// Under which consent something goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Carrying {
    /// Its number, as the gate is asked; none where there is none.
    pub(super) number: Option<String>,
    /// It, when it is alive.
    pub(super) alive: Option<Consent>,
}

impl Consents {
    /// The one that was chosen, or the only one that is alive.
    fn chosen(&self, typed: &str) -> Option<&Consent> {
        match self.alive.as_slice() {
            [one] if !typed.starts_with('Z') => Some(one),
            all => all.iter().find(|consent| consent.number == typed),
        }
    }

    /// The consent of this person under which it goes. What was chosen for somebody else before counts no more; what was
    /// `reviewed` and ended meanwhile is for the gate to name, and nothing takes its place unseen.
    pub(super) fn under(&self, person: &Person, typed: &str, reviewed: bool) -> Carrying {
        let alive = self.alive.iter().any(|consent| consent.number == typed);
        let own = alive || (reviewed && person.numbers.iter().any(|number| number == typed));
        if let Some(one) = self.chosen(if own { typed } else { "" }) {
            return Carrying { number: Some(one.number.clone()), alive: Some(one.clone()) };
        }
        let typed = Some(typed.to_owned()).filter(|_| own && typed.starts_with('Z'));
        Carrying { number: typed.or_else(|| self.nearest.clone().filter(|_| self.alive.is_empty())), alive: None }
    }
}

impl Consent {
    /// It in words: number, last day, and whose it is.
    pub(super) fn told(&self, t: &Texts) -> String {
        let told = t.fill("w-new-ground-consent", &[("number", &self.number), ("until", &self.until)]);
        if self.person.is_empty() { told } else { format!("{told} · {}", self.person) }
    }
}

/// The consents of a person for an institution.
///
/// # Errors
/// What keeps the worker from reading.
pub(super) async fn consents(ask: &Ask, person: &Person, to: &InstitutionId) -> Result<Consents, Refusal> {
    let (mut alive, mut over, mut others, names) = (vec![], None, None, ask.names().await?);
    for number in person.numbers.iter().filter(|number| number.starts_with('Z')) {
        let view = consent::show(ask.node(), Some(&ask.worker()?), number).await?;
        let counts = matches!(view.line.state, State::Active | State::Narrowed);
        let signed = counts || matches!(view.line.state, State::Withdrawn | State::Expired | State::Suspended);
        let mut pairs = view.pairs.iter().filter(|pair| pair.institution == *to);
        match pairs.clone().rfind(|pair| pair.ended_ms.is_none()).filter(|_| counts) {
            Some(pair) => alive.push(Consent {
                person: names.about(number).map(|(names, _)| names.join(", ")).unwrap_or_default(),
                number: view.line.number.clone(),
                until: view.form.valid_to.strftime("%d.%m.%Y").to_string(),
                give: pair.give.clone(),
                purposes: view.form.purposes.clone(),
            }),
            None if pairs.next().is_some() => over = over.or(Some(view.line.number)),
            None => others = others.or(Some(view.line.number).filter(|_| signed)),
        }
    }
    Ok(Consents { alive, nearest: over.or(others) })
}

/// What lets something go where now: institution and number of the consent, in the order of the numbers.
///
/// # Errors
/// What keeps the worker from reading.
pub(in crate::web) async fn alive(ask: &Ask, person: &Person) -> Result<Vec<(InstitutionId, String)>, Refusal> {
    let mut out = vec![];
    for number in person.numbers.iter().filter(|number| number.starts_with('Z')) {
        let view = consent::show(ask.node(), Some(&ask.worker()?), number).await?;
        if matches!(view.line.state, State::Active | State::Narrowed) {
            let open = view.pairs.iter().filter(|pair| pair.ended_ms.is_none());
            out.extend(open.map(|pair| (pair.institution.clone(), view.line.number.clone())));
        }
    }
    out.sort();
    out.dedup();
    Ok(out)
}

/// The purpose that a consent allows: the usual one if it can be, else its first.
pub(super) fn purpose(consent: Option<&Consent>, usual: Purpose) -> Purpose {
    let allowed = consent.map(|consent| &consent.purposes).filter(|allowed| !allowed.contains(&usual));
    allowed.and_then(|allowed| allowed.first().copied()).unwrap_or(usual)
}
