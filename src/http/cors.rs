//! CORS (Fetch 3.2): no credentials, ever; origins are handled as bytes.

use poem::{
    Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};

use super::rule::Cors;
use crate::app::App;

/// Whether this is a preflight request.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight request; without CORS headers where CORS is off.
pub(super) fn preflight(app: &App, cors: Cors, origin: Option<&HeaderValue>, methods: &str) -> Response {
    let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
    let headers = response.headers_mut();
    allow(app, headers, cors, origin);
    if headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        if let Ok(methods) = HeaderValue::from_str(methods) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        }
        let names = HeaderValue::from_static("authorization, content-type");
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    }
    response
}

/// Lets answers be read across origins, errors too: public ones by everybody, others by origins of registered apps.
pub(super) fn allow(app: &App, headers: &mut HeaderMap, cors: Cors, origin: Option<&HeaderValue>) {
    match cors {
        Cors::None => {}
        Cors::Public => {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        Cors::Apps => {
            headers.insert(header::VARY, HeaderValue::from_static("Origin"));
            if let Some(origin) = origin.filter(|origin| app.clients.has_origin(origin.as_bytes())) {
                headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                let names = HeaderValue::from_static("www-authenticate, retry-after");
                headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, names);
            }
        }
    }
}
