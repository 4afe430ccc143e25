//! Looks at what can stop the node soon, as codes and numbers; the sentences of pages and command line are made of them.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use wiez_proto::calendar;
use wiez_proto::limits;
use wiez_proto::refusal::Refusal;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::Eyes;
use crate::Node;
use crate::account::State;
use crate::alarm::{DUTY_REFUSED, DUTY_REJECTED};
use crate::config::Pages;
use crate::store::{self, Conn};
use crate::text::Texts;

/// States of the outbox in which a message still waits.
const WAITING: [&str; 3] = ["queued", "sealed", "accepted"];
const MINUTE_MS: i64 = 60_000;
const MEGABYTE: u64 = 1024 * 1024;
/// The month by whose last day a declaration of accessibility is looked through each year (act of 4 April 2019, art. 11).
const DECLARED_IN: i8 = 3;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    /// The connection to the hub.
    Hub,
    /// Messages that wait.
    Queue,
    /// This computer's clock beside the hub's signed time.
    Clock,
    /// The age of the newest verified head of the log.
    Log,
    /// The node's own certificate.
    Certificate,
    /// The certificate of the pages.
    Pages,
    /// Free space.
    Disk,
    /// What a person has to look at.
    Alarms,
    /// People who receive new cases and whom nobody replaces.
    Substitutes,
    /// The yearly look at the declaration of accessibility.
    Declaration,
}

impl Aspect {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Hub,
        Self::Queue,
        Self::Clock,
        Self::Log,
        Self::Certificate,
        Self::Pages,
        Self::Disk,
        Self::Alarms,
        Self::Substitutes,
        Self::Declaration,
    ];

    /// The middle of its keys in the texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Queue => "queue",
            Self::Clock => "clock",
            Self::Log => "log",
            Self::Certificate => "certificate",
            Self::Pages => "pages",
            Self::Disk => "disk",
            Self::Alarms => "alarms",
            Self::Substitutes => "substitutes",
            Self::Declaration => "declaration",
        }
    }
}

/// How it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Nothing to do.
    Good,
    /// Somebody should do something soon.
    Warn,
    /// Something does not work.
    Bad,
}

impl Mark {
    /// The end of its key in the texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// What was found of one aspect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was looked at.
    pub what: Aspect,
    /// How it looks.
    pub mark: Mark,
    /// A count: messages, alarms, people, megabytes, minutes.
    #[serde(default)]
    pub n: u64,
    /// A moment, milliseconds since 1970: since when, or until when.
    #[serde(default)]
    pub at_ms: Option<i64>,
    /// People whom it concerns.
    #[serde(default)]
    pub names: Vec<String>,
}

impl Check {
    const fn new(what: Aspect, mark: Mark) -> Self {
        Self { what, mark, n: 0, at_ms: None, names: vec![] }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self, t: &Texts) -> String {
        t.say(&format!("check-{}", self.what.code()))
    }

    /// Its mark in words.
    #[must_use]
    pub fn word(&self, t: &Texts) -> String {
        t.say(&format!("mark-{}", self.mark.code()))
    }

    /// What was found, in words.
    #[must_use]
    pub fn found(&self, t: &Texts) -> String {
        let at = self.at_ms.map_or_else(|| t.say("check-never"), |ms| t.moment(ms));
        let count = usize::try_from(self.n).unwrap_or(usize::MAX);
        match (self.what, self.mark) {
            (Aspect::Queue, _) if self.at_ms.is_some() => t.fill("check-queue-old", &[("at", &at)]),
            (Aspect::Queue | Aspect::Alarms, _) => t.count(&format!("check-{}-found", self.what.code()), count),
            (Aspect::Substitutes, Mark::Good) => t.say("check-substitutes-good"),
            (Aspect::Substitutes, Mark::Warn | Mark::Bad) => {
                t.count_of("check-substitutes-found", count, &self.names.join(", "))
            }
            (Aspect::Clock, Mark::Good) if self.at_ms.is_none() => t.say("check-clock-unknown"),
            (Aspect::Clock, _) => {
                t.count(if self.mark == Mark::Good { "check-clock-good" } else { "check-clock-found" }, count)
            }
            (Aspect::Disk, _) => t.fill("check-disk-found", &[("mb", &self.n.to_string())]),
            (Aspect::Hub, Mark::Good) => t.fill("check-hub-good", &[("at", &at)]),
            (Aspect::Hub, Mark::Warn | Mark::Bad) => t.say("check-hub-found"),
            (Aspect::Certificate | Aspect::Pages, _) => t.fill("check-certificate-found", &[("at", &at)]),
            (Aspect::Log, _) => t.fill("check-log-found", &[("at", &at)]),
            (Aspect::Declaration, _) => t.fill("check-declaration-found", &[("at", &at)]),
        }
    }

    /// What to do; nothing where it is good.
    #[must_use]
    pub fn todo(&self, t: &Texts) -> String {
        if self.mark == Mark::Good { String::new() } else { t.say(&format!("check-{}-todo", self.what.code())) }
    }
}

/// What can be seen without the database: certificates, disk, the declaration. Only what is not good.
#[must_use]
pub fn warnings(node: &Node, pages: Option<&Pages>) -> Vec<Check> {
    let mut found = standing(node, pages);
    found.retain(|check| check.mark != Mark::Good);
    found
}

fn standing(node: &Node, pages: Option<&Pages>) -> Vec<Check> {
    let now_ms = node.env().now_ms();
    let mut found = vec![certificate(Aspect::Certificate, node.certificate_der(), now_ms)];
    if let Some(files) = pages.and_then(|pages| pages.tls.as_ref()) {
        let leaf = CertificateDer::pem_file_iter(&files.cert).ok().and_then(|mut chain| chain.next()?.ok());
        found.push(certificate(Aspect::Pages, leaf.as_deref().unwrap_or_default(), now_ms));
    }
    found.extend(disk(node));
    found.push(declaration(node, now_ms));
    found
}

/// Everything at once, for who may see it.
///
/// # Errors
/// `INTERNAL`.
pub async fn checks(node: &Node, pages: Option<&Pages>, eyes: Eyes<'_>) -> Result<Vec<Check>, Refusal> {
    let connected = node.progress.connected_since();
    let hub = if connected.is_some() { Mark::Good } else { Mark::Bad };
    let mut found = vec![Check { at_ms: connected, ..Check::new(Aspect::Hub, hub) }];
    found.extend(queue(node, eyes, connected.is_some()).await?);
    found.extend(time(node, connected));
    found.extend(standing(node, pages));
    let mut view = node.store().view("status.checks").await?;
    let rings = alarms(&mut view, matches!(eyes, Eyes::Machine)).await?;
    let mark = if rings > 0 || node.log_view().alarmed() { Mark::Bad } else { Mark::Good };
    found.push(Check { n: rings, ..Check::new(Aspect::Alarms, mark) });
    found.push(substitutes(&mut view).await?);
    Ok(found)
}

/// What is under way in ordinary cases: for a worker of those that the worker sees, for who reads nothing not at all. Who
/// looks after the machine is told besides that something, whatever it is, waits for long.
async fn queue(node: &Node, eyes: Eyes<'_>, connected: bool) -> Result<Option<Check>, Refusal> {
    let mut view = match eyes {
        Eyes::Nobody => return Ok(None),
        Eyes::Worker(reader) => node.store().view_as("status.queue", reader).await?,
        Eyes::Machine => node.store().view("status.queue").await?,
    };
    let outbox = store::outbox::ordinary(&mut view).await?;
    let n: u64 = WAITING.iter().filter_map(|state| outbox.get(*state)).sum();
    let told = matches!(eyes, Eyes::Machine) && !connected;
    let oldest = if told { store::outbox::oldest(&mut view).await? } else { None };
    let long = |since: &i64| node.env().now_ms().saturating_sub(*since) > limits::QUEUE_WARN_MS;
    let at_ms = oldest.filter(long);
    let good = connected || n == 0 && at_ms.is_none();
    let mark = if good { Mark::Good } else { Mark::Warn };
    Ok(Some(Check { n, at_ms, ..Check::new(Aspect::Queue, mark) }))
}

/// Open alarms; a duty that was refused stands apart, so only who runs the node has it counted.
pub(super) async fn alarms(conn: &mut Conn, machine: bool) -> Result<u64, Refusal> {
    let open = store::alarm::open_first(conn).await?;
    let apart = |kind: &str| [DUTY_REFUSED, DUTY_REJECTED].contains(&kind);
    let counts = open.iter().filter(|alarm| alarm.settled.is_none());
    let counts = counts.filter(|alarm| machine || !apart(&alarm.kind));
    Ok(u64::try_from(counts.count()).unwrap_or(u64::MAX))
}

async fn substitutes(conn: &mut Conn) -> Result<Check, Refusal> {
    let accounts = store::account::list(conn).await?;
    let works = |id| accounts.iter().any(|account| account.id == id && account.state == State::Active);
    let alone = accounts.iter().filter(|account| account.state == State::Active && account.receives.is_some());
    let names: Vec<String> =
        alone.filter(|account| !account.substitute.is_some_and(works)).map(|account| account.name.clone()).collect();
    let mark = if names.is_empty() { Mark::Good } else { Mark::Warn };
    Ok(Check { n: u64::try_from(names.len()).unwrap_or(u64::MAX), names, ..Check::new(Aspect::Substitutes, mark) })
}

/// The newest signed time of the log: an old one closes content under a consent, and one far away means a wrong clock.
fn time(node: &Node, connected_ms: Option<i64>) -> Vec<Check> {
    let now_ms = node.env().now_ms();
    let head_ms = node.log_view().time_s().and_then(|time| i64::try_from(time).ok()).map(|time| time * 1000);
    let Some(head_ms) = head_ms else { return vec![Check::new(Aspect::Log, Mark::Warn)] };
    let age_ms = now_ms.saturating_sub(head_ms);
    let old = if age_ms > limits::FRESHNESS_MS { Mark::Warn } else { Mark::Good };
    let log = Check { at_ms: Some(head_ms), ..Check::new(Aspect::Log, old) };
    let minutes = age_ms.abs().div_euclid(MINUTE_MS) + 1;
    let apart = Check {
        n: u64::try_from(minutes).unwrap_or_default(),
        at_ms: Some(head_ms),
        ..Check::new(Aspect::Clock, Mark::Good)
    };
    // Without a connection only a clock that is behind can be told from a hub that says nothing.
    let listens = connected_ms.is_some_and(|since| now_ms.saturating_sub(since) > limits::CLOCK_SKEW_MS);
    let clock = match age_ms {
        ahead if ahead < -limits::CLOCK_SKEW_MS => Check { mark: Mark::Bad, ..apart },
        behind if behind > limits::CLOCK_SKEW_MS && listens => Check { mark: Mark::Warn, ..apart },
        _ if connected_ms.is_none() => Check::new(Aspect::Clock, Mark::Good),
        _ => apart,
    };
    vec![clock, log]
}

fn certificate(what: Aspect, der: &[u8], now_ms: i64) -> Check {
    let end_ms = X509Certificate::from_der(der)
        .ok()
        .map(|(_, certificate)| certificate.validity().not_after.timestamp().saturating_mul(1000));
    let mark = match end_ms.map(|end_ms| end_ms.saturating_sub(now_ms)) {
        None | Some(i64::MIN..=0) => Mark::Bad,
        Some(left) if left < limits::CERT_WARN_MS => Mark::Warn,
        Some(_) => Mark::Good,
    };
    Check { at_ms: end_ms, ..Check::new(what, mark) }
}

/// Free space of the data folder; nothing where the system does not say.
fn disk(node: &Node) -> Option<Check> {
    let stat = rustix::fs::statvfs(node.data_dir()).ok()?;
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    Some(Check { n: free / MEGABYTE, ..Check::new(Aspect::Disk, full(free)) })
}

const fn full(free: u64) -> Mark {
    match free {
        ..limits::DISK_RESERVE_BYTES => Mark::Bad,
        limits::DISK_RESERVE_BYTES..limits::DISK_WARN_BYTES => Mark::Warn,
        limits::DISK_WARN_BYTES.. => Mark::Good,
    }
}

fn declaration(node: &Node, now_ms: i64) -> Check {
    let looked = node.settings().declaration.looked_at();
    let at_ms = looked.map(calendar::end_of_day);
    let today = calendar::day_of(now_ms);
    let due = today.month() >= DECLARED_IN && looked.is_none_or(|day| day.year() < today.year());
    Check { at_ms, ..Check::new(Aspect::Declaration, if due { Mark::Warn } else { Mark::Good }) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn the_disk_warns_long_before_it_stops_anything() {
        assert_eq!(full(limits::DISK_RESERVE_BYTES - 1), Mark::Bad);
        assert_eq!(full(limits::DISK_RESERVE_BYTES), Mark::Warn);
        assert_eq!(full(limits::DISK_WARN_BYTES), Mark::Good);
    }

    #[test]
    fn a_certificate_warns_a_month_before_its_end() {
        let mut params = rcgen::CertificateParams::new(vec![]).unwrap();
        params.not_after = rcgen::date_time_ymd(2026, 12, 31);
        let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        let end_ms = certificate(Aspect::Pages, made.der(), 0).at_ms.unwrap();
        let mark = |now_ms: i64| certificate(Aspect::Pages, made.der(), now_ms).mark;
        assert_eq!(mark(end_ms - limits::CERT_WARN_MS), Mark::Good);
        assert_eq!(mark(end_ms - limits::CERT_WARN_MS + 1), Mark::Warn);
        assert_eq!(mark(end_ms), Mark::Bad);
        assert_eq!(certificate(Aspect::Pages, b"nonsense", 0).mark, Mark::Bad);
    }

    #[test]
    fn every_mark_of_every_aspect_has_its_sentences() {
        let all = [Mark::Good, Mark::Warn, Mark::Bad];
        for lang in wiez_proto::vocab::Lang::ALL {
            let t = Texts::new(*lang);
            for (what, mark) in Aspect::ALL.iter().flat_map(|what| all.map(|mark| (*what, mark))) {
                for at_ms in [None, Some(0)] {
                    let check = Check { n: 2, at_ms, names: vec!["Anna".to_owned()], ..Check::new(what, mark) };
                    let said = [check.name(&t), check.word(&t), check.found(&t), check.todo(&t)];
                    assert!(
                        said.iter().all(|text| !text.starts_with("check-") && !text.starts_with("mark-")),
                        "{said:?}"
                    );
                    assert_eq!(check.todo(&t).is_empty(), mark == Mark::Good, "{what:?}");
                }
            }
        }
    }
}
