//! Makes, stores and opens keys of a region, and spoils the file.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
use super::*;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

const NOW: i64 = 1_790_000_000_000;

pub(super) fn sample() -> NewRegion {
    NewRegion {
        region: "opolskie".parse().unwrap(),
        name: "Województwo opolskie".to_owned(),
        place: Place { host: "hub.example".to_owned(), port: 8600 },
        ca: None,
    }
}

#[test]
fn keys_return_under_their_passphrase_and_no_other() {
    let (dir, env) = (tempfile::tempdir().unwrap(), Env::stepped(NOW, 1));
    let made = HubKeys::create(&env, &sample(), dir.path(), b"correct horse battery").unwrap();
    let opened = HubKeys::open(dir.path(), b"correct horse battery").unwrap();
    assert_eq!(opened.region_keys.directory_key, made.region_keys.directory_key);
    assert_eq!(opened.region_keys.log, made.region_keys.log);
    assert_eq!(opened.ca.cert_der, made.ca.cert_der);
    assert_eq!(opened.place, made.place);
    assert_eq!(read_public(dir.path()).unwrap().bound(), made.region_keys.bound());
    let reason = |result: Result<HubKeys, Refusal>| result.err().unwrap().reason;
    assert_eq!(reason(HubKeys::open(dir.path(), b"correct horse batterz")), Reason::Passphrase);
    assert_eq!(reason(HubKeys::create(&env, &sample(), dir.path(), b"correct horse battery")), Reason::AlreadyJoined);
    let other = tempfile::tempdir().unwrap();
    assert_eq!(reason(HubKeys::create(&env, &sample(), other.path(), b"short")), Reason::Passphrase);
    assert_eq!(reason(HubKeys::open(other.path(), b"correct horse battery")), Reason::ConfigInvalid);
}

#[test]
fn the_file_shows_no_key_and_must_be_private_and_whole() {
    let (dir, env) = (tempfile::tempdir().unwrap(), Env::stepped(NOW, 1));
    let made = HubKeys::create(&env, &sample(), dir.path(), b"correct horse battery").unwrap();
    let path = file(dir.path());
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains(&STANDARD.encode(made.directory.seed())));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(HubKeys::open(dir.path(), b"x").err().unwrap().reason, Reason::KeyPermissions);
    // Cheaper parameters are authenticated and cannot be put in their place.
    let cheaper = text.replace("\"argon2id_passes\":3", "\"argon2id_passes\":2");
    assert_ne!(cheaper, text);
    assert!(unseal(cheaper.as_bytes(), b"correct horse battery").is_err());
    assert!(unseal(text.as_bytes(), b"correct horse battery").is_ok());
}

#[test]
fn a_throw_away_authority_is_recognised() {
    let env = Env::stepped(NOW, 1);
    assert!(!test_keys(&env).ca.is_dev().unwrap());
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name = name(&format!("{DEV_MARK} CA"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let cert = params.self_signed(&key).unwrap();
    let ca = Some((cert.der().to_vec(), Zeroizing::new(key.serialize_der())));
    let keys = HubKeys::ephemeral(&env, &NewRegion { ca, ..sample() }).unwrap();
    assert!(keys.ca.is_dev().unwrap());
}

#[test]
fn the_server_certificate_fits_both_doors() {
    let env = Env::stepped(NOW, 1);
    let keys = test_keys(&env);
    let identity = keys.server_identity(&env).unwrap();
    assert_eq!(identity.chain.len(), 2);
    let leaf = identity.chain.first().unwrap();
    let (_, cert) = x509_parser::parse_x509_certificate(leaf).unwrap();
    let names = format!("{:?}", cert.subject_alternative_name().unwrap().unwrap().value);
    assert!(names.contains("\"hub.example\"") && names.contains("\"enrol.hub.example\""), "{names}");
    assert!(!cert.is_ca());
    assert!(wiez_proto::tls::enrol_server_config(&env, &identity).is_ok());
}
