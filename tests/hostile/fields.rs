//! Requests and headers whose bytes or fields are wrong, one at a time.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::time::Duration;

use prost::Message;
use wiez_proto::directory::Standing;
use wiez_proto::envelope::Position;
use wiez_proto::id::Hash;
use wiez_proto::limits;
use wiez_proto::refusal::Reason;
use wiez_proto::wire::v1;
use wiez_tests::calls::{CALLS, Door};
use wiez_tests::member::{Basis, Place};
use wiez_tests::session::{channel, told};

use crate::calls::nameless;
use crate::ground::{Ground, says};
use crate::raw::{self, with_header};

/// Sends bytes to every call, at its own door.
async fn everywhere(ground: &Ground, bytes: &[u8]) -> Vec<(&'static str, Result<prost::bytes::Bytes, tonic::Status>)> {
    let door = Place { host: format!("enrol.{}", ground.region.place().host), ..ground.region.place() };
    let mut out = Vec::new();
    for call in CALLS {
        let link = match call.door {
            Door::Mail => ground.session.channel(),
            Door::Enrol => channel(nameless(ground), &door).await.unwrap(),
        };
        out.push((call.name, raw::call(link, call.name, bytes.to_vec()).await));
    }
    out
}

#[tokio::test]
async fn a01_bytes_that_are_no_message_are_malformed_at_every_call() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let groups = [0x0b; 50_000];
    let garbage: [&[u8]; 4] = [&[0xff; 24], b"\x0a\x7f", b"\x0f\x00", &groups];
    for bytes in garbage {
        for (name, answer) in everywhere(&ground, bytes).await {
            let status = says(answer, Reason::Malformed);
            let told = told(&status);
            assert!(told.details.is_empty(), "{name} tells {:?}", told.details);
        }
    }
    ground.stands(&before).await;
}

#[tokio::test]
async fn a01_a_request_that_is_too_long_is_refused_at_every_call() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    // One field of bytes that nobody knows, longer than any request may be.
    let body = vec![0; limits::MAX_WIRE_BYTES + 1];
    let long = v1::Signed { content: body.into(), ..v1::Signed::default() }.encode_to_vec();
    for (_, answer) in everywhere(&ground, &long).await {
        says(answer, Reason::TooLarge);
    }
    ground.stands(&before).await;
}

#[tokio::test]
async fn a02_text_that_is_not_utf8_is_malformed() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let method = "wiez.v1.ConsentService/RegisterEdge";
    let answer = raw::call(ground.session.channel(), method, b"\x12\x02\xc3\x28".to_vec()).await;
    says(answer, Reason::Malformed);
    let mut header = v1::Header::decode(ground.first().to_wire().header).unwrap().encode_to_vec();
    let at = header.windows(9).position(|window| window == b"ops-brzeg").unwrap();
    *header.get_mut(at).unwrap() = 0xff;
    let envelope = v1::Envelope { header: header.into(), ..ground.first().to_wire() };
    ground.refuses(raw::resign(&ground.ops, envelope), Reason::Malformed).await;
    ground.stands(&before).await;
}

#[tokio::test]
async fn a03_an_empty_request_is_refused_naming_the_first_missing_field() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    for (name, answer) in everywhere(&ground, b"").await {
        let field = match name.rsplit('/').next().unwrap_or_default() {
            // Nothing is missing in these.
            "Channels" | "Mirror" | "Head" => {
                answer.unwrap();
                continue;
            }
            "Acknowledge" => {
                assert_eq!(answer.unwrap().len(), 0);
                continue;
            }
            "Deposit" => {
                let answer = v1::DepositResponse::decode(answer.unwrap()).unwrap();
                let Some(v1::deposit_response::Outcome::Refused(refusal)) = answer.outcome else { panic!("accepted") };
                ground.sound(&refusal, Reason::FieldMissing);
                assert_eq!(refusal.details.get("field").map(String::as_str), Some("envelope"));
                continue;
            }
            "Inclusion" | "Consistency" => {
                says(answer, Reason::Range);
                continue;
            }
            "DepositOne" => "envelope",
            "Collect" => "start",
            "RegisterEdge" | "FetchWithdrawal" => "handle",
            "Withdraw" => "withdrawal",
            "Leaves" => "count",
            "Redeem" => "institution",
            other => panic!("{other} is new: say here what its empty request is told"),
        };
        let status = answer.unwrap_err();
        let told = told(&status);
        assert!(["FIELD_MISSING", "FIELD_INVALID"].contains(&told.reason.as_str()), "{name}: {status:?}");
        assert_eq!(told.details.get("field").map(String::as_str), Some(field), "{name}");
    }
    ground.stands(&before).await;
}

/// Changes the header of a good first envelope, signs again, and expects a refusal.
async fn header(ground: &Ground, reason: Reason, change: impl FnOnce(&mut v1::Header)) -> v1::DepositRefusal {
    ground.refuses(with_header(&ground.ops, &ground.first().to_wire(), change), reason).await
}

#[tokio::test]
async fn a04_a_message_id_is_sixteen_bytes_and_not_zero() {
    let ground = Ground::new().await;
    for id in [vec![], vec![1; 15], vec![1; 17], vec![0; 16]] {
        let refusal = header(&ground, Reason::FieldInvalid, |header| header.message_id = id.into()).await;
        assert_eq!(refusal.details.get("field").map(String::as_str), Some("message_id"));
    }
}

#[tokio::test]
async fn a08_a_sender_is_who_the_certificate_says() {
    let ground = Ground::new().await;
    header(&ground, Reason::SenderMismatch, |header| header.sender = ground.police.id.to_string()).await;
    // Also when the envelope itself is another member's, sealed and signed by it.
    let draft = ground.police.draft(&ground.school.id, first(), Basis::NoPersonalData);
    let content = wiez_tests::member::content(&ground.env, None, "", 10);
    let others = ground.police.seal(&ground.school.peer(), &draft, content).unwrap();
    ground.refuses(others.to_wire(), Reason::SenderMismatch).await;
}

const fn first() -> Position {
    Position { epoch: 1, seq: 1, prev: Hash::ZERO }
}

#[tokio::test]
async fn a09_a_recipient_is_one_known_other_institution() {
    let ground = Ground::new().await;
    header(&ground, Reason::RecipientUnknown, |header| header.recipient = "nikt".to_owned()).await;
    header(&ground, Reason::RecipientSelf, |header| header.recipient = header.sender.clone()).await;
    let twice = format!("{0},{0}", ground.school.id);
    header(&ground, Reason::FieldInvalid, |header| header.recipient = twice).await;
    header(&ground, Reason::FieldInvalid, |header| header.recipient = String::new()).await;
    ground.stand(&ground.school.id, Standing::Revoked).await;
    ground.refuses(ground.first().to_wire(), Reason::RecipientRevoked).await;
}

#[tokio::test]
async fn a10_a_ciphertext_has_a_size_of_the_table() {
    let ground = Ground::new().await;
    let good = ground.first().to_wire();
    for length in [0, 1, 15, 16, 4095, 4096, 4111, 4113, 8192] {
        let bad = v1::Envelope { ciphertext: vec![1; length].into(), ..good.clone() };
        ground.refuses(raw::resign(&ground.ops, bad), Reason::BadBucket).await;
    }
    for size in [0, 1, 4095, 8192, u64::MAX] {
        header(&ground, Reason::BadBucket, |header| header.padded_size = size).await;
    }
    let big = with_header(&ground.ops, &good, |header| header.padded_size = 512 * 1024);
    ground.refuses(v1::Envelope { ciphertext: vec![1; 512 * 1024 + 16].into(), ..big }, Reason::TooLarge).await;
    let before = ground.state().await;
    let huge = v1::Envelope { ciphertext: vec![1; limits::MAX_WIRE_BYTES].into(), ..good };
    says(ground.session.deposit(huge).await, Reason::TooLarge);
    ground.stands(&before).await;
}

#[tokio::test]
async fn a10_every_other_part_has_its_exact_length() {
    let ground = Ground::new().await;
    let good = ground.first().to_wire();
    let parts: [v1::Envelope; 6] = [
        v1::Envelope { wrap: vec![].into(), ..good.clone() },
        v1::Envelope { wrap: vec![1; 1169].into(), ..good.clone() },
        v1::Envelope { blob_root: vec![].into(), ..good.clone() },
        v1::Envelope { blob_root: vec![1; 32].into(), ..good.clone() },
        v1::Envelope { signature: vec![1; 63].into(), ..good.clone() },
        v1::Envelope { signature: vec![].into(), ..good.clone() },
    ];
    for bad in parts {
        ground.refuses(bad, Reason::FieldInvalid).await;
    }
    ground.refuses(v1::Envelope { header: vec![].into(), ..good.clone() }, Reason::UnsupportedVersion).await;
    ground
        .refuses(v1::Envelope { header: vec![8; limits::MAX_HEADER_BYTES].into(), ..good.clone() }, Reason::Malformed)
        .await;
    ground
        .refuses(v1::Envelope { header: vec![8; limits::MAX_HEADER_BYTES + 1].into(), ..good }, Reason::TooLarge)
        .await;
}

#[tokio::test]
async fn a11_a_time_to_live_is_between_a_minute_and_sixty_days() {
    let ground = Ground::new().await;
    let now = ground.env.now_ms();
    let hundred_years = 100 * 366 * 24 * 3_600_000;
    for expires in [
        now,
        now - 1,
        now + limits::TTL_MIN_MS - 1,
        now + limits::TTL_MAX_MS + 1,
        now + hundred_years,
        i64::MAX,
        i64::MIN,
        0,
    ] {
        header(&ground, Reason::Ttl, |header| header.expires_ms = expires).await;
    }
    for (created, expires) in [(0, 100_000), (-1, 100_000), (i64::MIN, i64::MAX), (i64::MIN, now)] {
        header(&ground, Reason::Ttl, |header| (header.created_ms, header.expires_ms) = (created, expires)).await;
    }
}

#[tokio::test]
async fn a12_a_sealing_time_is_near_the_hubs_and_the_hub_says_its_own() {
    let ground = Ground::new().await;
    let now = ground.env.now_ms();
    let at = |created: i64| {
        move |header: &mut v1::Header| {
            (header.created_ms, header.expires_ms) = (created, created + limits::TTL_MAX_MS);
        }
    };
    let refusal = header(&ground, Reason::ClockSkew, at(now + limits::CLOCK_SKEW_MS + 1)).await;
    assert_eq!(refusal.details.get("hub_time_ms"), Some(&now.to_string()));
    header(&ground, Reason::Expired, at(now - limits::CREATED_MAX_AGE_MS - 1)).await;
    let ahead = with_header(&ground.ops, &ground.first().to_wire(), at(now + limits::CLOCK_SKEW_MS));
    ground.session.deposit(ahead).await.unwrap().accepted().unwrap();
}

#[tokio::test]
async fn a12_what_expired_on_its_way_is_refused() {
    let ground = Ground::new().await;
    let late = ground.first().to_wire();
    ground.env.advance(Duration::from_millis(limits::TTL_DEFAULT_MS.unsigned_abs()));
    // The certificate and the directory live on; only the envelope ended.
    ground.refuses(late, Reason::Expired).await;
}

#[tokio::test]
async fn a13_numbers_that_mean_nothing_are_refused() {
    let ground = Ground::new().await;
    for class in [0, 5, 99, -1, i32::MIN] {
        let refusal = header(&ground, Reason::FieldInvalid, |header| header.basis_class = class).await;
        assert_eq!(refusal.details.get("field").map(String::as_str), Some("basis_class"));
    }
    for version in [0, 2, u32::MAX] {
        header(&ground, Reason::UnsupportedVersion, |header| header.version = version).await;
        header(&ground, Reason::Suite, |header| header.suite = version).await;
    }
    // Both members of a choice on the wire: the later one counts (a start must come first).
    let start = v1::collect_request::Message::Start(v1::CollectStart { after_event: 0 });
    let receipt = v1::collect_request::Message::Receipt(v1::Signed::default());
    let both = [start, receipt].map(|message| v1::CollectRequest { message: Some(message) }.encode_to_vec()).concat();
    says(raw::call(ground.session.channel(), "wiez.v1.MailboxService/Collect", both).await, Reason::FieldInvalid);
}

#[tokio::test]
async fn a14_an_unknown_field_is_ignored_in_a_plain_request_and_refused_under_a_signature() {
    let ground = Ground::new().await;
    let edge = ground.consent.registrations().pop().unwrap();
    let unknown = [edge.encode_to_vec(), vec![0x98, 0x06, 0x01]].concat();
    raw::call(ground.session.channel(), "wiez.v1.ConsentService/RegisterEdge", unknown).await.unwrap();
    let good = ground.first().to_wire();
    let extended = [&good.header[..], &[0x98, 0x06, 0x01]].concat();
    let bad = v1::Envelope { header: extended.into(), ..good };
    ground.refuses(raw::resign(&ground.ops, bad), Reason::Malformed).await;
    let mut withdrawal = ground.ops.withdrawal(&ground.consent);
    let content = [&withdrawal.content[..], &[0x98, 0x06, 0x01]].concat();
    withdrawal = ground.ops.signed(wiez_proto::envelope::Object::Withdrawal, content);
    let before = ground.state().await;
    let request = v1::WithdrawRequest { withdrawal: Some(withdrawal) };
    says(ground.session.consent().withdraw(request).await, Reason::Malformed);
    ground.stands(&before).await;
}

const NASTY: &[&str] = &[
    "'; DROP TABLE mail; --",
    "ops%",
    "ops_brzeg",
    "ops\0brzeg",
    "ops-\u{1f600}",
    "\u{202e}gezrb-spo",
    "\u{1b}[31mops\u{1b}[0m",
    "OPS-BRZEG",
    "оps-brzeg",
    "../../etc/passwd",
    "ops-brzeg\n",
    " ops-brzeg",
];

#[tokio::test]
async fn a29_names_are_letters_digits_and_hyphens_and_nothing_else_reaches_the_store() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let good = ground.consent.registrations().pop().unwrap();
    let long = "a".repeat(30_000);
    for nasty in NASTY.iter().copied().chain([long.as_str()]) {
        let reason = if nasty.len() > limits::MAX_HEADER_BYTES { Reason::TooLarge } else { Reason::FieldInvalid };
        header(&ground, reason, |header| header.recipient = nasty.to_owned()).await;
        header(&ground, reason, |header| header.sender = nasty.to_owned()).await;
        for edge in [
            v1::RegisterEdgeRequest { from: nasty.to_owned(), ..good.clone() },
            v1::RegisterEdgeRequest { to: nasty.to_owned(), ..good.clone() },
        ] {
            let status = says(ground.session.consent().register_edge(edge).await, Reason::FieldInvalid);
            assert!(!status.message().contains(nasty), "the answer repeats what was sent");
            let told = told(&status);
            assert!(told.details.values().chain(told.texts.values()).all(|text| !text.contains(nasty)), "{told:?}");
        }
    }
    ground.stands(&before).await;
}
