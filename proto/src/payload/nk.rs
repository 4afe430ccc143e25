//! The Blue Card procedure: forms in which every fact stands with the role of the person whom it concerns.
//!
//! The closed list of data by role is art. 9c of the domestic violence act; the policy table holds it. What belongs to
//! the event and to nobody's person has no role.

use super::check::{check_section, code_of, count, ensure, missing, plausible, teryt, text, too_large};
use super::wire::{code, date, maybe, optional, read_sections, write_sections};
use super::{Roles, Section};
use crate::id::Hash;
use crate::limits::MAX_PERSONS;
use crate::refusal::Refusal;
use crate::vocab::{Category, PersonRole};
use crate::wire::v1::payload as raw;
use crate::wire::{invalid, required};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fmt;

/// Facts about one person of a procedure.
#[derive(Clone, PartialEq, Eq)]
pub struct NkPerson {
    /// The part that this person has.
    pub role: PersonRole,
    /// Facts about this person alone, at most 64; the place of a shelter stands here too.
    pub facts: Vec<Section>,
}

/// Body of an `NK_A`: the form "Niebieska Karta – A".
#[derive(Clone, PartialEq, Eq)]
pub struct NkForm {
    /// Version of the statutory form, such as `2023`: 1 to 20 letters or digits.
    pub form_version: String,
    /// The persons, 1 to 16.
    pub persons: Vec<NkPerson>,
    /// What happened, carried as [`Category::Violence`] of the event.
    pub incident: String,
    /// Further facts about the event and nobody's person, at most 64.
    pub event: Vec<Section>,
    /// SHA-256 of the signed form on paper.
    pub file_hash: Option<Hash>,
}

/// Body of an `NK_A_DISPATCH`: the form for one member institution of the group.
#[derive(Clone, PartialEq, Eq)]
pub struct NkDispatch {
    /// The form.
    pub form: NkForm,
    /// Day of the sitting, carried as [`Category::Logistics`].
    pub meeting_on: Option<Date>,
    /// Where and when, carried as [`Category::Logistics`]; may be empty.
    pub place: String,
}

/// Body of an `NK_NOTE`: working note of the group.
#[derive(Clone, PartialEq, Eq)]
pub struct NkNote {
    /// Persons whom it concerns, at most 16.
    pub persons: Vec<NkPerson>,
    /// The note, carried as [`Category::Violence`] of the event.
    pub text: String,
    /// Who does what by when, carried as [`Category::PlanTasks`] of the event; may be empty.
    pub tasks: String,
}

/// Body of an `NK_MOVE`: the procedure follows persons who moved.
#[derive(Clone, PartialEq, Eq)]
pub struct NkMove {
    /// The form.
    pub form: NkForm,
    /// TERYT code of the new municipality, seven digits.
    pub new_teryt: String,
}

impl NkForm {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if self.form_version.is_empty() {
            return Err(missing("form_version"));
        }
        ensure(code_of(&self.form_version, 20), "form_version")?;
        if self.persons.is_empty() {
            return Err(missing("persons"));
        }
        check_persons(&self.persons)?;
        text("incident", &self.incident, true)?;
        count("event", self.event.len())?;
        self.event.iter().try_for_each(|fact| check_section("event", fact))
    }

    pub(super) fn write(&self) -> raw::NkForm {
        raw::NkForm {
            form_version: self.form_version.clone(),
            persons: write_persons(&self.persons),
            incident: self.incident.clone(),
            event: write_sections(&self.event),
            file_hash: self.file_hash.map(|hash| hash.wire()).unwrap_or_default(),
        }
    }

    pub(super) fn read(form: raw::NkForm) -> Result<Self, Refusal> {
        let hash = |bytes: &[u8]| Hash::parse(bytes).map_err(|_| invalid("file_hash"));
        Ok(Self {
            form_version: form.form_version,
            persons: read_persons(form.persons)?,
            incident: form.incident,
            event: read_sections("event.category", form.event)?,
            file_hash: if form.file_hash.is_empty() { None } else { Some(hash(&form.file_hash)?) },
        })
    }

    pub(super) fn roles(&self) -> Roles {
        let mut event: BTreeSet<Category> = self.event.iter().map(|fact| fact.category).collect();
        if !self.incident.is_empty() {
            event.insert(Category::Violence);
        }
        roles(&self.persons, event)
    }

    pub(super) fn project(&mut self, allowed: &BTreeSet<Category>) {
        project_persons(&mut self.persons, allowed);
        self.event.retain(|fact| allowed.contains(&fact.category));
        if !allowed.contains(&Category::Violence) {
            self.incident.clear();
        }
    }
}

impl NkDispatch {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        self.form.check()?;
        ensure(self.meeting_on.is_none_or(plausible), "meeting_on")?;
        text("place", &self.place, false)
    }

    pub(super) fn write(&self) -> raw::NkDispatch {
        raw::NkDispatch {
            form: Some(self.form.write()),
            meeting_on: optional(self.meeting_on.as_ref()),
            place: self.place.clone(),
        }
    }

    pub(super) fn read(body: raw::NkDispatch) -> Result<Self, Refusal> {
        Ok(Self {
            form: NkForm::read(required("form", body.form)?)?,
            meeting_on: maybe(&body.meeting_on, |text| date("meeting_on", text))?,
            place: body.place,
        })
    }

    pub(super) fn roles(&self) -> Roles {
        let mut out = self.form.roles();
        if self.meeting_on.is_some() || !self.place.is_empty() {
            match out.iter_mut().find(|(role, _)| role.is_none()) {
                Some((_, event)) => drop(event.insert(Category::Logistics)),
                None => out.push((None, BTreeSet::from([Category::Logistics]))),
            }
        }
        out
    }

    pub(super) fn project(&mut self, allowed: &BTreeSet<Category>) {
        self.form.project(allowed);
        if !allowed.contains(&Category::Logistics) {
            self.meeting_on = None;
            self.place.clear();
        }
    }
}

impl NkNote {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        check_persons(&self.persons)?;
        text("text", &self.text, true)?;
        text("tasks", &self.tasks, false)
    }

    pub(super) fn write(&self) -> raw::NkNote {
        raw::NkNote { persons: write_persons(&self.persons), text: self.text.clone(), tasks: self.tasks.clone() }
    }

    pub(super) fn read(body: raw::NkNote) -> Result<Self, Refusal> {
        Ok(Self { persons: read_persons(body.persons)?, text: body.text, tasks: body.tasks })
    }

    pub(super) fn roles(&self) -> Roles {
        let mut event = BTreeSet::new();
        if !self.text.is_empty() {
            event.insert(Category::Violence);
        }
        if !self.tasks.is_empty() {
            event.insert(Category::PlanTasks);
        }
        roles(&self.persons, event)
    }

    pub(super) fn project(&mut self, allowed: &BTreeSet<Category>) {
        project_persons(&mut self.persons, allowed);
        if !allowed.contains(&Category::Violence) {
            self.text.clear();
        }
        if !allowed.contains(&Category::PlanTasks) {
            self.tasks.clear();
        }
    }
}

impl NkMove {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        self.form.check()?;
        teryt("new_teryt", &self.new_teryt)
    }

    pub(super) fn write(&self) -> raw::NkMove {
        raw::NkMove { form: Some(self.form.write()), new_teryt: self.new_teryt.clone() }
    }

    pub(super) fn read(body: raw::NkMove) -> Result<Self, Refusal> {
        Ok(Self { form: NkForm::read(required("form", body.form)?)?, new_teryt: body.new_teryt })
    }
}

fn check_persons(persons: &[NkPerson]) -> Result<(), Refusal> {
    if persons.len() > MAX_PERSONS {
        return Err(too_large("persons", MAX_PERSONS));
    }
    for person in persons {
        count("persons.facts", person.facts.len())?;
        person.facts.iter().try_for_each(|fact| check_section("persons.facts", fact))?;
    }
    Ok(())
}

fn write_persons(persons: &[NkPerson]) -> Vec<raw::NkPerson> {
    let write =
        |person: &NkPerson| raw::NkPerson { role: person.role.code().to_owned(), facts: write_sections(&person.facts) };
    persons.iter().map(write).collect()
}

fn read_persons(persons: Vec<raw::NkPerson>) -> Result<Vec<NkPerson>, Refusal> {
    let read = |person: raw::NkPerson| {
        Ok(NkPerson {
            role: code("persons.role", &person.role, PersonRole::parse)?,
            facts: read_sections("persons.facts.category", person.facts)?,
        })
    };
    persons.into_iter().map(read).collect()
}

/// One entry for each person, then one for the event, unless nothing is said about it.
fn roles(persons: &[NkPerson], event: BTreeSet<Category>) -> Roles {
    let of = |person: &NkPerson| (Some(person.role), person.facts.iter().map(|fact| fact.category).collect());
    let event = (!event.is_empty()).then_some((None, event));
    persons.iter().map(of).chain(event).collect()
}

fn project_persons(persons: &mut [NkPerson], allowed: &BTreeSet<Category>) {
    for person in persons {
        person.facts.retain(|fact| allowed.contains(&fact.category));
    }
}

macro_rules! opaque {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )+};
}

opaque!(NkPerson, NkForm, NkDispatch, NkNote, NkMove);
