//! Says who has to act in each state.

use serde::{Deserialize, Serialize};
use wiez_proto::vocab::ReferralStatus;

use super::Side;

/// Who has to act. A worker who lets a deadline pass hands over to the manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Owner {
    /// The worker who referred.
    Referrer,
    /// That worker's manager.
    ReferrerManager,
    /// The worker at the provider.
    Provider,
    /// That worker's manager.
    ProviderManager,
}

impl Owner {
    /// Who acts when this one let the deadline pass.
    #[must_use]
    pub const fn above(self) -> Self {
        match self {
            Self::Referrer | Self::ReferrerManager => Self::ReferrerManager,
            Self::Provider | Self::ProviderManager => Self::ProviderManager,
        }
    }

    /// The code in texts and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Referrer => "REFERRER",
            Self::ReferrerManager => "REFERRER_MANAGER",
            Self::Provider => "PROVIDER",
            Self::ProviderManager => "PROVIDER_MANAGER",
        }
    }
}

/// Who has to act when a state begins.
#[must_use]
pub const fn owner(side: Side, status: ReferralStatus) -> Owner {
    use ReferralStatus as S;
    match status {
        S::Draft
        | S::Held
        | S::Queued
        | S::Sent
        | S::NeedInfo
        | S::Declined
        | S::Forwarded
        | S::RedirectProposed
        | S::Completed
        | S::Interrupted
        | S::ClosedNoContact
        | S::Recalled
        | S::Expired
        | S::CancelledBySender => Owner::Referrer,
        S::Delivered | S::Opened | S::Accepted | S::Waitlisted | S::InProgress => Owner::Provider,
        // Each side has its own duty then: to tell the family, or to answer the notice.
        S::CancelledConsent => match side {
            Side::Referrer => Owner::Referrer,
            Side::Provider => Owner::Provider,
        },
        S::InMediation => Owner::ReferrerManager,
    }
}
