//! CSRF tokens: an HMAC over the browser binding, and over the session when there is one.

use crate::crypto::mac::{Tag, base64url, equal, hmac_sha256};

/// The token for pages of this browser.
#[must_use]
pub fn token(key: &[u8], flow: &Tag, session: Option<&Tag>) -> String {
    base64url(&hmac_sha256(key, &[b"csrf", flow, session.map_or(&[][..], |hash| &hash[..])]))
}

/// Whether `given` is that token, in constant time.
#[must_use]
pub fn verify(key: &[u8], flow: &Tag, session: Option<&Tag>, given: &str) -> bool {
    equal(token(key, flow, session).as_bytes(), given.as_bytes())
}
