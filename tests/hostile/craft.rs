//! Seals by hand, from the protocol's text alone, so that every step can be done wrongly.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeS, Serializable};
use prost::Message;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use wiez_proto::envelope::{Draft, Envelope, sha256};
use wiez_proto::wire::v1;
use wiez_tests::member::{Member, Peer};

use crate::raw::resign;

/// A message before it is sealed; every part may be changed.
pub(crate) struct Craft {
    pub(crate) header: v1::Header,
    /// Length, content, zeros.
    pub(crate) padded: Vec<u8>,
    /// The key that encrypts the content.
    pub(crate) content_key: [u8; 32],
    /// The key that is wrapped for the recipient.
    pub(crate) wrapped_key: [u8; 32],
    /// The key that the header commits to.
    pub(crate) committed_key: [u8; 32],
}

/// Length and content, filled up with zeros to 4 KiB.
pub(crate) fn pad(content: &[u8]) -> Vec<u8> {
    let mut padded = [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], content].concat();
    padded.resize(4096, 0);
    padded
}

/// The content as it has to be for a draft.
pub(crate) fn content(draft: &Draft) -> v1::Content {
    v1::Content {
        sender: draft.sender.to_string(),
        recipient: draft.recipient.to_string(),
        message_id: draft.message_id.wire(),
        epoch: draft.position.epoch,
        seq: draft.position.seq,
        prev: draft.position.prev.wire(),
        basis_class: draft.class.wire(),
        handle: draft.handle.map(|handle| handle.wire()).unwrap_or_default(),
        kind: "REFERRAL".to_owned(),
        payload: vec![5; 300].into(),
        ..v1::Content::default()
    }
}

impl Craft {
    /// Everything as it has to be.
    pub(crate) fn new(by: &Member, to: &Peer, draft: &Draft) -> Self {
        let content_key: [u8; 32] = by.env.random();
        let header = v1::Header {
            version: 1,
            suite: 1,
            message_id: draft.message_id.wire(),
            sender: draft.sender.to_string(),
            sender_key_id: by.signing.public().id().wire(),
            recipient: draft.recipient.to_string(),
            recipient_key_id: to.sealing.id().wire(),
            epoch: draft.position.epoch,
            seq: draft.position.seq,
            prev: draft.position.prev.wire(),
            basis_class: draft.class.wire(),
            handle: draft.handle.map(|handle| handle.wire()).unwrap_or_default(),
            created_ms: draft.created_ms,
            expires_ms: draft.expires_ms,
            padded_size: 4096,
            commitment: vec![].into(),
        };
        let padded = pad(&content(draft).encode_to_vec());
        Self { header, padded, content_key, wrapped_key: content_key, committed_key: content_key }
    }

    /// Seals and signs what it has become.
    pub(crate) fn seal(mut self, by: &Member, to: &Peer) -> v1::Envelope {
        self.header.padded_size = self.padded.len() as u64;
        self.header.commitment = derive(&self.committed_key, b"wiez/v1/commitment").to_vec().into();
        let header = self.header.encode_to_vec();
        let aad = sha256(&[&header]);
        let mut ciphertext = self.padded;
        let key = UnboundKey::new(&AES_256_GCM, &derive(&self.content_key, b"wiez/v1/content")).unwrap();
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        LessSafeKey::new(key).seal_in_place_append_tag(nonce, Aad::from(&aad), &mut ciphertext).unwrap();
        let envelope = v1::Envelope {
            wrap: wrap(&self.header, to, &aad, &self.wrapped_key).into(),
            header: header.into(),
            ciphertext: ciphertext.into(),
            blob_root: vec![0; 32].into(),
            signature: vec![].into(),
        };
        resign(by, envelope)
    }
}

fn wrap(header: &v1::Header, to: &Peer, aad: &[u8], key: &[u8; 32]) -> Vec<u8> {
    let mut info = b"wiez/v1/wrap\0\0\0\x01".to_vec();
    for part in [header.sender.as_bytes(), header.recipient.as_bytes(), &header.recipient_key_id] {
        info.extend_from_slice(&u32::try_from(part.len()).unwrap().to_be_bytes());
        info.extend_from_slice(part);
    }
    let public = <XWing as Kem>::PublicKey::from_bytes(to.sealing.bytes()).unwrap();
    let (encapsulated, mut context) =
        hpke::setup_sender::<ChaCha20Poly1305, HkdfSha256, XWing>(&OpModeS::Base, &public, &info).unwrap();
    [encapsulated.to_bytes().to_vec(), context.seal(key, aad).unwrap()].concat()
}

fn derive(key: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    let extracted = ring::hkdf::Salt::new(ring::hkdf::HKDF_SHA256, &[]).extract(key);
    extracted.expand(&[purpose], ring::hkdf::HKDF_SHA256).unwrap().fill(&mut out).unwrap();
    out
}

/// The envelope as its recipient reads it.
pub(crate) fn parsed(envelope: &v1::Envelope) -> Envelope {
    Envelope::parse(envelope.clone()).unwrap()
}
