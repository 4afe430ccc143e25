//! Envelopes that a hostile member seals, signs and gets past the hub: their recipient opens none of them.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail loudly")]

use std::collections::BTreeSet;

use prost::Message;
use wiez_proto::envelope::{Envelope, SealingPublic, VerifyingKey};
use wiez_proto::grant::{Ask, covers};
use wiez_proto::receipt::Refused;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, Purpose};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::enrolment_service_client::EnrolmentServiceClient;
use wiez_tests::member::{Basis, Place, next};
use wiez_tests::session::{Collecting, Session, channel};

use crate::calls::nameless;
use crate::craft::{Craft, content, pad, parsed};
use crate::ground::{Ground, says};
use crate::raw::{resign, with_header};

/// The channel from `ops` to the school, with the streams of both.
struct Lane {
    ground: Ground,
    last: Option<Envelope>,
    mail: Collecting,
    news: Collecting,
    _taking: Session,
}

impl Lane {
    async fn new() -> Self {
        let ground = Ground::new().await;
        let taking = ground.school.connect().await.unwrap();
        let (mail, news) = (taking.collecting(0).await.unwrap(), ground.session.collecting(0).await.unwrap());
        Self { ground, last: None, mail, news, _taking: taking }
    }

    fn craft(&self) -> Craft {
        Craft::new(&self.ground.ops, &self.ground.school.peer(), &self.draft())
    }

    fn draft(&self) -> wiez_proto::envelope::Draft {
        let basis = Basis::Consent(self.ground.consent.there);
        self.ground.ops.draft(&self.ground.school.id, next(self.last.as_ref()), basis)
    }

    fn seal(&self, craft: Craft) -> v1::Envelope {
        craft.seal(&self.ground.ops, &self.ground.school.peer())
    }

    /// Through the hub to the recipient; gives what the recipient says.
    async fn carry(&mut self, envelope: v1::Envelope) -> anyhow::Result<v1::Content> {
        self.ground.session.deposit(envelope.clone()).await.unwrap().accepted().unwrap();
        self.last = Some(parsed(&envelope));
        let delivery = self.mail.delivery().await.unwrap();
        assert_eq!(delivery.envelope.as_ref(), Some(&envelope), "the hub changed something");
        self.ground.school.open(&self.ground.ops.peer(), delivery.envelope.unwrap())
    }

    /// The hub cannot see what is wrong; the recipient refuses by the one opaque reason, and the sender learns it.
    async fn refused(&mut self, what: &str, envelope: v1::Envelope) {
        let Err(error) = self.carry(envelope).await else { panic!("{what}: opened") };
        let reason = error.downcast_ref::<Refusal>().map(|refusal| refusal.reason);
        let opaque = error.is::<wiez_proto::envelope::Unverifiable>() || reason == Some(Reason::Unverifiable);
        assert!(opaque, "{what}: {error}");
        let refused = Refused {
            envelope_hash: self.last.as_ref().unwrap().hash(),
            reason: Reason::Unverifiable,
            party: self.ground.school.id.to_string(),
            at_ms: self.ground.env.now_ms(),
        };
        let signed = refused.sign(&self.ground.school.signing, self.ground.school.bound());
        let message = v1::collect_request::Message::Refusal(signed.clone());
        self.mail.outgoing.send(v1::CollectRequest { message: Some(message) }).await.unwrap();
        loop {
            if let v1::collect_response::Message::Event(event) = self.news.next().await.unwrap() {
                assert_eq!(event.news, Some(v1::event::News::Refusal(signed)), "{what}");
                break;
            }
        }
    }
}

#[tokio::test]
async fn what_is_crafted_rightly_by_hand_opens() {
    let mut lane = Lane::new().await;
    let craft = lane.craft();
    let opened = lane.carry(lane.seal(craft)).await.unwrap();
    assert_eq!(opened.payload, vec![5; 300]);
}

/// A field of the header and what a hostile member writes into it.
type Change = (&'static str, fn(&mut v1::Header));

const CHANGES: &[Change] = &[
    ("e01 version", |header| header.version = 2),
    ("e02 suite", |header| header.suite = 2),
    ("e03 sender", |header| header.sender = "kpp-brzeg".to_owned()),
    ("e04 recipient", |header| header.recipient = "kpp-brzeg".to_owned()),
    ("e05 epoch", |header| header.epoch += 1),
    ("e06 seq", |header| header.seq += 1),
    ("e07 prev", |header| header.prev = vec![9; 32].into()),
    ("e08 handle", |header| header.handle = vec![9; 16].into()),
    ("e09 message id", |header| header.message_id = vec![9; 16].into()),
    ("e10 created", |header| header.created_ms += 1),
    ("e11 expires", |header| header.expires_ms += 1),
    ("e12 commitment", |header| header.commitment = vec![9; 32].into()),
    ("e13 padded size", |header| header.padded_size = 16384),
    ("e14 key ids", |header| header.recipient_key_id = vec![9; 16].into()),
    ("e14 class", |header| {
        header.basis_class = v1::BasisClass::Statutory.into();
        header.handle = vec![].into();
    }),
];

#[tokio::test]
async fn e01_to_e14_a_changed_header_is_refused_by_the_hub_and_opens_for_nobody_even_when_signed_again() {
    let ground = Ground::new().await;
    let good = ground.first().to_wire();
    ground.school.open(&ground.ops.peer(), good.clone()).unwrap();
    for (field, change) in CHANGES {
        let signed = with_header(&ground.ops, &good, change);
        assert!(ground.school.open(&ground.ops.peer(), signed.clone()).is_err(), "{field} opens when signed again");
        let tampered = v1::Envelope { signature: good.signature.clone(), ..signed };
        assert!(ground.school.open(&ground.ops.peer(), tampered.clone()).is_err(), "{field} opens");
        let before = ground.state().await;
        let answer = ground.session.deposit(tampered).await.unwrap();
        assert!(!answer.reason().is_empty(), "{field} is accepted without a signature");
        ground.stands(&before).await;
    }
}

#[tokio::test]
async fn e15_an_envelope_signed_by_another_member_is_refused() {
    let ground = Ground::new().await;
    let other = resign(&ground.police, ground.first().to_wire());
    assert!(ground.school.open(&ground.ops.peer(), other.clone()).is_err());
    ground.refuses(other, Reason::Unverifiable).await;
}

#[tokio::test]
async fn e16_a_seal_that_says_something_else_than_its_header_is_refused() {
    let mut lane = Lane::new().await;
    type Inside = (&'static str, fn(&mut v1::Content));
    let changes: [Inside; 8] = [
        ("sender", |content| content.sender = "kpp-brzeg".to_owned()),
        ("recipient", |content| content.recipient = "kpp-brzeg".to_owned()),
        ("message id", |content| content.message_id = vec![9; 16].into()),
        ("epoch", |content| content.epoch += 1),
        ("seq", |content| content.seq += 1),
        ("prev", |content| content.prev = vec![9; 32].into()),
        ("class", |content| content.basis_class = v1::BasisClass::Statutory.into()),
        ("handle", |content| content.handle = vec![9; 16].into()),
    ];
    for (what, change) in changes {
        let draft = lane.draft();
        let mut inside = content(&draft);
        change(&mut inside);
        let mut craft = Craft::new(&lane.ground.ops, &lane.ground.school.peer(), &draft);
        craft.padded = pad(&inside.encode_to_vec());
        let envelope = lane.seal(craft);
        lane.refused(what, envelope).await;
    }
}

#[tokio::test]
async fn e17_what_was_sealed_for_one_is_passed_on_to_nobody() {
    let ground = Ground::new().await;
    let good = ground.first().to_wire();
    // The school has received it and tries to hand it to the police as the OPS's.
    assert!(ground.police.open(&ground.ops.peer(), good.clone()).is_err());
    let turned = with_header(&ground.school, &good, |header| header.recipient = ground.police.id.to_string());
    assert!(ground.police.open(&ground.ops.peer(), turned.clone()).is_err());
    let before = ground.state().await;
    let school = ground.school.connect().await.unwrap();
    for envelope in [good, turned] {
        assert_eq!(school.deposit(envelope).await.unwrap().reason(), Reason::SenderMismatch.as_str());
    }
    ground.stands(&before).await;
}

#[tokio::test]
async fn e18_a_wrap_of_another_envelope_or_for_another_member_is_refused() {
    let mut lane = Lane::new().await;
    let other = lane.seal(lane.craft());
    let envelope = v1::Envelope { wrap: other.wrap, ..lane.seal(lane.craft()) };
    lane.refused("another envelope's wrap", resign(&lane.ground.ops, envelope)).await;
    let craft = lane.craft();
    let elsewhere = craft.seal(&lane.ground.ops, &lane.ground.police.peer());
    lane.refused("a wrap for the police", elsewhere).await;
}

#[tokio::test]
async fn e19_a_key_that_the_header_does_not_commit_to_is_refused_although_it_decrypts() {
    let mut lane = Lane::new().await;
    let mut craft = lane.craft();
    craft.committed_key = [7; 32];
    let envelope = lane.seal(craft);
    lane.refused("another commitment", envelope).await;
    let mut craft = lane.craft();
    (craft.wrapped_key, craft.committed_key) = ([7; 32], [7; 32]);
    let envelope = lane.seal(craft);
    lane.refused("another key", envelope).await;
}

/// X25519 points of small order, and one that is not reduced (RFC 7748, section 7).
fn bad_points() -> Vec<[u8; 32]> {
    let mut one = [0; 32];
    one[0] = 1;
    let mut minus_one = [0xff; 32];
    (minus_one[0], minus_one[31]) = (0xec, 0x7f);
    let mut not_reduced = [0xff; 32];
    (not_reduced[0], not_reduced[31]) = (0xf6, 0x7f);
    vec![[0; 32], one, minus_one, not_reduced, [0xff; 32]]
}

#[tokio::test]
async fn e20_a_weak_point_in_the_wrap_is_refused() {
    let mut lane = Lane::new().await;
    for point in bad_points() {
        let good = lane.seal(lane.craft());
        let mut wrap = good.wrap.to_vec();
        wrap[1088..1120].copy_from_slice(&point);
        let envelope = resign(&lane.ground.ops, v1::Envelope { wrap: wrap.into(), ..good });
        lane.refused("a weak point", envelope).await;
    }
    let good = lane.seal(lane.craft());
    for wrap in [vec![], vec![0; 1119], vec![0; 1169]] {
        let bad = resign(&lane.ground.ops, v1::Envelope { wrap: wrap.into(), ..good.clone() });
        lane.ground.refuses(bad, Reason::FieldInvalid).await;
    }
}

#[tokio::test]
async fn e21_an_encapsulation_of_random_bytes_is_refused_like_everything_else() {
    let mut lane = Lane::new().await;
    let good = lane.seal(lane.craft());
    let mut wrap = good.wrap.to_vec();
    lane.ground.env.fill(&mut wrap[..1088]);
    let envelope = resign(&lane.ground.ops, v1::Envelope { wrap: wrap.into(), ..good });
    lane.refused("a random encapsulation", envelope).await;
}

#[tokio::test]
async fn e22_a_changed_shorter_or_longer_ciphertext_is_refused() {
    let mut lane = Lane::new().await;
    for at in [0, 4095, 4096, 4111] {
        let good = lane.seal(lane.craft());
        let mut ciphertext = good.ciphertext.to_vec();
        ciphertext[at] ^= 1;
        let envelope = resign(&lane.ground.ops, v1::Envelope { ciphertext: ciphertext.into(), ..good });
        lane.refused("a changed bit", envelope).await;
    }
    let good = lane.seal(lane.craft());
    for length in [4096, 4104, 4108, 4113, 4128] {
        let mut ciphertext = good.ciphertext.to_vec();
        ciphertext.resize(length, 0);
        let bad = resign(&lane.ground.ops, v1::Envelope { ciphertext: ciphertext.into(), ..good.clone() });
        lane.ground.refuses(bad, Reason::BadBucket).await;
    }
}

/// The order of the group of Ed25519, little endian (RFC 8032, 5.1).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn plus_order(signature: &[u8]) -> Vec<u8> {
    let (mut out, mut carry) = (signature.to_vec(), 0);
    for (byte, more) in out[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    out
}

#[tokio::test]
async fn e23_a_signature_has_one_form() {
    let ground = Ground::new().await;
    let good = ground.first().to_wire();
    let mut changed = good.signature.to_vec();
    changed[0] ^= 1;
    let mut identity = vec![0; 64];
    identity[0] = 1;
    for signature in [plus_order(&good.signature), vec![0; 64], vec![0xff; 64], changed, identity] {
        let bad = v1::Envelope { signature: signature.into(), ..good.clone() };
        assert!(ground.school.open(&ground.ops.peer(), bad.clone()).is_err());
        ground.refuses(bad, Reason::Unverifiable).await;
    }
    for length in [0, 63, 65] {
        let bad = v1::Envelope { signature: vec![1; length].into(), ..good.clone() };
        ground.refuses(bad, Reason::FieldInvalid).await;
    }
}

#[tokio::test]
async fn e23_nobody_joins_with_a_weak_key() {
    let ground = Ground::new().await;
    let invitation = ground.region.invite("gosc", "NGO").await.unwrap();
    let before = ground.state().await;
    let door = Place { host: invitation.enrol_host(), ..ground.region.place() };
    let mut identity = [0; 32];
    identity[0] = 1;
    let weak_signing =
        [[0; 32], identity, [0xff; 32]].map(|key| (key.to_vec(), ground.ops.sealing.public().bytes().to_vec()));
    let mut weak_sealing: Vec<_> = Vec::new();
    for point in bad_points() {
        let mut key = ground.ops.sealing.public().bytes().to_vec();
        key[1184..].copy_from_slice(&point);
        weak_sealing.push((ground.ops.signing.public().bytes().to_vec(), key));
    }
    weak_sealing.push((ground.ops.signing.public().bytes().to_vec(), vec![0xff; 1216]));
    assert!(weak_signing.iter().all(|(key, _)| VerifyingKey::vet(key).is_err()));
    assert!(weak_sealing.iter().all(|(_, key)| SealingPublic::vet(key).is_err()));
    for (signing_key, sealing_key) in weak_signing.into_iter().chain(weak_sealing) {
        let redeem = v1::Redeem {
            version: 1,
            region: invitation.region.to_string(),
            institution: invitation.institution.to_string(),
            tls_csr: vec![].into(),
            signing_key: signing_key.into(),
            sealing_key: sealing_key.into(),
        }
        .encode_to_vec();
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, invitation.secret.as_slice());
        let mac = ring::hmac::sign(&key, &[b"wiez/v1/redeem-mac\0", &redeem[..]].concat()).as_ref().to_vec();
        let signature = ground.ops.signing.sign(wiez_proto::envelope::Object::Redeem, &invitation.bound(), &redeem);
        let request =
            v1::RedeemRequest { redeem: redeem.into(), signature: signature.to_vec().into(), mac: mac.into() };
        let link = channel(nameless(&ground), &door).await.unwrap();
        says(EnrolmentServiceClient::new(link).redeem(request).await, Reason::KeyWeak);
    }
    ground.stands(&before).await;
    // The invitation was not used up.
    wiez_tests::member::Member::join(&ground.env, &invitation, ground.region.address()).await.unwrap();
}

#[tokio::test]
async fn e24_padding_is_zeros_and_as_little_as_possible() {
    let mut lane = Lane::new().await;
    let inside = |lane: &Lane| content(&lane.draft()).encode_to_vec();
    let mut dirty = pad(&inside(&lane));
    dirty[4095] = 1;
    let mut long = pad(&inside(&lane));
    long[..4].copy_from_slice(&5000_u32.to_be_bytes());
    let mut endless = pad(&inside(&lane));
    endless[..4].copy_from_slice(&u32::MAX.to_be_bytes());
    let mut loose = pad(&inside(&lane));
    loose.resize(16384, 0);
    let cases =
        [("dirty", dirty), ("long", long), ("endless", endless), ("loose", loose), ("only padding", vec![0; 4096])];
    for (what, padded) in cases {
        let mut craft = lane.craft();
        craft.padded = padded;
        let envelope = lane.seal(craft);
        lane.refused(what, envelope).await;
    }
}

#[tokio::test]
async fn e25_content_in_another_encoding_of_the_same_meaning_is_refused() {
    let mut lane = Lane::new().await;
    for what in ["a longer varint", "an unknown field", "a field twice", "trailing bytes"] {
        let draft = lane.draft();
        let good = content(&draft).encode_to_vec();
        let bytes = match what {
            // The length of the first field (sender) in two bytes instead of one.
            "a longer varint" => [&good[..1], &[good[1] | 0x80, 0], &good[2..]].concat(),
            "an unknown field" => [&good[..], &[0x98, 0x06, 0x01]].concat(),
            "a field twice" => [&good[..], &good[..11]].concat(),
            _ => [&good[..], &[0]].concat(),
        };
        let mut craft = Craft::new(&lane.ground.ops, &lane.ground.school.peer(), &draft);
        craft.padded = pad(&bytes);
        let envelope = lane.seal(craft);
        lane.refused(what, envelope).await;
    }
}

#[tokio::test]
async fn e29_a_good_grant_covers_nothing_but_what_it_names() {
    let ground = Ground::new().await;
    let grant = &ground.consent.grant;
    let (carried, none) = (BTreeSet::from([Category::IdName]), BTreeSet::new());
    let ask = Ask {
        from: &ground.ops.id,
        to: &ground.school.id,
        handle: ground.consent.there,
        carried: &carried,
        asked: &none,
        purpose: Purpose::Service,
        at_ms: ground.env.now_ms(),
    };
    covers(grant, &ask).unwrap();
    let says = |ask: Ask<'_>| covers(grant, &ask).unwrap_err().reason;
    let health = BTreeSet::from([Category::IdName, Category::Health]);
    assert_eq!(says(Ask { carried: &health, ..ask.clone() }), Reason::ConsentScope);
    assert_eq!(says(Ask { asked: &health, ..ask.clone() }), Reason::ConsentScope);
    assert_eq!(says(Ask { to: &ground.police.id, ..ask.clone() }), Reason::ConsentRecipient);
    assert_eq!(says(Ask { handle: ground.consent.back, ..ask.clone() }), Reason::ConsentRecipient);
    let month = 31 * 24 * 3_600_000;
    assert_eq!(says(Ask { at_ms: ask.at_ms + month, ..ask.clone() }), Reason::ConsentExpired);
    assert_eq!(says(Ask { at_ms: ask.at_ms - month, ..ask }), Reason::ConsentNotYetValid);
}
