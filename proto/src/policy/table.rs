//! Reads the policy table and refuses one that contradicts itself.

use super::{ConsentRule, Due, Never, Policy, Requirement, Row, digest};
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
    row: Vec<RawRow>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSets {
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
    #[serde(default)]
    expects: Vec<MessageKind>,
    #[serde(default)]
    requires: BTreeSet<Requirement>,
    role_matrix: Option<String>,
    #[serde(default)]
    duty: bool,
    #[serde(default = "yes")]
    subject_sees: bool,
    act: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNever {
    to: Vec<String>,
    categories: Vec<String>,
}

const fn yes() -> bool {
    true
}

impl Policy {
    /// Reads a table in the form of `policy.toml`.
    ///
    /// # Errors
    /// [`PolicyError`] that names the row and the field: an unknown field, code or set, a name used twice, a basis of
    /// another class, a consent rule or ceiling that contradicts the class, two rows for the same message.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let raw: RawTable = toml::from_str(text).map_err(|error| PolicyError(error.to_string()))?;
        let mut rows: Vec<Row> = Vec::new();
        for raw_row in raw.row {
            let id = raw_row.id.clone();
            let row = build(raw_row, &raw.sets).map_err(|field| PolicyError(format!("row {id}: {field}")))?;
            if let Some(other) = rows.iter().find(|other| clash(other, &row)) {
                return Err(PolicyError(format!("rows {} and {} fit the same message", other.id, row.id)));
            }
            rows.push(row);
        }
        Ok(Self { rows })
    }
}

/// Two rows with one name, or both for the same kind, class, sender and recipient.
fn clash(a: &Row, b: &Row) -> bool {
    let same_basis = a.bases.iter().any(|basis| b.bases.contains(basis));
    a.id == b.id
        || (a.kind == b.kind
            && a.class == b.class
            && same_basis
            && !a.senders.is_disjoint(&b.senders)
            && !a.recipients.is_disjoint(&b.recipients))
}

fn build(raw: RawRow, sets: &RawSets) -> Result<Row, String> {
    let kinds = |names: &[String]| expand(names, &sets.kinds, InstitutionKind::ALL, |c| InstitutionKind::parse(c).ok());
    let categories = |names: &[String]| expand(names, &sets.categories, &[], |c| Category::parse(c).ok());
    let without = |names: &[String], except: &[String]| -> Result<BTreeSet<_>, String> {
        let except = kinds(except)?;
        Ok(kinds(names)?.into_iter().filter(|kind| !except.contains(kind)).collect())
    };
    let due = match &raw.due {
        None => None,
        Some(text) => Some(Due::parse(text).ok_or_else(|| format!("due {text}"))?),
    };
    let mut never = Vec::new();
    for rule in &raw.never {
        never.push(Never { to: kinds(&rule.to)?, categories: categories(&rule.categories)? });
    }
    let mut row = Row {
        senders: without(&raw.senders, &raw.senders_except)?,
        recipients: without(&raw.recipients, &raw.recipients_except)?,
        ceiling: categories(&raw.categories)?,
        review: categories(&raw.review)?,
        id: raw.id,
        kind: raw.kind,
        class: raw.class,
        bases: raw.bases,
        consent: raw.consent,
        never,
        due,
        expects: raw.expects,
        requires: raw.requires,
        role_matrix: raw.role_matrix,
        duty: raw.duty,
        subject_sees: raw.subject_sees,
        act: raw.act,
        source: raw.source,
        digest: [0; 32],
    };
    consistent(&row)?;
    row.digest = digest::of(&row);
    Ok(row)
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

/// What no row may say.
fn consistent(row: &Row) -> Result<(), String> {
    let texts = [Some(&row.id), row.role_matrix.as_ref(), Some(&row.act), Some(&row.source)];
    let rules = [
        (row.id.is_empty() || row.act.is_empty() || row.source.is_empty(), "id, act and source say something"),
        (texts.iter().flatten().any(|text| text.contains('\n')), "one line per text"),
        (row.senders.is_empty() || row.recipients.is_empty(), "somebody sends and somebody receives"),
        (
            row.bases.is_empty() || row.bases.iter().any(|basis| basis.class() != row.class),
            "bases are of the row's class",
        ),
        (
            (row.class == BasisClass::Consent) != (row.consent == ConsentRule::Required),
            "consent is required exactly in its class",
        ),
        (row.ceiling.is_empty(), "the ceiling is NONE or more"),
        (
            row.class == BasisClass::NoPersonalData && row.ceiling.iter().any(|c| *c != Category::None),
            "no personal data means NONE",
        ),
        (
            row.class == BasisClass::Consent && row.ceiling.iter().any(|c| !c.consentable()),
            "the ceiling holds only what a consent can carry",
        ),
        (
            row.class == BasisClass::Consent && row.recipients.iter().any(|kind| kind.refuses_consent()),
            "consent is no basis towards police, prosecutor and family court",
        ),
        (!row.review.is_subset(&row.ceiling), "review is part of the ceiling"),
    ];
    match rules.iter().find(|(broken, _)| *broken) {
        Some((_, rule)) => Err((*rule).to_owned()),
        None => Ok(()),
    }
}
