//! Knows which words a text may hold anyway, although they are surnames too, and which words are first names.
//!
//! Every Polish trade, animal, month and colour is somebody's surname. `everyday.txt` lists those that ordinary letters
//! hold, sorted by what a capital or a `pan` before them proves; a word that is not in the list is taken for a name
//! wherever it stands. Forms come from the same declension as the surnames'.

use std::{collections::HashSet, sync::LazyLock};

use super::{declension, text};

const EVERYDAY: &str = include_str!("everyday.txt");
const FIRST_NAMES: &str = include_str!("first_names.txt");

/// What kind of everyday word a form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Everyday {
    /// `wilk`, `góra`.
    Noun,
    /// `mroczek`: a word, but with a capital more often a name.
    Rare,
    /// `kucharz`, `siostra`: `pan kucharz` is no name.
    Trade,
    /// `wójt`: official letters write it with a capital.
    Office,
    /// `marzec`, `sobota`, `zima`.
    Time,
    /// `Mazury`, `Osiek`: written with a capital as well.
    Place,
    /// `Marek`, `Adamem`: of whom the surname is not known.
    FirstName,
    /// `mały`, `górski`.
    Adjective,
    /// Verbs, adverbs and other words that are not declined: `pali`, `mało`. Listed as they stand.
    Other,
    /// Words written with a capital out of politeness: `Was`.
    Polite,
}

/// The kind of everyday word that a word in lower case is a form of. Where the word may lack marks (`loose`), they may be
/// missing.
pub(super) fn everyday(word: &str, loose: bool) -> Option<Everyday> {
    let mut kind = None;
    for line in EVERYDAY.lines() {
        if let Some(name) = line.strip_prefix('[') {
            kind = section(name);
            continue;
        }
        let as_it_stands = matches!(kind, Some(Everyday::Other | Everyday::Polite));
        let same = |entry: &str| entry == word || loose && is_written(word, entry);
        if line.split(' ').any(|entry| if as_it_stands { same(entry) } else { is_form(word, entry, &same) }) {
            return kind;
        }
    }
    first_name(word).then_some(Everyday::FirstName)
}

fn section(name: &str) -> Option<Everyday> {
    match name {
        "polite]" => Some(Everyday::Polite),
        "other]" => Some(Everyday::Other),
        "time]" => Some(Everyday::Time),
        "office]" => Some(Everyday::Office),
        "place]" => Some(Everyday::Place),
        "trade]" => Some(Everyday::Trade),
        "adjective]" => Some(Everyday::Adjective),
        "rare]" => Some(Everyday::Rare),
        "noun]" => Some(Everyday::Noun),
        _ => None,
    }
}

/// Every form of the first names, with all of its marks and with none: some 45,000 words, built at the first use.
static GIVEN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let names = FIRST_NAMES.lines().flat_map(|line| line.split(' '));
    let forms = names.flat_map(declension::forms).filter(|form| !form.family);
    forms.flat_map(|form| [text::unmarked(&form.text), form.text]).collect()
});

/// Whether a word in lower case is a form of a common first name.
pub(super) fn first_name(word: &str) -> bool {
    GIVEN.contains(word)
}

/// Whether a word is a form of an entry. Those that only families have are no everyday words: `Wronowie`.
fn is_form(word: &str, entry: &str, same: &dyn Fn(&str) -> bool) -> bool {
    let first = |of: &str| of.chars().next().map(text::unmark);
    if first(word) != first(entry) {
        return false;
    }
    let kept = declension::kept(entry);
    let near = word.chars().zip(entry.chars()).take(kept).filter(|(a, b)| text::unmark(*a) == text::unmark(*b)).count();
    near == kept && declension::forms(entry).iter().any(|form| !form.family && same(&form.text))
}

/// Whether a word is a form, perhaps without some of its marks.
pub(super) fn is_written(word: &str, form: &str) -> bool {
    let mut letters = form.chars();
    word.chars().all(|typed| letters.next().is_some_and(|right| typed == right || typed == text::unmark(right)))
        && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_are_known_in_every_form() {
        for (word, kind) in [
            ("wrony", Everyday::Noun),
            ("mrozem", Everyday::Noun),
            ("mrozy", Everyday::Noun),
            ("marca", Everyday::Time),
            ("kwietniu", Everyday::Time),
            ("sobotę", Everyday::Time),
            ("sobote", Everyday::Time),
            ("kucharza", Everyday::Trade),
            ("wójta", Everyday::Office),
            ("małego", Everyday::Adjective),
            ("górskiej", Everyday::Adjective),
            ("siostrą", Everyday::Trade),
            ("mroczki", Everyday::Rare),
            ("was", Everyday::Polite),
            ("mało", Everyday::Other),
        ] {
            assert_eq!(everyday(word, true), Some(kind), "{word}");
        }
        assert_eq!(everyday("zajac", false), None);
        for word in ["nowaka", "kowalskiej", "wronów", "wronowie", "zawilska", "", "wójcik", "wróblowa", "brzozowska"]
        {
            assert_eq!(everyday(word, true), None, "{word}");
        }
    }

    #[test]
    fn first_names_are_known_in_every_form() {
        for word in ["anna", "anny", "annie", "markiem", "pawła", "kasi", "oleksandra", "michal"] {
            assert!(first_name(word), "{word}");
        }
        for word in ["wrona", "szkoła", "", "nowak", "iwanowa"] {
            assert!(!first_name(word), "{word}");
        }
    }
}
