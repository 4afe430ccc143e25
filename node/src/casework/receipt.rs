//! Codes of receipts: what two institutions compare on the telephone to know that they speak of the same delivery.

use wiez_proto::id::Hash;
use wiez_proto::refusal::Refusal;

use super::file::ALPHABET;
use crate::store::casework::{Direction, MessageRow};
use crate::store::{self, Conn};

/// Bytes of the envelope's hash in a code: 40 bits, eight characters.
const BYTES: usize = 5;

/// The code of a message that the recipient's node has; none of one that is still on its way.
///
/// # Errors
/// `INTERNAL`.
pub(super) async fn code_of(conn: &mut Conn, row: &MessageRow) -> Result<Option<String>, Refusal> {
    let hash = match row.direction {
        Direction::In => row.envelope_hash,
        Direction::Out => store::outbox::received(conn, row.message_id).await?,
    };
    Ok(hash.map(|hash| code(&hash)))
}

/// The first 40 bits of the hash that both receipts sign, as `7Q4M-2K9X`.
fn code(hash: &Hash) -> String {
    let bits = hash.bytes().iter().take(BYTES).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let letter = |at: u32| ALPHABET.get(usize::try_from(bits >> (35 - 5 * at) & 31).unwrap_or_default());
    let letters: String = (0..8).filter_map(letter).map(|letter| char::from(*letter)).collect();
    let (first, last) = letters.split_at(letters.len() / 2);
    format!("{first}-{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_changes_with_the_envelope() {
        assert_eq!(code(&Hash::new([0; 32])), "0000-0000");
        assert_eq!(code(&Hash::new([0xff; 32])), "ZZZZ-ZZZZ");
        let mut one = [0; 32];
        one[4] = 1;
        assert_eq!(code(&Hash::new(one)), "0000-0001");
    }
}
