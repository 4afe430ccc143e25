//! Consents as pages: prepared, printed, signed or refused, listed, searched, withdrawn.

use std::collections::BTreeMap;

use wiez_proto::payload::{Referral, Section};
use wiez_proto::vocab::{Category, InstitutionKind, Lang, Purpose, ServiceCode, Urgency};

use super::client::{Client, Reply};
use super::{HOSTILE, Served, hidden};
use crate::account::Reader;
use crate::casework::act::{Addressed, refer};
use crate::consent::{self, Paper, State};
use crate::text::Texts;

/// A form as a browser holds it, filled step by step; counts what a person does.
pub(super) struct Filled {
    action: String,
    fields: Vec<(String, String)>,
    /// Everything that can be ticked: name, value, ticked.
    ticks: Vec<(String, String, bool)>,
    pub(super) done: usize,
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

pub(super) fn unescaped(text: &str) -> String {
    text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
}

impl Filled {
    pub(super) fn of(reply: &Reply, action: &str) -> Self {
        let form = reply.body.split("<form").find(|form| form.contains(&format!("action=\"{action}\"")));
        let form = form.unwrap_or_else(|| panic!("no form {action}: {}", reply.body));
        let form = form.split("</form>").next().unwrap();
        let (mut fields, mut ticks) = (vec![], vec![]);
        for tag in form.split('<').map(|tag| tag.split('>').next().unwrap()) {
            let Some(name) = attribute(tag, "name") else { continue };
            let value = unescaped(attribute(tag, "value").unwrap_or_default());
            if tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"") {
                ticks.push((name.to_owned(), value, tag.ends_with(" checked") || tag.contains(" checked ")));
            } else if tag.starts_with("input") {
                fields.push((name.to_owned(), value));
            } else if tag.starts_with("select") {
                let inside = form.split(&format!("name=\"{name}\"")).nth(1).unwrap().split("</select>").next().unwrap();
                let chosen = inside.split("<option").find(|option| option.contains(" selected>"));
                let first = inside.split("<option").nth(1);
                let value = chosen.or(first).and_then(|option| attribute(option, "value")).unwrap_or_default();
                fields.push((name.to_owned(), value.to_owned()));
            } else if tag.starts_with("textarea") {
                let text = form.split(&format!("name=\"{name}\"")).nth(1).unwrap().split('>').nth(1).unwrap();
                fields.push((name.to_owned(), unescaped(text.split('<').next().unwrap())));
            }
        }
        Self { action: action.to_owned(), fields, ticks, done: 0 }
    }

    pub(super) fn fill(&mut self, name: &str, value: &str) -> &mut Self {
        let field = self.fields.iter_mut().find(|(key, _)| key == name).unwrap_or_else(|| panic!("no field {name}"));
        value.clone_into(&mut field.1);
        self.done += 1;
        self
    }

    pub(super) fn tick(&mut self, name: &str, value: &str) -> &mut Self {
        let found = self.ticks.iter_mut().find(|(key, has, _)| key == name && has == value);
        let tick = found.unwrap_or_else(|| panic!("no tick {name}={value}"));
        tick.2 = !tick.2;
        self.done += 1;
        self
    }

    pub(super) async fn send(&mut self, client: &mut Client, button: Option<(&str, &str)>) -> Reply {
        self.done += 1;
        let ticked = self.ticks.iter().filter(|tick| tick.2).map(|(name, value, _)| (name.as_str(), value.as_str()));
        let mut all: Vec<(&str, &str)> =
            self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend(ticked);
        all.extend(button);
        client.post(&self.action, &all).await
    }
}

/// A social assistance centre that knows six institutions besides the police.
pub(super) async fn centre() -> Served {
    let mut served = Served::of(InstitutionKind::Ops, None).await;
    for (id, kind) in [
        ("poz-zdr", InstitutionKind::Poz),
        ("pcpr-nad", InstitutionKind::Pcpr),
        ("mdk-nad", InstitutionKind::Kultura),
        ("ppp-nad", InstitutionKind::Ppp),
        ("pup-nad", InstitutionKind::Pup),
    ] {
        served.here.meets(id, kind);
    }
    served
}

fn reader(served: &Served, client: &Client) -> Reader {
    let token = &client.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1;
    served.here.node.sessions().enter(served.here.env.now_ms(), token).unwrap().reader().unwrap()
}

fn number_of(reply: &Reply) -> String {
    let place = reply.header("location").unwrap_or_else(|| panic!("{} {}", reply.status, reply.body));
    place.split('/').nth(2).unwrap().split('?').next().unwrap().to_owned()
}

/// Prepares a sheet for some institutions; the number.
async fn prepared(client: &mut Client, person: &str, institutions: &[&str]) -> String {
    let asked: Vec<String> = institutions.iter().map(|id| format!("do={id}")).collect();
    let page = client.get(&format!("/zgody/nowa?{}", asked.join("&"))).await;
    let mut form = Filled::of(&page, "/zgody/nowa");
    let reply = form.fill("osoba", person).send(client, None).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    number_of(&reply)
}

async fn signed(client: &mut Client, person: &str, institutions: &[&str]) -> String {
    let number = prepared(client, person, institutions).await;
    let path = format!("/zgody/{number}/druk");
    let mut form = Filled::of(&client.get(&path).await, &path);
    let reply = form.send(client, None).await;
    assert_eq!(
        reply.header("location"),
        Some(format!("/zgody/{number}?zrobione=podpisano").as_str()),
        "{}",
        reply.body
    );
    number
}

#[tokio::test]
async fn c4_a_consent_takes_at_most_seven_interactions_and_a_print() {
    let served = centre().await;
    let mut anna = served.signed_in().await;
    assert!(anna.get("/skrzynka").await.body.contains("href=\"/zgody\""));
    assert!(anna.get("/zgody").await.body.contains("Nie ma jeszcze żadnej zgody."));
    let page = anna.get("/zgody/nowa").await;
    assert!(!page.body.contains("kpp-nad"), "the police is no party of a consent");
    let mut first = Filled::of(&page, "/zgody/nowa");
    let person = "Żaneta Źrebięć-Łącka";
    // An institution that is not in the table yet is typed; one that is there takes one interaction less.
    let added = first.fill("osoba", person).fill("inna", "sp3").send(&mut anna, None).await;
    assert!(added.status == 200 && added.body.contains("Dodano instytucję do tabeli."), "{}", added.body);
    let mut form = Filled::of(&added, "/zgody/nowa");
    form.done = first.done;
    form.tick("d", "sp3-nad:HEALTH").tick("o", "sp3-nad:EDU_OPINION");
    let sent = form.send(&mut anna, None).await;
    let number = number_of(&sent);
    let sheet_path = format!("/zgody/{number}/druk");
    assert_eq!(sent.header("location"), Some(sheet_path.as_str()));
    let sheet = anna.get(&sheet_path).await;
    for part in [person, &number, "strona 1 z 1", "<svg", "stan zdrowia somatycznego", "Ten wydruk może nie być pełny."]
    {
        assert!(sheet.body.contains(part), "{part}: {}", sheet.body);
    }
    assert!(!sheet.header("refresh").is_some_and(|_| true), "what was typed here is never reloaded away");
    // Nothing is granted before somebody signed.
    let before = consent::show(&served.here.node, Some(&reader(&served, &anna)), &number).await.unwrap();
    assert_eq!((before.line.state, before.pairs.len()), (State::Prepared, 0));
    let mut back = Filled::of(&sheet, &sheet_path);
    let recorded = back.send(&mut anna, None).await;
    assert_eq!(
        recorded.header("location"),
        Some(format!("/zgody/{number}?zrobione=podpisano").as_str()),
        "{}",
        recorded.body
    );
    let done = form.done + back.done;
    assert!(done <= 7, "{done} interactions");
    let view = consent::show(&served.here.node, Some(&reader(&served, &anna)), &number).await.unwrap();
    assert_eq!((view.line.state, view.pairs.len()), (State::Active, 1));
    assert!(view.pairs[0].give.contains(&Category::Health) && view.pairs[0].receive.contains(&Category::EduOpinion));
    assert_eq!(view.form.worker, "Anna Nowak");
    assert!(!serde_json::to_string(&view).unwrap().contains("Źrebięć"), "the name is in no form and no grant");
    let shown = anna.get(&format!("/zgody/{number}?zrobione=podpisano")).await;
    assert!(shown.body.contains("Zapisano zgodę.") && shown.body.contains(person) && shown.body.contains("ważna"));
    assert!(!shown.body.split("</title>").next().unwrap().contains("Źrebięć"), "no name in a title");
    assert!(shown.header("refresh").is_some());
    // The paper was signed once; the form that comes again changes nothing.
    let again = back.send(&mut anna, None).await;
    assert_eq!(again.status, 303);
    let once = hidden(&anna.get("/zgody/nowa").await, "/zgody/nowa", "raz");
    back.fill("raz", &once);
    assert_eq!(back.send(&mut anna, None).await.status, 409, "it is prepared no more");
}

/// Words of the sentences on a sheet, without the table, names and places to sign.
#[test]
fn a_sheet_says_what_it_says_in_at_most_120_words_of_short_sentences() {
    let t = Texts::pages(Lang::Pl);
    let values = [
        ("institution", "Ośrodek Pomocy Społecznej w Brzegu"),
        ("phone", "+48 77 400 00 00"),
        ("date", "01.11.2027"),
        ("iod", "Jan Kot"),
    ];
    let keys = ["w-sheet-intro", "w-sheet-free", "w-sheet-until", "w-sheet-rights", "w-print-may-be-incomplete"];
    let text = keys.map(|key| t.fill(key, &values)).join(" ");
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    assert!(words <= 120, "{words}: {text}");
    let sentences: Vec<&str> = text.split(['.', ':', '!']).filter(|part| part.trim().contains(' ')).collect();
    let average = words / sentences.len();
    assert!(average <= 15, "{average}");
    for part in ["dobrowolna", "Odmowa nie wpływa", "wycofać", "administrator danych", "IOD", "Prezes UODO"] {
        assert!(text.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_sheet_names_everybody_once_and_is_numbered_on_every_page() {
    let served = centre().await;
    let mut anna = served.signed_in().await;
    for (institutions, pages) in [
        (vec!["sp3-nad"], 1),
        (vec!["sp3-nad", "poz-zdr", "pcpr-nad", "mdk-nad"], 1),
        (vec!["sp3-nad", "poz-zdr", "pcpr-nad", "mdk-nad", "ppp-nad", "pup-nad"], 2),
    ] {
        let number = prepared(&mut anna, "OPS/2026/114", &institutions).await;
        let sheet = anna.get(&format!("/zgody/{number}/druk")).await;
        let leaves: Vec<&str> = sheet.body.split("<section class=\"kartka\"").skip(1).collect();
        assert_eq!(leaves.len(), pages, "{institutions:?}");
        for (at, leaf) in leaves.iter().enumerate() {
            assert!(
                leaf.contains(&format!("strona {} z {pages}", at + 1))
                    && leaf.contains("<svg")
                    && leaf.contains(&number)
            );
            assert!(leaf.contains("OPS/2026/114"), "their own number on every page");
        }
        for id in &institutions {
            assert_eq!(sheet.body.matches(&format!("<th scope=\"row\">Instytucja {id}</th>")).count(), 1);
        }
        assert!(sheet.body.len() < 60_000, "{}", sheet.body.len());
        let both = anna.get(&format!("/zgody/{number}/druk?druk=uk")).await;
        assert!(both.body.contains("Згода добровільна") && both.body.contains("Zgoda jest dobrowolna"));
        assert!(both.body.contains("Po podpisaniu"), "the page itself stays Polish");
        let english = anna.get(&format!("/zgody/{number}/druk?druk=en")).await;
        assert!(english.body.contains("The consent is voluntary") && english.body.contains("Zgoda jest dobrowolna"));
    }
    let page = anna.get("/zgody/nowa?do=sp3-nad&do=poz-zdr&do=pcpr-nad&do=mdk-nad").await;
    assert!(page.body.len() < 50_000, "{}", page.body.len());
}

#[tokio::test]
async fn the_code_is_good_altered_or_somebody_elses() {
    let served = centre().await;
    let mut anna = served.signed_in().await;
    let number = prepared(&mut anna, "Jan Kowalski OPS/2026/77", &["sp3-nad", "poz-zdr"]).await;
    let node = &served.here.node;
    let form = consent::show(node, Some(&reader(&served, &anna)), &number).await.unwrap().form;
    let text = Paper::of(node.id(), &number, &form).text(node.signing(), node.region());
    assert!(!text.contains("Kowalski") && !text.contains("2026"));
    let good = consent::check(node, &text).unwrap();
    assert_eq!((good.paper.number.as_str(), good.paper.pairs.len(), good.over), (number.as_str(), 2, false));
    let mut form = Filled::of(&anna.get("/zgody/sprawdz").await, "/zgody/sprawdz");
    let lower = text.to_lowercase();
    let spaced = lower.as_bytes().chunks(30).map(|part| String::from_utf8_lossy(part).into_owned());
    let spaced = spaced.collect::<Vec<_>>().join("\n ");
    let shown = form.fill("kod", &spaced).send(&mut anna, None).await;
    assert!(
        shown.status == 200 && shown.body.contains("Kod jest prawdziwy") && shown.body.contains("Instytucja sp3-nad")
    );
    let half = text.len() / 2;
    let other = if text.as_bytes()[half] == b'A' { "B" } else { "A" };
    let altered = format!("{}{other}{}", &text[..half], &text[half + 1..]);
    for (bad, sentence) in [
        (altered.as_str(), "Podpis się nie zgadza."),
        (&text[..text.len() - 8], "Podpis się nie zgadza."),
        ("WIEZ1:AAAA", "To nie jest kod zgody"),
        (HOSTILE, "To nie jest kod zgody"),
    ] {
        let said = form.fill("kod", bad).send(&mut anna, None).await;
        assert!(said.status >= 400 && said.body.contains("Kodu nie można potwierdzić"), "{bad}: {}", said.status);
        assert!(said.body.contains(sentence) || said.body.contains("To nie jest kod zgody"), "{bad}");
        assert!(!said.body.contains("<script>alert"));
    }
}

#[tokio::test]
async fn what_the_person_refused_is_kept_and_not_asked_again() {
    let served = centre().await;
    let mut anna = served.signed_in().await;
    let page = anna.get("/zgody/nowa?do=sp3-nad&do=poz-zdr&kategorie=HEALTH&sprawa=OPS%2F1&powrot=nowe").await;
    let mut form = Filled::of(&page, "/zgody/nowa");
    let sent = form.send(&mut anna, None).await;
    let number = number_of(&sent);
    let path = format!("/zgody/{number}/druk");
    assert_eq!(sent.header("location"), Some(format!("{path}?powrot=nowe").as_str()));
    // Yes to the school, but not to what is about health; no to the clinic.
    let mut back = Filled::of(&anna.get(&format!("{path}?powrot=nowe")).await, &path);
    back.tick("tak", "poz-zdr").tick("wyrazna", "sp3-nad:HEALTH");
    let done = back.send(&mut anna, None).await;
    assert_eq!(done.header("location"), Some(format!("/zgody/{number}?zrobione=podpisano&powrot=nowe").as_str()));
    assert!(anna.get(done.header("location").unwrap()).await.body.contains("href=\"/nowe\""));
    let node = &served.here.node;
    let view = consent::show(node, Some(&reader(&served, &anna)), &number).await.unwrap();
    assert_eq!(view.pairs.len(), 1);
    assert!(!view.pairs[0].give.contains(&Category::Health) && view.pairs[0].give.contains(&Category::IdName));
    let refusals = anna.get("/zgody?pokaz=odmowy").await;
    assert!(refusals.body.contains("odmowa") && refusals.body.contains("Instytucja poz-zdr"), "{}", refusals.body);
    assert!(refusals.body.contains("OPS/1") && refusals.body.contains("1 zgoda"));
    // Asked again, the page says so, keeps what was typed, and goes on only when the person wants it.
    let page = anna.get("/zgody/nowa?do=poz-zdr&sprawa=OPS%2F1").await;
    let mut form = Filled::of(&page, "/zgody/nowa");
    let warned = form.send(&mut anna, None).await;
    assert!(warned.status == 200 && warned.body.contains("Ta osoba odmówiła zgody 02.11.2026: Instytucja poz-zdr."));
    let mut form = Filled::of(&warned, "/zgody/nowa");
    assert_eq!(form.tick("ponownie", "tak").send(&mut anna, None).await.status, 303);
    // A refusal never becomes a consent.
    let all = consent::list(node, Some(&reader(&served, &anna))).await.unwrap();
    let refused = all.iter().find(|line| line.state == State::Refused).unwrap();
    let path = format!("/zgody/{}/druk", refused.number);
    assert_eq!(anna.get(&path).await.status, 303, "there is nothing to print");
    let stale = anna
        .post(
            &path,
            &[
                ("csrf", &hidden(&page, "/zgody/nowa", "csrf")),
                ("raz", "7"),
                ("dzien", "2026-11-02"),
                ("tak", "poz-zdr"),
                ("przyjal", "x"),
                ("gdzie", "y"),
            ],
        )
        .await;
    assert_eq!(stale.status, 409);
    // The whole sheet refused.
    let whole = prepared(&mut anna, "Ktoś Inny", &["mdk-nad"]).await;
    let path = format!("/zgody/{whole}/druk");
    let mut back = Filled::of(&anna.get(&path).await, &path);
    let refused = back.send(&mut anna, Some(("co", "odmowa"))).await;
    assert_eq!(refused.header("location"), Some(format!("/zgody/{whole}?zrobione=odmowa").as_str()));
    assert!(anna.get(&format!("/zgody/{whole}")).await.body.contains("odmowa"));
}

#[tokio::test]
async fn a_minor_needs_who_may_speak_for_it_and_a_mistake_keeps_what_was_typed() {
    let served = centre().await;
    let mut anna = served.signed_in().await;
    let page = anna.get("/zgody/nowa?do=sp3-nad").await;
    let mut form = Filled::of(&page, "/zgody/nowa");
    form.fill("osoba", "Kacper Wójcik").fill("kto", "PARENT").fill("urodzona", "2012-05-05");
    let bad = form.send(&mut anna, None).await;
    assert!(
        bad.status >= 400 && bad.body.contains("Kacper Wójcik") && bad.body.contains("class=\"klopot\""),
        "{}",
        bad.status
    );
    let mut form = Filled::of(&bad, "/zgody/nowa");
    let good = form.tick("wlasne", "tak").send(&mut anna, None).await;
    let number = number_of(&good);
    let sheet = anna.get(&format!("/zgody/{number}/druk")).await;
    assert!(sheet.body.contains("Podpis dziecka (13–17 lat)") && sheet.body.contains("rodzic"));
    // Institutions that are not in the table are typed; one that acts on statutes alone is no party of a consent.
    let mut form = Filled::of(&page, "/zgody/nowa");
    let added = form.fill("inna", "instytucja PUP").send(&mut anna, None).await;
    assert!(added.status == 200 && added.body.contains("Dodano instytucję do tabeli."), "{}", added.body);
    assert!(Filled::of(&added, "/zgody/nowa").ticks.contains(&("inst".into(), "pup-nad".into(), true)));
    let mut form = Filled::of(&page, "/zgody/nowa");
    let police = form.fill("inna", "kpp-nad").send(&mut anna, None).await;
    assert!(police.status >= 400 && police.body.contains("WZ-ZGO-020"), "{}", police.body);
    let mut form = Filled::of(&page, "/zgody/nowa");
    let many = form.fill("inna", "instytucja").send(&mut anna, None).await;
    assert!(many.body.contains("Pasuje kilka instytucji."), "{}", many.body);
    let mut form = Filled::of(&page, "/zgody/nowa");
    let hostile = form.fill("osoba", HOSTILE).fill("sprawa", HOSTILE).send(&mut anna, None).await;
    let number = number_of(&hostile);
    for path in [format!("/zgody/{number}"), format!("/zgody/{number}/druk"), "/zgody".to_owned()] {
        let shown = anna.get(&path).await;
        assert!(
            shown.status == 200 && !shown.body.contains("<script>alert") && !shown.body.contains("<img src=x"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn c11_withdrawing_shows_what_happens_and_takes_two_interactions() {
    let served = centre().await;
    let mut anna = served.signed_in().await;
    let number = signed(&mut anna, "OPS/2026/9", &["sp3-nad", "poz-zdr"]).await;
    let (node, worker) = (&served.here.node, reader(&served, &anna));
    let to = Addressed {
        to: "sp3-nad".parse().unwrap(),
        subject_ref: "OPS/2026/9".to_owned(),
        consent: Some(number.clone()),
        purpose: Purpose::Service,
        urgency: Urgency::U3Normal,
    };
    let section = Section { category: Category::IdName, label: String::new(), text: "Ala".to_owned() };
    let body = Referral {
        service: ServiceCode::ALL[0],
        goal: String::new(),
        urgency: Urgency::U3Normal,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    };
    let sent = refer(node, &worker, &to, vec![section], body).await;
    let waits = sent.is_ok();
    let detail = anna.get(&format!("/zgody/{number}")).await;
    let (link, path) = (format!("href=\"/zgody/{number}/wycofaj\""), format!("/zgody/{number}/wycofaj"));
    assert!(detail.body.contains(&link));
    let page = anna.get(&path).await;
    for part in ["Instytucja sp3-nad", "Instytucja poz-zdr", "value=\"SELF\" selected", "Nic nie przekazano."] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert_eq!(page.body.contains("czeka tutaj i nie zostanie wysłane"), waits, "{}", page.body);
    let mut form = Filled::of(&page, &path);
    let done = form.send(&mut anna, None).await;
    assert_eq!(
        done.header("location"),
        Some(format!("/zgody/{number}?zrobione=wycofano-zgode").as_str()),
        "{}",
        done.body
    );
    assert_eq!(1 + form.done, 2, "the link and the button");
    let after = anna.get(done.header("location").unwrap()).await;
    for part in
        ["Wycofano zgodę.", "wycofana", "Nie miała danych, nie trzeba zawiadamiać.", "osoba, której dane dotyczą"]
    {
        assert!(after.body.contains(part), "{part}: {}", after.body);
    }
    assert_eq!(after.body.contains("Zawiadomienie: czeka tutaj"), waits);
    let slip = anna.get(&format!("/zgody/{number}/potwierdzenie")).await;
    assert!(slip.body.contains("Ten wydruk może nie być pełny.") && slip.body.contains("OPS/2026/9"));
    assert_eq!(anna.get(&path).await.status, 303, "nothing is left to withdraw");
    assert_eq!(anna.get(&format!("/zgody/{number}/druk")).await.status, 303);
}

#[tokio::test]
async fn a_part_of_a_consent_can_be_withdrawn() {
    let served = centre().await;
    let mut anna = served.signed_in().await;
    let number = signed(&mut anna, "OPS/2026/10", &["sp3-nad", "poz-zdr"]).await;
    let path = format!("/zgody/{number}/wycofaj");
    let mut form = Filled::of(&anna.get(&path).await, &path);
    let done = form.fill("instytucja", "poz-zdr").send(&mut anna, None).await;
    assert_eq!(done.header("location"), Some(format!("/zgody/{number}?zrobione=zawezono").as_str()), "{}", done.body);
    let mut form = Filled::of(&anna.get(&path).await, &path);
    let done = form.tick("kategoria", "FAMILY_SIT").send(&mut anna, None).await;
    assert_eq!(done.header("location"), Some(format!("/zgody/{number}?zrobione=zawezono").as_str()), "{}", done.body);
    let shown = anna.get(&format!("/zgody/{number}")).await;
    assert!(shown.body.contains("wycofano część zgody") && shown.body.contains("wycofana"), "{}", shown.body);
    let view = consent::show(&served.here.node, Some(&reader(&served, &anna)), &number).await.unwrap();
    let school = view.pairs.iter().rfind(|pair| pair.institution.as_str() == "sp3-nad").unwrap();
    assert!(school.ended_ms.is_none() && !school.give.contains(&Category::FamilySit));
    let sheet = anna.get(&format!("/zgody/{number}/druk")).await;
    assert!(
        sheet.status == 200 && !sheet.body.contains("action=\"/zgody"),
        "it is signed; it can only be printed again"
    );
}

#[tokio::test]
async fn the_list_is_searched_without_marks_and_paged() {
    let served = centre().await;
    let mut anna = served.signed_in().await;
    let mut numbers = BTreeMap::new();
    for n in 0..23 {
        let person = if n == 4 { "Wójcik Łucja".to_owned() } else { format!("OPS/2026/{n}") };
        let to: &[&str] = if n == 7 { &["mdk-nad"] } else { &["sp3-nad"] };
        numbers.insert(n, prepared(&mut anna, &person, to).await);
    }
    let first = anna.get("/zgody").await;
    assert_eq!(first.body.matches("<tbody>").count(), 20);
    assert!(first.body.contains("Strona 1 z 2.") && first.body.contains("23 zgody"), "{}", first.body);
    let second = anna.get("/zgody?strona=2&kolejnosc=nowe").await;
    assert_eq!(second.body.matches("<tbody>").count(), 3);
    assert_eq!(anna.get("/zgody?strona=99999999").await.body.matches("<tbody>").count(), 20);
    let csrf = hidden(&first, "/zgody", "csrf");
    for (typed, found) in [("wojcik", 4), ("lucja WÓJCIK", 4), ("INSTYTUCJA mdk", 7), (&numbers[&9].to_lowercase(), 9)]
    {
        let reply = anna.post("/zgody", &[("csrf", &csrf), ("szukaj", typed)]).await;
        assert_eq!(reply.body.matches("<tbody>").count(), 1, "{typed}: {}", reply.body);
        assert!(reply.body.contains(&numbers[&found]), "{typed}");
    }
    let none = anna.post("/zgody", &[("csrf", &csrf), ("szukaj", "nikt taki")]).await;
    assert!(none.body.contains("Nic nie pasuje"));
    for (code, count) in [("do-podpisu", 20), ("wazne", 0), ("koncza-sie", 0), ("odmowy", 0), ("zakonczone", 0)] {
        let reply = anna.get(&format!("/zgody?pokaz={code}")).await;
        assert_eq!(reply.body.matches("<tbody>").count(), count, "{code}");
        assert!(count > 0 || reply.body.contains("W tej części listy nie ma zgód."));
    }
    let signed = signed(&mut anna, "OPS/2026/99", &["sp3-nad"]).await;
    assert!(anna.get("/zgody?pokaz=wazne").await.body.contains(&signed));
    // Eleven months later it ends within 30 days, then it is over.
    served.here.env.advance(std::time::Duration::from_secs(345 * 86_400));
    let mut anna = served.signed_in().await;
    let ending = anna.get("/zgody?pokaz=koncza-sie").await;
    assert!(ending.body.contains(&signed) && ending.body.contains("kończy się"), "{}", ending.body);
    served.here.env.advance(std::time::Duration::from_secs(30 * 86_400));
    let mut anna = served.signed_in().await;
    let over = anna.get("/zgody?pokaz=zakonczone").await;
    assert!(over.body.contains(&signed) && over.body.contains("wygasła"));
}
