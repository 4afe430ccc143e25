//! How the node is doing, in words: for the administrator before something bites, with the texts of the command line; the
//! declaration of accessibility and the help.

use wiez_proto::vocab::{Lang, WorkerRole};

use super::Served;
use super::client::Client;
use crate::account::login::change_password;
use crate::account::office::{By, NewAccount, add};
use crate::account::{AccessRole, Password, Source};
use crate::status::{Eyes, Mark, checks};
use crate::text::Texts;

async fn administrator(served: &Served) -> Client {
    let new = NewAccount {
        login: "marek".to_owned(),
        name: "Marek Wilk".to_owned(),
        role: AccessRole::Administrator,
        worker_role: WorkerRole::AdminIt,
        uid: None,
    };
    let (_, first) = add(&served.here.node, &By::Machine(0), &new).await.unwrap();
    let mut marek = served.client();
    assert_eq!(marek.post("/logowanie", &[("login", "marek"), ("haslo", &first)]).await.status, 303);
    let token = marek.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1.clone();
    let (old, own) = (Password::new(&first), Password::new("cztery koła u wozu"));
    change_password(&served.here.node, &token, &old, &own, Source::Local(0)).await.unwrap();
    marek
}

#[tokio::test]
async fn the_page_says_what_the_command_line_says_and_warns_who_runs_the_node() {
    let served = Served::new().await;
    let (mut anna, mut marek) = (served.signed_in().await, administrator(&served).await);
    let found = checks(&served.here.node, None, Eyes::Machine).await.unwrap();
    for lang in [Lang::Pl, Lang::En, Lang::Uk] {
        let (t, page) = (Texts::new(lang), marek.get(&format!("/stan?jezyk={}", lang.tag())).await);
        for check in &found {
            for text in [check.name(&t), check.word(&t), check.todo(&t)] {
                assert!(page.body.contains(&text.replace('\'', "&#39;")), "{text}: {}", page.body);
            }
        }
    }
    marek.get("/stan?jezyk=pl").await;
    // Nobody configured a declaration, and it is November: the administrator is told on every page, nobody else.
    let banner = "do 31 marca przejrzyj deklarację dostępności";
    assert!(found.iter().any(|check| check.mark == Mark::Warn && check.todo(&Texts::new(Lang::Pl)).contains(banner)));
    let board = marek.get("/katalog").await;
    assert!(board.body.contains("id=\"ostrzega\"") && board.body.contains(banner), "{}", board.body);
    assert!(!anna.get("/katalog").await.body.contains("id=\"ostrzega\""));
    assert!(!marek.get("/stan").await.body.contains("id=\"ostrzega\""), "the page about it says it once");
}

#[tokio::test]
async fn a_case_worker_learns_nothing_from_the_queue_of_what_stands_apart() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    let before = anna.get("/stan").await;
    served.police_asks().await;
    let after = anna.get("/stan").await;
    let words = |body: &str| body.split("<tbody>").nth(1).unwrap().split("wolne").next().unwrap().to_owned();
    assert_eq!(words(&before.body), words(&after.body));
}

#[tokio::test]
async fn the_declaration_has_the_official_parts_and_claims_nothing_that_nobody_wrote() {
    let served = Served::new().await;
    let mut anyone = served.client();
    let page = anyone.get("/deklaracja-dostepnosci").await;
    let parts = [
        "a11y-wstep",
        "a11y-podmiot",
        "a11y-url",
        "a11y-data-publikacja",
        "a11y-data-aktualizacja",
        "a11y-status",
        "a11y-data-sporzadzenie",
        "a11y-data-przeglad",
        "a11y-audytor",
        "a11y-kontakt",
        "a11y-osoba",
        "a11y-email",
        "a11y-telefon",
        "a11y-procedura",
        "a11y-architektura",
        "a11y-aplikacje",
    ];
    for id in parts {
        assert_eq!(page.body.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
    assert!(page.body.contains("Nie badano.") && !page.body.contains("Strona internetowa jest"), "{}", page.body);
    let help = anyone.get("/pomoc").await;
    assert!(help.body.matches("<ol>").count() == 5 && help.body.contains("112"), "{}", help.body);
    assert!(!help.body.contains("Anna Nowak"), "names of people here are for who is signed in");
    assert!(served.signed_in().await.get("/pomoc").await.body.contains("Anna Nowak"));
}
