//! The directory: who takes part, what it is, and how to reach it by telephone.

use askama::Template;
use wiez_proto::directory::Standing;
use wiez_proto::refusal::{Reason, Refusal};

use super::ask::{Answer, Ask, page};
use super::frame::Frame;
use super::words::{folded, holds, moment};
use crate::directory::Peer;
use crate::text::Texts;

/// Rows of one page.
const ROWS: usize = 20;

struct Card {
    id: String,
    name: String,
    kind: String,
    teryt: String,
    phone: String,
    standing: String,
    good: bool,
    key_alarm: bool,
    key: String,
}

impl Card {
    fn of(t: &Texts, peer: &Peer) -> Self {
        let entry = &peer.entry;
        let kinds: Vec<&str> =
            std::iter::once(&entry.kind).chain(&entry.also_acts_as).map(|kind| kind.label(t.lang())).collect();
        let code = match peer.standing {
            Standing::Active => "ACTIVE",
            Standing::Suspended => "SUSPENDED",
            Standing::Revoked => "REVOKED",
        };
        Self {
            id: entry.institution.to_string(),
            name: entry.name.clone(),
            kind: kinds.join(", "),
            teryt: entry.teryt.clone(),
            phone: entry.phone.clone(),
            standing: t.say(&format!("standing-{code}")),
            good: peer.standing == Standing::Active && !peer.key_alarm,
            key_alarm: peer.key_alarm,
            key: entry.signing_key.id().to_string(),
        }
    }

    fn text(&self) -> String {
        folded(&format!("{} {} {} {} {}", self.id, self.name, self.kind, self.teryt, self.standing))
    }
}

#[derive(Template)]
#[template(path = "directory.html")]
struct DirectoryPage<'a> {
    f: Frame<'a>,
    wanted: String,
    counted: String,
    as_of: String,
    any: bool,
    cards: Vec<Card>,
    shown: String,
    before: Option<usize>,
    after: Option<usize>,
}

#[derive(Template)]
#[template(path = "card.html")]
struct CardPage<'a> {
    f: Frame<'a>,
    card: Card,
}

/// The list, searched without marks on letters.
pub(super) async fn list(ask: Ask) -> Answer {
    let (t, directory) = (ask.texts(), ask.node().directory());
    let wanted = ask.query().get("szukaj").to_owned();
    let mut cards: Vec<Card> = directory.peers().map(|peer| Card::of(t, peer)).collect();
    let any = !cards.is_empty();
    cards.retain(|card| holds(&card.text(), &wanted));
    cards.sort_by_key(|card| folded(&card.name));
    let pages = cards.len().div_ceil(ROWS).max(1);
    let at = ask.query().get("strona").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let log_ms = ask.node().log_view().time_s().and_then(|time| i64::try_from(time).ok()).map(|time| time * 1000);
    page(&DirectoryPage {
        f: Frame::new(&ask, "w-directory-title"),
        counted: t.count("w-count-institutions", cards.len()),
        as_of: log_ms.map_or_else(|| t.say("w-never"), |ms| moment(t, ask.now_ms(), ms)),
        any,
        wanted,
        cards: cards.into_iter().skip((at - 1) * ROWS).take(ROWS).collect(),
        shown: t.fill("w-page-of", &[("page", &at.to_string()), ("pages", &pages.to_string())]),
        before: (at > 1).then(|| at - 1),
        after: (at < pages).then_some(at + 1),
    })
}

/// One institution.
pub(super) async fn card(ask: Ask) -> Answer {
    let directory = ask.node().directory();
    let missing = || Refusal::new(Reason::NotFound).with("what", "institution");
    let id = ask.param("institution").parse().map_err(|_| missing())?;
    let card = Card::of(ask.texts(), directory.get(&id).ok_or_else(missing)?);
    let f = Frame::new(&ask, "w-directory-title").titled(card.name.clone()).under("/katalog");
    page(&CardPage { f, card })
}
