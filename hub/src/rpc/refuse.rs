//! Turns refusals into gRPC statuses with `ErrorInfo`, texts in three languages and a retry time.

use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetail, ErrorInfo, LocalizedMessage, RetryInfo, StatusExt};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Lang;

/// `ErrorInfo.domain` of every refusal.
const DOMAIN: &str = "wiez";

/// The one mapping from a refusal to a status. The message is the stable reason; texts for
/// people are in the details.
pub(super) fn status(refusal: &Refusal) -> Status {
    let details = refusal.details.clone().into_iter().collect::<std::collections::HashMap<_, _>>();
    let mut parts: Vec<ErrorDetail> = vec![ErrorInfo::new(refusal.reason.as_str(), DOMAIN, details).into()];
    for &lang in Lang::ALL {
        let text = refusal.explain(lang);
        let text = format!("{} {} {} {} ({})", text.what, text.why, text.unchanged, text.todo, text.code);
        parts.push(LocalizedMessage::new(lang.tag(), text).into());
    }
    if let Some(ms) = refusal.retry_after_ms {
        parts.push(RetryInfo::new(Some(Duration::from_millis(ms))).into());
    }
    Status::with_error_details_vec(Code::from(refusal.reason.grpc()), refusal.reason.as_str(), parts)
}

/// The reason behind a status that tonic made itself because it could not decode a message.
pub(super) fn undecodable(status: &Status) -> Option<Refusal> {
    if !status.details().is_empty() {
        return None;
    }
    match status.code() {
        Code::Internal => Some(Refusal::new(Reason::Malformed)),
        Code::OutOfRange | Code::ResourceExhausted => {
            Some(Refusal::new(Reason::TooLarge).with("limit", wiez_proto::limits::MAX_WIRE_BYTES))
        }
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::InvalidArgument
        | Code::DeadlineExceeded
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::Unimplemented
        | Code::Unavailable
        | Code::DataLoss
        | Code::Unauthenticated => None,
    }
}

/// What becomes of a stream whose next message could not be read.
pub(super) fn broken(rpc: &'static str, institution: &str, status: Status) -> Status {
    match undecodable(&status) {
        Some(refusal) => {
            told(rpc, institution, &refusal);
            self::status(&refusal)
        }
        None => status,
    }
}

/// One line for the operator; reason and caller only, never what was sent.
pub(super) fn told(rpc: &'static str, institution: &str, refusal: &Refusal) {
    tracing::info!(rpc, institution, reason = refusal.reason.as_str(), "refused");
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn a_status_carries_reason_details_texts_and_time() {
        let refusal = Refusal::new(Reason::Quota).with("institution", "ops-brzeg").retry_after(1500);
        let status = status(&refusal);
        assert_eq!((status.code(), status.message()), (Code::ResourceExhausted, "QUOTA"));
        let info = status.get_details_error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("QUOTA", DOMAIN));
        assert_eq!(info.metadata.get("institution").unwrap(), "ops-brzeg");
        let texts: Vec<_> = status
            .get_error_details_vec()
            .into_iter()
            .filter_map(
                |detail| if let ErrorDetail::LocalizedMessage(text) = detail { Some(text.locale) } else { None },
            )
            .collect();
        assert_eq!(texts, ["pl", "en", "uk"]);
        assert!(status.get_details_localized_message().unwrap().message.contains("WZ-LIM-001"));
        assert_eq!(status.get_details_retry_info().unwrap().retry_delay, Some(Duration::from_millis(1500)));
    }

    #[test]
    fn every_reason_maps_to_its_code() {
        for &reason in Reason::ALL {
            let status = status(&Refusal::new(reason));
            assert_eq!(i32::from(status.code()), reason.grpc(), "{reason}");
            assert!(undecodable(&status).is_none(), "{reason}");
            // Texts travel in one header beside others.
            assert!(status.details().len() < 6 * 1024, "{reason}: {}", status.details().len());
        }
    }

    #[test]
    fn what_tonic_could_not_decode_gets_a_stable_reason() {
        assert_eq!(undecodable(&Status::internal("field x")).unwrap().reason, Reason::Malformed);
        assert_eq!(undecodable(&Status::out_of_range("big")).unwrap().reason, Reason::TooLarge);
        assert!(undecodable(&Status::unimplemented("")).is_none());
    }
}
