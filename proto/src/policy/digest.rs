//! The canonical text of a policy row and its digest, which both nodes compare.
//!
//! UTF-8 lines `name=value`, each ended by a line feed, in this order: `wiez/v1/policy-row` (without value), `id`, `kind`,
//! `senders`, `recipients`, `class`, `bases`, `consent`, `categories`, one `never` for each rule in the order of the file
//! (recipients, `:`, categories), `review`, `due`, `expects`, `requires`, `role_matrix`, `duty`, `subject_sees`, `act`,
//! `source`. Sets are expanded; lists are codes in ascending order, joined by a comma; what is absent is empty. The table
//! is refused when a text holds a line feed, so that no value can imitate a line.

use super::Row;
use std::fmt::{Display, Write};

pub(super) fn of(row: &Row) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, canonical(row).as_bytes());
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    out
}

pub(super) fn canonical(row: &Row) -> String {
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
    line("expects", &list(&row.expects));
    line("requires", &list(row.requires.iter().map(|r| r.code())));
    line("role_matrix", &row.role_matrix.as_deref().unwrap_or_default());
    line("duty", &row.duty);
    line("subject_sees", &row.subject_sees);
    line("act", &row.act);
    line("source", &row.source);
    text
}

fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut codes: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    codes.sort_unstable();
    codes.join(",")
}
