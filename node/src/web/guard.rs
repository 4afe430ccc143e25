//! What every request passes before a page sees it, and what every response carries, refusals included.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::{mpsc, oneshot};
use tower::ServiceExt;
use wiez_proto::limits;
use wiez_proto::vocab::Lang;

use super::ask::{Ask, Asked, WHOSE, set_cookie};
use super::fields::Fields;
use super::route::FIRST_PATH;
use super::{Web, fault};
use crate::{session, tasks};

/// Longest path with query, in bytes.
const MAX_URI_BYTES: usize = 2048;
/// Largest posted form, in bytes.
pub(super) const MAX_BODY_BYTES: usize = 256 * 1024;
/// Time for a whole posted form.
const BODY_TIME: Duration = Duration::from_secs(20);
/// Time for making the first kierownik, which moves everything that came before into vaults.
const FIRST_TIME: Duration = Duration::from_secs(600);
/// The cookie with the chosen language.
const LANG_COOKIE: &str = "wiez-jezyk";
const LANG_COOKIE_S: u32 = 365 * 24 * 3600;

/// Nothing from elsewhere, no inline style or script, no frame; images only of our own or inside the page.
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
                   form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Why a request is refused before any page sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denied {
    /// It was sent to a name that is not ours.
    Host,
    /// Its path is none that we would ever write.
    Path,
    /// It is longer than any address of ours.
    Uri,
    /// A method that no page has.
    Method,
    /// It was sent by a page of somebody else.
    Origin,
    /// It is no form.
    Form,
    /// The form is larger than the limit.
    Size,
    /// The form came too slowly.
    Slow,
    /// The form ended early or cannot be read.
    Broken,
    /// No answer was ready in time.
    Late,
}

impl Denied {
    /// Each, for the test that all have their sentences.
    #[cfg(test)]
    pub(super) const ALL: [Self; 10] = [
        Self::Host,
        Self::Path,
        Self::Uri,
        Self::Method,
        Self::Origin,
        Self::Form,
        Self::Size,
        Self::Slow,
        Self::Broken,
        Self::Late,
    ];

    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Path => StatusCode::NOT_FOUND,
            Self::Uri | Self::Broken => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Form => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Size => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Late => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The end of its keys in `text/*.ftl`.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Path => "path",
            Self::Uri => "uri",
            Self::Method => "method",
            Self::Origin => "origin",
            Self::Form => "form",
            Self::Size => "size",
            Self::Slow => "slow",
            Self::Broken => "broken",
            Self::Late => "late",
        }
    }
}

/// What answers requests, for as long as one of them is worked on.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) web: Arc<Web>,
    pub(super) routes: Router,
    /// Held by everything that a stop waits for.
    pub(super) alive: mpsc::Sender<()>,
}

/// Answers one request.
pub(super) async fn answer(served: Served, request: Request<Body>, from: IpAddr) -> Response {
    let web = Arc::clone(&served.web);
    let secure = web.pages.tls.is_some();
    let query = Fields::read(request.uri().query().unwrap_or_default().as_bytes());
    let chosen = Some(query.get("jezyk")).filter(|tag| ["pl", "en", "uk"].contains(tag)).map(str::to_owned);
    let cookie = || cookie(request.headers(), LANG_COOKIE);
    let lang = Lang::parse(&chosen.clone().or_else(cookie).unwrap_or_else(|| "pl".to_owned()));
    let checked = check(&web, &request);
    let answered = match checked {
        Err(denied) => Err(denied),
        Ok(()) => pass(served, request, query, (lang, from)).await,
    };
    let mut response = answered.unwrap_or_else(|denied| {
        tracing::info!(denied = denied.key(), "a request to the pages was turned away");
        fault::denied(&web, lang, denied)
    });
    if let Some(tag) = chosen {
        set_cookie(&mut response, LANG_COOKIE, &tag, Some(LANG_COOKIE_S));
    }
    harden(response.headers_mut(), secure);
    response
}

/// Reads the form and asks the page.
async fn pass(
    served: Served,
    request: Request<Body>,
    query: Fields,
    (lang, from): (Lang, IpAddr),
) -> Result<Response, Denied> {
    let Served { web, routes, alive } = served;
    let (parts, body) = request.into_parts();
    let (env, posts) = (web.node.env().clone(), parts.method == Method::POST);
    let time = if posts && parts.uri.path() == FIRST_PATH {
        FIRST_TIME
    } else {
        Duration::from_millis(limits::REQUEST_TIMEOUT_MS)
    };
    let fields = if posts {
        let read = env.timeout(BODY_TIME, to_bytes(body, MAX_BODY_BYTES)).await.ok_or(Denied::Slow)?;
        Fields::read(&read.map_err(|error| if too_large(&error) { Denied::Size } else { Denied::Broken })?)
    } else {
        Fields::default()
    };
    let asked = Asked {
        token: cookie(&parts.headers, session::COOKIE),
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        routes: routes.clone(),
        web: Arc::clone(&web),
        query,
        whose: fields.get(WHOSE).to_owned(),
        fields: fields.without(&[WHOSE]),
        lang,
        from,
    };
    let mut request = Request::new(Body::empty());
    *request.method_mut() = parts.method;
    *request.uri_mut() = parts.uri;
    request.extensions_mut().insert(Ask::new(asked));
    let answering = async move { routes.oneshot(request).await.into_response() };
    if !posts {
        return env.timeout(time, answering).await.ok_or(Denied::Late);
    }
    let (tell, told) = oneshot::channel();
    // What a form asked for is done to its end, also when the browser that sent it has left or waits no more: only then
    // the second click of the same form finds that it was done.
    tasks::spawn(async move {
        let answer = answering.await;
        web.sweep();
        // Nobody may be left to hear it.
        let _ = tell.send(answer);
        drop(alive);
    });
    let answered = env.timeout(time, told).await.ok_or(Denied::Late)?;
    Ok(answered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
}

fn too_large(error: &axum::Error) -> bool {
    use std::error::Error as _;
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.to_string().contains("length limit") {
            return true;
        }
        cause = inner.source();
    }
    error.to_string().contains("length limit")
}

/// Looks at everything that needs no body.
fn check(web: &Web, request: &Request<Body>) -> Result<(), Denied> {
    let (uri, headers) = (request.uri(), request.headers());
    if uri.path_and_query().is_some_and(|text| text.as_str().len() > MAX_URI_BYTES) {
        return Err(Denied::Uri);
    }
    let host = host(headers).filter(|host| known(web, host)).ok_or(Denied::Host)?;
    if uri.authority().is_some() || !plain(uri.path()) {
        return Err(Denied::Path);
    }
    let method = request.method();
    if method == Method::GET || method == Method::HEAD {
        return Ok(());
    }
    if method != Method::POST {
        return Err(Denied::Method);
    }
    let scheme = if web.pages.tls.is_some() { "https" } else { "http" };
    if !same_origin(headers, &format!("{scheme}://{host}")) {
        return Err(Denied::Origin);
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Denied::Form);
    }
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BODY_BYTES as u64) { Err(Denied::Size) } else { Ok(()) }
}

/// The one name to which the request was sent, with port as sent.
fn host(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(HOST).iter();
    let host = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(host)
}

/// Whether a name is configured; what stands after it must be a port. Keeps a page of somebody else from reaching us
/// under a name that it lets point here.
fn known(web: &Web, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    web.pages.hosts.iter().any(|name| {
        let rest = host.strip_prefix(name.as_str());
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
        })
    })
}

/// Whether a path is one that we could have written: no encoding, no dots but one inside a name, no empty part.
pub(super) fn plain(path: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    path.starts_with('/')
        && path.chars().all(good)
        && !path.contains("//")
        && !path.contains("..")
        && !path.contains("/.")
}

/// Whether a form was sent by a page of ours. A browser always says so; `null` and silence are refused.
fn same_origin(headers: &HeaderMap, own: &str) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin") {
        return false;
    }
    match headers.get(ORIGIN) {
        Some(origin) => origin.as_bytes().eq_ignore_ascii_case(own.as_bytes()),
        None => site.is_some(),
    }
}

/// The value of a cookie that was sent exactly once.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let texts = headers.get_all(COOKIE).iter().filter_map(|text| text.to_str().ok());
    let mut values =
        texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='));
    let value = values.next()?;
    let good = values.next().is_none() && value.len() <= 128 && value.chars().all(|c| c.is_ascii_alphanumeric());
    good.then(|| value.to_owned())
}

/// Headers of every response. `Referrer-Policy` is `same-origin`, not `no-referrer`: under the latter browsers send
/// `Origin: null` with our own forms (Fetch, "append a request Origin header").
fn harden(headers: &mut HeaderMap, secure: bool) {
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(HeaderName::from_static("content-security-policy"), CSP);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), interest-cohort=()");
    if secure {
        set(HeaderName::from_static("strict-transport-security"), "max-age=31536000");
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Ends the connection after a response whose request was not read to its end.
pub(super) fn close(response: &mut Response) {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
}
