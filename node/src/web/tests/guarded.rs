//! W02, W03, W07, W08, W11, W12: what no page ever sees.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{LOGIN, PASSWORD, Served, hidden};

#[tokio::test]
async fn w02_another_name_is_never_answered() {
    let served = Served::new().await;
    let client = served.client();
    let port = served.address.port();
    for host in
        ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8710", "127.0.0.1:", "", "a@127.0.0.1"]
    {
        let reply = client.raw(format!("GET /logowanie HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).await;
        assert_eq!(reply.status, 421, "{host}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert!(reply.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    }
    for head in ["GET /logowanie HTTP/1.0\r\n\r\n", "GET /logowanie HTTP/1.1\r\n\r\n"] {
        let reply = client.raw(head.as_bytes()).await;
        assert!([400, 421].contains(&reply.status), "{}", reply.status);
    }
    let twice = format!("GET /logowanie HTTP/1.1\r\nHost: localhost:{port}\r\nHost: evil.example\r\n\r\n");
    assert!([400, 421].contains(&client.raw(twice.as_bytes()).await.status));
    let good = format!("GET /logowanie HTTP/1.1\r\nHost: LOCALHOST:{port}\r\nConnection: close\r\n\r\n");
    assert_eq!(client.raw(good.as_bytes()).await.status, 200);
}

#[tokio::test]
async fn w03_forms_of_other_sites_and_without_the_sessions_token_change_nothing() {
    let served = Served::new().await;
    let number = served.school_asks(1).await;
    let mut anna = served.signed_in().await;
    let page = anna.get(&format!("/sprawy/{number}/odpisz")).await;
    let path = format!("/sprawy/{number}/odpisz");
    let (csrf, once) = (hidden(&page, &path, "csrf"), hidden(&page, &path, "raz"));
    let fields = [("csrf", csrf.as_str()), ("raz", once.as_str()), ("tresc", "Dwa tygodnie.")];
    let own = format!("http://{}", anna.host());
    let forged = [
        "Origin: null\r\n".to_owned(),
        "Origin: https://evil.example\r\n".to_owned(),
        format!("Origin: {own}.evil.example\r\n"),
        format!("Origin: {own}\r\nSec-Fetch-Site: cross-site\r\n"),
        format!("Origin: {own}\r\nSec-Fetch-Site: same-site\r\n"),
        String::new(),
        "Sec-Fetch-Site: none\r\n".to_owned(),
    ];
    for origin in forged {
        let reply = anna.post_from(&path, &origin, &fields).await;
        assert_eq!(reply.status, 403, "{origin}");
        assert_eq!(
            served.client().post_from("/logowanie", &origin, &[("login", LOGIN), ("haslo", PASSWORD)]).await.status,
            403
        );
    }
    let mut other = served.signed_in().await;
    let theirs = other.get(&path).await;
    for wrong in ["", "00", hidden(&theirs, &path, "csrf").as_str()] {
        let reply = anna.post(&path, &[("csrf", wrong), ("raz", once.as_str()), ("tresc", "x")]).await;
        assert_eq!(reply.status, 403, "{wrong}");
    }
    assert_eq!(anna.post("/zablokuj", &[]).await.status, 403);
    assert_eq!(anna.get(&format!("/sprawy/{number}")).await.body.matches("Wysłane stąd").count(), 0);
    let sent = anna.post(&path, &fields).await;
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, Some(format!("/sprawy/{number}?zrobione=odpisano").as_str()))
    );
    // The second click of the same form shows the first result and sends nothing.
    let again = anna.post(&path, &fields).await;
    assert_eq!((again.status, again.header("location")), (303, sent.header("location")));
    assert_eq!(anna.get(&format!("/sprawy/{number}")).await.body.matches("Wysłane stąd").count(), 1);
}

#[tokio::test]
async fn w07_addresses_that_no_page_has_are_refused_as_they_are() {
    let served = Served::new().await;
    let mut client = served.client();
    for path in [
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/%252e%252e/",
        "/styl.css%00",
        "/skrzynka/",
        "//skrzynka",
        "/sprawy/..",
        "/sprawy/W-1%2fx",
        "/.git/config",
        "/SKRZYNKA",
        "/skrzynka;a=b",
        "/nie-ma",
    ] {
        let reply = client.get(path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(
            reply.body.contains("Nie ma takiej strony") || reply.body.contains("Nie znaleziono"),
            "{path}: {}",
            reply.body
        );
    }
    let long = format!("/skrzynka?szukaj={}", "a".repeat(8 * 1024));
    assert_eq!(client.get(&long).await.status, 400);
    let head = format!("GET http://evil.example/skrzynka HTTP/1.1\r\nHost: {}\r\n\r\n", client.host());
    assert_eq!(client.raw(head.as_bytes()).await.status, 404);
    for method in ["PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"] {
        assert_eq!(client.send(method, "/skrzynka", "", "").await.status, 405, "{method}");
    }
    assert_eq!(client.get("/zablokuj").await.status, 303);
    assert!([400, 431].contains(&client.raw(b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n").await.status));
}

#[tokio::test]
async fn w08_forms_that_are_too_large_too_slow_or_no_forms_end_early() {
    let served = Served::new().await;
    let mut client = served.client();
    let head = |length: &str, kind: &str| {
        format!(
            "POST /logowanie HTTP/1.1\r\nHost: {}\r\nOrigin: http://{}\r\nContent-Type: {kind}\r\n{length}\r\n",
            served.address, served.address
        )
    };
    let form = "application/x-www-form-urlencoded";
    let huge = head("Content-Length: 2147483648\r\n", form);
    assert_eq!(client.raw(huge.as_bytes()).await.status, 413);
    let body = format!("login={}", "a".repeat(300 * 1024));
    let headers = format!("Origin: http://{}\r\nContent-Type: {form}\r\n", served.address);
    assert_eq!(client.send("POST", "/logowanie", &headers, &body).await.status, 413);
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    let chunked = format!("{}{}0\r\n\r\n", head("Transfer-Encoding: chunked\r\n", form), chunk.repeat(5));
    assert_eq!(client.raw(chunked.as_bytes()).await.status, 413);
    for kind in ["multipart/form-data; boundary=x", "application/json", "text/plain", ""] {
        assert_eq!(client.raw(head("Content-Length: 0\r\n", kind).as_bytes()).await.status, 415, "{kind}");
    }
    let two = head("Content-Length: 5\r\nContent-Length: 6\r\n", form);
    assert_eq!(client.raw(two.as_bytes()).await.status, 400);
    // A form that comes byte by byte has its time, and no more.
    let mut slow = TcpStream::connect(served.address).await.unwrap();
    slow.write_all(format!("{}l", head("Content-Length: 100\r\n", form)).as_bytes()).await.unwrap();
    let mut answer = vec![];
    let step = async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
            tokio::task::spawn_blocking(|| ()).await.unwrap();
            served.here.env.advance(Duration::from_secs(1));
        }
    };
    let (_, read) = tokio::join!(step, slow.read_to_end(&mut answer));
    read.unwrap();
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
    // One that ends early is answered too, when anybody is left to hear it.
    let mut short = TcpStream::connect(served.address).await.unwrap();
    short.write_all(format!("{}login", head("Content-Length: 100\r\n", form)).as_bytes()).await.unwrap();
    short.shutdown().await.unwrap();
    let mut answer = String::new();
    let _ = short.read_to_string(&mut answer).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn w11_w12_nothing_frames_a_page_and_no_address_leads_elsewhere() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    for path in ["/skrzynka", "/logowanie", "/nie-ma", "/styl.css", "/wiez.js", "/zablokuj"] {
        let reply = anna.get(path).await;
        let csp = reply.header("content-security-policy").unwrap();
        assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe") && csp.contains("form-action 'self'"));
        assert_eq!(reply.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        let asset = path.ends_with("css") || path.ends_with("js");
        assert_eq!(reply.header("cache-control") == Some("no-store"), !asset, "{path}");
    }
    for query in ["next=//evil.example", "next=https://evil.example", "url=//evil.example", "jezyk=//evil.example"] {
        let reply = anna.get(&format!("/logowanie?{query}")).await;
        assert_eq!(reply.header("location"), Some("/skrzynka"));
        assert!(!anna.get(&format!("/skrzynka?{query}")).await.body.contains("evil.example"));
    }
    let fields = [("login", LOGIN), ("haslo", PASSWORD), ("next", "//evil.example"), ("held", "//evil.example")];
    assert_eq!(served.client().post("/logowanie", &fields).await.header("location"), Some("/skrzynka"));
}
