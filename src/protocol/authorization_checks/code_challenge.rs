//! `code_challenge` and `code_challenge_method` (RFC 7636 4.3, 4.4.1): S256 alone.

use crate::protocol::{
    client::Client, error_code::OAuthError, parameters::Parameters, pkce, response_type::ResponseType,
};

pub(super) fn check(
    parameters: &Parameters,
    client: &Client,
    response_type: ResponseType,
) -> Result<Option<String>, OAuthError> {
    let challenge = parameters.find("code_challenge");
    let method = parameters.find("code_challenge_method");
    match (challenge, method) {
        (None, None) if response_type.has_code() && client.needs_pkce() => {
            Err(OAuthError::invalid_request("code_challenge is missing"))
        }
        (None, None) => Ok(None),
        (None, Some(_)) => Err(OAuthError::invalid_request("code_challenge_method without code_challenge")),
        (Some(text), Some("S256")) if pkce::is_code_challenge(text) => Ok(Some(text.to_owned())),
        (Some(_), Some("S256")) => Err(OAuthError::invalid_request("code_challenge is not an S256 value")),
        (Some(_), _) => Err(OAuthError::invalid_request("code_challenge_method must be S256")),
    }
}
