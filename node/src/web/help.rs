//! Help and the declaration of accessibility: readable before signing in.

use askama::Template;

use super::ask::{Answer, Ask, page};
use super::frame::Frame;

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage<'a> {
    f: Frame<'a>,
}

#[derive(Template)]
#[template(path = "declaration.html")]
struct DeclarationPage<'a> {
    f: Frame<'a>,
    phone: &'a str,
    version: &'static str,
}

/// Help.
pub(super) async fn help(ask: Ask) -> Answer {
    page(&HelpPage { f: Frame::new(&ask, "w-help-title") })
}

/// The declaration of accessibility.
pub(super) async fn declaration(ask: Ask) -> Answer {
    let phone = &ask.node().me().phone;
    page(&DeclarationPage { f: Frame::new(&ask, "w-declaration-title"), phone, version: env!("CARGO_PKG_VERSION") })
}
