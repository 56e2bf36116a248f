//! `/oauth2/token`: POST, form, one grant type per file.

use poem::Response;

use super::authorization_code;
use crate::{
    http::{Call, OAuthFailure},
    oidc::client_authentication::authenticate,
    protocol::{
        error_code::{ErrorCode, OAuthError},
        grant_type::GrantType,
    },
};

/// Answers with tokens.
///
/// # Errors
/// OAuth JSON.
pub async fn post(call: Call) -> Result<Response, OAuthFailure> {
    let refuse = |error| OAuthFailure::token(error, false);
    let form = call.form().map_err(refuse)?;
    form.refuse_repeated().map_err(refuse)?;
    let unsupported = OAuthError::new(ErrorCode::UnsupportedGrantType, "this grant type is not supported");
    let name = form.find("grant_type").ok_or_else(|| refuse(OAuthError::invalid_request("grant_type is missing")))?;
    match GrantType::parse(name).ok_or_else(|| refuse(unsupported))? {
        GrantType::AuthorizationCode => {
            let client = authenticate(&call, &form).await?;
            authorization_code::exchange(&call, &client, &form).await
        }
    }
}
