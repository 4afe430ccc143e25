//! Builds every TLS configuration of hub and node: TLS 1.3 only, ring, no resumption, `h2`.
//!
//! What is fixed here and why:
//! - **No tickets, no session store, no early data.** A resumed session skips the check of the
//!   client certificate, so a revoked institution could return with a saved ticket.
//! - **P-256 only** for certificates, theirs and their issuers'. rustls then offers no other
//!   signature scheme, so a peer with another key cannot authenticate.
//! - **X25519MLKEM768 before X25519**, see [`hybrid`]: recorded traffic stays closed to a later
//!   quantum computer. Certificates stay classical.
//! - **Time** for the validity of certificates comes from [`crate::env::Env`]. Randomness of
//!   handshakes is drawn by ring, rustls and ml-kem from the system.

use std::sync::Arc;
use std::time::Duration;

use ring::digest;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::time_provider::TimeProvider;

use crate::env::Env;

mod client;
pub mod hybrid;
mod pinned;
mod provider;
mod server;

pub use client::{client_config, enrol_client_config};
pub use provider::{install, provider};
pub use server::{ByName, Door, enrol_server_config, server_config};

/// The only application protocol: HTTP/2.
pub const ALPN: &[u8] = b"h2";

/// Why a TLS configuration cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate, key or CA does not fit, as rustls says.
    #[error("TLS configuration: {0}")]
    Rustls(#[from] rustls::Error),
    /// The revocation list or the CA is unusable.
    #[error("client certificate verifier: {0}")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

/// A certificate chain, leaf first, and its private key. The key is never shown.
pub struct Identity {
    /// Leaf first, then its issuers.
    pub chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Takes DER certificates, leaf first, and the private key as PKCS#8 DER.
    #[must_use]
    pub fn new(chain: Vec<Vec<u8>>, pkcs8: Vec<u8>) -> Self {
        Self {
            chain: chain.into_iter().map(CertificateDer::from).collect(),
            key: PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8)),
        }
    }

    fn key(&self) -> PrivateKeyDer<'static> {
        self.key.clone_key()
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("certificates", &self.chain.len()).finish_non_exhaustive()
    }
}

/// SHA-256 of a DER certificate: how an invitation names the CA and how the hub registers a node.
#[must_use]
pub fn fingerprint(der: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, der).as_ref().first_chunk().copied().unwrap_or_default()
}

/// Whether the peer agreed to HTTP/2. rustls refuses a peer that offers only other protocols,
/// but accepts one that offers none; the accept loop closes that one.
#[must_use]
pub fn speaks_h2(negotiated: Option<&[u8]>) -> bool {
    negotiated == Some(ALPN)
}

/// Lets rustls ask an [`Env`] for the time.
#[derive(Debug)]
struct EnvTime(Env);

impl TimeProvider for EnvTime {
    fn current_time(&self) -> Option<UnixTime> {
        u64::try_from(self.0.now_ms()).ok().map(Duration::from_millis).map(UnixTime::since_unix_epoch)
    }
}

fn time(env: &Env) -> Arc<dyn TimeProvider> {
    Arc::new(EnvTime(env.clone()))
}

#[cfg(test)]
mod tests;
