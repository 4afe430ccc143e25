//! The oracle's own judgement: the order of decision, written step by step and as simply as it can be.

use std::collections::BTreeSet;

use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind, SecrecyRegime};

use crate::case::{Case, No};
use crate::table::{self, Categories, Row};

/// Finds the row: is the kind known, is consent no basis here, does it go between these two, on this basis?
pub(crate) fn find(
    kind: MessageKind,
    from: InstitutionKind,
    to: InstitutionKind,
    basis: BasisCode,
) -> Result<&'static Row, No> {
    let of_kind: Vec<&Row> = table::rows().iter().filter(|row| row.kind == kind).collect();
    if of_kind.is_empty() {
        return Err(No::because(Reason::Kind));
    }
    if class_of(basis) == BasisClass::Consent && table::institutions("POLICJA PROK SAD_ROD").contains(&to) {
        return Err(No::because(Reason::PoliceConsent));
    }
    let of_pair: Vec<&Row> =
        of_kind.into_iter().filter(|row| row.from.contains(&from) && row.to.contains(&to)).collect();
    if of_pair.is_empty() {
        return Err(No::because(Reason::Pair));
    }
    let mut fitting = of_pair.into_iter().filter(|row| row.bases.contains(&basis));
    let row = fitting.next().ok_or_else(|| No::because(Reason::Basis))?;
    assert!(fitting.next().is_none(), "the oracle's own table is ambiguous: {}", row.name);
    Ok(row)
}

/// What kind of permission a basis is.
pub(crate) fn class_of(basis: BasisCode) -> BasisClass {
    match basis.code() {
        "C6A" | "C9A" | "UCUS_PLAN" => BasisClass::Consent,
        "VITAL" => BasisClass::VitalInterest,
        "NO_PD" => BasisClass::NoPersonalData,
        _ => BasisClass::Statutory,
    }
}

/// Fields without which it does not go. The formal letter may always follow.
pub(crate) fn missing(row: &Row, case: &Case) -> BTreeSet<&'static str> {
    row.fields.iter().copied().filter(|field| *field != "FORMAL_REF" && !case.fields.contains(field)).collect()
}

/// Nothing outside the row's limits, nothing that this recipient never gets. What is asked for would come back.
pub(crate) fn within(row: &Row, case: &Case) -> Result<(), No> {
    ceiling(row, case.to, &case.carried())?;
    ceiling(row, case.from, &case.asked)
}

fn ceiling(row: &Row, to: InstitutionKind, facts: &Categories) -> Result<(), No> {
    let mut outside = Categories::new();
    for fact in facts {
        let withheld = row.never.iter().any(|(kinds, codes)| kinds.contains(&to) && codes.contains(fact));
        if *fact != Category::None && (withheld || !row.holds.contains(fact)) {
            outside.insert(*fact);
        }
    }
    if outside.is_empty() { Ok(()) } else { Err(No::about(Reason::Category, outside)) }
}

/// In a row by role every fact belongs to a person of a role or to the event; elsewhere there are no roles.
pub(crate) fn by_role(row: &Row, case: &Case) -> Result<(), No> {
    if row.by_role {
        let roleless: Categories = case.plain.iter().copied().filter(|fact| *fact != Category::None).collect();
        if !roleless.is_empty() {
            return Err(No::about(Reason::Category, roleless));
        }
    }
    for (role, facts) in &case.people {
        let allowed = match (row.by_role, role) {
            (true, _) => table::allowed_of(*role),
            // What happened is nobody's role; the row's limits are enough.
            (false, None) => row.holds.clone(),
            (false, Some(_)) => Categories::new(),
        };
        let outside: Categories = facts
            .iter()
            .copied()
            .filter(|fact| *fact != Category::None && !(allowed.contains(fact) && row.holds.contains(fact)))
            .collect();
        if !outside.is_empty() {
            return Err(No::about(Reason::Category, outside));
        }
    }
    Ok(())
}

/// What a second person has to look at: the row's own list, and what is doubtful about a role.
pub(crate) fn for_second_person(row: &Row, case: &Case) -> Categories {
    let mut out: Categories = case.carried().union(&case.asked).copied().filter(|c| row.review.contains(c)).collect();
    if row.by_role {
        for (role, facts) in &case.people {
            out.extend(facts.intersection(&table::doubtful_of(*role)));
        }
    }
    out
}

/// What stays closed by the sender's professional secrecy unless somebody released it.
pub(crate) fn secret(from: InstitutionKind, basis: BasisCode, carried: &Categories) -> Categories {
    let mut out = Categories::new();
    if !matches!(class_of(basis), BasisClass::Consent | BasisClass::Statutory) {
        return out;
    }
    for secrecy in table::SECRECIES {
        let opened = match class_of(basis) {
            BasisClass::Consent => secrecy.consent_opens,
            _ => secrecy.opened_by.split_whitespace().any(|code| code == basis.code()),
        };
        if !opened && table::institutions(secrecy.keepers).contains(&from) {
            out.extend(carried.intersection(&table::categories(secrecy.about)));
        }
    }
    out
}

/// The secrecy that a kind of institution keeps.
pub(crate) fn regime(from: InstitutionKind) -> Option<SecrecyRegime> {
    let keeps = |secrecy: &&table::Secrecy| table::institutions(secrecy.keepers).contains(&from);
    table::SECRECIES.iter().find(keeps).map(|secrecy| secrecy.regime)
}
