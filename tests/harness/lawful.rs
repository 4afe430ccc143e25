//! What people do in a world on a statute or for a life in danger, through the same requests as the command line.
#![expect(clippy::wildcard_enum_match_arm, reason = "any other answer is a failure, and is shown as it is")]

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use wiez_node::api::{Answer, Request, SectionText};
use wiez_node::casework::act::{
    Answering, Dispatched, Dispatching, Fact, Lawful, Matter, Moving, NkText, NoteText, Person, Reply, Sent,
    TransferText, Wanted,
};
use wiez_node::casework::{CaseKind, CaseLine};
use wiez_node::referral::Side;
use wiez_proto::statement::{FormalRef, Statement};
use wiez_proto::vocab::{
    AckCode, BasisCode, Category, FeedbackCode, FormalChannel, MediationOutcome, PersonRole, SignalReason, Urgency,
};

use crate::acts::SUBJECT;
use crate::world::World;

/// Who is written to, on which statute; nothing else is stated.
///
/// # Panics
/// For an id that is none.
#[must_use]
#[expect(clippy::expect_used, reason = "ids in tests are literals")]
pub fn lawful(to: &str, basis: BasisCode) -> Lawful {
    Lawful {
        to: to.parse().expect("an institution's id"),
        subject_ref: SUBJECT.to_owned(),
        urgency: Urgency::U2Urgent,
        statement: Statement::of(basis),
        release: None,
        consent: None,
    }
}

/// As [`lawful`], with more in the statement.
#[must_use]
pub fn stating(to: &str, basis: BasisCode, state: impl FnOnce(&mut Statement)) -> Lawful {
    let mut out = lawful(to, basis);
    state(&mut out.statement);
    out
}

/// As it is, with a consent attached.
#[must_use]
pub fn with_consent(to: Lawful, consent: &str) -> Lawful {
    Lawful { consent: Some(consent.to_owned()), ..to }
}

/// An alert for a life in danger, justified.
#[must_use]
pub fn danger(to: &str) -> Lawful {
    stating(to, BasisCode::Vital, |statement| {
        "Oliwier mówi o śmierci i ma przy sobie leki.".clone_into(&mut statement.justification);
    })
}

/// Facts of a person or of the event.
#[must_use]
pub fn facts(facts: &[(Category, &str)]) -> Vec<Fact> {
    let fact = |(category, text): &(Category, &str)| Fact {
        category: *category,
        label: String::new(),
        text: (*text).to_owned(),
    };
    facts.iter().map(fact).collect()
}

/// A person of a Blue Card form.
#[must_use]
pub fn person(role: PersonRole, of: &[(Category, &str)]) -> Person {
    Person { role, facts: facts(of) }
}

/// The form about Kacper: he and his mother suffer, the father uses violence, the grandmother lives with them.
#[must_use]
pub fn kacper() -> NkText {
    use Category as C;
    let persons = vec![
        person(
            PersonRole::Suffering,
            &[(C::IdName, "Kacper Zawilski"), (C::Age, "9 lat"), (C::Health, "siniaki na ramionach")],
        ),
        person(PersonRole::Suffering, &[(C::IdName, "Anna Zawilska"), (C::IdPesel, "84631422020")]),
        person(PersonRole::Household, &[(C::IdName, "Irena Sowula"), (C::Kinship, "babcia")]),
        person(PersonRole::Using, &[(C::IdName, "Marek Zawilski"), (C::Addiction, "alkohol")]),
    ];
    NkText {
        form_version: "2023".to_owned(),
        persons,
        event: vec![],
        incident: "Uderzał syna pasem po powrocie do domu.".to_owned(),
        file_hash: None,
    }
}

/// The form, with one fact more about one person.
#[must_use]
pub fn kacper_with(role: PersonRole, fact: (Category, &str)) -> NkText {
    let mut form = kacper();
    if let Some(person) = form.persons.iter_mut().find(|person| person.role == role) {
        person.facts.extend(facts(&[fact]));
    }
    form
}

/// Files that form.
#[must_use]
pub fn nk_a(form: NkText) -> Matter {
    Matter::NkA { form }
}

/// A crime that Halina suffered.
#[must_use]
pub fn crime() -> Matter {
    Matter::Crime { what: "Uderzył ją pięścią w twarz, ma złamany nos.".to_owned() }
}

/// Somebody may need support.
#[must_use]
pub fn signal(what: &str) -> Matter {
    Matter::Signal { reason: SignalReason::ChildNeglected, family_knows: false, what: what.to_owned() }
}

/// A letter that followed.
#[must_use]
pub const fn letter(number: String, date: Date) -> FormalRef {
    FormalRef { channel: FormalChannel::Ade, number, date }
}

fn texts(sections: &[(Category, &str)]) -> Vec<SectionText> {
    let text = |(category, text): &(Category, &str)| SectionText {
        category: *category,
        label: String::new(),
        text: (*text).to_owned(),
    };
    sections.iter().map(text).collect()
}

impl World {
    async fn said(&self, at: &str, request: &Request) -> Result<Sent> {
        match self.ask(at, request).await? {
            Answer::Sent(sent) => Ok(sent),
            other => bail!("{other:?}"),
        }
    }

    /// Reports what a statute obliges to report.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn report(&self, at: &str, to: &Lawful, sections: &[(Category, &str)], matter: Matter) -> Result<Sent> {
        self.said(at, &Request::Report { to: to.clone(), sections: texts(sections), matter }).await
    }

    /// Asks on a statute.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn query(
        &self,
        at: &str,
        to: &Lawful,
        asked: &[Category],
        sections: &[(Category, &str)],
    ) -> Result<Sent> {
        let wanted = Wanted {
            questions: vec!["Co wiadomo o tej osobie?".to_owned()],
            asked: asked.iter().copied().collect(),
            why_needed: "Prowadzona sprawa".to_owned(),
        };
        self.said(at, &Request::Query { to: to.clone(), sections: texts(sections), wanted }).await
    }

    /// Answers a question on the statute on which it was asked, or under the named consent instead.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn answer_on(
        &self,
        at: &str,
        case: &str,
        answers: &[(Category, &str)],
        consent: Option<&str>,
    ) -> Result<Sent> {
        let reply =
            |(category, text): &(Category, &str)| Reply { question: 0, category: *category, text: (*text).to_owned() };
        let answers = answers.iter().map(reply).collect();
        let answering = Answering { answers, partial: false, release: None, consent: consent.map(str::to_owned) };
        self.said(at, &Request::Reply { number: case.to_owned(), answering }).await
    }

    /// Passes a case on to the centre of another municipality.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn transfer(
        &self,
        at: &str,
        to: &Lawful,
        sections: &[(Category, &str)],
        text: TransferText,
    ) -> Result<Sent> {
        self.said(at, &Request::Transfer { to: to.clone(), sections: texts(sections), text }).await
    }

    /// Asks the region to mediate about a declined referral.
    ///
    /// # Errors
    /// The refusal.
    pub async fn mediate(&self, at: &str, case: &str, rops: &str) -> Result<Sent> {
        self.said(at, &Request::Mediate { number: case.to_owned(), rops: rops.parse()? }).await
    }

    /// The mediator asks the other institution.
    ///
    /// # Errors
    /// The refusal.
    pub async fn mediation_ask(&self, at: &str, case: &str, partner: &str) -> Result<Sent> {
        self.said(at, &Request::MediationAsk { number: case.to_owned(), partner: partner.parse()? }).await
    }

    /// Says where a mediation stands.
    ///
    /// # Errors
    /// The refusal.
    pub async fn mediation_note(
        &self,
        at: &str,
        case: &str,
        outcome: MediationOutcome,
        proposed: Option<&str>,
    ) -> Result<Sent> {
        let proposed = proposed.map(str::parse).transpose()?;
        self.said(at, &Request::MediationNote { number: case.to_owned(), outcome, proposed }).await
    }

    /// A person takes note of a report.
    ///
    /// # Errors
    /// The refusal.
    pub async fn ack(&self, at: &str, case: &str, code: AckCode) -> Result<Sent> {
        self.said(at, &Request::Ack { number: case.to_owned(), code }).await
    }

    /// Tells the reporter that something happens.
    ///
    /// # Errors
    /// The refusal.
    pub async fn feed_back(&self, at: &str, case: &str, code: FeedbackCode) -> Result<Sent> {
        self.said(at, &Request::CaseFeedback { number: case.to_owned(), code }).await
    }

    /// Enters the formal letter that followed.
    ///
    /// # Errors
    /// The refusal.
    pub async fn formal(&self, at: &str, case: &str, letter: FormalRef) -> Result<()> {
        self.ask(at, &Request::FormalRef { number: case.to_owned(), letter }).await.map(|_| ())
    }

    /// Closes a report.
    ///
    /// # Errors
    /// The refusal.
    pub async fn close(&self, at: &str, case: &str) -> Result<()> {
        self.ask(at, &Request::Close { number: case.to_owned() }).await.map(|_| ())
    }

    /// Passes a form that came to the members of the group.
    ///
    /// # Errors
    /// The refusal that concerns all of them.
    pub async fn dispatch(&self, at: &str, case: &str, members: &[&str], place: &str) -> Result<Vec<Dispatched>> {
        let on = Dispatching {
            case: Some(case.to_owned()),
            subject_ref: "ZI/2026/7".to_owned(),
            members: members.iter().map(|id| id.parse()).collect::<Result<_, _>>()?,
            meeting_on: None,
            place: place.to_owned(),
            form: None,
            urgency: Urgency::U2Urgent,
        };
        match self.ask(at, &Request::Dispatch { on }).await? {
            Answer::Dispatched(all) => Ok(all),
            other => bail!("{other:?}"),
        }
    }

    /// Writes a note in a procedure.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn nk_note(&self, at: &str, case: &str, note: NoteText) -> Result<Sent> {
        self.said(at, &Request::Note { number: case.to_owned(), note }).await
    }

    /// Writes a note to somebody with whom there is no procedure yet.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn nk_note_first(&self, at: &str, to: &Lawful, note: NoteText) -> Result<Sent> {
        self.said(at, &Request::NoteFirst { to: to.clone(), note }).await
    }

    /// Passes a procedure to the team of another municipality.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn nk_move(&self, at: &str, on: Moving) -> Result<Sent> {
        self.said(at, &Request::Move { on }).await
    }

    /// Records that form B was handed over.
    ///
    /// # Errors
    /// The refusal of the sender's gate.
    pub async fn handed_b(&self, at: &str, case: &str, given_on: Date) -> Result<Sent> {
        self.said(at, &Request::HandedB { number: case.to_owned(), given_on }).await
    }

    /// Records that the group sat.
    ///
    /// # Errors
    /// The refusal.
    pub async fn sitting(&self, at: &str, case: &str, held_on: Date) -> Result<()> {
        self.ask(at, &Request::Sitting { number: case.to_owned(), held_on }).await.map(|_| ())
    }

    /// Cases of a kind, ordinary ones and those that stand apart.
    ///
    /// # Errors
    /// When the node is down.
    pub async fn every_case(&self, at: &str, kinds: &[CaseKind]) -> Result<Vec<CaseLine>> {
        let mut out = vec![];
        for apart in [false, true] {
            match self.ask(at, &Request::CaseList { kinds: kinds.to_vec(), apart }).await? {
                Answer::Cases(cases) => out.extend(cases),
                other => bail!("{other:?}"),
            }
        }
        Ok(out)
    }

    /// Cases of a kind that came from others, also those that stand apart.
    ///
    /// # Errors
    /// When the node is down.
    pub async fn came(&self, at: &str, kind: CaseKind) -> Result<Vec<CaseLine>> {
        let mut cases = self.every_case(at, &[kind]).await?;
        cases.retain(|case| case.side == Side::Provider);
        Ok(cases)
    }

    /// Waits for a case from others, also one that stands apart, that is not among the known ones.
    ///
    /// # Errors
    /// When none comes.
    pub async fn arrives(&self, at: &str, kind: CaseKind, known: &[&str]) -> Result<String> {
        let known: BTreeSet<&str> = known.iter().copied().collect();
        let mut number = None;
        self.until(&format!("something of kind {kind:?} arrived at {at}"), async || {
            let cases = self.came(at, kind).await?;
            number = cases.into_iter().map(|case| case.number).find(|number| !known.contains(number.as_str()));
            Ok(number.is_some())
        })
        .await?;
        number.context("nothing arrived")
    }
}
