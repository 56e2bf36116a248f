//! Buckets: so many at once, then one every so often (GCRA, by the governor crate).

use std::{
    collections::HashMap,
    hash::Hash,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use governor::{
    Quota, RateLimiter,
    clock::Clock as _,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{StateStore, keyed::ShrinkableKeyedStateStore},
};

use super::Prefix;
use crate::{clock::Clock, config::RateLimit, crypto::mac::Tag};

/// Callers that one bucket remembers; beyond that, newcomers are let through rather than kept out.
const KEYS: usize = 100_000;

/// What a route is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// Nothing: bytes from memory.
    None,
    /// A request like any other.
    Request,
    /// A call of a page of ours: dearer, and it changes something.
    Ceremony,
}

/// Come again after so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// At least one.
    pub retry_after: u64,
}

/// The limits of `[rate_limit]`.
pub struct Limits {
    address: Limiter<Prefix>,
    ceremony: Limiter<Prefix>,
    recovery: Limiter<Prefix>,
    flow: Limiter<Tag>,
    client: Limiter<Tag>,
    enabled: bool,
}

impl Limits {
    /// Empty buckets.
    #[must_use]
    pub fn new(section: &RateLimit, clock: &Arc<dyn Clock>) -> Self {
        Self {
            address: limiter(section.per_address, clock),
            ceremony: limiter(section.ceremonies_per_address, clock),
            recovery: limiter(section.recoveries_per_address, clock),
            flow: limiter(section.per_flow, clock),
            client: limiter(section.per_client, clock),
            enabled: section.enabled,
        }
    }

    /// Takes one for a request from this prefix.
    ///
    /// # Errors
    /// When there is none left.
    pub fn check_address(&self, prefix: Option<Prefix>) -> Result<(), TooMany> {
        match prefix.filter(|_| self.enabled) {
            Some(prefix) => take(&self.address, &prefix),
            None => Ok(()),
        }
    }

    /// Takes one for a ceremony, or for anything that a stranger makes us write.
    ///
    /// # Errors
    /// When there is none left.
    pub fn check_ceremony(&self, prefix: Option<Prefix>, flow: Option<&Tag>) -> Result<(), TooMany> {
        if !self.enabled {
            return Ok(());
        }
        if let Some(prefix) = prefix {
            take(&self.ceremony, &prefix)?;
        }
        flow.map_or(Ok(()), |flow| take(&self.flow, flow))
    }

    /// Takes one for a recovery code that somebody tries.
    ///
    /// # Errors
    /// When there is none left.
    pub fn check_recovery(&self, prefix: Option<Prefix>) -> Result<(), TooMany> {
        match prefix.filter(|_| self.enabled) {
            Some(prefix) => take(&self.recovery, &prefix),
            None => Ok(()),
        }
    }

    /// Takes one for a request that names a client. The name is the caller's to choose, so that it counts together with
    /// where the caller is: nobody can use up another's.
    ///
    /// # Errors
    /// When there is none left.
    pub fn check_client(&self, client_and_prefix: &Tag) -> Result<(), TooMany> {
        if self.enabled { take(&self.client, client_and_prefix) } else { Ok(()) }
    }
}

type Limiter<K> = RateLimiter<K, Bounded<K>, Monotonic, NoOpMiddleware<Nanos>>;

fn limiter<K: Hash + Eq + Clone>(per_minute: u32, clock: &Arc<dyn Clock>) -> Limiter<K> {
    let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
    RateLimiter::new(quota, Bounded { keys: Mutex::default() }, Monotonic(clock.clone()))
}

fn take<K: Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K) -> Result<(), TooMany> {
    if limiter.len() >= KEYS {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(limiter.clock().now());
        TooMany { retry_after: (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1) }
    })
}

/// Our clock as governor takes it: the one that is never set back.
#[derive(Clone)]
struct Monotonic(Arc<dyn Clock>);

impl governor::clock::Clock for Monotonic {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.monotonic())
    }
}

/// A table that cannot grow without end: keys are strangers' to choose.
struct Bounded<K> {
    keys: Mutex<HashMap<K, Nanos>>,
}

impl<K> Bounded<K> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Nanos>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Clone> StateStore for Bounded<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut keys = self.lock();
        let (result, next) = measure(keys.get(key).copied())?;
        if keys.len() < KEYS || keys.contains_key(key) {
            keys.insert(key.clone(), next);
        }
        Ok(result)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Bounded<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().retain(|_, full| *full > drop_below);
    }

    fn len(&self) -> usize {
        self.lock().len()
    }

    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};

    use super::*;
    use crate::clock::FakeClock;

    fn limits(section: RateLimit) -> (Limits, Arc<FakeClock>) {
        let clock = Arc::new(FakeClock::new(DateTime::UNIX_EPOCH));
        let shared: Arc<dyn Clock> = clock.clone();
        (Limits::new(&section, &shared), clock)
    }

    #[test]
    fn a_minutes_worth_at_once_and_then_one_by_one() {
        let (limits, clock) = limits(RateLimit { per_address: 60, ..RateLimit::default() });
        let check = |prefix| limits.check_address(Some(prefix));
        let (a, b) = (Prefix::V4(1), Prefix::V4(2));
        assert!((0..60).all(|_| check(a).is_ok()));
        assert_eq!(check(a), Err(TooMany { retry_after: 1 }));
        assert!(check(b).is_ok(), "others are others");
        clock.advance(Duration::seconds(1));
        assert!(check(a).is_ok());
        assert!(check(a).is_err());
    }

    #[test]
    fn ceremonies_count_by_browser_too() {
        let (limits, _) = limits(RateLimit { per_flow: 2, ..RateLimit::default() });
        let check = |flow: [u8; 32]| limits.check_ceremony(Some(Prefix::V4(1)), Some(&flow));
        assert!(check([1; 32]).is_ok() && check([1; 32]).is_ok());
        assert!(check([1; 32]).is_err());
        assert!(check([2; 32]).is_ok());
    }

    #[test]
    fn a_flood_of_strangers_takes_bounded_memory() {
        let (limits, clock) = limits(RateLimit { per_address: 60, ..RateLimit::default() });
        let many = u32::try_from(KEYS).unwrap() + 1000;
        for address in 0..many {
            assert!(limits.check_address(Some(Prefix::V4(address))).is_ok());
            if address % 50_000 == 0 {
                clock.advance(Duration::milliseconds(1));
            }
        }
        assert!(limits.address.len() <= KEYS);
        clock.advance(Duration::hours(1));
        limits.check_address(Some(Prefix::V4(0))).unwrap();
        assert!(limits.address.len() <= 2, "and gives it back");
    }
}
