//! Time, injected so that tests own it.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicI64, Ordering},
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
}

impl FakeClock {
    /// Stands still at `start`.
    #[must_use]
    pub fn new(start: Time) -> Self {
        Self { micros: AtomicI64::new(start.timestamp_micros()), compares: false }
    }

    /// Stands still at `start`, and claims to be right.
    #[must_use]
    pub fn comparing(start: Time) -> Self {
        Self { compares: true, ..Self::new(start) }
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
        std::time::Duration::from_micros(u64::try_from(self.micros.load(Ordering::SeqCst)).unwrap_or(0))
    }

    fn compares(&self) -> bool {
        self.compares
    }
}

fn from_micros(micros: i64) -> Time {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}
