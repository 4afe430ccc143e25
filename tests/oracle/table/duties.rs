//! What must be reported: signals, alarms, crimes, children in danger.

use super::{CASES, FILLERS, RESCUE, Row, row};

pub(super) fn rows() -> Vec<Row> {
    [vec![signal(), vital()], alerts(), notices()].into_iter().flatten().collect()
}

/// Standards for the protection of minors; own tasks of social assistance at the recipient.
fn signal() -> Row {
    row("SIGNAL", "SIGNAL")
        .from(CASES)
        .to("OPS CUS")
        .statute("KAMILKA UPS_100")
        .holds("ID_NAME ADDRESS CONTACT INCIDENT REPORTER")
        .duty()
        .due("WORKING_DAYS 1")
        .answered_by("FEEDBACK_MIN")
        .feedback()
}

/// Art. 6(1)(d), 9(2)(c) RODO: immediate danger, justified by a person.
fn vital() -> Row {
    row("ALERT.VITAL", "ALERT")
        .from(CASES)
        .to(RESCUE)
        .vital()
        .holds("ID_NAME AGE ADDRESS CONTACT LOCATION_SAFE INCIDENT VIOLENCE")
        .holds("HEALTH HEALTH_MENTAL DISABILITY PREGNANCY REPORTER")
        .never("LOCATION_SAFE", "OPS CUS SZPITAL OIK")
        .never("HEALTH_MENTAL DISABILITY PREGNANCY", "POLICJA")
        .requires("JUSTIFICATION")
        .duty()
        .due("MINUTES 15")
        .answered_by("ACK_HUMAN")
        .feedback()
}

fn alerts() -> Vec<Row> {
    vec![
        row("ALERT.UPPD_9D", "ALERT")
            .from(FILLERS)
            .to("ZI")
            .statute("UPPD_9D")
            .holds("ID_NAME AGE ADDRESS CONTACT INCIDENT VIOLENCE")
            .duty()
            .due("MINUTES 1440")
            .answered_by("ACK_HUMAN")
            .feedback(),
        row("ALERT.KPK_304", "ALERT")
            .from(CASES)
            .to("POLICJA")
            .statute("KPK_304")
            .holds("ID_NAME ADDRESS CONTACT INCIDENT VIOLENCE REPORTER")
            .duty()
            .due("MINUTES 1440")
            .answered_by("ACK_HUMAN")
            .feedback(),
    ]
}

fn notices() -> Vec<Row> {
    vec![
        // Art. 304 par. 2 kpk. The two addressees do not notify each other.
        row("CRIME_NOTICE", "CRIME_NOTICE")
            .from(CASES)
            .not_from("POLICJA PROK")
            .to("POLICJA PROK")
            .statute("KPK_304")
            .holds("ID_NAME ADDRESS CONTACT INCIDENT VIOLENCE REPORTER")
            .duty()
            .due("WORKING_DAYS 1")
            .answered_by("ACK_HUMAN")
            .formal_letter("SENDER FORMAL_REF WORKING_DAYS 1"),
        // Art. 572 kpc.
        row("COURT_NOTICE", "COURT_NOTICE")
            .from(CASES)
            .not_from("SAD_ROD")
            .to("SAD_ROD")
            .statute("KPC_572")
            .holds("ID_NAME AGE ADDRESS FAMILY_SIT INCIDENT VIOLENCE")
            .duty()
            .due("WORKING_DAYS 5")
            .answered_by("ACK_HUMAN")
            .formal_letter("SENDER FORMAL_REF WORKING_DAYS 3"),
    ]
}
