//! Counts calls, so that one institution cannot take the hub away from the others.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use wiez_proto::env::Env;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};

use crate::config::Quota;
use crate::listen::source_of;

/// One call, in the unit of the buckets: what a quota of one call a minute earns in a minute.
const CALL: i64 = 60_000;
/// Source addresses remembered; full buckets are forgotten first.
const SOURCES: usize = 4096;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Envelopes.
    Deposits,
    /// Of these, what no consent handle bounds. All such classes together, so that nothing here
    /// counts what an institution sends by statute.
    HandleFree,
    /// Receipts and refusals: never held up by deposits.
    Control,
    /// Withdrawals: never held up by anything else, not even by a backlog of receipts.
    Withdrawals,
    /// Edges registered.
    Edges,
    /// Everything that only reads.
    Queries,
}

/// A minute's calls at once, then as fast as they come back.
struct Bucket {
    level: i64,
    at_ms: i64,
}

impl Bucket {
    fn refill(&mut self, per_minute: u32, now_ms: i64) {
        let full = i64::from(per_minute).saturating_mul(CALL);
        let since = now_ms.saturating_sub(self.at_ms).max(0);
        self.level = self.level.saturating_add(since.saturating_mul(i64::from(per_minute))).min(full);
        self.at_ms = now_ms;
    }

    /// Milliseconds until there is room for a call; 0 when there is.
    fn wait_ms(&self, per_minute: u32) -> u64 {
        let missing = CALL.saturating_sub(self.level).max(0).unsigned_abs();
        missing.div_ceil(u64::from(per_minute.max(1)))
    }
}

/// The calls of everybody in the last minute.
pub struct Quotas {
    env: Env,
    limits: Quota,
    members: Mutex<BTreeMap<(InstitutionId, Class), Bucket>>,
    sources: Mutex<BTreeMap<IpAddr, Bucket>>,
}

impl Quotas {
    /// Starts with full buckets.
    #[must_use]
    pub fn new(env: &Env, limits: Quota) -> Self {
        Self { env: env.clone(), limits, members: Mutex::default(), sources: Mutex::default() }
    }

    /// Counts a call of a member.
    ///
    /// # Errors
    /// `QUOTA` with the time after which the same call passes; it is not counted then.
    pub fn take(&self, institution: &InstitutionId, class: Class) -> Result<(), Refusal> {
        let per_minute = self.per_minute(class);
        let wait = self.with(institution, class, |bucket| match bucket.wait_ms(per_minute) {
            0 => {
                bucket.level -= CALL;
                0
            }
            wait => wait,
        });
        if wait == 0 { Ok(()) } else { Err(Refusal::new(Reason::Quota).retry_after(wait)) }
    }

    /// Counts a call in any case and says how many milliseconds it must wait for its turn.
    /// The caller bounds how many wait.
    #[must_use]
    pub fn reserve(&self, institution: &InstitutionId, class: Class) -> u64 {
        let per_minute = self.per_minute(class);
        self.with(institution, class, |bucket| {
            let wait = bucket.wait_ms(per_minute);
            bucket.level = bucket.level.saturating_sub(CALL);
            wait
        })
    }

    /// Counts a try to redeem an invitation from an address.
    ///
    /// # Errors
    /// `QUOTA`.
    pub fn redeem(&self, from: IpAddr) -> Result<(), Refusal> {
        let (per_minute, now_ms) = (self.limits.redeem_per_minute, self.now_ms());
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= SOURCES {
            sources.retain(|_, bucket| {
                bucket.refill(per_minute, now_ms);
                bucket.level < full(per_minute)
            });
        }
        let (source, room) = (source_of(from), sources.len() < SOURCES);
        if !room && !sources.contains_key(&source) {
            return Err(Refusal::new(Reason::Quota).retry_after(CALL.unsigned_abs()));
        }
        let bucket = sources.entry(source).or_insert(Bucket { level: full(per_minute), at_ms: now_ms });
        bucket.refill(per_minute, now_ms);
        match bucket.wait_ms(per_minute) {
            0 => {
                bucket.level -= CALL;
                Ok(())
            }
            wait => Err(Refusal::new(Reason::Quota).retry_after(wait)),
        }
    }

    fn with(&self, institution: &InstitutionId, class: Class, act: impl FnOnce(&mut Bucket) -> u64) -> u64 {
        let (per_minute, now_ms) = (self.per_minute(class), self.now_ms());
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        // As many entries as members have called: the directory bounds them.
        let bucket =
            members.entry((institution.clone(), class)).or_insert(Bucket { level: full(per_minute), at_ms: now_ms });
        bucket.refill(per_minute, now_ms);
        act(bucket)
    }

    const fn per_minute(&self, class: Class) -> u32 {
        match class {
            Class::Deposits => self.limits.deposits_per_minute,
            Class::HandleFree => self.limits.handle_free_per_minute,
            Class::Control | Class::Withdrawals => self.limits.control_per_minute,
            Class::Edges => self.limits.edges_per_minute,
            Class::Queries => self.limits.queries_per_minute,
        }
    }

    fn now_ms(&self) -> i64 {
        i64::try_from(self.env.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

fn full(per_minute: u32) -> i64 {
    i64::from(per_minute).saturating_mul(CALL)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use std::time::Duration;

    fn quotas(env: &Env) -> Quotas {
        let limits = Quota {
            deposits_per_minute: 60,
            handle_free_per_minute: 3,
            control_per_minute: 2,
            edges_per_minute: 1,
            queries_per_minute: 1,
            redeem_per_minute: 2,
        };
        Quotas::new(env, limits)
    }

    #[test]
    fn a_minute_at_once_then_as_it_comes_back_and_nobody_pays_for_another() {
        let env = Env::stepped(1_000_000, 1);
        let quotas = quotas(&env);
        let (ops, school): (InstitutionId, InstitutionId) = ("ops-brzeg".parse().unwrap(), "sp3".parse().unwrap());
        for _ in 0..60 {
            quotas.take(&ops, Class::Deposits).unwrap();
        }
        let refused = quotas.take(&ops, Class::Deposits).unwrap_err();
        assert_eq!((refused.reason, refused.retry_after_ms), (Reason::Quota, Some(1000)));
        quotas.take(&school, Class::Deposits).unwrap();
        quotas.take(&ops, Class::Control).unwrap();
        env.advance(Duration::from_millis(999));
        assert_eq!(quotas.take(&ops, Class::Deposits).unwrap_err().retry_after_ms, Some(1));
        env.advance(Duration::from_millis(1));
        quotas.take(&ops, Class::Deposits).unwrap();
        assert!(quotas.take(&ops, Class::Deposits).is_err());
        env.advance(Duration::from_secs(3600));
        for _ in 0..60 {
            quotas.take(&ops, Class::Deposits).unwrap();
        }
        assert!(quotas.take(&ops, Class::Deposits).is_err(), "an hour saves no more than a minute's calls");
    }

    #[test]
    fn what_has_no_handle_is_counted_by_itself() {
        let env = Env::stepped(1_000_000, 1);
        let quotas = quotas(&env);
        let ops = "ops-brzeg".parse().unwrap();
        for _ in 0..3 {
            quotas.take(&ops, Class::HandleFree).unwrap();
        }
        let refused = quotas.take(&ops, Class::HandleFree).unwrap_err();
        assert_eq!((refused.reason, refused.retry_after_ms), (Reason::Quota, Some(20_000)));
        quotas.take(&ops, Class::Deposits).unwrap();
    }

    #[test]
    fn a_reservation_always_counts_and_says_when_its_turn_is() {
        let env = Env::stepped(1_000_000, 1);
        let quotas = quotas(&env);
        let ops = "ops-brzeg".parse().unwrap();
        let waits: Vec<u64> = (0..4).map(|_| quotas.reserve(&ops, Class::Control)).collect();
        assert_eq!(waits, [0, 0, 30_000, 60_000]);
        env.advance(Duration::from_secs(30));
        assert!(quotas.take(&ops, Class::Control).is_err());
        quotas.take(&ops, Class::Withdrawals).unwrap();
    }

    #[test]
    fn invitations_are_counted_by_address() {
        let env = Env::stepped(1_000_000, 1);
        let quotas = quotas(&env);
        let from = |text: &str| text.parse().unwrap();
        quotas.redeem(from("10.0.0.1")).unwrap();
        quotas.redeem(from("10.0.0.1")).unwrap();
        assert_eq!(quotas.redeem(from("10.0.0.1")).unwrap_err().retry_after_ms, Some(30_000));
        quotas.redeem(from("10.0.0.2")).unwrap();
        for n in 0..10_000_u32 {
            let _ = quotas.redeem(IpAddr::from(n.to_be_bytes()));
        }
        assert!(quotas.sources.lock().unwrap().len() <= SOURCES);
        assert!(quotas.redeem(from("10.9.9.9")).is_err(), "a flood from everywhere stops joining, not the hub");
        env.advance(Duration::from_secs(60));
        quotas.redeem(from("10.9.9.9")).unwrap();
    }
}
