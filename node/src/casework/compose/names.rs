//! Family names of this institution's own open cases, which no message without personal data may hold.

use std::collections::BTreeSet;

use wiez_proto::payload::{Body, NkPerson, Payload};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{BasisClass, Category, MessageKind};

use crate::message::Message;
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
    if message.class != BasisClass::NoPersonalData || !(written || may_name(message.payload.subject_ref())) {
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

/// Every text of a payload that holds a name.
fn texts(payload: &Payload) -> impl Iterator<Item = &str> {
    let facts = persons(payload.body()).iter().flat_map(|person| &person.facts);
    let sections = payload.sections().iter().chain(facts);
    let sections = sections.filter(|section| section.category == Category::IdName).map(|section| section.text.as_str());
    let answers = if let Body::InfoReply(reply) = payload.body() { reply.answers.as_slice() } else { &[] };
    let answers =
        answers.iter().filter(|answer| answer.category == Category::IdName).map(|answer| answer.text.as_str());
    let in_danger = if let Body::Alert(alert) = payload.body() { Some(alert.in_danger.as_str()) } else { None };
    sections.chain(answers).chain(in_danger)
}

fn persons(body: &Body) -> &[NkPerson] {
    if let Body::NkA(form) = body {
        &form.persons
    } else if let Body::NkADispatch(dispatch) = body {
        &dispatch.form.persons
    } else if let Body::NkNote(note) = body {
        &note.persons
    } else if let Body::NkMove(moved) = body {
        &moved.form.persons
    } else {
        &[]
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use wiez_proto::payload::{Alert, NkForm, Section};
    use wiez_proto::vocab::PersonRole;

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

    #[test]
    fn names_stand_in_sections_persons_and_alerts() {
        let named = |text: &str| Section { category: Category::IdName, label: String::new(), text: text.into() };
        let other = Section { category: Category::Address, label: String::new(), text: "ul. Lipowa 3".into() };
        let form = NkForm {
            form_version: "2023".into(),
            persons: vec![NkPerson { role: PersonRole::Suffering, facts: vec![named("Anna Kowalska"), other.clone()] }],
            incident: "krzyk".into(),
            event: vec![],
            file_hash: None,
        };
        let payload = Payload::new("1", vec![], Body::NkA(form)).unwrap();
        assert_eq!(texts(&payload).collect::<Vec<_>>(), ["Anna Kowalska"]);
        let alert = Alert { what: "pożar".into(), place: String::new(), in_danger: "Jan Nowak".into() };
        let payload = Payload::new("1", vec![named("Ewa Lis"), other], Body::Alert(alert)).unwrap();
        assert_eq!(texts(&payload).collect::<Vec<_>>(), ["Ewa Lis", "Jan Nowak"]);
    }
}
