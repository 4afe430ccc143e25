//! Lawful questions of Police, probation officers, courts and prosecutors, and the answers to them.

use super::{CASES, CONSENTABLE, Row, row};

/// What the Police may ask for and be told; never benefits, means or housing (art. 100 UPS).
const POLICE: &str = "ID_NAME ID_PESEL AGE ADDRESS CONTACT FAMILY_COMP KINSHIP EMPLOYMENT EDU_PLACE INCIDENT LOGISTICS";

/// Special categories and offences: with a second person.
const POLICE_REVIEWED: &str = "EDU_OPINION HEALTH HEALTH_MENTAL DISABILITY PREGNANCY ADDICTION VIOLENCE CRIMINAL";

/// The ward's documentation, art. 9 of the act on probation officers.
const WARD: &str = "ID_NAME AGE ADDRESS CONTACT GUARDIAN EDU_PLACE EDU_PROGRESS EDU_OPINION CRIMINAL COURT_FAMILY FOSTER \
    PLAN_TASKS LOGISTICS";

pub(super) fn rows() -> Vec<Row> {
    [police(), probation(), orders()].into_iter().flatten().collect()
}

fn police() -> Vec<Row> {
    vec![
        row("POLICE_QUERY", "POLICE_QUERY")
            .from("POLICJA")
            .to(CASES)
            .not_to("POLICJA")
            .statute("POL_REQ")
            .requires("CASE_REF OFFICER")
            .holds(POLICE)
            .holds(POLICE_REVIEWED)
            .reviewed(POLICE_REVIEWED)
            .hidden()
            .due("CALENDAR_DAYS 7")
            .answered_by("INFO_REPLY INFO_REFUSAL"),
        row("INFO_REPLY.POL_REQ", "INFO_REPLY")
            .from(CASES)
            .not_from("POLICJA")
            .to("POLICJA")
            .statute("POL_REQ")
            .holds(POLICE)
            .holds(POLICE_REVIEWED)
            .reviewed(POLICE_REVIEWED)
            .hidden(),
    ]
}

fn probation() -> Vec<Row> {
    vec![
        row("KURATOR_QUERY", "KURATOR_QUERY")
            .from("KURATOR")
            .to(CASES)
            .not_to("KURATOR")
            .statute("KUR_9")
            .requires("CASE_REF")
            .holds(WARD)
            .due("CALENDAR_DAYS 7")
            .answered_by("INFO_REPLY INFO_REFUSAL"),
        row("INFO_REPLY.KUR_9", "INFO_REPLY")
            .from(CASES)
            .not_from("KURATOR")
            .to("KURATOR")
            .statute("KUR_9")
            .holds(WARD),
    ]
}

/// As ordered; the ceiling is what may stand in such a message at all.
fn orders() -> Vec<Row> {
    vec![
        row("INFO_REQUEST.COURT_ORDER", "INFO_REQUEST")
            .from("SAD_ROD PROK")
            .to(CASES)
            .statute("COURT_ORDER")
            .requires("ORDER_REF")
            .holds(CONSENTABLE)
            .holds("CRIMINAL")
            .reviewed("HEALTH_MENTAL")
            .due("CALENDAR_DAYS 7")
            .answered_by("INFO_REPLY INFO_REFUSAL"),
        row("INFO_REPLY.COURT_ORDER", "INFO_REPLY")
            .from(CASES)
            .to("SAD_ROD PROK")
            .statute("COURT_ORDER")
            .holds(CONSENTABLE)
            .holds("CRIMINAL")
            .reviewed("HEALTH_MENTAL"),
    ]
}
