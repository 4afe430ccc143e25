//! Declined by hand, from grammars: what a name must have among its forms.

use super::*;

fn has(name: &str, expected: &[&str]) {
    let forms = forms(name);
    for form in expected {
        assert!(forms.iter().any(|found| found.text == *form), "{name}: {form}");
    }
}

#[test]
fn names_like_adjectives() {
    let kowalski = [
        "kowalskiego",
        "kowalskiemu",
        "kowalskim",
        "kowalska",
        "kowalskiej",
        "kowalską",
        "kowalscy",
        "kowalskich",
        "kowalskimi",
        "kowalskie",
    ];
    has("kowalski", &kowalski);
    has("kowalska", &kowalski);
    has("kowalska", &["kowalski"]);
    has("zawadzka", &["zawadzcy", "zawadzkiego"]);
    has("wielicka", &["wieliccy", "wielicki"]);
    has("mały", &["małego", "mała", "małą", "małej", "mali", "małych"]);
    has("czarna", &["czarny", "czarnego", "czarnej", "czarni", "czarną"]);
    has("szczęsny", &["szczęśni", "szczęsnej", "szczęsnowie"]);
    has("długi", &["długiego", "długa", "dłudzy"]);
    has("gładka", &["gładkiej", "gładki", "gładcy"]);
    has("rossi", &["rossiego", "rossiemu", "rossim"]);
    has("linde", &["lindego", "lindem", "lindowie"]);
}

#[test]
fn masculine_nouns() {
    has(
        "nowak",
        &["nowaka", "nowakowi", "nowakiem", "nowaku", "nowakowie", "nowaków", "nowakom", "nowakami", "nowakach"],
    );
    has("nowak", &["nowaki", "nowacy", "nowakowa", "nowakowej", "nowakówna", "nowakówny", "nowakównę"]);
    has("dudek", &["dudka", "dudkiem", "dudkowie", "dudków"]);
    has("krawiec", &["krawca", "krawcem", "krawcowie"]);
    has("marzec", &["marca", "marcowi", "marców"]);
    has("kupiec", &["kupca", "kupcem"]);
    has("goniec", &["gońca", "gońcem"]);
    has("wróbel", &["wróbla", "wróblem", "wróblowie", "wróble"]);
    has("kozioł", &["kozła", "kozłem", "koźle", "kozłów"]);
    has("kocioł", &["kotła", "kotłem", "kotle"]);
    has("orzeł", &["orła", "orle", "orłowie"]);
    has("kwiecień", &["kwietnia", "kwietniem", "kwietniów"]);
    has("stępień", &["stępnia", "stępniowi", "stępniowie"]);
    has("więzień", &["więźnia"]);
    has("wrzesień", &["września", "wrześniem"]);
    has("mróz", &["mroza", "mrozem", "mrozie", "mrozów"]);
    has("gołąb", &["gołębia", "gołąba", "gołębiowie"]);
    has("dąb", &["dęba", "dęby", "dębowie"]);
    has("chrząszcz", &["chrzęszcza", "chrząszcza"]);
    has("karp", &["karpia", "karpiem"]);
    has("kmieć", &["kmiecia", "kmieciem", "kmieciów"]);
    has("niedźwiedź", &["niedźwiedzia", "niedźwiedziem"]);
    has("wołoszyn", &["wołoszynie", "wołoszyny"]);
    has("wójt", &["wójta", "wójcie"]);
    has("kołodziej", &["kołodzieja", "kołodziejem", "kołodziei"]);
    has("stachowicz", &["stachowicza", "stachowiczem", "stachowicze", "stachowiczów"]);
    has("flek", &["fleka", "flekiem"]);
    has("lew", &["lwa", "lwem"]);
    has("kwiat", &["kwiatem", "kwiecie"]);
    has("shelley", &["shelleya", "shelleyem"]);
}

#[test]
fn nouns_in_a_and_o() {
    has("wrona", &["wrony", "wronie", "wronę", "wroną", "wrono", "wronowie", "wronów", "wronom", "wronami", "wronach"]);
    has("sroka", &["sroki", "sroce", "srokę", "sroków"]);
    has("zaręba", &["zarębie", "zarębów"]);
    has("zaręba", &["zarębina", "zarębiny", "zarębinie", "zarębianka"]);
    has("sikora", &["sikorzyna", "sikorzanka"]);
    has("motyka", &["motyczyna", "motyczanka"]);
    has("noga", &["nodze", "nogi"]);
    has("mucha", &["musze", "muchy"]);
    has("sikora", &["sikorze", "sikorowie"]);
    has("pyła", &["pyle", "pyły"]);
    has("swiata", &["swiacie", "swiecie"]);
    has("gwiazda", &["gwieździe", "gwiazdów"]);
    has("basta", &["baście"]);
    has("kania", &["kani", "kanię", "kaniów"]);
    has("czaja", &["czai", "czaję", "czajów"]);
    has("cebula", &["cebuli", "cebulę", "cebulów"]);
    has("kasza", &["kaszy", "kasze"]);
    has("kościuszko", &["kościuszki", "kościuszce", "kościuszkę", "kościuszką", "kościuszkowie"]);
    has("jagiełło", &["jagiełły", "jagielle", "jagiełłę"]);
    has("szewczenko", &["szewczenki", "szewczenką", "szewczenkiem", "szewczenka"]);
    has("nowakówna", &["nowak", "nowaka", "nowakówny", "nowakównie"]);
    has("шевченко", &["шевченка", "шевченку", "шевченком"]);
    has("коваль", &["коваля", "ковалю", "ковалем"]);
    has("мельницька", &["мельницький", "мельницької", "мельницьку"]);
}

/// The search asks only names whose first letters stand in the text.
#[test]
fn every_form_keeps_the_letters_that_are_promised() {
    for name in [
        "kwiecień",
        "chrząszcz",
        "gołąb",
        "wróbel",
        "kocioł",
        "gwiazda",
        "marzec",
        "lew",
        "dąb",
        "kowalska",
        "szczęsny",
        "nowakówna",
        "kościuszko",
        "styczeń",
        "jagiełło",
        "wąż",
        "pies",
        "więzień",
        "mielec",
    ] {
        let start = |text: &str| text.chars().take(kept(name)).map(super::super::text::unmark).collect::<String>();
        for form in forms(name) {
            assert_eq!(start(&form.text), start(name), "{name}: {}", form.text);
        }
    }
}

#[test]
fn only_families_are_called_so() {
    let family = |name: &str, text: &str| forms(name).iter().filter(|form| form.text == text).all(|form| form.family);
    assert!(family("wrona", "wronowie") && family("wrona", "wronów") && family("lis", "lisowie"));
    assert!(family("wróbel", "wróblowa") && family("zaręba", "zarębina"));
    assert!(!family("wrona", "wrony") && !family("lis", "lisów"));
}

#[test]
fn odd_names_do_no_harm() {
    for name in ["", "a", "e", "ie", "ek", "sz", "ó", "ą", "iec", "rzec", "ńń", "ў", "Ł", "x-y", "ień", "ioł"] {
        assert!(forms(name).len() < 300, "{name}");
    }
}
