//! Opens a verified envelope; every failure looks the same.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::keys::{SealingKey, Unverifiable, sha256};
use super::seal::{derive, info};
use super::{Header, Verified, padding};
use crate::wire::{strict, v1};

/// Opens what was sealed for `key` and checks that inside and outside agree.
///
/// It refuses a wrap for another key or pair, a content key that the header's commitment
/// does not name, a wrong tag, padding that is not zero, content that is not canonical, and
/// a sealed sender, recipient, message id, position, class or handle unlike the header's.
///
/// # Errors
/// [`Unverifiable`], whatever the cause.
pub fn open(verified: &Verified, key: &SealingKey) -> Result<v1::Content, Unverifiable> {
    let envelope = verified.envelope();
    let header = envelope.header();
    if header.recipient_key != key.public().id() {
        return Err(Unverifiable);
    }
    let aad = sha256(&[&envelope.parts().header]);
    let content_key = unwrap_key(envelope.wrap(), header, &aad, key)?;
    // Both sides are public (the header's bytes, a one-way image of the key), so a plain comparison tells nothing.
    if derive(&content_key, b"wiez/v1/commitment") != header.commitment {
        return Err(Unverifiable);
    }
    let padded = decrypt(&content_key, &aad, envelope.ciphertext())?;
    let content: v1::Content = strict(padding::unpad(&padded)?).map_err(|_| Unverifiable)?;
    if agrees(header, &content) { Ok(content) } else { Err(Unverifiable) }
}

fn unwrap_key(wrap: &[u8], header: &Header, aad: &[u8], key: &SealingKey) -> Result<Zeroizing<[u8; 32]>, Unverifiable> {
    let opened = key.open(&info(&header.sender, &header.recipient, &header.recipient_key), aad, wrap)?;
    opened.as_slice().try_into().map(Zeroizing::new).map_err(|_| Unverifiable)
}

fn decrypt(content_key: &[u8; 32], aad: &[u8; 32], ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unverifiable> {
    let key = Zeroizing::new(derive(content_key, b"wiez/v1/content"));
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| Unverifiable)?);
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    let length = cipher.open_in_place(nonce, Aad::from(aad), &mut buffer).map_err(|_| Unverifiable)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

fn agrees(header: &Header, content: &v1::Content) -> bool {
    content.sender == header.sender.as_str()
        && content.recipient == header.recipient.as_str()
        && content.message_id == header.message_id.bytes().as_slice()
        && content.epoch == header.position.epoch
        && content.seq == header.position.seq
        && content.prev == header.position.prev.bytes().as_slice()
        && content.basis_class == header.class.wire()
        && content.handle == header.handle.map(|handle| handle.wire()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
