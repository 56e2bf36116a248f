//! Time, injected so that tests own it.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Instant,
};

use chrono::{DateTime, Duration, Utc};

/// UTC, truncated to microseconds as PostgreSQL keeps them.
pub type Time = DateTime<Utc>;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Time;

    /// Time since some fixed moment, which is never set back.
    fn monotonic(&self) -> std::time::Duration;

    /// Whether other clocks tell the same time; those of tests do not.
    fn compares(&self) -> bool {
        true
    }
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters")]
    fn now(&self) -> Time {
        from_micros(Utc::now().timestamp_micros())
    }

    fn monotonic(&self) -> std::time::Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

/// A clock that moves only when told to.
pub struct FakeClock {
    micros: AtomicI64,
    compares: bool,
    /// How long everything takes, in microseconds, and how often that was measured.
    pace: u64,
    looks: AtomicU64,
}

impl FakeClock {
    /// Stands still at `start`.
    #[must_use]
    pub fn new(start: Time) -> Self {
        Self { micros: AtomicI64::new(start.timestamp_micros()), compares: false, pace: 0, looks: AtomicU64::default() }
    }

    /// Stands still at `start`, and claims to be right.
    #[must_use]
    pub fn comparing(start: Time) -> Self {
        Self { compares: true, ..Self::new(start) }
    }

    /// Stands still at `start`, but whatever is measured took so long.
    #[must_use]
    pub fn slow(start: Time, pace: std::time::Duration) -> Self {
        Self { pace: u64::try_from(pace.as_micros()).unwrap_or(u64::MAX), ..Self::new(start) }
    }

    /// Moves forward, or back when `by` is negative.
    pub fn advance(&self, by: Duration) {
        self.micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Time {
        from_micros(self.micros.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> std::time::Duration {
        let passed = u64::try_from(self.micros.load(Ordering::SeqCst)).unwrap_or(0);
        let measured = self.looks.fetch_add(1, Ordering::SeqCst).saturating_mul(self.pace);
        std::time::Duration::from_micros(passed.saturating_add(measured))
    }

    fn compares(&self) -> bool {
        self.compares
    }
}

fn from_micros(micros: i64) -> Time {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}
