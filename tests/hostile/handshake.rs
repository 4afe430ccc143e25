//! The door itself: other protocols, old TLS, wrong names, tickets, peers that say nothing.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail loudly")]

use std::sync::Arc;
use std::time::Duration;

use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, HandshakeKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use wiez_proto::limits;
use wiez_tests::tasks::{pause, within};

use crate::calls::nameless;
use crate::ground::{Ground, PATIENCE};

/// The HTTP/2 preface with an empty SETTINGS frame.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// First byte of a TLS alert.
const ALERT: u8 = 0x15;

async fn dial(ground: &Ground) -> TcpStream {
    TcpStream::connect(ground.region.address()).await.unwrap()
}

/// Everything that the hub still says until it closes; a reset is a close too.
async fn until_closed(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut said = Vec::new();
    let _ =
        within(PATIENCE, stream.read_to_end(&mut said)).await.unwrap_or_else(|| panic!("the hub keeps the connection"));
    said
}

async fn handshake(ground: &Ground, tls: ClientConfig, name: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(tls)).connect(name, dial(ground).await).await
}

#[tokio::test]
async fn c01_http2_without_tls_gets_no_http2() {
    let ground = Ground::new().await;
    let mut plain = dial(&ground).await;
    plain.write_all(PREFACE).await.unwrap();
    let said = until_closed(&mut plain).await;
    assert!(said.is_empty() || said[0] == ALERT, "answered {said:02x?}");
    ground.stands(&ground.state().await).await;
}

#[tokio::test]
async fn h17_http1_gets_no_answer() {
    let ground = Ground::new().await;
    let mut plain = dial(&ground).await;
    plain.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let said = until_closed(&mut plain).await;
    assert!(said.is_empty() || said[0] == ALERT, "answered {said:02x?}");
}

/// A hello of TLS 1.2 with good suites, groups, signature schemes and our name.
fn hello_of_tls_1_2(name: &str) -> Vec<u8> {
    let block = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
    let extension = |kind: u16, body: &[u8]| [&kind.to_be_bytes()[..], &block(body)].concat();
    let entry = [&[0][..], &block(name.as_bytes())].concat();
    let extensions = [
        extension(0, &block(&entry)),
        extension(10, &block(&[0, 29, 0, 23])),
        extension(11, &[1, 0]),
        extension(13, &block(&[4, 3, 8, 4])),
        extension(16, &block(b"\x02h2")),
    ]
    .concat();
    let suites = block(&[0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c, 0xc0, 0x30]);
    let body = [&[3, 3][..], &[9; 32], &[0], &suites, &[1, 0], &block(&extensions)].concat();
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let message = [&[1][..], &length[1..], &body].concat();
    [&[0x16, 3, 1][..], &block(&message)].concat()
}

#[tokio::test]
async fn c02_tls_1_2_is_refused_by_its_alert() {
    let ground = Ground::new().await;
    let mut old = dial(&ground).await;
    old.write_all(&hello_of_tls_1_2(&ground.region.place().host)).await.unwrap();
    let said = until_closed(&mut old).await;
    // Fatal, protocol_version (RFC 8446, 6.2).
    assert_eq!((said.first(), said.get(5..7)), (Some(&ALERT), Some(&[2, 70][..])), "{said:02x?}");
}

#[tokio::test]
async fn c03_a_handshake_without_a_certificate_ends_with_its_alert() {
    let ground = Ground::new().await;
    let mut link = handshake(&ground, nameless(&ground), &ground.region.place().host).await.unwrap();
    let error = within(PATIENCE, link.read_u8()).await.unwrap().unwrap_err();
    let error = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).unwrap();
    assert_eq!(*error, rustls::Error::AlertReceived(rustls::AlertDescription::CertificateRequired));
}

#[tokio::test]
async fn c24_no_ticket_is_issued_and_no_session_is_resumed() {
    let ground = Ground::new().await;
    let mut tls = ground.ops.tls().unwrap();
    tls.resumption = Resumption::in_memory_sessions(8);
    tls.enable_early_data = true;
    for _ in 0..3 {
        // Clones share the memory of sessions.
        let mut link = handshake(&ground, tls.clone(), &ground.region.place().host).await.unwrap();
        link.write_all(PREFACE).await.unwrap();
        // The first frame comes after every ticket.
        let mut frame = [0; 9];
        within(PATIENCE, link.read_exact(&mut frame)).await.unwrap().unwrap();
        let connection = link.get_ref().1;
        assert_eq!(connection.tls13_tickets_received(), 0);
        assert_ne!(connection.handshake_kind(), Some(HandshakeKind::Resumed));
        assert!(!connection.is_early_data_accepted());
    }
}

#[tokio::test]
async fn c26_another_application_protocol_or_none_is_closed() {
    let ground = Ground::new().await;
    for protocols in [vec![], vec![b"http/1.1".to_vec()]] {
        let mut tls = ground.ops.tls().unwrap();
        tls.alpn_protocols = protocols;
        if let Ok(mut link) = handshake(&ground, tls, &ground.region.place().host).await {
            let _ = link.write_all(PREFACE).await;
            assert_eq!(until_closed(&mut link).await, b"");
        }
    }
    ground.stands(&ground.state().await).await;
}

/// What the hub answers first to a hello that a member's configuration makes for a name.
async fn answer_to(ground: &Ground, tls: ClientConfig, name: &str) -> Option<u8> {
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut hello = Vec::new();
    ClientConnection::new(Arc::new(tls), name).unwrap().write_tls(&mut hello).unwrap();
    let mut link = dial(ground).await;
    link.write_all(&hello).await.unwrap();
    within(PATIENCE, link.read_u8()).await.unwrap().ok()
}

#[tokio::test]
async fn c27_only_the_two_names_of_the_hub_are_answered() {
    let ground = Ground::new().await;
    let host = ground.region.place().host;
    let long = format!("{}.{host}", ["a"; 100].join("."));
    let names = ["127.0.0.1", "example.org", &format!("www.{host}"), &format!("enrol.enrol.{host}"), &host[1..], &long];
    for name in names {
        let answer = answer_to(&ground, ground.ops.tls().unwrap(), name).await;
        assert!(answer.is_none_or(|first| first == ALERT), "{name} is answered");
    }
    let mut silent = ground.ops.tls().unwrap();
    silent.enable_sni = false;
    assert!(answer_to(&ground, silent, &host).await.is_none_or(|first| first == ALERT));
    for name in [host.clone(), format!("enrol.{host}"), host.to_uppercase()] {
        // A handshake record: the server's hello.
        assert_eq!(answer_to(&ground, ground.ops.tls().unwrap(), &name).await, Some(0x16), "{name}");
    }
}

#[tokio::test]
async fn c22_a_peer_that_says_nothing_or_too_slowly_is_closed_at_the_handshakes_end() {
    let ground = Ground::new().await;
    let before = ground.region.running.in_progress();
    let mut slow = dial(&ground).await;
    slow.write_all(&hello_of_tls_1_2("x")[..20]).await.unwrap();
    let mut peers = vec![slow, dial(&ground).await, dial(&ground).await];
    let accepted = within(PATIENCE, async {
        while ground.region.running.in_progress() < before + peers.len() {
            pause(Duration::from_millis(5)).await;
        }
    });
    accepted.await.unwrap();
    // Whoever was accepted before this answer has begun to wait.
    ground.session.head().await.unwrap();
    ground.env.advance(Duration::from_millis(limits::HANDSHAKE_TIMEOUT_MS - 1));
    for peer in &mut peers {
        let waited = within(Duration::from_millis(50), peer.read_u8()).await;
        assert!(waited.is_none(), "closed before its time");
    }
    ground.env.advance(Duration::from_millis(1));
    for peer in &mut peers {
        assert_eq!(until_closed(peer).await, b"");
    }
    ground.stands(&ground.state().await).await;
}

#[tokio::test]
async fn one_address_has_few_handshakes_at_once() {
    let ground = Ground::tuned(|config| config.listen.preauth_per_source = 3).await;
    let mut peers = vec![dial(&ground).await, dial(&ground).await, dial(&ground).await];
    // The hub accepts in order, so the fourth comes after the three were counted.
    assert_eq!(until_closed(&mut dial(&ground).await).await, b"");
    assert!(within(Duration::from_millis(50), peers[0].read_u8()).await.is_none(), "an earlier one was closed instead");
    drop(peers);
    let free = within(PATIENCE, async {
        while ground.ops.connect().await.is_err() {
            pause(Duration::from_millis(10)).await;
        }
    });
    assert!(free.await.is_some(), "their places are never given back");
}

#[tokio::test]
async fn one_institution_has_few_connections_at_once() {
    let ground = Ground::tuned(|config| config.listen.connections_per_institution = 3).await;
    // The ground holds one already.
    let second = ground.ops.connect().await.unwrap();
    let third = ground.ops.connect().await.unwrap();
    second.head().await.unwrap();
    third.head().await.unwrap();
    match ground.ops.connect().await {
        Ok(fourth) => assert!(fourth.head().await.is_err(), "a fourth connection is served"),
        Err(error) => drop(error),
    }
    second.head().await.unwrap();
    ground.school.connect().await.unwrap().head().await.unwrap();
}
