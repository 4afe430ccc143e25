//! Makes the frozen examples from fixed seeds; the command writes them, the test compares them.

use prost::Message;
use serde_json::{Value, json};
use wiez_proto::directory::{Entry, Membership, RegionKeys, Standing};
use wiez_proto::enrolment::{self, Invitation};
use wiez_proto::env::Env;
use wiez_proto::envelope::{Envelope, Object, Region, sha256};
use wiez_proto::grant::object_hash;
use wiez_proto::id::{Hash, MessageId, hex};
use wiez_proto::log::export::{Header as ExportHeader, Line};
use wiez_proto::log::tree::{Frontier, consistency_path, inclusion_path};
use wiez_proto::policy::Policy;
use wiez_proto::receipt::{EndCause, Receipt, Refused, Status, Tombstone};
use wiez_proto::refusal::Reason;
use wiez_proto::wire::v1;

use self::cast::{Cast, DAY, NOW, SEAL_SEED};

#[path = "card.rs"]
mod card;
#[path = "cast.rs"]
mod cast;

/// Every file by its name, in the order of writing.
pub(crate) fn all() -> Vec<(&'static str, Value)> {
    let cast = Cast::new();
    vec![
        ("keys.json", cast.keys()),
        ("canonical.json", canonical()),
        ("grant.json", cast.grant_file()),
        ("envelope.json", cast.envelope_file()),
        ("worker.json", cast.worker_file()),
        ("statutory.json", cast.card_file()),
        ("receipt.json", cast.receipt_file()),
        ("evidence.json", cast.evidence_file()),
        ("directory.json", cast.directory_file()),
        ("redeem.json", cast.redeem_file()),
        ("log.json", cast.log_file()),
        ("policy.json", policy()),
    ]
}

/// The text of a file.
pub(crate) fn text(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a value of ours is JSON");
    text.push('\n');
    text
}

impl Cast {
    fn grant_file(&self) -> Value {
        let withdrawal = self.withdrawal();
        json!({
            "about": "A grant of ops-brzeg for sp3-brzeg, and its end, said by sp3-brzeg.",
            "paper_salt": hex(&[0x44; 32]),
            "paper_sha256": hex(&sha256(&[b"a scan of the signed paper"])),
            "grant": signed(&self.signed_grant()),
            "grant_hash": self.grant().hash().to_string(),
            "withdrawal": signed(&withdrawal),
            "withdrawal_object_hash": object_hash(&withdrawal).to_string(),
            "handles": self.grant().handles().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "handle_hashes": self.grant().handles().iter().map(|h| hex(&sha256(&[h.bytes()]))).collect::<Vec<_>>(),
        })
    }

    fn envelope_file(&self) -> Value {
        let envelope = self.envelope();
        let content = v1::Content { epoch: 1, seq: 1, prev: vec![0; 32].into(), ..self.content() };
        sealed("A referral from ops-brzeg to sp3-brzeg.", &envelope, &content, SEAL_SEED)
    }

    fn worker_file(&self) -> Value {
        let content = self.content();
        let signature = content.worker_signature.clone().expect("it is signed");
        let covered = v1::Content { checkpoint: String::new(), worker_signature: None, ..content };
        json!({
            "about": "The worker's signature inside the seal of envelope.json: the delegation by ops-brzeg, the bytes of \
                Content that the worker signed as object \"content\", and the signature.",
            "worker": covered.worker,
            "delegation": signed(&self.ops.delegation(&self.region, &covered.worker)),
            "content": hex(&covered.encode_to_vec()),
            "signature": hex(&signature.signature),
        })
    }

    fn receipt_file(&self) -> Value {
        let receipt = Receipt {
            recipient: self.school.id.clone(),
            sender: self.ops.id.clone(),
            envelope_hashes: vec![self.envelope().hash()],
            tombstone_hashes: vec![],
            unknown_prevs: vec![],
            forked_prevs: vec![],
            log_size: 10,
            log_root: sha256(&[b"a root"]),
            at_ms: NOW + 60_000,
        };
        let hub = self.hub_receipt();
        json!({
            "about": "What the hub answered to the envelope, and what its recipient signed.",
            "hub_receipt": hex(&hub.to_wire().encode_to_vec()),
            "batch_items": self.leaves().2.iter().map(|item| hex(item)).collect::<Vec<_>>(),
            "receipt": signed(&receipt.sign(&self.school.signing, &self.region)),
        })
    }

    fn evidence_file(&self) -> Value {
        let envelope = self.envelope();
        let refusal = Refused {
            envelope_hash: envelope.hash(),
            reason: Reason::ConsentWithdrawn,
            party: "hub".to_owned(),
            at_ms: NOW + DAY,
        };
        let status = Status {
            sender: self.ops.id.clone(),
            message_id: MessageId::new([0x51; 16]),
            envelope_hash: envelope.hash(),
            uncertain: false,
            cause: EndCause::Withdrawn,
            at_ms: NOW + DAY,
        };
        let tombstone = Tombstone {
            parts: envelope.parts().clone(),
            cause: EndCause::Withdrawn,
            proof: Some((self.withdrawal(), 11)),
            at_ms: NOW + DAY,
        };
        json!({
            "about": "Signed by the hub's mail key after the withdrawal of grant.json.",
            "refusal": signed(&refusal.sign(&self.mail, &self.region)),
            "status": signed(&status.sign(&self.mail, &self.region)),
            "tombstone": signed(&tombstone.sign(&self.mail, &self.region)),
        })
    }

    fn directory_file(&self) -> Value {
        let keys = RegionKeys {
            region: self.region.id.clone(),
            name: "Województwo opolskie".to_owned(),
            log: self.log.keys().clone(),
            mail_key: self.mail.public(),
            directory_key: self.directory.public(),
        };
        let entry = |entry: Entry| {
            let hash = entry.hash().to_string();
            json!({ "entry": signed(&entry.sign(&self.directory, &self.region).expect("a good entry")), "hash": hash })
        };
        let membership =
            Membership { institution: self.school.id.clone(), standing: Standing::Suspended, at_ms: NOW + DAY };
        json!({
            "about": "The region's keys, two entries and a change of standing, signed by the directory key.",
            "region": signed(&keys.sign(&self.directory)),
            "entries": [
                entry(self.ops.entry("OPS", "OPS w Brzegu")),
                entry(self.school.entry("SZKOLA", "Szkoła Podstawowa nr 3 w Brzegu")),
            ],
            "membership": signed(&membership.sign(&self.directory, &self.region)),
        })
    }

    fn redeem_file(&self) -> Value {
        let invitation = Invitation {
            region: self.region.id.clone(),
            institution: self.ops.id.clone(),
            host: "wiez.rops.example".to_owned(),
            port: 8600,
            secret: [0x61; 16].into(),
            ca_fingerprint: sha256(&[b"certificate of the CA"]),
            directory_fingerprint: self.region.fingerprint,
            expires_ms: NOW + 7 * DAY,
        };
        let request =
            enrolment::request(&invitation, b"a PKCS#10 request", &self.ops.signing, self.ops.sealing.public());
        json!({
            "about": "An invitation and the request that redeems it; tls_csr is a placeholder, not a real request.",
            "invitation": invitation.to_text(),
            "secret": hex(&*invitation.secret),
            "tls_csr": hex(b"a PKCS#10 request"),
            "redeem": hex(&request.redeem),
            "signature": hex(&request.signature),
            "mac": hex(&request.mac),
        })
    }

    fn log_file(&self) -> Value {
        let (leaves, _, _) = self.leaves();
        let (mut frontier, mut nodes, mut roots) = (Frontier::new(), std::collections::BTreeMap::new(), Vec::new());
        for leaf in &leaves {
            for (level, index, hash) in frontier.push(leaf.hash()) {
                nodes.insert((level, index), hash);
            }
            roots.push(frontier.root());
        }
        let size = frontier.size();
        let get = |level: u8, index: u64| nodes.get(&(level, index)).copied();
        let hexes = |path: Vec<[u8; 32]>| path.iter().map(|hash| hex(hash)).collect::<Vec<_>>();
        let inclusion = (0..size).map(|index| {
            let path = inclusion_path(index, size, get).expect("every node is there");
            json!({ "index": index, "size": size, "path": hexes(path) })
        });
        let consistency = (1..=size).map(|old| {
            let path = consistency_path(old, size, get).expect("every node is there");
            json!({ "old_size": old, "new_size": size, "path": hexes(path) })
        });
        let checkpoint = self.checkpoint(size, &frontier.root());
        let header = ExportHeader {
            keys: self.log.keys().clone(),
            region: self.region.id.to_string(),
            directory_key: *self.directory.public().bytes(),
        };
        let lines = std::iter::once(Line::Header(header))
            .chain(leaves.iter().map(|leaf| Line::Leaf(leaf.encode())))
            .chain([Line::Checkpoint(checkpoint.clone())]);
        json!({
            "about": "A log of ten leaves: roots[i] is the root of the first i + 1 leaves.",
            "leaves": leaves.iter().map(|leaf| hex(&leaf.encode())).collect::<Vec<_>>(),
            "leaf_hashes": leaves.iter().map(|leaf| hex(&leaf.hash())).collect::<Vec<_>>(),
            "roots": hexes(roots),
            "inclusion": inclusion.collect::<Vec<_>>(),
            "consistency": consistency.collect::<Vec<_>>(),
            "checkpoint": checkpoint,
            "checkpoint_time_s": NOW / 1000,
            "export": lines.map(|line| line.write()).collect::<String>(),
        })
    }
}

/// One envelope with everything that went into it.
fn sealed(about: &str, envelope: &Envelope, content: &v1::Content, seed: u64) -> Value {
    // The sealing side draws the content key first, then the 64 bytes of the encapsulation.
    let env = Env::stepped(NOW, seed);
    let (content_key, encapsulation) = (env.random::<32>(), env.random::<64>());
    let randomness = "encapsulation_randomness: 32 bytes of ML-KEM's m, then the X25519 ephemeral secret.";
    json!({
        "about": format!("{about} {randomness}"),
        "content_key": hex(&content_key),
        "encapsulation_randomness": hex(&encapsulation),
        "content": hex(&content.encode_to_vec()),
        "header": hex(&envelope.parts().header),
        "aad": hex(&sha256(&[&envelope.parts().header])),
        "commitment": hex(&envelope.header().commitment),
        "wrap": hex(envelope.wrap()),
        "ciphertext": hex(envelope.ciphertext()),
        "blob_root": Hash::ZERO.to_string(),
        "envelope_hash": envelope.hash().to_string(),
        "signature": hex(&envelope.parts().signature),
        "envelope": hex(&envelope.to_wire().encode_to_vec()),
    })
}

/// Digest of each row of the shipped policy table.
fn policy() -> Value {
    let rows: serde_json::Map<_, _> =
        Policy::shipped().rows().iter().map(|row| (row.id.clone(), hex(&row.digest()).into())).collect();
    json!({ "about": "Digest of each row of the shipped policy table; changes with the table.", "rows": rows })
}

/// One message in its only good encoding, and in encodings that a receiver refuses.
fn canonical() -> Value {
    let good = v1::Edge {
        handle: vec![7; 16].into(),
        from: "ops-brzeg".to_owned(),
        to: "sp3-brzeg".to_owned(),
        categories: vec!["ID_NAME".to_owned()],
        explicit_categories: vec![],
        purposes: vec!["P_SERVICE".to_owned()],
    }
    .encode_to_vec();
    let (handle, rest) = good.split_at(18);
    let (from, tail) = rest.split_at(11);
    let bad = json!({
        "unknown field": hex(&[&good[..], &[0x98, 0x06, 0x01]].concat()),
        "trailing byte": hex(&[&good[..], &[0]].concat()),
        "fields out of order": hex(&[from, handle, tail].concat()),
        "longer varint": hex(&[&[good[0], 0x90, 0x00], &good[2..]].concat()),
        "field twice": hex(&[handle, &good[..]].concat()),
        "empty field written out": hex(&[handle, from, tail, &[0x3a, 0x00]].concat()),
        "cut short": hex(&good[..5]),
    });
    json!({ "about": "wiez.v1.Edge: the one canonical encoding, and encodings to be refused.", "edge": hex(&good), "refused": bad })
}

fn signed(signed: &v1::Signed) -> Value {
    json!({
        "content": hex(&signed.content),
        "key_id": hex(&signed.key_id),
        "signature": hex(&signed.signature),
        "signed": hex(&signed.encode_to_vec()),
    })
}

/// What is under the signature of an object, spelled out as the README tells it.
pub(crate) fn signed_bytes(object: Object, region: &Region, content: &[u8]) -> Vec<u8> {
    let tag = format!("wiez/v1/{}", format!("{object:?}").to_lowercase());
    let place = [region.id.as_str().as_bytes(), &[0], &region.fingerprint].concat();
    let length = |part: &[u8]| u32::try_from(part.len()).expect("short").to_be_bytes();
    [&length(tag.as_bytes())[..], tag.as_bytes(), &[0], &length(&place), &place, &length(content), content].concat()
}
