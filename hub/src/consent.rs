//! The hub's gate: what may be stored, and what may leave again. Pure; its tests stand below.
//!
//! The hub sees institutions, a basis class and a random handle, nothing of the content. So it
//! checks that the caller is the sender, that the class may pass between these two kinds of
//! institutions, and that the handle is live on exactly this edge. A lie about the class is
//! caught by the recipient's gate, which sees everything, not here.

mod edge;

use wiez_proto::directory::{Entry, Standing};
use wiez_proto::envelope::{Envelope, Header, Verified};
use wiez_proto::id::InstitutionId;
use wiez_proto::policy::class_allowed;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::BasisClass;

/// A registered edge, as far as the gate looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Edge<'a> {
    /// Who may send under it.
    pub sender: &'a str,
    /// To whom.
    pub recipient: &'a str,
    /// Until when, milliseconds since 1970.
    pub valid_until_ms: i64,
    /// Whether neither a withdrawal nor a revocation ended it.
    pub live: bool,
}

/// Everything that the gate knows about an envelope besides its header.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Who deposits it, by its certificate.
    pub caller: &'a InstitutionId,
    /// The sender's entry.
    pub sender: &'a Entry,
    /// The recipient's entry.
    pub recipient: &'a Entry,
    /// The edge that the header's handle names, if it is registered.
    pub edge: Option<Edge<'a>>,
    /// Now.
    pub now_ms: i64,
}

/// An envelope that passed the gate. There is no other way to make one, and the store takes
/// nothing else.
#[derive(Clone, Debug)]
pub struct Admitted(Verified);

impl Admitted {
    /// The envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        self.0.envelope()
    }

    /// Bytes of its parts together.
    #[must_use]
    pub fn size(&self) -> usize {
        let envelope = self.envelope();
        envelope.parts().header.len() + envelope.wrap().len() + envelope.ciphertext().len()
    }
}

/// Admits an envelope whose signature holds, or says why not.
///
/// # Errors
/// `SENDER_MISMATCH`, `CLASS_FORBIDDEN`, `POLICE_CONSENT`, `EDGE_UNKNOWN`, `EDGE_OTHER_PAIR`,
/// `CONSENT_WITHDRAWN` or `CONSENT_EXPIRED`.
pub fn admit(verified: Verified, facts: &Facts<'_>) -> Result<Admitted, Refusal> {
    let header = verified.envelope().header();
    if header.sender != *facts.caller || facts.sender.institution != *facts.caller {
        return Err(Reason::SenderMismatch.into());
    }
    class(header.class, facts.sender, facts.recipient)?;
    if header.class == BasisClass::Consent {
        consent(header, facts)?;
    }
    Ok(Admitted(verified))
}

/// A class passes when one of the sender's roles may use it towards one of the recipient's; a
/// consent never passes to an institution that also acts as an authority that can compel.
fn class(class: BasisClass, sender: &Entry, recipient: &Entry) -> Result<(), Refusal> {
    let roles =
        |entry: &Entry| -> Vec<_> { std::iter::once(entry.kind).chain(entry.also_acts_as.iter().copied()).collect() };
    let (from, to) = (roles(sender), roles(recipient));
    if class == BasisClass::Consent && to.iter().any(|kind| kind.refuses_consent()) {
        return Err(Refusal::new(Reason::PoliceConsent).with("recipient_kind", recipient.kind));
    }
    let allowed = from.iter().any(|from| to.iter().any(|to| class_allowed(class, *from, *to).is_ok()));
    if allowed { Ok(()) } else { class_allowed(class, sender.kind, recipient.kind) }
}

fn consent(header: &Header, facts: &Facts<'_>) -> Result<(), Refusal> {
    let edge = facts.edge.ok_or(Reason::EdgeUnknown)?;
    if edge.sender != header.sender.as_str() || edge.recipient != header.recipient.as_str() {
        return Err(Reason::EdgeOtherPair.into());
    }
    if !edge.live {
        return Err(Reason::ConsentWithdrawn.into());
    }
    if edge.valid_until_ms < facts.now_ms {
        return Err(Reason::ConsentExpired.into());
    }
    Ok(())
}

/// What decides whether a stored envelope may be handed out now, the first time or again.
/// Whether it was withdrawn meanwhile, its own row says.
#[derive(Clone, Copy, Debug)]
pub struct HandOut {
    /// The sender's standing; none when it is no member.
    pub sender: Option<Standing>,
    /// End of its time to live.
    pub expires_ms: i64,
    /// End of its edge's validity; none without a consent.
    pub valid_until_ms: Option<i64>,
    /// Now.
    pub now_ms: i64,
}

/// Whether an envelope may leave. One that may not is held until it may or its time is over.
#[must_use]
pub fn may_leave(facts: &HandOut) -> bool {
    facts.sender == Some(Standing::Active)
        && facts.now_ms <= facts.expires_ms
        && facts.valid_until_ms.is_none_or(|until| facts.now_ms <= until)
}

#[cfg(test)]
mod tests;
