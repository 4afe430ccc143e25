//! Answers calls: proves the caller, counts the call, hands it to one use case, tells refusals.
//!
//! Every request at the mail door passes [`MailDoor`] before it reaches a service, so no call,
//! known or unknown, health included, is answered to a stranger.

mod caller;
mod consent;
mod directory;
mod enrolment;
mod health;
mod log;
mod mailbox;
mod refuse;

use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use hyper::body::Incoming;
use tokio::sync::watch;
use tonic::body::Body;
use tonic::service::Routes;
use tower::ServiceExt;
use wiez_proto::env::Env;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1::consent_service_server::ConsentServiceServer;
use wiez_proto::wire::v1::directory_service_server::DirectoryServiceServer;
use wiez_proto::wire::v1::enrolment_service_server::EnrolmentServiceServer;
use wiez_proto::wire::v1::log_service_server::LogServiceServer;
use wiez_proto::wire::v1::mailbox_service_server::MailboxServiceServer;

use crate::caller::Caller;
use crate::listen::{Calls, Peer};
use crate::quota::{Class, Quotas};
use crate::region::Hub;
use crate::tasks::Phase;

/// Requests that carry no envelope and no list.
const SMALL_REQUEST_BYTES: usize = 64 * 1024;

/// What every call may use.
pub struct Context {
    /// The use cases.
    pub hub: Arc<Hub>,
    /// Time.
    pub env: Env,
    /// Calls in the last minute.
    pub quotas: Quotas,
    /// Whether the hub is stopping; streams end then.
    pub phase: watch::Receiver<Phase>,
}

impl Context {
    /// Runs one call that has one answer: quota, time limit, one line in the log when refused.
    async fn unary<T>(
        &self,
        rpc: &'static str,
        caller: &Caller,
        class: Class,
        work: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<tonic::Response<T>, tonic::Status> {
        let done = async {
            self.quotas.take(caller.institution(), class)?;
            let limit = Duration::from_millis(limits::REQUEST_TIMEOUT_MS);
            self.env.timeout(limit, work).await.unwrap_or_else(|| Err(Refusal::new(Reason::Deadline)))
        };
        done.await.map(tonic::Response::new).map_err(|refusal| {
            refuse::told(rpc, caller.institution().as_str(), &refusal);
            refuse::status(&refusal)
        })
    }
}

/// The calls of members.
#[derive(Clone)]
pub struct MailDoor {
    context: Arc<Context>,
    routes: Routes,
}

/// The single call without a certificate.
#[derive(Clone)]
pub struct EnrolDoor(Routes);

/// Builds both doors.
pub async fn doors(context: &Arc<Context>) -> (MailDoor, EnrolDoor) {
    let big = limits::MAX_WIRE_BYTES;
    let mailbox = MailboxServiceServer::new(mailbox::Mailbox::new(context))
        .max_decoding_message_size(big)
        .max_encoding_message_size(big);
    let consent = ConsentServiceServer::new(consent::Consent::new(context))
        .max_decoding_message_size(SMALL_REQUEST_BYTES)
        .max_encoding_message_size(big);
    let directory = DirectoryServiceServer::new(directory::Directory::new(context))
        .max_decoding_message_size(SMALL_REQUEST_BYTES)
        .max_encoding_message_size(big);
    let log = LogServiceServer::new(log::Log::new(context))
        .max_decoding_message_size(SMALL_REQUEST_BYTES)
        .max_encoding_message_size(big);
    let enrolment = EnrolmentServiceServer::new(enrolment::Enrolment::new(context))
        .max_decoding_message_size(SMALL_REQUEST_BYTES)
        .max_encoding_message_size(big);
    let routes = Routes::new(mailbox)
        .add_service(consent)
        .add_service(directory)
        .add_service(log)
        .add_service(health::service().await)
        .prepare();
    (MailDoor { context: Arc::clone(context), routes }, EnrolDoor(Routes::new(enrolment).prepare()))
}

impl Calls for MailDoor {
    type Body = Body;

    async fn call(self, mut request: http::Request<Incoming>) -> Response<Body> {
        match caller::prove(&self.context, request.extensions()) {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                answer(self.routes, request).await
            }
            Err(refusal) => {
                let peer = request.extensions().get::<Peer>().and_then(|peer| peer.identity.as_ref().ok());
                let institution = peer.map_or("-", |peer| peer.institution.as_str());
                tracing::info!(
                    reason = refusal.reason.as_str(),
                    institution,
                    rpc = plain(request.uri().path()),
                    "refused"
                );
                refuse::status(&refusal).into_http()
            }
        }
    }
}

impl Calls for EnrolDoor {
    type Body = Body;

    async fn call(self, request: http::Request<Incoming>) -> Response<Body> {
        answer(self.0, request).await
    }
}

/// A path fit for the log: letters, digits, dots and slashes, not long. Every real call has one.
fn plain(path: &str) -> &str {
    let fit = path.len() <= 80 && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./".contains(&byte));
    if fit { path } else { "-" }
}

async fn answer(routes: Routes, request: http::Request<Incoming>) -> Response<Body> {
    let kind = request.headers().get(CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    if !kind.is_some_and(|kind| kind.starts_with(b"application/grpc")) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return response;
    }
    let Ok(response) = routes.oneshot(request).await;
    // Bytes that tonic could not decode never reached a service: they get a stable reason here.
    match response.extensions().get::<tonic::Status>().and_then(refuse::undecodable) {
        Some(refusal) => {
            tracing::info!(reason = refusal.reason.as_str(), "request refused before any service");
            refuse::status(&refusal).into_http()
        }
        None => response,
    }
}
