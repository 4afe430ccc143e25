//! What happened in a case, without opening its content: for who wants to know whether a colleague was faster.

use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::ReferralStatus;

use super::file::{Happened, load};
use crate::Node;
use crate::account::Reader;
use crate::store;

/// Where a case stands and its history, oldest first.
///
/// # Errors
/// `NOT_FOUND`, `WORKER_ROLE`.
pub async fn changes(node: &Node, reader: &Reader, number: &str) -> Result<(ReferralStatus, Vec<Happened>), Refusal> {
    reader.reads()?;
    let mut view = node.store().view_as("casework.changes", reader).await?;
    let case = load(&mut view, number).await?;
    let history = store::casework::events(&mut view, &case.number).await?;
    Ok((case.file.stand.status, history))
}
