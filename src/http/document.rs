//! Documents from memory, with their entity tags.

use poem::{
    Response,
    http::{StatusCode, header},
};

use super::Call;
use crate::crypto::document::Document;

/// The document, or 304 to whoever has it (RFC 9110 13.1.2).
#[must_use]
pub fn serve(call: &Call, document: &Document, content_type: &str) -> Response {
    let builder = Response::builder().header(header::ETAG, document.etag());
    if call.header(header::IF_NONE_MATCH.as_str()) == Some(document.etag()) {
        return builder.status(StatusCode::NOT_MODIFIED).finish();
    }
    builder.content_type(content_type).body(document.bytes())
}
