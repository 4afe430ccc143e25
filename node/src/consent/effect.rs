//! What a withdrawal would do, institution by institution, before it is done; and who confirmed it afterwards.

use serde::{Deserialize, Serialize};
use wiez_proto::directory::Standing;
use wiez_proto::grant::Grant;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;

use super::sheet::Act;
use super::view::seen_record;
use crate::Node;
use crate::account::Reader;
use crate::store::casework::Direction;
use crate::store::consent::GrantRow;
use crate::store::{self, Conn};

/// What one institution has under a consent, and how far its end came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Which.
    pub institution: InstitutionId,
    /// Its name; the id where this node does not know it.
    pub name: String,
    /// Its telephone; empty where this node does not know it.
    pub phone: String,
    /// Whether it takes part.
    pub active: bool,
    /// Messages that it may hold: they left, or nobody can say that they did not.
    pub holds: usize,
    /// Messages that wait here and would never leave.
    pub waits: usize,
    /// Messages of it that are kept here.
    pub here: usize,
    /// When its grant ended, milliseconds since 1970; none while it counts.
    pub ended_ms: Option<i64>,
    /// Whether the end stands in the verified log, which every node that is connected reads.
    pub logged: bool,
    /// When the notice was written; none where there was nothing to tell.
    pub told_ms: Option<i64>,
    /// When its node confirmed the notice.
    pub confirmed_ms: Option<i64>,
    /// When a person there answered what became of the data.
    pub answered_ms: Option<i64>,
}

impl Effect {
    /// Whether it had anything under the consent.
    #[must_use]
    pub const fn touched(&self) -> bool {
        self.holds > 0 || self.here > 0 || self.told_ms.is_some()
    }
}

/// What every institution of a record has under it, in the order of the paper; messages of cases that the worker sees.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn effects(node: &Node, reader: &Reader, number: &str) -> Result<Vec<Effect>, Refusal> {
    let mut view = node.store().view_as("consent.effects", reader).await?;
    let record = seen_record(&mut view, number).await?;
    let mut out: Vec<Effect> = vec![];
    for grant in store::consent::of_record(&mut view, &record.number).await? {
        let effect = effect(node, &mut view, &grant).await?;
        // A narrower grant goes on where the one before it ended: the institution stands here once.
        match out.iter_mut().find(|known| known.institution == effect.institution) {
            Some(known) => *known = merged(known, effect),
            None => out.push(effect),
        }
    }
    Ok(out)
}

fn merged(before: &Effect, after: Effect) -> Effect {
    Effect {
        holds: before.holds + after.holds,
        waits: before.waits + after.waits,
        here: before.here + after.here,
        told_ms: after.told_ms.or(before.told_ms),
        confirmed_ms: if after.told_ms.is_some() { after.confirmed_ms } else { before.confirmed_ms },
        answered_ms: if after.told_ms.is_some() { after.answered_ms } else { before.answered_ms },
        ..after
    }
}

async fn effect(node: &Node, conn: &mut Conn, grant: &GrantRow) -> Result<Effect, Refusal> {
    let institution: InstitutionId = grant.peer.parse()?;
    let (mut holds, mut waits, mut here) = (0, 0, 0);
    for handle in Grant::parse(&grant.signed.content)?.handles() {
        for row in store::casework::under_handle(conn, &handle).await? {
            // Of a case that is not there for who asks, no message is counted.
            if !store::vault::seen(conn, &row.number).await? {
                continue;
            }
            match (row.direction, row.state.as_str()) {
                (Direction::In, _) => here += usize::from(!row.deleted),
                (Direction::Out, "QUEUED") => waits += 1,
                (Direction::Out, "STOPPED" | "BLOCKED" | "EXPIRED" | "REFUSED" | "HELD") => {}
                (Direction::Out, _) => holds += 1,
            }
        }
    }
    let notice = store::consent::notice(conn, &grant.id).await?;
    let directory = node.directory();
    let peer = directory.get(&institution);
    Ok(Effect {
        name: peer.map_or_else(|| institution.to_string(), |peer| peer.entry.name.clone()),
        phone: peer.map_or_else(String::new, |peer| peer.entry.phone.clone()),
        active: peer.is_some_and(|peer| peer.standing == Standing::Active),
        institution,
        holds,
        waits,
        here,
        ended_ms: grant.ended_ms,
        logged: grant.logged,
        told_ms: notice.map(|notice| notice.sent_ms),
        confirmed_ms: notice.and_then(|notice| notice.received_ms),
        answered_ms: notice.and_then(|notice| notice.answered_ms),
    })
}

/// What people did with a record, oldest first.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn history(node: &Node, reader: &Reader, number: &str) -> Result<Vec<Act>, Refusal> {
    let mut view = node.store().view_as("consent.history", reader).await?;
    let record = seen_record(&mut view, number).await?;
    store::consent::events(&mut view, &record.number).await
}

/// The name of the person of a record, as it was typed; empty where there is none.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn person(node: &Node, reader: &Reader, number: &str) -> Result<String, Refusal> {
    let mut view = node.store().view_as("consent.person", reader).await?;
    let record = seen_record(&mut view, number).await?;
    super::sheet::called(&mut view, &record.number).await
}
