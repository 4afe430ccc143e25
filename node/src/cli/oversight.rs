//! The commands of whoever watches: second person, alarms, export for the person concerned.

use clap::Subcommand;

use crate::api::Request;

#[derive(Debug, Subcommand)]
pub(super) enum Review {
    /// Lists what waits for a second person or is to be looked at within a day; never content
    List,
    /// Confirms; what waited is sent exactly as it was composed
    Confirm {
        /// Number of the review, R-…
        id: String,
    },
    /// Does not confirm; what waited stays here
    Reject {
        /// Number of the review, R-…
        id: String,
        /// Why
        #[arg(long)]
        why: String,
    },
}

impl Review {
    pub(super) fn request(self) -> Request {
        match self {
            Self::List => Request::ReviewList,
            Self::Confirm { id } => Request::ReviewConfirm { id },
            Self::Reject { id, why } => Request::ReviewReject { id, why },
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Alarms {
    /// Lists alarms, open ones first
    List,
    /// Says that somebody looked at an alarm; it stays in the list
    Settle {
        /// Its number
        id: i64,
    },
}

impl Alarms {
    pub(super) fn request(&self) -> Request {
        match self {
            Self::List => Request::Alarms,
            Self::Settle { id } => Request::AlarmSettle { id: *id },
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Subject {
    /// Shows what the person concerned may be given: consents, messages and refusals that policy lets a person see
    Export {
        /// This institution's own case number, never a name
        subject: String,
    },
}

impl Subject {
    pub(super) fn request(self) -> Request {
        let Self::Export { subject } = self;
        Request::SubjectExport { subject_ref: subject }
    }
}
