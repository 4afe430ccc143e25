//! Makes the certificate by which browsers of the institution's network trust the pages, and the authority behind it.
//!
//! The authority can sign for the given names and addresses only (name constraints, RFC 5280, 4.2.1.10): a stolen
//! one opens no bank. It stays for ten years, so that PCs come to trust it once; the certificate is renewed yearly.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, SanType,
    date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use wiez_proto::env::Env;
use wiez_proto::id::hex;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::fingerprint;

use super::{make_private_dir, unwritable, write_private};

/// How long the authority lasts, in days.
const CA_DAYS: u64 = 3650;
/// How long a certificate lasts, in days; browsers refuse more than 398.
const LEAF_DAYS: u64 = 397;
const DAY_S: u64 = 24 * 3600;

/// Where the files are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Lan {
    /// Certificate and authority, for `web.tls_cert`.
    pub cert: PathBuf,
    /// Private key of the certificate, for `web.tls_key`.
    pub key: PathBuf,
    /// The authority as PEM, for browsers with a store of their own.
    pub ca: PathBuf,
    /// The authority as DER, for the group policy of Windows.
    pub ca_der: PathBuf,
    /// SHA-256 of the authority, lower-case hexadecimal, to compare at a PC.
    pub fingerprint: String,
    /// Whether the authority is new, so that PCs have to be told.
    pub new_ca: bool,
}

/// Makes a certificate for names and addresses. The authority of the folder signs again when it was made for them;
/// otherwise there is a new one, and PCs have to come to trust it.
///
/// # Errors
/// `FIELD_INVALID` for no name at all or one that no certificate can hold, `CONFIG_INVALID` when the folder cannot
/// be written, `KEY_PERMISSIONS` when others may read the authority's key.
pub fn certify(env: &Env, data_dir: &Path, names: &[String], addresses: &[IpAddr]) -> Result<Lan, Refusal> {
    let dir = data_dir.join("web");
    make_private_dir(&dir)?;
    let file = |name: &str| dir.join(name);
    let scope = scope(names, addresses)?;
    let (ca_file, ca_key_file, scope_file) = (file("ca.pem"), file("ca.key.pem"), file("ca.names"));
    let known = fs::read_to_string(&scope_file).is_ok_and(|kept| kept == scope);
    let new_ca = !known || !ca_file.exists() || !ca_key_file.exists();
    if new_ca {
        let (certificate, key) = authority(env, names, addresses)?;
        write_private(&ca_key_file, key.serialize_pem().as_bytes())?;
        write_private(&ca_file, certificate.pem().as_bytes())?;
        write_private(&file("ca.cer"), certificate.der())?;
        write_private(&scope_file, scope.as_bytes())?;
    }
    super::check_private(&ca_key_file)?;
    let read = |path: &Path| fs::read_to_string(path).map_err(|_| unwritable(path));
    let (ca_pem, ca_key) = (read(&ca_file)?, read(&ca_key_file)?);
    let ca_key = KeyPair::from_pem(&ca_key).map_err(|_| unwritable(&ca_key_file))?;
    let issuer = Issuer::from_ca_cert_pem(&ca_pem, ca_key).map_err(|_| unwritable(&ca_file))?;
    let leaf_key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(internal)?;
    let leaf = leaf(env, names, addresses)?.signed_by(&leaf_key, &issuer).map_err(internal)?;
    write_private(&file("key.pem"), leaf_key.serialize_pem().as_bytes())?;
    write_private(&file("cert.pem"), format!("{}{ca_pem}", leaf.pem()).as_bytes())?;
    let der = CertificateDer::from_pem_slice(ca_pem.as_bytes()).map_err(|_| unwritable(&ca_file))?;
    Ok(Lan {
        cert: file("cert.pem"),
        key: file("key.pem"),
        ca_der: file("ca.cer"),
        ca: ca_file,
        fingerprint: hex(&fingerprint(&der)),
        new_ca,
    })
}

fn internal(_: rcgen::Error) -> Refusal {
    Refusal::new(Reason::Internal)
}

/// What the authority is made for, as text.
fn scope(names: &[String], addresses: &[IpAddr]) -> Result<String, Refusal> {
    let bad = || Refusal::new(Reason::FieldInvalid).with("field", "name");
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    let good = |name: &String| !name.is_empty() && name.len() <= 253 && name.chars().all(letter);
    if (names.is_empty() && addresses.is_empty()) || !names.iter().all(good) {
        return Err(bad());
    }
    let mut all: Vec<String> = names.iter().cloned().chain(addresses.iter().map(ToString::to_string)).collect();
    all.sort();
    all.dedup();
    Ok(all.join("\n"))
}

/// Parameters that both certificates have. The names of the two differ: some clients take equal ones for self-signed.
fn params(env: &Env, name: &str, days: u64) -> CertificateParams {
    let now_s = u64::try_from(env.now_ms() / 1000).unwrap_or(0);
    let at = |seconds: u64| date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(seconds);
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // A PC whose clock is a little behind must not refuse it.
    params.not_before = at(now_s.saturating_sub(DAY_S));
    params.not_after = at(now_s + days * DAY_S);
    params
}

fn authority(env: &Env, names: &[String], addresses: &[IpAddr]) -> Result<(rcgen::Certificate, KeyPair), Refusal> {
    let label = names.first().cloned().or_else(|| addresses.first().map(ToString::to_string)).unwrap_or_default();
    let mut params = params(env, &format!("Więź CA {label}"), CA_DAYS);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let whole = |address: &IpAddr| CidrSubnet::from_addr_prefix(*address, if address.is_ipv4() { 32 } else { 128 });
    let permitted = names.iter().cloned().map(GeneralSubtree::DnsName);
    let permitted = permitted.chain(addresses.iter().map(|address| GeneralSubtree::IpAddress(whole(address))));
    let mut excluded = vec![];
    // A kind of name that is not constrained at all could be anything.
    if names.is_empty() {
        excluded.push(GeneralSubtree::DnsName(String::new()));
    }
    if addresses.is_empty() {
        excluded.push(GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([0; 4], 0)));
        excluded.push(GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix([0; 16], 0)));
    }
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: permitted.collect(), excluded_subtrees: excluded });
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(internal)?;
    Ok((params.self_signed(&key).map_err(internal)?, key))
}

fn leaf(env: &Env, names: &[String], addresses: &[IpAddr]) -> Result<CertificateParams, Refusal> {
    let label = names.first().cloned().or_else(|| addresses.first().map(ToString::to_string)).unwrap_or_default();
    let mut params = params(env, &label, LEAF_DAYS);
    for name in names {
        params.subject_alt_names.push(SanType::DnsName(name.as_str().try_into().map_err(internal)?));
    }
    params.subject_alt_names.extend(addresses.iter().copied().map(SanType::IpAddress));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn the_authority_stays_while_the_names_do_and_nobody_else_reads_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let env = Env::stepped(1_793_600_000_000, 1);
        let names = ["wiez.ops-brzeg.lan".to_owned()];
        let address: IpAddr = "10.0.0.5".parse().unwrap();
        assert_eq!(certify(&env, dir.path(), &[], &[]).unwrap_err().reason, Reason::FieldInvalid);
        assert!(certify(&env, dir.path(), &["Wiez LAN".to_owned()], &[]).is_err());
        let first = certify(&env, dir.path(), &names, &[address]).unwrap();
        assert!(first.new_ca);
        super::super::check_private(&first.key).unwrap();
        super::super::check_private(&dir.path().join("web/ca.key.pem")).unwrap();
        let cert = fs::read(&first.cert).unwrap();
        let again = certify(&env, dir.path(), &names, &[address]).unwrap();
        assert!(!again.new_ca && again.fingerprint == first.fingerprint);
        assert!(fs::read(&first.cert).unwrap() != cert, "the certificate is renewed");
        let other = certify(&env, dir.path(), &["wiez2.lan".to_owned()], &[]).unwrap();
        assert!(other.new_ca && other.fingerprint != first.fingerprint);
    }
}
