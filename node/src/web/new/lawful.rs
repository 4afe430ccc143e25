//! The forms of what needs no consent, and of questions: which kinds this institution can send, and one form for each.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::calendar::day_of;
use wiez_proto::policy::{Requirement, Row};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{
    BasisClass, BasisCode, Category, FormalChannel, Lang, PersonRole, SecrecyRelease, SignalReason,
};

use super::super::ask::{Answer, Ask, page, page_as};
use super::super::fault::{Told, status};
use super::super::fields::Fields;
use super::super::frame::Frame;
use super::super::words::{Choice, choices};
use super::form::{CARRIED, Ground, Group, carried, labelled, parts};
use super::nk::{self, Block};
use super::recipient::{Where, names, place};
use super::topic::{Topic, bases, groups, usual};

/// Questions of one form.
const QUESTIONS: usize = 3;

/// One kind to choose.
struct Kind {
    code: String,
    name: String,
    bases: Vec<String>,
    demanded: bool,
}

#[derive(Template)]
#[template(path = "new_kinds.html")]
struct KindsPage<'a> {
    f: Frame<'a>,
    kinds: Vec<Kind>,
    refers: bool,
    /// The institution that was meant, where there is one.
    peer: String,
    carried: Vec<(String, String)>,
}

/// The kinds that can be sent, or that can be sent to the institution that was meant; what was typed goes along.
pub(super) async fn kinds(ask: &Ask, fields: &Fields) -> Answer {
    let (t, me) = (ask.texts(), ask.node().me());
    let meant = match place(ask, Topic::Info, fields.get("do")) {
        Where::Is(to) => Some(to.entry),
        Where::OneOf(_) | Where::Unknown | Where::Missing => None,
    };
    let rows = |topic: Topic| meant.as_ref().map_or_else(|| topic.rows(me), |peer| topic.between(me, peer));
    let kind = |topic: Topic| {
        let rows = rows(topic);
        let names = bases(&rows).into_iter().map(|basis| basis.label(t.lang()).to_owned()).collect();
        let consent = rows.len() > bases(&rows).len() && topic == Topic::Info;
        let also: Vec<String> = if consent { vec![t.say("w-new-or-consent")] } else { vec![] };
        let code = topic.kind().code().to_owned();
        let name = topic.kind().label(t.lang()).to_owned();
        (!rows.is_empty()).then(|| Kind { code, name, bases: [names, also].concat(), demanded: topic.demanded() })
    };
    page(&KindsPage {
        f: Frame::new(ask, "w-new-kinds-title").under("/nowe"),
        kinds: Topic::OTHERS.into_iter().filter_map(kind).collect(),
        refers: !Topic::Referral.rows(me).is_empty(),
        peer: meant.map(|peer| peer.name).unwrap_or_default(),
        carried: carried_all(fields),
    })
}

/// Everything that was typed, for another form.
fn carried_all(fields: &Fields) -> Vec<(String, String)> {
    let own = ["csrf", "raz", "rodzaj", "podstawa", "pole", "bez", "held"];
    let kept = fields.pairs().filter(|(name, value)| !own.contains(name) && !value.is_empty());
    kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[derive(Template)]
#[template(path = "new_lawful.html")]
struct LawfulPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    note: Option<String>,
    field: String,
    code: String,
    has: Has,
    person: String,
    to: String,
    to_hint: String,
    institutions: Vec<String>,
    grounds: Vec<Ground>,
    goal: String,
    reasons: Vec<Choice>,
    questions: Vec<String>,
    asked: Vec<Choice>,
    groups: Vec<Group>,
    blocks: Vec<Block>,
    roles: Vec<Choice>,
    channels: Vec<Choice>,
    releases: Vec<Choice>,
    typed: Typed,
    carried: Vec<(String, String)>,
}

/// Which fields a form has.
#[expect(clippy::struct_excessive_bools, reason = "each is a field that is there or not")]
struct Has {
    demanded: bool,
    asks: bool,
    signal: bool,
    alert: bool,
    blue: bool,
    /// The formal letter, which may follow.
    letter: bool,
    case_ref: bool,
    officer: bool,
    order_ref: bool,
    justification: bool,
    reporter: bool,
}

impl Has {
    fn of(topic: Topic, rows: &[&Row]) -> Self {
        let requires = |what: Requirement| rows.iter().any(|row| row.requires.contains(&what));
        Self {
            demanded: topic.demanded(),
            asks: topic.asks(),
            signal: topic == Topic::Signal,
            alert: topic == Topic::Alert,
            blue: topic == Topic::BlueCard,
            letter: requires(Requirement::FormalRef),
            case_ref: requires(Requirement::CaseRef),
            officer: requires(Requirement::Officer),
            order_ref: requires(Requirement::OrderRef),
            justification: requires(Requirement::Justification),
            reporter: !topic.asks() && rows.iter().any(|row| row.ceiling.contains(&Category::Reporter)),
        }
    }
}

/// Short fields as they were typed.
struct Typed {
    place: String,
    in_danger: String,
    phoned: String,
    phoned_at: String,
    case_ref: String,
    officer: String,
    order_ref: String,
    justification: String,
    reporter: String,
    started: String,
    letter: String,
    letter_date: String,
    family_knows: bool,
}

impl Typed {
    fn of(ask: &Ask, fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        let today = day_of(ask.now_ms()).to_string();
        Self {
            place: text("miejsce"),
            in_danger: text("zagrozony"),
            phoned: text("dzwoniono"),
            phoned_at: text("dzwoniono-o"),
            case_ref: text("sygnatura"),
            officer: text("funkcjonariusz"),
            order_ref: text("orzeczenie"),
            justification: text("uzasadnienie"),
            reporter: text("dlaczego-zglaszajacy"),
            started: if fields.get("wszczeto").is_empty() { today } else { text("wszczeto") },
            letter: text("pismo-numer"),
            letter_date: text("pismo-data"),
            family_knows: fields.get("rodzina-wie") == "tak",
        }
    }
}

/// The bases of a form; a consent stands among them only where a question may go under one.
fn grounds(ask: &Ask, topic: Topic, rows: &[&Row], fields: &Fields) -> Vec<Ground> {
    let t = ask.texts();
    let lawful = bases(rows);
    let typed = Some(fields.get("podstawa")).filter(|code| !code.is_empty());
    let usual = usual(topic, &lawful).map_or("zgoda", BasisCode::code);
    let typed = typed.unwrap_or(usual);
    let ground = |basis: BasisCode| Ground {
        code: basis.code().to_owned(),
        name: basis.label(t.lang()).to_owned(),
        hint: String::new(),
        chosen: typed == basis.code(),
    };
    let mut out: Vec<Ground> = lawful.iter().copied().map(ground).collect();
    if topic == Topic::Info && rows.iter().any(|row| row.class == BasisClass::Consent) {
        let chosen = typed == "zgoda" || typed.starts_with('Z') || out.is_empty();
        let (name, hint) = (t.say("w-new-ground-own"), t.say("w-new-ground-own-hint"));
        out.push(Ground { code: "zgoda".to_owned(), name, hint, chosen });
    }
    out
}

/// The categories that may be asked for, with those that were chosen.
fn asked(topic: Topic, rows: &[&Row], fields: &Fields, lang: Lang) -> Vec<Choice> {
    if !topic.asks() {
        return vec![];
    }
    let wanted = fields.codes::<Category>("zakres").unwrap_or_default();
    let choice = |one: Category| Choice {
        code: one.code().to_owned(),
        name: one.label(lang).to_owned(),
        chosen: wanted.contains(&one),
    };
    groups(rows).into_iter().flat_map(|(_, all)| all).map(choice).collect()
}

/// The form of one kind with what was typed, and why it did not work.
pub(super) async fn show(
    ask: &Ask,
    topic: Topic,
    fields: &Fields,
    refusal: Option<&Refusal>,
    note: Option<String>,
) -> Answer {
    let (t, lang, me) = (ask.texts(), ask.lang(), ask.node().me());
    let meant = match place(ask, topic, fields.get("do")) {
        Where::Is(to) => Some(to.entry),
        Where::OneOf(_) | Where::Unknown | Where::Missing => None,
    };
    let met = meant.as_ref().map(|peer| topic.between(me, peer)).filter(|rows| !rows.is_empty());
    let rows = met.unwrap_or_else(|| topic.rows(me));
    let refusal = refusal.map(|refusal| labelled(t, refusal));
    let f = Frame::new(ask, "w-new-kinds-title").titled(topic.kind().label(lang).to_owned()).under("/nowe");
    let blue = rows.first().filter(|_| topic == Topic::BlueCard);
    let facts = blue.map_or_else(|| groups(&rows), |row| vec![("w-new-group-event", nk::of_event(row))]);
    let mut questions: Vec<String> = fields.all("pytanie").map(str::to_owned).collect();
    questions.resize(QUESTIONS, String::new());
    let usual = match &meant {
        Some(peer) => super::usual(ask).await?.remove(&peer.institution),
        None => None,
    };
    let shown = LawfulPage {
        f: if refusal.is_some() { f.problem() } else { f },
        told: refusal.as_ref().map(|refusal| Told::of(refusal, lang)),
        note,
        field: fields.get("pole").to_owned(),
        code: topic.kind().code().to_owned(),
        has: Has::of(topic, &rows),
        person: fields.get("osoba").to_owned(),
        to: meant.map_or_else(|| fields.get("do").to_owned(), |peer| peer.name),
        to_hint: usual.unwrap_or_default(),
        institutions: names(ask, topic),
        grounds: grounds(ask, topic, &rows, fields),
        goal: fields.get("opis").to_owned(),
        reasons: choices(
            SignalReason::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())),
            fields.get("powod"),
        ),
        questions,
        asked: asked(topic, &rows, fields, lang),
        groups: parts(t, facts, fields, None),
        blocks: blue.map_or_else(|| Ok(vec![]), |row| nk::blocks(row, fields, lang))?,
        roles: choices(PersonRole::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())), ""),
        channels: choices(
            FormalChannel::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())),
            fields.get("pismo-kanal"),
        ),
        releases: choices(
            SecrecyRelease::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())),
            fields.get("tajemnica"),
        ),
        typed: Typed::of(ask, fields),
        carried: carried(fields, CARRIED),
    };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &shown)
}
