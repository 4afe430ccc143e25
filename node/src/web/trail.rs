//! The trail: who opened and sent what, newest first, and whether anybody changed it.

use askama::Template;
use wiez_proto::refusal::{Reason, Refusal};

use super::ask::{Answer, Ask, page, page_as};
use super::fault::{Told, status};
use super::frame::Frame;
use super::people::{me, receives};
use super::words::kind;
use crate::account::{AccessRole, Act, Receives};
use crate::text::Texts;
use crate::trail::{self, Act as Did, Entry, Head};
use crate::vault::hand::Why;

/// Entries of one page.
const ROWS: u32 = 50;

struct Row {
    seq: u64,
    at: String,
    worker: String,
    did: String,
    number: String,
    about: String,
}

impl Row {
    fn of(t: &Texts, entry: &Entry) -> Self {
        Self {
            seq: entry.seq,
            at: t.moment(entry.at_ms),
            worker: entry.worker.clone(),
            did: t.say(&format!("did-{}", entry.act.code())),
            number: entry.number.clone(),
            about: about(t, entry),
        }
    }
}

/// What else an entry is about, with codes as words: a message's kind; or a login, and the role, the reason or the new
/// cases behind it.
fn about(t: &Texts, entry: &Entry) -> String {
    if entry.act == Did::Sent {
        return kind(t.lang(), &entry.about);
    }
    let Some((who, code)) = entry.about.split_once(' ') else { return entry.about.clone() };
    let role = AccessRole::parse(code).ok().map(|role| role.label(t.lang()).to_owned());
    let why = || code.parse::<Why>().ok().map(|why| why.label(t.lang()).to_owned());
    let cases = || match code {
        "NONE" => Some(receives(t, None)),
        code => Receives::parse(code).ok().map(|one| receives(t, Some(one))),
    };
    role.or_else(why).or_else(cases).map_or_else(|| entry.about.clone(), |word| format!("{who}: {word}"))
}

#[derive(Template)]
#[template(path = "trail.html")]
struct TrailPage<'a> {
    f: Frame<'a>,
    number: String,
    rows: Vec<Row>,
    older: Option<u64>,
    newest: bool,
}

/// The list, of one case or of all.
pub(super) async fn list(ask: Ask) -> Answer {
    let session = ask.session().ok_or_else(|| Refusal::new(Reason::SessionEnded))?;
    let number = ask.query().get("sprawa").to_ascii_uppercase();
    let before = ask.query().get("przed").parse::<u64>().ok();
    let only = Some(number.as_str()).filter(|number| !number.is_empty());
    let mut entries = trail::read(ask.node(), session, before, only, ROWS + 1).await?;
    let more = entries.len() > usize::try_from(ROWS).unwrap_or_default();
    entries.truncate(usize::try_from(ROWS).unwrap_or_default());
    page(&TrailPage {
        f: Frame::new(&ask, "w-trail-title").under("/ludzie"),
        older: entries.last().map(|entry| entry.seq).filter(|_| more),
        rows: entries.iter().map(|entry| Row::of(ask.texts(), entry)).collect(),
        newest: before.is_none(),
        number,
    })
}

#[derive(Template)]
#[template(path = "trailcheck.html")]
struct CheckPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    counted: String,
    head: String,
    noted: String,
    reads: bool,
}

/// Computes the whole trail anew; a head noted earlier shows whether it was rewritten since.
pub(super) async fn check(ask: Ask) -> Answer {
    let me = me(&ask)?;
    me.may(Act::VerifyTrail)?;
    let noted = ask.query().get("odcisk").to_owned();
    let found = verified(&ask, &noted).await;
    let f = Frame::new(&ask, "w-trail-verify").under("/ludzie");
    let (t, reads) = (ask.texts(), me.may(Act::ReadTrail).is_ok());
    match found {
        Ok(head) => {
            let (counted, head) = (t.fill("trail-good", &[("size", &head.seq.to_string())]), head.to_string());
            page(&CheckPage { f, told: None, counted, head, noted, reads })
        }
        Err(refusal) => {
            let told = Some(Told::of(&refusal, ask.lang()));
            let (counted, head) = (String::new(), String::new());
            page_as(status(refusal.reason), &CheckPage { f: f.problem(), told, counted, head, noted, reads })
        }
    }
}

async fn verified(ask: &Ask, noted: &str) -> Result<Head, Refusal> {
    let noted = if noted.is_empty() { None } else { Some(noted.parse::<Head>()?) };
    let mut view = ask.node().store().view("web.trail_check").await?;
    trail::verify(&mut view, noted.as_ref()).await
}
