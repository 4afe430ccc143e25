//! TLS of the pages: the configured certificate, read anew when its files change.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use rustls::{ServerConfig, version};
use wiez_proto::env::Env;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::provider;

use crate::config::Certificate;
use crate::keys::check_private;

/// Shortest pause between two looks at the files.
const LOOK: Duration = Duration::from_secs(5);

/// What a changed file is recognised by.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// The configuration in use, and the files that it was made of.
pub(super) struct Reloading {
    files: Certificate,
    config: RwLock<Arc<ServerConfig>>,
    looked: Mutex<(Duration, Stamp)>,
}

impl Reloading {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// `CONFIG_INVALID` with the file, `KEY_PERMISSIONS` when others may read the key.
    pub(super) fn load(env: &Env, files: &Certificate) -> Result<Self, Refusal> {
        let stamp = stamp(files);
        let config = RwLock::new(read(files)?);
        Ok(Self { files: files.clone(), config, looked: Mutex::new((env.elapsed(), stamp)) })
    }

    /// The configuration for the next connection. Files that changed are read; when they cannot be used, the old
    /// certificate stays and the log says why.
    pub(super) fn current(&self, env: &Env) -> Arc<ServerConfig> {
        if self.changed(env) {
            match read(&self.files) {
                Ok(config) => {
                    tracing::info!("the certificate of the pages was read anew");
                    *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
                }
                Err(refusal) => tracing::error!(%refusal, "the new certificate of the pages cannot be used"),
            }
        }
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn changed(&self, env: &Env) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if env.elapsed().saturating_sub(looked.0) < LOOK {
            return false;
        }
        let now = stamp(&self.files);
        let changed = now != looked.1;
        *looked = (env.elapsed(), now);
        changed
    }
}

fn stamp(files: &Certificate) -> Stamp {
    let of = |path: &Path| std::fs::metadata(path).ok().and_then(|meta| Some((meta.modified().ok()?, meta.len())));
    [of(&files.cert), of(&files.key)]
}

/// TLS 1.3 with the provider of the region, HTTP/1.1, no tickets: a stolen ticket opens nothing.
fn read(files: &Certificate) -> Result<Arc<ServerConfig>, Refusal> {
    let bad = |key: &str, path: &Path| {
        Refusal::new(Reason::ConfigInvalid)
            .with("key", key)
            .with("file", path.display())
            .with("expected", "wiez-node web cert")
    };
    let no_cert = || bad("web.tls_cert", &files.cert);
    let no_key = || bad("web.tls_key", &files.key);
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&files.cert).map_err(|_| no_cert())?.collect();
    let chain = chain.map_err(|_| no_cert())?;
    if chain.is_empty() {
        return Err(no_cert());
    }
    if files.key.exists() {
        check_private(&files.key)?;
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|_| no_key())?;
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&version::TLS13])
        .map_err(|_| Refusal::new(Reason::Internal))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| no_key())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}
