//! Whom a message is about: only a whole name or number says it, each person has her own consent, and what was not shown is
//! not sent.

use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Category, Purpose, ReferralStatus, ServiceCode, Urgency};

use super::client::{Client, Reply};
use super::hidden;
use super::new::{CHECK, GOAL, SEND, consents, office, press, reader, sent};
use super::referred::{sends, stands};
use crate::casework::{self, act};
use crate::consent;

/// The form of a referral to the school, typed and checked.
async fn checked(client: &mut Client, person: &str, more: &[(&str, &str)]) -> Reply {
    let form = client.get("/nowe").await;
    let typed = [("osoba", person), ("do", "sp3-nad"), ("opis", GOAL), ("podstawa", ""), ("dane-ID_NAME", "")];
    let names: Vec<&str> = more.iter().map(|(name, _)| *name).collect();
    let kept = typed.into_iter().filter(|(name, _)| !names.contains(name));
    let all: Vec<(&str, &str)> = kept.chain(more.iter().copied()).collect();
    press(client, &form, CHECK, CHECK, &all).await
}

fn refers(name: &str, consent: Option<&str>) -> act::Order {
    let to = act::Addressed {
        to: "sp3-nad".parse().unwrap(),
        subject_ref: "OPS/2026/114".to_owned(),
        consent: consent.map(str::to_owned),
        purpose: Purpose::Service,
        urgency: Urgency::U3Normal,
    };
    let body = wiez_proto::payload::Referral {
        service: ServiceCode::ZajeciaWyrownawcze,
        goal: GOAL.to_owned(),
        urgency: Urgency::U3Normal,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    };
    let name = wiez_proto::payload::Section { category: Category::IdName, label: String::new(), text: name.to_owned() };
    act::Order::Refer(to, vec![name], body)
}

#[tokio::test]
async fn a_new_child_of_a_known_family_never_goes_as_its_mother_nor_under_her_consent() {
    let (served, mut anna) = office().await;
    let hers = consents(&served, &anna, "OPS/2026/114", "Ewa Kos", &[Category::IdName]).await;
    let asked = checked(&mut anna, "Jan Kos", &[]).await;
    assert!(asked.body.contains("w tej instytucji dla: Jan Kos"), "{}", asked.body);
    // Also from a window of before, in which the number and the sending were one page.
    for path in [CHECK, SEND] {
        let shown = press(&mut anna, &asked, CHECK, path, &[("numer-nowy", "OPS/2026/114")]).await;
        assert!(shown.header("location").is_none() && shown.body.contains("OPS/2026/114 · Jan Kos"), "{}", shown.body);
        assert!(shown.body.contains("WZ-ZGO-001") && !shown.body.contains(&hers), "{}", shown.body);
        assert!(!shown.body.contains("id=\"wyslij\""), "{}", shown.body);
    }
    // The number typed, and another name in the message itself: it is about whom the message names.
    let named = checked(&mut anna, "OPS/2026/114", &[("dane-ID_NAME", "Jan Kos")]).await;
    assert!(named.body.contains("OPS/2026/114 · Jan Kos") && named.body.contains("WZ-ZGO-001"), "{}", named.body);
    assert!(sent(&served, &anna, false).await.is_empty());
    // The command line finds a consent by the number, and by the name too.
    let (node, reader) = (&served.here.node, reader(&served, &anna));
    let judged = refers("Jan Kos", None).judge(node, &reader).await.unwrap();
    assert_eq!(judged.refusal.map(|refusal| refusal.reason), Some(Reason::ConsentMissing));
    assert_eq!(refers("Kos Ewa, ur. 1990", None).judge(node, &reader).await.unwrap().refusal, None);
    let none = refers("Ewa Kos", Some("")).judge(node, &reader).await.unwrap();
    assert_eq!(none.refusal.map(|refusal| refusal.reason), Some(Reason::ConsentMissing), "none is none");
    served.stop();
}

#[tokio::test]
async fn each_of_a_family_goes_under_her_own_consent_and_the_number_alone_asks_who() {
    let (served, mut anna) = office().await;
    let hers = consents(&served, &anna, "OPS/7", "Ewa Kos", &[Category::IdName]).await;
    let his = consents(&served, &anna, "OPS/7", "Jan Kos", &[Category::IdName]).await;
    let both = checked(&mut anna, "OPS/7", &[]).await;
    assert!(both.body.contains("Która osoba?") && !both.body.contains("id=\"wyslij\""), "{}", both.body);
    let ewa = press(&mut anna, &both, CHECK, CHECK, &[("numer", "OPS/7\tOPS/7\tEwa Kos")]).await;
    assert!(ewa.body.contains("OPS/7 · Ewa Kos") && ewa.body.contains("· Ewa Kos <button"), "{}", ewa.body);
    assert!(ewa.body.contains(&hers) && !ewa.body.contains(&his) && ewa.body.contains("id=\"wyslij\""), "{}", ewa.body);
    let everything = consent::Scope::default();
    consent::withdraw(&served.here.node, &reader(&served, &anna), &his, &everything).await.unwrap();
    let jan = checked(&mut anna, "jan kos", &[]).await;
    assert!(jan.body.contains("WZ-ZGO-004") && !jan.body.contains(&hers), "his ended, hers is not his: {}", jan.body);
    served.stop();
}

#[tokio::test]
async fn a_part_of_a_name_or_number_is_a_question_and_a_new_number_is_new() {
    let (served, mut anna) = office().await;
    let hers = consents(&served, &anna, "OPS/2026/124", "Joanna Nowacka", &[Category::IdName]).await;
    let number = checked(&mut anna, "OPS/2026/12", &[]).await;
    assert!(number.body.contains("<dd>OPS/2026/12 <button"), "{}", number.body);
    assert!(!number.body.contains("Joanna") && !number.body.contains(&hers), "{}", number.body);
    for part in ["Anna Nowa", "nowacka"] {
        let which = checked(&mut anna, part, &[]).await;
        assert!(which.body.contains("Która osoba?") && which.body.contains("Żadna z nich"), "{part}: {}", which.body);
        assert!(!which.body.contains(&hers) && !which.body.contains("id=\"wyslij\""), "{part}: {}", which.body);
        let nobody = press(&mut anna, &which, CHECK, CHECK, &[("numer-nowy", "OPS/2026/200")]).await;
        assert!(nobody.body.contains(&format!("OPS/2026/200 · {part}")), "{}", nobody.body);
        assert!(!nobody.body.contains(&hers), "{}", nobody.body);
    }
    let whole = checked(&mut anna, "nowacka joanna", &[]).await;
    assert!(whole.body.contains("OPS/2026/124 · Joanna Nowacka") && whole.body.contains(&hers), "{}", whole.body);
    served.stop();
}

#[tokio::test]
async fn who_got_a_name_after_the_review_is_shown_once_more_and_then_sent() {
    let (served, mut anna) = office().await;
    consents(&served, &anna, "OPS/9", "", &[Category::IdName]).await;
    let check = checked(&mut anna, "OPS/9", &[]).await;
    assert!(check.body.contains("id=\"wyslij\"") && check.body.contains("<dd>OPS/9 <button"), "{}", check.body);
    let second = consents(&served, &anna, "OPS/9", "Ewa Lis", &[Category::IdName]).await;
    let reader = reader(&served, &anna);
    consent::withdraw(&served.here.node, &reader, &second, &consent::Scope::default()).await.unwrap();
    let again = press(&mut anna, &check, SEND, SEND, &[]).await;
    assert!(again.header("location").is_none() && again.body.contains("Sprawdź jeszcze raz"), "{}", again.body);
    assert!(again.body.contains("OPS/9 · Ewa Lis") && sent(&served, &anna, false).await.is_empty(), "{}", again.body);
    let done = press(&mut anna, &again, SEND, SEND, &[]).await;
    assert!(done.header("location").is_some(), "{}", done.body);
    served.stop();
}

#[tokio::test]
async fn several_consents_are_chosen_from_and_the_chosen_one_is_shown() {
    let (served, mut anna) = office().await;
    let narrow = consents(&served, &anna, "OPS/3", "Jan Kos", &[Category::IdName]).await;
    let wide = consents(&served, &anna, "OPS/3", "Jan Kos", &[Category::IdName, Category::Age]).await;
    let which = checked(&mut anna, "Jan Kos", &[("dane-AGE", "12 lat")]).await;
    assert!(which.status == 200 && which.body.contains("Która zgoda?"), "{}", which.body);
    assert!(which.body.contains(&narrow) && which.body.contains(&wide) && !which.body.contains("id=\"wyslij\""));
    let chosen = press(&mut anna, &which, CHECK, CHECK, &[("podstawa", &wide)]).await;
    assert!(chosen.body.contains(&wide) && !chosen.body.contains(&narrow), "{}", chosen.body);
    assert!(press(&mut anna, &chosen, SEND, SEND, &[]).await.header("location").is_some());
    let case = sent(&served, &anna, false).await.remove(0).number;
    let mut view = served.here.node.store().view("test.record").await.unwrap();
    let row = crate::store::casework::get(&mut view, &case).await.unwrap().unwrap();
    assert_eq!(row.file.record, Some(wide));
    served.stop();
}

#[tokio::test]
async fn a_new_consent_carries_what_waited_for_it() {
    let (served, mut anna) = office().await;
    let old = consents(&served, &anna, "OPS/3", "Jan Kos", &[Category::IdName]).await;
    let narrow = checked(&mut anna, "Jan Kos", &[("dane-AGE", "12 lat")]).await;
    let wider = press(&mut anna, &narrow, CHECK, "/nowe/zgoda", &[("kategorie", "AGE")]).await;
    assert!(wider.header("location").unwrap().contains("powrot=nowe"), "{}", wider.body);
    let new = consents(&served, &anna, "OPS/3", "Jan Kos", &[Category::IdName, Category::Age]).await;
    let page = anna.get(&format!("/zgody/{new}?zrobione=podpisano&powrot=nowe")).await;
    assert!(page.body.contains(&format!("href=\"/nowe?podpisana={new}\"")), "{}", page.body);
    let form = anna.get(&format!("/nowe?podpisana={new}")).await;
    assert!(form.body.contains(&format!("value=\"{new}\" checked")) && form.body.contains("12 lat"), "{}", form.body);
    assert!(!form.body.contains(&format!("value=\"{old}\" checked")), "{}", form.body);
    // The wish for a new consent is fulfilled with it, and leads there no more.
    let wish = checked(&mut anna, "Jan Kos", &[("podstawa", "nowa-zgoda")]).await;
    assert!(wish.header("location").unwrap().starts_with("/zgody/nowa?"));
    let back = anna.get("/nowe").await;
    assert!(!back.body.contains("value=\"nowa-zgoda\" checked") && back.body.contains(GOAL), "{}", back.body);
    served.stop();
}

#[tokio::test]
async fn what_took_the_place_of_a_held_case_went_once_and_under_the_consent_that_was_signed_for_it() {
    let (served, mut anna) = office().await;
    let (node, reader) = (&served.here.node, reader(&served, &anna));
    // The number is the family's, and what the brother signed is his.
    consents(&served, &anna, "OPS/2026/114", "Jan Kos", &[Category::IdName]).await;
    let held = refers("Ewa Kos", None).send(node, &reader, None).await.unwrap_err();
    assert_eq!(held.reason, Reason::ConsentMissing, "{held}");
    let (number, nothing) = (held.details["case"].clone(), act::Without::default());
    let signed = consents(&served, &anna, "OPS/2026/114", "Ewa Kos", &[Category::IdName]).await;
    let foreign = consents(&served, &anna, "OPS/1", "Iwo Głóg", &[Category::IdName]).await;
    let page = format!("/sprawy/{number}");
    let other = anna.get(&format!("{page}?podpisana={foreign}")).await;
    assert!(!other.body.contains("Wyślij pod zgodą"), "of somebody else: {}", other.body);
    let wrong = act::resend(node, &reader, &number, &nothing, Some(foreign)).await.unwrap_err();
    assert_eq!(wrong.reason, Reason::NotFound, "{wrong}");
    let shown = anna.get(&format!("{page}?podpisana={signed}")).await;
    assert!(shown.body.contains(&format!("Wyślij pod zgodą {signed}")), "{}", shown.body);
    assert!(!shown.body.contains("Wyślij ponownie to samo"), "{}", shown.body);
    let (form, two) = (format!("{page}/wyslij-bez"), anna.get(&page).await);
    let done = press(&mut anna, &shown, &form, &form, &[("zgoda", &signed)]).await;
    assert!(done.header("location").unwrap().ends_with("?zrobione=wyslano"), "{} {}", done.status, done.body);
    // A window that still shows the held one sends nothing any more, and neither does the command line.
    let late = press(&mut anna, &two, &form, &form, &[("bez", "")]).await;
    assert_eq!((late.status, late.header("location")), (409, None), "{}", late.body);
    let late = act::resend(node, &reader, &number, &nothing, None).await.unwrap_err();
    assert_eq!(late.reason, Reason::CaseState, "{late}");
    let late = refers("Ewa Kos", None).send(node, &reader, Some(number.clone())).await.unwrap_err();
    assert_eq!(late.reason, Reason::CaseState, "nor does a form that was to take its place: {late}");
    assert!(!anna.get(&page).await.body.contains("wyslij-bez"));
    let lines = casework::list(node, &reader, &[casework::CaseKind::Referral], false).await.unwrap();
    let old = lines.iter().find(|line| line.number == number).unwrap();
    assert_eq!((lines.len(), old.status), (2, ReferralStatus::CancelledBySender));
    served.stop();
}

#[tokio::test]
async fn the_number_of_a_sender_is_no_own_number_and_chooses_no_consent() {
    let (served, mut anna) = office().await;
    // Here the school's number is that of another family.
    let other = consents(&served, &anna, "SP3/4", "Ewa Obca", &[Category::IdName]).await;
    let arrived = stands(&served, 4, None).await;
    let known = checked(&mut anna, "SP3/4", &[]).await;
    assert!(known.body.contains("SP3/4 · Ewa Obca"), "{}", known.body);
    let new = anna.get(&format!("/nowe?osoba={arrived}")).await;
    assert!(!new.body.contains("value=\"SP3/4\""), "{}", new.body);
    let page = format!("/sprawy/{arrived}/przekaz");
    let form = anna.get(&page).await;
    let own = format!("name=\"numer\" type=\"text\" value=\"{arrived}\"");
    assert!(form.body.contains(&own) && !form.body.contains(&other), "{}", form.body);
    // Another number is looked at with what is known under it before anything goes.
    let shown = hidden(&form, &page, "pokazano");
    let typed = [("do", "kpp-nad"), ("cel", "x"), ("powod", "R_OTHER_AREA"), ("numer", "OPS/1"), ("pokazano", &shown)];
    let again = sends(&mut anna, &page, &page, &typed).await;
    assert!(again.status == 200 && again.body.contains("Sprawdź jeszcze raz"), "{} {}", again.status, again.body);
    assert!(again.body.contains("type=\"text\" value=\"OPS/1\""), "{}", again.body);
    served.stop();
}
