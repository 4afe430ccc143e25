//! Finds where somebody lives: a street with a house number, or a village with one.

use super::words::Word;

/// Words between a keyword and the number.
const NEAR: usize = 5;

/// The place of the first address.
pub(super) fn find(words: &[Word]) -> Option<usize> {
    street(words).or_else(|| home(words)).or_else(|| beside(words)).or_else(|| bare(words))
}

/// A word for street, a name, a number.
fn street(words: &[Word]) -> Option<usize> {
    let keyword = |word: &Word| match word.low.as_str() {
        "ul" | "ulica" | "ulicy" | "ulicę" | "ulicą" | "aleja" | "alei" | "aleje" | "alejach" | "osiedle"
        | "osiedlu" | "osiedla" | "placu" => true,
        "al" | "os" | "oś" | "pl" => word.dot,
        "plac" | "wieś" | "wsi" | "osada" | "osadzie" | "przysiółek" | "przysiółku" => true,
        _ => false,
    };
    words.iter().enumerate().filter(|(_, word)| keyword(word)).find_map(|(index, street)| {
        let mut named = false;
        for word in words.iter().skip(index + 1).take(NEAR) {
            if named && word.is_house_number() {
                return Some(street.at);
            }
            if word.starts {
                break;
            }
            named |= word.capital;
        }
        None
    })
}

/// `mieszka w Stradówce 12`, `zam. Nowa Wieś 4a`: a place with a number, soon after a word for living there.
fn home(words: &[Word]) -> Option<usize> {
    let lives = |word: &Word| {
        let low = word.low.as_str();
        low.starts_with("mieszka")
            || low.starts_with("zamieszk")
            || low.starts_with("zameldowan")
            || (low == "zam" && word.dot)
            || low.starts_with("adres")
    };
    words.iter().enumerate().filter(|(_, word)| lives(word)).find_map(|(index, _)| {
        let near = words.iter().enumerate().skip(index + 1).take(NEAR + 1);
        let mut near = near.take_while(|(_, word)| !word.starts || word.is_tied());
        let number = near.find(|(at, word)| word.is_house_number() && !counts(words, *at))?.0;
        let place = words.get(number.checked_sub(1)?)?;
        (place.capital && !place.shouts && number > index + 1).then_some(place.at)
    })
}

/// `przy Polnej 12`: what streets are called is declined like an adjective or stands in the genitive.
fn beside(words: &[Word]) -> Option<usize> {
    words.iter().zip(words.iter().skip(1)).enumerate().find_map(|(index, (first, name))| {
        let street = name.capital && ["ej", "iego", "ego"].iter().any(|end| name.low.ends_with(end));
        let number = words.get(index + 2).is_some_and(|word| word.is_house_number() && word.is_spaced());
        (first.low == "przy" && street && number && !counts(words, index + 2)).then_some(name.at)
    })
}

/// Without any word for it, by what stands after the number: `Sienkiewicza 22 m. 7`, `Pustki 4, 00-950 Brzeziny`,
/// `ze Stradówki 9, autobus`.
fn bare(words: &[Word]) -> Option<usize> {
    const OFFICES: &str = "szko gimnaz lice przedszk żłob poradn klas grup domu dom ośrod sąd wydzia oddzia sal pokoj \
        gabin okna okienk zespo rozdz tabel załąc artyk ustaw punkt parag wersj lini autobus";
    words.iter().zip(words.iter().skip(1)).enumerate().find_map(|(index, (name, number))| {
        let named = name.capital && !name.shouts && name.len > 2 && !name.starts_like(OFFICES);
        if !named || !number.is_house_number() || !number.is_spaced() {
            return None;
        }
        let after = |steps: usize| words.get(index + 1 + steps);
        let flat = after(1).is_some_and(|word| matches!(word.low.as_str(), "m" | "lok" | "mieszkania"))
            && after(2).is_some_and(Word::is_house_number);
        let post = after(1).is_some_and(Word::is_postcode);
        let last = index.checked_sub(1).and_then(|i| words.get(i));
        let from = last.is_some_and(|last| matches!(last.low.as_str(), "z" | "ze"))
            && after(1).is_none_or(|word| !word.is_spaced());
        (flat || post || from).then_some(name.at)
    })
}

/// Whether a number counts something: `mieszka w Opolu 12 lat`.
fn counts(words: &[Word], index: usize) -> bool {
    const COUNTED: &str = "lat rok miesi tygod dni dzień osób osob dziec rodzin godz raz";
    words.get(index + 1).is_some_and(|next| next.starts_like(COUNTED))
}
