//! What is printed and typed back: codes of unmistakable letters, and bytes as words that can be said on the telephone.

use wiez_proto::env::Env;

/// Letters that no hand confuses and that form no words.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Consonants and vowels of spoken words, four and two bits each (<https://arxiv.org/html/0901.4016>).
const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";

/// A code of so many letters, in groups of `group`; each letter is worth 4.3 bits.
pub(super) fn code(env: &Env, letters: usize, group: usize) -> String {
    let mut out = String::new();
    let mut drawn = 0;
    while drawn < letters {
        let [byte] = env.random();
        // 240 is the largest multiple of 20: every letter is as likely as any other.
        if byte >= 240 {
            continue;
        }
        if drawn > 0 && drawn % group == 0 {
            out.push('-');
        }
        out.extend(LETTERS.get(usize::from(byte % 20)).map(|letter| char::from(*letter)));
        drawn += 1;
    }
    out
}

/// A code as it was typed, without spaces, dashes and case.
pub(super) fn typed(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

/// The fingerprint of a key: 16 letters of its id in groups of four, to compare by eye or telephone. Another key with
/// the same one takes more than 2^69 tries.
pub(crate) fn fingerprint(key: &[u8; 16]) -> String {
    let mut rest = u128::from_be_bytes(*key);
    let mut out = String::new();
    for at in 0..16 {
        if at > 0 && at % 4 == 0 {
            out.push('-');
        }
        let letter = usize::try_from(rest % 20).ok().and_then(|at| LETTERS.get(at));
        out.extend(letter.map(|letter| char::from(*letter)));
        rest /= 20;
    }
    out
}

/// Two bytes as a word of five letters.
pub(super) fn word(bytes: [u8; 2]) -> String {
    let number = usize::from(u16::from_be_bytes(bytes));
    let parts: [(&[u8], usize); 5] = [
        (CONSONANTS, number >> 12),
        (VOWELS, number >> 10 & 3),
        (CONSONANTS, number >> 6 & 15),
        (VOWELS, number >> 4 & 3),
        (CONSONANTS, number & 15),
    ];
    parts.iter().filter_map(|(letters, at)| letters.get(*at)).map(|letter| char::from(*letter)).collect()
}

/// The two bytes of a word; case does not matter.
pub(super) fn unword(word: &str) -> Option<[u8; 2]> {
    let letters: [u8; 5] = word.to_ascii_lowercase().into_bytes().try_into().ok()?;
    let mut number = 0_usize;
    for (letter, at) in letters.iter().zip(0..) {
        let list: &[u8] = if at % 2 == 0 { CONSONANTS } else { VOWELS };
        number = number * list.len() + list.iter().position(|known| known == letter)?;
    }
    u16::try_from(number).ok().map(u16::to_be_bytes)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_account_word_reads_back() {
        // Two examples of the paper: 127.0.0.1 is lusab-babad.
        assert_eq!((word([127, 0]), word([0, 1])), ("lusab".to_owned(), "babad".to_owned()));
        let words: BTreeSet<String> = (0..=u16::MAX).map(|n| word(n.to_be_bytes())).collect();
        assert_eq!(words.len(), 65_536);
        for n in 0..=u16::MAX {
            assert_eq!(unword(&word(n.to_be_bytes()).to_uppercase()).unwrap(), n.to_be_bytes());
        }
        for bad in ["", "lusa", "lusabb", "xusab", "lesab", "łusab"] {
            assert_eq!(unword(bad), None, "{bad}");
        }
    }

    #[test]
    fn account_codes_are_grouped_and_read_in_any_hand() {
        let env = Env::stepped(0, 5);
        let code = code(&env, 25, 5);
        assert_eq!(code.len(), 29);
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [5; 5]);
        assert_eq!(typed(&format!(" {} ", code.to_lowercase().replace('-', " "))), code.replace('-', ""));
    }
}
