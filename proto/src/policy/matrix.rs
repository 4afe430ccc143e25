//! Closed lists of data by role of the person, such as the one of art. 9c of the domestic violence act.

use super::table::{RawSets, categories};
use crate::vocab::{Category, PersonRole};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What may be known about a person in each role, and what belongs to the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// The name by which rows call it.
    pub name: String,
    roles: BTreeMap<Option<PersonRole>, List>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct List {
    categories: BTreeSet<Category>,
    review: BTreeSet<Category>,
}

impl Matrix {
    /// What may stand under this role; under none stands what belongs to the event and to no person.
    #[must_use]
    pub fn allowed(&self, role: Option<PersonRole>) -> Option<&BTreeSet<Category>> {
        self.roles.get(&role).map(|list| &list.categories)
    }

    /// What of it needs a second person.
    #[must_use]
    pub fn review(&self, role: Option<PersonRole>) -> Option<&BTreeSet<Category>> {
        self.roles.get(&role).map(|list| &list.review)
    }

    /// Code of the role or `EVENT`, categories, review; in ascending order of the code.
    pub(super) fn lines(&self) -> BTreeMap<&'static str, (&BTreeSet<Category>, &BTreeSet<Category>)> {
        self.roles
            .iter()
            .map(|(role, list)| (role.map_or(EVENT, PersonRole::code), (&list.categories, &list.review)))
            .collect()
    }

    /// Whether some role or the event may have the category.
    pub(super) fn knows(&self, category: Category) -> bool {
        self.roles.values().any(|list| list.categories.contains(&category))
    }
}

const EVENT: &str = "EVENT";

/// An entry of the file: one role of one list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMatrix {
    name: String,
    role: String,
    categories: Vec<String>,
    #[serde(default)]
    review: Vec<String>,
}

/// Reads the lists. Each names every role and the event exactly once.
pub(super) fn read(raw: &[RawMatrix], sets: &RawSets) -> Result<BTreeMap<String, Matrix>, String> {
    let mut out: BTreeMap<String, Matrix> = BTreeMap::new();
    for entry in raw {
        let fault = |what: &str| format!("matrix {} {}: {what}", entry.name, entry.role);
        let role = match entry.role.as_str() {
            EVENT => None,
            code => Some(PersonRole::parse(code).map_err(|_| fault("unknown role"))?),
        };
        let read = |names: &[String]| categories(names, sets).map_err(|what| fault(&what));
        let list = List { categories: read(&entry.categories)?, review: read(&entry.review)? };
        if list.categories.is_empty() || !list.review.is_subset(&list.categories) {
            return Err(fault("it lists something, and review is part of it"));
        }
        let matrix = out
            .entry(entry.name.clone())
            .or_insert_with(|| Matrix { name: entry.name.clone(), roles: BTreeMap::new() });
        if matrix.roles.insert(role, list).is_some() {
            return Err(fault("listed twice"));
        }
    }
    match out.values().find(|matrix| matrix.roles.len() != PersonRole::ALL.len() + 1) {
        Some(matrix) => Err(format!("matrix {}: a role is missing", matrix.name)),
        None => Ok(out),
    }
}
