//! Subject identifiers (OIDC Core 8).

use serde::{Deserialize, Serialize};

use crate::crypto::mac::{base64url, hmac_sha256};

/// How a client sees its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectType {
    /// Every client sees the same `sub`.
    Public,
    /// Each sector sees its own.
    Pairwise,
}

impl SubjectType {
    /// As metadata spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Pairwise => "pairwise",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Public, Self::Pairwise].into_iter().find(|t| t.as_str() == name)
    }
}

/// The pairwise `sub`: HMAC over sector and user's own `sub` (OIDC Core 8.1).
#[must_use]
pub fn pairwise(key: &[u8], sector_identifier: &str, sub: &str) -> String {
    base64url(&hmac_sha256(key, &[sector_identifier.as_bytes(), sub.as_bytes()]))
}
