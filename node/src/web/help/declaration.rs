//! The declaration of accessibility in the official structure (2.0 of 31 July 2024), from what the institution configured.

use askama::Template;
use jiff::civil::Date;

use super::super::ask::{Answer, Ask, page};
use super::super::frame::Frame;
use crate::config::Conformity;
use crate::text::Texts;

/// A day of the declaration: as people read it, and as monitoring programs do.
struct Day {
    iso: String,
    text: String,
}

impl Day {
    fn of(t: &Texts, configured: &str) -> Self {
        match configured.parse::<Date>() {
            Ok(day) => Self { iso: day.to_string(), text: day.strftime("%d.%m.%Y").to_string() },
            Err(_) => Self { iso: String::new(), text: t.say("w-declaration-unknown") },
        }
    }
}

#[derive(Template)]
#[template(path = "declaration.html")]
struct DeclarationPage<'a> {
    f: Frame<'a>,
    version: &'static str,
    url: String,
    published: Day,
    changed: Day,
    status: String,
    /// What is not accessible; nothing where everything is.
    unmet: Option<String>,
    made: Day,
    reviewed: Day,
    method: String,
    person: String,
    email: &'a str,
    phone: &'a str,
    building: String,
}

/// The declaration of accessibility.
pub(in crate::web) async fn declaration(ask: Ask) -> Answer {
    let (t, node) = (ask.texts(), ask.node());
    let said = &node.settings().declaration;
    let or = |text: &str, key: &str| if text.is_empty() { t.say(key) } else { text.to_owned() };
    let conformity = said.conformity();
    let (status, lacks) = match conformity {
        Conformity::Unknown => ("w-declaration-untested", Some("w-declaration-unmet-untested")),
        Conformity::Full => ("w-declaration-full", None),
        Conformity::Partial => ("w-declaration-partial", Some("w-declaration-unmet-untold")),
        Conformity::None => ("w-declaration-none", Some("w-declaration-unmet-untold")),
    };
    let method = match (conformity, said.assessed_by.as_str()) {
        (Conformity::Unknown, _) => t.say("w-declaration-method-none"),
        (Conformity::Full | Conformity::Partial | Conformity::None, "") => t.say("w-declaration-method-own"),
        (Conformity::Full | Conformity::Partial | Conformity::None, who) => {
            t.fill("w-declaration-method-other", &[("who", who)])
        }
    };
    page(&DeclarationPage {
        f: Frame::new(&ask, "w-declaration-title"),
        version: env!("CARGO_PKG_VERSION"),
        url: address(&ask),
        published: Day::of(t, &said.published),
        changed: Day::of(t, &said.changed),
        status: t.say(status),
        unmet: lacks.map(|key| or(&said.unmet, key)),
        made: Day::of(t, &said.made),
        reviewed: Day::of(t, if said.reviewed.is_empty() { &said.made } else { &said.reviewed }),
        method,
        person: or(&said.person, "w-declaration-person-none"),
        email: &said.email,
        phone: if said.phone.is_empty() { &node.me().phone } else { &said.phone },
        building: or(&said.building, "w-declaration-building-none"),
    })
}

/// Under which address workers open the pages: the configured name, else this machine's own.
fn address(ask: &Ask) -> String {
    let pages = &ask.web().pages;
    let host = pages.hosts.last().map_or("localhost", String::as_str);
    format!("{}://{host}:{}/", if pages.tls.is_some() { "https" } else { "http" }, pages.listen.port())
}
