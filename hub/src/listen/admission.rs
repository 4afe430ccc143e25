//! Counts connections, so that nobody can use up the hub before or after proving who they are.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::Listen;

/// Connections in progress, and how many there may be.
pub struct Admission {
    total: usize,
    preauth: usize,
    per_source: usize,
    per_institution: usize,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    total: usize,
    preauth: usize,
    sources: BTreeMap<IpAddr, usize>,
    institutions: BTreeMap<String, usize>,
}

/// What limits count as one address: an IPv4 address, or the /64 that one IPv6 site owns.
#[must_use]
pub fn source_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

impl Admission {
    /// Caps from the configuration; `total` as far as the system allows.
    #[must_use]
    pub fn new(config: &Listen, total: usize) -> Arc<Self> {
        Arc::new(Self {
            total,
            preauth: config.preauth_connections,
            per_source: config.preauth_per_source,
            per_institution: config.connections_per_institution,
            counts: Mutex::default(),
        })
    }

    /// Lets a new connection begin its handshake; `None` when there are too many.
    #[must_use]
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Pass> {
        let source = source_of(address);
        let mut counts = self.counts();
        let from_there = counts.sources.get(&source).copied().unwrap_or(0);
        if counts.total >= self.total || counts.preauth >= self.preauth || from_there >= self.per_source {
            return None;
        }
        counts.total += 1;
        counts.preauth += 1;
        counts.sources.insert(source, from_there + 1);
        Some(Pass { admission: Arc::clone(self), place: Place::Preauth(source) })
    }

    /// Open connections, handshakes in progress included.
    #[must_use]
    pub fn open(&self) -> usize {
        self.counts().total
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to hold one connection; gives its place back when dropped.
pub struct Pass {
    admission: Arc<Admission>,
    place: Place,
}

enum Place {
    Preauth(IpAddr),
    Institution(String),
}

impl Pass {
    /// Moves the connection from those before authentication to those of its institution, which
    /// its certificate's fingerprint stands for. False when that one has too many; the
    /// connection must end then.
    #[must_use]
    pub fn authenticated(&mut self, institution: &str) -> bool {
        let Place::Preauth(source) = self.place else {
            return false;
        };
        let mut counts = self.admission.counts();
        let open = counts.institutions.get(institution).copied().unwrap_or(0);
        if open >= self.admission.per_institution {
            return false;
        }
        counts.institutions.insert(institution.to_owned(), open + 1);
        counts.leave_preauth(source);
        drop(counts);
        self.place = Place::Institution(institution.to_owned());
        true
    }
}

impl Counts {
    fn leave_preauth(&mut self, source: IpAddr) {
        self.preauth = self.preauth.saturating_sub(1);
        decrease(&mut self.sources, &source);
    }
}

fn decrease<K: Ord + Clone>(counts: &mut BTreeMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut counts = self.admission.counts();
        counts.total = counts.total.saturating_sub(1);
        match &self.place {
            Place::Preauth(source) => counts.leave_preauth(*source),
            Place::Institution(name) => decrease(&mut counts.institutions, name),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    fn admission() -> Arc<Admission> {
        Arc::new(Admission { total: 5, preauth: 3, per_source: 2, per_institution: 2, counts: Mutex::default() })
    }

    fn from(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn one_address_cannot_take_every_place_before_authentication() {
        let admission = admission();
        let first = admission.enter(from("10.0.0.1")).unwrap();
        let _second = admission.enter(from("10.0.0.1")).unwrap();
        assert!(admission.enter(from("10.0.0.1")).is_none());
        assert!(admission.enter(from("::ffff:10.0.0.1")).is_none());
        let _other = admission.enter(from("10.0.0.2")).unwrap();
        assert!(admission.enter(from("10.0.0.3")).is_none());
        drop(first);
        assert!(admission.enter(from("10.0.0.1")).is_some());
    }

    #[test]
    fn a_whole_ipv6_site_counts_as_one_address() {
        assert_eq!(source_of(from("2001:db8::1")), source_of(from("2001:db8::ffff:1")));
        assert_ne!(source_of(from("2001:db8::1")), source_of(from("2001:db8:0:1::1")));
    }

    #[test]
    fn authentication_frees_the_place_and_has_a_cap_of_its_own() {
        let admission = admission();
        let enter = || admission.enter(from("10.0.0.1")).unwrap();
        let (mut a, mut b, mut c) = (enter(), enter(), admission.enter(from("10.0.0.2")).unwrap());
        assert!(a.authenticated("ops-brzeg") && b.authenticated("ops-brzeg"));
        assert!(!c.authenticated("ops-brzeg"));
        assert!(c.authenticated("sp3-brzeg"));
        assert_eq!(admission.open(), 3);
        let (_d, _e) = (enter(), enter());
        assert!(admission.enter(from("10.0.0.9")).is_none(), "the total holds too");
        drop((a, b, c));
        assert_eq!(admission.open(), 2);
        assert!(admission.counts().institutions.is_empty());
        assert_eq!(admission.counts().preauth, 2);
    }
}
