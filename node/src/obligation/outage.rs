//! Keeps the spans in which this node had no hub or did not run.

use serde::{Deserialize, Serialize};
use wiez_proto::refusal::Refusal;

use crate::store::{Tx, meta, outage as table};

/// Why nothing came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OutageKind {
    /// The node heard nothing from the hub.
    NoHub,
    /// The node did not run.
    NotRunning,
}

impl OutageKind {
    /// The code in the database and in histories.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoHub => "NO_HUB",
            Self::NotRunning => "NOT_RUNNING",
        }
    }

    /// Reads the code.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        [Self::NoHub, Self::NotRunning].into_iter().find(|kind| kind.code() == code)
    }
}

/// One span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// Why.
    pub kind: OutageKind,
    /// Since when, milliseconds since 1970.
    pub from_ms: i64,
    /// Until when; absent while it lasts.
    pub to_ms: Option<i64>,
}

/// Name of the moment at which the node last looked at its clock.
const LOOKED: &str = "obligation.looked";

/// A node that looks at its clock every minute and did not for longer did not run.
const GAP_MS: i64 = 5 * 60_000;

/// Notes how things stand. `connected_since` is absent while the node hears nothing from the hub.
///
/// A connection older than the last look says that the node ran in between: its clock was moved.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(super) async fn look(tx: &mut Tx, now_ms: i64, connected_since: Option<i64>) -> Result<(), Refusal> {
    let looked = i64::try_from(meta::number(tx, LOOKED).await?).unwrap_or(0);
    let ran = connected_since.is_some_and(|since| since <= looked);
    if looked > 0 && now_ms - looked > GAP_MS && !ran {
        table::put(tx, OutageKind::NotRunning, looked, Some(now_ms)).await?;
    }
    match (table::lasting(tx).await?, connected_since) {
        (None, None) => table::put(tx, OutageKind::NoHub, now_ms, None).await?,
        (Some(_), Some(since)) => table::end(tx, since, now_ms).await?,
        (None, Some(_)) | (Some(_), None) => {}
    }
    meta::put_number(tx, LOOKED, u64::try_from(now_ms).unwrap_or(0)).await
}
