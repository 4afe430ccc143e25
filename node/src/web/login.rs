//! Signing in: name and password, then the second factor on a page of its own.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};

use super::ask::{Answer, Ask, go, page_as, set_cookie};
use super::carried::Carried;
use super::fault::{Told, status};
use super::frame::Frame;
use super::route::home;
use crate::account::login::{self, Opened};
use crate::session::{COOKIE, SessionToken};

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    f: Frame<'a>,
    login: String,
    carried: Option<Carried>,
    told: Option<Told>,
}

#[derive(Template)]
#[template(path = "second.html")]
struct SecondPage<'a> {
    f: Frame<'a>,
    ticket: String,
    carried: Option<Carried>,
    told: Option<Told>,
}

fn page(ask: &Ask, carried: Option<Carried>, refusal: Option<&Refusal>) -> Answer {
    let f = Frame::new(ask, "w-login-title");
    let f = if refusal.is_some() { f.problem() } else { f };
    let login = ask.fields().get("login").to_owned();
    let told = refusal.map(|refusal| Told::of(refusal, ask.lang()));
    let code = refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason));
    page_as(code, &LoginPage { f, login, carried, told })
}

fn second_page(ask: &Ask, ticket: &str, carried: Option<Carried>, refusal: Option<&Refusal>) -> Answer {
    let f = Frame::new(ask, "w-second-title");
    let f = if refusal.is_some() { f.problem() } else { f };
    let told = refusal.map(|refusal| Told::of(refusal, ask.lang()));
    let code = refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason));
    page_as(code, &SecondPage { f, ticket: ticket.to_owned(), carried, told })
}

/// The login page.
pub(super) async fn form(ask: Ask) -> Answer {
    match ask.session() {
        Some(session) => go(home(session)),
        None => page(&ask, None, None),
    }
}

/// The login page in place of the answer to a form of a session that ended; it carries what was typed.
pub(super) fn waiting(ask: &Ask) -> Answer {
    let ended = Refusal::new(Reason::SessionEnded);
    let f = Frame::new(ask, "w-login-title").problem();
    let told = Some(Told::of(&ended, ask.lang()));
    let (login, carried) = (ask.whose().to_owned(), Carried::of_form(ask));
    page_as(StatusCode::UNAUTHORIZED, &LoginPage { f, login, carried, told })
}

/// Checks name and password.
pub(super) async fn enter(ask: Ask) -> Answer {
    let carried = Carried::of_login(&ask);
    match login::login(ask.node(), ask.fields().get("login"), &ask.password("haslo"), ask.source()).await {
        Ok(Opened::Session(token)) => opened(&ask, &token, carried),
        Ok(Opened::Factor(ticket)) => second_page(&ask, ticket.text(), carried, None),
        Err(refusal) => page(&ask, carried, Some(&refusal)),
    }
}

/// Checks the second factor.
pub(super) async fn second(ask: Ask) -> Answer {
    let (ticket, carried) = (ask.fields().get("bilet").to_owned(), Carried::of_login(&ask));
    match login::second(ask.node(), &ticket, ask.fields().get("kod"), ask.source()).await {
        Ok(token) => opened(&ask, &token, carried),
        Err(refusal) if refusal.reason == Reason::SessionEnded => page(&ask, carried, Some(&refusal)),
        Err(refusal) => second_page(&ask, &ticket, carried, Some(&refusal)),
    }
}

/// Begins the session in this browser. One that was there before ends: nobody keeps a session that another sign-in
/// replaced. What the login page carried for this person is a draft on its page again.
fn opened(ask: &Ask, token: &SessionToken, carried: Option<Carried>) -> Answer {
    let session = ask.node().sessions().peek(ask.now_ms(), token.text())?;
    if !ask.token().is_empty() {
        ask.node().sessions().end(ask.token());
        ask.web().desks.clear(ask.token());
    }
    ask.web().desks.visit(token.text(), ask.now_ms(), None);
    let page = carried.and_then(|carried| carried.give(ask, token.text(), &session.account.login));
    let mut response = go(page.as_deref().unwrap_or_else(|| home(&session)))?;
    set_cookie(&mut response, COOKIE, token.text(), None);
    Ok(response)
}
