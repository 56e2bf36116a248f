//! `[keys]`

use super::{duration::Lifetime, problem::Problem, section::section};

section! {
    /// Signing keys.
    Keys in "keys" {
        /// How long a key signs before the next one takes over. Apps that follow the JWK Set notice nothing.
        rotation: Lifetime = Lifetime::days(90),
    }
}

impl Keys {
    pub(super) fn check(&self) -> Result<(), Problem> {
        // A successor is published a day before it signs.
        match self.rotation.get() >= chrono::Duration::days(2) {
            true => Ok(()),
            false => Err(Problem::new("keys.rotation", "at least two days")),
        }
    }
}
