//! A case of social assistance follows a person to the centre of another municipality.

use serde::{Deserialize, Serialize};
use wiez_proto::payload::{Body, Payload, Section, TransferCase};
use wiez_proto::refusal::Refusal;

use super::lawful::{Lawful, Within, start};
use super::open::Sent;
use crate::Node;
use crate::account::Reader;
use crate::casework::file::CaseKind;

/// What goes on at the new place.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferText {
    /// TERYT code of the new municipality.
    pub new_teryt: String,
    /// What is still to be done.
    #[serde(default)]
    pub open_items: String,
}

impl std::fmt::Debug for TransferText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TransferText({})", self.new_teryt)
    }
}

/// Passes a case on. Until somebody there has acknowledged it, this institution stays responsible:
/// the case is not over here.
///
/// # Errors
/// What the gate says; the draft is kept then and its case named in the detail `case`.
pub async fn transfer(
    node: &Node,
    worker: &Reader,
    to: &Lawful,
    sections: Vec<Section>,
    text: TransferText,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    let body = Body::TransferCase(TransferCase { new_teryt: text.new_teryt, open_items: text.open_items });
    let payload = Payload::new(to.subject_ref.as_str(), sections, body)?;
    start(node, worker, CaseKind::Transfer, to, payload, Within::default()).await
}
