//! Passes consent calls on: edges, withdrawals, and the objects behind them.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::consent_service_server::ConsentService;

use super::{Context, caller};
use crate::quota::Class;

/// The consent service.
pub(super) struct Consent(Arc<Context>);

impl Consent {
    pub(super) fn new(context: &Arc<Context>) -> Self {
        Self(Arc::clone(context))
    }
}

#[tonic::async_trait]
impl ConsentService for Consent {
    async fn register_edge(
        &self,
        request: Request<v1::RegisterEdgeRequest>,
    ) -> Result<Response<v1::RegisterEdgeResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = self.0.hub.register_edge(&caller, request.into_inner());
        self.0.unary("RegisterEdge", &caller, Class::Edges, work).await
    }

    async fn withdraw(&self, request: Request<v1::WithdrawRequest>) -> Result<Response<v1::WithdrawResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = self.0.hub.withdraw(&caller, request.into_inner());
        self.0.unary("Withdraw", &caller, Class::Withdrawals, work).await
    }

    async fn fetch_withdrawal(
        &self,
        request: Request<v1::FetchWithdrawalRequest>,
    ) -> Result<Response<v1::FetchWithdrawalResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = self.0.hub.fetch_withdrawal(&caller, request.into_inner());
        self.0.unary("FetchWithdrawal", &caller, Class::Queries, work).await
    }
}
