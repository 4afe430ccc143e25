//! Whom a new case is about: one field typed in the form, found among this worker's own cases and consents.

use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::Category;

use super::super::ask::Ask;
use super::super::fields::Fields;
use super::letter::field_of;
use super::topic::Topic;
use crate::names::{Hit, NameIndex, alike, folded};

/// Most people offered to choose from.
const MOST: usize = 8;

/// A person as this institution calls her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Person {
    /// Own case number; a family may share one.
    pub(in crate::web) subject_ref: String,
    /// Her name; empty where none is known under the number.
    pub(in crate::web) name: String,
    /// Cases and consents of hers that this worker sees.
    pub(in crate::web) numbers: Vec<String>,
}

impl Person {
    /// The value of a form that says who is meant by what was typed: number, what was typed, name. It counts no more
    /// when something else is typed.
    pub(super) fn code(&self, typed: &str) -> String {
        code(&self.subject_ref, typed, &self.name)
    }

    fn is(&self, other: &Self) -> bool {
        folded(&self.subject_ref) == folded(&other.subject_ref) && same(&self.name, &other.name)
    }
}

/// What the field says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whom {
    /// One person.
    Is(Person),
    /// Perhaps one of these.
    OneOf(Vec<Person>),
    /// Nobody known here; the name that was typed.
    New(String),
    /// Nothing was typed.
    Missing,
}

impl Whom {
    /// The person, where it is one.
    pub(super) const fn person(&self) -> Option<&Person> {
        match self {
            Self::Is(person) => Some(person),
            Self::OneOf(_) | Self::New(_) | Self::Missing => None,
        }
    }
}

fn code(number: &str, typed: &str, name: &str) -> String {
    format!("{number}\t{typed}\t{name}")
}

/// Whether a text is rather a case number than a name.
fn numeric(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

fn same(one: &str, other: &str) -> bool {
    alike(one, other) && alike(other, one)
}

/// A form in which the own number that was typed on the page before sending says whom it is for.
pub(super) fn numbered(fields: &Fields) -> Fields {
    let (number, typed) = (fields.get("numer-nowy"), fields.get("osoba"));
    if number.is_empty() {
        return fields.clone();
    }
    let name = if numeric(typed) { "" } else { typed };
    fields.without(&["numer-nowy"]).with("numer", &code(number, typed, name))
}

/// The number and the name that were chosen for what is typed.
fn chosen(fields: &Fields) -> Option<(&str, &str)> {
    let (chosen, typed) = (fields.get("numer"), fields.get("osoba"));
    match chosen.split_once('\t') {
        None => Some((chosen, "")).filter(|_| !chosen.is_empty()),
        Some((number, rest)) => {
            let (asked, name) = rest.split_once('\t').unwrap_or((rest, ""));
            (asked.trim() == typed).then_some((number, name))
        }
    }
}

/// Finds the person of a form. Only a whole name or number says who is meant; whatever else is found is offered. Where
/// the message itself says a name, it is about nobody else.
///
/// # Errors
/// What keeps the worker from reading.
pub(super) async fn whom(ask: &Ask, fields: &Fields) -> Result<Whom, Refusal> {
    let (typed, index) = (fields.get("osoba"), ask.names().await?);
    let said = field_of(Category::IdName);
    let named = if Topic::of(fields)? == Topic::BlueCard { "" } else { fields.get(&said) };
    Ok(match chosen(fields) {
        Some((number, name)) => under(&index.exact(number), number, if named.is_empty() { name } else { named }),
        None if typed.is_empty() => Whom::Missing,
        None => found(&index, typed, named),
    })
}

/// Who is known by a whole name of this text and a number of this institution; nobody where several are.
pub(in crate::web) fn known(index: &NameIndex, name: &str) -> Option<Person> {
    match found(index, name, "") {
        Whom::Is(one) if !one.numbers.is_empty() => Some(one),
        Whom::Is(_) | Whom::OneOf(_) | Whom::New(_) | Whom::Missing => None,
    }
}

/// Whoever bears a name under an own number.
pub(in crate::web) fn bearing(index: &NameIndex, number: &str, name: &str) -> Person {
    let hits = index.exact(number);
    let own: Vec<&Hit> = hits.iter().filter(|hit| folded(&hit.subject_ref) == folded(number)).collect();
    person(&own, number, name)
}

fn found(index: &NameIndex, typed: &str, named: &str) -> Whom {
    let (exact, new) = (people(index, index.exact(typed), named), |number: &str| person(&[], number, named));
    match exact.as_slice() {
        [] => {}
        [one] => return Whom::Is(one.clone()),
        [..] => return Whom::OneOf(exact),
    }
    // A number that nobody had yet is a new one, also where it is the beginning of another.
    if numeric(typed) && !typed.contains(char::is_whitespace) {
        return Whom::Is(new(typed));
    }
    let near = people(index, index.search(typed, MOST), "");
    if !near.is_empty() {
        Whom::OneOf(near)
    } else if numeric(typed) {
        Whom::Is(new(typed))
    } else {
        Whom::New(typed.to_owned())
    }
}

/// The persons behind what was found, each once. Who has no own number here is nobody yet.
fn people(index: &NameIndex, hits: Vec<Hit>, named: &str) -> Vec<Person> {
    let mut out: Vec<Person> = vec![];
    for hit in hits.into_iter().filter(|hit| !hit.subject_ref.is_empty()) {
        let number = &hit.subject_ref;
        let all = match under(&index.exact(number), number, if named.is_empty() { &hit.name } else { named }) {
            Whom::Is(one) => vec![one],
            Whom::OneOf(several) => several,
            Whom::New(_) | Whom::Missing => vec![],
        };
        for one in all {
            if !out.iter().any(|other| other.is(&one)) {
                out.push(one);
            }
        }
    }
    out.truncate(MOST);
    out
}

/// Whoever bears a name under an own number; without a name the only one there, or one of the family.
fn under(hits: &[Hit], number: &str, name: &str) -> Whom {
    let own: Vec<&Hit> = hits.iter().filter(|hit| folded(&hit.subject_ref) == folded(number)).collect();
    let mut names: Vec<&str> = vec![];
    for hit in own.iter().filter(|hit| !hit.name.is_empty()) {
        if !names.iter().any(|name| same(name, &hit.name)) {
            names.push(&hit.name);
        }
    }
    match (name, names.as_slice()) {
        ("", [one]) => Whom::Is(person(&own, number, one)),
        ("", [_, ..]) => Whom::OneOf(names.iter().map(|name| person(&own, number, name)).collect()),
        (name, _) => Whom::Is(person(&own, number, name)),
    }
}

/// One person of a number. What names nobody is hers where nobody else is known under the number.
fn person(own: &[&Hit], number: &str, name: &str) -> Person {
    let hers = |hit: &&&Hit| !hit.name.is_empty() && alike(&hit.name, name);
    let alone = own.iter().all(|hit| hit.name.is_empty() || hers(&hit));
    Person {
        subject_ref: own.first().map_or(number, |hit| &hit.subject_ref).to_owned(),
        name: own.iter().find(hers).map_or(name, |hit| &hit.name).to_owned(),
        numbers: own.iter().filter(|hit| alone || hers(hit)).flat_map(|hit| hit.numbers.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(name: &str, subject_ref: &str, number: &str) -> Hit {
        Hit { name: name.to_owned(), subject_ref: subject_ref.to_owned(), numbers: vec![number.to_owned()] }
    }

    fn is(whom: &Whom, name: &str, numbers: &[&str]) -> bool {
        whom.person().is_some_and(|one| one.name == name && one.numbers == numbers)
    }

    #[test]
    fn one_of_a_family_has_her_own_consents_and_nobody_elses() {
        let one = [hit("", "OPS/1", "Z-3"), hit("Ewa Lis", "ops/1", "Z-1")];
        assert!(is(&under(&one, "OPS/1", ""), "Ewa Lis", &["Z-3", "Z-1"]), "what names nobody is hers alone");
        assert!(is(&under(&one, "OPS/1", "lis ewa"), "Ewa Lis", &["Z-3", "Z-1"]));
        assert!(is(&under(&one, "OPS/1", "Jan Lis"), "Jan Lis", &[]), "a new child of a known family");
        let family = [hit("Ewa Lis", "OPS/1", "Z-1"), hit("Jan Lis", "OPS/1", "Z-2"), hit("", "OPS/1", "Z-3")];
        assert!(is(&under(&family, "OPS/1", "Jan Lis, ur. 2015"), "Jan Lis", &["Z-2"]));
        assert!(is(&under(&family, "OPS/1", "Jan"), "Jan", &[]), "half a name is nobody's");
        assert!(matches!(under(&family, "OPS/1", ""), Whom::OneOf(two) if two.len() == 2));
        assert!(is(&under(&[hit("", "OPS/2", "Z-4")], "OPS/2", "Iwo Głóg"), "Iwo Głóg", &["Z-4"]));
    }

    #[test]
    fn what_was_chosen_counts_for_what_was_typed_then() {
        let fields = Fields::default().with("osoba", "kos").with("numer-nowy", " OPS/9 ");
        let fields = numbered(&fields);
        assert_eq!((chosen(&fields), fields.get("numer-nowy")), (Some(("OPS/9", "kos")), ""));
        assert_eq!(chosen(&fields.with("osoba", "lis")), None);
        let number = person(&[], "OPS/9", "").code("OPS 9");
        assert_eq!(chosen(&Fields::default().with("osoba", "OPS 9").with("numer", &number)), Some(("OPS/9", "")));
    }
}
