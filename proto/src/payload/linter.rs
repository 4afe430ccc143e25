//! Finds personal data in texts that may hold none.
//!
//! It knows patterns, not people: a checksum-valid PESEL, a Polish telephone number, a person's e-mail address, a street
//! with a house number, a date of birth, a name or initials beside a school class, and the surnames of the node's own open
//! cases. It helps a careful person; it does not stop one who wants to get around it.

use crate::vocab::Finding;

mod words;

use words::Word;

/// Words between a keyword and what belongs to it.
const NEAR: usize = 5;

/// The first finding in reading order of the rules, with its place in characters from 0.
#[must_use]
pub fn find(text: &str, surnames: &[String]) -> Option<(Finding, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let groups = words::digit_groups(&chars);
    let words = words::split(&chars);
    pesel(&groups)
        .map(|at| (Finding::Pesel, at))
        .or_else(|| phone(&groups).map(|at| (Finding::Phone, at)))
        .or_else(|| email(&chars).map(|at| (Finding::Email, at)))
        .or_else(|| birth_date(&words).map(|at| (Finding::BirthDate, at)))
        .or_else(|| address(&words).map(|at| (Finding::Address, at)))
        .or_else(|| class_initials(&words).map(|at| (Finding::ClassInitials, at)))
        .or_else(|| surname(&words, surnames).map(|at| (Finding::Surname, at)))
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

/// Consecutive groups whose digits together are a PESEL, as people space them.
fn pesel(groups: &[words::Group]) -> Option<usize> {
    (0..groups.len()).find_map(|from| {
        let mut digits = String::new();
        for (index, group) in groups.iter().enumerate().skip(from) {
            if index > from && !group.joined {
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

/// Nine digits in the shapes in which Polish numbers are written, with or without `+48`.
fn phone(groups: &[words::Group]) -> Option<usize> {
    const SHAPES: [&[usize]; 6] = [&[9], &[3, 3, 3], &[2, 3, 2, 2], &[2, 7], &[2, 3, 4], &[3, 6]];
    groups.iter().enumerate().find_map(|(from, first)| {
        let national = |digits: &str| digits.len() == 9 && !digits.starts_with('0');
        let prefixed = first
            .digits
            .strip_prefix("0048")
            .or_else(|| if first.plus { first.digits.strip_prefix("48") } else { None });
        let shaped = SHAPES.iter().any(|shape| {
            let run: Vec<&words::Group> = groups.iter().skip(from).take(shape.len()).collect();
            run.len() == shape.len()
                && run.iter().zip(*shape).all(|(group, size)| group.digits.len() == *size)
                && run.iter().skip(1).all(|group| group.joined)
                && !first.digits.starts_with('0')
                // A longer number, such as a bank account, is no telephone number.
                && !groups.get(from + shape.len()).is_some_and(|next| next.joined)
                && (!first.joined || first.after_prefix)
        });
        (shaped || prefixed.is_some_and(national)).then_some(first.at)
    })
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

/// A date or a year shortly after a word for birth.
fn birth_date(words: &[Word]) -> Option<usize> {
    let birth = |word: &Word| {
        let low = word.low.as_str();
        low == "ur" || low == "born" || low.starts_with("urodz") || low.starts_with("народ") || low.starts_with("нар")
    };
    words.iter().enumerate().filter(|(_, word)| birth(word)).find_map(|(index, _)| {
        let near = words.iter().skip(index + 1).take(NEAR);
        near.filter(|word| word.is_year() || word.is_date()).map(|word| word.at).next()
    })
}

/// A word for street, a name, a number.
fn address(words: &[Word]) -> Option<usize> {
    let keyword = |word: &Word| match word.low.as_str() {
        "ul" | "ulica" | "ulicy" | "ulicę" | "aleja" | "alei" | "aleje" | "osiedle" | "osiedlu" | "placu" => true,
        "al" | "os" | "pl" => word.dot,
        _ => false,
    };
    words.iter().enumerate().filter(|(_, word)| keyword(word)).find_map(|(index, street)| {
        let mut named = false;
        for word in words.iter().skip(index + 1).take(NEAR) {
            if named && word.is_house_number() {
                return Some(street.at);
            }
            named |= word.capital;
        }
        None
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

/// A surname of an open case, also inflected as the common endings go.
fn surname(words: &[Word], surnames: &[String]) -> Option<usize> {
    let stems: Vec<String> = surnames.iter().flat_map(|name| words::stems(name)).collect();
    words
        .iter()
        .find(|word| word.capital && stems.iter().any(|stem| words::inflects(stem, &word.low)))
        .map(|word| word.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Finding> {
        find(text, &["Zawilska".to_owned(), "Kwiatek".to_owned(), "Nowak".to_owned(), "Lis".to_owned()]).map(|(f, _)| f)
    }

    /// A number with the century of 2200, so that it belongs to nobody living.
    const PESEL: &str = "14660112343";

    fn valid_pesel() -> String {
        let base: String = PESEL.chars().take(10).collect();
        (0..10).map(|check| format!("{base}{check}")).find(|text| pesel_valid(text)).unwrap_or_default()
    }

    #[test]
    fn pesel_needs_its_checksum() {
        // The textbook example, checked by hand: 1·4+3·4+7·0+9·5+1·1+3·4+7·0+9·1+1·3+3·5 = 101, so 9.
        assert!(pesel_valid("44051401359"));
        for wrong in ["44051401358", "4405140135", "440514013590", "44051401 359", "44991401359", "", "aaaaaaaaaaa"] {
            assert!(!pesel_valid(wrong), "{wrong}");
        }
        let base: String = "1466011234".to_owned();
        let valid = (0..10).filter(|check| pesel_valid(&format!("{base}{check}"))).count();
        assert_eq!(valid, 1);
    }

    #[test]
    fn what_must_be_found() {
        let pesel = valid_pesel();
        let spaced = format!("{} {}", &pesel.get(..6).unwrap_or_default(), &pesel.get(6..).unwrap_or_default());
        for (text, finding) in [
            (format!("Numer {pesel} w systemie"), Finding::Pesel),
            (format!("numer:{spaced}."), Finding::Pesel),
            ("proszę dzwonić 501502503".to_owned(), Finding::Phone),
            ("tel. 501 502 503 po 15".to_owned(), Finding::Phone),
            ("tel. +48 501-502-503".to_owned(), Finding::Phone),
            ("tel. +48501502503".to_owned(), Finding::Phone),
            ("(77) 416 20 30 wieczorem".to_owned(), Finding::Phone),
            ("pisać na jan.kowalczyk@example.pl".to_owned(), Finding::Email),
            ("mieszka przy ul. Polnej 12/3".to_owned(), Finding::Address),
            ("na ulicy 3 Maja 7".to_owned(), Finding::Address),
            ("os. Tysiąclecia 4B".to_owned(), Finding::Address),
            ("dziewczynka ur. 12.03.2012".to_owned(), Finding::BirthDate),
            ("chłopiec urodzony w maju 2013 roku".to_owned(), Finding::BirthDate),
            ("data urodzenia: 2012-03-12".to_owned(), Finding::BirthDate),
            ("Nadia P., kl. 8b opuszcza lekcje".to_owned(), Finding::ClassInitials),
            ("uczennica N.P. z klasy VIII".to_owned(), Finding::ClassInitials),
            ("w 8b jest Nadia P. i prosi o pomoc".to_owned(), Finding::ClassInitials),
            ("czy Zawilskiej można pomóc".to_owned(), Finding::Surname),
            ("rozmawiałam z Kwiatkiem".to_owned(), Finding::Surname),
            ("państwo Nowakowie".to_owned(), Finding::Surname),
            ("rodzina Lisów".to_owned(), Finding::Surname),
        ] {
            assert_eq!(found(&text), Some(finding), "{text}");
        }
    }

    #[test]
    fn ordinary_questions_pass() {
        for text in [
            "Czy poradnia przyjmuje dzieci powyżej 13. roku życia bez skierowania?",
            "Ile wynosi dodatek w 2026 roku? Limit to 1 200,00 zł, próg 600 000 zł.",
            "Spotkanie 12.05.2026 o 9:00, dla 25 os. Prosimy o potwierdzenie do 05.05.2026.",
            "Zapraszamy na ul. targowy dzień otwarty w szkole, klasy 1-3 i 4-8.",
            "Jak skierować ucznia klasy 8b na badanie? Kto podpisuje wniosek?",
            "Kontakt: sekretariat@sp3.example.pl",
            "Dz.U. 2024 poz. 1673, art. 9d ust. 1 i § 7 rozporządzenia.",
            "Konto 12 1234 5678 9012 3456 7890 1234 jest nieaktywne.",
            "Czy witamina C. jest refundowana?",
            "Urodzaj w tym roku był dobry, 2026 to rekord.",
            "Listy do szkoły wysyłamy w środy. Lista zajęć jest pusta.",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn the_place_is_counted_in_characters() {
        assert_eq!(find("żółć ul. Polna 3", &[]), Some((Finding::Address, 5)));
        assert_eq!(find("ąę 501502503", &[]), Some((Finding::Phone, 3)));
    }
}
