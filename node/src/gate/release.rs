//! The third question: may received content be shown to a person now?

use std::collections::BTreeSet;

use wiez_proto::payload::Payload;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, BasisCode, Category, KeptOrDeleted};

use super::basis::duty;
use crate::message::Message;

/// What the recipient's gate looks at before each display.
#[derive(Debug, Clone)]
pub struct ReleaseFacts<'a> {
    /// Milliseconds since 1970.
    pub now_ms: i64,
    /// When it was first shown; none before the first time.
    pub opened_ms: Option<i64>,
    /// Whether the newest verified log head is younger than the freshness limit.
    pub fresh: bool,
    /// Whether that head covers the envelope's own leaf, the checkpoint inside its seal and
    /// every checkpoint seen from a peer.
    pub covered: bool,
    /// Whether the log contradicted itself.
    pub log_alarm: bool,
    /// Whether the consent was withdrawn or blocked, by the log or by this institution.
    pub withdrawn: bool,
    /// Last millisecond of the grant's validity; none without a grant.
    pub valid_until_ms: Option<i64>,
    /// What a live narrower grant that follows a withdrawn one still covers.
    pub successor: Option<&'a BTreeSet<Category>>,
    /// What this institution answered to the notice of withdrawal.
    pub answer: Option<KeptOrDeleted>,
    /// Whether the person who wants to read is named for the team and has declared confidentiality.
    pub declared: bool,
}

/// What a person must be told above the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Banner {
    /// Shown although the newest state of consents is not known: it was opened before.
    Outage,
    /// The consent was withdrawn after the first opening; kept on another basis.
    KeptOnBasis,
    /// A part was withdrawn; only what the narrower consent covers is shown.
    Narrowed,
}

/// Content that may be shown now. It is made by [`release`] alone, for one display.
#[derive(Debug)]
pub struct Released {
    payload: Payload,
    banners: Vec<Banner>,
}

impl Released {
    /// The content.
    #[must_use]
    pub const fn payload(&self) -> &Payload {
        &self.payload
    }

    /// What to say above it.
    #[must_use]
    pub fn banners(&self) -> &[Banner] {
        &self.banners
    }
}

/// Decides whether a received message may be shown now.
///
/// The first opening needs a log that is fresh, complete and without alarm, and a live
/// consent; the caller records the opening before it shows anything. What was opened while
/// the consent lived stays readable in an outage, and after a withdrawal only once the
/// institution recorded why it keeps it.
///
/// No log can end what rests on a statute, on a life in danger or on no personal data, so that is
/// shown at once, also in an outage. What an interdisciplinary team shares with its group is
/// shown only to persons who are named for it and declared confidentiality (art. 9c of the
/// domestic violence act); a duty, such as a form A, to everybody whose work it is.
///
/// # Errors
/// `DECLARATION_MISSING`, `CONSENT_WITHDRAWN`, `LOG_INCONSISTENT`, `STALE_CONSENT_STATE` or
/// `CONSENT_EXPIRED`.
pub fn release(facts: &ReleaseFacts<'_>, message: &Message) -> Result<Released, Refusal> {
    if message.class != BasisClass::Consent {
        named(facts, message)?;
        return Ok(Released { payload: message.payload.clone(), banners: vec![] });
    }
    if facts.withdrawn {
        return withdrawn(facts, message);
    }
    if facts.opened_ms.is_some() {
        let banners = if facts.fresh && facts.covered && !facts.log_alarm { vec![] } else { vec![Banner::Outage] };
        return Ok(Released { payload: message.payload.clone(), banners });
    }
    current(facts)?;
    if facts.valid_until_ms.is_none_or(|until| facts.now_ms > until) {
        return Err(Refusal::new(Reason::ConsentExpired));
    }
    Ok(Released { payload: message.payload.clone(), banners: vec![] })
}

fn named(facts: &ReleaseFacts<'_>, message: &Message) -> Result<(), Refusal> {
    let team = message.statement.as_ref().is_some_and(|statement| statement.basis == BasisCode::Uppd9c);
    if team && !duty(message.kind) && !facts.declared {
        return Err(Refusal::new(Reason::DeclarationMissing).with("kind", message.kind));
    }
    Ok(())
}

fn current(facts: &ReleaseFacts<'_>) -> Result<(), Refusal> {
    if facts.log_alarm {
        return Err(Refusal::new(Reason::LogInconsistent));
    }
    if facts.fresh && facts.covered { Ok(()) } else { Err(Refusal::new(Reason::StaleConsentState)) }
}

fn withdrawn(facts: &ReleaseFacts<'_>, message: &Message) -> Result<Released, Refusal> {
    let closed = || Refusal::new(Reason::ConsentWithdrawn);
    if facts.opened_ms.is_some() && facts.answer == Some(KeptOrDeleted::Kept) {
        return Ok(Released { payload: message.payload.clone(), banners: vec![Banner::KeptOnBasis] });
    }
    if facts.answer == Some(KeptOrDeleted::Deleted) {
        return Err(closed());
    }
    let Some(still) = facts.successor else {
        return Err(closed());
    };
    if facts.opened_ms.is_none() {
        current(facts)?;
    }
    // Sections outside fall away; a body that is itself outside closes the whole message.
    let rest = message.payload.project(still);
    if rest.categories().is_empty() || !rest.categories().is_subset(still) {
        return Err(closed());
    }
    Ok(Released { payload: rest, banners: vec![Banner::Narrowed] })
}
