//! What opens, and everything that must not: each header field, each part, each shortcut.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use prost::Message;

use super::*;
use crate::env::Env;
use crate::envelope::{Draft, Envelope, Position, Region, SealingKey, SigningKey, seal};
use crate::id::{Handle, Hash, MessageId};
use crate::refusal::Reason;
use crate::vocab::BasisClass;

/// A field and what a hostile member writes into it.
type Change = (&'static str, fn(&mut v1::Header));

struct Pair {
    env: Env,
    region: Region,
    sender: SigningKey,
    recipient: SealingKey,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let env = Env::stepped(1_800_000_000_000, seed);
        Self {
            region: Region { id: "opolskie".parse().unwrap(), fingerprint: [7; 32] },
            sender: SigningKey::generate(&env).unwrap(),
            recipient: SealingKey::generate(&env).unwrap(),
            env,
        }
    }

    fn draft(&self) -> Draft {
        let now = self.env.now_ms();
        Draft {
            message_id: MessageId::random(&self.env),
            sender: "ops-brzeg".parse().unwrap(),
            recipient: "sp3-brzeg".parse().unwrap(),
            position: Position { epoch: 1, seq: 1, prev: Hash::ZERO },
            class: BasisClass::Consent,
            handle: Some(Handle::random(&self.env)),
            created_ms: now,
            expires_ms: now + 86_400_000,
        }
    }

    fn seal(&self) -> Envelope {
        let content = v1::Content { kind: "REFERRAL".into(), payload: vec![1, 2, 3].into(), ..Default::default() };
        seal(&self.env, &self.region, &self.sender, self.recipient.public(), &self.draft(), content).unwrap()
    }

    /// Signs again after tampering, as a hostile member who owns the key would.
    fn resign(&self, raw: v1::Envelope) -> Option<Verified> {
        let mut raw = raw;
        let unsigned = Envelope::parse(raw.clone()).ok()?;
        let signature = self.sender.sign(super::super::Object::Envelope, &self.region, unsigned.hash().bytes());
        raw.signature = signature.to_vec().into();
        Envelope::parse(raw).unwrap().verify(&self.sender.public(), &self.region).ok()
    }

    fn opens(&self, raw: v1::Envelope) -> bool {
        self.resign(raw).is_some_and(|verified| open(&verified, &self.recipient).is_ok())
    }
}

#[test]
fn what_was_sealed_opens_for_its_recipient_only() {
    let pair = Pair::new(1);
    let sealed = pair.seal();
    let taken = Envelope::parse(sealed.to_wire()).unwrap();
    assert_eq!(taken.hash(), sealed.hash());
    let verified = taken.verify(&pair.sender.public(), &pair.region).unwrap();
    let content = open(&verified, &pair.recipient).unwrap();
    assert_eq!((content.kind.as_str(), &content.payload[..]), ("REFERRAL", &[1, 2, 3][..]));
    let stranger = SealingKey::generate(&pair.env).unwrap();
    assert!(open(&verified, &stranger).is_err());
}

#[test]
fn a_signature_of_another_member_or_region_is_refused() {
    let pair = Pair::new(2);
    let other = SigningKey::generate(&pair.env).unwrap();
    assert!(pair.seal().verify(&other.public(), &pair.region).is_err());
    let elsewhere = Region { fingerprint: [8; 32], ..pair.region.clone() };
    assert!(pair.seal().verify(&pair.sender.public(), &elsewhere).is_err());
}

#[test]
fn every_changed_header_field_is_refused_even_when_signed_again() {
    let pair = Pair::new(3);
    let sealed = pair.seal().to_wire();
    assert!(pair.opens(sealed.clone()));
    let changes: [Change; 16] = [
        ("version", |h| h.version = 2),
        ("suite", |h| h.suite = 2),
        ("message_id", |h| h.message_id = vec![9; 16].into()),
        ("sender", |h| h.sender = "pcpr-brzeg".into()),
        ("sender_key_id", |h| h.sender_key_id = vec![9; 16].into()),
        ("recipient", |h| h.recipient = "pcpr-brzeg".into()),
        ("recipient_key_id", |h| h.recipient_key_id = vec![9; 16].into()),
        ("epoch", |h| h.epoch += 1),
        ("seq", |h| h.seq += 1),
        ("prev", |h| h.prev = vec![9; 32].into()),
        ("basis_class", |h| {
            h.basis_class = BasisClass::VitalInterest.wire();
            h.handle = vec![].into();
        }),
        ("handle", |h| h.handle = vec![9; 16].into()),
        ("created_ms", |h| h.created_ms += 1),
        ("expires_ms", |h| h.expires_ms += 1),
        ("padded_size", |h| h.padded_size = 16384),
        ("commitment", |h| h.commitment = vec![9; 32].into()),
    ];
    for (field, change) in changes {
        let mut header = v1::Header::decode(&*sealed.header).unwrap();
        change(&mut header);
        let changed = v1::Envelope { header: header.encode_to_vec().into(), ..sealed.clone() };
        assert!(!pair.opens(changed), "{field}");
    }
}

#[test]
fn parts_of_two_envelopes_do_not_mix() {
    let pair = Pair::new(4);
    let (a, b) = (pair.seal().to_wire(), pair.seal().to_wire());
    for mixed in [
        v1::Envelope { header: b.header.clone(), ..a.clone() },
        v1::Envelope { wrap: b.wrap.clone(), ..a.clone() },
        v1::Envelope { ciphertext: b.ciphertext.clone(), ..a.clone() },
        v1::Envelope { header: b.header.clone(), wrap: b.wrap.clone(), ..a.clone() },
        v1::Envelope { wrap: b.wrap.clone(), ciphertext: b.ciphertext.clone(), ..a.clone() },
    ] {
        assert!(!pair.opens(mixed.clone()));
        assert!(Envelope::parse(mixed).unwrap().verify(&pair.sender.public(), &pair.region).is_err());
    }
}

#[test]
fn a_key_that_the_header_does_not_commit_to_is_refused() {
    // A second content key under which the same ciphertext has another meaning needs a
    // header whose commitment names the first: the wrap below carries the second.
    let pair = Pair::new(5);
    let honest = pair.seal();
    let aad = sha256(&[&honest.parts().header]);
    let info = info(&honest.header().sender, &honest.header().recipient, &honest.header().recipient_key);
    let second = [0x42; 32];
    let wrap = pair.recipient.public().seal(&pair.env, &info, &aad, &second).unwrap();
    // A ciphertext that is valid under the second key.
    let key = derive(&second, b"wiez/v1/content");
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    let inner = v1::Content::decode(&*content_bytes(&pair, &honest)).unwrap();
    let mut ciphertext = padding::pad(&inner.encode_to_vec());
    cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::from(aad), &mut ciphertext).unwrap();
    let forged = v1::Envelope { wrap: wrap.into(), ciphertext: ciphertext.into(), ..honest.to_wire() };
    assert!(!pair.opens(forged));
}

#[test]
fn a_seal_that_says_otherwise_than_its_header_is_refused_field_by_field() {
    let pair = Pair::new(9);
    let honest = pair.seal();
    let aad = sha256(&[&honest.parts().header]);
    let content_key = unwrap_key(honest.wrap(), honest.header(), &aad, &pair.recipient).unwrap();
    let key = derive(&content_key, b"wiez/v1/content");
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    // Sealed under the committed key and signed by the sender, but with other content inside.
    let opens = |change: fn(&mut v1::Content)| {
        let mut inner = v1::Content::decode(&*content_bytes(&pair, &honest)).unwrap();
        change(&mut inner);
        let mut text = padding::pad(&inner.encode_to_vec());
        cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::from(aad), &mut text).unwrap();
        pair.opens(v1::Envelope { ciphertext: text.into(), ..honest.to_wire() })
    };
    assert!(opens(|_| {}), "what the header does not repeat is the sender's own");
    let changes: [fn(&mut v1::Content); 8] = [
        |inner| inner.sender = "ops-nysa".into(),
        |inner| inner.recipient = "sp4-brzeg".into(),
        |inner| inner.message_id = vec![9; 16].into(),
        |inner| inner.epoch += 1,
        |inner| inner.seq += 1,
        |inner| inner.prev = vec![9; 32].into(),
        |inner| inner.basis_class = BasisClass::Statutory.wire(),
        |inner| inner.handle = vec![9; 16].into(),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        assert!(!opens(change), "field {at}");
    }
}

fn content_bytes(pair: &Pair, envelope: &Envelope) -> Vec<u8> {
    let verified = envelope.clone().verify(&pair.sender.public(), &pair.region).unwrap();
    open(&verified, &pair.recipient).unwrap().encode_to_vec()
}

#[test]
fn weak_points_wrong_lengths_and_random_encapsulations_are_refused_without_panic() {
    let pair = Pair::new(6);
    let good = pair.seal().to_wire();
    for at in [1088..1120, 0..1088, 1120..1168] {
        for fill in [0_u8, 0xff, 0x11] {
            let mut wrap = good.wrap.to_vec();
            wrap[at.clone()].fill(fill);
            assert!(!pair.opens(v1::Envelope { wrap: wrap.into(), ..good.clone() }));
        }
    }
    for cut in [0, 1, 4096, 4104, 4111, 4113] {
        let mut ciphertext = good.ciphertext.to_vec();
        ciphertext.resize(cut, 0);
        let parsed = Envelope::parse(v1::Envelope { ciphertext: ciphertext.into(), ..good.clone() });
        assert_eq!(parsed.err().unwrap().reason, Reason::BadBucket);
    }
    for bit in [0, 4095 * 8, 4111 * 8 + 7] {
        let mut ciphertext = good.ciphertext.to_vec();
        ciphertext[bit / 8] ^= 1 << (bit % 8);
        assert!(!pair.opens(v1::Envelope { ciphertext: ciphertext.into(), ..good.clone() }));
    }
}

#[test]
fn a_header_says_why_it_is_no_header() {
    let pair = Pair::new(7);
    let good = pair.seal().to_wire();
    let reason = |change: fn(&mut v1::Header)| {
        let mut header = v1::Header::decode(&*good.header).unwrap();
        change(&mut header);
        Header::parse(&header.encode_to_vec()).unwrap_err().reason
    };
    assert_eq!(reason(|h| h.recipient = h.sender.clone()), Reason::RecipientSelf);
    assert_eq!(reason(|h| h.handle = vec![].into()), Reason::HandleMissing);
    assert_eq!(reason(|h| h.basis_class = BasisClass::Statutory.wire()), Reason::HandleForbidden);
    assert_eq!(reason(|h| h.basis_class = 0), Reason::FieldInvalid);
    assert_eq!(reason(|h| h.basis_class = 99), Reason::FieldInvalid);
    assert_eq!(reason(|h| h.expires_ms = h.created_ms), Reason::Ttl);
    assert_eq!(reason(|h| h.expires_ms = i64::MAX), Reason::Ttl);
    assert_eq!(reason(|h| h.created_ms = i64::MIN), Reason::Ttl);
    assert_eq!(reason(|h| h.padded_size = 5000), Reason::BadBucket);
    assert_eq!(reason(|h| h.padded_size = 10_485_760), Reason::TooLarge);
    assert_eq!(reason(|h| h.message_id = vec![0; 16].into()), Reason::FieldInvalid);
    assert_eq!(reason(|h| h.seq = 0), Reason::FieldInvalid);
    assert_eq!(reason(|h| h.suite = 0), Reason::Suite);
}
