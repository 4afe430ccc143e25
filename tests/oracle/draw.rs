//! Draws cases: mostly a valid one of the oracle's table with a few things changed, sometimes anything at all.

use std::collections::BTreeSet;

use wiez_proto::vocab::{BasisCode, Category, InstitutionKind, MessageKind, PersonRole, SecrecyRelease};

use crate::case::{Address, Arrival, Case, Consent, Question};
use crate::chance::Chance;
use crate::judge::class_of;
use crate::table::{self, Categories, Kinds, Row};

/// Fields that a statement may fill in.
const FIELDS: [&str; 5] = ["CASE_REF", "OFFICER", "ORDER_REF", "FORMAL_REF", "JUSTIFICATION"];

const ROLES: [Option<PersonRole>; 4] =
    [Some(PersonRole::Suffering), Some(PersonRole::Household), Some(PersonRole::Using), None];

/// Draws the case of a seed.
pub(crate) fn case(seed: u64) -> Case {
    let chance = Chance::new(seed);
    if chance.percent(15) {
        return anything(seed, &chance);
    }
    let row = &table::rows()[chance.below(table::rows().len())];
    let mut case = of_row(seed, &chance, row);
    for _ in 0..chance.of([0, 0, 1, 1, 2, 3]) {
        change(&chance, row, &mut case);
    }
    case
}

/// A case that the row lets pass, if nothing but the row is asked.
fn of_row(seed: u64, chance: &Chance, row: &Row) -> Case {
    let to = chance.of(row.to.iter().copied());
    let withheld = |fact: &Category| row.never.iter().any(|(kinds, codes)| kinds.contains(&to) && codes.contains(fact));
    let holds: Categories = row.holds.iter().copied().filter(|fact| !withheld(fact)).collect();
    let mut case = Case {
        seed,
        kind: row.kind,
        from: chance.of(row.from.iter().copied()),
        also_from: None,
        to,
        also_to: None,
        basis: chance.of(row.bases.iter().copied()),
        plain: Categories::new(),
        people: Vec::new(),
        asked: Categories::new(),
        fields: if chance.percent(80) { FIELDS.into() } else { row.fields.clone() },
        reason_to_name_reporter: chance.percent(60),
        consent: (row.class.code() == "CONSENT").then(|| consent(chance)),
        address: Address::Known,
        hides_pesel: false,
        verified: chance.percent(70),
        release: chance.percent(40).then(|| chance.of(SecrecyRelease::ALL.iter().copied())),
        used: chance.of([0, 1, 19, 20, 21]),
        question: None,
        arrival: Arrival {
            other_row: false,
            wrong_mark: false,
            false_list: false,
            unsigned: false,
            own_thread: chance.percent(90),
            registered: true,
            declared: chance.percent(70),
            fresh: chance.percent(80),
        },
    };
    if row.by_role {
        case.people = people(chance, |role| table::allowed_of(role).intersection(&holds).copied().collect());
    } else {
        case.plain = chance.some(holds.iter().copied(), 4);
    }
    if asks(row.kind) {
        case.asked = chance.some(row.holds.iter().copied(), 4);
    }
    case.question = question(chance, &case);
    case
}

/// Kinds whose body asks for categories.
pub(crate) const fn asks(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::InfoRequest | MessageKind::PoliceQuery | MessageKind::KuratorQuery)
}

fn consent(chance: &Chance) -> Consent {
    Consent { of_recipient: chance.percent(50), narrow: chance.percent(25), withdrawn: chance.percent(5) }
}

/// The question that a reply answers: mostly one that covers it.
fn question(chance: &Chance, case: &Case) -> Option<Question> {
    let lawful = !matches!(class_of(case.basis).code(), "CONSENT" | "NO_PERSONAL_DATA");
    let mut question =
        Question { asked: case.plain.clone(), basis: lawful.then_some(case.basis), of_another: chance.percent(3) };
    if chance.percent(10) {
        question.asked.pop_first();
    }
    if chance.percent(5) {
        question.basis = chance.of([None, Some(BasisCode::Ups105), Some(BasisCode::PolReq)]);
    }
    chance.percent(95).then_some(question)
}

fn people(
    chance: &Chance,
    allowed: impl Fn(Option<PersonRole>) -> Categories,
) -> Vec<(Option<PersonRole>, Categories)> {
    let some = |role| (role, chance.some(allowed(role), 4));
    ROLES.into_iter().filter(|_| chance.percent(60)).map(some).collect()
}

/// Changes one thing.
fn change(chance: &Chance, row: &Row, case: &mut Case) {
    let any = || chance.of(Category::ALL.iter().copied());
    match chance.below(31) {
        0..3 => case.from = institution(chance, &row.from),
        3..6 => case.to = institution(chance, &row.to),
        6 => case.also_from = Some(institution(chance, &row.from)),
        7 => case.also_to = Some(institution(chance, &row.to)),
        8 => case.basis = another_basis(chance, row),
        9 => case.kind = chance.of(table::rows()).kind,
        10..12 => drop(case.plain.insert(any())),
        12..14 => match case.people.first_mut() {
            Some((_, facts)) => drop(facts.insert(any())),
            None => drop(case.plain.insert(any())),
        },
        14 => case.people.insert(0, (chance.of(ROLES), [any()].into())),
        15..17 => {
            if asks(case.kind) {
                case.asked.insert(any());
            }
            case.fields.remove(chance.of(FIELDS));
        }
        17 => case.fields = chance.some(FIELDS, 3),
        18..20 => case.consent = chance.percent(60).then(|| consent(chance)),
        20 => case.reason_to_name_reporter = !case.reason_to_name_reporter,
        21 => case.verified = !case.verified,
        22 => case.release = None,
        23 => case.question = question(chance, case),
        24 => case.hides_pesel = true,
        25 => {
            let all = [Address::Suspended, Address::Unknown, Address::Oneself, Address::OtherKeys, Address::Revoked];
            case.address = chance.of(all);
        }
        26 => case.arrival.other_row = true,
        27 => case.arrival.wrong_mark = true,
        28 => case.arrival.false_list = true,
        29 => case.arrival.unsigned = true,
        _ => case.arrival.registered = chance.percent(50),
    }
}

/// Mostly one of the few that the row leaves out, since tables go wrong at their edges.
fn institution(chance: &Chance, within: &Kinds) -> InstitutionKind {
    let all = InstitutionKind::ALL.iter().copied();
    let others: Kinds = all.clone().filter(|kind| !within.contains(kind)).collect();
    if others.is_empty() || chance.percent(40) { chance.of(all) } else { chance.of(others) }
}

/// A basis of another row of the kind, or any.
fn another_basis(chance: &Chance, row: &Row) -> BasisCode {
    let of_kind: BTreeSet<BasisCode> =
        table::rows().iter().filter(|other| other.kind == row.kind).flat_map(|other| other.bases.clone()).collect();
    if chance.percent(60) { chance.of(of_kind) } else { chance.of(BasisCode::ALL.iter().copied()) }
}

/// A row's case of which everything that rules look at is drawn anew.
fn anything(seed: u64, chance: &Chance) -> Case {
    let all = || Category::ALL.iter().copied();
    let mut case = of_row(seed, chance, chance.of(table::rows()));
    if chance.percent(10) {
        case.kind = chance.of(MessageKind::ALL.iter().copied());
    }
    case.from = chance.of(InstitutionKind::ALL.iter().copied());
    case.to = chance.of(InstitutionKind::ALL.iter().copied());
    case.basis = chance.of(BasisCode::ALL.iter().copied());
    case.plain = chance.some(all(), 3);
    case.people = if chance.percent(30) { people(chance, |_| all().collect()) } else { Vec::new() };
    case.asked = if asks(case.kind) { chance.some(all(), 3) } else { Categories::new() };
    case.fields = chance.some(FIELDS, 5);
    case.consent = chance.percent(50).then(|| consent(chance));
    case.question = question(chance, &case);
    case
}
