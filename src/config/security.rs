//! `[security]`

use serde::Deserialize;

/// Keys at rest.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Security {
    /// Key-encryption keys of `claviger key generate`: the first wraps, all unwrap.
    pub encryption_keys: Vec<String>,
}

impl std::fmt::Debug for Security {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Security").field("encryption_keys", &"[redacted]").finish()
    }
}
