//! How the node is doing, in one value for people and programs.

mod check;

pub use self::check::{Aspect, Check, Mark, checks, warnings};

use serde::{Deserialize, Serialize};
use wiez_proto::refusal::Refusal;

use crate::Node;
use crate::account::Reader;
use crate::casework::{self, CaseKind};
use crate::consent::{self, State};
use crate::store;

/// The answer to "how is it".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The institution.
    pub institution: String,
    /// Its name for people.
    pub name: String,
    /// The region.
    pub region: String,
    /// Version of this program.
    pub version: String,
    /// Connection, outbox, log: what the loops are at. The outbox holds what is under way in ordinary cases; only
    /// for [`Eyes::Machine`] everything.
    pub transport: serde_json::Value,
    /// Open cases in which somebody here has to act; those that stand apart are not counted.
    pub ours: usize,
    /// Those of them that are late.
    pub overdue: usize,
    /// Consents recorded here that count today.
    pub consents: usize,
    /// What was looked at, with marks.
    #[serde(default)]
    pub checks: Vec<Check>,
}

/// For whom the messages under way are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eyes {
    /// Who works with cases: nothing that stands apart is counted, so that no difference tells of it.
    Cases,
    /// Who looks after the machine: the whole outbox by state, of whatever kind.
    Machine,
}

/// Looks at everything once. Cases and consents are counted as far as `reader` sees them; with nobody reading, all.
///
/// # Errors
/// `INTERNAL`.
pub async fn status(node: &Node, eyes: Eyes, reader: Option<&Reader>) -> Result<Status, Refusal> {
    let cases = casework::ordered(node, reader, CaseKind::ALL, false).await?;
    let open = || cases.iter().filter(|case| case.ours && !crate::referral::is_over(case.status));
    let consents = consent::list(node, reader).await?;
    let mut transport = node.transport_status().await?;
    if eyes == Eyes::Cases {
        let mut view = node.store().view("status.outbox").await?;
        transport.outbox = store::outbox::ordinary(&mut view).await?;
        transport.alarms = check::alarms(&mut view, eyes).await?;
    }
    Ok(Status {
        institution: node.id().to_string(),
        name: node.me().name.clone(),
        region: node.region_keys().name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        transport: serde_json::to_value(transport).unwrap_or_default(),
        ours: open().count(),
        overdue: open().filter(|case| case.overdue).count(),
        consents: consents.iter().filter(|line| matches!(line.state, State::Active | State::Narrowed)).count(),
        checks: checks(node, node.settings().web.as_ref(), eyes).await?,
    })
}

#[cfg(test)]
mod tests;
