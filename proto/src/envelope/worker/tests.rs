//! A worker's signature holds for its content, its name, its institution and its time, and for nothing else (E32).
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use super::*;
use crate::env::Env;

const FROM: i64 = 1_788_249_600_000;
const TO: i64 = FROM + limits::TTL_MAX_MS;

struct Scene {
    region: Region,
    school: SigningKey,
    worker: SigningKey,
}

impl Scene {
    fn new() -> Self {
        let env = Env::stepped(FROM, 5);
        let region = Region { id: "opolskie".parse().unwrap(), fingerprint: [7; 32] };
        let key = || SigningKey::generate(&env).unwrap();
        Self { region, school: key(), worker: key() }
    }

    fn delegation(&self) -> Delegation {
        Delegation {
            institution: "sp3-brzeg".parse().unwrap(),
            worker: "Ewa Wilk".to_owned(),
            key: self.worker.public(),
            valid_from_ms: FROM,
            valid_to_ms: TO,
        }
    }

    fn signed(&self, delegation: &Delegation) -> v1::Content {
        let content = v1::Content {
            sender: "sp3-brzeg".to_owned(),
            recipient: "zi-brzeg".to_owned(),
            message_id: vec![1; 16].into(),
            kind: "NK_A".to_owned(),
            categories: vec!["ID_NAME".to_owned()],
            worker: "Ewa Wilk".to_owned(),
            payload: vec![1, 2, 3].into(),
            ..v1::Content::default()
        };
        let delegation = delegation.sign(&self.school, &self.region);
        let signature = sign_content(&self.worker, &self.region, delegation, &content);
        v1::Content { worker_signature: Some(signature), ..content }
    }

    fn judged(&self, content: &v1::Content, created_ms: i64) -> Result<(), String> {
        let checked = verify_content(content, &self.school.public(), &self.region, created_ms);
        checked.map_err(|refusal| {
            assert_eq!(refusal.reason, Reason::WorkerSignature);
            refusal.details.get("what").unwrap().clone()
        })
    }
}

fn no(what: &str) -> Result<(), String> {
    Err(what.to_owned())
}

#[test]
fn it_holds_wherever_the_channel_puts_the_message() {
    let scene = Scene::new();
    let mut content = scene.signed(&scene.delegation());
    assert_eq!(scene.judged(&content, FROM), Ok(()));
    (content.epoch, content.seq, content.prev) = (3, 9, vec![8; 32].into());
    content.checkpoint = "wiez/opolskie/1\n12\n".to_owned();
    assert_eq!(scene.judged(&content, TO - 1), Ok(()));
}

#[test]
fn e32_a_key_not_delegated_when_the_envelope_was_sealed_is_refused() {
    let scene = Scene::new();
    let content = scene.signed(&scene.delegation());
    for created_ms in [0, FROM - 1, TO, i64::MAX] {
        assert_eq!(scene.judged(&content, created_ms), no("time"), "{created_ms}");
    }
    for (from, to) in [(FROM, FROM), (TO, FROM), (0, 1), (FROM, FROM + limits::DELEGATION_MAX_MS + 1), (i64::MIN, 5)] {
        let endless = Delegation { valid_from_ms: from, valid_to_ms: to, ..scene.delegation() };
        assert_eq!(scene.judged(&scene.signed(&endless), FROM), no("delegation"), "{from} {to}");
    }
}

#[test]
fn e32_only_the_sender_vouches_for_its_worker() {
    let scene = Scene::new();
    let content = scene.signed(&scene.delegation());
    let stranger = SigningKey::generate(&Env::stepped(FROM, 6)).unwrap();
    let with = |delegation: Option<v1::Signed>| {
        let mut content = content.clone();
        content.worker_signature.as_mut().unwrap().delegation = delegation;
        scene.judged(&content, FROM)
    };
    let delegation = scene.delegation();
    assert_eq!(with(Some(delegation.sign(&stranger, &scene.region))), no("delegation"));
    // The worker's own word for itself, and the institution's word about another kind of object.
    assert_eq!(with(Some(delegation.sign(&scene.worker, &scene.region))), no("delegation"));
    let bytes = delegation.sign(&scene.school, &scene.region).content.to_vec();
    assert_eq!(with(Some(scene.school.signed(Object::Grant, &scene.region, bytes))), no("delegation"));
    let elsewhere = Region { fingerprint: [8; 32], ..scene.region.clone() };
    assert_eq!(with(Some(delegation.sign(&scene.school, &elsewhere))), no("delegation"));
    assert_eq!(with(None), no("delegation"));
    let foreign = Delegation { institution: "sp4-brzeg".parse().unwrap(), ..delegation };
    assert_eq!(scene.judged(&scene.signed(&foreign), FROM), no("institution"));
}

#[test]
fn e32_one_worker_does_not_sign_as_another() {
    let scene = Scene::new();
    let jan = Delegation { worker: "Jan Lis".to_owned(), ..scene.delegation() };
    assert_eq!(scene.judged(&scene.signed(&jan), FROM), no("worker"));
    let nobody = Delegation { worker: "Ewa\u{202e}Wilk".to_owned(), ..scene.delegation() };
    assert_eq!(scene.judged(&scene.signed(&nobody), FROM), no("delegation"));
    // Delegated is another worker's key than the one that signed.
    let other = SigningKey::generate(&Env::stepped(FROM, 7)).unwrap();
    let delegated = Delegation { key: other.public(), ..scene.delegation() };
    assert_eq!(scene.judged(&scene.signed(&delegated), FROM), no("signature"));
}

#[test]
fn e32_what_was_changed_after_signing_is_refused_field_by_field() {
    let scene = Scene::new();
    let honest = scene.signed(&scene.delegation());
    let changes: [fn(&mut v1::Content); 17] = [
        |content| content.recipient = "ops-brzeg".to_owned(),
        |content| content.message_id = vec![2; 16].into(),
        |content| content.basis_class = 2,
        |content| content.handle = vec![1; 16].into(),
        |content| content.kind = "SIGNAL".to_owned(),
        |content| content.categories.push("HEALTH".to_owned()),
        |content| content.asked.push("HEALTH".to_owned()),
        |content| content.purpose = "P_OTHER".to_owned(),
        |content| content.thread = vec![3; 16].into(),
        |content| content.in_reply_to = vec![3; 16].into(),
        |content| content.policy_row = vec![3; 32].into(),
        |content| content.grant = Some(v1::Signed::default()),
        |content| content.payload = vec![1, 2, 4].into(),
        |content| content.urgency = "U1_24H".to_owned(),
        |content| content.statement = Some(v1::Statement::default()),
        |content| content.worker_signature.as_mut().unwrap().signature = vec![0; 64].into(),
        |content| content.worker_signature.as_mut().unwrap().signature = Bytes::new(),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut changed = honest.clone();
        change(&mut changed);
        assert_eq!(scene.judged(&changed, FROM), no("signature"), "change {at}");
    }
    let bare = v1::Content { worker_signature: None, ..honest };
    assert_eq!(scene.judged(&bare, FROM), no("missing"));
}
