//! Puts generated cases to the shipped table itself, without a node: row, fields, ceiling, roles, second person, secrecy.

use std::collections::BTreeSet;

use wiez_proto::policy::{Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};

use crate::case::{Case, No};
use crate::judge;
use crate::statement;
use crate::table::{self, Categories};

/// What a table says of a case.
#[derive(Debug, PartialEq, Eq)]
struct Says {
    row: String,
    duty: bool,
    hidden: bool,
    for_group: bool,
    second_person: Categories,
    secret: Categories,
}

/// In which way the shipped rules judge the case differently; nothing when they agree.
pub(crate) fn disagreement(policy: &Policy, case: &Case) -> Option<String> {
    let (oracle, shipped) = (ours(case), theirs(policy, case));
    (oracle != shipped).then(|| format!("seed {}: oracle {oracle:?}\n  table {shipped:?}\n  {case:?}", case.seed))
}

fn ours(case: &Case) -> Result<Says, No> {
    let row = judge::find(case.kind, case.from, case.to, case.basis)?;
    let missing = judge::missing(row, case);
    if !missing.is_empty() {
        return Err(No::about(Reason::Basis, missing));
    }
    judge::within(row, case)?;
    judge::by_role(row, case)?;
    Ok(Says {
        row: row.name.to_owned(),
        duty: row.duty,
        hidden: row.hidden,
        for_group: row.for_group,
        second_person: judge::for_second_person(row, case),
        secret: judge::secret(case.from, case.basis, &case.carried()),
    })
}

fn theirs(policy: &Policy, case: &Case) -> Result<Says, No> {
    judged(policy, case).map_err(|refusal| no(&refusal))
}

fn judged(policy: &Policy, case: &Case) -> Result<Says, Refusal> {
    let row = policy.find_basis(case.kind, case.from, case.to, case.basis)?;
    let missing = statement::of(case).missing(row);
    if !missing.is_empty() {
        return Err(Refusal::new(Reason::Basis).with_codes("missing", missing.iter().map(|field| field.code())));
    }
    let carried = case.carried();
    row.judge_ceiling(case.to, &carried)?;
    row.judge_ceiling(case.from, &case.asked)?;
    row.judge_plain(&case.plain)?;
    row.judge_roles(policy, &case.people)?;
    let mut second_person = row.review_roles(policy, &case.people);
    second_person.extend(reviewed(row, &carried.union(&case.asked).copied().collect()));
    let secret = policy.secrecy(case.from, case.basis.class(), Some(case.basis), &carried);
    Ok(Says {
        row: row.id.clone(),
        duty: row.duty,
        hidden: row.hidden(),
        for_group: row.for_gdp,
        second_person,
        secret: secret.map(|(_, closed)| closed).unwrap_or_default(),
    })
}

/// What the row's own judgement wants a second person to see.
fn reviewed(row: &Row, named: &Categories) -> Categories {
    match row.judge_review(named) {
        Ok(()) => Categories::new(),
        Err(refusal) => no(&refusal).about.iter().flat_map(|code| table::categories(code)).collect(),
    }
}

/// Reads a refusal of the product: its reason, and the categories, fields or bases that it names.
pub(crate) fn no(refusal: &Refusal) -> No {
    let named = ["missing", "categories"].iter().find_map(|detail| refusal.details.get(*detail));
    let about = named.map_or("", String::as_str).split(", ").filter(|code| !code.is_empty()).map(str::to_owned);
    No { reason: refusal.reason, about: about.collect::<BTreeSet<_>>() }
}
