//! W04, W05, W10, the lock, the languages and the lists, as a signed-in worker meets them.

use std::time::Duration;

use wiez_proto::limits;

use super::{HOSTILE, LOGIN, PASSWORD, Served, hidden};

fn ms(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap())
}

#[tokio::test]
async fn w04_the_session_is_one_cookie_that_only_this_origin_gets_and_nobody_can_foist() {
    let served = Served::new().await;
    let mut client = served.client();
    assert_eq!(client.get("/skrzynka").await.header("location"), Some("/logowanie"));
    // A token of somebody else's choice opens nothing and is replaced at signing in.
    let foisted = "a".repeat(64);
    client.cookies.push(("__Host-wiez".to_owned(), foisted.clone()));
    assert_eq!(client.get("/skrzynka").await.header("location"), Some("/logowanie"));
    let wrong = client.post("/logowanie", &[("login", LOGIN), ("haslo", "zly")]).await;
    let unknown = client.post("/logowanie", &[("login", "nikt"), ("haslo", "zly")]).await;
    assert_eq!((wrong.status, unknown.status), (401, 401));
    let stripped = |body: &str, login: &str| body.replace(login, "");
    assert_eq!(stripped(&wrong.body, LOGIN), stripped(&unknown.body, "nikt"), "nobody learns which field was wrong");
    let reply = client.post("/logowanie", &[("login", LOGIN), ("haslo", PASSWORD)]).await;
    let cookie = reply.header("set-cookie").unwrap().to_owned();
    for part in ["__Host-wiez=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains(&foisted));
    let old = client.cookies.clone();
    let page = client.get("/skrzynka").await;
    assert_eq!(page.status, 200);
    // Signing out ends it for good, and the back button asks the server.
    let csrf = hidden(&page, "/wyloguj", "csrf");
    assert_eq!(client.post("/wyloguj", &[("csrf", &csrf)]).await.header("location"), Some("/logowanie"));
    assert!(client.cookies.is_empty());
    client.cookies = old;
    assert_eq!(client.get("/skrzynka").await.header("location"), Some("/logowanie"), "W10");
    let mut late = served.signed_in().await;
    served.here.env.advance(ms(limits::SESSION_LIFE_MS + 1));
    assert_eq!(late.get("/skrzynka").await.header("location"), Some("/logowanie"));
}

#[tokio::test]
async fn w05_hostile_text_of_a_received_message_stays_text_and_only_on_its_own_list() {
    let served = Served::new().await;
    let number = served.police_asks().await;
    let mut anna = served.signed_in().await;
    let inbox = anna.get("/skrzynka?pokaz=wszystkie").await;
    assert!(!inbox.body.contains(&number) && !inbox.body.contains("Policj"), "it stands apart");
    assert!(!anna.get(&format!("/skrzynka?szukaj={number}")).await.body.contains(&format!("/sprawy/{number}")));
    let (apart, case, reply) = (
        anna.get("/osobne").await,
        anna.get(&format!("/sprawy/{number}")).await,
        anna.get(&format!("/sprawy/{number}/odpisz")).await,
    );
    for page in [&apart, &case, &reply] {
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains(&number) && page.body.contains("alert(1)"), "{}", page.body);
        for bad in ["<script>alert", "<img src=x", "\"'>", "49"] {
            assert!(!page.body.replace(&number, "").contains(bad) || bad == "49", "{bad}: {}", page.body);
        }
        assert_eq!(page.body.matches("<script").count(), 1, "only our own");
        let title = page.body.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert!(!title.contains("alert"), "{title}");
    }
    // Eight fields of the message and the sender's worker.
    assert!(case.body.matches("alert(1)").count() >= 7, "{}", case.body);
    assert!(!HOSTILE.is_empty() && case.body.contains("{{7*7}}"));
    let searched = anna.get("/skrzynka?szukaj=%22%3E%3Cscript%3Ealert(3)%3C%2Fscript%3E").await;
    assert!(searched.body.contains("alert(3)") && !searched.body.contains("<script>alert"));
    let failed = anna.post("/logowanie", &[("login", "\"><script>alert(4)</script>"), ("haslo", "x")]).await;
    assert!(failed.body.contains("alert(4)") && !failed.body.contains("<script>alert"));
}

#[tokio::test]
async fn a_form_sent_after_the_lock_waits_for_the_password_and_goes_on() {
    let served = Served::new().await;
    let number = served.school_asks(1).await;
    let mut anna = served.signed_in().await;
    let shown = anna.get(&format!("/sprawy/{number}")).await;
    let refresh = shown.header("refresh").unwrap();
    assert!(refresh.ends_with("; url=/blokada"), "{refresh}");
    let path = format!("/sprawy/{number}/odpisz");
    let form = anna.get(&path).await;
    assert_eq!(form.header("refresh"), None, "a page with a form never reloads");
    let (csrf, once) = (hidden(&form, &path, "csrf"), hidden(&form, &path, "raz"));
    served.here.env.advance(ms(limits::SESSION_IDLE_MS + 1000));
    assert_eq!(anna.get("/skrzynka").await.header("location"), Some("/blokada"));
    let text = "Zażółć gęślą jaźń\r\nDwa tygodnie.";
    let fields = [("csrf", csrf.as_str()), ("raz", once.as_str()), ("tresc", text)];
    let locked = anna.post(&path, &fields).await;
    assert!(locked.body.contains("Sesja zablokowana") && !locked.body.contains("gęślą"), "{}", locked.body);
    let held = hidden(&locked, "/blokada", "held");
    let wrong = anna.post("/blokada", &[("csrf", &csrf), ("held", &held), ("haslo", "zly")]).await;
    assert_eq!((wrong.status, hidden(&wrong, "/blokada", "held")), (401, held.clone()));
    let opened = anna.post("/blokada", &[("csrf", &csrf), ("held", &held), ("haslo", PASSWORD)]).await;
    assert_eq!(
        opened.header("location"),
        Some(format!("/sprawy/{number}?zrobione=odpisano").as_str()),
        "{}",
        opened.body
    );
    let case = anna.get(&format!("/sprawy/{number}?zrobione=odpisano")).await;
    assert!(case.body.contains("Zażółć gęślą jaźń\nDwa tygodnie.") && case.body.contains("Wysłano odpowiedź."));
    // Without anything waiting one returns to the page on which one was.
    served.here.env.advance(ms(limits::SESSION_IDLE_MS + 1000));
    let back = anna.post("/blokada", &[("csrf", &csrf), ("haslo", PASSWORD)]).await;
    assert_eq!(back.header("location"), Some(format!("/sprawy/{number}").as_str()));
}

#[tokio::test]
async fn what_is_typed_survives_errors_and_closed_windows() {
    let served = Served::new().await;
    let number = served.school_asks(1).await;
    let mut anna = served.signed_in().await;
    let path = format!("/sprawy/{number}/odpisz");
    let form = anna.get(&path).await;
    let (csrf, once) = (hidden(&form, &path, "csrf"), hidden(&form, &path, "raz"));
    // Personal data in a reply that may hold none: refused with what was typed.
    let typed = "Proszę dzwonić: 44051401359.";
    let refused = anna.post(&path, &[("csrf", &csrf), ("raz", &once), ("tresc", typed)]).await;
    assert!(refused.status == 409 || refused.status == 422, "{}", refused.status);
    assert!(refused.body.contains(typed) && refused.body.contains("WZ-ZGO-022") && refused.body.contains("autofocus"));
    assert!(refused.body.contains("<title>Błąd:"));
    // The optional script keeps what is typed; the page has it again.
    let draft = [("csrf", csrf.as_str()), ("strona", path.as_str()), ("tresc", "Niedokończone zdanie")];
    assert_eq!(anna.post("/szkic", &draft).await.status, 204);
    assert!(anna.get(&path).await.body.contains("Niedokończone zdanie"));
    assert_eq!(
        anna.post("/szkic", &[("csrf", &csrf), ("strona", "https://evil.example"), ("a", "b")]).await.status,
        422
    );
    let form = anna.get(&path).await;
    let once = hidden(&form, &path, "raz");
    assert_eq!(anna.post(&path, &[("csrf", &csrf), ("raz", &once), ("tresc", "Dwa tygodnie.")]).await.status, 303);
    assert!(!anna.get(&path).await.body.contains("Niedokończone zdanie"), "sent text is no draft any more");
}

#[tokio::test]
async fn lists_are_searched_paged_and_empty_in_words_and_every_page_speaks_three_languages() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    assert!(anna.get("/skrzynka").await.body.contains("Nie ma żadnych spraw."));
    assert!(anna.get("/skrzynka").await.body.contains("brak połączenia z hubem"));
    let mut numbers = vec![];
    for n in 0..21 {
        numbers.push(served.school_asks(n).await);
    }
    let first = anna.get("/skrzynka").await;
    assert!(first.body.contains("21 spraw czeka na nas: 21 nowych, 0 po terminie"), "{}", first.body);
    assert_eq!(first.body.matches("<tr>").count(), 21, "20 rows and a head");
    assert_eq!(anna.get("/skrzynka?strona=2").await.body.matches("<tr>").count(), 2);
    assert_eq!(anna.get("/skrzynka?strona=999999999999999999999").await.status, 200);
    assert_eq!(anna.get(&format!("/skrzynka?szukaj={}", numbers[3])).await.body.matches("<tr>").count(), 2);
    assert!(anna.get("/skrzynka?szukaj=xyzzy").await.body.contains("Nic nie pasuje"));
    assert_eq!(anna.get("/katalog?szukaj=SZKOLA").await.body.matches("<tr>").count(), 2, "without Polish letters");
    assert_eq!(anna.get("/katalog?szukaj=szko%C5%82a").await.body.matches("<tr>").count(), 2);
    assert_eq!(anna.get("/katalog/nikt").await.status, 404);
    assert_eq!(anna.get("/sprawy/W-000000").await.status, 404);
    let number = numbers[0].clone();
    let paths = [
        "/skrzynka".to_owned(),
        "/osobne".to_owned(),
        "/katalog".to_owned(),
        "/katalog/sp3-nad".to_owned(),
        "/stan".to_owned(),
        "/pomoc".to_owned(),
        "/deklaracja-dostepnosci".to_owned(),
        "/blokada".to_owned(),
        "/haslo".to_owned(),
        format!("/sprawy/{number}"),
        format!("/sprawy/{number}/odpowiedz"),
        format!("/sprawy/{number}/odpisz"),
        "/nie-ma".to_owned(),
    ];
    for tag in ["pl", "en", "uk"] {
        for path in &paths {
            let page = anna.get(&format!("{path}?jezyk={tag}")).await;
            assert!(page.body.contains(&format!("<html lang=\"{tag}\">")), "{path}: {}", page.status);
            assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
            let missing = page.body.split(['>', '"', ' ']).find(|word| word.starts_with("w-") && word.len() > 4);
            assert_eq!(missing, None, "{path} {tag}");
            assert!(page.body.len() <= 60 * 1024, "{path}: {} bytes", page.body.len());
            let loads = page.body.matches("<link rel=\"stylesheet\"").count() + page.body.matches("<script").count();
            assert!(loads < 3 && !page.body.contains("<img"), "{path}");
        }
    }
}

#[tokio::test]
async fn the_pages_stop_with_the_node() {
    let served = Served::new().await;
    let mut client = served.client();
    assert_eq!(client.get("/logowanie").await.status, 200);
    served.stop();
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(served.address).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("still served");
}
