//! Of a case that is not theirs a worker learns nothing, on no page: no row, no count, no number; and what is opened or
//! printed stands in the trail.

use wiez_proto::payload::{Referral, Section};
use wiez_proto::vocab::{Category, Purpose, ReferralStatus, ServiceCode, Urgency};

use super::client::Client;
use super::directory::answered;
use super::new::{consents, office};
use super::people::{colleague, newcomer, reader};
use super::referred::{sends, stands};
use super::{LOGIN, Served};
use crate::account::{AccessRole, AccountId, office as accounts};
use crate::casework::act::{Addressed, Sent, refer};
use crate::casework::{What, happened};
use crate::consent::{self, Scope};
use crate::store;
use crate::trail::{self, Act};
use crate::vault::hand::{self, Why};

async fn anna_id(served: &Served) -> AccountId {
    accounts::by_login(&served.here.node, LOGIN).await.unwrap().id
}

/// What somebody is shown of the trail, oldest first: who, what, about which case, and what else.
async fn told(served: &Served, client: &Client) -> Vec<(String, Act, String, String)> {
    let node = &served.here.node;
    let token = &client.cookies.iter().find(|(name, _)| name == crate::session::COOKIE).unwrap().1;
    let session = node.sessions().enter(node.env().now_ms(), token).unwrap();
    let entries = trail::read(node, &session, None, None, 200).await.unwrap();
    entries.into_iter().rev().map(|entry| (entry.worker, entry.act, entry.number, entry.about)).collect()
}

/// A referral of this centre for which the consent is there: it waits for the hub.
async fn referred(served: &Served, client: &Client, subject: &str, consent: &str) -> Sent {
    let to = Addressed {
        to: "sp3-nad".parse().unwrap(),
        subject_ref: subject.to_owned(),
        consent: Some(consent.to_owned()),
        purpose: Purpose::Service,
        urgency: Urgency::U3Normal,
    };
    let section = Section { category: Category::IdName, label: String::new(), text: "Ala Kanarek".to_owned() };
    let body = Referral {
        service: ServiceCode::ZajeciaWyrownawcze,
        goal: "zajęcia".to_owned(),
        urgency: Urgency::U3Normal,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    };
    refer(&served.here.node, &reader(served, client), &to, vec![section], body).await.unwrap()
}

async fn excludes(served: &Served, who: &Client, number: &str, id: &AccountId) {
    hand::exclude(&served.here.node, &reader(served, who), number, id, Why::Close).await.unwrap();
}

#[tokio::test]
async fn how_much_somebody_has_to_do_is_told_to_who_can_hand_it_over_and_of_ordinary_cases_of_both() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    let (id, mut jan) = colleague(&served, &anna, "jkos", AccessRole::Pracownik).await;
    let (_, ewa) = colleague(&served, &anna, "ewilk", AccessRole::Kierownik).await;
    let (number, apart) = (served.school_asks(1).await, served.police_asks().await);
    hand::admit(&served.here.node, &reader(&served, &anna), &apart, &id).await.unwrap();
    let page = anna.get("/ludzie/jkos").await;
    assert!(page.body.contains("<dd>1 zwykłej sprawy lub zgody</dd>"), "{}", page.body);
    assert!(page.body.contains("/ludzie/jkos/przekaz-sprawy"));
    excludes(&served, &ewa, &number, &anna_id(&served).await).await;
    let page = anna.get("/ludzie/jkos").await;
    assert!(page.body.contains("<dd>0 zwykłych spraw i zgód</dd>"), "{}", page.body);
    assert!(page.body.contains("/ludzie/jkos/przekaz-sprawy"), "that there is something is no count");
    let (_, mut marek) = newcomer(&served, "marek", AccessRole::Administrator).await;
    for (who, client) in [("jan", &mut jan), ("marek", &mut marek)] {
        for person in ["jkos", LOGIN] {
            let page = client.get(&format!("/ludzie/{person}")).await;
            assert!(page.status == 200 && !page.body.contains("Dostęp do"), "{who}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn an_excluded_kierownik_finds_nothing_of_the_case_in_the_trail_and_the_officer_finds_all() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    let (_, mut ewa) = colleague(&served, &anna, "ewilk", AccessRole::Kierownik).await;
    let (jan_id, _) = colleague(&served, &anna, "jkos", AccessRole::Pracownik).await;
    let (_, mut iod) = newcomer(&served, "iod", AccessRole::Iod).await;
    let number = served.school_asks(1).await;
    assert_eq!(anna.get(&format!("/sprawy/{number}")).await.status, 200);
    let (about, me) = (format!("/slad?sprawa={number}"), anna_id(&served).await);
    assert!(anna.get("/slad").await.body.contains(&number));
    excludes(&served, &ewa, &number, &me).await;
    let ewa_id = accounts::by_login(&served.here.node, "ewilk").await.unwrap().id;
    hand::reassign(&served.here.node, &reader(&served, &ewa), &jan_id, &ewa_id).await.unwrap();
    assert!(ewa.get("/slad").await.body.contains("<td>iod: inspektor"), "codes in words");
    let row = format!("<td>{number}</td>");
    for path in ["/slad", about.as_str()] {
        let (without, with, whole) = (anna.get(path).await, ewa.get(path).await, iod.get(path).await);
        assert!(without.status == 200 && !without.body.contains(&row), "{path}: {}", without.body);
        assert!(with.body.contains(&row) && whole.body.contains(&row), "{path}");
    }
    let moved = |all: Vec<(String, Act, String, String)>| {
        all.into_iter().rfind(|entry| entry.1 == Act::CasesMoved).map(|entry| entry.3).unwrap()
    };
    assert_eq!(moved(told(&served, &anna).await), "jkos ewilk", "how many is a count of what she may not see");
    assert_eq!(moved(told(&served, &iod).await), "jkos ewilk 1");
    let whole = anna.get("/slad/sprawdz").await;
    assert!(whole.status == 200 && whole.body.contains(':'), "it is whole, whoever asks");
}

#[tokio::test]
async fn what_is_printed_for_the_person_stands_in_the_trail() {
    let (served, mut anna) = office().await;
    let (_, mut iod) = newcomer(&served, "iod", AccessRole::Iod).await;
    let covered = [Category::IdName, Category::EduPlace];
    let consent = consents(&served, &anna, "OPS/2026/114", "Ala Kanarek", &covered).await;
    let sent = referred(&served, &anna, "OPS/2026/114", &consent).await;
    let print = anna.get("/osoba/druk?numer=OPS%2F2026%2F114").await;
    assert!(print.status == 200 && print.body.contains("Ala Kanarek"), "{}", print.body);
    assert!(print.body.contains("<p>ważna · do 31.10.2027</p>"), "{}", print.body);
    let entry = |who: &str, act: Act, number: &str| (who.to_owned(), act, number.to_owned(), String::new());
    let all = told(&served, &iod).await;
    for act in [Act::Opened, Act::Exported] {
        assert!(all.contains(&entry("Anna Nowak", act, &sent.number)), "{act:?}: {all:?}");
    }
    assert!(all.contains(&entry("Anna Nowak", Act::Exported, &consent)), "{all:?}");
    let print = iod.get("/osoba/druk?numer=OPS%2F2026%2F114").await;
    assert!(print.status == 200 && !print.body.contains("Ala Kanarek") && print.body.contains(&sent.number));
    let all = told(&served, &iod).await;
    assert!(all.contains(&entry("Osoba iod", Act::Exported, &sent.number)), "{all:?}");
    assert!(!all.iter().any(|entry| entry.0 == "Osoba iod" && entry.1 == Act::Opened), "nothing was opened");
    let nobody = iod.get("/osoba/druk?numer=OPS%2F0").await;
    assert!(nobody.status == 200 && told(&served, &iod).await.len() == all.len(), "nobody was printed");
}

#[tokio::test]
async fn a_consent_counts_and_names_no_message_of_a_case_that_is_not_there() {
    let (served, mut anna) = office().await;
    let (id, mut jan) = colleague(&served, &anna, "jkos", AccessRole::Pracownik).await;
    let covered = [Category::IdName, Category::EduPlace, Category::Contact];
    let consent = consents(&served, &anna, "OPS/2026/114", "Ala Kanarek", &covered).await;
    let sent = referred(&served, &anna, "OPS/2026/114", &consent).await;
    excludes(&served, &anna, &sent.number, &id).await;
    let (page, path) = (format!("/zgody/{consent}"), format!("/zgody/{consent}/wycofaj"));
    for asked in [&page, &path] {
        let (with, without) = (anna.get(asked).await, jan.get(asked).await);
        assert!(with.body.contains("1 przekazanie"), "{asked}: {}", with.body);
        assert!(without.status == 200 && !without.body.contains("1 przekazanie"), "{asked}: {}", without.body);
    }
    let scope = Scope { recipient: None, categories: [Category::Contact].into() };
    let done = consent::withdraw(&served.here.node, &reader(&served, &jan), &consent, &scope).await.unwrap();
    assert_eq!((done.stopped.len(), done.resend.len()), (0, 0), "{done:?}");
    let state = anna.get(&format!("/sprawy/{}", sent.number)).await;
    assert!(state.body.contains("zatrzymane tutaj"), "it was stopped all the same: {}", state.body);
}

#[tokio::test]
async fn a_case_that_grew_out_of_an_unseen_one_does_not_name_it() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    let (id, mut jan) = colleague(&served, &anna, "jkos", AccessRole::Pracownik).await;
    let (number, source) = (stands(&served, 1, None).await, served.school_asks(1).await);
    let node = &served.here.node;
    let mut tx = node.store().begin("test.about").await.unwrap();
    let mut case = store::casework::get(&mut tx, &number).await.unwrap().unwrap();
    case.file.about = Some(source.clone());
    store::casework::set(&mut tx, &case).await.unwrap();
    let line = happened(node.env().now_ms(), "Anna Nowak", What::Dispatched).with("case", &source);
    store::casework::put_event(&mut tx, node.env(), &number, &line).await.unwrap();
    tx.commit().await.unwrap();
    excludes(&served, &anna, &source, &id).await;
    for path in [format!("/sprawy/{number}"), format!("/sprawy/{number}/druk")] {
        assert!(anna.get(&path).await.body.contains(&source), "{path}");
        let shown = jan.get(&path).await;
        assert!(shown.status == 200 && !shown.body.contains(&source), "{path}: {}", shown.body);
    }
    for (client, names) in [(&anna, true), (&jan, false)] {
        let view = crate::casework::show(node, &reader(&served, client), &number).await.unwrap();
        assert_eq!(serde_json::to_string(&view).unwrap().contains(&source), names);
    }
}

#[tokio::test]
async fn the_usual_time_to_answer_is_that_of_the_cases_somebody_sees() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    for n in 0..5 {
        answered(&served, n, "sp3-nad", 3, false).await;
    }
    let (_, mut jan) = colleague(&served, &anna, "jkos", AccessRole::Pracownik).await;
    let (_, mut marek) = newcomer(&served, "marek", AccessRole::Administrator).await;
    assert!(anna.get("/katalog/sp3-nad").await.body.contains("<dd>3 dni</dd>"));
    for client in [&mut jan, &mut marek] {
        let card = client.get("/katalog/sp3-nad").await;
        assert!(card.status == 200 && card.body.contains("jeszcze nieznany"), "{}", card.body);
    }
}

#[tokio::test]
async fn a_message_that_left_and_was_not_taken_is_told_as_that() {
    let (served, mut anna) = office().await;
    let consent = consents(&served, &anna, "OPS/2026/114", "Ala Kanarek", &[Category::IdName]).await;
    let sent = referred(&served, &anna, "OPS/2026/114", &consent).await;
    let (node, now_ms) = (&served.here.node, served.here.env.now_ms());
    let mut tx = node.store().begin("test.refused").await.unwrap();
    let row = store::casework::messages(&mut tx, &sent.number).await.unwrap().remove(0);
    let refusal = wiez_proto::refusal::Refusal::new(wiez_proto::refusal::Reason::Pair);
    let news = crate::casework::News::Refused { message_id: row.message_id, refusal, at_ms: now_ms };
    crate::casework::told(node, &mut tx, &news).await.unwrap();
    tx.commit().await.unwrap();
    let page = anna.get(&format!("/sprawy/{}", sent.number)).await;
    for part in ["Nic nie dotarło do odbiorcy; wpisana treść jest zachowana", "Nie przyjęto do przekazania"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("Nic nie opuściło") && !page.body.contains("Zatrzymane w tym węźle"));
    // The same, said by the node of the recipient.
    let mut tx = node.store().begin("test.gate").await.unwrap();
    let line = happened(now_ms, "sp3-nad", What::Refused);
    store::casework::put_event(&mut tx, node.env(), &sent.number, &line).await.unwrap();
    tx.commit().await.unwrap();
    let page = anna.get(&format!("/sprawy/{}", sent.number)).await;
    for part in ["Wiadomość opuściła ten węzeł", "Nie przyjął tego węzeł instytucji: Instytucja sp3-nad"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
}

#[tokio::test]
async fn what_is_held_can_be_taken_back_whatever_it_is() {
    let served = Served::new().await;
    let refusal = wiez_proto::refusal::Refusal::new(wiez_proto::refusal::Reason::ReviewRequired);
    let number = stands(&served, 3, Some(refusal)).await;
    let mut tx = served.here.node.store().begin("test.kind").await.unwrap();
    tx.exec(sqlx::query("/* t */ update case_file set kind = 'INFO'")).await.unwrap();
    tx.commit().await.unwrap();
    let mut anna = served.signed_in().await;
    let answers = format!("/sprawy/{number}/odpowiedz");
    assert!(anna.get(&format!("/sprawy/{number}")).await.body.contains(&format!("href=\"{answers}\"")));
    let done = sends(&mut anna, &answers, &format!("/sprawy/{number}/wycofaj"), &[]).await;
    assert_eq!(done.header("location"), Some(format!("/sprawy/{number}?zrobione=wycofano").as_str()), "{}", done.body);
}

#[tokio::test]
async fn an_ended_way_shows_no_steps_to_come_and_an_empty_list_says_which_it_is() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    for (view, said) in [("wyslane", "Nie ma żadnych spraw."), ("u-nas", "Nie ma żadnych spraw.")] {
        assert!(anna.get(&format!("/skrzynka?pokaz={view}")).await.body.contains(said), "{view}");
    }
    let number = stands(&served, 1, None).await;
    for (path, said) in [
        ("/skrzynka?pokaz=wyslane", "Nic stąd nie wysłano."),
        ("/sprawy?pokaz=zakonczone", "Nie ma zakończonych spraw."),
    ] {
        let page = anna.get(path).await;
        assert!(page.body.contains(said) && !page.body.contains("wymagających działania"), "{path}: {}", page.body);
    }
    let (page, path) = (format!("/sprawy/{number}/odpowiedz"), format!("/sprawy/{number}/odrzuc"));
    let fields = [("powod", "R_NO_CAPACITY"), ("najwczesniej", "2026-12-01")];
    assert_eq!(sends(&mut anna, &page, &path, &fields).await.status, 303);
    let shown = anna.get(&format!("/sprawy/{number}")).await;
    let steps = shown.body.split("<ol class=\"droga\"").nth(1).unwrap().split("</ol>").next().unwrap().to_owned();
    let last = steps.split("<li").last().unwrap();
    assert!(
        last.contains("aria-current") && steps.contains(ReferralStatus::Declined.label(wiez_proto::vocab::Lang::Pl)),
        "{steps}"
    );
}

#[tokio::test]
async fn a_withdrawal_on_paper_has_full_dates_and_a_notice_says_since_when_it_waits() {
    let (served, mut anna) = office().await;
    let consent = consents(&served, &anna, "OPS/2026/114", "Ala Kanarek", &[Category::IdName]).await;
    referred(&served, &anna, "OPS/2026/114", &consent).await;
    let page = format!("/zgody/{consent}");
    assert_eq!(
        sends(&mut anna, &format!("{page}/wycofaj"), &format!("{page}/wycofaj"), &[("kto", "SELF")]).await.status,
        303
    );
    served.here.node.progress.online(served.here.env.now_ms());
    let shown = anna.get(&page).await;
    assert!(shown.body.contains("Zawiadomienie: czeka na potwierdzenie od dziś, 09:00"), "{}", shown.body);
    assert!(!shown.body.contains("Zadzwoń") && !shown.body.contains("nieaktywny"));
    let slip = anna.get(&format!("{page}/potwierdzenie")).await;
    assert!(slip.body.contains("<dd>02.11.2026, 09:00</dd>") && !slip.body.contains("dziś"), "{}", slip.body);
    assert!(slip.body.contains("czeka na potwierdzenie od 02.11.2026, 09:00"));
    served.here.until("2026-11-03T09:01");
    let mut anna = served.signed_in().await;
    assert!(anna.get(&page).await.body.contains("Zadzwoń: +48 77 400 00 00."));
}

#[tokio::test]
async fn a_conflict_of_the_parents_stands_in_the_history_and_in_the_trail() {
    let (served, mut anna) = office().await;
    let consent = consents(&served, &anna, "OPS/2026/114", "Ala Kanarek", &[Category::IdName]).await;
    for (conflict, said) in [(true, "odnotowano spór rodziców"), (false, "odnotowano koniec sporu rodziców")] {
        consent::set_conflict(&served.here.node, &reader(&served, &anna), &consent, conflict).await.unwrap();
        let shown = anna.get(&format!("/zgody/{consent}")).await;
        assert!(shown.body.contains(&format!("Anna Nowak: {said}")), "{}", shown.body);
    }
    let all = told(&served, &anna).await;
    let entry = ("Anna Nowak".to_owned(), Act::ConflictChanged, consent, String::new());
    assert_eq!(all.iter().filter(|one| **one == entry).count(), 2);
}
