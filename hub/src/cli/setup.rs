//! Creates a region, and serves it.

use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};

use tokio::net::TcpListener;
use wiez_proto::env::LastResort;
use wiez_proto::id::{RegionId, hex};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::invalid;

use super::Session;
use super::talk::Talk;
use crate::keys::{HubKeys, NewRegion, Place};
use crate::running::{Options, asked_to_stop, no_socket, start};

/// Makes the keys of a region.
///
/// # Errors
/// `FIELD_INVALID` for a host that is no DNS name in lower case, else as [`HubKeys::create`].
pub(super) fn init(
    session: &Session,
    region: RegionId,
    name: String,
    host: String,
    port: u16,
    talk: &mut Talk<'_>,
) -> Result<(), Refusal> {
    // TLS names no address in its hello, so nobody could find the door of a hub without a name.
    let host_ok = (1..=200).contains(&host.len())
        && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b))
        && !host.ends_with('.')
        && rustls::pki_types::DnsName::try_from(host.as_str()).is_ok();
    if !host_ok || port == 0 {
        return Err(invalid(if host_ok { "port" } else { "host" }));
    }
    let passphrase = session.loaded.passphrase()?;
    let dir = &session.loaded.config.data_dir;
    let unusable = |_| Refusal::new(Reason::ConfigInvalid).with("key", "data_dir").with("file", dir.display());
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(unusable)?;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).map_err(unusable)?;
    let new = NewRegion { region, name, place: Place { host, port }, ca: None };
    let keys = HubKeys::create(&session.env, &new, dir, &passphrase)?;
    let facts = serde_json::json!({
        "region": keys.region_keys.region,
        "host": keys.place.host,
        "port": keys.place.port,
        "log_origin": keys.region_keys.log.origin,
        "ca_sha256": hex(&keys.ca.fingerprint()),
        "directory_sha256": hex(&keys.region_keys.bound().fingerprint),
    });
    if talk.json() {
        talk.value(&facts);
    } else if let Some(map) = facts.as_object() {
        for (key, value) in map {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            talk.line(&format!("{key:<20} {text}"));
        }
    }
    talk.say(talk.pick([
        "Region utworzony. Kopię folderu keys i hasło przechowuj osobno, w dwóch miejscach. Dalej: wiez-hub serve",
        "Region created. Keep a copy of the folder keys and the passphrase apart, in two places. Next: wiez-hub serve",
        "Регіон створено. Копію теки keys і пароль зберігайте окремо, у двох місцях. Далі: wiez-hub serve",
    ]));
    Ok(())
}

/// Serves until the process is asked to stop.
///
/// # Errors
/// As [`start`]; `INTERNAL` when the writer ended by itself.
pub(super) async fn serve(session: Session, listen: Option<SocketAddr>, talk: &mut Talk<'_>) -> Result<(), Refusal> {
    let Session { env, loaded, demo } = session;
    let passphrase = loaded.passphrase()?;
    let keys = HubKeys::open(&loaded.config.data_dir, &passphrase)?;
    drop(passphrase);
    let configured = &loaded.config.listen;
    let port = if configured.port == 0 { keys.place.port } else { configured.port };
    let address = listen.unwrap_or_else(|| SocketAddr::new(configured.address, port));
    let listener = TcpListener::bind(address).await.map_err(|_| no_socket("listen.address"))?;
    let options = Options { env, keys, config: loaded.config, listener, last_resort: LastResort::default(), demo };
    let running = start(options).await?;
    let at = running.local_addr();
    if talk.json() {
        talk.value(&serde_json::json!({ "listening": at }));
    } else {
        let words = talk.pick([
            "Hub działa; zatrzymuje go Ctrl-C albo SIGTERM. Adres",
            "The hub is serving; Ctrl-C or SIGTERM stops it. Address",
            "Хаб працює; його зупиняє Ctrl-C або SIGTERM. Адреса",
        ]);
        talk.say(&format!("{words}: {at}"));
    }
    let failed = tokio::select! {
        asked = asked_to_stop() => asked.err(),
        () = running.failed() => Some(Refusal::new(Reason::Internal).with("incident", "writer")),
    };
    running.stop().await;
    failed.map_or(Ok(()), Err)
}
