//! Who sees a case: admitting and excluding workers, and giving it from one to another.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};

use super::ask::{Answer, Ask, go, page_as};
use super::fault::{Told, status};
use super::frame::Frame;
use super::people::named;
use super::words::{Choice, choices, moment};
use crate::account::{Account, AccountId, Act, Reader, office};
use crate::vault::hand::{self, Why};

/// What somebody did a moment ago; each has its sentence.
const DONE: &[&str] = &["wylaczono", "dopuszczono", "oddano"];

/// Somebody in one of the lists.
struct One {
    login: String,
    name: String,
    role: String,
    /// Whether it is whoever asks.
    me: bool,
    /// Of somebody excluded: by whom, when and why.
    why: String,
}

impl One {
    fn of(ask: &Ask, me: &AccountId, account: &Account) -> Self {
        Self {
            login: account.login.clone(),
            name: account.name.clone(),
            role: account.role.label(ask.lang()).to_owned(),
            me: account.id == *me,
            why: String::new(),
        }
    }
}

#[derive(Template)]
#[template(path = "access.html")]
struct AccessPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    done: Option<String>,
    number: String,
    hidden: bool,
    excludes: bool,
    sees: Vec<One>,
    keeps: Vec<One>,
    excluded: Vec<One>,
    others: Vec<Choice>,
    reasons: Vec<Choice>,
}

/// Who asks, when the role allows it; whose it does not, there is no such page.
fn reader(ask: &Ask, act: Act) -> Result<Reader, Refusal> {
    let session = ask.session().ok_or_else(|| Refusal::new(Reason::SessionEnded))?;
    session.may(act)?;
    session.reader()
}

fn excludes(ask: &Ask) -> bool {
    ask.session().is_some_and(|session| session.may(Act::Exclude).is_ok())
}

async fn shown(ask: &Ask, refusal: Option<Refusal>) -> Answer {
    let (t, reader, number) = (ask.texts(), reader(ask, Act::Assign)?, ask.param("number").to_ascii_uppercase());
    let circle = hand::circle(ask.node(), &reader, &number).await?;
    let refusal = refusal.map(|refusal| named(t, refusal));
    let status = refusal.as_ref().map_or(StatusCode::OK, |refusal| status(refusal.reason));
    let told = refusal.map(|refusal| Told::of(&refusal, ask.lang()));
    let title = t.fill("w-access-title", &[("number", &number)]);
    let f = Frame::new(ask, "w-nav-inbox").titled(title).under("/skrzynka");
    let done = DONE.iter().find(|code| **code == ask.query().get("zrobione"));
    let list = |accounts: &[Account]| accounts.iter().map(|one| One::of(ask, reader.account(), one)).collect();
    let excluded = circle.excluded.iter().map(|(account, out)| {
        let why = out.reason.parse::<Why>().map_or_else(|_| out.reason.clone(), |why| why.label(ask.lang()).to_owned());
        One {
            why: format!("{} – {why}", moment(t, ask.now_ms(), out.at_ms)),
            ..One::of(ask, reader.account(), account)
        }
    });
    let others = circle.others.iter().map(|one| (one.login.as_str(), format!("{} ({})", one.name, one.login)));
    page_as(
        status,
        &AccessPage {
            f: if told.is_some() { f.problem() } else { f },
            done: done.filter(|_| told.is_none()).map(|code| t.say(&format!("w-done-{code}"))),
            told,
            number,
            hidden: circle.hidden,
            excludes: excludes(ask),
            sees: list(&circle.sees),
            keeps: list(&circle.keeps),
            excluded: excluded.collect(),
            others: choices(others, ask.fields().get("osoba")),
            reasons: choices(
                Why::ALL.iter().map(|why| (why.code(), why.label(ask.lang()).to_owned())),
                ask.fields().get("powod"),
            ),
        },
    )
}

/// The page.
pub(super) async fn show(ask: Ask) -> Answer {
    shown(&ask, None).await
}

async fn settled(ask: &Ask, result: Result<(), Refusal>, done: &str) -> Answer {
    match result {
        Ok(()) => go(&format!("/sprawy/{}/dostep?zrobione={done}", ask.param("number"))),
        // A case that is not there for this worker has no page either.
        Err(refusal) if refusal.details.get("what").is_some_and(|what| what == "case") => Err(refusal),
        Err(refusal) => shown(ask, Some(refusal)).await,
    }
}

/// The account that a field names by its login.
async fn account(ask: &Ask, name: &'static str) -> Result<AccountId, Refusal> {
    let login = ask.fields().get(name);
    let bad = |reason| Refusal::new(reason).with("field", ask.texts().say("w-access-who"));
    if login.is_empty() {
        return Err(bad(Reason::FieldMissing));
    }
    let found = office::by_login(ask.node(), login).await;
    found.map(|account| account.id).map_err(|_| bad(Reason::FieldInvalid))
}

/// Excludes a worker, for a reason of the list.
pub(super) async fn exclude(ask: Ask) -> Answer {
    let result = async {
        let reader = reader(&ask, Act::Exclude)?;
        let id = account(&ask, "osoba").await?;
        let why: Why = ask.fields().code("powod").map_err(|refusal| refusal.with("field", "reason"))?;
        hand::exclude(ask.node(), &reader, ask.param("number"), &id, why).await
    };
    let result = result.await;
    settled(&ask, result, "wylaczono").await
}

/// Lets a worker see the case.
pub(super) async fn admit(ask: Ask) -> Answer {
    let result = async {
        let reader = reader(&ask, Act::Assign)?;
        let id = account(&ask, "osoba").await?;
        hand::admit(ask.node(), &reader, ask.param("number"), &id).await
    };
    let result = result.await;
    settled(&ask, result, "dopuszczono").await
}

/// Gives the case from one worker to another.
pub(super) async fn transfer(ask: Ask) -> Answer {
    let result = async {
        let reader = reader(&ask, Act::Assign)?;
        let (from, to) = (account(&ask, "od").await?, account(&ask, "osoba").await?);
        hand::transfer(ask.node(), &reader, ask.param("number"), &from, &to).await
    };
    let result = result.await;
    // Who gave it away from themselves has no such page any more.
    let gone = match (&result, reader(&ask, Act::Assign)) {
        (Ok(()), Ok(reader)) => hand::circle(ask.node(), &reader, ask.param("number")).await.is_err(),
        (_, _) => false,
    };
    if gone { go("/skrzynka?zrobione=oddano") } else { settled(&ask, result, "oddano").await }
}
