//! Passes the one call without a certificate on, counted by the address that it comes from.

use std::sync::Arc;
use std::time::Duration;

use tonic::{Request, Response, Status};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::enrolment_service_server::EnrolmentService;

use super::{Context, refuse};
use crate::listen::Peer;

/// The enrolment service.
pub(super) struct Enrolment(Arc<Context>);

impl Enrolment {
    pub(super) fn new(context: &Arc<Context>) -> Self {
        Self(Arc::clone(context))
    }

    async fn try_redeem(&self, request: Request<v1::RedeemRequest>) -> Result<v1::RedeemResponse, Refusal> {
        let peer = request.extensions().get::<Peer>().ok_or_else(|| Refusal::new(Reason::Internal))?;
        self.0.quotas.redeem(peer.source.ip())?;
        let work = self.0.hub.redeem(request.into_inner());
        let limit = Duration::from_millis(limits::REQUEST_TIMEOUT_MS);
        self.0.env.timeout(limit, work).await.unwrap_or_else(|| Err(Refusal::new(Reason::Deadline)))
    }
}

#[tonic::async_trait]
impl EnrolmentService for Enrolment {
    async fn redeem(&self, request: Request<v1::RedeemRequest>) -> Result<Response<v1::RedeemResponse>, Status> {
        self.try_redeem(request).await.map(Response::new).map_err(|refusal| {
            refuse::told("Redeem", "-", &refusal);
            refuse::status(&refusal)
        })
    }
}
