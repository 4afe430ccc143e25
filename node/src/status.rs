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
    /// Connection, outbox, log: what the loops are at. The outbox holds what is under way in ordinary cases that the
    /// worker sees; for [`Eyes::Machine`] everything, for [`Eyes::Nobody`] it is not there.
    pub transport: serde_json::Value,
    /// Open cases in which somebody here has to act, of those that the worker sees; those that stand apart are not
    /// counted. None where no worker reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<usize>,
    /// Those of them that are late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue: Option<usize>,
    /// Consents recorded here that count today, of those that the worker sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consents: Option<usize>,
    /// What was looked at, with marks.
    #[serde(default)]
    pub checks: Vec<Check>,
}

/// For whom the node is looked at, and so what is counted.
#[derive(Debug, Clone, Copy)]
pub enum Eyes<'a> {
    /// Somebody who works with cases: what that worker sees, and nothing that stands apart, so that no difference tells
    /// of it.
    Worker(&'a Reader),
    /// Somebody who reads no case: no case, consent or message.
    Nobody,
    /// Who looks after the machine: no case and no consent, but the whole outbox by state, of whatever kind.
    Machine,
}

/// Looks at everything once.
///
/// # Errors
/// `INTERNAL`.
pub async fn status(node: &Node, eyes: Eyes<'_>) -> Result<Status, Refusal> {
    let mut transport = node.transport_status().await?;
    let (mut ours, mut overdue, mut consents) = (None, None, None);
    if let Eyes::Worker(reader) = eyes {
        let cases = casework::ordered(node, Some(reader), CaseKind::ALL, false).await?;
        let open = || cases.iter().filter(|case| case.ours && !crate::referral::is_over(case.status));
        ours = Some(open().count());
        overdue = Some(open().filter(|case| case.overdue).count());
        let live = |line: &consent::ConsentLine| matches!(line.state, State::Active | State::Narrowed);
        consents = Some(consent::list(node, Some(reader)).await?.iter().filter(|line| live(line)).count());
        transport.outbox = store::outbox::ordinary(&mut *node.store().view_as("status.outbox", reader).await?).await?;
    }
    let machine = matches!(eyes, Eyes::Machine);
    if !machine {
        let mut view = node.store().view("status.alarms").await?;
        transport.alarms = check::alarms(&mut view, machine).await?;
    }
    let mut transport = serde_json::to_value(transport).unwrap_or_default();
    if let (Eyes::Nobody, Some(told)) = (eyes, transport.as_object_mut()) {
        told.remove("outbox");
    }
    Ok(Status {
        institution: node.id().to_string(),
        name: node.me().name.clone(),
        region: node.region_keys().name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        transport,
        ours,
        overdue,
        consents,
        checks: checks(node, node.settings().web.as_ref(), eyes).await?,
    })
}

#[cfg(test)]
mod tests;
