//! What a worker can do in a case now.

use wiez_proto::limits;
use wiez_proto::vocab::ReferralStatus;

use crate::casework::{CaseKind, CaseView, What};
use crate::referral::{Side, is_over};

/// Buttons of a case, each there or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button that is there or not")]
pub(in crate::web) struct Acts {
    pub(in crate::web) accept: bool,
    pub(in crate::web) undo: bool,
    pub(in crate::web) begin: bool,
    pub(in crate::web) question: bool,
    pub(in crate::web) decline: bool,
    pub(in crate::web) waitlist: bool,
    pub(in crate::web) finish: bool,
    pub(in crate::web) forward: bool,
    pub(in crate::web) supplement: bool,
    pub(in crate::web) cancel: bool,
    pub(in crate::web) reply: bool,
    pub(in crate::web) refuse: bool,
    pub(in crate::web) acknowledge: bool,
    /// Saying what became of content whose consent was withdrawn.
    pub(in crate::web) notice: bool,
    /// Entering the formal letter that followed.
    pub(in crate::web) letter: bool,
    /// Asking another institution, after this one did not help.
    pub(in crate::web) another: bool,
}

impl Acts {
    pub(in crate::web) fn of(view: &CaseView, now_ms: i64) -> Self {
        use ReferralStatus as S;
        let line = &view.line;
        let provider = line.side == Side::Provider;
        let referral = line.kind == CaseKind::Referral;
        let can = |status: S| view.allowed.contains(&status);
        let waits = matches!(line.status, S::Delivered | S::Opened | S::Expired | S::CancelledConsent);
        let request = provider && waits && matches!(line.kind, CaseKind::Info | CaseKind::Query);
        let refused = matches!(line.status, S::Declined | S::RedirectProposed | S::Expired | S::CancelledConsent);
        Self {
            accept: provider && can(S::Accepted),
            undo: referral && provider && line.status == S::Accepted && young(view, now_ms),
            begin: provider && can(S::InProgress) && line.status != S::InProgress,
            question: provider && can(S::NeedInfo),
            decline: provider && can(S::Declined),
            waitlist: provider && can(S::Waitlisted),
            finish: provider && can(S::Completed),
            forward: provider && can(S::Forwarded),
            supplement: referral && !provider && line.status == S::NeedInfo,
            // What never left can be taken back whatever it is.
            cancel: can(S::CancelledBySender) || !provider && matches!(line.status, S::Draft | S::Held),
            reply: request || (provider && waits && line.kind == CaseKind::Consult),
            refuse: request,
            acknowledge: provider && line.kind.reports() && !is_over(line.status),
            notice: provider && line.kind == CaseKind::Notice && !is_over(line.status),
            letter: view.working_copy && line.kind.reports(),
            another: referral && !provider && refused,
        }
    }

    /// Whether there is anything on the page of answers.
    pub(in crate::web) const fn answers(&self) -> bool {
        self.question || self.decline || self.waitlist || self.finish || self.supplement || self.cancel
    }

    /// Whether there is anything on the page of replies.
    pub(in crate::web) const fn replies(&self) -> bool {
        self.reply || self.refuse || self.acknowledge || self.notice || self.letter
    }

    /// Whether the page of answers has anything that has no link of its own.
    pub(in crate::web) const fn more(&self) -> bool {
        self.waitlist || self.cancel
    }
}

/// Whether the acceptance can still be taken back.
fn young(view: &CaseView, now_ms: i64) -> bool {
    let accepted = |at: &&crate::casework::Happened| {
        at.what == What::Decided && at.details.get("status").is_some_and(|code| code == ReferralStatus::Accepted.code())
    };
    let at_ms = view.history.iter().rev().find(accepted).map(|event| event.at_ms);
    at_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) <= limits::UNDO_ACCEPT_MS)
}
