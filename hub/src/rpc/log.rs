//! Passes log calls on: head, leaves and proofs.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::log_service_server::LogService;

use super::{Context, caller};
use crate::quota::Class;

/// The log service.
pub(super) struct Log(Arc<Context>);

impl Log {
    pub(super) fn new(context: &Arc<Context>) -> Self {
        Self(Arc::clone(context))
    }
}

#[tonic::async_trait]
impl LogService for Log {
    async fn head(&self, request: Request<v1::HeadRequest>) -> Result<Response<v1::HeadResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = async { Ok(self.0.hub.head()) };
        self.0.unary("Head", &caller, Class::Queries, work).await
    }

    async fn leaves(&self, request: Request<v1::LeavesRequest>) -> Result<Response<v1::LeavesResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = self.0.hub.leaves(request.into_inner());
        self.0.unary("Leaves", &caller, Class::Queries, work).await
    }

    async fn inclusion(
        &self,
        request: Request<v1::InclusionRequest>,
    ) -> Result<Response<v1::InclusionResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = self.0.hub.inclusion(request.into_inner());
        self.0.unary("Inclusion", &caller, Class::Queries, work).await
    }

    async fn consistency(
        &self,
        request: Request<v1::ConsistencyRequest>,
    ) -> Result<Response<v1::ConsistencyResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = self.0.hub.consistency(request.into_inner());
        self.0.unary("Consistency", &caller, Class::Queries, work).await
    }
}
