//! Family names of this institution's own open cases, which no message without personal data may hold.

use std::collections::BTreeSet;

use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{BasisClass, MessageKind};

use crate::message::{Message, names as texts};
use crate::store::casework::open_content;
use crate::store::{Conn, statutory};

/// The names to look for in a message; none where it holds no word that could be one.
///
/// They come from what this institution itself wrote, and never leave it. Names of cases that
/// stand apart are looked for only where somebody wrote a text and where the conversation stands
/// apart itself: otherwise a refusal of a visible message would tell of a hidden case.
///
/// # Errors
/// `INTERNAL`.
pub(super) async fn to_avoid(conn: &mut Conn, message: &Message, hidden: bool) -> Result<Vec<String>, Refusal> {
    let written = matches!(message.kind, MessageKind::ConsultAnon | MessageKind::ReplyAnon);
    // What the node says by itself holds no text that somebody wrote; and it can open no case.
    if conn.reader().is_none()
        || message.class != BasisClass::NoPersonalData
        || !(written || may_name(message.payload.subject_ref()))
    {
        return Ok(vec![]);
    }
    let mut names = BTreeSet::new();
    for row in statutory::naming(conn, hidden || written).await? {
        let Some(message) = open_content(conn, &row).await? else { continue };
        for text in texts(&message.payload) {
            let words = text.split(|c: char| !c.is_alphabetic());
            names.extend(words.filter(|word| word.chars().count() > 2).map(str::to_owned));
        }
    }
    Ok(names.into_iter().collect())
}

/// Whether a case number holds a word that could be a name. Abbreviations such as `OPS` and
/// digits cannot, so that most messages are spared the opening of every case.
fn may_name(number: &str) -> bool {
    number.split(|c: char| !c.is_alphabetic()).any(|word| {
        let letters = word.chars().count();
        letters > 4 || (letters > 2 && word.chars().any(char::is_lowercase))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_number_is_searched_only_when_it_could_hold_a_name() {
        for number in ["", "OPS/2026/114", "W-4K7Q2X", "PCPR-12", "8b"] {
            assert!(!may_name(number), "{number}");
        }
        for number in ["Kowalska 2026", "KOWALSKA/1", "nowak-3"] {
            assert!(may_name(number), "{number}");
        }
    }
}
