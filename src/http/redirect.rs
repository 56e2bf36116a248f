//! 303 See Other: after a POST too, nothing of the request goes along (RFC 9700 4.12).

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};

use super::PageError;
use crate::protocol::parameters::Parameters;

/// What may come by form and go on as a query, which must fit into a request head.
const MAX_QUERY: usize = 12 * 1024;

/// What an app sent by form, from its own page, on to a GET of ours, where cookies flow.
///
/// # Errors
/// A page, for what is too long.
pub fn as_query(path: &str, form: &Parameters) -> Result<Response, PageError> {
    let query = form.encode();
    match query.len() {
        0 => Ok(see_other(path)),
        length if length > MAX_QUERY => Err(PageError::new(StatusCode::PAYLOAD_TOO_LARGE, "error-request")),
        _ => Ok(see_other(&format!("{path}?{query}"))),
    }
}

/// A 303 to a path or URL. The header is marked sensitive: codes travel in it.
#[must_use]
pub fn see_other(location: &str) -> Response {
    let mut response = Response::builder().status(StatusCode::SEE_OTHER).finish();
    if let Ok(mut value) = HeaderValue::from_str(location) {
        value.set_sensitive(true);
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}
