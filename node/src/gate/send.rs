//! The first question: may this leave the institution?

use wiez_proto::calendar;
use wiez_proto::directory::Standing;
use wiez_proto::grant::Grant;
use wiez_proto::id::Hash;
use wiez_proto::policy::{ConsentRule, Overlay, Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Category, MessageKind};
use wiez_proto::wire::v1;

use super::basis::{self, Edge, Party, Request};
use crate::consent::Giver;
use crate::message::Message;

/// What is known about the consent that a message names.
#[derive(Debug, Clone)]
pub struct ConsentFacts<'a> {
    /// The grant.
    pub grant: &'a Grant,
    /// Its signed bytes, which travel inside the seal.
    pub signed: &'a v1::Signed,
    /// What the log and this node's own acts say.
    pub edge: Edge,
    /// Who gave it; known only where the paper lies.
    pub giver: Option<&'a Giver>,
}

/// What the sender's gate looks at.
#[derive(Debug, Clone)]
pub struct SendFacts<'a> {
    /// Milliseconds since 1970.
    pub now_ms: i64,
    /// This institution.
    pub me: &'a Party,
    /// The recipient; none when the directory does not know it.
    pub peer: Option<&'a Party>,
    /// Where the recipient stands.
    pub standing: Standing,
    /// Whether the directory showed other keys of the recipient without the old key's agreement.
    pub key_changed: bool,
    /// The table of kinds.
    pub policy: &'a Policy,
    /// Which rows this institution's data-protection officer verified; any of these files counts.
    pub overlays: &'a [Overlay],
    /// The consent, when one is named.
    pub consent: Option<ConsentFacts<'a>>,
    /// The request that is answered.
    pub request: Option<&'a Request>,
    /// Whether the log contradicted itself.
    pub log_alarm: bool,
    /// Surnames of this institution's own open cases, which no anonymous text may hold.
    pub surnames: &'a [String],
}

/// A message that may leave: the only thing that the outbox takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleared(Message);

impl Cleared {
    /// The message, complete: row, grant, handle and categories are those that the gate saw.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.0
    }
}

/// Decides whether a message may leave, and completes it with the row and the grant used.
///
/// First answer wins: recipient, kind, pair, basis, categories of the basis, verification,
/// reply, consent, second person. Nothing is changed and nothing leaves when the answer is no.
///
/// # Errors
/// `RECIPIENT_UNKNOWN`, `RECIPIENT_SELF`, `RECIPIENT_REVOKED`, `KEY_CHANGED`, `KIND`, `PAIR`,
/// `BASIS`, `POLICE_CONSENT`, `CATEGORY`, `BASIS_UNVERIFIED`, `REVIEW_REQUIRED`,
/// `PERSONAL_DATA_FOUND`, `REPLY_SCOPE`, `CONSENT_NOT_APPLICABLE`, `CONSENT_MISSING`,
/// `LOG_INCONSISTENT`, `GIVER`, `PARENTS_IN_CONFLICT`, `CONSENT_WITHDRAWN`, and what
/// [`wiez_proto::grant::covers`] says; scopes are named by their codes.
pub fn may_send(facts: &SendFacts<'_>, mut message: Message) -> Result<Cleared, Refusal> {
    let peer = recipient(facts, &message)?;
    message.categories = message.payload.categories();
    message.asked = message.payload.asked();
    let row = basis::row(facts.policy, &message, facts.me, peer)?;
    message.policy_row = Hash::new(row.digest());
    verified(facts.overlays, row)?;
    basis::content(&message, facts.request, facts.surnames)?;
    match message.class {
        BasisClass::Consent => consented(facts, row, &mut message)?,
        BasisClass::NoPersonalData | BasisClass::Statutory | BasisClass::VitalInterest => {
            unconsented(facts, row, &message)?;
        }
    }
    Ok(Cleared(message))
}

fn recipient<'a>(facts: &SendFacts<'a>, message: &Message) -> Result<&'a Party, Refusal> {
    let no = |reason| Err(Refusal::new(reason).with("institution", message.recipient.as_str()));
    if message.recipient == facts.me.id {
        return no(Reason::RecipientSelf);
    }
    let Some(peer) = facts.peer.filter(|peer| peer.id == message.recipient) else {
        return no(Reason::RecipientUnknown);
    };
    if facts.key_changed {
        return no(Reason::KeyChanged);
    }
    match facts.standing {
        Standing::Revoked => no(Reason::RecipientRevoked),
        // The hub holds the mail of a suspended institution, so it may be written.
        Standing::Active | Standing::Suspended => Ok(peer),
    }
}

fn verified(overlays: &[Overlay], row: &Row) -> Result<(), Refusal> {
    if overlays.iter().any(|overlay| overlay.is_verified(row)) { Ok(()) } else { Overlay::empty().judge(row) }
}

fn consented(facts: &SendFacts<'_>, row: &Row, message: &mut Message) -> Result<(), Refusal> {
    if row.consent == ConsentRule::Forbidden {
        return Err(Refusal::new(Reason::ConsentNotApplicable));
    }
    if facts.log_alarm {
        return Err(Refusal::new(Reason::LogInconsistent));
    }
    let missing = || Refusal::new(Reason::ConsentMissing).with("institution", message.recipient.as_str());
    let consent = facts.consent.as_ref().ok_or_else(missing)?;
    if let Some(giver) = consent.giver {
        giver.may_consent(facts.now_ms)?;
    }
    let there = consent.grant.edge(&message.sender, &message.recipient);
    let recipient = || Refusal::new(Reason::ConsentRecipient).with("institution", message.recipient.as_str());
    message.handle = Some(there.ok_or_else(recipient)?.handle);
    message.grant = Some(consent.signed.clone());
    basis::consent(consent.grant, &consent.edge, message, facts.now_ms)?;
    // What cannot be opened any more once the consent is over need not wait longer than it lasts.
    message.expires_ms = message.expires_ms.min(calendar::end_of_day(consent.grant.valid_to));
    second_person(row, consent.grant, message)
}

/// Some content needs a second person, who cannot be asked yet: what the row says, and a
/// disclosure under a consent that the asking side recorded, from sensitivity 3 upwards.
fn second_person(row: &Row, grant: &Grant, message: &Message) -> Result<(), Refusal> {
    row.judge_review(&message.categories)?;
    let heavy: Vec<&Category> = message.categories.iter().filter(|category| category.sensitivity() >= 3).collect();
    if message.kind == MessageKind::InfoReply && grant.issuer == message.recipient && !heavy.is_empty() {
        let codes = heavy.into_iter().map(|category| category.code());
        return Err(Refusal::new(Reason::ReviewRequired).with_codes("categories", codes));
    }
    Ok(())
}

fn unconsented(facts: &SendFacts<'_>, row: &Row, message: &Message) -> Result<(), Refusal> {
    if facts.consent.is_some() {
        return Err(Refusal::new(Reason::ConsentNotApplicable));
    }
    if row.consent == ConsentRule::Required {
        return Err(Refusal::new(Reason::ConsentMissing).with("institution", message.recipient.as_str()));
    }
    // Statutory kinds come with the second person's review; until then none of their rows passes.
    if matches!(message.class, BasisClass::Statutory | BasisClass::VitalInterest) {
        return Err(Refusal::new(Reason::ReviewRequired).with("row", &row.id));
    }
    Ok(())
}
