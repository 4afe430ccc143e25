//! Sizes of style and script, complete texts in three languages, plural forms, and TLS of the pages.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiez_proto::tls::provider;
use wiez_proto::vocab::Lang;

use super::Served;
use crate::config::Certificate;
use crate::keys::lan::certify;
use crate::text::Texts;
use crate::web::asset::{SCRIPT, STYLE};
use crate::web::guard::Denied;
use crate::web::tls::Reloading;

#[test]
fn style_and_script_stay_small_and_fetch_nothing() {
    assert!(STYLE.len() <= 12 * 1024, "{}", STYLE.len());
    assert!(SCRIPT.len() <= 4 * 1024, "{}", SCRIPT.len());
    for text in [STYLE, SCRIPT] {
        assert!(
            !text.contains("http:") && !text.contains("https:") && !text.contains("url(") && !text.contains("eval")
        );
    }
    assert!(STYLE.contains("prefers-color-scheme:dark") && STYLE.contains("@media print"));
}

#[tokio::test]
async fn a_full_page_is_small_and_loads_two_things_more() {
    let served = Served::new().await;
    let mut number = String::new();
    for nth in 10..35 {
        number = served.school_asks(nth).await;
    }
    let hostile = served.police_asks().await;
    let mut anna = served.signed_in().await;
    let case = |number: &str, end: &str| format!("/sprawy/{number}{end}");
    let paths = [
        "/skrzynka",
        "/skrzynka?strona=2&kolejnosc=instytucja",
        "/sprawy",
        "/osobne",
        "/nowe",
        "/zgody",
        "/zgody/nowa",
        "/katalog",
        "/stan",
        "/pomoc",
        "/deklaracja-dostepnosci",
        "/haslo",
    ];
    let cases = [case(&number, ""), case(&number, "/odpisz"), case(&hostile, ""), case(&hostile, "/odpisz")];
    for path in paths.into_iter().map(str::to_owned).chain(cases) {
        let mut page = anna.get(&path).await;
        if let Some(place) = page.header("location").map(str::to_owned) {
            page = anna.get(&place).await;
        }
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        let all = page.body.len() + STYLE.len() + SCRIPT.len();
        assert!(all <= 60 * 1024, "{path}: {all} bytes");
        let loads = |what: &str| page.body.matches(what).count();
        assert_eq!((loads("<link rel=\"stylesheet\""), loads("<script")), (1, 1), "{path}");
        for other in ["<img", "<iframe", "<object", "<embed", "<video", "@import", "url("] {
            assert!(loads(other) == 0 || path.contains(&hostile), "{path} loads {other}");
        }
    }
}

/// Keys that templates and pages ask for, read from their sources.
fn asked() -> BTreeSet<String> {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut keys = BTreeSet::new();
    let mut folders = vec![format!("{root}/templates"), format!("{root}/src/web")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path.display().to_string());
            }
            if !path.is_file() || path.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            keys.extend(
                text.split('"').filter(|word| word.starts_with("w-") && !word.contains(['{', ' '])).map(str::to_owned),
            );
        }
    }
    for denied in Denied::ALL {
        keys.extend(["what", "why", "todo"].map(|part| format!("w-denied-{}-{part}", denied.key())));
    }
    keys
}

#[test]
fn every_sentence_exists_in_three_languages_and_none_is_left_over() {
    let asked = asked();
    assert!(asked.len() > 150, "{}", asked.len());
    let sources = [
        include_str!("../../../text/pl.ftl"),
        include_str!("../../../text/en.ftl"),
        include_str!("../../../text/uk.ftl"),
    ];
    let sentences = |text: &str| -> BTreeSet<(String, BTreeSet<String>)> {
        let mut all: Vec<(String, BTreeSet<String>)> = vec![];
        for line in text.lines() {
            if let Some((key, _)) = line.split_once(" =").filter(|_| line.starts_with("w-")) {
                all.push((key.to_owned(), BTreeSet::new()));
            }
            for part in line.split('$').skip(1) {
                let name = part.chars().take_while(char::is_ascii_alphanumeric).collect();
                all.last_mut().unwrap().1.insert(name);
            }
        }
        all.into_iter().collect()
    };
    let polish = sentences(sources[0]);
    assert_eq!(polish, sentences(sources[1]));
    assert_eq!(polish, sentences(sources[2]));
    let known: BTreeSet<String> = polish.into_iter().map(|(key, _)| key).collect();
    let missing: Vec<_> = asked.difference(&known).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let made = ["w-deed-", "w-done-", "w-inbox-", "w-denied-", "w-deed-"];
    let unused: Vec<_> =
        known.difference(&asked).filter(|key| !made.iter().any(|start| key.starts_with(start))).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn numbers_choose_their_form() {
    let polish = Texts::pages(Lang::Pl);
    let told: Vec<String> = [1, 2, 5, 12, 22].map(|n| polish.count("w-count-cases", n)).to_vec();
    assert_eq!(
        told,
        [
            "1 sprawa czeka na nas",
            "2 sprawy czekają na nas",
            "5 spraw czeka na nas",
            "12 spraw czeka na nas",
            "22 sprawy czekają na nas"
        ]
    );
    let ukrainian = Texts::pages(Lang::Uk);
    let told: Vec<String> = [1, 2, 5, 12, 22].map(|n| ukrainian.count("w-count-new", n)).to_vec();
    assert_eq!(told, ["1 нова", "2 нові", "5 нових", "12 нових", "22 нові"]);
    let english = Texts::pages(Lang::En);
    assert_eq!([1, 2, 22].map(|n| english.count("w-count-cases", n))[0], "1 case waits for us");
    let keys = [
        "w-count-late",
        "w-count-institutions",
        "w-due-in",
        "w-due-late",
        "w-offline-work",
        "w-status-wrong",
        "w-search-found",
    ];
    for lang in Lang::ALL {
        let texts = Texts::pages(*lang);
        for key in keys.iter().chain(&["check-queue-found", "check-alarms-found", "w-usual-hours", "w-usual-days"]) {
            for n in [1, 2, 5, 12, 22] {
                let text = texts.count(key, n);
                assert!(text.contains(&n.to_string()) && !text.starts_with("w-"), "{lang:?} {key}: {text}");
            }
        }
    }
}

fn trusts(ca: &std::path::Path) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(provider()).with_protocol_versions(&[&version::TLS13]).unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

#[tokio::test]
async fn w01_a_browser_that_trusts_the_authority_is_served_over_tls_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    // Handshakes are checked by the client's real clock.
    let env = wiez_proto::env::Env::system();
    let made = certify(&env, dir.path(), &["localhost".to_owned()], &["127.0.0.1".parse().unwrap()]).unwrap();
    let files = Certificate { cert: made.cert.clone(), key: made.key.clone() };
    let served = Served::with(Some(files.clone())).await;
    let connector = tokio_rustls::TlsConnector::from(trusts(&made.ca));
    for name in ["localhost", "127.0.0.1"] {
        let stream = tokio::net::TcpStream::connect(served.address).await.unwrap();
        let mut tls = connector.connect(ServerName::try_from(name).unwrap(), stream).await.unwrap();
        let head =
            format!("GET /logowanie HTTP/1.1\r\nHost: {name}:{}\r\nConnection: close\r\n\r\n", served.address.port());
        tls.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = tls.read_to_string(&mut answer).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("strict-transport-security"), "{answer}");
    }
    let stream = tokio::net::TcpStream::connect(served.address).await.unwrap();
    assert!(connector.connect(ServerName::try_from("evil.example").unwrap(), stream).await.is_err());
    assert_eq!(served.client().raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.status, 0, "no plain HTTP");
    // A renewed certificate is taken without a restart; a broken one is not.
    let reloading = Reloading::load(&env, &files).unwrap();
    let stepped = wiez_proto::env::Env::stepped(1_000_000, 1);
    let watched = Reloading::load(&stepped, &files).unwrap();
    let before = watched.current(&stepped);
    certify(&env, dir.path(), &["localhost".to_owned()], &["127.0.0.1".parse().unwrap()]).unwrap();
    stepped.advance(std::time::Duration::from_secs(10));
    let renewed = watched.current(&stepped);
    assert!(!Arc::ptr_eq(&before, &renewed));
    std::fs::write(&files.cert, "nonsense").unwrap();
    stepped.advance(std::time::Duration::from_secs(10));
    assert!(Arc::ptr_eq(&renewed, &watched.current(&stepped)), "the old one stays");
    assert!(Reloading::load(&env, &files).is_err());
    drop(reloading);
}
