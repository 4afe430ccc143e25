//! Checks the sealing library against published vectors: RFC 9180 and the X-Wing and HPKE-PQ drafts.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail loudly")]

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::{X25519HkdfSha256, XWing};
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use wiez_proto::envelope::sha256;
use wiez_proto::envelope::{SealingKey, SealingPublic};
use wiez_proto::id::hex;

/// "Randomness" that a vector prescribes.
struct Fixed(Vec<u8>);

impl TryRng for Fixed {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut out = [0; 4];
        self.try_fill_bytes(&mut out).map(|()| u32::from_le_bytes(out))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut out = [0; 8];
        self.try_fill_bytes(&mut out).map(|()| u64::from_le_bytes(out))
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.0[..out.len()]);
        self.0.drain(..out.len());
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// A Base-mode vector, with the first three encryptions (aad `Count-0` …).
struct Vector {
    randomness: &'static str,
    private: &'static str,
    info: &'static str,
    plaintext: &'static str,
    ciphertexts: [&'static str; 3],
}

impl Vector {
    /// Seals and opens in the order of the vector and returns the encapsulation.
    fn hold<K: Kem>(&self) -> Vec<u8> {
        let private = K::PrivateKey::from_bytes(&unhex(self.private)).unwrap();
        let (info, plaintext) = (unhex(self.info), unhex(self.plaintext));
        let sealing = hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, K>(
            &OpModeS::Base,
            &K::sk_to_pk(&private),
            &info,
            &mut Fixed(unhex(self.randomness)),
        );
        let Ok((encapsulated, mut sender)) = sealing else { panic!("the vector does not seal") };
        let mode = OpModeR::Base;
        let opening = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, K>(&mode, &private, &encapsulated, &info);
        let Ok(mut receiver) = opening else { panic!("the vector does not open") };
        for (number, expected) in self.ciphertexts.iter().enumerate() {
            let aad = format!("Count-{number}");
            assert_eq!(hex(&sender.seal(&plaintext, aad.as_bytes()).unwrap()), *expected);
            assert_eq!(receiver.open(&unhex(expected), aad.as_bytes()).unwrap(), plaintext);
        }
        encapsulated.to_bytes().to_vec()
    }
}

/// RFC 9180, appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
#[test]
fn rfc_9180_a_2_1_base_mode() {
    let vector = Vector {
        randomness: "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b",
        private: "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        info: "4f6465206f6e2061204772656369616e2055726e",
        plaintext: "4265617574792069732074727574682c20747275746820626561757479",
        ciphertexts: [
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
            "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c",
            "71146bd6795ccc9c49ce25dda112a48f202ad220559502cef1f34271e0cb4b02b4f10ecac6f48c32f878fae86b",
        ],
    };
    let encapsulated = vector.hold::<X25519HkdfSha256>();
    assert_eq!(hex(&encapsulated), "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
}

/// draft-ietf-hpke-pq, exactly our suite: KEM 0x647a, KDF 0x0001, AEAD 0x0003.
#[test]
fn hpke_pq_draft_x_wing_base_mode() {
    let vector = Vector {
        randomness: "2a1c0a3745fe8a48fb62034d300f54dfe1974a5b2e169e580a8789cb1cf5fd190fc00f3fd899594e01a8b15334b9f3fa03d8de44da86e19f5776850fb689e6c8",
        private: "3ec47fa82dd5689d27c6190e724c74ec8f608df3331ce331929e37b829676630",
        info: "34663634363532303666366532303631323034373732363536333639363136653230353537323665",
        plaintext: "34323635363137353734373932303639373332303734373237353734363832633230373437323735373436383230363236353631373537343739",
        ciphertexts: [
            "c5c591f99092d5e38df0a52699af249c66f8275a863423c076de8147a53e65cc584041c963b77a7e59ea93841b1339b5efda8909b71f74bb0073ad62e899de310c1566dea2fd29eba377",
            "ce339b2b956509cf9a9d3d736e8529f4eb87f27483e0c647869bd1d32c6c95ab3ff3f151abb11f863e5ea7cb852dc0c92346b46ac340ab390f8d3b6bd85d5d2d11c77499e006e36e3699",
            "94b291e1575d77fe9ff039079f597baaf6dee9985693ddd21f8d9176aa3405453b29c90aff3588a83688f82e86fce6489fa6fb6a50161cdf546c2a658d5e443ac1f53def7d0d3a512583",
        ],
    };
    let encapsulated = vector.hold::<XWing>();
    assert!(hex(&encapsulated).starts_with("26759c7b22923ea5cc9c78e3e14c8fc62dcb0a66ce44460966978a7fe9685e0c"));
}

/// draft-connolly-cfrg-xwing-kem, appendix C: seed, encapsulation randomness, shared secret,
/// SHA-256 of the public key, SHA-256 of the ciphertext.
const X_WING: [[&str; 5]; 3] = [
    [
        "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26",
        "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2",
        "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
        "2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb",
        "17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33",
    ],
    [
        "badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea",
        "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdefaee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d",
        "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150",
        "c42ba5f8430d7d2c83739338203819f090e8303ce9c8b02107c272bfa5376916",
        "1661ea86d608a1924ba30840cb0a65f13ae051e3aec9cf0f064efc0bc92f2154",
    ],
    [
        "ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9",
        "22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b",
        "953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f",
        "6b080d6b84f095342092fa7a22423e58bd681397ad0ef00eac92bd254db4fa95",
        "d3ca5578500344b5896cffc4fd740c9311946b82951df155e6fd86a7966b43c6",
    ],
];

#[test]
fn x_wing_draft_vectors() {
    for [seed, randomness, secret, public_hash, ciphertext_hash] in X_WING {
        let ours = SealingKey::from_seed(&unhex(seed).try_into().unwrap()).unwrap();
        assert_eq!(hex(&sha256(&[ours.public().bytes()])), public_hash);
        assert!(SealingPublic::vet(ours.public().bytes()).is_ok());

        let private = <XWing as Kem>::PrivateKey::from_bytes(&unhex(seed)).unwrap();
        let public = <XWing as Kem>::PublicKey::from_bytes(ours.public().bytes()).unwrap();
        let (shared, ciphertext) = XWing::encap_with_rng(&public, None, &mut Fixed(unhex(randomness))).ok().unwrap();
        assert_eq!(hex(&shared.0), secret);
        assert_eq!(hex(&sha256(&[&ciphertext.to_bytes()])), ciphertext_hash);
        assert_eq!(hex(&XWing::decap(&private, None, &ciphertext).ok().unwrap().0), secret);
    }
}
