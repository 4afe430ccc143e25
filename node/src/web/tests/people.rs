//! N16 and what belongs to it: who may do what, that whoever runs the node never comes to content, exclusion, the
//! second factor, and the way from the paper code to the recovery sheets and back.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::watch;
use wiez_proto::vocab::{InstitutionKind, WorkerRole};

use super::client::{Client, Reply};
use super::{LOGIN, PASSWORD, Served, bind, hidden};
use crate::account::first::offer;
use crate::account::login::change_password;
use crate::account::office::{self, By, NewAccount};
use crate::account::{AccessRole, AccountId, KeyState, Password, Reader, Receives, Source};
use crate::config::Pages;
use crate::node::tests::Offline;
use crate::tasks;
use crate::vault::hand;

/// Words of a message that only its readers may see.
const CANARY: &str = "Jak długo czeka się na wizytę";

fn token(client: &Client) -> String {
    client.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1.clone()
}

pub(super) fn reader(served: &Served, client: &Client) -> Reader {
    let node = &served.here.node;
    node.sessions().enter(node.env().now_ms(), &token(client)).unwrap().reader().unwrap()
}

/// Somebody with a password of their own, signed in; keys are not given yet.
pub(super) async fn newcomer(served: &Served, login: &str, role: AccessRole) -> (AccountId, Client) {
    let worker_role = match role {
        AccessRole::Iod => WorkerRole::Iod,
        AccessRole::Administrator => WorkerRole::AdminIt,
        AccessRole::Pracownik | AccessRole::Koordynator | AccessRole::Kierownik => WorkerRole::Pedagog,
    };
    let new = NewAccount { login: login.to_owned(), name: format!("Osoba {login}"), role, worker_role, uid: None };
    let by = match role {
        AccessRole::Iod => By::Worker(Box::new(office::by_login(&served.here.node, LOGIN).await.unwrap())),
        AccessRole::Pracownik | AccessRole::Koordynator | AccessRole::Kierownik | AccessRole::Administrator => {
            By::Machine(0)
        }
    };
    let (account, first) = office::add(&served.here.node, &by, &new).await.unwrap();
    (account.id, own_password(served, login, &first).await)
}

async fn own_password(served: &Served, login: &str, first: &str) -> Client {
    let mut client = served.client();
    assert_eq!(client.post("/logowanie", &[("login", login), ("haslo", first)]).await.status, 303);
    let (old, own) = (Password::new(first), Password::new(&own(login)));
    change_password(&served.here.node, &token(&client), &old, &own, Source::Local(0)).await.unwrap();
    client
}

fn own(login: &str) -> String {
    format!("cztery koła {}", wiez_proto::id::hex(login.as_bytes()))
}

/// What the owner of an account would read to who gives keys.
async fn fingerprint(served: &Served, login: &str) -> String {
    office::by_login(&served.here.node, login).await.unwrap().fingerprint.unwrap_or_default()
}

/// Somebody who works on the cases of a kind.
pub(super) async fn colleague(served: &Served, anna: &Client, login: &str, role: AccessRole) -> (AccountId, Client) {
    let (id, client) = newcomer(served, login, role).await;
    let (node, reader) = (&served.here.node, reader(served, anna));
    hand::give(node, &reader, &id, &fingerprint(served, login).await).await.unwrap();
    let me = By::Worker(Box::new(office::by_login(node, LOGIN).await.unwrap()));
    office::receive(node, &me, &id, Some(Receives::Ordinary)).await.unwrap();
    (id, client)
}

/// Sends a form with the tokens of a session, wherever it would stand.
async fn sends(client: &mut Client, path: &str, fields: &[(&str, &str)], once: &str) -> Reply {
    let page = client.get("/ludzie").await;
    let csrf = hidden(&page, "/zablokuj", "csrf");
    let all: Vec<(&str, &str)> =
        [("csrf", csrf.as_str()), ("raz", once)].into_iter().chain(fields.iter().copied()).collect();
    client.post(path, &all).await
}

/// Every address of the node, as its routes are written.
fn routes() -> BTreeSet<String> {
    let source = include_str!("../route.rs");
    let paths = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    let paths: BTreeSet<String> = paths.collect();
    assert!(paths.len() > 60 && paths.contains("/sprawy/{number}") && paths.contains("/ludzie/{login}/klucze"));
    paths
}

fn is_end(path: &str) -> bool {
    ["/wyloguj", "/zablokuj", "/blokada"].contains(&path)
}

/// A form on the page of a person: path, fields, and which roles may send it.
type Deed = (&'static str, &'static [(&'static str, &'static str)], &'static [AccessRole]);

/// All of them, in the order of somebody's time here.
const ACTS: &[Deed] = {
    use AccessRole::{Administrator, Kierownik, Koordynator};
    &[
        ("klucze", &[], &[Kierownik]),
        ("zastepca", &[("zastepca", LOGIN)], &[Kierownik, Koordynator]),
        ("przydzial", &[("przydzial", "BOTH")], &[Kierownik]),
        ("nieobecnosc", &[], &[Kierownik]),
        ("powrot", &[], &[Kierownik]),
        ("przekaz-sprawy", &[("nastepca", LOGIN)], &[Kierownik]),
        ("rola", &[("rola", "KOORDYNATOR"), ("zawod", "PEDAGOG")], &[Kierownik]),
        ("zablokuj", &[], &[Kierownik, Administrator]),
        ("odblokuj", &[], &[Kierownik, Administrator]),
        ("haslo", &[], &[Kierownik, Administrator]),
        ("odejscie", &[], &[Kierownik, Administrator]),
    ]
};

#[tokio::test]
async fn every_role_may_do_on_the_people_pages_exactly_what_the_table_says() {
    let served = Served::new().await;
    let mut staff = vec![(AccessRole::Kierownik, served.signed_in().await)];
    let anna = served.signed_in().await;
    for (login, role) in [("praca", AccessRole::Pracownik), ("koord", AccessRole::Koordynator)] {
        staff.push((role, colleague(&served, &anna, login, role).await.1));
    }
    for (login, role) in [("admin", AccessRole::Administrator), ("iod", AccessRole::Iod)] {
        staff.push((role, newcomer(&served, login, role).await.1));
    }
    for (role, client) in &mut staff {
        let target = format!("cel-{}", role.code().to_lowercase());
        let (id, _) = newcomer(&served, &target, AccessRole::Pracownik).await;
        if *role == AccessRole::Koordynator {
            let code = fingerprint(&served, &target).await;
            hand::give(&served.here.node, &reader(&served, &anna), &id, &code).await.unwrap();
        }
        assert_eq!(client.get("/ludzie").await.status, 200, "{role:?}");
        let page = client.get(&format!("/ludzie/{target}")).await;
        assert_eq!(page.status, 200);
        for (act, fields, may) in ACTS {
            let path = format!("/ludzie/{target}/{act}");
            let allowed = may.contains(role);
            let code = fingerprint(&served, &target).await;
            let compared = [("odcisk", code.as_str())];
            let fields = if *act == "klucze" { &compared[..] } else { *fields };
            let reply = sends(client, &path, fields, act).await;
            assert_eq!(reply.status, if allowed { 303 } else { 403 }, "{role:?} {act}: {}", reply.body);
            // A double click shows the first result; asked for, the address of the form leads to the person.
            if allowed {
                let place = reply.header("location").unwrap().to_owned();
                assert_eq!(sends(client, &path, fields, act).await.header("location"), Some(place.as_str()));
            }
            let asked = client.get(&path).await;
            assert_eq!(asked.header("location"), Some(format!("/ludzie/{target}").as_str()), "{act}");
        }
        let adds = [AccessRole::Kierownik, AccessRole::Administrator].contains(role);
        let login = format!("nowy-{}", role.code().to_lowercase());
        let name = format!("Nowa Osoba {login}");
        let new = [("nowy-login", login.as_str()), ("osoba", &name), ("rola", "KIEROWNIK"), ("zawod", "PEDAGOG")];
        let reply = sends(client, "/ludzie/nowe", &new, "n").await;
        assert_eq!(reply.status, if adds { 303 } else { 403 }, "{role:?}: {}", reply.body);
        for path in ["/ludzie/nowe", "/odzyskaj"] {
            assert_eq!(client.get(path).await.status, if adds { 200 } else { 403 }, "{role:?} {path}");
        }
        let trail = [AccessRole::Kierownik, AccessRole::Iod].contains(role);
        assert_eq!(client.get("/slad").await.status, if trail { 200 } else { 403 }, "{role:?}");
        let checks = trail || *role == AccessRole::Administrator;
        assert_eq!(client.get("/slad/sprawdz").await.status, if checks { 200 } else { 403 }, "{role:?}");
    }
}

#[tokio::test]
async fn a_first_password_is_shown_once_and_what_was_typed_wrong_stays_typed() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    let fields = [("nowy-login", "jkos"), ("osoba", "Jan Kos"), ("rola", "PRACOWNIK"), ("zawod", "ADMIN_IT")];
    let fields_bad = [("nowy-login", "jan kos"), ("osoba", "Jan <b>Kos"), ("rola", "PRACOWNIK"), ("zawod", "PEDAGOG")];
    let bad = sends(&mut anna, "/ludzie/nowe", &fields_bad, "1").await;
    assert_eq!(bad.status, 422);
    assert!(
        bad.body.contains("value=\"jan kos\"") && bad.body.contains("Nazwa użytkownika") && !bad.body.contains("<b>")
    );
    assert!(bad.body.contains("value=\"PEDAGOG\" selected") && bad.body.contains("<title>Błąd:"));
    let made = sends(&mut anna, "/ludzie/nowe", &fields, "2").await;
    let place = made.header("location").unwrap().to_owned();
    assert_eq!(place, "/ludzie/jkos/pierwsze-haslo");
    let shown = anna.get(&place).await;
    let first = shown.body.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned();
    assert_eq!((shown.status, first.len(), shown.header("cache-control")), (200, 19, Some("no-store")));
    assert_eq!(anna.get(&place).await.header("location"), Some("/ludzie/jkos"), "once");
    let taken = sends(&mut anna, "/ludzie/nowe", &fields, "3").await;
    assert_eq!(taken.status, 409);
    let mut jan = served.client();
    assert_eq!(jan.post("/logowanie", &[("login", "jkos"), ("haslo", &first)]).await.status, 303);
    assert_eq!(jan.get("/ludzie").await.header("location"), Some("/haslo"), "a password of one's own first");
    assert!(anna.get("/ludzie?szukaj=KOS").await.body.contains("/ludzie/jkos"));
    assert!(anna.get("/ludzie?szukaj=xyzzy").await.body.contains("Nic nie pasuje"));
    for path in ["/ludzie/nikt", "/ludzie/a..b", "/ludzie/JKOS/x"] {
        assert_eq!(anna.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_administrator_comes_to_no_content_by_any_address_or_form_nor_through_others() {
    let served = Served::new().await;
    let anna = served.signed_in().await;
    let (_, mut jan) = colleague(&served, &anna, "jkos", AccessRole::Pracownik).await;
    let number = served.school_asks(1).await;
    let apart = served.police_asks().await;
    assert!(jan.get(&format!("/sprawy/{number}")).await.body.contains(CANARY), "who works sees it");
    let (_, mut admin) = newcomer(&served, "admin", AccessRole::Administrator).await;
    // An account of the administrator's making that calls itself kierownik; and a reset one. Both passwords are known.
    let wish = [("nowy-login", "kukla"), ("osoba", "Kukła"), ("rola", "KIEROWNIK"), ("zawod", "DYREKTOR")];
    let made = sends(&mut admin, "/ludzie/nowe", &wish, "1").await;
    let shown = admin.get(made.header("location").unwrap()).await;
    let password =
        |shown: &Reply| shown.body.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned();
    let puppet = own_password(&served, "kukla", &password(&shown)).await;
    let (_, mut ewa) = colleague(&served, &anna, "ewilk", AccessRole::Pracownik).await;
    ewa.get("/skrzynka").await;
    let reset = sends(&mut admin, "/ludzie/ewilk/haslo", &[], "2").await;
    let shown = admin.get(reset.header("location").unwrap()).await;
    let taken = own_password(&served, "ewilk", &password(&shown)).await;
    for form in [
        ("/ludzie/admin/rola", [("rola", "PRACOWNIK"), ("zawod", "PEDAGOG")]),
        ("/ludzie/kukla/rola", [("rola", "PRACOWNIK"), ("zawod", "PEDAGOG")]),
        ("/ludzie/jkos/rola", [("rola", "IOD"), ("zawod", "IOD")]),
        ("/ludzie/jkos/zastepca", [("zastepca", "admin"), ("x", "y")]),
        ("/ludzie/jkos/zastepca", [("zastepca", "kukla"), ("x", "y")]),
        ("/ludzie/kukla/klucze", [("x", "y"), ("x", "y")]),
        ("/ludzie/kukla/przydzial", [("przydzial", "BOTH"), ("x", "y")]),
        ("/ludzie/jkos/przekaz-sprawy", [("nastepca", "kukla"), ("x", "y")]),
        // Ending an account is allowed, handing its cases over is not: nothing is done in silence.
        ("/ludzie/jkos/odejscie", [("nastepca", "ewilk"), ("x", "y")]),
    ] {
        let reply = sends(&mut admin, form.0, &form.1, form.0).await;
        assert_eq!(reply.status, 403, "{}: {}", form.0, reply.body);
    }
    for (who, mut client) in [("admin", admin), ("kukla", puppet), ("ewilk", taken)] {
        tries_everything(&mut client, who, &[&number, &apart]).await;
    }
}

/// Asks for and posts to every address there is; none answers with content.
async fn tries_everything(client: &mut Client, who: &str, numbers: &[&str]) {
    let canaries = |reply: &Reply| reply.body.contains(CANARY) || reply.body.contains("alert(1)");
    let csrf = hidden(&client.get("/ludzie").await, "/zablokuj", "csrf");
    // Nor does it tell of cases without their content, as it does the data-protection officer.
    for asked in ["/osoba/druk?numer=OPS-1", "/slad"] {
        assert_eq!(client.get(asked).await.status, 403, "{who} GET {asked}");
    }
    for route in routes().iter().filter(|route| !is_end(route)) {
        for number in numbers {
            let path = route
                .replace("{number}", number)
                .replace("{login}", "koniec")
                .replace("{institution}", "sp3-nad")
                .replace("{subject}", "OPS-1");
            for asked in [path.clone(), format!("{path}?szukaj=sp3&pokaz=wszystkie")] {
                let reply = client.get(&asked).await;
                assert!(!canaries(&reply), "{who} GET {asked}: {}", reply.body);
                let content = route.starts_with("/sprawy") || ["/skrzynka", "/osobne"].contains(&route.as_str());
                assert!(!content || reply.status == 403, "{who} GET {asked}: {}", reply.status);
                assert!(!content || !reply.body.contains(number), "{who} GET {asked}");
            }
            let fields =
                [("csrf", csrf.as_str()), ("raz", path.as_str()), ("szukaj", "sp3"), ("tresc", "x"), ("numer", number)];
            let reply = client.post(&path, &fields).await;
            assert!(!canaries(&reply), "{who} POST {path}: {}", reply.body);
            let content = route.starts_with("/sprawy");
            assert!(!content || [403, 404, 405].contains(&reply.status), "{who} POST {path}: {}", reply.status);
        }
    }
}

#[tokio::test]
async fn for_an_excluded_worker_a_case_is_not_there_wherever_it_is_looked_for() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    let (_, mut jan) = colleague(&served, &anna, "jkos", AccessRole::Pracownik).await;
    let (number, other) = (served.school_asks(1).await, served.school_asks(2).await);
    let page = format!("/sprawy/{number}");
    assert!(jan.get("/skrzynka").await.body.contains(&number) && jan.get(&page).await.body.contains(CANARY));
    assert_eq!(jan.get(&format!("{page}/dostep")).await.status, 403, "a worker excludes nobody");
    let shown = anna.get(&format!("{page}/dostep")).await;
    assert!(shown.body.contains("Osoba jkos") && shown.body.contains("Konflikt") || shown.body.contains("konflikt"));
    let out = format!("{page}/dostep/wylacz");
    let bare = sends(&mut anna, &out, &[("osoba", "jkos"), ("powod", "")], "1").await;
    assert!(bare.status == 422 && bare.body.contains("Powód wyłączenia"), "{}", bare.body);
    let done = sends(&mut anna, &out, &[("osoba", "jkos"), ("powod", "CLOSE")], "2").await;
    assert_eq!(done.header("location"), Some(format!("{page}/dostep?zrobione=wylaczono").as_str()), "{}", done.body);
    assert!(anna.get(&format!("{page}/dostep")).await.body.contains("bliska osoba lub znajomy"));
    // Lists, counts and search know one case.
    for path in ["/skrzynka", "/skrzynka?pokaz=wszystkie", "/sprawy", "/osobne"] {
        let list = jan.get(path).await;
        assert!(list.status == 200 && !list.body.contains(&number), "{path}: {}", list.body);
        assert!(path == "/osobne" || list.body.contains(&other), "{path}");
    }
    assert!(jan.get("/skrzynka").await.body.contains("1 sprawa"));
    for path in ["/skrzynka", "/sprawy"] {
        let found = sends(&mut jan, path, &[("szukaj", number.as_str())], "3").await;
        assert!(!found.body.contains(&format!("/sprawy/{number}")), "{path}");
    }
    // Every address about it answers as it does for a case that never was.
    let csrf = hidden(&jan.get("/ludzie").await, "/zablokuj", "csrf");
    for route in routes().iter().filter(|route| route.contains("/sprawy/{number}")) {
        let (path, never) = (route.replace("{number}", &number), route.replace("{number}", "W-999999"));
        let (reply, nothing) = (jan.get(&path).await, jan.get(&never).await);
        assert_eq!(reply.status, nothing.status, "GET {path}");
        assert!(!reply.body.contains(CANARY), "GET {path}");
        for fields in [&[][..], &[("tresc", "x"), ("powod", "R_OTHER"), ("osoba", "jkos"), ("nota", "x")]] {
            let all: Vec<(&str, &str)> =
                [("csrf", csrf.as_str()), ("raz", path.as_str())].into_iter().chain(fields.iter().copied()).collect();
            let (reply, nothing) = (jan.post(&path, &all).await, jan.post(&never, &all).await);
            assert_eq!(reply.status, nothing.status, "POST {path}: {}", reply.body);
            assert!(reply.status != 200 && reply.status != 303 && !reply.body.contains(CANARY), "POST {path}");
        }
    }
    assert_eq!(jan.get(&page).await.status, 404);
    let back = sends(&mut anna, &format!("{page}/dostep/dopusc"), &[("osoba", "jkos")], "4").await;
    assert_eq!(back.status, 303);
    assert!(jan.get(&page).await.body.contains(CANARY));
    // Given to somebody else, it is gone from the first worker's list.
    let (_, mut ewa) = newcomer(&served, "ewilk", AccessRole::Pracownik).await;
    // The owner of the account reads the fingerprint of her key, and only that key is given anything.
    let (code, keys) = (fingerprint(&served, "ewilk").await, "/ludzie/ewilk/klucze");
    assert!(ewa.get("/ludzie/ewilk").await.body.contains(&format!("<code>{code}</code>")));
    assert_eq!(hidden(&anna.get("/ludzie/ewilk").await, keys, "odcisk"), code);
    assert!(!jan.get("/ludzie/ewilk").await.body.contains(&code), "nobody else needs it");
    let other = sends(&mut anna, keys, &[("odcisk", "BBBB-BBBB-BBBB-BBBB")], "5a").await;
    assert!(other.body.contains("WZ-UPR-016"), "{}", other.body);
    assert_eq!(ewa.get("/skrzynka").await.status, 403);
    sends(&mut anna, keys, &[("odcisk", &code)], "5").await;
    assert_eq!(ewa.get(&page).await.status, 404);
    let given = sends(&mut anna, &format!("{page}/dostep/oddaj"), &[("od", "jkos"), ("osoba", "ewilk")], "6").await;
    assert_eq!(given.status, 303, "{}", given.body);
    assert_eq!((jan.get(&page).await.status, ewa.get(&page).await.status), (404, 200));
    // Who gives away what they saw themselves is not led to a page that is not there for them any more.
    let (_, mut koord) = colleague(&served, &anna, "koord", AccessRole::Koordynator).await;
    let third = served.school_asks(3).await;
    let away = [("od", "koord"), ("osoba", "ewilk")];
    let given = sends(&mut koord, &format!("/sprawy/{third}/dostep/oddaj"), &away, "7").await;
    assert_eq!(given.header("location"), Some("/skrzynka?zrobione=oddano"), "{}", given.body);
    assert!(koord.get("/skrzynka?zrobione=oddano").await.body.contains("Sprawa przekazana"));
    assert_eq!(koord.get(&format!("/sprawy/{third}")).await.status, 404);
}

#[tokio::test]
async fn a_second_factor_is_set_up_on_its_page_shown_once_and_a_kierownik_keeps_one() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    let form = anna.get("/drugi-skladnik/ustaw").await;
    assert!(form.body.contains("<svg") && form.body.contains("<path") && !form.body.contains("wylacz\""));
    let wrong = sends(&mut anna, "/drugi-skladnik/ustaw/arkusz", &[("haslo", "nie to haslo")], "1").await;
    assert_eq!(wrong.status, 401);
    let made = sends(&mut anna, "/drugi-skladnik/ustaw/arkusz", &[("haslo", PASSWORD)], "2").await;
    assert_eq!(made.header("location"), Some("/drugi-skladnik/arkusz"), "{}", made.body);
    let shown = anna.get("/drugi-skladnik/arkusz").await;
    let codes: Vec<&str> = shown.body.split("<code>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!((codes.len(), shown.header("cache-control")), (20, Some("no-store")));
    assert_eq!(anna.get("/drugi-skladnik/arkusz").await.header("location"), Some("/drugi-skladnik/ustaw"), "once");
    let off = sends(&mut anna, "/drugi-skladnik/ustaw/wylacz", &[("haslo", PASSWORD)], "3").await;
    assert_eq!(off.status, 403, "a kierownik keeps one");
    let mut later = served.client();
    let asked = later.post("/logowanie", &[("login", LOGIN), ("haslo", PASSWORD)]).await;
    let ticket = hidden(&asked, "/drugi-skladnik", "bilet");
    let entered = later.post("/drugi-skladnik", &[("bilet", &ticket), ("kod", codes[7])]).await;
    assert_eq!(entered.header("location"), Some("/skrzynka"));
    // A program: the secret of the form, its code, and going without again for whoever leads nobody.
    let (_, mut jan) = newcomer(&served, "jkos", AccessRole::Pracownik).await;
    let form = jan.get("/drugi-skladnik/ustaw").await;
    let secret = hidden(&form, "/drugi-skladnik/ustaw/aplikacja", "sekret");
    let factor = crate::account::Factor::of_secret_text(&secret).unwrap();
    let code = crate::account::factor::tests::shown(&factor, served.here.env.now_ms());
    let path = "/drugi-skladnik/ustaw/aplikacja";
    let fields = |code| [("sekret", secret.as_str()), ("kod", code), ("haslo", "")];
    let own = own("jkos");
    let with = |code| fields(code).map(|(key, value)| (key, if key == "haslo" { own.as_str() } else { value }));
    let refused = sends(&mut jan, path, &with("000000"), "1").await;
    assert!(refused.status == 401 && hidden(&refused, path, "sekret") == secret, "the same secret is offered again");
    assert_eq!(sends(&mut jan, path, &with(&code), "2").await.status, 303);
    assert!(jan.get("/ludzie/jkos").await.body.contains("aplikacja w telefonie"));
    assert_eq!(sends(&mut jan, "/drugi-skladnik/ustaw/wylacz", &[("haslo", &own)], "3").await.status, 303);
    assert_eq!(office::by_login(&served.here.node, "jkos").await.unwrap().factor, None);
}

/// A school that nobody signed in to yet, and its paper code.
pub(super) async fn unopened() -> (Served, String) {
    let mut here = Offline::new(InstitutionKind::Poz, "2026-11-02T09:00").await;
    here.meets("sp3-nad", InstitutionKind::Szkola);
    let mut tx = here.node.store().begin("test.offer").await.unwrap();
    let code = offer(&here.env, &mut tx).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let hosts = ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
    let pages = Pages { listen: "127.0.0.1:0".parse().unwrap(), hosts, tls: None };
    let bound = bind(Arc::clone(&here.node), pages).await.unwrap();
    let (address, stop) = (bound.address().unwrap(), watch::Sender::new(false));
    let (web, stopped) = (Arc::clone(&bound.web), stop.subscribe());
    tasks::spawn(async move { bound.run(stopped).await });
    (Served { here, address, web, stop }, code.as_str().to_owned())
}

#[tokio::test]
async fn from_the_paper_code_to_the_sheets_and_back_when_the_only_worker_left() {
    let (served, code) = unopened().await;
    let mut client = served.client();
    assert_eq!(client.get("/").await.header("location"), Some("/pierwszy"));
    let once = hidden(&client.get("/pierwszy").await, "/pierwszy", "raz");
    let fields = |code: &str, again: &str| {
        let pairs = [("raz", once.as_str()), ("kod", code), ("osoba", "Anna Nowak"), ("nowy-login", LOGIN)];
        let more = [("zawod", "DYREKTOR"), ("nowe", PASSWORD), ("powtorz", again)];
        pairs.into_iter().chain(more).map(|(key, value)| (key.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    let mut post = async |code: &str, again: &str| {
        let fields = fields(code, again);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        client.post("/pierwszy", &fields).await
    };
    assert_eq!(post("BBBBB-BBBBB-BBBBB-BBBBB-BBBBB", PASSWORD).await.status, 401);
    let twice = post(&code, "inne niż pierwsze").await;
    assert!(twice.status == 422 && twice.body.contains("Anna Nowak") && !twice.body.contains(&code));
    let made = post(&code.to_lowercase(), PASSWORD).await;
    assert_eq!((made.status, made.body.matches("class=\"arkusz\"").count()), (200, 3), "{}", made.body);
    assert_eq!(post(&code.to_lowercase(), PASSWORD).await.body, made.body, "a second click shows the same sheets");
    assert_eq!(post(&code, PASSWORD).await.status, 401, "and nobody else");
    assert_eq!(served.client().get("/pierwszy").await.header("location"), Some("/logowanie"));
    let sheets: Vec<String> = made
        .body
        .split("class=\"arkusz\"")
        .skip(1)
        .map(|one| one.split("<code>").skip(1).filter_map(|rest| rest.split('<').next()).collect::<Vec<_>>().join("\n"))
        .collect();
    let number = served.school_asks(1).await;
    let mut anna = served.signed_in().await;
    assert!(anna.get(&format!("/sprawy/{number}")).await.body.contains(CANARY));
    let node = &served.here.node;
    let chief = office::by_login(node, LOGIN).await.unwrap();
    office::leave(node, &By::Machine(0), &chief.id).await.unwrap();
    assert_eq!(anna.get("/skrzynka").await.header("location"), Some("/logowanie"));
    let (_, mut admin) = newcomer(&served, "admin", AccessRole::Administrator).await;
    assert!(admin.get("/odzyskaj").await.body.contains("Nie ma konta"));
    let (_, mut heir) = newcomer(&served, "nowa", AccessRole::Pracownik).await;
    assert_eq!(heir.get(&format!("/sprawy/{number}")).await.status, 403, "no keys");
    assert!(admin.get("/odzyskaj").await.body.contains("value=\"nowa\""));
    let typed = |account, one: usize, other: usize| {
        [("konto", account), ("arkusz-1", sheets[one].as_str()), ("arkusz-2", sheets[other].as_str())]
    };
    let same = sends(&mut admin, "/odzyskaj", &typed("nowa", 1, 1), "1").await;
    assert!(same.status == 422 && same.body.contains(sheets[1].split('\n').next().unwrap()), "what was typed stays");
    assert_eq!(sends(&mut admin, "/odzyskaj", &typed("admin", 0, 2), "2").await.status, 403, "not for oneself");
    assert_eq!(sends(&mut admin, "/odzyskaj", &typed("nowa", 2, 0), "3").await.status, 303);
    assert!(admin.get("/ludzie?zrobione=odzyskano").await.body.contains("Odzyskano dostęp"));
    assert!(heir.get(&format!("/sprawy/{number}")).await.body.contains(CANARY), "old cases are readable again");
    assert_eq!(admin.get(&format!("/sprawy/{number}")).await.status, 403);
}

#[tokio::test]
async fn somebody_leaves_on_one_page_and_the_trail_says_so() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    let (jan, mut jan_client) = colleague(&served, &anna, "jkos", AccessRole::Pracownik).await;
    let number = served.school_asks(1).await;
    let (_, mut ewa) = newcomer(&served, "ewilk", AccessRole::Pracownik).await;
    let code = fingerprint(&served, "ewilk").await;
    sends(&mut anna, "/ludzie/ewilk/klucze", &[("odcisk", &code)], "1").await;
    let page = anna.get("/ludzie/jkos").await;
    assert!(
        page.body.contains("name=\"nastepca\"") && page.body.contains("1 zwykłej sprawy lub zgody"),
        "{}",
        page.body
    );
    let left = sends(&mut anna, "/ludzie/jkos/odejscie", &[("nastepca", "ewilk")], "2").await;
    assert_eq!(left.header("location"), Some("/ludzie/jkos?zrobione=odejscie"), "{}", left.body);
    assert!(anna.get("/ludzie/jkos?zrobione=odejscie").await.body.contains("Konto zamknięte"));
    assert_eq!(office::get(&served.here.node, &jan).await.unwrap().keys, KeyState::None);
    assert_eq!(jan_client.get("/skrzynka").await.header("location"), Some("/logowanie"));
    assert!(ewa.get(&format!("/sprawy/{number}")).await.body.contains(CANARY));
    let trail = anna.get("/slad").await;
    for part in ["przekazanie spraw", "zamknięcie konta", "jkos ewilk"] {
        assert!(trail.body.contains(part), "{part}: {}", trail.body);
    }
    let of_case = anna.get(&format!("/slad?sprawa={}", number.to_lowercase())).await;
    assert!(of_case.body.contains("otwarto sprawę") && !of_case.body.contains("zamknięcie konta"));
    let check = anna.get("/slad/sprawdz").await;
    let head = check.body.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(anna.get(&format!("/slad/sprawdz?odcisk={head}")).await.status, 200);
    let last = if head.ends_with('0') { "1" } else { "0" };
    let forged = format!("{}{last}", &head[..head.len() - 1]);
    let broken = anna.get(&format!("/slad/sprawdz?odcisk={forged}")).await;
    assert!(broken.status >= 400 && broken.body.contains("WZ-UPR-013"), "{}", broken.status);
    assert_eq!(anna.get("/slad/sprawdz?odcisk=x").await.status, 422);
}
