//! What a message that is sent again leaves out: categories everywhere, or only under one role.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use wiez_proto::limits;
use wiez_proto::payload::{Body, NkForm, NkPerson, Payload, Section};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, PersonRole};
use wiez_proto::wire::invalid;

/// Under which role facts are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Under {
    /// Everywhere, from sections and questions too.
    Everywhere,
    /// Among the facts of the event.
    Event,
    /// Among the facts of every person in this role.
    Role(PersonRole),
}

/// One category to leave out; as text `HEALTH`, `HOUSEHOLD:HEALTH` or `EVENT:REPORTER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LeftOut {
    /// Where.
    pub under: Under,
    /// What.
    pub category: Category,
}

const EVENT: &str = "EVENT";

impl FromStr for LeftOut {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let (under, code) = match text.split_once(':') {
            None => (Under::Everywhere, text),
            Some((EVENT, code)) => (Under::Event, code),
            Some((role, code)) => (Under::Role(PersonRole::parse(role).map_err(|_| invalid("role"))?), code),
        };
        Ok(Self { under, category: Category::parse(code).map_err(|_| invalid("category"))? })
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.under {
            Under::Everywhere => write!(f, "{}", self.category),
            Under::Event => write!(f, "{EVENT}:{}", self.category),
            Under::Role(role) => write!(f, "{role}:{}", self.category),
        }
    }
}

impl TryFrom<String> for LeftOut {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<LeftOut> for String {
    fn from(left_out: LeftOut) -> Self {
        left_out.to_string()
    }
}

/// Everything to leave out; perhaps nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Without(BTreeSet<LeftOut>);

impl FromIterator<LeftOut> for Without {
    fn from_iter<I: IntoIterator<Item = LeftOut>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

impl FromIterator<Category> for Without {
    fn from_iter<I: IntoIterator<Item = Category>>(all: I) -> Self {
        all.into_iter().map(|category| LeftOut { under: Under::Everywhere, category }).collect()
    }
}

impl fmt::Display for Without {
    /// As the option of the command line wants it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(LeftOut::to_string).collect();
        f.write_str(&all.join(","))
    }
}

impl Without {
    fn drops(&self, under: Under, category: Category) -> bool {
        self.0.contains(&LeftOut { under: Under::Everywhere, category })
            || self.0.contains(&LeftOut { under, category })
    }

    /// A message of which this was left out, under the sender's case number.
    ///
    /// # Errors
    /// `FIELD_INVALID` or `FIELD_MISSING` for a rest that says nothing.
    pub(super) fn rest(&self, subject_ref: &str, payload: &Payload) -> Result<Payload, Refusal> {
        let kept = |section: &&Section| !self.drops(Under::Everywhere, section.category);
        let sections = payload.sections().iter().filter(kept).cloned().collect();
        Payload::new(subject_ref, sections, self.body(payload))
    }

    /// The body without what it asks for, and without facts of persons and of the event.
    fn body(&self, payload: &Payload) -> Body {
        let mut body = payload.body().clone();
        if let Body::InfoRequest(request) | Body::PoliceQuery(request) | Body::KuratorQuery(request) = &mut body {
            request.asked.retain(|category| !self.drops(Under::Everywhere, *category));
            return body;
        }
        if payload.roles().is_empty() {
            return body;
        }
        let left = |category: &Category| !self.drops(Under::Everywhere, *category);
        let mut body = payload.project(&Category::ALL.iter().copied().filter(left).collect()).body().clone();
        if let Body::NkA(form) = &mut body {
            self.form(form);
        } else if let Body::NkADispatch(dispatch) = &mut body {
            self.form(&mut dispatch.form);
        } else if let Body::NkMove(moved) = &mut body {
            self.form(&mut moved.form);
        } else if let Body::NkNote(note) = &mut body {
            self.persons(&mut note.persons);
        }
        body
    }

    fn form(&self, form: &mut NkForm) {
        self.persons(&mut form.persons);
        form.event.retain(|fact| !self.drops(Under::Event, fact.category));
    }

    fn persons(&self, persons: &mut [NkPerson]) {
        for person in persons {
            let role = person.role;
            person.facts.retain(|fact| !self.drops(Under::Role(role), fact.category));
        }
    }
}

/// What has to be left out of a refused message so that this is no reason any more; none where nothing can be left out,
/// where it would not help, or where it is too long to be said.
pub(super) fn helps(refusal: &Refusal, payload: &Payload) -> Option<Without> {
    let by_categories = matches!(
        refusal.reason,
        Reason::Category | Reason::ConsentScope | Reason::ConsentNotExplicit | Reason::ReporterLeak | Reason::Secrecy
    );
    let codes = refusal.details.get("categories").filter(|_| by_categories)?;
    let role = refusal.details.get("role");
    let named = |code| match role {
        Some(role) => format!("{role}:{code}").parse::<LeftOut>(),
        None => LeftOut::from_str(code),
    };
    let without: Without = codes.split(", ").map(named).collect::<Result<_, _>>().ok()?;
    let rest = without.rest(payload.subject_ref(), payload).ok()?;
    (without.absent(&rest) && without.to_string().len() <= limits::MAX_DETAIL_CHARS).then_some(without)
}

impl Without {
    /// Whether nothing of it is left in a message.
    fn absent(&self, payload: &Payload) -> bool {
        let roles = payload.roles();
        self.0.iter().all(|one| match one.under {
            Under::Everywhere => {
                !payload.categories().contains(&one.category) && !payload.asked().contains(&one.category)
            }
            Under::Event => !roles.iter().any(|(role, facts)| role.is_none() && facts.contains(&one.category)),
            Under::Role(of) => !roles.iter().any(|(role, facts)| *role == Some(of) && facts.contains(&one.category)),
        })
    }
}

#[cfg(test)]
mod tests;
