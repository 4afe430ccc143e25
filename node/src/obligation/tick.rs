//! What the clock does: reminds, and says once that a date was missed.

use wiez_proto::calendar::warsaw;
use wiez_proto::env::Env;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::WorkerRole;

use super::outage;
use crate::Node;
use crate::casework::{What, happened};
use crate::store::obligation::ObligationRow;
use crate::store::{self, Tx};

/// Notes outages, reminds of what is due on its last working day, and marks what was missed. The
/// manager has what was missed from then on.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub async fn tick(node: &Node) -> Result<(), Refusal> {
    let mut tx = node.store().begin("obligation.tick").await?;
    tick_at(&mut tx, node.env(), node.id(), node.progress.connected_since()).await?;
    tx.commit().await
}

/// As [`tick`], for a node that hears from the hub since `connected_since`.
pub(super) async fn tick_at(
    tx: &mut Tx,
    env: &Env,
    me: &InstitutionId,
    connected_since: Option<i64>,
) -> Result<(), Refusal> {
    let now_ms = env.now_ms();
    outage::look(tx, now_ms, connected_since).await?;
    for row in store::obligation::passed(tx, now_ms).await? {
        miss(tx, env, me, &row, now_ms).await?;
    }
    for row in store::obligation::to_remind(tx, now_ms).await? {
        store::obligation::set_reminded(tx, row.id, now_ms).await?;
        let line = happened(now_ms, me.as_str(), What::Reminded).with("owed", row.what.code());
        store::casework::put_event(tx, env, &row.number, &line.with("until", &moment(row.due_ms))).await?;
    }
    Ok(())
}

/// Marks a date as missed, with the outage into which it fell. The date itself stays.
pub(super) async fn miss(
    tx: &mut Tx,
    env: &Env,
    me: &InstitutionId,
    row: &ObligationRow,
    now_ms: i64,
) -> Result<(), Refusal> {
    let outage = store::outage::at(tx, row.due_ms).await?;
    store::obligation::set_missed(tx, row.id, now_ms, outage.map(|(id, _)| id)).await?;
    let what = if outage.is_some() { What::MissedOutage } else { What::Missed };
    let mut line = happened(now_ms, me.as_str(), what)
        .with("owed", row.what.code())
        .with("due", &moment(row.due_ms))
        .with("owner", WorkerRole::Kierownik.code());
    if let Some((_, outage)) = outage {
        line = line.with("outage", outage.kind.code()).with("outage_from", &moment(outage.from_ms));
        if let Some(to_ms) = outage.to_ms {
            line = line.with("outage_to", &moment(to_ms));
        }
    }
    store::casework::put_event(tx, env, &row.number, &line).await
}

/// A moment in a history line, in the time of Warsaw.
fn moment(ms: i64) -> String {
    let zoned = jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(warsaw());
    zoned.strftime("%Y-%m-%d %H:%M").to_string()
}
