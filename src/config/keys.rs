//! `[keys]`

use super::{duration::Lifetime, section::section};

section! {
    /// Signing keys.
    Keys in "keys" {
        /// How long a key signs before the next one takes over. Apps that follow the JWK Set notice nothing.
        rotation: Lifetime = Lifetime::days(90),
    }
}
