//! A document that is rendered once and served often, with its entity tag (RFC 9110 8.8.3).

use std::sync::Arc;

use super::mac::{base64url, sha256};

/// Text and its tag.
#[derive(Clone, Debug, Default)]
pub struct Document {
    text: Arc<str>,
    etag: String,
}

impl Document {
    /// A document with the tag of its content.
    #[must_use]
    pub fn new(text: String) -> Self {
        let etag = format!("\"{}\"", base64url(&sha256(text.as_bytes())[..12]));
        Self { text: text.into(), etag }
    }

    /// The content.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Quoted.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }
}
