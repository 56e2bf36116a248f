//! `/oauth2/token`: POST, form, one grant type per file.

use poem::Response;

use super::authorization_code;
use crate::{
    http::{Call, OAuthFailure},
    oidc::client_authentication::authenticate,
    protocol::error_code::{ErrorCode, OAuthError},
};

/// Answers with tokens.
///
/// # Errors
/// OAuth JSON.
pub async fn post(call: Call) -> Result<Response, OAuthFailure> {
    let refuse = |error| OAuthFailure::token(error, false);
    let form = call.form().map_err(refuse)?;
    form.refuse_repeated().map_err(refuse)?;
    match form.find("grant_type") {
        Some("authorization_code") => {
            let client = authenticate(&call, &form).await?;
            authorization_code::exchange(&call, &client, &form).await
        }
        Some(_) => Err(refuse(OAuthError::new(ErrorCode::UnsupportedGrantType, "this grant type is not supported"))),
        None => Err(refuse(OAuthError::invalid_request("grant_type is missing"))),
    }
}
