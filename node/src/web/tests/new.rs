//! A new case from the form to the confirmation: found person, chosen basis, asked gate, one sending, nothing typed twice.

use std::collections::BTreeSet;

use wiez_proto::directory::Standing;
use wiez_proto::vocab::{Authority, Category, EvidenceKind, GiverRole, InstitutionKind, Purpose};

use super::client::{Client, Reply};
use super::{Served, hidden};
use crate::account::Reader;
use crate::casework::{self, CaseKind};
use crate::consent::{self, Form, Giver, Pair};
use crate::session::COOKIE;
use crate::store;

pub(super) const GOAL: &str = "Proszę o zajęcia wyrównawcze z matematyki.";

/// A centre of social assistance in which Anna is signed in.
pub(super) async fn office() -> (Served, Client) {
    let mut served = Served::of(InstitutionKind::Ops, None).await;
    served.here.meets("sp5-nad", InstitutionKind::Szkola);
    served.here.meets("zi-nad", InstitutionKind::Zi);
    served.here.verifies("REFERRAL.CONSENT").await;
    let anna = served.signed_in().await;
    (served, anna)
}

pub(super) fn reader(served: &Served, client: &Client) -> Reader {
    let (_, token) = client.cookies.iter().find(|(name, _)| name == COOKIE).unwrap();
    served.here.node.sessions().peek(served.here.env.now_ms(), token).unwrap().reader().unwrap()
}

/// A consent of somebody for the school, on paper.
pub(super) async fn consents(served: &Served, client: &Client, subject: &str, name: &str, give: &[Category]) -> String {
    let reader = reader(served, client);
    // A referral itself says what is planned.
    let pair = Pair {
        institution: "sp3-nad".parse().unwrap(),
        give: give.iter().copied().chain([Category::PlanTasks]).collect(),
        receive: BTreeSet::new(),
        explicit: give.iter().copied().filter(|category| category.special()).collect(),
    };
    let giver = Giver {
        role: GiverRole::SelfGiver,
        born: None,
        own_statement: false,
        authority: Authority::Unknown,
        conflict: false,
    };
    let form = Form {
        subject_ref: subject.to_owned(),
        giver,
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(b"scan"),
        evidence_place: "segregator 4".to_owned(),
        pairs: vec![pair],
        purposes: BTreeSet::from([Purpose::Service]),
        valid_from: "2026-11-02".parse().unwrap(),
        valid_to: "2027-10-31".parse().unwrap(),
        worker: "Anna Nowak".to_owned(),
    };
    let view = consent::record(&served.here.node, &reader, &form).await.unwrap();
    let mut tx = served.here.node.store().begin_as("test.name", &reader).await.unwrap();
    store::consent::put_name(&mut tx, &view.line.number, &form, name).await.unwrap();
    tx.commit().await.unwrap();
    view.line.number
}

pub(super) async fn sent(served: &Served, client: &Client, apart: bool) -> Vec<casework::CaseLine> {
    let (node, reader) = (&served.here.node, reader(served, client));
    let mut lines = casework::list(node, &reader, CaseKind::ALL, apart).await.unwrap();
    let mut view = node.store().view_as("test.sent", &reader).await.unwrap();
    for line in &mut lines {
        line.subject_ref = casework::load(&mut view, &line.number).await.unwrap().file.subject_ref;
    }
    lines
}

/// Everything that the form of an action carries unseen, as a browser sends it.
fn carried(reply: &Reply, action: &str) -> Vec<(String, String)> {
    let form = reply.body.split("<form").find(|form| form.contains(&format!("action=\"{action}\""))).unwrap();
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    let parts = inputs.filter_map(|input| input.split_once("\" value=\""));
    let plain =
        |text: &str| text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&").replace("&amp;", "&");
    parts.map(|(name, rest)| (name.to_owned(), plain(rest.split('"').next().unwrap()))).collect()
}

/// Presses a button of a page: what the page carries, and what somebody chose or typed.
pub(super) async fn press(client: &mut Client, page: &Reply, form: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
    let carried = carried(page, form);
    let typed: BTreeSet<&str> = fields.iter().map(|(name, _)| *name).collect();
    let kept = carried.iter().filter(|(name, _)| !typed.contains(name.as_str()));
    let all: Vec<(&str, &str)> =
        kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(fields.iter().copied()).collect();
    client.post(path, &all).await
}

pub(super) const CHECK: &str = "/nowe/sprawdz";
pub(super) const SEND: &str = "/nowe/wyslij";

#[tokio::test]
async fn a_referral_goes_from_the_form_to_the_confirmation_and_only_once() {
    let (served, mut anna) = office().await;
    let covered = [Category::IdName, Category::EduPlace, Category::Contact];
    let consent = consents(&served, &anna, "OPS/2026/114", "Zofia Kanarek", &covered).await;
    let form = anna.get("/nowe").await;
    assert!(form.status == 200 && form.body.contains("aria-current=\"page\""), "{}", form.body);
    assert!(form.body.contains("<option value=\"Instytucja sp3-nad\">") && !form.body.contains("kpp-nad"));
    let typed = [
        ("osoba", "kanarek zofia"),
        ("do", "SP3"),
        ("opis", GOAL),
        ("dane-EDU_PLACE", "SP 3, klasa 5b"),
        ("dane-CONTACT", "600 000 000"),
        ("podstawa", ""),
    ];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert_eq!(check.status, 200, "{}", check.body);
    for part in [
        "Zofia Kanarek",
        "OPS/2026/114",
        "Instytucja sp3-nad zobaczy:",
        "ROPS zobaczy tylko: kto, do kogo, kiedy",
        &consent,
        "objęte zgodą",
        "zajęcia wyrównawcze</option>",
        "SP 3, klasa 5b",
        "id=\"wyslij\"",
        "Zmień<span class=\"niewidoczne\">: ",
    ] {
        assert!(check.body.contains(part), "{part}: {}", check.body);
    }
    assert!(!check.body.contains("class=\"klopot\"") && !check.body.contains("nieobjęte"), "{}", check.body);
    let statute = check.body.find("INFO_REQUEST:UPS_105").unwrap();
    assert!(statute < check.body.rfind(&consent).unwrap(), "the statute is proposed before the consent");
    let first = press(&mut anna, &check, SEND, SEND, &[]).await;
    let place = first.header("location").unwrap_or_else(|| panic!("{} {}", first.status, first.body)).to_owned();
    let twice = press(&mut anna, &check, SEND, SEND, &[]).await;
    assert_eq!(twice.header("location"), Some(place.as_str()), "a second click shows the same");
    let cases = sent(&served, &anna, false).await;
    assert_eq!((cases.len(), cases[0].subject_ref.as_str()), (1, "OPS/2026/114"));
    assert_eq!(place, format!("/sprawy/{}/wyslano", cases[0].number));
    let done = anna.get(&place).await;
    for part in ["OPS/2026/114", &cases[0].number, "Odpowiedź należy się", "+48 77 400 00 00", "Następne skierowanie"]
    {
        assert!(done.body.contains(part), "{part}: {}", done.body);
    }
    let next = anna.get(&format!("/nowe?osoba={}", cases[0].number)).await;
    assert!(next.body.contains("value=\"OPS/2026/114\""), "{}", next.body);
    let other = anna.get("/nowe").await;
    assert!(!other.body.contains(GOAL), "what was sent is no draft any more");
    served.stop();
}

#[tokio::test]
async fn a_refusal_comes_before_sending_with_its_ways_out_as_buttons() {
    let (served, mut anna) = office().await;
    consents(&served, &anna, "OPS/7", "Jan Kos", &[Category::IdName]).await;
    let form = anna.get("/nowe").await;
    let typed = [("osoba", "OPS/7"), ("do", "sp3-nad"), ("opis", GOAL), ("dane-HEALTH", "astma"), ("podstawa", "")];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert_eq!(check.status, 409, "{}", check.body);
    for part in [
        "WZ-ZGO-002",
        "nieobjęte zgodą",
        "Wyślij bez: stan zdrowia",
        "Poproś o rozszerzenie zgody",
        "Użyj innej podstawy prawnej",
        "autofocus",
        "<title>Błąd:",
        "astma",
    ] {
        assert!(check.body.contains(part), "{part}: {}", check.body);
    }
    assert!(!check.body.contains("id=\"wyslij\""), "{}", check.body);
    assert!(sent(&served, &anna, false).await.is_empty(), "nothing was kept, nothing left");
    let wider = press(&mut anna, &check, SEND, "/nowe/zgoda", &[("kategorie", "HEALTH")]).await;
    let place = "/zgody/nowa?sprawa=OPS%2F7&do=sp3-nad&kategorie=HEALTH&powrot=nowe";
    assert_eq!(wider.header("location"), Some(place), "{}", wider.body);
    assert!(anna.get("/nowe").await.body.contains("astma"), "what was typed waits while the consent is made");
    let other = press(&mut anna, &check, SEND, "/nowe/popraw", &[("pole", "podstawa")]).await;
    assert!(other.body.contains("astma") && other.body.contains("INFO_REQUEST:UPS_105"), "{}", other.body);
    let statute = other.body.find("value=\"INFO_REQUEST:UPS_105\"").unwrap();
    assert!(statute < other.body.find("value=\"Z-").unwrap(), "statutes stand before consents");
    let without = press(&mut anna, &check, SEND, SEND, &[("bez", "HEALTH")]).await;
    assert!(without.header("location").unwrap().ends_with("/wyslano"), "{}", without.body);
    let cases = sent(&served, &anna, false).await;
    let view = casework::show(&served.here.node, &reader(&served, &anna), &cases[0].number).await.unwrap();
    let names: Vec<&str> = view.messages[0].fields.iter().map(|field| field.name.as_str()).collect();
    assert!(names.contains(&"ID_NAME") && !names.contains(&"HEALTH"), "{names:?}");
    served.stop();
}

#[tokio::test]
async fn without_a_consent_a_statute_and_a_new_consent_are_offered() {
    let (served, mut anna) = office().await;
    let form = anna.get("/nowe").await;
    let typed = [("osoba", "OPS/8"), ("do", "sp3-nad"), ("opis", GOAL), ("podstawa", "")];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(check.body.contains("WZ-ZGO-001") && check.body.contains("Nowa zgoda"), "{}", check.body);
    let new = press(&mut anna, &check, CHECK, "/nowe/zgoda", &[("kategorie", "")]).await;
    assert_eq!(new.header("location"), Some("/zgody/nowa?sprawa=OPS%2F8&do=sp3-nad&powrot=nowe"));
    let statute = press(&mut anna, &check, CHECK, CHECK, &[("podstawa", "INFO_REQUEST:UPS_105")]).await;
    assert!(statute.body.contains("name=\"rodzaj\" value=\"INFO_REQUEST\""), "{}", statute.body);
    assert!(statute.body.contains(GOAL) && statute.body.contains("value=\"UPS_105\" checked"), "{}", statute.body);
    for podstawa in ["nowa-zgoda", "zycie", "przepis"] {
        let typed = [("osoba", "OPS/8"), ("do", "sp3-nad"), ("opis", GOAL), ("podstawa", podstawa)];
        let form = anna.get("/nowe").await;
        let reply = press(&mut anna, &form, CHECK, CHECK, &typed).await;
        match podstawa {
            "nowa-zgoda" => assert!(reply.header("location").unwrap().starts_with("/zgody/nowa?")),
            "zycie" => assert!(reply.body.contains("value=\"ALERT\"") && reply.body.contains("112"), "{}", reply.body),
            _ => assert!(reply.body.contains("name=\"rodzaj\" value=\"INFO_REQUEST\"") && reply.body.contains(GOAL)),
        }
    }
    served.stop();
}

#[tokio::test]
async fn an_unclear_person_is_chosen_and_an_unknown_one_numbered_on_the_page_of_review() {
    let (served, mut anna) = office().await;
    consents(&served, &anna, "OPS/1", "Anna Kowalska", &[Category::IdName]).await;
    consents(&served, &anna, "OPS/2", "Maria Kowalska", &[Category::IdName]).await;
    let form = anna.get("/nowe").await;
    let typed = [("osoba", "kowalska"), ("do", "sp3-nad"), ("opis", GOAL), ("podstawa", "")];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(check.status == 200 && check.body.contains("Która osoba?"), "{}", check.body);
    let maria = "OPS/2\tkowalska\tMaria Kowalska";
    let first = "value=\"OPS/1\tkowalska\tAnna Kowalska\"";
    assert!(check.body.contains(first) && check.body.contains(maria) && check.body.contains(GOAL), "{}", check.body);
    assert!(!check.body.contains("id=\"wyslij\""), "nothing can be sent while nobody is meant");
    for hasty in [&[][..], &[("numer", maria)]] {
        let again = press(&mut anna, &check, CHECK, SEND, hasty).await;
        assert!(again.header("location").is_none() && again.body.contains(GOAL), "{} {}", again.status, again.body);
    }
    assert!(sent(&served, &anna, false).await.is_empty(), "what was not shown is not sent");
    let chosen = press(&mut anna, &check, CHECK, CHECK, &[("numer", maria)]).await;
    assert!(chosen.body.contains("OPS/2 · Maria Kowalska"), "{}", chosen.body);
    let done = press(&mut anna, &chosen, SEND, SEND, &[]).await;
    assert!(done.header("location").is_some(), "{} {}", done.status, done.body);
    assert_eq!(sent(&served, &anna, false).await[0].subject_ref, "OPS/2");
    let form = anna.get("/nowe").await;
    let typed = [("osoba", "Nowa Osoba"), ("do", "sp3-nad"), ("opis", GOAL), ("podstawa", "")];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(check.body.contains("Numer sprawy w tej instytucji dla: Nowa Osoba"), "{}", check.body);
    let numbered = press(&mut anna, &check, CHECK, CHECK, &[("numer-nowy", "OPS/9")]).await;
    assert!(numbered.body.contains("WZ-ZGO-001") && numbered.body.contains("OPS/9 · Nowa Osoba"), "{}", numbered.body);
    // The number given there stays hers for as long as she is the one who is typed.
    let back = press(&mut anna, &numbered, CHECK, "/nowe/popraw", &[("pole", "opis")]).await;
    let typed = [("osoba", "Nowa Osoba"), ("do", "sp3-nad"), ("opis", GOAL), ("podstawa", "")];
    let kept = press(&mut anna, &back, CHECK, CHECK, &typed).await;
    assert!(kept.body.contains("OPS/9 · Nowa Osoba"), "{}", kept.body);
    let typed = [("osoba", "Inna Osoba"), ("do", "sp3-nad"), ("opis", GOAL), ("podstawa", "")];
    let other = press(&mut anna, &back, CHECK, CHECK, &typed).await;
    assert!(other.body.contains("w tej instytucji dla: Inna Osoba"), "{}", other.body);
    served.stop();
}

#[tokio::test]
async fn a_consent_that_ends_after_the_review_is_named_and_one_for_others_too() {
    let (served, mut anna) = office().await;
    let consent = consents(&served, &anna, "OPS/3", "Jan Kos", &[Category::IdName]).await;
    let form = anna.get("/nowe").await;
    let typed = [("osoba", "jan kos"), ("do", "sp3-nad"), ("opis", GOAL), ("podstawa", "")];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(check.body.contains("id=\"wyslij\""), "{}", check.body);
    let (node, reader) = (&served.here.node, reader(&served, &anna));
    consent::withdraw(node, &reader, &consent, &consent::Scope::default()).await.unwrap();
    let refused = press(&mut anna, &check, SEND, SEND, &[]).await;
    assert!(refused.body.contains("WZ-ZGO-004") && refused.body.contains("Nowa zgoda"), "{}", refused.body);
    consents(&served, &anna, "OPS/4", "Ewa Lis", &[Category::IdName]).await;
    // The consent of somebody else that stood in the form does not carry this person.
    let typed = [("osoba", "OPS/4"), ("do", "sp5-nad"), ("opis", GOAL), ("podstawa", consent.as_str())];
    let other = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(other.body.contains("WZ-ZGO-005") && other.body.contains(GOAL), "{}", other.body);
    served.stop();
}

#[tokio::test]
async fn the_recipient_is_found_without_marks_and_a_suspended_one_is_closed_with_its_reason() {
    let (mut served, mut anna) = office().await;
    consents(&served, &anna, "OPS/1", "Jan Kos", &[Category::IdName]).await;
    let form = anna.get("/nowe").await;
    let typed = [("osoba", "OPS/1"), ("do", "szkola"), ("opis", GOAL), ("podstawa", "")];
    let which = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(which.body.contains("Która instytucja?") && which.body.contains("value=\"sp5-nad\""), "{}", which.body);
    assert!(
        which.body.contains("id=\"sprawdz\"") && !which.body.contains("id=\"wyslij\""),
        "who sees it is not known yet"
    );
    let chosen = press(&mut anna, &which, CHECK, CHECK, &[("do", "sp3-nad")]).await;
    assert!(chosen.body.contains("id=\"wyslij\"") && chosen.body.contains("sp3-nad zobaczy:"), "{}", chosen.body);
    served.here.stands("sp3-nad", Standing::Suspended);
    let closed = press(&mut anna, &which, CHECK, CHECK, &[("do", "sp3-nad")]).await;
    assert!(
        closed.body.contains("value=\"sp3-nad\" disabled") && closed.body.contains("zawieszona"),
        "{}",
        closed.body
    );
    assert!(!closed.body.contains("id=\"wyslij\""));
    for unknown in ["nie ma takiej", ""] {
        let typed = [("osoba", "OPS/1"), ("do", unknown), ("opis", GOAL), ("dane-AGE", "12 lat")];
        let reply = press(&mut anna, &form, CHECK, CHECK, &typed).await;
        assert!(reply.status >= 400 && reply.body.contains("12 lat") && reply.body.contains(GOAL), "{}", reply.body);
    }
    let police = [("osoba", "OPS/1"), ("do", "kpp-nad"), ("opis", GOAL), ("podstawa", "")];
    let police = press(&mut anna, &form, CHECK, CHECK, &police).await;
    assert!(
        police.body.contains("class=\"klopot\"") && police.body.contains("CRIME_NOTICE:KPK_304"),
        "{}",
        police.body
    );
    served.stop();
}

#[tokio::test]
async fn what_was_typed_survives_errors_a_draft_and_a_lock() {
    let (served, mut anna) = office().await;
    let form = anna.get("/nowe").await;
    let bare =
        press(&mut anna, &form, CHECK, CHECK, &[("osoba", "OPS/1"), ("do", "sp3-nad"), ("dane-AGE", "12 lat")]).await;
    assert!(bare.status == 422 && bare.body.contains("12 lat") && bare.body.contains("O co prosisz"), "{}", bare.body);
    assert!(bare.body.contains("<title>Błąd:") && bare.body.contains("autofocus"));
    let typed = [("osoba", "OPS/1"), ("do", "sp3-nad"), ("opis", GOAL), ("dane-AGE", "12 lat")];
    let kept = press(&mut anna, &form, CHECK, "/nowe/zapisz", &typed).await;
    assert!(kept.body.contains("Szkic zapisany") && kept.body.contains("12 lat"), "{}", kept.body);
    let back = anna.get("/nowe").await;
    assert!(back.body.contains(GOAL) && back.body.contains("niewysłany szkic"), "{}", back.body);
    let csrf = hidden(&back, "/zablokuj", "csrf");
    assert_eq!(anna.post("/zablokuj", &[("csrf", &csrf)]).await.status, 303);
    let locked = press(&mut anna, &back, CHECK, CHECK, &[("osoba", "OPS/1"), ("do", "sp3-nad"), ("opis", GOAL)]).await;
    assert!(!locked.body.contains(GOAL), "a locked page shows nothing");
    let (csrf, held) = (hidden(&locked, "/blokada", "csrf"), hidden(&locked, "/blokada", "held"));
    let open = [("csrf", csrf.as_str()), ("held", &held), ("haslo", super::PASSWORD)];
    let open = anna.post("/blokada", &open).await;
    assert!(open.body.contains(GOAL) && open.body.contains("WZ-ZGO-001"), "{} {}", open.status, open.body);
    let form = anna.get("/nowe").await;
    let (csrf, once) = (hidden(&form, "/nowe/od-nowa", "csrf"), hidden(&form, "/nowe/od-nowa", "raz"));
    anna.post("/nowe/od-nowa", &[("csrf", &csrf), ("raz", &once)]).await;
    assert!(!anna.get("/nowe").await.body.contains(GOAL));
    served.stop();
}

#[tokio::test]
async fn what_a_statute_demands_has_forms_of_its_own_and_takes_no_consent() {
    let (served, mut anna) = office().await;
    let consent = consents(&served, &anna, "OPS/1", "Jan Kos", &[Category::IdName]).await;
    let kinds = anna.get("/nowe/ustawowe").await;
    for code in ["INFO_REQUEST", "ALERT", "NK_A", "CRIME_NOTICE"] {
        assert!(kinds.body.contains(&format!("?rodzaj={code}")), "{code}: {}", kinds.body);
    }
    assert!(!kinds.body.contains("POLICE_QUERY") && !kinds.body.contains("KURATOR_QUERY"));
    let form = anna.get("/nowe/ustawowe?rodzaj=NK_A").await;
    assert!(!form.body.contains(&consent) && form.body.contains("name=\"os0-ID_NAME\""), "{}", form.body);
    assert!(!form.body.contains("os1-HOUSING"), "the law lists no housing of who uses violence");
    let more = press(&mut anna, &form, CHECK, "/nowe/popraw", &[("dodaj", "HOUSEHOLD"), ("opis", GOAL)]).await;
    assert!(more.body.contains("name=\"os2-ID_NAME\"") && more.body.contains(GOAL), "{}", more.body);
    let typed = [
        ("osoba", "OPS/1"),
        ("do", "zi-nad"),
        ("opis", "Sąsiedzi słyszeli krzyki."),
        ("os0-ID_NAME", "Maria Kos"),
        ("os1-ID_NAME", "Piotr Kos"),
    ];
    let roles = [("rola", "SUFFERING"), ("rola", "USING")];
    let all: Vec<(&str, &str)> = typed.iter().chain(&roles).copied().collect();
    let with: Vec<(&str, &str)> = all.iter().copied().chain([("zgoda", consent.as_str())]).collect();
    let refused = press(&mut anna, &form, CHECK, CHECK, &with).await;
    assert!(refused.body.contains("WZ-ZGO-015") && !refused.body.contains("/zgody/nowa"), "{}", refused.body);
    let check = press(&mut anna, &form, CHECK, CHECK, &all).await;
    assert!(
        check.status == 200 && check.body.contains("Maria Kos") && check.body.contains("art. 9d"),
        "{}",
        check.body
    );
    let done = press(&mut anna, &check, SEND, SEND, &[]).await;
    let place = done.header("location").unwrap_or_else(|| panic!("{} {}", done.status, done.body)).to_owned();
    let done = anna.get(&place).await;
    assert!(done.body.contains("/osobne") && done.body.contains("KOPIA ROBOCZA"), "{}", done.body);
    assert_eq!((sent(&served, &anna, true).await.len(), sent(&served, &anna, false).await.len()), (1, 0));
    let number = sent(&served, &anna, true).await.remove(0).number;
    assert!(!anna.get("/skrzynka?pokaz=wyslane").await.body.contains(&number));
    assert!(anna.get("/osobne?pokaz=wyslane").await.body.contains(&number));
    served.stop();
}

#[tokio::test]
async fn signal_alert_and_question_are_sent_as_the_statute_wants_them() {
    let mut served = Served::of(InstitutionKind::Szkola, None).await;
    served.here.meets("ops-nad", InstitutionKind::Ops);
    let mut anna = served.signed_in().await;
    assert_eq!(anna.get("/nowe").await.header("location"), Some("/nowe/ustawowe"), "a school refers nobody");
    let form = anna.get("/nowe/ustawowe?rodzaj=SIGNAL").await;
    let typed = [
        ("osoba", "SP3/1"),
        ("do", "ops-nad"),
        ("opis", "Dziecko przychodzi głodne."),
        ("powod", "CHILD_NEGLECTED"),
        ("dane-ID_NAME", "Jan Kos"),
    ];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(check.body.contains("zaniedbanie dziecka") && check.body.contains("id=\"wyslij\""), "{}", check.body);
    assert!(press(&mut anna, &check, SEND, SEND, &[]).await.header("location").is_some());
    let form = anna.get("/nowe/ustawowe?rodzaj=ALERT").await;
    let typed = [("osoba", "SP3/1"), ("do", "kpp-nad"), ("opis", "Ojciec grozi nożem."), ("podstawa", "VITAL")];
    let short = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(short.body.contains("class=\"klopot\"") && !short.body.contains("id=\"wyslij\""), "{}", short.body);
    let why = ("uzasadnienie", "Bezpośrednie zagrożenie życia matki i dziecka.");
    let typed: Vec<(&str, &str)> = typed.into_iter().chain([why, ("dzwoniono", "dyżurny 112")]).collect();
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(check.body.contains("dyżurny 112") && check.body.contains("id=\"wyslij\""), "{}", check.body);
    assert!(press(&mut anna, &check, SEND, SEND, &[]).await.header("location").is_some());
    let form = anna.get("/nowe/ustawowe?rodzaj=INFO_REQUEST").await;
    let typed = [
        ("osoba", "SP3/1"),
        ("do", "ops-nad"),
        ("opis", "Do wspólnej diagnozy."),
        ("pytanie", "Czy rodzina korzysta z pomocy?"),
        ("zakres", "BENEFITS"),
        ("podstawa", "zgoda"),
    ];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(check.body.contains("WZ-ZGO-001") && check.body.contains("Czy rodzina korzysta"), "{}", check.body);
    let lines = sent(&served, &anna, true).await;
    let kinds: BTreeSet<&str> = lines.iter().map(|line| line.kind.code()).collect();
    assert_eq!(kinds, BTreeSet::from(["ALERT", "SIGNAL"]));
    served.stop();
}

#[tokio::test]
async fn what_waits_for_a_second_person_says_so_before_and_lies_in_its_case_after() {
    let (served, mut anna) = office().await;
    let form = anna.get("/nowe/ustawowe?rodzaj=INFO_REQUEST").await;
    let typed = [
        ("osoba", "OPS/1"),
        ("do", "sp3-nad"),
        ("opis", "Do decyzji o zasiłku."),
        ("pytanie", "Czy dziecko chodzi do szkoły?"),
        ("zakres", "EDU_PLACE"),
        ("podstawa", "UPS_105"),
        ("dane-ID_NAME", "Jan Kos"),
    ];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(check.status == 200 && check.body.contains("musi to potwierdzić druga osoba"), "{}", check.body);
    let done = press(&mut anna, &check, SEND, SEND, &[]).await;
    let place = done.header("location").unwrap_or_else(|| panic!("{} {}", done.status, done.body)).to_owned();
    let lines = sent(&served, &anna, false).await;
    assert_eq!(place, format!("/sprawy/{}", lines[0].number));
    let held = anna.get(&place).await;
    assert!(held.body.contains("WZ-ZGO-010") && held.body.contains("Wyślij ponownie to samo"), "{}", held.body);
    served.stop();
}

#[tokio::test]
async fn a_held_case_leads_to_a_consent_or_to_the_form_with_its_content() {
    let (served, mut anna) = office().await;
    let reader = reader(&served, &anna);
    let to = casework::act::Addressed {
        to: "sp3-nad".parse().unwrap(),
        subject_ref: "OPS/5".to_owned(),
        consent: None,
        purpose: Purpose::Service,
        urgency: wiez_proto::vocab::Urgency::U3Normal,
    };
    let body = wiez_proto::payload::Referral {
        service: wiez_proto::vocab::ServiceCode::ZajeciaWyrownawcze,
        goal: GOAL.to_owned(),
        urgency: wiez_proto::vocab::Urgency::U3Normal,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    };
    let section =
        wiez_proto::payload::Section { category: Category::Age, label: String::new(), text: "12 lat".to_owned() };
    let refused = casework::act::refer(&served.here.node, &reader, &to, vec![section], body).await.unwrap_err();
    let number = refused.details.get("case").unwrap().clone();
    let page = format!("/sprawy/{number}");
    let held = anna.get(&page).await;
    assert!(held.body.contains("WZ-ZGO-001") && held.body.contains("Nowa zgoda"), "{}", held.body);
    let (resend, at) = (format!("{page}/wyslij-bez"), |what: &str| format!("{page}/{what}"));
    let consent = press(&mut anna, &held, &resend, &at("zgoda"), &[("kategorie", "")]).await;
    let place = format!("/zgody/nowa?sprawa=OPS%2F5&do=sp3-nad&powrot={number}");
    assert_eq!(consent.header("location"), Some(place.as_str()), "{}", consent.body);
    let other = press(&mut anna, &held, &resend, &at("podstawa"), &[("pole", "podstawa")]).await;
    let form = anna.get(other.header("location").unwrap()).await;
    assert!(
        form.body.contains(GOAL) && form.body.contains("12 lat") && form.body.contains("value=\"OPS/5\""),
        "{}",
        form.body
    );
    consents(&served, &anna, "OPS/5", "Ewa Lis", &[Category::IdName, Category::Age]).await;
    let typed = [("osoba", "OPS/5"), ("do", "sp3-nad"), ("opis", GOAL), ("dane-AGE", "12 lat"), ("podstawa", "")];
    let check = press(&mut anna, &form, CHECK, CHECK, &typed).await;
    assert!(press(&mut anna, &check, SEND, SEND, &[]).await.header("location").is_some());
    let lines = sent(&served, &anna, false).await;
    let old = lines.iter().find(|line| line.number == number).unwrap();
    assert_eq!(old.status, wiez_proto::vocab::ReferralStatus::CancelledBySender, "the new one took its place");
    served.stop();
}
