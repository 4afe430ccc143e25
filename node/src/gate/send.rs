//! The first question: may this leave the institution?

use std::collections::BTreeSet;

use wiez_proto::directory::Standing;
use wiez_proto::id::Hash;
use wiez_proto::policy::{ConsentRule, Overlay, Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Flag, SecrecyRelease};

use super::basis::{self, Fit, Party, Request};
use super::consent::{self, ConsentFacts};
use super::{content, fields, second};
use crate::message::{Message, Signer};
use crate::review::Confirmed;

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
    /// Surnames of this institution's own open cases, which no kind without personal data may hold.
    pub surnames: &'a [String],
    /// What a second person confirmed.
    pub confirmed: Option<&'a Confirmed>,
    /// What was recorded as releasing from professional secrecy.
    pub release: Option<SecrecyRelease>,
    /// Statutory and vital messages that this worker sent in the last 24 hours.
    pub used_today: u32,
}

/// A message that may leave: the only thing that the outbox takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleared {
    message: Message,
    flags: BTreeSet<Flag>,
}

impl Cleared {
    /// The message, complete: row, grant, handle and categories are those that the gate saw.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.message
    }

    /// Signs it in its worker's name, now that it is complete.
    pub fn sign(&mut self, by: &Signer<'_>) {
        self.message.sign(by);
    }

    /// Why somebody has to look at it afterwards, although it was not stopped.
    #[must_use]
    pub const fn flags(&self) -> &BTreeSet<Flag> {
        &self.flags
    }

    /// The row on which it goes, from the shipped table.
    #[must_use]
    pub fn row(&self) -> Option<&'static Row> {
        Policy::shipped().by_digest(self.message.policy_row.bytes())
    }
}

/// Decides whether a message may leave, and completes it with the row and the grant used.
///
/// The first answer wins, in the order of the steps below. Nothing is changed and nothing leaves
/// when the answer is no.
///
/// # Errors
/// 1. `RECIPIENT_UNKNOWN`, `RECIPIENT_SELF`, `RECIPIENT_REVOKED`, `KEY_CHANGED`;
/// 2. `KIND`, `POLICE_CONSENT`, `PAIR`, `BASIS`;
/// 3. `CONSENT_NOT_APPLICABLE` for a consent on top of a statute or a life in danger;
/// 4. `BASIS` with `missing`, or `FIELD_INVALID`, for what has to be stated;
/// 5. `CATEGORY` by ceiling and matrix;
/// 6. `KIND`, `PERSONAL_DATA_FOUND`, `REPLY_SCOPE` for the text;
/// 7. `REPORTER_LEAK`;
/// 8. `CONSENT_NOT_APPLICABLE`, `CONSENT_MISSING`, `LOG_INCONSISTENT`, `GIVER`,
///    `PARENTS_IN_CONFLICT`, `CONSENT_WITHDRAWN`, and what [`wiez_proto::grant::covers`] says;
/// 9. `BASIS_UNVERIFIED`, `REVIEW_REQUIRED`, `SECRECY` – never for a duty or a life in danger.
pub fn may_send(facts: &SendFacts<'_>, mut message: Message) -> Result<Cleared, Refusal> {
    // What was confirmed is the message as its author left it, before the gate completes it.
    let confirmed = facts.confirmed.is_some_and(|confirmed| confirmed.covers(&message));
    message.categories = message.payload.categories();
    message.asked = message.payload.asked();

    let peer = recipient(facts, &message)?;
    let fit = basis::fit(facts.policy, &message, facts.me, peer)?;
    no_consent_on_statutes(facts, &message)?;
    stated(facts, &fit, &mut message)?;
    content::ceiling(facts.policy, &fit, &message)?;
    content::text(&message, facts.request, facts.surnames)?;
    fields::reporter(&message)?;
    consent_or_none(facts, &fit, &mut message)?;
    let flags = second::judge(facts, &fit, &message, confirmed)?;

    message.policy_row = Hash::new(fit.row.digest());
    Ok(Cleared { message, flags })
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

/// Consent is never stacked on another basis. Said before anything about the content, so that the
/// answer is the same whether or not a consent of these people exists.
fn no_consent_on_statutes(facts: &SendFacts<'_>, message: &Message) -> Result<(), Refusal> {
    if basis::lawful(message.class) && facts.consent.is_some() {
        return Err(Refusal::new(Reason::ConsentNotApplicable).with("kind", message.kind));
    }
    Ok(())
}

/// Judges the statement, and marks what a team sends for its group.
fn stated(facts: &SendFacts<'_>, fit: &Fit<'_>, message: &mut Message) -> Result<(), Refusal> {
    if let Some(statement) = &mut message.statement {
        statement.for_gdp = fit.row.for_gdp;
        statement.check()?;
    }
    fields::required(fit, message, facts.now_ms)
}

fn consent_or_none(facts: &SendFacts<'_>, fit: &Fit<'_>, message: &mut Message) -> Result<(), Refusal> {
    match (message.class, fit.row.consent) {
        (BasisClass::Consent, ConsentRule::Required) => consent::carries(facts, message),
        (BasisClass::Consent, ConsentRule::Forbidden) => Err(Refusal::new(Reason::ConsentNotApplicable)),
        (BasisClass::NoPersonalData | BasisClass::Statutory | BasisClass::VitalInterest, ConsentRule::Required) => {
            Err(Refusal::new(Reason::ConsentMissing).with("institution", message.recipient.as_str()))
        }
        (BasisClass::NoPersonalData | BasisClass::Statutory | BasisClass::VitalInterest, ConsentRule::Forbidden) => {
            if facts.consent.is_some() {
                Err(Refusal::new(Reason::ConsentNotApplicable))
            } else {
                Ok(())
            }
        }
    }
}
