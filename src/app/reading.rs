//! What metrics tell of the moment.

use super::App;
use crate::metrics::{Pool, Reading};

impl App {
    /// Key ages and pools, now.
    #[must_use]
    pub fn reading(&self) -> Reading {
        let now = self.now();
        let key_ages = self.keys().ages().map(|(ring, since)| (ring.as_str(), (now - since).num_seconds())).collect();
        let states = |(pool, size, idle): (&'static str, u32, usize)| {
            let idle = i64::try_from(idle).unwrap_or(i64::MAX);
            let busy = i64::from(size).saturating_sub(idle).max(0);
            [(Pool { pool, state: "idle" }, idle), (Pool { pool, state: "busy" }, busy)]
        };
        Reading { key_ages, pools: self.store.pools().into_iter().flat_map(states).collect() }
    }
}
