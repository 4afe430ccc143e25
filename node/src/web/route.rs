//! Which page answers which address, and what has to hold before it is asked.

use std::collections::BTreeMap;
use std::future::Future;

use axum::Router;
use axum::extract::{Extension, RawPathParams};
use axum::http::header::{LOCATION, REFRESH};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use wiez_proto::refusal::{Reason, Refusal};

use super::ask::{Answer, Ask, go};
use super::asset::{self, SCRIPT_PATH, STYLE_PATH};
use super::carried::Carried;
use super::{
    access, case, consent, decide, directory, factor, fault, first, forward, help, inbox, lock, login, new, password,
    people, person, reply, status, trail,
};
use crate::session::Session;

/// Seconds after the session locks itself at which a page that only shows something looks for the lock page.
const AFTER_LOCK_S: i64 = 5;

/// What a page is, as far as the lock is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Needs nobody to be signed in.
    Open,
    /// Shows what everybody here may know; leaves by itself when the session locks.
    Board,
    /// Shows content, to who may read it; leaves by itself too.
    Show,
    /// Somebody who may read content types here; never reloads by itself.
    Form,
    /// Somebody types about accounts here, which takes no content; never reloads by itself.
    Office,
}

/// Where the first kierownik is made.
pub(super) const FIRST_PATH: &str = "/pierwszy";

/// Every address. The guard lets nothing else through.
pub(super) fn routes() -> Router {
    let pages = Router::new()
        .route(STYLE_PATH, get(asset::style))
        .route(SCRIPT_PATH, get(asset::script))
        .route("/", page(Kind::Open, first::start))
        .route(FIRST_PATH, page(Kind::Open, first::form).merge(open_post(first::make)))
        .route("/logowanie", page(Kind::Open, login::form).merge(open_post(login::enter)))
        .route("/drugi-skladnik", back_to("/logowanie").merge(open_post(login::second)))
        .route("/blokada", page(Kind::Open, lock::form).merge(open_post(lock::unlock)))
        .route("/zablokuj", back_to("/blokada").merge(open_post(lock::lock)))
        .route("/wyloguj", back_to("/logowanie").merge(open_post(lock::leave)))
        .route("/haslo", page(Kind::Open, password::form).merge(open_post(password::change)))
        .route("/obecny", quiet(lock::present))
        .route("/szkic", quiet(lock::draft))
        .route("/deklaracja-dostepnosci", page(Kind::Open, help::declaration))
        .route("/pomoc", page(Kind::Open, help::help))
        .route("/skrzynka", page(Kind::Show, inbox::inbox).merge(search(inbox::inbox)))
        .route("/sprawy", page(Kind::Show, inbox::cases).merge(search(inbox::cases)))
        .route("/osobne", page(Kind::Show, inbox::apart).merge(search(inbox::apart)))
        .route("/katalog", page(Kind::Board, directory::list))
        .route("/katalog/{institution}", page(Kind::Board, directory::card))
        .route("/stan", page(Kind::Board, status::show));
    cases(begun(people(consents(pages)))).fallback(nowhere)
}

fn people(pages: Router) -> Router {
    pages
        .route("/ludzie", page(Kind::Board, people::list))
        .route("/ludzie/nowe", page(Kind::Office, people::form).merge(office(people::add)))
        .route("/ludzie/{login}", page(Kind::Office, person::show))
        .route("/ludzie/{login}/pierwsze-haslo", page(Kind::Office, people::first_password))
        .route("/ludzie/{login}/haslo", about(person::reset))
        .route("/ludzie/{login}/zablokuj", about(person::lock))
        .route("/ludzie/{login}/odblokuj", about(person::unlock))
        .route("/ludzie/{login}/rola", about(person::role))
        .route("/ludzie/{login}/klucze", about(person::give))
        .route("/ludzie/{login}/zastepca", about(person::substitute))
        .route("/ludzie/{login}/przydzial", about(person::duty))
        .route("/ludzie/{login}/nieobecnosc", about(person::away))
        .route("/ludzie/{login}/powrot", about(person::returned))
        .route("/ludzie/{login}/przekaz-sprawy", about(person::hand_over))
        .route("/ludzie/{login}/odejscie", about(person::leave))
        .route("/odzyskaj", page(Kind::Office, first::recovery).merge(office(first::recover)))
        .route("/slad", page(Kind::Board, trail::list))
        .route("/slad/sprawdz", page(Kind::Board, trail::check))
        .route("/drugi-skladnik/ustaw", page(Kind::Office, factor::form))
        .route("/drugi-skladnik/ustaw/arkusz", page(Kind::Office, factor::back).merge(office(factor::sheet)))
        .route("/drugi-skladnik/ustaw/aplikacja", page(Kind::Office, factor::back).merge(office(factor::program)))
        .route("/drugi-skladnik/ustaw/wylacz", page(Kind::Office, factor::back).merge(office(factor::off)))
        .route("/drugi-skladnik/arkusz", page(Kind::Office, factor::codes))
}

/// A form about one account; asked for, it leads to the account.
fn about<F, Fut>(handler: F) -> MethodRouter
where
    F: Fn(Ask) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    page(Kind::Office, person::back).merge(office(handler))
}

/// The pages on which a new case begins.
fn begun(pages: Router) -> Router {
    let only = || page(Kind::Form, new::back);
    pages
        .route("/nowe", page(Kind::Form, new::form))
        .route("/nowe/ustawowe", page(Kind::Form, new::lawful_form))
        .route("/nowe/sprawdz", only().merge(sending(new::review)))
        .route("/nowe/popraw", only().merge(sending(new::again)))
        .route("/nowe/zapisz", only().merge(sending(new::keep_draft)))
        .route("/nowe/od-nowa", only().merge(sending(new::fresh)))
        .route("/nowe/zgoda", only().merge(sending(new::consent)))
        .route("/nowe/wyslij", only().merge(sending(new::send)))
        .route("/sprawy/{number}/wyslano", page(Kind::Show, new::sent))
        .route("/sprawy/{number}/zgoda", act(new::case_consent))
        .route("/sprawy/{number}/podstawa", act(new::case_otherwise))
}

/// Consents: the table, a new one and its sheet, what ends one.
fn consents(pages: Router) -> Router {
    let back = |ask: Ask| async move { go(&format!("/zgody/{}", ask.param("number"))) };
    pages
        .route("/zgody", page(Kind::Show, consent::list).merge(search(consent::list)))
        .route("/zgody/nowa", page(Kind::Form, consent::form).merge(sending(consent::prepare)))
        .route("/zgody/sprawdz", page(Kind::Form, consent::check).merge(sending(consent::checked)))
        .route("/zgody/{number}", page(Kind::Show, consent::show))
        .route("/zgody/{number}/druk", page(Kind::Form, consent::print).merge(sending(consent::signed)))
        .route("/zgody/{number}/wycofaj", page(Kind::Form, consent::confirm).merge(sending(consent::withdraw)))
        .route("/zgody/{number}/potwierdzenie", page(Kind::Show, consent::slip))
        .route("/zgody/{number}/spor", page(Kind::Show, back).merge(sending(consent::conflict)))
}

fn cases(pages: Router) -> Router {
    pages
        .route("/sprawy/{number}", page(Kind::Show, case::show))
        .route("/sprawy/{number}/dostep", page(Kind::Form, access::show))
        .route("/sprawy/{number}/dostep/wylacz", act(access::exclude))
        .route("/sprawy/{number}/dostep/dopusc", act(access::admit))
        .route("/sprawy/{number}/dostep/oddaj", act(access::transfer))
        .route("/sprawy/{number}/druk", page(Kind::Show, case::print))
        .route("/osoba", page(Kind::Board, case::subject_form))
        .route("/osoba/druk", page(Kind::Board, case::subject_print))
        .route("/sprawy/{number}/odpowiedz", page(Kind::Form, decide::form))
        .route("/sprawy/{number}/przyjmij", act(decide::accept))
        .route("/sprawy/{number}/cofnij-przyjecie", act(decide::undo))
        .route("/sprawy/{number}/rozpocznij", act(decide::begin))
        .route("/sprawy/{number}/pytanie", act(decide::question))
        .route("/sprawy/{number}/odrzuc", act(decide::decline))
        .route("/sprawy/{number}/oczekuje", act(decide::waitlist))
        .route("/sprawy/{number}/zakoncz", act(decide::finish))
        .route("/sprawy/{number}/wycofaj", act(decide::cancel))
        .route("/sprawy/{number}/wyslij-bez", act(decide::resend))
        .route("/sprawy/{number}/uzupelnij", act(decide::supplement))
        .route("/sprawy/{number}/przekaz", page(Kind::Form, forward::form).merge(sending(forward::send)))
        .route("/sprawy/{number}/zaproponuj", act(forward::propose))
        .route("/sprawy/{number}/odpisz", page(Kind::Form, reply::form).merge(sending(reply::send)))
        .route("/sprawy/{number}/odmow", act(reply::refuse))
        .route("/sprawy/{number}/potwierdz", act(reply::acknowledge))
        .route("/sprawy/{number}/informuj", act(reply::inform))
        .route("/sprawy/{number}/zawiadomienie", act(reply::notice))
        .route("/sprawy/{number}/pismo", act(reply::letter))
        .route("/sprawy/{number}/zamknij", act(reply::close))
}

/// A page that is asked for.
fn page<F, Fut>(kind: Kind, handler: F) -> MethodRouter
where
    F: Fn(Ask) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    get(move |params: RawPathParams, Extension(ask): Extension<Ask>| {
        let ask = ask.with_params(named(&params));
        async move { shown(ask, kind, handler).await }
    })
}

/// A search in a list of cases: posted, so that no name stays in an address; it changes nothing and may be sent again.
fn search<F, Fut>(handler: F) -> MethodRouter
where
    F: Fn(Ask) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    post(move |Extension(ask): Extension<Ask>| async move {
        match enter(&ask).and_then(|session| checked(&ask, session)) {
            Ok(_) => shown(ask, Kind::Show, handler).await,
            Err(refusal) => turned_away(&ask, &refusal).await,
        }
    })
}

/// A form of an open session, sent at most once; asked for, it leads to its case.
fn act<F, Fut>(handler: F) -> MethodRouter
where
    F: Fn(Ask) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    let back = |ask: Ask| async move { go(&format!("/sprawy/{}", ask.param("number"))) };
    page(Kind::Show, back).merge(sending(handler))
}

/// A form of an open session about content, sent at most once.
fn sending<F, Fut>(handler: F) -> MethodRouter
where
    F: Fn(Ask) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    sending_as(Kind::Form, handler)
}

/// A form of an open session about accounts, sent at most once.
fn office<F, Fut>(handler: F) -> MethodRouter
where
    F: Fn(Ask) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    sending_as(Kind::Office, handler)
}

fn sending_as<F, Fut>(kind: Kind, handler: F) -> MethodRouter
where
    F: Fn(Ask) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    post(move |params: RawPathParams, Extension(ask): Extension<Ask>| {
        let ask = ask.with_params(named(&params));
        async move { sent(ask, kind, handler).await }
    })
}

/// What the optional script sends: needs an open session and its token, and may be sent again.
fn quiet<F, Fut>(handler: F) -> MethodRouter
where
    F: Fn(Ask) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    post(move |Extension(ask): Extension<Ask>| async move {
        match enter(&ask).and_then(|session| checked(&ask, session)) {
            Ok(session) => ended(&ask, handler(ask.with_session(session)).await),
            Err(refusal) => fault::refused(&ask, &refusal),
        }
    })
}

/// A form that needs no open session, such as signing in; the guard has looked at its origin.
fn open_post<F, Fut>(handler: F) -> MethodRouter
where
    F: Fn(Ask) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    post(move |Extension(ask): Extension<Ask>| async move {
        let asked = ask.clone();
        ended(&asked, handler(ask).await)
    })
}

fn back_to(path: &'static str) -> MethodRouter {
    page(Kind::Open, move |_| async move { go(path) })
}

fn named(params: &RawPathParams) -> BTreeMap<String, String> {
    params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

async fn nowhere(Extension(ask): Extension<Ask>) -> Response {
    let open = peek(&ask).ok().filter(|session| !session.locked);
    let ask = open.map_or_else(|| ask.clone(), |session| ask.with_session(session));
    fault::refused(&ask, &Refusal::new(Reason::NotFound).with("what", "page"))
}

/// The first page of somebody: the inbox of who reads content, else how the node is doing.
pub(super) fn home(session: &Session) -> &'static str {
    if session.account.role.reads_content() { "/skrzynka" } else { "/stan" }
}

/// The session of a request, locked or not.
pub(super) fn peek(ask: &Ask) -> Result<Session, Refusal> {
    ask.node().sessions().peek(ask.now_ms(), ask.token())
}

fn enter(ask: &Ask) -> Result<Session, Refusal> {
    ask.node().sessions().enter(ask.now_ms(), ask.token())
}

/// A session, when the form carries its token.
///
/// # Errors
/// A refusal that is shown as [`Denied::Origin`](super::guard::Denied::Origin) for any other form.
pub(super) fn checked(ask: &Ask, session: Session) -> Result<Session, Refusal> {
    if session.csrf_matches(ask.fields().get("csrf")) { Ok(session) } else { Err(fault::foreign()) }
}

fn ended(ask: &Ask, answer: Answer) -> Response {
    answer.unwrap_or_else(|refusal| fault::refused(ask, &refusal))
}

async fn shown<F, Fut>(ask: Ask, kind: Kind, handler: F) -> Response
where
    F: Fn(Ask) -> Fut,
    Fut: Future<Output = Answer>,
{
    if kind == Kind::Open {
        let open = peek(&ask).ok().filter(|session| !session.locked);
        let ask = open.map_or_else(|| ask.clone(), |session| ask.with_session(session));
        return ended(&ask, handler(ask.clone()).await);
    }
    let session = match enter(&ask) {
        Ok(session) => session,
        Err(refusal) => return turned_away(&ask, &refusal).await,
    };
    let wait_s = session.locks_at_ms().saturating_sub(ask.now_ms()) / 1000 + AFTER_LOCK_S;
    ask.web().desks.visit(ask.token(), ask.now_ms(), Some(ask.path()));
    let reads = if matches!(kind, Kind::Board | Kind::Office) { Ok(()) } else { session.reads() };
    let ask = ask.with_session(session);
    if let Err(refusal) = reads {
        return fault::refused(&ask, &refusal);
    }
    let mut response = ended(&ask, handler(ask.clone()).await);
    let leaves = !matches!(kind, Kind::Form | Kind::Office) && response.status() == StatusCode::OK;
    if let Some(value) = HeaderValue::from_str(&format!("{wait_s}; url=/blokada")).ok().filter(|_| leaves) {
        response.headers_mut().insert(REFRESH, value);
    }
    response
}

/// Works on a form: one of a session at a time, and one that was sent before only shows its result again.
async fn sent<F, Fut>(ask: Ask, kind: Kind, handler: F) -> Response
where
    F: Fn(Ask) -> Fut,
    Fut: Future<Output = Answer>,
{
    let session = match enter(&ask) {
        Ok(session) => session,
        Err(refusal) => return turned_away(&ask, &refusal).await,
    };
    if checked(&ask, session.clone()).is_err() {
        return earlier(&ask, &session);
    }
    let (token, once) = (ask.token().to_owned(), ask.fields().get("raz"));
    if once.is_empty() || once.len() > 64 {
        return fault::refused(&ask, &Refusal::new(Reason::FieldMissing).with("field", "raz"));
    }
    // Two forms of one page have one key; each of them can be sent once.
    let once = format!("{} {once}", ask.path());
    ask.web().desks.visit(&token, ask.now_ms(), None);
    let reads = if kind == Kind::Office { Ok(()) } else { session.reads() };
    let ask = ask.with_session(session);
    if let Err(refusal) = reads {
        return fault::refused(&ask, &refusal);
    }
    let turn = ask.web().desks.turn(&token, ask.now_ms());
    let _mine = turn.lock().await;
    if let Some(place) = ask.web().desks.done(&token, ask.now_ms(), &once) {
        return ended(&ask, go(&place));
    }
    let response = ended(&ask, handler(ask.clone()).await);
    let place = response.headers().get(LOCATION).and_then(|place| place.to_str().ok());
    if let Some(place) = place.filter(|_| response.status() == StatusCode::SEE_OTHER) {
        ask.web().desks.set_done(&token, ask.now_ms(), &once, place);
    }
    response
}

/// What somebody sees whose session is not open: where to open it; what was typed into a form waits until then.
async fn turned_away(ask: &Ask, refusal: &Refusal) -> Response {
    let locked = refusal.reason == Reason::SessionLocked;
    if refusal.reason == Reason::PasswordChange {
        return ended(ask, go("/haslo"));
    }
    if !locked && refusal.reason != Reason::SessionEnded {
        return fault::refused(ask, refusal);
    }
    if !ask.posts() {
        return ended(ask, go(if locked { "/blokada" } else { "/logowanie" }));
    }
    if locked {
        let Ok(session) = peek(ask) else { return ended(ask, login::waiting(ask)) };
        ask.web().desks.visit(ask.token(), ask.now_ms(), None);
        if checked(ask, session.clone()).is_err() {
            return earlier(ask, &session);
        }
        return ended(ask, lock::waiting(ask, &session, &ask.hold()));
    }
    ended(ask, login::waiting(ask))
}

/// A form without the token of this session does nothing. What the same person typed into it in an earlier session of
/// this browser is a draft in this one.
fn earlier(ask: &Ask, session: &Session) -> Response {
    let typed = Carried::of_form(ask).and_then(|typed| typed.give(ask, ask.token(), &session.account.login));
    match typed {
        Some(page) => ended(ask, go(if session.locked { "/blokada" } else { &page })),
        None => fault::refused(ask, &fault::foreign()),
    }
}
