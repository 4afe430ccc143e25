//! Names of persons that a message carries, wherever its kind has a place for them.

use wiez_proto::payload::{Body, NkPerson, Payload};
use wiez_proto::vocab::Category;

/// Every text of a payload that holds a name.
pub(crate) fn names(payload: &Payload) -> impl Iterator<Item = &str> {
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
        assert_eq!(names(&payload).collect::<Vec<_>>(), ["Anna Kowalska"]);
        let alert = Alert { what: "pożar".into(), place: String::new(), in_danger: "Jan Nowak".into() };
        let payload = Payload::new("1", vec![named("Ewa Lis"), other], Body::Alert(alert)).unwrap();
        assert_eq!(names(&payload).collect::<Vec<_>>(), ["Ewa Lis", "Jan Nowak"]);
    }
}
