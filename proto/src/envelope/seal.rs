//! Seals content for one recipient and signs the result.

use prost::Message;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::keys::{Object, Region, SealingPublic, SigningKey, sha256};
use super::{Envelope, Header, Position, SUITE, padding};
use crate::env::Env;
use crate::id::{Handle, InstitutionId, KeyId, MessageId};
use crate::refusal::{Reason, Refusal};
use crate::vocab::BasisClass;
use crate::wire::v1;

/// What the sender decides about an envelope; sizes, key ids and commitment follow.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "every field is told at Header in envelope.proto")]
pub struct Draft {
    pub message_id: MessageId,
    pub sender: InstitutionId,
    pub recipient: InstitutionId,
    pub position: Position,
    pub class: BasisClass,
    pub handle: Option<Handle>,
    pub created_ms: i64,
    pub expires_ms: i64,
}

/// Seals `content` for the holder of `recipient` and signs it.
///
/// The fields of `content` that repeat the header are filled in here, so that inside and
/// outside cannot differ. A fresh content key is drawn each time.
///
/// # Errors
/// What [`Header::parse`] says of the result, and `TOO_LARGE`.
pub fn seal(
    env: &Env,
    region: &Region,
    signing: &SigningKey,
    recipient: &SealingPublic,
    draft: &Draft,
    content: v1::Content,
) -> Result<Envelope, Refusal> {
    let padded = Zeroizing::new(padding::pad(&repeat_header(draft, content).encode_to_vec()));
    let content_key = Zeroizing::new(env.random::<32>());
    let header = Header {
        message_id: draft.message_id,
        sender: draft.sender.clone(),
        sender_key: signing.public().id(),
        recipient: draft.recipient.clone(),
        recipient_key: recipient.id(),
        position: draft.position,
        class: draft.class,
        handle: draft.handle,
        created_ms: draft.created_ms,
        expires_ms: draft.expires_ms,
        padded_size: padded.len() as u64,
        commitment: derive(&content_key, b"wiez/v1/commitment"),
    };
    header.check()?;
    let header_bytes = header.to_bytes();
    let aad = sha256(&[&header_bytes]);
    let wrap = wrap(env, recipient, &header, &aad, &content_key)?;
    let ciphertext = encrypt(&content_key, &aad, &padded)?;
    let unsigned = Envelope::assemble(
        header.clone(),
        header_bytes.clone().into(),
        wrap.clone().into(),
        ciphertext.clone().into(),
        vec![].into(),
    );
    let signature = signing.sign(Object::Envelope, region, unsigned.hash().bytes());
    Ok(Envelope::assemble(header, header_bytes.into(), wrap.into(), ciphertext.into(), signature.to_vec().into()))
}

fn repeat_header(draft: &Draft, content: v1::Content) -> v1::Content {
    v1::Content {
        sender: draft.sender.to_string(),
        recipient: draft.recipient.to_string(),
        message_id: draft.message_id.wire(),
        epoch: draft.position.epoch,
        seq: draft.position.seq,
        prev: draft.position.prev.wire(),
        basis_class: draft.class.wire(),
        handle: draft.handle.map(|handle| handle.wire()).unwrap_or_default(),
        ..content
    }
}

/// HPKE `info`: tag, suite, both institutions and the recipient's key, so that a wrap made
/// for one pair opens for no other.
pub(super) fn info(sender: &InstitutionId, recipient: &InstitutionId, key: &KeyId) -> Vec<u8> {
    let mut out = b"wiez/v1/wrap".to_vec();
    out.extend_from_slice(&SUITE.to_be_bytes());
    for part in [sender.as_str().as_bytes(), recipient.as_str().as_bytes(), key.bytes()] {
        out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

/// HKDF-SHA256 (RFC 5869) without salt: the content's AES key and the commitment to it.
pub(super) fn derive(content_key: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    let purposes = [purpose];
    let filled = ring::hkdf::Salt::new(ring::hkdf::HKDF_SHA256, &[])
        .extract(content_key)
        .expand(&purposes, ring::hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut out));
    debug_assert!(filled.is_ok(), "32 bytes are within HKDF's limit");
    out
}

fn wrap(env: &Env, recipient: &SealingPublic, header: &Header, aad: &[u8], key: &[u8; 32]) -> Result<Vec<u8>, Refusal> {
    recipient.seal(env, &info(&header.sender, &header.recipient, &header.recipient_key), aad, key)
}

fn encrypt(content_key: &[u8; 32], aad: &[u8; 32], padded: &[u8]) -> Result<Vec<u8>, Refusal> {
    let failed = |_| Refusal::new(Reason::TooLarge);
    let key = Zeroizing::new(derive(content_key, b"wiez/v1/content"));
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(failed)?);
    let mut out = Vec::with_capacity(padded.len() + 16);
    out.extend_from_slice(padded);
    // The key is fresh for each envelope, so a fixed nonce never meets the same key twice.
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    cipher.seal_in_place_append_tag(nonce, Aad::from(aad), &mut out).map_err(failed)?;
    Ok(out)
}
