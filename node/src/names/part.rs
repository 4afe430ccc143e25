//! Persons by name and case number, and the numbers under which they occur.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroize;

use super::Hit;
use super::fold::{folded, words};

/// Whom one case or consent record is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct About {
    pub(super) names: Vec<String>,
    pub(super) subject_ref: String,
    /// The institution whose number that is; none where it is this one's own.
    pub(super) of: Option<String>,
    /// When it began here, milliseconds since 1970.
    pub(super) at_ms: i64,
    /// Whether the person concerned may not learn of it.
    pub(super) apart: bool,
}

/// A person: folded name, folded case number, whose number that is; a number of its own where name and number are
/// unknown.
type Key = (String, String, Option<String>, String);

/// Newest first.
type Numbers = BTreeSet<(Reverse<i64>, String)>;

struct Person {
    name: String,
    subject_ref: String,
    /// Whether the case number is this institution's own.
    own: bool,
    numbers: Numbers,
    /// Everything that is searched, folded: name, case number, numbers, one below the other.
    text: String,
    /// Where the numbers begin in it.
    numbers_at: usize,
}

/// Persons and the numbers under which they occur. Dropping it wipes the names.
#[derive(Default)]
pub(super) struct Part {
    people: BTreeMap<Key, Person>,
    of: BTreeMap<String, About>,
}

impl Part {
    pub(super) fn len(&self) -> usize {
        self.of.len()
    }

    pub(super) fn about(&self, number: &str) -> Option<&About> {
        self.of.get(number)
    }

    pub(super) fn insert(&mut self, number: String, about: About) {
        for (key, name) in keys(&number, &about) {
            let person = self.people.entry(key).or_insert_with(|| Person::new(name, &about));
            person.numbers.insert((Reverse(about.at_ms), number.clone()));
            person.write();
        }
        self.of.insert(number, about);
    }

    pub(super) fn remove(&mut self, number: &str) {
        let Some(mut about) = self.of.remove(number) else { return };
        for (key, _) in keys(number, &about) {
            let Some(person) = self.people.get_mut(&key) else { continue };
            person.numbers.remove(&(Reverse(about.at_ms), number.to_owned()));
            person.write();
            if person.numbers.is_empty()
                && let Some((key, person)) = self.people.remove_entry(&key)
            {
                wipe(key, person);
            }
        }
        about.wipe();
    }

    pub(super) fn search(&self, words: &[String], most: usize) -> Vec<Hit> {
        let Some(first) = words.first() else { return vec![] };
        let whole = words.join(" ");
        let mut found: [Vec<&Person>; 3] = [vec![], vec![], vec![]];
        let [same, begins, rest] = &mut found;
        for ((name, subject_ref, ..), person) in &self.people {
            if !person.known() || !person.matches(words) {
                continue;
            }
            let begun = name.split(' ').any(|part| part.starts_with(first.as_str()));
            let place = if *name == whole || *subject_ref == whole || person.has_number(&whole) {
                &mut *same
            } else if begun || subject_ref.starts_with(first.as_str()) {
                &mut *begins
            } else {
                &mut *rest
            };
            if place.len() < most {
                place.push(person);
            }
        }
        found.into_iter().flatten().take(most).map(Person::hit).collect()
    }

    pub(super) fn exact(&self, typed: &[String]) -> Vec<Hit> {
        let wanted = sorted(typed);
        let is = |text: &str| !text.is_empty() && sorted(&words(text)) == wanted;
        let same = |((name, subject_ref, ..), person): &(&Key, &Person)| {
            person.known()
                && (is(name)
                    || is(subject_ref)
                    || is(&format!("{name} {subject_ref}"))
                    || person.has_number(&typed.join(" ")))
        };
        let candidates = self.people.iter().filter(|(_, person)| !typed.is_empty() && person.matches(typed));
        candidates.filter(same).map(|(_, person)| person.hit()).collect()
    }

    pub(super) fn of(&self, number: &str) -> Option<Hit> {
        let about = self.of.get(number)?;
        let (key, _) = keys(number, about).into_iter().next()?;
        self.people.get(&key).map(Person::hit)
    }

    /// Numbers of which every word occurs in the number itself or in the person's name and case number.
    pub(super) fn numbers(&self, words: &[String]) -> Vec<String> {
        let mut out = BTreeSet::new();
        if words.is_empty() {
            return vec![];
        }
        for person in self.people.values().filter(|person| person.matches(words)) {
            out.extend(person.matching(words).cloned());
        }
        out.into_iter().collect()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        for (key, person) in std::mem::take(&mut self.people) {
            wipe(key, person);
        }
        for about in self.of.values_mut() {
            about.wipe();
        }
    }
}

fn wipe((mut name, mut subject_ref, ..): Key, mut person: Person) {
    name.zeroize();
    subject_ref.zeroize();
    person.name.zeroize();
    person.subject_ref.zeroize();
    person.text.zeroize();
}

impl About {
    fn wipe(&mut self) {
        self.names.zeroize();
        self.subject_ref.zeroize();
    }
}

impl Person {
    fn new(name: &str, about: &About) -> Self {
        Self {
            name: name.to_owned(),
            subject_ref: about.subject_ref.clone(),
            own: about.of.is_none(),
            numbers: Numbers::new(),
            text: String::new(),
            numbers_at: 0,
        }
    }

    fn known(&self) -> bool {
        !self.name.is_empty() || !self.subject_ref.is_empty()
    }

    fn write(&mut self) {
        self.text.zeroize();
        self.text = folded(&format!("{}\n{}\n", self.name, self.subject_ref));
        self.numbers_at = self.text.len();
        for (_, number) in &self.numbers {
            self.text.push_str(&number.to_ascii_lowercase());
            self.text.push('\n');
        }
    }

    fn has_number(&self, typed: &str) -> bool {
        self.numbers.iter().any(|(_, number)| number.eq_ignore_ascii_case(typed))
    }

    fn matches(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.text.contains(word.as_str())) && self.matching(words).next().is_some()
    }

    fn matching<'a>(&'a self, words: &'a [String]) -> impl Iterator<Item = &'a String> {
        let head = self.text.get(..self.numbers_at).unwrap_or_default();
        let rest: Vec<&String> = words.iter().filter(|word| !head.contains(word.as_str())).collect();
        let fits = move |number: &str| rest.iter().all(|word| number.to_ascii_lowercase().contains(word.as_str()));
        self.numbers.iter().map(|(_, number)| number).filter(move |number| fits(number))
    }

    fn hit(&self) -> Hit {
        Hit {
            name: self.name.clone(),
            subject_ref: if self.own { self.subject_ref.clone() } else { String::new() },
            numbers: self.numbers.iter().map(|(_, number)| number.clone()).collect(),
        }
    }
}

/// The persons of a case, each with the name as written; at least one, so that the number is found.
fn keys<'a>(number: &str, about: &'a About) -> Vec<(Key, &'a str)> {
    let subject_ref = folded(about.subject_ref.trim());
    let named = about.names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    let mut keys: Vec<(Key, &str)> = named
        .map(|name| ((words(name).join(" "), subject_ref.clone(), about.of.clone(), String::new()), name))
        .collect();
    if keys.is_empty() {
        let own = if subject_ref.is_empty() { number.to_owned() } else { String::new() };
        keys.push(((String::new(), subject_ref, about.of.clone(), own), ""));
    }
    keys
}

fn sorted(words: &[String]) -> Vec<&str> {
    let mut all: Vec<&str> = words.iter().map(String::as_str).collect();
    all.sort_unstable();
    all
}
