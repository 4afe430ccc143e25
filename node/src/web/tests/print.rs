//! What goes on paper: one case, what the person may be given, and that cases that stand apart stay apart.

use super::referred::{sends, stands};
use super::{HOSTILE, Served};

#[tokio::test]
async fn a_case_prints_as_one_document_with_its_numbers() {
    let served = Served::new().await;
    let (number, apart) = (stands(&served, 1, None).await, served.police_asks().await);
    let mut anna = served.signed_in().await;
    let case = format!("/sprawy/{number}");
    sends(&mut anna, &case, &format!("{case}/przyjmij"), &[]).await;
    let print = anna.get(&format!("{case}/druk")).await;
    assert_eq!(print.status, 200);
    for part in
        [number.as_str(), "SP3/1", "Wydrukowano 02.11.2026", "Anna Nowak", "class=\"kartki\"", "Instytucja sp3-nad"]
    {
        assert!(print.body.contains(part), "{part}: {}", print.body);
    }
    assert!(!print.body.contains(&apart) && !print.body.contains("SPRAWA OSOBNA"));
    assert!(
        !print.body.contains("dziś") && !print.body.contains("jutro"),
        "paper is read on other days: {}",
        print.body
    );
    let print = anna.get(&format!("/sprawy/{apart}/druk")).await;
    assert!(print.body.contains("SPRAWA OSOBNA") && !print.body.contains(&number), "{}", print.body);
    assert!(!print.body.contains("<script>alert") && print.body.contains("&#60;script&#62;alert"), "{}", print.body);
    assert!(print.body.contains("kod potwierdzenia "), "{}", print.body);
    assert_eq!(anna.get("/sprawy/W-000000/druk").await.status, 404);
}

#[tokio::test]
async fn the_print_for_the_person_never_tells_of_what_stands_apart() {
    let served = Served::new().await;
    let number = stands(&served, 2, None).await;
    let mut anna = served.signed_in().await;
    let case = anna.get(&format!("/sprawy/{number}")).await;
    assert!(case.body.contains("/osoba/druk?numer=sp3-nad%3ASP3%2F2"), "{}", case.body);
    let before = anna.get("/osoba/druk?numer=sp3-nad%3ASP3%2F2").await;
    assert!(before.status == 200 && before.body.contains(&number), "{}", before.body);
    assert!(before.body.contains("może nie być pełny") && before.body.contains("SP3/2"), "{}", before.body);
    let apart = served.police_asks().await;
    let shown = anna.get(&format!("/sprawy/{apart}")).await;
    assert!(!shown.body.contains("/osoba/druk"), "no way leads from it to what the person is given");
    let whole = form_urlencoded::byte_serialize(format!("kpp-nad:{HOSTILE}").as_bytes()).collect::<String>();
    let print = anna.get(&format!("/osoba/druk?numer={whole}")).await;
    assert!(print.status == 200 && !print.body.contains(&apart), "{}", print.body);
    let plain = |body: &str| {
        let parts: Vec<&str> = body.split("name=\"raz\" value=\"").collect();
        parts.first().copied().unwrap_or_default().len() + body.matches("<article>").count()
    };
    let after = anna.get("/osoba/druk?numer=sp3-nad%3ASP3%2F2").await;
    assert_eq!(plain(&before.body), plain(&after.body));
    assert_eq!(before.body, after.body, "byte for byte the same");
    assert!(anna.get("/osoba").await.body.contains("name=\"numer\""));
}
