//! Codes of an authenticator program: RFC 6238 over RFC 4226, SHA-1, six digits, steps of 30 seconds.

use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};

/// Letters of base32 (RFC 4648, 6).
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Length of one step in milliseconds.
const STEP_MS: i64 = 30_000;
/// Length of a secret in bytes (RFC 4226, 4: 160 bits are recommended).
pub(super) const SECRET_LEN: usize = 20;

/// The step of a moment.
pub(super) fn step(now_ms: i64) -> i64 {
    now_ms.div_euclid(STEP_MS)
}

/// The code of a step.
pub(super) fn code(secret: &[u8], step: i64) -> String {
    let tag = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let bytes = tag.as_ref();
    // RFC 4226, 5.3: the low four bits of the last byte say where the number begins.
    let at = usize::from(bytes.last().copied().unwrap_or_default() & 0x0f);
    let four: [u8; 4] = bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// The step that a code belongs to: now, the one before or the one after, and later than the last one
/// used, because nobody may use a code twice.
pub(super) fn accept(secret: &[u8], typed: &str, now_ms: i64, last_step: i64) -> Option<i64> {
    let now = step(now_ms);
    let fits = |step: &i64| *step > last_step && super::secret::same(code(secret, *step).as_bytes(), typed.as_bytes());
    (now - 1..=now + 1).find(fits)
}

/// The bytes of a secret in base32; none for another length or letter.
pub(super) fn unbase32(text: &str) -> Option<[u8; SECRET_LEN]> {
    let (mut out, mut buffer, mut bits) = (Vec::with_capacity(SECRET_LEN), 0_u32, 0_u32);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        buffer = ((buffer << 5) | u32::try_from(value).ok()?) & 0xffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
    }
    out.try_into().ok()
}

/// RFC 4648 base32 without padding, as authenticator programs want a secret typed.
pub(super) fn base32(bytes: &[u8]) -> String {
    let (mut out, mut buffer, mut bits) = (String::new(), 0_u32, 0_u32);
    for byte in bytes {
        buffer = ((buffer << 8) | u32::from(*byte)) & 0xffff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let index = usize::try_from((buffer >> bits) & 31).unwrap_or_default();
            out.extend(ALPHABET.get(index).map(|letter| char::from(*letter)));
        }
    }
    if bits > 0 {
        let index = usize::try_from((buffer << (5 - bits)) & 31).unwrap_or_default();
        out.extend(ALPHABET.get(index).map(|letter| char::from(*letter)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1; the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (seconds, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, step(seconds * 1000)), digits, "{seconds}");
        }
    }

    #[test]
    fn an_account_code_lives_three_steps_and_once() {
        let secret = b"12345678901234567890";
        let now_ms = 1_700_000_000_000;
        let now = step(now_ms);
        for near in [now - 1, now, now + 1] {
            assert_eq!(accept(secret, &code(secret, near), now_ms, 0), Some(near));
            assert_eq!(accept(secret, &code(secret, near), now_ms, near), None, "used");
        }
        assert_eq!(accept(secret, &code(secret, now - 2), now_ms, 0), None);
        assert_eq!(accept(secret, &code(secret, now + 2), now_ms, 0), None);
        assert_eq!(accept(secret, "", now_ms, 0), None);
    }

    #[test]
    fn secrets_are_written_as_rfc_4648_says() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
