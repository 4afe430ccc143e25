//! One request of a browser, after the guard: who asks, in which language, with which fields.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use wiez_proto::id::hex;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Lang;

use super::Web;
use super::desk::Held;
use super::fields::Fields;
use crate::Node;
use crate::account::Reader;
use crate::account::{Password, Source};
use crate::names::{self, NameIndex};
use crate::session::Session;
use crate::text::Texts;

/// Field of a form with the login of whoever saw it; the guard takes it out.
pub(super) const WHOSE: &str = "czyje";

/// What a page answers with.
pub(super) type Answer = Result<Response, Refusal>;

/// A request and whose it is. Cheap to clone.
#[derive(Clone)]
pub(super) struct Ask {
    asked: Arc<Asked>,
    session: Option<Session>,
    params: Arc<BTreeMap<String, String>>,
}

/// What the guard let through.
pub(super) struct Asked {
    pub(super) web: Arc<Web>,
    pub(super) routes: Router,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Fields,
    /// The login of whoever saw the form.
    pub(super) whose: String,
    pub(super) fields: Fields,
    pub(super) lang: Lang,
    pub(super) token: Option<String>,
    pub(super) from: IpAddr,
}

impl Ask {
    pub(super) fn new(asked: Asked) -> Self {
        Self { asked: Arc::new(asked), session: None, params: Arc::default() }
    }

    pub(super) fn with_params(self, params: BTreeMap<String, String>) -> Self {
        Self { params: Arc::new(params), ..self }
    }

    pub(super) fn with_session(&self, session: Session) -> Self {
        Self { session: Some(session), ..self.clone() }
    }

    pub(super) fn web(&self) -> &Web {
        &self.asked.web
    }

    pub(super) fn node(&self) -> &Node {
        &self.asked.web.node
    }

    pub(super) fn texts(&self) -> &Texts {
        self.asked.web.texts(self.asked.lang)
    }

    pub(super) fn lang(&self) -> Lang {
        self.asked.lang
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.asked.web.now_ms()
    }

    pub(super) fn posts(&self) -> bool {
        self.asked.method == Method::POST
    }

    pub(super) fn path(&self) -> &str {
        &self.asked.path
    }

    pub(super) fn query(&self) -> &Fields {
        &self.asked.query
    }

    /// What was posted; nothing when the page was only asked for.
    pub(super) fn fields(&self) -> &Fields {
        &self.asked.fields
    }

    /// The login of whoever saw the posted form, as it says itself; empty where it does not say.
    pub(super) fn whose(&self) -> &str {
        &self.asked.whose
    }

    pub(super) fn token(&self) -> &str {
        self.asked.token.as_deref().unwrap_or_default()
    }

    pub(super) fn source(&self) -> Source {
        Source::Address(self.asked.from)
    }

    /// A password as it was typed: space around it belongs to it.
    pub(super) fn password(&self, name: &str) -> Password {
        Password::new(self.fields().all(name).next().unwrap_or_default())
    }

    /// A part of the path, such as the number of a case.
    pub(super) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    pub(super) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The worker who asks.
    ///
    /// # Errors
    /// `SESSION_ENDED` when nobody is signed in.
    pub(super) fn worker(&self) -> Result<Reader, Refusal> {
        self.session.as_ref().ok_or_else(|| Refusal::new(Reason::SessionEnded))?.reader()
    }

    /// The names of persons that the worker may look for, as they are now.
    ///
    /// # Errors
    /// As [`Session::reads`]; `INTERNAL`.
    pub(super) async fn names(&self) -> Result<Arc<NameIndex>, Refusal> {
        let session = self.session.as_ref().ok_or_else(|| Refusal::new(Reason::SessionEnded))?;
        names::fresh(self.node(), self.token(), session).await
    }

    /// A fresh key for a form.
    pub(super) fn once(&self) -> String {
        hex(&self.node().env().random::<16>())
    }

    /// What was typed on this page before and not sent; nothing otherwise.
    pub(super) fn draft(&self) -> Fields {
        self.web().desks.draft(self.token(), self.now_ms(), self.path()).unwrap_or_default()
    }

    /// Forgets what was typed on a page.
    pub(super) fn forget(&self, page: &str) {
        self.web().desks.drop_draft(self.token(), self.now_ms(), page);
    }

    /// Keeps what was posted beside what was typed into other forms of the same page; all of it together.
    pub(super) fn keep(&self, page: &str, posted: &Fields) -> Fields {
        let posted = posted.without(&["csrf", "raz", "widziano"]);
        let names: Vec<&str> = posted.pairs().map(|(name, _)| name).collect();
        let desks = &self.web().desks;
        let other = desks.draft(self.token(), self.now_ms(), page).unwrap_or_default().without(&names);
        let all: Fields = posted.pairs().chain(other.pairs()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        desks.set_draft(self.token(), self.now_ms(), page, all.clone());
        all
    }

    /// Forgets of what was typed on a page what has just been sent; other forms of the page keep theirs.
    pub(super) fn sent(&self, page: &str) {
        let names: Vec<&str> = self.fields().pairs().map(|(name, _)| name).collect();
        if let Some(typed) = self.web().desks.draft(self.token(), self.now_ms(), page) {
            self.web().desks.set_draft(self.token(), self.now_ms(), page, typed.without(&names));
        }
    }

    /// Keeps what was posted until its sender is back; the name under which it waits.
    pub(super) fn hold(&self) -> String {
        let name = self.once();
        let fields = self.fields().without(&["csrf"]);
        let held = Held { path: self.path().to_owned(), fields };
        self.web().desks.hold(self.token(), self.now_ms(), &name, held);
        name
    }

    /// Carries a held form on, for a session that is open now.
    pub(super) async fn resume(&self, session: &Session, token: &str, held: Held) -> Response {
        let asked = Asked {
            web: Arc::clone(&self.asked.web),
            routes: self.asked.routes.clone(),
            method: Method::POST,
            path: held.path,
            query: Fields::default(),
            whose: String::new(),
            fields: held.fields.with("csrf", &session.csrf),
            lang: self.asked.lang,
            token: Some(token.to_owned()),
            from: self.asked.from,
        };
        let request = Request::post(asked.path.as_str()).extension(Self::new(asked)).body(Body::empty());
        let routes = self.asked.routes.clone();
        match request {
            Ok(request) => routes.oneshot(request).await.into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// A page of a template.
///
/// # Errors
/// `INTERNAL` when it cannot be written; practically never.
pub(super) fn page(template: &impl Template) -> Answer {
    page_as(StatusCode::OK, template)
}

/// As [`page`], with a status of its own.
pub(super) fn page_as(status: StatusCode, template: &impl Template) -> Answer {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page was not written");
        Refusal::new(Reason::Internal)
    })?;
    Ok((status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
}

/// Sends the browser to one of our own pages.
///
/// # Errors
/// `INTERNAL` for anything that is no plain path; what came from a browser never gets here unchecked.
pub(super) fn go(path: &str) -> Answer {
    let ours = path.starts_with('/') && !path.starts_with("//") && path.is_ascii();
    let place = HeaderValue::from_str(path).ok().filter(|_| ours).ok_or_else(|| Refusal::new(Reason::Internal))?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response())
}

/// Adds a cookie that only this origin gets back and no script sees.
pub(super) fn set_cookie(response: &mut Response, name: &str, value: &str, max_age_s: Option<u32>) {
    let age = max_age_s.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{age}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
