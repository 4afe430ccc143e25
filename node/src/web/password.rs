//! A password of one's own: after the first one, after a reset, or at will.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};

use super::ask::{Answer, Ask, go, page_as};
use super::fault::{Told, status};
use super::frame::Frame;
use super::route::{checked, home, peek};
use crate::account::login;
use crate::session::Session;

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage<'a> {
    f: Frame<'a>,
    csrf: String,
    must: bool,
    told: Option<Told>,
}

fn page(ask: &Ask, session: &Session, refusal: Option<&Refusal>) -> Answer {
    let f = Frame::new(ask, "w-password-title");
    let f = if refusal.is_some() { f.problem() } else { f };
    let told = refusal.map(|refusal| Told::of(refusal, ask.lang()));
    let shown = PasswordPage { f, csrf: session.csrf.clone(), must: session.account.must_change, told };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &shown)
}

/// The page; to the lock or the login where no session is open.
pub(super) async fn form(ask: Ask) -> Answer {
    match peek(&ask) {
        Ok(session) if session.locked => go("/blokada"),
        Ok(session) => page(&ask, &session, None),
        Err(_) => go("/logowanie"),
    }
}

/// Changes it. Typed twice, because nobody sees what they type.
pub(super) async fn change(ask: Ask) -> Answer {
    let session = checked(&ask, peek(&ask)?)?;
    if session.locked {
        return go("/blokada");
    }
    let (old, new, again) = (ask.password("stare"), ask.password("nowe"), ask.password("powtorz"));
    if new != again {
        let refusal = Refusal::new(Reason::FieldInvalid).with("field", ask.texts().say("w-password-again"));
        return page(&ask, &session, Some(&refusal));
    }
    match login::change_password(ask.node(), ask.token(), &old, &new, ask.source()).await {
        Ok(()) => go(home(&session)),
        Err(refusal) => page(&ask, &session, Some(&refusal)),
    }
}
