//! Surnames in letters as they are written, and the same words where they are no names.

use super::super::find;
use crate::vocab::Finding;

const NAMES: [&str; 30] = [
    "Kowalska",
    "Nowak",
    "Wójcik",
    "Wrona",
    "Lis",
    "Mróz",
    "Marzec",
    "Kwiecień",
    "Król",
    "Wójt",
    "Mały",
    "Zima",
    "Górski",
    "Kula",
    "Ryba",
    "Wąs",
    "Łata",
    "Zając",
    "Kucharz",
    "Piątek",
    "Sowa",
    "Ziółkowska-Bąk",
    "Kozioł",
    "Góra",
    "Czarna",
    "Maj",
    "Marek",
    "Szewczenko",
    "Zielinska",
    "Коваленко",
];

fn names() -> Vec<String> {
    NAMES.iter().map(|name| (*name).to_owned()).collect()
}

fn found(text: &str) -> bool {
    find(text, &names()).is_some_and(|(finding, _)| finding == Finding::Surname)
}

#[test]
fn names_that_nothing_else_is_called() {
    for text in [
        "czy Kowalskiej można pomóc",
        "KOWALSKI NIE PRZYSZEDŁ",
        "rozmawiałam z kowalską wczoraj",
        "Kowalskim grozi eksmisja",
        "państwo Kowalscy",
        "dzieci Wójcika",
        "dzieci Wojcika nie jedzą",
        "Wójcikowa dzwoniła",
        "rodzina Wronów",
        "Wronowie odmówili",
        "u Nowaków jest zimno",
        "córka Ziółkowskich",
        "Ziółkowska z domu Bąk",
        "pan Ziolkowski",
        "rozmowa z Szewczenką",
        "prosimy Zielińską o kontakt",
        "Nowak-Kowalska",
        "Plik Kowalska_notatka",
        "Wo\u{301}jcikiem zajmie się kurator",
        "sprawa Kowal-\nskich",
        "лист від Коваленка",
    ] {
        assert!(found(text), "{text}");
    }
}

#[test]
fn everyday_words_that_are_persons_here() {
    for text in [
        "pani Wrona prosi o termin",
        "pan wrona nie odbiera",
        "p. lis nie przyszedł",
        "w sprawie Lisa",
        "w sprawie lisa",
        "rodzina wrony",
        "Rodzina Mrozów ma troje dzieci",
        "dziecko Króla",
        "rozmawiałam z Mrozem o tym",
        "wczoraj Wrona odmówiła",
        "Wrona nie zgłosiła się na termin",
        "Ryba Anna, wniosek",
        "przyszła Anna Ryba z synem",
        "A potem K. Zając powiedział",
        "Uczeń: Kula, proszę o pilny termin",
        "u Marca byliśmy wczoraj",
        "pani Marzec pytała",
        "pan kwiecień pyta",
        "pani Czarna odebrała dziecko",
        "mama Małego pracuje",
        "ze Zimą rozmawiał kurator",
        "nazwisko: wójt",
        "Jan Wójt odmówił",
        "rodzina Wójta prosi",
        "pan Kucharz mieszka sam",
        "dotyczy Kozła i jego syna",
        "pismo (Sowa) w załączeniu",
        "rodzina Maja",
        "Jan Marek odmówił",
        "Marek Anna, wniosek",
        "PANI WRONA NIE PRZYSZŁA",
        "U Wronów awantura, u Mroza też",
        "w domu Wrony jest zimno",
        "dot. Wrony",
        "syn Brajan Lis nie przychodzi",
        "Wrona, Anna",
        "rodz. zająców",
        "Zającowi wstrzymano zasiłek",
        "rozmowa z Sobotą i Piątkiem",
        "rozmawiałam z Górą",
        "Notatka – Ryba",
        "Do Marków nikt nie chodzi",
        "Stara Lisowa krzyczy na podwórku",
        "TECZKA MROZA ZGINĘŁA",
        "Kuli wstrzymano zasiłek",
        "w sprawie…Króla",
    ] {
        assert!(found(text), "{text}");
    }
}

#[test]
fn everyday_words_that_are_no_persons() {
    for text in [
        "Terminy: Luty, Marzec, Kwiecień (Marzec pełny)",
        "uczennica Maja chce zmienić szkołę, a Marek nie",
        "powiat kowalski i gmina Kowalska",
        "Lisia Góra mieszkaniami stoi",
        "w najbliższy Piątek, na pierwszą Zimę",
        "wyjazd z Góry do Zielonej Góry",
        "Król Lew i „Królowa Zima”",
        "Światowy Dzień Ryby, Kula Ziemska",
        "W marcu i kwietniu poradnia nie przyjmuje.",
        "Marzec jest miesiącem rekrutacji.",
        "Temat: Kwiecień w przedszkolu",
        "Zapraszamy w Marcu 2026 na spotkanie.",
        "Nabór trwa od Marca do 30 Kwietnia.",
        "Zając to zwierzę leśne.",
        "Dzieci rysowały zająca, wronę i rybę.",
        "Wrona siedziała na płocie, gdy lis ją chwalił.",
        "pani kucharz prosi o listę",
        "Pan Wójt zaprasza na posiedzenie.",
        "Wójt Gminy podpisał zarządzenie.",
        "mały chłopiec, mała dziewczynka, mali uczniowie",
        "Prosimy Was o opinię, a Wam dziękujemy.",
        "dwa lata temu i trzy lata później",
        "W Zielonej Górze i Górze Kalwarii jest oddział.",
        "Święto Trzech Króli jest wolne.",
        "Wielki Piątek i piątek po nim",
        "fundacja Sowa i świetlica „Ryba”",
        "górski wypad, górska wycieczka, pogotowie górskie",
        "czarna teczka leży w sekretariacie",
        "ZAPRASZAMY W MARCU NA DZIEŃ RYBY",
        "mróz na dworze, dziecko zimą chodzi bez czapki",
        "Szkoła im. Jana Kowalskiego",
        "przy ulicy Kowalskiej jest przystanek",
        "lista lisków, listy i listonosz",
        "królik, królowa i królestwo",
        "Kulawy, kultura, kuli",
    ] {
        assert_eq!(find(text, &names()), None, "{text}");
    }
}

#[test]
fn places_are_counted_in_the_text_as_it_is() {
    let at = |text: &str| find(text, &names()).map(|(_, at)| at);
    assert_eq!(at("żółć: Kowalskiej"), Some(6));
    assert_eq!(at("a\u{301}\u{301}b pan Wo\u{301}jcik"), Some(9));
    assert_eq!(at("x\u{ad}y Nowakiem"), Some(4));
}

#[test]
fn short_and_odd_entries_are_left_out() {
    for entry in ["", "A", "Ho", "von", "-", "12", "\u{301}\u{301}\u{301}"] {
        assert_eq!(find("Ho von A 12 pani Ho", &[entry.to_owned()]), None, "{entry:?}");
    }
    for text in ["Matka prosi o pomoc", "pani Matka"] {
        assert_eq!(find(text, &["matka".to_owned()]), None, "{text}");
    }
    assert!(find("u Nowaków", &["nowak".to_owned()]).is_some());
    assert!(find("pani Berg", &["von Berg".to_owned()]).is_some());
}

/// A careless bound would make these take minutes.
#[test]
fn hostile_texts_end() {
    let thousand: Vec<String> =
        (0..1000).map(|n| format!("{}owski{}", char::from(b'a' + (n % 26) as u8), "x".repeat(n % 7))).collect();
    for text in [
        "9".repeat(65_536),
        "1 ".repeat(32_768),
        "wrona ".repeat(10_000),
        "Wrona ".repeat(10_000),
        "A. ".repeat(20_000),
        "a@".repeat(32_768),
        "a\u{301}".repeat(20_000),
        "\u{301}".repeat(30_000),
        "-\n".repeat(30_000),
        "K".repeat(65_536),
        "ur. ".repeat(16_000),
        "mieszka ".repeat(8_000),
        "ul. ".repeat(16_000),
        " ".repeat(65_536),
        "💡".repeat(16_000),
        "pan lis\n".repeat(8_000),
    ] {
        let _ = find(&text, &thousand);
        let _ = find(&text, &names());
    }
}
