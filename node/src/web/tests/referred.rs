//! Answers to a referral and ways out of a refusal, as forms; and that whoever runs the node sees no content.

use wiez_proto::id::{Hash, ThreadId};
use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Urgency, WorkerRole};

use super::client::Client;
use super::{Served, hidden};
use crate::account::login::change_password;
use crate::account::office::{By, NewAccount, add};
use crate::account::{AccessRole, Password, Source};
use crate::casework::{CaseKind, File};
use crate::referral::{Event, Referral, Timing, step};
use crate::store;
use crate::store::casework::CaseRow;

/// A referral of a school as this clinic has it, or one of this clinic that the gate holds.
pub(super) async fn stands(served: &Served, n: u8, ours: Option<Refusal>) -> String {
    let (node, now_ms) = (&served.here.node, served.here.env.now_ms());
    let timing = Timing::new(None, node.settings().week);
    let stand = if ours.is_some() {
        let draft = Referral::draft(Urgency::U3Normal, now_ms, node.settings().week);
        step(&draft, &Event::Held, now_ms, timing).unwrap().0
    } else {
        Referral::arrived(Urgency::U3Normal, now_ms, timing)
    };
    let number = format!("W-AAAAA{n}");
    let case = CaseRow {
        number: number.clone(),
        thread: ThreadId::new([n + 100; 16]),
        peer: "sp3-nad".parse().unwrap(),
        kind: CaseKind::Referral,
        hidden: false,
        grant: None,
        created_ms: now_ms,
        version: 1,
        file: File {
            subject_ref: format!("SP3/{n}"),
            stand,
            record: None,
            row: Hash::new(Policy::shipped().row("REFERRAL.CONSENT").unwrap().digest()),
            problem: ours,
            about: None,
            replaced: None,
            clock_ms: None,
            formal: None,
        },
    };
    let mut tx = node.store().begin("test.case").await.unwrap();
    store::casework::put(&mut tx, &case).await.unwrap();
    tx.commit().await.unwrap();
    number
}

pub(super) async fn sends(client: &mut Client, page: &str, path: &str, fields: &[(&str, &str)]) -> super::Reply {
    let form = client.get(page).await;
    let (csrf, once) = (hidden(&form, path, "csrf"), hidden(&form, path, "raz"));
    let all: Vec<(&str, &str)> =
        [("csrf", csrf.as_str()), ("raz", once.as_str())].into_iter().chain(fields.to_vec()).collect();
    client.post(path, &all).await
}

#[tokio::test]
async fn accepting_is_one_button_and_can_be_taken_back() {
    let served = Served::new().await;
    let number = stands(&served, 1, None).await;
    let mut anna = served.signed_in().await;
    assert!(anna.get("/skrzynka").await.body.contains(&format!("href=\"/sprawy/{number}\"")));
    let (page, at) = (format!("/sprawy/{number}"), |what: &str| format!("/sprawy/{number}/{what}"));
    let shown = anna.get(&page).await;
    assert!(shown.body.contains("SP3/1") && shown.body.contains("autofocus>Przyjmij"), "{}", shown.body);
    let accepted = sends(&mut anna, &page, &at("przyjmij"), &[]).await;
    assert_eq!(accepted.header("location"), Some(format!("{page}?zrobione=przyjeto").as_str()), "{}", accepted.body);
    assert!(
        anna.get(&format!("{page}?zrobione=przyjeto")).await.body.contains("Przyjęto. Nadawca zobaczy to od razu.")
    );
    assert!(!anna.get(&format!("{page}?zrobione=%3Cb%3E")).await.body.contains("class=\"dobrze\""));
    let undone = sends(&mut anna, &page, &at("cofnij-przyjecie"), &[]).await;
    assert_eq!(undone.header("location"), Some(format!("{page}?zrobione=cofnieto").as_str()));
    // A window that still shows the old state gets the state as it is now, and what happened last.
    let answers = at("odpowiedz");
    let (stale, twin) = (anna.get(&answers).await, served.signed_in().await);
    let mut twin = twin;
    assert_eq!(sends(&mut twin, &page, &at("rozpocznij"), &[]).await.status, 303);
    let path = at("odrzuc");
    let (csrf, once) = (hidden(&stale, &path, "csrf"), hidden(&stale, &path, "raz"));
    let fields =
        [("csrf", csrf.as_str()), ("raz", &once), ("powod", "R_OTHER"), ("uwaga", "Długie uzasadnienie odmowy.")];
    let late = anna.post(&path, &fields).await;
    assert_eq!(late.status, 409);
    assert!(late.body.contains("Ostatnio w tej sprawie:") && late.body.contains("Anna Nowak"), "{}", late.body);
    assert_eq!(anna.get(&path).await.header("location"), Some(page.as_str()), "asked for, it leads to its case");
}

#[tokio::test]
async fn declining_needs_a_reason_and_keeps_what_was_typed() {
    let served = Served::new().await;
    let number = stands(&served, 2, None).await;
    let mut anna = served.signed_in().await;
    let (page, path) = (format!("/sprawy/{number}/odpowiedz"), format!("/sprawy/{number}/odrzuc"));
    let bare = sends(&mut anna, &page, &path, &[("powod", ""), ("uwaga", "za daleko")]).await;
    assert!(bare.status == 422 || bare.status == 409, "{}", bare.status);
    assert!(bare.body.contains("za daleko") && bare.body.contains("autofocus") && bare.body.contains("<title>Błąd:"));
    let full = sends(&mut anna, &page, &path, &[("powod", "R_NO_CAPACITY"), ("najwczesniej", "")]).await;
    assert!(full.status >= 400 && full.body.contains("value=\"R_NO_CAPACITY\" selected"), "{}", full.status);
    let nonsense = sends(&mut anna, &page, &path, &[("powod", "R_NONSENSE")]).await;
    assert_eq!(nonsense.status, 422);
    let fields = [("powod", "R_NO_CAPACITY"), ("najwczesniej", "2026-12-01")];
    let done = sends(&mut anna, &page, &path, &fields).await;
    assert_eq!(done.header("location"), Some(format!("/sprawy/{number}?zrobione=odrzucono").as_str()), "{}", done.body);
    assert!(anna.get(&page).await.body.contains("nie ma tu nic do zrobienia"));
}

#[tokio::test]
async fn a_refusal_names_what_is_missing_and_offers_to_send_without_it() {
    let served = Served::new().await;
    let scope = Refusal::new(Reason::ConsentScope).with_codes("categories", ["HEALTH", "EDU_OPINION"]);
    let number = stands(&served, 3, Some(scope)).await;
    let mut anna = served.signed_in().await;
    let case = anna.get(&format!("/sprawy/{number}")).await;
    for part in ["WZ-ZGO-002", "Bez zmian", "Co zrobić", "Wyślij bez: ", "Wyślij ponownie to samo", "<title>Błąd:"]
    {
        assert!(case.body.contains(part), "{part}: {}", case.body);
    }
    assert_eq!(hidden(&case, &format!("/sprawy/{number}/wyslij-bez"), "bez"), "EDU_OPINION,HEALTH");
    let withdrawn =
        sends(&mut anna, &format!("/sprawy/{number}/odpowiedz"), &format!("/sprawy/{number}/wycofaj"), &[]).await;
    assert_eq!(withdrawn.header("location"), Some(format!("/sprawy/{number}?zrobione=wycofano").as_str()));
}

#[tokio::test]
async fn whoever_runs_the_node_sees_how_it_is_doing_and_no_content() {
    let served = Served::new().await;
    let (number, question) = (stands(&served, 4, None).await, served.school_asks(1).await);
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
    assert_eq!(marek.get("/stan").await.header("location"), Some("/haslo"), "a first password is changed first");
    let token = marek.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1.clone();
    let (old, own) = (Password::new(&first), Password::new("cztery koła u wozu"));
    change_password(&served.here.node, &token, &old, &own, Source::Local(0)).await.unwrap();
    assert_eq!(marek.get("/").await.header("location"), Some("/stan"));
    let board = marek.get("/stan").await;
    assert!(board.status == 200 && board.body.contains("Certyfikat węzła") && !board.body.contains("/skrzynka"));
    for path in ["", "/odpowiedz", "/przekaz", "/odpisz", "/przyjmij"] {
        for case in [&number, &question] {
            let reply = marek.get(&format!("/sprawy/{case}{path}")).await;
            assert!(reply.status == 403 && !reply.body.contains("SP3/4"), "{path}: {}", reply.status);
        }
    }
    for path in ["/skrzynka", "/osobne", "/skrzynka?szukaj=SP3"] {
        assert_eq!(marek.get(path).await.status, 403, "{path}");
    }
    let csrf = hidden(&board, "/zablokuj", "csrf");
    let accepted = marek.post(&format!("/sprawy/{number}/przyjmij"), &[("csrf", &csrf), ("raz", "1")]).await;
    assert_eq!(accepted.status, 403);
}
