//! Withdrawing a consent: what would happen, institution by institution, then the act; and a slip to take home.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, GiverRole};

use super::show::{Line, lines};
use super::{day, person};
use crate::consent::{self, Scope, State};
use crate::web::ask::{Answer, Ask, go, page, page_as};
use crate::web::fault::{Told, status};
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::words::{Choice, PAPER, choices, moment};

#[derive(Template)]
#[template(path = "consent-withdraw.html")]
struct WithdrawPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    number: String,
    subject: String,
    person: String,
    effects: Vec<(String, String, Vec<String>)>,
    givers: Vec<Choice>,
    institutions: Vec<Choice>,
    categories: Vec<Choice>,
    part: bool,
}

/// What would happen.
pub(in crate::web) async fn confirm(ask: Ask) -> Answer {
    shown(&ask, &ask.draft(), None).await
}

async fn shown(ask: &Ask, typed: &Fields, refusal: Option<&Refusal>) -> Answer {
    let (node, reader, t, lang) = (ask.node(), ask.worker()?, ask.texts(), ask.lang());
    let view = consent::show(node, Some(&reader), ask.param("number")).await?;
    let line = &view.line;
    if !matches!(line.state, State::Active | State::Narrowed | State::Suspended | State::Expired) {
        return go(&format!("/zgody/{}", line.number));
    }
    let live: Vec<consent::Effect> = consent::effects(node, &reader, &line.number).await?;
    let live: Vec<consent::Effect> = live.into_iter().filter(|effect| effect.ended_ms.is_none()).collect();
    let role = Some(typed.get("kto")).filter(|code| !code.is_empty()).unwrap_or(view.form.giver.role.code());
    let carried = view.form.pairs.iter().flat_map(|pair| pair.give.union(&pair.receive).copied().collect::<Vec<_>>());
    let carried: std::collections::BTreeSet<Category> = carried.filter(|one| *one != Category::Logistics).collect();
    let ticked = |one: &Category| typed.all("kategoria").any(|code| code == one.code());
    let title = t.fill("w-withdraw-title", &[("number", &line.number)]);
    let f = Frame::new(ask, "w-withdraw-title").titled(title).under("/zgody");
    let shown = WithdrawPage {
        f: if refusal.is_some() { f.problem() } else { f },
        told: refusal.map(|refusal| Told::of(refusal, lang)),
        number: line.number.clone(),
        subject: Some(line.subject_ref.clone()).filter(|subject| *subject != line.number).unwrap_or_default(),
        person: person(ask, &line.number).await?,
        effects: live.iter().map(|one| (one.name.clone(), one.phone.clone(), would(ask, one))).collect(),
        givers: choices(GiverRole::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())), role),
        institutions: choices(
            live.iter().map(|one| (one.institution.as_str(), one.name.clone())),
            typed.get("instytucja"),
        ),
        categories: carried
            .iter()
            .map(|one| Choice { code: one.code().to_owned(), name: one.label(lang).to_owned(), chosen: ticked(one) })
            .collect(),
        part: !typed.get("instytucja").is_empty() || !typed.get("kategoria").is_empty(),
    };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &shown)
}

/// What would happen at one institution, in sentences.
fn would(ask: &Ask, effect: &consent::Effect) -> Vec<String> {
    let t = ask.texts();
    let mut out = vec![];
    if effect.waits > 0 {
        out.push(t.count("w-would-stop", effect.waits));
    }
    if effect.holds > 0 {
        out.push(t.count("w-count-holds", effect.holds));
        out.push(t.say("w-would-tell"));
    }
    if effect.here > 0 {
        out.push(t.count("w-would-close", effect.here));
    }
    if effect.holds == 0 && effect.waits == 0 && effect.here == 0 {
        out.push(t.say("w-would-nothing"));
    }
    out
}

/// Withdraws.
pub(in crate::web) async fn withdraw(ask: Ask) -> Answer {
    match act(&ask).await {
        Ok(done) => {
            let number = &done.consent.line.number;
            ask.forget(&format!("/zgody/{number}/wycofaj"));
            let what = if done.consent.line.state == State::Withdrawn { "wycofano-zgode" } else { "zawezono" };
            go(&format!("/zgody/{number}?zrobione={what}"))
        }
        // Somebody else was faster: the page of the consent says who.
        Err(refusal) if refusal.reason == Reason::ConsentWithdrawn && ask.fields().get("instytucja").is_empty() => {
            go(&format!("/zgody/{}", ask.param("number").to_ascii_uppercase()))
        }
        Err(refusal) => shown(&ask, ask.fields(), Some(&refusal)).await,
    }
}

async fn act(ask: &Ask) -> Result<consent::Withdrawn, Refusal> {
    let fields = ask.fields();
    let scope = Scope { recipient: fields.code_or_none("instytucja")?, categories: fields.codes("kategoria")? };
    let asked: GiverRole = fields.code("kto")?;
    consent::withdraw_for(ask.node(), &ask.worker()?, ask.param("number"), &scope, Some(asked)).await
}

#[derive(Template)]
#[template(path = "consent-slip.html")]
struct SlipPage<'a> {
    f: Frame<'a>,
    number: String,
    subject: String,
    person: String,
    institution: String,
    phone: String,
    at: String,
    asked: String,
    worker: String,
    until: String,
    lines: Vec<Line>,
}

/// The slip for the person: what ended, and who confirmed it.
pub(in crate::web) async fn slip(ask: Ask) -> Answer {
    let (node, reader, t) = (ask.node(), ask.worker()?, ask.texts());
    let view = consent::show(node, Some(&reader), ask.param("number")).await?;
    let number = &view.line.number;
    let history = consent::history(node, &reader, number).await?;
    let ended = |act: &&consent::Act| matches!(act.deed, consent::Deed::Withdrawn | consent::Deed::Narrowed);
    let Some(last) = history.iter().rfind(ended) else { return go(&format!("/zgody/{number}")) };
    let title = t.fill("w-slip-title", &[("number", number)]);
    page(&SlipPage {
        f: Frame::new(&ask, "w-slip-title").titled(title).under("/zgody"),
        number: number.clone(),
        subject: Some(view.line.subject_ref.clone()).filter(|subject| subject != number).unwrap_or_default(),
        person: person(&ask, number).await?,
        institution: node.me().name.clone(),
        phone: node.me().phone.clone(),
        at: moment(t, PAPER, last.at_ms),
        asked: last.asked.map(|role| role.label(t.lang()).to_owned()).unwrap_or_default(),
        worker: last.worker.clone(),
        until: day(&view.form.valid_to),
        lines: lines(&ask, &view, PAPER).await?,
    })
}
