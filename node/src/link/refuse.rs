//! Turns a gRPC status into the refusal that the hub meant, or into why it could not be asked.

use tonic::{Code, Status};
use tonic_types::StatusExt;
use wiez_proto::refusal::{Reason, Refusal};

/// Most details taken from a status; what the hub says is not trusted to be short.
const MAX_DETAILS: usize = 16;

/// Reads `ErrorInfo` and `RetryInfo`; without them the code decides. `dialled` is why the
/// newest attempt to connect failed.
pub(super) fn refusal(status: &Status, dialled: Option<Reason>) -> Refusal {
    let details = status.get_error_details();
    let Some(info) = details.error_info() else {
        return Refusal::new(from_code(status.code(), dialled));
    };
    let Some(reason) = Reason::parse(&info.reason) else {
        return Refusal::new(from_code(status.code(), dialled));
    };
    let mut facts: Vec<_> = info.metadata.iter().collect();
    facts.sort();
    let told =
        facts.into_iter().take(MAX_DETAILS).fold(Refusal::new(reason), |told, (key, value)| told.with(key, value));
    match details.retry_info().and_then(|retry| retry.retry_delay) {
        Some(delay) => told.retry_after(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)),
        None => told,
    }
}

fn from_code(code: Code, dialled: Option<Reason>) -> Reason {
    match code {
        Code::DeadlineExceeded => Reason::Deadline,
        Code::NotFound => Reason::NotFound,
        Code::ResourceExhausted => Reason::Quota,
        Code::InvalidArgument => Reason::Malformed,
        Code::PermissionDenied | Code::Unauthenticated => Reason::NotAMember,
        Code::Unimplemented => Reason::UnsupportedVersion,
        Code::Internal
        | Code::Unknown
        | Code::Unavailable
        | Code::Cancelled
        | Code::Aborted
        | Code::DataLoss
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::AlreadyExists
        | Code::Ok => dialled.unwrap_or(Reason::HubUnreachable),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use super::*;
    use tonic_types::ErrorDetails;

    #[test]
    fn the_hubs_reason_and_retry_time_come_through() {
        let mut details =
            ErrorDetails::with_error_info("QUOTA", "wiez", HashMap::from([("limit".to_owned(), "5".to_owned())]));
        details.set_retry_info(Some(Duration::from_millis(1500)));
        let status = Status::with_error_details(Code::ResourceExhausted, "x", details);
        assert_eq!(refusal(&status, None), Refusal::new(Reason::Quota).with("limit", "5").retry_after(1500));
    }

    #[test]
    fn without_a_reason_the_code_and_the_dialler_decide() {
        let away = Status::unavailable("tcp connect error");
        assert_eq!(refusal(&away, Some(Reason::HubIdentity)).reason, Reason::HubIdentity);
        assert_eq!(refusal(&away, None).reason, Reason::HubUnreachable);
        assert_eq!(refusal(&Status::unauthenticated("x"), None).reason, Reason::NotAMember);
        let odd = Status::with_error_details(
            Code::Aborted,
            "x",
            ErrorDetails::with_error_info("NEW_REASON", "wiez", HashMap::new()),
        );
        assert_eq!(refusal(&odd, None).reason, Reason::HubUnreachable);
    }
}
