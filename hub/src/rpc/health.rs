//! Answers the standard health check, to members only.

use tonic_health::pb::health_server::{Health, HealthServer};
use wiez_proto::wire::v1::consent_service_server::SERVICE_NAME as CONSENT;
use wiez_proto::wire::v1::directory_service_server::SERVICE_NAME as DIRECTORY;
use wiez_proto::wire::v1::log_service_server::SERVICE_NAME as LOG;
use wiez_proto::wire::v1::mailbox_service_server::SERVICE_NAME as MAILBOX;

/// A hub that answers serves everything; one that cannot write ends.
pub(super) async fn service() -> HealthServer<impl Health> {
    let (reporter, server) = tonic_health::server::health_reporter();
    for name in [MAILBOX, CONSENT, DIRECTORY, LOG] {
        reporter.set_service_status(name, tonic_health::ServingStatus::Serving).await;
    }
    server.max_decoding_message_size(super::SMALL_REQUEST_BYTES)
}
