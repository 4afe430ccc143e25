//! What a policy row must not say: contradictions inside the row, and with the closed list that it names.

use super::{ConsentRule, Matrix, Party2, Requirement, Row};
use crate::vocab::{BasisClass, BasisCode, Category, Owed};
use std::collections::BTreeMap;

/// A rule that is broken, and what it says.
type Rule = (bool, &'static str);

/// Refuses a row that contradicts itself.
pub(super) fn check(row: &Row, matrices: &BTreeMap<String, Matrix>) -> Result<(), String> {
    let rules = texts(row).into_iter().chain(classes(row)).chain(categories(row, matrices)).chain(acts(row));
    match rules.into_iter().find(|(broken, _)| *broken) {
        Some((_, rule)) => Err(rule.to_owned()),
        None => Ok(()),
    }
}

/// Two rows with one name, or both for the same kind, basis, sender and recipient.
pub(super) fn clash(a: &Row, b: &Row) -> bool {
    let same_basis = a.bases.iter().any(|basis| b.bases.contains(basis));
    a.id == b.id
        || (a.kind == b.kind
            && same_basis
            && !a.senders.is_disjoint(&b.senders)
            && !a.recipients.is_disjoint(&b.recipients))
}

fn texts(row: &Row) -> [Rule; 3] {
    let texts = [Some(&row.id), row.role_matrix.as_ref(), Some(&row.act), Some(&row.source)];
    [
        (row.id.is_empty() || row.act.is_empty() || row.source.is_empty(), "id, act and source say something"),
        (texts.iter().flatten().any(|text| text.contains('\n')), "one line per text"),
        (row.senders.is_empty() || row.recipients.is_empty(), "somebody sends and somebody receives"),
    ]
}

fn classes(row: &Row) -> [Rule; 5] {
    let consent = row.class == BasisClass::Consent;
    [
        (
            row.bases.is_empty() || row.bases.iter().any(|basis| basis.class() != row.class),
            "bases are of the row's class",
        ),
        (
            consent != (row.consent == ConsentRule::Required),
            "consent is required exactly in its class and never stacked on another basis",
        ),
        (
            consent && row.recipients.iter().any(|kind| kind.refuses_consent()),
            "consent is no basis towards police, prosecutor and family court",
        ),
        (consent && row.hidden(), "what is hidden from the person cannot rest on her consent"),
        (row.duty && !beyond_consent(row), "a duty rests on a statute or on vital interest"),
    ]
}

fn categories(row: &Row, matrices: &BTreeMap<String, Matrix>) -> [Rule; 9] {
    use Category as C;
    let all = |test: &dyn Fn(C) -> bool| row.ceiling.iter().all(|category| test(*category));
    let matrix = row.role_matrix.as_ref().map(|name| matrices.get(name));
    let shelter = row.bases.iter().all(|basis| matches!(basis, BasisCode::Vital | BasisCode::Uppd9c));
    let mental = row.ceiling.contains(&C::HealthMental) && row.class != BasisClass::VitalInterest;
    [
        (row.ceiling.is_empty(), "the ceiling is NONE or more"),
        (row.class == BasisClass::NoPersonalData && !all(&|c| c == C::None), "no personal data means NONE"),
        (
            row.class == BasisClass::Consent && !all(&|c| c.consentable()),
            "the ceiling holds only what a consent can carry",
        ),
        (
            !all(&|c| !matches!(c, C::Religion | C::Sexual | C::Origin)),
            "religion, sexuality and ethnic origin are in no row",
        ),
        (
            row.ceiling.contains(&C::LocationSafe) && !shelter,
            "a shelter is told for vital interest and inside the team only",
        ),
        (row.ceiling.contains(&C::Reporter) && !row.duty, "a reporter is named in a duty only"),
        (!row.review.is_subset(&row.ceiling), "review is part of the ceiling"),
        (mental && !row.review.contains(&C::HealthMental), "mental health needs a second person"),
        (
            matrix.is_some_and(|matrix| matrix.is_none_or(|matrix| !all(&|c| matrix.knows(c)))),
            "the named matrix exists and knows every category of the ceiling",
        ),
    ]
}

fn acts(row: &Row) -> [Rule; 7] {
    let by = |what: Owed, by: Party2| row.owes.iter().any(|owes| owes.what == what && owes.by == by);
    let sender_owes_letter = by(Owed::FormalRef, Party2::Sender);
    let letter = row.requires.contains(&Requirement::FormalRef);
    let apart = [BasisCode::Uppd9c, BasisCode::Uppd9d, BasisCode::PolReq];
    [
        (!row.requires.is_empty() && !beyond_consent(row), "further fields belong to a statute or to vital interest"),
        (
            row.class == BasisClass::VitalInterest && !row.requires.contains(&Requirement::Justification),
            "vital interest is justified",
        ),
        (
            letter != sender_owes_letter || by(Owed::FormalRef, Party2::Recipient),
            "the sender owes the formal letter exactly where it is required",
        ),
        (row.clock_from_started && row.due.is_none(), "a clock needs a deadline"),
        (row.clock_from_started && !beyond_consent(row), "only a statute's clock starts elsewhere"),
        (row.for_gdp && row.bases.iter().any(|basis| *basis != BasisCode::Uppd9c), "a group works on UPPD_9C"),
        (
            (row.duty || row.bases.iter().any(|basis| apart.contains(basis))) && !row.hidden(),
            "duties, the Blue Card and police requests are hidden from the family",
        ),
    ]
}

/// Whether the row rests on a statute or on vital interest.
fn beyond_consent(row: &Row) -> bool {
    matches!(row.class, BasisClass::Statutory | BasisClass::VitalInterest)
}
