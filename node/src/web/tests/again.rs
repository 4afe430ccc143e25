//! One click, one act, and nothing typed is lost: whatever becomes of browser, clock, session and node in between.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use wiez_proto::limits;

use super::client::Client;
use super::new::office;
use super::people::unopened;
use super::referred::stands;
use super::{LOGIN, PASSWORD, Pages, Reply, Served, bind, hidden};
use crate::account::login::factor_sheet;
use crate::account::{Password, Source};
use crate::session::COOKIE;
use crate::{api, tasks};

/// Lets everybody else do what they can do now.
async fn others() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
        tokio::task::spawn_blocking(|| ()).await.unwrap();
    }
}

fn token(client: &Client) -> String {
    client.cookies.iter().find(|(name, _)| name == COOKIE).unwrap().1.clone()
}

/// A reply that Anna is about to send: where, and with which fields.
async fn reply(anna: &mut Client, number: &str) -> (String, Vec<(String, String)>) {
    let path = format!("/sprawy/{number}/odpisz");
    let form = anna.get(&path).await;
    let typed = [("csrf", hidden(&form, &path, "csrf")), ("raz", hidden(&form, &path, "raz"))];
    let typed = typed.into_iter().chain([("tresc", "Dwa tygodnie.".to_owned())]);
    (path, typed.map(|(name, value)| (name.to_owned(), value)).collect())
}

async fn post(client: &mut Client, path: &str, fields: &[(String, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(path, &fields).await
}

/// Sends a form and leaves; first the node comes as far with it as it can.
async fn sends_and_leaves(client: &Client, path: &str, fields: &[(String, String)], wait: bool) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let host = client.host();
    let cookies: Vec<String> = client.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        cookies.join("; "),
        body.len()
    );
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    if wait {
        others().await;
    }
    drop(stream);
    if wait {
        others().await;
    }
}

async fn sent(anna: &mut Client, number: &str) -> usize {
    anna.get(&format!("/sprawy/{number}")).await.body.matches("Wysłane stąd").count()
}

/// As [`sent`], once something was, which may take a while.
async fn sent_at_last(anna: &mut Client, number: &str) -> usize {
    for _ in 0..50 {
        let count = sent(anna, number).await;
        if count > 0 {
            return count;
        }
        others().await;
    }
    0
}

#[tokio::test]
async fn what_a_form_asked_for_is_done_once_though_its_browser_left() {
    let served = Served::new().await;
    let number = served.school_asks(1).await;
    let mut anna = served.signed_in().await;
    let (path, fields) = reply(&mut anna, &number).await;
    // Somebody else writes while the browser leaves, so that the form is in the middle of its work.
    let writing = served.here.node.store().begin("test.writing").await.unwrap();
    sends_and_leaves(&anna, &path, &fields, true).await;
    drop(writing);
    assert_eq!(sent_at_last(&mut anna, &number).await, 1, "it is done to its end");
    let again = post(&mut anna, &path, &fields).await;
    let done = format!("/sprawy/{number}?zrobione=odpisano");
    assert_eq!((again.status, again.header("location")), (303, Some(done.as_str())), "{}", again.body);
    assert_eq!(sent(&mut anna, &number).await, 1);
    // Whoever leaves at once and clicks again is answered too, and it is done once.
    let number = served.school_asks(2).await;
    let (path, fields) = reply(&mut anna, &number).await;
    sends_and_leaves(&anna, &path, &fields, false).await;
    assert_eq!(post(&mut anna, &path, &fields).await.status, 303);
    assert_eq!(sent(&mut anna, &number).await, 1);
}

#[tokio::test]
async fn a_form_whose_answer_comes_too_late_is_done_once() {
    let served = Served::new().await;
    let number = served.school_asks(1).await;
    let mut anna = served.signed_in().await;
    let (path, fields) = reply(&mut anna, &number).await;
    let writing = served.here.node.store().begin("test.writing").await.unwrap();
    let late = async {
        others().await;
        served.here.env.advance(Duration::from_millis(limits::REQUEST_TIMEOUT_MS + 1));
    };
    let (answer, ()) = tokio::join!(post(&mut anna, &path, &fields), late);
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.body.contains("węzeł pracuje nad nim dalej") && !answer.body.contains("Niczego nie zmieniono"));
    drop(writing);
    assert_eq!(sent_at_last(&mut anna, &number).await, 1, "it is done to its end");
    let again = post(&mut anna, &path, &fields).await;
    assert_eq!(again.status, 303, "{}", again.body);
    assert_eq!(sent(&mut anna, &number).await, 1);
}

#[tokio::test]
async fn a_stop_waits_for_forms_whose_browsers_left() {
    let served = Served::new().await;
    let number = served.school_asks(1).await;
    let node = &served.here.node;
    let hosts = ["127.0.0.1".to_owned()].to_vec();
    let pages = Pages { listen: "127.0.0.1:0".parse().unwrap(), hosts, tls: None };
    let bound = bind(Arc::clone(node), pages).await.unwrap();
    let (address, stop) = (bound.address().unwrap(), watch::Sender::new(false));
    let running = tasks::spawn(bound.run(stop.subscribe()));
    let mut anna = Client::new(address);
    anna.cookies = served.signed_in().await.cookies;
    let (path, fields) = reply(&mut anna, &number).await;
    let writing = node.store().begin("test.writing").await.unwrap();
    sends_and_leaves(&anna, &path, &fields, true).await;
    stop.send_replace(true);
    others().await;
    assert!(!running.is_finished(), "it waits");
    drop(writing);
    running.await.unwrap();
    anna = served.client();
    anna.cookies = served.signed_in().await.cookies;
    assert_eq!(sent(&mut anna, &number).await, 1);
}

/// The form of the first kierownik, filled in.
async fn first_kierownik(client: &mut Client, code: &str) -> Vec<(String, String)> {
    let once = hidden(&client.get("/pierwszy").await, "/pierwszy", "raz");
    let fields = [
        ("raz", once.as_str()),
        ("kod", code),
        ("osoba", "Anna Nowak"),
        ("nowy-login", LOGIN),
        ("zawod", "DYREKTOR"),
        ("nowe", PASSWORD),
        ("powtorz", PASSWORD),
    ];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

#[tokio::test]
async fn moving_everything_into_vaults_may_take_longer_than_any_other_form() {
    let (served, code) = unopened().await;
    let mut client = served.client();
    let fields = first_kierownik(&mut client, &code).await;
    let writing = served.here.node.store().begin("test.writing").await.unwrap();
    let slow = async {
        others().await;
        served.here.env.advance(Duration::from_millis(limits::REQUEST_TIMEOUT_MS + 1));
        others().await;
        drop(writing);
    };
    let (sheets, ()) = tokio::join!(post(&mut client, "/pierwszy", &fields), slow);
    assert_eq!((sheets.status, sheets.body.matches("class=\"arkusz\"").count()), (200, 3), "{}", sheets.body);
}

#[tokio::test]
async fn recovery_sheets_are_shown_to_who_comes_back_and_leave_memory_later() {
    let (served, code) = unopened().await;
    let mut client = served.client();
    let fields = first_kierownik(&mut client, &code).await;
    let writing = served.here.node.store().begin("test.writing").await.unwrap();
    sends_and_leaves(&client, "/pierwszy", &fields, true).await;
    drop(writing);
    // Whoever makes the sheets holds them until they are made.
    let made = served.web.printed.lock().await.is_some();
    assert!(made, "it is done to its end");
    let sheets = post(&mut client, "/pierwszy", &fields).await;
    assert!(sheets.status == 200 && sheets.body.matches("class=\"arkusz\"").count() == 3, "{}", sheets.body);
    assert!(served.web.printed.lock().await.is_some());
    for _ in 0..11 {
        others().await;
        served.here.env.advance(Duration::from_secs(60));
    }
    others().await;
    assert!(served.web.printed.lock().await.is_none(), "nobody asks for anything, and they are gone");
}

/// What a login page with typed text sends, as a browser does.
fn carried(page: &Reply, path: &str, whose: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let value = |name: &str| hidden(page, path, name);
    let plain = |text: String| text.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">");
    let all = ["dokad", "t.osoba", "t.opis"].map(|name| (name.to_owned(), plain(value(name))));
    let more = [("czyje", whose)].into_iter().chain(more.iter().copied());
    all.into_iter().chain(more.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

#[tokio::test]
async fn text_typed_in_a_session_that_is_over_comes_back_to_who_typed_it() {
    let (served, mut anna) = office().await;
    let form = anna.get("/nowe").await;
    let path = "/nowe/sprawdz";
    let value = |name: &str| hidden(&form, path, name);
    let (csrf, once, whose) = (value("csrf"), value("raz"), value("czyje"));
    assert_eq!(whose, LOGIN);
    let text = "Zażółć gęślą jaźń\r\n\"Dwa\" <tygodnie>.";
    let typed = [
        ("csrf", csrf.as_str()),
        ("raz", &once),
        ("czyje", &whose),
        ("osoba", "Ola Kot"),
        ("opis", text),
        ("haslo", "x"),
    ];
    // As after a restart: nobody knows the session, and nothing of it is in memory.
    served.here.node.sessions().end(&token(&anna));
    served.web.sweep();
    let ended = anna.post(path, &typed).await;
    assert_eq!(ended.status, 401);
    assert!(ended.body.contains("Wpisana treść nie przepadła") && ended.body.contains("WZ-"), "{}", ended.body);
    assert!(!ended.body.contains("name=\"t.csrf\"") && !ended.body.contains("name=\"t.haslo\""), "{}", ended.body);
    let wrong =
        post(&mut anna, "/logowanie", &carried(&ended, "/logowanie", LOGIN, &[("login", LOGIN), ("haslo", "zly")]))
            .await;
    assert_eq!(wrong.status, 401);
    let right = [("login", LOGIN), ("haslo", PASSWORD)];
    // Somebody else who signs in on that page does not get it, and nobody gets led elsewhere.
    let mut other = served.client();
    let theirs = post(&mut other, "/logowanie", &carried(&wrong, "/logowanie", "jkos", &right)).await;
    assert_eq!(theirs.header("location"), Some("/skrzynka"));
    assert!(!other.get("/nowe").await.body.contains("gęślą"));
    let mut led = carried(&wrong, "/logowanie", LOGIN, &right);
    led[0].1 = "//evil.example".to_owned();
    assert_eq!(post(&mut other, "/logowanie", &led).await.header("location"), Some("/skrzynka"));
    let back = post(&mut anna, "/logowanie", &carried(&wrong, "/logowanie", LOGIN, &right)).await;
    assert_eq!(back.header("location"), Some("/nowe"), "{}", back.body);
    let page = anna.get("/nowe").await;
    assert!(page.body.contains("Ola Kot") && page.body.contains("Zażółć gęślą jaźń\n"), "{}", page.body);
    assert!(!page.body.contains("<tygodnie>"));
    // A window of the session before is of no session any more, and what the same person typed there is not lost.
    let once = hidden(&page, path, "raz");
    let old = |whose: &'static str| {
        [("csrf", "00"), ("raz", once.as_str()), ("czyje", whose), ("osoba", "Ela Kot"), ("opis", "Z drugiego okna.")]
    };
    assert_eq!(anna.post(path, &old("jkos")).await.status, 403);
    assert_eq!(anna.post(path, &old(LOGIN)).await.header("location"), Some("/nowe"));
    assert!(anna.get("/nowe").await.body.contains("Z drugiego okna."));
}

#[tokio::test]
async fn a_second_factor_in_between_loses_nothing_and_one_that_never_comes_leaves_no_keys() {
    let (served, mut anna) = office().await;
    let (node, form) = (&served.here.node, anna.get("/nowe").await);
    factor_sheet(node, &token(&anna), &Password::new(PASSWORD), Source::Local(0)).await.unwrap();
    node.sessions().end(&token(&anna));
    let once = hidden(&form, "/nowe/sprawdz", "raz");
    let typed = [("raz", once.as_str()), ("czyje", LOGIN), ("osoba", "Ola Kot"), ("opis", "Zajęcia.")];
    let ended = anna.post("/nowe/sprawdz", &typed).await;
    let fields = carried(&ended, "/logowanie", LOGIN, &[("login", LOGIN), ("haslo", PASSWORD)]);
    let second = post(&mut anna, "/logowanie", &fields).await;
    assert_eq!(hidden(&second, "/drugi-skladnik", "t.opis"), "Zajęcia.");
    let wrong = carried(&second, "/drugi-skladnik", LOGIN, &[("bilet", "x"), ("kod", "x")]);
    let wrong = post(&mut anna, "/drugi-skladnik", &wrong).await;
    assert!(wrong.body.contains("name=\"t.opis\" value=\"Zajęcia.\""), "{}", wrong.body);
    assert_eq!(node.access().waiting(), 1);
    let (stop, steps) = (watch::Sender::new(false), limits::FACTOR_TICKET_MS / 60_000 + 1);
    let serving = api::serve(Arc::clone(node), stop.subscribe());
    let serving = tasks::spawn(async move { serving.await.unwrap() });
    for _ in 0..steps {
        others().await;
        served.here.env.advance(Duration::from_secs(60));
    }
    others().await;
    assert_eq!(node.access().waiting(), 0);
    stop.send_replace(true);
    serving.await.unwrap();
}

#[tokio::test]
async fn all_forms_of_a_page_keep_what_is_typed_until_each_is_sent_or_the_session_ends() {
    let served = Served::new().await;
    let number = stands(&served, 1, None).await;
    let mut anna = served.signed_in().await;
    let (case, page) = (format!("/sprawy/{number}"), format!("/sprawy/{number}/odpowiedz"));
    let question = format!("{case}/pytanie");
    let form = anna.get(&page).await;
    let value = |reply: &Reply, name: &str| hidden(reply, &question, name);
    let (csrf, once, seen) = (value(&form, "csrf"), value(&form, "raz"), value(&form, "widziano"));
    // The optional script says where a form is sent, wherever the page stands after a refusal.
    let kept =
        [("csrf", csrf.as_str()), ("pytanie", "Od kie"), ("uwaga", "Brak miejsc do maja."), ("strona", &question)];
    assert_eq!(anna.post("/szkic", &kept).await.status, 204);
    let both = |body: &str, asked: &str| body.contains(asked) && body.contains("Brak miejsc do maja.");
    let drafted = anna.get(&page).await;
    assert!(both(&drafted.body, "Od kie"), "{}", drafted.body);
    // A refused form changes its own part only.
    let stale = [("csrf", csrf.as_str()), ("raz", &once), ("widziano", "99"), ("pytanie", "Od kiedy?")];
    let refused = anna.post(&question, &stale).await;
    assert_eq!(refused.status, 409);
    assert!(both(&refused.body, "Od kiedy?") && both(&anna.get(&page).await.body, "Od kiedy?"));
    let (once, decline) = (value(&refused, "raz"), format!("{case}/odrzuc"));
    let good = [("csrf", csrf.as_str()), ("raz", &once), ("widziano", &seen), ("powod", "R_NO_CAPACITY")];
    let good = good.into_iter().chain([("najwczesniej", "2026-12-01"), ("uwaga", "")]).collect::<Vec<_>>();
    let done = anna.post(&decline, &good).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let after = anna.get(&page).await;
    assert!(after.body.contains("Od kiedy?") && !after.body.contains("Brak miejsc do maja."), "{}", after.body);
    // A desk goes with its session, whoever ends it.
    let (desks, now_ms) = (&served.web.desks, served.here.env.now_ms());
    assert!(desks.draft(&token(&anna), now_ms, &page).is_some());
    let account = served.here.node.sessions().peek(now_ms, &token(&anna)).unwrap().account.id;
    served.here.node.sessions().end_of(&account, None);
    assert_eq!(served.client().post("/logowanie", &[("login", LOGIN), ("haslo", "zly")]).await.status, 401);
    assert!(desks.draft(&token(&anna), now_ms, &page).is_none());
}

#[tokio::test]
async fn nobody_on_the_network_keeps_a_worker_from_unlocking() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    let csrf = hidden(&anna.get("/skrzynka").await, "/zablokuj", "csrf");
    assert_eq!(anna.post("/zablokuj", &[("csrf", &csrf)]).await.status, 303);
    let mut stranger = served.client();
    let mut last = 0;
    for _ in 0..30 {
        last = stranger.post("/logowanie", &[("login", LOGIN), ("haslo", "zly")]).await.status;
    }
    assert_eq!(last, 429);
    assert_eq!(anna.post("/blokada", &[("csrf", &csrf), ("haslo", PASSWORD)]).await.status, 303);
    assert_eq!(anna.get("/skrzynka").await.status, 200);
    // Whoever sits at a locked session guesses no faster than at the login.
    assert_eq!(anna.post("/zablokuj", &[("csrf", &csrf)]).await.status, 303);
    for _ in 0..6 {
        last = anna.post("/blokada", &[("csrf", &csrf), ("haslo", "zly")]).await.status;
    }
    assert_eq!(last, 429);
}
