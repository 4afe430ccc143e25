//! Checks that a checkpoint has one form only and that both signatures count.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use proptest::prelude::*;

use super::*;

const ORIGIN: &str = "wiez/pomorskie/1";

fn signer() -> LogSigner {
    LogSigner::from_seeds(ORIGIN, &[1; 32], &[2; 32]).unwrap()
}

#[test]
fn a_signed_head_verifies_and_tells_size_root_and_time() {
    let note = signer().sign(42, &[7; 32], 1_700_000_000_999);
    let head = signer().keys().verify(&note).unwrap();
    assert_eq!(head, Checkpoint { origin: ORIGIN.to_owned(), size: 42, root: [7; 32], time_s: 1_700_000_000 });
    assert!(note.starts_with(
        "wiez/pomorskie/1\n42\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n\n\u{2014} wiez/pomorskie/1 "
    ));
}

#[test]
fn the_key_hash_follows_the_specification() {
    // Example of the Go module checksum database: its public verifier key, its name and hash.
    let key = STANDARD.decode("Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").unwrap();
    let (kind, public) = key.split_first_chunk::<1>().unwrap();
    assert_eq!(key_hash("sum.golang.org", kind[0], public.try_into().unwrap()), [0x03, 0x3d, 0xe0, 0xae]);
}

#[test]
fn every_flipped_bit_is_refused() {
    let note = signer().sign(42, &[7; 32], 1_700_000_000_000);
    for bit in 0..note.len() * 8 {
        let mut bytes = note.clone().into_bytes();
        if let Some(byte) = bytes.get_mut(bit / 8) {
            *byte ^= 1 << (bit % 8);
        }
        if let Ok(text) = String::from_utf8(bytes) {
            assert!(signer().keys().verify(&text).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn other_signature_lines_are_ignored_but_doubled_ones_are_not() {
    let note = signer().sign(42, &[7; 32], 1_700_000_000_000);
    let with_witness = format!("{note}\u{2014} witness.example/w {}\n", STANDARD.encode([9; 76]));
    assert!(signer().keys().verify(&with_witness).is_ok());
    let last = note.lines().last().unwrap();
    assert_eq!(signer().keys().verify(&format!("{note}{last}\n")), Err(CheckpointError::TimeSignature));
}

#[test]
fn both_signatures_are_needed_and_belong_to_this_log() {
    let note = signer().sign(42, &[7; 32], 1_700_000_000_000);
    let lines: Vec<&str> = note.lines().collect();
    let without = |skip: usize| {
        let kept = lines.iter().enumerate().filter(|(at, _)| *at != skip).map(|(_, line)| format!("{line}\n"));
        kept.collect::<String>()
    };
    let keys = signer().keys().clone();
    assert_eq!(keys.verify(&without(4)), Err(CheckpointError::LogSignature));
    assert_eq!(keys.verify(&without(5)), Err(CheckpointError::TimeSignature));
    let swapped = LogKeys { log_pub: keys.cosign_pub, cosign_pub: keys.log_pub, ..keys.clone() };
    assert_eq!(swapped.verify(&note), Err(CheckpointError::LogSignature));
    let other = LogKeys { origin: "wiez/other/1".to_owned(), ..keys.clone() };
    assert_eq!(other.verify(&note), Err(CheckpointError::Origin));
    let zero = signer().sign(42, &[7; 32], 999);
    assert_eq!(keys.verify(&zero), Err(CheckpointError::TimeSignature));
}

#[test]
fn only_the_canonical_form_is_read() {
    let root = STANDARD.encode([7; 32]);
    let line = format!("\u{2014} {ORIGIN} {}\n", STANDARD.encode([9; 68]));
    for body in [
        format!("{ORIGIN}\n042\n{root}\n"),
        format!("{ORIGIN}\n+42\n{root}\n"),
        format!("{ORIGIN}\n42\n{}\n", root.trim_end_matches('=')),
        format!("{ORIGIN}\n42\n{root}=\n"),
        format!("{ORIGIN}\n42\n{}\n", STANDARD.encode([7; 31])),
        format!("{ORIGIN}\n42\n{root}\nextra\n"),
        format!("{ORIGIN}\n42\n"),
        format!("{ORIGIN}\r\n42\r\n{root}\r\n"),
        format!("{ORIGIN} x\n42\n{root}\n"),
        format!("\n42\n{root}\n"),
        format!("{ORIGIN}\n18446744073709551616\n{root}\n"),
    ] {
        let note = format!("{body}\n{line}");
        assert_eq!(signer().keys().verify(&note), Err(CheckpointError::Malformed), "{body:?}");
    }
    let good = format!("{ORIGIN}\n42\n{root}\n");
    for rest in ["", "\n", "\n\n", "\n\u{2014} x\n", "\n- x AAAAAAAA\n", "\n\u{2014} x y AAAAAAAA\n"] {
        assert_eq!(signer().keys().verify(&format!("{good}{rest}")), Err(CheckpointError::Malformed), "{rest:?}");
    }
    let long = format!("{good}\n{}", line.repeat(60));
    assert_eq!(signer().keys().verify(&long), Err(CheckpointError::TooLarge));
}

#[test]
fn a_signer_needs_a_name_and_two_keys() {
    assert_eq!(LogSigner::from_seeds("a b", &[1; 32], &[2; 32]).err(), Some(SignerError::Origin));
    assert_eq!(LogSigner::from_seeds("", &[1; 32], &[2; 32]).err(), Some(SignerError::Origin));
    assert_eq!(LogSigner::from_seeds(ORIGIN, &[1; 32], &[1; 32]).err(), Some(SignerError::SameKey));
    assert_eq!(LogSigner::from_pkcs8(ORIGIN, b"x", b"y").err(), Some(SignerError::Key));
}

proptest! {
    #[test]
    fn no_text_panics(note in "\\PC{0,200}(\n\n)?\\PC{0,50}") {
        prop_assert!(signer().keys().verify(&note).is_err());
    }
}
