//! The text, with what is read at that moment.

use prometheus_client::encoding::{EncodeLabelSet, text};

use super::{Metrics, Ring};

/// Connections of a pool in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Pool {
    /// `writer` or `reader`; they are one on PostgreSQL.
    pub pool: &'static str,
    /// `idle` or `busy`.
    pub state: &'static str,
}

/// What is read when somebody asks.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Since when each ring's key signs, in seconds.
    pub key_ages: Vec<(&'static str, i64)>,
    /// Connections of the pools.
    pub pools: Vec<(Pool, i64)>,
}

impl Metrics {
    /// OpenMetrics text, which Prometheus asks for.
    ///
    /// # Errors
    /// When nothing can be written, which does not happen to a string.
    pub fn render(&self, reading: &Reading) -> Result<String, std::fmt::Error> {
        for (algorithm, seconds) in &reading.key_ages {
            self.key_age.get_or_create(&Ring { algorithm }).set(*seconds);
        }
        for (pool, count) in &reading.pools {
            self.pool.get_or_create(pool).set(*count);
        }
        let mut out = String::new();
        text::encode(&mut out, &self.registry)?;
        Ok(out)
    }
}
