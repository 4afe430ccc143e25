//! Whom an account belongs to: the table of workers, and who it is by the time that a session opens.

use super::*;

#[tokio::test]
async fn somebody_whose_account_is_locked_or_reset_while_signing_in_is_not_in() {
    let school = school().await;
    led(&school).await;
    let (anna, _) = employed(&school, "anowak", AccessRole::Pracownik).await;
    let node = &school.node;
    let mut view = node.store().view("test.row").await.unwrap();
    let proved = crate::store::account::get(&mut view, &anna.id).await.unwrap();
    drop(view);
    // The password was right when it was looked at; the account is not the same any more when the session would open.
    lock(node, &ROOT, &anna.id, true).await.unwrap();
    assert_eq!(reason(login::begin(node, &proved, None).await), Reason::AccountClosed);
    lock(node, &ROOT, &anna.id, false).await.unwrap();
    let token = login::begin(node, &proved, None).await.unwrap();
    reset(node, &ROOT, &anna.id).await.unwrap();
    assert_eq!(reason(login::begin(node, &proved, None).await), Reason::LoginFailed);
    assert_eq!(reason(session(&school, &token)), Reason::SessionEnded);
}

#[tokio::test]
async fn the_table_of_workers_changes_nobody_who_has_an_account() {
    let school = school().await;
    led(&school).await;
    let (node, add_person) = (&school.node, |uid, name: &str| {
        let worker = Worker { uid, name: name.to_owned(), role: WorkerRole::Psycholog };
        let node = &school.node;
        async move { crate::people::add(node, &ROOT, &worker).await }
    });
    add_person(1001, "Anna Nowak").await.unwrap();
    add_person(1001, "Anna Nowak-Lis").await.unwrap();
    assert_eq!(reason(add_person(1002, "Anna Nowak-Lis").await), Reason::FieldInvalid, "a name in use");
    assert_eq!(reason(add_person(1002, "Osoba dyrektor").await), Reason::FieldInvalid, "also in an account");
    assert_eq!(reason(add_person(FIRST_PERSON, "Inna").await), Reason::FieldInvalid, "accounts have those numbers");
    assert_eq!(reason(add_person(FIRST_PERSON + 7, "Inna").await), Reason::FieldInvalid);
    let wish = NewAccount { uid: Some(1001), ..new("anowak", AccessRole::Pracownik) };
    let (account, _) = add(node, &ROOT, &wish).await.unwrap();
    assert_eq!(reason(add_person(1001, "Ktoś Inny").await), Reason::LoginTaken);
    assert_eq!(get(node, &account.id).await.unwrap().worker(), account.worker());
    let mut view = node.store().view("test.trail").await.unwrap();
    let told = crate::store::trail::last(&mut view, trail::Act::PersonAdded, "uid 1001 PSYCHOLOG").await.unwrap();
    assert_eq!(told.unwrap().worker, "uid 0");
}

#[tokio::test]
async fn an_account_can_be_of_a_local_user_who_is_a_worker_already() {
    let school = school().await;
    led(&school).await;
    let worker = Worker { uid: 1001, name: "Anna Nowak".to_owned(), role: WorkerRole::Psycholog };
    crate::people::add(&school.node, &ROOT, &worker).await.unwrap();
    let wish = NewAccount { uid: Some(1001), ..new("anowak", AccessRole::Pracownik) };
    let (account, _) = add(&school.node, &ROOT, &wish).await.unwrap();
    assert_eq!((account.person, account.name.as_str()), (1001, worker.name.as_str()));
    assert_eq!(account.worker().role, WorkerRole::Pedagog);
    let twice = NewAccount { uid: Some(1001), ..new("inna", AccessRole::Pracownik) };
    assert_eq!(reason(add(&school.node, &ROOT, &twice).await), Reason::LoginTaken);
    let above = NewAccount { uid: Some(FIRST_PERSON), ..new("inna", AccessRole::Pracownik) };
    assert_eq!(reason(add(&school.node, &ROOT, &above).await), Reason::FieldInvalid);
    for bad in ["", "żaba", "a b", &"x".repeat(41), "a/b"] {
        assert_eq!(reason(add(&school.node, &ROOT, &new(bad, AccessRole::Pracownik)).await), Reason::FieldInvalid);
    }
    assert_eq!(
        list(&school.node).await.unwrap().iter().map(|one| &one.login).collect::<Vec<_>>(),
        ["anowak", "dyrektor"]
    );
}
