//! Requests for information on a statute: of the police, of probation officers, and ordinary ones.

use wiez_proto::payload::{Body, InfoRequest, Payload, Section};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::BasisCode;

use super::info::Wanted;
use super::lawful::{Lawful, Within, start};
use super::open::Sent;
use crate::Node;
use crate::account::Reader;
use crate::casework::file::CaseKind;

/// Asks an institution for information on a statute. The basis chooses the kind: the police ask by
/// a `POLICE_QUERY`, probation officers by a `KURATOR_QUERY`, everybody else by an `INFO_REQUEST`.
///
/// # Errors
/// What the gate says; the draft is kept then and its case named in the detail `case`.
pub async fn query(
    node: &Node,
    worker: &Reader,
    to: &Lawful,
    sections: Vec<Section>,
    wanted: Wanted,
) -> Result<Sent, Refusal> {
    worker.reads()?;
    let Wanted { questions, asked, why_needed } = wanted;
    let request = InfoRequest { questions, asked, why_needed };
    let (kind, body) = asking(to.statement.basis, request);
    let payload = Payload::new(to.subject_ref.as_str(), sections, body)?;
    start(node, worker, kind, to, payload, Within::default()).await
}

/// The kind of case and the body that ask on a basis.
pub(super) fn asking(basis: BasisCode, request: InfoRequest) -> (CaseKind, Body) {
    if basis == BasisCode::PolReq {
        (CaseKind::Query, Body::PoliceQuery(request))
    } else if basis == BasisCode::Kur9 {
        (CaseKind::Query, Body::KuratorQuery(request))
    } else {
        (CaseKind::Info, Body::InfoRequest(request))
    }
}
