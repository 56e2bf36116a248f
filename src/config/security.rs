//! `[security]`

use super::section::section;
use crate::crypto::secret::Secret;

section! {
    /// Keys at rest.
    Security in "security" {
        /// Key-encryption keys of `claviger key generate`: the first wraps, all unwrap. Losing them loses every passkey.
        encryption_keys: Vec<Secret<String>> = Vec::new(),
    }
}
