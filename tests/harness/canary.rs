//! Searches bytes, files and folders for planted texts in every form in which they could leak.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use ring::digest;

/// Texts to look for, each in many forms.
#[derive(Debug, Default)]
pub struct Canaries {
    /// By the first eight bytes, so that one look at each position is enough.
    forms: HashMap<[u8; 8], Vec<Form>>,
}

#[derive(Debug)]
struct Form {
    name: String,
    bytes: Vec<u8>,
}

/// Where something was found: `file or buffer: form`, and how often.
pub type Found = BTreeMap<String, usize>;

impl Canaries {
    /// Looks for a text as UTF-8, UTF-16LE, Base64 in every alignment, and hexadecimal.
    ///
    /// # Panics
    /// For a text under eight bytes, which could stand anywhere by chance.
    pub fn plant(&mut self, text: &str) {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.add(text, "UTF-8", text.as_bytes().to_vec());
        self.add(text, "UTF-16LE", wide);
        self.add(text, "hex", hex(text.as_bytes()).into_bytes());
        self.add(text, "HEX", hex(text.as_bytes()).to_uppercase().into_bytes());
        for shift in 0..3 {
            for (name, engine) in [("base64", &STANDARD_NO_PAD), ("base64url", &URL_SAFE_NO_PAD)] {
                let whole = engine.encode([&vec![0; shift], text.as_bytes()].concat());
                // Characters that share bits with neighbours differ from place to place.
                let clean = (shift * 8).div_ceil(6)..(shift + text.len()) * 8 / 6;
                self.add(text, name, whole.get(clean).unwrap_or_default().as_bytes().to_vec());
            }
        }
    }

    /// Looks for functions of a number too: MD5, SHA-1 and SHA-256, as bytes and hexadecimal.
    pub fn plant_number(&mut self, number: &str) {
        self.plant(number);
        let sha = |algorithm| digest::digest(algorithm, number.as_bytes()).as_ref().to_vec();
        let hashes = [
            ("MD5", md5(number.as_bytes()).to_vec()),
            ("SHA-1", sha(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
            ("SHA-256", sha(&digest::SHA256)),
        ];
        for (name, hash) in hashes {
            self.add(number, &format!("{name} in hex"), hex(&hash).into_bytes());
            self.add(number, &format!("{name} in base64"), STANDARD_NO_PAD.encode(&hash).into_bytes());
            self.add(number, name, hash);
        }
    }

    fn add(&mut self, text: &str, form: &str, bytes: Vec<u8>) {
        let Some(first) = bytes.first_chunk::<8>().copied() else {
            return assert!(text.len() >= 8, "{text} is too short to be looked for");
        };
        self.forms.entry(first).or_default().push(Form { name: format!("{text} as {form}"), bytes });
    }

    /// Counts every form in a buffer.
    pub fn search(&self, place: &str, bytes: &[u8], found: &mut Found) {
        for at in 0..bytes.len() {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(forms) = rest.first_chunk::<8>().and_then(|first| self.forms.get(first)) else { continue };
            for form in forms.iter().filter(|form| rest.starts_with(&form.bytes)) {
                *found.entry(format!("{place}: {}", form.name)).or_default() += 1;
            }
        }
    }

    /// Counts every form in every file below a folder; returns the bytes that were read.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn search_folder(&self, folder: &Path, found: &mut Found) -> std::io::Result<u64> {
        let mut read = 0;
        for item in std::fs::read_dir(folder)? {
            let item = item?;
            let kind = item.file_type()?;
            if kind.is_dir() {
                read += self.search_folder(&item.path(), found)?;
            } else if kind.is_file() {
                let bytes = std::fs::read(item.path())?;
                read += bytes.len() as u64;
                self.search(&item.path().display().to_string(), &bytes, found);
            }
        }
        Ok(read)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// RFC 1321, only to look for it.
fn md5(message: &[u8]) -> [u8; 16] {
    const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut bytes = message.to_vec();
    bytes.push(0x80);
    while bytes.len() % 64 != 56 {
        bytes.push(0);
    }
    bytes.extend((message.len() as u64 * 8).to_le_bytes());
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in bytes.as_chunks::<64>().0 {
        let words: Vec<u32> = block.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..64_usize {
            let (mixed, word) = match step / 16 {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), (7 * step) % 16),
            };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "RFC 1321 says so")]
            let sine = ((step as f64 + 1.0).sin().abs() * 4_294_967_296.0) as u32;
            let word = words.get(word).copied().unwrap_or_default();
            let turn = TURNS.get(step / 16).and_then(|row| row.get(step % 4)).copied().unwrap_or_default();
            let sum = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(word);
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(turn)));
        }
        for (old, new) in state.iter_mut().zip([a, b, c, d]) {
            *old = old.wrapping_add(new);
        }
    }
    let mut out = [0; 16];
    for (slot, byte) in out.iter_mut().zip(state.iter().flat_map(|word| word.to_le_bytes())) {
        *slot = byte;
    }
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn every_form_is_found_wherever_it_stands() {
        let mut canaries = Canaries::default();
        canaries.plant_number("02070803628");
        let hidden = |text: &[u8]| {
            let mut found = Found::new();
            canaries.search("here", &[b"xyz", text, b"!"].concat(), &mut found);
            found.len()
        };
        assert_eq!(hidden(b"nothing at all"), 0);
        assert_eq!(hidden(b"02070803628"), 1);
        assert_eq!(hidden(b"0\x002\x000\x007\x000\x008\x000\x003\x006\x002\x008\x00"), 1);
        // Digits alone look the same in both cases of hexadecimal.
        assert_eq!(hidden(hex(b"02070803628").as_bytes()), 2);
        for lead in ["", "a", "ab", "abc"] {
            assert!(hidden(STANDARD_NO_PAD.encode(format!("{lead}02070803628 and more")).as_bytes()) > 0, "{lead}");
        }
        assert_eq!(hidden(digest::digest(&digest::SHA256, b"02070803628").as_ref()), 1);
        assert_eq!(hidden(hex(&md5(b"02070803628")).as_bytes()), 1);
    }

    #[test]
    fn md5_is_that_of_the_rfc() {
        assert_eq!(hex(&md5(b"")), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(hex(&md5(b"message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
        let long = "12345678901234567890123456789012345678901234567890123456789012345678901234567890";
        assert_eq!(hex(&md5(long.as_bytes())), "57edf4a22be3c955ac49da2e2107b67a");
    }

    #[test]
    fn a_planted_file_is_found() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        std::fs::write(folder.path().join("deep/file"), b"...KANAREK-1234...").unwrap();
        let mut canaries = Canaries::default();
        canaries.plant("KANAREK-1234");
        let mut found = Found::new();
        assert_eq!(canaries.search_folder(folder.path(), &mut found).unwrap(), 18);
        assert_eq!(found.len(), 1);
    }
}
