//! `[rate_limit]`

use super::{problem::Problem, section::section};

section! {
    /// Limits on callers, each in requests per minute; a burst of one minute's worth is let through at once. They are
    /// kept in memory, by instance.
    RateLimit in "rate_limit" {
        /// Whether there are limits at all.
        enabled: bool = true,
        /// All requests of one IPv4 address or one IPv6 /64.
        per_address: u32 = 6000,
        /// Ceremonies, consents and sign-outs of one address.
        ceremonies_per_address: u32 = 600,
        /// Recovery codes tried from one address.
        recoveries_per_address: u32 = 10,
        /// Calls of one browser's pages.
        per_flow: u32 = 120,
        /// Requests that authenticate as one client, from one address.
        per_client: u32 = 6000,
    }
}

impl RateLimit {
    pub(super) fn check(&self) -> Vec<Problem> {
        let limits = [
            ("rate_limit.per_address", self.per_address),
            ("rate_limit.ceremonies_per_address", self.ceremonies_per_address),
            ("rate_limit.recoveries_per_address", self.recoveries_per_address),
            ("rate_limit.per_flow", self.per_flow),
            ("rate_limit.per_client", self.per_client),
        ];
        let zero = limits.into_iter().filter(|(_, limit)| *limit == 0);
        zero.map(|(key, _)| Problem::new(key, "at least 1; to switch limits off use rate_limit.enabled")).collect()
    }
}
