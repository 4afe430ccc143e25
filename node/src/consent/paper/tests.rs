//! What a square code holds and gives back, and that nothing of it can be changed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::env::Env;
use wiez_proto::vocab::InstitutionKind;

use super::*;
use crate::node::tests::Offline;

fn paper(issuer: &InstitutionId, count: usize) -> Paper {
    let pair = |at: usize| PaperPair {
        institution: format!("szkola-podstawowa-nr-{at}-w-mie").parse().unwrap(),
        give: BTreeSet::from([Category::IdName, Category::Health]),
        receive: BTreeSet::from([Category::None]),
    };
    Paper {
        issuer: issuer.clone(),
        number: "Z-AB2CD3".to_owned(),
        valid_to: Date::constant(2027, 11, 1),
        pairs: (0..count).map(pair).collect(),
    }
}

#[test]
fn every_category_has_one_bit_and_keeps_it() {
    assert_eq!(BITS.len(), Category::ALL.len());
    for category in Category::ALL {
        assert_eq!(BITS.iter().filter(|bit| *bit == category).count(), 1, "{category}");
    }
    // Sheets that were printed before stay readable: the first and the last bit never move.
    assert_eq!(bits(&BTreeSet::from([Category::IdName])), [0, 0, 0, 0, 1]);
    assert_eq!(bits(&BTreeSet::from([Category::HealthMental])), [0, 0, 8, 0, 0]);
    assert_eq!(bits(&BTreeSet::from([Category::None])), [16, 0, 0, 0, 0]);
    for set in [BTreeSet::new(), Category::ALL.iter().copied().collect()] {
        assert_eq!(categories(&bits(&set)), Some(set));
    }
    assert_eq!(categories(&[32, 0, 0, 0, 0]), None, "a bit of a later release is not guessed");
}

#[test]
fn letters_are_those_of_rfc_4648_and_have_one_spelling() {
    for (bytes, text) in [
        ("f", "MY"),
        ("fo", "MZXQ"),
        ("foo", "MZXW6"),
        ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ] {
        assert_eq!(base32(bytes.as_bytes()), text);
        assert_eq!(unbase32(text).unwrap(), bytes.as_bytes());
        assert_eq!(unbase32(&text.to_lowercase()).unwrap(), bytes.as_bytes());
    }
    for bad in ["MZ1W6", "M", "MZ", "MY======", "ŁY"] {
        assert_eq!(unbase32(bad), None, "{bad}");
    }
}

#[tokio::test]
async fn a_code_is_good_for_its_printer_region_and_content_only() {
    let mut place = Offline::new(InstitutionKind::Ops, "2026-11-02T09:00").await;
    place.meets("sp3-nad", InstitutionKind::Szkola);
    let node = &place.node;
    let mine = paper(node.id(), 2);
    let text = mine.text(node.signing(), node.region());
    assert_eq!(check(node, &text).unwrap().paper, mine);
    // The school's key in the fixture.
    let theirs = SigningKey::from_seed(&[50; 32]).unwrap();
    let school: InstitutionId = "sp3-nad".parse().unwrap();
    let from_school = paper(&school, 3).text(&theirs, node.region());
    let good = check(node, &from_school).unwrap();
    assert_eq!(
        (good.paper.issuer, good.issuer_name.as_str(), good.active),
        (school.clone(), "Instytucja sp3-nad", true)
    );
    let reason = |text: &str| check(node, text).unwrap_err().reason;
    let stranger = SigningKey::generate(&Env::stepped(0, 9)).unwrap();
    assert_eq!(reason(&paper(&school, 3).text(&stranger, node.region())), Reason::KeyChanged);
    assert_eq!(reason(&paper(&"nie-ma".parse().unwrap(), 1).text(&stranger, node.region())), Reason::RecipientUnknown);
    let elsewhere = Region { id: "inny".parse().unwrap(), fingerprint: [0; 32] };
    assert_eq!(reason(&mine.text(node.signing(), &elsewhere)), Reason::Unverifiable);
    // A signature over another kind of object is none over a sheet.
    let bytes = mine.bytes(node.signing().public().id().bytes());
    let wrong = node.signing().sign(Object::Grant, node.region(), &bytes);
    assert_eq!(reason(&format!("{MARK}{}", base32(&[bytes.as_slice(), &wrong].concat()))), Reason::Unverifiable);
    // No single letter can be changed, and nothing can be added or left out.
    for at in MARK.len()..text.len() {
        let mut letters = text.clone().into_bytes();
        letters[at] = if letters[at] == b'C' { b'D' } else { b'C' };
        assert!(check(node, &String::from_utf8(letters).unwrap()).is_err(), "{at}");
        assert!(check(node, &text[..at]).is_err(), "{at}");
    }
    assert!(check(node, &format!("{text}AA")).is_err() && check(node, "").is_err() && check(node, "żółć").is_err());
    // A sheet that is over says so; its printer that left too.
    place.stands("sp3-nad", Standing::Revoked);
    assert!(!check(&place.node, &from_school).unwrap().active);
    place.env.advance(std::time::Duration::from_secs(366 * 86_400));
    assert!(check(&place.node, &text).unwrap().over);
}

#[test]
fn the_square_of_many_institutions_stays_readable_at_its_size() {
    let env = Env::stepped(0, 1);
    let key = SigningKey::generate(&env).unwrap();
    let region = Region { id: "opolskie".parse().unwrap(), fingerprint: [1; 32] };
    let issuer: InstitutionId = "osrodek-pomocy-spolecznej-w-brzegu".parse().unwrap();
    // Printed 30 mm wide with its quiet zone; a third of a millimetre is what telephones read without trouble.
    for (count, most) in [(1, 57), (4, 77), (6, 77), (MAX_PAIRS, 97)] {
        let (dark, side) = square(&paper(&issuer, count).text(&key, &region)).unwrap();
        assert!(side <= most && dark.len() == side * side, "{count}: {side}");
    }
}
