//! Durations with units ("10m", "7d").

use std::fmt;

use chrono::Duration;

/// A positive span of at most ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime(Duration);

impl Lifetime {
    /// Whole seconds.
    #[must_use]
    pub const fn seconds(seconds: i64) -> Self {
        Self(Duration::seconds(seconds))
    }

    /// Whole days.
    #[must_use]
    pub const fn days(days: i64) -> Self {
        Self(Duration::days(days))
    }

    /// As chrono counts.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }

    /// As the standard library counts.
    #[must_use]
    pub fn to_std(self) -> std::time::Duration {
        self.0.to_std().unwrap_or_default()
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let span = humantime::parse_duration(text).ok()?;
        let seconds = i64::try_from(span.as_secs()).ok()?;
        (1..=315_360_000).contains(&seconds).then_some(Self::seconds(seconds))
    }
}

/// The way it is written: one unit where one is enough.
impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.num_seconds();
        let units = [(86_400, "d"), (3600, "h"), (60, "m")];
        let unit = units.into_iter().find(|(size, _)| seconds % size == 0).unwrap_or((1, "s"));
        write!(f, "{}{}", seconds / unit.0, unit.1)
    }
}
