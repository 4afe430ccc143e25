//! Starts a hub inside this process and stops it without losing anything.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wiez_proto::env::{Env, LastResort};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::{ByName, TlsError, enrol_server_config, install, server_config};

use crate::config::Config;
use crate::desk;
use crate::keys::HubKeys;
use crate::listen::{Admission, Listener, connections_allowed};
use crate::quota::Quotas;
use crate::region::{Hub, Settings};
use crate::rpc::{Context, doors};
use crate::tasks::{Phase, Tasks, reached};
use crate::writer::Driver;

/// How long dropped connections may take to be gone.
const CLOSING: Duration = Duration::from_secs(2);

/// What a hub is started from.
pub struct Options {
    /// Time and randomness.
    pub env: Env,
    /// The region's keys.
    pub keys: HubKeys,
    /// Limits, quotas, folder of the data.
    pub config: Config,
    /// Where to listen, already bound.
    pub listener: TcpListener,
    /// What happens when a write to disk failed.
    pub last_resort: LastResort,
    /// Whether a throw-away CA is accepted.
    pub demo: bool,
}

/// A hub that listens.
pub struct Running {
    env: Env,
    hub: Arc<Hub>,
    address: SocketAddr,
    phase: watch::Sender<Phase>,
    serving: Tasks,
    finish: watch::Sender<bool>,
    driver: Tasks,
}

/// Opens the data, starts the writer, the doors and the operator's desk.
///
/// # Errors
/// `DEV_CERTIFICATE` for a throw-away CA outside the demo, `LOCKED`, `DATABASE_NEWER` or
/// `DATABASE_FOREIGN` for the data, `CONFIG_INVALID` for what cannot be listened on.
pub async fn start(options: Options) -> Result<Running, Refusal> {
    let Options { env, keys, config, listener, last_resort, demo } = options;
    if !demo && keys.ca.is_dev()? {
        return Err(Refusal::new(Reason::DevCertificate));
    }
    install();
    let tls = tls(&env, &keys)?;
    let allowed = connections_allowed(&config.listen)?;
    let address = listener.local_addr().map_err(|_| no_socket("listen.address"))?;
    let (hub, driver) = open(&env, keys, &config, last_resort).await?;

    let (phase, stopping) = watch::channel(Phase::Open);
    let (finish, finishing) = watch::channel(false);
    let (serving, driving) = (Tasks::default(), Tasks::default());
    driving.spawn(driver.run(finishing));
    let context = Arc::new(Context {
        hub: Arc::clone(&hub),
        env: env.clone(),
        quotas: Quotas::new(&env, config.quota),
        phase: stopping.clone(),
    });
    let (mail, enrol) = doors(&context).await;
    let accepting = Arc::new(Listener {
        env: env.clone(),
        tls,
        mail,
        enrol,
        admission: Admission::new(&config.listen, allowed),
        handshake: Duration::from_millis(config.listen.handshake_timeout_ms),
        tasks: serving.clone(),
    });
    serving.spawn(accepting.run(listener, stopping.clone()));
    let desk = desk::bind(&config.data_dir)?;
    serving.spawn(desk::serve(desk, Arc::clone(&hub), serving.clone(), stopping));
    tracing::info!(%address, region = %hub.keys().region_keys.region, "serving");
    Ok(Running { env, hub, address, phase, serving, finish, driver: driving })
}

/// Opens the data of a hub without listening.
///
/// # Errors
/// `LOCKED`, `DATABASE_NEWER`, `DATABASE_FOREIGN` or `CONFIG_INVALID`.
pub(crate) async fn open(
    env: &Env,
    keys: HubKeys,
    config: &Config,
    last_resort: LastResort,
) -> Result<(Arc<Hub>, Driver), Refusal> {
    let mut settings = Settings::new(config.data_dir.clone());
    settings.disk_reserve_bytes = config.disk.reserve_bytes;
    Hub::open(env.clone(), Arc::new(keys), settings, last_resort).await
}

fn tls(env: &Env, keys: &HubKeys) -> Result<ByName, Refusal> {
    let unusable =
        |_: TlsError| Refusal::new(Reason::ConfigInvalid).with("key", "keys.ca").with("expected", "P-256 CA");
    let identity = keys.server_identity(env)?;
    let ca = CertificateDer::from(keys.ca.cert_der.clone());
    let mail = server_config(env, &identity, &ca, None).map_err(unusable)?;
    let enrol = enrol_server_config(env, &identity).map_err(unusable)?;
    Ok(ByName::new(&keys.place.host, mail, enrol))
}

/// The refusal for a place that cannot be listened on.
pub(crate) fn no_socket(key: &str) -> Refusal {
    Refusal::new(Reason::ConfigInvalid).with("key", key).with("expected", "free address")
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The use cases, as the operator's desk has them.
    #[must_use]
    pub const fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Connections and calls in progress.
    #[must_use]
    pub fn in_progress(&self) -> usize {
        self.serving.count()
    }

    /// Waits until the writer ended by itself, which it does only after a failed write.
    pub async fn failed(&self) {
        self.driver.idle().await;
    }

    /// Takes nothing new, lets calls in progress finish for [`limits::SHUTDOWN_GRACE_MS`], writes
    /// what was accepted, and returns when the data are closed.
    pub async fn stop(self) {
        self.phase.send_replace(Phase::Draining);
        let grace = Duration::from_millis(limits::SHUTDOWN_GRACE_MS);
        if self.env.timeout(grace, self.serving.idle()).await.is_none() {
            tracing::warn!(left = self.serving.count(), "some calls did not end in time");
        }
        self.close().await;
    }

    /// Drops every connection at once, as a crash would for the peers; what was accepted is on disk.
    pub async fn kill(self) {
        self.close().await;
    }

    async fn close(self) {
        self.phase.send_replace(Phase::Closed);
        let closing = self.env.timeout(CLOSING, self.serving.idle());
        // Nobody waits for an answer any more; a task that is still there ends with its timeout.
        let _ = closing.await;
        self.finish.send_replace(true);
        self.driver.idle().await;
        tracing::info!("stopped");
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Waits for a signal that asks the process to stop: SIGTERM or SIGINT.
///
/// # Errors
/// `INTERNAL` when the system does not let us listen for signals.
pub(crate) async fn asked_to_stop() -> Result<(), Refusal> {
    use tokio::signal::unix::{SignalKind, signal};
    let internal = |_| Refusal::new(Reason::Internal);
    let mut term = signal(SignalKind::terminate()).map_err(internal)?;
    let mut int = signal(SignalKind::interrupt()).map_err(internal)?;
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    Ok(())
}

/// Runs the writer of an opened hub while one piece of work is done, then closes the data.
pub(crate) async fn with_writer<T>(driver: Driver, work: impl Future<Output = T>) -> T {
    let (finish, finishing) = watch::channel(false);
    let driving = Tasks::default();
    driving.spawn(driver.run(finishing));
    let done = work.await;
    finish.send_replace(true);
    driving.idle().await;
    done
}

/// Waits until a stop has begun.
pub(crate) async fn draining(phase: &mut watch::Receiver<Phase>) {
    reached(phase, Phase::Draining).await;
}
