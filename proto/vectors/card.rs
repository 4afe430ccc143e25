//! The frozen example of a message that needs no consent: a Blue Card form with its statement.

use serde_json::Value;
use wiez_proto::env::Env;
use wiez_proto::envelope::{Draft, Envelope, Position, seal, sha256};
use wiez_proto::id::{Hash, MessageId};
use wiez_proto::payload::{Body, NkForm, NkPerson, Payload, Section};
use wiez_proto::statement::{FormalRef, Phoned, Statement};
use wiez_proto::vocab::{BasisClass, BasisCode, Category, FormalChannel, PersonRole};
use wiez_proto::wire::v1;

use super::cast::{Cast, DAY, NOW};

/// Seed of the environment in which the form is sealed.
const SEED: u64 = 8;

fn fact(category: Category, text: &str) -> Section {
    Section { category, label: String::new(), text: text.to_owned() }
}

fn form() -> NkForm {
    NkForm {
        form_version: "2023".to_owned(),
        persons: vec![
            NkPerson {
                role: PersonRole::Suffering,
                facts: vec![fact(Category::IdName, "Zażółć Gęślą"), fact(Category::Age, "11 lat")],
            },
            NkPerson { role: PersonRole::Using, facts: vec![fact(Category::Kinship, "ojczym")] },
        ],
        incident: "Siniaki, lęk przed powrotem do domu".to_owned(),
        event: vec![fact(Category::Incident, "Rozmowa z pedagogiem")],
        file_hash: Some(Hash::new(sha256(&[b"a scan of the signed form"]))),
    }
}

fn statement() -> Statement {
    Statement {
        formal_ref: Some(FormalRef {
            channel: FormalChannel::Paper,
            number: "SP3/NK/1/2026".to_owned(),
            date: "2026-09-01".parse().expect("a date"),
        }),
        started_on: Some("2026-08-31".parse().expect("a date")),
        phoned: Some(Phoned { who: "dyżurny".to_owned(), at_ms: NOW - 60_000, by: "e.wilk".to_owned() }),
        ..Statement::of(BasisCode::Uppd9d)
    }
}

impl Cast {
    fn card_content(&self) -> v1::Content {
        let payload = Payload::new("SP3/NK/1/2026", vec![], Body::NkA(form())).expect("a good form");
        let content = v1::Content {
            sender: self.school.id.to_string(),
            recipient: self.team.id.to_string(),
            message_id: vec![0x61; 16].into(),
            basis_class: v1::BasisClass::Statutory.into(),
            kind: payload.kind().code().to_owned(),
            categories: payload.categories().iter().map(|category| category.code().to_owned()).collect(),
            purpose: "P_VIOLENCE".to_owned(),
            thread: vec![0x62; 16].into(),
            policy_row: sha256(&[b"an example of a policy row"]).to_vec().into(),
            checkpoint: self.checkpoint(1, &[0x53; 32]),
            worker: "e.wilk".to_owned(),
            payload: payload.to_bytes().into(),
            urgency: "U1_24H".to_owned(),
            statement: Some(statement().to_wire()),
            ..Default::default()
        };
        self.school.signed(&self.region, content)
    }

    fn card_envelope(&self) -> Envelope {
        let draft = Draft {
            message_id: MessageId::new([0x61; 16]),
            sender: self.school.id.clone(),
            recipient: self.team.id.clone(),
            position: Position { epoch: 1, seq: 1, prev: Hash::ZERO },
            class: BasisClass::Statutory,
            handle: None,
            created_ms: NOW,
            expires_ms: NOW + 30 * DAY,
        };
        let (env, recipient) = (Env::stepped(NOW, SEED), self.team.sealing.public());
        seal(&env, &self.region, &self.school.signing, recipient, &draft, self.card_content()).expect("a good draft")
    }

    pub(super) fn card_file(&self) -> Value {
        let content = v1::Content { epoch: 1, seq: 1, prev: vec![0; 32].into(), ..self.card_content() };
        let about = "A Blue Card form with its statement from sp3-brzeg to zi-brzeg, without any consent.";
        super::sealed(about, &self.card_envelope(), &content, SEED)
    }
}
