//! 303 See Other: after a POST too, nothing of the request goes along (RFC 9700 4.12).

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};

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
