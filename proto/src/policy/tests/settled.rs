//! Every row that needs no consent, typed a second time: who sends what to whom, within what, answered by when.

use super::{set, shipped};
use crate::policy::{BasisClass, BasisCode, Policy, Row, SubjectSees, class_allowed};
use crate::vocab::{Area, Category, InstitutionKind as K, MessageKind};
use std::collections::BTreeSet;

/// What persons have in the closed list of art. 9c, the shelter aside.
const PERSONS: &str = "ID_NAME ID_PESEL AGE ADDRESS CONTACT HEALTH DISABILITY PREGNANCY ADDICTION CRIMINAL FAMILY_SIT EMPLOYMENT \
    HOUSING EDU_PLACE KINSHIP MARITAL";
/// What police may be told, and what of it with a second person only.
const P: &str =
    "ID_NAME ID_PESEL AGE ADDRESS CONTACT FAMILY_COMP KINSHIP EMPLOYMENT EDU_PLACE INCIDENT LOGISTICS P_REVIEW";
const P_REVIEW: &str = "EDU_OPINION HEALTH HEALTH_MENTAL DISABILITY PREGNANCY ADDICTION VIOLENCE CRIMINAL";
/// What a probation officer may demand.
const KUR: &str = "ID_NAME AGE ADDRESS CONTACT GUARDIAN EDU_PLACE EDU_PROGRESS EDU_OPINION CRIMINAL COURT_FAMILY FOSTER PLAN_TASKS \
    LOGISTICS";
/// What social assistance may ask for.
const UPS: &str = "ID_NAME ID_PESEL AGE ADDRESS CONTACT FAMILY_COMP FAMILY_SIT KINSHIP MATERIAL BENEFITS HOUSING EMPLOYMENT \
    EDU_PLACE EDU_PROGRESS HEALTH DISABILITY PREGNANCY LOGISTICS";
/// What a family assistant may ask for.
const UWR: &str = "ID_NAME AGE ADDRESS CONTACT FAMILY_COMP FAMILY_SIT KINSHIP MATERIAL BENEFITS HOUSING EMPLOYMENT EDU_PLACE \
    EDU_PROGRESS LOGISTICS";

/// Row, basis, senders, recipients, ceiling, review, due, expected kinds, required fields, the rest.
type Settled = [&'static str; 10];

#[rustfmt::skip]
const SETTLED: [Settled; 28] = [
    ["SIGNAL", "KAMILKA", "A", "OPS CUS", "ID_NAME ADDRESS CONTACT INCIDENT REPORTER", "", "WORKING_DAYS 1", "FEEDBACK_MIN", "",
        "duty never feedback"],
    ["SIGNAL", "UPS_100", "A", "OPS CUS", "ID_NAME ADDRESS CONTACT INCIDENT REPORTER", "", "WORKING_DAYS 1", "FEEDBACK_MIN", "",
        "duty never feedback"],
    ["ALERT.VITAL", "VITAL", "A", "RESCUE", "ID_NAME AGE ADDRESS CONTACT LOCATION_SAFE INCIDENT VIOLENCE HEALTH HEALTH_MENTAL \
        DISABILITY PREGNANCY REPORTER", "", "MINUTES 15", "ACK_HUMAN", "JUSTIFICATION", "duty never feedback"],
    ["ALERT.UPPD_9D", "UPPD_9D", "FILLERS", "ZI", "ID_NAME AGE ADDRESS CONTACT INCIDENT VIOLENCE", "", "MINUTES 1440", "ACK_HUMAN",
        "", "duty never feedback"],
    ["ALERT.KPK_304", "KPK_304", "A", "POLICJA", "ID_NAME ADDRESS CONTACT INCIDENT VIOLENCE REPORTER", "", "MINUTES 1440",
        "ACK_HUMAN", "", "duty never feedback"],
    ["NK_A", "UPPD_9D", "FILLERS", "ZI", "PERSONS INCIDENT VIOLENCE REPORTER", "", "WORKING_DAYS 5", "ACK_HUMAN", "FORMAL_REF",
        "duty never feedback started matrix RECIPIENT:DISPATCH:WORKING_DAYS_3 SENDER:FORMAL_REF:WORKING_DAYS_5"],
    ["NK_B_RECORD", "UPPD_9D", "FILLERS", "ZI", "LOGISTICS", "", "", "", "", "never"],
    ["NK_A_DISPATCH", "UPPD_9C", "ZI", "GDP_MEMBERS", "PERSONS LOCATION_SAFE INCIDENT VIOLENCE PLAN_TASKS LOGISTICS", "",
        "WORKING_DAYS 3", "ACK_HUMAN", "", "never matrix gdp SENDER:SITTING:WORKING_DAYS_5"],
    ["NK_NOTE.OUT", "UPPD_9C", "ZI", "GDP_MEMBERS", "PERSONS LOCATION_SAFE INCIDENT VIOLENCE PLAN_TASKS LOGISTICS", "", "", "", "",
        "never matrix gdp"],
    ["NK_NOTE.IN", "UPPD_9C", "GDP_MEMBERS", "ZI", "PERSONS LOCATION_SAFE INCIDENT VIOLENCE PLAN_TASKS LOGISTICS", "", "", "", "",
        "never matrix gdp"],
    ["NK_MOVE", "UPPD_9C", "ZI", "ZI", "PERSONS INCIDENT VIOLENCE", "", "WORKING_DAYS 5", "ACK_HUMAN", "FORMAL_REF",
        "never matrix SENDER:FORMAL_REF:WORKING_DAYS_5"],
    ["CRIME_NOTICE", "KPK_304", "A -POLICJA -PROK", "POLICJA PROK", "ID_NAME ADDRESS CONTACT INCIDENT VIOLENCE REPORTER", "",
        "WORKING_DAYS 1", "ACK_HUMAN", "FORMAL_REF", "duty never SENDER:FORMAL_REF:WORKING_DAYS_1"],
    ["COURT_NOTICE", "KPC_572", "A -SAD_ROD", "SAD_ROD", "ID_NAME AGE ADDRESS FAMILY_SIT INCIDENT VIOLENCE", "", "WORKING_DAYS 5",
        "ACK_HUMAN", "FORMAL_REF", "duty never SENDER:FORMAL_REF:WORKING_DAYS_3"],
    ["POLICE_QUERY", "POL_REQ", "POLICJA", "A -POLICJA", P, P_REVIEW, "CALENDAR_DAYS 7", "INFO_REPLY INFO_REFUSAL",
        "CASE_REF OFFICER", "never"],
    ["INFO_REPLY.POL_REQ", "POL_REQ", "A -POLICJA", "POLICJA", P, P_REVIEW, "", "", "", "never"],
    ["KURATOR_QUERY", "KUR_9", "KURATOR", "A -KURATOR", KUR, "", "CALENDAR_DAYS 7", "INFO_REPLY INFO_REFUSAL", "CASE_REF", ""],
    ["INFO_REPLY.KUR_9", "KUR_9", "A -KURATOR", "KURATOR", KUR, "", "", "", "", ""],
    ["INFO_REQUEST.UPS_105", "UPS_105", "OPS CUS PCPR", "A", UPS, "", "CALENDAR_DAYS 7", "INFO_REPLY INFO_REFUSAL", "", ""],
    ["INFO_REPLY.UPS_105", "UPS_105", "A", "OPS CUS PCPR", UPS, "", "", "", "", ""],
    ["INFO_REQUEST.UWR_16", "UWR_16", "OPS CUS", "A", UWR, "", "WORKING_DAYS 5", "INFO_REPLY INFO_REFUSAL", "", ""],
    ["INFO_REPLY.UWR_16", "UWR_16", "A", "OPS CUS", UWR, "", "", "", "", ""],
    ["INFO_REQUEST.COURT_ORDER", "COURT_ORDER", "SAD_ROD PROK", "A", "CONSENTABLE CRIMINAL", "HEALTH_MENTAL", "CALENDAR_DAYS 7",
        "INFO_REPLY INFO_REFUSAL", "ORDER_REF", ""],
    ["INFO_REPLY.COURT_ORDER", "COURT_ORDER", "A", "SAD_ROD PROK", "CONSENTABLE CRIMINAL", "HEALTH_MENTAL", "", "", "", ""],
    ["TRANSFER_CASE", "UPS_101", "OPS CUS", "OPS CUS", "ID_NAME ID_PESEL AGE ADDRESS CONTACT PLAN_TASKS LOGISTICS", "",
        "WORKING_DAYS 5", "ACK_HUMAN", "", ""],
    ["MEDIATION_REQUEST", "NO_PD", "OPS CUS PCPR", "ROPS", "NONE", "", "WORKING_DAYS 5", "MEDIATION_NOTE", "", ""],
    ["MEDIATION_NOTE.OUT", "NO_PD", "ROPS", "ANY", "NONE", "", "", "", "", ""],
    ["ACK_HUMAN", "NO_PD", "ANY", "ANY", "NONE", "", "", "", "", ""],
    ["FEEDBACK_MIN", "NO_PD", "OPS CUS ZI POLICJA SZPITAL OIK SOW", "ANY", "NONE", "", "", "", "", "never"],
];

fn kinds(text: &str) -> BTreeSet<K> {
    let cases = |k: &K| !matches!(k, K::Rops | K::Gdp);
    let area =
        |k: &K| matches!(k.area(), Some(Area::Pom | Area::Edu | Area::Zdr)) && !matches!(k, K::Rops | K::Gdp | K::Zi);
    let mut out = BTreeSet::new();
    for word in text.split_whitespace() {
        match word {
            "ANY" => out.extend(K::ALL),
            "A" => out.extend(K::ALL.iter().filter(|k| cases(k))),
            "FILLERS" => out.extend(K::ALL.iter().filter(|k| area(k) || **k == K::Policja)),
            "GDP_MEMBERS" => {
                let more = [K::Policja, K::Kurator, K::Prok, K::Ngo];
                out.extend(K::ALL.iter().filter(|k| area(k) || more.contains(k)));
            }
            "RESCUE" => out.extend([K::Policja, K::Szpital, K::Ops, K::Cus, K::Zi, K::Oik, K::Sow]),
            _ => match word.strip_prefix('-') {
                Some(less) => assert!(out.remove(&K::parse(less).unwrap())),
                None => assert!(out.insert(K::parse(word).unwrap())),
            },
        }
    }
    out
}

fn categories(text: &str) -> BTreeSet<Category> {
    let mut out = BTreeSet::new();
    for word in text.split_whitespace() {
        match word {
            "PERSONS" => out.extend(categories(PERSONS)),
            "P_REVIEW" => out.extend(categories(P_REVIEW)),
            "CONSENTABLE" => out.extend(Category::ALL.iter().filter(|c| c.consentable())),
            code => assert!(out.insert(Category::parse(code).unwrap()), "{code}"),
        }
    }
    out
}

/// What some recipients never get, whatever the ceiling says.
fn never(id: &str, to: K, category: Category) -> bool {
    let rules: [(&[K], &[Category]); 2] = [
        (&[K::Ops, K::Cus, K::Szpital, K::Oik], &[Category::LocationSafe]),
        (&[K::Policja], &[Category::HealthMental, Category::Disability, Category::Pregnancy]),
    ];
    id == "ALERT.VITAL" && rules.iter().any(|(kinds, closed)| kinds.contains(&to) && closed.contains(&category))
}

/// Duty, visibility and whatever else the row says, as the table above writes it.
fn rest(row: &Row) -> BTreeSet<String> {
    let flags = [
        (row.duty, "duty"),
        (row.subject_sees == SubjectSees::Never, "never"),
        (row.feedback, "feedback"),
        (row.clock_from_started, "started"),
        (row.for_gdp, "gdp"),
        (row.role_matrix.as_deref() == Some("UPPD_9C"), "matrix"),
    ];
    let flags = flags.iter().filter(|(set, _)| *set).map(|(_, name)| (*name).to_owned());
    let owes = row.owes.iter().map(|owes| owes.to_string().replace(' ', "_"));
    flags.chain(owes.filter(|owes| !owes.contains(":FEEDBACK_"))).collect()
}

#[test]
fn every_settled_row_says_what_was_settled() {
    let policy = shipped();
    for [id, basis, _, _, ceiling, review, due, expects, requires, other] in SETTLED {
        let row = policy.row(id).unwrap();
        assert!(row.bases.contains(&BasisCode::parse(basis).unwrap()), "{id}");
        assert_eq!(row.ceiling, categories(ceiling), "{id}");
        assert_eq!(row.review, categories(review), "{id}");
        assert_eq!(row.due.map(|due| due.to_string()).unwrap_or_default(), due, "{id}");
        assert_eq!(row.expects.iter().map(|k| k.code()).collect::<Vec<_>>().join(" "), expects, "{id}");
        assert_eq!(row.requires.iter().map(|r| r.code()).collect::<Vec<_>>().join(" "), requires, "{id}");
        assert_eq!(rest(row), other.split_whitespace().map(ToOwned::to_owned).collect(), "{id}");
        let feedback = row.owes.iter().filter(|owes| owes.to_string().contains(":FEEDBACK_")).count();
        assert_eq!(feedback, if row.feedback { 2 } else { 0 }, "{id}");
    }
}

/// Nothing stands in the table that was not settled here or belongs to voluntary cooperation.
#[test]
fn no_row_is_unsettled() {
    let settled: BTreeSet<&str> = SETTLED.iter().map(|row| row[0]).chain(["MEDIATION_NOTE.BACK"]).collect();
    for row in shipped().rows() {
        let consent_free = matches!(row.class, BasisClass::Statutory | BasisClass::VitalInterest);
        assert!(!consent_free || settled.contains(row.id.as_str()), "{}", row.id);
        assert_eq!(row.hidden(), SETTLED.iter().any(|s| s[0] == row.id && s[9].contains("never")), "{}", row.id);
    }
}

/// Every pair of kinds, not one neighbour: it goes exactly from the settled senders to the settled recipients.
#[test]
fn each_row_fits_its_pairs_and_no_others() {
    let policy = shipped();
    for [id, basis, from, to, ..] in SETTLED {
        let (row, basis) = (policy.row(id).unwrap(), BasisCode::parse(basis).unwrap());
        let (from, to) = (kinds(from), kinds(to));
        for &sender in K::ALL {
            for &recipient in K::ALL {
                let fits = from.contains(&sender) && to.contains(&recipient);
                let found = policy.find_basis(row.kind, sender, recipient, basis);
                let found = found.is_ok_and(|found| found.id == id);
                assert_eq!(found, fits, "{id} {sender} {recipient}");
            }
        }
    }
}

#[test]
fn each_row_carries_its_categories_and_no_others() {
    let policy = shipped();
    for [id, _, _, to, ceiling, ..] in SETTLED {
        let (row, ceiling) = (policy.row(id).unwrap(), categories(ceiling));
        for recipient in kinds(to) {
            for &category in Category::ALL {
                let fits =
                    category == Category::None || (ceiling.contains(&category) && !never(id, recipient, category));
                let judged = row.judge_ceiling(recipient, &set(&[category]));
                assert_eq!(judged.is_ok(), fits, "{id} {recipient} {category}");
            }
        }
    }
}

/// No row of the table is dead at the hub, whose own rule does not know the table.
#[test]
fn the_hub_lets_every_row_through_for_every_pair() {
    for row in shipped().rows() {
        for &from in &row.senders {
            for &to in &row.recipients {
                assert_eq!(class_allowed(row.class, from, to), Ok(()), "{} {from} {to}", row.id);
            }
        }
    }
}

/// Whoever is asked can answer: for each expected kind there is a row back, on the question's basis where the answer
/// carries data, and with everything that may be asked for.
#[test]
fn every_expected_answer_can_be_given() {
    let policy = shipped();
    for row in policy.rows() {
        let mut expects = row.expects.clone();
        expects.extend(row.feedback.then_some(MessageKind::FeedbackMin));
        for (kind, &asker) in expects.iter().flat_map(|kind| row.senders.iter().map(move |asker| (kind, asker))) {
            for &asked in &row.recipients {
                let back = answer(&policy, row, *kind, asked, asker);
                assert!(back, "{} {kind} {asked} {asker}", row.id);
            }
        }
    }
}

fn answer(policy: &Policy, row: &Row, kind: MessageKind, asked: K, asker: K) -> bool {
    let statutory = row.class == BasisClass::Statutory && kind == MessageKind::InfoReply;
    if statutory {
        let found = row.bases.iter().map(|basis| policy.find_basis(kind, asked, asker, *basis));
        return found.into_iter().all(|back| back.is_ok_and(|back| back.ceiling == row.ceiling));
    }
    let classes = [BasisClass::NoPersonalData, BasisClass::Consent];
    // Authorities are asked on statutes; whoever asks with consent is no authority.
    classes.iter().any(|class| policy.find(kind, asked, asker, *class).is_ok())
}

#[test]
fn a_row_is_found_by_its_basis_where_pairs_are_shared() {
    let policy = shipped();
    for (kind, from, to, basis, id) in [
        (MessageKind::InfoRequest, K::Ops, K::Szkola, BasisCode::C6a, "INFO_REQUEST.CONSENT"),
        (MessageKind::InfoRequest, K::Ops, K::Szkola, BasisCode::Ups105, "INFO_REQUEST.UPS_105"),
        (MessageKind::InfoRequest, K::Ops, K::Szkola, BasisCode::Uwr16, "INFO_REQUEST.UWR_16"),
        (MessageKind::InfoReply, K::Ops, K::Cus, BasisCode::Uwr16, "INFO_REPLY.UWR_16"),
        (MessageKind::Alert, K::Szkola, K::Policja, BasisCode::Vital, "ALERT.VITAL"),
        (MessageKind::Alert, K::Szkola, K::Policja, BasisCode::Kpk304, "ALERT.KPK_304"),
        (MessageKind::Alert, K::Szkola, K::Zi, BasisCode::Uppd9d, "ALERT.UPPD_9D"),
        (MessageKind::NkNote, K::Zi, K::Ngo, BasisCode::Uppd9c, "NK_NOTE.OUT"),
        (MessageKind::NkNote, K::Ngo, K::Zi, BasisCode::Uppd9c, "NK_NOTE.IN"),
        (MessageKind::MediationNote, K::Rops, K::Rops, BasisCode::NoPd, "MEDIATION_NOTE.OUT"),
        (MessageKind::MediationNote, K::Sport, K::Rops, BasisCode::NoPd, "MEDIATION_NOTE.BACK"),
    ] {
        assert_eq!(policy.find_basis(kind, from, to, basis).unwrap().id, id);
    }
}
