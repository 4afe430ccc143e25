//! The institution's recovery key on paper: three sheets, any two restore it, one alone tells nothing.
//!
//! The 32-byte seed is the XOR of three random parts; each sheet carries two of them, another one missing
//! on each. The node keeps only the public half. The sheets are shown once and belong into three places.

use wiez_proto::env::Env;
use wiez_proto::envelope::{SealingKey, SealingPublic, sha256};
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::Zeroizing;

use super::paper::{unword, word};

/// Sheets of a set.
const SHEETS: u8 = 3;
/// Bytes in a line: four words, then a fifth that checks them.
const LINE: usize = 8;
/// Lines: one of number and set, eight of two parts.
const LINES: usize = 9;

/// One sheet.
pub struct Share {
    number: u8,
    set: [u8; 4],
    /// The two parts other than the one of the same number, in ascending order.
    parts: Zeroizing<[u8; 64]>,
}

/// Makes the three sheets of a key.
#[must_use]
pub fn split(env: &Env, key: &SealingKey) -> [Share; 3] {
    let set: [u8; 4] = env.random();
    let one: Zeroizing<[u8; 32]> = Zeroizing::new(env.random());
    let two: Zeroizing<[u8; 32]> = Zeroizing::new(env.random());
    let three = xor(&xor(key.seed(), &one), &two);
    let share = |number, first: &[u8; 32], second: &[u8; 32]| {
        let mut parts = Zeroizing::new([0; 64]);
        for (slot, byte) in parts.iter_mut().zip(first.iter().chain(second)) {
            *slot = *byte;
        }
        Share { number, set, parts }
    };
    [share(1, &two, &three), share(2, &one, &three), share(3, &one, &two)]
}

/// Restores the key from two sheets.
///
/// # Errors
/// `RECOVERY_SHEET` for the same sheet twice, sheets of different sets, and a key that is not this institution's.
pub fn restore(one: &Share, other: &Share, public: &SealingPublic) -> Result<SealingKey, Refusal> {
    let wrong = || Refusal::new(Reason::RecoverySheet);
    if one.number == other.number {
        return Err(wrong().with("same", one.number));
    }
    let (low, high) = if one.number < other.number { (one, other) } else { (other, one) };
    // The missing part of each sheet is on the other one; the third is on both.
    let missing_low = high.part(low.number).ok_or_else(wrong)?;
    let missing_high = low.part(high.number).ok_or_else(wrong)?;
    let common = (1..=SHEETS).find(|part| *part != low.number && *part != high.number).ok_or_else(wrong)?;
    let (both, again) = (low.part(common).ok_or_else(wrong)?, high.part(common).ok_or_else(wrong)?);
    if one.set != other.set || *both != *again {
        return Err(wrong().with("set", format_args!("{} / {}", low.set_name(), high.set_name())));
    }
    let key = SealingKey::from_seed(&xor(&xor(&missing_low, &missing_high), &both))?;
    if key.public() == public { Ok(key) } else { Err(wrong().with("set", low.set_name())) }
}

fn xor(one: &[u8; 32], other: &[u8; 32]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new(*one);
    for (slot, byte) in out.iter_mut().zip(other) {
        *slot ^= byte;
    }
    out
}

impl Share {
    /// Which of the three it is, from 1.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// Two words that name the set; those of one set are the same on all three sheets.
    #[must_use]
    pub fn set_name(&self) -> String {
        let [a, b, c, d] = self.set;
        format!("{}-{}", word([a, b]), word([c, d]))
    }

    /// The nine lines to print, each of four words and a fifth that checks them.
    #[must_use]
    pub fn lines(&self) -> Zeroizing<Vec<String>> {
        let header = self.header();
        let all = header.chunks(LINE).chain(self.parts.chunks(LINE));
        let line = |(at, bytes): (u8, &[u8])| {
            let words = bytes.chunks(2).filter_map(|pair| pair.try_into().ok().map(word));
            words.chain([word(check(&header, at, bytes))]).collect::<Vec<_>>().join(" ")
        };
        Zeroizing::new((1..).zip(all).map(line).collect())
    }

    /// Reads what was typed from a sheet; line breaks, case and further spaces do not matter.
    ///
    /// # Errors
    /// `RECOVERY_SHEET` with the number of the first line that does not agree with its fifth word.
    pub fn read(typed: &str) -> Result<Self, Refusal> {
        let wrong = |line: usize| Refusal::new(Reason::RecoverySheet).with("line", line);
        let words: Vec<&str> = typed.split(|c: char| c.is_whitespace() || c == '-').filter(|w| !w.is_empty()).collect();
        let mut bytes = Zeroizing::new(Vec::with_capacity(LINES * LINE));
        for (at, line) in (1..).zip(words.chunks(5)) {
            let read: Option<Vec<[u8; 2]>> = line.iter().map(|word| unword(word)).collect();
            let read = Zeroizing::new(read.ok_or_else(|| wrong(at))?.concat());
            let (body, sum) = read.split_at_checked(LINE).ok_or_else(|| wrong(at))?;
            let header: Vec<u8> = bytes.iter().chain(body).copied().take(LINE).collect();
            let number = u8::try_from(at).map_err(|_| wrong(at))?;
            if sum != check(&header, number, body) {
                return Err(wrong(at));
            }
            bytes.extend_from_slice(body);
        }
        let (header, parts) = bytes.split_at_checked(LINE).ok_or_else(|| wrong(1))?;
        let parts = parts.try_into().map(Zeroizing::new).map_err(|_| wrong(words.len() / 5 + 1))?;
        match header {
            [1, number @ 1..=SHEETS, a, b, c, d, 0, 0] => Ok(Self { number: *number, set: [*a, *b, *c, *d], parts }),
            _ => Err(wrong(1)),
        }
    }

    /// Version, number, set.
    fn header(&self) -> [u8; LINE] {
        let [a, b, c, d] = self.set;
        [1, self.number, a, b, c, d, 0, 0]
    }

    /// One of the three parts; the one of the own number is not here.
    fn part(&self, which: u8) -> Option<Zeroizing<[u8; 32]>> {
        let at = (1..=SHEETS).filter(|part| *part != self.number).position(|part| part == which)?;
        let chunk = self.parts.chunks(32).nth(at)?;
        chunk.try_into().map(Zeroizing::new).ok()
    }
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({} of {})", self.number, self.set_name())
    }
}

/// The check of a line. It is bound to the sheet and the line, so that lines cannot change places.
fn check(header: &[u8], line: u8, bytes: &[u8]) -> [u8; 2] {
    let [a, b, ..] = sha256(&[b"wiez/recovery-sheet/v1\0", header, &[line], bytes]);
    [a, b]
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::*;

    fn key(seed: u64) -> SealingKey {
        SealingKey::generate(&Env::stepped(0, seed)).unwrap()
    }

    fn read_back(share: &Share) -> Share {
        Share::read(&share.lines().join("\n")).unwrap()
    }

    #[test]
    fn any_two_recovery_sheets_restore_the_account_key_in_any_order() {
        let key = key(1);
        let shares = split(&Env::stepped(0, 2), &key).map(|share| read_back(&share));
        for (one, other) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)] {
            let restored = restore(&shares[one], &shares[other], key.public()).unwrap();
            assert_eq!(restored.seed(), key.seed(), "{one} {other}");
        }
        let lines = shares[0].lines();
        assert_eq!(lines.len(), 9);
        assert!(lines.iter().all(|line| line.split(' ').count() == 5));
        assert!(!format!("{:?}", shares[0]).contains(&lines[1]));
    }

    #[test]
    fn one_recovery_sheet_fits_every_account_key() {
        // For each sheet of one key and any other key there is a second sheet that leads to the other key:
        // the first one therefore says nothing about which key it is.
        let (mine, theirs) = (key(1), key(9));
        for share in split(&Env::stepped(0, 2), &mine) {
            let fellow = if share.number == 1 { 2 } else { 1 };
            let common = (1..=3).find(|part| *part != share.number && *part != fellow).unwrap();
            let (known, same) = (share.part(fellow).unwrap(), share.part(common).unwrap());
            let missing = xor(&xor(theirs.seed(), &known), &same);
            let mut parts = Zeroizing::new([0; 64]);
            let (first, second) = if share.number < common { (&missing, &same) } else { (&same, &missing) };
            parts[..32].copy_from_slice(first.as_slice());
            parts[32..].copy_from_slice(second.as_slice());
            let forged = Share { number: fellow, set: share.set, parts };
            assert_eq!(restore(&share, &forged, theirs.public()).unwrap().seed(), theirs.seed());
        }
    }

    #[test]
    fn wrong_doubled_and_mixed_recovery_sheets_are_told() {
        let (mine, theirs) = (key(1), key(9));
        let [one, two, _] = split(&Env::stepped(0, 2), &mine);
        let [_, foreign, _] = split(&Env::stepped(0, 3), &theirs);
        let [_, again, _] = split(&Env::stepped(0, 4), &mine);
        let told = |result: Result<SealingKey, Refusal>| {
            let refusal = result.unwrap_err();
            assert_eq!(refusal.reason, Reason::RecoverySheet);
            refusal.details.keys().next().unwrap().clone()
        };
        assert_eq!(told(restore(&one, &one, mine.public())), "same");
        assert_eq!(told(restore(&one, &foreign, mine.public())), "set");
        assert_eq!(told(restore(&one, &again, mine.public())), "set", "another set of the same key");
        assert_eq!(told(restore(&one, &two, theirs.public())), "set", "another institution's key");
        // The set forged to be equal does not help: the common part differs.
        let disguised = Share { set: one.set, ..foreign };
        assert_eq!(told(restore(&one, &disguised, mine.public())), "set");
    }

    #[test]
    fn a_mistyped_line_of_a_recovery_sheet_is_named() {
        let [one, ..] = split(&Env::stepped(0, 2), &key(1));
        let lines = one.lines();
        let line_of = |text: &str| Share::read(text).unwrap_err().details["line"].clone();
        for at in 0..9 {
            let mut typed = lines.to_vec();
            let first = if typed[at].starts_with('b') { "d" } else { "b" };
            typed[at].replace_range(..1, first);
            assert_eq!(line_of(&typed.join("\n")), (at + 1).to_string());
        }
        let mut swapped = lines.to_vec();
        swapped.swap(3, 5);
        assert_eq!(line_of(&swapped.join(" ")), "4");
        assert_eq!(line_of(&lines[..8].join("\n")), "9");
        assert_eq!(line_of(&format!("{}\nlusab", lines.join("\n"))), "10");
        assert_eq!(line_of(""), "1");
        assert!(Share::read(&lines.join("  \n ").to_uppercase()).is_ok());
    }
}
