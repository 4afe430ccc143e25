//! The beginning and the last resort: the first kierownik by the paper code, and recovery with two sheets.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::WorkerRole;
use zeroize::Zeroizing;

use super::ask::{Answer, Ask, go, page, page_as};
use super::fault::{Told, status};
use super::fields::Fields;
use super::frame::Frame;
use super::people::{by, me, named, professions};
use super::route::home;
use super::words::{Choice, choices, date};
use crate::account::first;
use crate::account::office::{self, NewAccount};
use crate::account::recovery::Share;
use crate::account::secret::same;
use crate::account::{AccessRole, Act, KeyState, State};

/// How long the sheets are shown again to the browser that sent the form twice, milliseconds.
const AGAIN_MS: i64 = 10 * 60 * 1000;

/// A recovery sheet as it is printed.
#[derive(Clone)]
struct Sheet {
    number: u8,
    set: String,
    lines: Zeroizing<Vec<String>>,
}

impl From<&Share> for Sheet {
    fn from(share: &Share) -> Self {
        Self { number: share.number(), set: share.set_name(), lines: share.lines() }
    }
}

/// The sheets of a form that was just sent. A second click of the same form gets the same sheets: the first answer never
/// reaches the screen then, and nothing makes them again.
pub(super) struct Printed {
    once: String,
    code: Zeroizing<String>,
    at_ms: i64,
    sheets: Vec<Sheet>,
}

impl Printed {
    /// Whether they are shown no more and leave memory.
    pub(super) const fn is_over(&self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.at_ms) >= AGAIN_MS
    }
}

#[derive(Template)]
#[template(path = "first.html")]
struct FirstPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    name: String,
    login: String,
    once: String,
    professions: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "sheets.html")]
struct SheetsPage<'a> {
    f: Frame<'a>,
    made: String,
    sheets: Vec<Sheet>,
}

async fn has_kierownik(ask: &Ask) -> Result<bool, Refusal> {
    let mut view = ask.node().store().view("web.first").await?;
    Ok(first::recovery_key(&mut view).await?.is_some())
}

/// The first page of all: of whoever is signed in, the first kierownik's where there is none yet, else the login.
pub(super) async fn start(ask: Ask) -> Answer {
    match ask.session() {
        Some(session) => go(home(session)),
        None if has_kierownik(&ask).await? => go("/logowanie"),
        None => go("/pierwszy"),
    }
}

fn asked(ask: &Ask, typed: &Fields, refusal: Option<Refusal>) -> Answer {
    let f = Frame::new(ask, "w-first-title");
    let refusal = refusal.map(|refusal| named(ask.texts(), refusal));
    let status = refusal.as_ref().map_or(StatusCode::OK, |refusal| status(refusal.reason));
    let told = refusal.map(|refusal| Told::of(&refusal, ask.lang()));
    let profession = Some(typed.get("zawod")).filter(|code| !code.is_empty());
    page_as(
        status,
        &FirstPage {
            f: if told.is_some() { f.problem() } else { f },
            told,
            name: typed.get("osoba").to_owned(),
            login: typed.get("nowy-login").to_owned(),
            once: ask.once(),
            professions: professions(ask.lang(), profession.unwrap_or(WorkerRole::Kierownik.code())),
        },
    )
}

/// The form of the first kierownik; to the login once there is one.
pub(super) async fn form(ask: Ask) -> Answer {
    if has_kierownik(&ask).await? { go("/logowanie") } else { asked(&ask, &Fields::default(), None) }
}

/// Makes the first kierownik and shows the recovery sheets, once.
pub(super) async fn make(ask: Ask) -> Answer {
    let typed = ask.fields();
    let (once, code) = (typed.get("raz"), typed.get("kod"));
    let mut printed = ask.web().printed.lock().await;
    let mine = |one: &Printed| {
        !one.is_over(ask.now_ms())
            && !once.is_empty()
            && same(one.once.as_bytes(), once.as_bytes())
            && same(one.code.as_bytes(), code.as_bytes())
    };
    if let Some(again) = printed.as_ref().filter(|one| mine(one)) {
        return sheets(&ask, again.sheets.clone());
    }
    *printed = None;
    match made(&ask, typed, code).await {
        Ok(all) => {
            let (once, code) = (once.to_owned(), Zeroizing::new(code.to_owned()));
            *printed = Some(Printed { once, code, at_ms: ask.now_ms(), sheets: all.clone() });
            sheets(&ask, all)
        }
        Err(refusal) => asked(&ask, typed, Some(refusal)),
    }
}

async fn made(ask: &Ask, typed: &Fields, code: &str) -> Result<Vec<Sheet>, Refusal> {
    let (password, again) = (ask.password("nowe"), ask.password("powtorz"));
    if password != again {
        return Err(Refusal::new(Reason::FieldInvalid).with("field", ask.texts().say("w-password-again")));
    }
    let new = NewAccount {
        login: typed.get("nowy-login").to_owned(),
        name: typed.get("osoba").to_owned(),
        role: AccessRole::Kierownik,
        worker_role: typed.code("zawod").map_err(|refusal| refusal.with("field", "worker_role"))?,
        uid: None,
    };
    if !new.worker_role.reads_content() {
        return Err(Refusal::new(Reason::FieldInvalid).with("field", "worker_role"));
    }
    let made = first::first(ask.node(), code, &new, &password, ask.source()).await?;
    Ok(made.sheets.iter().map(Sheet::from).collect())
}

fn sheets(ask: &Ask, sheets: Vec<Sheet>) -> Answer {
    page(&SheetsPage { f: Frame::new(ask, "w-sheets-title"), made: date(ask.now_ms()), sheets })
}

#[derive(Template)]
#[template(path = "recover.html")]
struct RecoverPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    accounts: Vec<Choice>,
    one: String,
    other: String,
}

async fn offered(ask: &Ask, refusal: Option<Refusal>) -> Answer {
    let me = me(ask)?;
    me.may(Act::AddAccount)?;
    let typed = ask.fields();
    let all = office::list(ask.node()).await?;
    let able = all.iter().filter(|one| one.id != me.id && one.state == State::Active && one.keys != KeyState::None);
    let f = Frame::new(ask, "w-recover-title").under("/ludzie");
    let refusal = refusal.map(|refusal| named(ask.texts(), refusal));
    let status = refusal.as_ref().map_or(StatusCode::OK, |refusal| status(refusal.reason));
    let told = refusal.map(|refusal| Told::of(&refusal, ask.lang()));
    page_as(
        status,
        &RecoverPage {
            f: if told.is_some() { f.problem() } else { f },
            told,
            accounts: choices(
                able.map(|one| (one.login.as_str(), format!("{} ({})", one.name, one.login))),
                typed.get("konto"),
            ),
            one: typed.get("arkusz-1").to_owned(),
            other: typed.get("arkusz-2").to_owned(),
        },
    )
}

/// The form for two recovery sheets.
pub(super) async fn recovery(ask: Ask) -> Answer {
    offered(&ask, None).await
}

/// Makes an account a kierownik with keys to everything.
pub(super) async fn recover(ask: Ask) -> Answer {
    match recovered(&ask).await {
        Ok(()) => go("/ludzie?zrobione=odzyskano"),
        Err(refusal) => offered(&ask, Some(refusal)).await,
    }
}

async fn recovered(ask: &Ask) -> Result<(), Refusal> {
    let by = by(ask)?;
    let typed = ask.fields();
    let read = |name: &str| {
        let typed = Zeroizing::new(typed.get(name).to_owned());
        Share::read(&typed).map_err(|refusal| refusal.with("sheet", name.trim_start_matches("arkusz-")))
    };
    let account = office::by_login(ask.node(), typed.get("konto")).await?;
    let (one, other) = (read("arkusz-1")?, read("arkusz-2")?);
    first::recover(ask.node(), &by, &account.id, &one, &other).await.map(drop)
}
