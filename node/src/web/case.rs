//! One case: what can be done, where the message is in words, the content as released, and what happened when.

mod acts;
mod path;
mod print;
mod seen;
mod sheet;
mod subject;
mod timeline;

use askama::Template;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::ReferralStatus;

pub(super) use self::acts::Acts;
pub(super) use self::print::print;
pub(super) use self::seen::{acts as seen, check as unchanged, last as last_act};
pub(super) use self::subject::{form as subject_form, print as subject_print};
pub(super) use self::timeline::happened;

use self::sheet::Sheet;
use super::ask::{Answer, Ask, go, page};
use super::fault::Told;
use super::frame::Frame;
use super::new::{Way, of_case, signed};
use crate::account::Act;
use crate::casework::act::Sent;
use crate::casework::{self, CaseView, Reach};
use crate::referral::{Side, is_over};
use crate::text::Texts;

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage<'a> {
    f: Frame<'a>,
    s: Sheet,
    number: String,
    /// What was just done.
    done: Option<String>,
    problem: Option<Told>,
    ways: Vec<Way>,
    acts: Acts,
    /// How many acts of this case are on the page.
    seen: usize,
    /// Whether this worker may look at who sees the case.
    access: bool,
    /// The case number as the print for the person is asked for by it; none where there is no such print.
    subject: Option<String>,
}

/// What can have been done just now; nothing else is ever shown from an address.
const DONE: &[&str] = &[
    "przyjeto",
    "cofnieto",
    "rozpoczeto",
    "zapytano",
    "odrzucono",
    "oczekuje",
    "zakonczono",
    "wycofano",
    "wyslano",
    "uzupelniono",
    "przekazano",
    "zaproponowano",
    "odpisano",
    "odmowiono",
    "potwierdzono",
    "poinformowano",
    "zamknieto",
    "zawiadomiono",
    "pismo",
];

/// The page of a case.
pub(super) async fn show(ask: Ask) -> Answer {
    let view = casework::show(ask.node(), &ask.worker()?, ask.param("number")).await?;
    let (t, line) = (ask.texts(), &view.line);
    let done = DONE.iter().find(|done| **done == ask.query().get("zrobione"));
    let title = t.fill("w-case-title", &[("number", &line.number)]);
    let f = Frame::new(&ask, "w-case-title").titled(title).under(list_of(&view));
    let mut sheet = Sheet::of(&ask, &view, ask.now_ms());
    // What happened last stands first where somebody works; on paper it is the other way round.
    sheet.history.reverse();
    page(&CasePage {
        f: if view.problem.is_some() { f.problem() } else { f },
        number: line.number.clone(),
        done: done.map(|done| t.say(&format!("w-done-{done}"))),
        problem: view.problem.as_ref().map(|refusal| told(t, &view, refusal)),
        ways: ways(t, &view, signed(&ask, &view).await?),
        acts: Acts::of(&view, ask.now_ms()),
        seen: seen(&view.history),
        access: ask.session().is_some_and(|session| session.may(Act::Assign).is_ok()),
        subject: subject::named(&view),
        s: sheet,
    })
}

/// Why the case did not go on. What the refusal says to be unchanged was true when it was told; here it is said how far
/// the message came. After a withdrawal nothing more than that is kept.
fn told(t: &Texts, view: &CaseView, refusal: &Refusal) -> Told {
    let told = Told::of(refusal, t.lang());
    let kept = match view.stopped_at().filter(|_| refusal.reason != Reason::ConsentWithdrawn) {
        Some(Reach::Nobody) => t.say("w-kept-nobody"),
        Some(Reach::Gate) => t.say("w-kept-gate"),
        Some(Reach::Unknown) => t.say("w-kept-unknown"),
        None => return told,
    };
    Told { unchanged: kept, ..told }
}

/// The list to which a case belongs.
pub(super) fn list_of(view: &CaseView) -> &'static str {
    if view.line.apart { "/osobne" } else { "/skrzynka" }
}

/// What helps against the refusal, as buttons.
fn ways(t: &Texts, view: &CaseView, signed: Option<String>) -> Vec<Way> {
    use ReferralStatus as S;
    let line = &view.line;
    let over = matches!(line.status, S::Held | S::Expired | S::Declined) || is_over(line.status);
    let Some(problem) = view.problem.as_ref().filter(|_| line.side == Side::Referrer && over) else { return vec![] };
    let lawful = view.messages.first().is_some_and(|message| !message.statement.is_empty());
    let said = view.messages.first().map(|message| message.fields.iter().map(|field| field.name.as_str()).collect());
    of_case(t, &line.number, problem, lawful, &said.unwrap_or_default(), signed)
}

/// Shows the case after an act: the one that was sent, or a new one in which the gate kept what it refused.
///
/// # Errors
/// The refusal, when it concerns the case in which it was tried: its form says so above what was typed.
pub(super) fn settled(ask: &Ask, result: Result<Sent, Refusal>, done: &str) -> Answer {
    let refusal = match result {
        Ok(sent) => return went(&sent.number, done),
        Err(refusal) => refusal,
    };
    match refusal.details.get("case").filter(|case| !case.eq_ignore_ascii_case(ask.param("number"))) {
        Some(case) => go(&format!("/sprawy/{case}")),
        None => Err(refusal),
    }
}

/// Shows a case with what was just done in it.
pub(super) fn went(number: &str, done: &str) -> Answer {
    go(&format!("/sprawy/{number}?zrobione={done}"))
}
