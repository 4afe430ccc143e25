//! Lists every call of the protocol with a request for it, so that stories can try each as somebody who may not.

use std::pin::Pin;

use prost::bytes::Bytes;
use tonic::transport::Channel;
use tonic::{Response, Status, Streaming};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::consent_service_client::ConsentServiceClient;
use wiez_proto::wire::v1::directory_service_client::DirectoryServiceClient;
use wiez_proto::wire::v1::enrolment_service_client::EnrolmentServiceClient;
use wiez_proto::wire::v1::log_service_client::LogServiceClient;
use wiez_proto::wire::v1::mailbox_service_client::MailboxServiceClient;

/// Where a call is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// For members, with a client certificate.
    Mail,
    /// `enrol.<host>`, without one; the single exception.
    Enrol,
}

/// What became of a call: nothing, or the status that refused it.
pub type Answer = Pin<Box<dyn Future<Output = Result<(), Status>> + Send>>;

/// One call of the protocol.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// Full name, `wiez.v1.MailboxService/Deposit`.
    pub name: &'static str,
    /// Where it is served.
    pub door: Door,
    /// Sends one request and waits for the first answer. The request is of the right form, so whoever may call gets
    /// past the check of the caller.
    pub send: fn(Channel) -> Answer,
}

/// Every call; `tests/coverage.rs` fails when one of the services' is missing.
pub const CALLS: &[Call] = &[
    mail("wiez.v1.MailboxService/Deposit", |link| Box::pin(deposit(link))),
    mail("wiez.v1.MailboxService/DepositOne", |link| Box::pin(deposit_one(link))),
    mail("wiez.v1.MailboxService/Collect", |link| Box::pin(collect(link))),
    mail("wiez.v1.MailboxService/Acknowledge", |link| Box::pin(acknowledge(link))),
    mail("wiez.v1.MailboxService/Channels", |link| Box::pin(channels(link))),
    mail("wiez.v1.ConsentService/RegisterEdge", |link| Box::pin(register_edge(link))),
    mail("wiez.v1.ConsentService/Withdraw", |link| Box::pin(withdraw(link))),
    mail("wiez.v1.ConsentService/FetchWithdrawal", |link| Box::pin(fetch_withdrawal(link))),
    mail("wiez.v1.DirectoryService/Mirror", |link| Box::pin(mirror(link))),
    mail("wiez.v1.LogService/Head", |link| Box::pin(head(link))),
    mail("wiez.v1.LogService/Leaves", |link| Box::pin(leaves(link))),
    mail("wiez.v1.LogService/Inclusion", |link| Box::pin(inclusion(link))),
    mail("wiez.v1.LogService/Consistency", |link| Box::pin(consistency(link))),
    Call { name: "wiez.v1.EnrolmentService/Redeem", door: Door::Enrol, send: |link| Box::pin(redeem(link)) },
];

const fn mail(name: &'static str, send: fn(Channel) -> Answer) -> Call {
    Call { name, door: Door::Mail, send }
}

/// A status may come in place of the stream or as its first item.
async fn first<T>(answer: Result<Response<Streaming<T>>, Status>) -> Result<(), Status> {
    answer?.into_inner().message().await.map(drop)
}

fn bytes<const N: usize>() -> Bytes {
    Bytes::from_static(&[7; N])
}

/// A signed object whose signature nobody made.
fn unsigned() -> v1::Signed {
    v1::Signed { content: bytes::<8>(), key_id: bytes::<16>(), signature: bytes::<64>() }
}

async fn deposit(link: Channel) -> Result<(), Status> {
    let request = v1::DepositRequest { envelope: Some(v1::Envelope::default()) };
    first(MailboxServiceClient::new(link).deposit(tokio_stream::iter([request])).await).await
}

async fn deposit_one(link: Channel) -> Result<(), Status> {
    let request = v1::DepositOneRequest { envelope: Some(v1::Envelope::default()) };
    MailboxServiceClient::new(link).deposit_one(request).await.map(drop)
}

async fn collect(link: Channel) -> Result<(), Status> {
    let start = v1::collect_request::Message::Start(v1::CollectStart { after_event: 0 });
    let request = v1::CollectRequest { message: Some(start) };
    first(MailboxServiceClient::new(link).collect(tokio_stream::iter([request])).await).await
}

async fn acknowledge(link: Channel) -> Result<(), Status> {
    let request = v1::AcknowledgeRequest { receipts: vec![unsigned()], refusals: vec![] };
    MailboxServiceClient::new(link).acknowledge(request).await.map(drop)
}

async fn channels(link: Channel) -> Result<(), Status> {
    MailboxServiceClient::new(link).channels(v1::ChannelsRequest {}).await.map(drop)
}

async fn register_edge(link: Channel) -> Result<(), Status> {
    let request = v1::RegisterEdgeRequest {
        handle: bytes::<16>(),
        from: "ops-brzeg".to_owned(),
        to: "sp3-brzeg".to_owned(),
        valid_until_ms: i64::MAX,
        grant_hash: bytes::<32>(),
    };
    ConsentServiceClient::new(link).register_edge(request).await.map(drop)
}

async fn withdraw(link: Channel) -> Result<(), Status> {
    let request = v1::WithdrawRequest { withdrawal: Some(unsigned()) };
    ConsentServiceClient::new(link).withdraw(request).await.map(drop)
}

async fn fetch_withdrawal(link: Channel) -> Result<(), Status> {
    let request = v1::FetchWithdrawalRequest { handle: bytes::<16>() };
    ConsentServiceClient::new(link).fetch_withdrawal(request).await.map(drop)
}

async fn mirror(link: Channel) -> Result<(), Status> {
    DirectoryServiceClient::new(link).mirror(v1::MirrorRequest { after_revision: 0 }).await.map(drop)
}

async fn head(link: Channel) -> Result<(), Status> {
    LogServiceClient::new(link).head(v1::HeadRequest {}).await.map(drop)
}

async fn leaves(link: Channel) -> Result<(), Status> {
    LogServiceClient::new(link).leaves(v1::LeavesRequest { first: 0, count: 1 }).await.map(drop)
}

async fn inclusion(link: Channel) -> Result<(), Status> {
    LogServiceClient::new(link).inclusion(v1::InclusionRequest { index: 0, size: 1 }).await.map(drop)
}

async fn consistency(link: Channel) -> Result<(), Status> {
    LogServiceClient::new(link).consistency(v1::ConsistencyRequest { old_size: 1, new_size: 1 }).await.map(drop)
}

async fn redeem(link: Channel) -> Result<(), Status> {
    let request = v1::RedeemRequest { redeem: bytes::<8>(), signature: bytes::<64>(), mac: bytes::<32>() };
    EnrolmentServiceClient::new(link).redeem(request).await.map(drop)
}
