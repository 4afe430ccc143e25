//! A refusal as a page: code, what happened, why, what is unchanged, what to do, in the reader's language.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Lang;

use super::Web;
use super::ask::{Answer, Ask, page_as};
use super::frame::Frame;
use super::guard::{Denied, close};
use super::route::home;

/// The four parts and the code.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) code: String,
    pub(super) what: String,
    pub(super) why: String,
    pub(super) unchanged: String,
    pub(super) todo: String,
}

impl Told {
    /// The text of a refusal.
    pub(super) fn of(refusal: &Refusal, lang: Lang) -> Self {
        let text = refusal.explain(lang);
        let (code, what, why) = (text.code.to_owned(), text.what, text.why);
        Self { code, what, why, unchanged: text.unchanged, todo: text.todo }
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    f: Frame<'a>,
    told: Told,
    back: &'static str,
}

/// The HTTP status of a refusal.
pub(super) fn status(reason: Reason) -> StatusCode {
    match reason.grpc() {
        3 | 11 | 15 => StatusCode::UNPROCESSABLE_ENTITY,
        4 => StatusCode::GATEWAY_TIMEOUT,
        5 => StatusCode::NOT_FOUND,
        7 => StatusCode::FORBIDDEN,
        8 if reason == Reason::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        8 if reason == Reason::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        8 => StatusCode::TOO_MANY_REQUESTS,
        6 | 9 | 10 => StatusCode::CONFLICT,
        12 => StatusCode::NOT_IMPLEMENTED,
        14 => StatusCode::SERVICE_UNAVAILABLE,
        16 => StatusCode::UNAUTHORIZED,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A form without the token of its session: it was not sent by a page of ours.
pub(super) fn foreign() -> Refusal {
    Refusal::new(Reason::Malformed).with("field", "csrf")
}

/// The page of a refusal.
pub(super) fn refused(ask: &Ask, refusal: &Refusal) -> Response {
    if *refusal == foreign() {
        return denied(ask.web(), ask.lang(), Denied::Origin);
    }
    let f = Frame::new(ask, "w-fault-title").problem();
    let back = ask.session().map_or("/logowanie", home);
    let made = page_as(status(refusal.reason), &FaultPage { f, told: Told::of(refusal, ask.lang()), back });
    let mut response = made.unwrap_or_else(|_| status(refusal.reason).into_response());
    if let Some(seconds) = refusal.retry_after_ms.map(|ms| ms.div_ceil(1000)) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The page of a request that no page saw.
pub(super) fn denied(web: &Web, lang: Lang, denied: Denied) -> Response {
    let t = web.texts(lang);
    let part = |part: &str| t.say(&format!("w-denied-{}-{part}", denied.key()));
    let code = format!("HTTP {}", denied.status().as_u16());
    // What a form asked for is still being done then.
    let unchanged = if denied == Denied::Late { "w-denied-late-unchanged" } else { "w-denied-unchanged" };
    let told = Told { code, what: part("what"), why: part("why"), unchanged: t.say(unchanged), todo: part("todo") };
    let made: Answer =
        page_as(denied.status(), &FaultPage { f: Frame::bare(web, lang, "w-fault-title").problem(), told, back: "/" });
    let mut response = made.unwrap_or_else(|_| (denied.status(), [(CONTENT_TYPE, "text/plain")]).into_response());
    if denied == Denied::Method {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    }
    // Part of the request may still be on its way; nobody reads it.
    close(&mut response);
    response
}
