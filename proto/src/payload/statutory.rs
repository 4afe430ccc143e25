//! Bodies of signals, alerts, notices, transfers and mediation.

use super::check::{ensure, teryt, text};
use super::wire::{code, optional};
use crate::id::{InstitutionId, MessageId};
use crate::refusal::Refusal;
use crate::vocab::{Category, DeclineReason, MediationOutcome, ServiceCode, SignalReason};
use crate::wire::invalid;
use crate::wire::v1::payload as raw;
use std::collections::BTreeSet;

/// Body of a `SIGNAL`.
#[derive(Clone, PartialEq, Eq)]
pub struct Signal {
    /// Why.
    pub reason: SignalReason,
    /// Whether the family knows of it.
    pub family_knows: bool,
    /// What was seen or heard, carried as [`Category::Incident`].
    pub what: String,
}

/// Body of an `ALERT`.
#[derive(Clone, PartialEq, Eq)]
pub struct Alert {
    /// What happens, carried as [`Category::Incident`].
    pub what: String,
    /// Where, carried as [`Category::Address`]; empty when not known.
    pub place: String,
    /// Who is in danger, carried as [`Category::IdName`]; empty when not known.
    pub in_danger: String,
}

/// Body of a `CRIME_NOTICE` or a `COURT_NOTICE`.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// What happened, carried as [`Category::Incident`].
    pub what: String,
}

/// Body of a `TRANSFER_CASE`.
#[derive(Clone, PartialEq, Eq)]
pub struct TransferCase {
    /// TERYT code of the new municipality, seven digits.
    pub new_teryt: String,
    /// What is still to be done, carried as [`Category::PlanTasks`]; may be empty.
    pub open_items: String,
}

/// Body of a `MEDIATION_REQUEST`: codes only.
#[derive(Clone, PartialEq, Eq)]
pub struct MediationRequest {
    /// Why the referral was declined.
    pub dispute: DeclineReason,
    /// Message id of the referral.
    pub referral: MessageId,
    /// The service.
    pub service: ServiceCode,
    /// TERYT code of where it is needed, 2 to 7 digits.
    pub teryt: String,
}

/// Body of a `MEDIATION_NOTE`: codes only.
#[derive(Clone, PartialEq, Eq)]
pub struct MediationNote {
    /// Where it stands.
    pub outcome: MediationOutcome,
    /// The other provider: required with [`MediationOutcome::ProposedProvider`], possible with
    /// [`MediationOutcome::ResolvedOtherProvider`].
    pub proposed: Option<InstitutionId>,
}

impl Signal {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        text("what", &self.what, true)
    }

    pub(super) fn write(&self) -> raw::Signal {
        raw::Signal { reason: self.reason.code().to_owned(), family_knows: self.family_knows, what: self.what.clone() }
    }

    pub(super) fn read(body: raw::Signal) -> Result<Self, Refusal> {
        let reason = code("reason", &body.reason, SignalReason::parse)?;
        Ok(Self { reason, family_knows: body.family_knows, what: body.what })
    }

    pub(super) fn project(&mut self, allowed: &BTreeSet<Category>) {
        keep(&mut self.what, Category::Incident, allowed);
    }
}

impl Alert {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        text("what", &self.what, true)?;
        text("place", &self.place, false)?;
        text("in_danger", &self.in_danger, false)
    }

    pub(super) fn write(&self) -> raw::Alert {
        raw::Alert { what: self.what.clone(), place: self.place.clone(), in_danger: self.in_danger.clone() }
    }

    pub(super) fn read(body: raw::Alert) -> Self {
        Self { what: body.what, place: body.place, in_danger: body.in_danger }
    }

    pub(super) fn categories(&self) -> impl Iterator<Item = Category> {
        carried([
            (&self.what, Category::Incident),
            (&self.place, Category::Address),
            (&self.in_danger, Category::IdName),
        ])
    }

    pub(super) fn project(&mut self, allowed: &BTreeSet<Category>) {
        keep(&mut self.what, Category::Incident, allowed);
        keep(&mut self.place, Category::Address, allowed);
        keep(&mut self.in_danger, Category::IdName, allowed);
    }
}

impl Notice {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        text("what", &self.what, true)
    }

    pub(super) fn write(&self) -> raw::Notice {
        raw::Notice { what: self.what.clone() }
    }

    pub(super) fn read(body: raw::Notice) -> Self {
        Self { what: body.what }
    }

    pub(super) fn project(&mut self, allowed: &BTreeSet<Category>) {
        keep(&mut self.what, Category::Incident, allowed);
    }
}

impl TransferCase {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        teryt("new_teryt", &self.new_teryt)?;
        text("open_items", &self.open_items, false)
    }

    pub(super) fn write(&self) -> raw::TransferCase {
        raw::TransferCase { new_teryt: self.new_teryt.clone(), open_items: self.open_items.clone() }
    }

    pub(super) fn read(body: raw::TransferCase) -> Self {
        Self { new_teryt: body.new_teryt, open_items: body.open_items }
    }

    pub(super) fn categories(&self) -> impl Iterator<Item = Category> {
        carried([(&self.open_items, Category::PlanTasks)])
    }

    pub(super) fn project(&mut self, allowed: &BTreeSet<Category>) {
        keep(&mut self.open_items, Category::PlanTasks, allowed);
    }
}

impl MediationRequest {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        ensure(self.referral.bytes() != &[0; 16], "referral")?;
        let digits = self.teryt.bytes().all(|byte| byte.is_ascii_digit());
        ensure(digits && (2..=7).contains(&self.teryt.len()), "teryt")
    }

    pub(super) fn write(&self) -> raw::MediationRequest {
        raw::MediationRequest {
            dispute: self.dispute.code().to_owned(),
            referral: self.referral.wire(),
            service: self.service.code().to_owned(),
            teryt: self.teryt.clone(),
        }
    }

    pub(super) fn read(body: raw::MediationRequest) -> Result<Self, Refusal> {
        Ok(Self {
            dispute: code("dispute", &body.dispute, DeclineReason::parse)?,
            referral: MessageId::parse(&body.referral).map_err(|_| invalid("referral"))?,
            service: code("service", &body.service, ServiceCode::parse)?,
            teryt: body.teryt,
        })
    }
}

impl MediationNote {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let fits = match self.outcome {
            MediationOutcome::ProposedProvider => self.proposed.is_some(),
            MediationOutcome::ResolvedOtherProvider => true,
            MediationOutcome::ResolvedSameProvider
            | MediationOutcome::NotResolved
            | MediationOutcome::AskingPartner => self.proposed.is_none(),
        };
        ensure(fits, "proposed")
    }

    pub(super) fn write(&self) -> raw::MediationNote {
        raw::MediationNote { outcome: self.outcome.code().to_owned(), proposed: optional(self.proposed.as_ref()) }
    }

    pub(super) fn read(body: raw::MediationNote) -> Result<Self, Refusal> {
        let proposed = match body.proposed.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| invalid("proposed"))?),
        };
        Ok(Self { outcome: code("outcome", &body.outcome, MediationOutcome::parse)?, proposed })
    }
}

/// The categories of those texts that say something.
fn carried<const N: usize>(texts: [(&String, Category); N]) -> impl Iterator<Item = Category> {
    texts.map(|(text, category)| (!text.is_empty()).then_some(category)).into_iter().flatten()
}

/// Empties a text whose category is not allowed.
fn keep(text: &mut String, category: Category, allowed: &BTreeSet<Category>) {
    if !allowed.contains(&category) {
        text.clear();
    }
}
