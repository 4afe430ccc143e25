//! The canonical text of a policy row and its digest, which both nodes compare.
//!
//! UTF-8 lines `name=value`, each ended by a line feed, in this order: `wiez/v1/policy-row` (without value), `id`, `kind`,
//! `senders`, `recipients`, `class`, `bases`, `consent`, `categories`, one `never` for each rule in the order of the file
//! (recipients, `:`, categories), `review`, `due`, `clock_from` (`STARTED` or empty), `expects`, `feedback`, one `owes` for
//! each thing owed (`SENDER` or `RECIPIENT`, `:`, what, `:`, by when; the file's in its order, then those that `feedback`
//! means), `requires`, `role_matrix`, one `matrix` for each role of that list in ascending order of its code, `EVENT` among
//! them (role, `:`, categories, `:`, review), one `secrecy` for each rule in the order of the file that can close something
//! in this row (regime, `:`, senders, `:`, categories, `:`, what opens it), `for_gdp`, `duty`, `subject_sees` (`yes` or
//! `never`), `act`, `source`. A secrecy rule can close something when the row is no duty, has class `CONSENT` or
//! `STATUTORY`, and shares a sender and a category with the rule.
//!
//! Sets are expanded; lists are codes in ascending order, joined by a comma; what is absent is empty. The table is refused
//! when a text holds a line feed, so that no value can imitate a line.

use super::secrecy::CONSENT;
use super::{Matrix, Row, Secrecy};
use std::fmt::{Display, Write};

pub(super) fn of(row: &Row, matrix: Option<&Matrix>, secrecy: &[Secrecy]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, canonical(row, matrix, secrecy).as_bytes());
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    out
}

pub(super) fn canonical(row: &Row, matrix: Option<&Matrix>, secrecy: &[Secrecy]) -> String {
    let mut text = "wiez/v1/policy-row\n".to_owned();
    let mut line = |name: &str, value: &dyn Display| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name}={value}");
    };
    line("id", &row.id);
    line("kind", &row.kind);
    line("senders", &list(&row.senders));
    line("recipients", &list(&row.recipients));
    line("class", &row.class);
    line("bases", &list(&row.bases));
    line("consent", &row.consent.code());
    line("categories", &list(&row.ceiling));
    for never in &row.never {
        line("never", &format!("{}:{}", list(&never.to), list(&never.categories)));
    }
    line("review", &list(&row.review));
    line("due", &row.due.map(|due| due.to_string()).unwrap_or_default());
    line("clock_from", &if row.clock_from_started { "STARTED" } else { "" });
    line("expects", &list(&row.expects));
    line("feedback", &row.feedback);
    for owes in &row.owes {
        line("owes", owes);
    }
    line("requires", &list(row.requires.iter().map(|r| r.code())));
    line("role_matrix", &row.role_matrix.as_deref().unwrap_or_default());
    for (role, (categories, review)) in matrix.map(Matrix::lines).unwrap_or_default() {
        line("matrix", &format!("{role}:{}:{}", list(categories), list(review)));
    }
    for rule in secrecy.iter().filter(|rule| rule.concerns(row)) {
        line("secrecy", &secret(rule));
    }
    line("for_gdp", &row.for_gdp);
    line("duty", &row.duty);
    line("subject_sees", &row.subject_sees.code());
    line("act", &row.act);
    line("source", &row.source);
    text
}

fn secret(rule: &Secrecy) -> String {
    let consent = rule.consent_opens.then_some(CONSENT);
    let opened_by = list(rule.opened_by.iter().map(|basis| basis.code()).chain(consent));
    format!("{}:{}:{}:{opened_by}", rule.regime, list(&rule.senders), list(&rule.categories))
}

fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut codes: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    codes.sort_unstable();
    codes.join(",")
}
