//! Answers to requests for information, to questions without personal data, and words to whoever reported.

mod duty;

pub(super) use self::duty::{letter, notice};

use std::collections::BTreeSet;

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{AckCode, Category, DeclineReason, FeedbackCode, FormalChannel, HelpCode};

use super::ask::{Answer, Ask, page_as};
use super::case::{Acts, list_of, seen, settled, unchanged, went};
use super::fault::{Told, status};
use super::fields::Fields;
use super::frame::Frame;
use super::words::{Choice, choices};
use crate::casework::act::{self, Reply};
use crate::casework::{self, CaseKind, CaseView};
use crate::store::casework::Direction;

/// One question and what was typed under it.
struct Asked {
    question: String,
    categories: Vec<Choice>,
    text: String,
}

#[derive(Template)]
#[template(path = "reply.html")]
struct ReplyPage<'a> {
    f: Frame<'a>,
    number: String,
    subject: String,
    peer: String,
    acts: Acts,
    told: Option<Told>,
    consult: bool,
    text: String,
    asked: Vec<Asked>,
    partial: bool,
    reasons: Vec<Choice>,
    help: Vec<Choice>,
    acks: Vec<Choice>,
    codes: Vec<Choice>,
    notices: Vec<Choice>,
    bases: Vec<Choice>,
    channels: Vec<Choice>,
    letter: String,
    letter_day: String,
    seen: usize,
}

/// The page.
pub(super) async fn form(ask: Ask) -> Answer {
    let typed = ask.draft();
    shown(&ask, &typed, None).await
}

/// The questions of a request, and the categories that it asks for.
fn questions(view: &CaseView) -> (Vec<&str>, BTreeSet<Category>) {
    let first = view.messages.iter().find(|message| message.direction == Direction::In);
    let fields = first.map_or(&[] as &[_], |message| message.fields.as_slice());
    let asked = fields.iter().find(|field| field.name == "asked").map_or("", |field| field.text.as_str());
    let categories = asked.split(", ").filter_map(|code| Category::parse(code).ok()).collect();
    (fields.iter().filter(|field| field.name == "question").map(|field| field.text.as_str()).collect(), categories)
}

async fn shown(ask: &Ask, typed: &Fields, refusal: Option<&Refusal>) -> Answer {
    let view = casework::show(ask.node(), &ask.worker()?, ask.param("number")).await?;
    let (t, lang) = (ask.texts(), ask.lang());
    let (list, categories) = questions(&view);
    let (texts, chosen): (Vec<&str>, Vec<&str>) = (typed.all("tresc").collect(), typed.all("kategoria").collect());
    let asked = list.iter().enumerate().map(|(at, question)| Asked {
        question: (*question).to_owned(),
        categories: choices(
            categories.iter().map(|one| (one.code(), one.label(lang).to_owned())),
            chosen.get(at).copied().unwrap_or_default(),
        ),
        text: texts.get(at).copied().unwrap_or_default().to_owned(),
    });
    let helping: Vec<&str> = typed.all("pomoc").collect();
    let help = HelpCode::ALL.iter().map(|one| Choice {
        code: one.code().to_owned(),
        name: one.label(lang).to_owned(),
        chosen: helping.contains(&one.code()),
    });
    let title = t.fill("w-reply-title", &[("number", &view.line.number)]);
    let place = format!("/sprawy/{}/odpisz", view.line.number);
    if refusal.is_some() {
        ask.web().desks.set_draft(ask.token(), ask.now_ms(), &place, typed.without(&["csrf", "raz", "widziano"]));
    }
    let f = Frame::new(ask, "w-reply-title").titled(title).under(list_of(&view)).at(&place);
    let page = ReplyPage {
        f: if refusal.is_some() { f.problem() } else { f },
        number: view.line.number.clone(),
        subject: view.line.subject_ref.clone(),
        peer: view.line.peer_name.clone(),
        acts: Acts::of(&view, ask.now_ms()),
        told: refusal.map(|refusal| Told::of(refusal, lang)),
        consult: view.line.kind == CaseKind::Consult,
        text: texts.first().copied().unwrap_or_default().to_owned(),
        asked: asked.collect(),
        partial: typed.get("czesciowa") == "tak",
        reasons: choices(
            DeclineReason::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())),
            typed.get("powod"),
        ),
        help: help.collect(),
        acks: choices(AckCode::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())), typed.get("kod")),
        codes: choices(FeedbackCode::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())), typed.get("kod")),
        notices: duty::answers(ask, typed.get("odpowiedz")),
        bases: duty::bases(ask, typed.get("podstawa")),
        channels: choices(
            FormalChannel::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())),
            typed.get("kanal"),
        ),
        letter: typed.get("znak").to_owned(),
        letter_day: typed.get("z_dnia").to_owned(),
        seen: seen(&view.history),
    };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &page)
}

/// Shows the case, or this page again with what was typed.
async fn end(ask: &Ask, result: Result<act::Sent, Refusal>, done: &str) -> Answer {
    if result.is_ok() {
        ask.forget(&format!("/sprawy/{}/odpisz", ask.param("number")));
    }
    match settled(ask, result, done) {
        Ok(response) => Ok(response),
        Err(refusal) => shown(ask, ask.fields(), Some(&refusal)).await,
    }
}

/// Sends a reply.
pub(super) async fn send(ask: Ask) -> Answer {
    let (fields, worker, number) = (ask.fields(), ask.worker()?, ask.param("number"));
    if let Err(refusal) = unchanged(&ask).await {
        return shown(&ask, fields, Some(&refusal)).await;
    }
    let texts: Vec<&str> = fields.all("tresc").map(str::trim).collect();
    let categories: Vec<&str> = fields.all("kategoria").collect();
    if categories.is_empty() {
        let text = texts.first().copied().unwrap_or_default().to_owned();
        let result = act::consult_reply(ask.node(), &worker, number, text).await;
        return end(&ask, result, "odpisano").await;
    }
    let mut answers = vec![];
    for (question, (text, category)) in (0_u32..).zip(texts.into_iter().zip(categories)) {
        // A question without an answer is left out; the reply says that it is partial.
        if text.is_empty() {
            continue;
        }
        let Ok(category) = category.parse() else {
            let refusal = Refusal::new(Reason::FieldInvalid).with("field", "kategoria");
            return shown(&ask, fields, Some(&refusal)).await;
        };
        answers.push(Reply { question, category, text: text.to_owned() });
    }
    if answers.is_empty() {
        let refusal = Refusal::new(Reason::FieldMissing).with("field", "answers");
        return shown(&ask, fields, Some(&refusal)).await;
    }
    let partial = fields.get("czesciowa") == "tak";
    let result = act::reply(ask.node(), &worker, number, answers, partial).await;
    end(&ask, result, "odpisano").await
}

/// Declines a request with a reason.
pub(super) async fn refuse(ask: Ask) -> Answer {
    let (fields, worker) = (ask.fields(), ask.worker()?);
    let reason = unchanged(&ask).await.and_then(|()| fields.code("powod"));
    let result = match (reason, fields.codes("pomoc")) {
        (Ok(reason), Ok(help)) => act::refuse(ask.node(), &worker, ask.param("number"), reason, help).await,
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
    };
    end(&ask, result, "odmowiono").await
}

/// Acknowledges what was reported.
pub(super) async fn acknowledge(ask: Ask) -> Answer {
    let worker = ask.worker()?;
    let result = match ask.fields().code("kod") {
        Ok(code) => act::ack(ask.node(), &worker, ask.param("number"), code).await,
        Err(refusal) => Err(refusal),
    };
    end(&ask, result, "potwierdzono").await
}

/// Tells who reported that something happens, and never what.
pub(super) async fn inform(ask: Ask) -> Answer {
    let worker = ask.worker()?;
    let result = match ask.fields().code("kod") {
        Ok(code) => act::case_feedback(ask.node(), &worker, ask.param("number"), code).await,
        Err(refusal) => Err(refusal),
    };
    end(&ask, result, "poinformowano").await
}

/// Closes a case that somebody reported.
pub(super) async fn close(ask: Ask) -> Answer {
    let worker = ask.worker()?;
    match act::close(ask.node(), &worker, ask.param("number")).await {
        Ok(_) => went(&ask.param("number").to_ascii_uppercase(), "zamknieto"),
        Err(refusal) => shown(&ask, ask.fields(), Some(&refusal)).await,
    }
}
