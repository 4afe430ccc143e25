//! Says to the hub what goes outside envelopes: withdrawals first, then edges.

use prost::Message as _;
use wiez_proto::refusal::{Reason, Refusal, Retry};
use wiez_proto::wire::v1;

use crate::Node;
use crate::control::{Item, Kind};
use crate::mirror::Alarm;
use crate::outbox::backoff_ms;
use crate::store::control as table;

/// Sends what is due. True when something was sent, so that there may be more. After an item
/// that has to wait the rest is looked at anew, because a withdrawal waits for its edges.
///
/// # Errors
/// Why the hub could not be asked; what it refuses is kept at the item.
pub(super) async fn send_due(node: &Node) -> Result<bool, Refusal> {
    let due = table::due(&mut *node.store().view("control.due").await?, node.env().now_ms()).await?;
    for item in &due {
        let answer = send(node, item).await;
        if let Err(refusal) = &answer
            && matches!(
                refusal.reason,
                Reason::HubUnreachable | Reason::HubIdentity | Reason::Deadline | Reason::ShuttingDown
            )
        {
            return Err(refusal.clone());
        }
        if store(node, item, answer).await? == Stored::PutOff {
            return Ok(true);
        }
    }
    Ok(!due.is_empty())
}

async fn send(node: &Node, item: &Item) -> Result<u64, Refusal> {
    let broken = |_| Refusal::new(Reason::Internal);
    match item.kind {
        Kind::Edge => {
            let request = v1::RegisterEdgeRequest::decode(item.body.as_slice()).map_err(broken)?;
            Ok(node.link().register_edge(request).await?.leaf_index)
        }
        Kind::Withdraw => {
            let signed = v1::Signed::decode(item.body.as_slice()).map_err(broken)?;
            Ok(node.link().withdraw(signed).await?.leaf_indexes.first().copied().unwrap_or(0))
        }
    }
}

/// What became of an item.
#[derive(PartialEq, Eq)]
enum Stored {
    Answered,
    PutOff,
}

/// A withdrawal is never given up, whatever the hub says: as long as the edges may live there,
/// it is asked again, and a person is told.
async fn store(node: &Node, item: &Item, answer: Result<u64, Refusal>) -> Result<Stored, Refusal> {
    let mut tx = node.store().begin("control.answer").await?;
    let refusal = match answer {
        Ok(leaf_index) => {
            table::done(&mut tx, item.id, leaf_index).await?;
            return tx.commit().await.map(|()| Stored::Answered);
        }
        Err(refusal) => refusal,
    };
    let passing = refusal.reason.retry() == Retry::Later;
    if !passing {
        let subject = format!("{} {}", item.kind.as_str(), item.id);
        Alarm::now(node.env(), refusal.reason, &subject, "the hub refused an edge or a withdrawal")
            .raise(&mut tx)
            .await?;
    }
    let stored = if passing || item.kind == Kind::Withdraw {
        let pause = backoff_ms(node.env(), item.attempts).max(refusal.retry_after_ms.unwrap_or(0));
        let at = node.env().now_ms().saturating_add(i64::try_from(pause).unwrap_or(i64::MAX));
        table::later(&mut tx, item.id, refusal.reason, at).await?;
        Stored::PutOff
    } else {
        table::refused(&mut tx, item.id, refusal.reason).await?;
        Stored::Answered
    };
    tx.commit().await.map(|()| stored)
}
