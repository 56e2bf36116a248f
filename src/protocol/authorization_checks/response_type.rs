//! `response_type` (RFC 6749 3.1.1): `code` alone.

use crate::protocol::{
    error_code::{ErrorCode, OAuthError},
    parameters::Parameters,
};

pub(super) fn check(parameters: &Parameters) -> Result<(), OAuthError> {
    match parameters.find("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err(OAuthError::new(ErrorCode::UnsupportedResponseType, "only response_type=code is supported")),
        None => Err(OAuthError::invalid_request("response_type is missing")),
    }
}
