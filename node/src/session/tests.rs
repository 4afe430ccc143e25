//! Sessions on a clock that the test moves: when they lock, when they end, and that keys go with them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::sync::Weak;
use std::time::Duration;

use wiez_proto::vocab::WorkerRole;

use super::*;
use crate::account::{AccessRole, State};

fn account(n: u8) -> Account {
    Account {
        id: AccountId::new([n; 16]),
        login: format!("login{n}"),
        name: "Anna Nowak".to_owned(),
        role: AccessRole::Pracownik,
        worker_role: WorkerRole::Pedagog,
        person: 1000 + u32::from(n),
        substitute: None,
        receives: None,
        away: false,
        state: State::Active,
        keys: KeyState::Given,
        factor: None,
        must_change: false,
        added_ms: 0,
        fingerprint: None,
    }
}

fn env() -> Env {
    Env::stepped(1_793_600_000_000, 7)
}

fn minutes(env: &Env, n: u64) {
    env.advance(Duration::from_secs(60 * n));
}

fn opened(env: &Env, sessions: &Sessions, n: u8) -> SessionToken {
    sessions.open(env, account(n), Some(WorkerKeys::generate(env).unwrap()))
}

fn why(result: Result<Session, Refusal>) -> Reason {
    match result {
        Ok(session) => panic!("{session:?}"),
        Err(refusal) => refusal.reason,
    }
}

#[test]
fn a_session_locks_after_ten_idle_minutes_and_its_keys_leave_memory() {
    let (env, sessions) = (env(), Sessions::default());
    let token = opened(&env, &sessions, 1);
    let session = sessions.enter(env.now_ms(), token.text()).unwrap();
    session.reads().unwrap();
    let keys: Weak<WorkerKeys> = Arc::downgrade(session.keys.as_ref().unwrap());
    drop(session);
    for _ in 0..5 {
        minutes(&env, 9);
        assert!(!sessions.enter(env.now_ms(), token.text()).unwrap().locked, "work keeps it open");
    }
    // Looking does not.
    minutes(&env, 9);
    assert!(!sessions.peek(env.now_ms(), token.text()).unwrap().locked);
    assert!(keys.upgrade().is_some());
    minutes(&env, 1);
    sessions.sweep(env.now_ms());
    assert!(keys.upgrade().is_none(), "nobody holds the keys of a locked session");
    assert_eq!(why(sessions.enter(env.now_ms(), token.text())), Reason::SessionLocked);
    let locked = sessions.peek(env.now_ms(), token.text()).unwrap();
    assert_eq!(locked.may(Act::Read).unwrap_err().reason, Reason::SessionLocked);
    assert_eq!(locked.reads().unwrap_err().reason, Reason::SessionLocked);
}

#[test]
fn unlocking_keeps_the_session_and_its_forms() {
    let (env, sessions) = (env(), Sessions::default());
    let token = opened(&env, &sessions, 1);
    let csrf = sessions.enter(env.now_ms(), token.text()).unwrap().csrf;
    sessions.lock(token.text());
    assert_eq!(why(sessions.enter(env.now_ms(), token.text())), Reason::SessionLocked);
    let keys = || Some(WorkerKeys::generate(&env).unwrap());
    let stranger = sessions.unlock(env.now_ms(), token.text(), account(2), keys());
    assert_eq!(stranger.unwrap_err().reason, Reason::SessionEnded, "another account's password opens nothing");
    sessions.unlock(env.now_ms(), token.text(), account(1), keys()).unwrap();
    let session = sessions.enter(env.now_ms(), token.text()).unwrap();
    session.reads().unwrap();
    assert!(session.csrf_matches(&csrf) && !session.csrf_matches("") && !session.csrf_matches(&"0".repeat(64)));
}

#[test]
fn a_session_ends_after_twelve_hours_of_work_or_of_sleep() {
    for step in [5, 60] {
        let (env, sessions) = (env(), Sessions::default());
        let token = opened(&env, &sessions, 1);
        for _ in 0..(12 * 60 / step - 1) {
            minutes(&env, step);
            let _ = sessions.enter(env.now_ms(), token.text());
            sessions.peek(env.now_ms(), token.text()).unwrap();
        }
        minutes(&env, step);
        assert_eq!(why(sessions.peek(env.now_ms(), token.text())), Reason::SessionEnded, "{step}");
        let late = sessions.unlock(env.now_ms(), token.text(), account(1), None);
        assert_eq!(late.unwrap_err().reason, Reason::SessionEnded);
    }
}

#[test]
fn tokens_of_sessions_are_new_each_time_and_only_their_hash_is_kept() {
    let (env, sessions) = (env(), Sessions::default());
    let (one, two) = (opened(&env, &sessions, 1), opened(&env, &sessions, 1));
    assert_eq!(one.text().len(), 64);
    assert_ne!(one.text(), two.text());
    let csrf = |token: &SessionToken| sessions.enter(env.now_ms(), token.text()).unwrap().csrf;
    assert_ne!(csrf(&one), csrf(&two));
    assert_ne!(csrf(&one), one.text());
    assert!(!format!("{sessions:?} {one:?}").contains(one.text()));
    assert_eq!(why(sessions.enter(env.now_ms(), &hex(&[0; 32]))), Reason::SessionEnded);
    sessions.end(one.text());
    assert_eq!(why(sessions.enter(env.now_ms(), one.text())), Reason::SessionEnded);
    sessions.enter(env.now_ms(), two.text()).unwrap();
}

#[test]
fn a_session_with_a_first_password_does_nothing_else() {
    let (env, sessions) = (env(), Sessions::default());
    let first = Account { must_change: true, keys: KeyState::None, ..account(1) };
    let token = sessions.open(&env, first, None);
    assert_eq!(why(sessions.enter(env.now_ms(), token.text())), Reason::PasswordChange);
    assert!(sessions.peek(env.now_ms(), token.text()).unwrap().account.must_change);
}

#[test]
fn what_becomes_of_an_account_reaches_its_sessions() {
    let (env, sessions) = (env(), Sessions::default());
    let (one, other) = (opened(&env, &sessions, 1), opened(&env, &sessions, 2));
    sessions.changed(&Account { keys: KeyState::Waiting, ..account(1) });
    let session = sessions.enter(env.now_ms(), one.text()).unwrap();
    assert_eq!(session.reads().unwrap_err().reason, Reason::AccountKeyless);
    assert!(session.keys.is_none(), "keys that were taken away leave memory");
    let again = opened(&env, &sessions, 1);
    sessions.end_of(&AccountId::new([1; 16]), Some(again.text()));
    assert_eq!(why(sessions.enter(env.now_ms(), one.text())), Reason::SessionEnded);
    sessions.enter(env.now_ms(), again.text()).unwrap().reads().unwrap();
    sessions.enter(env.now_ms(), other.text()).unwrap();
    assert_eq!(sessions.awake(env.now_ms()), 2);
}

#[test]
fn sessions_take_bounded_memory() {
    let (env, sessions) = (env(), Sessions::default());
    let first = sessions.open(&env, account(1), None);
    minutes(&env, 1);
    let other = sessions.open(&env, account(2), None);
    for _ in 0..limits::SESSIONS_PER_ACCOUNT {
        sessions.open(&env, account(1), None);
    }
    assert_eq!(why(sessions.enter(env.now_ms(), first.text())), Reason::SessionEnded);
    sessions.enter(env.now_ms(), other.text()).unwrap();
    assert_eq!(sessions.all().len(), limits::SESSIONS_PER_ACCOUNT + 1);
    for n in 0..=limits::SESSIONS_MAX {
        let [high, low] = u16::try_from(n).unwrap().to_be_bytes();
        let id = AccountId::new([high, low, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
        sessions.open(&env, Account { id, ..account(3) }, None);
    }
    assert_eq!(sessions.all().len(), limits::SESSIONS_MAX);
}

#[test]
fn a_clock_that_went_back_ends_sessions() {
    let (env, sessions) = (env(), Sessions::default());
    let token = opened(&env, &sessions, 1);
    assert_eq!(why(sessions.peek(env.now_ms() - 1, token.text())), Reason::SessionEnded);
}
