//! Reports that are a duty: signal, alert, Blue Card form, notice of a crime, notice to the court.

use serde::{Deserialize, Serialize};
use wiez_proto::payload::{Alert, Body, Notice, Section, Signal};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::SignalReason;

use super::lawful::{Lawful, NkText};
use super::open::Sent;
use super::order::Order;
use crate::Node;
use crate::account::Reader;
use crate::casework::file::CaseKind;

/// What is reported.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "matter", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Matter {
    /// Somebody may need help.
    Signal {
        /// Why.
        reason: SignalReason,
        /// Whether the family knows of it.
        family_knows: bool,
        /// What was seen or heard.
        what: String,
    },
    /// Somebody is in danger.
    Alert {
        /// What happens.
        what: String,
        /// Where; empty when not known.
        #[serde(default)]
        place: String,
        /// Who; empty when not known.
        #[serde(default)]
        in_danger: String,
    },
    /// The form that starts a Blue Card procedure.
    NkA {
        /// The form.
        form: NkText,
    },
    /// A possible crime.
    Crime {
        /// What happened.
        what: String,
    },
    /// A matter for the guardianship court.
    Court {
        /// What happened.
        what: String,
    },
}

impl Matter {
    pub(super) const fn case(&self) -> CaseKind {
        match self {
            Self::Signal { .. } => CaseKind::Signal,
            Self::Alert { .. } => CaseKind::Alert,
            Self::NkA { .. } => CaseKind::NiebieskaKarta,
            Self::Crime { .. } => CaseKind::Crime,
            Self::Court { .. } => CaseKind::Court,
        }
    }

    pub(super) fn body(self) -> Body {
        match self {
            Self::Signal { reason, family_knows, what } => Body::Signal(Signal { reason, family_knows, what }),
            Self::Alert { what, place, in_danger } => Body::Alert(Alert { what, place, in_danger }),
            Self::NkA { form } => Body::NkA(form.into()),
            Self::Crime { what } => Body::CrimeNotice(Notice { what }),
            Self::Court { what } => Body::CourtNotice(Notice { what }),
        }
    }
}

impl std::fmt::Debug for Matter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Matter({})", self.case().code())
    }
}

/// Reports what a statute obliges to report, or that a life is in danger.
///
/// It waits for nobody: no second person, no verified row, no quota of this institution stops it.
/// What the gate itself cannot let out – a wrong recipient, a category that does not belong there,
/// an attached consent – is kept, and the refusal names case and telephone number. A procedure
/// whose first day is not named starts today.
///
/// # Errors
/// What the gate says; the draft is kept then and its case named in the detail `case`.
pub async fn report(
    node: &Node,
    worker: &Reader,
    to: &Lawful,
    sections: Vec<Section>,
    matter: Matter,
) -> Result<Sent, Refusal> {
    Order::Report(to.clone(), sections, matter).send(node, worker, None).await
}
