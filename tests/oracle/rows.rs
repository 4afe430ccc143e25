//! Compares both tables statically, in both directions: who may send what to whom on which basis, and each attribute.

use std::collections::{BTreeMap, BTreeSet};

use wiez_proto::policy::{ConsentRule, Party2, Policy, Row as Shipped};
use wiez_proto::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind, PersonRole};

use crate::judge;
use crate::table::{self, Row};

/// One possible message: kind, sender, recipient, legal basis.
type Cell = (MessageKind, InstitutionKind, InstitutionKind, BasisCode);

/// The four columns of the role matrix; none is the event.
pub(crate) const ROLES: [Option<PersonRole>; 4] =
    [Some(PersonRole::Suffering), Some(PersonRole::Household), Some(PersonRole::Using), None];

/// Everything in which the table differs from the oracle's, in words.
pub(crate) fn differences(policy: &Policy) -> Vec<String> {
    let (mut out, pairs) = cells(policy);
    for (ours, theirs) in pairs {
        let (ours, theirs) = (&table::rows()[ours], &policy.rows()[theirs]);
        for (what, mine, shipped) in attributes(policy, ours, theirs) {
            if mine != shipped {
                out.push(format!("{} ({}): {what}: oracle [{mine}], table [{shipped}]", ours.name, theirs.id));
            }
        }
    }
    out.extend(matrices(policy));
    out.extend(secrecies(policy));
    out
}

/// Every cell of both tables must be in the other; the rows that meet in a cell are to be compared.
fn cells(policy: &Policy) -> (Vec<String>, BTreeSet<(usize, usize)>) {
    let ours = spread(table::rows().iter().map(|row| (row.kind, &row.from, &row.to, row.bases.iter().copied())));
    let theirs =
        spread(policy.rows().iter().map(|row| (row.kind, &row.senders, &row.recipients, row.bases.iter().copied())));
    let mut pairs = BTreeSet::new();
    let mut lonely: BTreeMap<(String, bool), Vec<Cell>> = BTreeMap::new();
    for (cell, row) in &ours {
        match theirs.get(cell) {
            Some(other) => drop(pairs.insert((*row, *other))),
            None => lonely.entry((table::rows()[*row].name.to_owned(), true)).or_default().push(*cell),
        }
    }
    for (cell, row) in theirs.iter().filter(|(cell, _)| !ours.contains_key(*cell)) {
        lonely.entry((policy.rows()[*row].id.clone(), false)).or_default().push(*cell);
    }
    (lonely.iter().map(|((name, by_oracle), cells)| tell(name, *by_oracle, cells)).collect(), pairs)
}

fn spread<'a, B: Iterator<Item = BasisCode>>(
    rows: impl Iterator<Item = (MessageKind, &'a table::Kinds, &'a table::Kinds, B)>,
) -> BTreeMap<Cell, usize> {
    let mut out = BTreeMap::new();
    for (place, (kind, from, to, bases)) in rows.enumerate() {
        for basis in bases {
            for sender in from {
                out.extend(to.iter().map(|recipient| ((kind, *sender, *recipient, basis), place)));
            }
        }
    }
    out
}

fn tell(name: &str, by_oracle: bool, cells: &[Cell]) -> String {
    let who = if by_oracle { "only the oracle lets pass" } else { "only the table lets pass" };
    let from: BTreeSet<&str> = cells.iter().map(|cell| cell.1.code()).collect();
    let to: BTreeSet<&str> = cells.iter().map(|cell| cell.2.code()).collect();
    let bases: BTreeSet<&str> = cells.iter().map(|cell| cell.3.code()).collect();
    format!("{name}: {who} {} cells: from {from:?} to {to:?} on {bases:?}", cells.len())
}

fn codes<'a, T: std::fmt::Display + 'a>(items: impl IntoIterator<Item = &'a T>) -> String {
    items.into_iter().map(ToString::to_string).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

/// Name of the attribute, what the oracle says, what the table says.
fn attributes(policy: &Policy, ours: &Row, theirs: &Shipped) -> Vec<(&'static str, String, String)> {
    let yes = |value: bool| value.to_string();
    let consent = if ours.class == BasisClass::Consent { ConsentRule::Required } else { ConsentRule::Forbidden };
    let matrix = theirs.role_matrix.as_deref();
    vec![
        ("name", ours.name.to_owned(), theirs.id.clone()),
        ("class", ours.class.to_string(), theirs.class.to_string()),
        ("bases", codes(&ours.bases), codes(&theirs.bases)),
        ("consent", consent.code().to_owned(), theirs.consent.code().to_owned()),
        ("ceiling", codes(&ours.holds), codes(&theirs.ceiling)),
        ("never", withheld_by_oracle(ours), withheld_by_table(theirs)),
        ("review", codes(&ours.review), codes(&theirs.review)),
        ("fields", codes(&ours.fields), codes(&theirs.requires.iter().map(|field| field.code()).collect::<Vec<_>>())),
        ("by role", yes(ours.by_role), yes(matrix.is_some_and(|name| policy.matrix(name).is_some()))),
        ("duty", yes(ours.duty), yes(theirs.duty)),
        ("hidden", yes(ours.hidden), yes(theirs.hidden())),
        ("for the group", yes(ours.for_group), yes(theirs.for_gdp)),
        ("due", ours.due.to_owned(), theirs.due.map(|due| due.to_string()).unwrap_or_default()),
        ("from the start", yes(ours.from_start_of_procedure), yes(theirs.clock_from_started)),
        ("answers", codes(&ours.answers), codes(&theirs.expects)),
        ("feedback", yes(ours.feedback), yes(theirs.feedback)),
        ("owes", codes_of_debts(ours), debts_of_table(theirs)),
    ]
}

fn codes_of_debts(row: &Row) -> String {
    row.owes.iter().copied().collect::<Vec<_>>().join("; ")
}

fn debts_of_table(row: &Shipped) -> String {
    let tell = |owes: &wiez_proto::policy::Owes| {
        let by = if owes.by == Party2::Sender { "SENDER" } else { "RECIPIENT" };
        format!("{by} {} {}", owes.what, owes.due)
    };
    row.owes.iter().map(tell).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join("; ")
}

/// `CATEGORY>RECIPIENT` for what some recipients of the row never get.
fn withheld_by_oracle(row: &Row) -> String {
    let mut out = BTreeSet::new();
    for (kinds, facts) in &row.never {
        for kind in kinds.intersection(&row.to) {
            out.extend(facts.iter().map(|fact| format!("{fact}>{kind}")));
        }
    }
    codes(&out)
}

fn withheld_by_table(row: &Shipped) -> String {
    let mut out = BTreeSet::new();
    for never in &row.never {
        for kind in never.to.intersection(&row.recipients) {
            out.extend(never.categories.iter().map(|fact| format!("{fact}>{kind}")));
        }
    }
    codes(&out)
}

/// What each role may have, in every matrix that a row uses.
fn matrices(policy: &Policy) -> Vec<String> {
    let used: BTreeSet<&str> = policy.rows().iter().filter_map(|row| row.role_matrix.as_deref()).collect();
    let mut out = Vec::new();
    for matrix in used.into_iter().filter_map(|name| policy.matrix(name)) {
        for role in ROLES {
            let name = role.map_or("EVENT", PersonRole::code);
            let pairs = [
                ("", table::allowed_of(role), matrix.allowed(role).cloned().unwrap_or_default()),
                (" in doubt", table::doubtful_of(role), matrix.review(role).cloned().unwrap_or_default()),
            ];
            for (what, ours, theirs) in pairs {
                if ours != theirs {
                    out.push(format!("matrix {name}{what}: oracle [{}], table [{}]", codes(&ours), codes(&theirs)));
                }
            }
        }
    }
    out
}

/// What each kind of sender keeps closed on each basis, category by category.
fn secrecies(policy: &Policy) -> Vec<String> {
    let mut out = Vec::new();
    let every: BTreeSet<Category> = Category::ALL.iter().copied().collect();
    for sender in InstitutionKind::ALL {
        for basis in BasisCode::ALL {
            let ours = judge::secret(*sender, *basis, &every);
            let found = policy.secrecy(*sender, basis.class(), Some(*basis), &every);
            let regime = found.as_ref().map(|(regime, _)| *regime);
            let theirs = found.map(|(_, closed)| closed).unwrap_or_default();
            if ours != theirs || regime != judge::regime(*sender).filter(|_| !ours.is_empty()) {
                out.push(format!(
                    "secrecy of {sender} on {basis}: oracle [{}], table [{}] {regime:?}",
                    codes(&ours),
                    codes(&theirs)
                ));
            }
        }
    }
    out
}
