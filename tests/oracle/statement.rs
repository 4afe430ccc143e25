//! Writes the statement that a case describes.

use jiff::civil::Date;
use wiez_proto::statement::{FormalRef, Statement};
use wiez_proto::vocab::FormalChannel;

use crate::case::Case;

/// Thirty characters: as short as a justification may be.
const JUSTIFICATION: &str = "dziecko samo na balkonie, 3 p.";

/// Twenty characters: as short as a reason for naming the reporter may be.
const REASON: &str = "świadek prosi o to x";

/// The statement with the fields of the case; what is not given is blank or one character too short.
pub(crate) fn of(case: &Case) -> Statement {
    let given = |field: &str, text: &str| if case.fields.contains(field) { text.to_owned() } else { "  ".to_owned() };
    let cut = |text: &str| text.chars().skip(1).collect::<String>();
    let letter =
        FormalRef { channel: FormalChannel::Ade, number: "AE:PL-1".to_owned(), date: Date::constant(2026, 5, 5) };
    Statement {
        case_ref: given("CASE_REF", "Kp 12/26"),
        officer: given("OFFICER", "881234"),
        order_ref: given("ORDER_REF", "III Nsm 7/26"),
        justification: if case.fields.contains("JUSTIFICATION") {
            JUSTIFICATION.to_owned()
        } else {
            cut(JUSTIFICATION)
        },
        formal_ref: case.fields.contains("FORMAL_REF").then_some(letter),
        override_reason: if case.reason_to_name_reporter { REASON.to_owned() } else { cut(REASON) },
        ..Statement::of(case.basis)
    }
}
