//! What a worker types where a statute or a life in danger is the basis, and how it opens a case.

use serde::{Deserialize, Serialize};
use wiez_proto::id::{GrantId, Hash, InstitutionId};
use wiez_proto::payload::{NkForm, NkPerson, Payload, Section};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Category, Owed, PersonRole, Purpose, SecrecyRelease, Urgency};

use super::open::{First, Sent, begin};
use crate::Node;
use crate::account::Reader;
use crate::casework::apart::{Opening, opening};
use crate::casework::compose::Draft;
use crate::casework::file::CaseKind;
use crate::store::{self, Conn};

/// To whom, about whom, on which statute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lawful {
    /// The institution.
    pub to: InstitutionId,
    /// This institution's own case number.
    pub subject_ref: String,
    /// How urgent.
    pub urgency: Urgency,
    /// The basis and what it requires.
    pub statement: Statement,
    /// What was recorded as releasing from professional secrecy.
    #[serde(default)]
    pub release: Option<SecrecyRelease>,
    /// A consent record that somebody attached; it is refused, because none is needed.
    #[serde(default)]
    pub consent: Option<String>,
}

/// One fact of a person or of the event.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Which kind of fact.
    pub category: Category,
    /// Heading.
    #[serde(default)]
    pub label: String,
    /// The text.
    pub text: String,
}

impl From<Fact> for Section {
    fn from(fact: Fact) -> Self {
        Self { category: fact.category, label: fact.label, text: fact.text }
    }
}

/// One person of a Blue Card procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The part that this person has.
    pub role: PersonRole,
    /// Facts about this person alone.
    #[serde(default)]
    pub facts: Vec<Fact>,
}

impl From<Person> for NkPerson {
    fn from(person: Person) -> Self {
        Self { role: person.role, facts: person.facts.into_iter().map(Section::from).collect() }
    }
}

/// The form "Niebieska Karta – A".
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NkText {
    /// Version of the statutory form.
    pub form_version: String,
    /// The persons.
    pub persons: Vec<Person>,
    /// Further facts about the event.
    #[serde(default)]
    pub event: Vec<Fact>,
    /// What happened.
    pub incident: String,
    /// SHA-256 of the signed form on paper.
    #[serde(default)]
    pub file_hash: Option<Hash>,
}

impl From<NkText> for NkForm {
    fn from(text: NkText) -> Self {
        Self {
            form_version: text.form_version,
            persons: text.persons.into_iter().map(NkPerson::from).collect(),
            incident: text.incident,
            event: text.event.into_iter().map(Section::from).collect(),
            file_hash: text.file_hash,
        }
    }
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fact({})", self.category)
    }
}

impl std::fmt::Debug for NkText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NkText({} persons)", self.persons.len())
    }
}

/// What a statute is for; the worker names the statute and nothing twice.
pub(super) const fn purpose(basis: BasisCode) -> Purpose {
    match basis {
        BasisCode::Vital => Purpose::Safety,
        BasisCode::Uppd9d | BasisCode::Uppd9c => Purpose::Violence,
        BasisCode::Kamilka => Purpose::Child,
        BasisCode::UwrFoster => Purpose::Foster,
        BasisCode::Kpc572 | BasisCode::Kur9 | BasisCode::CourtOrder => Purpose::Court,
        BasisCode::Kpk304 | BasisCode::PolReq => Purpose::Crime,
        BasisCode::Ups101 => Purpose::Transfer,
        BasisCode::UcusPlan => Purpose::Contract,
        BasisCode::C6a | BasisCode::C9a | BasisCode::Ups100 | BasisCode::Ups105 | BasisCode::Uwr16 => Purpose::Assist,
        BasisCode::NoPd => Purpose::Admin,
    }
}

/// What a case that a statute opens belongs to.
#[derive(Debug, Default)]
pub(super) struct Within {
    /// Own case that it grew out of.
    pub(super) about: Option<String>,
    /// Own case in which its obligations are shown, and what it completes there.
    pub(super) owed_in: Option<String>,
    pub(super) settles: Vec<Owed>,
    /// Own held case that it takes the place of.
    pub(super) instead_of: Option<String>,
    /// Whose conversation it joins; none for one of its own.
    pub(super) thread: Option<wiez_proto::id::ThreadId>,
}

/// Opens a case on a statute, or keeps it as held.
///
/// # Errors
/// `FIELD_INVALID` for a statement that breaks its own limits, and what the gate says.
pub(super) async fn start(
    node: &Node,
    worker: &Reader,
    kind: CaseKind,
    to: &Lawful,
    payload: Payload,
    within: Within,
) -> Result<Sent, Refusal> {
    to.statement.check()?;
    let mut tx = node.store().begin_as("case.start_lawful", worker).await?;
    let mut opening = opening(node, &mut tx, payload.kind(), payload.subject_ref(), &to.to).await?;
    opening.thread = within.thread.unwrap_or(opening.thread);
    let (grant, no_grant) = attached(&mut tx, to, &payload).await?;
    let draft = draft(to, payload, &opening, grant, worker);
    let first = First {
        about: within.about,
        owed_in: within.owed_in,
        settles: within.settles,
        instead_of: within.instead_of.map(|number| (number, worker.worker().clone())),
        no_grant,
        ..First::new(kind, &opening.number, &draft)
    };
    begin(node, tx, first).await
}

pub(super) fn draft(
    to: &Lawful,
    payload: Payload,
    opening: &Opening,
    grant: Option<GrantId>,
    worker: &Reader,
) -> Draft {
    Draft {
        message_id: opening.message_id,
        to: to.to.clone(),
        payload,
        class: to.statement.basis.class(),
        purpose: purpose(to.statement.basis),
        urgency: to.urgency,
        thread: opening.thread,
        in_reply_to: None,
        grant,
        statement: Some(to.statement.clone()),
        release: to.release,
        confirmed: None,
        worker: worker.name.clone(),
        signer: Some(worker.clone()),
    }
}

/// A consent that was attached where none belongs: handed to the gate, which refuses it. One that
/// does not exist, or that the worker does not see, is refused with the same words.
pub(super) async fn attached(
    conn: &mut Conn,
    to: &Lawful,
    payload: &Payload,
) -> Result<(Option<GrantId>, Option<Refusal>), Refusal> {
    let Some(number) = &to.consent else { return Ok((None, None)) };
    let number = number.to_ascii_uppercase();
    let grants = match store::vault::seen(conn, &number).await? {
        true => store::consent::of_record(conn, &number).await?,
        false => vec![],
    };
    let refusal = Refusal::new(Reason::ConsentNotApplicable).with("kind", payload.kind());
    Ok((grants.first().map(|grant| grant.id), Some(refusal)))
}
