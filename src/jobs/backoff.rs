//! When what failed is tried again.

use chrono::Duration;

const PAUSES: [Duration; 8] = [
    Duration::seconds(10),
    Duration::minutes(1),
    Duration::minutes(5),
    Duration::minutes(15),
    Duration::hours(1),
    Duration::hours(3),
    Duration::hours(6),
    Duration::hours(12),
];

/// The pause after so many tries; after the last nothing is tried any more.
pub(super) fn pause(attempts: i32) -> Option<Duration> {
    PAUSES.get(usize::try_from(attempts).ok()?).copied()
}
