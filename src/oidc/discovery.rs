//! Provider metadata (OpenID Connect Discovery 4, RFC 8414) and the JWK Set: bytes from memory.

use poem::Response;

use crate::http::{Call, OAuthFailure, document};

const JSON: &str = "application/json";

/// `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`: the same document.
///
/// # Errors
/// None.
pub async fn get(call: Call) -> Result<Response, OAuthFailure> {
    Ok(document::serve(&call, &call.app.discovery, JSON))
}

/// `/oauth2/jwks` (RFC 7517 5).
///
/// # Errors
/// None.
pub async fn jwks(call: Call) -> Result<Response, OAuthFailure> {
    Ok(document::serve(&call, call.app.keys().jwks(), JSON))
}
