//! `[rate_limit]`

use serde::Deserialize;

/// Limits on callers.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimit {
    /// Only `false` so far: a proxy must limit callers.
    pub enabled: bool,
}
