//! HMAC-SHA-256 and SHA-256 over several parts, each with its length, so that no two inputs collide.

use aws_lc_rs::{constant_time, digest, hmac};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

/// A 256-bit MAC or hash.
pub type Tag = [u8; 32];

/// HMAC-SHA-256 of length-prefixed parts.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Tag {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    array(context.sign().as_ref())
}

/// HMAC-SHA-256 of plain bytes, where a specification says so.
#[must_use]
pub fn hmac_sha256_plain(key: &[u8], data: &[u8]) -> Tag {
    array(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref())
}

/// SHA-256 of plain bytes.
#[must_use]
pub fn sha256(data: &[u8]) -> Tag {
    array(digest::digest(&digest::SHA256, data).as_ref())
}

/// SHA-512 of plain bytes.
#[must_use]
pub fn sha512(data: &[u8]) -> [u8; 64] {
    let mut out = [0; 64];
    out.copy_from_slice(digest::digest(&digest::SHA512, data).as_ref());
    out
}

/// Equality in constant time for equal lengths.
#[must_use]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// Base64url without padding (RFC 4648 5).
#[must_use]
pub fn base64url(data: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(data)
}

/// Base64 with padding (RFC 4648 4).
#[must_use]
pub fn base64(data: &[u8]) -> String {
    STANDARD.encode(data)
}

/// Strict inverse of [`base64`].
#[must_use]
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Strict inverse of [`base64url`].
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn array(slice: &[u8]) -> Tag {
    let mut out = [0; 32];
    out.copy_from_slice(&slice[..32]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(hmac_sha256(b"k", &[b"ab", b"c"]), hmac_sha256(b"k", &[b"a", b"bc"]));
    }
}
