//! Finds personal data in texts that may hold none.
//!
//! It knows patterns, not people: a checksum-valid PESEL, a Polish telephone number, a person's e-mail address, a street
//! with a house number, a date of birth, a name or initials beside a school class, and the surnames of the node's own open
//! cases. It helps a careful person; it does not stop one who wants to get around it.

use crate::vocab::Finding;

mod context;
mod declension;
mod everyday;
mod places;
mod surnames;
mod text;
mod words;

use words::Word;

/// Words between a keyword and what belongs to it.
const NEAR: usize = 5;

/// The first finding in reading order of the rules, with its place in characters from 0.
#[must_use]
pub fn find(text: &str, surnames: &[String]) -> Option<(Finding, usize)> {
    let text = text::Text::new(text);
    let chars = text.chars.as_slice();
    let groups = words::digit_groups(chars);
    let words = words::split(chars);
    pesel(&groups)
        .map(|at| (Finding::Pesel, at))
        .or_else(|| phone(&groups, chars).map(|at| (Finding::Phone, at)))
        .or_else(|| email(chars).map(|at| (Finding::Email, at)))
        .or_else(|| birth_date(&words).map(|at| (Finding::BirthDate, at)))
        .or_else(|| places::find(&words).map(|at| (Finding::Address, at)))
        .or_else(|| class_initials(&words).map(|at| (Finding::ClassInitials, at)))
        .or_else(|| surname(&words, surnames).map(|at| (Finding::Surname, at)))
        .map(|(finding, at)| (finding, text.place(at)))
}

/// Whether eleven digits are a PESEL number by their checksum: weights 1 3 7 9 1 3 7 9 1 3, check digit
/// `(10 − sum mod 10) mod 10`, and a month and day that can exist.
#[must_use]
pub fn pesel_valid(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 11 || text.chars().count() != 11 {
        return false;
    }
    let weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    let [_, _, m1, m2, d1, d2, ..] = digits.as_slice() else { return false };
    let (month, day) = ((m1 * 10 + m2) % 20, d1 * 10 + d2);
    sum.is_multiple_of(10) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Consecutive groups whose digits together are a PESEL, as people space them: farthest between the date of birth, which
/// are six digits, and the rest.
fn pesel(groups: &[words::Group]) -> Option<usize> {
    (0..groups.len()).find_map(|from| {
        let mut digits = String::new();
        for (index, group) in groups.iter().enumerate().skip(from) {
            let follows = group.joined || digits.len() == 6 && group.near;
            if index > from && !follows {
                break;
            }
            digits.push_str(&group.digits);
            if digits.len() >= 11 {
                break;
            }
        }
        pesel_valid(&digits).then(|| groups.get(from).map_or(0, |group| group.at))
    })
}

/// Nine digits in the shapes in which Polish numbers are written, with or without `+48`, that begin as numbers do.
fn phone(groups: &[words::Group], chars: &[char]) -> Option<usize> {
    const SHAPES: [&[usize]; 8] =
        [&[9], &[3, 3, 3], &[2, 3, 2, 2], &[3, 2, 2, 2], &[2, 2, 2, 3], &[2, 7], &[2, 3, 4], &[3, 6]];
    groups.iter().enumerate().find_map(|(from, first)| {
        let national = |digits: &str| digits.len() == 9 && is_dialled(digits);
        let prefixed = first
            .digits
            .strip_prefix("0048")
            .or_else(|| if first.plus { first.digits.strip_prefix("48") } else { None });
        let shaped = SHAPES.iter().any(|shape| {
            let run: Vec<&words::Group> = groups.iter().skip(from).take(shape.len()).collect();
            run.len() == shape.len()
                && run.iter().zip(*shape).all(|(group, size)| group.digits.len() == *size)
                && run.iter().skip(1).all(|group| group.joined)
                && is_dialled(&first.digits)
                && !is_register(chars, first.at)
                // A longer number, such as a bank account, is no telephone number.
                && !groups.get(from + shape.len()).is_some_and(|next| next.joined)
                && (!first.joined || first.after_prefix)
        });
        (shaped || prefixed.is_some_and(national) || is_foreign(groups, from)).then_some(first.at)
    })
}

/// Whether digits after a plus sign are as many as numbers of other countries have (ITU-T E.164: at most fifteen).
fn is_foreign(groups: &[words::Group], from: usize) -> bool {
    let mut rest = groups.iter().skip(from);
    let Some(first) = rest.next().filter(|first| first.plus) else { return false };
    let more: usize = rest.take(8).take_while(|group| group.joined).map(|group| group.digits.len()).sum();
    (9..=15).contains(&(first.digits.len() + more))
}

/// Whether a number begins with an area code or a mobile network's code of the Polish numbering plan (regulation on the
/// national numbering plan, Dz.U.): a sum of money such as 100 000 000 does not.
fn is_dialled(digits: &str) -> bool {
    let code = digits.get(..2).and_then(|code| code.parse::<u8>().ok());
    code.is_some_and(|code| {
        matches!(code, 12..=18 | 22..=25 | 29 | 32..=34 | 39 | 41..=46 | 48 | 50..=63 | 65..=69 | 71..=79 | 80..=89)
            || matches!(code, 91 | 94 | 95 | 99)
    })
}

/// Whether the word before says that the number is that of a firm in a register.
fn is_register(chars: &[char], at: usize) -> bool {
    let before: String = chars.get(at.saturating_sub(8)..at).unwrap_or_default().iter().collect();
    let before = before.to_lowercase();
    ["regon", "krs", "nip"].iter().any(|name| before.contains(name))
}

/// `local@domain.tld` unless the local part is that of an office.
fn email(chars: &[char]) -> Option<usize> {
    const OFFICES: [&str; 22] = [
        "sekretariat",
        "kontakt",
        "biuro",
        "info",
        "poczta",
        "iod",
        "iodo",
        "rodo",
        "kancelaria",
        "dyrektor",
        "dyrekcja",
        "ops",
        "mops",
        "gops",
        "mgops",
        "cus",
        "pcpr",
        "rops",
        "szkola",
        "poradnia",
        "rejestracja",
        "urzad",
    ];
    let local_char = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    chars.iter().enumerate().filter(|(_, c)| **c == '@').find_map(|(at, _)| {
        let before: Vec<char> = chars.iter().take(at).rev().take_while(|c| local_char(c)).copied().collect();
        let after: String = chars.iter().skip(at + 1).take_while(|c| local_char(c)).collect();
        let local: String = before.iter().rev().collect::<String>().to_lowercase();
        let domain = after.trim_end_matches('.').contains('.');
        (domain && !local.is_empty() && !OFFICES.contains(&local.as_str())).then(|| at - before.len())
    })
}

/// A date or a year shortly after a word for birth. Those born in a year together (`dzieci urodzone w 2019 r.`) are no
/// one, and birthdays (`urodziny szkoły`) need a whole date of a person.
fn birth_date(words: &[Word]) -> Option<usize> {
    let birth = |word: &Word| {
        let low = word.low.as_str();
        let polish = low.starts_with("urodz") && !low.starts_with("urodzaj");
        low == "ur" || low == "born" || polish || low.starts_with("народ") || low == "нар"
    };
    words.iter().enumerate().filter(|(_, word)| birth(word)).find_map(|(index, word)| {
        const MANY: [&str; 4] = ["urodzone", "urodzeni", "urodzonych", "urodzonym"];
        const OFFICES: [&str; 6] = ["szko", "przedszk", "ośrod", "porad", "miast", "gmin"];
        let low = word.low.as_str();
        let birthday = low.starts_with("urodzin");
        let next = words.get(index + 1).map_or("", |next| next.low.as_str());
        if birthday && OFFICES.iter().any(|office| next.starts_with(office)) {
            return None;
        }
        let whole = birthday || MANY.contains(&low);
        let near = words.iter().skip(index + 1).take(NEAR);
        near.filter(|word| word.is_date() || (!whole && word.is_year())).map(|word| word.at).next()
    })
}

/// "Nadia P., kl. 8b" and "N.P. z klasy VIII": a name with an initial, or two initials, near a class.
fn class_initials(words: &[Word]) -> Option<usize> {
    let class = |index: usize| {
        let Some(word) = words.get(index) else { return false };
        let next_is_class = words.get(index + 1).is_some_and(Word::is_class_number);
        (word.low == "kl" || word.low.starts_with("klas")) && next_is_class || word.is_class_mark()
    };
    words.iter().zip(words.iter().skip(1)).enumerate().find_map(|(index, (first, second))| {
        let initials = second.is_initial() && (first.is_initial() || (first.capital && first.len > 2 && !first.dot));
        let nearby = (index.saturating_sub(NEAR)..=index + NEAR + 2).any(class);
        (initials && nearby).then_some(first.at)
    })
}

/// A surname of an open case, in any of its forms.
fn surname(words: &[Word], surnames: &[String]) -> Option<usize> {
    surnames::find(words, surnames).and_then(|index| words.get(index)).map(|word| word.at)
}

#[cfg(test)]
mod tests;
