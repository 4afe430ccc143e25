//! Checks the square code of a printed consent by the directory that lies here; nothing is asked of anybody.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};

use super::{categories, day};
use crate::consent::{self, Checked};
use crate::text::Texts;
use crate::web::ask::{Answer, Ask, page_as};
use crate::web::fault::status;
use crate::web::frame::Frame;

/// What a good code says.
struct Good {
    issuer: String,
    phone: String,
    number: String,
    until: String,
    over: bool,
    active: bool,
    pairs: Vec<(String, String, String)>,
}

impl Good {
    fn of(t: &Texts, checked: Checked) -> Self {
        let pair = |(pair, name): (&consent::PaperPair, &String)| {
            (name.clone(), categories(t, &pair.give), categories(t, &pair.receive))
        };
        Self {
            pairs: checked.paper.pairs.iter().zip(&checked.names).map(pair).collect(),
            issuer: checked.issuer_name,
            phone: checked.phone,
            number: checked.paper.number,
            until: day(&checked.paper.valid_to),
            over: checked.over,
            active: checked.active,
        }
    }
}

#[derive(Template)]
#[template(path = "consent-check.html")]
struct CheckPage<'a> {
    f: Frame<'a>,
    typed: String,
    bad: Option<String>,
    good: Option<Good>,
}

/// The page that takes the text of a code.
pub(in crate::web) async fn check(ask: Ask) -> Answer {
    shown(&ask, "", None)
}

/// Says what the code is worth.
pub(in crate::web) async fn checked(ask: Ask) -> Answer {
    let typed = ask.fields().get("kod");
    shown(&ask, typed, Some(consent::check(ask.node(), typed)))
}

fn shown(ask: &Ask, typed: &str, found: Option<Result<Checked, Refusal>>) -> Answer {
    let t = ask.texts();
    let (good, bad) = match found {
        None => (None, None),
        Some(Ok(checked)) => (Some(Good::of(t, checked)), None),
        Some(Err(refusal)) => (None, Some(refusal)),
    };
    let f = Frame::new(ask, "w-consent-check-title").under("/zgody");
    let code = bad.as_ref().map_or(StatusCode::OK, |refusal| status(refusal.reason));
    let page = CheckPage {
        f: if bad.is_some() { f.problem() } else { f },
        typed: typed.to_owned(),
        bad: bad.map(|refusal| said(t, &refusal)),
        good,
    };
    page_as(code, &page)
}

fn said(t: &Texts, refusal: &Refusal) -> String {
    let who = refusal.details.get("institution").map(String::as_str).unwrap_or_default();
    if refusal.reason == Reason::KeyChanged {
        t.fill("w-check-code-old-key", &[("institution", who)])
    } else if refusal.reason == Reason::RecipientUnknown {
        t.fill("w-check-code-unknown", &[("institution", who)])
    } else if refusal.reason == Reason::Unverifiable {
        t.say("w-check-code-bad")
    } else {
        t.say("w-check-code-none")
    }
}
