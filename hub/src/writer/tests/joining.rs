//! Invitations, their redemption, and the certificate that comes of it.

use std::time::Duration;

use wiez_proto::directory::{Entry, Standing};
use wiez_proto::enrolment::request;
use wiez_proto::envelope::{SealingKey, SigningKey};
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::InstitutionKind;
use wiez_proto::wire::v1;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use super::fixture::World;

#[tokio::test]
async fn an_invitation_joins_one_institution_once() {
    let world = World::new().await;
    let invitation = world.hub.invite(World::invite("ops-brzeg", InstitutionKind::Ops)).await.unwrap();
    let (signing, sealing) = (SigningKey::generate(&world.env).unwrap(), SealingKey::generate(&world.env).unwrap());
    let reason = async |request| world.hub.redeem(request).await.unwrap_err().reason;

    let mut guessed = invitation.clone();
    guessed.secret[0] ^= 1;
    let wrong = request(&guessed, &World::csr(), &signing, sealing.public());
    assert_eq!(reason(wrong).await, Reason::InviteBadSecret);
    let mut other = invitation.clone();
    other.institution = "ops-nysa".parse().unwrap();
    let unknown = request(&other, &World::csr(), &signing, sealing.public());
    assert_eq!(reason(unknown).await, Reason::InviteUnknown);
    let no_csr = request(&invitation, b"no request", &signing, sealing.public());
    assert_eq!(reason(no_csr).await, Reason::FieldInvalid);

    let good = request(&invitation, &World::csr(), &signing, sealing.public());
    let response = world.hub.redeem(good.clone()).await.unwrap();
    assert_eq!(world.hub.redeem(good.clone()).await.unwrap(), response, "a lost answer is given again");
    let again = request(&invitation, &World::csr(), &signing, sealing.public());
    assert_eq!(reason(again).await, Reason::InviteUsed);
    let refused = world.hub.invite(World::invite("ops-brzeg", InstitutionKind::Ops)).await.unwrap_err();
    assert_eq!(refused.reason, Reason::AlreadyJoined);

    let bound = world.keys.region_keys.bound();
    let entry = Entry::open(&response.entry.unwrap(), &world.keys.directory.public(), &bound).unwrap();
    assert_eq!(entry.signing_key, signing.public());
    let world = world.restart().await;
    let members = world.hub.members();
    let member = members.get(&entry.institution).unwrap();
    assert_eq!((member.standing, &member.entry), (Standing::Active, &entry));
    assert_eq!(members.revision(), 2);
    world.advance(Duration::from_secs(8 * 24 * 3600)).await;
    assert_eq!(world.hub.redeem(good).await.unwrap_err().reason, Reason::InviteUnknown, "the secret is deleted");
}

#[tokio::test]
async fn two_at_once_make_one_member() {
    let world = World::new().await;
    let invitation = world.hub.invite(World::invite("ops-brzeg", InstitutionKind::Ops)).await.unwrap();
    let keys = || (SigningKey::generate(&world.env).unwrap(), SealingKey::generate(&world.env).unwrap());
    let ((one, one_seal), (two, two_seal)) = (keys(), keys());
    let one = request(&invitation, &World::csr(), &one, one_seal.public());
    let two = request(&invitation, &World::csr(), &two, two_seal.public());
    let (one, two, three) = tokio::join!(world.hub.redeem(one.clone()), world.hub.redeem(two), world.hub.redeem(one));
    assert_eq!(one.is_ok(), two.is_err());
    assert_eq!(one.is_ok(), three.is_ok());
    assert_eq!(one.ok(), three.ok());
    assert_eq!(world.hub.members().revision(), 2);
}

#[tokio::test]
async fn an_old_invitation_is_refused() {
    let world = World::new().await;
    let mut short = World::invite("ops-brzeg", InstitutionKind::Ops);
    short.valid_ms = 1000;
    let invitation = world.hub.invite(short).await.unwrap();
    let (signing, sealing) = (SigningKey::generate(&world.env).unwrap(), SealingKey::generate(&world.env).unwrap());
    world.env.advance(Duration::from_millis(1000));
    let late = request(&invitation, &World::csr(), &signing, sealing.public());
    let reason = world.hub.redeem(late).await.unwrap_err().reason;
    assert!([Reason::InviteExpired, Reason::InviteUnknown].contains(&reason), "{reason}");
}

#[tokio::test]
async fn the_certificate_says_exactly_what_the_hub_wants() {
    let world = World::new().await;
    let invitation = world.hub.invite(World::invite("ops-brzeg", InstitutionKind::Ops)).await.unwrap();
    let (signing, sealing) = (SigningKey::generate(&world.env).unwrap(), SealingKey::generate(&world.env).unwrap());
    // The request asks for a host name and to be a CA; only its key counts.
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let params = rcgen::CertificateParams::new(vec!["hub.test".into()]).unwrap();
    let csr = params.serialize_request(&key).unwrap().der().to_vec();
    let response = world.hub.redeem(request(&invitation, &csr, &signing, sealing.public())).await.unwrap();
    let (_, cert) = X509Certificate::from_der(&response.certificate).unwrap();
    let names = &cert.subject_alternative_name().unwrap().unwrap().value.general_names;
    let [GeneralName::URI(uri)] = names.as_slice() else { panic!("{names:?}") };
    assert_eq!(*uri, "wiez://opolskie/ops-brzeg");
    let usage = cert.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.client_auth && !usage.server_auth && !usage.any);
    assert!(!cert.is_ca());
    assert_ne!(cert.subject(), cert.issuer());
    assert_eq!(cert.public_key().subject_public_key.data.as_ref(), rcgen::PublicKeyData::der_bytes(&key));

    let ed = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let csr = rcgen::CertificateParams::new(vec![]).unwrap().serialize_request(&ed).unwrap().der().to_vec();
    let second = world.hub.invite(World::invite("ops-nysa", InstitutionKind::Ops)).await.unwrap();
    let refused = world.hub.redeem(request(&second, &csr, &signing, sealing.public())).await.unwrap_err();
    assert_eq!(refused.reason, Reason::FieldInvalid);
}

#[tokio::test]
async fn the_directory_is_mirrored_in_order_with_leaves_that_exist() {
    let world = World::new().await;
    let (ops, school) = world.pair().await;
    world.hub.set_standing(&school.id, Standing::Suspended).await.unwrap();
    world.hub.set_standing(&school.id, Standing::Suspended).await.unwrap();
    let caller = world.caller(&ops);
    let mirror = |after_revision| world.hub.mirror(&caller, v1::MirrorRequest { after_revision });
    let all = mirror(0).await.unwrap();
    assert!(all.complete);
    assert_eq!(all.items.iter().map(|item| item.revision).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(mirror(5).await.unwrap().items, []);
    for item in &all.items {
        let request = v1::LeavesRequest { first: item.leaf_index, count: 1 };
        let leaf = world.hub.leaves(request).await.unwrap().leaves.remove(0);
        let expected = match item.item.clone().unwrap() {
            v1::directory_item::Item::Entry(entry) => {
                let bytes = entry.entry.unwrap().content;
                wiez_proto::log::leaf::Leaf::Directory { entry_hash: wiez_proto::envelope::sha256(&[&bytes]) }
            }
            v1::directory_item::Item::Membership(signed) => {
                let object_hash = *wiez_proto::grant::object_hash(&signed).bytes();
                wiez_proto::log::leaf::Leaf::Membership { object_hash }
            }
        };
        assert_eq!(wiez_proto::log::leaf::Leaf::decode(&leaf).unwrap(), expected);
    }
}
