//! Keys stay pinned; names and certificates may move.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use super::*;
use crate::env::Env;
use crate::envelope::SealingKey;

struct World {
    region: Region,
    directory: SigningKey,
    signing: SigningKey,
    sealing: SealingKey,
    env: Env,
}

impl World {
    fn new() -> Self {
        let env = Env::stepped(0, 11);
        Self {
            region: Region { id: "opolskie".parse().unwrap(), fingerprint: [1; 32] },
            directory: SigningKey::generate(&env).unwrap(),
            signing: SigningKey::generate(&env).unwrap(),
            sealing: SealingKey::generate(&env).unwrap(),
            env,
        }
    }

    fn first(&self) -> Entry {
        Entry {
            institution: "ops-brzeg".parse().unwrap(),
            serial: 1,
            kind: InstitutionKind::Ops,
            also_acts_as: vec![],
            name: "OPS Brzeg".into(),
            teryt: "1640011".into(),
            phone: "+48 77 000 00 00".into(),
            signing_key: self.signing.public(),
            sealing_key: self.sealing.public().clone(),
            tls_fingerprint: [2; 32],
            valid_from_ms: 1,
            previous: None,
        }
    }

    fn next(&self) -> Entry {
        Entry { serial: 2, previous: Some(self.first().hash()), ..self.first() }
    }

    fn offer(&self, entry: &Entry, agreed_by: Option<&SigningKey>) -> v1::SignedEntry {
        let signed = entry.sign(&self.directory, &self.region).unwrap();
        let agreement = agreed_by.map(|key| key.sign(Object::Entry, &self.region, &signed.content).to_vec());
        v1::SignedEntry { entry: Some(signed), previous_key_signature: agreement.unwrap_or_default().into() }
    }

    fn follow(&self, offered: &v1::SignedEntry) -> Result<Entry, Reason> {
        let directory = self.directory.public();
        follow(Some(&self.first()), offered, &directory, &self.region).map_err(|refusal| refusal.reason)
    }
}

#[test]
fn a_new_certificate_follows_and_new_keys_need_the_old_key() {
    let world = World::new();
    let renewed = Entry { tls_fingerprint: [3; 32], ..world.next() };
    assert!(world.follow(&world.offer(&renewed, None)).is_ok());

    let signing = SigningKey::generate(&world.env).unwrap();
    let sealing = SealingKey::generate(&world.env).unwrap();
    for changed in [
        Entry { signing_key: signing.public(), ..world.next() },
        Entry { sealing_key: sealing.public().clone(), ..world.next() },
    ] {
        assert_eq!(world.follow(&world.offer(&changed, None)), Err(Reason::KeyChanged));
        assert_eq!(world.follow(&world.offer(&changed, Some(&signing))), Err(Reason::KeyChanged));
        assert!(world.follow(&world.offer(&changed, Some(&world.signing))).is_ok());
    }
}

#[test]
fn an_entry_needs_the_directory_key_and_the_next_place_in_its_chain() {
    let world = World::new();
    let mut unsigned = world.offer(&world.next(), None);
    unsigned.entry = Some(world.signing.signed(Object::Entry, &world.region, unsigned.entry.unwrap().content.to_vec()));
    assert_eq!(world.follow(&unsigned), Err(Reason::Unverifiable));
    for broken in [
        Entry { serial: 3, ..world.next() },
        Entry { previous: Some(Hash::new([9; 32])), ..world.next() },
        Entry { institution: "pcpr-brzeg".parse().unwrap(), ..world.next() },
        Entry { name: "Inny".into(), ..world.first() },
    ] {
        assert_eq!(world.follow(&world.offer(&broken, None)), Err(Reason::Equivocation));
    }
    assert!(world.follow(&world.offer(&world.first(), None)).is_ok());
}

#[test]
fn texts_in_an_entry_are_plain() {
    let world = World::new();
    for name in ["", "   ", "OPS\u{202e}Brzeg", "OPS\nBrzeg", "OPS\u{1b}[2J", &"a".repeat(201)] {
        assert!(
            Entry { name: name.into(), ..world.first() }.sign(&world.directory, &world.region).is_err(),
            "{name:?}"
        );
    }
    for teryt in ["", "1", "12345678", "16a", "16'--"] {
        assert!(Entry { teryt: teryt.into(), ..world.first() }.sign(&world.directory, &world.region).is_err());
    }
    assert!(Entry { phone: "112; drop".into(), ..world.first() }.sign(&world.directory, &world.region).is_err());
}

#[test]
fn a_standing_needs_the_directory_key() {
    let world = World::new();
    for standing in [Standing::Active, Standing::Suspended, Standing::Revoked] {
        let membership = Membership { institution: "ops-brzeg".parse().unwrap(), standing, at_ms: 5 };
        let signed = membership.sign(&world.directory, &world.region);
        assert_eq!(Membership::open(&signed, &world.directory.public(), &world.region).unwrap(), membership);
        assert!(Membership::open(&signed, &world.signing.public(), &world.region).is_err());
    }
}
