//! Codes of receipts: what two institutions compare on the telephone to know that they speak of the same delivery.

use wiez_proto::id::MessageId;
use wiez_proto::refusal::Refusal;

use super::file::ALPHABET;
use crate::store::casework::{Direction, MessageRow};
use crate::store::{self, Conn};

/// Bytes of the message's id in a code: 40 bits, eight characters. The id is the same at both institutions and drawn for
/// this message alone, so that the code tells nothing about what else was sent; a hash of the sealed bytes would.
const BYTES: usize = 5;

/// The code of a message that the recipient's node has; none of one that is still on its way.
///
/// # Errors
/// `INTERNAL`.
pub(super) async fn code_of(conn: &mut Conn, row: &MessageRow) -> Result<Option<String>, Refusal> {
    let there = match row.direction {
        Direction::In => row.envelope_hash.is_some(),
        Direction::Out => store::outbox::received(conn, row.message_id).await?.is_some(),
    };
    Ok(there.then(|| code(&row.message_id)))
}

/// The first 40 bits of the id, as `7Q4M-2K9X`.
fn code(id: &MessageId) -> String {
    let bits = id.bytes().iter().take(BYTES).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let letter = |at: u32| ALPHABET.get(usize::try_from(bits >> (35 - 5 * at) & 31).unwrap_or_default());
    let letters: String = (0..8).filter_map(letter).map(|letter| char::from(*letter)).collect();
    let (first, last) = letters.split_at(letters.len() / 2);
    format!("{first}-{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_changes_with_the_message() {
        assert_eq!(code(&MessageId::new([0; 16])), "0000-0000");
        assert_eq!(code(&MessageId::new([0xff; 16])), "ZZZZ-ZZZZ");
        let mut one = [0; 16];
        one[4] = 1;
        assert_eq!(code(&MessageId::new(one)), "0000-0001");
    }
}
