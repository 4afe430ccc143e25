//! The author's signature on what leaves, also on what leaves only when a second person says yes.

use wiez_proto::id::Hash;
use wiez_proto::limits;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::BasisClass;

use super::{Draft, load_grant};
use crate::Node;
use crate::account::Reader;
use crate::casework::apart;
use crate::gate::{self, Cleared};
use crate::message::{Message, Signer};
use crate::review;
use crate::store::Conn;

/// Who signs for a worker who is signed in.
pub(super) fn signer<'a>(node: &'a Node, author: &'a Reader) -> Signer<'a> {
    let (worker, institution) = (author.keys().signing(), node.signing());
    Signer { worker, institution, region: node.region(), now_ms: node.env().now_ms() }
}

impl Draft {
    /// The message as it is kept when the gate says no. Where a second person can still say yes, nobody may be signed in
    /// as its author then: the author signs now what leaves in that case, with the row, the handle and the grant that the
    /// gate will fill in.
    ///
    /// # Errors
    /// `INTERNAL`.
    pub(in crate::casework) async fn kept(
        &self,
        node: &Node,
        conn: &mut Conn,
        refusal: &Refusal,
    ) -> Result<Message, Refusal> {
        let mut message = self.message(node);
        if let Some(author) = self.signer.as_ref().filter(|_| review::waits(refusal)) {
            let mut whole = self.whole(node, conn, message.clone()).await?;
            whole.sign(&signer(node, author));
            message.signature = whole.signature;
        }
        Ok(message)
    }

    /// The message with what the gate fills in.
    async fn whole(&self, node: &Node, conn: &mut Conn, mut message: Message) -> Result<Message, Refusal> {
        if let Some(row) = apart::own_row(node, &message) {
            message.policy_row = Hash::new(row.digest());
            if let Some(statement) = &mut message.statement {
                statement.for_gdp = row.for_gdp;
            }
        }
        if let Some(id) = self.grant.filter(|_| message.class == BasisClass::Consent) {
            let loaded = load_grant(conn, &id).await?;
            message.handle = loaded.grant.edge(&message.sender, &message.recipient).map(|edge| edge.handle);
            message.grant = Some(loaded.row.signed);
        }
        Ok(message)
    }
}

/// Whether the author's signature on a kept draft holds for the message that leaves now, for as long as that lives: a
/// recipient would refuse any other.
///
/// # Errors
/// `WORKER_SIGNATURE`: the author has to send it anew.
pub(crate) fn still_signed(node: &Node, cleared: &Cleared) -> Result<(), Refusal> {
    let message = cleared.message();
    if !gate::needs_signature(message) {
        return Ok(());
    }
    let last_ms = message.expires_ms.saturating_sub(limits::TTL_MIN_MS);
    let sealed_at = [node.env().now_ms(), last_ms];
    let judged =
        sealed_at.into_iter().try_for_each(|at_ms| message.signed(&node.signing().public(), node.region(), at_ms));
    judged.inspect_err(|refusal| {
        tracing::warn!(reason = %refusal.reason, "a draft that waited is not signed for what leaves");
    })
}
