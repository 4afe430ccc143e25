//! Chooses the cryptography of TLS: ring's TLS 1.3 suites, two key exchanges, P-256 signatures.

use std::sync::{Arc, OnceLock};

use rustls::SignatureScheme;
use rustls::crypto::ring::cipher_suite::{
    TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, TLS13_CHACHA20_POLY1305_SHA256,
};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::SignatureVerificationAlgorithm;

use super::hybrid::X25519MLKEM768;

/// The provider that every configuration of hub and node uses.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    let base = ring::default_provider();
    Arc::new(CryptoProvider {
        cipher_suites: vec![TLS13_AES_256_GCM_SHA384, TLS13_AES_128_GCM_SHA256, TLS13_CHACHA20_POLY1305_SHA256],
        kx_groups: vec![X25519MLKEM768, ring::kx_group::X25519],
        signature_verification_algorithms: p256_only(base.signature_verification_algorithms),
        ..base
    })
}

/// Makes [`provider`] the default of the process, so that no library picks another one.
/// Does nothing when a default is set already.
pub fn install() {
    // The only error is "already installed", which is what was wanted.
    let _ = CryptoProvider::install_default(provider().as_ref().clone());
}

type Mapping = Vec<(SignatureScheme, &'static [&'static dyn SignatureVerificationAlgorithm])>;

/// Keeps ECDSA with P-256 and SHA-256 and drops every other way to sign.
fn p256_only(all: WebPkiSupportedAlgorithms) -> WebPkiSupportedAlgorithms {
    static MAPPING: OnceLock<Mapping> = OnceLock::new();
    let mapping = MAPPING.get_or_init(|| {
        let p256 = all.mapping.iter().filter(|(scheme, _)| *scheme == SignatureScheme::ECDSA_NISTP256_SHA256);
        // The first algorithm of a scheme is the one with the curve in its name.
        p256.map(|(scheme, algorithms)| (*scheme, algorithms.get(..1).unwrap_or_default())).collect()
    });
    let all = mapping.first().map_or(&[] as &[_], |(_, algorithms)| algorithms);
    WebPkiSupportedAlgorithms { all, mapping }
}
