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

/// The same after a change.
pub(super) fn changed(object: &impl Serialize) -> Result<Response, Problem> {
    told(object, object)
}

/// A changed object with what is told once, and the tag of what is read from now on.
pub(super) fn told(object: &impl Serialize, told: &impl Serialize) -> Result<Response, Problem> {
    let builder = Response::builder().header(header::ETAG, tagged(object)?.etag());
    Ok(builder.content_type("application/json").body(tagged(told)?.bytes()))
}

/// What was made, which may hold what is told once: so it has no tag.
pub(super) fn created(object: &impl Serialize) -> Result<Response, Problem> {
    let builder = Response::builder().status(StatusCode::CREATED);
    Ok(builder.content_type("application/json").body(tagged(object)?.bytes()))
}

/// The tag of an object, for forms.
pub fn tag(object: &impl Serialize) -> Result<String, Problem> {
    Ok(tagged(object)?.etag().to_owned())
}

/// Refuses a change of what is not any more as `If-Match` says that it was seen.
pub(super) fn check(call: &Call, object: &impl Serialize) -> Result<(), Problem> {
    check_if_there(call, Some(object))
}

/// The same of what may not be there: then nobody saw it (RFC 9110 13.1.1).
pub(super) fn check_if_there(call: &Call, object: Option<&impl Serialize>) -> Result<(), Problem> {
    let Some(seen) = call.sole_header(header::IF_MATCH.as_str())? else { return Ok(()) };
    let tag = object.map(tagged).transpose()?;
    let is_it = |one: &str| tag.as_ref().is_some_and(|tag| one == "*" || one == tag.etag());
    match seen.split(',').map(str::trim).any(is_it) {
        true => Ok(()),
        false => Err(Code::PreconditionFailed.into()),
    }
}

fn tagged(object: &impl Serialize) -> Result<Document, Problem> {
    Ok(Document::new(serde_json::to_string(object).map_err(|_| Code::Internal)?))
}
