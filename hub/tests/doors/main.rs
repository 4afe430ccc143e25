//! Knocks at both doors of a listening hub: who gets in, what is answered, how it stops.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests may fail loudly and measure real connections"
)]

mod region;

use std::time::Duration;

use prost::Message;
use region::{World, reason, stepless};
use tokio::io::AsyncReadExt;
use tonic::Code;
use wiez_proto::directory::Standing;
use wiez_proto::receipt::{HubReceipt, Receipt};
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::collect_request::Message as Up;
use wiez_proto::wire::v1::collect_response::Message as Down;

const METHODS: &[&str] = &[
    "/wiez.v1.MailboxService/Deposit",
    "/wiez.v1.MailboxService/DepositOne",
    "/wiez.v1.MailboxService/Collect",
    "/wiez.v1.MailboxService/Acknowledge",
    "/wiez.v1.MailboxService/Channels",
    "/wiez.v1.ConsentService/RegisterEdge",
    "/wiez.v1.ConsentService/Withdraw",
    "/wiez.v1.ConsentService/FetchWithdrawal",
    "/wiez.v1.DirectoryService/Mirror",
    "/wiez.v1.LogService/Head",
    "/wiez.v1.LogService/Leaves",
    "/wiez.v1.LogService/Inclusion",
    "/wiez.v1.LogService/Consistency",
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/wiez.v1.Unknown/Method",
];
const REDEEM: &str = "/wiez.v1.EnrolmentService/Redeem";

#[tokio::test(flavor = "multi_thread")]
async fn an_institution_joins_and_each_door_has_only_its_calls() {
    let world = World::start().await;
    let ops = world.join("ops-brzeg", "OPS").await;
    let page = ops.directory().await.mirror(v1::MirrorRequest { after_revision: 0 }).await.unwrap().into_inner();
    assert!(page.complete && !page.items.is_empty());
    let health = region::raw(ops.channel().await, "/grpc.health.v1.Health/Check", vec![0, 0, 0, 0, 0]).await;
    assert_eq!((health.code, health.http), (Code::Ok, 200));
    let not_here = region::raw(ops.channel().await, REDEEM, vec![0, 0, 0, 0, 0]).await;
    assert_eq!(not_here.code, Code::Unimplemented);
    for method in METHODS {
        let answer = region::raw(world.enrol_channel().await, method, vec![0, 0, 0, 0, 0]).await;
        assert_eq!(answer.code, Code::Unimplemented, "{method} at the enrolment door");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_is_answered_to_a_stranger_a_copy_or_a_suspended_member() {
    let world = World::start().await;
    let ops = world.join("ops-brzeg", "OPS").await;
    let stranger = world.certified("sp3-brzeg");
    let copy = world.certified("ops-brzeg");
    let twofold = world.certified_for(&["wiez://opolskie/ops-brzeg", "wiez://opolskie/sp3-brzeg"]);
    let elsewhere = world.certified_for(&["wiez://slaskie/ops-brzeg"]);
    world.running().hub().set_standing(&ops.id, Standing::Suspended).await.unwrap();
    let cases = [
        (&stranger, "NOT_A_MEMBER"),
        (&copy, "SUSPENDED"),
        (&ops, "SUSPENDED"),
        (&twofold, "CERT_IDENTITY"),
        (&elsewhere, "NOT_A_MEMBER"),
    ];
    for (node, wanted) in cases {
        let channel = node.channel().await;
        for method in METHODS {
            let answer = region::raw(channel.clone(), method, vec![0, 0, 0, 0, 0]).await;
            assert_eq!(answer.reason.as_deref(), Some(wanted), "{method} {:?}", answer.code);
        }
    }
    world.running().hub().set_standing(&ops.id, Standing::Active).await.unwrap();
    let answer = region::raw(copy.channel().await, "/wiez.v1.LogService/Head", vec![0, 0, 0, 0, 0]).await;
    assert_eq!(answer.reason.as_deref(), Some("CERT_NOT_REGISTERED"));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_certificate_name_or_http2_nothing_is_reached() {
    let world = World::start().await;
    let ca = world.ca();
    let nameless = wiez_proto::tls::enrol_client_config(&stepless(), wiez_proto::tls::fingerprint(&ca)).unwrap();
    // No certificate at the mail door: the handshake seems done, then the alert arrives.
    let mut tls = region::tls(world.address(), region::HOST, nameless.clone()).await.unwrap();
    assert!(tls.read_u8().await.is_err());
    for name in ["other.example", "enrol.other.example", "hub.example.org", "127.0.0.1"] {
        assert!(region::tls(world.address(), name, nameless.clone()).await.is_err(), "{name}");
    }
    let mut silent = nameless.clone();
    silent.alpn_protocols.clear();
    let mut tls = region::tls(world.address(), "enrol.hub.example", silent).await.unwrap();
    assert_eq!(tls.read(&mut [0; 16]).await.unwrap_or(0), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_message_get_a_stable_reason() {
    let world = World::start().await;
    let ops = world.join("ops-brzeg", "OPS").await;
    let channel = ops.channel().await;
    let frame = |body: &[u8]| {
        let mut out = vec![0];
        out.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        out.extend(body);
        out
    };
    for garbage in [&[0xff; 12][..], b"\x12\x02\xff\xfe", b"\x0a\xff"] {
        let answer = region::raw(channel.clone(), "/wiez.v1.ConsentService/RegisterEdge", frame(garbage)).await;
        assert_eq!((answer.code, answer.reason.as_deref()), (Code::InvalidArgument, Some("MALFORMED")));
    }
    let big = frame(&vec![0; 65 * 1024]);
    let answer = region::raw(channel.clone(), "/wiez.v1.ConsentService/RegisterEdge", big).await;
    assert_eq!(answer.reason.as_deref(), Some("TOO_LARGE"));
    let empty = region::raw(channel.clone(), "/wiez.v1.MailboxService/DepositOne", frame(&[])).await;
    assert_eq!(empty.reason.as_deref(), Some("FIELD_MISSING"));
    let answer = region::raw_as(channel, "/wiez.v1.LogService/Head", "text/plain", frame(&[])).await;
    assert_eq!(answer.http, 415);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_goes_through_and_its_receipts_hold() {
    let world = World::start().await;
    let (ops, school) = (world.join("ops-brzeg", "OPS").await, world.join("sp3-brzeg", "SZKOLA").await);
    let (up, mut mail) = school.collect(0).await;
    assert!(matches!(mail.message().await.unwrap().unwrap().message, Some(Down::CaughtUp(_))));

    let mut chain = ops.chain(&school);
    let sent: Vec<_> = (0..40).map(|_| chain.seal()).collect();
    let requests: Vec<_> = sent.iter().map(|e| v1::DepositRequest { envelope: Some(e.to_wire()) }).collect();
    // No more than 16 of one channel at once: the sender paces itself as a node does.
    let mut accepted = 0;
    for chunk in requests.chunks(16) {
        let stream = tokio_stream::iter(chunk.to_vec());
        let mut answers = ops.mailbox().await.deposit(stream).await.unwrap().into_inner();
        while let Some(answer) = answers.message().await.unwrap() {
            let hash = sent[accepted].hash();
            assert_eq!(answer.envelope_hash, hash.wire());
            let Some(v1::deposit_response::Outcome::Accepted(receipt)) = answer.outcome else {
                panic!("{:?}", answer.outcome);
            };
            HubReceipt::parse(&receipt).unwrap().verify(&hash, &world.keys().log).unwrap();
            accepted += 1;
        }
    }
    assert_eq!(accepted, sent.len());
    for envelope in &sent {
        let Some(Down::Delivery(delivery)) = mail.message().await.unwrap().unwrap().message else { panic!("mail") };
        assert_eq!(delivery.envelope.unwrap(), envelope.to_wire());
    }
    let receipt = Receipt {
        recipient: school.id.clone(),
        sender: ops.id.clone(),
        envelope_hashes: sent.iter().map(|envelope| envelope.hash()).collect(),
        tombstone_hashes: vec![],
        unknown_prevs: vec![],
        forked_prevs: vec![],
        log_size: 0,
        log_root: [0; 32],
        at_ms: stepless().now_ms(),
    };
    let signed = receipt.sign(&school.signing, &world.keys().bound());
    up.send(v1::CollectRequest { message: Some(Up::Receipt(signed.clone())) }).await.unwrap();
    let (_up, mut news) = ops.collect(0).await;
    loop {
        match news.message().await.unwrap().unwrap().message.unwrap() {
            Down::Event(event) => {
                assert_eq!(event.news, Some(v1::event::News::Receipt(signed)));
                break;
            }
            Down::CaughtUp(_) => {}
            Down::Delivery(_) | Down::Tombstone(_) => panic!("not for the sender"),
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_sixteen_of_one_channel_are_put_off() {
    let world = World::start().await;
    let (ops, school) = (world.join("ops-brzeg", "OPS").await, world.join("sp3-brzeg", "SZKOLA").await);
    let mut chain = ops.chain(&school);
    let first: Vec<_> = (0..400).map(|_| chain.seal()).collect();
    let stream = tokio_stream::iter(first.into_iter().map(|e| v1::DepositRequest { envelope: Some(e.to_wire()) }));
    let mut answers = ops.mailbox().await.deposit(stream).await.unwrap().into_inner();
    let mut put_off = 0;
    while let Some(answer) = answers.message().await.unwrap() {
        if let Some(v1::deposit_response::Outcome::Refused(refused)) = answer.outcome
            && refused.reason == "QUEUE_FULL"
        {
            assert!(refused.r#final.is_none() && refused.retry_after_ms > 0);
            put_off += 1;
        }
    }
    assert!(put_off > 0, "a burst of 400 met no limit");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_end_when_the_institution_is_suspended() {
    let world = World::start().await;
    let ops = world.join("ops-brzeg", "OPS").await;
    let (_up, mut mail) = ops.collect(0).await;
    mail.message().await.unwrap();
    let (keep, requests) = tokio::sync::mpsc::channel::<v1::DepositRequest>(1);
    let requests = tokio_stream::wrappers::ReceiverStream::new(requests);
    let mut answers = ops.mailbox().await.deposit(requests).await.unwrap().into_inner();
    world.running().hub().set_standing(&ops.id, Standing::Suspended).await.unwrap();
    let two_seconds = Duration::from_secs(2);
    let collect = tokio::time::timeout(two_seconds, mail.message()).await.unwrap().unwrap_err();
    let deposit = tokio::time::timeout(two_seconds, answers.message()).await.unwrap().unwrap_err();
    assert_eq!((reason(&collect).as_str(), reason(&deposit).as_str()), ("SUSPENDED", "SUSPENDED"));
    drop(keep);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_stream_fences_the_first() {
    let world = World::start().await;
    let ops = world.join("ops-brzeg", "OPS").await;
    let (_up, mut first) = ops.collect(0).await;
    first.message().await.unwrap();
    let (_up2, mut second) = ops.collect(0).await;
    second.message().await.unwrap();
    let fenced = tokio::time::timeout(Duration::from_secs(2), first.message()).await.unwrap().unwrap_err();
    assert_eq!((fenced.code(), reason(&fenced).as_str()), (Code::Aborted, "FENCED"));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_streams_and_a_restart_answers_with_the_same_receipt() {
    let mut world = World::start().await;
    let (ops, school) = (world.join("ops-brzeg", "OPS").await, world.join("sp3-brzeg", "SZKOLA").await);
    let envelope = ops.chain(&school).seal();
    let request = || v1::DepositOneRequest { envelope: Some(envelope.to_wire()) };
    let before = ops.mailbox().await.deposit_one(request()).await.unwrap().into_inner();
    let (_up, mut mail) = school.collect(0).await;
    while !matches!(mail.message().await.unwrap().unwrap().message, Some(Down::CaughtUp(_))) {}
    let stopping = tokio::time::timeout(Duration::from_secs(5), world.restart());
    let (stopped, ended) = tokio::join!(stopping, mail.message());
    stopped.expect("a stop waits for nobody who has been told");
    assert_eq!(reason(&ended.unwrap_err()), "SHUTTING_DOWN");
    let after = ops.at(world.address()).mailbox().await.deposit_one(request()).await.unwrap().into_inner();
    assert_eq!(before.encode_to_vec(), after.encode_to_vec());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_and_too_many_connections_are_closed() {
    let world = World::start().await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(tokio::net::TcpStream::connect(world.address()).await.unwrap());
    }
    // Four of twenty are above the cap of 16 and closed at once; the others at the handshake's end.
    let mut closed_early = 0;
    for stream in &mut silent {
        let read = tokio::time::timeout(Duration::from_millis(30), stream.read(&mut [0; 1])).await;
        closed_early += usize::from(read.is_ok());
    }
    assert_eq!(closed_early, 4);
    for stream in &mut silent {
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut [0; 1])).await;
        assert_eq!(read.expect("closed after the time for a handshake").unwrap_or(0), 0);
    }
    // Nine connections of one institution: the ninth is closed.
    let ops = world.join("ops-brzeg", "OPS").await;
    let mut kept = Vec::new();
    for _ in 0..8 {
        let channel = ops.channel().await;
        assert_eq!(region::raw(channel.clone(), "/wiez.v1.LogService/Head", vec![0; 5]).await.code, Code::Ok);
        kept.push(channel);
    }
    let mut ninth = ops.tls().await.unwrap();
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(2), ninth.read_to_end(&mut bytes)).await;
    assert!(read.is_ok() && bytes.is_empty(), "the ninth connection was served");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quotas_are_answered_with_a_time() {
    let world = World::with(|config| config.quota.queries_per_minute = 3).await;
    let ops = world.join("ops-brzeg", "OPS").await;
    let mut last = None;
    for _ in 0..5 {
        last = ops.directory().await.mirror(v1::MirrorRequest { after_revision: 0 }).await.err();
    }
    let refused = last.expect("five questions passed a quota of three");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::ResourceExhausted, "QUOTA"));
    assert!(region::retry(&refused).is_some_and(|after| after > Duration::ZERO));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_carries_orders_to_the_running_hub() {
    use wiez_hub::desk::{Answer, Order, To, give};
    let world = World::start().await;
    let ops = world.join("ops-brzeg", "OPS").await;
    let ask = |order: Order| {
        let dir = world.dir().to_owned();
        async move { give(&dir, &order).await.expect("a hub runs") }
    };
    let Ok(Answer::Institutions(rows)) = ask(Order::Institutions).await else { panic!("list") };
    assert_eq!(rows.iter().map(|row| row.institution.as_str()).collect::<Vec<_>>(), ["ops-brzeg"]);
    let suspend = Order::Standing { institution: ops.id.clone(), standing: To::Suspended };
    assert_eq!(ask(suspend).await.unwrap(), Answer::Done);
    let Ok(Answer::Institution(row)) = ask(Order::Institution { institution: ops.id.clone() }).await else {
        panic!("show")
    };
    assert_eq!(row.standing, To::Suspended);
    let unknown = Order::Standing { institution: "nobody".parse().unwrap(), standing: To::Active };
    assert_eq!(ask(unknown).await.unwrap_err().reason, wiez_proto::refusal::Reason::NotFound);
    assert!(matches!(ask(Order::Status).await, Ok(Answer::Status(_))));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stepped_clock_moves_the_hub_and_not_its_connections() {
    let world = World::stepped().await;
    let ops = world.join("ops-brzeg", "OPS").await;
    let (_up, mut mail) = ops.collect(0).await;
    mail.message().await.unwrap();
    let before = world.running().hub().head();
    let minute = Duration::from_secs(61);
    world.env.advance(minute);
    let cosigned = async {
        while world.running().hub().head() == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), cosigned).await.expect("a new signature over the time");
    assert!(tokio::time::timeout(Duration::from_millis(100), mail.message()).await.is_err(), "the stream stays open");
    tokio::time::timeout(Duration::from_secs(5), world.stop()).await.expect("a stop needs no clock");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throw_away_authority_is_served_in_the_demo_only() {
    assert_eq!(World::dev(false).await.err().unwrap().reason, wiez_proto::refusal::Reason::DevCertificate);
    World::dev(true).await.unwrap().stop().await;
}
