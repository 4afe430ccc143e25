//! Whom a new case is about: one field typed in the form, found among this worker's own cases and consents.

use wiez_proto::refusal::Refusal;

use super::super::ask::Ask;
use super::super::fields::Fields;
use super::super::words::{folded, holds};
use crate::names::Hit;

/// Most people offered to choose from.
const MOST: usize = 8;

/// A person as this institution calls her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// Own case number.
    pub(super) subject_ref: String,
    /// Names that are known under it.
    pub(super) names: Vec<String>,
    /// Cases and consents of hers that this worker sees.
    pub(super) numbers: Vec<String>,
}

impl Person {
    /// The one name; empty where none is known, or several are.
    pub(super) fn name(&self) -> &str {
        match self.names.as_slice() {
            [one] => one,
            [] | [..] => "",
        }
    }

    /// Whether nobody here knew this number before.
    pub(super) fn is_new(&self) -> bool {
        self.numbers.is_empty()
    }
}

/// What the field says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whom {
    /// One person.
    Is(Person),
    /// One of several.
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

/// Whether a text is rather a case number than a name.
pub(super) fn numeric(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// One person or family for each own case number: a case that names nobody and a consent that does are about one. The
/// name is none where a family has several, so that nobody's stands in a message by mistake.
fn merged(hits: impl IntoIterator<Item = Hit>) -> Vec<Person> {
    let mut out: Vec<Person> = vec![];
    for hit in hits.into_iter().filter(|hit| !hit.subject_ref.is_empty()) {
        match out.iter_mut().find(|one| folded(&one.subject_ref) == folded(&hit.subject_ref)) {
            Some(one) => {
                let new = !hit.name.is_empty() && !one.names.iter().any(|name| folded(name) == folded(&hit.name));
                one.names.extend(Some(hit.name).filter(|_| new));
                one.numbers.extend(hit.numbers);
            }
            None => {
                let names = Some(hit.name).filter(|name| !name.is_empty()).into_iter().collect();
                out.push(Person { subject_ref: hit.subject_ref, names, numbers: hit.numbers });
            }
        }
    }
    out
}

/// Finds the person of a form. What was chosen or given on the page of review counts before what was typed.
///
/// # Errors
/// What keeps the worker from reading.
pub(super) async fn whom(ask: &Ask, fields: &Fields) -> Result<Whom, Refusal> {
    let typed = fields.get("osoba");
    let given = Some(fields.get("numer-nowy")).filter(|number| !number.is_empty()).unwrap_or(fields.get("numer"));
    if given.is_empty() && typed.is_empty() {
        return Ok(Whom::Missing);
    }
    let index = ask.names().await?;
    if !given.is_empty() {
        return Ok(Whom::Is(numbered(index.exact(given), given, typed)));
    }
    let mut found = merged(index.exact(typed));
    if found.is_empty() {
        found = merged(index.search(typed, MOST));
    }
    Ok(match (found.len(), found.pop()) {
        (1, Some(one)) => Whom::Is(one),
        (_, Some(last)) => {
            found.push(last);
            Whom::OneOf(found)
        }
        // A number that nobody had yet is a new family's own; the rest of the form says who she is.
        (_, None) if numeric(typed) => {
            Whom::Is(Person { subject_ref: typed.to_owned(), names: vec![], numbers: vec![] })
        }
        (_, None) => Whom::New(typed.to_owned()),
    })
}

/// The person behind a number; of a family the one whose name was typed.
fn numbered(mut hits: Vec<Hit>, number: &str, typed: &str) -> Person {
    hits.retain(|hit| folded(&hit.subject_ref) == folded(number));
    let meant: Vec<Hit> = hits.iter().filter(|hit| holds(&folded(&hit.name), typed)).cloned().collect();
    let known = merged(if meant.is_empty() || numeric(typed) { hits } else { meant });
    let own = Some(typed).filter(|typed| !typed.is_empty() && !numeric(typed)).map(str::to_owned);
    let new = || Person { subject_ref: number.to_owned(), names: own.into_iter().collect(), numbers: vec![] };
    known.into_iter().next().unwrap_or_else(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(name: &str, subject_ref: &str, number: &str) -> Hit {
        Hit { name: name.to_owned(), subject_ref: subject_ref.to_owned(), numbers: vec![number.to_owned()] }
    }

    #[test]
    fn one_own_number_is_one_family_and_two_names_stand_for_nobody_alone() {
        let one = merged([hit("", "OPS/1", "W-1"), hit("Ewa Lis", "ops/1", "Z-1"), hit("ewa lis", "OPS/1", "Z-2")]);
        assert_eq!((one.len(), one.first().map(Person::name)), (1, Some("Ewa Lis")));
        assert_eq!(one.first().map(|one| one.numbers.len()), Some(3));
        let two = merged([hit("Ewa Lis", "OPS/1", "Z-1"), hit("Jan Lis", "OPS/1", "Z-2"), hit("Jan", "", "W-9")]);
        assert_eq!((two.len(), two.first().map(Person::name)), (1, Some("")));
        let family = vec![hit("Ewa Lis", "OPS/1", "Z-1"), hit("Jan Lis", "OPS/1", "Z-2"), hit("Jan", "OPS/10", "Z-3")];
        assert_eq!(numbered(family.clone(), "OPS/1", "jan").name(), "Jan Lis");
        assert_eq!(numbered(family, "OPS/1", "OPS/1").name(), "");
        assert_eq!(numbered(vec![], "OPS/9", "Nowa Osoba").name(), "Nowa Osoba");
    }
}
