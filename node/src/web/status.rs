//! How the node is doing: connection, queue, clock, certificates, disk, people – in words, with what to do.

use askama::Template;

use super::ask::{Answer, Ask, page};
use super::frame::Frame;
use super::words::moment;
use crate::status::{self, Check, Eyes, Mark};
use crate::text::Texts;

/// One thing that was looked at.
struct Row {
    name: String,
    /// `good`, `warn` or `bad`; the word beside it says the same.
    mark: &'static str,
    word: String,
    found: String,
    todo: String,
}

impl Row {
    fn of(t: &Texts, check: &Check) -> Self {
        Self {
            name: check.name(t),
            mark: check.mark.code(),
            word: check.word(t),
            found: check.found(t),
            todo: check.todo(t),
        }
    }
}

#[derive(Template)]
#[template(path = "status.html")]
struct StatusPage<'a> {
    f: Frame<'a>,
    checks: Vec<Row>,
    summary: String,
    at: String,
    version: &'static str,
    region: &'a str,
}

/// The page.
pub(super) async fn show(ask: Ask) -> Answer {
    let (t, node, now_ms) = (ask.texts(), ask.node(), ask.now_ms());
    let machine = ask.session().is_some_and(|session| session.account.role.runs_node());
    let reader = ask.worker().ok();
    let eyes = if machine { Eyes::Machine } else { reader.as_ref().map_or(Eyes::Nobody, Eyes::Worker) };
    let checks = status::checks(node, Some(&ask.web().pages), eyes).await?;
    let wrong = checks.iter().filter(|check| check.mark != Mark::Good).count();
    page(&StatusPage {
        // What is on the list needs no second banner above it.
        f: Frame::new(&ask, "w-status-title").calm(),
        summary: if wrong == 0 { t.say("w-status-good") } else { t.count("w-status-wrong", wrong) },
        checks: checks.iter().map(|check| Row::of(t, check)).collect(),
        at: moment(t, now_ms, now_ms),
        version: env!("CARGO_PKG_VERSION"),
        region: &node.region_keys().name,
    })
}
