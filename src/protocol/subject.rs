//! Subject identifiers (OIDC Core 8).

use super::names::names;
use crate::crypto::mac::{base64url, hmac_sha256};

names! {
    /// How a client sees its users.
    SubjectType {
        /// Every client sees the same `sub`.
        Public = "public",
        /// Each sector sees its own.
        Pairwise = "pairwise",
    }
}

/// The pairwise `sub`: HMAC over sector and user's own `sub` (OIDC Core 8.1).
#[must_use]
pub fn pairwise(key: &[u8], sector_identifier: &str, sub: &str) -> String {
    base64url(&hmac_sha256(key, &[sector_identifier.as_bytes(), sub.as_bytes()]))
}
