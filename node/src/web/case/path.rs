//! The path of a case as steps: what is behind, where it is, what comes.

use wiez_proto::vocab::{Lang, ReferralStatus};

use crate::casework::{CaseKind, CaseView};
use crate::referral::{Side, is_over};

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) name: String,
    /// Whether the case is here now.
    pub(super) here: bool,
    /// Whether it was here before.
    pub(super) behind: bool,
}

/// The way without detours, for what the case is about.
const fn way(kind: CaseKind) -> &'static [ReferralStatus] {
    use ReferralStatus as S;
    match kind {
        CaseKind::Referral
        | CaseKind::Signal
        | CaseKind::Alert
        | CaseKind::NiebieskaKarta
        | CaseKind::Crime
        | CaseKind::Court
        | CaseKind::Transfer => &[S::Sent, S::Delivered, S::Opened, S::Accepted, S::InProgress, S::Completed],
        CaseKind::Mediation => &[S::Sent, S::Delivered, S::Opened, S::InProgress, S::Completed],
        CaseKind::Info | CaseKind::Consult | CaseKind::Notice | CaseKind::Query => {
            &[S::Sent, S::Delivered, S::Opened, S::Completed]
        }
    }
}

/// Whether nothing of the way comes any more: the case is over, or goes on as another one.
const fn ends(status: ReferralStatus) -> bool {
    use ReferralStatus as S;
    is_over(status) || matches!(status, S::Declined | S::Forwarded | S::RedirectProposed | S::Expired)
}

/// The steps of a case. A state beside the way stands after what was reached; what ends the case ends the list.
pub(super) fn steps(lang: Lang, view: &CaseView) -> Vec<Step> {
    let status = view.line.status;
    let skip = usize::from(view.line.side == Side::Provider);
    let way = way(view.line.kind).iter().copied().skip(skip).collect::<Vec<_>>();
    let at = |wanted: ReferralStatus| way.iter().position(|step| *step == wanted);
    let step =
        |status: ReferralStatus, here: bool, behind: bool| Step { name: status.label(lang).to_owned(), here, behind };
    if let Some(here) = at(status) {
        let all = way.iter().enumerate();
        return all.map(|(index, one)| step(*one, index == here, index < here)).collect();
    }
    let codes = view.history.iter().filter_map(|event| event.details.get("status"));
    let known = codes.filter_map(|code| ReferralStatus::parse(code).ok());
    let reached = known.filter_map(at).max().map_or(0, |last| last + 1);
    let mut steps: Vec<Step> = way.iter().take(reached).map(|one| step(*one, false, true)).collect();
    steps.push(step(status, true, false));
    if !ends(status) {
        steps.extend(way.iter().skip(reached).map(|one| step(*one, false, false)));
    }
    steps
}
