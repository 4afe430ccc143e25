//! A misdirected referral goes on: composed anew to the competent institution, or proposed to its sender.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::directory::Standing;
use wiez_proto::id::InstitutionId;
use wiez_proto::payload::{Referral, Section};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, DeclineReason, Purpose, ReferralStatus, ServiceCode, Urgency};

use super::ask::{Answer, Ask, page_as};
use super::case::{seen, settled, unchanged, went};
use super::fault::{Told, status};
use super::fields::Fields;
use super::frame::Frame;
use super::new::{Person, alive, bearing, known};
use super::words::{Choice, choices};
use crate::casework::act::{self, Addressed, Forwarding};
use crate::casework::{self, CaseView, Field};
use crate::names::folded;
use crate::referral::Report;
use crate::store::casework::Direction;
use crate::text::Texts;

/// One section that may go on.
struct Part {
    category: String,
    name: String,
    label: String,
    text: String,
    goes: bool,
}

#[derive(Template)]
#[template(path = "forward.html")]
struct ForwardPage<'a> {
    f: Frame<'a>,
    number: String,
    subject: String,
    peer: String,
    told: Option<Told>,
    /// The draft that the gate kept; taken back when the institution is proposed instead.
    held: String,
    seen: usize,
    /// This institution's own number for the person, and her name as far as what arrived says one.
    own: String,
    name: String,
    /// The number, the name and the consents that the page shows; nothing else is sent from it.
    shown: String,
    /// Whether it is shown once more, because these are others than before.
    again: bool,
    institutions: Vec<Choice>,
    reasons: Vec<Choice>,
    goal: String,
    parts: Vec<Part>,
}

/// The page, filled with what arrived.
pub(super) async fn form(ask: Ask) -> Answer {
    let typed = ask.draft();
    shown(&ask, &typed, None).await
}

/// What the received referral says, as released to this reader.
fn received(view: &CaseView) -> &[Field] {
    let first = view.messages.iter().find(|message| message.direction == Direction::In);
    first.map_or(&[], |message| message.fields.as_slice())
}

fn value<'a>(fields: &'a [Field], name: &str) -> &'a str {
    fields.iter().find(|field| field.name == name).map_or("", |field| field.text.as_str())
}

fn parts(ask: &Ask, view: &CaseView, typed: &Fields) -> Vec<Part> {
    let again = !typed.get("cel").is_empty();
    let (texts, goes): (Vec<&str>, Vec<&str>) = (typed.all("tresc").collect(), typed.all("dolacz").collect());
    let sections = received(view).iter().filter_map(|field| Some((Category::parse(&field.name).ok()?, field)));
    let part = |(at, (category, field)): (usize, (Category, &Field))| Part {
        category: category.code().to_owned(),
        name: category.label(ask.lang()).to_owned(),
        label: field.label.clone(),
        text: texts.get(at).map_or_else(|| field.text.clone(), |text| (*text).to_owned()),
        goes: !again || goes.contains(&at.to_string().as_str()),
    };
    sections.enumerate().map(part).collect()
}

/// The person as this institution calls her, and the consents that let something go on about her.
struct Going {
    person: Person,
    consents: Vec<(InstitutionId, String)>,
}

impl Going {
    /// The number that was typed; else that of the own case or consent of somebody of that name; else the number that the
    /// case has here. The number of its sender is none: here it may be another family's.
    async fn of(ask: &Ask, view: &CaseView, typed: &Fields) -> Result<Self, Refusal> {
        let index = ask.names().await?;
        let names = index.about(&view.line.number).map(|(names, _)| names).unwrap_or_default();
        let name = if let [one] = names.as_slice() { one.as_str() } else { "" };
        let number = match typed.get("numer") {
            "" => known(&index, name).map_or_else(|| view.line.number.clone(), |one| one.subject_ref),
            number => number.to_owned(),
        };
        let person = bearing(&index, &number, name);
        let consents = alive(ask, &person).await?;
        Ok(Self { person, consents })
    }

    fn for_peer(&self, to: &InstitutionId) -> Vec<&str> {
        self.consents.iter().filter(|(peer, _)| peer == to).map(|(_, number)| number.as_str()).collect()
    }

    fn pledge(&self) -> String {
        let consents: Vec<String> = self.consents.iter().map(|(to, number)| format!("{to} {number}")).collect();
        format!("{}\t{}\t{}", self.person.subject_ref, self.person.name, consents.join(",")).trim().to_owned()
    }

    /// An institution to choose, with the consent under which it would go; each of several is one to choose.
    fn offers(&self, t: &Texts, id: &InstitutionId, name: &str) -> Vec<(String, String)> {
        let under = |number: &str| format!("{name} · {}", t.fill("w-forward-under", &[("number", number)]));
        match self.for_peer(id).as_slice() {
            [] => vec![(id.to_string(), name.to_owned())],
            [one] => vec![(id.to_string(), under(one))],
            all => all.iter().map(|number| (format!("{id} {number}"), under(number))).collect(),
        }
    }
}

/// To whom it goes, and the consent that was chosen with it.
fn chosen(fields: &Fields) -> Result<(InstitutionId, Option<&str>), Refusal> {
    let (id, consent) = match fields.get("do").split_once(' ') {
        Some((id, consent)) => (id, Some(consent)),
        None => (fields.get("do"), None),
    };
    Ok((Fields::default().with("do", id).code("do")?, consent))
}

async fn shown(ask: &Ask, typed: &Fields, refusal: Option<&Refusal>) -> Answer {
    let view = casework::show(ask.node(), &ask.worker()?, ask.param("number")).await?;
    let (t, lang, directory) = (ask.texts(), ask.lang(), ask.node().directory());
    let going = Going::of(ask, &view, typed).await?;
    let mut others: Vec<(String, String)> = directory
        .peers()
        .filter(|peer| peer.standing == Standing::Active && !peer.key_alarm && peer.entry.institution != view.line.peer)
        .flat_map(|peer| going.offers(t, &peer.entry.institution, &peer.entry.name))
        .collect();
    others.sort_by_key(|(_, name)| folded(name));
    let place = format!("/sprawy/{}/przekaz", view.line.number);
    let again = ask.posts() && typed.get("pokazano") != going.pledge();
    if refusal.is_some() || again {
        ask.web().desks.set_draft(ask.token(), ask.now_ms(), &place, typed.without(&["csrf", "raz", "widziano"]));
    }
    let title = t.fill("w-forward-title", &[("number", &view.line.number)]);
    let f = Frame::new(ask, "w-forward-title").titled(title).under("/skrzynka").at(&place);
    let why = if typed.get("powod").is_empty() { DeclineReason::NotCompetent.code() } else { typed.get("powod") };
    let goal = if typed.get("cel").is_empty() { value(received(&view), "goal") } else { typed.get("cel") };
    let reasons = DeclineReason::ALL.iter().map(|one| (one.code(), one.label(lang).to_owned()));
    let page = ForwardPage {
        f: if refusal.is_some() { f.problem() } else { f },
        number: view.line.number.clone(),
        subject: view.line.subject_ref.clone(),
        peer: view.line.peer_name.clone(),
        told: refusal.map(|refusal| Told::of(refusal, lang)),
        held: held(ask, refusal),
        seen: seen(&view.history),
        own: going.person.subject_ref.clone(),
        name: going.person.name.clone(),
        again,
        shown: going.pledge(),
        institutions: choices(others.iter().map(|(code, name)| (code.as_str(), name.clone())), typed.get("do")),
        reasons: choices(reasons, why),
        goal: goal.to_owned(),
        parts: parts(ask, &view, typed),
    };
    page_as(refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)), &page)
}

/// The case in which the gate kept the draft, or the one that a form carries on.
fn held(ask: &Ask, refusal: Option<&Refusal>) -> String {
    let kept = refusal.and_then(|refusal| refusal.details.get("case"));
    let kept = kept.filter(|case| !case.eq_ignore_ascii_case(ask.param("number")));
    kept.map_or_else(|| ask.fields().get("szkic").to_owned(), Clone::clone)
}

/// Takes back the draft of a try that the gate stopped, so that it waits for nobody. What went meanwhile went: a draft
/// that stays is taken back by hand.
async fn drop_held(ask: &Ask) {
    let (held, Ok(worker)) = (ask.fields().get("szkic"), ask.worker()) else { return };
    if !held.is_empty()
        && let Err(refusal) = act::cancel(ask.node(), &worker, held).await
        && !matches!(refusal.reason, Reason::CaseState | Reason::NotFound)
    {
        tracing::warn!(reason = %refusal.reason, "a held draft stayed beside what took its place");
    }
}

/// Sends it on.
pub(super) async fn send(ask: Ask) -> Answer {
    match composed(&ask).await {
        Ok(None) => shown(&ask, ask.fields(), None).await,
        Ok(Some(number)) => {
            drop_held(&ask).await;
            ask.forget(ask.path());
            went(&number, "przekazano")
        }
        Err(refusal) => shown(&ask, ask.fields(), Some(&refusal)).await,
    }
}

/// Composes and sends it; none where the page has to be looked at once more.
async fn composed(ask: &Ask) -> Result<Option<String>, Refusal> {
    let (fields, worker) = (ask.fields(), ask.worker()?);
    unchanged(ask).await?;
    let view = casework::show(ask.node(), &worker, ask.param("number")).await?;
    let (going, (to, consent)) = (Going::of(ask, &view, fields).await?, chosen(fields)?);
    // What the page did not show is shown first.
    if fields.get("pokazano") != going.pledge() {
        return Ok(None);
    }
    let consent = match (consent, going.for_peer(&to).as_slice()) {
        (None, [_, _, ..]) => return Err(Refusal::new(Reason::FieldMissing).with("field", "consent")),
        (None, all) => all.first().map(|one| (*one).to_owned()),
        (Some(number), all) => all.iter().find(|one| **one == number).map(|one| (*one).to_owned()),
    };
    let arrived = received(&view);
    let urgency = Urgency::parse(value(arrived, "urgency")).unwrap_or(Urgency::U3Normal);
    let service = ServiceCode::parse(value(arrived, "service"));
    let closed = || Refusal::new(Reason::NotFound).with("what", "content");
    let address = Addressed {
        to,
        subject_ref: going.person.subject_ref.clone(),
        // Never another one of the same number: what the page did not show carries nothing.
        consent: Some(consent.unwrap_or_default()),
        purpose: Purpose::Service,
        urgency,
    };
    let on = Forwarding { address, why: fields.code("powod")? };
    let referral = Referral {
        service: service.map_err(|_| closed())?,
        goal: fields.get("cel").to_owned(),
        urgency,
        wished_by: value(arrived, "wished_by").parse().ok(),
        language: value(arrived, "language").to_owned(),
        accessibility: value(arrived, "accessibility").to_owned(),
    };
    let going = parts(ask, &view, fields).into_iter().filter(|part| part.goes);
    let sections: Result<Vec<Section>, Refusal> = going
        .map(|part| {
            let category = part.category.parse().map_err(|_| Refusal::new(Reason::Internal))?;
            Ok(Section { category, label: part.label, text: part.text })
        })
        .collect();
    let sent = act::forward(ask.node(), &worker, ask.param("number"), &on, sections?, referral).await?;
    Ok(Some(sent.number))
}

/// Proposes another institution to the sender, who then asks the person.
pub(super) async fn propose(ask: Ask) -> Answer {
    let result = proposed(&ask).await;
    if result.is_ok() {
        drop_held(&ask).await;
        ask.forget(&format!("/sprawy/{}/przekaz", ask.param("number")));
    }
    match settled(&ask, result, "zaproponowano") {
        Ok(response) => Ok(response),
        Err(refusal) => shown(&ask, ask.fields(), Some(&refusal)).await,
    }
}

async fn proposed(ask: &Ask) -> Result<act::Sent, Refusal> {
    unchanged(ask).await?;
    let (to, _) = chosen(ask.fields())?;
    let directory = ask.node().directory();
    let peer = directory.get(&to).ok_or_else(|| Refusal::new(Reason::NotFound).with("what", "institution"))?;
    let note = ask.texts().fill("w-propose-note", &[("name", &peer.entry.name)]);
    let report = Report { note, ..Report::bare(ReferralStatus::RedirectProposed) };
    act::decide(ask.node(), &ask.worker()?, ask.param("number"), &report).await
}
