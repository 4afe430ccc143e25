//! Finds the surnames of open cases in a text, in any form.
//!
//! A word is compared with every form of every surname (`declension`). A form that nothing else is called counts wherever it
//! stands, also in lower case and also without Polish marks. A form that is an everyday word as well (`everyday`) counts
//! only where its surroundings make it a person (`context`).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    context::{self, Person},
    declension::{self, Form},
    everyday::{self, Everyday},
    text,
    words::Word,
};

/// Parts of names that are no names by themselves.
const PARTICLES: &str = "von van den der del dos ibn bin vel zum zur ter";
/// Below this length a list typed without marks is not trusted to mean a marked name.
const LONG: usize = 6;

/// The index of the first word that is a surname of the list.
pub(super) fn find(words: &[Word], surnames: &[String]) -> Option<usize> {
    let forms = wanted(words, surnames);
    if forms.is_empty() {
        return None;
    }
    let mut known: BTreeMap<&str, Option<Everyday>> = BTreeMap::new();
    words.iter().enumerate().position(|(index, word)| {
        let Some(form) = forms.get(word.plain.as_str()).and_then(|candidates| matching(word, candidates)) else {
            return false;
        };
        // A name without a single mark lost is not a word that would have lost one: "Bojko" is no "bójko".
        let loose = form.text != word.low;
        let everyday = *known.entry(&word.low).or_insert_with(|| everyday::everyday(&word.low, loose));
        // "Królowie" with a capital are the family before they are kings.
        let family = word.capital && form.family && form.text.ends_with("owie");
        is_person(words, index, everyday.filter(|_| !family))
    })
}

/// The forms of those surnames that can stand in this text at all, by their letters without marks. A surname whose first
/// letters no word has is not declined: that keeps a thousand surnames quick.
fn wanted(words: &[Word], surnames: &[String]) -> BTreeMap<String, Vec<Form>> {
    let present: BTreeSet<&str> = words.iter().map(|word| word.plain.as_str()).collect();
    let mut wanted: BTreeMap<String, Vec<Form>> = BTreeMap::new();
    for (name, capital) in parts(surnames) {
        let start: String = name.chars().take(declension::kept(&name)).map(text::unmark).collect();
        let reach = name.chars().count() + 6;
        let mut near = present.range(start.as_str()..).take_while(|word| word.starts_with(&start));
        if !near.any(|word| word.chars().count() <= reach) {
            continue;
        }
        // Whoever lists "matka" beside the names did not mean a family Matka.
        if !capital && everyday::everyday(&name, true).is_some() {
            continue;
        }
        for form in declension::forms(&name) {
            let plain = text::unmarked(&form.text);
            if present.contains(plain.as_str()) {
                wanted.entry(plain).or_default().push(form);
            }
        }
    }
    wanted
}

/// The names one by one, in lower case, and whether they were listed with a capital. A double-barrelled name is two.
fn parts(surnames: &[String]) -> BTreeSet<(String, bool)> {
    let name = |part: &str| {
        let capital = part.starts_with(char::is_uppercase);
        let low: String = text::Text::new(part).chars.iter().flat_map(|c| c.to_lowercase()).collect();
        let fits = (3..=40).contains(&low.chars().count()) && !PARTICLES.split(' ').any(|particle| particle == low);
        fits.then_some((low, capital))
    };
    surnames.iter().flat_map(|entry| entry.split(|c: char| !context::in_name(c))).filter_map(name).collect()
}

/// The form that a word is: letter by letter, marks may be missing from the word, and from a long name of a list that was
/// typed without any. A form that only families have comes last, for the word may be another form as well.
fn matching<'a>(word: &Word, candidates: &'a [Form]) -> Option<&'a Form> {
    let fits = |form: &&Form| {
        everyday::is_written(&word.low, &form.text)
            || (word.len >= LONG && form.text.is_ascii() && !word.low.is_ascii())
    };
    let family = candidates.iter().filter(fits).find(|form| form.family);
    candidates.iter().filter(fits).find(|form| !form.family).or(family)
}

/// Decides whether a form of a surname means a person here.
fn is_person(words: &[Word], index: usize, everyday: Option<Everyday>) -> bool {
    let Some(word) = words.get(index) else { return false };
    let Some(kind) = everyday else { return !context::is_patron(words, index) && !context::is_region(words, index) };
    let before = context::before(words, index);
    if before == Person::Certain {
        return true;
    }
    // Where everything is written in capitals, a capital says nothing.
    let shouted = context::is_shouted(words, index);
    let capital = word.capital && !shouted;
    // "Maja" is a girl before she is of the family Maj.
    let kind = if capital && everyday::first_name(&word.low) { Everyday::FirstName } else { kind };
    if capital { with_capital(words, index, kind, before) } else { in_lower_case(word, kind, before, shouted) }
}

/// Of a word in lower case only what stands before it can make a name.
fn in_lower_case(word: &Word, kind: Everyday, before: Person, shouted: bool) -> bool {
    match kind {
        Everyday::Noun | Everyday::Rare => before >= Person::Family || shouted && before == Person::Role,
        Everyday::Time => before >= Person::Polite && !context::is_adverb(&word.low),
        Everyday::Trade | Everyday::Office | Everyday::Place | Everyday::FirstName => false,
        Everyday::Adjective | Everyday::Other | Everyday::Polite => false,
    }
}

/// A capital makes a name unless it has another reason.
fn with_capital(words: &[Word], index: usize, kind: Everyday, before: Person) -> bool {
    let Some(word) = words.get(index) else { return false };
    let named = context::name_follows(words, index);
    let alone = context::stands_as_name(words, index);
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.low.ends_with(ending));
    match kind {
        Everyday::Polite => false,
        Everyday::Office => before == Person::Family,
        // "Do Bartoszów": several of one first name are a family.
        Everyday::FirstName => before >= Person::Family || named || alone && ends(&["ów", "om", "ami", "ach"]),
        Everyday::Place => before >= Person::Role || named || alone && !context::is_place(words, index),
        Everyday::Time => before >= Person::Role || alone && !context::is_date(words, index) || named && !word.starts,
        Everyday::Adjective | Everyday::Other => before >= Person::Role || alone,
        Everyday::Rare => !context::is_patron(words, index) && !word.quoted,
        Everyday::Noun | Everyday::Trade => {
            // Nobody gives an animal, a plant or a craftsman anything at the beginning of a letter's sentence.
            before >= Person::Role || alone || named || word.starts && ends(&["owi", "om"])
        }
    }
}

#[cfg(test)]
mod tests;
