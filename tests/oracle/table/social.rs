//! Statutory requests of social assistance, change of competence, mediation.

use super::{ANY, CASES, Row, row};

/// What a decision on assistance needs, art. 105 UPS.
const ASSISTANCE: &str = "ID_NAME ID_PESEL AGE ADDRESS CONTACT FAMILY_COMP FAMILY_SIT KINSHIP MATERIAL BENEFITS HOUSING \
    EMPLOYMENT EDU_PLACE EDU_PROGRESS HEALTH DISABILITY PREGNANCY LOGISTICS";

/// What a family assistant may ask for, art. 16 UWR: neither PESEL nor health.
const FAMILY: &str = "ID_NAME AGE ADDRESS CONTACT FAMILY_COMP FAMILY_SIT KINSHIP MATERIAL BENEFITS HOUSING EMPLOYMENT \
    EDU_PLACE EDU_PROGRESS LOGISTICS";

pub(super) fn rows() -> Vec<Row> {
    [requests(), vec![transfer()], mediation()].into_iter().flatten().collect()
}

fn requests() -> Vec<Row> {
    vec![
        row("INFO_REQUEST.UPS_105", "INFO_REQUEST")
            .from("OPS CUS PCPR")
            .to(CASES)
            .statute("UPS_105")
            .holds(ASSISTANCE)
            .due("CALENDAR_DAYS 7")
            .answered_by("INFO_REPLY INFO_REFUSAL"),
        row("INFO_REPLY.UPS_105", "INFO_REPLY").from(CASES).to("OPS CUS PCPR").statute("UPS_105").holds(ASSISTANCE),
        row("INFO_REQUEST.UWR_16", "INFO_REQUEST")
            .from("OPS CUS")
            .to(CASES)
            .statute("UWR_16")
            .holds(FAMILY)
            .due("WORKING_DAYS 5")
            .answered_by("INFO_REPLY INFO_REFUSAL"),
        row("INFO_REPLY.UWR_16", "INFO_REPLY").from(CASES).to("OPS CUS").statute("UWR_16").holds(FAMILY),
    ]
}

/// Art. 101 UPS: residence decides.
fn transfer() -> Row {
    row("TRANSFER_CASE", "TRANSFER_CASE")
        .from("OPS CUS")
        .to("OPS CUS")
        .statute("UPS_101")
        .holds("ID_NAME ID_PESEL AGE ADDRESS CONTACT PLAN_TASKS LOGISTICS")
        .due("WORKING_DAYS 5")
        .answered_by("ACK_HUMAN")
}

/// The region mediates without case data.
fn mediation() -> Vec<Row> {
    vec![
        row("MEDIATION_REQUEST", "MEDIATION_REQUEST")
            .from("OPS CUS PCPR")
            .to("ROPS")
            .no_personal_data()
            .due("WORKING_DAYS 5")
            .answered_by("MEDIATION_NOTE"),
        row("MEDIATION_NOTE.OUT", "MEDIATION_NOTE").from("ROPS").to(ANY).no_personal_data(),
        row("MEDIATION_NOTE.BACK", "MEDIATION_NOTE").from(ANY).not_from("ROPS").to("ROPS").no_personal_data(),
    ]
}
