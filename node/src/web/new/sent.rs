//! What happens next, after something was sent: its number, until when an answer is owed, and whom to call.

use askama::Template;

use super::super::ask::{Answer, Ask, page};
use super::super::frame::Frame;
use super::super::words::due;
use crate::casework;
use crate::referral::Side;

#[derive(Template)]
#[template(path = "sent.html")]
struct SentPage<'a> {
    f: Frame<'a>,
    number: String,
    subject: String,
    kind: String,
    peer: String,
    phone: String,
    place: String,
    /// Until when an answer is owed.
    answer: String,
    /// How long this institution usually takes.
    usual: Option<String>,
    working_copy: bool,
    apart: bool,
}

/// The page of a case that began here.
pub(in crate::web) async fn sent(ask: Ask) -> Answer {
    let view = casework::show(ask.node(), &ask.worker()?, ask.param("number")).await?;
    let (t, line, directory) = (ask.texts(), &view.line, ask.node().directory());
    if line.side == Side::Provider {
        return super::super::ask::go(&format!("/sprawy/{}", line.number));
    }
    let phone = directory.get(&line.peer).map(|peer| peer.entry.phone.clone()).unwrap_or_default();
    let under = if line.apart { "/osobne" } else { "/skrzynka" };
    page(&SentPage {
        f: Frame::new(&ask, "w-sent-title").under(under),
        number: line.number.clone(),
        subject: line.subject_ref.clone(),
        kind: t.say(&format!("case-{}", line.kind.code())),
        peer: line.peer_name.clone(),
        phone,
        place: t.fill(&format!("where-{}", line.status), &[("peer", &line.peer_name)]),
        answer: due(t, ask.now_ms(), line.due_ms),
        usual: super::usual(&ask).await?.remove(&line.peer),
        working_copy: view.working_copy,
        apart: line.apart,
    })
}
