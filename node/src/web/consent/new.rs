//! A new consent: for whom, between which institutions, what, for what and how long; then its sheet is printed.

use askama::Template;
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use wiez_proto::calendar;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{Authority, Category, EvidenceKind, GiverRole, Purpose};

use super::scope::{self, Column, Line, Peerless};
use super::{back_to, called, day};
use crate::consent::{self, Form, Giver, Pair};
use crate::store;
use crate::web::ask::{Answer, Ask, go, page_as};
use crate::web::fault::{Told, status};
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::words::{Choice, choices};

/// Purposes that a consent can have at a desk, those ticked by themselves first.
const PURPOSES: [Purpose; 7] = [
    Purpose::Assist,
    Purpose::Service,
    Purpose::Diag,
    Purpose::Contract,
    Purpose::Monitor,
    Purpose::Child,
    Purpose::Foster,
];
/// How many of them are ticked by themselves.
const TICKED: usize = 2;
/// Names offered while an institution is typed; with more, the page would grow beyond its size.
const MOST_NAMES: usize = 300;

#[derive(Template)]
#[template(path = "consent-new.html")]
struct NewPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    /// What has to be looked at before it can be printed.
    look: Option<String>,
    /// When the person said no before, and to whom.
    refused: Option<String>,
    /// Persons of the name that was typed, by case number.
    which: Vec<Choice>,
    person: String,
    subject: String,
    columns: Vec<Column>,
    ordinary: Vec<Line>,
    special: Vec<Line>,
    typed: String,
    names: Vec<String>,
    givers: Vec<Choice>,
    child: bool,
    born: String,
    own: bool,
    authorities: Vec<Choice>,
    purposes: Vec<Choice>,
    until: String,
    last: String,
    /// Where the page leads back to; see [`back_to`].
    back: String,
}

/// The page as it begins, or as it was left.
pub(in crate::web) async fn form(ask: Ask) -> Answer {
    let draft = ask.draft();
    let mut view = ask.node().store().view_as("consent.usual", &ask.worker()?).await?;
    let usual = store::consent::usual_peers(&mut view, scope::USUAL).await?;
    drop(view);
    let directory = ask.node().directory();
    if draft.get("do_dnia").is_empty() {
        let asked: Vec<&str> = ask.query().all("do").collect();
        let mut columns = scope::begin(&directory, &me(&ask), &asked, &usual);
        // What the gate named as missing is ticked for the institution that it was about.
        let missing = ask.query().codes::<Category>("kategorie")?;
        for column in columns.iter_mut().filter(|column| column.on) {
            column.give.extend(missing.iter().filter(|category| category.consentable()));
        }
        let fields = Fields::default().with("sprawa", ask.query().get("sprawa"));
        let fields = fields.with("powrot", ask.query().get("powrot"));
        return shown(&ask, &fields, columns, Note::default());
    }
    let columns = scope::sent(&directory, &me(&ask), &draft);
    shown(&ask, &draft, columns, Note::default())
}

fn me(ask: &Ask) -> Peerless<'_> {
    Peerless { id: ask.node().id(), teryt: &ask.node().me().teryt }
}

/// What a page says above what was typed.
#[derive(Default)]
struct Note<'a> {
    refusal: Option<&'a Refusal>,
    look: Option<&'static str>,
    refused: Option<String>,
    which: Vec<Choice>,
}

fn shown(ask: &Ask, typed: &Fields, columns: Vec<Column>, note: Note<'_>) -> Answer {
    let (t, lang) = (ask.texts(), ask.lang());
    let fresh = typed.get("do_dnia").is_empty();
    let today = calendar::day_of(ask.now_ms());
    let last = later(today, 1.year());
    let role = if typed.get("kto").is_empty() { GiverRole::SelfGiver.code() } else { typed.get("kto") };
    let authority = if typed.get("wladza").is_empty() { Authority::Full.code() } else { typed.get("wladza") };
    let purpose = |at: usize, one: Purpose| Choice {
        code: one.code().to_owned(),
        name: one.label(lang).to_owned(),
        chosen: if fresh { at < TICKED } else { typed.all("cel").any(|code| code == one.code()) },
    };
    let directory = ask.node().directory();
    let mut names = scope::names(&directory, &me(ask));
    if names.len() > MOST_NAMES {
        names.clear();
    }
    let f = Frame::new(ask, "w-consent-new-title").under("/zgody");
    let erring = note.refusal.is_some() || note.look.is_some() || note.refused.is_some() || !note.which.is_empty();
    let page = NewPage {
        f: if note.refusal.is_some() { f.problem() } else { f },
        told: note.refusal.map(|refusal| Told::of(refusal, lang)),
        look: note.look.map(|key| t.say(key)),
        refused: note.refused,
        which: note.which,
        person: typed.get("osoba").to_owned(),
        subject: typed.get("sprawa").to_owned(),
        ordinary: scope::lines(&columns, lang, false),
        special: scope::lines(&columns, lang, true),
        columns,
        typed: if erring { typed.get("inna").to_owned() } else { String::new() },
        names,
        givers: choices(GiverRole::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())), role),
        child: role != GiverRole::SelfGiver.code() || !typed.get("urodzona").is_empty(),
        born: typed.get("urodzona").to_owned(),
        own: typed.get("wlasne") == "tak",
        authorities: choices(Authority::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())), authority),
        purposes: PURPOSES.into_iter().enumerate().map(|(at, one)| purpose(at, one)).collect(),
        until: if fresh { last.to_string() } else { typed.get("do_dnia").to_owned() },
        last: last.to_string(),
        back: back_to(typed).map(|(code, _)| code).unwrap_or_default(),
    };
    page_as(note.refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &page)
}

fn later(day: Date, span: Span) -> Date {
    day.checked_add(span).and_then(|day| day.yesterday()).unwrap_or(day)
}

/// Reads the form; prepares the sheet, or shows the page again with what has to be looked at.
pub(in crate::web) async fn prepare(ask: Ask) -> Answer {
    let (directory, fields) = (ask.node().directory(), ask.fields());
    let mut columns = scope::sent(&directory, &me(&ask), fields);
    let typed = fields.get("inna");
    if !typed.is_empty() {
        return match scope::add(&directory, &me(&ask), &mut columns, typed) {
            Ok(sure) => {
                let look = if sure { "w-consent-added" } else { "w-consent-which" };
                let rest = fields.without(if sure { &["inna"] } else { &[] });
                shown(&ask, &rest, columns, Note { look: Some(look), ..Note::default() })
            }
            Err(refusal) => shown(&ask, fields, columns, Note { refusal: Some(&refusal), ..Note::default() }),
        };
    }
    let pairs: Vec<Pair> = columns.iter().filter(|column| column.on).map(Column::pair).collect();
    match number(&ask, pairs).await {
        Ok(Begun::Number(number)) => {
            ask.forget("/zgody/nowa");
            let back = back_to(fields).map(|(code, _)| format!("?powrot={code}")).unwrap_or_default();
            go(&format!("/zgody/{number}/druk{back}"))
        }
        Ok(Begun::Refused(text)) => shown(&ask, fields, columns, Note { refused: Some(text), ..Note::default() }),
        Ok(Begun::Which(which)) => {
            shown(&ask, fields, columns, Note { which, look: Some("w-consent-which-person"), ..Note::default() })
        }
        Err(refusal) => shown(&ask, fields, columns, Note { refusal: Some(&refusal), ..Note::default() }),
    }
}

/// How far a sheet came.
enum Begun {
    /// It has a number.
    Number(String),
    /// The person said no before.
    Refused(String),
    /// Several persons have this name.
    Which(Vec<Choice>),
}

async fn number(ask: &Ask, pairs: Vec<Pair>) -> Result<Begun, Refusal> {
    let (node, reader, t, fields) = (ask.node(), ask.worker()?, ask.texts(), ask.fields());
    let (typed, own) = (fields.get("osoba"), fields.get("sprawa"));
    let mut known = if own.is_empty() { ask.names().await?.exact(typed) } else { vec![] };
    known.retain(|hit| !hit.subject_ref.is_empty());
    known.dedup_by(|one, other| one.subject_ref == other.subject_ref);
    let (name, subject) = match known.as_slice() {
        // One field takes both: what nobody here is known by is a number when it holds a digit, else a name.
        [] if own.is_empty() && typed.chars().any(|c| c.is_ascii_digit()) => ("", typed),
        [] => (typed, own),
        [one] => (one.name.as_str(), one.subject_ref.as_str()),
        [..] => {
            let named =
                known.iter().map(|hit| (hit.subject_ref.as_str(), format!("{} · {}", hit.name, hit.subject_ref)));
            return Ok(Begun::Which(choices(named, "")));
        }
    };
    let form = read(ask, pairs, subject)?;
    if fields.get("ponownie") != "tak"
        && let Some((when, whom)) = consent::refused_before(node, &reader, &form).await?
    {
        let values = [("date", &*day(&when)), ("institution", &*called(node, &whom))];
        return Ok(Begun::Refused(t.fill("w-consent-refused-before", &values)));
    }
    consent::prepare(node, &reader, &form, name).await.map(Begun::Number)
}

/// What was typed, as a form.
fn read(ask: &Ask, pairs: Vec<Pair>, subject: &str) -> Result<Form, Refusal> {
    let fields = ask.fields();
    Ok(Form {
        subject_ref: subject.to_owned(),
        giver: Giver {
            role: fields.code("kto")?,
            born: fields.code_or_none("urodzona")?,
            own_statement: fields.get("wlasne") == "tak",
            authority: fields.code("wladza")?,
            conflict: false,
        },
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(&[]),
        evidence_place: String::new(),
        pairs,
        purposes: fields.codes("cel")?,
        valid_from: calendar::day_of(ask.now_ms()),
        valid_to: fields.code("do_dnia")?,
        worker: String::new(),
    })
}
