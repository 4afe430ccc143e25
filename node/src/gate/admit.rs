//! The second question: may what arrived be taken in?

use std::collections::BTreeSet;

use wiez_proto::envelope::{Region, VerifyingKey};
use wiez_proto::grant::Grant;
use wiez_proto::policy::{Overlay, Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Flag, MessageKind};

use super::basis::{self, Fit, Party, Request};
use super::consent::{self, Edge};
use super::{content, fields, second, worker};
use crate::message::Message;

/// What the recipient's gate looks at on arrival.
#[derive(Debug, Clone)]
pub struct AdmitFacts<'a> {
    /// Milliseconds since 1970.
    pub now_ms: i64,
    /// When the envelope says it was sealed, same unit.
    pub created_ms: i64,
    /// The sender, as the directory pins it.
    pub sender: &'a Party,
    /// The sender's signing key.
    pub sender_key: &'a VerifyingKey,
    /// This institution.
    pub me: &'a Party,
    /// This institution's signing key.
    pub my_key: &'a VerifyingKey,
    /// What signatures are bound to.
    pub region: &'a Region,
    /// The table of kinds.
    pub policy: &'a Policy,
    /// Which rows this institution verified; a duty on another row is taken in and flagged.
    pub overlays: &'a [Overlay],
    /// What the log says about the handle in the header.
    pub edge: Edge,
    /// The request of this institution that the message says to answer.
    pub request: Option<&'a Request>,
    /// Whether this institution opened a conversation with this sender under the message's thread.
    pub own_thread: bool,
}

/// A message that may be stored. Whether a person may see it is asked again at each display.
#[derive(Debug)]
pub struct Admitted {
    message: Message,
    grant: Option<Grant>,
    flags: BTreeSet<Flag>,
    row: [u8; 32],
}

impl Admitted {
    /// The message.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.message
    }

    /// The grant under which it came.
    #[must_use]
    pub const fn grant(&self) -> Option<&Grant> {
        self.grant.as_ref()
    }

    /// Why somebody has to look at it, although it was taken in.
    #[must_use]
    pub const fn flags(&self) -> &BTreeSet<Flag> {
        &self.flags
    }

    /// The row by which it was judged here. The message names its sender's row, which on a duty
    /// may be another version.
    #[must_use]
    pub fn row(&self) -> Option<&'static Row> {
        Policy::shipped().by_digest(&self.row)
    }
}

/// Decides whether an opened message may be taken in. It trusts neither hub nor sender.
///
/// A duty or a life in danger is taken in and flagged where its row differs from the sender's,
/// where a field that it should state is missing, where its worker's signature is missing or does
/// not hold, or where this institution did not verify the row. What it may not hold, and to whom it may not go, refuses it all the same.
///
/// # Errors
/// As [`super::may_send`]; also `EDGE_UNKNOWN` when the log has no edge leaf with exactly this
/// grant, `UNVERIFIABLE` for a grant not signed by its issuer, `CONSENT_RECIPIENT` for a
/// grant of others, `NOT_FOUND` for an answer to what this institution never asked,
/// `WORKER_SIGNATURE`.
pub fn admit(facts: &AdmitFacts<'_>, message: Message) -> Result<Admitted, Refusal> {
    if message.sender != facts.sender.id || message.recipient != facts.me.id {
        return Err(Refusal::new(Reason::SenderMismatch));
    }
    let fit = basis::fit(facts.policy, &message, facts.sender, facts.me)?;
    let mut flags = BTreeSet::new();
    let waits = !fit.never_waits();
    flagged(waits, same_row(&fit, &message), Flag::PolicyDiffers, &mut flags)?;
    if basis::lawful(message.class) && (message.grant.is_some() || message.handle.is_some()) {
        return Err(Refusal::new(Reason::ConsentNotApplicable).with("kind", message.kind));
    }
    flagged(waits, fields::required(&fit, &message, facts.now_ms), Flag::FieldsMissing, &mut flags)?;
    if message.payload.categories() != message.categories || message.payload.asked() != message.asked {
        return Err(Refusal::new(Reason::Category));
    }
    content::ceiling(facts.policy, &fit, &message)?;
    content::text(&message, facts.request, &[])?;
    if answers(message.kind) && !facts.own_thread {
        return Err(Refusal::new(Reason::NotFound));
    }
    flagged(waits, worker::signed(facts, &message), Flag::WorkerSignature, &mut flags)?;
    let grant = match message.class {
        BasisClass::Consent => Some(consented(facts, &message)?),
        BasisClass::NoPersonalData | BasisClass::Statutory | BasisClass::VitalInterest => None,
    };
    if !waits {
        flags.extend(to_review(facts, &fit, &message));
    }
    Ok(Admitted { flags, grant, row: fit.row.digest(), message })
}

/// The row that the sender used must be the row that applies here.
fn same_row(fit: &Fit<'_>, message: &Message) -> Result<(), Refusal> {
    if fit.row.digest() == *message.policy_row.bytes() {
        return Ok(());
    }
    Err(Refusal::new(Reason::Basis).with("row", &fit.row.id))
}

/// What refuses everything else only marks a duty.
fn flagged(waits: bool, judged: Result<(), Refusal>, flag: Flag, flags: &mut BTreeSet<Flag>) -> Result<(), Refusal> {
    match judged {
        Err(refusal) if waits => Err(refusal),
        Err(_) => {
            flags.insert(flag);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// What the second person at this institution should know about a duty.
fn to_review(facts: &AdmitFacts<'_>, fit: &Fit<'_>, message: &Message) -> impl Iterator<Item = Flag> + use<> {
    let unverified = second::verified(facts.overlays, fit.row).is_err().then_some(Flag::Unverified);
    let special = !second::reviewed(facts.policy, fit.row, message).is_empty();
    let special = special.then_some(Flag::Special);
    unverified.into_iter().chain(special).chain(second::always(message))
}

/// Kinds that make sense only as an answer.
fn answers(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::ReferralStatus
            | MessageKind::InfoReply
            | MessageKind::InfoRefusal
            | MessageKind::ReplyAnon
            | MessageKind::AckHuman
            | MessageKind::ConsentWithdrawnAnswer
    )
}

fn consented(facts: &AdmitFacts<'_>, message: &Message) -> Result<Grant, Refusal> {
    let signed = message.grant.as_ref().ok_or_else(|| Refusal::new(Reason::ConsentMissing))?;
    let issuer = Grant::parse(&signed.content)?.issuer;
    let key = if issuer == facts.sender.id {
        facts.sender_key
    } else if issuer == facts.me.id {
        facts.my_key
    } else {
        return Err(Refusal::new(Reason::ConsentRecipient).with("institution", facts.me.id.as_str()));
    };
    let grant = Grant::open(signed, key, facts.region)?;
    if facts.edge.registered != Some(grant.hash()) {
        return Err(Refusal::new(Reason::EdgeUnknown));
    }
    consent::lets_pass(&grant, &facts.edge, message, facts.now_ms)?;
    Ok(grant)
}
