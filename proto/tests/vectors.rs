//! Checks the frozen examples: this program still makes, reads, verifies and opens the same bytes.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use prost::Message;
use serde_json::Value;
use wiez_proto::directory::{Entry, Membership, RegionKeys};
use wiez_proto::enrolment::{self, Invitation};
use wiez_proto::envelope::{
    Delegation, Envelope, Object, Region, SealingKey, SigningKey, open, sha256, verify_content,
};
use wiez_proto::grant::{Grant, Withdrawal, object_hash};
use wiez_proto::id::{Hash, hex};
use wiez_proto::log::checkpoint::LogKeys;
use wiez_proto::log::leaf::Leaf;
use wiez_proto::log::tree::{verify_consistency, verify_inclusion};
use wiez_proto::log::verify::verify_export;
use wiez_proto::payload::Payload;
use wiez_proto::receipt::{EndCause, HubReceipt, Receipt, Refused, Status, Tombstone};
use wiez_proto::refusal::Reason;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisClass, BasisCode, PersonRole};
use wiez_proto::wire::{strict, v1};

#[path = "../vectors/make.rs"]
mod make;

/// A frozen file as it lies in the repository, not as the program makes it now.
fn frozen(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn arrays(value: &Value) -> Vec<[u8; 32]> {
    value.as_array().unwrap().iter().map(array).collect()
}

fn signed(value: &Value) -> v1::Signed {
    strict(&bytes(&value["signed"])).unwrap()
}

/// What the frozen keys say.
struct Keys {
    region: Region,
    directory: SigningKey,
    mail: SigningKey,
    log: LogKeys,
    ops: SigningKey,
    ops_worker: SigningKey,
    school: SigningKey,
    school_sealing: SealingKey,
}

fn keys() -> Keys {
    let file = frozen("keys.json");
    let signing = |value: &Value| SigningKey::from_seed(&array(value)).unwrap();
    for party in file["parties"].as_array().unwrap() {
        let key = signing(&party["signing_seed"]).public();
        assert_eq!(key.bytes(), &array::<32>(&party["signing_public"]));
        assert_eq!(key.id().to_string(), party["signing_key_id"].as_str().unwrap());
        let sealing = SealingKey::from_seed(&array(&party["sealing_seed"])).unwrap();
        assert_eq!(sealing.public().bytes(), bytes(&party["sealing_public"]));
        assert_eq!(sealing.public().id().to_string(), party["sealing_key_id"].as_str().unwrap());
    }
    let directory = signing(&file["directory_seed"]);
    let fingerprint = array(&file["region_fingerprint"]);
    assert_eq!(sha256(&[directory.public().bytes()]), fingerprint);
    Keys {
        region: Region { id: file["region"].as_str().unwrap().parse().unwrap(), fingerprint },
        directory,
        mail: signing(&file["mail_seed"]),
        log: LogKeys {
            origin: file["log_origin"].as_str().unwrap().to_owned(),
            log_pub: array(&file["log_public"]),
            cosign_pub: array(&file["time_public"]),
        },
        ops: signing(&file["parties"][0]["signing_seed"]),
        ops_worker: signing(&file["parties"][0]["worker_seed"]),
        school: signing(&file["parties"][1]["signing_seed"]),
        school_sealing: SealingKey::from_seed(&array(&file["parties"][1]["sealing_seed"])).unwrap(),
    }
}

#[test]
fn the_program_still_makes_the_frozen_bytes() {
    for (name, value) in make::all() {
        assert_eq!(
            make::text(&value),
            make::text(&frozen(name)),
            "{name} changed: this breaks every other implementation. If it is meant, run the example `vectors` and say so"
        );
    }
}

#[test]
fn the_frozen_envelope_verifies_opens_and_names_what_it_says() {
    let (keys, file) = (keys(), frozen("envelope.json"));
    let envelope = Envelope::parse(strict(&bytes(&file["envelope"])).unwrap()).unwrap();
    assert_eq!(envelope.hash().to_string(), file["envelope_hash"].as_str().unwrap());
    assert_eq!(sha256(&[&envelope.parts().header]), array(&file["aad"]));
    let verified = envelope.clone().verify(&keys.ops.public(), &keys.region).unwrap();
    let content = open(&verified, &keys.school_sealing).unwrap();
    assert_eq!(content.encode_to_vec(), bytes(&file["content"]));
    let payload: v1::Payload = strict(&content.payload).unwrap();
    assert_eq!(payload.sections[0].text, "Zażółć Gęślą");
    let grant = Grant::open(&content.grant.unwrap(), &keys.ops.public(), &keys.region).unwrap();
    assert_eq!(grant.hash().to_string(), frozen("grant.json")["grant_hash"].as_str().unwrap());
    assert!(envelope.verify(&keys.school.public(), &keys.region).is_err());
}

#[test]
fn the_frozen_worker_signed_the_frozen_envelope() {
    let (keys, file, worker) = (keys(), frozen("envelope.json"), frozen("worker.json"));
    let content: v1::Content = strict(&bytes(&file["content"])).unwrap();
    let envelope = Envelope::parse(strict(&bytes(&file["envelope"])).unwrap()).unwrap();
    let created_ms = envelope.header().created_ms;
    verify_content(&content, &keys.ops.public(), &keys.region, created_ms).unwrap();
    assert!(verify_content(&content, &keys.school.public(), &keys.region, created_ms).is_err());
    let delegation = Delegation::open(&signed(&worker["delegation"]), &keys.ops.public(), &keys.region).unwrap();
    assert_eq!((delegation.worker.as_str(), delegation.key), (content.worker.as_str(), keys.ops_worker.public()));
    let covered: v1::Content = strict(&bytes(&worker["content"])).unwrap();
    assert_eq!((covered.seq, covered.payload), (0, content.payload.clone()));
    let form: v1::Content = strict(&bytes(&frozen("statutory.json")["content"])).unwrap();
    verify_content(&form, &keys.school.public(), &keys.region, created_ms).unwrap();
}

#[test]
fn the_frozen_form_opens_with_its_statement_and_its_roles() {
    let (keys, file, parties) = (keys(), frozen("statutory.json"), frozen("keys.json"));
    let envelope = Envelope::parse(strict(&bytes(&file["envelope"])).unwrap()).unwrap();
    assert_eq!(envelope.header().class, BasisClass::Statutory);
    let verified = envelope.verify(&keys.school.public(), &keys.region).unwrap();
    let team = SealingKey::from_seed(&array(&parties["parties"][2]["sealing_seed"])).unwrap();
    let content = open(&verified, &team).unwrap();
    assert_eq!(content.encode_to_vec(), bytes(&file["content"]));
    let statement = Statement::parse(content.statement.unwrap()).unwrap();
    assert_eq!((statement.basis, content.grant), (BasisCode::Uppd9d, None));
    let payload = Payload::from_bytes(&content.payload).unwrap();
    let roles: Vec<_> = payload.roles().into_iter().map(|(role, _)| role).collect();
    assert_eq!(roles, [Some(PersonRole::Suffering), Some(PersonRole::Using), None]);
    let codes: Vec<_> = payload.categories().iter().map(|category| category.code().to_owned()).collect();
    assert_eq!(codes, content.categories);
    assert!(open(&verified, &keys.school_sealing).is_err());
}

#[test]
fn signatures_cover_what_the_readme_says() {
    let keys = keys();
    let grants = frozen("grant.json");
    let evidence = frozen("evidence.json");
    let directory = frozen("directory.json");
    let (receipt, worker) = (frozen("receipt.json"), frozen("worker.json"));
    let checks = [
        (Object::Grant, &grants["grant"], &keys.ops),
        (Object::Withdrawal, &grants["withdrawal"], &keys.school),
        (Object::Receipt, &receipt["receipt"], &keys.school),
        (Object::Refusal, &evidence["refusal"], &keys.mail),
        (Object::Status, &evidence["status"], &keys.mail),
        (Object::Tombstone, &evidence["tombstone"], &keys.mail),
        (Object::Region, &directory["region"], &keys.directory),
        (Object::Entry, &directory["entries"][0]["entry"], &keys.directory),
        (Object::Membership, &directory["membership"], &keys.directory),
        (Object::Delegation, &worker["delegation"], &keys.ops),
        (Object::Content, &worker, &keys.ops_worker),
    ];
    for (object, value, key) in checks {
        let message = make::signed_bytes(object, &keys.region, &bytes(&value["content"]));
        let pair = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key.public().bytes().to_vec());
        assert!(pair.verify(&message, &bytes(&value["signature"])).is_ok(), "{object:?}");
    }
}

#[test]
fn frozen_evidence_is_accepted_from_its_signer_only() {
    let (keys, file, grants) = (keys(), frozen("evidence.json"), frozen("grant.json"));
    let mail = keys.mail.public();
    let tombstone = Tombstone::open(&signed(&file["tombstone"]), &mail, &keys.region).unwrap();
    assert_eq!(tombstone.cause, EndCause::Withdrawn);
    tombstone.parts.verify(&keys.ops.public(), &keys.region).unwrap();
    let (withdrawal, _) = tombstone.proof.unwrap();
    assert_eq!(object_hash(&withdrawal).to_string(), grants["withdrawal_object_hash"].as_str().unwrap());
    let withdrawal = Withdrawal::open(&withdrawal, &keys.school.public(), &keys.region).unwrap();
    assert_eq!(withdrawal.handles.len(), 2);
    assert_eq!(Refused::open(&signed(&file["refusal"]), &mail, &keys.region).unwrap().reason, Reason::ConsentWithdrawn);
    assert!(!Status::open(&signed(&file["status"]), &mail, &keys.region).unwrap().uncertain);
    assert!(Status::open(&signed(&file["status"]), &keys.ops.public(), &keys.region).is_err());
}

#[test]
fn the_frozen_receipts_prove_the_envelope() {
    let (keys, file, envelope) = (keys(), frozen("receipt.json"), frozen("envelope.json"));
    let hash: Hash = envelope["envelope_hash"].as_str().unwrap().parse().unwrap();
    let receipt = HubReceipt::parse(&strict(&bytes(&file["hub_receipt"])).unwrap()).unwrap();
    assert_eq!(receipt.verify(&hash, &keys.log).unwrap().size, 10);
    assert!(receipt.verify(&Hash::ZERO, &keys.log).is_err());
    let signed_receipt = Receipt::open(&signed(&file["receipt"]), &keys.school.public(), &keys.region).unwrap();
    assert_eq!(signed_receipt.envelope_hashes, [hash]);
}

#[test]
fn the_frozen_directory_is_accepted() {
    let (keys, file) = (keys(), frozen("directory.json"));
    let region = RegionKeys::open(&signed(&file["region"]), &keys.region.fingerprint).unwrap();
    assert_eq!(region.log, keys.log);
    for item in file["entries"].as_array().unwrap() {
        let entry = Entry::open(&signed(&item["entry"]), &region.directory_key, &keys.region).unwrap();
        assert_eq!(entry.hash().to_string(), item["hash"].as_str().unwrap());
    }
    assert!(Membership::open(&signed(&file["membership"]), &region.directory_key, &keys.region).is_ok());
}

#[test]
fn the_frozen_invitation_is_redeemed() {
    let (keys, file) = (keys(), frozen("redeem.json"));
    let invitation = Invitation::from_text(file["invitation"].as_str().unwrap()).unwrap();
    assert_eq!(*invitation.secret, array::<16>(&file["secret"]));
    let request = v1::RedeemRequest {
        redeem: bytes(&file["redeem"]).into(),
        signature: bytes(&file["signature"]).into(),
        mac: bytes(&file["mac"]).into(),
    };
    let redeemed = enrolment::check(&request, &invitation.secret, &keys.region).unwrap();
    assert_eq!(redeemed.signing_key, keys.ops.public());
    assert_eq!(redeemed.tls_csr, bytes(&file["tls_csr"]));
}

#[test]
fn the_frozen_log_proves_itself_and_one_flipped_bit_is_found() {
    let (keys, file) = (keys(), frozen("log.json"));
    let (roots, hashes) = (arrays(&file["roots"]), arrays(&file["leaf_hashes"]));
    for (leaf, hash) in file["leaves"].as_array().unwrap().iter().zip(&hashes) {
        assert_eq!(Leaf::decode(&bytes(leaf)).unwrap().hash(), *hash);
    }
    let root = roots.last().unwrap();
    for item in file["inclusion"].as_array().unwrap() {
        let (index, size) = (item["index"].as_u64().unwrap(), item["size"].as_u64().unwrap());
        let leaf = &hashes[usize::try_from(index).unwrap()];
        assert!(verify_inclusion(leaf, index, size, &arrays(&item["path"]), root));
        assert!(!verify_inclusion(&[0; 32], index, size, &arrays(&item["path"]), root));
    }
    for item in file["consistency"].as_array().unwrap() {
        let (old, new) = (item["old_size"].as_u64().unwrap(), item["new_size"].as_u64().unwrap());
        let old_root = &roots[usize::try_from(old).unwrap() - 1];
        assert!(verify_consistency(old, old_root, new, root, &arrays(&item["path"])));
        assert!(!verify_consistency(old, &[0; 32], new, root, &arrays(&item["path"])));
    }
    let head = keys.log.verify(file["checkpoint"].as_str().unwrap()).unwrap();
    assert_eq!((head.size, head.root, head.time_s), (10, *root, file["checkpoint_time_s"].as_u64().unwrap()));
    let export = file["export"].as_str().unwrap();
    let (header, checked) = verify_export(export.as_bytes(), Some(&keys.log)).unwrap();
    assert_eq!((header.region.as_str(), &header.directory_key), ("opolskie", keys.directory.public().bytes()));
    assert_eq!((checked.size, checked.edges, checked.items), (10, 8, 3));
    for (at, _) in export.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()) {
        let mut flipped = export.as_bytes().to_vec();
        flipped[at] ^= 1;
        // Region and directory key stand in the header only to be compared by whoever trusts them.
        let found = verify_export(&flipped[..], Some(&keys.log)).map_or(true, |(other, _)| other != header);
        assert!(found, "byte {at}");
    }
}

#[test]
fn only_the_canonical_encoding_is_read() {
    let file = frozen("canonical.json");
    assert!(strict::<v1::Edge>(&bytes(&file["edge"])).is_ok());
    let refused = file["refused"].as_object().unwrap();
    assert_eq!(refused.len(), 7);
    for (name, value) in refused {
        assert_eq!(strict::<v1::Edge>(&bytes(value)).unwrap_err().reason, Reason::Malformed, "{name}");
    }
    let handles = frozen("grant.json")["handles"].as_array().unwrap().clone();
    let hashes = frozen("grant.json")["handle_hashes"].as_array().unwrap().clone();
    for (handle, hash) in handles.iter().zip(hashes) {
        assert_eq!(hex(&sha256(&[&bytes(handle)])), hash.as_str().unwrap());
    }
}
