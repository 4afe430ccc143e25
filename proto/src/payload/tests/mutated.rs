//! Valid encodings with something changed: refused, or the canonical form of something else; and never a panic.

use std::collections::BTreeSet;

use super::super::*;
use super::bodies;
use crate::env::Env;

/// Characters that no text may hold, one for each length in UTF-8: controls, bidi, a tag.
const UNSAFE: [&str; 6] = ["\u{1b}", "\0", "\u{85}", "\u{202e}", "\u{2066}", "\u{e0041}"];
/// Flips, puts in, takes out, doubles or cuts something.
fn changed(bytes: &[u8], env: &Env) -> Vec<u8> {
    let at = usize::try_from(env.below(bytes.len() as u64)).unwrap();
    let [new] = env.random::<1>();
    let (before, after) = bytes.split_at(at);
    let rest = after.get(1..).unwrap_or_default();
    match env.below(6) {
        0 => [before, &[new], rest].concat(),
        1 => [before, &[new], after].concat(),
        2 => [before, rest].concat(),
        3 => [bytes, after].concat(),
        4 => [after, before].concat(),
        _ => before.to_vec(),
    }
}

#[test]
fn a_changed_encoding_is_refused_or_canonical() {
    let env = Env::stepped(0, 31);
    let (mut taken, mut tried) = (0, 0);
    for body in bodies() {
        let valid = Payload::new("SP3/2026/17", vec![], body).unwrap().to_bytes();
        for _ in 0..2_000 {
            let mut bytes = valid.clone();
            for _ in 0..=env.below(3) {
                bytes = if bytes.is_empty() { valid.clone() } else { changed(&bytes, &env) };
            }
            tried += 1;
            let Ok(payload) = Payload::from_bytes(&bytes) else { continue };
            taken += 1;
            assert_eq!(payload.to_bytes(), bytes, "a second form of {payload:?}");
            let again = Payload::new(payload.subject_ref(), payload.sections().to_vec(), payload.body().clone());
            assert_eq!(again.as_ref(), Ok(&payload), "what is read could be written");
            let of_roles: BTreeSet<Category> = payload.roles().into_iter().flat_map(|(_, of)| of).collect();
            assert!(of_roles.is_subset(&payload.categories()));
            let _ = (payload.lint(&["Zawilska".to_owned()]), payload.project(&of_roles).to_bytes());
        }
    }
    assert!(taken > 100 && taken < tried / 2, "{taken} of {tried} were read: the changes are too weak or too strong");
}

/// Within every text of every kind an unsafe character takes the place of letters: it is never read.
#[test]
fn no_text_of_any_kind_holds_what_turns_or_hides_text() {
    for body in bodies() {
        let payload = Payload::new("SP3/2026 sprawa", vec![], body).unwrap();
        let (valid, kind) = (payload.to_bytes(), payload.kind());
        for bad in UNSAFE {
            // A letter on either side: what is between is text, and no tag or length.
            let letters = |part: &[u8]| part.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ');
            let places = valid.windows(bad.len() + 2).enumerate().filter(|(_, part)| letters(part));
            let mut tried = 0;
            for (at, _) in places {
                let mut bytes = valid.clone();
                bytes.splice(at + 1..=at + bad.len(), bad.bytes());
                assert!(Payload::from_bytes(&bytes).is_err(), "{kind} took {bad:?} at {at}");
                tried += 1;
            }
            assert!(tried >= 1, "no text of {kind} is long enough");
        }
    }
}

#[test]
fn a_mediation_proposes_an_institution_and_not_a_person() {
    use crate::refusal::Reason;
    let note = |id: &str| {
        let proposed = Some(id.parse().unwrap());
        let note = MediationNote { outcome: crate::vocab::MediationOutcome::ProposedProvider, proposed };
        Payload::new("", vec![], Body::MediationNote(note)).unwrap().lint(&["Wierzba".to_owned()])
    };
    for person in ["pesel-44051401359", "p-440514-01359", "tel-600-100-200", "zadzwon-600100200"] {
        let refusal = note(person).unwrap_err();
        let field = refusal.details.get("field").map(String::as_str);
        assert_eq!((refusal.reason, field), (Reason::PersonalDataFound, Some("proposed")), "{person}");
    }
    for institution in ["ppp-nysa", "n-sp3-wier", "ops-1601011", "szkola-wierzba", "pcpr-16-2026"] {
        assert_eq!(note(institution), Ok(()), "{institution}");
    }
}
