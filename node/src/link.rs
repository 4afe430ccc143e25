//! The one gRPC client: every call of a node to its hub, and every failure as a refusal.

mod connect;
mod refuse;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Response, Status, Streaming};
use wiez_proto::env::Env;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::consent_service_client::ConsentServiceClient;
use wiez_proto::wire::v1::directory_service_client::DirectoryServiceClient;
use wiez_proto::wire::v1::enrolment_service_client::EnrolmentServiceClient;
use wiez_proto::wire::v1::log_service_client::LogServiceClient;
use wiez_proto::wire::v1::mailbox_service_client::MailboxServiceClient;

pub use self::connect::Connect;
use self::connect::LastFailure;
use std::time::Duration;

/// A connection to the hub that opens when it is needed and again when it broke. Cheap to
/// clone; clones share the connection.
#[derive(Clone)]
pub struct Link {
    channel: Channel,
    failure: LastFailure,
    env: Env,
}

impl Link {
    /// Registers one edge of a grant.
    ///
    /// # Errors
    /// What the hub refuses, `HUB_UNREACHABLE`, `HUB_IDENTITY` or `DEADLINE`; so for all calls.
    pub async fn register_edge(&self, request: v1::RegisterEdgeRequest) -> Result<v1::RegisterEdgeResponse, Refusal> {
        let mut client = ConsentServiceClient::new(self.channel.clone());
        self.call(client.register_edge(request)).await
    }

    /// Ends edges for good.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn withdraw(&self, withdrawal: v1::Signed) -> Result<v1::WithdrawResponse, Refusal> {
        let mut client = ConsentServiceClient::new(self.channel.clone());
        self.call(client.withdraw(v1::WithdrawRequest { withdrawal: Some(withdrawal) })).await
    }

    /// Fetches the signed object behind a withdrawal leaf.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn fetch_withdrawal(
        &self,
        request: v1::FetchWithdrawalRequest,
    ) -> Result<v1::FetchWithdrawalResponse, Refusal> {
        let mut client = ConsentServiceClient::new(self.channel.clone());
        self.call(client.fetch_withdrawal(request)).await
    }

    /// Fetches a page of the directory.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn directory(&self, after_revision: u64) -> Result<v1::MirrorResponse, Refusal> {
        let mut client =
            DirectoryServiceClient::new(self.channel.clone()).max_decoding_message_size(4 * limits::MAX_WIRE_BYTES);
        self.call(client.mirror(v1::MirrorRequest { after_revision })).await
    }

    /// Fetches the newest checkpoint.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn log_head(&self) -> Result<String, Refusal> {
        let mut client = LogServiceClient::new(self.channel.clone());
        Ok(self.call(client.head(v1::HeadRequest {})).await?.checkpoint)
    }

    /// Fetches at most `count` leaves from index `first` on.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn log_leaves(&self, first: u64, count: u32) -> Result<v1::LeavesResponse, Refusal> {
        let mut client =
            LogServiceClient::new(self.channel.clone()).max_decoding_message_size(4 * limits::MAX_WIRE_BYTES);
        self.call(client.leaves(v1::LeavesRequest { first, count })).await
    }

    /// Asks where the caller's channels stand.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn channels(&self) -> Result<Vec<v1::ChannelHead>, Refusal> {
        let mut client = self.mailbox();
        Ok(self.call(client.channels(v1::ChannelsRequest {})).await?.channels)
    }

    /// Trades an invitation for membership.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn redeem(&self, request: v1::RedeemRequest) -> Result<v1::RedeemResponse, Refusal> {
        let mut client = EnrolmentServiceClient::new(self.channel.clone());
        self.call(client.redeem(request)).await
    }

    /// Opens the stream of deposits; what is sent into `envelopes` is written in that order.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn deposit(&self, envelopes: mpsc::Receiver<v1::DepositRequest>) -> Result<Answers, Refusal> {
        let mut client = self.mailbox();
        let inner = self.call(client.deposit(ReceiverStream::new(envelopes))).await?;
        Ok(Answers { inner, link: self.clone() })
    }

    /// Opens the stream of deliveries; receipts and refusals go into `said`, which begins
    /// with the start message.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn collect(&self, said: mpsc::Receiver<v1::CollectRequest>) -> Result<Deliveries, Refusal> {
        let mut client = self.mailbox();
        let inner = self.call(client.collect(ReceiverStream::new(said))).await?;
        Ok(Deliveries { inner, link: self.clone() })
    }

    fn mailbox(&self) -> MailboxServiceClient<Channel> {
        MailboxServiceClient::new(self.channel.clone())
            .max_decoding_message_size(limits::MAX_WIRE_BYTES)
            .max_encoding_message_size(limits::MAX_WIRE_BYTES)
    }

    async fn call<T>(&self, call: impl Future<Output = Result<Response<T>, Status>>) -> Result<T, Refusal> {
        let limit = Duration::from_millis(limits::REQUEST_TIMEOUT_MS);
        match self.env.timeout(limit, call).await {
            Some(Ok(response)) => Ok(response.into_inner()),
            Some(Err(status)) => Err(self.refusal(&status)),
            None => Err(Refusal::new(Reason::Deadline)),
        }
    }

    fn refusal(&self, status: &Status) -> Refusal {
        refuse::refusal(status, self.failure.take())
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link")
    }
}

/// What became of deposits, in their order.
pub struct Answers {
    inner: Streaming<v1::DepositResponse>,
    link: Link,
}

impl Answers {
    /// The next answer; `None` when the hub ended the stream.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn next(&mut self) -> Result<Option<v1::DepositResponse>, Refusal> {
        self.inner.message().await.map_err(|status| self.link.refusal(&status))
    }
}

/// What the hub hands out.
pub struct Deliveries {
    inner: Streaming<v1::CollectResponse>,
    link: Link,
}

impl Deliveries {
    /// The next message; `None` when the hub ended the stream.
    ///
    /// # Errors
    /// As for [`Link::register_edge`].
    pub async fn next(&mut self) -> Result<Option<v1::CollectResponse>, Refusal> {
        self.inner.message().await.map_err(|status| self.link.refusal(&status))
    }
}
