//! Shows every certificate to a hub's real TLS configuration.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Error, ServerConfig, ServerConnection};
use wiez_proto::env::Env;
use wiez_proto::tls::server_config;

use super::{BasicConstraints, CertificateParams, IsCa, KeyPair, RefusedAt, UnknownWrong, Wrong};
use crate::{DevCa, Issued, MARK, is_marked};

const NOW_MS: i64 = 1_800_000_000_000;
const HOST: &str = "hub.test";

fn env() -> Env {
    Env::stepped(NOW_MS, 1)
}

fn hub(ca: &DevCa) -> Arc<ServerConfig> {
    let server = ca.server(&[HOST]).unwrap();
    server_config(&env(), &server.identity(), &ca.ca_der().to_vec().into(), None).unwrap()
}

/// What the hub's side of the handshake says, with the bytes of the client all delivered.
fn shake(ca: &DevCa, hub: Arc<ServerConfig>, who: &Issued) -> Result<(), Error> {
    let config = ca.hostile_client(&env(), who).unwrap();
    let mut client = ClientConnection::new(Arc::new(config), ServerName::try_from(HOST).unwrap()).unwrap();
    let mut server = ServerConnection::new(hub).unwrap();
    client.writer().write_all(b"x").unwrap();
    while server.is_handshaking() {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        let mut rest = wire.as_slice();
        while !rest.is_empty() {
            server.read_tls(&mut rest).unwrap();
            server.process_new_packets()?;
        }
        wire.clear();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        client.process_new_packets().unwrap();
    }
    assert!(server.peer_certificates().is_some());
    Ok(())
}

/// What the hub's TLS must say of each, so that none is refused for another fault of ours;
/// nothing for those that pass the handshake.
fn says(wrong: Wrong) -> Option<&'static str> {
    match wrong {
        Wrong::SelfSigned => Some("UnknownIssuer"),
        Wrong::OtherCaSameName => Some("BadSignature"),
        Wrong::Expired => Some("ExpiredContext"),
        Wrong::NotYetValid => Some("NotValidYetContext"),
        Wrong::ServerEkuOnly => Some("InvalidPurposeContext"),
        Wrong::CaAsLeaf => Some("CaUsedAsEndEntity"),
        Wrong::IntermediateNotCa => Some("EndEntityUsedAsCa"),
        Wrong::PathLen | Wrong::LongChain => Some("PathLenConstraintViolated"),
        Wrong::NameConstraintsBroken => Some("NameConstraintViolation"),
        Wrong::Ed25519Leaf | Wrong::P384Leaf => Some("NoCertificatesPresented"),
        Wrong::UnknownCriticalExtension => Some("UnsupportedCriticalExtension"),
        Wrong::HugeSans => Some("HandshakePayloadTooLarge"),
        Wrong::TwoSans
        | Wrong::CnOnly
        | Wrong::SanUpperCase
        | Wrong::SanNewline
        | Wrong::SanNul
        | Wrong::SanTrailingDot
        | Wrong::SanPercent
        | Wrong::SanHomoglyph
        | Wrong::SanOtherRegion
        | Wrong::SecondIssuance => None,
    }
}

fn judge(ca: &DevCa, wrong: Wrong) {
    let got = shake(ca, hub(ca), &ca.wrong(wrong, "ops-brzeg").unwrap());
    match (says(wrong), &got) {
        (None, Ok(())) => assert!(matches!(wrong.refused_at(), RefusedAt::Call(_)), "{wrong}"),
        (Some(words), Err(error)) => {
            assert!(format!("{error:?}").contains(words), "{wrong}: {error:?}");
            assert_eq!(wrong.refused_at(), RefusedAt::Handshake, "{wrong}");
        }
        (None, Err(_)) | (Some(_), Ok(())) => panic!("{wrong}: {got:?}"),
    }
}

#[test]
fn right_certificates_are_accepted_and_wrong_ones_where_they_say() {
    let ca = DevCa::new("test", NOW_MS).unwrap();
    shake(&ca, hub(&ca), &ca.issue("ops-brzeg").unwrap()).unwrap();
    for wrong in Wrong::ALL {
        judge(&ca, *wrong);
    }
}

#[test]
fn a_given_ca_issues_too_and_leaves_no_mark_of_ours() {
    let (key, mut params) = (KeyPair::generate().unwrap(), CertificateParams::default());
    params.distinguished_name = crate::ca::subject("Region", "Region CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let cert = params.self_signed(&key).unwrap();
    let ca = DevCa::from_pem("test", &cert.pem(), &key.serialize_pem(), NOW_MS).unwrap();
    shake(&ca, hub(&ca), &ca.issue("ops-brzeg").unwrap()).unwrap();
    for wrong in Wrong::ALL {
        judge(&ca, *wrong);
        assert!(!is_marked(&ca.wrong(*wrong, "ops-brzeg").unwrap().cert_der), "{wrong}");
    }
    let ours = DevCa::new("test", NOW_MS).unwrap();
    let again = DevCa::from_pem("test", ours.ca_pem(), &ours.key_pem(), NOW_MS).unwrap();
    assert_eq!(again.ca_der(), ours.ca_der());
    assert!(is_marked(&again.issue("sp3").unwrap().cert_der) && is_marked(ours.ca_der()));
    assert!(DevCa::from_pem("test", "x", &ours.key_pem(), NOW_MS).is_err());
    assert_eq!(MARK, "wiez-certs-dev");
}

#[test]
fn names_are_unique_and_read_back() {
    let names: BTreeSet<_> = Wrong::ALL.iter().map(|wrong| wrong.name()).collect();
    assert_eq!(names.len(), Wrong::ALL.len());
    for wrong in Wrong::ALL {
        assert_eq!(wrong.to_string().parse(), Ok(*wrong));
    }
    assert_eq!("nonsense".parse::<Wrong>(), Err(UnknownWrong));
}
