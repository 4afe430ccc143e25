//! One consent: whose it is, what may pass, who has something under it, what was done with it.

use askama::Template;
use wiez_proto::limits;
use wiez_proto::vocab::GiverRole;

use super::{PairRow, Stands, back_to, called, categories, day, ends_soon, offline, person};
use crate::consent::{self, Effect, PairView, State, standing};
use crate::text::Texts;
use crate::web::ask::{Answer, Ask, go, page};
use crate::web::frame::Frame;
use crate::web::words::moment;

/// What can have been done just now; nothing else is ever shown from an address.
const DONE: &[&str] = &["podpisano", "odmowa", "wycofano-zgode", "zawezono", "spor", "po-sporze"];

/// One institution, and how far the end of its consent came.
pub(super) struct Line {
    pub(super) pair: PairRow,
    /// What it has, and whether it confirmed the end, in sentences.
    pub(super) told: Vec<String>,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    f: Frame<'a>,
    done: Option<String>,
    /// Where what waited for the consent goes on.
    back: Option<String>,
    offline: Option<String>,
    number: String,
    subject: String,
    person: String,
    stands: Stands,
    giver: String,
    from: String,
    until: String,
    purposes: String,
    taken_by: String,
    place: String,
    lines: Vec<Line>,
    acts: Vec<(String, String)>,
    prepared: bool,
    prints: bool,
    ends: bool,
    /// A conflict of the parents can be noted, or its end.
    conflict: Option<bool>,
    ended: bool,
}

/// The page of a consent.
pub(in crate::web) async fn show(ask: Ask) -> Answer {
    let (node, reader, t) = (ask.node(), ask.worker()?, ask.texts());
    let view = consent::show(node, Some(&reader), ask.param("number")).await?;
    let (line, form) = (&view.line, &view.form);
    let lines = lines(&ask, &view, ask.now_ms()).await?;
    let history = consent::history(node, &reader, &line.number).await?;
    let done = DONE.iter().find(|done| **done == ask.query().get("zrobione"));
    let live = matches!(line.state, State::Active | State::Narrowed | State::Suspended);
    let child = !matches!(form.giver.role, GiverRole::SelfGiver | GiverRole::CuratorLegal);
    let title = t.fill("w-consent-title", &[("number", &line.number)]);
    let labels: Vec<&str> = form.purposes.iter().map(|purpose| purpose.label(t.lang())).collect();
    page(&ConsentPage {
        f: Frame::new(&ask, "w-consent-title").titled(title).under("/zgody"),
        done: done.map(|done| t.say(&format!("w-done-{done}"))),
        back: back_to(ask.query())
            .map(|(_, path)| if live { format!("{path}?podpisana={}", line.number) } else { path }),
        offline: offline(&ask),
        number: line.number.clone(),
        subject: Some(line.subject_ref.clone()).filter(|subject| *subject != line.number).unwrap_or_default(),
        person: person(&ask, &line.number).await?,
        stands: Stands::state(t, line.state, ends_soon(ask.now_ms(), &line.valid_to)),
        giver: form.giver.role.label(t.lang()).to_owned(),
        from: day(&form.valid_from),
        until: day(&form.valid_to),
        purposes: labels.join(", "),
        taken_by: form.worker.clone(),
        place: form.evidence_place.clone(),
        acts: history.iter().rev().map(|act| (moment(t, ask.now_ms(), act.at_ms), deed(t, act))).collect(),
        prepared: line.state == State::Prepared,
        prints: live || line.state == State::Prepared,
        ends: live,
        conflict: (child && live).then_some(form.giver.conflict),
        ended: view.pairs.iter().any(|pair| pair.ended_ms.is_some()),
        lines,
    })
}

/// "Anna Nowak: wycofano zgodę (rodzic)".
fn deed(t: &Texts, act: &consent::Act) -> String {
    let what = t.say(&format!("w-deed-{}", act.deed.code()));
    let asked = act.asked.map(|role| format!(" ({})", role.label(t.lang()))).unwrap_or_default();
    format!("{}: {what}{asked}", act.worker)
}

/// Every institution of a consent, as it stands now; its moments as somebody reads them at `read_ms`.
pub(super) async fn lines(
    ask: &Ask,
    view: &consent::ConsentView,
    read_ms: i64,
) -> Result<Vec<Line>, wiez_proto::refusal::Refusal> {
    let effects = consent::effects(ask.node(), &ask.worker()?, &view.line.number).await?;
    let away = ask.node().progress.connected_since().is_none();
    let line = |effect: &Effect| {
        // The last grant of an institution says what counts; earlier ones were narrowed.
        let pair = view.pairs.iter().rfind(|pair| pair.institution == effect.institution);
        Line {
            pair: pair.map_or_else(|| on_paper(ask, view, effect), |pair| PairRow::of(ask, &view.line, pair)),
            told: told(ask, effect, away, read_ms),
        }
    };
    if effects.is_empty() {
        let pairs = view.form.pairs.iter().map(|pair| Line {
            pair: PairRow {
                id: pair.institution.to_string(),
                name: called(ask.node(), &pair.institution),
                give: categories(ask.texts(), &pair.give),
                receive: categories(ask.texts(), &pair.receive),
                stands: Stands::state(ask.texts(), view.line.state, false),
            },
            told: vec![],
        });
        return Ok(pairs.collect());
    }
    Ok(effects.iter().map(line).collect())
}

fn on_paper(ask: &Ask, view: &consent::ConsentView, effect: &Effect) -> PairRow {
    let none = PairView {
        institution: effect.institution.clone(),
        give: std::collections::BTreeSet::new(),
        receive: std::collections::BTreeSet::new(),
        ended_ms: effect.ended_ms,
        ended_by: None,
        logged: effect.logged,
    };
    let state = standing(&view.line, &none);
    PairRow { stands: Stands::state(ask.texts(), state, false), ..PairRow::of(ask, &view.line, &none) }
}

/// What an institution has under a consent; after its end also how far the word of it came.
fn told(ask: &Ask, effect: &Effect, away: bool, read_ms: i64) -> Vec<String> {
    let t = ask.texts();
    let mut out = vec![];
    if effect.holds > 0 {
        out.push(t.count("w-count-holds", effect.holds));
    }
    if effect.here > 0 {
        out.push(t.count("w-count-here", effect.here));
    }
    if effect.waits > 0 {
        out.push(t.count("w-count-waits", effect.waits));
    }
    if let Some(at_ms) = effect.told_ms {
        let at = moment(t, read_ms, effect.confirmed_ms.unwrap_or(at_ms));
        let values = [("at", at.as_str()), ("phone", &effect.phone)];
        out.push(match (effect.confirmed_ms, away) {
            (Some(_), _) => t.fill("w-notice-confirmed", &values),
            (None, true) => t.fill("w-notice-here", &values),
            (None, false) => t.fill("w-notice-waits", &values),
        });
        let long = ask.now_ms().saturating_sub(at_ms) > limits::NOTICE_CALL_MS;
        if long && !away && effect.confirmed_ms.is_none() {
            out.push(t.fill("w-notice-call", &values));
        }
        out.extend(effect.answered_ms.map(|ms| t.fill("w-notice-answered", &[("at", &moment(t, read_ms, ms))])));
    } else if effect.ended_ms.is_some() {
        out.push(t.say("w-notice-none"));
    } else if !effect.touched() && effect.waits == 0 {
        out.push(t.say("w-holds-nothing"));
    }
    if effect.ended_ms.is_some() {
        out.push(t.say(if effect.logged { "w-end-logged" } else { "w-end-waits" }));
    }
    out
}

/// Notes a conflict of the parents, or its end.
pub(in crate::web) async fn conflict(ask: Ask) -> Answer {
    let conflict = ask.fields().get("spor") == "tak";
    let view = consent::set_conflict(ask.node(), &ask.worker()?, ask.param("number"), conflict).await?;
    go(&format!("/zgody/{}?zrobione={}", view.line.number, if conflict { "spor" } else { "po-sporze" }))
}
