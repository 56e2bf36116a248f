//! Keys of what may be seen once: each kind its own, so that none can stand for another.

use crate::crypto::mac::{Tag, hmac_sha256};

/// An assertion of a client (RFC 7523 3).
#[must_use]
pub fn assertion(client_id: &str, jti: &str) -> Tag {
    hmac_sha256(b"assertion", &[client_id.as_bytes(), jti.as_bytes()])
}

/// A token that was revoked and has no row.
#[must_use]
pub fn revoked(jti: &str) -> Tag {
    hmac_sha256(b"revoked", &[jti.as_bytes()])
}
