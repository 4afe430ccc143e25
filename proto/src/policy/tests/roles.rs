//! The closed list by role of art. 9c, and professional secrecy.

use super::{set, shipped};
use crate::policy::{BasisClass, BasisCode, Policy};
use crate::refusal::Reason;
use crate::vocab::{Category, InstitutionKind as K, PersonRole, SecrecyRegime};
use std::collections::BTreeSet;

type Facts = Vec<(Option<PersonRole>, BTreeSet<Category>)>;

/// Art. 9c as read in the wording in force since 15 February 2024. `r`: with a second person; `s`: where the row names it.
#[rustfmt::skip]
const LIST: [(&str, [&str; 4]); 23] = [
    // category,        suffering, household, using, event
    ("ID_NAME",        ["y", "y", "y", ""]),
    ("ID_PESEL",       ["y", "y", "y", ""]),
    ("AGE",            ["y", "y", "y", ""]),
    ("ADDRESS",        ["y", "",  "y", ""]),
    ("CONTACT",        ["y", "",  "y", ""]),
    ("KINSHIP",        ["",  "y", "y", ""]),
    ("MARITAL",        ["",  "",  "y", ""]),
    ("HEALTH",         ["y", "",  "y", ""]),
    ("DISABILITY",     ["y", "",  "y", ""]),
    ("PREGNANCY",      ["y", "",  "y", ""]),
    ("ADDICTION",      ["y", "",  "y", ""]),
    ("CRIMINAL",       ["y", "",  "y", ""]),
    ("FAMILY_SIT",     ["y", "",  "",  ""]),
    ("EMPLOYMENT",     ["y", "y", "y", ""]),
    ("HOUSING",        ["y", "",  "",  ""]),
    ("EDU_PLACE",      ["r", "y", "",  ""]),
    ("LOCATION_SAFE",  ["s", "",  "",  ""]),
    ("INCIDENT",       ["",  "",  "",  "y"]),
    ("VIOLENCE",       ["",  "",  "",  "y"]),
    ("REPORTER",       ["",  "",  "",  "s"]),
    ("PLAN_TASKS",     ["",  "",  "",  "s"]),
    ("LOGISTICS",      ["",  "",  "",  "s"]),
    ("NONE",           ["y", "y", "y", "y"]),
];

const ROLES: [Option<PersonRole>; 4] =
    [Some(PersonRole::Suffering), Some(PersonRole::Household), Some(PersonRole::Using), None];

#[test]
fn facts_stand_under_the_roles_that_the_statute_lists() {
    let policy = shipped();
    let rows: Vec<_> = policy.rows().iter().filter(|row| row.role_matrix.is_some()).collect();
    assert_eq!(rows.len(), 5);
    for row in rows {
        for &category in Category::ALL {
            let entry = LIST.iter().find(|(code, _)| *code == category.code()).map_or([""; 4], |(_, entry)| *entry);
            for (role, mark) in ROLES.into_iter().zip(entry) {
                let fits = match mark {
                    "" => false,
                    "s" => row.ceiling.contains(&category),
                    _ => true,
                };
                let facts: Facts = vec![(role, set(&[category]))];
                assert_eq!(row.judge_roles(&policy, &facts).is_ok(), fits, "{} {role:?} {category}", row.id);
                let review = if mark == "r" { set(&[category]) } else { set(&[]) };
                assert_eq!(row.review_roles(&policy, &facts), review, "{} {role:?} {category}", row.id);
            }
        }
    }
}

#[test]
fn a_refusal_names_role_and_categories() {
    let policy = shipped();
    let row = policy.row("NK_A").unwrap();
    let facts: Facts = vec![
        (Some(PersonRole::Suffering), set(&[Category::IdName, Category::EduPlace])),
        (Some(PersonRole::Household), set(&[Category::IdName, Category::Health, Category::Addiction])),
        (None, set(&[Category::Violence, Category::Incident])),
    ];
    let refusal = row.judge_roles(&policy, &facts).unwrap_err();
    assert_eq!(refusal.reason, Reason::Category);
    assert_eq!(refusal.details.get("role").unwrap(), "HOUSEHOLD");
    assert_eq!(refusal.details.get("categories").unwrap(), "ADDICTION, HEALTH");
    let event: Facts = vec![(None, set(&[Category::IdName]))];
    assert_eq!(row.judge_roles(&policy, &event).unwrap_err().details.get("role").unwrap(), "EVENT");
    assert_eq!(row.review_roles(&policy, &facts), set(&[Category::EduPlace]));
}

#[test]
fn the_shelter_is_told_inside_the_group_only() {
    let policy = shipped();
    let facts: Facts = vec![(Some(PersonRole::Suffering), set(&[Category::LocationSafe]))];
    let rows = policy.rows().iter().filter(|row| row.judge_roles(&policy, &facts).is_ok());
    assert_eq!(rows.map(|row| row.id.as_str()).collect::<Vec<_>>(), ["NK_A_DISPATCH", "NK_NOTE.OUT", "NK_NOTE.IN"]);
}

#[test]
fn a_list_that_is_not_there_lets_nothing_pass() {
    let policy = shipped();
    let row = policy.row("NK_A").unwrap();
    let facts: Facts = vec![(Some(PersonRole::Using), set(&[Category::IdName]))];
    assert_eq!(row.judge_roles(&policy, &facts), Ok(()));
    assert_eq!(row.judge_roles(&Policy::default(), &facts).unwrap_err().reason, Reason::Category);
    assert!(policy.matrix("UPPD_9C").is_some() && policy.matrix("UPPD_9E").is_none());
}

#[test]
fn persons_have_roles_only_where_there_is_a_list_and_plain_facts_only_where_there_is_none() {
    let policy = shipped();
    let person: Facts = vec![(Some(PersonRole::Suffering), set(&[Category::IdName]))];
    for row in policy.rows() {
        assert_eq!(row.judge_roles(&policy, &person).is_ok(), row.role_matrix.is_some(), "{}", row.id);
        assert_eq!(row.judge_roles(&policy, &[]), Ok(()));
        assert_eq!(row.judge_plain(&set(&[Category::IdName])).is_err(), row.role_matrix.is_some(), "{}", row.id);
        assert_eq!(row.judge_plain(&set(&[Category::None])), Ok(()));
    }
    let handed: Facts = vec![(None, set(&[Category::Logistics]))];
    assert_eq!(policy.row("NK_B_RECORD").unwrap().judge_roles(&policy, &handed), Ok(()));
}

/// Which basis opens what: `C` is consent.
const OPENED: [(K, SecrecyRegime, &str, &str); 5] = [
    (
        K::Poz,
        SecrecyRegime::Medical,
        "HEALTH HEALTH_MENTAL DISABILITY PREGNANCY ADDICTION",
        "COURT_ORDER UPPD_9C UPPD_9D",
    ),
    (K::Szkola, SecrecyRegime::School, "EDU_PROGRESS", "C UPS_105 UWR_16 KUR_9 COURT_ORDER"),
    (K::Ppp, SecrecyRegime::School, "EDU_OPINION", "C KUR_9 COURT_ORDER"),
    (K::Policja, SecrecyRegime::Police, "CRIMINAL", "UPPD_9C UPPD_9D KUR_9 COURT_ORDER"),
    (K::Ops, SecrecyRegime::Medical, "", ""),
];

#[test]
fn secrecy_closes_until_a_basis_or_a_release_opens_it() {
    let policy = shipped();
    for (sender, regime, closes, opens) in OPENED {
        let secret: BTreeSet<Category> = closes.split_whitespace().map(|code| Category::parse(code).unwrap()).collect();
        let mut carried = secret.clone();
        carried.extend([Category::IdName, Category::Contact]);
        for &basis in BasisCode::ALL {
            let class = basis.class();
            let opened = match class {
                BasisClass::NoPersonalData | BasisClass::VitalInterest => true,
                BasisClass::Consent => opens.split_whitespace().any(|code| code == "C"),
                BasisClass::Statutory => opens.split_whitespace().any(|code| code == basis.code()),
            };
            let closed = (!opened && !secret.is_empty()).then(|| (regime, secret.clone()));
            assert_eq!(policy.secrecy(sender, class, Some(basis), &carried), closed, "{sender} {basis}");
        }
        assert_eq!(
            policy.secrecy(sender, BasisClass::Statutory, Some(BasisCode::PolReq), &set(&[Category::IdName])),
            None
        );
    }
    let both = set(&[Category::EduProgress, Category::EduOpinion]);
    let closed = |basis| policy.secrecy(K::Szkola, BasisClass::Statutory, Some(basis), &both);
    assert_eq!(closed(BasisCode::Ups105), Some((SecrecyRegime::School, set(&[Category::EduOpinion]))));
    assert_eq!(closed(BasisCode::PolReq), Some((SecrecyRegime::School, both.clone())));
    assert_eq!(policy.secrecy(K::Szkola, BasisClass::Statutory, None, &both), Some((SecrecyRegime::School, both)));
}

#[test]
fn who_is_bound_by_secrecy() {
    let policy = shipped();
    let all: BTreeSet<Category> = Category::ALL.iter().copied().collect();
    let bound: [(SecrecyRegime, &[K]); 3] = [
        (SecrecyRegime::Medical, &[K::Poz, K::Pzp, K::Czp, K::Ptu, K::Szpital, K::Pzoon]),
        (SecrecyRegime::School, &[K::Szkola, K::Przedszkole, K::Ppp, K::MowMos, K::Pwd]),
        (SecrecyRegime::Police, &[K::Policja]),
    ];
    for &sender in K::ALL {
        let regime = bound.iter().find(|(_, kinds)| kinds.contains(&sender)).map(|(regime, _)| *regime);
        let found = policy.secrecy(sender, BasisClass::Statutory, Some(BasisCode::PolReq), &all);
        assert_eq!(found.map(|(regime, _)| regime), regime, "{sender}");
    }
}
