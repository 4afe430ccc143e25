//! The directory: who takes part, for what need and where, how fast it usually answers, and how to call it.

mod need;
mod place;
mod times;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use wiez_proto::directory::Standing;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Area, InstitutionKind};

pub(super) use self::times::usual;

use super::ask::{Answer, Ask, page};
use super::frame::Frame;
use super::words::{Choice, choices, folded, holds, moment};
use crate::directory::Peer;
use crate::text::Texts;

/// Rows of one page.
const ROWS: usize = 20;

/// One institution as a list or its own page shows it.
struct Card {
    id: String,
    name: String,
    kind: String,
    sectors: String,
    place: String,
    teryt: String,
    phone: String,
    standing: String,
    good: bool,
    key_alarm: bool,
    key: String,
    services: String,
    /// Its usual time to answer; empty where too few cases tell it.
    usual: String,
    county: String,
    kinds: Vec<InstitutionKind>,
    areas: BTreeSet<Area>,
}

impl Card {
    fn of(t: &Texts, peer: &Peer, usual: &BTreeMap<InstitutionId, String>) -> Self {
        let (entry, lang) = (&peer.entry, t.lang());
        let kinds: Vec<InstitutionKind> =
            std::iter::once(entry.kind).chain(entry.also_acts_as.iter().copied()).collect();
        let areas: BTreeSet<Area> = kinds.iter().filter_map(|kind| kind.area()).collect();
        let code = match peer.standing {
            Standing::Active => "ACTIVE",
            Standing::Suspended => "SUSPENDED",
            Standing::Revoked => "REVOKED",
        };
        let joined = |names: Vec<&str>| names.join(", ");
        let county = place::county(&entry.teryt);
        Self {
            id: entry.institution.to_string(),
            name: entry.name.clone(),
            kind: joined(kinds.iter().map(|kind| kind.label(lang)).collect()),
            sectors: joined(areas.iter().map(|area| area.label(lang)).collect()),
            place: place::name(&entry.teryt),
            teryt: entry.teryt.clone(),
            phone: entry.phone.clone(),
            standing: t.say(&format!("standing-{code}")),
            good: peer.standing == Standing::Active && !peer.key_alarm,
            key_alarm: peer.key_alarm,
            key: entry.signing_key.id().to_string(),
            services: joined(need::services(&kinds).iter().map(|service| service.label(lang)).collect()),
            usual: usual.get(&entry.institution).cloned().unwrap_or_default(),
            county,
            kinds,
            areas,
        }
    }

    /// Everything by which it is found: name, kind, sector, place and what people need there.
    fn text(&self) -> String {
        folded(
            &[
                &self.id,
                &self.name,
                &self.kind,
                &self.sectors,
                &self.place,
                &self.teryt,
                &self.services,
                &self.standing,
            ]
            .map(String::as_str)
            .join(" "),
        )
    }
}

/// What of the directory somebody asks for.
struct Wanted {
    words: String,
    sector: Option<Area>,
    county: String,
    kind: Option<InstitutionKind>,
}

impl Wanted {
    fn of(ask: &Ask) -> Self {
        let query = ask.query();
        Self {
            words: query.get("szukaj").to_owned(),
            sector: query.get("sektor").parse().ok(),
            county: query.get("powiat").to_owned(),
            kind: query.get("rodzaj").parse().ok(),
        }
    }

    fn takes(&self, card: &Card) -> bool {
        self.sector.is_none_or(|sector| card.areas.contains(&sector))
            && self.kind.is_none_or(|kind| card.kinds.contains(&kind))
            && (self.county.is_empty() || self.county == card.county)
            && holds(&card.text(), &self.words)
    }

    fn is_narrow(&self) -> bool {
        self.sector.is_some() || self.kind.is_some() || !self.county.is_empty() || !self.words.trim().is_empty()
    }
}

#[derive(Template)]
#[template(path = "directory.html")]
struct DirectoryPage<'a> {
    f: Frame<'a>,
    wanted: String,
    sectors: Vec<Choice>,
    counties: Vec<Choice>,
    kinds: Vec<Choice>,
    counted: String,
    as_of: String,
    offline: bool,
    narrow: bool,
    cards: Vec<Card>,
    shown: String,
    /// The query of this list, ready for a page number.
    query: String,
    before: Option<usize>,
    after: Option<usize>,
}

#[derive(Template)]
#[template(path = "directory_print.html")]
struct PrintPage<'a> {
    f: Frame<'a>,
    counted: String,
    as_of: String,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "card.html")]
struct CardPage<'a> {
    f: Frame<'a>,
    card: Card,
}

/// The list, searched without marks on letters; printed as a whole when asked so.
pub(super) async fn list(ask: Ask) -> Answer {
    let (t, lang, directory) = (ask.texts(), ask.lang(), ask.node().directory());
    let (wanted, usual) = (Wanted::of(&ask), usual(&ask).await?);
    let mut cards: Vec<Card> = directory.peers().map(|peer| Card::of(t, peer, &usual)).collect();
    let sectors: BTreeSet<Area> = cards.iter().flat_map(|card| card.areas.iter().copied()).collect();
    let kinds: BTreeSet<InstitutionKind> = cards.iter().flat_map(|card| card.kinds.iter().copied()).collect();
    let counties: BTreeMap<String, String> = cards
        .iter()
        .map(|card| (card.county.clone(), card.place.clone()))
        .filter(|(code, _)| !code.is_empty())
        .collect();
    cards.retain(|card| wanted.takes(card));
    cards.sort_by_key(|card| folded(&card.name));
    let counted = t.count("w-count-institutions", cards.len());
    let as_of = as_of(&ask);
    if ask.query().get("druk") == "tak" {
        let f = Frame::new(&ask, "w-directory-print").under("/katalog");
        return page(&PrintPage { f, counted, as_of, cards });
    }
    let pages = cards.len().div_ceil(ROWS).max(1);
    let at = ask.query().get("strona").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let code = |kind: Option<InstitutionKind>| kind.map_or("", InstitutionKind::code);
    let query = ask.query().without(&["strona", "jezyk"]).encoded();
    page(&DirectoryPage {
        f: Frame::new(&ask, "w-directory-title"),
        sectors: choices(
            sectors.iter().map(|one| (one.code(), one.label(lang).to_owned())),
            wanted.sector.map_or("", Area::code),
        ),
        counties: choices(counties.iter().map(|(code, name)| (code.as_str(), name.clone())), &wanted.county),
        kinds: choices(kinds.iter().map(|one| (one.code(), one.label(lang).to_owned())), code(wanted.kind)),
        counted,
        as_of,
        offline: ask.node().progress.connected_since().is_none(),
        narrow: wanted.is_narrow(),
        wanted: wanted.words,
        cards: cards.into_iter().skip((at - 1) * ROWS).take(ROWS).collect(),
        shown: t.fill("w-page-of", &[("page", &at.to_string()), ("pages", &pages.to_string())]),
        query: if query.is_empty() { query } else { format!("{query}&") },
        before: (at > 1).then(|| at - 1),
        after: (at < pages).then_some(at + 1),
    })
}

/// Of when the directory is: the newest signed time of the region's log.
fn as_of(ask: &Ask) -> String {
    let log_ms = ask.node().log_view().time_s().and_then(|time| i64::try_from(time).ok()).map(|time| time * 1000);
    log_ms.map_or_else(|| ask.texts().say("w-never"), |ms| moment(ask.texts(), ask.now_ms(), ms))
}

/// One institution.
pub(super) async fn card(ask: Ask) -> Answer {
    let directory = ask.node().directory();
    let missing = || Refusal::new(Reason::NotFound).with("what", "institution");
    let id = ask.param("institution").parse().map_err(|_| missing())?;
    let usual = usual(&ask).await?;
    let card = Card::of(ask.texts(), directory.get(&id).ok_or_else(missing)?, &usual);
    let f = Frame::new(&ask, "w-directory-title").titled(card.name.clone()).under("/katalog");
    page(&CardPage { f, card })
}
