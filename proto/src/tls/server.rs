//! Builds the hub's two TLS configurations and chooses between them by the exact SNI name.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig, version};

use super::{ALPN, Identity, TlsError, provider, time};
use crate::enrolment::enrol_host;
use crate::env::Env;

/// The configuration of the mail door: a client certificate under `client_ca` is required.
///
/// With a revocation list, an unlisted serial is good only while the list is: one past its
/// `nextUpdate` refuses everybody. TLS never asks again during a connection, and does not look
/// at names: the caller compares the certificate with the directory on every call.
///
/// # Errors
/// [`TlsError`] when key and certificate do not belong together, or the CA or the list is unusable.
pub fn server_config(
    env: &Env,
    identity: &Identity,
    client_ca: &CertificateDer<'static>,
    revoked: Option<CertificateRevocationListDer<'static>>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add(client_ca.clone())?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
        .with_crls(revoked)
        .enforce_revocation_expiration()
        .build()?;
    build(env, identity, verifier)
}

/// The configuration of the enrolment door, which asks for no client certificate.
///
/// The chain must contain the CA, because a joining node knows only its fingerprint.
///
/// # Errors
/// [`TlsError`] when key and certificate do not belong together.
pub fn enrol_server_config(env: &Env, identity: &Identity) -> Result<Arc<ServerConfig>, TlsError> {
    build(env, identity, WebPkiClientVerifier::no_client_auth())
}

fn build(env: &Env, identity: &Identity, verifier: Arc<dyn ClientCertVerifier>) -> Result<Arc<ServerConfig>, TlsError> {
    let mut config = ServerConfig::builder_with_details(provider(), time(env))
        .with_protocol_versions(&[&version::TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(identity.chain.clone(), identity.key())?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(Arc::new(config))
}

/// Which set of calls a connection may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Everything but enrolment, for members with a certificate.
    Mail,
    /// The single call `Redeem`, without a certificate.
    Enrol,
}

/// The two names of the hub and what is behind each.
#[derive(Clone, Debug)]
pub struct ByName {
    mail_host: String,
    enrol_host: String,
    mail: Arc<ServerConfig>,
    enrol: Arc<ServerConfig>,
}

impl ByName {
    /// `host` is the hub's name in lower case; the enrolment door is `enrol.` before it.
    #[must_use]
    pub fn new(host: &str, mail: Arc<ServerConfig>, enrol: Arc<ServerConfig>) -> Self {
        Self { mail_host: host.to_owned(), enrol_host: enrol_host(host), mail, enrol }
    }

    /// The configuration for this SNI name; `None` when it is absent or not exactly one of ours.
    #[must_use]
    pub fn pick(&self, sni: Option<&str>) -> Option<(Arc<ServerConfig>, Door)> {
        match sni? {
            name if name == self.mail_host => Some((Arc::clone(&self.mail), Door::Mail)),
            name if name == self.enrol_host => Some((Arc::clone(&self.enrol), Door::Enrol)),
            _ => None,
        }
    }
}
