//! What a message on a statute must state besides its content, and that nobody names a reporter without saying why.

use wiez_proto::calendar;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Category;
use wiez_proto::wire::invalid;

use super::basis::Fit;
use crate::message::Message;

/// Judges the fields that the row requires. The formal letter may follow, so it is never missing.
///
/// # Errors
/// `BASIS` with the codes of the fields as detail `missing`; `FIELD_INVALID` for a clock that
/// starts in the future and for a mark "acting for the group" that the row does not have.
pub(super) fn required(fit: &Fit<'_>, message: &Message, now_ms: i64) -> Result<(), Refusal> {
    let Some(statement) = &message.statement else { return Ok(()) };
    let missing = statement.missing(fit.row);
    if !missing.is_empty() {
        let codes = missing.iter().map(|field| field.code());
        return Err(Refusal::new(Reason::Basis)
            .with_codes("missing", codes)
            .with("kind", message.kind)
            .with("basis", statement.basis));
    }
    if statement.started_on.is_some_and(|day| day > calendar::day_of(now_ms)) {
        return Err(invalid("statement.started_on"));
    }
    if statement.for_gdp != fit.row.for_gdp {
        return Err(invalid("statement.for_gdp"));
    }
    Ok(())
}

/// Whether the message names who reported.
pub(super) fn names_reporter(message: &Message) -> bool {
    message.categories.contains(&Category::Reporter)
}

/// Holds a reporter's identity back until the sender says why it has to be told.
///
/// # Errors
/// `REPORTER_LEAK`.
pub(super) fn reporter(message: &Message) -> Result<(), Refusal> {
    let why = message.statement.as_ref().map_or("", |statement| statement.override_reason.trim());
    if names_reporter(message) && why.chars().count() < limits::OVERRIDE_CHARS {
        return Err(Refusal::new(Reason::ReporterLeak)
            .with_codes("categories", [Category::Reporter.code()])
            .with("least", limits::OVERRIDE_CHARS));
    }
    Ok(())
}
