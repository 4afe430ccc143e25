//! Signing in: name and password, then the second factor on a page of its own.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};

use super::ask::{Answer, Ask, go, page_as, set_cookie};
use super::fault::{Told, status};
use super::frame::Frame;
use super::lock::carry;
use super::route::home;
use crate::account::login::{self, Opened};
use crate::session::{COOKIE, SessionToken};

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    f: Frame<'a>,
    login: String,
    held: String,
    told: Option<Told>,
}

#[derive(Template)]
#[template(path = "second.html")]
struct SecondPage<'a> {
    f: Frame<'a>,
    ticket: String,
    held: String,
    told: Option<Told>,
}

fn page(ask: &Ask, held: &str, refusal: Option<&Refusal>) -> Answer {
    let f = Frame::new(ask, "w-login-title");
    let f = if refusal.is_some() { f.problem() } else { f };
    let login = ask.fields().get("login").to_owned();
    let told = refusal.map(|refusal| Told::of(refusal, ask.lang()));
    let code = refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason));
    page_as(code, &LoginPage { f, login, held: held.to_owned(), told })
}

fn second_page(ask: &Ask, ticket: &str, held: &str, refusal: Option<&Refusal>) -> Answer {
    let f = Frame::new(ask, "w-second-title");
    let f = if refusal.is_some() { f.problem() } else { f };
    let told = refusal.map(|refusal| Told::of(refusal, ask.lang()));
    let code = refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason));
    page_as(code, &SecondPage { f, ticket: ticket.to_owned(), held: held.to_owned(), told })
}

/// The login page.
pub(super) async fn form(ask: Ask) -> Answer {
    match ask.session() {
        Some(session) => go(home(session)),
        None => page(&ask, "", None),
    }
}

/// The login page in place of the answer to a form of a session that ended; the form waits.
pub(super) fn waiting(ask: &Ask, held: &str) -> Answer {
    let ended = Refusal::new(Reason::SessionEnded);
    let f = Frame::new(ask, "w-login-title").problem();
    let told = Some(Told::of(&ended, ask.lang()));
    page_as(StatusCode::UNAUTHORIZED, &LoginPage { f, login: String::new(), held: held.to_owned(), told })
}

/// Checks name and password.
pub(super) async fn enter(ask: Ask) -> Answer {
    let held = ask.fields().get("held").to_owned();
    match login::login(ask.node(), ask.fields().get("login"), &ask.password("haslo"), ask.source()).await {
        Ok(Opened::Session(token)) => opened(&ask, &token, &held).await,
        Ok(Opened::Factor(ticket)) => second_page(&ask, ticket.text(), &held, None),
        Err(refusal) => page(&ask, &held, Some(&refusal)),
    }
}

/// Checks the second factor.
pub(super) async fn second(ask: Ask) -> Answer {
    let (ticket, held) = (ask.fields().get("bilet").to_owned(), ask.fields().get("held").to_owned());
    match login::second(ask.node(), &ticket, ask.fields().get("kod"), ask.source()).await {
        Ok(token) => opened(&ask, &token, &held).await,
        Err(refusal) if refusal.reason == Reason::SessionEnded => page(&ask, &held, Some(&refusal)),
        Err(refusal) => second_page(&ask, &ticket, &held, Some(&refusal)),
    }
}

/// Begins the session in this browser. One that was there before ends: nobody keeps a session that another sign-in
/// replaced. The text that waited for this person goes on.
async fn opened(ask: &Ask, token: &SessionToken, held: &str) -> Answer {
    let session = ask.node().sessions().peek(ask.now_ms(), token.text())?;
    let waiting = ask.web().desks.take_held(session.account.id, held);
    if !ask.token().is_empty() {
        ask.node().sessions().end(ask.token());
        ask.web().desks.clear(ask.token());
    }
    ask.web().desks.visit(token.text(), ask.now_ms(), session.account.id, None);
    let mut response = match waiting {
        Some(held) => carry(ask, token.text(), held).await,
        None => go(home(&session))?,
    };
    set_cookie(&mut response, COOKIE, token.text(), None);
    Ok(response)
}
