//! What a running node answers.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::id::hex;
use wiez_proto::policy::{Overlay, Policy, Row};
use wiez_proto::refusal::Refusal;

use super::account::AccountAnswer;
use crate::alarm::Alarm;
use crate::casework::act::{Dispatched, Sent};
use crate::casework::{CaseLine, CaseView, SubjectExport};
use crate::consent::{Checked, ConsentLine, ConsentView, Withdrawn};
use crate::directory::Peer;
use crate::obligation::ObligationLine;
use crate::people::Worker;
use crate::review::{Decided, ReviewLine};
use crate::status::Status;

/// Done, or why not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// It was done.
    Done(Answer),
    /// It was not, and nothing changed but a kept draft.
    Refused(Refusal),
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each holds the value of the same name")]
pub enum Answer {
    Nothing,
    Account(Box<AccountAnswer>),
    Status(Status),
    Alarms(Vec<Alarm>),
    Log(LogView),
    People(Vec<PersonView>),
    Cases(Vec<CaseLine>),
    Case(Box<CaseView>),
    Sent(Sent),
    Consents(Vec<ConsentLine>),
    Consent(Box<ConsentView>),
    Withdrawn(Box<Withdrawn>),
    Paper(Box<Checked>),
    Directory(Vec<EntryView>),
    Rows(Vec<RowView>),
    Dispatched(Vec<Dispatched>),
    Owed(Vec<ObligationLine>),
    Reviews(Vec<ReviewLine>),
    Decided(Box<Decided>),
    Export(Box<SubjectExport>),
}

/// One worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Who it is.
    #[serde(flatten)]
    pub worker: Worker,
    /// Day of the declaration of confidentiality; without one nothing is read as a member of a group.
    pub declared_on: Option<Date>,
}

/// The verified log of this node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogView {
    /// Number of leaves, each fetched and hashed here.
    pub size: u64,
    /// Root over them, lower-case hexadecimal; equal to the signed one.
    pub root: String,
    /// The newest verified checkpoint.
    pub checkpoint: String,
    /// Its signed time, seconds since 1970.
    pub time_s: Option<u64>,
    /// Whether the hub contradicted itself.
    pub alarmed: bool,
}

/// One institution of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryView {
    /// Its id.
    pub institution: String,
    /// Its name for people.
    pub name: String,
    /// Code of its kind, and of further kinds.
    pub kinds: Vec<String>,
    /// TERYT code of its seat.
    pub teryt: String,
    /// Telephone for urgent matters.
    pub phone: String,
    /// `ACTIVE`, `SUSPENDED` or `REVOKED`.
    pub standing: String,
    /// Key id of its signing key, to compare by telephone.
    pub signing_key: String,
    /// Whether the directory showed other keys without the old key's agreement.
    pub key_alarm: bool,
}

impl From<&Peer> for EntryView {
    fn from(peer: &Peer) -> Self {
        use wiez_proto::directory::Standing;
        let entry = &peer.entry;
        let kinds = std::iter::once(&entry.kind).chain(&entry.also_acts_as);
        Self {
            institution: entry.institution.to_string(),
            name: entry.name.clone(),
            kinds: kinds.map(|kind| kind.code().to_owned()).collect(),
            teryt: entry.teryt.clone(),
            phone: entry.phone.clone(),
            standing: match peer.standing {
                Standing::Active => "ACTIVE",
                Standing::Suspended => "SUSPENDED",
                Standing::Revoked => "REVOKED",
            }
            .to_owned(),
            signing_key: entry.signing_key.id().to_string(),
            key_alarm: peer.key_alarm,
        }
    }
}

/// One row of the policy table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowView {
    /// Its name.
    pub id: String,
    /// Code of the kind.
    pub kind: String,
    /// Code of the class.
    pub class: String,
    /// Senders' kinds.
    pub senders: Vec<String>,
    /// Recipients' kinds.
    pub recipients: Vec<String>,
    /// Most that may be carried.
    pub categories: Vec<String>,
    /// Categories that need a second person.
    pub review: Vec<String>,
    /// Codes of the bases.
    pub bases: Vec<String>,
    /// Whether it never waits.
    pub duty: bool,
    /// Whether the person concerned may see it: `yes` or `never`.
    pub subject_sees: String,
    /// Which fields have to be filled in.
    pub requires: Vec<String>,
    /// What is owed afterwards: by whom, what, by when.
    pub owes: Vec<String>,
    /// Deadline rule.
    pub due: Option<String>,
    /// The provision.
    pub act: String,
    /// Where deadline and ceiling come from.
    pub source: String,
    /// Everything that the digest covers, as `name` and `value` in the order of the canonical text: the row with
    /// the list by role and the rules of secrecy that it refers to.
    #[serde(default)]
    pub covered: Vec<Covered>,
    /// SHA-256 of the row's text, which a verification fixes.
    pub digest: String,
    /// Whether messages under it may leave.
    pub usable: bool,
    /// Who verified exactly this text, when, and the remark of the file that says so.
    pub verified: Vec<String>,
}

/// One line of a row's canonical text; the protocol's README says what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// The name, such as `never`; it may come several times.
    pub name: String,
    /// The value in codes; empty where the row says nothing.
    pub value: String,
}

/// The lines of a row's canonical text after its title.
fn covered(row: &Row) -> Vec<Covered> {
    let text = Policy::shipped().canonical(row);
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines.map(|(name, value)| Covered { name: name.to_owned(), value: value.to_owned() }).collect()
}

impl RowView {
    /// A row of the shipped table, and what the files of verified rows say about it.
    #[must_use]
    pub fn of(row: &Row, overlays: &[Overlay]) -> Self {
        let usable = |overlay: &&Overlay| overlay.is_verified(row);
        let verified = overlays.iter().filter(usable).filter_map(|overlay| {
            let entry = overlay.entry(&row.id)?;
            let note = overlay.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
            Some(format!("{}, {}{note}", entry.by, entry.on))
        });
        Self {
            id: row.id.clone(),
            kind: row.kind.code().to_owned(),
            class: row.class.code().to_owned(),
            senders: row.senders.iter().map(|kind| kind.code().to_owned()).collect(),
            recipients: row.recipients.iter().map(|kind| kind.code().to_owned()).collect(),
            categories: row.ceiling.iter().map(|category| category.code().to_owned()).collect(),
            review: row.review.iter().map(|category| category.code().to_owned()).collect(),
            bases: row.bases.iter().map(|basis| basis.code().to_owned()).collect(),
            duty: row.duty,
            subject_sees: row.subject_sees.code().to_owned(),
            requires: row.requires.iter().map(|what| what.code().to_owned()).collect(),
            owes: row.owes.iter().map(|owes| format!("{} {} {}", owes.by.code(), owes.what, owes.due)).collect(),
            due: row.due.map(|due| due.to_string()),
            act: row.act.clone(),
            source: row.source.clone(),
            covered: covered(row),
            digest: hex(&row.digest()),
            usable: overlays.iter().any(|overlay| overlay.is_verified(row)),
            verified: verified.collect(),
        }
    }
}
