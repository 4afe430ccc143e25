//! Passes mailbox calls on: deposits, collecting, receipts, places in channels.

mod collect;
mod deposit;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use tonic::{Request, Response, Status, Streaming};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::mailbox_service_server::MailboxService;
use wiez_proto::wire::{invalid, required};

use super::{Context, caller, refuse};
use crate::quota::Class;

/// The mailbox service.
pub(super) struct Mailbox(Arc<Context>);

impl Mailbox {
    pub(super) fn new(context: &Arc<Context>) -> Self {
        Self(Arc::clone(context))
    }
}

#[tonic::async_trait]
impl MailboxService for Mailbox {
    type DepositStream = BoxStream<'static, Result<v1::DepositResponse, Status>>;
    type CollectStream = BoxStream<'static, Result<v1::CollectResponse, Status>>;

    async fn deposit(
        &self,
        request: Request<Streaming<v1::DepositRequest>>,
    ) -> Result<Response<Self::DepositStream>, Status> {
        let caller = caller::of(&request)?;
        self.0.quotas.take(caller.institution(), Class::Queries).map_err(|refusal| refuse::status(&refusal))?;
        Ok(Response::new(deposit::answers(Arc::clone(&self.0), caller, request.into_inner())))
    }

    async fn deposit_one(
        &self,
        request: Request<v1::DepositOneRequest>,
    ) -> Result<Response<v1::DepositOneResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = async {
            let envelope = required("envelope", request.into_inner().envelope)?;
            Ok(deposit::one(&caller, deposit::alone(&self.0, &caller, envelope).await?))
        };
        self.0.unary("DepositOne", &caller, Class::Deposits, work).await
    }

    async fn collect(
        &self,
        request: Request<Streaming<v1::CollectRequest>>,
    ) -> Result<Response<Self::CollectStream>, Status> {
        let caller = caller::of(&request)?;
        let open = async {
            self.0.quotas.take(caller.institution(), Class::Queries)?;
            let mut inbound = request.into_inner();
            let limit = Duration::from_millis(limits::REQUEST_TIMEOUT_MS);
            let first = self.0.env.timeout(limit, inbound.message()).await;
            let first = first.ok_or_else(|| Refusal::new(Reason::Deadline))?;
            let first = first
                .map_err(|status| refuse::undecodable(&status).unwrap_or_else(|| Refusal::new(Reason::Malformed)))?;
            match first.and_then(|first| first.message) {
                Some(v1::collect_request::Message::Start(start)) => {
                    let collecting = self.0.hub.collect(caller.clone(), start.after_event).await?;
                    Ok(collect::hand_out(Arc::clone(&self.0), caller.clone(), collecting, inbound))
                }
                Some(v1::collect_request::Message::Receipt(_) | v1::collect_request::Message::Refusal(_)) => {
                    Err(invalid("message"))
                }
                None => required("start", None),
            }
        };
        open.await.map(Response::new).map_err(|refusal| {
            refuse::told("Collect", caller.institution().as_str(), &refusal);
            refuse::status(&refusal)
        })
    }

    async fn acknowledge(
        &self,
        request: Request<v1::AcknowledgeRequest>,
    ) -> Result<Response<v1::AcknowledgeResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = async {
            let v1::AcknowledgeRequest { receipts, refusals } = request.into_inner();
            self.0.hub.acknowledge(&caller, receipts, refusals).await?;
            Ok(v1::AcknowledgeResponse {})
        };
        self.0.unary("Acknowledge", &caller, Class::Control, work).await
    }

    async fn channels(&self, request: Request<v1::ChannelsRequest>) -> Result<Response<v1::ChannelsResponse>, Status> {
        let caller = caller::of(&request)?;
        let work = self.0.hub.channels(&caller);
        self.0.unary("Channels", &caller, Class::Queries, work).await
    }
}
