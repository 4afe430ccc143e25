//! What a case holds besides its messages, and its history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wiez_proto::calendar::Week;
use wiez_proto::env::Env;
use wiez_proto::id::Hash;
use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::statement::FormalRef;
use wiez_proto::vocab::ReferralStatus;

use crate::gate;
use crate::referral::{Referral, Timing, is_over};
use crate::store::casework::CaseRow;
use crate::store::{self, Conn, Tx};

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CaseKind {
    /// A referral, also a forwarded one.
    Referral,
    /// A request for information.
    Info,
    /// A question without personal data, or feedback to a reporter.
    Consult,
    /// A withdrawn consent and its answer.
    Notice,
    /// A signal that somebody may need help.
    Signal,
    /// An alert: somebody is in danger.
    Alert,
    /// A Blue Card procedure: forms, dispatches, notes.
    #[serde(rename = "NK")]
    NiebieskaKarta,
    /// A notice of a possible crime.
    Crime,
    /// A notice to the guardianship court.
    Court,
    /// A query of the police or of a probation officer.
    Query,
    /// A case of social assistance that moves to another municipality.
    Transfer,
    /// A mediation by the region.
    Mediation,
}

impl CaseKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Referral,
        Self::Info,
        Self::Consult,
        Self::Notice,
        Self::Signal,
        Self::Alert,
        Self::NiebieskaKarta,
        Self::Crime,
        Self::Court,
        Self::Query,
        Self::Transfer,
        Self::Mediation,
    ];

    /// The code in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Referral => "REFERRAL",
            Self::Info => "INFO",
            Self::Consult => "CONSULT",
            Self::Notice => "NOTICE",
            Self::Signal => "SIGNAL",
            Self::Alert => "ALERT",
            Self::NiebieskaKarta => "NK",
            Self::Crime => "CRIME",
            Self::Court => "COURT",
            Self::Query => "QUERY",
            Self::Transfer => "TRANSFER",
            Self::Mediation => "MEDIATION",
        }
    }

    /// Reads the code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Whether it is somebody's report, which the recipient takes over and closes.
    #[must_use]
    pub const fn reports(self) -> bool {
        match self {
            Self::Signal | Self::Alert | Self::NiebieskaKarta | Self::Crime | Self::Court => true,
            Self::Referral
            | Self::Info
            | Self::Consult
            | Self::Notice
            | Self::Query
            | Self::Transfer
            | Self::Mediation => false,
        }
    }
}

/// The sealed part of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The sender's case number: this institution's own, or the other's.
    pub subject_ref: String,
    /// Where it stands; requests and questions use the same states.
    pub stand: Referral,
    /// Own consent record under which it was sent.
    pub record: Option<String>,
    /// Digest of the policy row of its first message.
    pub row: Hash,
    /// Why it is held or ended, when a gate or the transport said no.
    pub problem: Option<Refusal>,
    /// The own case that it grew out of: the form behind a dispatch, the referral in mediation.
    #[serde(default)]
    pub about: Option<String>,
    /// The own case that was sent in its place.
    #[serde(default)]
    pub replaced: Option<String>,
    /// From when a statutory clock counts, milliseconds since 1970.
    #[serde(default)]
    pub clock_ms: Option<i64>,
    /// The formal letter, entered after the message went without it.
    #[serde(default)]
    pub formal: Option<FormalRef>,
}

impl File {
    /// Whether nobody has anything to do any more but to follow up.
    #[must_use]
    pub fn closed(&self) -> bool {
        is_over(self.stand.status)
    }

    /// By what its deadlines are counted, in the working days of a week.
    #[must_use]
    pub fn timing(&self, week: Week) -> Timing {
        let row = Policy::shipped().by_digest(self.row.bytes());
        Timing {
            from_ms: self.clock_ms,
            lawful: row.is_some_and(|row| gate::lawful(row.class)),
            ..Timing::new(row.and_then(|row| row.due), week)
        }
    }
}

/// What can happen in a case. The code chooses the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "each is a sentence in text/*.ftl")]
pub enum What {
    Held,
    Queued,
    HubAccepted,
    Received,
    Refused,
    Blocked,
    Uncertain,
    Expired,
    Stopped,
    Arrived,
    Opened,
    Decided,
    Reported,
    Ignored,
    Answered,
    Forwarded,
    Cancelled,
    ConsentEnded,
    NoticeSent,
    NoticeArrived,
    NoticeAnswered,
    Deleted,
    DeadlineMissed,
    Waiting,
    Stuck,
    Acknowledged,
    FeedbackSent,
    FeedbackArrived,
    FormalEntered,
    Dispatched,
    Noted,
    HandedB,
    Sitting,
    MediationAsked,
    Mediated,
    Closed,
    Reminded,
    Missed,
    MissedOutage,
    Reviewed,
    ReviewRejected,
}

impl What {
    /// All of them, for the test that every language has every sentence.
    pub const ALL: &'static [Self] = &[
        Self::Held,
        Self::Queued,
        Self::HubAccepted,
        Self::Received,
        Self::Refused,
        Self::Blocked,
        Self::Uncertain,
        Self::Expired,
        Self::Stopped,
        Self::Arrived,
        Self::Opened,
        Self::Decided,
        Self::Reported,
        Self::Ignored,
        Self::Answered,
        Self::Forwarded,
        Self::Cancelled,
        Self::ConsentEnded,
        Self::NoticeSent,
        Self::NoticeArrived,
        Self::NoticeAnswered,
        Self::Deleted,
        Self::DeadlineMissed,
        Self::Waiting,
        Self::Stuck,
        Self::Acknowledged,
        Self::FeedbackSent,
        Self::FeedbackArrived,
        Self::FormalEntered,
        Self::Dispatched,
        Self::Noted,
        Self::HandedB,
        Self::Sitting,
        Self::MediationAsked,
        Self::Mediated,
        Self::Closed,
        Self::Reminded,
        Self::Missed,
        Self::MissedOutage,
        Self::Reviewed,
        Self::ReviewRejected,
    ];
}

/// One line of a case's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who: a worker of this institution, an institution, or `hub`.
    pub who: String,
    /// What.
    pub what: What,
    /// Codes that fill the sentence; never content.
    pub details: BTreeMap<String, String>,
}

/// A line without details.
pub(crate) fn happened(at_ms: i64, who: &str, what: What) -> Happened {
    Happened { at_ms, who: who.to_owned(), what, details: BTreeMap::new() }
}

impl Happened {
    /// Adds a code.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.details.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Says in which state the case is now.
    #[must_use]
    pub(crate) fn status(self, status: ReferralStatus) -> Self {
        self.with("status", status.code())
    }
}

/// Letters and digits that are not taken for one another on paper or on the telephone.
pub(super) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Draws a number such as `W-4K7Q2X`. Random, so that it tells nothing about how many there are.
pub(crate) fn new_number(env: &Env, prefix: char) -> String {
    let random: [u8; 6] = env.random();
    let letters = random.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
    format!("{prefix}-{}", letters.map(|letter| char::from(*letter)).collect::<String>())
}

/// One case, which must exist. For who reads on the connection a case that the person does not see is not there.
///
/// # Errors
/// `NOT_FOUND`.
pub(crate) async fn load(conn: &mut Conn, number: &str) -> Result<CaseRow, Refusal> {
    let missing = || Refusal::new(Reason::NotFound).with("what", "case");
    let case = store::casework::get(conn, &number.to_ascii_uppercase()).await?.ok_or_else(missing)?;
    if store::vault::seen(conn, &case.number).await? { Ok(case) } else { Err(missing()) }
}

/// Stores a changed case with a line of history; the row can be changed again afterwards.
pub(crate) async fn keep(tx: &mut Tx, env: &Env, row: &mut CaseRow, line: Happened) -> Result<(), Refusal> {
    store::casework::set(tx, row).await?;
    row.version += 1;
    store::casework::put_event(tx, env, &row.number, &line).await
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn numbers_are_short_plain_and_not_counted() {
        let env = Env::stepped(0, 3);
        let (one, two) = (new_number(&env, 'W'), new_number(&env, 'W'));
        assert_ne!(one, two);
        assert!(one.len() == 8 && one.starts_with("W-") && !one.contains(['O', 'I', 'L', 'U']));
    }

    #[test]
    fn kinds_survive_the_database() {
        for kind in CaseKind::ALL {
            assert_eq!(CaseKind::parse(kind.code()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        assert_eq!(CaseKind::parse("referral"), None);
    }
}
