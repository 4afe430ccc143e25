//! Answers to a referral: accept, ask, decline, put on a waiting list, close; and what its sender can still do.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::payload::Section;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{Category, DeclineReason, Outcome, ReferralStatus};

use super::ask::{Answer, Ask, page_as};
use super::case::{Acts, happened, last_act, list_of, seen, settled, unchanged, went};
use super::fault::{Told, status};
use super::fields::Fields;
use super::frame::Frame;
use super::words::{Choice, Fact, choices, moment};
use crate::casework;
use crate::casework::act::{self, LeftOut, Sent};
use crate::referral::Report;
use crate::text::Texts;

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage<'a> {
    f: Frame<'a>,
    number: String,
    subject: String,
    peer: String,
    acts: Acts,
    told: Option<Told>,
    /// What happened last, beside a refusal: somebody else may have been faster.
    last: Option<String>,
    reasons: Vec<Choice>,
    outcomes: Vec<Choice>,
    categories: Vec<Choice>,
    typed: Typed,
    /// What was typed for something that can no longer be done here.
    kept: Vec<Fact>,
    /// Which of the forms stands ready to be typed in.
    ready: &'static str,
    seen: usize,
}

/// Forms that a link can name, by the end of the page that they send to.
const READY: &[&str] = &["pytanie", "odrzuc", "zakoncz", "uzupelnij"];

/// What was typed before.
struct Typed {
    question: String,
    note: String,
    earliest: String,
    first_day: String,
    closing: String,
    text: String,
}

impl Typed {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        Self {
            question: text("pytanie"),
            note: text("uwaga"),
            earliest: text("najwczesniej"),
            first_day: text("od_dnia"),
            closing: text("podsumowanie"),
            text: text("tresc"),
        }
    }
}

/// The page of answers.
pub(super) async fn form(ask: Ask) -> Answer {
    let typed = ask.draft();
    answers(&ask, &typed, None).await
}

async fn answers(ask: &Ask, typed: &Fields, refusal: Option<&Refusal>) -> Answer {
    let view = casework::show(ask.node(), &ask.worker()?, ask.param("number")).await?;
    let (t, lang, place) = (ask.texts(), ask.lang(), format!("/sprawy/{}/odpowiedz", view.line.number));
    let title = t.fill("w-answer-title", &[("number", &view.line.number)]);
    let f = Frame::new(ask, "w-answer-title").titled(title).under(list_of(&view)).at(&place);
    // Who changes the language now, or goes to look at the case, finds here again what was typed.
    let whole = refusal.map(|_| ask.keep(&place, typed));
    let typed = whole.as_ref().unwrap_or(typed);
    let last = last_act(&view.history).filter(|_| refusal.is_some());
    let last =
        last.map(|event| format!("{} – {}", moment(t, ask.now_ms(), event.at_ms), happened(t, ask.node(), event)));
    let acts = Acts::of(&view, ask.now_ms());
    let ready = READY.iter().find(|form| **form == ask.query().get("co")).filter(|_| refusal.is_none());
    let named = |list: &'static [DeclineReason]| list.iter().map(move |one| (one.code(), one.label(lang).to_owned()));
    let shown = AnswerPage {
        f: if refusal.is_some() { f.problem() } else { f },
        number: view.line.number.clone(),
        subject: view.line.subject_ref.clone(),
        peer: view.line.peer_name.clone(),
        acts,
        told: refusal.map(|refusal| Told::of(refusal, lang)),
        last,
        reasons: choices(named(DeclineReason::ALL), typed.get("powod")),
        outcomes: choices(Outcome::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned())), typed.get("wynik")),
        categories: categories(ask, typed.get("kategoria")),
        typed: Typed::of(typed),
        kept: kept(t, typed, acts),
        ready: ready.copied().unwrap_or_default(),
        seen: seen(&view.history),
    };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &shown)
}

/// Typed text for which there is no field any more, because somebody was faster.
fn kept(t: &Texts, typed: &Fields, acts: Acts) -> Vec<Fact> {
    let all = [
        ("pytanie", "w-question", acts.question),
        ("uwaga", "w-note", acts.decline),
        ("podsumowanie", "w-note", acts.finish),
        ("tresc", "w-text", acts.supplement),
    ];
    let lost = all.into_iter().filter(|(field, _, there)| !there && !typed.get(field).is_empty());
    lost.map(|(field, name, _)| Fact { heading: t.say(name), text: typed.get(field).to_owned() }).collect()
}

/// Every category by its name.
pub(super) fn categories(ask: &Ask, typed: &str) -> Vec<Choice> {
    choices(Category::ALL.iter().map(|one| (one.code(), one.label(ask.lang()).to_owned())), typed)
}

/// Shows the case, or the page of answers again with what was typed and why it did not work.
async fn end(ask: &Ask, result: Result<Sent, Refusal>, done: &str) -> Answer {
    if result.is_ok() {
        ask.sent(&format!("/sprawy/{}/odpowiedz", ask.param("number")));
    }
    match settled(ask, result, done) {
        Ok(response) => Ok(response),
        Err(refusal) => answers(ask, ask.fields(), Some(&refusal)).await,
    }
}

async fn report(ask: &Ask, report: Result<Report, Refusal>, done: &str) -> Answer {
    let worker = ask.worker()?;
    let report = unchanged(ask).await.and(report);
    let result = match report {
        Ok(report) => act::decide(ask.node(), &worker, ask.param("number"), &report).await,
        Err(refusal) => Err(refusal),
    };
    end(ask, result, done).await
}

/// Accepts.
pub(super) async fn accept(ask: Ask) -> Answer {
    report(&ask, Ok(Report::bare(ReferralStatus::Accepted)), "przyjeto").await
}

/// Takes an acceptance back.
pub(super) async fn undo(ask: Ask) -> Answer {
    let result = match unchanged(&ask).await {
        Ok(()) => act::undo_accept(ask.node(), &ask.worker()?, ask.param("number")).await,
        Err(refusal) => Err(refusal),
    };
    end(&ask, result, "cofnieto").await
}

/// The work began.
pub(super) async fn begin(ask: Ask) -> Answer {
    report(&ask, Ok(Report::bare(ReferralStatus::InProgress)), "rozpoczeto").await
}

/// Asks the referrer.
pub(super) async fn question(ask: Ask) -> Answer {
    let note = ask.fields().get("pytanie").to_owned();
    let asked = if note.is_empty() {
        Err(Refusal::new(wiez_proto::refusal::Reason::FieldMissing).with("field", ask.texts().say("w-question")))
    } else {
        Ok(Report { note, ..Report::bare(ReferralStatus::NeedInfo) })
    };
    report(&ask, asked, "zapytano").await
}

/// Declines with a reason.
pub(super) async fn decline(ask: Ask) -> Answer {
    let fields = ask.fields();
    let made = fields.code_or_none("powod").and_then(|reason| {
        let (earliest, note) = (fields.code_or_none("najwczesniej")?, fields.get("uwaga").to_owned());
        Ok(Report { reason, earliest, note, ..Report::bare(ReferralStatus::Declined) })
    });
    report(&ask, made, "odrzucono").await
}

/// Puts on the waiting list.
pub(super) async fn waitlist(ask: Ask) -> Answer {
    let earliest = ask.fields().code_or_none("od_dnia");
    let made = earliest.map(|earliest| Report { earliest, ..Report::bare(ReferralStatus::Waitlisted) });
    report(&ask, made, "oczekuje").await
}

/// Closes with an outcome.
pub(super) async fn finish(ask: Ask) -> Answer {
    let note = ask.fields().get("podsumowanie").to_owned();
    let outcome = ask.fields().code_or_none("wynik");
    let made = outcome.map(|outcome| Report { outcome, note, ..Report::bare(ReferralStatus::Completed) });
    report(&ask, made, "zakonczono").await
}

/// The sender takes a referral back.
pub(super) async fn cancel(ask: Ask) -> Answer {
    let result = match unchanged(&ask).await {
        Ok(()) => act::cancel(ask.node(), &ask.worker()?, ask.param("number")).await,
        Err(refusal) => Err(refusal),
    };
    match result {
        Ok(()) => went(&ask.param("number").to_ascii_uppercase(), "wycofano"),
        Err(refusal) => answers(&ask, ask.fields(), Some(&refusal)).await,
    }
}

/// Sends what was held again, without what the gate named, or under the consent that was signed for it.
pub(super) async fn resend(ask: Ask) -> Answer {
    let without = ask.fields().codes::<LeftOut>("bez")?.into_iter().collect();
    let consent = Some(ask.fields().get("zgoda").to_owned()).filter(|number| !number.is_empty());
    let result = match unchanged(&ask).await {
        Ok(()) => act::resend(ask.node(), &ask.worker()?, ask.param("number"), &without, consent).await,
        Err(refusal) => Err(refusal),
    };
    settled(&ask, result, "wyslano")
}

/// The sender answers the provider's question.
pub(super) async fn supplement(ask: Ask) -> Answer {
    let worker = ask.worker()?;
    let text = ask.fields().get("tresc").to_owned();
    let result = match unchanged(&ask).await.and_then(|()| ask.fields().code::<Category>("kategoria")) {
        Ok(category) => {
            let section = Section { category, label: String::new(), text };
            act::answer(ask.node(), &worker, ask.param("number"), vec![section]).await
        }
        Err(refusal) => Err(refusal),
    };
    end(&ask, result, "uzupelniono").await
}
