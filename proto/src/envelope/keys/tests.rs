//! Signatures hold for one thing only; weak keys are not trusted; secrets do not print.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
use super::*;
use crate::env::Env;

fn region() -> Region {
    Region { id: "opolskie".parse().unwrap(), fingerprint: [1; 32] }
}

#[test]
fn a_signature_holds_for_its_object_region_and_content_only() {
    let key = SigningKey::generate(&Env::stepped(0, 1)).unwrap();
    let public = key.public();
    let signature = key.sign(Object::Grant, &region(), b"content");
    let other = Region { fingerprint: [2; 32], ..region() };
    assert!(public.verify(Object::Grant, &region(), b"content", &signature).is_ok());
    assert!(public.verify(Object::Receipt, &region(), b"content", &signature).is_err());
    assert!(public.verify(Object::Grant, &other, b"content", &signature).is_err());
    assert!(public.verify(Object::Grant, &region(), b"content2", &signature).is_err());
    for size in [0, 63, 65] {
        let mut wrong = signature.to_vec();
        wrong.resize(size, 0);
        assert!(public.verify(Object::Grant, &region(), b"content", &wrong).is_err());
    }
    // S + L (RFC 8032, 5.1.7): the same point, another encoding.
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut malleable = signature;
    let mut carry = 0_u16;
    for at in 0..32 {
        let sum = u16::from(malleable[32 + at]) + u16::from(order[at]) + carry;
        malleable[32 + at] = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    assert!(public.verify(Object::Grant, &region(), b"content", &malleable).is_err());
}

#[test]
fn weak_and_non_canonical_keys_are_refused() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut non_canonical = [0xff; 32];
    non_canonical[31] = 0x7f;
    for bad in [[0; 32], identity, non_canonical] {
        assert!(VerifyingKey::vet(&bad).is_err());
    }
    assert!(VerifyingKey::vet(&[1; 31]).is_err());

    let good = SealingKey::generate(&Env::stepped(0, 2)).unwrap();
    let bytes = good.public().bytes().to_vec();
    assert!(SealingPublic::vet(&bytes).is_ok());
    assert!(SealingPublic::vet(&bytes[1..]).is_err());
    for point in [[0; 32], identity, non_canonical] {
        let mut weak = bytes.clone();
        weak[SEALING_PUBLIC_LEN - 32..].copy_from_slice(&point);
        assert!(SealingPublic::vet(&weak).is_err());
    }
    let mut modulus = bytes;
    modulus[..384].fill(0xff);
    assert!(SealingPublic::vet(&modulus).is_err());
}

#[test]
fn seeds_restore_the_same_keys_and_nothing_secret_prints() {
    let env = Env::stepped(0, 3);
    let (signing, sealing) = (SigningKey::generate(&env).unwrap(), SealingKey::generate(&env).unwrap());
    assert_eq!(SigningKey::from_seed(signing.seed()).unwrap().public(), signing.public());
    assert_eq!(SealingKey::from_seed(sealing.seed()).unwrap().public(), sealing.public());
    let printed = format!("{signing:?} {sealing:?}");
    assert!(!printed.contains(&crate::id::hex(signing.seed())));
    assert!(!printed.contains(&crate::id::hex(sealing.seed())));
}
