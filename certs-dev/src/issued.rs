//! Holds a certificate together with its private key and the certificates above it.

use rcgen::{Certificate, KeyPair};
use wiez_proto::tls::Identity;

/// A certificate with its key. The key is for tests, but is not shown either.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The certificate, DER.
    pub cert_der: Vec<u8>,
    /// Certificates that the holder presents after its own, DER; without the CA for a client.
    pub issuers_der: Vec<Vec<u8>>,
    /// The private key, PKCS#8 DER.
    pub key_pkcs8_der: Vec<u8>,
    /// The CA under which it stands or, for some wrong ones, claims to stand, DER.
    pub ca_der: Vec<u8>,
    /// Own certificate and issuers, PEM.
    pub chain_pem: String,
    /// The private key, PKCS#8 PEM.
    pub key_pem: String,
}

impl Issued {
    pub(crate) fn new(cert: &Certificate, issuers: &[&Certificate], key: &KeyPair, ca_der: &[u8]) -> Self {
        Self {
            cert_der: cert.der().to_vec(),
            issuers_der: issuers.iter().map(|issuer| issuer.der().to_vec()).collect(),
            key_pkcs8_der: key.serialize_der(),
            ca_der: ca_der.to_vec(),
            chain_pem: std::iter::once(&cert).chain(issuers).map(|cert| cert.pem()).collect(),
            key_pem: key.serialize_pem(),
        }
    }

    /// What the holder presents, leaf first, DER.
    #[must_use]
    pub fn chain_der(&self) -> Vec<Vec<u8>> {
        std::iter::once(&self.cert_der).chain(&self.issuers_der).cloned().collect()
    }

    /// The same for a TLS configuration.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity::new(self.chain_der(), self.key_pkcs8_der.clone())
    }
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("certificates", &(1 + self.issuers_der.len())).finish_non_exhaustive()
    }
}
