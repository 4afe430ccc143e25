//! Reads the policy table and refuses one that contradicts itself.

use super::matrix::{self, RawMatrix};
use super::owes::{self, RawOwes};
use super::secrecy::{self, RawSecrecy};
use super::{ConsentRule, Due, Matrix, Never, Policy, Requirement, Row, Secrecy, SubjectSees, consistent, digest};
use crate::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Why a table is no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(String);

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PolicyError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    #[serde(default)]
    sets: RawSets,
    #[serde(default)]
    matrix: Vec<RawMatrix>,
    #[serde(default)]
    secrecy: Vec<RawSecrecy>,
    #[serde(default)]
    row: Vec<RawRow>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSets {
    #[serde(default)]
    kinds: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    categories: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    id: String,
    kind: MessageKind,
    senders: Vec<String>,
    #[serde(default)]
    senders_except: Vec<String>,
    recipients: Vec<String>,
    #[serde(default)]
    recipients_except: Vec<String>,
    class: BasisClass,
    bases: Vec<BasisCode>,
    consent: ConsentRule,
    categories: Vec<String>,
    #[serde(default)]
    never: Vec<RawNever>,
    #[serde(default)]
    review: Vec<String>,
    due: Option<String>,
    clock_from: Option<RawStart>,
    #[serde(default)]
    expects: Vec<MessageKind>,
    #[serde(default)]
    feedback: bool,
    #[serde(default)]
    owes: Vec<RawOwes>,
    #[serde(default)]
    requires: BTreeSet<Requirement>,
    role_matrix: Option<String>,
    #[serde(default)]
    for_gdp: bool,
    #[serde(default)]
    duty: bool,
    subject_sees: SubjectSees,
    act: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNever {
    to: Vec<String>,
    categories: Vec<String>,
}

/// Where else than at receipt a clock can start.
#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum RawStart {
    Started,
}

impl Policy {
    /// Reads a table in the form of `policy.toml`.
    ///
    /// # Errors
    /// [`PolicyError`] that names the row and the field: an unknown field, code or set, a name used twice, a basis of
    /// another class, a consent rule or ceiling that contradicts the class, two rows for the same message, a closed list
    /// that is missing, incomplete or used by nobody, a kind of institution bound by two regimes of secrecy.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let raw: RawTable = toml::from_str(text).map_err(|error| PolicyError(error.to_string()))?;
        let matrices = matrix::read(&raw.matrix, &raw.sets).map_err(PolicyError)?;
        let secrecy = secrecy::read(&raw.secrecy, &raw.sets).map_err(PolicyError)?;
        let mut rows: Vec<Row> = Vec::new();
        for raw_row in raw.row {
            let id = raw_row.id.clone();
            let row = build(raw_row, &raw.sets, &matrices, &secrecy);
            let row = row.map_err(|field| PolicyError(format!("row {id}: {field}")))?;
            if let Some(other) = rows.iter().find(|other| consistent::clash(other, &row)) {
                return Err(PolicyError(format!("rows {} and {} fit the same message", other.id, row.id)));
            }
            rows.push(row);
        }
        let used = |name: &String| rows.iter().any(|row| row.role_matrix.as_ref() == Some(name));
        if let Some(name) = matrices.keys().find(|name| !used(name)) {
            return Err(PolicyError(format!("matrix {name}: no row names it")));
        }
        Ok(Self::indexed(rows, matrices, secrecy))
    }

    fn indexed(rows: Vec<Row>, matrices: BTreeMap<String, Matrix>, secrecy: Vec<Secrecy>) -> Self {
        let mut of_kind: BTreeMap<MessageKind, Vec<usize>> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            of_kind.entry(row.kind).or_default().push(place);
        }
        let of_digest = rows.iter().enumerate().map(|(place, row)| (row.digest, place)).collect();
        Self { rows, matrices, secrecy, of_kind, of_digest }
    }
}

fn build(raw: RawRow, sets: &RawSets, matrices: &BTreeMap<String, Matrix>, secrecy: &[Secrecy]) -> Result<Row, String> {
    let without = |names: &[String], except: &[String]| -> Result<BTreeSet<_>, String> {
        let except = kinds(except, sets)?;
        Ok(kinds(names, sets)?.into_iter().filter(|kind| !except.contains(kind)).collect())
    };
    let due = match &raw.due {
        None => None,
        Some(text) => Some(Due::parse(text).ok_or_else(|| format!("due {text}"))?),
    };
    let mut never = Vec::new();
    for rule in &raw.never {
        never.push(Never { to: kinds(&rule.to, sets)?, categories: categories(&rule.categories, sets)? });
    }
    let mut row = Row {
        senders: without(&raw.senders, &raw.senders_except)?,
        recipients: without(&raw.recipients, &raw.recipients_except)?,
        ceiling: categories(&raw.categories, sets)?,
        review: categories(&raw.review, sets)?,
        owes: owes::read(&raw.owes, raw.feedback)?,
        id: raw.id,
        kind: raw.kind,
        class: raw.class,
        bases: raw.bases,
        consent: raw.consent,
        never,
        due,
        clock_from_started: raw.clock_from.is_some(),
        expects: raw.expects,
        feedback: raw.feedback,
        requires: raw.requires,
        role_matrix: raw.role_matrix,
        for_gdp: raw.for_gdp,
        duty: raw.duty,
        subject_sees: raw.subject_sees,
        act: raw.act,
        source: raw.source,
        digest: [0; 32],
    };
    consistent::check(&row, matrices)?;
    row.digest = digest::of(&row, row.role_matrix.as_ref().and_then(|name| matrices.get(name)), secrecy);
    Ok(row)
}

/// Kinds of institutions by code, `@set` or `ANY`.
pub(super) fn kinds(names: &[String], sets: &RawSets) -> Result<BTreeSet<InstitutionKind>, String> {
    expand(names, &sets.kinds, InstitutionKind::ALL, |code| InstitutionKind::parse(code).ok())
}

/// Categories by code or `@set`.
pub(super) fn categories(names: &[String], sets: &RawSets) -> Result<BTreeSet<Category>, String> {
    expand(names, &sets.categories, &[], |code| Category::parse(code).ok())
}

/// Expands `@name` and, where a whole list is given, `ANY`.
fn expand<T: Copy + Ord>(
    names: &[String],
    sets: &BTreeMap<String, Vec<String>>,
    any: &[T],
    parse: impl Fn(&str) -> Option<T> + Copy,
) -> Result<BTreeSet<T>, String> {
    let mut out = BTreeSet::new();
    for name in names {
        if name == "ANY" && !any.is_empty() {
            out.extend(any);
        } else if let Some(set) = name.strip_prefix('@') {
            for code in sets.get(set).ok_or_else(|| format!("unknown set {name}"))? {
                out.insert(parse(code).ok_or_else(|| format!("unknown code {code}"))?);
            }
        } else {
            out.insert(parse(name).ok_or_else(|| format!("unknown code {name}"))?);
        }
    }
    Ok(out)
}
