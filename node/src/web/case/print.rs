//! One case as one clean document for the paper file.

use askama::Template;

use super::super::ask::{Answer, Ask, page};
use super::super::frame::Frame;
use super::super::words::PAPER;
use super::list_of;
use super::sheet::Sheet;
use crate::casework;

#[derive(Template)]
#[template(path = "case_print.html")]
struct PrintPage<'a> {
    f: Frame<'a>,
    s: Sheet,
    printed: String,
    by: String,
}

/// The document. Printing opens the case and is in the trail as that.
pub(in crate::web) async fn print(ask: Ask) -> Answer {
    let worker = ask.worker()?;
    let view = casework::show(ask.node(), &worker, ask.param("number")).await?;
    let t = ask.texts();
    let title = t.fill("w-case-title", &[("number", &view.line.number)]);
    page(&PrintPage {
        f: Frame::new(&ask, "w-case-title").titled(title).under(list_of(&view)),
        s: Sheet::of(&ask, &view, PAPER),
        printed: t.moment(ask.now_ms()),
        by: worker.name.clone(),
    })
}
