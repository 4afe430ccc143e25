//! Who did what and when: one chain of entries, each naming one worker and covering all entries before it.
//!
//! Each entry's hash covers the one before it (as in RFC 6962, but a plain chain: it is read from its beginning).
//! Changing, removing or reordering rows is found; rewriting all of them from a row on is found by whoever noted a
//! later head, which `audit verify` prints.

use serde::{Deserialize, Serialize};
use wiez_proto::envelope::sha256;
use wiez_proto::refusal::{Reason, Refusal};

use crate::Node;
use crate::account::{Act as MayDo, Watcher};
use crate::people::Worker;
use crate::session::Session;
use crate::store::{self, Conn, Tx};

/// Rows read at one time while verifying.
const PAGE: u32 = 1000;
/// Most entries of one page for people.
pub const PAGE_MAX: u32 = 200;

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Act {
    Opened,
    Sent,
    SignedIn,
    SignedOut,
    PasswordChanged,
    FactorChanged,
    AccountAdded,
    AccountReset,
    AccountLocked,
    AccountUnlocked,
    AccountLeft,
    RoleChanged,
    KeysGiven,
    SubstituteChanged,
    ReceivesChanged,
    WentAway,
    CameBack,
    CasesMoved,
    CaseExcluded,
    CaseAdmitted,
    SheetsMade,
    Recovered,
    Exported,
    ConflictChanged,
    Reviewed,
    PersonAdded,
}

impl Act {
    /// Every act.
    pub const ALL: &'static [Self] = &[
        Self::Opened,
        Self::Sent,
        Self::SignedIn,
        Self::SignedOut,
        Self::PasswordChanged,
        Self::FactorChanged,
        Self::AccountAdded,
        Self::AccountReset,
        Self::AccountLocked,
        Self::AccountUnlocked,
        Self::AccountLeft,
        Self::RoleChanged,
        Self::KeysGiven,
        Self::SubstituteChanged,
        Self::ReceivesChanged,
        Self::WentAway,
        Self::CameBack,
        Self::CasesMoved,
        Self::CaseExcluded,
        Self::CaseAdmitted,
        Self::SheetsMade,
        Self::Recovered,
        Self::Exported,
        Self::ConflictChanged,
        Self::Reviewed,
        Self::PersonAdded,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "OPENED",
            Self::Sent => "SENT",
            Self::SignedIn => "SIGNED_IN",
            Self::SignedOut => "SIGNED_OUT",
            Self::PasswordChanged => "PASSWORD_CHANGED",
            Self::FactorChanged => "FACTOR_CHANGED",
            Self::AccountAdded => "ACCOUNT_ADDED",
            Self::AccountReset => "ACCOUNT_RESET",
            Self::AccountLocked => "ACCOUNT_LOCKED",
            Self::AccountUnlocked => "ACCOUNT_UNLOCKED",
            Self::AccountLeft => "ACCOUNT_LEFT",
            Self::RoleChanged => "ROLE_CHANGED",
            Self::KeysGiven => "KEYS_GIVEN",
            Self::SubstituteChanged => "SUBSTITUTE_CHANGED",
            Self::ReceivesChanged => "RECEIVES_CHANGED",
            Self::WentAway => "WENT_AWAY",
            Self::CameBack => "CAME_BACK",
            Self::CasesMoved => "CASES_MOVED",
            Self::CaseExcluded => "CASE_EXCLUDED",
            Self::CaseAdmitted => "CASE_ADMITTED",
            Self::SheetsMade => "SHEETS_MADE",
            Self::Recovered => "RECOVERED",
            Self::Exported => "EXPORTED",
            Self::ConflictChanged => "CONFLICT_CHANGED",
            Self::Reviewed => "REVIEWED",
            Self::PersonAdded => "PERSON_ADDED",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.code() == code)
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place, from 1 without gaps.
    pub seq: u64,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who: the person's number in the table of workers, or the local user who administers the machine.
    pub person: u32,
    /// The name that person had then.
    pub worker: String,
    /// What.
    pub act: Act,
    /// Number of the case; empty where it was about none.
    pub number: String,
    /// What else it was about, such as a login or the code of a message's kind; never content.
    pub about: String,
    /// SHA-256 of the entry before and of all the above.
    #[serde(with = "hash_text")]
    pub hash: [u8; 32],
}

/// Where the trail ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of entries.
    pub seq: u64,
    /// Hash of the last one; zeros while there is none.
    #[serde(with = "hash_text")]
    pub hash: [u8; 32],
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, wiez_proto::id::hex(&self.hash))
    }
}

impl std::str::FromStr for Head {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let bad = || wiez_proto::wire::invalid("head");
        let (seq, hash) = text.trim().split_once(':').ok_or_else(bad)?;
        Ok(Self { seq: seq.parse().map_err(|_| bad())?, hash: wiez_proto::id::unhex(hash).ok_or_else(bad)? })
    }
}

/// Records that somebody was shown a case.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn opened(tx: &mut Tx, now_ms: i64, worker: &Worker, number: &str) -> Result<(), Refusal> {
    record(tx, now_ms, worker, Act::Opened, number, "").await
}

/// Records that somebody sent a message of a case; `kind` is the code of its kind. Messages carry a name: where several
/// workers had the same one before accounts kept names apart, the entry has the name and the number 0.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn sent(tx: &mut Tx, now_ms: i64, name: &str, number: &str, kind: &str) -> Result<(), Refusal> {
    let uid = store::people::only(tx, name).await?.unwrap_or(0);
    append(tx, now_ms, (uid, name), Act::Sent, number, kind).await
}

/// Records anything; it is there exactly if what it tells was committed.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn record(
    tx: &mut Tx,
    now_ms: i64,
    worker: &Worker,
    act: Act,
    number: &str,
    about: &str,
) -> Result<(), Refusal> {
    append(tx, now_ms, (worker.uid, &worker.name), act, number, about).await
}

async fn append(
    tx: &mut Tx,
    now_ms: i64,
    (person, worker): (u32, &str),
    act: Act,
    number: &str,
    about: &str,
) -> Result<(), Refusal> {
    let head = store::trail::head(tx).await?;
    let mut entry = Entry {
        seq: head.seq + 1,
        at_ms: now_ms,
        person,
        worker: worker.to_owned(),
        act,
        number: number.to_owned(),
        about: about.to_owned(),
        hash: [0; 32],
    };
    entry.hash = chained(&head.hash, &entry);
    store::trail::append(tx, &entry).await
}

/// Computes the whole chain anew. `noted` is a head that somebody wrote down earlier.
///
/// # Errors
/// `TRAIL_BROKEN` with the number of the first entry that does not agree (`entry`), or `INTERNAL`.
pub async fn verify(conn: &mut Conn, noted: Option<&Head>) -> Result<Head, Refusal> {
    let broken = |seq: u64| Refusal::new(Reason::TrailBroken).with("entry", seq);
    let mut at = Head { seq: 0, hash: [0; 32] };
    loop {
        // A row that cannot be read at all was changed from outside, too.
        let page = store::trail::after(conn, at.seq, PAGE).await.map_err(|_| broken(at.seq + 1))?;
        if page.is_empty() {
            break;
        }
        for entry in &page {
            if entry.seq != at.seq + 1 || entry.hash != chained(&at.hash, entry) {
                return Err(broken(at.seq + 1));
            }
            at = Head { seq: entry.seq, hash: entry.hash };
            if noted.is_some_and(|noted| noted.seq == at.seq && noted.hash != at.hash) {
                return Err(broken(at.seq));
            }
        }
    }
    let kept = store::trail::head(conn).await?;
    if kept != at || noted.is_some_and(|noted| noted.seq > at.seq) {
        return Err(broken(at.seq + 1));
    }
    Ok(at)
}

/// Entries before `seq`, newest first, at most 200; of one case or of all: for the data-protection officer the whole
/// trail, for a kierownik without what is about cases that the kierownik does not see.
///
/// # Errors
/// `WORKER_ROLE`; `ACCOUNT_KEYLESS` for a kierownik without keys; `INTERNAL`.
pub async fn read(
    node: &Node,
    session: &Session,
    seq: Option<u64>,
    number: Option<&str>,
    most: u32,
) -> Result<Vec<Entry>, Refusal> {
    session.may(MayDo::ReadTrail)?;
    let mut view = node.store().view_for("trail.read", &Watcher::of(session)?).await?;
    page(&mut view, seq, number, most).await
}

/// As [`read`], for who reads on the connection. How many cases were moved counts those that the reader does not see,
/// and is left out; the hash is of the entry as it was written.
///
/// # Errors
/// `INTERNAL`.
pub(crate) async fn page(
    conn: &mut Conn,
    seq: Option<u64>,
    number: Option<&str>,
    most: u32,
) -> Result<Vec<Entry>, Refusal> {
    let mut entries = store::trail::before(conn, seq.unwrap_or(u64::MAX), number, most.min(PAGE_MAX)).await?;
    let counted = |entry: &&mut Entry| entry.act == Act::CasesMoved && entry.number.is_empty();
    for entry in entries.iter_mut().filter(counted).filter(|_| conn.reader().is_some()) {
        if let Some((who, _)) = entry.about.rsplit_once(' ') {
            entry.about = who.to_owned();
        }
    }
    Ok(entries)
}

/// The hash of an entry: each part with its length, so that no two entries have the same bytes.
fn chained(before: &[u8; 32], entry: &Entry) -> [u8; 32] {
    let numbers =
        [entry.seq.to_be_bytes().as_slice(), &entry.at_ms.to_be_bytes(), &entry.person.to_be_bytes()].concat();
    let texts = [entry.worker.as_str(), entry.act.code(), &entry.number, &entry.about];
    let mut bytes = [b"wiez/trail/v1\0".as_slice(), before, &numbers].concat();
    for text in texts {
        bytes.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    sha256(&[&bytes])
}

/// A hash as text.
mod hash_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use wiez_proto::id::{hex, unhex};

    pub(super) fn serialize<S: Serializer>(hash: &[u8; 32], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&hex(hash))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        unhex(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("no hash"))
    }
}

#[cfg(test)]
mod tests;
