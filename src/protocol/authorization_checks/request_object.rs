//! Request objects (OIDC Core 6) that nobody has opened by now are refused in words, never ignored; so is `registration`.

use crate::protocol::{
    error_code::{ErrorCode, OAuthError},
    parameters::Parameters,
};

pub(super) fn check(parameters: &Parameters) -> Result<(), OAuthError> {
    let refusals = [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ];
    match refusals.iter().find(|(name, _)| parameters.find(name).is_some()) {
        Some((_, code)) => Err(OAuthError::new(*code, "this parameter is not supported")),
        None => Ok(()),
    }
}
