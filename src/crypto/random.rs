//! Randomness, injected so that tests can be repeated.

use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

use aws_lc_rs::{digest, rand};
use uuid::{Builder, Uuid};

use crate::clock::Time;

/// Where random bytes come from.
pub trait Rng: Send + Sync {
    /// Overwrites `out` with random bytes.
    fn fill(&self, out: &mut [u8]);

    /// Counts up, so that ids of one millisecond keep their order.
    fn sequence(&self) -> u16;
}

/// The system's generator, through aws-lc-rs.
#[derive(Default)]
pub struct SystemRng {
    sequence: AtomicU16,
}

impl Rng for SystemRng {
    fn sequence(&self) -> u16 {
        self.sequence.fetch_add(1, Ordering::Relaxed)
    }

    #[expect(clippy::expect_used, reason = "without randomness nothing that follows is safe")]
    fn fill(&self, out: &mut [u8]) {
        rand::fill(out).expect("the system gives random bytes");
    }
}

/// A repeatable generator for tests: SHA-256 over seed and counter.
pub struct SeededRng {
    seed: u64,
    counter: AtomicU64,
    sequence: AtomicU16,
}

impl SeededRng {
    /// The same seed gives the same bytes.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, counter: AtomicU64::new(0), sequence: AtomicU16::new(0) }
    }
}

impl Rng for SeededRng {
    fn sequence(&self) -> u16 {
        self.sequence.fetch_add(1, Ordering::Relaxed)
    }

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

/// A UUIDv7 (RFC 9562 5.7, 6.2 method 1): ordered by time and then by count, for primary keys; never a secret.
pub fn uuid(rng: &dyn Rng, now: Time) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let mut tail: [u8; 10] = bytes(rng);
    tail[..2].copy_from_slice(&(rng.sequence() & 0x0fff).to_be_bytes());
    Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn ids_of_one_millisecond_keep_their_order() {
        let rng = SeededRng::new(1);
        let ids: Vec<_> = (0..4096).map(|_| uuid(&rng, DateTime::UNIX_EPOCH)).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids[0].get_version_num(), 7);
    }
}
