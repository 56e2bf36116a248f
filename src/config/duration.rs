//! Durations with units ("10m", "7d").

use chrono::Duration;
use serde::{Deserialize, Deserializer, de::Error};

/// A positive span of at most ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime(Duration);

impl Lifetime {
    /// Whole seconds.
    #[must_use]
    pub const fn seconds(seconds: i64) -> Self {
        Self(Duration::seconds(seconds))
    }

    /// As chrono counts.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl<'de> Deserialize<'de> for Lifetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let span = humantime::parse_duration(&text).map_err(|_| D::Error::custom("expected a duration such as 10m"))?;
        let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        if !(1..=315_360_000).contains(&seconds) {
            return Err(D::Error::custom("expected between one second and ten years"));
        }
        Ok(Self::seconds(seconds))
    }
}
