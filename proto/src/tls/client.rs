//! Builds a node's two TLS configurations: for its mail and for joining.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore, version};

use super::pinned::PinnedCa;
use super::{ALPN, Identity, TlsError, provider, time};
use crate::env::Env;

/// The configuration of a member: trusts only `ca` and shows its own certificate.
///
/// # Errors
/// [`TlsError`] when key and certificate do not belong together or the CA is unusable.
pub fn client_config(env: &Env, ca: &CertificateDer<'static>, identity: &Identity) -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add(ca.clone())?;
    let config = ClientConfig::builder_with_details(provider(), time(env))
        .with_protocol_versions(&[&version::TLS13])?
        .with_root_certificates(roots)
        .with_client_auth_cert(identity.chain.clone(), identity.key())?;
    Ok(finish(config))
}

/// The configuration of a node that joins: trusts exactly the CA certificate with this SHA-256,
/// which the hub must present in its chain, and shows no certificate.
///
/// Nothing of the request is sent before the chain was verified.
///
/// # Errors
/// [`TlsError`] when rustls refuses the configuration.
pub fn enrol_client_config(env: &Env, ca_fingerprint: [u8; 32]) -> Result<ClientConfig, TlsError> {
    let config = ClientConfig::builder_with_details(provider(), time(env))
        .with_protocol_versions(&[&version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(PinnedCa::new(ca_fingerprint)))
        .with_no_client_auth();
    Ok(finish(config))
}

fn finish(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    config.enable_sni = true;
    config
}
