//! The page of a case: its path, whose turn it is, two workers on it, what can be taken back, and where it can go on.

use std::time::Duration;

use wiez_proto::limits;

use super::referred::{sends, stands};
use super::{Served, hidden};

fn fields<'a>(csrf: &'a str, once: &'a str, seen: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("csrf", csrf), ("raz", once), ("widziano", seen)].into_iter().chain(more.to_vec()).collect()
}

#[tokio::test]
async fn a_case_says_where_it_is_and_what_comes() {
    let served = Served::new().await;
    let number = stands(&served, 1, None).await;
    let mut anna = served.signed_in().await;
    let page = anna.get(&format!("/sprawy/{number}")).await;
    assert_eq!(page.body.matches("aria-current=\"step\"").count(), 1, "{}", page.body);
    assert!(page.body.contains("W tym węźle; nikt tu jeszcze jej nie otworzył."), "{}", page.body);
    assert!(page.body.contains("SP3/1") && page.body.contains("Nr sprawy"));
    let order = ["Przyjmij", "Gdzie jest sprawa", "Oś czasu"].map(|text| page.body.find(text).unwrap());
    assert!(order.is_sorted(), "actions, place, history: {order:?}");
    sends(&mut anna, &format!("/sprawy/{number}"), &format!("/sprawy/{number}/przyjmij"), &[]).await;
    let page = anna.get(&format!("/sprawy/{number}")).await;
    for part in ["cofnij-przyjecie", "/przekaz\"", "co=zakoncz", "/druk\"", "class=\"byl\""] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("co=odrzuc"), "what was accepted is not declined");
    let finish = anna.get(&format!("/sprawy/{number}/odpowiedz?co=zakoncz")).await;
    assert!(finish.body.contains("<select id=\"wynik\" name=\"wynik\" required autofocus>"), "{}", finish.body);
}

#[tokio::test]
async fn the_slower_of_two_workers_learns_who_was_faster_and_keeps_what_was_typed() {
    let served = Served::new().await;
    let number = stands(&served, 2, None).await;
    let (mut anna, mut twin) = (served.signed_in().await, served.signed_in().await);
    let (case, answers) = (format!("/sprawy/{number}"), format!("/sprawy/{number}/odpowiedz"));
    let stale = anna.get(&answers).await;
    let accepted = sends(&mut twin, &case, &format!("{case}/przyjmij"), &[]).await;
    assert_eq!(accepted.status, 303, "{}", accepted.body);
    // A question could not be asked after that; the state alone would say so, but not who did it.
    let path = format!("{case}/pytanie");
    let value = |name: &str| hidden(&stale, &path, name);
    let (csrf, once, seen) = (value("csrf"), value("raz"), value("widziano"));
    let typed = fields(&csrf, &once, &seen, &[("pytanie", "Czy jest orzeczenie?")]);
    let late = anna.post(&path, &typed).await;
    assert_eq!(late.status, 409);
    for part in ["WZ-SPR-001", "Anna Nowak: decyzja", "Pokaż aktualny stan", "Czy jest orzeczenie?", "readonly"] {
        assert!(late.body.contains(part), "{part}: {}", late.body);
    }
    assert!(late.body.contains(&format!("href=\"{answers}?jezyk=uk\"")), "the language link leads to a page");
    assert!(anna.get(&format!("{answers}?jezyk=pl")).await.body.contains("<textarea"), "and the page is there");
    // Closing is possible in both states: still nothing is done unseen, and what was typed stays in its field.
    let path = format!("{case}/zakoncz");
    let typed = fields(&csrf, &once, &seen, &[("wynik", "O_ACHIEVED"), ("podsumowanie", "Udało się.")]);
    let late = anna.post(&path, &typed).await;
    assert!(late.status == 409 && late.body.contains("WZ-SPR-001"), "{}", late.body);
    assert!(late.body.contains(">Udało się.</textarea>"), "{}", late.body);
    let again = hidden(&late, &path, "widziano");
    assert_ne!(again, seen, "the page shown now has seen it");
}

#[tokio::test]
async fn an_acceptance_can_be_taken_back_for_a_day() {
    let served = Served::new().await;
    let number = stands(&served, 3, None).await;
    let case = format!("/sprawy/{number}");
    let mut anna = served.signed_in().await;
    sends(&mut anna, &case, &format!("{case}/przyjmij"), &[]).await;
    let page = anna.get(&case).await;
    let path = format!("{case}/cofnij-przyjecie");
    let (once, day) = (hidden(&page, &path, "raz"), u64::try_from(limits::UNDO_ACCEPT_MS).unwrap());
    served.here.env.advance(Duration::from_millis(day + 1));
    let mut anna = served.signed_in().await;
    let page = anna.get(&case).await;
    assert!(!page.body.contains("cofnij-przyjecie"), "{}", page.body);
    let csrf = hidden(&page, "/zablokuj", "csrf");
    let late = anna.post(&path, &[("csrf", &csrf), ("raz", &once)]).await;
    assert!(late.status == 409 && late.body.contains("WZ-SPR-002"), "{}", late.body);
}

#[tokio::test]
async fn a_case_goes_on_also_after_it_was_accepted_and_nothing_typed_is_lost_on_a_refusal() {
    let served = Served::new().await;
    let number = stands(&served, 4, None).await;
    let case = format!("/sprawy/{number}");
    let mut anna = served.signed_in().await;
    sends(&mut anna, &case, &format!("{case}/przyjmij"), &[]).await;
    let form = anna.get(&format!("{case}/przekaz")).await;
    assert!(form.body.contains("name=\"do\" required autofocus") && form.body.contains("kpp-nad"), "{}", form.body);
    assert!(form.body.contains(&format!("formaction=\"{case}/zaproponuj\"")), "{}", form.body);
    // Without the referral's content there is nothing to forward; the page says so and keeps the choice.
    let shown = hidden(&form, &format!("{case}/przekaz"), "pokazano");
    let refused = sends(
        &mut anna,
        &format!("{case}/przekaz"),
        &format!("{case}/przekaz"),
        &[("do", "kpp-nad"), ("powod", "R_OTHER_AREA"), ("cel", "Inny rejon"), ("pokazano", &shown)],
    )
    .await;
    assert!(refused.status >= 400 && refused.body.contains("value=\"kpp-nad\" selected"), "{}", refused.body);
    assert!(
        refused.body.contains(">Inny rejon</textarea>") && refused.body.contains("value=\"R_OTHER_AREA\" selected")
    );
    let kept = anna.get(&format!("{case}/przekaz?jezyk=en")).await;
    assert!(kept.body.contains(">Inny rejon</textarea>"), "another language, the same text: {}", kept.body);
}
