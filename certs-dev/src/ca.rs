//! Issues right certificates from a throw-away CA, or from a given one.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, Error, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PublicKeyData, SanType, date_time_ymd,
};
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use wiez_proto::env::Env;
use wiez_proto::tls::{TlsError, client_config, provider};

use crate::{Issued, MARK, is_marked};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A P-256 certificate authority that forgets nothing and checks nothing.
pub struct DevCa {
    pub(crate) region: String,
    pub(crate) issuer: Issuer<'static, KeyPair>,
    pub(crate) ca_der: Vec<u8>,
    pub(crate) now_ms: i64,
    organisation: &'static str,
    ca_pem: String,
}

impl DevCa {
    /// Makes a CA for a region. `now_ms` is the time from which validity is counted, in
    /// milliseconds since 1970; the CA is valid for ten years, a certificate for one, both from
    /// a day earlier.
    ///
    /// # Errors
    /// What rcgen says; only when the system gives no randomness.
    pub fn new(region: &str, now_ms: i64) -> Result<Self, Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        let name = format!("Więź certs-dev - not for production {}", tag(&key));
        params.distinguished_name = subject(MARK, &name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        valid(&mut params, now_ms - DAY_MS, now_ms + 3650 * DAY_MS);
        let cert = params.self_signed(&key)?;
        Ok(Self {
            region: region.to_owned(),
            ca_der: cert.der().to_vec(),
            ca_pem: cert.pem(),
            issuer: Issuer::new(params, key),
            now_ms,
            organisation: MARK,
        })
    }

    /// Takes a CA that exists, for instance the one of a hub under test, to issue wrong
    /// certificates under it. What it issues carries [`MARK`] only if the CA does.
    ///
    /// # Errors
    /// What rcgen says about the PEM texts.
    pub fn from_pem(region: &str, cert_pem: &str, key_pem: &str, now_ms: i64) -> Result<Self, Error> {
        let der = CertificateDer::from_pem_slice(cert_pem.as_bytes()).map_err(|_| Error::CouldNotParseCertificate)?;
        let issuer = Issuer::from_ca_cert_der(&der, KeyPair::from_pem(key_pem)?)?;
        let organisation = if is_marked(&der) { MARK } else { "wiez-test" };
        let (region, ca_pem) = (region.to_owned(), cert_pem.to_owned());
        Ok(Self { region, issuer, ca_der: der.to_vec(), now_ms, organisation, ca_pem })
    }

    /// Moves the time from which validity is counted.
    pub fn set_now(&mut self, now_ms: i64) {
        self.now_ms = now_ms;
    }

    /// The CA certificate, DER.
    #[must_use]
    pub fn ca_der(&self) -> &[u8] {
        &self.ca_der
    }

    /// The CA certificate, PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The CA's private key, PKCS#8 PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// The one name by which the hub knows an institution.
    #[must_use]
    pub fn uri(&self, institution: &str) -> String {
        format!("wiez://{}/{institution}", self.region)
    }

    /// Issues a client certificate as the hub would: one SAN URI, client authentication, P-256.
    ///
    /// # Errors
    /// What rcgen says, when the name is not ASCII.
    pub fn issue(&self, institution: &str) -> Result<Issued, Error> {
        let key = KeyPair::generate()?;
        let params = self.client(institution, &key)?;
        self.sign(&params, key)
    }

    /// Issues a server certificate for these host names or addresses; its chain includes the CA,
    /// because a joining node knows only the CA's fingerprint.
    ///
    /// # Errors
    /// What rcgen says, when a name is not ASCII.
    pub fn server(&self, hosts: &[&str]) -> Result<Issued, Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>())?;
        self.dress(&mut params, hosts.first().copied().unwrap_or("hub"), &key);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let mut issued = self.sign(&params, key)?;
        issued.issuers_der.push(self.ca_der.clone());
        issued.chain_pem.push_str(&self.ca_pem);
        Ok(issued)
    }

    /// The TLS configuration of a client that trusts this CA and presents exactly what it is
    /// given. [`wiez_proto::tls::client_config`] would refuse some wrong certificates itself.
    ///
    /// # Errors
    /// What rustls says, when the key is unusable.
    pub fn hostile_client(&self, env: &Env, who: &Issued) -> Result<ClientConfig, TlsError> {
        let right = self.issue("nobody").map_err(|error| rustls::Error::General(error.to_string()))?;
        let mut config = client_config(env, &CertificateDer::from(self.ca_der.clone()), &right.identity())?;
        let key = PrivatePkcs8KeyDer::from(who.key_pkcs8_der.clone()).into();
        let key = provider().key_provider.load_private_key(key)?;
        let chain = who.chain_der().into_iter().map(CertificateDer::from).collect();
        config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(CertifiedKey::new(chain, key)));
        Ok(config)
    }

    /// Parameters of a right client certificate, for the wrong ones to start from.
    pub(crate) fn client(&self, institution: &str, key: &KeyPair) -> Result<CertificateParams, Error> {
        let mut params = CertificateParams::default();
        self.dress(&mut params, institution, key);
        params.subject_alt_names = vec![SanType::URI(self.uri(institution).try_into()?)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Ok(params)
    }

    /// Gives a name that no other certificate has, a year of validity and the usual key usage.
    pub(crate) fn dress(&self, params: &mut CertificateParams, name: &str, key: &KeyPair) {
        params.distinguished_name = subject(self.organisation, &format!("{name} {}", tag(key)));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        valid(params, self.now_ms - DAY_MS, self.now_ms + 365 * DAY_MS);
    }

    /// Signs with the CA.
    pub(crate) fn sign(&self, params: &CertificateParams, key: KeyPair) -> Result<Issued, Error> {
        let cert = params.signed_by(&key, &self.issuer)?;
        Ok(Issued::new(&cert, &[], &key, &self.ca_der))
    }
}

impl std::fmt::Debug for DevCa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DevCa").field("region", &self.region).finish_non_exhaustive()
    }
}

/// A subject. Equal names of CA and leaf make BoringSSL take a leaf for self-signed, so every
/// name carries a part of its key.
pub(crate) fn subject(organisation: &str, name: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, organisation);
    subject.push(DnType::CommonName, name);
    subject
}

/// Eight hexadecimal digits that differ from key to key.
pub(crate) fn tag(key: &KeyPair) -> String {
    key.der_bytes().iter().rev().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Sets the validity, in milliseconds since 1970, cut to seconds; a time before 1970 is 1970.
pub(crate) fn valid(params: &mut CertificateParams, from_ms: i64, to_ms: i64) {
    let at = |ms: i64| date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(ms / 1000).unwrap_or(0));
    params.not_before = at(from_ms);
    params.not_after = at(to_ms);
}
