//! What goes with time: envelopes past their time to live, old news, dead invitations.

use wiez_proto::receipt::EndCause;

use crate::store::{self, StoreError};
use crate::writer::{Batch, Ending};

/// Envelopes that one sweep ends; what is left is ended by the next one, a second later.
const SWEEP: i64 = 512;

/// Ends overdue envelopes – the recipient gets a tombstone, the sender a signed status – and
/// forgets receipts and statuses 30 days after their envelope's expiry. Evidence of envelopes
/// stays; it holds no content.
pub(crate) async fn sweep(batch: &mut Batch<'_>) -> Result<(), StoreError> {
    let now_ms = batch.now_ms;
    let ids = store::mailbox::ending::overdue(&mut batch.tx, now_ms, SWEEP).await?;
    if !ids.is_empty() {
        tracing::info!(count = ids.len(), "envelopes were not collected in time and ended");
        batch.endings.push(Ending { ids, cause: EndCause::Expired, proof: None });
    }
    let events = store::mailbox::event::sweep(&mut batch.tx, now_ms).await?;
    let invitations = store::enrolment::sweep(&mut batch.tx, now_ms).await?;
    if events + invitations > 0 {
        tracing::debug!(events, invitations, "old news and invitations were forgotten");
    }
    Ok(())
}
