//! Entity tags (RFC 9110 8.8.3), so that nobody overwrites what they have not seen.

use poem::{
    Response,
    http::{StatusCode, header},
};
use serde::Serialize;

use crate::{
    crypto::document::Document,
    http::{Call, Code, Problem, document},
};

/// An object with its tag; 304 to whoever has it.
pub(super) fn show(call: &Call, object: &impl Serialize) -> Result<Response, Problem> {
    Ok(document::serve(call, &tagged(object)?, "application/json"))
}

/// The same after a change, with another status where something was made.
pub(super) fn changed(status: StatusCode, object: &impl Serialize) -> Result<Response, Problem> {
    let document = tagged(object)?;
    let builder = Response::builder().status(status).header(header::ETAG, document.etag());
    Ok(builder.content_type("application/json").body(document.bytes()))
}

/// Refuses a change of what is not any more as `If-Match` says that it was seen.
pub(super) fn check(call: &Call, object: &impl Serialize) -> Result<(), Problem> {
    let Some(seen) = call.header(header::IF_MATCH.as_str()) else { return Ok(()) };
    let tag = tagged(object)?;
    match seen.split(',').map(str::trim).any(|one| one == "*" || one == tag.etag()) {
        true => Ok(()),
        false => Err(Code::PreconditionFailed.into()),
    }
}

fn tagged(object: &impl Serialize) -> Result<Document, Problem> {
    Ok(Document::new(serde_json::to_string(object).map_err(|_| Code::Internal)?))
}
