//! What the person concerned may be given on paper: consents and cases of which that person may know.

use askama::Template;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::Category;

use super::super::ask::{Answer, Ask, page};
use super::super::consent::{day, on_paper};
use super::super::fault::Told;
use super::super::frame::Frame;
use super::super::words::{Fact, field, kind};
use super::timeline::happened;
use crate::account::Watcher;
use crate::casework::{self, CaseView, ExportedCase, ExportedMessage, SubjectExport};
use crate::consent::ConsentView;
use crate::referral::Side;
use crate::store::casework::Direction;
use crate::text::Texts;

/// How a case number is written in an address: `INSTITUTION:NUMBER` where another institution gave it. Nothing for a
/// case that stands apart: from there no way leads to what the person is given.
pub(super) fn named(view: &CaseView) -> Option<String> {
    let line = &view.line;
    if line.apart || line.subject_ref.is_empty() {
        return None;
    }
    let whole = match line.side {
        Side::Referrer => line.subject_ref.clone(),
        Side::Provider => format!("{}:{}", line.peer, line.subject_ref),
    };
    Some(form_urlencoded::byte_serialize(whole.as_bytes()).collect())
}

/// One consent.
struct Consented {
    number: String,
    state: String,
    valid: String,
    pairs: Vec<Fact>,
}

/// One message.
struct Said {
    heading: String,
    categories: String,
    facts: Vec<Fact>,
}

/// One case.
struct Concerns {
    number: String,
    heading: String,
    problem: Option<String>,
    messages: Vec<Said>,
    history: Vec<String>,
}

#[derive(Template)]
#[template(path = "subject_print.html")]
struct PrintPage<'a> {
    f: Frame<'a>,
    subject: String,
    of: Option<String>,
    printed: String,
    consents: Vec<Consented>,
    cases: Vec<Concerns>,
}

#[derive(Template)]
#[template(path = "subject.html")]
struct FormPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
}

/// Where somebody types the case number.
pub(in crate::web) async fn form(ask: Ask) -> Answer {
    page(&FormPage { f: Frame::new(&ask, "w-subject-title"), told: None })
}

/// The document.
pub(in crate::web) async fn print(ask: Ask) -> Answer {
    let session = ask.session().ok_or_else(|| Refusal::new(wiez_proto::refusal::Reason::SessionEnded))?;
    let wanted = ask.query().get("numer");
    if wanted.is_empty() {
        return form(ask.clone()).await;
    }
    let export = casework::subject_export(ask.node(), &Watcher::of(session)?, wanted).await?;
    let t = ask.texts();
    page(&PrintPage {
        f: Frame::new(&ask, "w-subject-title"),
        subject: export.subject_ref.clone(),
        of: export.of.as_ref().map(|id| name(&ask, id)),
        printed: t.moment(ask.now_ms()),
        consents: export.consents.iter().map(|one| consented(&ask, one)).collect(),
        cases: cases(&ask, &export),
    })
}

fn name(ask: &Ask, id: &InstitutionId) -> String {
    let directory = ask.node().directory();
    directory.get(id).map_or_else(|| id.to_string(), |peer| peer.entry.name.clone())
}

fn categories<'a>(t: &Texts, all: impl IntoIterator<Item = &'a Category>) -> String {
    let shown = all.into_iter().filter(|one| **one != Category::None);
    shown.map(|one| one.label(t.lang())).collect::<Vec<_>>().join("; ")
}

fn consented(ask: &Ask, view: &ConsentView) -> Consented {
    let t = ask.texts();
    let pair = |pair: &crate::consent::PairView| {
        let gives = t.fill("w-subject-give", &[("what", &categories(t, &pair.give))]);
        let receives = t.fill("w-subject-receive", &[("what", &categories(t, &pair.receive))]);
        let mut said: Vec<String> = vec![];
        if !pair.give.is_empty() {
            said.push(gives);
        }
        if !pair.receive.is_empty() {
            said.push(receives);
        }
        said.push(match pair.ended_ms {
            None => t.say("pair-live"),
            Some(at) => t.fill(if pair.logged { "pair-ended" } else { "pair-ending" }, &[("at", &t.moment(at))]),
        });
        Fact { heading: name(ask, &pair.institution), text: said.join(" · ") }
    };
    Consented {
        number: view.line.number.clone(),
        state: on_paper(t, view.line.state),
        valid: day(&view.form.valid_to),
        pairs: view.pairs.iter().map(pair).collect(),
    }
}

fn cases(ask: &Ask, export: &SubjectExport) -> Vec<Concerns> {
    let t = ask.texts();
    let one = |case: &ExportedCase| Concerns {
        number: case.number.clone(),
        heading: format!(
            "{}, {}, {}: {}",
            t.say(&format!("case-{}", case.kind.code())),
            name(ask, &case.peer),
            t.moment(case.created_ms),
            case.status.label(t.lang())
        ),
        problem: case.problem.as_ref().map(|refusal| refusal.explain(t.lang()).what),
        messages: case.messages.iter().map(|message| said(t, message)).collect(),
        history: case
            .history
            .iter()
            .map(|event| format!("{} – {}", t.moment(event.at_ms), happened(t, ask.node(), event)))
            .collect(),
    };
    export.cases.iter().map(one).collect()
}

fn said(t: &Texts, message: &ExportedMessage) -> Said {
    let way = if message.direction == Direction::In { "w-came" } else { "w-went" };
    let state = t.find(&format!("state-{}", message.state)).map(|state| format!(" · {state}")).unwrap_or_default();
    Said {
        heading: format!("{}: {} · {}{state}", t.say(way), kind(t.lang(), &message.kind), t.moment(message.at_ms)),
        categories: categories(t, &message.categories),
        facts: message.fields.iter().map(|one| field(t, one)).collect(),
    }
}
