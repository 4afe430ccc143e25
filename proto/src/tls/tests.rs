//! Shakes hands in memory and sees what is agreed and what is refused.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::io::{Read, Write};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType, SerialNumber, date_time_ymd,
};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateRevocationListDer, ServerName};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, Error, HandshakeKind, NamedGroup,
    ProtocolVersion, ServerConfig, ServerConnection,
};

use super::*;

const NOW_MS: i64 = 1_800_000_000_000;
const HOST: &str = "hub.test";

struct Ca {
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
}

fn ca(name: &str) -> Ca {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let der = params.self_signed(&key).unwrap().der().clone();
    Ca { issuer: Issuer::new(params, key), der }
}

impl Ca {
    fn leaf(&self, name: &str, eku: ExtendedKeyUsagePurpose, key: &KeyPair, serial: u64) -> Identity {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.subject_alt_names = vec![
            SanType::DnsName(HOST.try_into().unwrap()),
            SanType::DnsName(format!("enrol.{HOST}").try_into().unwrap()),
        ];
        params.extended_key_usages = vec![eku];
        params.serial_number = Some(SerialNumber::from(serial));
        params.not_after = date_time_ymd(2027, 12, 31);
        let leaf = params.signed_by(key, &self.issuer).unwrap();
        Identity::new(vec![leaf.der().to_vec(), self.der.to_vec()], key.serialize_der())
    }

    fn hub(&self) -> Identity {
        self.leaf("hub", ExtendedKeyUsagePurpose::ServerAuth, &KeyPair::generate().unwrap(), 1)
    }

    fn node(&self) -> Identity {
        self.leaf("node", ExtendedKeyUsagePurpose::ClientAuth, &KeyPair::generate().unwrap(), 2)
    }

    fn revoke(&self, serial: u64, next_update_year: i32) -> CertificateRevocationListDer<'static> {
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2025, 1, 1),
            next_update: date_time_ymd(next_update_year, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: vec![RevokedCertParams {
                serial_number: SerialNumber::from(serial),
                revocation_time: date_time_ymd(2025, 1, 1),
                reason_code: None,
                invalidity_date: None,
            }],
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).unwrap().der().clone()
    }
}

fn env() -> Env {
    Env::stepped(NOW_MS, 1)
}

/// Runs a handshake and one byte each way, so that an alert after the client's last flight shows.
fn shake(client: ClientConfig, server: Arc<ServerConfig>) -> Result<(ClientConnection, ServerConnection), Error> {
    let name = ServerName::try_from(HOST).unwrap();
    let mut client = ClientConnection::new(Arc::new(client), name).unwrap();
    let mut server = ServerConnection::new(server).unwrap();
    client.writer().write_all(b"x").unwrap();
    for _ in 0..8 {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        let served = server.process_new_packets();
        wire.clear();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        let done = client.process_new_packets();
        served?;
        done?;
    }
    assert_eq!(server.reader().read(&mut [0; 8]).unwrap(), 1);
    Ok((client, server))
}

fn mail(ca: &Ca) -> Arc<ServerConfig> {
    server_config(&env(), &ca.hub(), &ca.der, None).unwrap()
}

fn refusal(client: ClientConfig, server: Arc<ServerConfig>) -> Error {
    match shake(client, server) {
        Err(error) => error,
        Ok(_) => panic!("the handshake was accepted"),
    }
}

fn classical() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { kx_groups: vec![ring::kx_group::X25519], ..provider().as_ref().clone() })
}

#[test]
fn a_member_gets_hybrid_tls_13_with_h2_and_no_ticket() {
    let ca = ca("A");
    let (mut client, server) = shake(client_config(&env(), &ca.der, &ca.node()).unwrap(), mail(&ca)).unwrap();
    assert_eq!(client.negotiated_key_exchange_group().unwrap().name(), NamedGroup::X25519MLKEM768);
    assert_eq!(client.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    assert_eq!(client.handshake_kind(), Some(HandshakeKind::Full));
    assert_eq!(client.tls13_tickets_received(), 0);
    assert!(speaks_h2(server.alpn_protocol()));
    assert_eq!(server.peer_certificates().unwrap().len(), 2);
    client.send_close_notify();
}

#[test]
fn either_side_may_know_only_x25519_and_no_round_trip_is_lost() {
    let ca = ca("A");
    let node = ca.node();
    let mut old = ClientConfig::builder_with_details(classical(), time(&env()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(Arc::new([ca.der.clone()].iter().fold(
            rustls::RootCertStore::empty(),
            |mut all, one| {
                all.add(one.clone()).unwrap();
                all
            },
        )))
        .with_client_auth_cert(node.chain.clone(), node.key())
        .unwrap();
    old.alpn_protocols = vec![ALPN.to_vec()];
    let (client, _) = shake(old, mail(&ca)).unwrap();
    assert_eq!(client.negotiated_key_exchange_group().unwrap().name(), NamedGroup::X25519);

    let hub = ca.hub();
    let old = ServerConfig::builder_with_provider(classical())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(hub.chain.clone(), hub.key())
        .unwrap();
    let (client, _) = shake(client_config(&env(), &ca.der, &node).unwrap(), Arc::new(old)).unwrap();
    assert_eq!(client.negotiated_key_exchange_group().unwrap().name(), NamedGroup::X25519);
    assert_eq!(client.handshake_kind(), Some(HandshakeKind::Full));
}

#[test]
fn nothing_is_resumed_even_if_the_client_would() {
    let ca = ca("A");
    let config = mail(&ca);
    assert_eq!(config.send_tls13_tickets, 0);
    assert!(!config.session_storage.can_cache());
    let mut eager = client_config(&env(), &ca.der, &ca.node()).unwrap();
    eager.resumption = rustls::client::Resumption::in_memory_sessions(8);
    for _ in 0..2 {
        let (client, _) = shake(eager.clone(), Arc::clone(&config)).unwrap();
        assert_eq!(client.handshake_kind(), Some(HandshakeKind::Full));
        assert_eq!(client.tls13_tickets_received(), 0);
    }
}

#[test]
fn without_a_certificate_only_the_enrolment_door_opens() {
    let ca = ca("A");
    let anonymous = enrol_client_config(&env(), fingerprint(&ca.der)).unwrap();
    assert_eq!(refusal(anonymous.clone(), mail(&ca)), Error::NoCertificatesPresented);
    let (client, server) = shake(anonymous, enrol_server_config(&env(), &ca.hub()).unwrap()).unwrap();
    assert!(speaks_h2(client.alpn_protocol()));
    assert!(server.peer_certificates().is_none());
}

#[test]
fn a_joining_node_trusts_only_the_pinned_ca() {
    let (ours, other) = (ca("A"), ca("A"));
    let client = || enrol_client_config(&env(), fingerprint(&ours.der)).unwrap();
    let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
    let door = |identity: &Identity| enrol_server_config(&env(), identity).unwrap();
    assert_eq!(refusal(client(), door(&other.hub())), unknown);
    // The pinned CA beside a leaf that it did not issue.
    let mut mixed = other.hub();
    mixed.chain = vec![mixed.chain.first().unwrap().clone(), ours.der.clone()];
    assert!(matches!(refusal(client(), door(&mixed)), Error::InvalidCertificate(_)));
    // A chain without the CA proves nothing to somebody who knows only its fingerprint.
    let mut short = ours.hub();
    short.chain.truncate(1);
    assert_eq!(refusal(client(), door(&short)), unknown);
    // A member's certificate is no hub's certificate.
    assert!(matches!(refusal(client(), door(&ours.node())), Error::InvalidCertificate(_)));
}

#[test]
fn strangers_wrong_purposes_and_wrong_times_are_refused() {
    let (ours, other) = (ca("A"), ca("A"));
    let with = |identity: &Identity| refusal(client_config(&env(), &ours.der, identity).unwrap(), mail(&ours));
    assert!(matches!(with(&other.node()), Error::InvalidCertificate(_)));
    assert!(matches!(with(&ours.hub()), Error::InvalidCertificate(CertificateError::InvalidPurposeContext { .. })));
    let late = Env::stepped(1_900_000_000_000, 1);
    let hub = server_config(&late, &ours.hub(), &ours.der, None).unwrap();
    let expired = refusal(client_config(&env(), &ours.der, &ours.node()).unwrap(), hub);
    assert!(matches!(expired, Error::InvalidCertificate(CertificateError::ExpiredContext { .. })), "{expired:?}");
    let strange = refusal(client_config(&env(), &other.der, &ours.node()).unwrap(), mail(&ours));
    assert!(matches!(strange, Error::InvalidCertificate(_) | Error::AlertReceived(_)));
}

#[test]
fn only_p256_keys_authenticate() {
    let ca = ca("A");
    for algorithm in [&rcgen::PKCS_ED25519, &rcgen::PKCS_ECDSA_P384_SHA384] {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let node = ca.leaf("node", ExtendedKeyUsagePurpose::ClientAuth, &key, 2);
        let error = refusal(client_config(&env(), &ca.der, &node).unwrap(), mail(&ca));
        assert_eq!(error, Error::NoCertificatesPresented);
    }
}

#[test]
fn a_revoked_serial_and_a_stale_list_are_refused() {
    let ca = ca("A");
    let door = |list| server_config(&env(), &ca.hub(), &ca.der, Some(list)).unwrap();
    let client = || client_config(&env(), &ca.der, &ca.node()).unwrap();
    assert_eq!(refusal(client(), door(ca.revoke(2, 2030))), Error::InvalidCertificate(CertificateError::Revoked));
    assert!(shake(client(), door(ca.revoke(99, 2030))).is_ok());
    let stale = refusal(client(), door(ca.revoke(99, 2026)));
    assert!(matches!(stale, Error::InvalidCertificate(CertificateError::ExpiredRevocationListContext { .. })));
}

#[test]
fn tls_12_and_other_protocols_are_refused() {
    let ca = ca("A");
    let mut http1 = client_config(&env(), &ca.der, &ca.node()).unwrap();
    http1.alpn_protocols = vec![b"http/1.1".to_vec()];
    assert_eq!(refusal(http1.clone(), mail(&ca)), Error::NoApplicationProtocol);
    http1.alpn_protocols.clear();
    let (_, server) = shake(http1, mail(&ca)).unwrap();
    assert!(!speaks_h2(server.alpn_protocol()));

    // A hand-made ClientHello of TLS 1.2: signature_algorithms, no supported_versions.
    let body = [&[3, 3][..], &[7; 32], &[0, 0, 2, 0xc0, 0x2b, 1, 0], &[0, 8, 0, 13, 0, 4, 0, 2, 4, 3]].concat();
    let length = u8::try_from(body.len()).unwrap();
    let hello = [&[22, 3, 1, 0, length + 4, 1, 0, 0, length], body.as_slice()].concat();
    let mut server = ServerConnection::new(mail(&ca)).unwrap();
    server.read_tls(&mut hello.as_slice()).unwrap();
    assert!(matches!(server.process_new_packets(), Err(Error::PeerIncompatible(_))));
    let mut alert = Vec::new();
    server.write_tls(&mut alert).unwrap();
    assert_eq!(alert.last().copied(), Some(u8::from(AlertDescription::ProtocolVersion)));
}

#[test]
fn names_choose_the_door_exactly() {
    let ca = ca("A");
    let doors = ByName::new(HOST, mail(&ca), enrol_server_config(&env(), &ca.hub()).unwrap());
    assert_eq!(doors.pick(Some("hub.test")).map(|(_, door)| door), Some(Door::Mail));
    assert_eq!(doors.pick(Some("enrol.hub.test")).map(|(_, door)| door), Some(Door::Enrol));
    for other in [None, Some(""), Some("HUB.test"), Some("hub.test."), Some("x.hub.test"), Some("127.0.0.1")] {
        assert!(doors.pick(other).is_none(), "{other:?}");
    }
}

#[test]
fn the_key_is_not_shown() {
    let shown = format!("{:?}", ca("A").node());
    assert_eq!(shown, "Identity { certificates: 2, .. }");
}
