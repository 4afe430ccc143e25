//! People: who has an account here, and adding one.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Lang, WorkerRole};

use super::ask::{Answer, Ask, go, page, page_as};
use super::fault::{Told, status};
use super::fields::Fields;
use super::frame::Frame;
use super::words::{Choice, choices, code, folded, holds};
use crate::account::office::{self, By, NewAccount};
use crate::account::{AccessRole, Account, Act, KeyState, Receives, State};
use crate::text::Texts;

/// Rows of one page.
const ROWS: usize = 20;

/// One person in the list.
struct Row {
    login: String,
    name: String,
    role: String,
    state: String,
    /// Class of the state's mark; the word says the same.
    mark: &'static str,
    keys: String,
    substitute: String,
    receives: String,
}

impl Row {
    fn of(t: &Texts, account: &Account, all: &[Account]) -> Self {
        let substitute = account.substitute.and_then(|id| all.iter().find(|one| one.id == id));
        let alone = account.receives.is_some() && substitute.is_none();
        Self {
            login: account.login.clone(),
            name: account.name.clone(),
            role: account.role.label(t.lang()).to_owned(),
            state: state(t, account),
            mark: mark(account),
            keys: if account.role.reads_content() { keys(t, account) } else { t.say("w-people-no-content") },
            substitute: match substitute {
                Some(one) => one.name.clone(),
                None if alone => t.say("w-people-no-substitute"),
                None => String::new(),
            },
            receives: receives(t, account.receives),
        }
    }

    fn text(&self) -> String {
        folded(&format!("{} {} {} {} {} {}", self.login, self.name, self.role, self.state, self.keys, self.substitute))
    }
}

/// What may be done with an account at this moment, in a word.
pub(super) fn state(t: &Texts, account: &Account) -> String {
    if account.away && account.state == State::Active {
        t.say("w-people-away")
    } else {
        t.say(&format!("account-{}", code(&account.state)))
    }
}

fn mark(account: &Account) -> &'static str {
    match account.state {
        State::Active if account.away => "warn",
        State::Active => "good",
        State::Locked => "bad",
        State::Left => "",
    }
}

/// How far the keys of an account are, in words.
pub(super) fn keys(t: &Texts, account: &Account) -> String {
    t.say(&format!("keys-{}", code(&account.keys)))
}

/// Which new cases come to somebody, in words.
pub(super) fn receives(t: &Texts, receives: Option<Receives>) -> String {
    t.say(match receives {
        None => "w-people-receives-none",
        Some(Receives::Ordinary) => "w-people-receives-ordinary",
        Some(Receives::Safety) => "w-people-receives-safety",
        Some(Receives::Both) => "w-people-receives-both",
    })
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage<'a> {
    f: Frame<'a>,
    done: Option<String>,
    login: String,
    adds: bool,
    reads_trail: bool,
    verifies_trail: bool,
    wanted: String,
    counted: String,
    waiting: String,
    rows: Vec<Row>,
    shown: String,
    before: Option<usize>,
    after: Option<usize>,
}

/// Who is signed in, as whoever changes accounts.
///
/// # Errors
/// `SESSION_ENDED`.
pub(super) fn me(ask: &Ask) -> Result<&Account, Refusal> {
    Ok(&ask.session().ok_or_else(|| Refusal::new(Reason::SessionEnded))?.account)
}

/// As [`me`], for the functions of `office`.
///
/// # Errors
/// `SESSION_ENDED`.
pub(super) fn by(ask: &Ask) -> Result<By, Refusal> {
    Ok(By::Worker(Box::new(me(ask)?.clone())))
}

/// The list, searched without marks on letters.
pub(super) async fn list(ask: Ask) -> Answer {
    let (t, me) = (ask.texts(), me(&ask)?);
    let all = office::list(ask.node()).await?;
    let wanted = ask.query().get("szukaj").to_owned();
    let mut rows: Vec<Row> = all.iter().map(|account| Row::of(t, account, &all)).collect();
    rows.retain(|row| holds(&row.text(), &wanted));
    rows.sort_by_key(|row| folded(&row.name));
    let waits = |one: &&Account| one.role.reads_content() && one.keys == KeyState::Waiting && one.state != State::Left;
    let waiting = all.iter().filter(waits).count();
    let pages = rows.len().div_ceil(ROWS).max(1);
    let at = ask.query().get("strona").parse::<usize>().unwrap_or(1).clamp(1, pages);
    page(&PeoplePage {
        done: (ask.query().get("zrobione") == "odzyskano").then(|| t.say("w-done-odzyskano")),
        f: Frame::new(&ask, "w-people-title"),
        login: me.login.clone(),
        adds: me.may(Act::AddAccount).is_ok(),
        reads_trail: me.may(Act::ReadTrail).is_ok(),
        verifies_trail: me.may(Act::VerifyTrail).is_ok(),
        counted: t.count("w-people-count", all.len()),
        waiting: if waiting == 0 { String::new() } else { t.count("w-people-waiting", waiting) },
        wanted,
        rows: rows.into_iter().skip((at - 1) * ROWS).take(ROWS).collect(),
        shown: t.fill("w-page-of", &[("page", &at.to_string()), ("pages", &pages.to_string())]),
        before: (at > 1).then(|| at - 1),
        after: (at < pages).then_some(at + 1),
    })
}

/// Access roles to choose from.
pub(super) fn roles(lang: Lang, typed: &str, only: impl Fn(AccessRole) -> bool) -> Vec<Choice> {
    let all = AccessRole::ALL.iter().copied().filter(|role| only(*role));
    choices(all.map(|role| (role.code(), role.label(lang).to_owned())), typed)
}

/// What people do at an institution, to choose from.
pub(super) fn professions(lang: Lang, typed: &str) -> Vec<Choice> {
    choices(WorkerRole::ALL.iter().map(|role| (role.code(), role.label(lang).to_owned())), typed)
}

/// A refusal that names its field as the form does.
pub(super) fn named(t: &Texts, refusal: Refusal) -> Refusal {
    let key = match refusal.details.get("field").map(String::as_str) {
        Some("login") => "w-login",
        Some("name") => "w-people-name",
        Some("role") => "w-people-role",
        Some("worker_role") => "w-people-profession",
        Some("substitute") => "w-people-substitute",
        Some("receives") => "w-people-receives",
        Some("reason") => "w-access-reason",
        Some(_) | None => return refusal,
    };
    refusal.with("field", t.say(key))
}

#[derive(Template)]
#[template(path = "newcomer.html")]
struct NewcomerPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    login: String,
    name: String,
    roles: Vec<Choice>,
    professions: Vec<Choice>,
}

fn newcomer(ask: &Ask, typed: &Fields, refusal: Option<Refusal>) -> Answer {
    let (t, chief) = (ask.texts(), me(ask)?.may(Act::GiveKeys).is_ok());
    let f = Frame::new(ask, "w-people-add").under("/ludzie");
    let refusal = refusal.map(|refusal| named(t, refusal));
    let status = refusal.as_ref().map_or(StatusCode::OK, |refusal| status(refusal.reason));
    let told = refusal.map(|refusal| Told::of(&refusal, ask.lang()));
    page_as(
        status,
        &NewcomerPage {
            f: if told.is_some() { f.problem() } else { f },
            told,
            login: typed.get("nowy-login").to_owned(),
            name: typed.get("osoba").to_owned(),
            roles: roles(ask.lang(), typed.get("rola"), |role| role != AccessRole::Iod || chief),
            professions: professions(ask.lang(), typed.get("zawod")),
        },
    )
}

/// The form of a new account.
pub(super) async fn form(ask: Ask) -> Answer {
    me(&ask)?.may(Act::AddAccount)?;
    newcomer(&ask, &Fields::default(), None)
}

/// Makes the account; its first password is shown once on the next page.
pub(super) async fn add(ask: Ask) -> Answer {
    let by = by(&ask)?;
    let typed = ask.fields();
    let new = || -> Result<NewAccount, Refusal> {
        Ok(NewAccount {
            login: typed.get("nowy-login").to_owned(),
            name: typed.get("osoba").to_owned(),
            role: typed.code("rola").map_err(|refusal| refusal.with("field", "role"))?,
            worker_role: typed.code("zawod").map_err(|refusal| refusal.with("field", "worker_role"))?,
            uid: None,
        })
    };
    let made = match new() {
        Ok(new) => office::add(ask.node(), &by, &new).await,
        Err(refusal) => Err(refusal),
    };
    match made {
        Ok((account, first)) => once(&ask, &account.login, &first),
        Err(refusal) => newcomer(&ask, typed, Some(refusal)),
    }
}

/// The account in the address.
///
/// # Errors
/// `NOT_FOUND` (what `account`).
pub(super) async fn person(ask: &Ask) -> Result<Account, Refusal> {
    let found = office::by_login(ask.node(), ask.param("login")).await;
    found.map_err(|refusal| {
        let typed = refusal.reason == Reason::FieldInvalid;
        if typed { Refusal::new(Reason::NotFound).with("what", "account") } else { refusal }
    })
}

fn password_path(login: &str) -> String {
    format!("/ludzie/{login}/pierwsze-haslo")
}

/// Leads to the page that shows a first password once.
pub(super) fn once(ask: &Ask, login: &str, first: &str) -> Answer {
    let path = password_path(login);
    ask.web().desks.set_draft(ask.token(), ask.now_ms(), &path, Fields::default().with("haslo", first));
    go(&path)
}

#[derive(Template)]
#[template(path = "firstpassword.html")]
struct FirstPasswordPage<'a> {
    f: Frame<'a>,
    login: String,
    password: String,
}

/// Shows a first password once; asked for again, it leads to the account.
pub(super) async fn first_password(ask: Ask) -> Answer {
    let account = person(&ask).await?;
    let kept = ask.draft();
    ask.forget(&password_path(&account.login));
    if kept.get("haslo").is_empty() {
        return go(&format!("/ludzie/{}", account.login));
    }
    let f = Frame::new(&ask, "w-people-first-password").under("/ludzie");
    page(&FirstPasswordPage { f, login: account.login, password: kept.get("haslo").to_owned() })
}
