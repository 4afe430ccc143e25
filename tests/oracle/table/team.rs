//! The Niebieska Karta: what goes to the interdisciplinary team, between the team and its groups, and about whom.

use super::{FILLERS, MEMBERS, Row, row};

/// Art. 9c ust. 1 pkt 1 UPPD. A shelter's place only where the row itself allows it.
pub(super) const SUFFERING: &str = "ID_NAME ID_PESEL AGE ADDRESS CONTACT HEALTH DISABILITY PREGNANCY ADDICTION CRIMINAL \
    FAMILY_SIT EMPLOYMENT HOUSING EDU_PLACE LOCATION_SAFE";

/// School and class stand in the act under the household only, but a child is often the one who suffers.
pub(super) const DOUBTFUL_OF_SUFFERING: &str = "EDU_PLACE";

/// Art. 9c ust. 1 pkt 2 UPPD: no health, no address, no rulings of people who merely live there.
pub(super) const HOUSEHOLD: &str = "ID_NAME ID_PESEL AGE KINSHIP EMPLOYMENT EDU_PLACE";

/// Art. 9c ust. 1 pkt 3 UPPD.
pub(super) const USING: &str =
    "ID_NAME ID_PESEL AGE ADDRESS CONTACT KINSHIP MARITAL HEALTH DISABILITY PREGNANCY ADDICTION CRIMINAL EMPLOYMENT";

/// What belongs to the event and to nobody's person.
pub(super) const EVENT: &str = "INCIDENT VIOLENCE REPORTER PLAN_TASKS LOGISTICS";

/// Everything that the closed list names for anybody.
const CLOSED_LIST: &str = "ID_NAME ID_PESEL AGE ADDRESS CONTACT KINSHIP MARITAL HEALTH DISABILITY PREGNANCY ADDICTION \
    CRIMINAL FAMILY_SIT EMPLOYMENT HOUSING EDU_PLACE";

pub(super) fn rows() -> Vec<Row> {
    vec![
        form(),
        form_b(),
        dispatch(),
        note("NK_NOTE.OUT").from("ZI").to(MEMBERS),
        note("NK_NOTE.IN").from(MEMBERS).to("ZI"),
        moved(),
    ]
}

/// Rozporzadzenie Niebieskie Karty par. 7: to the team within 5 working days of the start.
fn form() -> Row {
    row("NK_A", "NK_A")
        .from(FILLERS)
        .to("ZI")
        .statute("UPPD_9D")
        .by_role()
        .holds(CLOSED_LIST)
        .holds("INCIDENT VIOLENCE REPORTER")
        .duty()
        .due("WORKING_DAYS 5")
        .counted_from_start()
        .answered_by("ACK_HUMAN")
        .feedback()
        .owes("RECIPIENT DISPATCH WORKING_DAYS 3")
        .formal_letter("SENDER FORMAL_REF WORKING_DAYS 5")
}

/// Par. 6: only that the form was handed over, and when.
fn form_b() -> Row {
    row("NK_B_RECORD", "NK_B_RECORD").from(FILLERS).to("ZI").statute("UPPD_9D").holds("LOGISTICS").hidden()
}

/// Par. 8: to the group within 3 working days; first sitting within 5.
fn dispatch() -> Row {
    row("NK_A_DISPATCH", "NK_A_DISPATCH")
        .from("ZI")
        .to(MEMBERS)
        .statute("UPPD_9C")
        .by_role()
        .holds(CLOSED_LIST)
        .holds("LOCATION_SAFE INCIDENT VIOLENCE PLAN_TASKS LOGISTICS")
        .hidden()
        .for_group()
        .due("WORKING_DAYS 3")
        .answered_by("ACK_HUMAN")
        .owes("SENDER SITTING WORKING_DAYS 5")
}

/// Work of the group, in both directions.
fn note(name: &'static str) -> Row {
    row(name, "NK_NOTE")
        .statute("UPPD_9C")
        .by_role()
        .holds(CLOSED_LIST)
        .holds("LOCATION_SAFE INCIDENT VIOLENCE PLAN_TASKS LOGISTICS")
        .hidden()
        .for_group()
}

/// The procedure follows persons who moved; the paragraph is not confirmed, so a second person looks.
fn moved() -> Row {
    row("NK_MOVE", "NK_MOVE")
        .from("ZI")
        .to("ZI")
        .statute("UPPD_9C")
        .by_role()
        .holds(CLOSED_LIST)
        .holds("INCIDENT VIOLENCE")
        .hidden()
        .due("WORKING_DAYS 5")
        .answered_by("ACK_HUMAN")
        .formal_letter("SENDER FORMAL_REF WORKING_DAYS 5")
}
