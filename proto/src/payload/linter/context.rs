//! Reads from the words around it whether an everyday word is somebody's name.

use super::{everyday, words::Word};

/// How clearly the word before says that a name follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Person {
    /// Not at all.
    Unsaid,
    /// `uczeń`, `mama`, `kurator`: with a capital after it, a name.
    Role,
    /// `rodzina`, `dziecko`, `sprawa`: a name also in lower case.
    Family,
    /// `pan`, `pani`, `państwo`.
    Polite,
    /// `p.`, `nazwisko`, a first name or an initial.
    Certain,
}

/// Starts of words for people, after which a capital makes a name.
const ROLES: &str = "dzieci syn córk córe córc matk matc mama mamie mamę mamą ojciec ojca ojcu ojcem tata taty tatą tacie rodzic \
    babci babc dziad brat bracia braci siostr mąż męża mężem mężowi żona żony żonie żonę żoną uczeń uczni uczenn \
    wychowan pacjent klient podopiecz sąsiad chłopiec chłopc chłopak dziewczyn nastolat konkub partner pokrzywdz \
    sprawc podejrzan kurator pedagog wychowaw obywatel kolega koleg świadek opiekun akta aktach teczk";
/// Starts of words for a family or its case, after which even a word in lower case is a name.
const FAMILIES: &str =
    "rodzin rodzeństw małżeńs małżonk dziecko dziecka dziecku dzieckiem sprawa sprawy sprawie sprawę";
/// Every case of `pan`, `pani` and `państwo`.
const POLITE: &str =
    "pan pana panu panem panie panowie panów panom panami pani panią paniom państwo państwa państwu państwem";
/// What only people do or meet with, for a word that begins a sentence: `Wrona nie odebrał telefonu, Kula zgłosił`.
const HUMAN: &str = "\
    powiedz mówi zgłos zgłas prosi poprosi pyta zapyta dopyt dzwoni zadzwoni oświadcz twierdz odmówi odmawia podpis \
    zaprzecz zgodził zgadza przyzna naduży zezna uczęszcz pracuj pracowa przebywa złoży deklar skarży opowiad grozi \
    groził przyszedł przyszła przyszli przyprowadz odbiera odebra dostarcz pobił telefonow zatelefon wnios opuści \
    opuszcza nieobecn choruje leczy wyszedł wyszła wróci uciek uderzy krzycz płaka płacze boi stawi wyjecha \
    przeprowadzi bije chce mieszkał mieszkają skończy przepad wstrzyma przysług zajmuj przywioz przywióz policj \
    pogotow karetk komornik eksmisj zasił pijan trzeź wypłac zatrzyma \
    zasta wzyw wypis przydziel zawiesz";
/// Words for what bears a name of its own: a fundacja "Sowa", a holiday, a film.
const BEARERS: &str = "fundacj stowarzysz świetlic klub program projek grup przedszkol żłob hotel kawiarni restaurac sklep firm \
    ośrod drużyn bank gazet tygodnik miesięcznik film książ spektakl bajk aplikacj kampani akcj akcji konkurs \
    święt dzień dnia dniu park centrum galeri trzech zespoł zespół szkoł szkół gmin wieś wsi wydawnictw";
/// Adjectives with which names of places and feasts begin: `Zielona Góra`, `Wielki Piątek`.
const TITLES: &str = "wielk now star zielon biał czarn czerwon niebiesk złot mał duż dobr święt doln górn boż wesoł kolorow leśn \
    polsk pierwsz drug trzeci siódm dzik tłust";
/// After these a form in lower case or capitals is a day, a month, a place.
const WHEN: &str = "w we od do na po przed przez co każdy każdą ostatni miesiąc miesiącu końca koniec początek początku połowie \
    dzień";
/// Streets, schools and illnesses are called after people who are nobody's case.
const PATRONS: &str = "im imienia ul ulica ulicy ulicę ulicą al aleja alei aleje pl plac os osiedle osiedlu rondo ronda \
    rondzie skwer św święty świętego świętej patron patrona metoda zespół";

/// Whether a letter can stand in a name.
pub(super) fn in_name(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}')
}

/// What the words directly before say.
pub(super) fn before(words: &[Word], index: usize) -> Person {
    let said = said_by_one(words, index);
    let Some((word, last)) = words.get(index).zip(index.checked_sub(1).and_then(|i| words.get(i))) else { return said };
    // "syn Brajan Wilk": no list holds every first name.
    let full = word.capital && word.is_spaced() && last.capital && !last.shouts;
    let introduced = || full && index.checked_sub(1).is_some_and(|i| said_by_one(words, i) > Person::Unsaid);
    if said < Person::Polite && introduced() { Person::Certain } else { said }
}

/// What the word directly before says.
fn said_by_one(words: &[Word], index: usize) -> Person {
    let word = words.get(index);
    let Some((word, last)) = word.zip(index.checked_sub(1).and_then(|i| words.get(i))) else { return Person::Unsaid };
    if !(word.is_tied() || word.is_spaced() && last.is_abbreviation()) {
        return Person::Unsaid;
    }
    let low = last.low.as_str();
    let two_before = index.checked_sub(2).and_then(|i| words.get(i)).map(|word| word.low.as_str());
    let calls = low == "się" && two_before.is_some_and(|verb| verb.starts_with("nazyw"));
    let surname = low.starts_with("nazwisk") || low.starts_with("niejak") || calls;
    let short = (last.dot && matches!(low, "p" | "pp" | "ob" | "śp")) || (low == "p" && word.capital);
    let given = last.capital && everyday::first_name(low);
    if surname || short || word.capital && (given || last.is_initial() && !last.starts) {
        Person::Certain
    } else if last.is_one_of(POLITE) {
        Person::Polite
    } else if last.starts_like(FAMILIES) || given || last.dot && matches!(low, "spr" | "rodz") {
        Person::Family
    } else if last.starts_like(ROLES) {
        Person::Role
    } else {
        Person::Unsaid
    }
}

/// Whether a first name or an initial follows: `Wrona Anna`, `Wrona, Anna`, `Lis K.`.
pub(super) fn name_follows(words: &[Word], index: usize) -> bool {
    words.get(index + 1).filter(|next| next.capital).is_some_and(|next| {
        next.is_spaced() && next.is_initial() || next.is_listed() && everyday::first_name(&next.low)
    })
}

/// Whether a capital has no other reason than a name: no sentence begins here, no title, no quotation, no place; or one
/// begins, and a person's doings follow.
pub(super) fn stands_as_name(words: &[Word], index: usize) -> bool {
    let Some(word) = words.get(index) else { return false };
    let next = words.get(index + 1).filter(|next| next.is_spaced());
    let goes_on = next.is_some_and(|next| next.capital && !next.shouts && !next.is_initial());
    if word.starts {
        let after = words.iter().skip(index + 1).take(3).take_while(|next| !next.starts);
        return !goes_on && after.filter(|next| !next.capital).any(|next| next.starts_like(HUMAN));
    }
    let last = index.checked_sub(1).and_then(|i| words.get(i)).filter(|_| word.is_spaced());
    let in_title = last.is_some_and(|last| {
        let bears = last.starts_like(BEARERS) || matches!(last.low.as_str(), "w" | "we");
        // "Jelenia Góra", "Orli Potok": an adjective before its noun.
        let grown = last.starts_like("młod starsz");
        let agrees = last.low.ends_with('a') && word.low.ends_with('a')
            || last.low.ends_with(['y', 'i']) && !word.low.ends_with(['a', 'ą', 'ę', 'e', 'i', 'y', 'u', 'o']);
        bears || last.capital && last.len > 1 && (!last.starts || !grown && (agrees || last.starts_like(TITLES)))
    });
    !word.quoted && !in_title && (!goes_on || name_follows(words, index))
}

/// Whether a month, a day or a season is meant as one: `w Marcu`, `w najbliższą Sobotę`, `Maj 2026`, `Luty, Marzec`.
pub(super) fn is_date(words: &[Word], index: usize) -> bool {
    let number = |word: &Word| word.low.starts_with(|c: char| c.is_ascii_digit());
    let back = |steps: usize| index.checked_sub(steps).and_then(|i| words.get(i));
    let when = |word: Option<&Word>| word.is_some_and(|word| word.is_one_of(WHEN));
    let described = back(1).is_some_and(|last| {
        matches!(last.low.as_str(), "tę" | "tą" | "ten" | "tym")
            || ["y", "ą", "ego", "ym", "ej"].iter().any(|end| last.low.ends_with(end))
    });
    let in_row = words.get(index).is_some_and(|word| !word.is_spaced());
    let counted = back(1).is_some_and(number) || words.get(index + 1).is_some_and(number);
    in_row || counted || when(back(1)) || described && when(back(2))
}

/// Whether the word before leads to a place: `na Mazurach`, `z Osieka`, `gmina Zawada`. One speaks *with* persons.
pub(super) fn is_place(words: &[Word], index: usize) -> bool {
    const WHERE: &str = "w we do na nad pod koło k przez powiat powiatu powiecie miasto miasta mieście miejscowość miejscowości \
        sołectwo";
    let with = words.get(index).is_some_and(|word| ["ą", "em", "ami"].iter().any(|end| word.low.ends_with(end)));
    index
        .checked_sub(1)
        .and_then(|i| words.get(i))
        .is_some_and(|last| last.is_one_of(WHERE) || !with && matches!(last.low.as_str(), "z" | "ze"))
}

/// Seasons in the instrumental stand beside any word: `pani zimą prosiła`.
pub(super) fn is_adverb(low: &str) -> bool {
    matches!(
        low,
        "zimą" | "zima" | "wiosną" | "wiosna" | "latem" | "jesienią" | "jesienia" | "nocą" | "noca" | "wieczorem"
    )
}

/// Whether the neighbours are in capitals too.
pub(super) fn is_shouted(words: &[Word], index: usize) -> bool {
    let shouts = |index: Option<usize>| index.and_then(|i| words.get(i)).is_some_and(|word| word.shouts);
    shouts(Some(index)) && (shouts(index.checked_sub(1)) || shouts(Some(index + 1)))
}

/// Whether a street, school or feast is called so: `im. Jana Nowaka`, `ulica Kowalskiej`, `św. Marka`.
pub(super) fn is_patron(words: &[Word], index: usize) -> bool {
    let same_sentence = |back: &usize| words.get(index + 1 - back).is_some_and(|word| !word.starts);
    (1..=index.min(4))
        .take_while(same_sentence)
        .filter_map(|back| words.get(index - back))
        .find(|word| !word.capital || word.is_one_of(PATRONS))
        .is_some_and(|word| word.is_one_of(PATRONS))
}

/// Whether a word like an adjective tells where an office is: `powiat sieradzki`, `starostwo radomskie`.
pub(super) fn is_region(words: &[Word], index: usize) -> bool {
    const REGIONS: &str =
        "powiat powiec gmin starostw wojewódz ziemi puszcz uniwersyt komend prokuratur delegatur diecez";
    let like_adjective = words.get(index).is_some_and(|word| {
        ["ski", "cki", "zki"].iter().any(|end| word.low.contains(end))
            || ["ska", "ską", "cka", "cką"].iter().any(|end| word.low.ends_with(end))
    });
    let last = index.checked_sub(1).and_then(|i| words.get(i));
    like_adjective && last.is_some_and(|last| last.starts_like(REGIONS))
}
