//! Randomness, injected so that tests can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::{digest, rand};
use uuid::{Builder, Uuid};

use crate::clock::Time;

/// Where random bytes come from.
pub trait Rng: Send + Sync {
    /// Overwrites `out` with random bytes.
    fn fill(&self, out: &mut [u8]);
}

/// The system's generator, through aws-lc-rs.
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(clippy::panic, reason = "without randomness nothing that follows is safe")]
    fn fill(&self, out: &mut [u8]) {
        if rand::fill(out).is_err() {
            panic!("the system gives no random bytes");
        }
    }
}

/// A repeatable generator for tests: SHA-256 over seed and counter.
pub struct SeededRng {
    seed: u64,
    counter: AtomicU64,
}

impl SeededRng {
    /// The same seed gives the same bytes.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, counter: AtomicU64::new(0) }
    }
}

impl Rng for SeededRng {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let count = self.counter.fetch_add(1, Ordering::SeqCst);
            let block = digest::digest(&digest::SHA256, &[self.seed.to_be_bytes(), count.to_be_bytes()].concat());
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
    }
}

/// `N` random bytes.
pub fn bytes<const N: usize>(rng: &dyn Rng) -> [u8; N] {
    let mut out = [0; N];
    rng.fill(&mut out);
    out
}

/// A UUIDv7 (RFC 9562 5.7): ordered by time, for primary keys; never a secret.
pub fn uuid(rng: &dyn Rng, now: Time) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &bytes(rng)).into_uuid()
}
