//! A document that is rendered once and served often, with its entity tag (RFC 9110 8.8.3).

use bytes::Bytes;

use super::mac::{base64url, sha256};

/// Bytes and their tag.
#[derive(Clone, Debug, Default)]
pub struct Document {
    bytes: Bytes,
    etag: String,
}

impl Document {
    /// A document with the tag of its content.
    #[must_use]
    pub fn new(text: String) -> Self {
        let etag = format!("\"{}\"", base64url(&sha256(text.as_bytes())[..12]));
        Self { bytes: text.into(), etag }
    }

    /// The content; clones share it.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// Quoted.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }
}
