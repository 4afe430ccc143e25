//! How the node is doing: connection, queue, clock, certificates, disk – in words, with what to do.

use askama::Template;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use wiez_proto::limits;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::ask::{Answer, Ask, page};
use super::frame::Frame;
use super::words::{date, moment};
use crate::Node;
use crate::text::Texts;

/// Days before the end of a certificate from which on somebody is told.
const CERT_WARN_DAYS: i64 = 30;
const DAY_MS: i64 = 24 * 3600 * 1000;
/// Free space below which somebody is told, in units of the reserve at which taking in stops.
const DISK_WARN: u64 = 8;

/// One thing that was looked at.
struct Check {
    name: String,
    /// `good`, `warn` or `bad`; the word beside it says the same.
    mark: &'static str,
    word: String,
    found: String,
    todo: String,
}

#[derive(Template)]
#[template(path = "status.html")]
struct StatusPage<'a> {
    f: Frame<'a>,
    checks: Vec<Check>,
    summary: String,
    at: String,
    version: &'static str,
    region: &'a str,
}

/// The page.
pub(super) async fn show(ask: Ask) -> Answer {
    let (t, node, now_ms) = (ask.texts(), ask.node(), ask.now_ms());
    let transport = node.transport_status().await?;
    let mut checks = vec![];
    let connected = transport.connected_since_ms.map(|ms| moment(t, now_ms, ms));
    checks.push(match &connected {
        Some(since) => good(t, "hub", t.fill("w-check-hub-good", &[("since", since)])),
        None => bad(t, "hub", t.say("w-check-hub-bad")),
    });
    let waiting: u64 = transport.outbox.iter().filter(|(state, _)| waits(state)).map(|(_, count)| *count).sum();
    let queue = t.count("w-check-queue-found", usize::try_from(waiting).unwrap_or(usize::MAX));
    checks.push(if waiting == 0 || connected.is_some() { good(t, "queue", queue) } else { warn(t, "queue", queue) });
    checks.push(log(t, node, now_ms));
    checks.push(certificate(t, "certificate", node.certificate_der(), now_ms));
    if let Some(files) = &ask.web().pages.tls {
        let leaf = CertificateDer::pem_file_iter(&files.cert).ok().and_then(|mut chain| chain.next()?.ok());
        checks.push(certificate(t, "pages", leaf.as_deref().unwrap_or_default(), now_ms));
    }
    checks.extend(disk(t, node));
    let alarms = t.count("w-check-alarms-found", usize::try_from(transport.alarms).unwrap_or(usize::MAX));
    let rings = transport.alarms > 0 || transport.log_alarmed;
    checks.push(if rings { bad(t, "alarms", alarms) } else { good(t, "alarms", alarms) });
    let wrong = checks.iter().filter(|check| check.mark != "good").count();
    page(&StatusPage {
        f: Frame::new(&ask, "w-status-title"),
        summary: if wrong == 0 { t.say("w-status-good") } else { t.count("w-status-wrong", wrong) },
        checks,
        at: moment(t, now_ms, now_ms),
        version: env!("CARGO_PKG_VERSION"),
        region: &node.region_keys().name,
    })
}

fn waits(state: &str) -> bool {
    ["QUEUED", "SEALED", "ACCEPTED"].contains(&state.to_ascii_uppercase().as_str())
}

fn check(t: &Texts, what: &str, mark: &'static str, found: String) -> Check {
    let todo = if mark == "good" { String::new() } else { t.say(&format!("w-check-{what}-todo")) };
    Check { name: t.say(&format!("w-check-{what}")), mark, word: t.say(&format!("w-mark-{mark}")), found, todo }
}

fn good(t: &Texts, what: &str, found: String) -> Check {
    check(t, what, "good", found)
}

fn warn(t: &Texts, what: &str, found: String) -> Check {
    check(t, what, "warn", found)
}

fn bad(t: &Texts, what: &str, found: String) -> Check {
    check(t, what, "bad", found)
}

/// The newest signed time of the region's log: an old one closes consent-based content, one ahead means a wrong clock.
fn log(t: &Texts, node: &Node, now_ms: i64) -> Check {
    let Some(at_ms) = node.log_view().time_s().and_then(|time| i64::try_from(time).ok()).map(|time| time * 1000) else {
        return warn(t, "log", t.say("w-never"));
    };
    let found = t.fill("w-check-log-found", &[("at", &moment(t, now_ms, at_ms))]);
    if at_ms.saturating_sub(now_ms) > limits::CLOCK_SKEW_MS {
        return bad(t, "clock", t.say("w-check-clock-ahead"));
    }
    if now_ms.saturating_sub(at_ms) > limits::FRESHNESS_MS { warn(t, "log", found) } else { good(t, "log", found) }
}

fn certificate(t: &Texts, what: &str, der: &[u8], now_ms: i64) -> Check {
    let end_ms = X509Certificate::from_der(der)
        .ok()
        .map(|(_, certificate)| certificate.validity().not_after.timestamp().saturating_mul(1000));
    let Some(end_ms) = end_ms else { return bad(t, what, t.say("w-never")) };
    let found = t.fill("w-check-certificate-found", &[("date", &date(end_ms))]);
    match end_ms.saturating_sub(now_ms) {
        left if left <= 0 => bad(t, what, found),
        left if left < CERT_WARN_DAYS * DAY_MS => warn(t, what, found),
        _ => good(t, what, found),
    }
}

/// Free space of the data folder; nothing where the system does not say.
fn disk(t: &Texts, node: &Node) -> Option<Check> {
    let stat = rustix::fs::statvfs(node.data_dir()).ok()?;
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let found = t.fill("w-check-disk-found", &[("mb", &(free / (1024 * 1024)).to_string())]);
    Some(match free / limits::DISK_RESERVE_BYTES {
        0 => bad(t, "disk", found),
        part if part < DISK_WARN => warn(t, "disk", found),
        _ => good(t, "disk", found),
    })
}
