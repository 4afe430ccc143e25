//! The institutions that every run plays with, and what the region knows of them.

use std::sync::OnceLock;

use wiez_hub::directory::Members;
use wiez_node::gate::Party;
use wiez_proto::directory::{Entry, Membership, Standing};
use wiez_proto::env::Env;
use wiez_proto::envelope::{Region, SealingKey, SigningKey, sha256};
use wiez_proto::id::InstitutionId;
use wiez_proto::policy::{Overlay, Policy};
use wiez_proto::vocab::InstitutionKind;

/// Monday, 2 March 2026, 9:00 in Warsaw.
pub(crate) const START_MS: i64 = 1_772_438_400_000;

const WHO: [(&str, InstitutionKind); 4] = [
    ("ops-brzeg", InstitutionKind::Ops),
    ("pcpr-brzeg", InstitutionKind::Pcpr),
    ("sp3", InstitutionKind::Szkola),
    ("poz-brzeg", InstitutionKind::Poz),
];

/// One institution with its keys.
pub(crate) struct Actor {
    pub(crate) id: InstitutionId,
    pub(crate) entry: Entry,
    pub(crate) signing: SigningKey,
    pub(crate) sealing: SealingKey,
    /// The key of the one worker there.
    pub(crate) worker: SigningKey,
    pub(crate) party: Party,
}

impl Actor {
    /// Only social assistance starts referrals.
    pub(crate) fn refers(&self) -> bool {
        matches!(self.entry.kind, InstitutionKind::Ops | InstitutionKind::Pcpr)
    }
}

/// The region. Keys are drawn once for all runs, because making them is slow.
pub(crate) struct Cast {
    pub(crate) region: Region,
    pub(crate) actors: Vec<Actor>,
    pub(crate) overlay: Overlay,
}

impl Cast {
    pub(crate) fn get(&self, id: &InstitutionId) -> Option<&Actor> {
        self.actors.iter().find(|actor| actor.id == *id)
    }

    /// The directory as the hub holds it: everybody active.
    pub(crate) fn members(&self) -> Members {
        self.actors.iter().fold(Members::new(self.region.clone()), |members, actor| {
            let revision = members.revision() + 1;
            let active = Membership { institution: actor.id.clone(), standing: Standing::Active, at_ms: START_MS };
            members.with_entry(actor.entry.clone(), revision).with_standing(&active, revision + 1)
        })
    }
}

/// The region of every run.
pub(crate) fn cast() -> &'static Cast {
    static CAST: OnceLock<Cast> = OnceLock::new();
    CAST.get_or_init(make)
}

fn make() -> Cast {
    let env = Env::stepped(START_MS, 0);
    let directory = SigningKey::generate(&env).unwrap();
    let region = Region { id: "opolskie".parse().unwrap(), fingerprint: sha256(&[directory.public().bytes()]) };
    let mut overlay = Overlay::empty();
    overlay.note = Some("demo, not legal advice".to_owned());
    for row in Policy::shipped().rows() {
        overlay.verify(row, "Symulacja", "2026-03-02".parse().unwrap()).unwrap();
    }
    let actors = WHO.into_iter().map(|(id, kind)| actor(&env, id, kind)).collect();
    Cast { region, actors, overlay }
}

fn actor(env: &Env, id: &str, kind: InstitutionKind) -> Actor {
    let (signing, sealing) = (SigningKey::generate(env).unwrap(), SealingKey::generate(env).unwrap());
    let worker = SigningKey::generate(env).unwrap();
    let entry = Entry {
        institution: id.parse().unwrap(),
        serial: 1,
        kind,
        also_acts_as: vec![],
        name: id.to_owned(),
        teryt: "1601".to_owned(),
        phone: String::new(),
        signing_key: signing.public(),
        sealing_key: sealing.public().clone(),
        tls_fingerprint: [0; 32],
        valid_from_ms: START_MS,
        previous: None,
    };
    Actor { id: entry.institution.clone(), party: Party::from(&entry), entry, signing, sealing, worker }
}
