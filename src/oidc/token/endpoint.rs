//! `/oauth2/token`: POST, form, one grant type per file.

use poem::Response;

use super::{authorization_code, client_credentials, refresh_token};
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
    let unsupported = || refuse(OAuthError::new(ErrorCode::UnsupportedGrantType, "this grant type is not supported"));
    let name = form.find("grant_type").ok_or_else(|| refuse(OAuthError::invalid_request("grant_type is missing")))?;
    let grant_type = GrantType::parse(name).filter(|grant| *grant != GrantType::Implicit).ok_or_else(unsupported)?;
    let client = authenticate(&call, &form).await?;
    if !client.has_grant_type(grant_type) {
        let error = OAuthError::new(ErrorCode::UnauthorizedClient, "the client did not register this grant type");
        return Err(refuse(error));
    }
    match grant_type {
        GrantType::AuthorizationCode => authorization_code::exchange(&call, &client, &form).await,
        GrantType::RefreshToken => refresh_token::exchange(&call, &client, &form).await,
        GrantType::ClientCredentials => client_credentials::exchange(&call, &client, &form).await,
        GrantType::Implicit => Err(unsupported()),
    }
}
