//! The sheet of a consent on A4: printed before it is signed; and the form that records what came back on it.

use std::collections::BTreeSet;

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::calendar;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, Lang};

use super::layout::{Measured, height, pages};
use super::{back_to, called, categories, day, person};
use crate::account::AccessRole;
use crate::account::office;
use crate::consent::{self, ConsentView, Form, Pair, Paper, Signature, State};
use crate::text::Texts;
use crate::web::ask::{Answer, Ask, go, page_as};
use crate::web::fault::{Told, status};
use crate::web::fields::Fields;
use crate::web::frame::Frame;

/// Lines that the sentences take more in a second language.
const SECOND: usize = 11;

/// A text in Polish, and below it in a second language.
struct Said {
    pl: String,
    other: String,
}

impl Said {
    fn len_text(&self) -> String {
        format!("{} {}", self.pl, self.other)
    }
}

/// The languages of a sheet.
struct Tongues<'a> {
    pl: &'a Texts,
    other: Option<&'a Texts>,
}

impl Tongues<'_> {
    fn say(&self, make: impl Fn(&Texts) -> String) -> Said {
        Said { pl: make(self.pl), other: self.other.map(make).unwrap_or_default() }
    }

    fn key(&self, key: &str) -> Said {
        self.say(|t| t.say(key))
    }
}

/// One institution on the sheet.
struct SheetRow {
    name: String,
    purposes: Said,
    give: Said,
    receive: Said,
    special: Vec<Said>,
}

impl SheetRow {
    fn of(ask: &Ask, tongues: &Tongues<'_>, form: &Form, pair: &Pair) -> Self {
        let list = |key: &'static str, set: &BTreeSet<Category>| {
            tongues.say(|t| {
                let plain = set.iter().filter(|c| !c.special() && **c != Category::Logistics);
                t.fill(key, &[("what", &categories(t, plain))])
            })
        };
        let special = pair.give.union(&pair.receive).filter(|category| category.special());
        let line = |c: &Category| {
            let key = match (pair.give.contains(c), pair.receive.contains(c)) {
                (true, true) => "w-sheet-both",
                (true, false) => "w-sheet-give",
                (false, _) => "w-sheet-receive",
            };
            tongues.say(|t| t.fill(key, &[("what", c.label(t.lang()))]))
        };
        Self {
            name: called(ask.node(), &pair.institution),
            purposes: tongues.say(|t| {
                let names: Vec<&str> = form.purposes.iter().map(|purpose| purpose.label(t.lang())).collect();
                names.join("; ")
            }),
            give: list("w-sheet-give", &pair.give),
            receive: list("w-sheet-receive", &pair.receive),
            special: special.map(line).collect(),
        }
    }

    fn height(&self) -> usize {
        let (purposes, give, receive) = (self.purposes.len_text(), self.give.len_text(), self.receive.len_text());
        let special: Vec<String> = self.special.iter().map(Said::len_text).collect();
        height(&Measured {
            who: &self.name,
            purposes: &purposes,
            give: &give,
            receive: &receive,
            special: special.iter().map(String::as_str).collect(),
        })
    }
}

/// One page of paper.
struct Leaf {
    rows: Vec<SheetRow>,
    first: bool,
    last: bool,
    page: Said,
}

/// What the signature form holds.
struct Back {
    day: String,
    first_day: String,
    today: String,
    taken_by: String,
    place: String,
    pairs: Vec<Answered>,
}

/// A yes or no of the person: what is posted for a yes, and what it is about.
struct Ticked {
    value: String,
    name: String,
    yes: bool,
}

/// What the person said to one institution, and to its special categories.
struct Answered {
    to: Ticked,
    special: Vec<Ticked>,
}

#[derive(Template)]
#[template(path = "consent-sheet.html")]
struct SheetPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    number: String,
    subject: String,
    person: String,
    leaves: Vec<Leaf>,
    heads: [Said; 4],
    title: Said,
    giver: Said,
    known: Vec<Said>,
    labels: Vec<Said>,
    child: bool,
    /// The tag of the second language; that of Polish where there is none.
    tag: &'static str,
    code: String,
    side: usize,
    waiting: String,
    /// Only while the sheet waits for its signature.
    back: Option<Back>,
}

/// The sheet, with the form for its signature while it waits for one.
pub(in crate::web) async fn print(ask: Ask) -> Answer {
    shown(&ask, &ask.draft(), None).await
}

async fn shown(ask: &Ask, typed: &Fields, refusal: Option<&Refusal>) -> Answer {
    let view = consent::show(ask.node(), Some(&ask.worker()?), ask.param("number")).await?;
    let line = &view.line;
    // What ended is no paper to sign; its page says what became of it.
    if matches!(line.state, State::Withdrawn | State::Refused | State::Expired) {
        return go(&format!("/zgody/{}", line.number));
    }
    let t = ask.texts();
    let pl = ask.web().texts(Lang::Pl);
    let asked = match ask.query().get("druk") {
        "uk" => Some(Lang::Uk),
        "en" => Some(Lang::En),
        "pl" => None,
        _ => Some(ask.lang()).filter(|lang| *lang != Lang::Pl),
    };
    let tongues = Tongues { pl, other: asked.map(|lang| ask.web().texts(lang)) };
    let rows: Vec<SheetRow> =
        view.form.pairs.iter().map(|pair| SheetRow::of(ask, &tongues, &view.form, pair)).collect();
    let (code, side) = square(ask, &view)?;
    let title = t.fill("w-consent-title", &[("number", &line.number)]);
    let f = Frame::new(ask, "w-consent-title").titled(title).under("/zgody");
    let page = SheetPage {
        f: if refusal.is_some() { f.problem() } else { f },
        told: refusal.map(|refusal| Told::of(refusal, ask.lang())),
        number: line.number.clone(),
        subject: Some(line.subject_ref.clone()).filter(|subject| *subject != line.number).unwrap_or_default(),
        person: person(ask, &line.number).await?,
        leaves: leaves(&tongues, rows),
        heads: ["w-sheet-who", "w-sheet-why", "w-sheet-what", "w-sheet-yes"].map(|key| tongues.key(key)),
        title: tongues.key("w-sheet-title"),
        giver: tongues.say(|t| view.form.giver.role.label(t.lang()).to_owned()),
        known: known(ask, &tongues, &view.form).await?,
        labels: LABELS.iter().map(|key| tongues.key(key)).collect(),
        child: view.form.giver.born.is_some(),
        tag: asked.unwrap_or(Lang::Pl).tag(),
        code,
        side,
        waiting: waiting(ask),
        back: (line.state == State::Prepared).then(|| back(ask, &view, typed)),
    };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &page)
}

/// The code of what waits for this consent.
fn waiting(ask: &Ask) -> String {
    let asked = if ask.posts() { ask.fields() } else { ask.query() };
    back_to(asked).map(|(code, _)| code).unwrap_or_default()
}

/// Words beside what is filled in: person, case number, who signs, number, yes, no, date and signature, the child's own,
/// who took it, two copies.
const LABELS: &[&str] = &[
    "w-sheet-person",
    "w-sheet-case",
    "w-sheet-giver",
    "w-sheet-number",
    "w-sheet-tick-yes",
    "w-sheet-tick-no",
    "w-sheet-signature",
    "w-sheet-own",
    "w-sheet-taken",
    "w-sheet-copies",
];

/// What the person has to know; with the title and the head of the table the only running text.
async fn known(ask: &Ask, tongues: &Tongues<'_>, form: &Form) -> Result<Vec<Said>, Refusal> {
    let me = ask.node().me();
    let accounts = office::list(ask.node()).await?;
    let iod = accounts
        .iter()
        .find(|account| account.role == AccessRole::Iod && account.state == crate::account::State::Active);
    let iod = iod.map_or_else(|| me.name.clone(), |account| account.name.clone());
    let values =
        [("institution", me.name.as_str()), ("phone", &me.phone), ("date", &day(&form.valid_to)), ("iod", &iod)];
    let keys = ["w-sheet-intro", "w-sheet-free", "w-sheet-until", "w-sheet-rights"];
    let mut known: Vec<Said> = keys.iter().map(|key| tongues.say(|t| t.fill(key, &values))).collect();
    known.push(tongues.key("w-print-may-be-incomplete"));
    Ok(known)
}

fn leaves(tongues: &Tongues<'_>, rows: Vec<SheetRow>) -> Vec<Leaf> {
    let heights: Vec<usize> = rows.iter().map(SheetRow::height).collect();
    let above = if tongues.other.is_some() { SECOND } else { 0 };
    let counts = pages(&heights, above);
    let (all, mut rows) = (counts.len(), rows.into_iter());
    let leaf = |(at, count): (usize, usize)| {
        let values = [("page", &*(at + 1).to_string()), ("pages", &*all.to_string())];
        Leaf {
            rows: rows.by_ref().take(count).collect(),
            first: at == 0,
            last: at + 1 == all,
            page: tongues.say(|t| t.fill("w-sheet-page", &values)),
        }
    };
    counts.into_iter().enumerate().map(leaf).collect()
}

/// The square code as strokes of one path, with the side's length and its quiet zone of 4 modules.
fn square(ask: &Ask, view: &ConsentView) -> Result<(String, usize), Refusal> {
    let node = ask.node();
    let text = Paper::of(node.id(), &view.line.number, &view.form).text(node.signing(), node.region());
    let (dark, side) = consent::square(&text)?;
    let mut path = String::new();
    for (row, modules) in dark.chunks(side).enumerate() {
        let mut at = 0;
        while let Some(from) = modules.iter().skip(at).position(|dark| *dark).map(|skipped| at + skipped) {
            let run = modules.iter().skip(from).take_while(|dark| **dark).count();
            path.push_str(&format!("M{} {}.5h{run}", from + 4, row + 4));
            at = from + run;
        }
    }
    Ok((path, side + 8))
}

fn back(ask: &Ask, view: &ConsentView, typed: &Fields) -> Back {
    let today = calendar::day_of(ask.now_ms()).to_string();
    let fresh = typed.get("dzien").is_empty();
    let text = |name: &str, usual: String| if fresh { usual } else { typed.get(name).to_owned() };
    let ticked = |name: &str, value: &str| fresh || typed.all(name).any(|one| one == value);
    let pair = |pair: &Pair| {
        let id = pair.institution.to_string();
        let special = pair.explicit.iter().map(|category| {
            let value = format!("{id}:{}", category.code());
            Ticked { yes: ticked("wyrazna", &value), name: category.label(ask.lang()).to_owned(), value }
        });
        let special = special.collect();
        let to = Ticked { yes: ticked("tak", &id), name: called(ask.node(), &pair.institution), value: id };
        Answered { to, special }
    };
    Back {
        day: text("dzien", today.clone()),
        first_day: view.form.valid_from.to_string(),
        today,
        taken_by: text("przyjal", ask.worker().map(|reader| reader.name.clone()).unwrap_or_default()),
        place: text("gdzie", ask.texts().fill("w-sheet-place", &[("subject", &view.line.subject_ref)])),
        pairs: view.form.pairs.iter().map(pair).collect(),
    }
}

/// Records the signature, or that the person said no.
pub(in crate::web) async fn signed(ask: Ask) -> Answer {
    let (number, refused) = (ask.param("number").to_ascii_uppercase(), ask.fields().get("co") == "odmowa");
    match record(&ask, &number, refused).await {
        Ok(()) => {
            ask.forget(&format!("/zgody/{number}/druk"));
            let back = back_to(ask.fields()).map(|(code, _)| format!("&powrot={code}")).unwrap_or_default();
            go(&format!("/zgody/{number}?zrobione={}{back}", if refused { "odmowa" } else { "podpisano" }))
        }
        Err(refusal) if refusal.reason == Reason::CaseChanged => Err(refusal),
        Err(refusal) => shown(&ask, ask.fields(), Some(&refusal)).await,
    }
}

async fn record(ask: &Ask, number: &str, refused: bool) -> Result<(), Refusal> {
    let fields = ask.fields();
    let explicit = fields.all("wyrazna").filter_map(|value| {
        let (id, code) = value.split_once(':')?;
        Some((id.parse::<InstitutionId>().ok()?, Category::parse(code).ok()?))
    });
    let signature = Signature {
        day: fields.code("dzien")?,
        taken_by: fields.get("przyjal").to_owned(),
        place: fields.get("gdzie").to_owned(),
        yes: fields.codes("tak")?,
        explicit: explicit.collect(),
    };
    let (node, reader) = (ask.node(), ask.worker()?);
    if refused {
        consent::refuse(node, &reader, number, &signature).await
    } else {
        consent::sign(node, &reader, number, &signature).await
    }
}
