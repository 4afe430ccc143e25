//! Rows under consent and rows without personal data: questions, referrals, statuses, notices.

use super::{ANY, CASES, Row, row};

/// Consent is never a basis towards them.
const COMPEL: &str = "POLICJA PROK SAD_ROD";

/// Who refers a family to a service.
const REFERRERS: &str = "OPS CUS PCPR";

/// Who provides one: not who supervises, punishes or decides; those have statutes, not consent.
const PROVIDERS: &str = "OPS CUS PCPR GKRPA OIK SOW POW OA DPS SDS WTZ DDP PWD SZKOLA PRZEDSZKOLE PPP MOW_MOS \
    POZ PZP CZP PTU SZPITAL PUP UG PZOON KULTURA SPORT NGO PES KOSCIOL";

/// Who asks about a person under her consent.
const ASKERS: &str = "OPS CUS PCPR KURATOR ZI POZ PZP CZP PTU SZKOLA PPP";

/// Addiction is never told to schools, culture and sport, whatever was signed.
const NO_ADDICTION: &str = "SZKOLA PRZEDSZKOLE PPP MOW_MOS PWD KULTURA SPORT";

/// PESEL goes only to who keeps it anyway.
const NO_PESEL: &str = "KULTURA SPORT NGO PES KOSCIOL";

pub(super) fn rows() -> Vec<Row> {
    [anonymous(), information(), referrals(), notices()].into_iter().flatten().collect()
}

fn anonymous() -> Vec<Row> {
    vec![
        row("CONSULT_ANON", "CONSULT_ANON")
            .from(ANY)
            .to(ANY)
            .no_personal_data()
            .due("WORKING_DAYS 5")
            .answered_by("REPLY_ANON"),
        row("REPLY_ANON", "REPLY_ANON").from(ANY).to(ANY).no_personal_data(),
    ]
}

/// A row under consent, with what consent cannot do in any of them.
fn consented(name: &'static str, kind: &str) -> Row {
    row(name, kind).under_consent().never("ADDICTION", NO_ADDICTION).never("ID_PESEL", NO_PESEL)
}

fn information() -> Vec<Row> {
    vec![
        consented("INFO_REQUEST.CONSENT", "INFO_REQUEST")
            .from(ASKERS)
            .to(CASES)
            .not_to(COMPEL)
            .due("WORKING_DAYS 5")
            .answered_by("INFO_REPLY INFO_REFUSAL"),
        consented("INFO_REPLY.CONSENT", "INFO_REPLY").from(CASES).not_from(COMPEL).to(ASKERS),
        // Codes only, so that a case can close after a withdrawal.
        row("INFO_REFUSAL", "INFO_REFUSAL").from(ANY).to(ANY).no_personal_data(),
    ]
}

fn referrals() -> Vec<Row> {
    vec![
        // An individual plan of social services is forwarded with the applicant's consent.
        consented("REFERRAL.CONSENT", "REFERRAL")
            .from(REFERRERS)
            .to(PROVIDERS)
            .also_on("UCUS_PLAN")
            .due("BY_URGENCY")
            .answered_by("REFERRAL_STATUS"),
        // Bare states carry codes and dates: to who referred, and to who had passed the referral on.
        row("REFERRAL_STATUS", "REFERRAL_STATUS").from(PROVIDERS).to(REFERRERS).no_personal_data(),
        row("REFERRAL_STATUS.FORWARDER", "REFERRAL_STATUS")
            .from(PROVIDERS)
            .to(PROVIDERS)
            .not_to(REFERRERS)
            .no_personal_data(),
        // With a free note: under the reverse edge of the referral's consent.
        row("REFERRAL_STATUS.CONSENT", "REFERRAL_STATUS")
            .from(PROVIDERS)
            .to(REFERRERS)
            .consent_for("LOGISTICS PLAN_TASKS ASSESSMENT")
            .also_on("UCUS_PLAN"),
        consented("REFERRAL_FORWARD.CONSENT", "REFERRAL_FORWARD")
            .from(PROVIDERS)
            .to(PROVIDERS)
            .due("WORKING_DAYS 2")
            .answered_by("REFERRAL_STATUS"),
    ]
}

fn notices() -> Vec<Row> {
    vec![
        row("CONSENT_WITHDRAWN", "CONSENT_WITHDRAWN")
            .from(ANY)
            .to(ANY)
            .no_personal_data()
            .due("WORKING_DAYS 5")
            .answered_by("CONSENT_WITHDRAWN_ANSWER"),
        row("CONSENT_WITHDRAWN_ANSWER", "CONSENT_WITHDRAWN_ANSWER").from(ANY).to(ANY).no_personal_data(),
        row("GATE_REFUSAL", "GATE_REFUSAL").from(ANY).to(ANY).no_personal_data(),
        // Whoever owes feedback can give it; that there was a report stays hidden.
        row("FEEDBACK_MIN", "FEEDBACK_MIN")
            .from("OPS CUS ZI POLICJA SZPITAL OIK SOW")
            .to(ANY)
            .no_personal_data()
            .hidden(),
        row("ACK_HUMAN", "ACK_HUMAN").from(ANY).to(ANY).no_personal_data(),
    ]
}
