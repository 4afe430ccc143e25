//! What people do in a world, through the same requests as the command line; one sentence each.
#![expect(clippy::wildcard_enum_match_arm, reason = "any other answer is a failure, and is shown as it is")]

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use jiff::Span;
use wiez_node::api::{Answer, ReferralText, Request, SectionText, call_in};
use wiez_node::casework::act::{Addressed, Answering, Forwarding, Question, Reply, Wanted};
use wiez_node::casework::{CaseKind, CaseLine, CaseView, MessageView};
use wiez_node::consent::{ConsentView, Form, Giver, Pair, Scope, Withdrawn};
use wiez_node::referral::{Report, Side};
use wiez_proto::calendar::day_of;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{
    Authority, BasisCode, Category, DeclineReason, EvidenceKind, GiverRole, KeptOrDeleted, Outcome, Purpose,
    ReferralStatus, ServiceCode, Urgency,
};

use crate::world::World;

/// The case number of every consent that does not say another.
pub const SUBJECT: &str = "OPS/2026/114";

/// One institution on a paper form.
#[derive(Clone, Debug)]
pub struct Named(Pair);

/// Names an institution on a form.
///
/// # Panics
/// For an id that is none.
#[must_use]
#[expect(clippy::expect_used, reason = "ids in tests are literals")]
pub fn named(id: &str) -> Named {
    let institution = id.parse().expect("an institution's id");
    Named(Pair { institution, give: BTreeSet::new(), receive: BTreeSet::new(), explicit: BTreeSet::new() })
}

impl Named {
    /// What may go to it, the special categories explicitly.
    #[must_use]
    pub fn give(mut self, categories: &[Category]) -> Self {
        self.0.give.extend(categories);
        self.0.explicit.extend(categories.iter().filter(|category| category.special()));
        self
    }

    /// What may come from it, the special categories explicitly.
    #[must_use]
    pub fn receive(mut self, categories: &[Category]) -> Self {
        self.0.receive.extend(categories);
        self.0.explicit.extend(categories.iter().filter(|category| category.special()));
        self
    }
}

/// A decision without further details.
#[must_use]
pub const fn bare(status: ReferralStatus) -> Report {
    Report::bare(status)
}

/// A refusal with its reason.
#[must_use]
pub fn declined(reason: DeclineReason) -> Report {
    Report { reason: Some(reason), ..bare(ReferralStatus::Declined) }
}

/// An end with its outcome.
#[must_use]
pub fn ended(status: ReferralStatus, outcome: Outcome) -> Report {
    Report { outcome: Some(outcome), ..bare(status) }
}

/// The refusal that an act met.
///
/// # Errors
/// When the act succeeded, or failed otherwise.
pub fn refusal<T>(act: Result<T>) -> Result<Refusal> {
    match act {
        Ok(_) => bail!("it was not refused"),
        Err(error) => error.downcast::<Refusal>().context("it failed without a refusal"),
    }
}

/// The reason why an act was refused.
///
/// # Errors
/// When the act succeeded, or failed otherwise.
pub fn reason<T>(act: Result<T>) -> Result<Reason> {
    refusal(act).map(|refusal| refusal.reason)
}

/// The text of a field of a shown message; none when the message is closed or has no such field.
#[must_use]
pub fn field<'a>(case: &'a CaseView, name: &str) -> Option<&'a str> {
    case.messages
        .iter()
        .flat_map(|message| &message.fields)
        .find(|field| field.name == name)
        .map(|field| field.text.as_str())
}

/// The first message of a kind in a case.
///
/// # Errors
/// When there is none.
pub fn message<'a>(case: &'a CaseView, kind: &str) -> Result<&'a MessageView> {
    case.messages.iter().find(|message| message.kind == kind).with_context(|| format!("no {kind} in {case:?}"))
}

fn texts(sections: &[(Category, &str)]) -> Vec<SectionText> {
    let text = |(category, text): &(Category, &str)| SectionText {
        category: *category,
        label: String::new(),
        text: (*text).to_owned(),
    };
    sections.iter().map(text).collect()
}

fn wish() -> ReferralText {
    ReferralText {
        service: ServiceCode::ZajeciaWyrownawcze,
        goal: "Nadrobienie zaległości po chorobie".to_owned(),
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    }
}

fn address(to: &str, consent: &str) -> Result<Addressed> {
    Ok(Addressed {
        to: to.parse()?,
        subject_ref: SUBJECT.to_owned(),
        consent: (!consent.is_empty()).then(|| consent.to_owned()),
        purpose: Purpose::Service,
        urgency: Urgency::U3Normal,
    })
}

impl World {
    /// Asks a node over its socket, in the session of the worker who sits there.
    ///
    /// # Errors
    /// The refusal, or why nobody answered.
    pub async fn ask(&self, at: &str, request: &Request) -> Result<Answer> {
        let party = self.party(at)?;
        let token = if party.is_up() { Some(party.token().await?) } else { None };
        let call = call_in(party.data_dir(), token.as_deref(), request);
        Ok(self.meanwhile(&format!("{at} answers {request:?}"), call).await??)
    }

    // ---- consents

    /// Records a paper form: a mother of a nine-year-old agrees for a year.
    ///
    /// # Errors
    /// The refusal.
    pub async fn consent(&self, at: &str, names: &[Named]) -> Result<String> {
        let giver = Giver {
            role: GiverRole::Parent,
            born: Some("2017-02-03".parse()?),
            own_statement: false,
            authority: Authority::Full,
            conflict: false,
        };
        self.consent_of(at, giver, names).await
    }

    /// Records a paper form that somebody else signed.
    ///
    /// # Errors
    /// The refusal.
    pub async fn consent_of(&self, at: &str, giver: Giver, names: &[Named]) -> Result<String> {
        let today = day_of(self.now_ms());
        let form = Form {
            subject_ref: SUBJECT.to_owned(),
            giver,
            evidence: EvidenceKind::PaperSigned,
            evidence_hash: Form::hash_of(b"a signed paper form"),
            evidence_place: "segregator 7, karta 12".to_owned(),
            pairs: names.iter().map(|named| named.0.clone()).collect(),
            purposes: BTreeSet::from([Purpose::Service, Purpose::Diag, Purpose::Assist]),
            valid_from: today,
            valid_to: today.checked_add(Span::new().months(11))?,
            worker: "-".to_owned(),
        };
        self.consent_form(at, form).await
    }

    /// Records exactly this form.
    ///
    /// # Errors
    /// The refusal.
    pub async fn consent_form(&self, at: &str, form: Form) -> Result<String> {
        match self.ask(at, &Request::ConsentNew { form: Box::new(form) }).await? {
            Answer::Consent(consent) => Ok(consent.line.number),
            other => bail!("{other:?}"),
        }
    }

    /// Shows a consent record.
    ///
    /// # Errors
    /// The refusal.
    pub async fn consent_shown(&self, at: &str, number: &str) -> Result<ConsentView> {
        match self.ask(at, &Request::ConsentShow { number: number.to_owned() }).await? {
            Answer::Consent(consent) => Ok(*consent),
            other => bail!("{other:?}"),
        }
    }

    /// Withdraws a whole consent.
    ///
    /// # Errors
    /// The refusal.
    pub async fn withdraw(&self, at: &str, consent: &str) -> Result<Withdrawn> {
        self.withdraw_part(at, consent, None, &[]).await
    }

    /// Withdraws a consent for one institution, or some categories of it.
    ///
    /// # Errors
    /// The refusal.
    pub async fn withdraw_part(
        &self,
        at: &str,
        consent: &str,
        recipient: Option<&str>,
        categories: &[Category],
    ) -> Result<Withdrawn> {
        let recipient = recipient.map(str::parse).transpose()?;
        let scope = Scope { recipient, categories: categories.iter().copied().collect() };
        match self.ask(at, &Request::ConsentWithdraw { number: consent.to_owned(), scope }).await? {
            Answer::Withdrawn(done) => Ok(*done),
            other => bail!("{other:?}"),
        }
    }

    /// The family objects at the institution that received.
    ///
    /// # Errors
    /// The refusal.
    pub async fn block(&self, at: &str, case: &str) -> Result<()> {
        self.ask(at, &Request::ConsentBlock { case: case.to_owned() }).await.map(|_| ())
    }

    /// Answers a notice of withdrawal.
    ///
    /// # Errors
    /// The refusal.
    pub async fn answer_notice(
        &self,
        at: &str,
        case: &str,
        answer: KeptOrDeleted,
        basis: Option<BasisCode>,
    ) -> Result<()> {
        self.ask(at, &Request::ConsentAnswer { case: case.to_owned(), answer, basis }).await.map(|_| ())
    }

    // ---- referrals

    /// Refers a person under a consent; returns the case number here.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn refer(&self, from: &str, to: &str, consent: &str, sections: &[(Category, &str)]) -> Result<String> {
        self.refer_when(from, to, consent, Urgency::U3Normal, sections).await
    }

    /// As [`World::refer`], with an urgency.
    ///
    /// # Errors
    /// As for [`World::refer`].
    pub async fn refer_when(
        &self,
        from: &str,
        to: &str,
        consent: &str,
        urgency: Urgency,
        sections: &[(Category, &str)],
    ) -> Result<String> {
        let to = Addressed { urgency, ..address(to, consent)? };
        self.sent(from, &Request::Refer { to, sections: texts(sections), referral: wish() }).await
    }

    /// Sends a held case again without some categories, or under another consent.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn resend(&self, at: &str, case: &str, without: &[Category], consent: Option<&str>) -> Result<()> {
        let without = without.iter().copied().collect();
        let consent = consent.map(str::to_owned);
        self.sent(at, &Request::Resend { number: case.to_owned(), without, consent }).await.map(|_| ())
    }

    /// Decides about a referral that came.
    ///
    /// # Errors
    /// The refusal.
    pub async fn decide(&self, at: &str, case: &str, report: Report) -> Result<()> {
        self.sent(at, &Request::Decide { number: case.to_owned(), report }).await.map(|_| ())
    }

    /// Accepts a referral that came.
    ///
    /// # Errors
    /// The refusal.
    pub async fn accept(&self, at: &str, case: &str) -> Result<()> {
        self.decide(at, case, bare(ReferralStatus::Accepted)).await
    }

    /// Answers the question about an own referral.
    ///
    /// # Errors
    /// The refusal.
    pub async fn supplement(&self, at: &str, case: &str, sections: &[(Category, &str)]) -> Result<()> {
        self.sent(at, &Request::Answer { number: case.to_owned(), sections: texts(sections) }).await.map(|_| ())
    }

    /// Passes a referral on, composed anew.
    ///
    /// # Errors
    /// The refusal.
    pub async fn forward(
        &self,
        at: &str,
        case: &str,
        to: &str,
        consent: &str,
        sections: &[(Category, &str)],
    ) -> Result<()> {
        let on = Forwarding { address: address(to, consent)?, why: DeclineReason::NotCompetent };
        let request = Request::Forward { number: case.to_owned(), on, sections: texts(sections), referral: wish() };
        self.sent(at, &request).await.map(|_| ())
    }

    // ---- information

    /// Asks for information about a person; returns the case number here.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn inquire(
        &self,
        from: &str,
        to: &str,
        consent: &str,
        asked: &[Category],
        sections: &[(Category, &str)],
    ) -> Result<String> {
        let to = Addressed { purpose: Purpose::Diag, ..address(to, consent)? };
        let wanted = Wanted {
            questions: vec!["Jaka była frekwencja w tym roku?".to_owned()],
            asked: asked.iter().copied().collect(),
            why_needed: "Plan pomocy".to_owned(),
        };
        self.sent(from, &Request::Ask { to, sections: texts(sections), wanted }).await
    }

    /// Answers such a question.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn reply(&self, at: &str, case: &str, answers: &[(Category, &str)]) -> Result<()> {
        let answer =
            |(category, text): &(Category, &str)| Reply { question: 0, category: *category, text: (*text).to_owned() };
        let answers = answers.iter().map(answer).collect();
        let answering = Answering { answers, partial: false, release: None, consent: None };
        self.sent(at, &Request::Reply { number: case.to_owned(), answering }).await.map(|_| ())
    }

    /// Declines such a question.
    ///
    /// # Errors
    /// The refusal.
    pub async fn refuse_reply(&self, at: &str, case: &str, reason: DeclineReason) -> Result<()> {
        let request = Request::Refuse { number: case.to_owned(), reason, help: BTreeSet::new() };
        self.sent(at, &request).await.map(|_| ())
    }

    /// Asks something without naming anybody; returns the case number here.
    ///
    /// # Errors
    /// The refusal of the linter or the gate.
    pub async fn consult(&self, from: &str, to: &str, topic: &str, text: &str) -> Result<String> {
        let question = Question { topic: topic.to_owned(), text: text.to_owned() };
        self.sent(from, &Request::Consult { to: to.parse()?, question }).await
    }

    async fn sent(&self, at: &str, request: &Request) -> Result<String> {
        match self.ask(at, request).await? {
            Answer::Sent(sent) => Ok(sent.number),
            other => bail!("{other:?}"),
        }
    }

    // ---- looking

    /// Cases of a kind, without opening any.
    ///
    /// # Errors
    /// When the node is down.
    pub async fn cases(&self, at: &str, kind: CaseKind) -> Result<Vec<CaseLine>> {
        match self.ask(at, &Request::CaseList { kinds: vec![kind], apart: false }).await? {
            Answer::Cases(cases) => Ok(cases),
            other => bail!("{other:?}"),
        }
    }

    /// One case as its line says it, without opening it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn case(&self, at: &str, number: &str) -> Result<CaseLine> {
        let found = self.every_case(at, CaseKind::ALL).await?.into_iter().find(|line| line.number == number);
        found.with_context(|| format!("{at} has no case {number}"))
    }

    /// A worker opens a case.
    ///
    /// # Errors
    /// When there is none.
    pub async fn show(&self, at: &str, number: &str) -> Result<CaseView> {
        match self.ask(at, &Request::CaseShow { number: number.to_owned() }).await? {
            Answer::Case(case) => Ok(*case),
            other => bail!("{other:?}"),
        }
    }

    /// Cases of a kind that came from others, oldest first.
    ///
    /// # Errors
    /// When the node is down.
    pub async fn incoming(&self, at: &str, kind: CaseKind) -> Result<Vec<CaseLine>> {
        let mut cases = self.cases(at, kind).await?;
        cases.retain(|case| case.side == Side::Provider);
        Ok(cases)
    }

    /// Waits for a case from others that is not among the known ones; returns its number here.
    ///
    /// # Errors
    /// When none comes.
    pub async fn arrived(&self, at: &str, kind: CaseKind, known: &[&str]) -> Result<String> {
        let mut number = None;
        self.until(&format!("something of kind {kind:?} arrived at {at}"), async || {
            let cases = self.incoming(at, kind).await?;
            number = cases.into_iter().map(|case| case.number).find(|number| !known.contains(&number.as_str()));
            Ok(number.is_some())
        })
        .await?;
        number.context("nothing arrived")
    }

    /// Waits until a case stands somewhere.
    ///
    /// # Errors
    /// When it never gets there, with where it stands.
    pub async fn until_case(&self, at: &str, number: &str, wanted: ReferralStatus) -> Result<()> {
        let mut last = None;
        let what = format!("{number} at {at} is {wanted}");
        let came = self
            .until(&what, async || {
                let status = self.case(at, number).await?.status;
                last = Some(status);
                Ok(status == wanted)
            })
            .await;
        came.with_context(|| format!("it is {last:?}"))
    }
}
