//! `nonce` (OIDC Core 3.2.2.1, 3.3.2.11): where an ID token comes from the authorization endpoint it must be there.

use crate::protocol::{error_code::OAuthError, parameters::Parameters, response_type::ResponseType};

pub(super) fn check(parameters: &Parameters, response_type: ResponseType) -> Result<Option<String>, OAuthError> {
    let nonce = parameters.find("nonce").map(str::to_owned);
    match nonce.is_none() && response_type.has_id_token() {
        true => Err(OAuthError::invalid_request("nonce is missing")),
        false => Ok(nonce),
    }
}
