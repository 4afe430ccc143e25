//! The second person: who has to agree before a message leaves, and what never waits for anybody.

use std::collections::BTreeSet;

use wiez_proto::grant::Grant;
use wiez_proto::limits;
use wiez_proto::policy::{Overlay, Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Category, Flag, MessageKind};

use super::basis::{Fit, lawful};
use super::secrecy;
use super::send::SendFacts;
use super::{consent::ConsentFacts, fields};
use crate::message::Message;

/// Why somebody would look at a message before it leaves: the flag when it goes all the same, and
/// the refusal when it does not.
struct Concern {
    flag: Flag,
    refusal: Refusal,
}

impl Concern {
    /// Professional secrecy is not the second person's to give away; everything else waits for her.
    fn confirmable(&self) -> bool {
        self.flag != Flag::Secrecy
    }
}

/// Judges in this order: a life in danger and a duty never wait, whatever the concerns are, and
/// are flagged for review; everything else stops at its first concern that nobody confirmed.
///
/// # Errors
/// `BASIS_UNVERIFIED` or `REVIEW_REQUIRED`, which wait for a second person, or `SECRECY`.
pub(super) fn judge(
    facts: &SendFacts<'_>,
    fit: &Fit<'_>,
    message: &Message,
    confirmed: bool,
) -> Result<BTreeSet<Flag>, Refusal> {
    let concerns = concerns(facts, fit.row, message);
    if fit.never_waits() {
        let flags = concerns.map(|concern| concern.flag);
        return Ok(flags.chain(always(message)).collect());
    }
    let mut stops = concerns.filter(|concern| !(confirmed && concern.confirmable()));
    stops.next().map_or_else(|| Ok(always(message).collect()), |concern| Err(concern.refusal))
}

/// What is flagged wherever it goes.
pub(super) fn always(message: &Message) -> impl Iterator<Item = Flag> + use<> {
    let vital = (message.class == BasisClass::VitalInterest).then_some(Flag::Vital);
    let named = fields::names_reporter(message).then_some(Flag::Override);
    vital.into_iter().chain(named)
}

/// One reason for a second person to look.
type Check = fn(&SendFacts<'_>, &Row, &Message) -> Option<Concern>;

/// Everything that speaks against sending without a second person, first answer first.
fn concerns<'a>(facts: &'a SendFacts<'_>, row: &'a Row, message: &'a Message) -> impl Iterator<Item = Concern> {
    let checks: [Check; 5] = [unverified, special, grant, secret, quota];
    checks.into_iter().filter_map(move |check| check(facts, row, message))
}

fn unverified(facts: &SendFacts<'_>, row: &Row, _: &Message) -> Option<Concern> {
    verified(facts.overlays, row).err().map(|refusal| Concern { flag: Flag::Unverified, refusal })
}

fn special(facts: &SendFacts<'_>, row: &Row, message: &Message) -> Option<Concern> {
    let categories = reviewed(facts.policy, row, message);
    (!categories.is_empty()).then(|| review(categories))
}

fn grant(facts: &SendFacts<'_>, _: &Row, message: &Message) -> Option<Concern> {
    let ConsentFacts { grant, .. } = facts.consent.as_ref()?;
    let heavy = heavy(grant, message);
    (!heavy.is_empty()).then(|| review(heavy))
}

fn secret(facts: &SendFacts<'_>, _: &Row, message: &Message) -> Option<Concern> {
    secrecy::closed(facts, message).map(|refusal| Concern { flag: Flag::Secrecy, refusal })
}

fn quota(facts: &SendFacts<'_>, _: &Row, message: &Message) -> Option<Concern> {
    let limit = limits::STATUTORY_PER_WORKER_DAY;
    if !lawful(message.class) || facts.used_today < limit {
        return None;
    }
    let refusal = Refusal::new(Reason::ReviewRequired).with("used", facts.used_today).with("limit", limit);
    Some(Concern { flag: Flag::Quota, refusal })
}

/// Whether this institution's data-protection officer verified the row.
///
/// # Errors
/// `BASIS_UNVERIFIED` with the row's name.
pub(super) fn verified(overlays: &[Overlay], row: &Row) -> Result<(), Refusal> {
    if overlays.iter().any(|overlay| overlay.is_verified(row)) { Ok(()) } else { Overlay::empty().judge(row) }
}

/// What the row or its matrix gives to a second person, carried or asked for.
pub(super) fn reviewed(policy: &Policy, row: &Row, message: &Message) -> BTreeSet<Category> {
    let named = message.categories.union(&message.asked).filter(|category| row.review.contains(category));
    let mut out: BTreeSet<Category> = named.copied().collect();
    if row.role_matrix.is_some() {
        out.extend(row.review_roles(policy, &message.payload.roles()));
    }
    out
}

/// What is disclosed under a consent that the asking side recorded, from sensitivity 3 upwards.
fn heavy(grant: &Grant, message: &Message) -> BTreeSet<Category> {
    let theirs = message.kind == MessageKind::InfoReply && grant.issuer == message.recipient;
    message.categories.iter().filter(|category| theirs && category.sensitivity() >= 3).copied().collect()
}

fn review(categories: BTreeSet<Category>) -> Concern {
    let codes = categories.into_iter().map(|category| category.code());
    let refusal = Refusal::new(Reason::ReviewRequired).with_codes("categories", codes);
    Concern { flag: Flag::Special, refusal }
}
