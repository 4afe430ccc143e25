//! The lock: what is shown while it holds, how it opens, and how typed text gets over it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};

use super::ask::{Answer, Ask, go, page_as, set_cookie};
use super::carried::page_of;
use super::desk::Held;
use super::fault::{Told, status};
use super::frame::Frame;
use super::route::{checked, home, peek};
use crate::account::login;
use crate::session::{COOKIE, Session};

#[derive(Template)]
#[template(path = "lock.html")]
struct LockPage<'a> {
    f: Frame<'a>,
    /// Whose session it is.
    name: String,
    /// The session's form token.
    csrf: String,
    /// Name under which a posted form waits; empty without one.
    held: String,
    told: Option<Told>,
    /// Whether the session is still in use in another window.
    open: bool,
}

fn page(ask: &Ask, session: &Session, held: &str, refusal: Option<&Refusal>) -> Answer {
    let f = Frame::new(ask, "w-lock-title");
    let f = if refusal.is_some() { f.problem() } else { f };
    let shown = LockPage {
        f,
        name: session.account.name.clone(),
        csrf: session.csrf.clone(),
        held: held.to_owned(),
        told: refusal.map(|refusal| Told::of(refusal, ask.lang())),
        open: !session.locked,
    };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &shown)
}

/// The lock page; to the login where no session is left.
pub(super) async fn form(ask: Ask) -> Answer {
    match peek(&ask) {
        Ok(session) => page(&ask, &session, "", None),
        Err(_) => go("/logowanie"),
    }
}

/// The lock page in place of the answer to a form, which waits.
pub(super) fn waiting(ask: &Ask, session: &Session, held: &str) -> Answer {
    page(ask, session, held, None)
}

/// Opens the lock and carries a waiting form on, else returns to the page on which the session was.
pub(super) async fn unlock(ask: Ask) -> Answer {
    let session = match peek(&ask) {
        Ok(session) => checked(&ask, session)?,
        Err(_) => return go("/logowanie"),
    };
    let (held, token) = (ask.fields().get("held").to_owned(), ask.token().to_owned());
    if session.locked
        && let Err(refusal) = login::unlock(ask.node(), &token, &ask.password("haslo"), ask.source()).await
    {
        return page(&ask, &session, &held, Some(&refusal));
    }
    match ask.web().desks.take_held(&token, ask.now_ms(), &held) {
        Some(held) => Ok(carry(&ask, &token, held).await),
        None => go(&ask.web().desks.page(&token, ask.now_ms()).unwrap_or_else(|| home(&session).to_owned())),
    }
}

/// Carries a form on in a session that has just been opened.
async fn carry(ask: &Ask, token: &str, held: Held) -> Response {
    match ask.node().sessions().peek(ask.now_ms(), token) {
        Ok(session) => ask.resume(&session, token, held).await,
        Err(refusal) => super::fault::refused(ask, &refusal),
    }
}

/// Locks at once.
pub(super) async fn lock(ask: Ask) -> Answer {
    checked(&ask, peek(&ask)?)?;
    ask.node().sessions().lock(ask.token());
    go("/blokada")
}

/// Signs out.
pub(super) async fn leave(ask: Ask) -> Answer {
    if let Ok(session) = peek(&ask) {
        checked(&ask, session)?;
        login::logout(ask.node(), ask.token()).await?;
        ask.web().desks.clear(ask.token());
    }
    let mut response = go("/logowanie")?;
    set_cookie(&mut response, COOKIE, "", Some(0));
    Ok(response)
}

/// The worker is still there: says in how many seconds the session locks.
pub(super) async fn present(_: Ask) -> Answer {
    let seconds = limits::SESSION_IDLE_MS / 1000;
    Ok((StatusCode::OK, [("content-type", "text/plain")], seconds.to_string()).into_response())
}

/// Keeps what is typed on a page, so that a lock or a closed window does not take it.
pub(super) async fn draft(ask: Ask) -> Answer {
    let page = page_of(ask.fields().get("strona"), ask.fields());
    let page = page.ok_or_else(|| Refusal::new(Reason::FieldInvalid).with("field", "strona"))?;
    let typed = ask.fields().without(&["csrf", "raz", "widziano", "strona"]);
    ask.web().desks.visit(ask.token(), ask.now_ms(), None);
    ask.web().desks.set_draft(ask.token(), ask.now_ms(), &page, typed);
    Ok(StatusCode::NO_CONTENT.into_response())
}
