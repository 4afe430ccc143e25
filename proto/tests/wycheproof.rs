//! Runs Project Wycheproof's vectors through the primitives that the protocol stands on.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use curve25519_dalek::montgomery::MontgomeryPoint;
use ml_kem::kem::{Decapsulate, KeyExport, TryKeyInit};
use ml_kem::{DecapsulationKey768, EncapsulationKey768};
use ring::aead::{AES_256_GCM, Aad, Algorithm, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::signature::{ED25519, UnparsedPublicKey};
use wiez_proto::envelope::keys::hmac_sha256;
use wiez_proto::envelope::{SealingKey, SealingPublic, VerifyingKey};
use wycheproof::{TestResult, aead, eddsa, hkdf, mac, mlkem, xdh};

/// A public X-Wing key whose X25519 half is the given point.
fn with_point(point: &[u8]) -> Vec<u8> {
    let good = SealingKey::from_seed(&[1; 32]).unwrap();
    let mut bytes = good.public().bytes().to_vec();
    let at = bytes.len() - 32;
    bytes[at..].copy_from_slice(point);
    bytes
}

#[test]
fn x25519_and_the_vetting_of_its_points() {
    let (mut tests, mut refused) = (0, 0);
    for group in xdh::TestSet::load(xdh::TestName::X25519).unwrap().test_groups {
        for test in group.tests {
            let (Ok(public), Ok(private)) =
                (<[u8; 32]>::try_from(&test.public_key[..]), test.private_key[..].try_into())
            else {
                continue;
            };
            let shared = MontgomeryPoint(public).mul_clamped(private).to_bytes();
            assert_eq!(shared[..], test.shared_secret[..], "{}", test.tc_id);
            tests += 1;
            // What the vectors call weak or doubtful is what the vetting refuses, and nothing else.
            let weak =
                [xdh::TestFlag::LowOrderPublic, xdh::TestFlag::ZeroSharedSecret, xdh::TestFlag::NonCanonicalPublic];
            let weak = test.flags.iter().any(|flag| weak.contains(flag));
            assert_eq!(SealingPublic::vet(&with_point(&public)).is_err(), weak, "{}: {:?}", test.tc_id, test.flags);
            refused += usize::from(weak);
        }
    }
    assert!(tests > 500 && refused > 20, "{tests} {refused}");
}

#[test]
fn ed25519_signatures_and_the_vetting_of_keys() {
    let mut tests = 0;
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        assert!(VerifyingKey::vet(&group.key.pk).is_ok());
        for test in group.tests {
            let verified = UnparsedPublicKey::new(&ED25519, &group.key.pk[..]).verify(&test.msg, &test.sig).is_ok();
            assert_eq!(verified, test.result == TestResult::Valid, "{}: {:?}", test.tc_id, test.flags);
            tests += 1;
        }
    }
    assert!(tests > 100, "{tests}");
}

fn aead_vectors(name: aead::TestName, algorithm: &'static Algorithm) -> usize {
    let mut tests = 0;
    for group in aead::TestSet::load(name).unwrap().test_groups {
        if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
            continue;
        }
        for test in group.tests {
            let key = LessSafeKey::new(UnboundKey::new(algorithm, &test.key).unwrap());
            let nonce = || Nonce::try_assume_unique_for_key(&test.nonce).unwrap();
            let mut sealed = [&test.ct[..], &test.tag].concat();
            let opened = key.open_in_place(nonce(), Aad::from(&test.aad[..]), &mut sealed).map(|text| text.to_vec());
            match test.result {
                TestResult::Valid => {
                    assert_eq!(opened.unwrap(), test.pt[..], "{}", test.tc_id);
                    let mut again = test.pt.to_vec();
                    key.seal_in_place_append_tag(nonce(), Aad::from(&test.aad[..]), &mut again).unwrap();
                    assert_eq!(again, [&test.ct[..], &test.tag].concat(), "{}", test.tc_id);
                }
                TestResult::Invalid => assert!(opened.is_err(), "{}: {:?}", test.tc_id, test.flags),
                TestResult::Acceptable => {}
            }
            tests += 1;
        }
    }
    tests
}

#[test]
fn aes_256_gcm_of_the_content() {
    assert!(aead_vectors(aead::TestName::AesGcm, &AES_256_GCM) > 50);
}

/// ring's, as TLS uses it; that of the wrap is the HPKE library's, see the RFC 9180 vectors.
#[test]
fn chacha20_poly1305_of_tls() {
    assert!(aead_vectors(aead::TestName::ChaCha20Poly1305, &CHACHA20_POLY1305) > 100);
}

/// A length for ring's HKDF.
struct Length(usize);

impl ring::hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

#[test]
fn hkdf_sha256_of_content_keys() {
    let mut tests = 0;
    for group in hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap().test_groups {
        for test in group.tests {
            let info = [&test.info[..]];
            let mut out = vec![0; test.size];
            let secret = ring::hkdf::Salt::new(ring::hkdf::HKDF_SHA256, &test.salt).extract(&test.ikm);
            let filled = secret.expand(&info, Length(test.size)).and_then(|okm| okm.fill(&mut out));
            match test.result {
                TestResult::Valid => assert!(filled.is_ok() && out == test.okm[..], "{}", test.tc_id),
                TestResult::Invalid => assert!(filled.is_err(), "{}", test.tc_id),
                TestResult::Acceptable => {}
            }
            tests += 1;
        }
    }
    assert!(tests > 50, "{tests}");
}

#[test]
fn hmac_sha256_of_commitments_and_invitations() {
    let mut tests = 0;
    for group in mac::TestSet::load(mac::TestName::HmacSha256).unwrap().test_groups {
        for test in group.tests {
            let tag = hmac_sha256(&test.key, &[&test.msg]);
            let equal = tag[..group.tag_size / 8] == test.tag[..];
            assert_eq!(equal, test.result == TestResult::Valid, "{}", test.tc_id);
            tests += 1;
        }
    }
    assert!(tests > 100, "{tests}");
}

#[test]
fn ml_kem_768_keys_encapsulation_and_decapsulation() {
    let (mut tests, mut refused) = (0, 0);
    let names = [mlkem::TestName::MlKem768, mlkem::TestName::MlKem768Encaps, mlkem::TestName::MlKem768KeyGenSeed];
    for group in names.into_iter().flat_map(|name| mlkem::TestSet::load(name).unwrap().test_groups) {
        for test in group.tests {
            let good = ml_kem(&test);
            assert_eq!(good, test.result == TestResult::Valid, "{}: {:?}", test.tc_id, test.flags);
            tests += 1;
            refused += usize::from(!good);
        }
    }
    assert!(tests > 500 && refused > 10, "{tests} {refused}");
}

/// Whether everything that a vector states comes out of what it gives.
fn ml_kem(test: &mlkem::Test) -> bool {
    if let Some(seed) = &test.seed {
        let Ok(seed) = <[u8; 64]>::try_from(&seed[..]) else { return false };
        let private = DecapsulationKey768::from_seed(seed.into());
        let public_agrees =
            test.encaps_key.as_ref().is_none_or(|key| private.encapsulation_key().to_bytes()[..] == key[..]);
        let secret_agrees = test.ct.as_ref().is_none_or(|ct| {
            let secret = private.decapsulate_slice(ct).ok();
            secret.is_some_and(|secret| test.shared_secret.as_ref().is_some_and(|k| secret[..] == k[..]))
        });
        return public_agrees && secret_agrees;
    }
    let (Some(key), Some(message)) = (&test.encaps_key, &test.msg) else { return false };
    let Ok(public) = EncapsulationKey768::new_from_slice(key) else { return false };
    let Ok(message) = <[u8; 32]>::try_from(&message[..]) else { return false };
    let (ciphertext, secret) = public.encapsulate_deterministic(&message.into());
    let agrees =
        |expected: &Option<wycheproof::ByteString>, got: &[u8]| expected.as_ref().is_some_and(|e| e[..] == *got);
    agrees(&test.ct, &ciphertext) && agrees(&test.shared_secret, &secret)
}
