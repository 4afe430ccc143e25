//! Accounts from joining to leaving: who may make whom, what a password leads to, and that whoever runs the node never
//! comes to content.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail loudly")]

use std::net::IpAddr;
use std::time::Duration;

use wiez_proto::vocab::InstitutionKind;
use zeroize::Zeroizing;

use super::first::{First, first, offer, recover, recovery_key};
use super::login::{Opened, change_password, factor_sheet, factor_totp, login, logout, second, unlock};
use super::office::{By, FIRST_PERSON, NewAccount, add, by_login, get, leave, list, lock, reset, set_role};
use super::recovery::Share;
use super::*;
use crate::node::tests::Offline;
use crate::session::{Session, SessionToken};
use crate::trail;
use crate::vault::hand;

mod workers;

pub(crate) const ROOT: By = By::Machine(0);
pub(crate) const HERE: Source = Source::Local(1001);
pub(crate) const CHIEF: &str = "zielony parasol w maju";

fn new(login: &str, role: AccessRole) -> NewAccount {
    let worker_role = if role.reads_content() { WorkerRole::Pedagog } else { WorkerRole::AdminIt };
    NewAccount { login: login.to_owned(), name: format!("Osoba {login}"), role, worker_role, uid: None }
}

pub(crate) async fn school() -> Offline {
    Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await
}

async fn paper(school: &Offline) -> Option<Zeroizing<String>> {
    let mut tx = school.node.store().begin("test.offer").await.unwrap();
    let code = offer(&school.env, &mut tx).await.unwrap();
    tx.commit().await.unwrap();
    code
}

/// A school with its first kierownik, and the session.
pub(crate) async fn led(school: &Offline) -> (First, SessionToken) {
    let code = paper(school).await.unwrap();
    let new = NewAccount { worker_role: WorkerRole::Dyrektor, ..new("dyrektor", AccessRole::Pracownik) };
    let made = first(&school.node, &code, &new, &Password::new(CHIEF), HERE).await.unwrap();
    let token = sign_in(school, "dyrektor", CHIEF).await.unwrap();
    (made, token)
}

pub(crate) async fn sign_in(school: &Offline, name: &str, password: &str) -> Result<SessionToken, Refusal> {
    match login(&school.node, name, &Password::new(password), HERE).await? {
        Opened::Session(token) => Ok(token),
        Opened::Factor(ticket) => panic!("{ticket:?}"),
    }
}

pub(crate) fn session(school: &Offline, token: &SessionToken) -> Result<Session, Refusal> {
    school.node.sessions().enter(school.env.now_ms(), token.text())
}

fn by(school: &Offline, token: &SessionToken) -> By {
    By::Worker(Box::new(session(school, token).unwrap().account))
}

/// An account of the administrator's making, signed in with a password of its own.
pub(crate) async fn employed(school: &Offline, name: &str, role: AccessRole) -> (Account, SessionToken) {
    let maker = match role {
        // Only a kierownik makes a data-protection officer.
        AccessRole::Iod => By::Worker(Box::new(by_login(&school.node, "dyrektor").await.unwrap())),
        AccessRole::Pracownik | AccessRole::Koordynator | AccessRole::Kierownik | AccessRole::Administrator => ROOT,
    };
    let (_, first) = add(&school.node, &maker, &new(name, role)).await.unwrap();
    let token = sign_in(school, name, &first).await.unwrap();
    let own = Password::new(&format!("trzy łyżki {}", &hex(name.as_bytes())));
    change_password(&school.node, token.text(), &Password::new(&first), &own, HERE).await.unwrap();
    (by_login(&school.node, name).await.unwrap(), token)
}

/// Whoever is signed in gives keys; nobody can who is no reader.
pub(crate) async fn give(school: &Offline, token: &SessionToken, id: &AccountId) -> Result<Account, Refusal> {
    let fingerprint = get(&school.node, id).await?.fingerprint.unwrap_or_default();
    hand::give(&school.node, &session(school, token)?.reader()?, id, &fingerprint).await
}

pub(crate) fn own(name: &str) -> String {
    format!("trzy łyżki {}", hex(name.as_bytes()))
}

pub(crate) fn reason<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Reason {
    result.unwrap_err().reason
}

#[tokio::test]
async fn the_first_account_is_made_with_the_paper_code_once() {
    let school = school().await;
    let old = paper(&school).await.unwrap();
    let code = paper(&school).await.unwrap();
    assert_ne!(old, code, "joining again prints a new one while nobody used it");
    let pass = Password::new(CHIEF);
    let wish = new("dyrektor", AccessRole::Administrator);
    for wrong in [old.as_str(), "", "BBBBB-BBBBB-BBBBB-BBBBB-BBBBB"] {
        assert_eq!(reason(first(&school.node, wrong, &wish, &pass, HERE).await), Reason::LoginFailed);
    }
    let weak = first(&school.node, &code, &wish, &Password::new("dyrektor-2026"), HERE).await;
    assert_eq!(reason(weak), Reason::PasswordWeak);
    let made = first(&school.node, &code.to_lowercase(), &wish, &pass, HERE).await.unwrap();
    assert_eq!((made.account.role, made.account.keys), (AccessRole::Kierownik, KeyState::Given));
    assert_eq!(made.sheets.iter().map(Share::number).collect::<Vec<_>>(), [1, 2, 3]);
    let again = first(&school.node, &code, &new("drugi", AccessRole::Kierownik), &pass, HERE).await;
    assert_eq!(reason(again), Reason::LoginFailed, "used");
    assert!(paper(&school).await.is_none(), "there is a kierownik");
    let token = sign_in(&school, "Dyrektor ", CHIEF).await.unwrap();
    session(&school, &token).unwrap().may(Act::GiveKeys).unwrap();
    // The recovery key lies nowhere: only its public half is stored.
    let school = school.restarts().await;
    let mut view = school.node.store().view("test.key").await.unwrap();
    let public = recovery_key(&mut view).await.unwrap().unwrap();
    recovery::restore(&made.sheets[2], &made.sheets[0], &public).unwrap();
}

#[tokio::test]
async fn an_account_of_the_administrators_making_reads_nothing_before_a_kierownik_gave_keys() {
    let school = school().await;
    let (_, chief) = led(&school).await;
    let (made, first_password) = add(&school.node, &ROOT, &new("anowak", AccessRole::Pracownik)).await.unwrap();
    assert_eq!((made.keys, made.must_change, made.person), (KeyState::None, true, FIRST_PERSON + 1));
    let token = sign_in(&school, "anowak", &first_password).await.unwrap();
    assert_eq!(reason(session(&school, &token)), Reason::PasswordChange);
    assert_eq!(reason(give(&school, &chief, &made.id).await), Reason::AccountKeyless, "no pair yet");
    let (old, mine) = (Password::new(&first_password), Password::new(&own("anowak")));
    let change = |old, new| change_password(&school.node, token.text(), old, new, HERE);
    assert_eq!(reason(change(&old, &old).await), Reason::PasswordWeak);
    assert_eq!(reason(change(&mine, &mine).await), Reason::PasswordWeak);
    let wrong = Password::new("nie to haslo, inne");
    assert_eq!(reason(change(&wrong, &mine).await), Reason::LoginFailed);
    change(&old, &mine).await.unwrap();
    assert_eq!(session(&school, &token).unwrap().account.keys, KeyState::Waiting);
    assert_eq!(reason(session(&school, &token).unwrap().reads()), Reason::AccountKeyless);
    assert_eq!(reason(give(&school, &token, &made.id).await), Reason::AccountKeyless, "nobody gives keys to oneself");
    give(&school, &chief, &made.id).await.unwrap();
    session(&school, &token).unwrap().reads().unwrap();
    assert_eq!(reason(sign_in(&school, "anowak", &first_password).await), Reason::LoginFailed);
    sign_in(&school, "anowak", &own("anowak")).await.unwrap();
}

#[tokio::test]
async fn the_administrators_account_tries_everything_and_comes_to_no_content() {
    let school = school().await;
    let (_, chief) = led(&school).await;
    let (admin, admin_token) = employed(&school, "admin", AccessRole::Administrator).await;
    let (anna, anna_token) = employed(&school, "anowak", AccessRole::Pracownik).await;
    let (clerk, _) = employed(&school, "kancelaria", AccessRole::Administrator).await;
    let (iod, iod_token) = employed(&school, "iod", AccessRole::Iod).await;
    give(&school, &chief, &anna.id).await.unwrap();
    let node = &school.node;
    for me in [by(&school, &admin_token), ROOT] {
        // Creates: inert, whatever the role.
        let name = if matches!(me, By::Machine(_)) { "drugi" } else { "trzeci" };
        let (puppet, _) = add(node, &me, &new(name, AccessRole::Kierownik)).await.unwrap();
        assert_eq!(reason(office::receive(node, &me, &puppet.id, Some(Receives::Both)).await), Reason::WorkerRole);
        assert_eq!(reason(puppet.may(Act::GiveKeys).map(|()| puppet)), Reason::AccountKeyless);
        // Role change: neither of others nor of oneself, and nobody's substitute.
        let worker = WorkerRole::Pedagog;
        assert_eq!(reason(set_role(node, &me, &admin.id, AccessRole::Pracownik, worker).await), Reason::WorkerRole);
        assert_eq!(reason(set_role(node, &me, &anna.id, AccessRole::Iod, WorkerRole::Iod).await), Reason::WorkerRole);
        assert_eq!(reason(office::substitute(node, &me, &anna.id, Some(admin.id)).await), Reason::WorkerRole);
        // Whoever knows of every case without keys is made, changed and reset by a kierownik.
        assert_eq!(reason(add(node, &me, &new("szpieg", AccessRole::Iod)).await), Reason::WorkerRole);
        assert_eq!(reason(set_role(node, &me, &clerk.id, AccessRole::Iod, WorkerRole::Iod).await), Reason::WorkerRole);
        assert_eq!(reason(reset(node, &me, &iod.id).await), Reason::WorkerRole);
        let out = set_role(node, &me, &iod.id, AccessRole::Administrator, WorkerRole::AdminIt).await;
        assert_eq!(reason(out), Reason::WorkerRole);
        set_role(node, &me, &clerk.id, AccessRole::Administrator, WorkerRole::Kancelaria).await.unwrap();
        // The profession opens reviews and exports: nobody else has it.
        let officer = NewAccount { worker_role: WorkerRole::Iod, ..new("szpieg", AccessRole::Administrator) };
        assert_eq!(reason(add(node, &me, &officer).await), Reason::FieldInvalid);
        let officer = NewAccount { worker_role: WorkerRole::Iod, ..new("szpieg", AccessRole::Kierownik) };
        assert_eq!(reason(add(node, &me, &officer).await), Reason::FieldInvalid);
    }
    // Keys are given by whoever can open something: there is no such permission for an administrator.
    assert_eq!(reason(give(&school, &admin_token, &anna.id).await), Reason::WorkerRole);
    // An account that calls itself kierownik without keys gives none.
    let (puppet, puppet_token) = employed(&school, "kukla", AccessRole::Kierownik).await;
    assert_eq!(reason(session(&school, &puppet_token).unwrap().reads()), Reason::AccountKeyless);
    // Nor does it look with nobody's eyes, at reviews, lists or the trail; only the data-protection officer does.
    let keyless = session(&school, &puppet_token).unwrap();
    assert_eq!(reason(Watcher::of(&keyless)), Reason::AccountKeyless);
    assert_eq!(reason(keyless.may(Act::ReadTrail)), Reason::AccountKeyless);
    assert_eq!(reason(Watcher::of(&session(&school, &admin_token).unwrap())), Reason::WorkerRole);
    assert!(Watcher::of(&session(&school, &iod_token).unwrap()).unwrap().reader().is_none());
    assert!(Watcher::of(&session(&school, &chief).unwrap()).unwrap().reader().is_some());
    assert_eq!(reason(give(&school, &puppet_token, &admin.id).await), Reason::AccountKeyless);
    assert_eq!(reason(give(&school, &puppet_token, &puppet.id).await), Reason::AccountKeyless);
    // Reset: the administrator knows the new password, and it opens nothing.
    let first_password = reset(node, &by(&school, &admin_token), &anna.id).await.unwrap();
    assert_eq!(reason(session(&school, &anna_token)), Reason::SessionEnded);
    let token = sign_in(&school, "anowak", &first_password).await.unwrap();
    let evil = Password::new("cudze konto moim hasłem");
    change_password(node, token.text(), &Password::new(&first_password), &evil, HERE).await.unwrap();
    let taken = session(&school, &token).unwrap();
    assert_eq!((taken.account.keys, reason(taken.reads())), (KeyState::Waiting, Reason::AccountKeyless));
    // A kierownik who has just compared the fingerprint with the real Anna gives nothing to the administrator's key.
    let chiefs = session(&school, &chief).unwrap().reader().unwrap();
    let compared = anna.fingerprint.unwrap();
    assert_eq!(reason(hand::give(node, &chiefs, &anna.id, &compared).await), Reason::AccountChanged);
    assert_eq!(reason(hand::give(node, &chiefs, &anna.id, "").await), Reason::AccountChanged);
    assert_eq!(get(node, &anna.id).await.unwrap().keys, KeyState::Waiting);
    let told = office::last_reset(node, &taken.account).await.unwrap().unwrap();
    assert_eq!(told.worker, "Osoba admin");
    // The old pair is revoked; the chief gives anew, and only then is there anything to read.
    let mut view = node.store().view("test.revoked").await.unwrap();
    assert_eq!(crate::store::account::revoked(&mut view, &anna.id).await.unwrap().len(), 1);
    drop(view);
    give(&school, &chief, &anna.id).await.unwrap();
    session(&school, &token).unwrap().reads().unwrap();
}

#[tokio::test]
async fn nobody_changes_an_account_of_their_own_and_none_beyond_their_role() {
    let school = school().await;
    let (made, chief) = led(&school).await;
    let (anna, anna_token) = employed(&school, "anowak", AccessRole::Pracownik).await;
    let (iod, iod_token) = employed(&school, "iod", AccessRole::Iod).await;
    let node = &school.node;
    give(&school, &chief, &anna.id).await.unwrap();
    for (who, id) in [(by(&school, &anna_token), iod.id), (by(&school, &iod_token), anna.id)] {
        assert_eq!(reason(add(node, &who, &new("x", AccessRole::Pracownik)).await), Reason::WorkerRole);
        assert_eq!(reason(reset(node, &who, &id).await), Reason::WorkerRole);
        assert_eq!(reason(lock(node, &who, &id, true).await), Reason::WorkerRole);
        assert_eq!(reason(leave(node, &who, &id).await), Reason::WorkerRole);
        assert_eq!(reason(office::substitute(node, &who, &id, None).await), Reason::WorkerRole);
        assert_eq!(reason(office::receive(node, &who, &id, None).await), Reason::WorkerRole);
    }
    let me = by(&school, &chief);
    assert_eq!(reason(reset(node, &me, &made.account.id).await), Reason::SecondPerson);
    assert_eq!(reason(leave(node, &me, &made.account.id).await), Reason::SecondPerson);
    let own_role = set_role(node, &me, &made.account.id, AccessRole::Iod, WorkerRole::Iod).await;
    assert_eq!(reason(own_role), Reason::SecondPerson);
    for token in [&anna_token, &iod_token] {
        assert_eq!(reason(give(&school, token, &made.account.id).await), Reason::WorkerRole);
    }
    assert_eq!(reason(give(&school, &chief, &iod.id).await), Reason::WorkerRole, "no keys for a role without content");
    assert_eq!(reason(give(&school, &chief, &made.account.id).await), Reason::SecondPerson);
    // A session that began before its account lost the role does not keep it.
    let (second, second_token) = employed(&school, "zastepca", AccessRole::Kierownik).await;
    give(&school, &chief, &second.id).await.unwrap();
    let stale = session(&school, &second_token).unwrap().reader().unwrap();
    set_role(node, &me, &second.id, AccessRole::Iod, WorkerRole::Iod).await.unwrap();
    assert_eq!(get(node, &second.id).await.unwrap().keys, KeyState::Waiting);
    assert_eq!(reason(hand::give(node, &stale, &anna.id, "").await), Reason::WorkerRole);
    assert_eq!(session(&school, &second_token).unwrap().account.role, AccessRole::Iod);
    set_role(node, &me, &second.id, AccessRole::Kierownik, WorkerRole::Pedagog).await.unwrap();
    assert_eq!(reason(session(&school, &second_token).unwrap().reads()), Reason::AccountKeyless, "given anew or not");
}

#[tokio::test]
async fn an_unknown_login_and_a_wrong_password_of_an_account_look_and_cost_the_same() {
    let school = school().await;
    led(&school).await;
    let clock = Env::system();
    let mut costs = vec![];
    for (name, password) in [("dyrektor", "zielony parasol w maJu"), ("nikt", CHIEF), ("ŻADEN LOGIN", CHIEF)] {
        let began = clock.elapsed();
        let refusal = sign_in(&school, name, password).await.unwrap_err();
        costs.push(clock.elapsed().saturating_sub(began));
        assert_eq!(refusal, Refusal::new(Reason::LoginFailed));
    }
    // A derivation is most of the time of all three; without it an unknown login would take a thousandth.
    assert!(costs.iter().all(|cost| *cost * 5 > costs[0]), "{costs:?}");
}

#[tokio::test]
async fn a_thousand_guesses_at_one_account_at_once_are_five() {
    let school = school().await;
    led(&school).await;
    let from = |n: u32| Source::Address(IpAddr::from([10, 0, 1, u8::try_from(n / 4).unwrap()]));
    let guess = |n: u32| {
        let node = &school.node;
        async move { login(node, "dyrektor", &Password::new(&format!("zgaduję {n}")), from(n)).await }
    };
    let answers = futures_util::future::join_all((0..1000).map(guess)).await;
    let reasons: Vec<Reason> = answers.into_iter().map(|answer| answer.unwrap_err().reason).collect();
    assert_eq!(reasons.iter().filter(|one| **one == Reason::LoginFailed).count(), 5);
    assert_eq!(reasons.iter().filter(|one| **one == Reason::LoginThrottled).count(), 995);
    // The right password waits, too; then it opens.
    let refused = sign_in(&school, "dyrektor", CHIEF).await.unwrap_err();
    assert_eq!((refused.details["at"].as_str(), refused.retry_after_ms), ("09:00:30", Some(30_000)));
    assert!(refused.explain(wiez_proto::vocab::Lang::Pl).todo.contains("o 09:00:30, za 30 s"));
    school.env.advance(Duration::from_secs(30));
    sign_in(&school, "dyrektor", CHIEF).await.unwrap();
    sign_in(&school, "dyrektor", CHIEF).await.unwrap();
}

#[tokio::test]
async fn a_locked_session_opens_with_the_accounts_password_only() {
    let school = school().await;
    let (_, token) = led(&school).await;
    session(&school, &token).unwrap().reads().unwrap();
    school.env.advance(Duration::from_secs(600));
    assert_eq!(reason(session(&school, &token)), Reason::SessionLocked);
    let open = |password| {
        let (node, token) = (&school.node, token.text());
        async move { unlock(node, token, &Password::new(password), HERE).await }
    };
    assert_eq!(reason(open("nie to haslo").await), Reason::LoginFailed);
    open(CHIEF).await.unwrap();
    session(&school, &token).unwrap().reads().unwrap();
    for n in 1..=6 {
        school.node.sessions().lock(token.text());
        let expected = if n <= 5 { Reason::LoginFailed } else { Reason::LoginThrottled };
        assert_eq!(reason(open("nie to haslo").await), expected, "{n}");
    }
    logout(&school.node, token.text()).await.unwrap();
    assert_eq!(reason(logout(&school.node, token.text()).await), Reason::SessionEnded);
    assert_eq!(reason(open(CHIEF).await), Reason::SessionEnded);
}

#[tokio::test]
async fn an_account_with_a_printed_sheet_signs_in_with_one_code_each_time() {
    let school = school().await;
    let (_, token) = led(&school).await;
    let node = &school.node;
    let wrong = factor_sheet(node, token.text(), &Password::new("nie to haslo"), HERE).await;
    assert_eq!(reason(wrong), Reason::LoginFailed);
    let codes = factor_sheet(node, token.text(), &Password::new(CHIEF), HERE).await.unwrap();
    let ask = async || match login(node, "dyrektor", &Password::new(CHIEF), HERE).await.unwrap() {
        Opened::Factor(ticket) => ticket,
        Opened::Session(_) => panic!("no second factor was asked for"),
    };
    let ticket = ask().await;
    assert_eq!(
        reason(
            session(&school, &token)
                .map(drop)
                .and_then(|()| { node.sessions().enter(school.env.now_ms(), ticket.text()) })
        ),
        Reason::SessionEnded,
        "a ticket is no session"
    );
    assert_eq!(reason(second(node, ticket.text(), "BBBB-BBBB", HERE).await), Reason::LoginFailed);
    let entered = second(node, ticket.text(), &codes[3], HERE).await.unwrap();
    session(&school, &entered).unwrap().reads().unwrap();
    assert_eq!(reason(second(node, ticket.text(), &codes[4], HERE).await), Reason::LoginFailed, "the ticket is used");
    assert_eq!(
        reason(second(node, ask().await.text(), &codes[3], HERE).await),
        Reason::LoginFailed,
        "the code is used"
    );
    // A ticket is over after five minutes; a locked session opens without a code.
    let late = ask().await;
    school.env.advance(Duration::from_secs(300));
    assert_eq!(reason(second(node, late.text(), &codes[5], HERE).await), Reason::LoginFailed);
    node.sessions().lock(entered.text());
    unlock(node, entered.text(), &Password::new(CHIEF), HERE).await.unwrap();
    // Sheets survive a restart, sessions do not.
    let school = school.restarts().await;
    assert_eq!(reason(session(&school, &entered)), Reason::SessionEnded);
    let Opened::Factor(ticket) = login(&school.node, "dyrektor", &Password::new(CHIEF), HERE).await.unwrap() else {
        panic!("no second factor was asked for");
    };
    second(&school.node, ticket.text(), &codes[0], HERE).await.unwrap();
}

#[tokio::test]
async fn codes_of_an_accounts_program_cannot_be_guessed_through_many_tickets() {
    let school = school().await;
    let (_, token) = led(&school).await;
    let node = &school.node;
    let offered = Factor::totp(&school.env);
    let shown = |school: &Offline| factor::tests::shown(&offered, school.env.now_ms());
    let pass = Password::new(CHIEF);
    assert_eq!(reason(factor_totp(node, token.text(), &pass, &offered, "000000", HERE).await), Reason::LoginFailed);
    factor_totp(node, token.text(), &pass, &offered, &shown(&school), HERE).await.unwrap();
    let mut guesses = 0;
    for n in 0..100_u8 {
        let from = Source::Address(IpAddr::from([10, 0, 2, n]));
        let Ok(Opened::Factor(ticket)) = login(node, "dyrektor", &pass, from).await else { continue };
        for code in ["000000", "111111", "222222"] {
            guesses += u32::from(reason(second(node, ticket.text(), code, from).await) == Reason::LoginFailed);
        }
    }
    assert!(guesses <= 5, "{guesses}");
    school.env.advance(Duration::from_secs(60));
    let Opened::Factor(ticket) = login(node, "dyrektor", &pass, HERE).await.unwrap() else {
        panic!("no second factor was asked for");
    };
    // The same account waits again before its next try.
    school.env.advance(Duration::from_secs(60));
    second(node, ticket.text(), &shown(&school), HERE).await.unwrap();
}

#[tokio::test]
async fn who_leaves_has_no_account_any_more_and_the_last_one_is_replaced_with_the_sheets() {
    let school = school().await;
    let (made, chief) = led(&school).await;
    let (anna, anna_token) = employed(&school, "anowak", AccessRole::Pracownik).await;
    let (jan, _) = employed(&school, "jkos", AccessRole::Pracownik).await;
    let (admin, _) = employed(&school, "admin", AccessRole::Administrator).await;
    let (node, me) = (&school.node, by(&school, &chief));
    let name = |whom: Option<AccountId>| office::substitute(node, &me, &anna.id, whom);
    assert_eq!(reason(name(Some(anna.id)).await), Reason::FieldInvalid);
    assert_eq!(reason(name(Some(admin.id)).await), Reason::WorkerRole);
    assert_eq!(reason(name(Some(jan.id)).await), Reason::AccountKeyless, "a substitute has keys");
    give(&school, &chief, &jan.id).await.unwrap();
    give(&school, &chief, &anna.id).await.unwrap();
    assert_eq!(name(Some(jan.id)).await.unwrap().substitute, Some(jan.id));
    // A coordinator names neither themselves nor anybody for cases of somebody's safety; a kierownik does both.
    let (koord, koord_token) = employed(&school, "koord", AccessRole::Koordynator).await;
    give(&school, &chief, &koord.id).await.unwrap();
    let theirs = by(&school, &koord_token);
    let oneself = office::substitute(node, &theirs, &anna.id, Some(koord.id)).await;
    assert_eq!(reason(oneself), Reason::WorkerRole);
    office::receive(node, &me, &anna.id, Some(Receives::Both)).await.unwrap();
    for whom in [Some(jan.id), None] {
        assert_eq!(reason(office::substitute(node, &theirs, &anna.id, whom).await), Reason::WorkerRole);
    }
    office::receive(node, &me, &anna.id, Some(Receives::Ordinary)).await.unwrap();
    office::substitute(node, &theirs, &anna.id, Some(jan.id)).await.unwrap();
    name(Some(made.account.id)).await.unwrap();
    name(Some(jan.id)).await.unwrap();
    office::substitute(node, &me, &jan.id, Some(anna.id)).await.unwrap();
    let left = leave(node, &me, &anna.id).await.unwrap();
    assert_eq!((left.successor, left.account.state, left.account.keys), (Some(jan.id), State::Left, KeyState::None));
    assert_eq!(get(node, &jan.id).await.unwrap().substitute, None);
    assert_eq!(reason(session(&school, &anna_token)), Reason::SessionEnded);
    assert_eq!(reason(sign_in(&school, "anowak", &own("anowak")).await), Reason::AccountClosed);
    assert_eq!(reason(sign_in(&school, "anowak", "nie to haslo").await), Reason::LoginFailed);
    assert_eq!(reason(reset(node, &me, &anna.id).await), Reason::AccountClosed, "it does not come back");
    assert_eq!(reason(add(node, &me, &new("anowak", AccessRole::Pracownik)).await), Reason::LoginTaken);
    // Everybody who could give keys is gone.
    leave(node, &ROOT, &jan.id).await.unwrap();
    leave(node, &ROOT, &made.account.id).await.unwrap();
    let (heir, heir_token) = employed(&school, "nowa", AccessRole::Pracownik).await;
    let [one, two, three] = made.sheets.map(|sheet| Share::read(&sheet.lines().join("\n")).unwrap());
    assert_eq!(reason(recover(node, &ROOT, &heir.id, &one, &one).await), Reason::RecoverySheet);
    assert_eq!(reason(recover(node, &ROOT, &anna.id, &one, &two).await), Reason::AccountClosed);
    assert_eq!(recover(node, &ROOT, &heir.id, &three, &one).await.unwrap().role, AccessRole::Kierownik);
    let session = session(&school, &heir_token).unwrap();
    session.reads().unwrap();
    session.may(Act::GiveKeys).unwrap();
}

#[tokio::test]
async fn the_trail_names_who_did_what_to_which_account_and_no_secret_is_in_the_database() {
    let school = school().await;
    let (made, chief) = led(&school).await;
    let (anna, _) = employed(&school, "anowak", AccessRole::Pracownik).await;
    give(&school, &chief, &anna.id).await.unwrap();
    let codes = factor_sheet(&school.node, chief.text(), &Password::new(CHIEF), HERE).await.unwrap();
    lock(&school.node, &ROOT, &anna.id, true).await.unwrap();
    assert_eq!(reason(sign_in(&school, "anowak", &own("anowak")).await), Reason::AccountClosed);
    lock(&school.node, &ROOT, &anna.id, false).await.unwrap();
    let mut view = school.node.store().view("test.trail").await.unwrap();
    let told: Vec<String> = trail::page(&mut view, None, None, 100)
        .await
        .unwrap()
        .iter()
        .rev()
        .map(|entry| format!("{} {} {}", entry.person, entry.act.code(), entry.about))
        .collect();
    let (first, second) = (made.account.person, anna.person);
    assert_eq!(
        told,
        [
            format!("{first} ACCOUNT_ADDED dyrektor KIEROWNIK"),
            format!("{first} SHEETS_MADE dyrektor"),
            format!("{first} SIGNED_IN dyrektor"),
            "0 ACCOUNT_ADDED anowak PRACOWNIK".to_owned(),
            format!("{second} SIGNED_IN anowak"),
            format!("{second} PASSWORD_CHANGED anowak"),
            format!("{first} KEYS_GIVEN anowak"),
            format!("{first} FACTOR_CHANGED dyrektor"),
            "0 ACCOUNT_LOCKED anowak".to_owned(),
            "0 ACCOUNT_UNLOCKED anowak".to_owned(),
        ]
    );
    trail::verify(&mut view, None).await.unwrap();
    drop(view);
    school.node.store().truncate_wal().await.unwrap();
    let bytes = std::fs::read(school.node.data_dir().join("node.db")).unwrap();
    let sheet_words = made.sheets[0].lines().concat();
    let secrets = [CHIEF, &own("anowak"), chief.text(), &codes[0], &codes[0].replace('-', ""), &sheet_words];
    for secret in secrets {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{}", secret.len());
    }
}
