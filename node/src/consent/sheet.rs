//! A sheet on its way to a consent: prepared and printed, then signed with a pen and recorded, or refused.
//!
//! Nothing is granted before the signature is recorded. What is prepared is in the database, so that the paper that
//! comes back days later, after any number of restarts, finds its record by the number printed on it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::calendar;
use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal, unsafe_char};
use wiez_proto::vocab::{Category, GiverRole};
use wiez_proto::wire::invalid;

use super::act::{free_number, issue};
use super::form::{Form, Pair, State};
use super::paper;
use crate::Node;
use crate::account::Reader;
use crate::store::consent::RecordRow;
use crate::store::{self, Conn, Tx};

/// What somebody did with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Deed {
    /// Prepared a sheet to print.
    Prepared,
    /// Recorded the signature.
    Signed,
    /// Recorded that the person said no, to all or to some.
    Refused,
    /// Withdrew the whole, for every institution.
    Withdrawn,
    /// Withdrew a part.
    Narrowed,
    /// Noted that the parents are in conflict.
    Conflict,
    /// Noted that the conflict is over.
    ConflictOver,
}

impl Deed {
    /// The code in JSON, which is also the end of its key in the texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Prepared => "PREPARED",
            Self::Signed => "SIGNED",
            Self::Refused => "REFUSED",
            Self::Withdrawn => "WITHDRAWN",
            Self::Narrowed => "NARROWED",
            Self::Conflict => "CONFLICT",
            Self::ConflictOver => "CONFLICT_OVER",
        }
    }
}

/// A line of a record's own history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// The worker.
    pub worker: String,
    /// What.
    pub deed: Deed,
    /// Who asked for it at the desk, where that is told.
    pub asked: Option<GiverRole>,
}

impl Act {
    /// What a worker does now.
    pub(super) fn by(node: &Node, reader: &Reader, deed: Deed) -> Self {
        Self { at_ms: node.env().now_ms(), worker: reader.name.clone(), deed, asked: None }
    }
}

/// What came back on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The day beside the signature.
    pub day: Date,
    /// Who took the paper.
    pub taken_by: String,
    /// Where the paper lies.
    pub place: String,
    /// The institutions to which the person said yes.
    pub yes: BTreeSet<InstitutionId>,
    /// The special categories to which the person said yes, by institution.
    pub explicit: BTreeSet<(InstitutionId, Category)>,
}

/// Prepares a sheet: a record with a number to print, under which nothing can be sent. Somebody who has no case number
/// here yet is known by the record's number from then on.
///
/// # Errors
/// What [`Form::check`] says but for the paper's place; `RECIPIENT_UNKNOWN`; `POLICE_CONSENT` for an institution that
/// acts on statutes alone; `FIELD_INVALID` (field `to`) for more than [`paper::MAX_PAIRS`] institutions.
pub async fn prepare(node: &Node, reader: &Reader, form: &Form, name: &str) -> Result<String, Refusal> {
    reader.reads()?;
    let now_ms = node.env().now_ms();
    let name = written("name", name)?;
    let known = if form.subject_ref.trim().is_empty() { name.clone() } else { form.subject_ref.clone() };
    let on_paper = Form { evidence_place: "–".to_owned(), subject_ref: written("subject", &known)?, ..form.clone() };
    on_paper.check(now_ms)?;
    paper::fits(form)?;
    addressed(node, &form.pairs)?;
    let mut tx = node.store().begin_as("consent.prepare", reader).await?;
    let number = put(node, &mut tx, form, State::Prepared, &name).await?;
    store::consent::put_event(&mut tx, &number, &Act::by(node, reader, Deed::Prepared)).await?;
    tx.commit().await?;
    Ok(number)
}

fn addressed(node: &Node, pairs: &[Pair]) -> Result<(), Refusal> {
    for pair in pairs {
        let directory = node.directory();
        let peer = directory.get(&pair.institution).filter(|_| pair.institution != *node.id());
        let unknown = || Refusal::new(Reason::RecipientUnknown).with("institution", pair.institution.as_str());
        if peer.ok_or_else(unknown)?.entry.kind.refuses_consent() {
            return Err(Refusal::new(Reason::PoliceConsent).with("institution", pair.institution.as_str()));
        }
    }
    Ok(())
}

async fn put(node: &Node, tx: &mut Tx, form: &Form, state: State, name: &str) -> Result<String, Refusal> {
    let number = free_number(node, tx, form).await?;
    let subject = Some(form.subject_ref.trim()).filter(|subject| !subject.is_empty());
    let row = RecordRow {
        state,
        valid_to_ms: calendar::end_of_day(form.valid_to),
        recorded_ms: node.env().now_ms(),
        form: Form { subject_ref: subject.unwrap_or(&number).to_owned(), ..form.clone() },
        number,
    };
    store::consent::put_record(tx, &row).await?;
    store::consent::name_peers(tx, &row.number, form.pairs.iter().map(|pair| &pair.institution)).await?;
    if !name.is_empty() {
        store::consent::put_name(tx, &row.number, &row.form, name).await?;
    }
    Ok(row.number)
}

fn written(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let plain = text.chars().count() <= limits::MAX_LABEL_CHARS && !text.chars().any(unsafe_char);
    if plain { Ok(text.to_owned()) } else { Err(invalid(field)) }
}

/// A prepared record that this reader sees.
async fn prepared(conn: &mut Conn, number: &str) -> Result<RecordRow, Refusal> {
    let row = super::view::seen_record(conn, number).await?;
    if row.state == State::Prepared { Ok(row) } else { Err(Refusal::new(Reason::CaseChanged)) }
}

/// Records the signature on a prepared sheet: grants for every yes, and a refusal of its own for every no.
///
/// # Errors
/// `NOT_FOUND`, `CASE_CHANGED` when it is prepared no more, `FIELD_INVALID` (field `signed_on`) for a day before the
/// sheet was prepared or to come, else what [`Form::check`] says.
pub async fn sign(node: &Node, reader: &Reader, number: &str, signature: &Signature) -> Result<(), Refusal> {
    reader.reads()?;
    let mut tx = node.store().begin_as("consent.sign", reader).await?;
    let row = prepared(&mut tx, number).await?;
    let form = signed(node, &row, signature)?;
    let (yes, no) = split(&form.pairs, signature);
    if yes.is_empty() {
        return Err(Refusal::new(Reason::FieldMissing).with("field", "to"));
    }
    addressed(node, &yes)?;
    let given = Form { pairs: yes, ..form.clone() };
    given.check(node.env().now_ms())?;
    store::consent::set_record(&mut tx, &row.number, State::Active, &given).await?;
    for pair in &given.pairs {
        issue(node, &mut tx, &row.number, &given, pair).await?;
    }
    store::consent::put_event(&mut tx, &row.number, &Act::by(node, reader, Deed::Signed)).await?;
    if !no.is_empty() {
        let name = called(&mut tx, &row.number).await?;
        let refused = put(node, &mut tx, &Form { pairs: no, ..form }, State::Refused, &name).await?;
        store::consent::put_event(&mut tx, &refused, &Act::by(node, reader, Deed::Refused)).await?;
    }
    tx.commit().await
}

/// Records that the person said no to all of a prepared sheet.
///
/// # Errors
/// As [`sign`].
pub async fn refuse(node: &Node, reader: &Reader, number: &str, signature: &Signature) -> Result<(), Refusal> {
    reader.reads()?;
    let mut tx = node.store().begin_as("consent.refuse", reader).await?;
    let row = prepared(&mut tx, number).await?;
    let form = signed(node, &row, signature)?;
    store::consent::set_record(&mut tx, &row.number, State::Refused, &form).await?;
    store::consent::put_event(&mut tx, &row.number, &Act::by(node, reader, Deed::Refused)).await?;
    tx.commit().await
}

fn signed(node: &Node, row: &RecordRow, signature: &Signature) -> Result<Form, Refusal> {
    let (first, today) = (calendar::day_of(row.recorded_ms), calendar::day_of(node.env().now_ms()));
    if signature.day < first || signature.day > today {
        return Err(invalid("signed_on"));
    }
    let (place, worker) = (written("paper", &signature.place)?, written("taken_by", &signature.taken_by)?);
    if worker.is_empty() {
        return Err(Refusal::new(Reason::FieldMissing).with("field", "taken_by"));
    }
    Ok(Form {
        evidence_hash: Form::hash_of(place.as_bytes()),
        evidence_place: place,
        worker,
        valid_from: signature.day,
        ..row.form.clone()
    })
}

/// What the person said yes to, and what to no; a special category without its own yes is a no.
fn split(pairs: &[Pair], signature: &Signature) -> (Vec<Pair>, Vec<Pair>) {
    let (mut yes, mut no) = (vec![], vec![]);
    for pair in pairs {
        if !signature.yes.contains(&pair.institution) {
            no.push(pair.clone());
            continue;
        }
        let said = |c: &Category| signature.explicit.contains(&(pair.institution.clone(), *c));
        let without: BTreeSet<Category> = pair.explicit.iter().filter(|c| !said(c)).copied().collect();
        if without.is_empty() {
            yes.push(pair.clone());
            continue;
        }
        let only = |set: &BTreeSet<Category>| set.intersection(&without).copied().collect::<BTreeSet<_>>();
        no.push(Pair {
            institution: pair.institution.clone(),
            give: only(&pair.give),
            receive: only(&pair.receive),
            explicit: without.clone(),
        });
        yes.extend(pair.without(&without));
    }
    (yes, no)
}

/// The name of the person of a record, as it was typed; empty where there is none.
///
/// # Errors
/// `NOT_FOUND` for somebody without the record's key, `INTERNAL`.
pub(super) async fn called(conn: &mut Conn, number: &str) -> Result<String, Refusal> {
    let named = store::vault::named(conn, number).await?;
    Ok(named.into_iter().flat_map(|named| named.names).next().unwrap_or_default())
}

/// When the person last said no to an institution of a form, so that nobody asks again and again; `None` for never.
///
/// # Errors
/// `INTERNAL`.
pub async fn refused_before(
    node: &Node,
    reader: &Reader,
    form: &Form,
) -> Result<Option<(Date, InstitutionId)>, Refusal> {
    let peers: Vec<String> = form.pairs.iter().map(|pair| pair.institution.to_string()).collect();
    let mut view = node.store().view_as("consent.refused", reader).await?;
    let before = store::consent::refused(&mut view, &peers).await?;
    let about = store::own::about(&mut view, &form.subject_ref).await?;
    let same = before.into_iter().find(|row| about.contains(&row.number));
    Ok(same.and_then(|row| {
        let no = row.form.pairs.iter().find(|pair| peers.iter().any(|peer| peer == pair.institution.as_str()))?;
        Some((row.form.valid_from, no.institution.clone()))
    }))
}
