//! Slows down guessing: tries are counted before a password is looked at, per account and per source; those of somebody
//! who is signed in, per session, so that nobody else's tries keep them out.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use wiez_proto::calendar::warsaw;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};

use crate::session::key;

/// Where a try comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The node's own socket, and the user at its other end.
    Local(u32),
    /// A browser's address.
    Address(IpAddr),
}

impl Source {
    /// Whoever has an IPv6 address has 2^64 of them (RFC 6177): they count as one.
    fn whole(self) -> Self {
        match self {
            Self::Address(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(address) => Self::Address(IpAddr::V4(address)),
                None => {
                    let network = u128::from(address) >> 64 << 64;
                    Self::Address(IpAddr::V6(Ipv6Addr::from(network)))
                }
            },
            Self::Local(_) | Self::Address(IpAddr::V4(_)) => self,
        }
    }
}

/// Tries at one account or from one source.
#[derive(Debug, Clone, Copy, Default)]
struct Tries {
    count: u32,
    next_ms: i64,
    last_ms: i64,
}

/// Remembered tries: at most 4096 accounts and as many sources and sessions; the one unused for longest is forgotten first.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    accounts: BTreeMap<String, Tries>,
    sources: BTreeMap<Source, Tries>,
    sessions: BTreeMap<[u8; 32], Tries>,
}

impl Throttle {
    /// Counts a try before anything is checked, so that a thousand at the same moment are not a thousand guesses.
    ///
    /// # Errors
    /// `LOGIN_THROTTLED` with the time of the next try; a refused try does not count.
    pub fn admit(&self, now_ms: i64, login: &str, from: Source) -> Result<(), Refusal> {
        let mut counted = self.counted();
        let from = from.whole();
        let known = |tries: Option<&Tries>| tries.map_or(0, |tries| tries.next_ms);
        let next_ms = known(counted.accounts.get(login)).max(known(counted.sources.get(&from)));
        if now_ms < next_ms {
            return Err(throttled(now_ms, next_ms));
        }
        count(&mut counted.accounts, login.to_owned(), now_ms, limits::LOGIN_TRIES);
        count(&mut counted.sources, from, now_ms, limits::LOGIN_TRIES_PER_SOURCE);
        Ok(())
    }

    /// The try was right: the account's are forgotten. The source keeps its wrong ones, so that an account of one's own
    /// does not open the way to those of others.
    pub fn forgive(&self, login: &str, from: Source) {
        let mut counted = self.counted();
        counted.accounts.remove(login);
        forgive_source(&mut counted, from);
    }

    /// Counts a try at the password of whoever a session belongs to. Other tries at the account or from the source do
    /// not make it wait: the session proves that its holder knew the password before.
    ///
    /// # Errors
    /// As [`Throttle::admit`].
    pub fn admit_session(&self, now_ms: i64, token: &str, from: Source) -> Result<(), Refusal> {
        let mut counted = self.counted();
        let session = key(token);
        let next_ms = counted.sessions.get(&session).map_or(0, |tries| tries.next_ms);
        if now_ms < next_ms {
            return Err(throttled(now_ms, next_ms));
        }
        count(&mut counted.sessions, session, now_ms, limits::LOGIN_TRIES);
        count(&mut counted.sources, from.whole(), now_ms, limits::LOGIN_TRIES_PER_SOURCE);
        Ok(())
    }

    /// The try was right: the session's are forgotten, as in [`Throttle::forgive`].
    pub fn forgive_session(&self, token: &str, from: Source) {
        let mut counted = self.counted();
        counted.sessions.remove(&key(token));
        forgive_source(&mut counted, from);
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    fn sizes(&self) -> (usize, usize) {
        let counted = self.counted();
        (counted.accounts.len(), counted.sources.len())
    }
}

fn forgive_source(counted: &mut Counted, from: Source) {
    if let Some(tries) = counted.sources.get_mut(&from.whole()) {
        tries.count = tries.count.saturating_sub(1);
        tries.next_ms = 0;
    }
}

fn count<K: Ord + Clone>(all: &mut BTreeMap<K, Tries>, key: K, now_ms: i64, free: u32) {
    if !all.contains_key(&key) && all.len() >= limits::LOGIN_ENTRIES {
        let oldest = all.iter().min_by_key(|(_, tries)| tries.next_ms.max(tries.last_ms)).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest {
            all.remove(&oldest);
        }
    }
    let tries = all.entry(key).or_default();
    if now_ms > tries.next_ms.max(tries.last_ms).saturating_add(limits::LOGIN_FORGET_MS) {
        *tries = Tries::default();
    }
    tries.count = tries.count.saturating_add(1);
    tries.last_ms = now_ms;
    if let Some(over) = tries.count.checked_sub(free) {
        let wait = limits::LOGIN_DELAY_MS.saturating_mul(1 << over.min(20)).min(limits::LOGIN_DELAY_MAX_MS);
        tries.next_ms = now_ms.saturating_add(wait);
    }
}

/// The refusal, with the time of the next try as a clock in Warsaw shows it.
fn throttled(now_ms: i64, next_ms: i64) -> Refusal {
    let zoned = jiff::Timestamp::from_millisecond(next_ms).unwrap_or_default().to_zoned(warsaw());
    let wait = u64::try_from(next_ms.saturating_sub(now_ms)).unwrap_or_default();
    Refusal::new(Reason::LoginThrottled).with("at", zoned.strftime("%H:%M:%S")).retry_after(wait)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    const START: i64 = 1_793_600_000_000;

    fn address(text: &str) -> Source {
        Source::Address(text.parse().unwrap())
    }

    /// How many of so many tries at one moment are let through.
    fn burst(throttle: &Throttle, at_ms: i64, login: impl Fn(u32) -> String, from: impl Fn(u32) -> Source) -> usize {
        (0..1000).filter(|n| throttle.admit(at_ms, &login(*n), from(*n)).is_ok()).count()
    }

    #[test]
    fn a_thousand_account_guesses_at_once_are_five() {
        let throttle = Throttle::default();
        let many = |n: u32| address(&format!("10.0.{}.{}", n / 200, n % 200));
        assert_eq!(burst(&throttle, START, |_| "anowak".to_owned(), many), 5);
        let refused = throttle.admit(START, "anowak", address("10.9.9.9")).unwrap_err();
        assert_eq!((refused.reason, refused.retry_after_ms), (Reason::LoginThrottled, Some(30_000)));
        assert!(refused.details.contains_key("at"));
        // Each later try doubles the wait, up to a quarter of an hour.
        let (mut now, mut waits) = (START, vec![]);
        for _ in 0..8 {
            let wait = throttle.admit(now, "anowak", address("10.9.9.9")).unwrap_err().retry_after_ms.unwrap();
            waits.push(wait / 1000);
            now += i64::try_from(wait).unwrap();
            throttle.admit(now, "anowak", address("10.9.9.8")).unwrap();
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900, 900]);
        throttle.forgive("anowak", address("10.9.9.8"));
        throttle.admit(now, "anowak", address("10.9.9.7")).unwrap();
    }

    #[test]
    fn one_address_cannot_walk_through_the_accounts() {
        let throttle = Throttle::default();
        let own = |n: u32| format!("login{n}");
        assert_eq!(burst(&throttle, START, own, |_| address("192.0.2.7")), 20);
        assert!(throttle.admit(START, "another", address("192.0.2.7")).is_err());
        throttle.admit(START, "another", address("192.0.2.8")).unwrap();
        // A whole IPv6 network is one source, and an IPv4 address written as IPv6 is the same one.
        let throttle = Throttle::default();
        assert_eq!(burst(&throttle, START, own, |n| address(&format!("2001:db8:1:2::{n:x}"))), 20);
        throttle.admit(START, "another", address("2001:db8:1:3::1")).unwrap();
        let throttle = Throttle::default();
        let written = |short| address(if short { "192.0.2.7" } else { "::ffff:192.0.2.7" });
        assert_eq!(burst(&throttle, START, own, |n| written(n % 2 == 0)), 20);
    }

    #[test]
    fn an_account_of_ones_own_does_not_open_the_way_to_others() {
        let throttle = Throttle::default();
        let here = address("192.0.2.7");
        let mut guesses = 0;
        for n in 0..1000 {
            if throttle.admit(START, &format!("login{n}"), here).is_ok() {
                guesses += 1;
            }
            if throttle.admit(START, "mine", here).is_ok() {
                throttle.forgive("mine", here);
            }
        }
        assert!(guesses <= 21, "{guesses}");
        // A busy office behind one address signs in all day long.
        let throttle = Throttle::default();
        for n in 0..500 {
            throttle.admit(START, &format!("worker{n}"), here).unwrap();
            throttle.forgive(&format!("worker{n}"), here);
        }
    }

    #[test]
    fn nobody_elses_tries_keep_the_holder_of_a_session_out() {
        let throttle = Throttle::default();
        let here = address("192.0.2.7");
        burst(&throttle, START, |_| "anowak".to_owned(), |_| here);
        assert!(throttle.admit(START, "anowak", here).is_err());
        let own = (0..1000).filter(|_| throttle.admit_session(START, "mine", here).is_ok()).count();
        assert_eq!(own, 5, "whoever has the session guesses no faster than anybody");
        throttle.admit_session(START, "another", here).unwrap();
        throttle.forgive_session("mine", here);
        throttle.admit_session(START, "mine", here).unwrap();
        // A wrong password there counts for the address, as any does.
        let throttle = Throttle::default();
        let of_many = (0..1000).filter(|n| throttle.admit_session(START, &n.to_string(), here).is_ok()).count();
        assert_eq!(of_many, 1000);
        assert!(throttle.admit(START, "anowak", here).is_err());
    }

    #[test]
    fn account_tries_are_forgotten_and_take_bounded_memory() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.admit(START, "anowak", address("192.0.2.7")).unwrap();
        }
        let later = START + 30_000 + limits::LOGIN_FORGET_MS + 1;
        assert_eq!(burst(&throttle, later, |_| "anowak".to_owned(), |_| address("192.0.2.7")), 5);
        for n in 0..10_000_u32 {
            let _ = throttle.admit(START, &format!("login{n}"), address(&format!("10.1.{}.{}", n / 250, n % 250)));
        }
        assert_eq!(throttle.sizes(), (limits::LOGIN_ENTRIES, limits::LOGIN_ENTRIES));
        // Who waits is not pushed out by who does not.
        assert!(throttle.admit(later, "anowak", address("192.0.2.7")).is_err());
    }
}
