//! Passes directory calls on: what changed since a revision.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::directory_service_server::DirectoryService;

use super::{Context, caller};
use crate::quota::Class;

/// The directory service.
pub(super) struct Directory(Arc<Context>);

impl Directory {
    pub(super) fn new(context: &Arc<Context>) -> Self {
        Self(Arc::clone(context))
    }
}

#[tonic::async_trait]
impl DirectoryService for Directory {
    async fn mirror(&self, request: Request<v1::MirrorRequest>) -> Result<Response<v1::MirrorResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = self.0.hub.mirror(&caller, request.into_inner());
        self.0.unary("Mirror", &caller, Class::Queries, work).await
    }
}
