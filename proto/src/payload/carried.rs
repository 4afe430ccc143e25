//! What content carries, by category and by role; what of it may be shown; and whether it hides personal data.

use super::{Body, Payload, linter};
use crate::refusal::{Reason, Refusal};
use crate::vocab::{Category, PersonRole};
use std::collections::BTreeSet;

/// Categories by the role of the person whom they concern, one entry for each person; `None` stands for the event.
pub type Roles = Vec<(Option<PersonRole>, BTreeSet<Category>)>;

impl Payload {
    /// Every category that the content carries, from sections and body; empty when it carries no personal data.
    #[must_use]
    pub fn categories(&self) -> BTreeSet<Category> {
        let mut out: BTreeSet<Category> = self.sections.iter().map(|section| section.category).collect();
        out.extend(self.roles().into_iter().flat_map(|(_, categories)| categories));
        match &self.body {
            Body::InfoRequest(_) | Body::PoliceQuery(_) | Body::KuratorQuery(_) | Body::NkBRecord { .. } => {
                out.insert(Category::Logistics);
            }
            Body::InfoReply(reply) => out.extend(reply.answers.iter().map(|answer| answer.category)),
            Body::Referral(referral) => out.extend(referral.categories()),
            Body::ReferralForward(forward) => out.extend(forward.referral.categories()),
            Body::ReferralStatus(report) => out.extend((!report.note.is_empty()).then_some(Category::Logistics)),
            Body::Signal(signal) => out.extend((!signal.what.is_empty()).then_some(Category::Incident)),
            Body::Alert(alert) => out.extend(alert.categories()),
            Body::CrimeNotice(notice) | Body::CourtNotice(notice) => {
                out.extend((!notice.what.is_empty()).then_some(Category::Incident));
            }
            Body::TransferCase(transfer) => out.extend(transfer.categories()),
            // What these carry stands in their roles.
            Body::NkA(_) | Body::NkADispatch(_) | Body::NkNote(_) | Body::NkMove(_) => {}
            Body::ConsultAnon { .. }
            | Body::ReplyAnon { .. }
            | Body::InfoRefusal { .. }
            | Body::FeedbackMin { .. }
            | Body::ConsentWithdrawn { .. }
            | Body::ConsentWithdrawnAnswer { .. }
            | Body::GateRefusal { .. }
            | Body::MediationRequest(_)
            | Body::MediationNote(_)
            | Body::AckHuman { .. } => {}
        }
        out
    }

    /// What a form of the Blue Card procedure carries by role: one entry for each person and one for the event; empty
    /// for every other kind. Sections of the message have no role and are not among it.
    #[must_use]
    pub fn roles(&self) -> Roles {
        match &self.body {
            Body::NkA(form) => form.roles(),
            Body::NkADispatch(dispatch) => dispatch.roles(),
            Body::NkNote(note) => note.roles(),
            Body::NkMove(moved) => moved.form.roles(),
            Body::ConsultAnon { .. }
            | Body::ReplyAnon { .. }
            | Body::InfoRequest(_)
            | Body::InfoReply(_)
            | Body::InfoRefusal { .. }
            | Body::Referral(_)
            | Body::ReferralStatus(_)
            | Body::ReferralForward(_)
            | Body::FeedbackMin { .. }
            | Body::ConsentWithdrawn { .. }
            | Body::ConsentWithdrawnAnswer { .. }
            | Body::GateRefusal { .. }
            | Body::Signal(_)
            | Body::Alert(_)
            | Body::NkBRecord { .. }
            | Body::CrimeNotice(_)
            | Body::CourtNotice(_)
            | Body::PoliceQuery(_)
            | Body::KuratorQuery(_)
            | Body::TransferCase(_)
            | Body::MediationRequest(_)
            | Body::MediationNote(_)
            | Body::AckHuman { .. } => Vec::new(),
        }
    }

    /// The categories asked for; empty for everything but `INFO_REQUEST`, `POLICE_QUERY` and `KURATOR_QUERY`.
    #[must_use]
    pub fn asked(&self) -> BTreeSet<Category> {
        self.body.request().map(|request| request.asked.clone()).unwrap_or_default()
    }

    /// What may still be shown when only these categories are allowed: sections, answers, facts and free texts of other
    /// categories are gone; codes of the body stay. For display; it may lack fields that a message to be sent must have.
    #[must_use]
    pub fn project(&self, allowed: &BTreeSet<Category>) -> Self {
        let mut out = self.clone();
        out.sections.retain(|section| allowed.contains(&section.category));
        let logistics = allowed.contains(&Category::Logistics);
        match &mut out.body {
            Body::InfoRequest(request) | Body::PoliceQuery(request) | Body::KuratorQuery(request) => {
                if !logistics {
                    request.questions.clear();
                    request.why_needed.clear();
                }
            }
            Body::InfoReply(reply) => reply.answers.retain(|answer| allowed.contains(&answer.category)),
            Body::Referral(referral) => referral.project(allowed),
            Body::ReferralForward(forward) => forward.referral.project(allowed),
            Body::ReferralStatus(report) => {
                if !logistics {
                    report.note.clear();
                }
            }
            Body::Signal(signal) => signal.project(allowed),
            Body::Alert(alert) => alert.project(allowed),
            Body::NkA(form) => form.project(allowed),
            Body::NkADispatch(dispatch) => dispatch.project(allowed),
            Body::NkNote(note) => note.project(allowed),
            Body::NkMove(moved) => moved.form.project(allowed),
            Body::CrimeNotice(notice) | Body::CourtNotice(notice) => notice.project(allowed),
            Body::TransferCase(transfer) => transfer.project(allowed),
            Body::ConsultAnon { .. }
            | Body::ReplyAnon { .. }
            | Body::InfoRefusal { .. }
            | Body::FeedbackMin { .. }
            | Body::ConsentWithdrawn { .. }
            | Body::ConsentWithdrawnAnswer { .. }
            | Body::GateRefusal { .. }
            | Body::NkBRecord { .. }
            | Body::MediationRequest(_)
            | Body::MediationNote(_)
            | Body::AckHuman { .. } => {}
        }
        out
    }

    /// Searches content that carries no personal data for some that hides in it: topic, text, case number and the id of a
    /// proposed institution. Content that names its categories passes. `surnames` are those of the node's own open cases;
    /// they never leave it.
    ///
    /// # Errors
    /// `PERSONAL_DATA_FOUND` with `finding`, `field` and `offset` (characters from 0), never the text.
    pub fn lint(&self, surnames: &[String]) -> Result<(), Refusal> {
        if !self.categories().is_empty() {
            return Ok(());
        }
        let (topic, text) = match &self.body {
            Body::ConsultAnon { topic, text } => (topic.as_str(), text.as_str()),
            Body::ReplyAnon { text } => ("", text.as_str()),
            Body::InfoRequest(_)
            | Body::InfoReply(_)
            | Body::InfoRefusal { .. }
            | Body::Referral(_)
            | Body::ReferralStatus(_)
            | Body::ReferralForward(_)
            | Body::FeedbackMin { .. }
            | Body::ConsentWithdrawn { .. }
            | Body::ConsentWithdrawnAnswer { .. }
            | Body::GateRefusal { .. }
            | Body::Signal(_)
            | Body::Alert(_)
            | Body::NkA(_)
            | Body::NkADispatch(_)
            | Body::NkBRecord { .. }
            | Body::NkNote(_)
            | Body::NkMove(_)
            | Body::CrimeNotice(_)
            | Body::CourtNotice(_)
            | Body::PoliceQuery(_)
            | Body::KuratorQuery(_)
            | Body::TransferCase(_)
            | Body::MediationRequest(_)
            | Body::MediationNote(_)
            | Body::AckHuman { .. } => ("", ""),
        };
        let proposed = self.proposed();
        let surnamed = [("topic", topic), ("text", text), ("subject_ref", &self.subject_ref)];
        let searched = surnamed.into_iter().map(|(field, text)| (field, text, surnames));
        // An institution may be called like a family; no institution is called like a number of a person.
        for (field, text, surnames) in searched.chain([("proposed", proposed.as_str(), [].as_slice())]) {
            if let Some((finding, offset)) = linter::find(text, surnames) {
                return Err(Refusal::new(Reason::PersonalDataFound)
                    .with("finding", finding)
                    .with("field", field)
                    .with("offset", offset));
            }
        }
        Ok(())
    }

    /// The institution that a mediation proposes, its parts as words; empty for everything else.
    fn proposed(&self) -> String {
        let Body::MediationNote(note) = &self.body else { return String::new() };
        note.proposed.as_ref().map(|id| id.as_str().replace('-', " ")).unwrap_or_default()
    }
}
