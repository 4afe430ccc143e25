//! The Blue Card procedure after the form: to the members of the group, notes, form B, a move, the sitting.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::id::{InstitutionId, ThreadId};
use wiez_proto::payload::{Body, NkDispatch, NkForm, NkMove, NkNote, NkPerson, Payload};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Category, Owed, Urgency};

use super::lawful::{Lawful, NkText, Person, Within, purpose, start};
use super::open::Sent;
use super::referral::first_message;
use super::say::{Move, say};
use crate::Node;
use crate::account::Reader;
use crate::casework::apart::{next_message, stream};
use crate::casework::compose::Draft;
use crate::casework::file::{CaseKind, What, happened, keep, load};
use crate::casework::show::facts;
use crate::gate::release;
use crate::obligation;
use crate::store::casework::{CaseRow, Direction};
use crate::store::{Conn, Tx};

/// The form on its way to the institutions of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatching {
    /// The team's case in which the form arrived; none when it came on paper.
    #[serde(default)]
    pub case: Option<String>,
    /// The team's own case number; empty: that of the form's case.
    #[serde(default)]
    pub subject_ref: String,
    /// The member institutions.
    pub members: Vec<InstitutionId>,
    /// Day of the sitting.
    #[serde(default)]
    pub meeting_on: Option<Date>,
    /// Where and when.
    #[serde(default)]
    pub place: String,
    /// The form; none: as it arrived, without the reporter.
    #[serde(default)]
    pub form: Option<NkText>,
    /// How urgent.
    pub urgency: Urgency,
}

/// What became of it for one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatched {
    /// The institution.
    pub to: InstitutionId,
    /// It left.
    pub sent: Option<Sent>,
    /// It did not; the draft is kept.
    pub refusal: Option<Refusal>,
}

/// Passes a form on to the member institutions of the group: one envelope and one case for each,
/// all in one conversation. One member's refusal stops nobody else's.
///
/// # Errors
/// `NOT_FOUND` for a case without a form, `DECLARATION_MISSING` for whoever may not read that form,
/// `FIELD_MISSING` (field `members`), `FIELD_INVALID`.
pub async fn dispatch(node: &Node, worker: &Reader, on: Dispatching) -> Result<Vec<Dispatched>, Refusal> {
    worker.reads()?;
    if on.members.is_empty() {
        return Err(Refusal::new(Reason::FieldMissing).with("field", "members"));
    }
    let (form, case) = form_of(node, worker, on.case.as_deref(), on.form).await?;
    let form_case = case.map(|case| case.number);
    let own_ref = if on.subject_ref.is_empty() { form_case.clone().unwrap_or_default() } else { on.subject_ref };
    let now = node.env().now_ms().to_string();
    let thread = stream(node, "dispatch", &[&own_ref, form_case.as_deref().unwrap_or(""), &now]);
    let thread = ThreadId::random(&thread);
    let body = Body::NkADispatch(NkDispatch { form, meeting_on: on.meeting_on, place: on.place });
    let payload = Payload::new(own_ref.as_str(), vec![], body)?;
    // What is owed for the whole group stands in one case: the form's, else the first member's.
    let mut leading = form_case.clone();
    let mut out = vec![];
    // Whoever is named twice gets it once.
    let mut named = BTreeSet::new();
    for to in on.members.into_iter().filter(|to| named.insert(to.clone())) {
        let address = group(to.clone(), &own_ref, on.urgency);
        let within = Within {
            about: leading.clone(),
            owed_in: leading.clone(),
            settles: form_case.iter().map(|_| Owed::Dispatch).collect(),
            thread: Some(thread),
            instead_of: None,
        };
        let done = start(node, worker, CaseKind::NiebieskaKarta, &address, payload.clone(), within).await;
        if let (Ok(sent), Some(number)) = (&done, &form_case) {
            dispatched(node, worker, number, &to, sent).await?;
        }
        let opened = done.as_ref().map_or_else(|no| no.details.get("case").cloned(), |sent| Some(sent.number.clone()));
        leading = leading.or(opened);
        out.push(match done {
            Ok(sent) => Dispatched { to, sent: Some(sent), refusal: None },
            Err(refusal) => Dispatched { to, sent: None, refusal: Some(refusal) },
        });
    }
    Ok(out)
}

async fn dispatched(
    node: &Node,
    worker: &Reader,
    number: &str,
    to: &InstitutionId,
    sent: &Sent,
) -> Result<(), Refusal> {
    let mut tx = node.store().begin_as("nk.dispatched", worker).await?;
    let mut case = load(&mut tx, number).await?;
    let line = happened(node.env().now_ms(), &worker.name, What::Dispatched).with("to", to.as_str());
    keep(&mut tx, node.env(), &mut case, line.with("case", &sent.number)).await?;
    tx.commit().await
}

/// What a team sends for its group.
fn group(to: InstitutionId, subject_ref: &str, urgency: Urgency) -> Lawful {
    Lawful {
        to,
        subject_ref: subject_ref.to_owned(),
        urgency,
        statement: Statement { for_gdp: true, ..Statement::of(BasisCode::Uppd9c) },
        release: None,
        consent: None,
    }
}

/// The form that was typed, or the one of a case without what names its reporter. What is copied is as
/// good as read, so it is released first: the draft of a form that may not leave shows it to everybody.
async fn form_of(
    node: &Node,
    worker: &Reader,
    number: Option<&str>,
    typed: Option<NkText>,
) -> Result<(NkForm, Option<CaseRow>), Refusal> {
    let missing = || Refusal::new(Reason::FieldMissing).with("field", "form");
    let Some(number) = number else { return Ok((typed.ok_or_else(missing)?.into(), None)) };
    let mut view = node.store().view_as("nk.form", worker).await?;
    let case = procedure(&mut view, number).await?;
    if let Some(typed) = typed {
        return Ok((typed.into(), Some(case)));
    }
    let (row, message) = first_message(&mut view, &case, Direction::In).await?;
    let released = release(&facts(node, &mut view, worker, &row, &message).await?.as_ref(), &message)?;
    let mut form =
        carried(released.payload().body()).ok_or_else(|| Refusal::new(Reason::NotFound).with("what", "form"))?;
    form.event.retain(|fact| fact.category != Category::Reporter);
    Ok((form, Some(case)))
}

fn carried(body: &Body) -> Option<NkForm> {
    if let Body::NkA(form) = body {
        return Some(form.clone());
    }
    if let Body::NkADispatch(dispatch) = body {
        return Some(dispatch.form.clone());
    }
    if let Body::NkMove(moved) = body { Some(moved.form.clone()) } else { None }
}

async fn procedure(conn: &mut Conn, number: &str) -> Result<CaseRow, Refusal> {
    let case = load(conn, number).await?;
    if case.kind == CaseKind::NiebieskaKarta {
        return Ok(case);
    }
    Err(Refusal::new(Reason::CaseState).with("from", case.file.stand.status.code()))
}

/// A working note of the group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteText {
    /// Persons whom it concerns.
    #[serde(default)]
    pub persons: Vec<Person>,
    /// The note.
    pub text: String,
    /// Who does what by when.
    #[serde(default)]
    pub tasks: String,
}

impl NoteText {
    fn body(self) -> Body {
        let persons = self.persons.into_iter().map(NkPerson::from).collect();
        Body::NkNote(NkNote { persons, text: self.text, tasks: self.tasks })
    }
}

impl std::fmt::Debug for NoteText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NoteText({} persons)", self.persons.len())
    }
}

/// Writes a note in the conversation of a procedure, from the team to a member or back.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE`, and what the gate says; the note is kept in the case then.
pub async fn nk_note(node: &Node, worker: &Reader, number: &str, note: NoteText) -> Result<Sent, Refusal> {
    let statement = Statement { for_gdp: true, ..Statement::of(BasisCode::Uppd9c) };
    in_procedure(node, worker, number, statement, note.body(), What::Noted).await
}

/// Writes a note to an institution with which no conversation exists yet.
///
/// # Errors
/// What the gate says; the draft is kept then.
pub async fn nk_note_first(node: &Node, worker: &Reader, to: &Lawful, note: NoteText) -> Result<Sent, Refusal> {
    worker.reads()?;
    let payload = Payload::new(to.subject_ref.as_str(), vec![], note.body())?;
    start(node, worker, CaseKind::NiebieskaKarta, to, payload, Within::default()).await
}

/// Records at the team that form B was handed to the person suffering violence. The form itself
/// never travels.
///
/// # Errors
/// `NOT_FOUND`, `CASE_STATE`, and what the gate says.
pub async fn handed_b(node: &Node, worker: &Reader, number: &str, given_on: Date) -> Result<Sent, Refusal> {
    let statement = Statement::of(BasisCode::Uppd9d);
    in_procedure(node, worker, number, statement, Body::NkBRecord { given_on }, What::HandedB).await
}

async fn in_procedure(
    node: &Node,
    worker: &Reader,
    number: &str,
    statement: Statement,
    body: Body,
    what: What,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    let mut tx: Tx = node.store().begin_as("nk.say", worker).await?;
    let mut case = procedure(&mut tx, number).await?;
    let draft = Draft {
        message_id: next_message(node, &mut tx, &case.number).await?,
        to: case.peer.clone(),
        payload: Payload::new(case.file.subject_ref.as_str(), vec![], body)?,
        class: statement.basis.class(),
        purpose: purpose(statement.basis),
        urgency: case.file.stand.urgency,
        thread: case.thread,
        in_reply_to: None,
        grant: None,
        statement: Some(statement),
        release: None,
        confirmed: None,
        worker: worker.name.clone(),
        signer: Some(worker.clone()),
    };
    let line = happened(node.env().now_ms(), &worker.name, what);
    let (tx, sent) = say(node, tx, &mut case, &draft, Move { line, to: None, settles: vec![] }).await?;
    tx.commit().await?;
    Ok(sent)
}

/// A procedure that follows persons who moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// The case of the form; none when there is none here.
    #[serde(default)]
    pub case: Option<String>,
    /// The team of the new municipality.
    pub to: Lawful,
    /// TERYT code of the new municipality.
    pub new_teryt: String,
    /// The form; none: as it arrived, without the reporter and the place of a shelter.
    #[serde(default)]
    pub form: Option<NkText>,
}

/// Passes a procedure to the team of another municipality.
///
/// # Errors
/// `NOT_FOUND`, `DECLARATION_MISSING`, `FIELD_MISSING` (field `form`), and what the gate says; the draft
/// is kept then.
pub async fn nk_move(node: &Node, worker: &Reader, on: Moving) -> Result<Sent, Refusal> {
    worker.reads()?;
    let typed = on.form.is_some();
    let (mut form, case) = form_of(node, worker, on.case.as_deref(), on.form).await?;
    if !typed {
        for person in &mut form.persons {
            person.facts.retain(|fact| fact.category != Category::LocationSafe);
        }
    }
    let body = Body::NkMove(NkMove { form, new_teryt: on.new_teryt });
    let payload = Payload::new(on.to.subject_ref.as_str(), vec![], body)?;
    let within = Within { about: case.map(|case| case.number), ..Within::default() };
    start(node, worker, CaseKind::NiebieskaKarta, &on.to, payload, within).await
}

/// Records that the group sat. Any case of the procedure may be named.
///
/// # Errors
/// `NOT_FOUND`, also where no sitting is owed, `CASE_STATE`, `FIELD_INVALID` for a day that has not come.
pub async fn sitting(node: &Node, worker: &Reader, number: &str, held_on: Date) -> Result<(), Refusal> {
    worker.reads()?;
    let now_ms = node.env().now_ms();
    if held_on > wiez_proto::calendar::day_of(now_ms) {
        return Err(wiez_proto::wire::invalid("held_on"));
    }
    let mut tx = node.store().begin_as("nk.sitting", worker).await?;
    let named = procedure(&mut tx, number).await?;
    let mut case = match &named.file.about {
        Some(about) => load(&mut tx, about).await?,
        None => named,
    };
    if !obligation::done(node, &mut tx, &case.number, Owed::Sitting, now_ms).await? {
        return Err(Refusal::new(Reason::NotFound).with("what", "sitting"));
    }
    let line = happened(now_ms, &worker.name, What::Sitting).with("day", &held_on.to_string());
    keep(&mut tx, node.env(), &mut case, line).await?;
    tx.commit().await
}
