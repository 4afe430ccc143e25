//! Turns the peer of a connection into a proved caller, anew for every call.

use http::Extensions;
use wiez_proto::refusal::{Reason, Refusal};

use super::Context;
use crate::caller::Caller;
use crate::listen::Peer;

/// Compares the certificate with the directory as it is now.
///
/// # Errors
/// What the connection showed, or `NOT_A_MEMBER`, `SUSPENDED`, `REVOKED`, `CERT_NOT_REGISTERED`.
pub(super) fn prove(context: &Context, extensions: &Extensions) -> Result<Caller, Refusal> {
    let peer = extensions.get::<Peer>().ok_or_else(|| Refusal::new(Reason::NoCertificate))?;
    let identity = peer.identity.as_ref().map_err(Clone::clone)?;
    Caller::prove(&context.hub.members(), identity)
}

/// The caller that the door proved for this request.
///
/// # Errors
/// `NO_CERTIFICATE` when the request came past the door.
pub(super) fn of<T>(request: &tonic::Request<T>) -> Result<Caller, tonic::Status> {
    let caller = request.extensions().get::<Caller>().cloned();
    caller.ok_or_else(|| super::refuse::status(&Refusal::new(Reason::NoCertificate)))
}
