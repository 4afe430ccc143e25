//! What the linter finds and what it lets pass, by example.

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
fn a_pesel_is_found_however_its_halves_stand() {
    let pesel = valid_pesel();
    let (born, rest) = pesel.split_at(6);
    let spaced: String = pesel.chars().map(|c| format!("{c}.")).collect();
    for between in
        ["", " ", "-", "\n", "\r\n", "\t", "  ", " - ", " – ", "_", ",", ", ", " / ", "\u{2009}", "\u{ad}", "\u{a0}"]
    {
        assert_eq!(found(&format!("numer {born}{between}{rest} w systemie")), Some(Finding::Pesel), "{between:?}");
    }
    let wide: String = pesel.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xfee0)).collect();
    assert_eq!((found(&wide), found(&spaced)), (Some(Finding::Pesel), Some(Finding::Pesel)));
    // Further apart, or cut elsewhere by more than one sign, it is two numbers.
    let (five, six) = pesel.split_at(5);
    for text in [
        format!("{born} oraz {rest}"),
        format!("{born}    {rest}"),
        format!("{five}  {six}"),
        format!("{born}; {rest}"),
    ] {
        assert_ne!(found(&text), Some(Finding::Pesel), "{text:?}");
    }
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
        ("rodzina mieszka w Stradówce 12 bez wody".to_owned(), Finding::Address),
        ("zam. Nowa Wieś 4a, dojazd trudny".to_owned(), Finding::Address),
        ("Zamieszkały we wsi Brzezie 7".to_owned(), Finding::Address),
        ("adres: Szkolna 5".to_owned(), Finding::Address),
        ("spotkanie przy Polnej 12 o ósmej".to_owned(), Finding::Address),
        ("Reymonta 5 m. 3 to ten dom".to_owned(), Finding::Address),
        ("Osiek 14, 48-300 Nysa".to_owned(), Finding::Address),
        ("dowozimy je z Kałkowa 31, dwa razy dziennie".to_owned(), Finding::Address),
        ("wieś Kałków 31".to_owned(), Finding::Address),
        ("dzwonić 501 50 25 03".to_owned(), Finding::Phone),
        ("dzwonić 60 15 02 503".to_owned(), Finding::Phone),
        ("telefon 77/416 20 30".to_owned(), Finding::Phone),
        ("0-77 416 20 30".to_owned(), Finding::Phone),
        ("numer 48 501 502 503".to_owned(), Finding::Phone),
        ("dzwonić 501–502–503".to_owned(), Finding::Phone),
        ("mama: +380 67 123 45 67".to_owned(), Finding::Phone),
        ("jego urodziny: 12.03.2012".to_owned(), Finding::BirthDate),
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
        "Rodzina mieszka w Opolu 12 lat i ma 3 dzieci.",
        "Mieszkają w gminie od 5 lat, w mieszkaniu jest 8 osób.",
        "Zamieszkali w Otmuchowie. 12 grudnia pismo wróciło.",
        "Rodzina mieszka w Nysie, a szkoła 3 jest obok.",
        "Chłopiec mieszka z matką. Szkoła Podstawowa 5 prosi o wzór pisma.",
        "Zapisy przy SP 5 i przy Przedszkolu 3.",
        "Dotacja wynosi 100 000 000 zł, REGON 532 123 456, NIP 532-123-45-67.",
        "Dzieci urodzone w 2019 roku idą do zerówki.",
        "Zapraszamy na urodziny szkoły 12.05.2026 o 10:00.",
        "Wersja 2.48 501 502 i numery 15/2026/503 w Załączniku 7, z Klasy 3, po godzinie 9.",
        "Konkurs wygrała Nysa 3 razy, a z Opola 12 osób; rok 2025/2026 i 12.05.2026 300 zł.",
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
