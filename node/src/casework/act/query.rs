//! Requests for information on a statute: of the police, of probation officers, and ordinary ones.

use wiez_proto::payload::{Body, InfoRequest, Section};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::BasisCode;

use super::info::Wanted;
use super::lawful::Lawful;
use super::open::Sent;
use super::order::Order;
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
    Order::Query(to.clone(), sections, wanted).send(node, worker, None).await
}

/// The kind of case in which a basis asks.
pub(super) const fn kind(basis: BasisCode) -> CaseKind {
    if matches!(basis, BasisCode::PolReq | BasisCode::Kur9) { CaseKind::Query } else { CaseKind::Info }
}

/// The body that asks on a basis.
pub(super) fn asking(basis: BasisCode, request: InfoRequest) -> Body {
    if basis == BasisCode::PolReq {
        Body::PoliceQuery(request)
    } else if basis == BasisCode::Kur9 {
        Body::KuratorQuery(request)
    } else {
        Body::InfoRequest(request)
    }
}
