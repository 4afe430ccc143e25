//! The region, institutions and objects of the frozen examples, made from fixed seeds.

use prost::Message;
use serde_json::{Value, json};
use wiez_proto::directory::Entry;
use wiez_proto::env::Env;
use wiez_proto::envelope::keys::hmac_sha256;
use wiez_proto::envelope::{
    Delegation, Draft, Envelope, Position, Region, SealingKey, SigningKey, seal, sha256, sign_content,
};
use wiez_proto::grant::{Edge, Grant, Withdrawal};
use wiez_proto::id::{GrantId, Handle, Hash, InstitutionId, MessageId, hex};
use wiez_proto::log::checkpoint::LogSigner;
use wiez_proto::log::leaf::Leaf;
use wiez_proto::log::proof::Batch;
use wiez_proto::log::tree::Frontier;
use wiez_proto::receipt::HubReceipt;
use wiez_proto::vocab::{BasisClass, Category, InstitutionKind, Purpose};
use wiez_proto::wire::v1;

/// 2026-09-01T08:00:00Z.
pub(crate) const NOW: i64 = 1_788_249_600_000;
pub(crate) const DAY: i64 = 86_400_000;
/// Seed of the environment in which the envelope is sealed.
pub(crate) const SEAL_SEED: u64 = 7;

/// One institution of the examples.
pub(crate) struct Party {
    pub(crate) id: InstitutionId,
    pub(crate) signing: SigningKey,
    pub(crate) sealing: SealingKey,
    /// The key of the worker who acts there.
    pub(crate) worker: SigningKey,
}

impl Party {
    pub(crate) fn new(id: &str, number: u8) -> Self {
        Self {
            id: id.parse().expect("good id"),
            signing: SigningKey::from_seed(&[number; 32]).expect("any seed is good"),
            sealing: SealingKey::from_seed(&[number + 1; 32]).expect("any seed is good"),
            worker: SigningKey::from_seed(&[number + 2; 32]).expect("any seed is good"),
        }
    }

    pub(crate) fn keys(&self) -> Value {
        json!({
            "institution": self.id.as_str(),
            "signing_seed": hex(self.signing.seed()),
            "signing_public": hex(self.signing.public().bytes()),
            "signing_key_id": self.signing.public().id().to_string(),
            "sealing_seed": hex(self.sealing.seed()),
            "sealing_public": hex(self.sealing.public().bytes()),
            "sealing_key_id": self.sealing.public().id().to_string(),
            "worker_seed": hex(self.worker.seed()),
            "worker_public": hex(self.worker.public().bytes()),
        })
    }

    /// The institution's word for the key of its worker.
    pub(crate) fn delegation(&self, region: &Region, worker: &str) -> v1::Signed {
        Delegation {
            institution: self.id.clone(),
            worker: worker.to_owned(),
            key: self.worker.public(),
            valid_from_ms: NOW,
            valid_to_ms: NOW + 60 * DAY,
        }
        .sign(&self.signing, region)
    }

    /// The content as its worker signed it on sending.
    pub(crate) fn signed(&self, region: &Region, content: v1::Content) -> v1::Content {
        let delegation = self.delegation(region, &content.worker);
        let signature = sign_content(&self.worker, region, delegation, &content);
        v1::Content { worker_signature: Some(signature), ..content }
    }

    pub(crate) fn entry(&self, kind: &str, name: &str) -> Entry {
        Entry {
            institution: self.id.clone(),
            serial: 1,
            kind: InstitutionKind::parse(kind).expect("a known kind"),
            also_acts_as: vec![],
            name: name.to_owned(),
            teryt: "1601".to_owned(),
            phone: "+48 77 000 00 00".to_owned(),
            signing_key: self.signing.public(),
            sealing_key: self.sealing.public().clone(),
            tls_fingerprint: sha256(&[b"certificate of ", self.id.as_str().as_bytes()]),
            valid_from_ms: NOW,
            previous: None,
        }
    }
}

/// Everybody who takes part in the examples.
pub(crate) struct Cast {
    pub(crate) region: Region,
    pub(crate) directory: SigningKey,
    pub(crate) mail: SigningKey,
    pub(crate) log: LogSigner,
    pub(crate) ops: Party,
    pub(crate) school: Party,
    pub(crate) team: Party,
}

pub(crate) const LOG_SEED: [u8; 32] = [0x11; 32];
pub(crate) const TIME_SEED: [u8; 32] = [0x12; 32];
pub(crate) const ORIGIN: &str = "wiez/opolskie/1";

impl Cast {
    pub(crate) fn new() -> Self {
        let directory = SigningKey::from_seed(&[0x10; 32]).expect("any seed is good");
        Self {
            region: Region {
                id: "opolskie".parse().expect("good id"),
                fingerprint: sha256(&[directory.public().bytes()]),
            },
            directory,
            mail: SigningKey::from_seed(&[0x13; 32]).expect("any seed is good"),
            log: LogSigner::from_seeds(ORIGIN, &LOG_SEED, &TIME_SEED).expect("two keys"),
            ops: Party::new("ops-brzeg", 0x20),
            school: Party::new("sp3-brzeg", 0x30),
            team: Party::new("zi-brzeg", 0x60),
        }
    }

    pub(crate) fn keys(&self) -> Value {
        json!({
            "about": "Seeds of every key in these examples. Region fingerprint: SHA-256 of the directory key.",
            "region": self.region.id.as_str(),
            "region_fingerprint": hex(&self.region.fingerprint),
            "directory_seed": hex(self.directory.seed()),
            "directory_public": hex(self.directory.public().bytes()),
            "mail_seed": hex(self.mail.seed()),
            "mail_public": hex(self.mail.public().bytes()),
            "log_origin": ORIGIN,
            "log_seed": hex(&LOG_SEED),
            "log_public": hex(&self.log.keys().log_pub),
            "time_seed": hex(&TIME_SEED),
            "time_public": hex(&self.log.keys().cosign_pub),
            "parties": [self.ops.keys(), self.school.keys(), self.team.keys()],
        })
    }

    pub(crate) fn grant(&self) -> Grant {
        let set = |codes: &[&str]| codes.iter().map(|code| Category::parse(code).expect("a known code")).collect();
        let purposes = || [Purpose::parse("P_SERVICE").expect("a known code")].into();
        Grant {
            id: GrantId::new([0x41; 16]),
            issuer: self.ops.id.clone(),
            counterparty: self.school.id.clone(),
            edges: vec![
                Edge {
                    handle: Handle::new([0x42; 16]),
                    from: self.ops.id.clone(),
                    to: self.school.id.clone(),
                    categories: set(&["ID_NAME", "PLAN_TASKS", "HEALTH"]),
                    explicit: set(&["HEALTH"]),
                    purposes: purposes(),
                },
                Edge {
                    handle: Handle::new([0x43; 16]),
                    from: self.school.id.clone(),
                    to: self.ops.id.clone(),
                    categories: set(&["LOGISTICS"]),
                    explicit: set(&[]),
                    purposes: purposes(),
                },
            ],
            valid_from: "2026-09-01".parse().expect("a date"),
            valid_to: "2027-06-30".parse().expect("a date"),
            evidence_commitment: hmac_sha256(&[0x44; 32], &[&sha256(&[b"a scan of the signed paper"])]),
            worker: "a.nowak".to_owned(),
            issued_ms: NOW,
        }
    }

    pub(crate) fn signed_grant(&self) -> v1::Signed {
        self.grant().sign(&self.ops.signing, &self.region).expect("a good grant")
    }

    pub(crate) fn withdrawal(&self) -> v1::Signed {
        let grant = self.grant();
        Withdrawal {
            handles: grant.handles(),
            grant_hash: grant.hash(),
            party: self.school.id.clone(),
            at_ms: NOW + DAY,
        }
        .sign(&self.school.signing, &self.region)
    }

    pub(crate) fn content(&self) -> v1::Content {
        let referral = v1::payload::Referral {
            service: "S_PPP_DIAGNOZA".to_owned(),
            goal: "Diagnoza potrzeb edukacyjnych".to_owned(),
            urgency: "U3_NORMAL".to_owned(),
            ..Default::default()
        };
        let section =
            v1::Section {
                category: "ID_NAME".to_owned(), text: "Zażółć Gęślą".to_owned(), ..Default::default()
            };
        let payload = v1::Payload {
            subject_ref: "OPS/12/2026".to_owned(),
            sections: vec![section],
            body: Some(v1::payload::Body::Referral(referral)),
        };
        let content = v1::Content {
            sender: self.ops.id.to_string(),
            recipient: self.school.id.to_string(),
            message_id: vec![0x51; 16].into(),
            basis_class: v1::BasisClass::Consent.into(),
            handle: vec![0x42; 16].into(),
            kind: "REFERRAL".to_owned(),
            categories: vec!["ID_NAME".to_owned(), "PLAN_TASKS".to_owned()],
            purpose: "P_SERVICE".to_owned(),
            thread: vec![0x52; 16].into(),
            policy_row: sha256(&[b"an example of a policy row"]).to_vec().into(),
            grant: Some(self.signed_grant()),
            checkpoint: self.checkpoint(1, &[0x53; 32]),
            worker: "a.nowak".to_owned(),
            payload: payload.encode_to_vec().into(),
            urgency: "U3_NORMAL".to_owned(),
            ..Default::default()
        };
        self.ops.signed(&self.region, content)
    }

    pub(crate) fn checkpoint(&self, size: u64, root: &[u8; 32]) -> String {
        self.log.sign(size, root, NOW)
    }

    pub(crate) fn envelope(&self) -> Envelope {
        let draft = Draft {
            message_id: MessageId::new([0x51; 16]),
            sender: self.ops.id.clone(),
            recipient: self.school.id.clone(),
            position: Position { epoch: 1, seq: 1, prev: Hash::ZERO },
            class: BasisClass::Consent,
            handle: Some(Handle::new([0x42; 16])),
            created_ms: NOW,
            expires_ms: NOW + 30 * DAY,
        };
        let env = Env::stepped(NOW, SEAL_SEED);
        let recipient = self.school.sealing.public();
        seal(&env, &self.region, &self.ops.signing, recipient, &draft, self.content()).expect("a good draft")
    }

    /// The log of the example: a directory entry, the padded edges, one batch of mail.
    pub(crate) fn leaves(&self) -> (Vec<Leaf>, Batch, Vec<[u8; 32]>) {
        let grant_hash = *self.grant().hash().bytes();
        let items = vec![*self.envelope().hash().bytes(), sha256(&[b"a second envelope"]), sha256(&[b"a receipt"])];
        let batch = Batch::new(&items).expect("not empty");
        let entry = self.ops.entry("OPS", "OPS w Brzegu");
        let mut leaves = vec![Leaf::Directory { entry_hash: *entry.hash().bytes() }];
        for handle in self.grant().handles() {
            leaves.push(Leaf::Edge { handle_hash: sha256(&[handle.bytes()]), grant_hash });
        }
        for number in 0..6_u8 {
            leaves.push(Leaf::Edge { handle_hash: sha256(&[&[number]]), grant_hash: sha256(&[&[number, 1]]) });
        }
        leaves.push(batch.leaf());
        (leaves, batch, items)
    }

    pub(crate) fn hub_receipt(&self) -> HubReceipt {
        let (leaves, batch, _) = self.leaves();
        let mut frontier = Frontier::new();
        let (_, before) = leaves.split_last().expect("not empty");
        before.iter().for_each(|leaf| drop(frontier.push(leaf.hash())));
        let earlier = frontier.clone();
        frontier.push(batch.leaf().hash());
        let checkpoint = self.checkpoint(frontier.size(), &frontier.root());
        HubReceipt {
            envelope_hash: self.envelope().hash(),
            accepted_ms: NOW + 5,
            proof: batch.prove(0, &earlier, &checkpoint).expect("the first item"),
        }
    }
}
