//! Lists: what is found, counted, ordered and paged for whom; and where the names that are searched are not.

use std::time::Duration;

use wiez_proto::id::{GrantId, Handle, Hash, MessageId, ThreadId};
use wiez_proto::limits;
use wiez_proto::payload::{self, Body, Payload, Section};
use wiez_proto::policy::Policy;
use wiez_proto::vocab::{BasisClass, Category, Purpose, ReferralStatus, ServiceCode, Urgency, WorkerRole};

use super::client::Reply;
use super::{Client, LOGIN, PASSWORD, Served, hidden};
use crate::account::login::change_password;
use crate::account::office::{By, NewAccount, add};
use crate::account::{AccessRole, AccountId, Password, Receives, Source};
use crate::casework::{CaseKind, File};
use crate::message::Message;
use crate::referral::{Owner, Referral, Side, Timing, owner};
use crate::store;
use crate::store::casework::{CaseRow, Direction, MessageRow};
use crate::vault::hand;

/// A case that a school sent, about somebody.
struct Sent<'a> {
    n: u32,
    name: &'a str,
    kind: CaseKind,
    apart: bool,
    urgency: Urgency,
    grant: Option<GrantId>,
}

impl Default for Sent<'_> {
    fn default() -> Self {
        Self { n: 1, name: "", kind: CaseKind::Referral, apart: false, urgency: Urgency::U3Normal, grant: None }
    }
}

async fn comes(served: &Served, sent: Sent<'_>) -> String {
    let (node, now_ms) = (&served.here.node, served.here.env.now_ms());
    let number = format!("W-{:06}", sent.n);
    let mut thread = [sent.n.to_be_bytes()[3]; 16];
    thread[..4].copy_from_slice(&sent.n.to_be_bytes());
    let case = CaseRow {
        number: number.clone(),
        thread: ThreadId::new(thread),
        peer: "sp3-nad".parse().unwrap(),
        kind: sent.kind,
        hidden: sent.apart,
        grant: sent.grant,
        created_ms: now_ms,
        version: 1,
        file: File {
            subject_ref: format!("SP3/{}", sent.n),
            stand: Referral::arrived(sent.urgency, now_ms, Timing::new(None, node.settings().week)),
            record: None,
            row: Hash::new(Policy::shipped().row("REFERRAL.CONSENT").unwrap().digest()),
            problem: None,
            about: None,
            replaced: None,
            clock_ms: None,
            formal: None,
        },
    };
    let mut tx = node.store().begin("test.case").await.unwrap();
    store::casework::put(&mut tx, &case).await.unwrap();
    if !sent.name.is_empty() {
        let message = message(served, &sent);
        let row = MessageRow {
            direction: Direction::In,
            peer: case.peer.clone(),
            message_id: message.message_id,
            number: number.clone(),
            kind: message.kind.code().to_owned(),
            handle: message.handle,
            grant: sent.grant,
            state: "RECEIVED".to_owned(),
            at_ms: now_ms,
            expires_ms: message.expires_ms,
            opened_ms: None,
            answer: None,
            envelope_hash: Some(Hash::new([1; 32])),
            leaf_index: Some(0),
            deleted: false,
        };
        store::casework::put_message(&mut tx, &row, &message).await.unwrap();
    }
    tx.commit().await.unwrap();
    number
}

fn message(served: &Served, sent: &Sent<'_>) -> Message {
    let section = Section { category: Category::IdName, label: String::new(), text: sent.name.to_owned() };
    let body = Body::Referral(payload::Referral {
        service: ServiceCode::ZajeciaWyrownawcze,
        goal: "Nadrobienie zaległości".to_owned(),
        urgency: sent.urgency,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    });
    let payload = Payload::new(format!("SP3/{}", sent.n), vec![section], body).unwrap();
    let id = u8::try_from(sent.n).unwrap();
    Message {
        message_id: MessageId::new([id; 16]),
        sender: "sp3-nad".parse().unwrap(),
        recipient: served.here.node.id().clone(),
        class: BasisClass::Consent,
        handle: sent.grant.map(|_| Handle::new([id; 16])),
        expires_ms: served.here.env.now_ms() + 86_400_000,
        kind: payload.kind(),
        categories: payload.categories(),
        asked: payload.asked(),
        purpose: Purpose::Service,
        thread: ThreadId::new([id; 16]),
        in_reply_to: None,
        policy_row: Hash::ZERO,
        grant: None,
        statement: None,
        checkpoint: String::new(),
        worker: "Jan Kos".to_owned(),
        signature: None,
        urgency: sent.urgency,
        payload,
    }
}

async fn searches(client: &mut Client, path: &str, typed: &str) -> Reply {
    let form = client.get(path).await;
    let csrf = hidden(&form, path, "csrf");
    client.post(path, &[("csrf", &csrf), ("szukaj", typed)]).await
}

fn rows(reply: &Reply) -> Vec<String> {
    let cells = reply.body.split("<th scope=\"row\"><a href=\"/sprawy/").skip(1);
    cells.map(|cell| cell.split('"').next().unwrap().to_owned()).collect()
}

/// A worker to whom ordinary cases come, with a browser.
async fn worker(served: &Served, login: &str) -> (AccountId, Client) {
    let node = &served.here.node;
    let mut view = node.store().view("test.anna").await.unwrap();
    let anna = store::account::by_login(&mut view, LOGIN).await.unwrap().unwrap().account;
    drop(view);
    let new = NewAccount {
        login: login.to_owned(),
        name: format!("Pracownik {login}"),
        role: AccessRole::Pracownik,
        worker_role: WorkerRole::PracownikSocjalny,
        uid: None,
    };
    let by = By::Worker(Box::new(anna));
    let (account, first) = add(node, &by, &new).await.unwrap();
    let mut client = served.client();
    assert_eq!(client.post("/logowanie", &[("login", login), ("haslo", &first)]).await.status, 303);
    let token = client.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1.clone();
    let (old, own) = (Password::new(&first), Password::new(PASSWORD));
    change_password(node, &token, &old, &own, Source::Local(0)).await.unwrap();
    let boss = served.signed_in().await;
    let token = boss.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1.clone();
    let reader = node.sessions().enter(served.here.env.now_ms(), &token).unwrap().reader().unwrap();
    let code = crate::account::office::get(node, &account.id).await.unwrap().fingerprint.unwrap();
    hand::give(node, &reader, &account.id, &code).await.unwrap();
    let mut tx = node.store().begin("test.receives").await.unwrap();
    let mut row = store::account::get(&mut tx, &account.id).await.unwrap();
    row.account.receives = Some(Receives::Ordinary);
    store::account::put(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    let mut client = served.client();
    assert_eq!(client.post("/logowanie", &[("login", login), ("haslo", PASSWORD)]).await.status, 303);
    (account.id, client)
}

#[tokio::test]
async fn a_name_is_found_without_marks_and_stands_in_no_address_and_in_no_file() {
    let served = Served::new().await;
    let number = comes(&served, Sent { name: "Żaneta Źródlana", ..Sent::default() }).await;
    comes(&served, Sent { n: 2, name: "Jan Kos", ..Sent::default() }).await;
    let mut anna = served.signed_in().await;
    let found = searches(&mut anna, "/skrzynka", "zrodlana ZANETA").await;
    assert_eq!((found.status, rows(&found)), (200, vec![number.clone()]), "{}", found.body);
    assert!(found.body.contains("Znaleziono 1 sprawę.") && found.header("refresh").is_some());
    assert!(found.body.contains("<form class=\"szukaj\" id=\"lista\" method=\"post\""), "a name gets into no address");
    assert_eq!(rows(&searches(&mut anna, "/sprawy", "sp3/2").await), ["W-000002"]);
    assert_eq!(rows(&searches(&mut anna, "/skrzynka", "instytucja sp3").await).len(), 2, "by institution");
    assert_eq!(anna.post("/skrzynka", &[("csrf", "x"), ("szukaj", "kos")]).await.status, 403);
    // What comes while somebody is signed in is found as well.
    comes(&served, Sent { n: 3, name: "Łucja Żuraw", ..Sent::default() }).await;
    assert_eq!(rows(&searches(&mut anna, "/skrzynka", "zuraw").await), ["W-000003"]);
    served.here.node.store().truncate_wal().await.unwrap();
    for entry in std::fs::read_dir(served.here.node.data_dir()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for name in ["Żaneta", "Źródlana", "zrodlana", "zuraw", "Łucja"] {
            assert!(!bytes.windows(name.len()).any(|part| part == name.as_bytes()), "{name} in {}", path.display());
        }
    }
}

#[tokio::test]
async fn the_names_leave_memory_with_the_keys_and_come_back_with_them() {
    let served = Served::new().await;
    comes(&served, Sent { name: "Żaneta Źródlana", ..Sent::default() }).await;
    let mut anna = served.signed_in().await;
    let token = anna.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1.clone();
    let (sessions, env) = (served.here.node.sessions(), &served.here.env);
    let held = |known: bool| {
        let session = sessions.peek(env.now_ms(), &token).unwrap();
        assert_eq!((session.names.is_some(), session.keys.is_some()), (known, known));
        session.names
    };
    let names = std::sync::Arc::downgrade(&held(true).unwrap());
    assert_eq!(names.upgrade().unwrap().len(), 1, "built at signing in, before any page");
    env.advance(Duration::from_millis(u64::try_from(limits::SESSION_IDLE_MS).unwrap() + 1000));
    sessions.sweep(env.now_ms());
    held(false);
    assert!(names.upgrade().is_none(), "nobody holds them any more");
    let csrf = sessions.peek(env.now_ms(), &token).unwrap().csrf;
    assert_eq!(anna.post("/blokada", &[("csrf", &csrf), ("haslo", PASSWORD)]).await.status, 303);
    let names = std::sync::Arc::downgrade(&held(true).unwrap());
    let page = anna.get("/skrzynka").await;
    assert_eq!(anna.post("/wyloguj", &[("csrf", &hidden(&page, "/wyloguj", "csrf"))]).await.status, 303);
    assert!(names.upgrade().is_none());
}

#[tokio::test]
async fn many_names_that_nobody_opened_follow_after_signing_in_and_open_quickly_the_next_time() {
    let served = Served::new().await;
    let many = 330;
    for n in 0..many {
        let name = if n == 0 { "Żaneta Źródlana" } else { "" };
        comes(&served, Sent { n, name, ..Sent::default() }).await;
    }
    let mut anna = served.signed_in().await;
    let token = anna.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1.clone();
    let sessions = served.here.node.sessions();
    let names = sessions.peek(served.here.env.now_ms(), &token).unwrap().names.unwrap();
    assert_eq!(names.len(), usize::try_from(many).unwrap(), "every number is known at once");
    for _ in 0..500 {
        if names.loading() == 0 {
            break;
        }
        assert_eq!(anna.get("/sprawy").await.status, 200);
    }
    assert_eq!((names.loading(), names.numbers("zrodlana", false)), (0, vec!["W-000000".to_owned()]));
    assert_eq!(anna.get("/skrzynka").await.status, 200);
    let mut twin = served.signed_in().await;
    let token = twin.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1.clone();
    let quick = sessions.peek(served.here.env.now_ms(), &token).unwrap().names.unwrap();
    assert_eq!((quick.loading(), quick.len()), (0, names.len()), "nothing has to follow any more");
    assert_eq!(rows(&searches(&mut twin, "/skrzynka", "zaneta").await), ["W-000000"]);
}

#[tokio::test]
async fn lists_come_in_pages_ordered_by_any_column_both_ways() {
    let served = Served::new().await;
    for n in 1..=25 {
        let urgency = if n == 7 { Urgency::U2Urgent } else { Urgency::U3Normal };
        comes(&served, Sent { n, urgency, name: "Ola Dąb", ..Sent::default() }).await;
    }
    let mut anna = served.signed_in().await;
    let first = anna.get("/skrzynka").await;
    assert!(first.body.contains("25 spraw czeka na nas: 25 nowych, 0 po terminie"), "{}", first.body);
    assert!(first.body.contains("aria-sort=\"ascending\"") && first.body.contains("Strona 1 z 2."));
    assert_eq!((rows(&first).len(), rows(&first)[0].as_str()), (20, "W-000007"), "by deadline");
    let second = anna.get("/skrzynka?strona=2").await;
    assert_eq!(rows(&second).len(), 5);
    assert!(rows(&second).iter().all(|number| !rows(&first).contains(number)));
    assert_eq!(rows(&anna.get("/skrzynka?strona=99").await), rows(&second), "the last one");
    let up = anna.get("/skrzynka?kolejnosc=numer").await;
    assert_eq!(rows(&up)[..2], ["W-000001", "W-000002"]);
    assert!(up.body.contains("kolejnosc=numer.malejaco"), "chosen again it turns round");
    let down = anna.get("/skrzynka?kolejnosc=numer.malejaco").await;
    assert_eq!(rows(&down)[..2], ["W-000025", "W-000024"]);
    assert!(down.body.contains("aria-sort=\"descending\""));
    assert_eq!(rows(&anna.get("/skrzynka?kolejnosc=termin.malejaco&strona=2").await)[4], "W-000007");
    for order in ["instytucja", "stan", "instytucja.malejaco", "nic"] {
        assert_eq!(
            rows(&anna.get(&format!("/sprawy?kolejnosc={order}")).await)[0],
            "W-000007",
            "{order}: then by deadline"
        );
    }
    // A search has pages and orders too, by buttons of its form.
    let csrf = hidden(&first, "/skrzynka", "csrf");
    let fields = [("csrf", csrf.as_str()), ("szukaj", "dab"), ("uloz", "numer.malejaco"), ("strona", "2")];
    let found = anna.post("/skrzynka", &fields).await;
    assert_eq!(rows(&found), ["W-000005", "W-000004", "W-000003", "W-000002", "W-000001"]);
    assert!(found.body.contains("name=\"strona\" value=\"1\"") && !found.body.contains("?szukaj="));
}

#[tokio::test]
async fn a_case_whose_date_passed_is_late_though_its_next_owner_has_a_grace() {
    let served = Served::new().await;
    comes(&served, Sent { n: 1, name: "Ola Dąb", ..Sent::default() }).await;
    let node = &served.here.node;
    served.here.env.advance(Duration::from_secs(20 * 24 * 3600));
    crate::casework::tick(node).await.unwrap();
    comes(&served, Sent { n: 2, name: "Ola Dąb", urgency: Urgency::U2Urgent, ..Sent::default() }).await;
    let mut anna = served.signed_in().await;
    let inbox = anna.get("/skrzynka").await;
    assert!(inbox.body.contains("2 sprawy czekają na nas: 2 nowe, 1 po terminie"), "{}", inbox.body);
    assert_eq!(rows(&inbox), ["W-000001", "W-000002"], "the late one first");
    assert!(inbox.body.contains("dni po terminie"), "{}", inbox.body);
    assert!(anna.get("/sprawy/W-000001").await.body.contains("dni po terminie"));
}

#[tokio::test]
async fn a_worker_sees_counts_and_finds_only_the_own_cases() {
    let served = Served::new().await;
    comes(&served, Sent { n: 1, name: "Stara Sprawa", ..Sent::default() }).await;
    let (ewa, mut browser) = worker(&served, "ewa").await;
    comes(&served, Sent { n: 2, name: "Nowa Sprawa", ..Sent::default() }).await;
    comes(&served, Sent { n: 3, name: "Cudza Sprawa", ..Sent::default() }).await;
    let mut tx = served.here.node.store().begin("test.exclude").await.unwrap();
    assert!(store::vault::expel(&mut tx, "W-000003", &ewa).await.unwrap());
    tx.commit().await.unwrap();
    let inbox = browser.get("/skrzynka").await;
    assert_eq!(rows(&inbox), ["W-000002"], "{}", inbox.body);
    assert!(inbox.body.contains("1 sprawa czeka na nas: 1 nowa, 0 po terminie"));
    for typed in ["cudza", "stara", "w-000003", "sp3/3"] {
        let found = searches(&mut browser, "/sprawy", typed).await;
        assert!(rows(&found).is_empty() && found.body.contains("Nie znaleziono spraw."), "{typed}");
    }
    assert_eq!(rows(&searches(&mut browser, "/sprawy", "instytucja").await), ["W-000002"], "nor by institution");
    assert_eq!(browser.get("/sprawy/W-000003").await.status, 404);
    let mut anna = served.signed_in().await;
    assert!(anna.get("/skrzynka").await.body.contains("3 sprawy czekają na nas"));
}

#[tokio::test]
async fn what_stands_apart_is_on_its_own_list_with_its_own_counts_and_search() {
    let served = Served::new().await;
    comes(&served, Sent { n: 1, name: "Ola Dąb", ..Sent::default() }).await;
    let apart = Sent { n: 2, name: "Ola Dąb", kind: CaseKind::NiebieskaKarta, apart: true, ..Sent::default() };
    comes(&served, apart).await;
    let mut anna = served.signed_in().await;
    for path in ["/skrzynka", "/sprawy"] {
        let page = anna.get(path).await;
        assert_eq!(rows(&page), ["W-000001"], "{path}");
        assert!(page.body.contains("1 sprawa czeka na nas"), "{path}");
        for typed in ["dab", "W-000002", "instytucja", "sp3/2"] {
            let found = searches(&mut anna, path, typed).await;
            assert!(!found.body.contains("/sprawy/W-000002"), "{path} {typed}");
        }
    }
    let page = anna.get("/osobne").await;
    assert!(rows(&page) == ["W-000002"] && page.body.contains("1 sprawa czeka na nas"), "{}", page.body);
    assert_eq!(rows(&searches(&mut anna, "/osobne", "dab").await), ["W-000002"]);
    assert!(rows(&searches(&mut anna, "/osobne", "W-000001").await).is_empty());
}

#[tokio::test]
async fn a_withdrawn_consent_leaves_a_row_without_the_person() {
    let served = Served::new().await;
    // The consent under which it came is not here any more, so that it counts as withdrawn.
    let sent = Sent { name: "Ola Dąb", grant: Some(GrantId::new([7; 16])), ..Sent::default() };
    let number = comes(&served, sent).await;
    let mut anna = served.signed_in().await;
    let page = anna.get("/skrzynka").await;
    assert_eq!(rows(&page), [number]);
    assert!(page.body.contains("zgoda wycofana") && !page.body.contains("SP3/1"), "{}", page.body);
    assert!(!page.body.contains("Dąb"));
}

#[test]
fn who_has_to_act_is_the_same_in_sql_and_in_the_program() {
    let migration = include_str!("../../../migrations/0006_board.sql");
    let list = migration.split("when status in (").nth(1).unwrap().split(')').next().unwrap();
    let provider: Vec<&str> = list.split(',').map(|code| code.trim().trim_matches('\'')).collect();
    for status in ReferralStatus::ALL {
        for side in [Side::Referrer, Side::Provider] {
            let holder = owner(side, *status);
            let theirs = matches!(holder, Owner::Provider | Owner::ProviderManager);
            let ours = theirs == (side == Side::Provider);
            let waits = provider.contains(&status.code()) == (side == Side::Provider);
            let sql = *status == ReferralStatus::CancelledConsent || waits;
            assert_eq!(ours, sql, "{side:?} {status:?}");
        }
    }
}
