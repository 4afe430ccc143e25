//! The messages of which the gate is asked: a referral under consent, a form with four persons, an alert, a reply.

use anyhow::Result;
use wiez_node::gate::Request;
use wiez_node::message::Message;
use wiez_proto::env::Env;
use wiez_proto::id::{Hash, InstitutionId, MessageId, ThreadId};
use wiez_proto::limits;
use wiez_proto::payload::{Alert, Answer, Body, InfoReply, NkForm, NkPerson, Payload, Referral, Section};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisClass, BasisCode, Category as C, PersonRole as P, Purpose, ServiceCode, Urgency};

/// What a message is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matter {
    /// The spine: a referral under a consent.
    Referral,
    /// The Blue Card form.
    Form,
    /// A life in danger.
    Alert,
    /// What the police asked for.
    Reply,
}

impl Matter {
    /// The spine first.
    pub(crate) const ALL: &[Self] = &[Self::Referral, Self::Form, Self::Alert, Self::Reply];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Referral => "referral under consent (the spine)",
            Self::Form => "NK_A with 4 persons",
            Self::Alert => "ALERT on vital interest",
            Self::Reply => "reply to a POLICE_QUERY",
        }
    }

    /// Who gets it.
    pub(crate) const fn peer(self) -> &'static str {
        match self {
            Self::Referral => "sp3",
            Self::Form => "zi",
            Self::Alert | Self::Reply => "kpp",
        }
    }

    pub(crate) const fn consented(self) -> bool {
        matches!(self, Self::Referral)
    }

    const fn basis(self) -> Option<BasisCode> {
        match self {
            Self::Referral => None,
            Self::Form => Some(BasisCode::Uppd9d),
            Self::Alert => Some(BasisCode::Vital),
            Self::Reply => Some(BasisCode::PolReq),
        }
    }

    /// The question that it answers.
    ///
    /// # Errors
    /// When the police have no id.
    pub(crate) fn request(self) -> Result<Option<Request>> {
        if self != Self::Reply {
            return Ok(None);
        }
        let asked = [C::Contact, C::Address].into_iter().collect();
        Ok(Some(Request { asker: self.peer().parse()?, asked, basis: self.basis() }))
    }
}

/// Writes them, each with an id of its own.
pub(crate) struct Letters<'a> {
    pub(crate) env: &'a Env,
    pub(crate) me: InstitutionId,
    pub(crate) checkpoint: String,
    /// Message and thread of the stored question of the police.
    pub(crate) question: (MessageId, ThreadId),
}

fn section(category: C, text: &str) -> Section {
    Section { category, label: String::new(), text: text.to_owned() }
}

fn person(role: P, facts: &[(C, &str)]) -> NkPerson {
    NkPerson { role, facts: facts.iter().map(|(category, text)| section(*category, text)).collect() }
}

impl Letters<'_> {
    /// The message as the gate gets it.
    ///
    /// # Errors
    /// When it breaks a limit.
    pub(crate) fn write(&self, matter: Matter, nth: usize) -> Result<Message> {
        let payload = payload(matter, nth)?;
        let statement = matter.basis().map(|basis| Statement {
            justification: "Dziecko jest samo z kimś, kto je bije.".to_owned(),
            started_on: None,
            ..Statement::of(basis)
        });
        let answers = matter == Matter::Reply;
        let (question, thread) = self.question;
        Ok(Message {
            message_id: MessageId::random(self.env),
            sender: self.me.clone(),
            recipient: matter.peer().parse()?,
            class: matter.basis().map_or(BasisClass::Consent, BasisCode::class),
            handle: None,
            expires_ms: self.env.now_ms() + limits::TTL_DEFAULT_MS,
            kind: payload.kind(),
            categories: payload.categories(),
            asked: payload.asked(),
            purpose: if matter.consented() { Purpose::Service } else { Purpose::Safety },
            thread: if answers { thread } else { ThreadId::random(self.env) },
            in_reply_to: answers.then_some(question),
            policy_row: Hash::ZERO,
            grant: None,
            checkpoint: self.checkpoint.clone(),
            worker: "Anna Nowak".to_owned(),
            urgency: Urgency::U2Urgent,
            statement,
            signature: None,
            payload,
        })
    }
}

fn payload(matter: Matter, nth: usize) -> Result<Payload> {
    let (sections, body) = match matter {
        Matter::Referral => {
            let sections = vec![section(C::IdName, "Zofia Wrona"), section(C::EduProgress, "frekwencja 61%")];
            (sections, Body::Referral(referral()))
        }
        Matter::Form => (vec![], Body::NkA(form())),
        Matter::Alert => {
            let what = "Krzyki, sąsiadka widziała nóż.".to_owned();
            let alert = Alert { what, place: "ul. Polna 4/2".to_owned(), in_danger: "Kacper Zawilski".to_owned() };
            (vec![section(C::Contact, "600 100 200")], Body::Alert(alert))
        }
        Matter::Reply => {
            let answer = |category, text: &str| Answer { question: 0, category, text: text.to_owned() };
            let answers = vec![answer(C::Contact, "600 100 200"), answer(C::Address, "ul. Polna 4/2")];
            (vec![], Body::InfoReply(InfoReply { answers, partial: false }))
        }
    };
    Ok(Payload::new(format!("OPS/2026/{nth}"), sections, body)?)
}

fn referral() -> Referral {
    Referral {
        service: ServiceCode::ZajeciaWyrownawcze,
        goal: "Nadrobienie zaległości po chorobie".to_owned(),
        urgency: Urgency::U2Urgent,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    }
}

fn form() -> NkForm {
    NkForm {
        form_version: "2023".to_owned(),
        persons: vec![
            person(P::Suffering, &[(C::IdName, "Kacper Zawilski"), (C::Age, "9 lat"), (C::Health, "siniaki")]),
            person(P::Suffering, &[(C::IdName, "Anna Zawilska"), (C::IdPesel, "84631422020")]),
            person(P::Household, &[(C::IdName, "Irena Sowula"), (C::Kinship, "babcia")]),
            person(P::Using, &[(C::IdName, "Marek Zawilski"), (C::Addiction, "alkohol")]),
        ],
        incident: "Uderzał syna pasem po powrocie do domu.".to_owned(),
        event: vec![section(C::Incident, "Wezwano pogotowie.")],
        file_hash: None,
    }
}
