//! Provider metadata (OpenID Connect Discovery 4, RFC 8414) and the JWK Set: bytes from memory.

use poem::{
    Response,
    http::{StatusCode, header},
};

use crate::{
    crypto::document::Document,
    http::{Call, OAuthFailure},
};

/// `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`: the same document.
///
/// # Errors
/// None.
pub async fn get(call: Call) -> Result<Response, OAuthFailure> {
    Ok(serve(&call, &call.app.discovery))
}

/// `/oauth2/jwks` (RFC 7517 5).
///
/// # Errors
/// None.
pub async fn jwks(call: Call) -> Result<Response, OAuthFailure> {
    Ok(serve(&call, call.app.keys().jwks()))
}

fn serve(call: &Call, document: &Document) -> Response {
    let builder = Response::builder().header(header::ETAG, document.etag());
    if call.header(header::IF_NONE_MATCH.as_str()) == Some(document.etag()) {
        return builder.status(StatusCode::NOT_MODIFIED).finish();
    }
    builder.content_type("application/json").body(document.text().to_owned())
}
