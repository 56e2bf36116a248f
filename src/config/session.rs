//! `[session]`

use serde::Deserialize;

use super::duration::Lifetime;

/// Browser sessions.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// How long a session lasts after its last sign-in to an app.
    pub idle: Lifetime,
    /// How long a session lasts at most.
    pub absolute: Lifetime,
}

impl Default for Session {
    fn default() -> Self {
        Self { idle: Lifetime::seconds(12 * 3600), absolute: Lifetime::seconds(30 * 86_400) }
    }
}
